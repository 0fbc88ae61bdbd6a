/**
 * Judges what the filters of rules have found, in one look or two.
 */
import type { FieldValue, FlowObject } from "../../decode/record/object_sink.ts";
import { numberedKey, valueAt } from "../socket_pairs.ts";
import { type FoundSocket, identifying, localAddressOf } from "./found_socket.ts";
import { namedFields, type Rule } from "./rule.ts";

/** What the filter of a rule has found. */
export interface Seen {
  /** In the first look. */
  readonly flows: readonly FlowObject[];
  /** In the second, for a rule over two looks; `null` without one. */
  readonly later: readonly FlowObject[] | null;
  /** Seconds between the looks. */
  readonly apart: number;
  /** The sockets that match the filter `beside` of the rule. */
  readonly beside: readonly FlowObject[];
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
  /** Number of sockets found, or of local addresses for rules over these. */
  readonly count: number;
  /** The sockets that were found; one for each local address. */
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

function answer({ expect }: Rule, count: number, incomplete: boolean): CheckResult["result"] {
  const most = expect === "none" ? 0 : expect === "some" ? Infinity : expect;
  if (count > most) return "fails";
  if (expect === "some" && count > 0) return "holds";
  if (incomplete) return "unknown";
  const least = expect === "some" ? 1 : most;
  return count < least ? "fails" : "holds";
}

function foundBy(rule: Rule, { flows, later, apart, beside }: Seen, paths: readonly string[]): readonly FoundSocket[] {
  const { over, share, differ } = rule;
  const found = flows.filter((flow) =>
    (share === undefined || exceeds(valueAt(flow, share.part), valueAt(flow, share.whole), share.percent)) &&
    (differ === undefined || differs(valueAt(flow, differ)))
  );
  if (over === "two looks") {
    return inBoth(found, later ?? [], rule.still ?? [], paths).map(({ socket, evidence }) => ({
      socket,
      evidence: { ...evidence, seconds_apart: apart },
    }));
  }
  if (over === "local address") return inGroups(found, beside, rule, paths);
  return found.map((flow) => ({ socket: identifying(flow), evidence: valuesOf(flow, paths) }));
}

const valuesOf = (flow: FlowObject, paths: readonly string[]): FoundSocket["evidence"] =>
  Object.fromEntries(paths.flatMap((path) => {
    const value = valueAt(flow, path);
    return value === undefined || Array.isArray(value) && value.length === 0 ? [] : [[path, value]];
  }));

/** The sockets that were found in both looks. The evidence has the later values. */
function inBoth(
  flows: readonly FlowObject[],
  later: readonly FlowObject[],
  still: readonly string[],
  paths: readonly string[],
): readonly FoundSocket[] {
  const first = new Map(flows.map((flow) => [numberedKey(flow), flow]));
  return later.flatMap((flow) => {
    const before = first.get(numberedKey(flow));
    if (before === undefined || !still.every((path) => isSame(valueAt(before, path), valueAt(flow, path)))) return [];
    return [{ socket: identifying(flow), evidence: valuesOf(flow, paths) }];
  });
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
