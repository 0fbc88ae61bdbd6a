/**
 * Errors in filters.
 */
import { escapeControls, quote } from "../../decode/text/control_characters.ts";
import { nearest } from "../nearest.ts";

/** A wrong value. The caller, who knows its position, turns it into a {@linkcode FilterSyntaxError}. */
export class ValueError extends Error {}

/** Says that there is no `what` of that name, and which one was probably meant or which there are. */
export function unknownName(what: string, name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  const hint = near === undefined ? `; there are ${names.join(" ")}` : `, did you mean ${near}?`;
  return `unknown ${what} ${quote(name)}${hint}`;
}

/** Characters shown on either side of an error. */
const SHOWN = 60;

/** The text is not a valid filter. The error shows the line with the mistake, and a caret below it. */
export class FilterSyntaxError extends Error {
  /** The name of the class. */
  override readonly name = "FilterSyntaxError";

  /**
   * Says what is wrong with a filter, and where.
   *
   * @param message what is wrong and what was expected, one line
   * @param text the whole filter
   * @param offset position of the mistake in the text
   */
  constructor(message: string, readonly text: string, readonly offset: number) {
    super(message);
  }

  /** Two lines: the text around the mistake, and a caret below it. */
  get caret(): string {
    const { text, offset } = this;
    const start = text.lastIndexOf("\n", offset - 1) + 1;
    const newline = text.indexOf("\n", offset);
    const end = newline < 0 ? text.length : newline;
    const from = Math.max(start, offset - SHOWN);
    const to = Math.min(end, offset + SHOWN);
    const before = (from > start ? "…" : "") + escapeControls(text.slice(from, offset));
    const after = escapeControls(text.slice(offset, to)) + (to < end ? "…" : "");
    return `${before}${after}\n${" ".repeat(before.length)}^`;
  }
}
