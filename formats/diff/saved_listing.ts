/**
 * Reads a listing that this program has printed as JSON, NDJSON or YAML. The text comes from outside. Of each socket only what
 * is compared is read, so that large files fit into memory.
 */
import { escapeControls, quote } from "../../decode/text/control_characters.ts";
import { exactNumbers, type FieldObject } from "../../decode/record/object_sink.ts";
import type { MetaEnd, MetaStart } from "../json/meta.ts";
import { META } from "../json/meta.ts";
import type { Listing } from "./compare_listings.ts";
import { FlowScanner, hashBytes, hashOf, type Roles } from "./flow_scanner.ts";
import { decodeText, FlowTable, protocols, type Texts } from "./flow_table.ts";
import { CUT } from "./json_scanner.ts";
import { MemoryTexts } from "./memory_texts.ts";
import { isObject, ListingError, parseSavedJson, type Saved } from "./saved_json.ts";

/** A file that is read once from its start to its end. */
export interface Input {
  /** Puts the next bytes at the start of `buffer`; returns their count, 0 at the end. */
  read(buffer: Uint8Array<ArrayBuffer>): number;
  /** The same bytes again; `null` if they can only be read once. */
  readonly texts: Texts | null;
}

/** A listing. */
export interface SavedListing {
  readonly table: FlowTable;
  /** What `--meta` added; `null` without it. */
  readonly meta: SavedMeta | null;
  /** The protocols that were listed, with sockets or without; `null` for lines, which do not tell. */
  readonly protocols: readonly string[] | null;
}

export type SavedMeta = MetaStart & MetaEnd;

const PCAP = [0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0x0a0d0d0a];

/** Whether a file is a recording (pcap or pcapng) by its first bytes. */
export const isRecording = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && PCAP.includes(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));

/**
 * Reads one side of a comparison.
 *
 * @param name what it is called in messages
 * @throws {ListingError} if the text is no listing, or is cut short
 */
export async function readListing(name: string, input: Input, roles: Roles): Promise<Listing> {
  const { table, meta, protocols } = await parseListing(input, roles).catch((error) => {
    throw error instanceof ListingError ? new ListingError(`cannot read the listing ${name}: ${error.message}`) : error;
  });
  const warnings = meta === null || meta.complete ? [] : meta.warnings.length > 0 ? meta.warnings : ["it says so"];
  const listing = { name, table, meta, recorded: false, warnings: warnings.map(escapeControls) };
  return protocols === null ? listing : { ...listing, protocols };
}

/**
 * Reads a listing.
 *
 * @throws {ListingError} if the text is none, or is cut short
 */
export async function parseListing(input: Input, roles: Roles): Promise<SavedListing> {
  const reader = new ListingReader(input, roles);
  if (!reader.space()) throw new ListingError("it is empty: an empty listing has --meta");
  if (reader.next === OPEN_OBJECT) return reader.listing();
  const text = decodeText(reader.rest());
  if (!/^("?[A-Za-z_]\w*"?):/.test(text)) {
    throw new ListingError("it is neither a listing of ss2 (JSON, NDJSON, YAML) nor a recording");
  }
  const { parseSavedYaml } = await import("./saved_yaml.ts");
  const json = new TextEncoder().encode(JSON.stringify(parseSavedYaml(text), exactNumbers));
  const listing = new ListingReader(inMemory(json), roles).listing();
  if (listing.meta === null) {
    throw new ListingError("YAML without meta (--meta) does not show whether it was cut short");
  }
  return listing;
}

/** Bytes as an input. */
export function inMemory(bytes: Uint8Array): Input {
  let at = 0;
  return {
    read(buffer) {
      const piece = bytes.subarray(at, at + buffer.length);
      buffer.set(piece);
      at += piece.length;
      return piece.length;
    },
    texts: { get: (position, length) => bytes.subarray(position, position + length) },
  };
}

/** Bytes that are in memory at once, unless a socket needs more. */
const WINDOW = 1 << 20;

const NEWLINE = 10;
const COMMA = 44;
const COLON = 58;
const CLOSE_LIST = 93;
const OPEN_LIST = 91;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Names of members that have something else than sockets, and of that which has them. */
const COUNTS = "counts";
const FLOWS = "flows";

const numbersOfProtocols = new Map(protocols.map((name, number) => [hashOf(name), number]));

/** Reads JSON or NDJSON piece by piece. */
class ListingReader {
  readonly #scanner: FlowScanner;
  readonly #table: FlowTable;
  /** Keeps the text of sockets, if it cannot be read again. */
  readonly #memory: MemoryTexts | null;
  #bytes = new Uint8Array(WINDOW);
  #at = 0;
  #end = 0;
  /** Position of the window in the file. */
  #start = 0;
  #line = 1;

  constructor(readonly input: Input, roles: Roles) {
    this.#scanner = new FlowScanner(roles);
    this.#memory = input.texts === null ? new MemoryTexts() : null;
    this.#table = new FlowTable(input.texts ?? this.#memory!, roles);
    while (this.#end < BYTE_ORDER_MARK.length && this.#fill());
    if (BYTE_ORDER_MARK.every((byte, i) => this.#bytes[i] === byte)) this.#at = BYTE_ORDER_MARK.length;
  }

  /** Reads more; returns `false` at the end of the file. */
  #fill(): boolean {
    const kept = this.#bytes.subarray(this.#at, this.#end);
    const bytes = 2 * kept.length > this.#bytes.length ? new Uint8Array(2 * this.#bytes.length) : this.#bytes;
    if (bytes === this.#bytes) bytes.copyWithin(0, this.#at, this.#end);
    else bytes.set(kept);
    this.#bytes = bytes;
    this.#start += this.#at;
    this.#end -= this.#at;
    this.#at = 0;
    const count = this.input.read(bytes.subarray(this.#end, bytes.length - 1));
    this.#end += count;
    this.#scanner.open(bytes, this.#end);
    return count > 0;
  }

  /** Passes over white space; returns `false` at the end of the file. */
  space(): boolean {
    while (true) {
      for (; this.#at < this.#end; this.#at++) {
        const byte = this.next;
        if (byte === NEWLINE) this.#line++;
        else if (byte !== 32 && byte !== 13 && byte !== 9) return true;
      }
      if (!this.#fill()) return false;
    }
  }

  /** The byte at this place. */
  get next(): number {
    return this.#bytes[this.#at]!;
  }

  /** All bytes from here on. */
  rest(): Uint8Array {
    while (this.#fill());
    return this.#bytes.subarray(this.#at, this.#end);
  }

  /** Passes over what `scan` does; returns where it has started. Nothing moves in the window until the next call. */
  #pass(scan: (at: number) => number): number {
    while (true) {
      try {
        const end = scan(this.#at);
        const start = this.#at;
        this.#at = end;
        return start;
      } catch (error) {
        if (error !== CUT) throw error;
        if (!this.#fill()) throw new ListingError("it is cut short");
      }
    }
  }

  /** Passes over one byte and the white space before it. */
  #expect(byte: number): void {
    this.#pass((at) => this.#scanner.expect(at, byte));
  }

  /** Whether this byte comes next. */
  #isNext(byte: number): boolean {
    if (!this.space()) throw new ListingError("it is cut short");
    return this.next === byte;
  }

  /** The value at this place. */
  #value(): Saved {
    const start = this.#pass((at) => this.#scanner.value(at, 0));
    return parseSavedJson(decodeText(this.#bytes.subarray(start, this.#at)));
  }

  /** The listing. JSON has an object with a member for each protocol, NDJSON a line for each socket. */
  listing(): SavedListing {
    return this.#isDocument() ? this.#document() : this.#lines();
  }

  /** Which of them it is shows in the first member. */
  #isDocument(): boolean {
    let isDocument = false;
    this.#pass((at) => {
      const scanner = this.#scanner;
      const name = scanner.space(at + 1);
      if (this.#bytes[name] === CLOSE_OBJECT) isDocument = true;
      else {
        const nameEnd = scanner.string(name);
        const value = scanner.space(scanner.expect(nameEnd, COLON));
        const text = decodeText(this.#bytes.subarray(name + 1, nameEnd - 1));
        if (text === META) isDocument = this.#bytes[scanner.space(scanner.value(value, 0))] === COMMA;
        else isDocument = text === COUNTS || this.#bytes[value] === OPEN_OBJECT && /^[A-Z]+$/.test(text);
      }
      return at;
    });
    return isDocument;
  }

  /** With `--meta` there is another line before the sockets and behind them. */
  #lines(): SavedListing {
    const metas: FieldObject[] = [];
    while (this.space()) {
      const line = this.#line;
      try {
        this.#takeLine(metas);
      } catch (error) {
        throw error instanceof ListingError ? new ListingError(`line ${line}: ${error.message}`) : error;
      }
      if (this.space() && this.#line === line) throw new ListingError(`line ${line}: it has more than one object`);
    }
    const meta = metas.length === 0 ? null : readMeta(Object.assign({}, ...metas), this.#table.count);
    return { table: this.#table, meta, protocols: null };
  }

  #takeLine(metas: FieldObject[]): void {
    if (this.next !== OPEN_OBJECT) throw new ListingError("it is no object");
    const start = this.#scanFlow();
    const { run, protocol } = this.#scanner;
    if (run.end > 0) {
      const meta = parseSavedJson(decodeText(this.#bytes.subarray(run.start, run.end)));
      return void metas.push(asObject(meta, META));
    }
    if (protocol.end === 0) throw new ListingError("a flow has no protocol");
    this.#add(this.#protocolIn(protocol.start, protocol.end), start);
  }

  /** The number of the protocol whose name has these bytes, quotes included. */
  #protocolIn(start: number, end: number): number {
    const bytes = this.#bytes;
    const number = numbersOfProtocols.get(hashBytes(bytes, start + 1, end - 1));
    const name = number === undefined ? "" : protocols[number]!;
    let same = 0;
    while (same < name.length && bytes[start + 1 + same] === name.charCodeAt(same)) same++;
    if (number !== undefined && same === name.length && end - start - 2 === name.length) return number;
    const text = parseSavedJson(decodeText(bytes.subarray(start, end)));
    throw new ListingError(typeof text === "string" ? `${quote(text)} is no protocol` : "a flow has no protocol");
  }

  #document(): SavedListing {
    const found: string[] = [];
    let meta: Saved | undefined;
    this.#members((name) => {
      if (name === META) meta = this.#value();
      else if (name === COUNTS) throw new ListingError("it has counts in place of sockets");
      else {
        this.#takeMember(name);
        found.push(name);
      }
    });
    if (this.space()) throw new ListingError("it is not JSON: something follows the document");
    return {
      table: this.#table,
      meta: meta === undefined ? null : readMeta(asObject(meta, META), this.#table.count),
      protocols: found,
    };
  }

  /** The sockets of a protocol. */
  #takeMember(name: string): void {
    const protocol = protocols.indexOf(name);
    if (protocol < 0) throw new ListingError(`${quote(name)} is no protocol`);
    if (!this.#isNext(OPEN_OBJECT)) throw new ListingError(`${quote(name)} is no object`);
    let hasFlows = false;
    this.#members((inner) => {
      if (inner !== FLOWS) this.#value();
      else {
        hasFlows = this.#isNext(OPEN_LIST);
        if (hasFlows) this.#takeFlows(protocol);
        else this.#value();
      }
    });
    if (!hasFlows) throw new ListingError(`${quote(name)} has no list of flows`);
  }

  #takeFlows(protocol: number): void {
    this.#at++;
    if (this.#isNext(CLOSE_LIST)) return this.#expect(CLOSE_LIST);
    while (true) {
      if (!this.#isNext(OPEN_OBJECT)) throw new ListingError("a flow is no object");
      this.#add(protocol, this.#scanFlow());
      if (!this.#isNext(COMMA)) return this.#expect(CLOSE_LIST);
      this.#at++;
    }
  }

  /** Passes over an object; calls `take` behind each name and colon. */
  #members(take: (name: string) => void): void {
    this.#expect(OPEN_OBJECT);
    if (this.#isNext(CLOSE_OBJECT)) return this.#expect(CLOSE_OBJECT);
    while (true) {
      this.space();
      const start = this.#pass((at) => this.#scanner.string(at));
      const name = parseSavedJson(decodeText(this.#bytes.subarray(start, this.#at))) as string;
      this.#expect(COLON);
      take(name);
      if (!this.#isNext(COMMA)) return this.#expect(CLOSE_OBJECT);
      this.#at++;
    }
  }

  /** Passes over a socket; returns where it has started. */
  #scanFlow(): number {
    return this.#pass((at) => this.#scanner.flow(at));
  }

  /** Adds the socket that ends here. */
  #add(protocol: number, start: number): void {
    const length = this.#at - start;
    const bytes = this.#bytes.subarray(start, this.#at);
    // What is passed over is read later only if it has changed.
    if (this.#scanner.wide) decodeText(bytes);
    this.#table.add(this.#scanner, protocol, this.#memory?.add(bytes) ?? this.#start + start, length);
  }
}

function asObject(value: Saved, name: string): FieldObject {
  if (isObject(value)) return value;
  throw new ListingError(`${escapeControls(name)} is no object`);
}

function readMeta(meta: FieldObject, count: number): SavedMeta {
  const { options, sockets, complete, warnings } = meta;
  const isTexts = (value: Saved | undefined) => Array.isArray(value) && value.every((item) => typeof item === "string");
  if (sockets === undefined || complete === undefined) {
    throw new ListingError("it is cut short: the end of meta is missing");
  }
  if (!isTexts(options) || !isTexts(warnings) || typeof complete !== "boolean") {
    throw new ListingError("its meta is malformed");
  }
  if (sockets !== count) {
    throw new ListingError(`it has ${count} sockets and its meta says otherwise`);
  }
  return meta as unknown as SavedMeta;
}
