/**
 * What all families of NETLINK_SOCK_DIAG share; mirrors `linux/sock_diag.h`.
 */
import { defineKey } from "./key.ts";
import { defineLayout, type Layout, row } from "./layout.ts";

export const NETLINK_SOCK_DIAG = 4;
/** Message type of requests and of the sockets in the answers. */
export const SOCK_DIAG_BY_FAMILY = 20;

export const skmeminfoKey = defineKey(null, "skmeminfo", {
  type: "object",
  meaning: "Memory of the socket (SK_MEMINFO_*).",
  since: "3.3",
  source: "INET_DIAG_SKMEMINFO",
});

/** `enum sk_meminfo`, an array of 32-bit numbers that later kernels made longer. */
export const SK_MEMINFO: Layout = defineLayout("sk_meminfo", "linux/sock_diag.h", skmeminfoKey, [
  row("u32", "SK_MEMINFO_RMEM_ALLOC", "rmem_alloc", "bytes", "Memory charged for received data.", { since: "3.3" }),
  row("u32", "SK_MEMINFO_RCVBUF", "rcvbuf", "bytes", "Limit of the receive buffer.", { since: "3.3" }),
  row("u32", "SK_MEMINFO_WMEM_ALLOC", "wmem_alloc", "bytes", "Memory of data handed to the transmit path.", {
    since: "3.3",
  }),
  row("u32", "SK_MEMINFO_SNDBUF", "sndbuf", "bytes", "Limit of the send buffer.", { since: "3.3" }),
  row("s32", "SK_MEMINFO_FWD_ALLOC", "fwd_alloc", "bytes", "Memory reserved ahead and not yet used; may be negative.", {
    since: "3.3",
  }),
  row("u32", "SK_MEMINFO_WMEM_QUEUED", "wmem_queued", "bytes", "Memory of the send queue.", { since: "3.3" }),
  row("u32", "SK_MEMINFO_OPTMEM", "optmem", "bytes", "Memory of socket options and ancillary data.", { since: "3.3" }),
  row(
    "u32",
    "SK_MEMINFO_BACKLOG",
    "backlog",
    "bytes",
    "Data that arrived while the socket was in use by its process.",
    {
      since: "3.6",
    },
  ),
  row("u32", "SK_MEMINFO_DROPS", "drops", "packets", "Packets that the socket dropped.", { since: "4.7" }),
]);
