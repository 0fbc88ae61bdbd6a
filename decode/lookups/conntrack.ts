/**
 * Tracked connections whose addresses are translated; mirrors `linux/netfilter/nfnetlink_conntrack.h`.
 */
import { findPayload, payloadEnd } from "../netlink/attribute.ts";
import { encodeAttribute } from "../netlink/message.ts";
import { readAddressAttribute } from "./address_attributes.ts";
import { PAIR, PORTS } from "./inet_ends.ts";
import { TupleTable } from "./tuple_table.ts";

/** Message type of a question for connections: NFNL_SUBSYS_CTNETLINK and IPCTNL_MSG_CT_GET. */
export const CT_GET = 1 << 8 | 1;
/** Size of `struct nfgenmsg`. */
const NFGEN_SIZE = 4;

const CTA_TUPLE_ORIG = 1;
const CTA_TUPLE_REPLY = 2;
const CTA_STATUS = 3;
const CTA_TIMEOUT = 7;
const CTA_MARK = 8;
const CTA_ID = 12;
const CTA_ZONE = 18;
const CTA_TUPLE_IP = 1;
const CTA_TUPLE_PROTO = 2;
const CTA_PROTO_NUM = 1;
const CTA_PROTO_SRC_PORT = 2;
const CTA_PROTO_DST_PORT = 3;
/** Attributes of IPv4 and IPv6. */
const SOURCES = [1, 3] as const;
const DESTINATIONS = [2, 4] as const;

/** Bits of CTA_STATUS. */
export const IPS_SRC_NAT = 1 << 4;
export const IPS_DST_NAT = 1 << 5;
const IPS_NAT = IPS_SRC_NAT | IPS_DST_NAT;

/** The payload of a dump: connections with these bits of the status, of kernels before 5.15 all. */
export function encodeConnectionsRequest(status: number): Uint8Array {
  const attribute = encodeAttribute(CTA_STATUS, Uint8Array.of(0, 0, 0, status));
  const payload = new Uint8Array(NFGEN_SIZE + attribute.length);
  payload.set(attribute, NFGEN_SIZE);
  return payload;
}

/** Place of the protocol in the tuple of a direction, after both ends; and count of numbers in it. */
export const PROTOCOL = PAIR;
export const TUPLE = PAIR + 1;

/** Numbers of a connection after its two tuples. */
const NAMESPACE = 2 * TUPLE;
const MARK = NAMESPACE + 1;
const ZONE = NAMESPACE + 2;
const TIMEOUT = NAMESPACE + 3;
const ID = NAMESPACE + 4;
const CONNECTION = NAMESPACE + 5;
const NOTHING = -1;

/** Result of {@linkcode Connections.find}: several connections fit. */
export const AMBIGUOUS = -2;

/**
 * The connections of all namespaces that are translated. Each takes about 250 bytes. A connection has two directions; the number
 * of a direction is twice that of the connection, plus 1 for replies.
 */
export class Connections {
  /** The tuple to look for: both ends and the protocol. */
  readonly wanted: Int32Array;
  readonly #tuples = new TupleTable(TUPLE);
  /** The last direction that was added of each tuple, and for each direction the one before it of the same tuple. */
  readonly #last: number[] = [];
  readonly #before: number[] = [];
  #numbers = new Int32Array(CONNECTION * 256);
  #count = 0;

  constructor() {
    this.wanted = this.#tuples.wanted;
  }

  /** Adds the connection in a message payload; returns its status bits, -1 if it has none or another protocol than IP. */
  add(view: DataView, start: number, end: number, namespace: number): number {
    const from = start + NFGEN_SIZE;
    const bits = findPayload(view, from, end, CTA_STATUS, 4);
    const status = bits < 0 ? -1 : view.getUint32(bits);
    if (bits < 0 || (status & IPS_NAT) === 0) return status;
    if ((this.#count + 1) * CONNECTION > this.#numbers.length) {
      const larger = new Int32Array(2 * this.#numbers.length);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    const at = this.#count * CONNECTION;
    const numbers = this.#numbers;
    if (!readTuple(view, from, end, CTA_TUPLE_ORIG, numbers, at)) return -1;
    if (!readTuple(view, from, end, CTA_TUPLE_REPLY, numbers, at + TUPLE)) return -1;
    numbers[at + NAMESPACE] = namespace;
    numbers[at + MARK] = readNumber(view, from, end, CTA_MARK, 0);
    numbers[at + TIMEOUT] = readNumber(view, from, end, CTA_TIMEOUT, NOTHING);
    numbers[at + ID] = readNumber(view, from, end, CTA_ID, 0);
    const zone = findPayload(view, from, end, CTA_ZONE, 2);
    numbers[at + ZONE] = zone < 0 ? 0 : view.getUint16(zone);
    this.#enter(at);
    return status;
  }

  /** Enters the connection at `at` under the tuples of its directions, unless it is there already. */
  #enter(at: number): void {
    for (let direction = 0; direction < 2; direction++) {
      for (let i = 0; i < TUPLE; i++) this.wanted[i] = this.#numbers[at + direction * TUPLE + i]!;
      const before = this.#tuples.count;
      const tuple = this.#tuples.add();
      const last = tuple === before ? NOTHING : this.#last[tuple]!;
      // It is told twice if both its source and its destination are translated.
      if (direction === 0 && this.#isKnown(last, at)) return;
      const number = 2 * this.#count + direction;
      this.#before[number] = last;
      this.#last[tuple] = number;
    }
    this.#count++;
  }

  #isKnown(last: number, at: number): boolean {
    for (let number = last; number !== NOTHING; number = this.#before[number]!) {
      const other = (number >> 1) * CONNECTION;
      if (other === at) continue;
      const same = [NAMESPACE, ID, ZONE].every((i) => this.#numbers[other + i] === this.#numbers[at + i]);
      if (same) return true;
    }
    return false;
  }

  /** Forgets the connections of a namespace that was added last, because they are read again. */
  forget(count: number): void {
    const all = this.#numbers.subarray(0, count * CONNECTION).slice();
    this.#tuples.clear();
    this.#last.length = 0;
    this.#before.length = 0;
    this.#count = 0;
    for (let at = 0; at < all.length; at += CONNECTION) {
      this.#numbers.set(all.subarray(at, at + CONNECTION), at);
      this.#enter(at);
    }
  }

  /** Count of connections. */
  get count(): number {
    return this.#count;
  }

  /**
   * The direction with the wanted tuple: of a namespace, else of the only other one that has it; -1 if there is none,
   * {@linkcode AMBIGUOUS} if there are several.
   */
  find(namespace: number): number {
    const tuple = this.#tuples.find();
    if (tuple < 0) return NOTHING;
    let here = NOTHING;
    let elsewhere = NOTHING;
    let [near, far] = [0, 0];
    for (let number = this.#last[tuple]!; number !== NOTHING; number = this.#before[number]!) {
      if (this.namespaceOf(number) === namespace) {
        here = number;
        near++;
      } else {
        elsewhere = number;
        far++;
      }
    }
    if (near > 0) return near === 1 ? here : AMBIGUOUS;
    return far === 1 ? elsewhere : AMBIGUOUS;
  }

  /** Number of the namespace that tracks a direction. */
  namespaceOf(direction: number): number {
    return this.#numberOf(direction, NAMESPACE);
  }

  markOf(direction: number): number {
    return this.#numberOf(direction, MARK) >>> 0;
  }

  zoneOf(direction: number): number {
    return this.#numberOf(direction, ZONE);
  }

  /** Seconds; -1 if unknown. */
  timeoutOf(direction: number): number {
    return this.#numberOf(direction, TIMEOUT);
  }

  /** The numbers of a direction's tuple: both ends as in {@linkcode PAIR}, and the protocol. */
  tupleOf(direction: number): Int32Array {
    const at = (direction >> 1) * CONNECTION + (direction & 1) * TUPLE;
    return this.#numbers.subarray(at, at + TUPLE);
  }

  #numberOf(direction: number, place: number): number {
    return this.#numbers[(direction >> 1) * CONNECTION + place]!;
  }
}

const readNumber = (view: DataView, start: number, end: number, attribute: number, none: number): number => {
  const at = findPayload(view, start, end, attribute, 4);
  return at < 0 ? none : view.getInt32(at);
};

/** Reads the tuple in an attribute; returns whether it is one of ports. */
function readTuple(
  view: DataView,
  from: number,
  to: number,
  attribute: number,
  into: Int32Array,
  place: number,
): boolean {
  const start = findPayload(view, from, to, attribute, 0);
  if (start < 0) return false;
  const end = payloadEnd(view, start);
  const ip = findPayload(view, start, end, CTA_TUPLE_IP, 0);
  const proto = findPayload(view, start, end, CTA_TUPLE_PROTO, 0);
  if (ip < 0 || proto < 0) return false;
  if (!readAddressAttribute(view, ip, payloadEnd(view, ip), SOURCES, into, place)) return false;
  if (!readAddressAttribute(view, ip, payloadEnd(view, ip), DESTINATIONS, into, place + 4)) return false;
  const stop = payloadEnd(view, proto);
  const number = findPayload(view, proto, stop, CTA_PROTO_NUM, 1);
  const source = findPayload(view, proto, stop, CTA_PROTO_SRC_PORT, 2);
  const destination = findPayload(view, proto, stop, CTA_PROTO_DST_PORT, 2);
  if (number < 0 || source < 0 || destination < 0) return false;
  into[place + PORTS] = view.getUint16(source) << 16 | view.getUint16(destination);
  into[place + PROTOCOL] = view.getUint8(number);
  return true;
}
