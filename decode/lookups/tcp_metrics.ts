/**
 * What TCP remembers of earlier connections between two addresses; mirrors `linux/tcp_metrics.h`.
 */
import { findPayload, payloadEnd } from "../netlink/attribute.ts";
import { GENL_HDRLEN } from "../netlink/generic.ts";
import type { Key } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { readAddressAttribute } from "./address_attributes.ts";
import { cachedKeys } from "./routes.ts";
import { TupleTable } from "./tuple_table.ts";

export const TCP_METRICS_CMD_GET = 1;
const ADDR_IPV4 = 1;
const ADDR_IPV6 = 2;
const AGE = 3;
const VALS = 6;
const FOPEN_MSS = 7;
const FOPEN_SYN_DROPS = 8;
const SADDR_IPV4 = 11;
const SADDR_IPV6 = 12;
/** Numbers in VALS: those of `enum tcp_metric_index`, plus 1. */
const RTT_MS = 1;
const RTTVAR_MS = 2;
const SSTHRESH = 3;
const CWND = 4;
const REORDERING = 5;
const RTT_US = 6;
const RTTVAR_US = 7;

/** Count of numbers in two addresses. */
const ADDRESSES = 8;

/** The payload of the kernel's message about two addresses. */
export type RememberedPair = Uint8Array;

/** What TCP remembers in one network namespace, by addresses. */
export class TcpMetrics {
  readonly #table = new TupleTable(ADDRESSES);
  readonly #messages: RememberedPair[] = [];

  clear(): void {
    this.#table.clear();
    this.#messages.length = 0;
  }

  /** Adds the message payload from `start` to `end`. */
  add(view: DataView, bytes: Uint8Array, start: number, end: number): void {
    const { wanted } = this.#table;
    const from = start + GENL_HDRLEN;
    if (!readAddressAttribute(view, from, end, [SADDR_IPV4, SADDR_IPV6], wanted, 0)) return;
    if (!readAddressAttribute(view, from, end, [ADDR_IPV4, ADDR_IPV6], wanted, 4)) return;
    this.#messages[this.#table.add()] = bytes.slice(start, end);
  }

  /** What is remembered of the addresses at the start of a pair; `null` for nothing. */
  find(pair: Int32Array): RememberedPair | null {
    for (let i = 0; i < ADDRESSES; i++) this.#table.wanted[i] = pair[i]!;
    return this.#messages[this.#table.find()] ?? null;
  }
}

/** Pushes what is remembered. */
export function writeRemembered(message: RememberedPair, sink: RecordSink): void {
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const find = (number: number, size: number) => findPayload(view, GENL_HDRLEN, message.length, number, size);
  sink.openObject(cachedKeys.object);
  const age = find(AGE, 8);
  if (age >= 0) {
    sink.integer(cachedKeys.age, view.getUint32(age, true) + (view.getUint32(age + 4, true) & 0x1fffff) * 2 ** 32);
  }
  const values = find(VALS, 0);
  if (values >= 0) writeValues(view, values, sink);
  const writeShort = (key: Key, at: number) => {
    if (at >= 0) sink.integer(key, view.getUint16(at, true));
  };
  writeShort(cachedKeys.fastopenMss, find(FOPEN_MSS, 2));
  writeShort(cachedKeys.fastopenDrops, find(FOPEN_SYN_DROPS, 2));
  sink.closeObject(cachedKeys.object);
}

function writeValues(view: DataView, start: number, sink: RecordSink): void {
  const end = payloadEnd(view, start);
  const value = (number: number): number | null => {
    const at = findPayload(view, start, end, number, 4);
    return at < 0 ? null : view.getUint32(at, true);
  };
  // The kernel keeps 8 times the round-trip time and 4 times its variation; before 3.15 only in milliseconds.
  const rtt = value(RTT_US) ?? times(value(RTT_MS), 1000);
  const rttvar = value(RTTVAR_US) ?? times(value(RTTVAR_MS), 1000);
  if (rtt !== null) sink.thousandths(cachedKeys.rtt, Math.floor(rtt / 8));
  if (rttvar !== null) sink.thousandths(cachedKeys.rttvar, Math.floor(rttvar / 4));
  for (const [number, key] of COUNTS) {
    const count = value(number);
    if (count !== null) sink.integer(key, count);
  }
}

const times = (value: number | null, factor: number): number | null => value === null ? null : value * factor;

const COUNTS: readonly (readonly [number, Key])[] = [
  [SSTHRESH, cachedKeys.ssthresh],
  [CWND, cachedKeys.cwnd],
  [REORDERING, cachedKeys.reordering],
];
