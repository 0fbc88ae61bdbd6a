/**
 * What is said of all sockets of a listing together: how many are in which state, and how much they send and receive.
 */
import { rates } from "../decode/lookups/rates.ts";
import { ForwardingSink } from "../decode/record/forwarding_sink.ts";
import { defineKey, type Key, type Word } from "../decode/record/key.ts";
import type { Layout, Step } from "../decode/record/layout.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";

const SENT = "rates.bytes_sent";
const RECEIVED = "rates.bytes_received";
const STATE = "state";

/** What a socket sends and receives together, to sort by. It is not printed. */
export const trafficKey: Key = defineKey(rates, "bytes sent and received", { type: "decimal", unit: "bytes/s" });

/** Counts sockets by protocol and state, adds up their rates, and adds {@linkcode trafficKey} to each. */
export class TrafficSink extends ForwardingSink {
  /** Thousandths of bytes a second. */
  sent = 0;
  received = 0;
  readonly states: Map<string, Map<string, number>> = new Map();
  #counts = new Map<string, number>();
  #traffic = 0;
  readonly #steps: (Step | null)[] = [];

  constructor(target: RecordSink) {
    super(target);
  }

  override openProtocol(name: string): void {
    this.#counts = this.states.get(name) ?? new Map();
    this.states.set(name, this.#counts);
    super.openProtocol(name);
  }

  override structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    const step = this.#steps[layout.id] ??= layout.steps.find(({ key }) => key.path === STATE) ?? null;
    if (step !== null && step.kind === "enumeration" && step.needs <= end - start) {
      this.#count(step.words[view.getUint8(start + step.offset)]);
    }
    super.structure(layout, view, bytes, start, end);
  }

  override name(key: Key, word: Word): void {
    if (key.path === STATE) this.#count(word);
    super.name(key, word);
  }

  #count(word: Word | undefined): void {
    const name = word?.text ?? "unknown";
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  override openObject(key: Key): void {
    if (key === rates) this.#traffic = 0;
    super.openObject(key);
  }

  override thousandths(key: Key, value: number): void {
    if (key.path === SENT) this.sent += value;
    else if (key.path === RECEIVED) this.received += value;
    if (key.path === SENT || key.path === RECEIVED) this.#traffic += value;
    super.thousandths(key, value);
  }

  override closeObject(key: Key): void {
    if (key === rates) super.thousandths(trafficKey, this.#traffic);
    super.closeObject(key);
  }
}
