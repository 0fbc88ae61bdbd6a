/**
 * Which sockets of two listings are the same.
 *
 * A cookie is unique from the start of the machine to its end, in a network namespace. A listener or an unconnected socket that
 * another process opens at the same place is the same one to those who connect to it: such sockets are also found by their
 * place, the first of several at one place (SO_REUSEPORT) for the first, and so on.
 */
import { exactNumbers, type FieldValue, type FlowObject } from "../decode/record/object_sink.ts";

/** What decides whether two sockets are the same. */
export interface Identity {
  /** Whether both listings are of the same machine since it was started: then a cookie means the same socket. */
  readonly sameBoot: boolean;
  /** Fields that alone decide; `null` for cookies and places. */
  readonly by: readonly string[] | null;
}

/** The result: each socket is in one pair, or in one of the lists. */
export interface Pairs {
  readonly pairs: readonly (readonly [before: FlowObject, after: FlowObject])[];
  readonly closed: readonly FlowObject[];
  readonly opened: readonly FlowObject[];
}

/** Fields that tell where a socket is. The others follow from them or change. */
const PLACE = [
  ...["type", "src", "src_port", "src_cid", "dst", "dst_port", "dst_cid", "path_name", "abstract"],
  ...["ip_protocol", "netlink_protocol", "num", "queue_id"],
];

/** Fields that say which socket it is, for people. */
export const placeFields: readonly string[] = [
  ...["netns.inode", "netns.name", "state", ...PLACE, "iface_idx", "iface", "inode", "cookie"],
];

/** Addresses of sockets that are not connected. */
const NOWHERE: readonly unknown[] = [undefined, null, "0.0.0.0", "::", "*", ""];

/** The value at a dotted path; of a list of objects, the values in them. `undefined` if there is none. */
export function valueAt(flow: FieldValue | undefined, path: string): FieldValue | undefined {
  let value = flow;
  const names = path.split(".");
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
export function pairSockets(before: readonly FlowObject[], after: readonly FlowObject[], identity: Identity): Pairs {
  const pairs: (readonly [FlowObject, FlowObject])[] = [];
  let [closed, opened] = [before, after];
  for (const keyOf of keysFor(identity)) {
    const result = pairBy(closed, opened, keyOf);
    pairs.push(...result.pairs);
    ({ closed, opened } = result);
  }
  return { pairs, closed, opened };
}

/** A text that is the same for the same socket; `null` if it cannot be found by that. */
type KeyOf = (flow: FlowObject) => string | null;

/** The keys to pair by, one after the other. */
function keysFor({ sameBoot, by }: Identity): readonly KeyOf[] {
  if (by !== null) return [(flow) => textOf(by.map((path) => valueAt(flow, path) ?? null))];
  if (!sameBoot) return [(flow) => placeOf(flow, false)];
  return [numberedKey, (flow) => isBound(flow) ? placeOf(flow, true) : null];
}

/** The same for the same socket while it lives: by the cookie; where there is none (from `/proc/net`), by place and inode. */
export function numberedKey(flow: FlowObject): string {
  const { protocol, cookie, inode } = flow;
  const netns = valueAt(flow, "netns.inode") ?? null;
  if (typeof cookie === "string") return textOf([protocol, netns, cookie]);
  return textOf([placeOf(flow, true), inode ?? null]);
}

/** Namespace, protocol, addresses or name, and interface. Numbers of namespaces and interfaces last as long as the machine runs. */
function placeOf(flow: FlowObject, sameBoot: boolean): string {
  const netns = valueAt(flow, "netns.name") ?? (sameBoot ? valueAt(flow, "netns.inode") : null) ?? null;
  const iface = flow["iface"] ?? (sameBoot ? flow["iface_idx"] : null) ?? null;
  const listens = flow.protocol === "UNIX" && flow["state"] === "listening";
  return textOf([flow.protocol, netns, iface, listens, ...PLACE.map((name) => flow[name] ?? null)]);
}

/** Pairs sockets with the same key, in the order of their cookies. */
function pairBy(before: readonly FlowObject[], after: readonly FlowObject[], keyOf: KeyOf): Pairs {
  const waiting = new Map<string, FlowObject[]>();
  const closed = new Set(before);
  for (const flow of inOrder(before)) {
    const key = keyOf(flow);
    if (key === null) continue;
    const same = waiting.get(key);
    if (same === undefined) waiting.set(key, [flow]);
    else same.push(flow);
  }
  for (const same of waiting.values()) same.reverse();
  const partners = new Map<FlowObject, FlowObject>();
  for (const flow of inOrder(after)) {
    const key = keyOf(flow);
    const partner = key === null ? undefined : waiting.get(key)?.pop();
    if (partner === undefined) continue;
    partners.set(flow, partner);
    closed.delete(partner);
  }
  return {
    pairs: after.flatMap((flow) => partners.has(flow) ? [[partners.get(flow)!, flow] as const] : []),
    closed: [...closed],
    opened: after.filter((flow) => !partners.has(flow)),
  };
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
