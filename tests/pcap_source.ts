/**
 * Recordings of NETLINK_SOCK_DIAG traffic as sources that a test can vary: other datagram sizes, no padding, bytes
 * after the end.
 */
import { align4 } from "../decode/netlink/attribute.ts";
import type { DatagramSource } from "../decode/netlink/datagram_source.ts";
import { TCPDIAG_GETSOCK } from "../decode/families/inet/inet_constants.ts";
import { NLMSG_DONE, NLMSG_HDRLEN, readType } from "../decode/netlink/message.ts";
import { parsePcap } from "../decode/recording/pcap.ts";
import { groupExchanges } from "../decode/recording/exchanges.ts";
import { SOCK_DIAG_BY_FAMILY } from "../decode/families/sock_diag.ts";

/** A request and the datagrams that answer it. */
export interface Exchange {
  /** The request, netlink header first; `null` for messages that nobody asked for (multicast groups). */
  readonly request: Uint8Array | null;
  readonly answers: readonly Uint8Array[];
}

export interface PcapOptions {
  /** Kernel release, as in {@linkcode DatagramSource.release}; 0 by default. */
  readonly release?: number;
  /** Puts the messages into datagrams of at most this many bytes, at least one message in each. */
  readonly datagramSize?: number;
  /** Leaves out the padding behind the last message of each datagram. */
  readonly unpadded?: boolean;
  /** Writes into the part of the receive buffer behind the datagram. */
  readonly tail?: (buffer: Uint8Array, length: number) => void;
  /** Ends the answer with `NLMSG_DONE`, which recordings of single lookups and of multicast groups lack. */
  readonly end?: boolean;
  /** Answers every request with the first exchange, whatever address family it is about. */
  readonly anyFamily?: boolean;
  /** Gives the sockets in answers to the old request (type 18) the type that they have today (20). */
  readonly modern?: boolean;
}

/** Reads the packets of a pcap file, by exchange; the copies are the caller's. */
export function readExchanges(pcap: Uint8Array): Exchange[] {
  const { packets, damage } = parsePcap(pcap);
  if (damage !== null) throw damage;
  return groupExchanges(packets).map(({ request, answers }) => ({
    request: request?.bytes.slice() ?? null,
    answers: answers.map(({ bytes }) => bytes.slice()),
  }));
}

/** The messages in datagrams, each padded to a multiple of 4; the copies are the caller's. */
export function splitMessages(datagrams: readonly Uint8Array[]): Uint8Array<ArrayBuffer>[] {
  const messages: Uint8Array<ArrayBuffer>[] = [];
  for (const datagram of datagrams) {
    const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
    for (let at = 0; at < datagram.length;) {
      const length = view.getUint32(at, true);
      if (length < NLMSG_HDRLEN || at + length > datagram.length) throw new Error(`bad message at ${at}`);
      const message = new Uint8Array(align4(length));
      message.set(datagram.subarray(at, at + length));
      messages.push(message);
      at += message.length;
    }
  }
  return messages;
}

/** Puts messages into datagrams of at most `size` bytes, at least one in each. */
export function groupMessages(messages: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer>[] {
  const datagrams: Uint8Array<ArrayBuffer>[] = [];
  let group: Uint8Array[] = [];
  let length = 0;
  const finish = () => {
    if (group.length > 0) datagrams.push(concatenate(group));
    group = [];
    length = 0;
  };
  for (const message of messages) {
    if (length + message.length > size) finish();
    group.push(message);
    length += message.length;
  }
  finish();
  return datagrams;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Cuts the bytes behind the last message of a datagram off. */
function withoutPadding(datagram: Uint8Array): Uint8Array {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  let at = 0;
  while (at + align4(view.getUint32(at, true)) < datagram.length) at += align4(view.getUint32(at, true));
  return datagram.subarray(0, at + view.getUint32(at, true));
}

/**
 * Answers requests out of a recording. An exchange is chosen by the address family of its request; answers get the
 * sequence number of the request and the port id of the source.
 */
export class PcapSource implements DatagramSource {
  readonly portId = 4242;
  readonly release: number;
  /** Requests received so far. */
  requests = 0;
  #sequence = 0;
  #pending: readonly Uint8Array[] = [];

  constructor(readonly exchanges: readonly Exchange[], readonly options: PcapOptions = {}) {
    this.release = options.release ?? 0;
  }

  send(request: Uint8Array): void {
    const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
    this.requests++;
    this.#sequence = view.getUint32(8, true);
    const family = request[NLMSG_HDRLEN];
    const exchange = this.exchanges.find(({ request }) =>
      this.options.anyFamily === true || request === null || readType(request) === TCPDIAG_GETSOCK ||
      request[NLMSG_HDRLEN] === family
    );
    if (exchange === undefined) throw new Error(`the recording has no answer for address family ${family}`);
    this.#pending = this.#regroup(exchange.answers);
  }

  #regroup(answers: readonly Uint8Array[]): Uint8Array[] {
    const { datagramSize, unpadded, end, modern } = this.options;
    let datagrams = answers.map((answer) => answer.slice());
    if (end === true) {
      const done = new Uint8Array(NLMSG_HDRLEN + 4);
      done[0] = done.length;
      done[4] = NLMSG_DONE;
      datagrams.push(done);
    }
    if (datagramSize !== undefined) datagrams = groupMessages(splitMessages(datagrams), datagramSize);
    for (const datagram of datagrams) {
      const view = new DataView(datagram.buffer);
      for (let at = 0; at + NLMSG_HDRLEN <= datagram.length; at += align4(view.getUint32(at, true))) {
        view.setUint32(at + 8, this.#sequence, true);
        view.setUint32(at + 12, this.portId, true);
        if (modern === true && view.getUint16(at + 4, true) === TCPDIAG_GETSOCK) {
          view.setUint16(at + 4, SOCK_DIAG_BY_FAMILY, true);
        }
      }
    }
    return unpadded === true ? datagrams.map(withoutPadding) : datagrams;
  }

  receive(buffer: Uint8Array): number {
    const [datagram, ...rest] = this.#pending;
    if (datagram === undefined) return 0;
    this.#pending = rest;
    buffer.set(datagram.subarray(0, buffer.length));
    if (datagram.length < buffer.length) this.options.tail?.(buffer, datagram.length);
    return datagram.length;
  }

  restart(): void {
    this.#pending = [];
  }

  [Symbol.dispose](): void {
    this.restart();
  }
}

/** The bytes of a file in `tests/fixtures`. */
export function readFixture(name: string): Uint8Array {
  return Deno.readFileSync(new URL(`fixtures/${name}`, import.meta.url));
}

/** Releases of the kernels that the recordings were made on, by the last part of their names. */
const releases: Readonly<Record<string, number>> = { k61: 6001, k618: 6018 };

/** Opens the recording `tests/fixtures/<name>.pcap`; the kernel release follows from the name, `tcp4.k61` for example. */
export function openRecording(name: string, options: PcapOptions = {}): PcapSource {
  const release = releases[name.split(".").at(-1)!];
  if (release === undefined) throw new Error(`recording "${name}" does not name its kernel`);
  return new PcapSource(readExchanges(readFixture(`${name}.pcap`)), { release, ...options });
}
