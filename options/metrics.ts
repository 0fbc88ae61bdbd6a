/**
 * The command of `--format prometheus` and `--format openmetrics`, which is made of listings.
 */
import type { Family } from "../decode/families/family.ts";
import { quote } from "../decode/text/control_characters.ts";
import type { MetricFormat } from "../formats/registry.ts";
import { askedFields, askedKeys } from "../query/asked_fields.ts";
import { ColumnNames } from "../query/column_choice.ts";
import type { Measure } from "../query/measure.ts";
import { lastingMetrics } from "../query/metrics/lasting_measures.ts";
import { measureOf, type SocketMetric, socketMetrics } from "../query/metrics/socket_measures.ts";
import { neededKeys } from "../query/pipeline.ts";
import { parseIPv4, parseIPv6 } from "../query/filter/hosts.ts";
import { LARGEST_PORT } from "../query/filter/numbers.ts";
import type { Key } from "../decode/record/key.ts";
import type { DumpCommand, LastingPlan, ListenAddress, MetricsCommand, ServeCommand } from "./command.ts";
import { ParsedArguments } from "./getopt.ts";
import { options } from "./option_table.ts";
import { parseOutput } from "./output.ts";
import { checkAction, checkRules } from "./rules.ts";
import { countedBy, type ParseListing, parseTcpSums, wordsOf } from "./summary.ts";
import { UsageError } from "./usage_error.ts";

/** Default of --max-series. */
const MAX_SERIES = 1000;

/** Default of --watch in milliseconds. Prometheus asks every minute by default, and often more often. */
const INTERVAL = 15_000;

/** Options that affect metrics, besides those that select sockets. */
const HONOURED = ["format", "output", "max-series", "count-by", "filter-file", "netns-limit", "twice", "read"]
  .concat("watch", "rounds", "for", "events");

/** Options of `ss` that do something else than list. */
const OTHERWISE: Readonly<Record<string, string>> = {
  summary: "it has the sums of -s already",
  kill: "closing sockets has no metrics",
  resolve: "a name would stand for many series; --count-by takes addresses",
};

/** Fields that differ for nearly every socket. */
const SINGLE = [
  ...["cookie", "inode", "inode64", "src_port", "dst_port", "owners", "owners.pid", "owners.tid", "owners.fds"],
  ...["portid", "peer_inode", "peer_owners", "src_cid", "dst_cid"],
];

/** Default of --serve. */
const ADDRESS: ListenAddress = { text: "127.0.0.1:9732", hostname: "127.0.0.1", port: 9732 };

/** An address to listen on. A name would have to be looked up. */
function parseAddress(typed: string): ListenAddress {
  const [, path] = /^unix:(\/[^,]+)$/.exec(typed) ?? [];
  if (path !== undefined) return { text: typed, path };
  const [, v4, v6 = "", port] = /^(?:([0-9]+(?:\.[0-9]+){3})|\[([0-9A-Fa-f:.]+)\]):([0-9]{1,5})$/.exec(typed) ?? [];
  const isAddress = (v4 === undefined ? parseIPv6(v6) : parseIPv4(v4)) !== null;
  if (isAddress && Number(port) <= LARGEST_PORT) return { text: typed, hostname: v4 ?? v6, port: Number(port) };
  throw new UsageError(`--serve takes =IP:PORT, =[IPV6]:PORT or =unix:/PATH, not ${quote(typed)}`);
}

const SERVE = "--serve";

/** @param parse reads the command line of a listing */
export async function parseServe(parsed: ParsedArguments, parse: ParseListing): Promise<ServeCommand> {
  checkRules(parsed);
  const typed = parsed.get("serve");
  const address = typeof typed === "string" ? parseAddress(typed) : ADDRESS;
  const metrics = new ParsedArguments(parsed.typed.filter(({ option }) => option.long !== "serve"), parsed.words);
  return { action: "serve", metrics: await parseMetrics(metrics, "prometheus", parse, SERVE), address };
}

/** @param parse reads the command line of a listing; `asked` is what asks for metrics */
export async function parseMetrics(
  parsed: ParsedArguments,
  format: MetricFormat,
  parse: ParseListing,
  asked = `--format ${format}`,
): Promise<MetricsCommand> {
  // Of what is served they have been checked with the address.
  if (asked !== SERVE) checkRules(parsed);
  checkMetrics(parsed, asked);
  const columns = parsed.get("count-by") ?? countedBy(parsed);
  const listed = parsed.typed.filter(({ option }) =>
    !["format", "output", "max-series", "count-by", "watch", "rounds", "for", "events"].includes(option.long)
  );
  // A protocol of its own option shows only what it has by default; metrics are of all sockets.
  const states = parsed.has("listening") || parsed.has("bound-inactive") ? [] : ["--all"];
  const words = [...states, ...wordsOf(listed), "--count-by", columns.join(), "--", ...parsed.words];
  const counts = await parse(words);
  checkLabels(parsed, counts);
  const lasts = parsed.has("events");
  if (lasts && !parsed.has("watch") && asked !== SERVE) {
    throw new UsageError(`-E adds up what happens while the program runs: --serve, or --watch with --output FILE.prom`);
  }
  const listing = measuring(counts, lasts);
  const maxSeries = parsed.get("max-series") ?? MAX_SERIES;
  return {
    action: "metrics",
    format,
    listing,
    byDefault: !parsed.has("count-by"),
    whole: !parsed.has("count-by") && states.length > 0 && listing.filter === null,
    lasting: lasts ? await parseLasting(listing, maxSeries) : null,
    sums: listing.read === null ? await parseTcpSums(parsed, listing, parse, null) : null,
    maxSeries,
    ...parseMetricsFile(parsed, format),
  };
}

async function parseLasting(listing: DumpCommand, most: number): Promise<LastingPlan> {
  const { joinedEvents } = await import("./events.ts");
  return { events: joinedEvents(listing, true), fields: lastingKeys(listing.plan.families), most, fromZero: true };
}

/** Permissions of a file for node_exporter, which runs as another user. */
const READABLE = 0o644;

/** The output file. The collector of node_exporter reads files that end in `.prom`, in the text of Prometheus. */
function parseMetricsFile(
  parsed: ParsedArguments,
  format: MetricFormat,
): Pick<MetricsCommand, "output" | "mode" | "repeat"> {
  const output = parseOutput(parsed);
  const collected = output?.endsWith(".prom") === true;
  if (collected && format !== "prometheus") {
    throw new UsageError(`node_exporter reads no ${format} in .prom files: --format prometheus`);
  }
  const mode = collected ? READABLE : null;
  if (!parsed.has("watch")) return { output, mode, repeat: null };
  if (output === null) {
    throw new UsageError("--watch writes metrics to a file: --output FILE.prom (--serve is for Prometheus)");
  }
  const interval = parsed.get("watch");
  const repeat = {
    file: output,
    interval: typeof interval === "number" ? interval : INTERVAL,
    rounds: parsed.get("rounds") ?? null,
    duration: parsed.get("for") ?? null,
  };
  // Each round opens the file.
  return { output: null, mode, repeat };
}

function checkMetrics(parsed: ParsedArguments, asked: string): void {
  for (const { option } of parsed.typed) {
    const reason = OTHERWISE[option.long];
    if (reason !== undefined) {
      throw new UsageError(`${asked} and --${option.long} exclude each other: ${reason}`);
    }
  }
  const row = options.find(({ long }) => long === "format")!;
  const honours = [...HONOURED, ...options.flatMap(({ group, long }) => SELECTING.test(group) ? [long] : [])];
  // A filter is taken, as with an optional value.
  checkAction(parsed, { ...row, long: asked.slice(2), value: "[FILTER]", honours });
}

/** Refuses labels that make a series of nearly every socket, by whatever name, unless it is said how many are wanted. */
function checkLabels(parsed: ParsedArguments, { query }: DumpCommand): void {
  if (parsed.has("max-series")) return;
  const single = query!.countBy!.columns.map(({ name, key }) => key?.path ?? name).find((path) =>
    SINGLE.includes(path)
  );
  if (single === undefined) return;
  throw new UsageError(`--count-by ${single} makes a series of nearly every socket: say how many with --max-series N`);
}

const SELECTING = /^(Protocols|Addresses|States|Network namespaces) /;

/** The listing with the measures of metrics, and with what lasts. */
function measuring(listing: DumpCommand, lasts: boolean): DumpCommand {
  const { plan, filter } = listing;
  const query = { ...listing.query!, countBy: { ...listing.query!.countBy!, measures: measuresOf(plan.families) } };
  const lasting = lasts ? lastingKeys(plan.families).flat() : [];
  const wanted = askedFields(askedKeys(new Set([...neededKeys(query)!, ...lasting])), filter);
  return { ...listing, query, plan: plan.whole === true ? plan : { ...plan, wanted } };
}

function measuresOf(families: readonly Family[]): readonly Measure[] {
  const names = new ColumnNames(families);
  return socketMetrics.map((metric) => measureOf(metric, (path) => keysOf(names, path, metric)));
}

/** The fields of the metrics that last: of each, the keys of all families. */
function lastingKeys(families: readonly Family[]): readonly (readonly Key[])[] {
  const names = new ColumnNames(families);
  return lastingMetrics.map(({ field }) => (names.find(field)?.shown ?? []).filter(({ path }) => path === field));
}

/** The keys of a field. A queue that counts messages is not one of bytes. */
const keysOf = (names: ColumnNames, path: string, { unit }: SocketMetric) =>
  (names.find(path)?.shown ?? []).filter((key) =>
    key.path === path && (unit !== "bytes" || path === "state" || key.note.unit === "bytes")
  );
