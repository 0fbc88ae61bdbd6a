/**
 * Which sockets of two listings are the same.
 *
 * A cookie is unique from the start of the machine to its end, in a network namespace. A listener or an unconnected socket that
 * another process opens at the same place is the same one to those who connect to it: such sockets are also found by their
 * place. Of several at one place (SO_REUSEPORT) those that are alike are paired, then the first with the first, and so on.
 */
import { identityOf, type SharedCookies } from "../decode/record/identity.ts";
import { exactNumbers, type FieldValue, type FlowObject } from "../decode/record/object_sink.ts";

/** What decides whether two sockets are the same. */
export interface Pairing {
  /** Whether both listings are of the same machine since it was started: then a cookie means the same socket. */
  readonly sameBoot: boolean;
  /** Fields that alone decide; `null` for cookies and places. */
  readonly by: readonly string[] | null;
  /** Protocols of which several sockets can have the same cookie. */
  readonly shared: SharedCookies;
  /** A text that is the same for sockets between which nothing has changed. */
  readonly alike: (flow: FlowObject) => string;
}

/** The same socket in two listings. */
export type Pair = readonly [before: FlowObject, after: FlowObject];

/** The result: each socket is in one pair, or in one of the lists. */
export interface Pairs {
  readonly pairs: readonly Pair[];
  readonly closed: readonly FlowObject[];
  readonly opened: readonly FlowObject[];
}

/** Fields that tell where a socket is. The others follow from them or change. */
export const PLACE: readonly string[] = [
  ...["type", "src", "src_port", "src_cid", "dst", "dst_port", "dst_cid", "path_name", "abstract"],
  ...["ip_protocol", "netlink_protocol", "num", "queue_id"],
];

/** Fields that say which socket it is, for people. */
export const placeFields: readonly string[] = [
  ...["netns.inode", "netns.name", "state", ...PLACE, "iface_idx", "iface", "inode", "cookie"],
];

/** Addresses of sockets that are not connected. */
const NOWHERE: readonly unknown[] = [undefined, null, "0.0.0.0", "::", "*", ""];

const splitPaths = new Map<string, readonly string[]>();

/** The names in a path. */
function namesIn(path: string): readonly string[] {
  let names = splitPaths.get(path);
  if (names === undefined) splitPaths.set(path, names = path.split("."));
  return names;
}

/** The value at a dotted path; of a list of objects, the values in them. `undefined` if there is none. */
export function valueAt(flow: FieldValue | undefined, path: string): FieldValue | undefined {
  let value = flow;
  const names = namesIn(path);
  for (const [i, name] of names.entries()) {
    if (Array.isArray(value)) {
      const inner = names.slice(i).join(".");
      return value.flatMap((element) => valueAt(element, inner) ?? []);
    }
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** A value as text, the same for equal values. */
export const textOf = (value: FieldValue | undefined): string => JSON.stringify(value, exactNumbers) ?? "";

/** Whether a socket is found by its place: it listens, or it is bound and has no peer. */
export function isBound(flow: FlowObject): boolean {
  if (flow["state"] === "listening") return true;
  if (flow.protocol === "UNIX") return flow["state"] !== "established" && !NOWHERE.includes(flow["path_name"]);
  return NOWHERE.includes(flow["dst"]) && (flow["dst_port"] ?? 0) === 0 && flow["src"] !== undefined;
}

/** Pairs the sockets of two listings. */
export function pairSockets(before: readonly FlowObject[], after: readonly FlowObject[], pairing: Pairing): Pairs {
  const partners = new Map<FlowObject, FlowObject>();
  const isOpen = (flow: FlowObject) => !partners.has(flow);
  let [closed, opened] = [before, after];
  for (const keyOf of keysFor(pairing)) {
    const paired = new Set<FlowObject>();
    for (const [old, flow] of pairsByKey(closed, opened, keyOf, pairing.alike)) {
      partners.set(flow, old);
      paired.add(old);
    }
    [closed, opened] = [closed.filter((flow) => !paired.has(flow)), opened.filter(isOpen)];
  }
  return {
    pairs: after.flatMap((flow) => partners.has(flow) ? [[partners.get(flow)!, flow] as const] : []),
    closed,
    opened,
  };
}

/** A text that is the same for the same socket; `null` if it cannot be found by that. */
type KeyOf = (flow: FlowObject) => string | null;

/** The keys to pair by, one after the other. */
function keysFor({ sameBoot, by, shared }: Pairing): readonly KeyOf[] {
  if (by !== null) return [(flow) => textOf(by.map((path) => valueAt(flow, path) ?? null))];
  if (!sameBoot) return [(flow) => placeOf(flow, false)];
  return [(flow) => identityOf(flow, shared), (flow) => isBound(flow) ? placeOf(flow, true) : null];
}

/** Namespace, protocol, addresses or name, and interface. Numbers of namespaces and interfaces last as long as the machine runs. */
function placeOf(flow: FlowObject, sameBoot: boolean): string {
  const netns = valueAt(flow, "netns.name") ?? (sameBoot ? valueAt(flow, "netns.inode") : null) ?? null;
  const iface = flow["iface"] ?? (sameBoot ? flow["iface_idx"] : null) ?? null;
  const listens = flow.protocol === "UNIX" && flow["state"] === "listening";
  return textOf([flow.protocol, netns, iface, listens, ...PLACE.map((name) => flow[name] ?? null)]);
}

/** Sockets with the same key. */
interface Group {
  readonly before: FlowObject[];
  readonly after: FlowObject[];
}

/** Pairs sockets with the same key. */
function pairsByKey(
  before: readonly FlowObject[],
  after: readonly FlowObject[],
  keyOf: KeyOf,
  alike: Pairing["alike"],
): readonly Pair[] {
  const groups = new Map<string, Group>();
  for (const flow of before) {
    const key = keyOf(flow);
    const group = key === null ? undefined : groups.get(key);
    if (group !== undefined) group.before.push(flow);
    else if (key !== null) groups.set(key, { before: [flow], after: [] });
  }
  for (const flow of after) {
    const key = keyOf(flow);
    if (key !== null) groups.get(key)?.after.push(flow);
  }
  return [...groups.values()].flatMap((group) => pairsOf(group, alike));
}

/** Pairs sockets that are equal but for what is compared: first those that are alike, then in the order of their cookies. */
function pairsOf({ before, after }: Group, alike: Pairing["alike"]): readonly Pair[] {
  if (after.length === 0) return [];
  if (before.length === 1 && after.length === 1) return [[before[0]!, after[0]!]];
  const waiting = Map.groupBy(inOrder(before), alike);
  const [pairs, others]: [Pair[], FlowObject[]] = [[], []];
  for (const flow of inOrder(after)) {
    const partner = waiting.get(alike(flow))?.shift();
    if (partner === undefined) others.push(flow);
    else pairs.push([partner, flow]);
  }
  const rest = inOrder([...waiting.values()].flat());
  return [...pairs, ...others.slice(0, rest.length).map((flow, i): Pair => [rest[i]!, flow])];
}

/** The order is the same in both listings, whatever the kernel listed first. */
function inOrder(flows: readonly FlowObject[]): readonly FlowObject[] {
  const numbers = new Map(flows.map((flow) => [flow, numberOf(flow["cookie"])]));
  return flows.toSorted((one, other) => {
    const [a, b] = [numbers.get(one)!, numbers.get(other)!];
    return a < b ? -1 : a > b ? 1 : 0;
  });
}

const numberOf = (cookie: FieldValue | undefined): bigint =>
  typeof cookie === "string" && /^0x[0-9a-f]{1,16}$/.test(cookie) ? BigInt(cookie) : 0n;
