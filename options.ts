/**
 * The command line: one table of options that makes the parser and the help, and the plan that comes out of it.
 */
import { parseArgs } from "@std/cli/parse-args";
import config from "./deno.json" with { type: "json" };
import { quote } from "./decode/control_characters.ts";
import { families } from "./decode/families.ts";
import { other } from "./decode/other.ts";
import type { Family } from "./decode/family.ts";
import type { Key } from "./decode/key.ts";
import type { Plan } from "./decode/plan.ts";
import { AF_INET, AF_INET6 } from "./decode/address_family.ts";
import {
  ALL_STATES,
  BOUND_INACTIVE_STATES,
  CONNECTED_STATES,
  LISTENING_STATES,
  stateWords,
} from "./decode/tcp_states.ts";
import { type Arrangement, neededKeys } from "./formats/arrange.ts";
import {
  choose,
  type ColumnChoice,
  ColumnNames,
  isOwnerColumn,
  type NamedColumn,
  rowColumns,
} from "./formats/column_choice.ts";
import { ownerColumns, PID, PROTOCOL } from "./formats/columns.ts";
import { countKey, protocolKey } from "./formats/count_sink.ts";
import { isDelimiter } from "./formats/csv.ts";
import { type Format, type FormatOptions, formats } from "./formats/formats.ts";
import type { Order } from "./formats/sort_sink.ts";

/** What was typed cannot be done. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Version of the program. */
export const version: string = config.version;

interface Option {
  /** Heading in the help. */
  readonly group: string;
  readonly long: string;
  readonly short?: string;
  /** Name of the value in the help, for options that take one; in brackets if it can be left out. */
  readonly value?: string;
  /** For options of formats: what they are told by it. */
  readonly setting?: keyof FormatOptions;
  /** Whether formats without that setting take the option too, as they print everything anyway. */
  readonly harmless?: true;
  /** Whether it must be typed to the end: what it starts with stands for an option of `ss`. */
  readonly whole?: true;
  readonly help: string;
}

const formatNames = formats.map((format) => format.name);

const CHOICE = "Choosing and arranging";
const PROTOCOLS = "Protocols (all of these by default)";

/** Names after `-f`: those of {@linkcode Family.domain}, but that inet means IPv4 there. */
const domainNames = [
  "inet",
  "inet6",
  ...new Set(families.map(({ domain }) => domain).filter((name) => name !== "inet")),
];

/** All options. Those with a short name are the ones of `ss`, and mean what they mean there. */
export const options: readonly Option[] = [
  ...families.map(({ option }) => ({ group: PROTOCOLS, ...option })),
  {
    group: PROTOCOLS,
    long: "family",
    short: "f",
    value: "FAMILY",
    help: "sockets of an address family",
  },
  {
    group: PROTOCOLS,
    long: "query",
    short: "A",
    value: "LIST",
    help: "protocols, with commas between; !NAME leaves one out",
  },
  { group: "Addresses (both by default)", long: "ipv4", short: "4", help: "sockets of IPv4" },
  { group: "Addresses (both by default)", long: "ipv6", short: "6", help: "sockets of IPv6" },
  { group: "States (connected sockets by default)", long: "all", short: "a", help: "sockets in every state" },
  { group: "States (connected sockets by default)", long: "listening", short: "l", help: "listening sockets only" },
  {
    group: "States (connected sockets by default)",
    long: "bound-inactive",
    short: "B",
    help: "sockets that are bound and do nothing yet (kernel 6.8 and later)",
  },
  { group: "Fields", long: "processes", short: "p", help: "the processes that hold each socket" },
  { group: "Fields", long: "cmdline", help: "with -p, also their arguments, which may hold secrets" },
  {
    group: "Fields",
    long: "extended",
    short: "e",
    setting: "extended",
    harmless: true,
    help: "table: uid, inode, cookie …",
  },
  {
    group: "Fields",
    long: "info",
    short: "i",
    setting: "info",
    harmless: true,
    help: "table: congestion control, times and rates of TCP",
  },
  {
    group: "Fields",
    long: "memory",
    short: "m",
    setting: "memory",
    harmless: true,
    help: "table: memory of the socket",
  },
  { group: "Fields", long: "options", short: "o", setting: "timers", harmless: true, help: "table: the timer" },
  { group: "Fields", long: "bpf-maps", help: "also the values that BPF programs keep with sockets (needs CAP_BPF)" },
  {
    group: CHOICE,
    long: "columns",
    value: "LIST",
    help: "only these, with commas between; +NAME adds to the default",
  },
  {
    group: CHOICE,
    long: "sort",
    value: "NAME",
    help: "in the order of this column; NAME:desc for the largest first",
  },
  { group: CHOICE, long: "limit", value: "N", help: "no more than N sockets or counts" },
  { group: CHOICE, long: "count-by", value: "LIST", help: "how many sockets there are of each value of these columns" },
  { group: CHOICE, long: "list-columns", whole: true, help: "list the names of columns, one a line" },
  { group: "Input", long: "read", value: "FILE", help: "decode a recording (pcap) in place of asking the kernel" },
  { group: "Output", long: "record", value: "FILE", help: "also keep what the kernel answers in FILE (pcap)" },
  {
    group: "Output",
    long: "output",
    value: "FILE",
    help: "print to FILE, which takes its place only when it is whole",
  },
  { group: "Output", long: "format", value: "NAME", help: `format of the output: ${formatNames.join(", ")}` },
  { group: "Output", long: "json", short: "j", help: "same as --format json, the default" },
  { group: "Output", long: "yaml", help: "same as --format yaml" },
  { group: "Output", long: "csv", help: "same as --format csv" },
  { group: "Output", long: "tsv", help: "same as --format tsv" },
  { group: "Output", long: "table", help: "same as --format table" },
  { group: "Output", long: "compact", setting: "compact", help: "json without white space" },
  {
    group: "Output",
    long: "meta",
    setting: "meta",
    help: "json, ndjson, yaml with host, time, options, completeness",
  },
  {
    group: "Output",
    long: "delimiter",
    value: "C",
    setting: "delimiter",
    help: "csv with this character between cells",
  },
  {
    group: "Output",
    long: "no-header",
    short: "H",
    setting: "noHeader",
    help: "csv, tsv, table without the row of names",
  },
  { group: "Output", long: "excel", setting: "excel", help: "csv, tsv with the mark by which Excel knows UTF-8" },
  { group: "Output", long: "decimal", value: "C", setting: "decimal", help: "csv, tsv with . or , before decimals" },
  {
    group: "Output",
    long: "raw-text",
    setting: "rawText",
    help: "csv, tsv without the guard against formulas in text",
  },
  {
    group: "Output",
    long: "explode",
    value: "LIST",
    setting: "explode",
    help: "csv, tsv with a row for each element: owners (with -p)",
  },
  { group: "Output", long: "plain", setting: "plain", help: "table with plain numbers in place of 1.2 MB, 3.4 ms" },
  { group: "Output", long: "wide", setting: "wide", help: "table with lines longer than the terminal is wide" },
  {
    group: "Output",
    long: "color",
    value: "WHEN",
    setting: "color",
    help: "table with colours: auto (on a terminal), always, never",
  },
  { group: "Output", long: "numeric", short: "n", help: "no names of services: as always (for users of ss)" },
  { group: "Output", long: "oneline", short: "O", help: "one line for each socket: as always (for users of ss)" },
  {
    group: "About",
    long: "fields",
    value: "[FAMILY]",
    help: "list the fields of the output: type, unit, kernel, meaning, source",
  },
  { group: "About", long: "schema", help: "print the JSON Schema of the output" },
  { group: "About", long: "help", short: "h", help: "print this help" },
  { group: "About", long: "version", short: "V", help: "print the version" },
];

/** What the program has been told to do. */
export type Command =
  | { readonly action: "help" | "version" }
  | {
    readonly action: "fields";
    readonly families: readonly Family[];
    /** `null` for lines to read. */
    readonly format: JsonFormat | null;
    readonly compact: boolean;
    readonly output: OutputOption;
  }
  | { readonly action: "columns"; readonly names: readonly string[] }
  | {
    readonly action: "schema";
    readonly families: readonly Family[];
    readonly format: JsonFormat;
    readonly compact: boolean;
    readonly output: OutputOption;
  }
  | {
    readonly action: "dump";
    readonly plan: Plan;
    readonly owners: OwnersOption;
    readonly format: Format;
    readonly formatOptions: FormatOptions;
    readonly arrangement: Arrangement;
    /** Recording to decode in place of asking the kernel. */
    readonly read: string | null;
    /** Where to record. */
    readonly record: string | null;
    readonly output: OutputOption;
    /** The words that were typed. */
    readonly words: readonly string[];
  };

/** File to print to; `null` for standard output. */
export type OutputOption = string | null;

/** Whether the owners of sockets are looked up, and their arguments; `null` for not. */
export type OwnersOption = "owners" | "cmdline" | null;

/** Formats of the reference of fields, and formats that have a schema. */
export type JsonFormat = "json" | "ndjson";

const isOptional = ({ value }: Option) => value?.startsWith("[") === true;
/** Those with a value that can be left out are among them: their value is a word behind the options. */
const booleans = options.filter((option) => option.value === undefined || isOptional(option)).map(({ long }) => long);
const withValue = options.filter((option) => option.value !== undefined && !isOptional(option));
const longNames = options.map((option) => option.long);

/**
 * Reads the command line.
 *
 * @throws {UsageError} if it cannot be understood; the message is one line
 */
export function parseCommand(args: readonly string[]): Command {
  const expanded = expandArguments(args);
  const given = parseArgs(expanded, {
    boolean: booleans,
    string: [...withValue.map((option) => option.long), "_"],
    alias: Object.fromEntries(options.flatMap(({ long, short }) => short === undefined ? [] : [[long, [short]]])),
    unknown: (arg) => {
      if (arg.length > 1 && arg.startsWith("-")) throw new UsageError(unknownOption(arg));
    },
  }) as Given;
  for (const long of booleans) {
    if (expanded.some((arg) => arg.startsWith(`--${long}=`))) throw new UsageError(`option --${long} takes no value`);
  }
  if (given["help"] === true) return { action: "help" };
  if (given["version"] === true) return { action: "version" };
  const format = chosenFormat(given);
  if (given["list-columns"] === true) {
    refuseArranging(given, "list-columns");
    return { action: "columns", names: new ColumnNames(choosePlan(expanded, given).families).names };
  }
  if (given["fields"] === true || given["schema"] === true) return describe(expanded, given, format);
  const owners = chosenOwners(expanded, given);
  const formatOptions = chosenFormatOptions(given, format);
  if (formatOptions.explode !== undefined && owners === null) {
    throw new UsageError("--explode owners does nothing without -p");
  }
  const plan = choosePlan(expanded, given);
  const read = chosenFile(given, "read");
  const record = chosenFile(given, "record");
  if (read !== null && record !== null) {
    throw new UsageError("--read and --record exclude each other (to keep a recording copy it)");
  }
  const arrangement = chosenArrangement(given, plan.families, format, formatOptions, record !== null);
  const needed = neededKeys(arrangement);
  // What is recorded is to serve for other columns too.
  const wanted = needed === null || record !== null ? {} : { wanted: (key: Key) => needed.has(key) };
  const output = chosenOutput(given);
  for (const [long, file] of Object.entries({ read, record })) {
    if (output !== null && output === file) throw new UsageError(`--output and --${long} name the same file`);
  }
  const chosen = { ...plan, ...wanted };
  const words = args;
  return { action: "dump", plan: chosen, owners, format, formatOptions, arrangement, read, record, output, words };
}

/** Names in a list with commas between them. */
const listed = (text: unknown): readonly string[] => text === undefined ? [] : String(text).split(",");

/** Whether the processes that hold sockets are looked up: asked for, or needed for a column. */
const wantsOwners = (given: Given): boolean =>
  given["processes"] === true ||
  [given["columns"], given["count-by"], given["sort"]].flatMap(listed).some((name) =>
    isOwnerColumn(name.replace(/^\+|:(asc|desc)$/g, ""))
  );

/** What --columns, --sort, --limit and --count-by ask for. */
function chosenArrangement(
  given: Given,
  families: readonly Family[],
  format: Format,
  formatOptions: FormatOptions,
  recorded: boolean,
): Arrangement {
  const columns = chosenColumns(given, families, format, formatOptions);
  const countBy = chosenCounts(given, families, format, formatOptions);
  if (columns !== null && countBy !== null) {
    throw new UsageError("--columns and --count-by exclude each other: the columns are those of --count-by, and count");
  }
  return {
    columns,
    countBy,
    sort: chosenOrder(given, families, format, countBy),
    limit: chosenLimit(given),
    ofEach: format.flat !== true,
    // What is recorded is to be whole.
    endsEarly: !recorded,
  };
}

/** What --count-by chooses, `null` without it; the protocol is a field of counts. */
function chosenCounts(
  given: Given,
  families: readonly Family[],
  format: Format,
  { explode }: FormatOptions,
): ColumnChoice | null {
  if (given["count-by"] === undefined) return null;
  if (explode !== undefined) throw new UsageError("--explode does nothing for --count-by");
  const known = new ColumnNames(families);
  const names = listed(given["count-by"]);
  const path = names.find((name) => rowColumns.includes(name));
  if (path !== undefined) {
    throw new UsageError(`--count-by cannot count by ${path}, which only rows have; there is owners`);
  }
  const { columns, shown } = choose(names.map((name) => findColumn("count-by", name, known, format)));
  return {
    columns: columns.map(({ name, key }) => ({ name, key: name === PROTOCOL ? protocolKey : key })),
    shown,
  };
}

/** What --sort asks for, `null` without it. */
function chosenOrder(
  given: Given,
  families: readonly Family[],
  format: Format,
  countBy: ColumnChoice | null,
): Order | null {
  if (given["sort"] === undefined) return null;
  const [name = "", direction = "asc", ...rest] = String(given["sort"]).split(":");
  if (!["asc", "desc"].includes(direction) || rest.length > 0) {
    throw new UsageError(
      `--sort takes the name of a column, :asc or :desc behind it, not ${quote(String(given["sort"]))}`,
    );
  }
  const descending = direction === "desc";
  if (countBy !== null && name === countKey.path) return { key: countKey, descending };
  const { columns: [column], single } = findColumn("sort", name, new ColumnNames(families), format);
  if (countBy !== null && !countBy.columns.some((counted) => counted.name === column?.name)) {
    throw new UsageError(`--sort ${name} is neither count nor among --count-by`);
  }
  if (name === PROTOCOL) return { key: countBy === null ? null : protocolKey, descending };
  if (single === null) throw new UsageError(`--sort cannot sort by ${name}, which is more than one value`);
  return { key: single, descending };
}

function chosenLimit(given: Given): number | null {
  const typed = given["limit"];
  if (typed === undefined) return null;
  if (/^[1-9][0-9]{0,14}$/.test(String(typed))) return Number(typed);
  throw new UsageError(`--limit takes a number from 1 on, not ${quote(String(typed))}`);
}

/** What --columns chooses, `null` without it. */
function chosenColumns(
  given: Given,
  families: readonly Family[],
  format: Format,
  { explode }: FormatOptions,
): ColumnChoice | null {
  if (given["columns"] === undefined) return null;
  const names = listed(given["columns"]);
  const added = names.filter((name) => name.startsWith("+"));
  if (added.length > 0 && added.length < names.length) {
    throw new UsageError(`--columns takes names, or names with + before each of them, not both`);
  }
  const known = new ColumnNames(families);
  const found = names.map((name) => findColumn("columns", name.replace(/^\+/, ""), known, format));
  const choice = added.length > 0
    ? { ...choose([known.byDefault(given["processes"] === true), ...found]), added: choose(found).columns }
    : choose(found);
  if (explode !== undefined) {
    const isOwners = choice.columns.map(({ name, key }) => key === null && ownerColumns.includes(name));
    if (!isOwners.includes(true) || isOwners.lastIndexOf(false) > isOwners.indexOf(true)) {
      throw new UsageError(`--explode owners needs ${ownerColumns.join(" or ")} as the last of --columns`);
    }
  }
  return choice;
}

/** What the name of a column stands for. */
function findColumn(option: string, name: string, known: ColumnNames, format: Format): NamedColumn {
  const found = known.find(name);
  if (found === null) {
    if (name === "") throw new UsageError(`option --${option} needs the name of a column (--list-columns lists them)`);
    const near = nearest(name, known.names);
    const hint = near === undefined ? "; --list-columns lists them" : `, did you mean ${near}?`;
    throw new UsageError(`unknown column ${quote(name)} in --${option}${hint}`);
  }
  if (rowColumns.includes(name) && !format.rows) {
    const path = name === PID ? "owners.pid" : "owners.comm";
    throw new UsageError(`--${option} ${name} does nothing for --format ${format.name}, which has ${path}`);
  }
  return found;
}

/** Refuses options that choose and arrange records, where none are printed. */
function refuseArranging(given: Given, long: string): void {
  const idle = ["columns", "sort", "limit", "count-by"].find((option) => given[option] !== undefined);
  if (idle !== undefined) throw new UsageError(`--${idle} does nothing for --${long}`);
}

/** What --fields and --schema are to print: about the families in words behind the options, those of options, or all. */
function describe(args: readonly string[], given: Given, format: Format): Command {
  const compact = given["compact"] === true;
  if (given["fields"] === true && given["schema"] === true) {
    throw new UsageError("--fields and --schema exclude each other");
  }
  const long = given["schema"] === true ? "schema" : "fields";
  refuseArranging(given, long);
  const words = long === "fields" ? given._.map((word) => findFamily(String(word))) : [];
  const plan = choosePlan(args, long === "fields" ? { ...given, _: [] } : given);
  // What a dump lists only with -p has fields all the same.
  const everything = plan.families.length === families.length - 1 ? families : plan.families;
  const chosen = families.filter((family) =>
    words.includes(family) || (everything.includes(family) && (plan.named === true || words.length === 0))
  );
  const idle = options.find(({ long, setting, harmless }) =>
    setting !== undefined && harmless !== true && setting !== "compact" && given[long] !== undefined &&
    given[long] !== false
  );
  if (idle !== undefined) throw new UsageError(`--${idle.long} does nothing for --${long}`);
  const { name } = format;
  const output = chosenOutput(given);
  if (name !== "json" && name !== "ndjson") throw new UsageError(`--${long} prints json or ndjson, not ${name}`);
  if (long === "schema") return { action: "schema", families: chosen, format: name, compact, output };
  const text = given["format"] === undefined && given["json"] !== true;
  if (compact && (text || name !== "json")) throw new UsageError("--compact does nothing for --fields but with --json");
  return { action: "fields", families: chosen, format: text ? null : name, compact, output };
}

/** The family that a name stands for: that of its option, or that in the output. */
function findFamily(name: string): Family {
  const lower = name.toLowerCase();
  const family = families.find((family) => family.option.long === lower || family.name.toLowerCase() === lower);
  if (family === undefined) {
    throw new UsageError(unknownName("family", lower, families.map(({ option }) => option.long)));
  }
  return family;
}

/**
 * Does what getopt_long(3) does and `parseArgs` does not: takes bundles of short options apart (`-t4a`, `-tf inet6`),
 * completes long options that are cut short where only one can be meant (`--list`), and takes whatever follows an option
 * for its value.
 */
function expandArguments(args: readonly string[]): string[] {
  const result: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") return [...result, ...args.slice(i)];
    if (arg.startsWith("--")) {
      const long = completeLong(arg);
      const optional = options.find((option) => isOptional(option) && long.startsWith(`--${option.long}=`));
      const takesNext = withValue.some((option) => long === `--${option.long}`) && i + 1 < args.length;
      if (optional !== undefined) result.push(`--${optional.long}`, long.slice(optional.long.length + 3));
      else result.push(takesNext ? `${long}=${args[++i]}` : long);
    } else if (arg.length > 1 && arg.startsWith("-")) {
      if (arg[1] === "=") throw new UsageError(`unknown option ${quote(arg)} (see --help)`);
      for (let n = 1; n < arg.length; n++) {
        const letter = arg[n]!;
        const option = options.find(({ short }) => short === letter);
        if (option?.value !== undefined) {
          const rest = arg.slice(n + 1);
          result.push(`--${option.long}=${rest === "" ? args[++i] ?? "" : rest}`);
          break;
        }
        if (letter === "=") throw new UsageError(`option -${arg[n - 1]} takes no value`);
        result.push(`-${letter}`);
      }
    } else {
      result.push(arg);
    }
  }
  return result;
}

function completeLong(arg: string): string {
  const [typed = "", ...value] = arg.slice(2).split("=");
  // `ss` has both.
  const name = typed === "socket" ? "query" : typed;
  if (name !== typed) return [`--${name}`, ...value].join("=");
  if (name === "" || longNames.includes(name)) return arg;
  const candidates = options.filter(({ long, whole }) => whole !== true && long.startsWith(name)).map(({ long }) =>
    long
  );
  if (candidates.length > 1) {
    throw new UsageError(`option ${quote(`--${name}`)} could be ${candidates.map((long) => `--${long}`).join(" or ")}`);
  }
  return candidates.length === 0 ? arg : [`--${candidates[0]}`, ...value].join("=");
}

function unknownOption(arg: string): string {
  const name = arg.split("=", 1)[0]!;
  const near = name.startsWith("--") ? nearest(name.slice(2), longNames) : undefined;
  return `unknown option ${quote(name)}${near === undefined ? "" : `, did you mean --${near}?`} (see --help)`;
}

interface Given {
  readonly [name: string]: unknown;
  readonly _: readonly (string | number)[];
}

/** What is to be listed. */
function choosePlan(args: readonly string[], given: Given): Plan {
  const { tables, listed } = chosenTables(args);
  // Of an address family, or another group of protocols, the kernel need not have all: those that it lacks are not missing.
  const grouped = tables.size === 0 ||
    args.some((arg) => arg.startsWith("--query=") && /[=,](all|inet)(,|$)/.test(arg));
  const inet = given["ipv4"] === true || given["ipv6"] === true ||
    args.some((arg) => arg === "--family=inet" || arg === "--family=inet6");
  if (inet && ![...tables.keys()].some(({ domain }) => domain === "inet")) {
    families.filter(({ domain }) => domain === "inet").forEach((family) => tables.set(family, ALL_TYPES));
  }
  const named = tables.size > 0;
  if (listed && !named) throw new UsageError("option -A leaves no protocol to list");
  // As in `ss`: by default, and after -A, all protocols show their connections; each by an option of its own, what it has.
  const states = parseStates(given._.map(String), optionStates(args) ?? (named && !listed ? null : CONNECTED_STATES));
  const types = [...tables].filter(([, mask]) => mask !== ALL_TYPES).map(([family, mask]) => [family.name, mask]);
  return {
    families: families.filter((family) =>
      named ? tables.has(family) : family !== other || wantsOwners(given) && states === ALL_STATES
    ),
    addressFamilies: chosenAddressFamilies(args, given),
    states,
    bpfMaps: given["bpf-maps"] === true,
    named: named && !grouped,
    ...types.length === 0 ? {} : { types: Object.fromEntries(types) },
  };
}

function chosenOwners(args: readonly string[], given: Given): OwnersOption {
  const asked = wantsOwners(given) || chosenTables(args).tables.has(other);
  if (given["cmdline"] === true && !asked) throw new UsageError("--cmdline does nothing without -p");
  return given["cmdline"] === true ? "cmdline" : asked ? "owners" : null;
}

/** Every socket type. */
const ALL_TYPES = -1;

/** Families and the types of theirs that options choose, and whether -A is among them; it forgets what was chosen before. */
function chosenTables(args: readonly string[]): { tables: Map<Family, number>; listed: boolean } {
  const tables = new Map<Family, number>();
  let listed = false;
  for (const arg of args) {
    const family = families.find(({ option }) => arg === `--${option.long}` || arg === `-${option.short}`);
    if (family !== undefined) tables.set(family, ALL_TYPES);
    const [name, value = ""] = arg.split(/=(.*)/s);
    if (name === "--family") {
      if (!domainNames.includes(value)) throw new UsageError(unknownName("address family", value, domainNames));
      families.filter(({ domain }) => domain !== "inet" && domain === value).forEach((family) =>
        tables.set(family, ALL_TYPES)
      );
    }
    if (name === "--query") {
      if (!listed) tables.clear();
      listed = true;
      for (const item of value.split(",")) changeTables(tables, item);
    }
  }
  return { tables, listed };
}

/** Names in the list of -A. */
function listNames(): string[] {
  const names = families.flatMap(({ option, typeNames }) => [option.long, ...Object.keys(typeNames ?? {})]);
  return ["all", "inet", ...names];
}

/** Adds what one name in the list of -A stands for, or takes it away. */
function changeTables(tables: Map<Family, number>, item: string): void {
  const remove = item.startsWith("!");
  const name = remove ? item.slice(1) : item;
  const chosen = new Map<Family, number>();
  for (const family of families) {
    const { option, domain, typeNames = {} } = family;
    const type = typeNames[name];
    if (name === "all" && family !== other || name === option.long || name === "inet" && domain === "inet") {
      chosen.set(family, ALL_TYPES);
    } else if (type !== undefined) chosen.set(family, 1 << type);
  }
  if (chosen.size === 0) {
    throw new UsageError(unknownName("protocol", name, listNames()));
  }
  for (const [family, mask] of chosen) {
    const before = tables.get(family) ?? 0;
    const after = remove ? before & ~mask : before | mask;
    if (after === 0) tables.delete(family);
    else tables.set(family, after);
  }
}

function unknownName(what: string, name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return `unknown ${what} ${quote(name)}${
    near === undefined ? `; there are ${names.join(" ")}` : `, did you mean ${near}?`
  }`;
}

function chosenAddressFamilies(args: readonly string[], given: Given): readonly number[] {
  const ipv4 = given["ipv4"] === true || args.includes("--family=inet");
  const ipv6 = given["ipv6"] === true || args.includes("--family=inet6");
  if (ipv4 === ipv6) return [AF_INET, AF_INET6];
  return [ipv4 ? AF_INET : AF_INET6];
}

function chosenFormat(given: Given): Format {
  const [short, other] = formatNames.filter((name) => booleans.includes(name) && given[name] === true);
  if (short !== undefined && other !== undefined) throw new UsageError(`--${short} and --${other} exclude each other`);
  const name = given["format"] ?? short;
  if (name === undefined) return formats[0]!;
  if (short !== undefined && name !== short) {
    throw new UsageError(`--${short} and --format ${quote(String(name))} exclude each other`);
  }
  const format = formats.find((candidate) => candidate.name === name);
  if (format !== undefined) return format;
  const names = formatNames.join(", ");
  if (typeof name !== "string" || name === "") throw new UsageError(`option --format needs a name: ${names}`);
  throw new UsageError(`unknown format ${quote(name)}; there are ${names}`);
}

/** The file that an option names, `null` without it. */
function chosenFile(given: Given, long: string): string | null {
  const path = given[long];
  if (path === undefined) return null;
  if (typeof path !== "string" || path === "") throw new UsageError(`option --${long} needs the name of a file`);
  return path;
}

/** The file that --output names; a hyphen stands for standard output. */
function chosenOutput(given: Given): OutputOption {
  const path = chosenFile(given, "output");
  return path === "-" ? null : path;
}

/** What the format is told. Every option of formats that was typed must make a difference to it. */
function chosenFormatOptions(given: Given, format: Format): FormatOptions {
  const settings = options.flatMap(({ long, setting, harmless }) => {
    const value = given[long];
    if (setting === undefined || value === undefined || value === false) return [];
    if (!format.honours.includes(setting) && harmless === true) return [];
    if (!format.honours.includes(setting)) throw new UsageError(`--${long} does nothing for --format ${format.name}`);
    return [[setting, typeof value === "string" ? parseSetting(long, value) : value]];
  });
  const chosen: FormatOptions = Object.fromEntries(settings);
  if (chosen.decimal === "," && format.name === "csv" && (chosen.delimiter ?? ",") === ",") {
    throw new UsageError('--decimal , needs something else between cells, for example --delimiter ";"');
  }
  return chosen;
}

/** The value of an option of formats. */
function parseSetting(long: string, typed: string): string {
  if (long === "delimiter") {
    const delimiter = typed === "\\t" ? "\t" : typed;
    if (isDelimiter(delimiter)) return delimiter;
    throw new UsageError(
      `--delimiter takes one character that no number, word or address has, such as ; or \\t, not ${quote(typed)}`,
    );
  }
  const values = long === "decimal" ? [".", ","] : long === "color" ? ["auto", "always", "never"] : ["owners"];
  if (!values.includes(typed)) throw new UsageError(`--${long} takes ${values.join(" or ")}, not ${quote(typed)}`);
  return typed;
}

const stateOptions = [
  { long: "all", states: ALL_STATES },
  { long: "listening", states: LISTENING_STATES },
  { long: "bound-inactive", states: BOUND_INACTIVE_STATES },
];

/** States that the options choose, `null` if none does; of several the last one counts, as in `ss`. */
function optionStates(args: readonly string[]): number | null {
  let states: number | null = null;
  let last = -1;
  for (const candidate of stateOptions) {
    const short = options.find((option) => option.long === candidate.long)?.short;
    const at = Math.max(args.lastIndexOf(`--${candidate.long}`), args.lastIndexOf(`-${short}`));
    if (at > last) {
      last = at;
      states = candidate.states;
    }
  }
  return states;
}

/**
 * Applies `state NAME` and `exclude NAME` words from left to right. The first `state` starts from no states, a first
 * `exclude` from all of them; what options chose is then forgotten.
 */
function parseStates(words: readonly string[], chosen: number | null): number | null {
  let states: number | null = null;
  for (let i = 0; i < words.length; i += 2) {
    const verb = words[i]!;
    const name = words[i + 1];
    const include = verb === "state";
    if (!include && verb !== "exclude" && verb !== "excl") {
      const hint = stateWords.has(verb.toLowerCase())
        ? `, did you mean "state ${verb}"?`
        : "; filters are not supported yet";
      throw new UsageError(`unexpected word ${quote(verb)}${hint} (see --help)`);
    }
    if (name === undefined) {
      throw new UsageError(`"${verb}" needs the name of a state: ${[...stateWords.keys()].join(" ")}`);
    }
    const mask = stateWords.get(name.toLowerCase());
    if (mask === undefined) {
      throw new UsageError(unknownName("state", name.toLowerCase(), [...stateWords.keys()]));
    }
    states = include ? (states ?? 0) | mask : (states ?? ALL_STATES) & ~mask;
  }
  return states ?? chosen;
}

/** The candidate that `typed` most likely stands for: at most a third of it differs. */
export function nearest(typed: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(typed, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** Fewest insertions, deletions and replacements of letters that make `b` out of `a` (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The text of `--help`, made from the table. */
export function helpText(): string {
  const lines = [
    "usage: ss2 [option ...] [state NAME | exclude NAME] ...",
    "",
    "Prints what the Linux kernel knows about its sockets.",
  ];
  let group = "";
  for (const option of options) {
    if (option.group !== group) lines.push("", `${option.group}:`);
    group = option.group;
    const short = option.short === undefined ? "    " : `-${option.short}, `;
    const long = `--${option.long}${option.value === undefined ? "" : ` ${option.value}`}`;
    lines.push(`  ${short}${long.padEnd(18)} ${option.help}`);
  }
  lines.push(
    "",
    ...wrap(domainNames, "FAMILY is one of: ", 78),
    ...wrap(listNames(), "LIST is made of: ", 78),
    "",
    "Words:",
    "  state NAME             sockets in this state; several add up",
    "  exclude NAME           sockets in any other state",
    ...wrap([...stateWords.keys()], "  NAME is one of: ", 78),
    "",
    "Formats:",
    ...formats.map((format) => `  ${format.name.padEnd(22)} ${format.help}`),
    "",
    "Exit status:",
    "  0  everything asked for was printed",
    "  1  it was printed, but is known to be incomplete",
    "  2  nothing useful was printed",
    "",
    "Examples:",
    "  ss2 -ta                all TCP sockets as JSON",
    "  ss2 -tl4 --format ndjson",
    "  ss2 -tp --csv > sockets.csv",
    "  ss2 -tap --table       for reading",
    "  ss2 -t --csv --columns src,src_port,dst,tcp_info.rtt --sort tcp_info.rtt:desc --limit 5",
    "  ss2 -ta --count-by state",
    "  ss2 -t state established state close-wait",
    "",
  );
  return lines.join("\n");
}

/** Words behind `first`, in lines of at most `width` letters. */
function wrap(words: readonly string[], first: string, width: number): string[] {
  const lines = [first];
  for (const word of words) {
    const line = lines[lines.length - 1]!;
    if (line.length + word.length > width) lines.push(`${" ".repeat(4)}${word}`);
    else lines[lines.length - 1] = line.endsWith(" ") ? line + word : `${line} ${word}`;
  }
  return lines;
}
