/**
 * What happens to sockets between two rounds of a listing: records that say which were opened, changed and closed.
 */
import type { Family } from "../decode/families/family.ts";
import { rates } from "../decode/lookups/rates.ts";
import type { EventStream } from "../decode/plan/event_stream.ts";
import { CHANGED, CLOSED, ENTERED, fromKey, LEFT, OPENED, PRESENT, toKey } from "../decode/record/event_keys.ts";
import type { Key, ValueType, Word } from "../decode/record/key.ts";
import { type FlowObject, ObjectSink } from "../decode/record/object_sink.ts";
import { RecordHash } from "../decode/record/record_hash.ts";
import { RecordHeap } from "../decode/record/record_heap.ts";
import { DATAGRAM_SIZE, type RecordSink } from "../decode/record/record_sink.ts";
import { playFields, RecordTape } from "../decode/record/record_tape.ts";
import { fieldsOf } from "../decode/reference/fields.ts";
import { compare, type Difference, SETTINGS } from "./diff.ts";
import { pushValues } from "./push_values.ts";
import type { Counters } from "./rates.ts";
import { SelectFields } from "./select_fields.ts";
import { placeFields } from "./socket_pairs.ts";

/** How many sockets did what in a round. */
export interface ChangeCounts {
  opened: number;
  changed: number;
  closed: number;
}

const withParents = (key: Key): readonly Key[] => key.parent === null ? [key] : [...withParents(key.parent), key];

/** The fields of some families at some paths, with the objects and lists that contain them. */
const keysAt = (families: readonly Family[], paths: readonly string[]): ReadonlySet<Key> =>
  new Set(families.flatMap(fieldsOf).filter(({ path }) => paths.includes(path)).flatMap(({ key }) => withParents(key)));

/** Compares each record with the one of the same socket in the round before. Lives as long as the rounds. */
export class ChangesSink extends RecordTape {
  readonly datagrams: Uint8Array<ArrayBuffer> = new Uint8Array(DATAGRAM_SIZE);
  readonly #heap = new RecordHeap();
  /** By entry of the memory: where its last record is, -1 for nowhere; the hash of its settings; the round that listed it. */
  #positions = new Float64Array(0);
  #hashes = new Int32Array(0);
  #rounds = new Int32Array(0);
  #round = 0;
  #protocol = "";
  /** Number of calls before the rates, which are the last field; -1 if nothing was counted since the round before. */
  #rates = -1;
  readonly #hash = new RecordHash();
  readonly #settings: RecordSink;
  /** What a record about a change shows: which socket it is, and what it counted. */
  readonly #brief: RecordSink;
  readonly #types: ReadonlyMap<string, ValueType>;
  readonly #typeOf = (path: string): ValueType => this.#types.get(path) ?? "text";
  readonly counts: ChangeCounts = { opened: 0, changed: 0, closed: 0 };

  /**
   * @param stream receives the records
   * @param families the listed families in their order
   * @param counters those of the sink that passes on the records: its memory knows which socket it is. Rates of 0 must not come
   * @param lasts whether a socket that is listed once is listed until it is closed
   */
  constructor(
    readonly stream: EventStream,
    readonly families: readonly Family[],
    readonly counters: Counters,
    readonly lasts: boolean,
  ) {
    super();
    this.#types = new Map(families.flatMap(fieldsOf).map(({ path, type }) => [path, type]));
    this.#settings = new SelectFields(this.#hash, keysAt(families, SETTINGS));
    const ofRates = families.flatMap(fieldsOf).map(({ path }) => path).filter((path) =>
      path.startsWith(`${rates.path}.`)
    );
    this.#brief = new SelectFields(stream.sink, keysAt(families, [...placeFields, ...ofRates]));
  }

  /** Starts a round, all of whose records have this time in milliseconds since 1970. */
  startRound(time: number): void {
    this.#round++;
    Object.assign(this.counts, { opened: 0, changed: 0, closed: 0 });
    this.stream.setTime(time);
  }

  override openProtocol(name: string): void {
    this.#protocol = name;
  }

  override closeProtocol(): void {}
  override mark(): void {}

  /** What has been said cannot be taken back. */
  override rewind(): boolean {
    return false;
  }

  override openRecord(): void {
    this.#rates = -1;
    super.openRecord();
  }

  override openObject(key: Key): void {
    if (key === rates) this.#rates = this.callCount;
    super.openObject(key);
  }

  protected override recordEnded(): void {
    const { memory: { entry, space } } = this.counters;
    if (this.#positions.length < space) this.#grow(space);
    const position = this.#positions[entry]!;
    this.#hash.start();
    this.play(this.#settings);
    const { low, high } = this.#hash;
    if (position < 0) this.#tellNew();
    else {
      const isSame = this.#hashes[2 * entry] === low && this.#hashes[2 * entry + 1] === high;
      const change = isSame ? null : this.#changeFrom(position);
      if (change !== null || this.#rates >= 0) this.#tellChange(change);
    }
    this.#heap.replaces = position;
    this.#positions[entry] = this.packIn(this.#heap, this.#rates < 0 ? this.callCount : this.#rates);
    this.#hashes[2 * entry] = low;
    this.#hashes[2 * entry + 1] = high;
    this.#rounds[entry] = this.#round;
  }

  #tellNew(): void {
    if (this.#round === 1) return this.#tell(PRESENT);
    const isOpened = this.lasts && this.counters.memory.isNew;
    this.counts.opened++;
    this.#tell(isOpened ? OPENED : ENTERED);
  }

  #tell(event: Word): void {
    const { stream } = this;
    stream.open(this.#protocol, event);
    this.play(stream.sink);
    stream.sink.closeRecord();
  }

  #tellChange(change: Difference | null): void {
    const { stream } = this;
    this.counts.changed++;
    stream.open(this.#protocol, CHANGED);
    this.play(this.#brief);
    if (change !== null) {
      pushValues(stream.sink, fromKey, change.from!, this.#typeOf);
      pushValues(stream.sink, toKey, change.to!, this.#typeOf);
    }
    stream.sink.closeRecord();
  }

  /** What is different from the record at a position. */
  #changeFrom(position: number): Difference | null {
    const objects = new ObjectSink();
    for (const play of [() => playFields(this.#heap.get(position), objects), () => this.play(objects)]) {
      objects.openProtocol(this.#protocol);
      objects.openRecord();
      play();
      objects.closeRecord();
    }
    const [old, flow] = objects.take() as [FlowObject, FlowObject];
    return compare(old, flow, { changes: null, uncertain: new Set() });
  }

  /** Ends a complete round: says which sockets are no longer listed. */
  endRound(): void {
    this.counters.endRound((entry) => this.#leave(entry, this.lasts ? CLOSED : LEFT), (from, to) => {
      this.#positions[to] = this.#positions[from]!;
      this.#hashes.copyWithin(2 * to, 2 * from, 2 * from + 2);
      this.#rounds[to] = this.#rounds[from]!;
      this.#positions[from] = -1;
    });
    // Sockets that are still listed, but no longer passed on.
    for (let entry = 0; entry < this.counters.memory.count; entry++) {
      if (this.#rounds[entry] !== this.#round) this.#leave(entry, LEFT);
    }
  }

  /** Says that a socket is no longer listed, with its last record. */
  #leave(entry: number, event: Word): void {
    const position = this.#positions[entry] ?? -1;
    if (position < 0) return;
    const { stream, families, counters: { memory } } = this;
    this.counts.closed++;
    stream.open(families[memory.protocolOf(entry)]!.name, event);
    playFields(this.#heap.get(position), stream.sink);
    stream.sink.closeRecord();
    this.#heap.remove(position);
    this.#positions[entry] = -1;
  }

  #grow(space: number): void {
    const [positions, hashes, rounds] = [this.#positions, this.#hashes, this.#rounds];
    this.#positions = new Float64Array(space).fill(-1);
    this.#positions.set(positions);
    this.#hashes = new Int32Array(2 * space);
    this.#hashes.set(hashes);
    this.#rounds = new Int32Array(space);
    this.#rounds.set(rounds);
  }
}
