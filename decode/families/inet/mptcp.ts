/**
 * Multipath TCP: connections whose subflows are TCP sockets of their own. Mirrors `linux/mptcp.h`. Kernel side:
 * `net/mptcp/mptcp_diag.c` and `mptcp_diag_fill_info()` in `net/mptcp/sockopt.c`.
 */
import {
  type AttributeTable,
  custom,
  type Payload,
  type PayloadWriter,
  structure,
  text,
} from "../../netlink/attribute.ts";
import type { FamilyCode } from "../family.ts";
import { INET_DIAG_CONG, INET_DIAG_INFO } from "./inet_constants.ts";
import { defineInetAttributes } from "./inet_diag.ts";
import { defineInetFamily } from "./inet_family.ts";
import { ALL_EXTENSIONS } from "./inet_request.ts";
import { defineKey } from "../../record/key.ts";
import { boolean, counter, defineLayout, flags, hidden, type Layout, pickVariant, row } from "../../record/layout.ts";
import { congestionKey } from "./congestion.ts";
import { CONNECTED_STATES } from "../../kernel/tcp_states.ts";

export const IPPROTO_MPTCP = 262;

const infoKey = defineKey(null, "mptcp_info", {
  type: "object",
  meaning: "State of the protocol. Most values of a listener are 0.",
  since: "5.10",
  source: "INET_DIAG_INFO",
});

/** Conditions for rows: members that replaced padding or reserved bytes, so the length does not show whether they exist. */
const KNOWS_CHECKSUM = 1;
const KNOWS_LAMINAR = 2;
const KNOWS_FULLMESH = 4;

/** Lengths that kernels send, including padding. A member that starts in the padding exists only if the next one does. */
const v6_5 = { since: "6.5", needs: 80 };
const v6_8 = { since: "6.8", needs: 88 };
const v6_10 = { since: "6.10", needs: 96 };

/** `struct mptcp_info` of a kernel that has every member. */
export const MPTCP_INFO: Layout = defineLayout("mptcp_info", "linux/mptcp.h", infoKey, [
  row("u8", "mptcpi_subflows", "subflows", "", "Subflows in addition to the first one."),
  row("u8", "mptcpi_add_addr_signal", "add_addr_signal", "", "Addresses announced to the peer."),
  row("u8", "mptcpi_add_addr_accepted", "add_addr_accepted", "", "Addresses announced by the peer and accepted."),
  row("u8", "mptcpi_subflows_max", "subflows_max", "", "Limit of subflows in addition to the first one."),
  row("u8", "mptcpi_add_addr_signal_max", "add_addr_signal_max", "", "Addresses of this machine to be announced."),
  row(
    "u8",
    "mptcpi_add_addr_accepted_max",
    "add_addr_accepted_max",
    "",
    "Limit of announced addresses that are accepted.",
  ),
  row("u32", "mptcpi_flags", "flags", "", "Properties of the connection.", {
    show: flags(["fallback", "remote_key_received"]),
  }),
  row("u32", "mptcpi_token", "token", "", "Token of this side, the same as `ulp.mptcp.token_loc` of its TCP sockets."),
  row("u64", "mptcpi_write_seq", "write_seq", "", "Data sequence number of the next byte to be written."),
  row("u64", "mptcpi_snd_una", "snd_una", "", "Data sequence number of the first byte that is not acknowledged."),
  row("u64", "mptcpi_rcv_nxt", "rcv_nxt", "", "Data sequence number expected next from the peer."),
  row("u8", "mptcpi_local_addr_used", "local_addr_used", "", "Addresses of this machine used for subflows.", {
    since: "5.12",
    needs: 48,
  }),
  row("u8", "mptcpi_local_addr_max", "local_addr_max", "", "Addresses of this machine that subflows may use.", {
    since: "5.12",
    needs: 48,
  }),
  row("u8", "mptcpi_csum_enabled", "csum_enabled", "", "Whether data is protected by checksums.", {
    since: "5.14",
    needs: 48,
    show: boolean,
    when: KNOWS_CHECKSUM,
  }),
  row("u32", "mptcpi_retransmits", "retransmits", "", "Consecutive timeouts since data was last acknowledged.", v6_5),
  counter("u64", "mptcpi_bytes_retrans", "bytes_retrans", "bytes", "Data retransmitted.", v6_5),
  counter("u64", "mptcpi_bytes_sent", "bytes_sent", "bytes", "Data sent, without retransmissions.", v6_5),
  counter("u64", "mptcpi_bytes_received", "bytes_received", "bytes", "Data received.", v6_5),
  counter("u64", "mptcpi_bytes_acked", "bytes_acked", "bytes", "Data acknowledged by the peer.", v6_5),
  row("u8", "mptcpi_subflows_total", "subflows_total", "", "Subflows, including the first one.", v6_8),
  row("u8", "mptcpi_endp_laminar_max", "endp_laminar_max", "", "Endpoints of this machine with the flag laminar.", {
    since: "6.18",
    needs: 96,
    when: KNOWS_LAMINAR,
  }),
  row("u8", "mptcpi_endp_fullmesh_max", "endp_fullmesh_max", "", "Endpoints of this machine with the flag fullmesh.", {
    since: "6.19",
    needs: 96,
    when: KNOWS_FULLMESH,
  }),
  hidden("reserved", 1),
  row("u32", "mptcpi_last_data_sent", "last_data_sent", "ms", "Time since data was sent.", v6_10),
  row("u32", "mptcpi_last_data_recv", "last_data_recv", "ms", "Time since data was received.", v6_10),
  row("u32", "mptcpi_last_ack_recv", "last_ack_recv", "ms", "Time since an acknowledgement was received.", v6_10),
]);

/** `struct mptcp_info` of a kernel. For an unknown kernel (0), without the members that the length does not show. */
export function mptcpInfo(release: number): Layout {
  return pickVariant(
    MPTCP_INFO,
    (release >= 5014 ? KNOWS_CHECKSUM : 0) | (release >= 6018 ? KNOWS_LAMINAR : 0) |
      (release >= 6019 ? KNOWS_FULLMESH : 0),
  );
}

/** Offsets of those members, and the smallest length at which a kernel is known to have the first of them. */
const CHECKSUM = MPTCP_INFO.offsetOf("mptcpi_csum_enabled");
const LAMINAR = MPTCP_INFO.offsetOf("mptcpi_endp_laminar_max");
const FULLMESH_END = MPTCP_INFO.offsetOf("mptcpi_endp_fullmesh_max") + 1;
const CHECKSUM_LENGTH = 48;
const TELLS_CHECKSUM = v6_5.needs;

/** `struct mptcp_info` of an unknown kernel. Bytes that may be padding, and the bytes after them, are not decoded. */
const writeUnknownInfo: PayloadWriter = (view, bytes, start, end, sink) => {
  const length = end - start;
  const layout = pickVariant(MPTCP_INFO, length >= TELLS_CHECKSUM ? KNOWS_CHECKSUM : 0);
  sink.openObject(infoKey);
  sink.structure(layout, view, bytes, start, end);
  sink.closeObject(infoKey);
  if (length > layout.end) {
    const gap = bytes.subarray(start + LAMINAR, start + FULLMESH_END);
    const extra = Uint8Array.from([...gap, ...bytes.subarray(start + layout.end, end)]);
    sink.hex(layout.extra, extra, 0, extra.length);
  } else if (length >= FULLMESH_END) {
    sink.hex(layout.extra, bytes, start + LAMINAR, start + FULLMESH_END);
  } else if (length >= CHECKSUM_LENGTH && length < TELLS_CHECKSUM) {
    sink.hex(layout.extra, bytes, start + CHECKSUM, start + CHECKSUM + 1);
  }
};

const infoOf = (release: number): Payload =>
  release === 0
    ? custom(infoKey, writeUnknownInfo, [MPTCP_INFO.extra], [MPTCP_INFO])
    : structure(infoKey, mptcpInfo(release));

/** The attributes of MPTCP sockets of a kernel; `release` as in {@linkcode DatagramSource.release}. */
export function mptcpAttributes(release: number): AttributeTable {
  return defineInetAttributes([
    { number: INET_DIAG_CONG, name: "INET_DIAG_CONG", payload: text(congestionKey) },
    { number: INET_DIAG_INFO, name: "INET_DIAG_INFO", payload: infoOf(release) },
  ]);
}

/** Multipath TCP over IPv4 and IPv6. */
export const mptcp: FamilyCode = defineInetFamily({
  defaultStates: CONNECTED_STATES,
  kernelFiltersStates: true,
  paired: true,
  protocol: { protocol: IPPROTO_MPTCP, extensions: ALL_EXTENSIONS },
  attributes: mptcpAttributes,
  // Kernels from 5.7 on ignore attribute 262 and use its low byte, which is TCP's number. Earlier kernels refuse every
  // attribute except a filter.
  absence: (release) =>
    release === 0 || release >= 5010
      ? null
      : `Linux ${Math.floor(release / 1000)}.${release % 1000} ${
        release < 5007 ? "cannot list them" : "answers with TCP sockets instead"
      } (5.10 and later can)`,
});
