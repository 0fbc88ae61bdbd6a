/**
 * Text from outside in HTML and SVG.
 */

const NAMES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Characters that change how text around them is read or shown, and those that HTML does not allow. */
const HARMFUL =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]/g;

/** Text without characters that do something. */
export const harmless = (text: string): string =>
  text.toWellFormed().replaceAll(
    HARMFUL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** Text for an element or for an attribute in double quotes. */
export const escapeHtml = (text: string): string =>
  harmless(text).replaceAll(/[&<>"']/g, (character) => NAMES[character]!);
