/**
 * The sums of a namespace and of the machine as fields, so that filters and schemas can name them: `tcp.listen_overflows`,
 * `host.tcp.orphans`, and `rates.tcp.listen_overflows` for what a counter counted per second.
 */
import type { Family } from "../../decode/families/family.ts";
import { hostRows, namespaceRows, type SummaryRow } from "../../decode/proc/summary_rows.ts";
import { defineElement, defineKey, type FieldNote, type Key, type ValueType } from "../../decode/record/key.ts";
import { type Field, fieldTree } from "../../decode/reference/fields.ts";
import { tcpStateWords } from "../../decode/kernel/tcp_states.ts";

const ROOT_MEANINGS: Readonly<Record<string, string>> = {
  sockets: "Numbers of sockets.",
  "sockets.by_protocol": "Number of sockets by protocol, in all states.",
  limits: "Limits of the namespace.",
  host: "Sums of the whole machine, which are the same in every namespace.",
  rates: "What counters counted between two looks, per second.",
};

/** Contains all sums, because fields of sockets have some of these names too. */
const root = defineKey(null, "", { type: "object" });

/** The object at a dotted path. */
function objectAt(path: string): Key {
  const at = path.lastIndexOf(".");
  const meaning = ROOT_MEANINGS[path] ?? (path.endsWith(".states") ? "Number of sockets by state." : `Sums: ${path}.`);
  return defineKey(at < 0 ? root : objectAt(path.slice(0, at)), path.slice(at + 1), { type: "object", meaning });
}

const number = (group: string, name: string, note: Partial<FieldNote> & { type?: ValueType }): Key =>
  defineKey(objectAt(group), name, { type: "integer64", ...note });

const sourceOf = ({ file, sysctl, field }: SummaryRow): string =>
  sysctl === true ? `/proc/sys/${file}` : `/proc/net/${file} ${field}`;

/** The key of a row; with `place` in front of its group. */
const keyOfRow = (row: SummaryRow, place: string): Key =>
  number(place + row.group, row.name, {
    unit: row.unit,
    meaning: `${row.kind === "limit" ? "Limit" : row.kind === "counter" ? "Count" : "Number"}: ${
      row.name.replaceAll("_", " ")
    }.`,
    source: sourceOf(row),
    ...row.kind === "counter" ? { metric: "counter" } : {},
  });

/** The rate of a counter. */
const rateOfRow = ({ group, name, unit }: SummaryRow): Key =>
  number(`rates.${group}`, name, {
    type: "decimal",
    unit: unit === "" ? "1/s" : `${unit}/s`,
    meaning: `Rate of ${group}.${name} between two looks.`,
    source: "two looks",
  });

/** Members of the objects in a list of sums. */
function listKeys(name: string, members: readonly (readonly [name: string, type: ValueType, meaning: string])[]) {
  const list = defineKey(objectAt("tcp"), name, { type: "list", meaning: LISTS[name]! });
  const element = defineElement(list, "object");
  return members.map(([name, type, meaning]) => defineKey(element, name, { type, meaning }));
}

const LISTS: Readonly<Record<string, string>> = {
  accept_queues: "The accept queues that are full or have dropped connections.",
  ephemeral_ports: "The pairs of addresses with the most ephemeral ports in use.",
};

function queueKeys(): readonly Key[] {
  return listKeys("accept_queues", [
    ["src", "address", "Local address."],
    ["src_port", "integer", "Local port."],
    ["backlog", "integer64", "Connections that wait to be accepted."],
    ["backlog_limit", "integer64", "How many may wait."],
    ["full", "boolean", "Whether more wait than that."],
    ["drops", "integer64", "Connections that were dropped."],
  ]);
}

function portKeys(): readonly Key[] {
  return listKeys("ephemeral_ports", [
    ["src", "address", "Local address."],
    ["dst", "address", "Remote address."],
    ["dst_port", "integer", "Remote port."],
    ["used", "integer64", "Ephemeral ports in use."],
  ]);
}

/** The words for the states of a family; none if it has no states. */
export function statesOf(family: Family): readonly string[] {
  const state = fieldTree(family).find(({ path }) => path === "state");
  if (state === undefined) return [];
  return state.words.length > 0 ? state.words : tcpStateWords.filter((word) => word !== undefined);
}

/** Numbers of the sockets of a family. */
const keysOfFamily = (family: Family): readonly Key[] => [
  number("sockets.by_protocol", family.name, { meaning: `Number of ${family.name} sockets.`, source: "listing" }),
  ...statesOf(family).map((state) =>
    number(`${family.name.toLowerCase()}.states`, state, {
      meaning: `Number of ${family.name} sockets that are ${state}.`,
      source: "listing",
    })
  ),
];

/** The number of ephemeral ports, for each source, destination and port of it. */
const portRange = (): Key =>
  number("limits", "ephemeral_ports", {
    meaning: "Number of ephemeral ports.",
    source: "/proc/sys/net/ipv4/ip_local_port_range",
  });

/** The fields of sums. */
export const sumFields = (sums: Family): readonly Field[] => fieldTree(sums)[0]!.children;

/** The sums as the fields of one record. */
export function sumsFamily(families: readonly Family[]): Family {
  const keys = [
    ...namespaceRows.map((row) => keyOfRow(row, "")),
    ...families.flatMap(keysOfFamily),
    portRange(),
    ...queueKeys(),
    ...portKeys(),
    ...hostRows.map((row) => keyOfRow(row, "host.")),
    ...namespaceRows.filter(({ kind }) => kind === "counter").map(rateOfRow),
  ];
  const family: Family = {
    name: "SUMS",
    option: { long: "summary", help: "" },
    domain: "other",
    load: () => Promise.resolve(family),
    defaultStates: 0,
    encodeRequests: () => [],
    openDecoder: () => {
      throw new TypeError("sums are not in messages");
    },
    stateOf: null,
    kernelFiltersStates: false,
    inodeOf: () => 0,
    lookedUp: [],
    describe: () => ({ layouts: [], attributes: [], keys }),
  };
  return family;
}
