/**
 * Writes a summary: one document in JSON, the long form in all other formats.
 */
import { defineKey, type Key } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import type { SummaryLine } from "../query/summary/summary.ts";
import type { FormatOptions, OpenOutput } from "./format.ts";
import type { MetaEnd, MetaStart } from "./json/meta.ts";
import type { Write } from "./text/output_buffer.ts";

// These are not fields of sockets: some of those have the same names and other types.
const line = defineKey(null, "summary line", { type: "object" });
const column = (name: string, meaning: string) => defineKey(line, name, { type: "text", meaning });
const timeOfLine = column("time", "When it was read, in UTC; only with --watch.");
const group = column("group", "What the number belongs to: tcp.states for example.");
const name = column("name", "What is counted.");
const value = defineKey(line, "value", { type: "integer64", meaning: "The number." });
const unit = column("unit", "Its unit, if it has one.");
const kind = column("kind", "counter: it only grows; gauge: how many there are now; limit: how many there may be.");

/** At the same depth as the others: the indentation of YAML follows it. */
const netns = defineKey(line, "netns", { type: "object", meaning: "The network namespace." });
const netnsInode = defineKey(netns, "inode", { type: "integer", meaning: "Its inode." });
const netnsName = defineKey(netns, "name", { type: "text", meaning: "Its name." });

const keys: readonly Key[] = [group, name, value, unit, kind];

const nameOf = ({ path }: Key): string => path.slice(line.path.length + 1);

/** What each line has besides its number. */
export interface LinesChoice {
  /** Whether there is a column for the namespace. */
  readonly places: boolean;
  /** When it was read; `null` to leave it out. */
  readonly time: string | null;
  /** What reports say of the run. */
  readonly about?: { readonly start: MetaStart; readonly end: MetaEnd };
}

/** Writes the long form. */
export function writeSummary(
  lines: Iterable<SummaryLine>,
  { places, time, about }: LinesChoice,
  open: OpenOutput,
  write: Write,
  options: FormatOptions,
): void {
  const output = open(write, options, {
    families: [],
    counts: true,
    title: "Sums of sockets",
    ...about === undefined ? {} : { meta: about.start },
    columns: [...time === null ? [] : [timeOfLine], ...places ? [netnsInode, netnsName] : [], ...keys].map((key) => ({
      name: nameOf(key),
      key,
    })),
  });
  output.openProtocol("summary");
  for (const { netns, ...sum } of lines) {
    output.openRecord();
    if (time !== null) putText(output, timeOfLine, time);
    if (netns !== null) putPlace(output, netns);
    putText(output, group, sum.group);
    putText(output, name, sum.name);
    output.integer64(value, Number(BigInt.asIntN(32, sum.value)), Number(BigInt.asIntN(32, sum.value >> 32n)));
    if (sum.unit !== "") putText(output, unit, sum.unit);
    putText(output, kind, sum.kind);
    output.closeRecord();
  }
  output.closeProtocol();
  output.close(about?.end);
}

function putPlace(sink: RecordSink, { inode, name }: NonNullable<SummaryLine["netns"]>): void {
  sink.openObject(netns);
  sink.integer(netnsInode, inode);
  if (name !== undefined) putText(sink, netnsName, name);
  sink.closeObject(netns);
}

const encoder = new TextEncoder();

function putText(sink: RecordSink, key: Key, text: string): void {
  const bytes = encoder.encode(text);
  sink.text(key, bytes, 0, bytes.length);
}
