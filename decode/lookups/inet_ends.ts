/**
 * The ends of Internet connections: addresses and ports of a `struct inet_diag_msg` as numbers, and the listeners whose queues
 * hold sockets that wait for accept().
 */
import { AF_INET } from "../kernel/address_family.ts";
import { TCP_CLOSE_WAIT, TCP_ESTABLISHED, TCP_LISTEN } from "../kernel/tcp_states.ts";
import { INET_DIAG_MSG } from "../families/inet/inet_diag.ts";

/** Offsets of state, ports, addresses and other members in the message. */
const STATE = INET_DIAG_MSG.offsetOf("idiag_state");
const SPORT = INET_DIAG_MSG.offsetOf("id.idiag_sport");
const DPORT = INET_DIAG_MSG.offsetOf("id.idiag_dport");
const SRC = INET_DIAG_MSG.offsetOf("id.idiag_src");
const DST = INET_DIAG_MSG.offsetOf("id.idiag_dst");
const DEVICE = INET_DIAG_MSG.offsetOf("id.idiag_if");
const QUEUE = INET_DIAG_MSG.offsetOf("idiag_rqueue");
const INODE = INET_DIAG_MSG.offsetOf("idiag_inode");

/** Count of numbers in a pair of ends: four for each address, and the ports. */
export const PAIR = 9;
/** Place of the ports in it: the own one in the higher half, the remote one in the lower. */
export const PORTS = 8;
/** Bytes 8 to 11 of an IPv4-mapped IPv6 address. */
export const MAPPED = 0xffff0000 | 0;

/** Whether the socket has a port at both ends. */
export const isConnected = (view: DataView, start: number, end: number): boolean =>
  end - start >= INET_DIAG_MSG.size && view.getUint16(start + SPORT) !== 0 && view.getUint16(start + DPORT) !== 0;

/** Reads the ends of a socket, its own end first. IPv4 addresses become IPv4-mapped IPv6 addresses. */
export function readPair(view: DataView, start: number, into: Int32Array): void {
  readAddress(view, start, SRC, into, 0);
  readAddress(view, start, DST, into, 4);
  into[PORTS] = view.getInt32(start + SPORT);
}

/** Reads the pair as the socket at the other end has it. */
export function readMirroredPair(view: DataView, start: number, into: Int32Array): void {
  readAddress(view, start, DST, into, 0);
  readAddress(view, start, SRC, into, 4);
  into[PORTS] = view.getUint16(start + DPORT) << 16 | view.getUint16(start + SPORT);
}

function readAddress(view: DataView, start: number, at: number, into: Int32Array, place: number): void {
  const v4 = view.getUint8(start) === AF_INET;
  into[place] = v4 ? 0 : view.getInt32(start + at, true);
  into[place + 1] = v4 ? 0 : view.getInt32(start + at + 4, true);
  into[place + 2] = v4 ? MAPPED : view.getInt32(start + at + 8, true);
  into[place + 3] = view.getInt32(start + at + (v4 ? 0 : 12), true);
}

/** Whether the address at `place` is one of IPv4. */
export const isMapped = (pair: Int32Array, place: number): boolean =>
  pair[place] === 0 && pair[place + 1] === 0 && pair[place + 2] === MAPPED;

/** Whether the address at `place` is none: all zeros. */
export const isAny = (pair: Int32Array, place = 0): boolean =>
  pair[place] === 0 && pair[place + 1] === 0 && (pair[place + 2] === 0 || pair[place + 2] === MAPPED) &&
  pair[place + 3] === 0;

/** Whether the address at `place` is a loopback address: 127.0.0.0/8 or ::1. */
export function isLoopback(pair: Int32Array, place: number): boolean {
  if (pair[place] !== 0 || pair[place + 1] !== 0) return false;
  const last = pair[place + 3]!;
  return pair[place + 2] === MAPPED ? (last & 0xff) === 127 : pair[place + 2] === 0 && last === 0x01000000;
}

/** Result if more than one listener matches. */
export const AMBIGUOUS = -1;

interface Listener {
  readonly family: number;
  readonly address: Int32Array;
  readonly device: number;
  readonly queue: number;
  readonly inode: number;
}

/** The listeners of all network namespaces, by port. */
export class Listeners {
  /** By number of the namespace and port. */
  readonly #byPort = new Map<number, Listener[]>();
  readonly #pair = new Int32Array(PAIR);

  clear(): void {
    this.#byPort.clear();
  }

  /** Adds the socket if it is a listener. */
  see(view: DataView, start: number, end: number, namespace: number): void {
    if (end - start < INET_DIAG_MSG.size || view.getUint8(start + STATE) !== TCP_LISTEN) return;
    const key = keyOf(view, start, namespace);
    const listeners = this.#byPort.get(key) ?? [];
    if (listeners.length === 0) this.#byPort.set(key, listeners);
    readPair(view, start, this.#pair);
    listeners.push({
      family: view.getUint8(start),
      address: this.#pair.slice(0, 4),
      device: view.getUint32(start + DEVICE, true),
      queue: view.getUint32(start + QUEUE, true),
      inode: view.getUint32(start + INODE, true),
    });
  }

  /**
   * Inode of the listener whose queue holds the socket; 0 if the socket does not wait for accept(), {@linkcode AMBIGUOUS} if
   * several listeners match.
   */
  find(view: DataView, start: number, end: number, namespace: number): number {
    if (!isWaiting(view, start, end)) return 0;
    const listeners = this.#byPort.get(keyOf(view, start, namespace));
    if (listeners === undefined) return 0;
    readPair(view, start, this.#pair);
    const family = view.getUint8(start);
    const device = view.getUint32(start + DEVICE, true);
    const fits = listeners.filter((listener) => listener.family === family && this.#isOf(listener, device));
    const best = Math.max(...fits.map(exactness));
    const exact = fits.filter((listener) => exactness(listener) === best);
    // With SO_REUSEPORT several listeners have the same address.
    const found = exact.length === 1 ? exact : exact.filter(({ queue }) => queue > 0);
    return exact.length === 0 ? 0 : found.length === 1 ? found[0]!.inode : AMBIGUOUS;
  }

  /** Whether the listener may have received the socket whose ends were read last. */
  #isOf({ address, device }: Listener, own: number): boolean {
    return (device === 0 || device === own) && (isAny(address) || address.every((part, i) => part === this.#pair[i]));
  }
}

const keyOf = (view: DataView, start: number, namespace: number) => namespace * 65536 + view.getUint16(start + SPORT);

/** Whether the connection is established but no process holds the socket: then it waits for accept(). */
const isWaiting = (view: DataView, start: number, end: number) =>
  isConnected(view, start, end) && view.getUint32(start + INODE, true) === 0 &&
  (view.getUint8(start + STATE) === TCP_ESTABLISHED || view.getUint8(start + STATE) === TCP_CLOSE_WAIT);

/** The kernel prefers listeners that are bound to an address, and then to an interface. */
const exactness = ({ address, device }: Listener) => (isAny(address) ? 0 : 1) + (device === 0 ? 0 : 1);
