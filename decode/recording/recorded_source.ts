/**
 * A recording as a source of datagrams: each request is answered as the kernel answered the same one when it was recorded.
 */
import { AF_INET, AF_INET6 } from "../kernel/address_family.ts";
import { align4, NLA_HDRLEN, NLA_TYPE_MASK } from "../netlink/attribute.ts";
import type { DatagramSource } from "../netlink/datagram_source.ts";
import { ENOENT } from "../kernel/errno.ts";
import { DecodeError } from "../kernel/errors.ts";
import {
  INET_DIAG_CONG,
  INET_DIAG_MSG,
  INET_DIAG_PROTOCOL,
  INET_DIAG_REQ_PROTOCOL,
  INET_DIAG_REQ_SK_BPF_STORAGES,
  TCPDIAG_GETSOCK,
} from "../families/inet/inet_diag.ts";
import {
  encodeAttribute,
  encodeRequest,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSG_NOOP,
  NLMSG_OVERRUN,
  NLMSGERR_ATTR_MSG,
} from "../netlink/message.ts";
import { OUTGOING, type Packet, parsePcap, readPcap, type ReadPiece } from "./pcap.ts";
import { NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY } from "../families/sock_diag.ts";
import { IPPROTO_TCP } from "../families/inet/tcp.ts";
import { tcpStateWords } from "../kernel/tcp_states.ts";

/** Types below it are netlink's own, the same for all families. */
const NLMSG_MIN_TYPE = 16;
/** As {@linkcode TCPDIAG_GETSOCK}, for DCCP. */
const DCCPDIAG_GETSOCK = 19;
const IPPROTO_DCCP = 33;

const AF_UNIX = 1;
const AF_TIPC = 30;
const AF_VSOCK = 40;
/** Address families whose requests have the states at byte 4. */
const ASKED_BY_STATES: readonly number[] = [AF_UNIX, AF_INET, AF_INET6, AF_TIPC, AF_VSOCK];
/** Where requests have the states, behind the header: `idiag_states` of the older ones. */
const STATES = 4;
const OLDER_STATES = 52;
/** Lengths of the fixed part of requests about Internet protocols. */
const REQUEST_SIZE = 56;
const OLDER_REQUEST_SIZE = 60;

/** A request and the datagrams that answer it. */
export interface Exchange {
  /** `null` for answers whose request was not recorded, and for messages that nobody asked for (multicast groups). */
  readonly request: Packet | null;
  readonly answers: Packet[];
}

interface OpenExchange extends Exchange {
  /** To whom it was answered, -1 before it was. */
  portId: number;
  /** Whether a message has ended the answer. */
  ended: boolean;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const isRequest = (flags: number, type: number) => (flags & NLM_F_REQUEST) !== 0 && type >= NLMSG_MIN_TYPE;
const isSocketType = (type: number) =>
  type === SOCK_DIAG_BY_FAMILY || type === TCPDIAG_GETSOCK || type === DCCPDIAG_GETSOCK;
const isInet = (family: number) => family === AF_INET || family === AF_INET6;

/** End of the message at `at`, `-1` if it is malformed or not all there. */
function messageEnd(view: DataView, at: number): number {
  const rest = view.byteLength - at;
  if (rest < NLMSG_HDRLEN) return -1;
  const length = view.getUint32(at, true);
  return length < NLMSG_HDRLEN || length > rest ? -1 : at + length;
}

/** Joins requests and answers; packets of other netlink families are left out. */
export function groupExchanges(packets: readonly Packet[]): Exchange[] {
  return group(packets);
}

function group(packets: readonly Packet[]): OpenExchange[] {
  const exchanges: OpenExchange[] = [];
  const bySequence = new Map<number, OpenExchange[]>();
  for (const packet of packets) {
    if (packet.protocol !== NETLINK_SOCK_DIAG || packet.bytes.length < NLMSG_HDRLEN) continue;
    const view = viewOf(packet.bytes);
    const type = view.getUint16(4, true);
    if (packet.direction === OUTGOING && type === NLMSG_NOOP) continue;
    const request = isRequest(view.getUint16(6, true), type);
    const sequence = view.getUint32(8, true);
    const portId = view.getUint32(12, true);
    const known = bySequence.get(sequence) ?? [];
    let exchange = request
      ? undefined
      : known.findLast((candidate) =>
        (candidate.portId === -1 || candidate.portId === portId) && !(candidate.request === null && candidate.ended)
      );
    if (exchange === undefined) {
      exchange = { request: request ? packet : null, answers: [], portId: -1, ended: false };
      exchanges.push(exchange);
      known.push(exchange);
      bySequence.set(sequence, known);
    }
    if (request) continue;
    exchange.portId = portId;
    exchange.answers.push(packet);
    if (holdsEnd(view)) exchange.ended = true;
  }
  return exchanges;
}

function holdsEnd(view: DataView): boolean {
  for (let at = 0, end = messageEnd(view, 0); end >= 0; at = align4(end), end = messageEnd(view, at)) {
    const type = view.getUint16(at + 4, true);
    if (type === NLMSG_DONE || type === NLMSG_ERROR || type === NLMSG_OVERRUN) return true;
  }
  return false;
}

/**
 * A message that tells a reader of the recording which kernel made it, and that means nothing to all other programs; empty
 * for an unknown one. `release` as in {@linkcode DatagramSource.release}.
 */
export function encodeRelease(release: number): Uint8Array<ArrayBuffer> {
  if (release === 0) return new Uint8Array(0);
  const text = `Linux ${Math.floor(release / 1000)}.${release % 1000}`;
  return encodeRequest(NLMSG_NOOP, 0, new TextEncoder().encode(text));
}

/** The release in a message of {@linkcode encodeRelease}, 0 if there is none in it. */
function readRelease(packet: Packet): number {
  const { protocol, direction, bytes } = packet;
  if (protocol !== NETLINK_SOCK_DIAG || direction !== OUTGOING || bytes.length < NLMSG_HDRLEN) return 0;
  if (viewOf(bytes).getUint16(4, true) !== NLMSG_NOOP) return 0;
  const match = /^Linux (\d{1,4})\.(\d{1,3})$/.exec(new TextDecoder().decode(bytes.subarray(NLMSG_HDRLEN)));
  return match === null ? 0 : Number(match[1]) * 1000 + Number(match[2]);
}

/** What a request is about. */
interface Subject {
  readonly type: number;
  /** Address family. Meaningless in older requests: these are about all. */
  readonly family: number;
  /** IPPROTO_TCP for example; 0 where the address family says it all. */
  readonly protocol: number;
  /** Bit n for state n; all of them where requests do not choose. */
  readonly states: number;
  readonly bpfMaps: boolean;
}

const isOlder = (type: number) => type === TCPDIAG_GETSOCK || type === DCCPDIAG_GETSOCK;

/** Reads a request of any program. */
function readSubject(request: Uint8Array): Subject {
  const view = viewOf(request);
  const type = view.getUint16(4, true);
  const family = request[NLMSG_HDRLEN] ?? 0;
  const older = isOlder(type);
  const statesAt = NLMSG_HDRLEN + (older ? OLDER_STATES : STATES);
  const chooses = (older || ASKED_BY_STATES.includes(family)) && statesAt + 4 <= request.length;
  const states = chooses ? view.getUint32(statesAt, true) : ~0;
  if (!older && !isInet(family)) return { type, family, protocol: 0, states, bpfMaps: false };
  let protocol = ownProtocol(type, request[NLMSG_HDRLEN + 1] ?? 0);
  let bpfMaps = false;
  let at = NLMSG_HDRLEN + (older ? OLDER_REQUEST_SIZE : REQUEST_SIZE);
  for (let end = attributeEnd(view, at, request.length); end >= 0; end = attributeEnd(view, at, request.length)) {
    const number = view.getUint16(at + 2, true) & NLA_TYPE_MASK;
    if (number === INET_DIAG_REQ_SK_BPF_STORAGES) bpfMaps = true;
    if (number === INET_DIAG_REQ_PROTOCOL && end - at >= NLA_HDRLEN + 4) {
      protocol = view.getUint32(at + NLA_HDRLEN, true);
    }
    at = align4(end);
  }
  return { type, family, protocol, states, bpfMaps };
}

/** Protocol that goes without saying in messages of older types, else `other`. */
const ownProtocol = (type: number, other: number) =>
  type === TCPDIAG_GETSOCK ? IPPROTO_TCP : type === DCCPDIAG_GETSOCK ? IPPROTO_DCCP : other;

/** End of the attribute at `at`, `-1` if there is none. */
function attributeEnd(view: DataView, at: number, end: number): number {
  if (end - at < NLA_HDRLEN) return -1;
  const length = view.getUint16(at, true);
  return length < NLA_HDRLEN || length > end - at ? -1 : at + length;
}

/**
 * The protocol of the socket of an Internet protocol in the message from `start` to `end`, as far as the message tells; 0
 * if it does not.
 */
function readProtocol(view: DataView, start: number, end: number): number {
  const type = view.getUint16(start + 4, true);
  if (isOlder(type)) return ownProtocol(type, 0);
  let guess = 0;
  let at = start + NLMSG_HDRLEN + INET_DIAG_MSG.size;
  for (let last = attributeEnd(view, at, end); last >= 0; last = attributeEnd(view, at, end)) {
    const number = view.getUint16(at + 2, true) & NLA_TYPE_MASK;
    if (number === INET_DIAG_PROTOCOL && last - at > NLA_HDRLEN) return view.getUint8(at + NLA_HDRLEN);
    if (number === INET_DIAG_CONG) guess = IPPROTO_TCP;
    at = align4(last);
  }
  return guess;
}

/** Says which messages of an exchange belong to an answer. */
type Filter = (view: DataView, start: number, end: number) => boolean;

const hasFamily = (family: number): Filter => (view, start, end) =>
  end - start > NLMSG_HDRLEN && view.getUint8(start + NLMSG_HDRLEN) === family;

/** Answers out of a recording. */
export class RecordedSource implements DatagramSource {
  readonly live = false;
  readonly portId = 1;
  readonly release: number;
  /** When the first datagram was recorded: milliseconds since 1970, with decimals. */
  readonly time: number;

  readonly #exchanges: readonly OpenExchange[];
  readonly #damage: DecodeError | null;
  /** Protocols of answers without a request that do not tell theirs: that of the first request that got them. */
  readonly #claims = new Map<OpenExchange, number>();

  #sequence = 0;
  #type = 0;
  /** The answer in progress. */
  #exchange: OpenExchange | null = null;
  #filter: Filter | null = null;
  /** Its datagram whose turn it is, and where in it the next message begins. */
  #next = 0;
  #at = 0;
  /** A message to send in the end, if the recorded answer has none that ends it. */
  #last: Uint8Array | null = null;

  #missingStates = 0;
  #missingMaps = false;
  #cut = 0;
  #endless = new Set<number>();

  /**
   * @param pcap the contents of a pcap file of link type NETLINK, or what reads them piece by piece
   * @param name what the recording is called in warnings
   * @throws {DecodeError} if it is something else, or holds no socket diagnostics
   */
  constructor(pcap: Uint8Array | ReadPiece, readonly name = "the recording") {
    const { packets, damage, length } = pcap instanceof Uint8Array ? parsePcap(pcap) : readPcap(pcap);
    this.#damage = damage;
    this.#exchanges = group(packets);
    this.#cut = packets.filter((packet) => packet.bytes.length < NLMSG_HDRLEN && isCut(packet)).length;
    this.time = packets[0]?.time ?? 0;
    this.release = packets.reduce((found, packet) => readRelease(packet) || found, 0);
    const first = packets.find(({ protocol, bytes }) => protocol === NETLINK_SOCK_DIAG && bytes.length >= 4);
    if (first !== undefined && viewOf(first.bytes).getUint32(0, false) === first.length) {
      throw new DecodeError("recorded on a big-endian machine, which is not supported: message", first.offset);
    }
    if (this.#exchanges.length === 0) {
      throw damage ?? new DecodeError("no message of socket diagnostics up to the end", length);
    }
  }

  /** What is known to be missing: of the recording as a whole, and of the answers so far. */
  get warnings(): readonly string[] {
    const warnings: string[] = [];
    const { name } = this;
    if (this.#damage !== null) {
      warnings.push(`${name} is damaged: ${this.#damage.message}; what comes behind is missing`);
    }
    for (const offset of this.#endless) {
      warnings.push(`${name}: the answer to the request at byte ${offset} has no end; sockets are missing`);
    }
    if (this.#cut > 0) {
      warnings.push(`${name} was made with too small a snap length: ${this.#cut} of its datagrams are cut short`);
    }
    const states = tcpStateWords.filter((word, state) =>
      word !== undefined && (this.#missingStates >> state & 1) === 1
    );
    if (states.length > 0) warnings.push(`${name} was made without sockets in these states: ${states.join(" ")}`);
    if (this.#missingMaps) warnings.push(`${name} was made without the values of BPF maps`);
    return warnings;
  }

  send(request: Uint8Array): void {
    this.restart();
    const subject = readSubject(request);
    this.#sequence = viewOf(request).getUint32(8, true);
    this.#type = subject.type;
    const exchange = this.#findAsked(subject) ?? this.#findOlder(subject) ?? this.#findAnswers(subject);
    if (exchange === null) {
      // Where it may have been lost the warning about the damage says enough; but an older request has others in its stead.
      this.#last = this.#damage !== null && !isOlder(subject.type) ? encodeDone() : encodeRefusal();
      return;
    }
    this.#exchange = exchange;
    this.#last = encodeDone();
    if (exchange.request === null) return;
    const recorded = readSubject(exchange.request.bytes);
    this.#missingStates |= subject.states & ~recorded.states;
    if (subject.bpfMaps && !recorded.bpfMaps) this.#missingMaps = true;
  }

  /** The exchange of the same request: the last one that came to its end, because a dump may have been repeated. */
  #findAsked({ type, family, protocol }: Subject): OpenExchange | null {
    const same = this.#exchanges.filter(({ request }) => {
      if (request === null) return false;
      const recorded = readSubject(request.bytes);
      return recorded.type === type && recorded.protocol === protocol && (isOlder(type) || recorded.family === family);
    });
    return same.findLast((exchange) => exchange.ended) ?? same.at(-1) ?? null;
  }

  /** The exchange of an older request, which holds the sockets of both versions of IP. */
  #findOlder({ type, family, protocol }: Subject): OpenExchange | null {
    if (type !== SOCK_DIAG_BY_FAMILY || !isInet(family)) return null;
    const older = ownOlderType(protocol);
    const found = older === 0 ? null : this.#findAsked({ type: older, family, protocol, states: 0, bpfMaps: false });
    if (found !== null) this.#filter = hasFamily(family);
    return found;
  }

  /** Answers without a request: the last ones that hold sockets of the kind. */
  #findAnswers(subject: Subject): OpenExchange | null {
    const { type, family, protocol } = subject;
    if (type !== SOCK_DIAG_BY_FAMILY && !isOlder(type)) return null;
    for (const exchange of this.#exchanges.toReversed()) {
      if (exchange.request !== null) continue;
      const filter = this.#answerFilter(exchange, subject);
      if (!exchange.answers.some(({ bytes }) => holds(bytes, filter))) continue;
      if (isInet(family) && !this.#claims.has(exchange)) this.#claims.set(exchange, protocol);
      this.#filter = filter;
      return exchange;
    }
    return null;
  }

  #answerFilter(exchange: OpenExchange, { type, family, protocol }: Subject): Filter {
    if (isOlder(type)) return (view, start) => view.getUint16(start + 4, true) === type;
    const sameFamily = hasFamily(family);
    if (!isInet(family)) return sameFamily;
    const claimed = this.#claims.get(exchange) ?? guessProtocol(exchange) ?? protocol;
    return (view, start, end) =>
      sameFamily(view, start, end) && (readProtocol(view, start, end) || claimed) === protocol;
  }

  receive(buffer: Uint8Array): number {
    for (let answer = this.#exchange?.answers[this.#next]; answer !== undefined;) {
      const length = this.#copyMessages(answer, buffer);
      if (length > 0) return length;
      if (isCut(answer)) this.#cut++;
      this.#at = 0;
      answer = this.#exchange?.answers[++this.#next];
    }
    const last = this.#last;
    if (last === null) return 0;
    this.#last = null;
    this.#noteEnd();
    buffer.set(last);
    this.#address(viewOf(buffer), 0);
    return last.length;
  }

  /** Notes that the answer in progress breaks off. A request that was no dump, and messages that nobody asked for, have no end. */
  #noteEnd(): void {
    const request = this.#exchange?.request ?? null;
    if (this.#exchange === null || this.#exchange.ended || request === null || this.#damage !== null) return;
    if ((viewOf(request.bytes).getUint16(6, true) & NLM_F_DUMP) !== NLM_F_DUMP && this.#exchange.answers.length > 0) {
      return;
    }
    // Its end may have been cut off.
    if (!this.#exchange.answers.some(isCut)) this.#endless.add(request.offset);
  }

  /**
   * Puts messages of a datagram into `buffer`, as many as fit.
   *
   * @returns their length, 0 if there are no more
   */
  #copyMessages(packet: Packet, buffer: Uint8Array): number {
    const { bytes } = packet;
    const view = viewOf(bytes);
    const target = viewOf(buffer);
    let length = 0;
    while (this.#at < bytes.length) {
      const start = this.#at;
      let end = messageEnd(view, start);
      if (end < 0) {
        this.#at = bytes.length;
        if (isCut(packet)) break;
        end = bytes.length; // What is malformed is the decoder's business.
      } else if (!this.#belongs(view, start, end)) {
        this.#at = align4(end);
        continue;
      }
      const next = Math.min(align4(end), bytes.length);
      if (length > 0 && next - start > buffer.length - length) {
        this.#at = start;
        return length;
      }
      buffer.set(bytes.subarray(start, Math.min(next, start + buffer.length)), length);
      if (length + NLMSG_HDRLEN <= buffer.length && end - start >= NLMSG_HDRLEN) this.#address(target, length);
      length += next - start;
      this.#at = next;
    }
    return length;
  }

  #belongs(view: DataView, start: number, end: number): boolean {
    return this.#filter === null || !isSocketType(view.getUint16(start + 4, true)) || this.#filter(view, start, end);
  }

  /** Makes the message at `at` an answer to the request. */
  #address(view: DataView, at: number): void {
    if (isSocketType(view.getUint16(at + 4, true))) view.setUint16(at + 4, this.#type, true);
    view.setUint32(at + 8, this.#sequence, true);
    view.setUint32(at + 12, this.portId, true);
  }

  restart(): void {
    this.#exchange = null;
    this.#filter = null;
    this.#next = 0;
    this.#at = 0;
    this.#last = null;
  }

  [Symbol.dispose](): void {
    this.restart();
  }
}

const isCut = ({ bytes, length }: Packet) => bytes.length < length;

const ownOlderType = (protocol: number) =>
  protocol === IPPROTO_TCP ? TCPDIAG_GETSOCK : protocol === IPPROTO_DCCP ? DCCPDIAG_GETSOCK : 0;

/** Whether a datagram holds a socket that a filter takes. */
function holds(bytes: Uint8Array, filter: Filter): boolean {
  const view = viewOf(bytes);
  for (let at = 0, end = messageEnd(view, 0); end >= 0; at = align4(end), end = messageEnd(view, at)) {
    if (isSocketType(view.getUint16(at + 4, true)) && filter(view, at, end)) return true;
  }
  return false;
}

/** The protocol that one of the messages tells, for those that do not; `null` if none does. */
function guessProtocol({ answers }: Exchange): number | null {
  let protocol = 0;
  for (const { bytes } of answers) {
    holds(bytes, (view, start, end) => {
      if (isInet(view.getUint8(start + NLMSG_HDRLEN))) protocol ||= readProtocol(view, start, end);
      return protocol !== 0;
    });
    if (protocol !== 0) return protocol;
  }
  return null;
}

const encodeDone = () => encodeRequest(NLMSG_DONE, 0, new Uint8Array(4));

/** What a kernel answers that has no diagnostics for a family, and why. */
function encodeRefusal(): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(4 + NLMSG_HDRLEN);
  const view = viewOf(payload);
  view.setInt32(0, -ENOENT, true);
  view.setUint32(4, NLMSG_HDRLEN, true);
  const text = encodeAttribute(NLMSGERR_ATTR_MSG, new TextEncoder().encode("not in the recording"));
  return encodeRequest(NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS, Uint8Array.from([...payload, ...text]));
}
