/**
 * A sink that gathers records and pushes them on in the order of one of their fields.
 */
import type { Key } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { SelectFields } from "./select_fields.ts";
import { ObjectSink } from "../decode/record/object_sink.ts";
import { playFields, RecordTape, type TapedRecord } from "../decode/record/record_tape.ts";

/** What to sort by. */
export interface Order {
  /** A field that is in no list; `null` for the protocol. */
  readonly key: Key | null;
  readonly descending: boolean;
}

type Value = string | number | bigint | boolean | undefined;

interface Gathered {
  readonly protocol: string;
  readonly value: Value;
  readonly record: TapedRecord;
}

/** Records gathered beyond twice the limit before those that are too many are thrown away. */
const SLACK = 1024;

export class SortSink extends RecordTape {
  #protocol = "";
  #gathered: Gathered[] = [];
  /** How many there were at the mark; -1 if some have been thrown away since. */
  #marked = -1;
  readonly #values: SortValue;

  /**
   * @param limit how many of the first are pushed on, `null` for all
   * @param ofEach whether each protocol is sorted for itself, or all records together at the end
   */
  constructor(
    readonly target: RecordSink,
    readonly order: Order,
    readonly limit: number | null,
    readonly ofEach: boolean,
  ) {
    super();
    this.#values = new SortValue(order.key);
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
    return gathered;
  }

  #sort(): void {
    const { limit, order } = this;
    const sign = order.descending ? -1 : 1;
    this.#gathered.sort((a, b) => compare(a.value, b.value, sign));
    if (limit === null || this.#gathered.length <= limit) return;
    this.#gathered.length = limit;
  }

  protected override keep(record: TapedRecord): void {
    const value = this.order.key === null ? this.#protocol : this.#values.of(record);
    this.#gathered.push({ protocol: this.#protocol, value, record });
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

/** Finds the value of a field in records, in a form that `<` puts in order. */
class SortValue {
  readonly #objects = new AddressObjects();
  readonly #filter: SelectFields;
  readonly #key: Key;
  readonly #path: readonly string[];

  constructor(key: Key | null) {
    const shown: Key[] = [];
    for (let place = key; place !== null; place = place.parent) shown.unshift(place);
    this.#filter = new SelectFields(this.#objects, new Set(shown));
    this.#key = key!;
    this.#path = shown.map(({ name }) => name);
  }

  of(record: TapedRecord): Value {
    this.#filter.openRecord();
    playFields(record, this.#filter);
    this.#filter.closeRecord();
    // deno-lint-ignore no-explicit-any
    const value = this.#path.reduce((object: any, name) => object?.[name], this.#objects.take()[0]);
    if (value === null || value === undefined) return undefined;
    return this.#key.note.type === "identifier" ? BigInt(value) : value;
  }
}

/** Objects with addresses as the digits of their bytes, those of IPv4 before those of IPv6. */
class AddressObjects extends ObjectSink {
  override address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    const length = v6 ? 16 : 4;
    const version = Uint8Array.of(length, ...bytes.subarray(start, start + length));
    this.hex(key, version, 0, version.length);
  }
}
