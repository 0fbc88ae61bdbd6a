/**
 * Records as JSON text (RFC 8259): the common part of `json` and `ndjson`.
 */
import type { Key } from "../../decode/record/key.ts";
import type { WriteAbout } from "../../decode/record/record_sink.ts";
import { NestedRecords } from "../text/nested_records.ts";
import type { Write } from "../text/output_buffer.ts";
import { type PreparedText, prepareText, putText } from "../text/prepared_texts.ts";

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
  readonly #shared = new WeakMap<object, { readonly write: WriteAbout<never>; readonly text: Uint8Array }>();

  /** Every value ends with a comma, so the text of fields does not depend on what is around them. */
  shared<About extends object>(about: About, write: WriteAbout<About>): void {
    const { buffer } = this;
    const known = this.#shared.get(about);
    if (known !== undefined && known.write === write) return buffer.put(known.text);
    // The buffer may hand on what is finished while more is written.
    const start = buffer.at - buffer.finished;
    write(about, this);
    const text = buffer.bytes.slice(buffer.finished + start, buffer.at);
    if (known === undefined) this.#shared.set(about, { write, text });
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

const breakLine = (indent: number, level: number) => indent === 0 ? "" : "\n" + " ".repeat(indent * level);
