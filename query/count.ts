/**
 * A sink that counts records by their values and pushes one record for each combination.
 */
import { ByteStore } from "../decode/record/byte_store.ts";
import { defineKey, defineWord, type Key } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import * as slot from "../decode/record/record_slots.ts";
import { playFields, RecordTape, type TapedRecord } from "../decode/record/record_tape.ts";
import { type Aggregate, Tally, writeSum } from "./aggregate.ts";
import type { ColumnChoice } from "./column_choice.ts";
import type { Column } from "./columns.ts";
import { COUNTS, PROTOCOL } from "./columns.ts";
import { ExplodeSink } from "./explode.ts";
import type { LastingTotals, Total } from "./lasting_totals.ts";
import type { Collector, Measure, Places } from "./measure.ts";
import { SelectFields } from "./select_fields.ts";
import type { Subnet } from "./subnets.ts";

/** The protocol as a field, and the count. */
export const protocolKey: Key = defineKey(null, PROTOCOL, { type: "name", meaning: "Protocol of the sockets." });
export const countKey: Key = defineKey(null, "count", { type: "integer", meaning: "Number of sockets." });

export const closedKey: Key = defineKey(null, "closed", {
  type: "integer",
  meaning: "Number of sockets that were closed since the start.",
});

/** The columns to count by and the aggregates. */
export interface CountChoice extends ColumnChoice {
  /** The aggregates shown with the count. */
  readonly aggregates: readonly Aggregate[];
  /** What else is added up, for {@linkcode CountSink.groups}. */
  readonly measures?: readonly Measure[];
  /** What outlasts a listing; then groups that have no sockets any more count too. */
  readonly lasting?: LastingTotals;
  /** The subnets to count by. */
  readonly subnets?: readonly Subnet[];
  /** The printed columns, in their order. */
  readonly printed: readonly Column[];
}

/** The sockets with the same values. */
export interface Group {
  readonly protocol: string;
  /** The first record with these values. */
  readonly record: TapedRecord;
  readonly count: number;
  /** One for each of {@linkcode CountChoice.measures}. */
  readonly collectors: readonly Collector[];
  /** Absent without {@linkcode CountChoice.lasting}. */
  readonly total?: Total;
}

interface Count extends Group {
  /** The key that identifies these values. */
  readonly signature: Uint8Array;
  count: number;
  readonly tallies: readonly Tally[];
  collectors: readonly Collector[];
  /** Number of the last counted socket. */
  socket: number;
}

/** Counts records that hold only the fields to count by and those of aggregates. */
export class CountSink extends RecordTape {
  /**
   * The sink for records. If a counted field is in a list of objects, each element counts separately, once for each
   * socket.
   */
  readonly entry: RecordSink;
  readonly #explode: ExplodeSink | null;
  #protocol = "";
  #counts: Count[] = [];
  #byHash = new Map<number, Count[]>();
  #marked: readonly Pick<Count, "count" | "collectors">[] = [];
  #sockets = 0;
  /** The count of the record before, if the next one with the same fields belongs to it; else `null`. */
  #last: Count | null = null;
  readonly #slots: slot.RecordSlots;
  readonly #count: number;
  readonly #signature = new ByteStore();
  readonly #byProtocol: boolean;
  /** The aggregates, and the slots of their fields. */
  readonly #aggregates: readonly Aggregate[];
  readonly #aggregated: readonly number[];
  /** What else is added up, and the slots of its fields. */
  readonly #measures: readonly Measure[];
  readonly #measured: readonly (readonly Places[])[];
  readonly #lasting: LastingTotals | undefined;
  readonly #lastingPlaces: readonly Places[];
  /** Stores the counted values of the first record of each combination. */
  readonly #shown: RecordSink;

  constructor(readonly target: RecordSink, { columns, shown, aggregates, measures = [], lasting }: CountChoice) {
    super();
    const lists = [...shown].filter((key) =>
      key.note.type === "list" && key.parent === null &&
      [...shown].some(({ parent, note }) => parent === key && note.type === "object")
    );
    this.#explode = lists.length > 0 ? new ExplodeSink(this, lists) : null;
    this.entry = this.#explode ?? this;
    const groups = [...shown].map((key) => [key]);
    this.#count = groups.length;
    const placeOf = (key: Key) => {
      const known = groups.findIndex(([known]) => known === key);
      return known >= 0 ? known : groups.push([key]) - 1;
    };
    this.#aggregates = aggregates;
    this.#aggregated = aggregates.map(({ key }) => placeOf(key));
    this.#measures = measures;
    this.#measured = measures.map(({ fields }) => fields.map((keys) => keys.map(placeOf)));
    this.#lasting = lasting;
    this.#lastingPlaces = lasting?.fields.map((keys) => keys.map(placeOf)) ?? [];
    const hasOthers = aggregates.length > 0 || measures.length > 0 || lasting !== undefined;
    this.#shown = hasOthers ? new SelectFields(target, shown) : target;
    this.#slots = new slot.RecordSlots(slot.selectSlots(groups));
    this.#byProtocol = columns.some(({ key }) => key === protocolKey);
    this.#addLasting();
  }

  override openProtocol(name: string): void {
    this.#protocol = name;
    this.#last = null;
  }

  override closeProtocol(): void {}

  protected override recordEnded(): void {
    const socket = this.#explode?.records ?? ++this.#sockets;
    if (this.#last === null || !this.isRepeated()) {
      this.#slots.openRecord();
      this.play(this.#slots);
      this.#sign();
      this.#last = this.#find();
    }
    const count = this.#last;
    if (count.socket === socket) return;
    count.socket = socket;
    if (count.total !== undefined && !this.#lasting!.take(count.total, socket, this.#slots, this.#lastingPlaces)) {
      return;
    }
    count.count++;
    for (let i = 0; i < count.tallies.length; i++) count.tallies[i]!.add(this.#slots, this.#aggregated[i]!);
    for (let i = 0; i < count.collectors.length; i++) count.collectors[i]!.add(this.#slots, this.#measured[i]!);
  }

  /** The count of these values. Makes one for new values. */
  #find(): Count {
    const { bytes, length } = this.#signature;
    const hash = hashOf(bytes, length);
    const known = this.#byHash.get(hash);
    for (let i = 0; known !== undefined && i < known.length; i++) {
      if (isSame(known[i]!.signature, bytes, length)) return known[i]!;
    }
    const [protocol, record, signature] = [this.#protocol, this.take(), bytes.slice(0, length)];
    const total = this.#lasting?.totalOf(protocol, record, signature);
    return this.#open({ protocol, record, signature, ...total === undefined ? {} : { total } });
  }

  /** Makes a count of no sockets. */
  #open(group: Pick<Count, "protocol" | "record" | "signature" | "total">): Count {
    const count = {
      ...group,
      count: 0,
      tallies: this.#aggregates.map((aggregate) => new Tally(aggregate)),
      collectors: this.#measures.map((measure) => measure.open()),
      socket: -1,
    };
    this.#counts.push(count);
    this.#index(count);
    return count;
  }

  #index(count: Count): void {
    const hash = hashOf(count.signature, count.signature.length);
    const known = this.#byHash.get(hash);
    if (known === undefined) this.#byHash.set(hash, [count]);
    else known.push(count);
  }

  /** Adds the groups of earlier listings. */
  #addLasting(): void {
    this.#lasting?.groups.forEach((group) => this.#open(group));
  }

  /** Writes the key that identifies these values; absent differs from null. */
  #sign(): void {
    const { kinds, next, elements } = this.#slots;
    const signature = this.#signature;
    signature.length = 0;
    if (this.#byProtocol) this.#putNumber(defineWord(this.#protocol).id);
    for (let i = 0; i < this.#count; i++) {
      if (kinds[i] === slot.EMPTY) {
        this.#putNumber(slot.EMPTY);
        continue;
      }
      for (let value = i; value !== slot.NO_VALUE; value = next[value]!) {
        this.#putNumber(kinds[value]!);
        this.#putNumber(elements[value]!);
        this.#putValue(value);
      }
      this.#putNumber(END);
    }
  }

  #putValue(value: number): void {
    const { kinds, low, high, numbers, words, wordLists, texts, addresses } = this.#slots;
    switch (kinds[value]) {
      case slot.WORD:
        return this.#putNumber(words[value]!.id);
      case slot.FLAGS: {
        const set = wordLists[value]!;
        for (let bit = 0; bit < set.length; bit++) {
          if (set[bit] !== undefined && (low[value]! >>> bit & 1) === 1) this.#putNumber(set[bit]!.id);
        }
        return this.#putNumber(END);
      }
      case slot.TEXT:
      case slot.HEX:
        this.#putNumber(high[value]! - low[value]!);
        this.#signature.add(texts.bytes, low[value]!, high[value]!);
        return;
      case slot.IPV4:
      case slot.IPV6:
        this.#signature.add(addresses, 16 * value, 16 * value + (kinds[value] === slot.IPV6 ? 16 : 4));
        return;
      case slot.INTEGER64:
      case slot.IDENTIFIER:
        this.#putNumber(low[value]!);
        return this.#putNumber(high[value]!);
      case slot.SMALL:
        return this.#putNumber(low[value]!);
      case slot.INTEGER:
      case slot.THOUSANDTHS:
      case slot.BOOLEAN:
        scratch.setFloat64(0, numbers[value]!);
        this.#signature.add(scratchBytes, 0, 8);
    }
  }

  #putNumber(value: number): void {
    scratch.setInt32(0, value);
    this.#signature.add(scratchBytes, 0, 4);
  }

  override mark(): void {
    this.#marked = this.#counts.map(({ count, collectors }) => ({ count, collectors: this.#copy(collectors) }));
  }

  override rewind(): boolean {
    // A value added to a sum cannot be taken back.
    if (this.#aggregates.length > 0) return this.#counts.length === 0;
    this.#last = null;
    this.#counts.length = this.#marked.length;
    this.#byHash = new Map();
    this.#counts.forEach((count, i) => {
      count.count = this.#marked[i]!.count;
      count.collectors = this.#copy(this.#marked[i]!.collectors);
      this.#index(count);
    });
    return true;
  }

  #copy(collectors: readonly Collector[]): readonly Collector[] {
    return collectors.map((collector, i) => {
      const copy = this.#measures[i]!.open();
      copy.merge(collector);
      return copy;
    });
  }

  /** Forgets what was counted, for another listing. */
  reset(): void {
    this.#last = null;
    this.#counts = [];
    this.#byHash = new Map();
    this.#addLasting();
  }

  /** The sockets so far, in the order of first appearance. */
  get groups(): readonly Group[] {
    return this.#counts;
  }

  /** Pushes the counts in the order of first appearance. */
  finish(): void {
    const { target } = this;
    target.openProtocol(COUNTS);
    for (const { protocol, record, count, tallies, total } of this.#counts) {
      target.openRecord();
      if (this.#byProtocol) target.name(protocolKey, defineWord(protocol));
      playFields(record, this.#shown);
      target.integer(countKey, count);
      if (total !== undefined) target.integer(closedKey, total.closed);
      for (const tally of tallies) {
        if (total === undefined || !this.#writeTotal(tally.aggregate, total)) tally.write(target);
      }
      target.closeRecord();
    }
    target.closeProtocol();
    this.#lasting?.endRound();
  }

  /** Pushes the sum of a counter, or of its rate, over open and closed sockets; returns whether there is one. */
  #writeTotal(aggregate: Aggregate, total: Total): boolean {
    const { target } = this;
    const lasting = this.#lasting!;
    const sum = lasting.fieldOf(aggregate);
    if (sum >= 0) {
      writeSum(target, aggregate, total.sums[sum]!);
      return true;
    }
    const field = lasting.rateFieldOf(aggregate);
    const rate = field < 0 ? null : lasting.rate(total, field);
    if (rate !== null) target.thousandths(aggregate.result, Math.round(1000 * rate));
    return field >= 0;
  }
}

/** Separates the values of slots and the words of flags in a key. No kind and no word has this number. */
const END = -1;

const scratchBytes = new Uint8Array(8);
const scratch = new DataView(scratchBytes.buffer);

/** FNV-1a (draft-eastlake-fnv), 32 bits. */
function hashOf(bytes: Uint8Array, length: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash;
}

function isSame(signature: Uint8Array, bytes: Uint8Array, length: number): boolean {
  if (signature.length !== length) return false;
  for (let i = 0; i < length; i++) if (signature[i] !== bytes[i]) return false;
  return true;
}
