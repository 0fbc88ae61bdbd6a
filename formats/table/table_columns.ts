/**
 * The columns of the format `table`, and the slots in which the values for them are gathered.
 */
import { fieldsOf } from "../../decode/reference/fields.ts";
import type { Key } from "../../decode/record/key.ts";
import { comm, context, fd, owner, ownerKeys, owners, ownerStatus, pid, tid } from "../../decode/lookups/owners.ts";
import { peerOwners } from "../../decode/lookups/peers.ts";
import { socketContext } from "../../decode/lookups/socket_contexts.ts";
import { PROTOCOL } from "../../query/columns.ts";
import type { Content, FormatOptions } from "../format.ts";
import { BYTES, BYTES_PER_SECOND, MICROSECONDS, type Scale } from "./units.ts";

/** Of a field without a slot. */
export const NO_SLOT = -1;

/** Fields from which the columns of every table are made. */
export const BASE = [
  "state",
  "state_raw",
  "recv_q",
  "send_q",
  "backlog",
  "src",
  "src_port",
  "dst",
  "dst_port",
  "v6only",
  "iface_idx",
  "iface",
  "src_host",
  "dst_host",
  "peer_path_name",
  "inode",
  "path_name",
  "peer_inode",
  "num",
  "num_name",
  "netlink_protocol",
  "netlink_protocol_raw",
  "portid",
  "dst_portid",
  "dst_group",
  "src_cid",
  "dst_cid",
  "queue_id",
  "node",
  "ref",
  "con.node",
  "con.sock",
  "sockprotoname",
  "owner_status",
  "netns.inode",
  "netns.name",
] as const;

const slotOf = (path: typeof BASE[number]): number => BASE.indexOf(path);
export const STATE = slotOf("state");
export const STATE_RAW = slotOf("state_raw");
export const RECV_Q = slotOf("recv_q");
export const SEND_Q = slotOf("send_q");
export const BACKLOG = slotOf("backlog");
export const SRC = slotOf("src");
export const SRC_PORT = slotOf("src_port");
export const DST = slotOf("dst");
export const DST_PORT = slotOf("dst_port");
export const V6ONLY = slotOf("v6only");
export const IFACE_IDX = slotOf("iface_idx");
export const IFACE = slotOf("iface");
export const SRC_HOST = slotOf("src_host");
export const DST_HOST = slotOf("dst_host");
export const PEER_PATH_NAME = slotOf("peer_path_name");
export const INODE = slotOf("inode");
export const PATH_NAME = slotOf("path_name");
export const PEER_INODE = slotOf("peer_inode");
export const NUM = slotOf("num");
export const NUM_NAME = slotOf("num_name");
export const NETLINK_PROTOCOL = slotOf("netlink_protocol");
export const NETLINK_PROTOCOL_RAW = slotOf("netlink_protocol_raw");
export const PORTID = slotOf("portid");
export const DST_PORTID = slotOf("dst_portid");
export const DST_GROUP = slotOf("dst_group");
export const SRC_CID = slotOf("src_cid");
export const DST_CID = slotOf("dst_cid");
export const QUEUE_ID = slotOf("queue_id");
export const NODE = slotOf("node");
export const REF = slotOf("ref");
export const CON_NODE = slotOf("con.node");
export const CON_SOCK = slotOf("con.sock");
export const SOCKPROTONAME = slotOf("sockprotoname");
export const OWNER_STATUS = slotOf("owner_status");
export const NETNS_INODE = slotOf("netns.inode");
export const NETNS_NAME = slotOf("netns.name");

/** Fields that options add, in the order of their columns. */
export const ADDED:
  readonly (readonly [option: "timers" | "extended" | "cgroup" | "memory" | "info", names: readonly string[]])[] = [
    ["timers", ["timer", "expires", "retrans"]],
    [
      "extended",
      ["uid", "user", "inode", "cookie", "mark", "cgroup_id", "shutdown_names", "sockopts", "v6only"],
    ],
    ["cgroup", ["cgroup"]],
    [
      "memory",
      ["rmem_alloc", "rcvbuf", "wmem_alloc", "sndbuf", "fwd_alloc", "wmem_queued", "optmem", "backlog", "drops"]
        .map((name) => `skmeminfo.${name}`),
    ],
    [
      "info",
      [
        "cong_algo",
        ...[
          ...["rtt", "rttvar", "min_rtt", "rto", "snd_mss", "snd_cwnd", "snd_ssthresh", "bytes_sent", "bytes_received"],
          ...["unacked", "lost", "total_retrans", "pacing_rate", "delivery_rate"],
        ].map((name) => `tcp_info.${name}`),
      ],
    ],
  ];

/** Sizes that are known by their digits: 1448, not 1.4 kB. */
const EXACT: readonly string[] = ["tcp_info.snd_mss"];

const LEFT_TYPES: readonly string[] = ["name", "text", "list", "address", "boolean", "identifier", "hex"];

/** A column of the table. */
export interface TableColumn {
  readonly name: string;
  /** Whether values stand at its right edge: numbers. */
  readonly right: boolean;
  /** Slot of its field; {@linkcode NO_SLOT} for those that are made of several. */
  readonly slot: number;
}

const made = (name: string): TableColumn => ({ name, right: false, slot: NO_SLOT });

export const PROTOCOL_COLUMN = made(PROTOCOL);
export const STATE_COLUMN: TableColumn = { name: "state", right: false, slot: STATE };
export const RECV_Q_COLUMN: TableColumn = { name: "recv_q", right: true, slot: RECV_Q };
export const SEND_Q_COLUMN: TableColumn = { name: "send_q", right: true, slot: SEND_Q };
export const LOCAL_COLUMN = made("local");
export const REMOTE_COLUMN = made("remote");
export const NETNS_COLUMN = made("netns");
export const PROCESS_COLUMN = made("process");
export const PEERS_COLUMN = made(peerOwners.path);

/** The columns that no option added, the least important first: so they go where even their beginnings do not fit. */
export const FIRST_TO_GO: readonly TableColumn[] = [
  PEERS_COLUMN,
  PROCESS_COLUMN,
  SEND_Q_COLUMN,
  RECV_Q_COLUMN,
  PROTOCOL_COLUMN,
  STATE_COLUMN,
  NETNS_COLUMN,
  REMOTE_COLUMN,
  LOCAL_COLUMN,
];

/** Those of them that are texts, in the order in which they are cut, and to what. */
export const SHRINKING: readonly (readonly [column: TableColumn, least: number])[] = [
  [PEERS_COLUMN, 16],
  [PROCESS_COLUMN, 16],
  [REMOTE_COLUMN, 16],
  [LOCAL_COLUMN, 16],
  [NETNS_COLUMN, 10],
  [STATE_COLUMN, 8],
  [PROTOCOL_COLUMN, 4],
];

/** Units in microseconds, for values of a field that are counted in them. */
const MICROSECONDS_IN: Readonly<Record<string, number>> = { us: 1, ms: 1000, s: 1e6 };

/** How values of a field are shown. */
export interface Show {
  readonly scale: Scale;
  readonly factor: number;
}

function showOf(path: string, unit: string): Show | null {
  if (EXACT.includes(path)) return null;
  if (unit === "bytes") return { scale: BYTES, factor: 1 };
  if (unit === "bytes/s") return { scale: BYTES_PER_SECOND, factor: 1 };
  const factor = MICROSECONDS_IN[unit];
  return factor === undefined ? null : { scale: MICROSECONDS, factor };
}

/** Whether of the processes fields are chosen that the column of processes does not show. */
const showsAsList = (shown: ReadonlySet<Key>): boolean =>
  ownerKeys.some((key) => !shown.has(key)) &&
  [...shown].some((key) => key.path.startsWith(`${owners.path}.`) && !PROCESS_KEYS.includes(key));

/** The outermost list that a field is in, as a column; the field if there is none. */
function listPath(key: Key): string {
  for (let list: Key | null = key; list !== null; list = list.parent) {
    if (list.note.type === "list" && list.parent === null) return list.path;
  }
  return key.path;
}

/** What the column of processes shows. */
const PROCESS_KEYS: readonly (Key | null)[] = [owners, owner, comm, pid, tid, context, fd.parent, fd, ownerStatus];

/** What stands in the lines of a table. */
export interface TableChoice {
  readonly columns: readonly TableColumn[];
  /** Slot of each key, by its number. */
  readonly slots: Int16Array;
  /** How many slots there are. */
  readonly count: number;
  /** By family, how the values of each slot are shown; empty with plain numbers. */
  readonly showsOf: ReadonlyMap<string, readonly (Show | null)[]>;
}

/** Chooses the columns by what the format is told. */
export function chooseTable(options: FormatOptions, content: Content): TableChoice {
  const { families, lookups = [] } = content;
  const fields = families.map((family) => ({ family, fields: fieldsOf(family) }));
  const types = new Map<string, string>();
  for (const { key, path } of fields.flatMap(({ fields }) => fields)) {
    if (!types.has(path)) types.set(path, key.note.type);
  }
  const paths: string[] = [...BASE];
  for (const { key } of content.columns ?? []) if (key !== null) types.set(key.path, key.note.type);
  const made = new Map<string, TableColumn>();
  const columnOf = (name: string): TableColumn => {
    if (name === PEERS_COLUMN.name) return PEERS_COLUMN;
    const known = paths.indexOf(name);
    const slot = known >= 0 ? known : paths.push(name) - 1;
    const column = made.get(name) ?? { name, right: !LEFT_TYPES.includes(types.get(name)!), slot };
    made.set(name, column);
    return column;
  };
  const asList = content.shown !== undefined && showsAsList(content.shown);
  const isProcess = ({ key, first }: { readonly key: Key | null; readonly first?: boolean }) =>
    first === true || key !== null && listPath(key) === owners.path && !asList;
  const chosenKeys = content.columns?.flatMap(({ key }) => key === null ? [] : [key]) ?? [];
  const named =
    content.added?.flatMap((column) => column.key === null || isProcess(column) ? [] : [listPath(column.key)]) ?? [];
  const byOptions = ADDED.flatMap(([option, names]) => options[option] === true ? names : []);
  const added = [...new Set([...byOptions, ...named])].filter((name) => types.has(name)).map(columnOf);
  const chosen = content.added !== undefined
    ? undefined
    : content.columns?.flatMap((column) => column.parts ?? [column]).map(({ name, key, first }) =>
      name === PROTOCOL
        ? PROTOCOL_COLUMN
        : key !== null && isProcess({ key, first: first === true })
        ? PROCESS_COLUMN
        : columnOf(key === null ? name : listPath(key))
    );
  const owned = lookups.includes("owners") ||
    content.added?.some(isProcess) === true;
  const usual = [
    PROTOCOL_COLUMN,
    STATE_COLUMN,
    ...options.noQueues === true ? [] : [RECV_Q_COLUMN, SEND_Q_COLUMN],
    ...lookups.includes("netns") ? [NETNS_COLUMN] : [],
    LOCAL_COLUMN,
    REMOTE_COLUMN,
    ...added,
    ...lookups.includes("contexts") ? [columnOf(socketContext.path)] : [],
    ...owned ? [PROCESS_COLUMN] : [],
    ...lookups.includes("peers") ? [PEERS_COLUMN] : [],
  ];
  const keys = [...fields.flatMap(({ fields }) => fields.map(({ key }) => key)), ...chosenKeys, owners];
  const slots = new Int16Array(1 + Math.max(0, ...keys.map(({ id }) => id))).fill(NO_SLOT);
  for (const key of keys) slots[key.id] = paths.indexOf(key.path);
  const showsOf = new Map<string, (Show | null)[]>();
  for (const { family, fields: own } of options.plain === true ? [] : fields) {
    const shows = paths.map((): Show | null => null);
    for (const { path, unit } of own) if (paths.includes(path)) shows[paths.indexOf(path)] = showOf(path, unit);
    showsOf.set(family.name, shows);
  }
  return { columns: [...new Set(chosen ?? usual)], slots, count: paths.length, showsOf };
}
