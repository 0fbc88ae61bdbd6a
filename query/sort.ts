/**
 * A sink that gathers records and pushes them sorted by some of their fields.
 */
import type { Key } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import * as slot from "../decode/record/record_slots.ts";
import { playFields, RecordTape, type TapedRecord } from "../decode/record/record_tape.ts";

/** A field to sort by, and the direction. */
export interface Order {
  /** A field outside lists; `null` for the protocol. */
  readonly key: Key | null;
  readonly descending: boolean;
}

type Value = string | number | bigint | undefined;

interface Gathered {
  readonly protocol: string;
  readonly values: readonly Value[];
  readonly record: TapedRecord;
}

/** Records gathered beyond twice the limit before the surplus is dropped. */
const SLACK = 1024;

export class SortSink extends RecordTape {
  #protocol = "";
  #gathered: Gathered[] = [];
  /** The last record within the limit, once it is reached; records that sort after it are not kept. */
  #worst: readonly Value[] | null = null;
  /** Number of records at the mark; -1 if some have been dropped since. */
  #marked = -1;
  readonly #slots: slot.RecordSlots;
  readonly #signs: readonly number[];

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
  }

  override openProtocol(name: string): void {
    this.#protocol = name;
    if (this.ofEach) this.target.openProtocol(name);
  }

  override closeProtocol(): void {
    if (!this.ofEach) return;
    for (const { record } of this.#take()) this.#push(record);
    this.target.closeProtocol();
  }

  /** Pushes the remaining records. */
  finish(): void {
    if (this.ofEach) return;
    let open: string | null = null;
    for (const { protocol, record } of this.#take()) {
      if (protocol !== open) {
        if (open !== null) this.target.closeProtocol();
        this.target.openProtocol(open = protocol);
      }
      this.#push(record);
    }
    if (open !== null) this.target.closeProtocol();
  }

  #push(record: TapedRecord): void {
    this.target.openRecord();
    playFields(record, this.target);
    this.target.closeRecord();
  }

  #take(): Gathered[] {
    this.#sort();
    const gathered = this.#gathered;
    this.#gathered = [];
    this.#worst = null;
    return gathered;
  }

  #sort(): void {
    const { limit } = this;
    this.#gathered.sort((a, b) => this.#compare(a.values, b.values));
    if (limit === null || this.#gathered.length <= limit) return;
    this.#gathered.length = limit;
    this.#worst = this.#gathered.at(-1)!.values;
  }

  #compare(a: readonly Value[], b: readonly Value[]): number {
    for (let i = 0; i < this.#signs.length; i++) {
      const order = compare(a[i], b[i], this.#signs[i]!);
      if (order !== 0) return order;
    }
    return 0;
  }

  protected override recordEnded(): void {
    this.#slots.openRecord();
    this.play(this.#slots);
    const values = this.orders.map(({ key }, i) => key === null ? this.#protocol : valueOf(this.#slots, i));
    if (this.#worst !== null && this.#compare(values, this.#worst) >= 0) return;
    this.#gathered.push({ protocol: this.#protocol, values, record: this.take() });
    if (this.limit === null || this.#gathered.length < 2 * this.limit + SLACK) return;
    this.#sort();
    this.#marked = -1;
  }

  override mark(): void {
    this.#marked = this.#gathered.length;
  }

  override rewind(): boolean {
    if (this.#marked < 0) return false;
    this.#gathered.length = this.#marked;
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
