/**
 * The fields that the columns of every table may need, and their slots.
 */
const base = {
  state: "state",
  state_raw: "state_raw",
  recv_q: "recv_q",
  send_q: "send_q",
  backlog: "backlog",
  backlog_limit: "backlog_limit",
  src: "src",
  src_port: "src_port",
  dst: "dst",
  dst_port: "dst_port",
  v6only: "v6only",
  iface_idx: "iface_idx",
  iface: "iface",
  src_host: "src_host",
  dst_host: "dst_host",
  peer_path_name: "peer_path_name",
  inode: "inode",
  path_name: "path_name",
  peer_inode: "peer_inode",
  num: "num",
  num_name: "num_name",
  netlink_protocol: "netlink_protocol",
  netlink_protocol_raw: "netlink_protocol_raw",
  portid: "portid",
  dst_portid: "dst_portid",
  dst_group: "dst_group",
  src_cid: "src_cid",
  dst_cid: "dst_cid",
  queue_id: "queue_id",
  node: "node",
  ref: "ref",
  con_node: "con.node",
  con_sock: "con.sock",
  sockprotoname: "sockprotoname",
  netns_inode: "netns.inode",
  netns_name: "netns.name",
  container_id: "container.id",
  container_runtime: "container.runtime",
  container_pod_uid: "container.pod_uid",
  event: "event",
} as const;

/** Paths of the fields, in the order of their slots. */
export const BASE_PATHS: readonly string[] = Object.values(base);

/** The slot of each field. */
export const BASE: Readonly<Record<keyof typeof base, number>> = Object.fromEntries(
  Object.keys(base).map((name, slot) => [name, slot]),
) as Record<keyof typeof base, number>;
