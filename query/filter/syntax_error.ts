/**
 * Errors of filters.
 */
import { escapeControls, quote } from "../../decode/text/control_characters.ts";
import { nearest } from "../nearest.ts";

/** A value is wrong. The caller that knows its position makes it a {@linkcode FilterSyntaxError}. */
export class ValueError extends Error {}

/** Says that there is no `what` of that name, and which was meant or which there are. */
export function unknownName(what: string, name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  const hint = near === undefined ? `; there are ${names.join(" ")}` : `, did you mean ${near}?`;
  return `unknown ${what} ${quote(name)}${hint}`;
}

/** Letters shown on either side of the place of an error. */
const SHOWN = 60;

/** The text is no filter; it is cut to the line of the place, with a caret below. */
export class FilterSyntaxError extends Error {
  /** The name of the class. */
  override readonly name = "FilterSyntaxError";

  /**
   * Says what is wrong with a filter, and where.
   *
   * @param message what is wrong and what was expected, one line
   * @param text the whole filter
   * @param offset where in it the trouble begins
   */
  constructor(message: string, readonly text: string, readonly offset: number) {
    super(message);
  }

  /** Two lines: the text around the place, and a caret below the place. */
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
