/**
 * Records kept as what was pushed, to be pushed again later: exactly the same into whatever sink.
 */
import type { Key, Word } from "./key.ts";
import type { Layout } from "./layout.ts";
import type { RecordSink } from "./record_sink.ts";

type Method = Exclude<keyof RecordSink, "full" | "openProtocol" | "closeProtocol" | "mark" | "rewind">;

/** A call: its name, its key or layout, and numbers and words; of bytes where in those of the record they start and end. */
interface Call {
  readonly method: Method;
  readonly key: Key | Layout;
  readonly a: number;
  readonly b: number;
  readonly words: Word | readonly (Word | undefined)[] | null;
}

/** A record that was pushed. */
export interface TapedRecord {
  readonly calls: readonly Call[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Keeps the calls between {@linkcode openRecord} and {@linkcode closeRecord}, which hands the record on. */
export abstract class RecordTape implements RecordSink {
  #calls: Call[] = [];
  #bytes = new Uint8Array(4096);
  #length = 0;

  abstract openProtocol(name: string): void;
  abstract closeProtocol(): void;
  abstract mark(): void;
  abstract rewind(): boolean;
  /** Takes a record that is complete. */
  protected abstract keep(record: TapedRecord): void;

  openRecord(): void {
    this.#calls = [];
    this.#length = 0;
  }

  closeRecord(): void {
    this.keep({ calls: this.#calls, bytes: this.#bytes.slice(0, this.#length) });
    this.#calls = [];
  }

  dropRecord(): void {
    this.#calls = [];
  }

  #call(method: Method, key: Key | Layout, a = 0, b = 0, words: Call["words"] = null): void {
    this.#calls.push({ method, key, a, b, words });
  }

  #callWithBytes(method: Method, key: Key | Layout, bytes: Uint8Array, start: number, end: number): void {
    const at = this.#length;
    this.#length += end - start;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes.subarray(start, end), at);
    this.#call(method, key, at, this.#length);
  }

  structure(layout: Layout, _view: DataView, bytes: Uint8Array, start: number, end: number): void {
    this.#callWithBytes("structure", layout, bytes, start, end);
  }

  openObject(key: Key): void {
    this.#call("openObject", key);
  }

  closeObject(key: Key): void {
    this.#call("closeObject", key);
  }

  openList(key: Key): void {
    this.#call("openList", key);
  }

  closeList(key: Key): void {
    this.#call("closeList", key);
  }

  integer(key: Key, value: number): void {
    this.#call("integer", key, value);
  }

  integer64(key: Key, low: number, high: number): void {
    this.#call("integer64", key, low, high);
  }

  thousandths(key: Key, value: number): void {
    this.#call("thousandths", key, value);
  }

  identifier(key: Key, low: number, high: number): void {
    this.#call("identifier", key, low, high);
  }

  boolean(key: Key, value: boolean): void {
    this.#call("boolean", key, Number(value));
  }

  null(key: Key): void {
    this.#call("null", key);
  }

  name(key: Key, word: Word): void {
    this.#call("name", key, 0, 0, word);
  }

  flags(key: Key, words: readonly (Word | undefined)[], value: number): void {
    this.#call("flags", key, value, 0, words);
  }

  text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.#callWithBytes("text", key, bytes, start, end);
  }

  hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.#callWithBytes("hex", key, bytes, start, end);
  }

  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    this.#callWithBytes("address", key, bytes, start, start + (v6 ? 16 : 4));
  }
}

/** Pushes the fields of a record again, without opening and closing it. */
export function playFields({ calls, bytes }: TapedRecord, sink: RecordSink): void {
  const view = new DataView(bytes.buffer);
  for (const { method, key: place, a, b, words } of calls) {
    const key = place as Key;
    switch (method) {
      case "structure":
        sink.structure(place as Layout, view, bytes, a, b);
        break;
      case "boolean":
        sink.boolean(key, a === 1);
        break;
      case "name":
        sink.name(key, words as Word);
        break;
      case "flags":
        sink.flags(key, words as readonly (Word | undefined)[], a);
        break;
      case "text":
      case "hex":
        sink[method](key, bytes, a, b);
        break;
      case "address":
        sink.address(key, b - a === 16, bytes, a);
        break;
      case "integer64":
      case "identifier":
        sink[method](key, a, b);
        break;
      case "integer":
      case "thousandths":
        sink[method](key, a);
        break;
      case "openObject":
      case "closeObject":
      case "openList":
      case "closeList":
      case "null":
        sink[method](key);
        break;
    }
  }
}
