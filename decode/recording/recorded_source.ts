/**
 * Serves a recording as a source of datagrams: each request gets the answer that the kernel gave to the same request.
 */
import { align4 } from "../netlink/attribute.ts";
import type { DatagramSource } from "../netlink/datagram_source.ts";
import { ENOENT } from "../kernel/errno.ts";
import { DecodeError, isLack } from "../kernel/errors.ts";
import {
  encodeAttribute,
  encodeRequest,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSG_NOOP,
  NLMSGERR_ATTR_MSG,
} from "../netlink/message.ts";
import { type Exchange, groupExchanges, holdsSocket, isCut, isSocketType, messageEnd, viewOf } from "./exchanges.ts";
import { isOfEvents } from "./recorded_events.ts";
import { readInterfaces, readNotes } from "./notes.ts";
import { OUTGOING, type Packet, parsePcap, readPcap, type ReadPiece } from "./pcap.ts";
import {
  type Filter,
  hasFamily,
  isInet,
  isOlder,
  ownOlderType,
  readProtocol,
  readSubject,
  type Subject,
} from "./request_subject.ts";
import { NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY } from "../families/sock_diag.ts";
import { tcpStateWords } from "../kernel/tcp_states.ts";

/** Replaces the kernel's explanation if a request was not recorded. */
export const NOT_RECORDED = "not in the recording";

/**
 * A message that tells readers of the recording the kernel release. Other programs ignore it. Empty for an unknown release;
 * `release` as in {@linkcode DatagramSource.release}.
 */
export function encodeRelease(release: number): Uint8Array<ArrayBuffer> {
  if (release === 0) return new Uint8Array(0);
  const text = `Linux ${Math.floor(release / 1000)}.${release % 1000}`;
  return encodeRequest(NLMSG_NOOP, 0, new TextEncoder().encode(text));
}

/** The release in a message of {@linkcode encodeRelease}, 0 if the message has none. */
export function readRelease(packet: Packet): number {
  const { protocol, direction, bytes } = packet;
  if (protocol !== NETLINK_SOCK_DIAG || direction !== OUTGOING || bytes.length < NLMSG_HDRLEN) return 0;
  if (viewOf(bytes).getUint16(4, true) !== NLMSG_NOOP) return 0;
  const match = /^Linux (\d{1,4})\.(\d{1,3})$/.exec(new TextDecoder().decode(bytes.subarray(NLMSG_HDRLEN)));
  return match === null ? 0 : Number(match[1]) * 1000 + Number(match[2]);
}

/** Answers requests from a recording. */
export class RecordedSource implements DatagramSource {
  readonly live = false;
  readonly portId = 1;
  readonly release: number;
  /** Time of the first recorded datagram: milliseconds since 1970, with decimals. */
  readonly time: number;
  readonly notes: readonly string[];
  readonly interfaceName?: (index: number) => Uint8Array | null;

  readonly #exchanges: readonly Exchange[];
  readonly #damage: DecodeError | null;
  /** Protocols of answers that have no request and do not name a protocol: the protocol of the first request that got them. */
  readonly #claims = new Map<Exchange, number>();

  #sequence = 0;
  #type = 0;
  /** The answer in progress. */
  #exchange: Exchange | null = null;
  #filter: Filter | null = null;
  /** Index of its next datagram, and the offset of the next message in it. */
  #next = 0;
  #at = 0;
  /** A message to send last if the recorded answer has none that ends it. */
  #last: Uint8Array | null = null;

  #missingStates = 0;
  #missingMaps = false;
  /** Exchanges that have served as answers, and the doubts about them. */
  readonly #used = new Set<Exchange>();
  readonly #doubts = new Set<string>();
  #cut = 0;
  #endless = new Set<number>();

  /**
   * Reads a recording.
   *
   * @param pcap the contents of a pcap file of link type NETLINK, or a function that reads them piece by piece
   * @param name name of the recording in warnings
   * @throws {DecodeError} if it is not such a file, or holds no socket diagnostics
   */
  constructor(pcap: Uint8Array | ReadPiece, readonly name = "the recording") {
    const { packets, damage, length } = pcap instanceof Uint8Array ? parsePcap(pcap) : readPcap(pcap);
    this.#damage = damage;
    this.#exchanges = groupExchanges(packets.filter((packet) => !isOfEvents(packet)));
    this.notes = readNotes(packets);
    const names = readInterfaces(this.notes);
    if (names.size > 0) this.interfaceName = (index) => names.get(index) ?? null;
    this.#cut = packets.filter((packet) => packet.bytes.length < NLMSG_HDRLEN && isCut(packet)).length;
    this.time = packets[0]?.time ?? 0;
    this.release = packets.reduce((found, packet) => readRelease(packet) || found, 0);
    const first = packets.find(({ protocol, bytes }) => protocol === NETLINK_SOCK_DIAG && bytes.length >= 4);
    if (first !== undefined && viewOf(first.bytes).getUint32(0, false) === first.length) {
      throw new DecodeError("recorded on a big-endian machine, which is not supported: message", first.offset);
    }
    if (this.#exchanges.length === 0) {
      const event = packets.find(isOfEvents);
      if (event !== undefined) {
        throw new DecodeError("it has no listing, only events of closed sockets (-E): the first is", event.offset);
      }
      throw damage ?? new DecodeError("no socket diagnostics message before the end", length);
    }
  }

  /** What is known to be missing from the recording or from the answers so far. */
  get warnings(): readonly string[] {
    const warnings: string[] = [];
    const { name } = this;
    if (this.#damage !== null) {
      warnings.push(`${name} is damaged: ${this.#damage.message}; everything after that is missing`);
    }
    for (const offset of this.#endless) {
      warnings.push(`${name}: the answer to the request at byte ${offset} has no end; sockets are missing`);
    }
    if (this.#cut > 0) {
      warnings.push(`${name} was recorded with too small a snap length: ${this.#cut} of its datagrams are cut off`);
    }
    const states = tcpStateWords.filter((word, state) =>
      word !== undefined && (this.#missingStates >> state & 1) === 1
    );
    if (states.length > 0) warnings.push(`${name} was recorded without sockets in these states: ${states.join(" ")}`);
    if (this.#missingMaps) warnings.push(`${name} was recorded without the values of BPF maps`);
    for (const doubt of this.#doubts) warnings.push(`${name} ${doubt}`);
    return [...warnings, ...this.#refusals()];
  }

  /**
   * Refusals of the kernel that no answer reports, because no request asked about their subject. Refusals of families that the
   * kernel lacks are only reported if there is nothing else.
   */
  #refusals(): string[] {
    const all = this.#exchanges.every(({ request, refusal }) => request !== null && refusal !== null);
    return this.#exchanges.flatMap((exchange) => {
      const { request, refusal } = exchange;
      if (request === null || refusal === null || this.#used.has(exchange)) return [];
      if (isNothingFound(exchange)) return [`${this.name} is a recorded lookup of one socket, which did not exist`];
      if (isLack(refusal) && !all) return [];
      return [`${this.name}: the kernel refused the request at byte ${request.offset}: ${refusal.message}`];
    });
  }

  send(request: Uint8Array): void {
    this.restart();
    const subject = readSubject(request);
    this.#sequence = viewOf(request).getUint32(8, true);
    this.#type = subject.type;
    const exchange = this.#findAsked(subject) ?? this.#findOlder(subject) ?? this.#findAnswers(subject);
    if (exchange === null) {
      // If the answer may have been lost, the warning about the damage is enough. An older request has other exchanges to use
      // instead.
      this.#last = this.#damage !== null && !isOlder(subject.type) ? encodeDone() : encodeRefusal();
      return;
    }
    this.#used.add(exchange);
    this.#last = encodeDone();
    this.#noteDoubts(exchange, subject);
    if (!isNothingFound(exchange)) this.#exchange = exchange;
  }

  /** Records what is missing from an exchange that answers a request about `subject`. */
  #noteDoubts(exchange: Exchange, subject: Subject): void {
    if (exchange.request === null) {
      this.#doubts.add("has answers without their request: sockets may be missing");
      return;
    }
    const recorded = readSubject(exchange.request.bytes);
    if (isNothingFound(exchange)) this.#doubts.add("is a recorded lookup of one socket, which did not exist");
    else if (exchange.refusal !== null) return;
    else if (recorded.extent === "single") {
      this.#doubts.add("is a recorded lookup of one socket: all others are missing");
    } else this.#missingStates |= subject.states & ~recorded.states;
    if (recorded.extent === "filtered") {
      this.#doubts.add("is a recorded request with a filter: sockets that did not match are missing");
    }
    if (subject.bpfMaps && !recorded.bpfMaps) this.#missingMaps = true;
  }

  /**
   * The exchange of the same request. Prefers one for all sockets and one that is complete, then the last, because dumps are
   * repeated.
   */
  #findAsked({ type, family, protocol }: Subject): Exchange | null {
    let best: Exchange | null = null;
    let bestRank = -1;
    for (const exchange of this.#exchanges) {
      if (exchange.request === null) continue;
      const recorded = readSubject(exchange.request.bytes);
      if (recorded.type !== type || recorded.protocol !== protocol) continue;
      if (!isOlder(type) && recorded.family !== family) continue;
      const rank = (recorded.extent === "all" ? 2 : 0) + (exchange.ended ? 1 : 0);
      if (rank < bestRank) continue;
      best = exchange;
      bestRank = rank;
    }
    return best;
  }

  /** The exchange of an older request, which holds sockets of both IPv4 and IPv6. */
  #findOlder(subject: Subject): Exchange | null {
    const { type, family, protocol } = subject;
    if (type !== SOCK_DIAG_BY_FAMILY || !isInet(family)) return null;
    const older = ownOlderType(protocol);
    const found = older === 0 ? null : this.#findAsked({ ...subject, type: older });
    if (found !== null) this.#filter = hasFamily(family);
    return found;
  }

  /** Answers without a request: the last ones that hold sockets of this kind. */
  #findAnswers(subject: Subject): Exchange | null {
    const { type, family, protocol } = subject;
    if (type !== SOCK_DIAG_BY_FAMILY && !isOlder(type)) return null;
    for (const exchange of this.#exchanges.toReversed()) {
      if (exchange.request !== null) continue;
      const filter = this.#answerFilter(exchange, subject);
      if (!holdsSocket(exchange, filter)) continue;
      if (isInet(family) && !this.#claims.has(exchange)) this.#claims.set(exchange, protocol);
      this.#filter = filter;
      return exchange;
    }
    return null;
  }

  #answerFilter(exchange: Exchange, { type, family, protocol }: Subject): Filter {
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

  /**
   * Records that the answer in progress breaks off. Answers to requests that are no dumps, and unrequested messages, have no
   * end.
   */
  #noteEnd(): void {
    const request = this.#exchange?.request ?? null;
    if (this.#exchange === null || this.#exchange.ended || request === null || this.#damage !== null) return;
    if (readSubject(request.bytes).extent === "single" && this.#exchange.answers.length > 0) return;
    // The end may have been cut off.
    if (!this.#exchange.answers.some(isCut)) this.#endless.add(request.offset);
  }

  /**
   * Copies messages of a datagram into `buffer`, as many as fit.
   *
   * @returns their length in bytes, 0 if there are no more
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

  /** Rewrites the message at `at` into an answer to the current request. */
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

  /** Has nothing to close. The source can be used again. */
  [Symbol.dispose](): void {
    this.restart();
  }
}

/** Whether a lookup of one socket got ENOENT: no such socket. A dump gets ENOENT if the kernel cannot make that dump. */
function isNothingFound({ request, refusal }: Exchange): boolean {
  return refusal?.errno === ENOENT && request !== null && readSubject(request.bytes).extent === "single";
}

/** The protocol named by one of the messages, used for messages that name none; `null` if none does. */
function guessProtocol(exchange: Exchange): number | null {
  let protocol = 0;
  holdsSocket(exchange, (view, start, end) => {
    if (isInet(view.getUint8(start + NLMSG_HDRLEN))) protocol = readProtocol(view, start, end);
    return protocol !== 0;
  });
  return protocol === 0 ? null : protocol;
}

const encodeDone = () => encodeRequest(NLMSG_DONE, 0, new Uint8Array(4));

/** The answer of a kernel that has no diagnostics for a family, with the reason. */
function encodeRefusal(): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(4 + NLMSG_HDRLEN);
  const view = viewOf(payload);
  view.setInt32(0, -ENOENT, true);
  view.setUint32(4, NLMSG_HDRLEN, true);
  const text = encodeAttribute(NLMSGERR_ATTR_MSG, new TextEncoder().encode(NOT_RECORDED));
  return encodeRequest(NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS, Uint8Array.from([...payload, ...text]));
}
