/**
 * Closes listed sockets, with one request each, and determines the results.
 */
import { type DestroyTarget, encodeDestroyProbe, encodeDestroyRequest } from "../families/inet/inet_destroy.ts";
import { ENOENT, EOPNOTSUPP, EPERM, errnoCode } from "../kernel/errno.ts";
import type { KillResult } from "../lookups/kill.ts";
import type { DatagramSource } from "../netlink/datagram_source.ts";
import { NLMSG_ERROR, NLMSG_HDRLEN, readType, setSequence } from "../netlink/message.ts";
import { DATAGRAM_SIZE } from "../record/record_sink.ts";

/** A socket to close. */
export interface KillTarget {
  /** Identifies it while it exists: namespace and cookie. */
  readonly identity: string;
  readonly source: DatagramSource;
  /** `null` if no request can name the socket: it does not belong to an Internet protocol. */
  readonly request: DestroyTarget | null;
  /** Whether it is left alone, because closing it would break what it belongs to. */
  readonly spared: boolean;
}

export interface KillOutcome {
  readonly result: KillResult;
  /** Name of the kernel's error; `null` for none. */
  readonly errno: string | null;
}

/** The sequence number of requests. Each is answered before the next one is sent. */
let sequence = 0x4b00_0000;

/**
 * Sends one request and returns its error number, 0 for success.
 *
 * @throws {SystemError} if the socket fails
 */
function ask(source: DatagramSource, request: Uint8Array<ArrayBuffer>, buffer: Uint8Array<ArrayBuffer>): number {
  setSequence(request, ++sequence);
  source.send(request);
  const view = new DataView(buffer.buffer);
  while (true) {
    const length = source.receive(buffer);
    if (length < NLMSG_HDRLEN + 4) return EOPNOTSUPP;
    if (readType(buffer) === NLMSG_ERROR && view.getUint32(8, true) === sequence) {
      return -view.getInt32(NLMSG_HDRLEN, true);
    }
  }
}

/**
 * The error that every request would get here: EOPNOTSUPP without CONFIG_INET_DIAG_DESTROY; 0 if sockets can be closed. Whether this
 * process may close one the kernel only says of a socket that it has found. Closes nothing.
 */
export function killObstacle(source: DatagramSource): number {
  const error = ask(source, encodeDestroyProbe(), new Uint8Array(DATAGRAM_SIZE));
  source.restart();
  return error === ENOENT ? 0 : error;
}

/**
 * Closes sockets, in rounds until nothing more goes: of several listeners with the same addresses only one can be found
 * at a time.
 *
 * @param there lists again, and returns the identities of the sockets that still exist
 */
export function killSockets(
  targets: readonly KillTarget[],
  there: () => ReadonlySet<string>,
): Map<KillTarget, KillOutcome> {
  const outcomes = new Map<KillTarget, KillOutcome>();
  const buffer = new Uint8Array(DATAGRAM_SIZE);
  let rest: readonly KillTarget[] = targets;
  while (rest.length > 0) {
    const missed: KillTarget[] = [];
    let progress = false;
    for (const target of rest) {
      const error = errorOf(target, buffer);
      if (error === ENOENT) missed.push(target);
      else {
        outcomes.set(target, outcomeOf(error));
        progress ||= error === 0;
      }
    }
    for (const { source } of rest) source.restart();
    if (missed.length === 0) break;
    const still = there();
    rest = missed.filter(({ identity }) => still.has(identity));
    for (const target of missed) {
      if (!still.has(target.identity)) outcomes.set(target, { result: "gone", errno: "ENOENT" });
    }
    if (progress) continue;
    for (const target of rest) outcomes.set(target, { result: "not-reachable", errno: "ENOENT" });
    break;
  }
  return outcomes;
}

function errorOf({ request, source, spared }: KillTarget, buffer: Uint8Array<ArrayBuffer>): number {
  return request === null || spared ? EOPNOTSUPP : ask(source, encodeDestroyRequest(request), buffer);
}

function outcomeOf(error: number): KillOutcome {
  if (error === 0) return { result: "closed", errno: null };
  return { result: error === EPERM ? "denied" : "not-supported", errno: errnoCode(error) };
}
