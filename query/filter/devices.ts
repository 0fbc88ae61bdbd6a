/**
 * Interfaces in filters, by name or index.
 */
import type { Domain } from "../../decode/families/family.ts";
import { quote } from "../../decode/text/control_characters.ts";
import type { Names } from "../../decode/lookups/names.ts";
import { conditionOf, ofDomains, testOfField } from "./conditions.ts";
import type { Context } from "./context.ts";
import { allOf, type Expression } from "./expression.ts";
import { isNumber, LARGEST_NUMBER, parseNumber } from "./numbers.ts";
import { ValueError } from "./syntax_error.ts";
import { TextTest } from "./value_tests.ts";

/** Domains whose sockets can be bound to an interface. */
const WITH_DEVICES: readonly Domain[] = ["inet", "smc", "link", "xdp"];

/**
 * The index of an interface; `if3` means index 3, as in `ss`.
 *
 * @throws {ValueError} if no interface has that name
 */
export function parseDevice(text: string, names: Names): number {
  if (isNumber(text)) return parseNumber(text, "the index of an interface", LARGEST_NUMBER);
  const index = names.device(text) ?? (/^if[1-9][0-9]*$/.test(text) ? Number(text.slice(2)) : null);
  if (index === null) throw new ValueError(`no interface ${quote(text)} is known`);
  return index;
}

/**
 * The socket is bound to an interface.
 *
 * @throws {ValueError} if no interface has that name
 */
export function boundTo(text: string, device: string, { elsewhere, names }: Context): Expression {
  if (elsewhere === true && !isNumber(device)) {
    return allOf([
      ofDomains(...WITH_DEVICES),
      testOfField(text, "iface", new TextTest(new TextEncoder().encode(device))),
    ]);
  }
  return conditionOf(text, { kind: "device", index: parseDevice(device, names) }, WITH_DEVICES);
}
