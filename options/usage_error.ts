/**
 * What was typed and cannot be done, with what may have been meant.
 */
import { quote } from "../decode/text/control_characters.ts";
import { nearest } from "../query/nearest.ts";

/** What was typed cannot be done. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  /** @param place lines that show where in the text the trouble is, `""` for none */
  constructor(message: string, readonly place: string = "") {
    super(message);
  }
}

/** A line about a name that there is not. */
export function unknownName(what: string, name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return `unknown ${what} ${quote(name)}${
    near === undefined ? `; there are ${names.join(" ")}` : `, did you mean ${near}?`
  }`;
}
