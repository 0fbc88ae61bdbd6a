/**
 * The columns of the format `table`, and the slots for their values.
 */
import { eventKey } from "../../decode/record/event_keys.ts";
import { fieldsFor } from "../../decode/reference/fields.ts";
import { type Key, outerList } from "../../decode/record/key.ts";
import { NO_SLOT, selectSlots, type SlotChoice } from "../../decode/record/record_slots.ts";
import { type Column, COUNTS, MORE, namesWithUnits, PROTOCOL } from "../../query/columns.ts";
import { type HolderColumn, holderColumns, socketColumns } from "../../query/holders.ts";
import { CONTAINER, LOCAL, REMOTE } from "../../query/end_paths.ts";
import type { Content, FormatOptions, ShownFields } from "../format.ts";
import { type Detail, isAlarming, selectDetails, showsType, TYPE } from "./details.ts";
import { BASE, BASE_PATHS } from "./base_slots.ts";
import type { HolderSlots } from "./holders_cell.ts";
import { type FamilyFields, keysOf, shortName, SlotMaker } from "./slot_maker.ts";
import { type Show, showOf } from "./units.ts";

/** What a column shows. */
export type ColumnKind =
  | "protocol"
  | "state"
  | "queue"
  | "local"
  | "remote"
  | "netns"
  | "holders"
  | "container"
  | "unit"
  | "value"
  | "values"
  | "details";

/** A column of the table. */
export interface TableColumn {
  /** The heading; it can be typed as the name of a column. */
  readonly name: string;
  readonly kind: ColumnKind;
  /** Whether values are right-aligned: numbers. */
  readonly right: boolean;
  /** The slot of its field; {@linkcode NO_SLOT} for a column that combines several fields. */
  readonly slot: number;
  /** Whether it was requested: then it is shown even without information. */
  readonly asked: boolean;
  /** Whether a single cell that is too long goes below the line: an end, which is shortened first, or a list. */
  readonly overflow: "end" | "list" | null;
  /** Whether it is always below the line, word by word. */
  readonly below: boolean;
  /** Its rank in going below the line for lack of room, lowest first; 0 for never. */
  readonly goes: number;
  readonly holders: HolderSlots | null;
  /** Whether a value above zero is a sign of trouble. */
  readonly alarming: boolean;
  /** The field; `null` for a column that combines several fields. */
  readonly key: Key | null;
}

const column = (name: string, kind: ColumnKind, rest: Partial<TableColumn> = {}): TableColumn => ({
  ...{ name, kind, right: false, slot: NO_SLOT, asked: false, overflow: null, below: false, goes: 0, holders: null },
  alarming: false,
  key: null,
  ...rest,
});

/** The order in which columns go below the line. */
const GOES = { value: 1, holders: 2, netns: 3, remote: 4, protocol: 5, queue: 6, local: 7 };

const NUMBERS: readonly string[] = ["integer", "integer64", "decimal"];

/** The contents of the lines of a table. */
export interface TableChoice {
  readonly columns: readonly TableColumn[];
  readonly slots: SlotChoice;
  readonly details: readonly Detail[];
  /** By family, how the values of each slot are shown; empty with plain numbers. */
  readonly showsOf: ReadonlyMap<string, readonly (Show | null)[]>;
}

/** Selects the columns by the options of the format. */
export function selectTableColumns(options: FormatOptions, content: Content): TableChoice {
  const { columns, details, slots, all } = select(options, content);
  return {
    columns,
    slots: selectSlots(slots.groups),
    details,
    showsOf: options.plain === true || options.units === true ? new Map() : showsOf(all, slots),
  };
}

/** The default fields of the table, and those that were added. */
export const shownInTable: ShownFields = (options, content) => new Set(select(options, content).slots.groups.flat());

/** The columns, and the slots that they need. */
function select(options: FormatOptions, content: Content): {
  readonly columns: readonly TableColumn[];
  readonly details: readonly Detail[];
  readonly slots: SlotMaker;
  readonly all: readonly FamilyFields[];
} {
  const { families } = content;
  const all = families.map((family) => ({ family, fields: fieldsFor(family, content.lookups ?? []) }));
  const slots = new SlotMaker();
  for (const path of BASE_PATHS) slots.of(path, path === eventKey.path ? [eventKey] : keysOf(all, path));
  const details = content.columns !== undefined && content.added === undefined
    ? []
    : selectDetails(options, content, slots);
  const chosen = content.columns !== undefined && content.added === undefined
    ? content.columns.map((named) => columnOf(named, all, slots))
    : usualColumns(options, content, all, slots);
  const named = options.units === true ? withUnits(distinct(chosen), all, slots) : distinct(chosen);
  const columns = [...named, ...details.length > 0 ? [column("", "details", { below: true })] : []];
  return { columns, details, slots, all };
}

/** The default columns, and those that were added to them. */
function usualColumns(
  options: FormatOptions,
  content: Content,
  all: readonly FamilyFields[],
  slots: SlotMaker,
): readonly TableColumn[] {
  const { families, lookups = [], added = [] } = content;
  const onlyOne = families.length === 1 && options.width !== undefined && options.wide !== true;
  return [
    ...onlyOne ? [] : [protocolColumn],
    ...showsType(families) ? [columnOf({ name: TYPE, key: keysOf(all, TYPE)[0]! }, all, slots)] : [],
    stateColumn,
    ...options.noQueues === true ? [] : queueColumns,
    ...lookups.includes("netns") ? [netnsColumn] : [],
    column(LOCAL, "local", { asked: true, overflow: "end", goes: GOES.local }),
    column(REMOTE, "remote", { overflow: "end", goes: GOES.remote }),
    ...options.cgroup === true ? [{ ...containerColumn, asked: false }] : [],
    ...added.filter(({ name }) => !holderColumns.some(({ heading }) => heading === name)).map((named) =>
      columnOf(named, all, slots)
    ),
    ...socketColumns.filter(({ lookup }) => lookups.includes(lookup)).map(({ key }) =>
      columnOf({ name: key.path, key }, all, slots)
    ),
    ...holderColumns.filter(({ lookup, heading }) =>
      lookups.includes(lookup) || added.some(({ name }) => name === heading)
    ).map((holder) => holdersColumn(holder, slots)),
  ];
}

const protocolColumn = column(PROTOCOL, "protocol", { asked: true, goes: GOES.protocol });
const stateColumn = column("state", "state", { asked: true, slot: BASE.state });
const queueColumns = (["recv_q", "send_q"] as const).map((name) =>
  column(name, "queue", { asked: true, right: true, slot: BASE[name], goes: GOES.queue })
);
const netnsColumn = column("netns", "netns", { asked: true, goes: GOES.netns });

const containerColumn = column(CONTAINER, "container", { asked: true, goes: GOES.value });

function holdersColumn(holder: HolderColumn, slots: SlotMaker): TableColumn {
  const slot = (key: Key | null) => key === null ? NO_SLOT : slots.of(`${key.id}`, [key]);
  const holders: HolderSlots = {
    comm: slot(holder.comm),
    pid: slot(holder.pid),
    tid: slot(holder.tid),
    context: slot(holder.context),
    fd: slot(holder.fd),
    argument: slot(holder.argument),
    status: holder.status === null ? NO_SLOT : slots.of(holder.status.path, [holder.status]),
  };
  return column(holder.heading, "holders", { asked: true, overflow: "list", goes: GOES.holders, holders });
}

/** The column for a name that was typed. */
function columnOf(named: Column, all: readonly FamilyFields[], slots: SlotMaker): TableColumn {
  const { name, key } = named;
  const asked = { asked: true, goes: GOES.value };
  if (name === PROTOCOL && key === null) return protocolColumn;
  if (name === LOCAL || name === REMOTE) {
    return column(name, name === LOCAL ? "local" : "remote", { ...asked, overflow: "end" });
  }
  if (name === CONTAINER) return containerColumn;
  const holder = holderColumns.find(({ heading }) => heading === name);
  if (holder !== undefined) return holdersColumn(holder, slots);
  if (name === "state" || name === "recv_q" || name === "send_q") {
    return { ...name === "state" ? stateColumn : name === "recv_q" ? queueColumns[0]! : queueColumns[1]! };
  }
  if (key === null) return column(name, "value", asked);
  const right = NUMBERS.includes(key.note.type);
  const heading = name === key.path ? shortName(key, all) : name;
  const list = outerList(key);
  if (list === null || list === key) {
    const keys = [...keysOf(all, key.path), key];
    return column(heading, key.path === "unit" ? "unit" : "value", {
      ...asked,
      right,
      slot: slots.of(key.path, keys),
      alarming: isAlarming(key),
      key,
      overflow: list === key ? "list" : null,
    });
  }
  return column(heading, "values", {
    ...asked,
    overflow: "list",
    key,
    slot: slots.of(`${key.id}`, [valueKey(key, all)]),
  });
}

/** Each column once. */
const distinct = (columns: readonly TableColumn[]): readonly TableColumn[] =>
  columns.filter(({ name }, i) => name !== MORE && columns.findIndex((other) => other.name === name) === i);

/** The key of the values of a field in a list; for a list, that of its elements. */
function valueKey(key: Key, all: readonly FamilyFields[]): Key {
  if (key.note.type !== "list") return key;
  const elements = all.flatMap(({ fields }) => fields).find((field) =>
    field.key.parent === key && field.key.name === ""
  );
  return elements?.key ?? key;
}

/** The columns with units in their headings. Then the numbers have none. */
function withUnits(
  columns: readonly TableColumn[],
  all: readonly FamilyFields[],
  { groups }: SlotMaker,
): readonly TableColumn[] {
  const families = all.map(({ family }) => family);
  return columns.map((column) => {
    const key = groups[column.slot]?.find(({ name }) => name !== "") ?? null;
    const [name] = namesWithUnits([{ name: column.name, key }], families);
    return { ...column, name: name! };
  });
}

/** By family, how the values of each slot are shown; of counts too, whose sums and percentiles have the unit of their field. */
function showsOf(all: readonly FamilyFields[], { groups }: SlotMaker): Map<string, readonly (Show | null)[]> {
  const shows = new Map<string, readonly (Show | null)[]>();
  shows.set(COUNTS, groups.map(([key]) => key === undefined ? null : showOf(key.path, key.note.unit)));
  for (const { family, fields } of all) {
    const units = new Map(fields.map(({ key, path, unit }) => [key, showOf(path, unit)]));
    const keyOf = (keys: readonly Key[]) => keys.find((key) => units.has(key));
    shows.set(family.name, groups.map((keys) => units.get(keyOf(keys)!) ?? null));
  }
  return shows;
}
