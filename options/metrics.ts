/**
 * The command of `--format prometheus` and `--format openmetrics`, which is made of listings.
 */
import type { Family } from "../decode/families/family.ts";
import type { MetricFormat } from "../formats/registry.ts";
import { askedFields, askedKeys } from "../query/asked_fields.ts";
import { ColumnNames } from "../query/column_choice.ts";
import type { Measure } from "../query/measure.ts";
import { measureOf, type SocketMetric, socketMetrics } from "../query/metrics/socket_measures.ts";
import { neededKeys } from "../query/pipeline.ts";
import type { DumpCommand, MetricsCommand } from "./command.ts";
import type { ParsedArguments } from "./getopt.ts";
import { options } from "./option_table.ts";
import { parseOutput } from "./output.ts";
import { checkAction } from "./rules.ts";
import { countedBy, type ParseListing, parseTcpSums, wordsOf } from "./summary.ts";
import { UsageError } from "./usage_error.ts";

/** Default of --max-series. */
const MAX_SERIES = 1000;

/** Options that affect metrics, besides those that select sockets. */
const HONOURED = ["format", "output", "max-series", "count-by", "filter-file", "netns-limit", "twice", "read"];

/** Options of `ss` that do something else than list. */
const OTHERWISE: Readonly<Record<string, string>> = {
  summary: "it has the sums of -s already",
  events: "events have no metrics",
  kill: "closing sockets has no metrics",
  resolve: "a name would stand for many series; --count-by takes addresses",
};

/** Fields that differ for nearly every socket. */
const SINGLE = [
  ...["cookie", "inode", "src_port", "dst_port", "local", "remote", "pid", "owners", "owners.pid", "owners.fds"],
  ...["portid", "peer_inode", "src_cid", "dst_cid"],
];

/** @param parse reads the command line of a listing */
export async function parseMetrics(
  parsed: ParsedArguments,
  format: MetricFormat,
  parse: ParseListing,
): Promise<MetricsCommand> {
  checkMetrics(parsed, format);
  const columns = parsed.get("count-by") ?? countedBy(parsed);
  const listed = parsed.typed.filter(({ option }) =>
    !["format", "output", "max-series", "count-by"].includes(option.long)
  );
  // A protocol of its own option shows only what it has by default; metrics are of all sockets.
  const states = parsed.has("listening") || parsed.has("bound-inactive") ? [] : ["--all"];
  const words = [...states, ...wordsOf(listed), "--count-by", columns.join(), "--", ...parsed.words];
  const listing = measuring(await parse(words));
  return {
    action: "metrics",
    format,
    listing,
    byDefault: !parsed.has("count-by"),
    whole: !parsed.has("count-by") && states.length > 0 && listing.filter === null,
    sums: listing.read === null ? await parseTcpSums(parsed, listing, parse, null) : null,
    maxSeries: parsed.get("max-series") ?? MAX_SERIES,
    ...parseMetricsFile(parsed, format),
  };
}

/** Permissions of a file for node_exporter, which runs as another user. */
const READABLE = 0o644;

/** The output file. The collector of node_exporter reads files that end in `.prom`, in the text of Prometheus. */
function parseMetricsFile(parsed: ParsedArguments, format: MetricFormat): Pick<MetricsCommand, "output" | "mode"> {
  const output = parseOutput(parsed);
  const collected = output?.endsWith(".prom") === true;
  if (collected && format !== "prometheus") {
    throw new UsageError(`node_exporter reads no ${format} in .prom files: --format prometheus`);
  }
  return { output, mode: collected ? READABLE : null };
}

function checkMetrics(parsed: ParsedArguments, format: string): void {
  for (const { option } of parsed.typed) {
    const reason = OTHERWISE[option.long];
    if (reason !== undefined) {
      throw new UsageError(`--format ${format} and --${option.long} exclude each other: ${reason}`);
    }
  }
  const row = options.find(({ long }) => long === "format")!;
  const honours = [...HONOURED, ...options.flatMap(({ group, long }) => SELECTING.test(group) ? [long] : [])];
  // A filter is taken, as with an optional value.
  checkAction(parsed, { ...row, long: `format ${format}`, value: "[FILTER]", honours });
  const single = (parsed.get("count-by") ?? []).find((name) => SINGLE.includes(name));
  if (single !== undefined && !parsed.has("max-series")) {
    throw new UsageError(
      `--count-by ${single} makes a series of nearly every socket: say how many with --max-series N`,
    );
  }
}

const SELECTING = /^(Protocols|Addresses|States|Network namespaces) /;

/** The listing with the measures of metrics. */
function measuring(listing: DumpCommand): DumpCommand {
  const { plan, filter } = listing;
  const query = { ...listing.query!, countBy: { ...listing.query!.countBy!, measures: measuresOf(plan.families) } };
  const wanted = askedFields(askedKeys(neededKeys(query)!), filter);
  return { ...listing, query, plan: plan.whole === true ? plan : { ...plan, wanted } };
}

function measuresOf(families: readonly Family[]): readonly Measure[] {
  const names = new ColumnNames(families);
  return socketMetrics.map((metric) => measureOf(metric, (path) => keysOf(names, path, metric)));
}

/** The keys of a field. A queue that counts messages is not one of bytes. */
const keysOf = (names: ColumnNames, path: string, { unit }: SocketMetric) =>
  (names.find(path)?.shown ?? []).filter((key) =>
    key.path === path && (unit !== "bytes" || path === "state" || key.note.unit === "bytes")
  );
