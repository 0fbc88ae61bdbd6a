/**
 * What happens to sockets between two rounds of a listing: records that say which were opened, changed and closed.
 */
import type { Family } from "../decode/families/family.ts";
import { rates } from "../decode/lookups/rates.ts";
import type { EventStream } from "../decode/plan/event_stream.ts";
import {
  CHANGED,
  CLOSED,
  ENTERED,
  fromKey,
  LEFT,
  lostKey,
  OPENED,
  PRESENT,
  REPLACED,
  toKey,
} from "../decode/record/event_keys.ts";
import { type Key, keys, type ValueType, type Word } from "../decode/record/key.ts";
import type { Identity } from "../decode/record/identity_sink.ts";
import { RecordHash } from "../decode/record/record_hash.ts";
import { RecordHeap } from "../decode/record/record_heap.ts";
import { DATAGRAM_SIZE, type RecordSink } from "../decode/record/record_sink.ts";
import { playFields, RecordTape } from "../decode/record/record_tape.ts";
import { fieldsOf } from "../decode/reference/fields.ts";
import { type EventTape, isLastCounter } from "./closed_sockets.ts";
import { compare, type Difference, SETTINGS } from "./diff.ts";
import { pushValues } from "./push_values.ts";
import type { Counters } from "./rates.ts";
import { flowOf, type PlacedSocket, Replacements } from "./replacements.ts";
import { SelectFields } from "./select_fields.ts";
import { MOST_AWAITED } from "./socket_memory.ts";
import { placeFields } from "./socket_pairs.ts";

/** How many sockets did what in a round. */
export interface ChangeCounts {
  opened: number;
  changed: number;
  closed: number;
}

/** How the end of a socket was told: by an event; or because rounds had it no longer, so that the event may still come. */
const BY_EVENT = 1;
const BY_ROUND = 2;

const withParents = (key: Key): readonly Key[] => key.parent === null ? [key] : [...withParents(key.parent), key];

/** The fields of some families at some paths, with the objects and lists that contain them. */
const keysAt = (families: readonly Family[], paths: readonly string[]): ReadonlySet<Key> =>
  new Set(families.flatMap(fieldsOf).filter(({ path }) => paths.includes(path)).flatMap(({ key }) => withParents(key)));

/** What is said of changes. */
export interface ChangeChoice {
  /** Whether a socket that is listed once is listed until it is closed. */
  readonly lasts: boolean;
  /** The fields that are shown; `null` for all. */
  readonly shown: ReadonlySet<Key> | null;
  /** Whether the kernel says when sockets are closed. Its message can come after a listing that has them no longer. */
  readonly followed: boolean;
}

/** Compares each record with the one of the same socket in the round before. Lives as long as the rounds. */
export class ChangesSink extends RecordTape {
  readonly datagrams: Uint8Array<ArrayBuffer> = new Uint8Array(DATAGRAM_SIZE);
  /** Receives the listing as it is. */
  listing: RecordSink | null = null;
  readonly #heap = new RecordHeap();
  /** By entry of the memory: where its last record is, -1 for nowhere; the hash of its settings; the round that listed it. */
  #positions = new Float64Array(0);
  #hashes = new Int32Array(0);
  #rounds = new Int32Array(0);
  /** For sockets whose end was told: how. */
  #ended = new Uint8Array(0);
  #round = 0;
  #protocol = "";
  /** Number of calls before the rates, which are the last field; -1 if nothing was counted since the round before. */
  #rates = -1;
  readonly #hash = new RecordHash();
  readonly #settings: RecordSink;
  /** What a record about a change shows: which socket it is, and what it counted. */
  readonly #brief: RecordSink;
  /** What is shown of an event; of its counters, which are the last ones; and of the last round beside these. */
  readonly #ofEvent: RecordSink;
  readonly #counters: RecordSink;
  readonly #others: RecordSink;
  readonly #types: ReadonlyMap<string, ValueType>;
  readonly #typeOf = (path: string): ValueType => this.#types.get(path) ?? "text";
  readonly #replacements: Replacements;
  /** Entries of opened sockets that may be in the place of others. */
  readonly #waiting: number[] = [];
  #counts: ChangeCounts = { opened: 0, changed: 0, closed: 0 };

  /**
   * @param stream receives the records
   * @param families the listed families in their order
   * @param counters those of the sink that passes on the records: its memory knows which socket it is. Rates of 0 must not come
   */
  constructor(
    readonly stream: EventStream,
    readonly families: readonly Family[],
    readonly counters: Counters,
    readonly choice: ChangeChoice,
  ) {
    super();
    const shown = choice.shown ?? new Set(keys);
    this.#ofEvent = new SelectFields(stream.sink, new Set([...shown, lostKey]));
    this.#counters = new SelectFields(stream.sink, new Set([...shown].filter(isLastCounter)));
    this.#others = new SelectFields(stream.sink, new Set([...shown].filter((key) => !isLastCounter(key))));
    this.#types = new Map(families.flatMap(fieldsOf).map(({ path, type }) => [path, type]));
    this.#replacements = new Replacements(families, choice.shown);
    this.#settings = new SelectFields(this.#hash, keysAt(families, SETTINGS));
    const ofRates = families.flatMap(fieldsOf).map(({ path }) => path).filter((path) =>
      path.startsWith(`${rates.path}.`)
    );
    this.#brief = new SelectFields(stream.sink, keysAt(families, [...placeFields, ...ofRates]));
  }

  /** Starts a round, all of whose records have this time in milliseconds since 1970. */
  startRound(time: number): void {
    this.#round++;
    this.stream.setTime(time);
  }

  /** How many sockets did what since the last call. */
  takeCounts(): ChangeCounts {
    const counts = this.#counts;
    this.#counts = { opened: 0, changed: 0, closed: 0 };
    return counts;
  }

  /** Sets the time of records to come, in milliseconds since 1970. */
  setTime(time: number): void {
    this.stream.setTime(time);
  }

  override openProtocol(name: string): void {
    this.#protocol = name;
    this.listing?.openProtocol(name);
  }

  override closeProtocol(): void {
    this.listing?.closeProtocol();
  }

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
    const { entry } = this.counters.memory;
    this.#passOn();
    this.#grow();
    this.#rounds[entry] = this.#round;
    // What remains of a socket after its end has been told.
    if (this.#ended[entry] === BY_EVENT) return;
    const position = this.#positions[entry]!;
    this.#hash.start();
    this.play(this.#settings);
    const { low, high } = this.#hash;
    if (position < 0) this.#tellNew(entry);
    else {
      const isSame = this.#hashes[2 * entry] === low && this.#hashes[2 * entry + 1] === high;
      const change = isSame ? null : this.#changeFrom(position);
      if (change !== null || this.#rates >= 0) this.#tellChange(change);
    }
    this.#heap.replaces = position;
    this.#positions[entry] = this.packIn(this.#heap, this.#rates < 0 ? this.callCount : this.#rates);
    this.#hashes[2 * entry] = low;
    this.#hashes[2 * entry + 1] = high;
  }

  #passOn(): void {
    const { listing } = this;
    if (listing === null) return;
    listing.openRecord();
    this.play(listing);
    listing.closeRecord();
  }

  #tellNew(entry: number): void {
    const { counters: { memory } } = this;
    const isNew = memory.isNew || this.#ended[entry] === BY_ROUND;
    this.#ended[entry] = 0;
    const play = (sink: RecordSink) => this.play(sink);
    if (this.#round === 1) return this.#tell(this.#protocol, PRESENT, play);
    this.#counts.opened++;
    if (!this.choice.lasts || !isNew) return this.#tell(this.#protocol, ENTERED, play);
    // Whether another one was in its place is known at the end of the round.
    if (this.#mayReplace && this.#replacements.mayBeBound(play)) this.#waiting.push(memory.entry);
    else this.#tell(this.#protocol, OPENED, play);
  }

  /** Whether it can be told that a socket took the place of another one. Events tell the end of that when it comes. */
  get #mayReplace(): boolean {
    return !this.choice.followed && this.#replacements.isPossible;
  }

  /** Tells all fields, and what has changed. */
  #tell(protocol: string, event: Word, play: (sink: RecordSink) => void, change: Difference | null = null): void {
    const { stream } = this;
    stream.open(protocol, event);
    play(stream.sink);
    if (change !== null) {
      pushValues(stream.sink, fromKey, change.from!, this.#typeOf);
      pushValues(stream.sink, toKey, change.to!, this.#typeOf);
    }
    stream.sink.closeRecord();
  }

  #tellChange(change: Difference | null): void {
    this.#counts.changed++;
    const isReplaced = change?.event === "replaced";
    const play = (sink: RecordSink) => this.play(sink);
    if (isReplaced) return this.#tell(this.#protocol, REPLACED, play, change);
    this.#tell(this.#protocol, CHANGED, () => this.play(this.#brief), change);
  }

  /** What is different from the record at a position. */
  #changeFrom(position: number): Difference | null {
    const old = flowOf(this.#protocol, (sink) => playFields(this.#heap.get(position), sink));
    const flow = flowOf(this.#protocol, (sink) => this.play(sink));
    return compare(old, flow, { changes: null, uncertain: new Set() });
  }

  /** Ends a complete round: says which sockets are no longer listed, or no longer passed on. */
  endRound(): void {
    const { counters, choice: { lasts, followed } } = this;
    const opened = this.#takeWaiting();
    const closed: PlacedSocket[] = [];
    let awaited = 0;
    const gone = (entry: number) => {
      const placed = opened.length === 0 ? null : this.#placedAt(entry);
      if (placed === null) this.#leave(entry, lasts ? CLOSED : LEFT);
      else {
        closed.push(placed);
        this.#forget(entry, this.#positions[entry]!);
      }
      const isAwaited = this.#isAwaited(entry) && ++awaited <= MOST_AWAITED;
      this.#ended[entry] = isAwaited ? BY_ROUND : 0;
      return isAwaited;
    };
    const moved = (from: number, to: number) => {
      this.#positions[to] = this.#positions[from]!;
      this.#hashes.copyWithin(2 * to, 2 * from, 2 * from + 2);
      this.#rounds[to] = this.#rounds[from]!;
      this.#ended[to] = this.#ended[from]!;
      this.#positions[from] = -1;
      this.#ended[from] = 0;
    };
    counters.endRound(gone, moved, followed ? 1 : 0);
    this.#tellPlaces(closed, opened);
    for (let entry = 0; entry < counters.memory.count; entry++) {
      if (this.#rounds[entry] !== this.#round && counters.memory.isListed(entry)) this.#leave(entry, LEFT);
    }
  }

  /** Whether the kernel will tell of an end that the rounds have told. */
  #isAwaited(entry: number): boolean {
    const { families, counters: { memory }, choice: { lasts, followed } } = this;
    return lasts && followed && this.#ended[entry] !== BY_EVENT &&
      families[memory.protocolOf(entry)]!.events !== undefined;
  }

  /** Tells which sockets have been opened, if that was left for the end of the round. */
  tellWaiting(): void {
    this.#tellPlaces([], this.#takeWaiting());
  }

  #takeWaiting(): readonly PlacedSocket[] {
    return this.#waiting.splice(0).flatMap((entry) => this.#socketAt(entry) ?? []);
  }

  /** The last record of an entry, if it is found by its place. */
  #placedAt(entry: number): PlacedSocket | null {
    const position = this.#positions[entry] ?? -1;
    if (position < 0 || !this.#replacements.mayBeBound((sink) => playFields(this.#heap.get(position), sink))) {
      return null;
    }
    return this.#socketAt(entry);
  }

  #socketAt(entry: number): PlacedSocket | null {
    const position = this.#positions[entry] ?? -1;
    if (position < 0) return null;
    const { families, counters: { memory } } = this;
    const record = this.#heap.get(position);
    const protocol = families[memory.protocolOf(entry)]!.name;
    return { protocol, record, flow: flowOf(protocol, (sink) => playFields(record, sink)) };
  }

  #tellPlaces(gone: readonly PlacedSocket[], come: readonly PlacedSocket[]): void {
    const { replaced, opened, closed } = this.#replacements.pair(gone, come);
    const play = ({ record }: PlacedSocket) => (sink: RecordSink) => playFields(record, sink);
    for (const socket of closed) this.#tell(socket.protocol, CLOSED, play(socket));
    for (const socket of opened) this.#tell(socket.protocol, OPENED, play(socket));
    for (const { socket, difference } of replaced) this.#tell(socket.protocol, REPLACED, play(socket), difference);
    this.#counts.closed += gone.length;
  }

  /** Tells an event of a socket that no round had, or that events are missing. */
  tellEvent(protocol: string, event: Word, tape: EventTape): void {
    const { stream } = this;
    if (event === CLOSED) this.#counts.closed++;
    stream.open(protocol, event);
    tape.push(this.#ofEvent);
    stream.sink.closeRecord();
  }

  /**
   * Tells the end of a socket that the last round had, with what it knew.
   *
   * @returns whether that was told, now or before
   */
  tellClosed(protocol: string, identity: Identity, tape: EventTape): boolean {
    const { stream, counters } = this;
    const { memory } = counters;
    const known = memory.entryOf(identity);
    if (known < 0) {
      memory.see(identity);
      counters.keepZeros(memory.entry);
    }
    const entry = known < 0 ? memory.entry : known;
    this.#grow();
    const position = this.#positions[entry]!;
    const isTold = this.#ended[entry] !== 0;
    this.#ended[entry] = BY_EVENT;
    if (position < 0) return isTold;
    this.#counts.closed++;
    stream.open(protocol, CLOSED);
    playFields(this.#heap.get(position), tape.hasCounters ? this.#others : stream.sink);
    if (tape.hasCounters) tape.push(this.#counters);
    stream.sink.closeRecord();
    this.#forget(entry, position);
    return true;
  }

  #forget(entry: number, position: number): void {
    this.#heap.remove(position);
    this.#positions[entry] = -1;
  }

  /** Says that a socket is no longer listed, with its last record. */
  #leave(entry: number, event: Word): void {
    const position = this.#positions[entry] ?? -1;
    if (position < 0) return;
    const { stream, families, counters: { memory } } = this;
    this.#counts.closed++;
    stream.open(families[memory.protocolOf(entry)]!.name, event);
    playFields(this.#heap.get(position), stream.sink);
    stream.sink.closeRecord();
    this.#forget(entry, position);
  }

  #grow(): void {
    const { space } = this.counters.memory;
    if (this.#positions.length >= space) return;
    const ended = this.#ended;
    this.#ended = new Uint8Array(space);
    this.#ended.set(ended);
    const [positions, hashes, rounds] = [this.#positions, this.#hashes, this.#rounds];
    this.#positions = new Float64Array(space).fill(-1);
    this.#positions.set(positions);
    this.#hashes = new Int32Array(2 * space);
    this.#hashes.set(hashes);
    this.#rounds = new Int32Array(space);
    this.#rounds.set(rounds);
  }
}
