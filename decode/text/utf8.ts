/**
 * UTF-8 in byte arrays, without making strings; follows RFC 3629.
 */

/**
 * Length of the well-formed sequence at `at`, 1 to 4; for bytes that are not UTF-8 minus the count of bytes that
 * one U+FFFD replaces (the longest beginning of a sequence, as in the Unicode standard and `TextDecoder`).
 */
export function utf8Length(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return -1;
  const count = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  let low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  let high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  for (let i = 1; i <= count; i++) {
    const next = at + i < end ? bytes[at + i]! : 0;
    if (next < low || next > high) return -i;
    low = 0x80;
    high = 0xbf;
  }
  return count + 1;
}

/** Whether the bytes are valid UTF-8. */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end;) {
    const length = utf8Length(bytes, at, end);
    if (length < 0) return false;
    at += length;
  }
  return true;
}
