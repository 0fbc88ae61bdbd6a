/**
 * What a check stores of a socket: its identity, and the values that are evidence.
 */
import type { FieldObject, FieldValue, FlowObject } from "../../decode/record/object_sink.ts";

/** A socket that a rule has found. */
export interface FoundSocket {
  /** Protocol, addresses, process: what a reader needs to find it. */
  readonly socket: FlowObject;
  /** The values that the rule is about, by path. */
  readonly evidence: { readonly [path: string]: FieldValue };
}

/** Fields that say which socket it is. */
const IDENTIFYING = [
  ...["protocol", "family", "state", "src", "src_port", "dst", "dst_port", "path_name", "inode", "cookie", "netns"],
  ...["owners", "listener_owners"],
];
/** Those of each owner. */
const OF_OWNER = ["pid", "comm", "comm_hex"];

/** What identifies a flow. */
export function identifying(flow: FlowObject): FlowObject {
  const shown: FlowObject = { protocol: flow.protocol };
  for (const name of IDENTIFYING) {
    const value = flow[name];
    if (value === undefined) continue;
    shown[name] = name.endsWith("owners") && Array.isArray(value) ? value.map(briefly) : value;
  }
  return shown;
}

function briefly(owner: FieldValue): FieldValue {
  if (!isObject(owner)) return owner;
  return Object.fromEntries(OF_OWNER.flatMap((name) => owner[name] === undefined ? [] : [[name, owner[name]!]]));
}

const isObject = (value: FieldValue | undefined): value is FieldObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The local address, with protocol and namespace. */
export function localAddressOf({ protocol, netns, src, src_port }: FlowObject): string {
  return `${protocol} ${isObject(netns) ? netns["inode"] : ""} ${src} ${src_port}`;
}

/** The unit of the process that holds a socket, or the name of that process if it has none; `null` if it is unknown. */
export function unitOf({ unit, owners }: FlowObject): Record<string, FieldValue> | null {
  const [owner] = Array.isArray(owners) ? owners : [];
  const named = isObject(owner) ? owner["unit"] : unit;
  if (named !== undefined) return { unit: named };
  const comm = isObject(owner) ? owner["comm"] : undefined;
  return comm === undefined ? null : { comm };
}
