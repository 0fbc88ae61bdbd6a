/**
 * Records as JSON text (RFC 8259): the common part of `json` and `ndjson`.
 */
import type { Key } from "../../decode/record/key.ts";
import type { Around, WriteAbout } from "../../decode/record/record_sink.ts";
import { NestedRecords } from "../text/nested_records.ts";
import type { Write } from "../text/output_buffer.ts";
import { putInteger } from "../../decode/text/digits.ts";
import { prepareBytes, type PreparedText, prepareText, putText } from "../text/prepared_texts.ts";

/** Room for brackets. */
const ROOM = 512;

const COMMA = 44;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Writes the fields of records. A comma follows every value; the closing bracket removes the last one. */
export abstract class JsonRecords extends NestedRecords {
  /** The text before the closing bracket of a key, by depth. */
  readonly #endings: PreparedText[] = [];

  /**
   * @param write takes the output
   * @param indent number of spaces for each level; 0 for no white space at all
   * @param level number of brackets around a record
   * @param keyName the name that is written for a key
   */
  constructor(
    write: Write,
    readonly indent: number,
    readonly level: number,
    keyName: (key: Key) => string = ({ name }) => name,
  ) {
    const lineBreak = (depth: number) => breakLine(indent, level + depth);
    const space = indent === 0 ? "" : " ";
    super(write, {
      separator: ",",
      keyText: (key) => lineBreak(key.depth + 1) + (key.name === "" ? "" : `"${keyName(key)}":${space}`),
      listText: ({ depth }, words) =>
        `[${words.map((word) => `${lineBreak(depth + 2)}"${word}"`).join(",")}${lineBreak(depth + 1)}]`,
      emptyList: "[]",
      listBack: 0,
      escapesNoncharacters: false,
    });
  }

  /** What is written about some objects, and by which function. */
  readonly #shared = new WeakMap<object, { readonly write: WriteAbout<never>; readonly text: PreparedText }>();
  readonly #around = new WeakMap<object, AroundText>();

  /** Every value ends with a comma, so the text of fields does not depend on what is around them. */
  shared<About extends object>(about: About, write: WriteAbout<About>): void {
    const { buffer } = this;
    const known = this.#shared.get(about);
    if (known !== undefined && known.write === write) return this.#putPrepared(known.text);
    // The buffer may hand on what is finished while more is written.
    const start = buffer.at - buffer.finished;
    write(about, this);
    if (known === undefined) this.#shared.set(about, { write, text: this.#textFrom(start, buffer.at) });
  }

  around<About extends object>(about: About, around: Around<About>, value: number): void {
    const { buffer } = this;
    const known = this.#around.get(about);
    if (known !== undefined && known.around === around) {
      buffer.reserve(known.before.length + ROOM + known.after.length);
      const at = putInteger(buffer.view, putText(buffer.view, buffer.at, known.before), value);
      buffer.at = putText(buffer.view, at, known.after);
      return;
    }
    const start = buffer.at - buffer.finished;
    around.before(about, this);
    const at = this.putKey(around.key);
    const before = this.#textFrom(start, at);
    const end = putInteger(buffer.view, at, value);
    this.end(end);
    const ending = end - buffer.finished;
    around.after(about, this);
    const after = this.#textFrom(ending, buffer.at);
    if (known === undefined) this.#around.set(about, { around, before, after });
  }

  /** What has been written from `start`, counted from the end of what is finished, to `end`. */
  #textFrom(start: number, end: number): PreparedText {
    return prepareBytes(this.buffer.bytes.subarray(this.buffer.finished + start, end));
  }

  #putPrepared(text: PreparedText): void {
    const { buffer } = this;
    buffer.reserve(text.length + ROOM);
    buffer.at = putText(buffer.view, buffer.at, text);
  }

  /** The text before a key or a bracket `depth` levels inside the record. */
  protected lineBreak(depth: number): string {
    return breakLine(this.indent, this.level + depth);
  }

  /** Removes the comma after the last value, if there is one. */
  protected takeBackComma(): boolean {
    if (this.buffer.bytes[this.buffer.at - 1] !== COMMA) return false;
    this.buffer.at--;
    return true;
  }

  #open(key: Key, bracket: number): void {
    const at = this.putKey(key);
    this.buffer.view.setUint8(at, bracket);
    this.buffer.at = at + 1;
  }

  #close(key: Key, bracket: number): void {
    const { buffer } = this;
    buffer.reserve(ROOM);
    const ending = this.#endings[key.depth] ??= prepareText(this.lineBreak(key.depth + 1));
    const at = this.takeBackComma() ? putText(buffer.view, buffer.at, ending) : buffer.at;
    buffer.view.setUint8(at, bracket);
    this.end(at + 1);
  }

  openObject(key: Key): void {
    this.#open(key, OPEN_OBJECT);
  }

  closeObject(key: Key): void {
    this.#close(key, CLOSE_OBJECT);
  }

  openList(key: Key): void {
    this.#open(key, OPEN_LIST);
  }

  closeList(key: Key): void {
    this.#close(key, CLOSE_LIST);
  }
}

/** What is written around a number about some objects, and for which fields. */
interface AroundText {
  readonly around: Around<never>;
  readonly before: PreparedText;
  readonly after: PreparedText;
}

const breakLine = (indent: number, level: number) => indent === 0 ? "" : "\n" + " ".repeat(indent * level);
