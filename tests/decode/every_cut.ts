/**
 * Messages cut at every byte, for the tests of families.
 */
import { assert } from "@std/assert";
import { DecodeError } from "../../decode/kernel/errors.ts";
import { NLMSG_HDRLEN } from "../../decode/netlink/message.ts";
import { SOCK_DIAG_BY_FAMILY } from "../../decode/families/sock_diag.ts";
import { readExchanges, readFixture, splitMessages } from "../pcap_source.ts";
import { EventLog } from "./event_log.ts";
import type { SocketDecoder } from "../../decode/netlink/socket_decoder.ts";

/** The events of exactly these bytes, in a buffer without other bytes; or the {@linkcode DecodeError}. */
export function eventsOf(decode: SocketDecoder, payload: Uint8Array): string[] | DecodeError {
  const exact = payload.slice();
  const log = new EventLog();
  try {
    decode(new DataView(exact.buffer), exact, 0, exact.length, log);
  } catch (error) {
    // Anything else, a RangeError for example, fails the test.
    if (error instanceof DecodeError) return error;
    throw error;
  }
  return log.events;
}

/** Whether `part` is `whole` with some elements left out. */
export function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const event of part) {
    at = whole.indexOf(event, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** Asserts that a payload cut at any byte gives some of its events or a {@linkcode DecodeError}. */
export function assertEveryCut(decode: SocketDecoder, payload: Uint8Array): void {
  const whole = eventsOf(decode, payload);
  assert(Array.isArray(whole), `the whole payload is refused: ${whole}`);
  for (let length = 0; length < payload.length; length++) {
    const events = eventsOf(decode, payload.subarray(0, length));
    if (Array.isArray(events)) assert(isSubsequence(events, whole), `${length} of ${payload.length} bytes`);
  }
}

/** The payloads of the sockets in a recording, one a message. */
export function recordedPayloads(recording: string): Uint8Array[] {
  return splitMessages(readExchanges(readFixture(`${recording}.pcap`)).flatMap(({ answers }) => [...answers]))
    .filter((message) => (message[4]! | message[5]! << 8) === SOCK_DIAG_BY_FAMILY)
    .map((message) => message.subarray(NLMSG_HDRLEN, new DataView(message.buffer).getUint32(0, true)));
}
