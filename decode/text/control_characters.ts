/**
 * Characters that control a terminal instead of being shown: control characters (C0, DEL, C1), line separators, and
 * characters that change the direction of writing.
 */

// deno-lint-ignore no-control-regex
const CONTROLS = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Whether a character is one of them. */
export function isControl(code: number): boolean {
  return code < 0x20 || code >= 0x7f && code < 0xa0 || code === 0x61c || code === 0x200e || code === 0x200f ||
    code >= 0x2028 && code <= 0x202e || code >= 0x2066 && code <= 0x2069;
}

/** The text with each of them escaped like `\u001b`, so that it is one line and hides nothing. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Quotes text from outside for a message, with control characters escaped. */
export function quote(text: string): string {
  return escapeControls(JSON.stringify(text));
}
