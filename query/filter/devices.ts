/**
 * Interfaces as they stand in filters: by name or index.
 */
import { quote } from "../../decode/text/control_characters.ts";
import type { Names } from "../../decode/lookups/names.ts";
import { isNumber, LARGEST_NUMBER, parseNumber } from "./numbers.ts";
import { ValueError } from "./syntax_error.ts";

/**
 * The index of an interface; `if3` stands for number 3, as in `ss`.
 *
 * @throws {ValueError} if there is none of that name
 */
export function parseDevice(text: string, names: Names): number {
  if (isNumber(text)) return parseNumber(text, "the index of an interface", LARGEST_NUMBER);
  const index = names.device(text) ?? (/^if[1-9][0-9]*$/.test(text) ? Number(text.slice(2)) : null);
  if (index === null) throw new ValueError(`no interface ${quote(text)} is known`);
  return index;
}
