/**
 * Closes listed sockets, with one request each, and determines the results.
 */
import { encodeDestroyProbe } from "../families/inet/inet_destroy.ts";
import { ENOBUFS, ENOENT, EPERM, errnoCode } from "../kernel/errno.ts";
import { SystemError } from "../kernel/errors.ts";
import type { KillResult } from "../lookups/kill.ts";
import type { DatagramSource } from "../netlink/datagram_source.ts";
import { NLMSG_ERROR, NLMSG_HDRLEN, readType, setSequence } from "../netlink/message.ts";
import { DATAGRAM_SIZE } from "../record/record_sink.ts";

/** The request for a socket. */
export interface KillRequest {
  readonly message: Uint8Array<ArrayBuffer>;
  /** Whether it names the socket. If not, it only asks whether the kernel closes sockets of the address family. */
  readonly exact: boolean;
}

/** A socket to close. */
export interface KillTarget {
  /** Identifies it while it exists: namespace and cookie. */
  readonly identity: string;
  readonly source: DatagramSource;
  /** `null` for a socket that no request can name, and for one that is left alone because closing it would break what it belongs to. */
  readonly request: KillRequest | null;
}

/** What has become of one socket. */
export interface KillOutcome {
  /** `closed`, `gone` and so on. */
  readonly result: KillResult;
  /** Name of the kernel's error; `null` for none, also if the kernel was not asked. */
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
    if (length < NLMSG_HDRLEN + 4) return ENOBUFS;
    if (readType(buffer) === NLMSG_ERROR && view.getUint32(8, true) === sequence) {
      return -view.getInt32(NLMSG_HDRLEN, true);
    }
  }
}

/**
 * The error that every request would get here: EOPNOTSUPP without CONFIG_INET_DIAG_DESTROY; 0 if sockets can be closed. Whether this
 * process may close one the kernel only says of a socket that it has found. Closes nothing.
 *
 * @throws {SystemError} if the socket fails
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
 * @param there lists again: the identities of the sockets that are still there; `null` if that cannot be told, then none is said to be gone
 */
export function killSockets(
  targets: readonly KillTarget[],
  there: () => ReadonlySet<string> | null,
): Map<KillTarget, KillOutcome> {
  const outcomes = new Map<KillTarget, KillOutcome>();
  const buffer = new Uint8Array(DATAGRAM_SIZE);
  let rest: readonly KillTarget[] = targets;
  let progress = true;
  while (rest.length > 0 && progress) {
    const missed: KillTarget[] = [];
    progress = false;
    for (const target of rest) {
      const outcome = closeOne(target, buffer);
      if (outcome === null) missed.push(target);
      else outcomes.set(target, outcome);
      progress ||= outcome?.result === "closed";
    }
    for (const { source } of rest) source.restart();
    const still = missed.length === 0 ? null : there();
    rest = missed.filter(({ identity }) => still === null || still.has(identity));
    for (const target of missed) {
      if (!rest.includes(target)) outcomes.set(target, { result: "gone", errno: "ENOENT" });
    }
  }
  for (const target of rest) outcomes.set(target, { result: "not-reachable", errno: "ENOENT" });
  return outcomes;
}

/** Asks for one socket to be closed; `null` if the kernel does not find it. */
function closeOne({ request, source }: KillTarget, buffer: Uint8Array<ArrayBuffer>): KillOutcome | null {
  if (request === null) return { result: "not-supported", errno: null };
  const error = errorOf(source, request.message, buffer);
  if (!request.exact) return { result: "not-supported", errno: error === 0 ? null : errnoCode(error) };
  if (error === ENOENT) return null;
  if (error === 0) return { result: "closed", errno: null };
  return { result: error === EPERM ? "denied" : "not-supported", errno: errnoCode(error) };
}

/** The error number of a request, also if the socket failed: what has become of the others must be told. */
function errorOf(source: DatagramSource, message: Uint8Array<ArrayBuffer>, buffer: Uint8Array<ArrayBuffer>): number {
  try {
    return ask(source, message, buffer);
  } catch (error) {
    if (error instanceof SystemError) return error.errno;
    throw error;
  }
}
