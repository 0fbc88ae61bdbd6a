/**
 * The table of options, from which parser, rules, help, manual and completion are made: an option is one row.
 */
import { families } from "../decode/families/registry.ts";
import { formats } from "../formats/registry.ts";
import { file, list, oneOf, type Option, type ParseValue, seconds, wholeNumber } from "./option.ts";
import { unknownName, UsageError } from "./usage_error.ts";

/** Names after `--format`. */
export const formatNames: readonly string[] = formats.map((format) => format.name);

/** Shells that there are scripts for. */
export const shells = ["bash", "zsh", "fish"] as const;

export type Shell = typeof shells[number];

const PROTOCOLS = "Protocols (all of these by default)";
const ADDRESSES = "Addresses (both by default)";
const STATES = "States (connected sockets by default)";
const NAMESPACES = "Network namespaces (the own one by default)";
const CHOICE = "Choosing and arranging";

/** Names after `-f`: those of {@linkcode Family.domain}, but that inet means IPv4 there. */
export const domainNames: readonly string[] = [
  "inet",
  "inet6",
  ...new Set(families.map(({ domain }) => domain).filter((name) => name !== "inet")),
];

/** Names in the list of -A. */
export function listNames(): string[] {
  const names = families.flatMap(({ option, typeNames }) => [option.long, ...Object.keys(typeNames ?? {})]);
  return ["all", "inet", ...names];
}

const addressFamily: ParseValue<string> = (typed) => {
  if (domainNames.includes(typed)) return typed;
  throw new UsageError(unknownName("address family", typed, domainNames));
};

const formatName: ParseValue<string> = (typed, name) => {
  const meant = formatNames.includes(typed) ? [typed] : formatNames.filter((name) => name.startsWith(typed));
  if (meant.length === 1) return meant[0]!;
  if (typed === "") throw new UsageError(`option ${name} needs a name: ${formatNames.join(", ")}`);
  throw new UsageError(unknownName("format", typed, formatNames));
};

const namespace: ParseValue<string> = (typed, name) => {
  if (typed !== "") return typed;
  throw new UsageError(`option ${name} needs a name, the number of a process, a path, or all`);
};

/** Options that ask for owners: what adds to owners needs one of these. */
const OWNERS = ["processes", "threads", "context", "contexts", "peers"];

/** What makes a difference to what is told of the program. */
const TEXT = ["output"];
const TEXT_OR_JSON = ["output", "format", "json", "compact"];
/** What chooses families, and the fields that they have. */
const FIELDS = ["family", "query", ...families.map(({ option }) => option.long), ...OWNERS, "other"];

const rows = [
  {
    group: PROTOCOLS,
    ss: true,
    long: "family",
    short: "f",
    value: "FAMILY",
    parse: addressFamily,
    choices: domainNames,
    help: "sockets of an address family",
  },
  {
    group: PROTOCOLS,
    ss: true,
    long: "query",
    short: "A",
    also: ["socket"],
    value: "LIST",
    parse: list,
    completes: "protocols",
    help: "protocols, with commas between; !NAME leaves one out",
  },
  { group: ADDRESSES, ss: true, long: "ipv4", short: "4", help: "sockets of IPv4" },
  { group: ADDRESSES, ss: true, long: "ipv6", short: "6", help: "sockets of IPv6" },
  {
    group: STATES,
    ss: true,
    long: "all",
    short: "a",
    help: "sockets in every state; those neither bound nor connected only with -p or --other",
  },
  { group: STATES, ss: true, long: "listening", short: "l", help: "listening sockets only" },
  {
    group: STATES,
    ss: true,
    long: "bound-inactive",
    short: "B",
    help: "sockets that are bound and do nothing yet (kernel 6.8 and later)",
  },
  {
    group: NAMESPACES,
    ss: true,
    long: "net",
    short: "N",
    value: "NAMESPACE",
    parse: namespace,
    completes: "netns",
    excludes: {
      read: "a recording is of one namespace",
      record: "a recording is of one namespace (ip netns exec NAME ss2 … --record FILE)",
    },
    help: "in place of it this one (may be repeated), or all",
  },
  {
    group: NAMESPACES,
    long: "netns-limit",
    value: "N",
    parse: wholeNumber(9),
    needs: ["net"],
    help: "no more namespaces than N (256)",
  },
  {
    group: "Filter",
    ss: true,
    long: "filter-file",
    short: "F",
    also: ["filter"],
    value: "FILE",
    parse: file,
    completes: "file",
    help: "more words of the filter from FILE, - for standard input",
  },
  { group: "Filter", long: "explain", help: "print what is asked of the kernel and what is checked where, and exit" },
  { group: "Filter", long: "stats", needs: ["explain"], help: "with --explain, ask, and print how much is received" },
  {
    group: "Filter",
    long: "quiet",
    short: "q",
    excludes: { output: "nothing is printed" },
    help: "print nothing; status 0 if there is a socket, else 1",
  },
  { group: "Filter", long: "fail-if-empty", excludes: { "fail-if-any": "" }, help: "status 1 if there is no socket" },
  { group: "Filter", long: "fail-if-any", help: "status 1 if there is a socket" },
  { group: "Fields", ss: true, long: "processes", short: "p", help: "the processes that hold each socket" },
  {
    group: "Fields",
    ss: true,
    long: "threads",
    short: "T",
    help: "as -p, with the threads that have descriptors of their own",
  },
  { group: "Fields", ss: true, long: "context", short: "Z", help: "as -p, with the SELinux contexts of processes" },
  { group: "Fields", ss: true, long: "contexts", short: "z", help: "as -Z, and with those of the sockets" },
  { group: "Fields", long: "cmdline", needs: OWNERS, help: "with -p, also their arguments, which may hold secrets" },
  { group: "Fields", long: "peers", help: "as -p, also who holds the other end of a connection within the machine" },
  { group: "Fields", ss: true, long: "cgroup", setting: "cgroup", help: "control group, unit of systemd, container" },
  { group: "Fields", ss: true, long: "resolve", short: "r", help: "names of hosts, which may ask name servers" },
  {
    group: "Fields",
    long: "resolve-timeout",
    value: "SECONDS",
    parse: seconds,
    needs: ["resolve"],
    help: "with -r, how long to wait for names (2 by default)",
  },
  {
    group: "Fields",
    ss: true,
    long: "extended",
    short: "e",
    setting: "extended",
    help: "table: uid, user, inode, cookie …",
  },
  {
    group: "Fields",
    ss: true,
    long: "info",
    short: "i",
    setting: "info",
    help: "table: congestion control, times and rates of TCP",
  },
  { group: "Fields", ss: true, long: "memory", short: "m", setting: "memory", help: "table: memory of the socket" },
  { group: "Fields", ss: true, long: "options", short: "o", setting: "timers", help: "table: the timer" },
  {
    group: "Fields",
    ss: true,
    long: "bpf-maps",
    help: "values that BPF programs keep (needs CAP_BPF; for names CAP_SYS_ADMIN)",
  },
  {
    group: "Fields",
    ss: true,
    long: "bpf",
    short: "b",
    help: "filters attached to sockets: printed anyway (for users of ss)",
  },
  {
    group: "Fields",
    ss: true,
    long: "tos",
    help: "type of service, class and priority: printed anyway (for users of ss)",
  },
  {
    group: "Fields",
    ss: true,
    long: "inet-sockopt",
    help: "flags of Internet sockets: printed anyway (for users of ss)",
  },
  { group: "Fields", ss: true, long: "tipcinfo", help: "details of TIPC: printed anyway (for users of ss)" },
  {
    group: CHOICE,
    long: "columns",
    value: "LIST",
    parse: list,
    completes: "columns",
    help: "only these, with commas between; +NAME adds to the default",
  },
  {
    group: CHOICE,
    long: "sort",
    value: "NAME",
    completes: "order",
    help: "in the order of this column; NAME:desc for the largest first",
  },
  { group: CHOICE, long: "limit", value: "N", parse: wholeNumber(15), help: "no more than N sockets or counts" },
  {
    group: CHOICE,
    long: "count-by",
    value: "LIST",
    parse: list,
    completes: "columns",
    help: "how many sockets there are of each value of these columns",
  },
  { group: CHOICE, long: "list-columns", honours: [...FIELDS, ...TEXT], help: "list the names of columns, one a line" },
  {
    group: "Input",
    long: "twice",
    excludes: { read: "a recording does not change", record: "a recording has one answer to each request" },
    help: "ask the kernel twice, for sockets missed while others come and go",
  },
  {
    group: "Input",
    long: "read",
    value: "FILE",
    parse: file,
    completes: "file",
    excludes: { record: "to keep a recording copy it" },
    help: "decode a recording (pcap) in place of asking the kernel",
  },
  {
    group: "Output",
    long: "record",
    value: "FILE",
    parse: file,
    completes: "file",
    help: "also keep what the kernel answers in FILE (pcap)",
  },
  {
    group: "Output",
    long: "output",
    value: "FILE",
    parse: file,
    completes: "file",
    help: "print to FILE, which takes its place only when it is whole",
  },
  {
    group: "Output",
    long: "format",
    value: "NAME",
    parse: formatName,
    choices: formatNames,
    help: `format of the output: ${formatNames.join(", ")}`,
  },
  { group: "Output", long: "json", short: "j", help: "same as --format json, the default" },
  { group: "Output", long: "yaml", help: "same as --format yaml" },
  { group: "Output", long: "csv", help: "same as --format csv" },
  { group: "Output", long: "tsv", help: "same as --format tsv" },
  { group: "Output", long: "table", help: "same as --format table" },
  { group: "Output", long: "compact", setting: "compact", help: "json without white space" },
  { group: "Output", long: "meta", setting: "meta", help: "json, ndjson, yaml with host, time, options, completeness" },
  {
    group: "Output",
    long: "delimiter",
    value: "C",
    parse: (typed: string) => typed === "\\t" ? "\t" : typed,
    setting: "delimiter",
    help: "csv with this character between cells",
  },
  {
    group: "Output",
    ss: true,
    long: "no-header",
    short: "H",
    setting: "noHeader",
    help: "csv, tsv, table without the row of names",
  },
  {
    group: "Output",
    ss: true,
    long: "no-queues",
    short: "Q",
    setting: "noQueues",
    help: "table without the columns of queues",
  },
  { group: "Output", long: "excel", setting: "excel", help: "csv, tsv with the mark by which Excel knows UTF-8" },
  {
    group: "Output",
    long: "decimal",
    value: "C",
    parse: oneOf([".", ","]),
    choices: [".", ","],
    setting: "decimal",
    help: "csv, tsv with . or , before decimals",
  },
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
    parse: oneOf(["owners"]),
    choices: ["owners"],
    setting: "explode",
    needs: OWNERS,
    help: "csv, tsv with a row for each element: owners (with -p)",
  },
  { group: "Output", long: "plain", setting: "plain", help: "table with plain numbers in place of 1.2 MB, 3.4 ms" },
  { group: "Output", long: "wide", setting: "wide", help: "table with lines longer than the terminal is wide" },
  {
    group: "Output",
    long: "color",
    value: "WHEN",
    parse: oneOf(["auto", "always", "never"]),
    choices: ["auto", "always", "never"],
    setting: "color",
    help: "table with colours: auto (on a terminal), always, never",
  },
  {
    group: "Output",
    ss: true,
    long: "numeric",
    short: "n",
    setting: "numeric",
    help: "table with numbers of ports in place of names of services",
  },
  {
    group: "Output",
    ss: true,
    long: "oneline",
    short: "O",
    help: "one line for each socket: as always (for users of ss)",
  },
  {
    group: "About",
    long: "fields",
    value: "[FAMILY]",
    choices: families.map(({ option }) => option.long),
    honours: [...FIELDS, ...TEXT_OR_JSON],
    help: "list the fields of the output: type, unit, kernel, meaning, source",
  },
  {
    group: "About",
    long: "schema",
    honours: [...FIELDS, ...TEXT_OR_JSON],
    help: "print the JSON Schema of the output",
  },
  {
    group: "About",
    long: "doctor",
    honours: TEXT_OR_JSON,
    help: "what this kernel and this user can give, and how to get the rest",
  },
  {
    group: "About",
    long: "completion",
    value: "SHELL",
    parse: oneOf(shells),
    choices: shells,
    honours: TEXT,
    help: "print what completes ss2 in bash, zsh, fish",
  },
  { group: "About", long: "licenses", honours: TEXT, help: "print the licences of what is in the program" },
  {
    group: "About",
    long: "man",
    value: "[PAGE]",
    parse: oneOf(["ss2", "fields"]),
    choices: ["ss2", "fields"],
    honours: TEXT,
    help: "print the manual page, for man -l -; --man fields that of the fields",
  },
  {
    group: "About",
    ss: true,
    long: "help",
    short: "h",
    value: "[NAME]",
    choices: ["all"],
    help: "print a short help; --help all: every option; --help NAME: one option, field or state",
  },
  {
    group: "About",
    ss: true,
    long: "version",
    short: "V",
    also: ["v"],
    honours: TEXT_OR_JSON,
    help: "print the version, and how it was built",
  },
] as const satisfies readonly Option[];

type Row = typeof rows[number];

/** Long names of the options that are no families. */
export type Long = Row["long"];

/** What is read of an option that was typed. */
export type ValueOf<L extends Long> = Extract<Row, { long: L }> extends { readonly parse: ParseValue<infer Value> }
  ? Value
  : Extract<Row, { long: L }> extends { readonly value: `[${string}]` } ? string | true
  : Extract<Row, { long: L }> extends { readonly value: string } ? string
  : true;

/** Families that `ss` has options for without a letter. */
const LONG_IN_SS = ["tipc", "vsock", "xdp"];

/** All options. Those with a short name are the ones of `ss`, and mean what they mean there. */
export const options: readonly Option[] = [
  ...families.map(({ option }): Option => ({
    group: PROTOCOLS,
    ...option,
    ...option.short !== undefined || LONG_IN_SS.includes(option.long) ? { ss: true } : {},
  })),
  ...rows,
];

/** Options of `ss` that there are not, and what to use in their place. */
export const missing: Readonly<Record<string, string>> = {
  "-D": "--record FILE keeps what the kernel answers",
  "--diag": "--record FILE keeps what the kernel answers",
  "-E": "no option prints sockets as they are closed yet",
  "--events": "no option prints sockets as they are closed yet",
  "-K": "no option closes sockets yet",
  "--kill": "no option closes sockets yet",
  "-s": "--count-by protocol,state counts sockets",
  "--summary": "--count-by protocol,state counts sockets",
};
