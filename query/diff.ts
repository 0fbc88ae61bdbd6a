/**
 * What changed between two listings: pairs the sockets that are the same, and compares their fields.
 */
import { allLookups, type LookupName, lookupsFor } from "../decode/lookups/registry.ts";
import type { Family } from "../decode/families/family.ts";
import type { FieldObject, FieldValue, FlowObject } from "../decode/record/object_sink.ts";
import { FieldNames } from "./filter/field_names.ts";
import { nearest } from "./nearest.ts";
import { QueryError } from "./query_by_name.ts";
import { isBound, type Pairing, pairSockets, PLACE, placeFields, textOf, valueAt } from "./socket_pairs.ts";
import { quote } from "../decode/text/control_characters.ts";

/** What can happen to a socket between two listings. */
export type DiffEvent = "opened" | "closed" | "changed" | "replaced";

/** All of them, in the order of the output. */
export const diffEvents: readonly DiffEvent[] = ["opened", "closed", "changed", "replaced"];

/** A difference between two listings. */
export interface Difference {
  readonly event: DiffEvent;
  /** The socket: as it was for `closed`, else as it is. */
  readonly flow: FlowObject;
  /** Reads all of its fields, if `flow` has only those that are compared. */
  readonly readWhole?: () => FlowObject;
  /** For `changed` and `replaced`: the fields that differ, by dotted path, as they were. A field that was not there is left out. */
  readonly from?: FieldObject;
  /** The same fields as they are. */
  readonly to?: FieldObject;
}

/** How sockets are compared. */
export interface Comparison extends Omit<Pairing, "alike"> {
  /** The fields to compare; `null` for those that do not change by themselves, `all` for every field. */
  readonly changes: readonly string[] | "all" | null;
  /** Paths of fields that not every listing shows. If a listing lacks one, nothing is known about it. */
  readonly uncertain: ReadonlySet<string>;
}

/** Fields of the processes that make a listener another one. */
const PROGRAM = ["owners.comm", "owners.exe", "owners.uid"];

/** Fields that do not change by themselves, but because a program sets them. */
export const SETTINGS: readonly string[] = [
  ...["state", "type", "src", "src_port", "dst", "dst_port", "iface", "path_name", "abstract", "netns.name"],
  ...["backlog_limit", "uid", "shutdown_names", "v6only", "tos", "tclass", "mark", "sockopts", "cong_algo"],
  ...[
    "ulp.name",
    "md5sig",
    "fastopen_max_qlen",
    "unit",
    "context",
    "ip_protocol",
    "netlink_protocol",
    "groups",
    "flags",
  ],
  ...["fanout.id", "fanout.type", "queue_id", "source"],
  ...PROGRAM,
];

/** The fields that a comparison reads; `all` for every field. */
export function comparedPaths({ by, changes }: Pick<Comparison, "by" | "changes">): readonly string[] | "all" {
  return changes === "all" ? changes : [...changes ?? SETTINGS, ...PLACE, ...by ?? []];
}

/** Fields that say who holds a socket. */
const HOLDERS: ReadonlySet<string> = new Set([...PROGRAM, "uid", "user", "unit"]);

/**
 * The paths of fields that somebody typed.
 *
 * @param option what they were typed for, in errors
 * @param shown the lookups whose fields the listings have
 * @throws {QueryError} for a name that no field has, and for a field that no listing shows: nothing would be known of it
 */
export function pathsByName(
  typed: readonly string[],
  families: readonly Family[],
  option: string,
  shown: ReadonlySet<LookupName>,
): readonly string[] {
  const paths = findPaths(typed, families, option);
  const untold = paths.find((path) => lookupsFor(new Set([path])).some((lookup) => !shown.has(lookup)));
  if (untold === undefined) return paths;
  const [lookup = ""] = lookupsFor(new Set([untold]));
  throw new QueryError(
    `${option}: the listings do not show ${untold} (${lookup}): both need the option that adds it`,
  );
}

function findPaths(typed: readonly string[], families: readonly Family[], option: string): readonly string[] {
  const names = new FieldNames(families);
  return typed.flatMap((name) => {
    if (name === "protocol") return [name];
    const found = names.resolve(name).filter((path) => names.find(path) !== null);
    if (found.length > 0) return found;
    const near = nearest(name, names.names);
    throw new QueryError(
      `${option}: there is no field ${quote(name)}${near === undefined ? "" : `, did you mean ${near}?`}`,
    );
  });
}

/**
 * The fields of some families that not every listing shows.
 *
 * @param recorded whether one is a recording, which has nothing that is looked up
 */
export function uncertainPaths(families: readonly Family[], recorded: boolean): ReadonlySet<string> {
  const names = new FieldNames(families);
  const needPrivilege = names.paths.filter((path) => (names.find(path)?.privilege ?? "") !== "");
  return new Set([...needPrivilege, ...recorded ? allLookups.flatMap(({ keys }) => keys.map(({ path }) => path)) : []]);
}

/** The differences: what was opened, closed, changed and replaced, in this order. */
export function differences(
  before: readonly FlowObject[],
  after: readonly FlowObject[],
  comparison: Comparison,
): readonly Difference[] {
  const paths = comparison.changes ?? SETTINGS;
  const { pairs, closed, opened } = pairSockets(before, after, { ...comparison, alike: alikeBy(paths) });
  const compared = pairs.flatMap(([old, flow]) => compare(old, flow, comparison) ?? []);
  return [
    ...opened.map((flow): Difference => ({ event: "opened", flow })),
    ...closed.map((flow): Difference => ({ event: "closed", flow })),
    ...compared.filter(({ event }) => event === "changed"),
    ...compared.filter(({ event }) => event === "replaced"),
  ];
}

/** A text that is the same for sockets with the same values in some fields. */
export const alikeBy = (paths: readonly string[] | "all"): (flow: FlowObject) => string => (flow) =>
  textOf(paths === "all" ? flow : paths.map((path) => comparable(flow, path) ?? null));

/** What is different between a socket and the same one later; `null` for nothing. */
export function compare(
  old: FlowObject,
  flow: FlowObject,
  { changes, uncertain }: Pick<Comparison, "changes" | "uncertain">,
): Difference | null {
  const from: [string, FieldValue][] = [];
  const to: [string, FieldValue][] = [];
  // In some states the kernel reports fewer fields.
  const moved = changes === null && old["state"] !== flow["state"];
  const paths = changes === "all" ? leavesOf(old, flow) : changes ?? SETTINGS;
  for (const path of paths) {
    const [one, other] = [old, flow].map((each) => comparable(each, path));
    if (one === other || textOf(one) === textOf(other)) continue;
    if ((one === undefined || other === undefined) && (isIn(path, uncertain) || moved)) continue;
    if (one !== undefined) from.push([path, one]);
    if (other !== undefined) to.push([path, other]);
  }
  const differing = [...from, ...to];
  if (differing.length === 0) return null;
  const replaced = isBound(old) && isBound(flow) && differing.some(([path]) => HOLDERS.has(path));
  return {
    event: replaced ? "replaced" : "changed",
    flow,
    from: Object.fromEntries(from),
    to: Object.fromEntries(to),
  };
}

/** Whether a field is among some, or in one of them. */
const isIn = (path: string, paths: ReadonlySet<string>): boolean =>
  paths.has(path) || paths.has(path.split(".", 1)[0]!);

/** A value as it is compared: of processes, each program once; a program whose file was replaced is the same. */
function comparable(flow: FlowObject, path: string): FieldValue | undefined {
  const value = valueAt(flow, path);
  if (!PROGRAM.includes(path) || !Array.isArray(value)) return value;
  const texts = new Map(value.map((item) => {
    const program = typeof item === "string" ? item.replace(/ \(deleted\)$/, "") : item;
    return [textOf(program), program];
  }));
  return [...texts.keys()].sort().map((text) => texts.get(text)!);
}

/** Paths of all values outside of lists in one of two records; lists count as one value. */
function leavesOf(...flows: readonly FlowObject[]): Iterable<string> {
  const paths = new Set<string>();
  const add = (value: FieldValue, path: string) => {
    const inside = typeof value !== "object" || value === null || Array.isArray(value) ? [] : Object.entries(value);
    if (inside.length === 0) paths.add(path);
    else for (const [name, inner] of inside) add(inner, path === "" ? name : `${path}.${name}`);
  };
  for (const flow of flows) add(flow, "");
  return paths;
}

/**
 * A difference as a record: `event` and `time`, then the socket (for a change, only the fields that identify it), and
 * the old (`from`) and new values (`to`).
 *
 * @param time when the second listing was made; `null` to leave it out
 */
export function recordOf({ event, flow, readWhole, from, to }: Difference, time: string | null): FieldObject {
  const front = { event, ...time === null ? {} : { time } };
  if (from === undefined || to === undefined) return { ...front, ...readWhole?.() ?? flow };
  const { protocol, netns } = flow;
  const place = placeFields.filter((name) => Object.hasOwn(flow, name)).map((name) => [name, flow[name]!]);
  return { ...front, protocol, ...netns === undefined ? {} : { netns }, ...Object.fromEntries(place), from, to };
}
