/**
 * Whole numbers in filters.
 */
import { quote } from "../../decode/text/control_characters.ts";
import { ValueError } from "./syntax_error.ts";

export const LARGEST_PORT = 65535;
/** The largest 32-bit number. */
export const LARGEST_NUMBER = 0xffff_ffff;

/** Whether it is meant as a number, not as a name that starts with a digit (`3com-tsmux`). */
export const isNumber = (text: string): boolean => /^(0x[0-9a-f]*|[0-9]+)$/i.test(text);

/**
 * A whole number in decimal or hexadecimal.
 *
 * @throws {ValueError} if it is not a number, or larger than `most`
 */
export function parseNumber(text: string, what: string, most: number): number {
  const usual = /^(0|[1-9][0-9]*|0x[0-9a-f]+)$/i.test(text);
  if (!usual && /^0[0-9]+$/.test(text)) {
    throw new ValueError(
      `${quote(text)} could be octal; write ${Number(text)}, or 0x${parseInt(text, 8).toString(16)}`,
    );
  }
  if (!usual || Number(text) > most) throw new ValueError(`expected ${what} from 0 to ${most}, not ${quote(text)}`);
  return Number(text);
}
