/**
 * The columns that stand for several fields: `local` and `remote`, whose fields depend on the family, and `container`.
 */

/** The headings of the two ends; each means several fields. */
export const LOCAL = "local";
export const REMOTE = "remote";

/** The object that the table shows in one column. */
export const CONTAINER = "container";

type Ends = readonly [local: readonly string[], remote: readonly string[]];

const INTERNET: Ends = [["src", "src_port"], ["dst", "dst_port"]];

const ENDS: Readonly<Record<string, Ends>> = {
  UNIX: [["path_name", "inode"], ["peer_inode"]],
  PACKET: [["num", "iface_idx"], []],
  NETLINK: [["netlink_protocol", "portid"], ["dst_portid"]],
  VSOCK: [["src_cid", "src_port"], ["dst_cid", "dst_port"]],
  XDP: [["iface_idx", "queue_id"], []],
  TIPC: [["node", "ref"], ["con.node", "con.sock"]],
  OTHER: [["sockprotoname", "inode", "src", "src_cid", "src_port"], ["dst", "dst_cid", "dst_port"]],
};

/** The paths of the fields of one end of sockets of some families. */
export function endPaths(heading: string, families: readonly { readonly name: string }[]): readonly string[] {
  const paths = families.flatMap(({ name }) => (ENDS[name] ?? INTERNET)[heading === LOCAL ? 0 : 1]);
  return [...new Set(paths)];
}

/** The paths of the fields that change how the table shows the local end: the interface, whether it takes IPv4 too, names. */
export const besideLocal: readonly string[] = ["iface_idx", "iface", "v6only", "num_name", "netlink_protocol_raw"];
