/**
 * The layouts and attribute tables of `decode/`, as tests compare them with the kernel's own description.
 */
import type { AttributeTable } from "../../decode/netlink/attribute.ts";
import { NETLINK_DIAG_MSG } from "../../decode/families/netlink_diag.ts";
import { UNIX_DIAG_MSG, UNIX_DIAG_RQLEN_LAYOUT, UNIX_DIAG_VFS_LAYOUT } from "../../decode/families/unix.ts";
import { INET_DIAG_MEMINFO_LAYOUT, INET_DIAG_MSG } from "../../decode/families/inet/inet_diag.ts";
import type { Word } from "../../decode/record/key.ts";
import type { Layout } from "../../decode/record/layout.ts";
import {
  PACKET_DIAG_INFO_LAYOUT,
  PACKET_DIAG_MCLIST_LAYOUT,
  PACKET_DIAG_MSG,
  PACKET_DIAG_RX_RING_LAYOUT,
  SOCK_FILTER,
} from "../../decode/families/packet.ts";
import { SK_MEMINFO } from "../../decode/families/sock_diag.ts";
import { TCP_BBR_INFO, TCP_DCTCP_INFO, TCPVEGAS_INFO } from "../../decode/families/inet/congestion.ts";
import { TCP_DIAG_MD5SIG, tcpAttributes } from "../../decode/families/inet/tcp.ts";
import { VSOCK_DIAG_MSG } from "../../decode/families/vsock.ts";
import {
  XDP_DIAG_INFO_LAYOUT,
  XDP_DIAG_MSG,
  XDP_DIAG_STATS_LAYOUT,
  XDP_DIAG_UMEM_LAYOUT,
} from "../../decode/families/xdp.ts";

/** Layouts of C structures that are the same in every kernel. */
export const plainLayouts: readonly Layout[] = [
  UNIX_DIAG_MSG,
  UNIX_DIAG_VFS_LAYOUT,
  UNIX_DIAG_RQLEN_LAYOUT,
  NETLINK_DIAG_MSG,
  INET_DIAG_MSG,
  INET_DIAG_MEMINFO_LAYOUT,
  TCPVEGAS_INFO,
  TCP_DCTCP_INFO,
  TCP_BBR_INFO,
  TCP_DIAG_MD5SIG,
  PACKET_DIAG_MSG,
  PACKET_DIAG_INFO_LAYOUT,
  PACKET_DIAG_MCLIST_LAYOUT,
  PACKET_DIAG_RX_RING_LAYOUT,
  SOCK_FILTER,
  VSOCK_DIAG_MSG,
  XDP_DIAG_MSG,
  XDP_DIAG_INFO_LAYOUT,
  XDP_DIAG_UMEM_LAYOUT,
  XDP_DIAG_STATS_LAYOUT,
];

/** A member that grew with the kernel from 7.0 on, by which the two forms of `struct tcp_info` are told apart. */
export const MEMBER_OF_7_0 = "tcpi_options2";

/** Members that one row takes together. */
export const pairs: Readonly<Record<string, readonly string[]>> = { bbr_bw_lo: ["bbr_bw_lo", "bbr_bw_hi"] };

/** The layout inside the attribute `name`. */
export function attributeLayout(table: AttributeTable, name: string): Layout {
  return table.attributes.find((attribute) => attribute.name === name)!.payload.layout!;
}

const infoOf = (release: number) => attributeLayout(tcpAttributes(release), "INET_DIAG_INFO");
/** `struct tcp_info` up to 6.19, since 7.0, and as far as both agree. */
export const TCP_INFO: Layout = infoOf(6018);
export const TCP_INFO_7_0: Layout = infoOf(7000);
export const TCP_INFO_COMMON: Layout = infoOf(0);

export const allLayouts: readonly Layout[] = [
  ...plainLayouts,
  TCP_INFO,
  TCP_INFO_7_0,
  TCP_INFO_COMMON,
  SK_MEMINFO,
];

/** Attribute tables of TCP by the names that `linux/*.h` starts their attributes with. */
export function attributeTables(release = 6018): ReadonlyMap<string, AttributeTable> {
  const top = tcpAttributes(release);
  const nested = (table: AttributeTable, number: number) =>
    table.attributes.find((attribute) => attribute.number === number)!.payload.attributes!;
  const ulp = nested(top, 19);
  return new Map([
    ["INET_DIAG_", top],
    ["INET_ULP_INFO_", ulp],
    ["TLS_INFO_", nested(ulp, 2)],
    ["MPTCP_SUBFLOW_ATTR_", nested(ulp, 3)],
    ["SK_DIAG_BPF_STORAGE_", nested(top, 20)],
  ]);
}

/** The words of a field by its number, or its bit: `wordsOf(TCP_INFO, "opts")`. */
export function wordsOf(layout: Layout, field: string): (string | undefined)[] {
  const step = layout.steps.find((candidate) => candidate.key.name === field);
  if (step === undefined) throw new Error(`${layout.name} has no field ${field}`);
  return step.words.map((word: Word | undefined) => word?.text);
}
