/**
 * The table of options, from which parser and help are made.
 */
import { families } from "../decode/families/registry.ts";
import type { FormatOptions } from "../formats/format.ts";
import { formats } from "../formats/registry.ts";

export interface Option {
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

/** Names after `--format`. */
export const formatNames = formats.map((format) => format.name);

const CHOICE = "Choosing and arranging";
const NAMESPACES = "Network namespaces (the own one by default)";
const PROTOCOLS = "Protocols (all of these by default)";

/** Names after `-f`: those of {@linkcode Family.domain}, but that inet means IPv4 there. */
export const domainNames = [
  "inet",
  "inet6",
  ...new Set(families.map(({ domain }) => domain).filter((name) => name !== "inet")),
];

/** Names in the list of -A. */
export function listNames(): string[] {
  const names = families.flatMap(({ option, typeNames }) => [option.long, ...Object.keys(typeNames ?? {})]);
  return ["all", "inet", ...names];
}

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
  {
    group: NAMESPACES,
    long: "net",
    short: "N",
    value: "NAMESPACE",
    help: "in place of it this one (may be repeated), or all",
  },
  { group: NAMESPACES, long: "netns-limit", value: "N", help: "no more namespaces than N (256)" },
  {
    group: "Filter",
    long: "filter-file",
    short: "F",
    value: "FILE",
    help: "more words of the filter from FILE, - for standard input",
  },
  {
    group: "Filter",
    long: "explain",
    whole: true,
    help: "print what is asked of the kernel and what is checked where, and exit",
  },
  { group: "Filter", long: "stats", whole: true, help: "with --explain, ask, and print how much is received" },
  {
    group: "Filter",
    long: "quiet",
    short: "q",
    whole: true,
    help: "print nothing; status 0 if there is a socket, else 1",
  },
  { group: "Filter", long: "fail-if-empty", whole: true, help: "status 1 if there is no socket" },
  { group: "Filter", long: "fail-if-any", whole: true, help: "status 1 if there is a socket" },
  { group: "Fields", long: "processes", short: "p", help: "the processes that hold each socket" },
  {
    group: "Fields",
    long: "threads",
    short: "T",
    help: "as -p, with the threads that have descriptors of their own",
  },
  { group: "Fields", long: "context", short: "Z", help: "as -p, with the SELinux contexts of processes" },
  { group: "Fields", long: "contexts", short: "z", help: "as -Z, and with those of the sockets" },
  { group: "Fields", long: "cmdline", help: "with -p, also their arguments, which may hold secrets" },
  {
    group: "Fields",
    long: "peers",
    help: "as -p, also who holds the other end of a connection within the machine",
  },
  {
    group: "Fields",
    long: "cgroup",
    setting: "cgroup",
    harmless: true,
    help: "control group, unit of systemd, container",
  },
  { group: "Fields", long: "resolve", short: "r", help: "names of hosts, which may ask name servers" },
  {
    group: "Fields",
    long: "resolve-timeout",
    value: "SECONDS",
    help: "with -r, how long to wait for names (2 by default)",
  },
  {
    group: "Fields",
    long: "extended",
    short: "e",
    setting: "extended",
    harmless: true,
    help: "table: uid, user, inode, cookie …",
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
  {
    group: "Output",
    long: "numeric",
    short: "n",
    setting: "numeric",
    harmless: true,
    help: "table with numbers of ports in place of names of services",
  },
  { group: "Output", long: "oneline", short: "O", help: "one line for each socket: as always (for users of ss)" },
  {
    group: "About",
    long: "fields",
    value: "[FAMILY]",
    help: "list the fields of the output: type, unit, kernel, meaning, source",
  },
  { group: "About", long: "schema", help: "print the JSON Schema of the output" },
  {
    group: "About",
    long: "doctor",
    whole: true,
    help: "what this kernel and this user can give, and how to get the rest",
  },
  {
    group: "About",
    long: "completion",
    value: "SHELL",
    whole: true,
    help: "print what completes ss2 in bash, zsh, fish",
  },
  { group: "About", long: "man", whole: true, help: "print the manual page, for man -l -" },
  { group: "About", long: "help", short: "h", help: "print this help" },
  { group: "About", long: "version", short: "V", help: "print the version, and how it was built" },
];
