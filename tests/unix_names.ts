/**
 * Names of UNIX sockets, as a reader of the output gets their exact bytes back.
 */
import type { FlowObject } from "../decode/record/object_sink.ts";

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The exact bytes of a flow's name in hexadecimal, by what the fields promise; `null` if it has none. */
export function nameBytes(flow: FlowObject): string | null {
  const { path_name, path_name_hex, abstract } = flow as Record<string, unknown>;
  if (path_name === undefined) return null;
  if (path_name_hex !== undefined) return path_name_hex as string;
  const bytes = toHex(new TextEncoder().encode(path_name as string));
  return abstract === true ? `00${bytes.slice(2)}` : bytes;
}
