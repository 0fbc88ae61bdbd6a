/**
 * The table of options, one row each. Parser, rules, help, manual page and completion are generated from it.
 */
import { families } from "../decode/families/registry.ts";
import { formats, metricFormats } from "../formats/registry.ts";
import { type ReportName, reportNames } from "../formats/reports/registry.ts";
import { quote } from "../decode/text/control_characters.ts";
import { file, interval, list, oneOf, type Option, type ParseValue, seconds, wholeNumber } from "./option.ts";
import { unknownName, UsageError } from "./usage_error.ts";

/** Names of formats that print sockets; each is also an option. */
export const formatNames: readonly string[] = formats.map((format) => format.name);

/** Names after `--format`. */
export const allFormatNames: readonly string[] = [...formatNames, ...metricFormats.map(({ name }) => name)];

/** Shells with a completion script. */
export const shells = ["bash", "zsh", "fish"] as const;

export type Shell = typeof shells[number];

/** Names after `--compat`, and in SS2_COMPAT. */
export const compatible = ["pyroute2"] as const;

/** The options of the Python `ss2`. */
export const pythonOptions: readonly string[] = ["tcp", "unix", "all", "listening", "processes", "resolve"];

const PROTOCOLS = "Protocols (all of these by default)";
const ADDRESSES = "Addresses (both by default)";
const STATES = "States (connected sockets by default)";
const CHECKS = "Checks";
const CLOSING = "Closing";
const NAMESPACES = "Network namespaces (your own by default)";
const EVENTS = "Events";
const WATCHING = "Watching";
const CHOICE = "Columns, order, limit, counts";

/** Names after `-f`: those of {@linkcode Family.domain}, except that inet means IPv4 here. */
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
  const meant = allFormatNames.includes(typed) ? [typed] : allFormatNames.filter((name) => name.startsWith(typed));
  if (meant.length === 1) return meant[0]!;
  if (typed === "") throw new UsageError(`option ${name} needs a name: ${allFormatNames.join(", ")}`);
  if (meant.length > 1) throw new UsageError(`${quote(typed)} after ${name} can be ${meant.join(" or ")}`);
  throw new UsageError(unknownName("format", typed, allFormatNames));
};

const namespace: ParseValue<string> = (typed, name) => {
  if (typed !== "") return typed;
  throw new UsageError(`option ${name} needs a name, a PID, a path, or all`);
};

/** An empty filter would allow everything. */
const allowedFilter: ParseValue<string> = (typed, name) => {
  if (typed.trim() !== "") return typed;
  throw new UsageError(`option ${name} needs a filter: an empty one would allow everything`);
};

/** A report and its file; GitHub reads its own from standard output. */
const reportOption: ParseValue<{ readonly name: ReportName; readonly file: string }> = (typed, name) => {
  const [, word = "", path] = /^([^=]*)(?:=([^]*))?$/.exec(typed)!;
  const known = reportNames.find((report) => report === word);
  if (known === undefined) throw new UsageError(unknownName("report", word, reportNames));
  if (known !== "github" && path === undefined) throw new UsageError(`option ${name} ${known} needs =FILE`);
  return { name: known, file: file(path ?? "-", `${name} ${known}=`) };
};

/** Options that look up owners; an option that adds details to owners needs one of them. */
const OWNERS = ["processes", "threads", "context", "contexts", "peers", "descriptors", "waiters", "sockopts"];

/** Options that ask more of the kernel than socket diagnostics tell. */
const CONTEXT = ["route", "nat", "groups", "socket-maps", "watchers"];

/** Options that an action with text output takes. */
const TEXT = ["output"];
const TEXT_OR_JSON = ["output", "format", "json", "compact"];
const OUTPUT_OF_CHECKS = [...TEXT_OR_JSON, "table", "report", "grace"];
/** Options of the format. */
const FORMAT = [
  "format",
  ...formats.map(({ name }) => name),
  "compact",
  "no-header",
  "delimiter",
  "excel",
  "decimal",
  "raw-text",
];
/** Options that select families. */
const FAMILIES = ["family", "query", "ipv4", "ipv6", ...families.map(({ option }) => option.long)];
/** Options that select families and fields. */
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
    help: "protocols, separated by commas; !NAME excludes one",
  },
  { group: ADDRESSES, ss: true, long: "ipv4", short: "4", help: "IPv4 sockets" },
  { group: ADDRESSES, ss: true, long: "ipv6", short: "6", help: "IPv6 sockets" },
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
    help: "bound sockets that neither listen nor connect (since kernel 6.8)",
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
      read: "a recording covers one namespace",
      record: "a recording covers one namespace (ip netns exec NAME ss2 … --record FILE)",
    },
    help: "list this one instead (may be repeated), or all",
  },
  {
    group: NAMESPACES,
    long: "netns-limit",
    value: "N",
    parse: wholeNumber(9),
    needs: ["net"],
    help: "list at most N namespaces (256)",
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
    help: "read more of the filter from FILE, - for standard input",
  },
  { group: "Filter", long: "explain", help: "show what the kernel checks and what ss2 checks, and exit" },
  {
    group: "Filter",
    long: "stats",
    needs: ["explain"],
    help: "with --explain: ask the kernel, show how much it sends",
  },
  {
    group: "Filter",
    long: "quiet",
    short: "q",
    excludes: { output: "nothing is printed" },
    help: "print nothing; status 0: a socket matches, 1: none, 2: unknown",
  },
  { group: "Filter", long: "fail-if-empty", excludes: { "fail-if-any": "" }, help: "status 1 if no socket matches" },
  { group: "Filter", long: "fail-if-any", help: "status 1 if a socket matches" },
  {
    group: "Filter",
    long: "allow",
    value: "FILTER",
    parse: allowedFilter,
    excludes: { "fail-if-empty": "", "fail-if-any": "" },
    help: "list only what matches no --allow (may be repeated); status 1 if there is any",
  },
  {
    group: "Filter",
    long: "allow-file",
    value: "FILE",
    parse: file,
    completes: "file",
    excludes: { "fail-if-empty": "", "fail-if-any": "" },
    help: "the same with the filters in FILE, one on a line",
  },
  {
    group: "Filter",
    long: "wait",
    value: "[=SECONDS]",
    parse: seconds,
    needs: ["quiet", "fail-if-empty", "fail-if-any", "allow", "allow-file"],
    excludes: {
      read: "a recording does not change",
      record: "a recording has one answer to each request",
    },
    help: "repeat the check until it holds (30 s); if it never does, say what is there",
  },
  {
    group: CHECKS,
    long: "check",
    value: "[=LIST]",
    parse: list,
    excludes: {
      read: "rules look at the running kernel, some of them twice",
      record: "rules look at the running kernel, some of them twice",
    },
    honours: [...FIELDS, ...OUTPUT_OF_CHECKS, "netns-limit", "twice", "explain"],
    help: "test rules, and say what is wrong, where, and what to do: default, or FILE in YAML",
  },
  {
    group: CHECKS,
    long: "leaks",
    excludes: {
      ...{ check: "", wait: "", explain: "", quiet: "", "fail-if-empty": "", "fail-if-any": "", allow: "" },
      "allow-file": "",
      net: "a command runs in one namespace (ip netns exec NAME ss2 …)",
      read: "a recording has no commands",
      record: "a recording has one answer to each request",
    },
    example: "ss2 --leaks --table -- make test",
    help: "run the command after --, then list the sockets that it left behind",
  },
  {
    group: CHECKS,
    long: "grace",
    value: "SECONDS",
    parse: seconds,
    needs: ["check", "leaks"],
    help: "time between two looks of --check, or for sockets to go (1 by default)",
  },
  {
    group: CHECKS,
    long: "report",
    value: "NAME[=FILE]",
    parse: reportOption,
    choices: ["github", "junit=FILE", "markdown=FILE"],
    needs: ["check", "leaks", "allow", "allow-file"],
    excludes: { diff: "", wait: "", watch: "", explain: "" },
    help: "with --check, --leaks, --allow: also write a report (may be repeated)",
  },
  {
    group: CLOSING,
    ss: true,
    long: "kill",
    short: "K",
    excludes: {
      read: "a recording has no sockets to close",
      record: "what is recorded would be gone",
      quiet: "-K says what has become of each socket",
      "fail-if-empty": "-K has a status of its own",
      "fail-if-any": "-K has a status of its own",
      wait: "-K does not wait",
      leaks: "-K closes sockets of a filter",
      allow: "-K closes sockets of a filter",
      "allow-file": "-K closes sockets of a filter",
      limit: "-K closes all that pass; --max N protects against too many",
      "count-by": "-K says what has become of each socket",
    },
    example: "ss2 --kill dst 192.0.2.7",
    help: "close the sockets that pass the filter, and say what has become of each",
  },
  {
    group: CLOSING,
    long: "dry-run",
    needs: ["kill"],
    example: "ss2 --kill --dry-run dst 192.0.2.7",
    help: "with -K: close nothing, show what would be closed",
  },
  {
    group: CLOSING,
    long: "yes",
    needs: ["kill"],
    example: "ss2 --kill --yes dst 192.0.2.7",
    help: "with -K: do not ask",
  },
  {
    group: CLOSING,
    long: "max",
    value: "N",
    parse: wholeNumber(9),
    needs: ["kill"],
    example: "ss2 --kill --max 10 dst 192.0.2.7",
    help: "with -K: if more sockets pass, close none (100)",
  },
  {
    group: CLOSING,
    long: "my-session-too",
    needs: ["kill"],
    example: "ss2 --kill --my-session-too dst 192.0.2.7",
    help: "with -K: also the SSH connection of this session",
  },
  {
    group: "Summary",
    ss: true,
    long: "summary",
    short: "s",
    excludes: {
      read: "the kernel's own sums are not in a recording",
      record: "the kernel's own sums are not in a recording",
    },
    honours: ["explain", ...FAMILIES, "netns-limit", "watch", "rounds", "for", ...TEXT, ...FORMAT],
    help: "sums in place of sockets: by protocol and state, queues, ports, drops, limits",
  },
  {
    group: EVENTS,
    ss: true,
    long: "events",
    short: "E",
    excludes: {
      ...Object.fromEntries(
        ["listening", "bound-inactive"].map((long) => [long, "every socket is told of, whatever state it was in"]),
      ),
      ...Object.fromEntries(
        OWNERS.map((long) => [long, "nobody holds a closed socket"]),
      ),
      ...Object.fromEntries(
        ["sort", "count-by", "explode", "meta"].map((long) => [long, "events are printed as they come"]),
      ),
      ...Object.fromEntries(
        ["quiet", "fail-if-empty", "fail-if-any", "allow", "allow-file", "wait", "twice", "explain", "kill", "diff"]
          .concat("summary", "check", "leaks")
          .map((long) => [long, "it goes with a listing"]),
      ),
      cgroup: "the kernel does not tell it of a closed socket",
      ...Object.fromEntries(CONTEXT.map((long) => [long, "it looks at sockets that exist"])),
      "bpf-maps": "the kernel does not tell them of a closed socket",
      resolve: "names would come late",
    },
    joins: ["watch", "serve"],
    example: "ss2 --events --for 10 --table",
    help: "print sockets as they are closed, with last counters (TCP by default); --watch too",
  },
  {
    group: EVENTS,
    long: "for",
    value: "SECONDS",
    parse: seconds,
    needs: ["events", "watch"],
    excludes: { read: "a recording has an end of its own" },
    example: "ss2 --events --for 60 --csv",
    help: "with -E, --watch: end after this time",
  },
  {
    group: WATCHING,
    long: "watch",
    value: "[=SECONDS]",
    parse: interval,
    excludes: {
      read: "a recording does not change",
      record: "a recording has one answer to each request",
      ...Object.fromEntries(
        ["quiet", "fail-if-empty", "fail-if-any", "allow", "allow-file", "wait", "diff"]
          .map((long) => [long, "a check has one answer"]),
      ),
      kill: "sockets are closed once",
      leaks: "",
      resolve: "names would come late",
    },
    example: "ss2 --watch=5 -tp --table",
    help: "list again and again (every 2 s), with rates; ndjson prints what has changed",
  },
  {
    group: WATCHING,
    long: "rounds",
    value: "N",
    parse: wholeNumber(9),
    needs: ["watch"],
    example: "ss2 --watch --rounds 10 --csv",
    help: "with --watch: end after N rounds",
  },
  {
    group: WATCHING,
    long: "snapshots",
    needs: ["watch"],
    example: "ss2 --watch --snapshots --format ndjson",
    help: "with --watch, ndjson: whole listings instead of what has changed",
  },
  { group: "Fields", ss: true, long: "processes", short: "p", help: "show the processes that hold each socket" },
  {
    group: "Fields",
    ss: true,
    long: "threads",
    short: "T",
    help: "like -p, plus threads that have their own descriptors",
  },
  { group: "Fields", ss: true, long: "context", short: "Z", help: "like -p, plus SELinux contexts of the processes" },
  { group: "Fields", ss: true, long: "contexts", short: "z", help: "like -Z, plus SELinux contexts of the sockets" },
  { group: "Fields", long: "cmdline", needs: OWNERS, help: "with -p: also their arguments, which may hold secrets" },
  {
    group: "Fields",
    long: "owners-from",
    value: "SOURCE",
    parse: oneOf(["proc", "bpf"] as const),
    choices: ["proc", "bpf"],
    needs: OWNERS,
    help: "with -p: read descriptors in /proc, or by a BPF program; by default what is faster",
  },
  {
    group: "Fields",
    long: "descriptors",
    help: "like -p, plus flags of each descriptor (cloexec, nonblock), and descriptors in flight",
  },
  {
    group: "Fields",
    long: "sockopts",
    value: "[=all]",
    parse: oneOf(["all"] as const),
    choices: ["all"],
    example: "ss2 -t --sockopts=all",
    help: "like -p, plus the options of each socket: keepalive, linger, TTL … =all: the rest too",
  },
  { group: "Fields", long: "peers", help: "like -p, plus the processes at the other end, if local" },
  { group: "Fields", ss: true, long: "cgroup", setting: "cgroup", help: "control group, systemd unit, container" },
  {
    group: "Fields",
    long: "route",
    example: "ss2 -tn --route --table",
    help: "route to each destination: interface, gateway; what TCP remembers",
  },
  {
    group: "Fields",
    long: "nat",
    example: "ss2 -tn --nat --peers --table",
    help: "translations of addresses (needs CAP_NET_ADMIN); --peers finds other ends by them",
  },
  {
    group: "Fields",
    long: "groups",
    example: "ss2 -f netlink --groups --columns netlink_protocol,portid,group_names",
    help: "names of the multicast groups of netlink sockets",
  },
  {
    group: "Fields",
    long: "socket-maps",
    example: "ss2 -ta --socket-maps 'exists bpf_maps'",
    help: "BPF maps that hold each socket (needs CAP_SYS_ADMIN)",
  },
  {
    group: "Fields",
    long: "all-context",
    implies: ["descriptors", "sockopts", "route", "nat", "groups", "socket-maps"],
    example: "ss2 -tn --all-context dport = :443",
    help: "all of --descriptors, --sockopts, --route, --nat, --groups and --socket-maps",
  },
  {
    group: "Fields",
    long: "watchers",
    example: "ss2 -tlp --watchers --table",
    help: "epoll instances that watch each socket; may delay their processes",
  },
  {
    group: "Fields",
    long: "waiters",
    example: "ss2 -tl --waiters --table",
    help: "like -p, plus threads that wait in a call on each socket",
  },
  { group: "Fields", ss: true, long: "resolve", short: "r", help: "host names; this may query name servers" },
  {
    group: "Fields",
    long: "resolve-timeout",
    value: "SECONDS",
    parse: seconds,
    needs: ["resolve"],
    help: "with -r: how long to wait for names (2 by default)",
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
    help: "table: TCP congestion control, times and rates",
  },
  { group: "Fields", ss: true, long: "memory", short: "m", setting: "memory", help: "table: socket memory" },
  { group: "Fields", ss: true, long: "options", short: "o", setting: "timers", help: "table: the timer" },
  {
    group: "Fields",
    ss: true,
    long: "bpf-maps",
    help: "values that BPF programs keep (needs CAP_BPF; names need CAP_SYS_ADMIN)",
  },
  {
    group: "Fields",
    ss: true,
    long: "bpf",
    short: "b",
    help: "attached socket filters: always shown (accepted for ss)",
  },
  {
    group: "Fields",
    ss: true,
    long: "tos",
    help: "TOS, traffic class, priority: always shown (for ss)",
  },
  {
    group: "Fields",
    ss: true,
    long: "inet-sockopt",
    help: "flags of Internet sockets: always shown (for ss)",
  },
  { group: "Fields", ss: true, long: "tipcinfo", help: "TIPC details: always shown (accepted for ss)" },
  {
    group: "Fields",
    long: "rates",
    value: "[=SECONDS]",
    parse: interval,
    excludes: {
      read: "a recording has one answer to each request",
      record: "a recording has one answer to each request",
      events: "an event has the sums of the whole connection",
      diff: "",
      wait: "",
      leaks: "",
      kill: "",
      explain: "",
    },
    help: "list twice (1 s apart), and add rates.*: what each counter counted, per second",
  },
  {
    group: CHOICE,
    long: "columns",
    value: "LIST",
    parse: list,
    completes: "columns",
    help: "only these, separated by commas; +NAME adds to the default",
  },
  {
    group: CHOICE,
    long: "sort",
    value: "NAME",
    completes: "order",
    help: "sort by this column; NAME:desc puts the largest first",
  },
  { group: CHOICE, long: "limit", value: "N", parse: wholeNumber(15), help: "print at most N sockets or counts" },
  {
    group: CHOICE,
    long: "count-by",
    value: "LIST",
    parse: list,
    completes: "counted",
    help: "count sockets for each combination of these columns",
  },
  { group: CHOICE, long: "list-columns", honours: [...FIELDS, ...TEXT], help: "list the column names, one per line" },
  {
    group: "Input",
    long: "twice",
    excludes: { read: "a recording does not change", record: "a recording has one answer to each request" },
    help: "ask twice, to find sockets missed while others come and go",
  },
  {
    group: "Input",
    long: "read",
    value: "FILE",
    parse: file,
    completes: "file",
    excludes: { record: "to keep a recording copy it" },
    help: "decode a recording (pcap) instead of asking the kernel",
  },
  {
    group: "Compare",
    long: "diff",
    value: "FILE",
    parse: file,
    completes: "file",
    excludes: {
      record: "",
      wait: "",
      "fail-if-empty": "the status says whether something differs",
      "fail-if-any": "the status says whether something differs",
      columns: "it compares all fields; --changes chooses",
      sort: "",
      limit: "what is left out would be missing",
      "count-by": "it compares sockets",
      resolve: "names of hosts come and go",
      explain: "",
      leaks: "",
      kill: "",
    },
    help: "show what changed since a listing saved with --meta, or a recording",
  },
  {
    group: "Compare",
    long: "by",
    value: "LIST",
    parse: list,
    completes: "columns",
    needs: ["diff"],
    help: "with --diff: sockets with the same values of these fields are the same",
  },
  {
    group: "Compare",
    long: "changes",
    value: "LIST",
    parse: list,
    completes: "columns",
    needs: ["diff"],
    help: "with --diff: compare these fields, or all; by default those that do not move",
  },
  {
    group: "Output",
    long: "record",
    value: "FILE",
    parse: file,
    completes: "file",
    help: "also save the answers, and what is looked up, to FILE (pcap)",
  },
  {
    group: "Output",
    long: "output",
    value: "FILE",
    parse: file,
    completes: "file",
    help: "write to FILE, replaced only when all is written",
  },
  {
    group: "Output",
    long: "format",
    value: "NAME",
    parse: formatName,
    choices: allFormatNames,
    help: `output format: ${allFormatNames.join(", ")}`,
  },
  {
    group: "Output",
    long: "serve",
    value: "[=ADDRESS]",
    excludes: {
      output: "metrics are served",
      watch: "the reader chooses when to list",
      format: "the reader chooses prometheus or openmetrics",
      read: "a recording does not change",
    },
    example: "ss2 --serve=127.0.0.1:9732",
    help: "serve metrics over HTTP at IP:PORT (127.0.0.1:9732), or unix:/PATH",
  },
  {
    group: "Output",
    long: "compat",
    value: "NAME",
    parse: oneOf(compatible),
    choices: compatible,
    example: "ss2 --compat pyroute2 -tp",
    help: "options and output of the Python ss2 (pyroute2): -t -x -a -l -p -r",
  },
  { group: "Output", long: "json", short: "j", help: "same as --format json, the default" },
  { group: "Output", long: "yaml", help: "same as --format yaml" },
  { group: "Output", long: "csv", help: "same as --format csv" },
  { group: "Output", long: "tsv", help: "same as --format tsv" },
  { group: "Output", long: "table", help: "same as --format table" },
  {
    group: "Output",
    long: "max-series",
    value: "N",
    parse: wholeNumber(9),
    setting: "maxSeries",
    example: "ss2 --format prometheus --count-by state,unit --max-series 200",
    help: 'prometheus, openmetrics: series of a metric (1000); the rest is one with other="true"',
  },
  { group: "Output", long: "compact", setting: "compact", help: "json without whitespace" },
  { group: "Output", long: "meta", setting: "meta", help: "json, ndjson, yaml with host, time, options, completeness" },
  {
    group: "Output",
    long: "delimiter",
    value: "C",
    parse: (typed: string) => typed === "\\t" ? "\t" : typed,
    setting: "delimiter",
    help: "csv: separate cells with this character",
  },
  {
    group: "Output",
    ss: true,
    long: "no-header",
    short: "H",
    setting: "noHeader",
    help: "csv, tsv, table without the header row",
  },
  {
    group: "Output",
    ss: true,
    long: "no-queues",
    short: "Q",
    setting: "noQueues",
    help: "table without the queue columns",
  },
  { group: "Output", long: "units", setting: "units", help: "csv, tsv, table with units in the names of columns" },
  { group: "Output", long: "excel", setting: "excel", help: "csv, tsv with a UTF-8 byte order mark, for Excel" },
  {
    group: "Output",
    long: "decimal",
    value: "C",
    parse: oneOf([".", ","]),
    choices: [".", ","],
    setting: "decimal",
    help: "csv, tsv: . or , as the decimal separator",
  },
  {
    group: "Output",
    long: "raw-text",
    setting: "rawText",
    help: "csv, tsv without protection against formulas in text",
  },
  {
    group: "Output",
    long: "explode",
    value: "LIST",
    parse: oneOf(["owners"]),
    choices: ["owners"],
    setting: "explode",
    needs: OWNERS,
    help: "csv, tsv: one row per element: owners (with -p)",
  },
  { group: "Output", long: "plain", setting: "plain", help: "table with plain numbers instead of 1.2 MB, 3.4 ms" },
  { group: "Output", long: "wide", setting: "wide", help: "table: allow lines wider than the terminal" },
  {
    group: "Output",
    long: "color",
    value: "WHEN",
    parse: oneOf(["auto", "always", "never"]),
    choices: ["auto", "always", "never"],
    setting: "color",
    help: "table colours: auto (on a terminal), always, never",
  },
  {
    group: "Output",
    ss: true,
    long: "numeric",
    short: "n",
    setting: "numeric",
    help: "table with port numbers instead of service names",
  },
  {
    group: "Output",
    ss: true,
    long: "oneline",
    short: "O",
    help: "one line per socket: always so (accepted for ss)",
  },
  {
    group: "About",
    long: "fields",
    value: "[FAMILY]",
    choices: families.map(({ option }) => option.long),
    honours: [...FIELDS, ...TEXT_OR_JSON, "watch"],
    help: "list the fields: type, unit, kernel, meaning, source, counter or gauge",
  },
  {
    group: "About",
    long: "schema",
    honours: [...FIELDS, ...TEXT_OR_JSON, "watch", "check", "summary"],
    help: "print the JSON Schema of the output, also of --check and -s",
  },
  {
    group: "About",
    long: "doctor",
    honours: TEXT_OR_JSON,
    help: "what ss2 can see here, and how to see the rest",
  },
  {
    group: "About",
    long: "completion",
    value: "SHELL",
    parse: oneOf(shells),
    choices: shells,
    honours: TEXT,
    help: "print a completion script for bash, zsh or fish",
  },
  { group: "About", long: "licenses", honours: TEXT, help: "print the licences of everything in the program" },
  {
    group: "About",
    long: "man",
    value: "[PAGE]",
    parse: oneOf(["ss2", "fields"]),
    choices: ["ss2", "fields"],
    honours: TEXT,
    help: "print the manual page, for man -l -; --man fields: the fields",
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
    help: "print the version and how it was built",
  },
] as const satisfies readonly Option[];

type Row = typeof rows[number];

/** Long names of the options that do not select a family. */
export type Long = Row["long"];

/** Type of the parsed value of an option; `true` if it was typed without its optional value. */
export type ValueOf<L extends Long> =
  | TypedValue<L>
  | (Extract<Row, { long: L }> extends { readonly value: `[${string}]` } ? true : never);

type TypedValue<L extends Long> = Extract<Row, { long: L }> extends { readonly parse: ParseValue<infer Value> } ? Value
  : Extract<Row, { long: L }> extends { readonly value: string } ? string
  : true;

/** Families for which `ss` has a long option only. */
const LONG_IN_SS = ["tipc", "vsock", "xdp"];

/** All options. Those with a short name come from `ss` and mean the same. */
export const options: readonly Option[] = [
  ...families.map(({ option }): Option => ({
    group: PROTOCOLS,
    ...option,
    ...option.short !== undefined || LONG_IN_SS.includes(option.long) ? { ss: true } : {},
  })),
  ...rows,
];

/** Options of `ss` that ss2 lacks, and what to use instead. */
export const missing: Readonly<Record<string, string>> = {
  "-D": "--record FILE saves the kernel's answers",
  "--diag": "--record FILE saves the kernel's answers",
};
