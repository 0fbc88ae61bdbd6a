/**
 * The default columns of a page.
 */
import type { LookupName } from "../../decode/lookups/registry.ts";
import { type Column, PROCESS, PROTOCOL } from "../../query/columns.ts";
import { ColumnNames } from "../../query/column_choice.ts";
import { LOCAL, REMOTE } from "../../query/end_paths.ts";
import type { Content, FormatOptions, ShownFields } from "../format.ts";
import type { PageColumn } from "./page_table.ts";
import { selectTableColumns, shownInTable, type TableChoice } from "../table/table_columns.ts";

/** A column, whether the table shows it before anybody chooses, and the lookup without which there is none. */
type Row = readonly [name: string, shown: boolean, lookup?: LookupName];

const ROWS: readonly Row[] = [
  [PROTOCOL, true],
  ["netns.name", true, "netns"],
  ["netns.inode", false, "netns"],
  ["state", true],
  ["kill.result", true, "kill"],
  ["kill.errno", false, "kill"],
  [LOCAL, true],
  [REMOTE, true],
  ["src_host", false, "hosts"],
  ["dst_host", true, "hosts"],
  [PROCESS, true, "owners"],
  ["owners.comm", false, "owners"],
  ["owners.pid", false, "owners"],
  ["owner_status", false, "owners"],
  ["peer_owners", true, "peers"],
  ["user", false, "users"],
  ["unit", true, "cgroups"],
  ["container", false, "cgroups"],
  ["recv_q", true],
  ["send_q", true],
  ["backlog", false],
  ["backlog_limit", false],
  ["rates.bytes_sent", true, "rates"],
  ["rates.bytes_received", true, "rates"],
  ["rates.retrans", true, "rates"],
  ["rates.drops", false, "rates"],
  ["tcp_info.rtt", true],
  ["tcp_info.min_rtt", false],
  ["tcp_info.bytes_sent", true],
  ["tcp_info.bytes_received", true],
  ["tcp_info.bytes_retrans", true],
  ["tcp_info.total_retrans", false],
  ["tcp_info.lost", false],
  ["tcp_info.rto", false],
  ["tcp_info.snd_cwnd", false],
  ["tcp_info.delivery_rate", false],
  ["tcp_info.last_data_sent", false],
  ["tcp_info.last_data_recv", false],
  ["skmeminfo.drops", false],
  ["timer", false],
  ["expires", false],
  ["family", false],
  ["src", false],
  ["src_port", false],
  ["dst", false],
  ["dst_port", false],
  ["uid", false],
  ["inode", false],
  ["peer_inode", false],
];

const SHOWN: ReadonlySet<string> = new Set(ROWS.flatMap(([name, shown]) => shown ? [name] : []));

/** Whether the table shows a column before anybody chooses, and whether nobody asked for it. */
export function standing(path: string, { columns, added = [] }: Content): Pick<PageColumn, "shown" | "usual"> {
  const asked = columns !== undefined && added.length === 0 ||
    added.some(({ key, name }) => path === (key?.path ?? name));
  return { shown: asked || SHOWN.has(path), usual: !asked };
}

/** The columns that the content names, or the default ones and those that were added. */
function columnsOf({ families, lookups = [], columns, added = [] }: Content): readonly Column[] {
  if (columns !== undefined && added.length === 0) return columns;
  const known = new ColumnNames(families);
  const usual = ROWS.filter(([, , lookup]) => lookup === undefined || lookups.includes(lookup)).flatMap(([name]) =>
    known.find(name)?.columns ?? []
  );
  return [...usual, ...added].filter((column, i, all) =>
    all.findIndex(({ name, key }) => name === column.name && key === column.key) === i
  );
}

/** The content with the columns of the page as its columns; ends stay one column, as in the table. */
function asAsked({ added: _, ...content }: Content, columns: readonly Column[]): Content {
  return { ...content, columns };
}

const PLAIN: FormatOptions = { plain: true };

/** The columns of the page and the slots for their values. */
export function selectPageColumns(content: Content): TableChoice {
  return selectTableColumns(PLAIN, asAsked(content, columnsOf(content)));
}

/** The fields that a page shows if no columns were named. */
export const shownInPage: ShownFields = (_options, content) =>
  shownInTable(PLAIN, asAsked(content, columnsOf(content)));
