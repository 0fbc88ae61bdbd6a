/**
 * Judges what the filters of rules have found, in one look or two.
 */
import type { FieldValue, FlowObject } from "../../decode/record/object_sink.ts";
import { identityOf, type SharedCookies } from "../../decode/record/identity.ts";
import { textOf, valueAt } from "../socket_pairs.ts";
import { type FoundSocket, identifying, localAddressOf, unitOf } from "./found_socket.ts";
import { namedFields, type Rule } from "./rule.ts";

/** What the filter of a rule has found. */
export interface Seen {
  /** In the first look; none for a rule over two looks if there was no second. */
  readonly flows: readonly FlowObject[];
  /** In the second look; `null` without one. */
  readonly later: readonly FlowObject[] | null;
  /** Seconds between the looks. */
  readonly apart: number;
  /** The sockets that match the filter `beside` of the rule. */
  readonly beside: readonly FlowObject[];
  /** Protocols of which several sockets can have the same cookie. */
  readonly shared: SharedCookies;
  /** Why some of these sockets may be missing; `null` if none are. */
  readonly obstacle: string | null;
}

/** The result of a rule. */
export interface CheckResult {
  /** The rule, with the whole paths of its fields. */
  readonly rule: Rule;
  /** Whether the rule holds; `unknown` if missing data could change the answer. */
  readonly result: "holds" | "fails" | "unknown";
  /** Why the result is unknown or the number may be too small; `null` if everything was seen. */
  readonly reason: string | null;
  /** Number of sockets found, or of local addresses, units, namespaces for rules over these. */
  readonly count: number;
  /** The sockets that were found; one for each local address, one object for each unit or namespace. */
  readonly sockets: readonly FoundSocket[];
}

/**
 * The result of a rule.
 *
 * @param paths the fields that its filter compares
 */
export function judge(rule: Rule, paths: readonly string[], seen: Seen): CheckResult {
  const shown = [...new Set([...paths, ...namedFields(rule)])];
  const sockets = foundBy(rule, seen, shown);
  const count = sockets.length;
  const { obstacle } = seen;
  return { rule, result: answer(rule, count, obstacle !== null), reason: obstacle, count, sockets };
}

/** Whether so many are what a rule expects. */
export function answer({ expect }: Rule, count: number, incomplete: boolean): CheckResult["result"] {
  const most = expect === "none" ? 0 : expect === "some" ? Infinity : expect;
  if (count > most) return "fails";
  if (expect === "some" && count > 0) return "holds";
  if (incomplete) return "unknown";
  const least = expect === "some" ? 1 : most;
  return count < least ? "fails" : "holds";
}

function foundBy(rule: Rule, seen: Seen, paths: readonly string[]): readonly FoundSocket[] {
  const { flows, later, apart, beside, shared } = seen;
  const { over, share, differ } = rule;
  const isFound = (flow: FlowObject) =>
    (share === undefined || exceeds(valueAt(flow, share.part), valueAt(flow, share.whole), share.percent)) &&
    (differ === undefined || differs(valueAt(flow, differ)));
  const found = (later === null ? flows : inBoth(flows, later, rule, shared)).filter(isFound);
  const seconds = later === null ? {} : { seconds_apart: apart };
  if (over === "local address") return inGroups(found, beside, rule, paths);
  if (over === "unit") return inUnits(found, rule, paths, seconds);
  return found.map((flow) => ({ socket: identifying(flow), evidence: { ...valuesOf(flow, paths), ...seconds } }));
}

const valuesOf = (flow: FlowObject, paths: readonly string[]): FoundSocket["evidence"] =>
  Object.fromEntries(paths.flatMap((path) => {
    const value = valueAt(flow, path);
    return value === undefined || Array.isArray(value) && value.length === 0 ? [] : [[path, value]];
  }));

/** The sockets that were found in both looks, with their later values. */
function inBoth(
  flows: readonly FlowObject[],
  later: readonly FlowObject[],
  { still = [], grows = [] }: Rule,
  shared: SharedCookies,
): readonly FlowObject[] {
  const first = new Map(flows.map((flow) => [keyOf(flow, shared), flow]));
  return later.filter((flow) => {
    const before = first.get(keyOf(flow, shared));
    return before !== undefined && still.every((path) => isSame(valueAt(before, path), valueAt(flow, path))) &&
      grows.every((path) => isMore(valueAt(before, path), valueAt(flow, path)));
  });
}

/** A socket that only its holder tells of may say less about itself in one of the looks. */
const keyOf = (flow: FlowObject, shared: SharedCookies): string =>
  flow.protocol === "OTHER" ? textOf([flow.protocol, flow["inode"] ?? null]) : identityOf(flow, shared);

const isMore = (before: FieldValue | undefined, after: FieldValue | undefined): boolean =>
  isNumber(before) && isNumber(after) && after > before;

/** One entry for each unit, or name of a process without one, that holds enough sockets. */
function inUnits(
  flows: readonly FlowObject[],
  { least = 1 }: Rule,
  paths: readonly string[],
  seconds: FoundSocket["evidence"],
): readonly FoundSocket[] {
  return [...Map.groupBy(flows, (flow) => textOf(unitOf(flow) ?? null))].flatMap(([, members]): FoundSocket[] => {
    const unit = unitOf(members[0]!);
    if (unit === null || members.length < least) return [];
    const { protocol, owners, netns } = identifying(members[0]!);
    const socket: FlowObject = { protocol, ...unit, ...owners === undefined ? {} : { owners } };
    if (netns !== undefined) socket["netns"] = netns;
    return [{ socket, evidence: { sockets: members.length, ...countsOf(members, paths), ...seconds } }];
  });
}

/** How many of the sockets have each value of the first field, its state for example. */
function countsOf(flows: readonly FlowObject[], [path]: readonly string[]): FoundSocket["evidence"] {
  if (path === undefined) return {};
  const groups = Map.groupBy(flows, (flow) => String(valueAt(flow, path) ?? "none"));
  return { [path]: Object.fromEntries([...groups].map(([value, { length }]) => [value, length])) };
}

/** A missing value does not count as unchanged. */
const isSame = (one: FieldValue | undefined, other: FieldValue | undefined): boolean =>
  one !== undefined && one === other;

/** One entry for each local address with enough sockets and, for `beside`, with such a socket. */
function inGroups(
  flows: readonly FlowObject[],
  beside: readonly FlowObject[],
  { least = 1, beside: asked }: Rule,
  paths: readonly string[],
): readonly FoundSocket[] {
  const others = Map.groupBy(beside, localAddressOf);
  return [...Map.groupBy(flows, localAddressOf)].flatMap(([address, members]): FoundSocket[] => {
    const found = others.get(address) ?? [];
    if (members.length < least || asked !== undefined && found.length === 0) return [];
    const evidence = { sockets: members.length, ...valuesOf(members[0]!, paths) };
    return [{
      socket: identifying(asked === undefined ? withoutPeer(members[0]!) : members[0]!),
      evidence: asked === undefined ? evidence : { ...evidence, beside: found.map((flow) => valuesOf(flow, paths)) },
    }];
  });
}

/** The group has no single peer and no single socket. */
function withoutPeer({ dst: _dst, dst_port: _port, cookie: _cookie, inode: _inode, ...rest }: FlowObject): FlowObject {
  return rest as FlowObject;
}

function exceeds(part: FieldValue | undefined, whole: FieldValue | undefined, percent: number): boolean {
  if (!isNumber(part) || !isNumber(whole) || Number(whole) === 0) return false;
  return 100 * Number(part) > percent * Number(whole);
}

const isNumber = (value: FieldValue | undefined): value is number | bigint =>
  typeof value === "number" || typeof value === "bigint";

const differs = (value: FieldValue | undefined): boolean => Array.isArray(value) && new Set(value).size > 1;
