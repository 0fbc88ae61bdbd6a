/**
 * The cell `container`: `docker 3f4e5d6c7b8a`, `containerd pod 0a1b2c3d 3f4e5d6c7b8a`.
 */
import { EMPTY, type RecordSlots, TEXT } from "../../decode/record/record_slots.ts";
import type { OutputBuffer } from "../text/output_buffer.ts";
import { prepareText } from "../text/prepared_texts.ts";
import { put, putValue } from "../text/value_text.ts";
import { BASE } from "./base_slots.ts";
import { putDisplayText } from "./display_text.ts";

/** Number of digits shown of an id, as other programs do, and of a pod's UID: up to its first hyphen. */
const SHORT_ID = 12;
const SHORT_UID = 8;
/** Length of a full id. Everything else is a name. */
const LONG_ID = 64;

const isHexDigit = (byte: number): boolean => byte >= 48 && byte <= 57 || byte >= 97 && byte <= 102;

/**
 * Puts the name of a unit: of the id of a container in it, as in `docker-ID.scope`, the first digits. Filters take it so.
 *
 * @param separator as for {@linkcode putDisplayText}
 * @returns whether something other than ASCII was written
 */
export function putUnit(out: OutputBuffer, bytes: Uint8Array, start: number, end: number, separator = 0): boolean {
  let digits = 0;
  for (let at = start; at < end; at++) {
    digits = isHexDigit(bytes[at]!) ? digits + 1 : 0;
    if (digits !== LONG_ID || at + 1 < end && isHexDigit(bytes[at + 1]!)) continue;
    const wide = putDisplayText(out, bytes, start, at + 1 - LONG_ID + SHORT_ID, separator);
    return putDisplayText(out, bytes, at + 1, end, separator) || wide;
  }
  return putDisplayText(out, bytes, start, end, separator);
}

const BLANK = prepareText(" ");
const POD = prepareText("pod ");

/**
 * Writes runtime, pod and id, as far as they are known; nothing for a socket in no container.
 *
 * @returns whether something other than ASCII was written
 */
export function putContainer(out: OutputBuffer, slots: RecordSlots): boolean {
  const { kinds, low, high, texts } = slots;
  const [id, runtime, pod] = [BASE.container_id, BASE.container_runtime, BASE.container_pod_uid];
  if (kinds[id] !== TEXT) return false;
  if (kinds[runtime] !== EMPTY) {
    putValue(out, slots, runtime);
    put(out, BLANK);
  }
  if (kinds[pod] === TEXT) {
    put(out, POD);
    putDisplayText(out, texts.bytes, low[pod]!, Math.min(high[pod]!, low[pod]! + SHORT_UID));
    put(out, BLANK);
  }
  const [start, end] = [low[id]!, high[id]!];
  return putDisplayText(out, texts.bytes, start, end - start === LONG_ID ? start + SHORT_ID : end);
}
