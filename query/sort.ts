/**
 * A sink that gathers records and pushes them on in the order of some of their fields.
 */
import type { Key } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import * as slot from "../decode/record/record_slots.ts";
import { playFields, RecordTape, type TapedRecord } from "../decode/record/record_tape.ts";

/** What to sort by. */
export interface Order {
  /** A field that is in no list; `null` for the protocol. */
  readonly key: Key | null;
  readonly descending: boolean;
}

type Value = string | number | bigint | undefined;

interface Gathered {
  readonly protocol: string;
  readonly values: readonly Value[];
  readonly record: TapedRecord;
}

/** Records gathered beyond twice the limit before those that are too many are thrown away. */
const SLACK = 1024;

export class SortSink extends RecordTape {
  #protocol = "";
  #gathered: Gathered[] = [];
  /** The last record that is within the limit, once there are so many: what comes behind it need not be kept. */
  #worst: readonly Value[] | null = null;
  /** How many there were at the mark; -1 if some have been thrown away since. */
  #marked = -1;
  readonly #slots: slot.RecordSlots;
  readonly #signs: readonly number[];

  /**
   * @param orders what to sort by; of several the next one counts where records are the same by those before
   * @param limit how many of the first are pushed on, `null` for all
   * @param ofEach whether each protocol is sorted for itself, or all records together at the end
   */
  constructor(
    readonly target: RecordSink,
    readonly orders: readonly Order[],
    readonly limit: number | null,
    readonly ofEach: boolean,
  ) {
    super();
    this.#slots = new slot.RecordSlots(slot.chooseSlots(orders.map(({ key }) => key === null ? [] : [key])));
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

  /** Pushes on what is left. */
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

/** Numbers by their size, text by its characters; records without a value come last, also in descending order. */
function compare(a: Value, b: Value, sign: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a === b ? 0 : a < b ? -sign : sign;
}

/** A mark of byte order is a character like others. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A value in a form that `<` puts in order: addresses as their bytes, those of IPv4 first. */
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
