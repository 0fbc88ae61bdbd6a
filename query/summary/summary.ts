/**
 * The summary of a machine's sockets: sums of a listing, and the numbers that the kernel counts itself.
 */
import type { Sum } from "../../decode/proc/kernel_sums.ts";
import type { FieldObject, FlowObject } from "../../decode/record/object_sink.ts";

/** A network namespace: of the own one nothing is said unless it was asked for. */
export interface SummaryPlace {
  /** Its inode; 0 for the program's own namespace if namespaces were not requested. */
  readonly inode: number;
  readonly name: string | null;
  /** The numbers that the kernel counts itself. */
  readonly kept: readonly Sum[];
  /** The protocols of the kernel, with their number of sockets if it counts them; `null` if unknown. */
  readonly protocols: ReadonlyMap<string, number> | null;
}

/** The accept queue of a listener that is full or has been full. */
export interface AcceptQueue {
  /** Local address. */
  readonly src: string;
  /** Local port. */
  readonly src_port: number;
  /** Connections that wait to be accepted. */
  readonly backlog: number;
  /** How many may wait. */
  readonly backlog_limit: number;
  /** Whether more wait than that. */
  readonly full: boolean;
  /**
   * Connections that were dropped because the queue was full or for another reason; absent if the kernel does not
   * report it.
   */
  readonly drops?: number;
}

/**
 * Ephemeral ports in use between two addresses and one remote port. Their number is limited for each such combination.
 */
export interface EphemeralPorts {
  /** Local address. */
  readonly src: string;
  /** Remote address. */
  readonly dst: string;
  /** Remote port. */
  readonly dst_port: number;
  /** Number of local ports in use. */
  readonly used: number;
}

/** The sums of one network namespace. */
export interface NamespaceSummary {
  /** `null` if nobody asked for namespaces. */
  readonly netns: { readonly inode: number; readonly name?: string } | null;
  /** What is counted. */
  readonly sums: readonly Sum[];
  /** Accept queues that are full or were. */
  readonly acceptQueues: readonly AcceptQueue[];
  /** The address pairs with the most ports in use, if more than one; the most first. */
  readonly ephemeralPorts: readonly EphemeralPorts[];
}

/** Sums of network namespaces and of the machine. */
export interface Summary {
  /** One for each namespace. */
  readonly namespaces: readonly NamespaceSummary[];
  /** What belongs to the machine. */
  readonly host: readonly Sum[];
}

/** What was listed. */
export interface Listed {
  /** Names of the protocols that were asked for. */
  readonly protocols: readonly string[];
  /** `protocol`, `state` and `count`. */
  readonly counts: readonly FlowObject[];
  readonly listeners: readonly FlowObject[];
  /** `src`, `dst`, `dst_port` and `count`. */
  readonly ports: readonly FlowObject[];
}

/** Maximum number of address pairs shown for a namespace. */
const MOST_PAIRS = 10;

/**
 * Protocols that have sockets in use but none in the listing: the kernel has no diagnostics for them, so their number
 * is unknown. For some protocols the kernel counts sockets that it never lists, including this program's own.
 */
export const unlisted = ({ protocols }: SummaryPlace, { counts, protocols: asked }: Listed): readonly string[] =>
  asked.filter((protocol) =>
    UNCOUNTED.every((name) => name !== protocol) && (protocols?.get(protocol) ?? 0) > 0 &&
    counts.every((flow) => flow.protocol !== protocol)
  );

const UNCOUNTED = ["UNIX", "NETLINK", "TCP"];

/** Makes the summary. */
export function summarize(places: readonly SummaryPlace[], host: readonly Sum[], listed: Listed): Summary {
  return { namespaces: places.map((place) => summarizePlace(place, listed)), host };
}

function summarizePlace({ inode, name, kept, protocols }: SummaryPlace, listed: Listed): NamespaceSummary {
  const here = (flows: readonly FlowObject[]) => flows.filter((flow) => inode === 0 || inodeOf(flow) === inode);
  const ports = here(listed.ports).map((flow) => ({
    src: String(flow["src"]),
    dst: String(flow["dst"]),
    dst_port: Number(flow["dst_port"]),
    used: Number(flow["count"]),
  }));
  const isThere = (protocol: string) =>
    protocols?.has(protocol) || here(listed.counts).some((flow) => flow.protocol === protocol);
  return {
    netns: inode === 0 ? null : { inode, ...name === null ? {} : { name } },
    sums: [...kept, ...sumsOf(listed.protocols.filter(isThere), here(listed.counts))],
    acceptQueues: here(listed.listeners).map(queueOf),
    ephemeralPorts: ports.filter(({ used }) => used > 1).sort((a, b) => b.used - a.used).slice(0, MOST_PAIRS),
  };
}

const inodeOf = (flow: FlowObject): number | undefined =>
  (flow["netns"] as FieldObject | undefined)?.["inode"] as number | undefined;

/** Sockets by protocol, and by state for protocols that have states. */
function sumsOf(protocols: readonly string[], counts: readonly FlowObject[]): Sum[] {
  const gauge = (group: string, name: string, value: number): Sum => ({
    group,
    name,
    value: BigInt(value),
    unit: "",
    kind: "gauge",
  });
  const total = (flows: readonly FlowObject[]) => flows.reduce((sum, { count }) => sum + Number(count), 0);
  return [
    ...protocols.map((protocol) =>
      gauge("sockets.by_protocol", protocol, total(counts.filter((flow) => flow.protocol === protocol)))
    ),
    ...counts.filter(({ state }) => state !== undefined).map(({ protocol, state, count }) =>
      gauge(`${protocol.toLowerCase()}.states`, String(state), Number(count))
    ),
  ];
}

function queueOf(flow: FlowObject): AcceptQueue {
  const drops = (flow["skmeminfo"] as FieldObject | undefined)?.["drops"];
  const [backlog, limit] = [Number(flow["recv_q"]), Number(flow["send_q"])];
  return {
    src: String(flow["src"]),
    src_port: Number(flow["src_port"]),
    backlog,
    backlog_limit: limit,
    full: backlog > limit,
    ...drops === undefined ? {} : { drops: Number(drops) },
  };
}

/** The document: objects by group. Queues and ports are with the sums of TCP. */
export const summaryDocument = ({ namespaces, host }: Summary): unknown => ({
  summary: namespaces.map((namespace) => ({
    ...namespace.netns === null ? {} : { netns: namespace.netns },
    ...namespaceDocument(namespace),
  })),
  host: nest(host),
});

/** The sums of a namespace as objects by group. */
export function namespaceDocument({ sums, acceptQueues, ephemeralPorts }: NamespaceSummary): FieldObject {
  const document = nest(sums);
  const tcp = document["tcp"] as FieldObject | undefined;
  return tcp === undefined
    ? document
    : { ...document, tcp: { ...tcp, accept_queues: objects(acceptQueues), ephemeral_ports: objects(ephemeralPorts) } };
}

const objects = (list: readonly object[]): FieldObject[] => list.map((element) => ({ ...element }));

/** A number with its place in the document. */
interface Placed {
  readonly group: string;
  readonly name: string;
  readonly value: bigint | number;
}

/** Numbers as objects by group. */
export function nest(sums: readonly Placed[]): FieldObject {
  const document: FieldObject = {};
  for (const { group, name, value } of sums) {
    let place = document;
    for (const part of group.split(".")) place = (place[part] ??= {}) as FieldObject;
    place[name] = value;
  }
  return document;
}

/** A line of the long form. */
export interface SummaryLine extends Sum {
  /** `null` if nobody asked for namespaces, and for the machine. */
  readonly netns: NamespaceSummary["netns"];
}

/** The long form: one line for each number. Numbers of the machine are in the group `host`. */
export function* summaryLines({ namespaces, host }: Summary): Generator<SummaryLine> {
  for (const { netns, sums, acceptQueues, ephemeralPorts } of namespaces) {
    const place = { netns };
    for (const sum of sums) yield { ...place, ...sum };
    for (const queue of acceptQueues) {
      const name = endpoint(queue.src, queue.src_port);
      for (const field of ["backlog", "backlog_limit", "drops"] as const) {
        const value = queue[field];
        if (value !== undefined) yield { ...place, ...line(`tcp.accept_queues.${field}`, name, value, kinds[field]) };
      }
    }
    for (const { src, dst, dst_port, used } of ephemeralPorts) {
      yield { ...place, ...line("tcp.ephemeral_ports.used", `${src} > ${endpoint(dst, dst_port)}`, used, "gauge") };
    }
  }
  for (const sum of host) yield { netns: null, ...sum, group: `host.${sum.group}` };
}

const kinds = { backlog: "gauge", backlog_limit: "limit", drops: "counter" } as const;

const line = (group: string, name: string, value: number, kind: Sum["kind"]): Sum => ({
  group,
  name,
  value: BigInt(value),
  unit: "",
  kind,
});

const endpoint = (address: string, port: number): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
