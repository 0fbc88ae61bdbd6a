/**
 * The format `yaml`: the document of `json` in block style, for readers of YAML 1.1 and of 1.2.
 *
 * Readers of 1.1 read `off` as a boolean and `22:22` as a number, so all strings are in double quotes, where JSON
 * escapes have the same meaning. A line ends after each value, where JSON has a comma.
 */
import type { Key } from "../decode/record/key.ts";
import type { Content, OpenOutput, OutputSink } from "./format.ts";
import { META, type MetaEnd, type MetaStart, metaText } from "./json/meta.ts";
import { NestedRecords } from "./text/nested_records.ts";
import type { Write } from "./text/output_buffer.ts";
import { type PreparedText, prepareText, putText } from "./text/prepared_texts.ts";

/** Number of levels above a record: protocol, `flows`, list; above a count: `counts`, list. */
const FLOW_LEVEL = 3;
const COUNT_LEVEL = 2;
/** Above a record of a stream: the list. */
const STREAM_LEVEL = 1;
const INDENT = 2;

const COLON = 58;
const HYPHEN = 45;

/** Maximum bytes for the end of an object or list. */
const ROOM = 512;

/** Words that a reader of YAML 1.1 or 1.2 does not read as a string. */
const RESERVED = /^(y|n|yes|no|on|off|true|false|null)$/i;

/** A key, in quotes unless every reader reads it as a string. */
export const yamlKey = (name: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.test(name) ? name : JSON.stringify(name);

/** A number, a boolean or a string as JSON, with the additional escapes that YAML readers need. */
const scalar = (value: unknown): string =>
  metaText(value, 0).replaceAll(
    /[\u{feff}\u{fdd0}-\u{fdef}\p{Noncharacter_Code_Point}]/gu,
    (character) =>
      character.length === 1
        ? `\\u${character.charCodeAt(0).toString(16)}`
        : `\\U${character.codePointAt(0)!.toString(16).padStart(8, "0")}`,
  );

const indentation = (level: number) => " ".repeat(INDENT * level);

const encode = (text: string) => new TextEncoder().encode(text);

const LINE_BREAK = prepareText("\n");
const EMPTY_OBJECT = prepareText("{}\n");
const EMPTY_LIST = prepareText(" []\n");

export class YamlSink extends NestedRecords implements OutputSink {
  #protocols = 0;
  /** The line that names it, in a stream. */
  #protocol: PreparedText = EMPTY_LIST;
  /** By depth: the start of the open objects and list elements, relative to the start of the record. */
  readonly #starts: number[] = [];
  readonly #indentations: PreparedText[] = [];
  readonly #level: number;
  readonly #meta: MetaStart | undefined;

  constructor(write: Write, { counts = false, stream = false, meta }: Partial<Content> = {}) {
    const level = stream ? STREAM_LEVEL : counts ? COUNT_LEVEL : FLOW_LEVEL;
    // A list starts on the next line and replaces the blank after the colon.
    super(write, {
      separator: "\n",
      keyText: ({ depth, name }) => indentation(level + depth) + (name === "" ? "- " : `${yamlKey(name)}: `),
      listText: ({ depth }, words) => words.map((word) => `\n${indentation(level + depth + 1)}- "${word}"`).join(""),
      emptyList: " []",
      listBack: 1,
      escapesNoncharacters: true,
    });
    this.#level = level;
    this.#meta = meta;
  }

  override openProtocol(name: string): void {
    this.#protocols++;
    if (this.#level === STREAM_LEVEL) {
      this.#protocol = prepareText(`${indentation(STREAM_LEVEL)}protocol: "${name}"\n`);
      return;
    }
    this.buffer.put(encode(`${yamlKey(name)}:` + (this.#level === COUNT_LEVEL ? "" : `\n${indentation(1)}flows:`)));
    this.flows = 0;
    this.buffer.finish();
  }

  override closeProtocol(): void {
    if (this.#level === STREAM_LEVEL) return;
    if (this.flows === 0) this.put(EMPTY_LIST);
    this.buffer.finish();
  }

  override openRecord(): void {
    if (this.#level !== STREAM_LEVEL && this.flows === 0) this.put(LINE_BREAK);
    this.#openElement(-1);
    if (this.#level === STREAM_LEVEL) this.put(this.#protocol);
  }

  override closeRecord(): void {
    this.#closeElement(-1);
    this.flows++;
    this.buffer.finish();
  }

  override openObject(key: Key): void {
    if (key.name === "") this.#openElement(key.depth);
    else this.#open(key);
  }

  override closeObject(key: Key): void {
    if (key.name === "") this.#closeElement(key.depth);
    else this.#close(0x7b7d); // {}
  }

  override openList(key: Key): void {
    this.#open(key);
  }

  override closeList(): void {
    this.#close(0x5b5d); // []
  }

  /** The key on a line of its own. */
  #open(key: Key): void {
    this.end(this.putKey(key) - 1);
  }

  /** Nothing closes an object or list, but an empty one needs its value. */
  #close(nothing: number): void {
    const { buffer } = this;
    // A value never ends with a colon.
    if (buffer.bytes[buffer.at - 2] !== COLON) return;
    buffer.reserve(ROOM);
    buffer.view.setUint8(buffer.at - 1, 0x20);
    buffer.view.setUint16(buffer.at, nothing);
    this.end(buffer.at + 2);
  }

  #putMeta(meta: Partial<MetaStart & MetaEnd>): void {
    const lines = Object.entries(meta).flatMap(([name, value]) =>
      !Array.isArray(value) ? [`${name}: ${scalar(value)}`] : value.length === 0 ? [`${name}: []`] : [
        `${name}:`,
        ...value.map((element) => `${indentation(1)}- ${scalar(element)}`),
      ]
    );
    this.buffer.put(encode(`${META}:\n${lines.map((line) => `${indentation(1)}${line}\n`).join("")}`));
  }

  #openElement(depth: number): void {
    this.#starts[depth + 1] = this.buffer.at - this.buffer.finished;
  }

  /** Writes the hyphen of a list element before its first key, which has left room for it. */
  #closeElement(depth: number): void {
    const { buffer } = this;
    const start = buffer.finished + this.#starts[depth + 1]!;
    if (buffer.at > start) {
      buffer.bytes[start + INDENT * (this.#level + depth)] = HYPHEN;
      return;
    }
    buffer.reserve(ROOM);
    const indent = this.#indentations[depth + 1] ??= prepareText(indentation(this.#level + depth) + "- ");
    buffer.at = putText(buffer.view, putText(buffer.view, buffer.at, indent), EMPTY_OBJECT);
  }

  flush(): void {
    this.buffer.flush();
  }

  close(end?: MetaEnd): void {
    if (end !== undefined) this.#putMeta({ ...this.#meta, ...end });
    else if (this.#level === STREAM_LEVEL) {
      if (this.flows === 0) this.buffer.put(encode("[]\n"));
    } else if (this.#protocols === 0) this.put(EMPTY_OBJECT);
    this.buffer.finish();
    this.buffer.flush();
  }
}

export const openYaml: OpenOutput = (write, _options, content) => new YamlSink(write, content);
