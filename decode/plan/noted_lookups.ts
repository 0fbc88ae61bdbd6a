/**
 * Lookups in recordings. While a recording is made, what lookups find about each socket is noted; when it is read, the notes
 * take the place of the lookups.
 *
 * Lines: `lookups` with what was looked up; `for` with the number of a lookup and a protocol whose sockets it is for; `key` with
 * a number and the place of a field; `at` with the number of a lookup, a protocol, a socket, 1 if the result is incomplete, and
 * the fields; `end` with what is known to be missing.
 */
import type { Family } from "../families/family.ts";
import { inodeKey } from "../families/sock_diag.ts";
import type { Enricher, Lookup, PreScan } from "../lookups/lookup.ts";
import { argument, cmdline, cmdlineCut, context, type OwnerDetails, type OwnersSource } from "../lookups/owners.ts";
import { allLookups, type LookupName } from "../lookups/registry.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import type { SocketDecoder } from "../netlink/socket_decoder.ts";
import { FieldNotes, NoteError, placeOf, playNotes } from "../record/field_notes.ts";
import type { Key } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";

/** Details of owners that a run may or may not read. */
const DETAILS = ["cmdline", "threads", "context"] as const;
type Detail = typeof DETAILS[number];
const KEYS_OF_DETAILS: Partial<Record<Detail, readonly Key[]>> = {
  cmdline: [cmdline, argument, cmdlineCut],
  context: [context],
};

/** What was looked up: the line `lookups`. */
interface Begin {
  /** The lookups that found something about each socket, in the order of the output. */
  readonly ran: readonly string[];
  /** All that were asked for. */
  readonly asked: readonly string[];
  readonly details: readonly string[];
}

/** What is known to be missing: the line `end`. */
interface End {
  /** Of each lookup that ran. */
  readonly warnings: readonly (readonly string[])[];
  /** Why others did not run. */
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
  readonly owners_from: string | null;
}

/**
 * Reads what tells the sockets of a family apart: the cookie. Of a family without it, the whole message, which is the same
 * when the recording is read.
 */
function identityOf({ cookieAt, name }: Family): (view: DataView, start: number, end: number) => string {
  if (cookieAt === undefined) return (view, start, end) => `${name} ${hashOf(view, start, end)}`;
  return (view, start, end) => {
    if (end - start < cookieAt + 8) return `${name} ${hashOf(view, start, end)}`;
    const [low, high] = [view.getUint32(start + cookieAt, true), view.getUint32(start + cookieAt + 4, true)];
    return `${name} ${high.toString(16)}:${low.toString(16)}`;
  };
}

/** FNV-1a with two starts: 64 bits as text. */
function hashOf(view: DataView, start: number, end: number): string {
  let [one, other] = [0x811c9dc5, 0x2f0b4c47];
  for (let at = start; at < end; at++) {
    one = Math.imul(one ^ view.getUint8(at), 0x01000193);
    other = Math.imul(other ^ view.getUint8(at), 0x01000193);
  }
  return `${(one >>> 0).toString(16)}.${(other >>> 0).toString(16)}`;
}

/** Notes what the lookups of a run find. */
export class LookupNoter {
  readonly #keys = new Map<Key, number>();
  readonly #enrichers: Enricher[] = [];

  /** @param note takes one line */
  constructor(readonly note: (line: string) => void) {}

  /** An enricher that does the same and notes it. All are made before the first socket is listed. */
  wrap(enricher: Enricher): Enricher {
    const noted = new NotingEnricher(enricher, this.#enrichers.push(enricher) - 1, this.note, this.#numberOf);
    return noted;
  }

  /** Notes what was looked up; called before the first socket. */
  begin(asked: readonly LookupName[], details: OwnerDetails): void {
    const begin: Begin = {
      ran: this.#enrichers.map(({ lookup }) => lookup.name!),
      asked,
      details: DETAILS.filter((detail) => details[detail] === true),
    };
    this.note(`lookups ${JSON.stringify(begin)}`);
  }

  /** Notes what is missing; called after the last socket. */
  end(failures: End["failures"], source: OwnersSource | null): void {
    const end: End = {
      warnings: this.#enrichers.map(({ warnings = [] }) => warnings),
      failures,
      owners_from: source,
    };
    this.note(`end ${JSON.stringify(end)}`);
  }

  #numberOf = (key: Key): number => {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const number = this.#keys.size;
    this.#keys.set(key, number);
    this.note(`key ${number} ${placeOf(key)}`);
    return number;
  };
}

/** An enricher that notes what another one writes. */
class NotingEnricher implements Enricher {
  readonly lookup: Lookup;
  readonly from: Key;
  readonly none: number;
  readonly touches?: true;
  readonly writeUnlisted?: (inode: number, sink: RecordSink) => void;
  readonly #notes: FieldNotes;
  readonly #families = new Set<string>();
  readonly #noted = new Set<string>();
  #socket = "";

  constructor(
    readonly enricher: Enricher,
    readonly number: number,
    readonly note: (line: string) => void,
    numberOf: (key: Key) => number,
  ) {
    this.lookup = enricher.lookup;
    this.from = enricher.from;
    this.none = enricher.none;
    if (enricher.touches === true) this.touches = true;
    // Sockets that only their holder shows are not in a recording.
    if (enricher.writeUnlisted !== undefined) {
      this.writeUnlisted = (inode, sink) => enricher.writeUnlisted!(inode, sink);
    }
    this.#notes = new FieldNotes(numberOf);
  }

  get warnings(): readonly string[] {
    return this.enricher.warnings ?? [];
  }

  get unresolved(): number {
    return this.enricher.unresolved ?? 0;
  }

  set unresolved(count: number) {
    if (this.enricher.unresolved !== undefined) this.enricher.unresolved = count;
  }

  readerOf(family: Family): NumberReader | null {
    const read = this.enricher.readerOf(family);
    if (read === null) return null;
    if (!this.#families.has(family.name)) this.note(`for ${this.number} ${family.name}`);
    this.#families.add(family.name);
    const identify = identityOf(family);
    return (view, start, end) => {
      this.#socket = identify(view, start, end);
      return read(view, start, end);
    };
  }

  write(number: number, sink: RecordSink): void {
    const { enricher } = this;
    const socket = this.#socket;
    this.#socket = "";
    if (socket === "" || this.#noted.has(socket)) return enricher.write(number, sink);
    this.#noted.add(socket);
    const before = this.unresolved;
    this.#notes.begin(sink);
    enricher.write(number, this.#notes);
    this.note(`at ${this.number} ${socket} ${Number(this.unresolved > before)} ${this.#notes.end()}`);
  }

  extend(decode: SocketDecoder): SocketDecoder {
    return this.enricher.extend?.(decode) ?? decode;
  }

  preScan(family: Family, namespace: number): PreScan | null {
    return this.enricher.preScan?.(family, namespace) ?? null;
  }

  enter(namespace: number): void {
    this.enricher.enter?.(namespace);
  }

  [Symbol.dispose](): void {
    this.enricher[Symbol.dispose]?.();
  }
}

const NOTHING: Begin = { ran: [], asked: [], details: [] };

/** What the lookups of a recording found. */
export class NotedLookups {
  #begin: Begin = NOTHING;
  #end: End | null = null;
  #places: string[] = [];
  /** Fields by lookup, protocol and socket, after a digit that says whether they are incomplete. */
  readonly #found = new Map<string, string>();
  /** The protocols of each lookup, behind its number. */
  readonly #families = new Set<string>();

  /** @param lines the notes; what is no note of this kind is passed over */
  constructor(lines: readonly string[]) {
    for (const line of lines) {
      const [, kind, rest = ""] = /^(\w+) (.*)$/s.exec(line) ?? [];
      if (kind === "lookups") this.#start(rest);
      else if (kind === "for") this.#families.add(rest);
      else if (kind === "key") readPlace(rest, this.#places);
      else if (kind === "at") this.#keep(rest);
      else if (kind === "end") this.#end = readEnd(rest);
    }
  }

  /** Another listing begins: its sockets are the ones that are read. */
  #start(text: string): void {
    this.#begin = readBegin(text) ?? NOTHING;
    this.#end = null;
    this.#places = [];
    this.#found.clear();
    this.#families.clear();
  }

  #keep(text: string): void {
    const [, socket, found] = /^(\d+ \S+ \S+) ([01] .*)$/s.exec(text) ?? [];
    if (socket !== undefined) this.#found.set(socket, found!);
  }

  /** Whether a lookup was made for the recording. */
  has(name: LookupName): boolean {
    return this.#begin.asked.includes(name) || this.#begin.ran.includes(name);
  }

  /** Where the owners were read; `null` if they were not. */
  get ownersSource(): OwnersSource | null {
    const source = this.#end?.owners_from;
    return source === "proc" || source === "bpf" ? source : null;
  }

  /** Why some lookups did not run. */
  get failures(): readonly { readonly name: LookupName; readonly reason: string }[] {
    return (this.#end?.failures ?? []) as readonly { readonly name: LookupName; readonly reason: string }[];
  }

  /** What was asked for and is not in the recording, one line each. */
  missing(asked: readonly LookupName[], details: OwnerDetails): readonly string[] {
    const noted = asked.filter((name) => this.has(name));
    const lacks = DETAILS.filter((detail) => details[detail] === true && !this.#begin.details.includes(detail));
    return [
      ...this.has("owners") && asked.includes("owners")
        ? lacks.map((detail) => `the recording was made without --${OPTIONS[detail]}`)
        : [],
      ...noted.length > 0 && this.#end === null ? ["the recording ends before everything was looked up"] : [],
    ];
  }

  /**
   * Enrichers that write what was found, for the lookups that are asked for now.
   *
   * @param isMissed whether to warn of sockets that a lookup has not seen
   */
  open(
    asked: readonly LookupName[],
    details: OwnerDetails,
    isMissed: (name: LookupName) => boolean,
  ): readonly Enricher[] {
    const known = keysOf(asked, details);
    const keys = this.#places.map((place) => known.get(place) ?? null);
    return this.#begin.ran.flatMap((name, i) => {
      if (!asked.includes(name as LookupName)) return [];
      const own = allLookups.filter((lookup) => lookup.name === name).flatMap(({ keys }) => keys);
      const isFor = (family: Family) => this.#families.has(`${i} ${family.name}`);
      const lookup: Lookup = { name: name as LookupName, from: [inodeKey], keys: own, isFor };
      const unknown = isMissed(name as LookupName) ? new Set<string>() : null;
      return [new NotedEnricher(lookup, i, this.#found, keys, this.#end?.warnings[i] ?? [], unknown)];
    });
  }
}

const OPTIONS: Readonly<Record<Detail, string>> = { cmdline: "cmdline", threads: "threads", context: "contexts" };

/** The keys that lookups may write, by place. */
function keysOf(asked: readonly LookupName[], details: OwnerDetails): ReadonlyMap<string, Key> {
  const hidden = DETAILS.flatMap((detail) => details[detail] === true ? [] : KEYS_OF_DETAILS[detail] ?? []);
  const keys = allLookups.filter(({ name }) => name !== null && asked.includes(name)).flatMap(({ keys }) => keys)
    .flatMap((key) => key.hex === null ? [key] : [key, key.hex])
    .filter((key) => !hidden.some((other) => other === key || other.hex === key));
  return new Map(keys.map((key) => [placeOf(key), key]));
}

/** Writes what a lookup found when the recording was made. */
class NotedEnricher implements Enricher {
  readonly from: Key = inodeKey;
  readonly none = 0;
  unresolved = 0;
  /** Sockets whose notes are wrong. */
  readonly #wrong = new Set<string>();
  #socket = "";

  constructor(
    readonly lookup: Lookup,
    readonly number: number,
    readonly found: ReadonlyMap<string, string>,
    readonly keys: readonly (Key | null)[],
    readonly noted: readonly string[],
    /** Sockets that were not looked up; `null` if they are not counted. */
    readonly unknown: Set<string> | null,
  ) {}

  get warnings(): readonly string[] {
    const { lookup: { name }, noted } = this;
    const lack = (count: number, why: string) =>
      count === 0 ? [] : [`the recording does not have ${name} of ${count} sockets${why}`];
    const unknown = this.unknown?.size ?? 0;
    return [...noted, ...lack(unknown, ", which it did not show"), ...lack(this.#wrong.size, ": damaged")];
  }

  readerOf(family: Family): NumberReader | null {
    if (!this.lookup.isFor(family)) return null;
    const identify = identityOf(family);
    return (view, start, end) => {
      this.#socket = `${this.number} ${identify(view, start, end)}`;
      return 1;
    };
  }

  write(_number: number, sink: RecordSink): void {
    const socket = this.#socket;
    const found = this.found.get(socket);
    if (found === undefined) {
      this.unknown?.add(socket);
      this.unresolved++;
      return;
    }
    if (found.startsWith("1")) this.unresolved++;
    try {
      playNotes(found.slice(2), (number) => this.keys[number] ?? null, sink);
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      this.#wrong.add(socket);
      this.unresolved++;
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

function readBegin(text: string): Begin | null {
  const begin = parsed(text) as Partial<Begin> | null;
  return isTexts(begin?.ran) && isTexts(begin.asked) && isTexts(begin.details) ? begin as Begin : null;
}

function readEnd(text: string): End | null {
  const end = parsed(text) as Partial<End> | null;
  const { warnings, failures } = end ?? {};
  const isRight = Array.isArray(warnings) && warnings.every(isTexts) && Array.isArray(failures) &&
    failures.every(({ name, reason }: Record<string, unknown>) =>
      typeof name === "string" && typeof reason === "string"
    );
  return isRight ? end as End : null;
}

function readPlace(text: string, places: string[]): void {
  const [, number, place] = /^(\d+) (\S+)$/.exec(text) ?? [];
  // They are numbered in the order of the lines.
  if (number !== undefined && Number(number) === places.length) places.push(place!);
}
