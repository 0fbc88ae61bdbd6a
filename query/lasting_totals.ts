/**
 * Totals that do not fall: what sockets have counted, with those that were closed since.
 */
import type { Family } from "../decode/families/family.ts";
import { rateOf } from "../decode/lookups/rates.ts";
import { CLOSED } from "../decode/record/event_keys.ts";
import type { Identity } from "../decode/record/identity_sink.ts";
import type { Key, Word } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { RecordSlots, selectSlots } from "../decode/record/record_slots.ts";
import type { TapedRecord } from "../decode/record/record_tape.ts";
import { countersIn, fieldTree } from "../decode/reference/fields.ts";
import type { Aggregate } from "./aggregate.ts";
import type { EndTeller, EventTape } from "./closed_sockets.ts";
import { CounterMemory } from "./counter_memory.ts";
import type { Places } from "./measure.ts";
import { MOST_AWAITED, type SocketMemory } from "./socket_memory.ts";

/** What the sockets of a group have counted. */
export class Total {
  /** Sockets whose end the kernel has told. */
  closed = 0;
  /** One sum for each field. */
  readonly sums: bigint[];
  /** The sums when the round before ended. */
  readonly before: bigint[];

  constructor(fields: number) {
    this.sums = new Array(fields).fill(0n);
    this.before = new Array(fields).fill(0n);
  }

  add(deltas: Float64Array): void {
    for (let i = 0; i < deltas.length; i++) if (deltas[i] !== 0) this.sums[i]! += BigInt(deltas[i]!);
  }

  endRound(): void {
    for (let i = 0; i < this.sums.length; i++) this.before[i] = this.sums[i]!;
  }
}

/** A group that has been seen, even if it has no sockets any more. */
export interface LastingGroup {
  readonly protocol: string;
  readonly record: TapedRecord;
  readonly signature: Uint8Array;
  readonly total: Total;
}

/** The groups of a socket whose end was told. */
const ENDED: readonly Total[] = [];

/** The fields for aggregates: first the counters that are summed, then those behind each rate that is. */
export function summedFields(
  families: readonly Family[],
  aggregates: readonly Aggregate[],
): readonly (readonly Key[])[] {
  const counters = [...new Set(families.flatMap((family) => countersIn(fieldTree(family))))];
  const summed = new Set(aggregates.flatMap(({ function: called, key }) => called === "sum" ? [key] : []));
  return [
    ...counters.filter((counter) => summed.has(counter)).map((counter) => [counter]),
    ...[...summed].map((rate) => counters.filter((counter) => rateOf(counter) === rate)),
  ].filter((keys) => keys.length > 0);
}

const bytesAsText = new TextDecoder("latin1");

/**
 * Adds up counters by group, over rounds and over the events in between. What a socket has counted is added when it is
 * seen, so a sum never falls. A socket that is seen for the first time counts with all that it has, unless it was open
 * when counting from zero began.
 */
export class LastingTotals implements EndTeller {
  readonly #groups = new Map<string, LastingGroup>();
  /** The sum of the groups for which there was no room. */
  readonly other: Total;
  readonly #counters: CounterMemory;
  /** By entry of the memory: where the socket counts. There are several if its holders are counted. */
  readonly #totals: (Total | readonly Total[] | undefined)[] = [];
  readonly #slots: RecordSlots;
  readonly #places: readonly Places[];
  /** Number of the socket whose counters were compared last. */
  #socket = -1;
  /** Receives closed sockets that no round has had, to be counted here too; and whether one is being passed on. */
  #ends: RecordSink | null = null;
  #forgetEnds: () => void = () => {};
  #isEnd = false;
  #interval = NaN;
  /** Sockets in this round that are only remembered until the kernel tells of their ends. */
  #awaited = 0;
  /** Whether what sockets have counted so far is left out. */
  #isBefore: boolean;

  /**
   * @param memory knows the sockets: its entry is that of the open record
   * @param fields the counters: of each, the keys of all families
   * @param most the maximum number of groups
   * @param fromZero whether what was counted before the end of the first listing is left out
   * @param isTold whether the kernel tells of the ends of sockets of a protocol, by its number in the memory
   */
  constructor(
    readonly memory: SocketMemory,
    readonly fields: readonly (readonly Key[])[],
    readonly most: number = Infinity,
    fromZero = false,
    readonly isTold: (protocol: number) => boolean = () => true,
  ) {
    this.#isBefore = fromZero;
    this.other = new Total(fields.length);
    this.#counters = new CounterMemory(fields.map((keys) => keys.some(({ note }) => note.type === "integer64")));
    this.#slots = new RecordSlots(selectSlots(fields.flat().map((key) => [key])));
    let place = 0;
    this.#places = fields.map((keys) => keys.map(() => place++));
  }

  /** The groups so far, in the order of first appearance. */
  get groups(): readonly LastingGroup[] {
    return [...this.#groups.values()];
  }

  /**
   * Sets the sink for closed sockets that no round has had.
   *
   * @param forget called in each round: the sink need not remember the groups for which there is no room here
   */
  receiveEnds(sink: RecordSink, forget: () => void): void {
    this.#ends = sink;
    this.#forgetEnds = forget;
  }

  /** @param interval milliseconds since the round before; NaN in the first */
  startRound(interval: number): void {
    this.#interval = interval;
    this.#socket = -1;
    this.#awaited = 0;
    this.#forgetEnds();
  }

  /** The total of a group, which is a new one if no record had these values before. */
  totalOf(protocol: string, record: TapedRecord, signature: Uint8Array): Total {
    const text = bytesAsText.decode(signature);
    const known = this.#groups.get(text);
    if (known !== undefined) return known.total;
    if (this.#groups.size >= this.most) return this.other;
    const total = new Total(this.fields.length);
    this.#groups.set(text, { protocol, record, signature, total });
    return total;
  }

  /**
   * Takes a record of a group.
   *
   * @param socket a number that all records of a socket in a listing share, and no others
   * @param places where the fields are
   * @returns whether the socket is open
   */
  take(total: Total, socket: number, slots: RecordSlots, places: readonly Places[]): boolean {
    const counters = this.#counters;
    if (this.#isEnd) {
      const deltas = counters.whole(slots, places);
      if (!this.#isBefore) total.add(deltas);
      total.closed++;
      return false;
    }
    const { entry } = this.memory;
    const before = this.#totals[entry];
    if (before === ENDED) return true;
    const isFirst = socket !== this.#socket;
    this.#socket = socket;
    if (isFirst) counters.compare(entry, slots, places);
    if (!this.#isBefore) total.add(counters.deltas);
    this.#totals[entry] = isFirst || before === undefined ? total : [before, total].flat();
    return true;
  }

  /** The field that an aggregate is the sum of; -1 for none. */
  fieldOf({ function: called, key }: Aggregate): number {
    return called === "sum" ? this.fields.findIndex((keys) => keys.includes(key)) : -1;
  }

  /** The field of whose rates an aggregate is the sum; -1 for none. */
  rateFieldOf({ function: called, key }: Aggregate): number {
    return called === "sum" ? this.fields.findLastIndex((keys) => keys.some((counter) => rateOf(counter) === key)) : -1;
  }

  /** What a group has counted in a second since the round before; `null` in the first round. */
  rate({ sums, before }: Total, field: number): number | null {
    if (Number.isNaN(this.#interval)) return null;
    return Number(sums[field]! - before[field]!) * 1000 / this.#interval;
  }

  /** Ends a listing: from now on everything counts. */
  endListing(): void {
    this.#isBefore = false;
  }

  /**
   * Forgets the socket of an entry of the memory.
   *
   * @returns whether it must be remembered: the kernel has not told of its end yet
   */
  forget = (entry: number): boolean => {
    const total = this.#totals[entry];
    const isAwaited = total !== undefined && total !== ENDED && this.isTold(this.memory.protocolOf(entry));
    if (isAwaited && ++this.#awaited <= MOST_AWAITED) return true;
    this.#totals[entry] = undefined;
    this.#counters.forget(entry);
    return false;
  };

  /** An entry of the memory has got another number. */
  move = (from: number, to: number): void => {
    this.#totals[to] = this.#totals[from];
    this.#totals[from] = undefined;
    this.#counters.move(from, to);
  };

  /** Ends a round, all of which has been pushed. */
  endRound(): void {
    for (const { total } of this.#groups.values()) total.endRound();
    this.other.endRound();
  }

  setTime(): void {}

  tellEvent(protocol: string, event: Word, tape: EventTape): void {
    const sink = this.#ends;
    if (event !== CLOSED || sink === null) return;
    this.#isEnd = true;
    sink.openProtocol(protocol);
    sink.openRecord();
    tape.push(sink);
    sink.closeRecord();
    sink.closeProtocol();
    this.#isEnd = false;
  }

  tellClosed(_protocol: string, identity: Identity, tape: EventTape): boolean {
    const entry = this.memory.entryOf(identity);
    const known = this.#totals[entry];
    if (known === undefined) return false;
    this.#totals[entry] = ENDED;
    this.#slots.openRecord();
    tape.push(this.#slots);
    const deltas = this.#counters.compare(entry, this.#slots, this.#places);
    for (const total of [known].flat()) {
      total.add(deltas);
      total.closed++;
    }
    return true;
  }
}
