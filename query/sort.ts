/**
 * A sink that gathers records and pushes them sorted by some of their fields.
 */
import type { Key } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import * as slot from "../decode/record/record_slots.ts";
import { RecordStore } from "../decode/record/record_store.ts";
import { playFields, RecordTape } from "../decode/record/record_tape.ts";

/** A field to sort by, and the direction. */
export interface Order {
  /** A field outside lists; `null` for the protocol. */
  readonly key: Key | null;
  readonly descending: boolean;
}

type Value = string | number | bigint | undefined;

/** Records gathered beyond twice the limit before the surplus is dropped. */
const SLACK = 1024;

/** The gathered records: where each is, its protocol, and by order the values to sort by. */
class Gathered {
  readonly store = new RecordStore();
  readonly positions: number[] = [];
  readonly protocols: string[] = [];
  readonly values: readonly Value[][];

  constructor(readonly signs: readonly number[]) {
    this.values = signs.map(() => []);
  }

  get count(): number {
    return this.positions.length;
  }

  add(position: number, protocol: string, values: readonly Value[]): void {
    this.positions.push(position);
    this.protocols.push(protocol);
    for (let i = 0; i < values.length; i++) this.values[i]!.push(values[i]);
  }

  truncate(count: number): void {
    if (count === this.count) return;
    this.store.truncate(this.positions[count]!);
    for (const list of [this.positions, this.protocols, ...this.values]) list.length = count;
  }

  /** The numbers of the records, sorted; equal ones stay in the order of arrival. */
  sorted(): Uint32Array {
    const order = Uint32Array.from(this.positions, (_, i) => i);
    return order.sort((a, b) => {
      for (let i = 0; i < this.signs.length; i++) {
        const values = this.values[i]!;
        const result = compare(values[a], values[b], this.signs[i]!);
        if (result !== 0) return result;
      }
      return a - b;
    });
  }

  /** Whether values sort behind a record, or are equal to it. */
  areBehind(values: readonly Value[], record: number): boolean {
    for (let i = 0; i < this.signs.length; i++) {
      const order = compare(values[i], this.values[i]![record], this.signs[i]!);
      if (order !== 0) return order > 0;
    }
    return true;
  }

  /** The first records of an order, alone. */
  first(order: Uint32Array, count: number): Gathered {
    const kept = new Gathered(this.signs);
    for (const record of order.subarray(0, count)) {
      const { calls, bytes } = this.store.get(this.positions[record]!);
      const position = kept.store.add(calls, calls.length, bytes, bytes.length);
      kept.add(position, this.protocols[record]!, this.values.map((values) => values[record]));
    }
    return kept;
  }
}

export class SortSink extends RecordTape {
  #protocol = "";
  #gathered: Gathered;
  /** Whether the first records are those within the limit: then what sorts behind the last of them is not kept. */
  #limited = false;
  /** Number of records at the mark; -1 if some have been dropped since. */
  #marked = -1;
  readonly #slots: slot.RecordSlots;
  readonly #signs: readonly number[];
  /** The values of the record that has ended. */
  readonly #values: Value[];

  /**
   * @param orders what to sort by; a later one decides between records that are equal by those before
   * @param limit maximum number of records to push, `null` for all
   * @param ofEach whether each protocol is sorted separately, or all records together at the end
   */
  constructor(
    readonly target: RecordSink,
    readonly orders: readonly Order[],
    readonly limit: number | null,
    readonly ofEach: boolean,
  ) {
    super();
    this.#slots = new slot.RecordSlots(slot.selectSlots(orders.map(({ key }) => key === null ? [] : [key])));
    this.#signs = orders.map(({ descending }) => descending ? -1 : 1);
    this.#values = orders.map(() => undefined);
    this.#gathered = new Gathered(this.#signs);
  }

  override openProtocol(name: string): void {
    this.#protocol = name;
    if (this.ofEach) this.target.openProtocol(name);
  }

  override closeProtocol(): void {
    if (!this.ofEach) return;
    this.#pushAll(() => {});
    this.target.closeProtocol();
  }

  /** Pushes the remaining records. */
  finish(): void {
    if (this.ofEach) return;
    let open: string | null = null;
    this.#pushAll((protocol) => {
      if (protocol === open) return;
      if (open !== null) this.target.closeProtocol();
      this.target.openProtocol(open = protocol);
    });
    if (open !== null) this.target.closeProtocol();
  }

  /** Pushes the gathered records in their order, and forgets them. */
  #pushAll(enter: (protocol: string) => void): void {
    const { store, positions, protocols } = this.#gathered;
    for (const record of this.#gathered.sorted().subarray(0, this.limit ?? positions.length)) {
      enter(protocols[record]!);
      this.target.openRecord();
      playFields(store.get(positions[record]!), this.target);
      this.target.closeRecord();
    }
    this.#gathered = new Gathered(this.#signs);
    this.#limited = false;
  }

  protected override recordEnded(): void {
    this.#slots.openRecord();
    this.play(this.#slots);
    const { orders, limit } = this;
    for (let i = 0; i < orders.length; i++) {
      this.#values[i] = orders[i]!.key === null ? this.#protocol : valueOf(this.#slots, i);
    }
    const gathered = this.#gathered;
    if (this.#limited && gathered.areBehind(this.#values, limit! - 1)) return;
    gathered.add(this.keepIn(gathered.store), this.#protocol, this.#values);
    if (limit === null || gathered.count < 2 * limit + SLACK) return;
    this.#gathered = gathered.first(gathered.sorted(), limit);
    this.#limited = true;
    this.#marked = -1;
  }

  override mark(): void {
    this.#marked = this.#gathered.count;
  }

  override rewind(): boolean {
    if (this.#marked < 0) return false;
    this.#gathered.truncate(this.#marked);
    return true;
  }
}

/** Numbers sort by size, text by its characters; records without a value come last, in descending order too. */
function compare(a: Value, b: Value, sign: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a === b ? 0 : a < b ? -sign : sign;
}

/** Keeps a byte order mark as an ordinary character. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A value in a form that `<` can order: addresses as their bytes, IPv4 first. */
function valueOf({ kinds, numbers, low, high, words, texts, addresses }: slot.RecordSlots, value: number): Value {
  switch (kinds[value]) {
    case slot.SMALL:
      return low[value]!;
    case slot.INTEGER:
    case slot.THOUSANDTHS:
    case slot.BOOLEAN:
      return numbers[value]!;
    case slot.INTEGER64:
    case slot.IDENTIFIER:
      // A number and a bigint are compared exactly.
      return high[value] === 0 ? low[value]! >>> 0 : BigInt(high[value]! >>> 0) << 32n | BigInt(low[value]! >>> 0);
    case slot.WORD:
      return words[value]!.text;
    case slot.TEXT:
      return decoder.decode(texts.bytes.subarray(low[value]!, high[value]!));
    case slot.HEX:
      return texts.bytes.subarray(low[value]!, high[value]!).toHex();
    case slot.IPV4:
      return "4" + String.fromCharCode(...addresses.subarray(16 * value, 16 * value + 4));
    case slot.IPV6:
      return "6" + String.fromCharCode(...addresses.subarray(16 * value, 16 * value + 16));
    default:
      return undefined;
  }
}
