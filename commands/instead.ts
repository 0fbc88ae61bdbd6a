/**
 * Describes in one line what was found instead of the awaited sockets.
 */
import { ALL_STATES } from "../decode/kernel/tcp_states.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { quote } from "../decode/text/control_characters.ts";
import { contentOf } from "../formats/format.ts";
import { openTable } from "../formats/table/table.ts";
import type { DumpCommand } from "../options/command.ts";
import { askedFields, askedKeys } from "../query/asked_fields.ts";
import { FirstRecord, type KeptRecord } from "../query/first_record.ts";
import { conjuncts } from "../query/filter/expression.ts";
import { NearMissSink } from "../query/near_miss.ts";
import { neededKeys, openQuery, type Query } from "../query/pipeline.ts";
import { queryByName } from "../query/query_by_name.ts";
import { openSession } from "../session.ts";
import { show } from "./explain.ts";
import { runOf } from "./list.ts";

/** Describes what was found by a check that did not hold within `limit` milliseconds. */
export async function describeInstead(command: DumpCommand, limit: number): Promise<string> {
  const seconds = `${limit / 1000} s`;
  if (command.expected === "some") return `no match within ${seconds}${await nearest(command)}`;
  return `still there after ${seconds}${await remaining(command)}`;
}

/** The columns that describe a socket. */
const COLUMNS = ["protocol", "state", "local", "remote", "process"];

const words = { columns: "columns", countBy: "", sort: "", explode: "", hint: "" };

const queryOf = ({ plan: { families } }: DumpCommand): Query =>
  queryByName({ columns: COLUMNS }, { families, lookups: ["owners"], words });

/** Lists once more, with the shown fields and those that the filter compares. */
async function ask(command: DumpCommand, sink: RecordSink): Promise<readonly string[]> {
  const { plan, filter, owners, lookups } = command;
  const asked = askedKeys(neededKeys(queryOf(command))!);
  using session = await openSession(runOf({
    ...command,
    plan: { ...plan, wanted: askedFields(asked, filter) },
    owners: owners ?? {},
    lookups: new Map([...lookups, ["owners", "implied"]]),
  }));
  return session.run(sink).warnings;
}

/** Describes the socket that comes closest to the filter. */
async function nearest(command: DumpCommand): Promise<string> {
  const { plan: { filter: _, ...plan }, filter } = command;
  if (filter === null || filter.isEmpty) return "";
  const sink = new NearMissSink(plan.families, conjuncts(filter.expression), plan.states);
  const warnings = await ask({ ...command, plan: { ...plan, states: ALL_STATES } }, sink);
  const { found } = sink;
  if (found === null) return warnings.length > 0 ? "" : "; no socket in any state comes close";
  const failed = found.failed.map((part) => quote(show(part))).join(" and ");
  return `; the nearest socket is ${lineOf(command, found)}, which does not match ${failed}`;
}

/** Describes a socket that is still there; nothing if it has just gone. */
async function remaining(command: DumpCommand): Promise<string> {
  const sink = new FirstRecord();
  await ask(command, sink);
  const { found, count } = sink;
  if (found === null) return "";
  return `: ${lineOf(command, found)}${count === 1 ? "" : ` and ${count - 1} more`}`;
}

/** A socket as a line of the table, without the blanks of columns. */
function lineOf(command: DumpCommand, { protocol, play }: KeptRecord): string {
  const query = queryOf(command);
  const decoder = new TextDecoder();
  let text = "";
  const table = openTable(
    (bytes) => text += decoder.decode(bytes, { stream: true }),
    { noHeader: true, numeric: true },
    {
      families: command.plan.families,
      lookups: ["owners"],
      ...contentOf(query),
    },
  );
  const { sink, finish } = openQuery(table, query);
  sink.openProtocol(protocol);
  sink.openRecord();
  play(sink);
  sink.closeRecord();
  sink.closeProtocol();
  finish();
  table.close();
  return text.trim().replaceAll(/\s+/g, " ");
}
