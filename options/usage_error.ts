/**
 * Errors in the command line, with suggestions.
 */
import { quote } from "../decode/text/control_characters.ts";
import { nearest } from "../query/nearest.ts";

/** A mistake in the command line. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  /** @param place lines that show where in the text the mistake is, `""` for none */
  constructor(message: string, readonly place: string = "") {
    super(message);
  }
}

/** Message about an unknown name. */
export function unknownName(what: string, name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return `unknown ${what} ${quote(name)}${
    near === undefined ? `; there are ${names.join(" ")}` : `, did you mean ${near}?`
  }`;
}
