/**
 * Addresses of packet sockets: the protocol that they receive and the interface.
 */
import { allOf, constant, type Expression } from "../expression.ts";
import { compareNumber, ofDomains, testOfField } from "../conditions.ts";
import type { Context } from "../context.ts";
import { parseDevice } from "../devices.ts";
import { FieldNames } from "../field_names.ts";
import { isNumber, LARGEST_PORT, parseNumber } from "../numbers.ts";
import { unknownName, ValueError } from "../syntax_error.ts";
import { WordTest } from "../value_tests.ts";
import { type AddressComparison, isAny, splitAtColon } from "./address.ts";

/** `link:PROTOCOL[:DEVICE]`. */
export function parsePacketAddress(comparison: AddressComparison, context: Context): Expression {
  const { text, side, port, operator, value } = comparison;
  if (side === "dst") throw new ValueError("packet sockets have no destination; use src");
  // `sport` compares the interface, as in `ss`.
  const [protocol, device] = port ? ["*", value.replace(/^:/, "")] : splitAtColon(value);
  return allOf([
    ofDomains("link"),
    isAny(protocol) ? constant(true) : readEthertype(text, protocol, context),
    isAny(device)
      ? constant(true)
      : compareNumber(text, "iface_idx", port ? operator : "=", parseDevice(device, context.names)),
  ]);
}

function readEthertype(text: string, protocol: string, context: Context): Expression {
  const name = protocol.toLowerCase();
  const words = new FieldNames(context.families).words("num_name");
  // Some names are numbers too: `1588`.
  if (!words.includes(name) && isNumber(protocol)) {
    return compareNumber(text, "num", "=", parseNumber(protocol, "an ethertype", LARGEST_PORT));
  }
  if (words.length > 0 && !words.includes(name)) throw new ValueError(unknownName("ethertype", name, words));
  return testOfField(text, "num_name", new WordTest([name]));
}
