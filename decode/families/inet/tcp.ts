/**
 * TCP: attributes, signatures and requests. Mirrors `linux/tcp.h`. Kernel side: `net/ipv4/tcp_diag.c`.
 */
import { AF_INET, AF_INET6 } from "../../kernel/address_family.ts";
import { CONNECTED_STATES } from "../../kernel/tcp_states.ts";
import { type AttributeTable, nest, structure, structures, text } from "../../netlink/attribute.ts";
import { defineElement, defineKey } from "../../record/key.ts";
import { defineLayout, hidden, type Layout, row } from "../../record/layout.ts";
import { type FamilyCode, madeOnce, NEWEST_KERNEL } from "../family.ts";
import { SKNLGRP_INET6_TCP_DESTROY, SKNLGRP_INET_TCP_DESTROY } from "../sock_diag.ts";
import {
  bbrKey,
  congestionKey,
  dctcpKey,
  TCP_BBR_INFO,
  TCP_DCTCP_INFO,
  TCPVEGAS_INFO,
  vegasKey,
} from "./congestion.ts";
import {
  INET_DIAG_BBRINFO,
  INET_DIAG_CONG,
  INET_DIAG_DCTCPINFO,
  INET_DIAG_INFO,
  INET_DIAG_MD5SIG,
  INET_DIAG_ULP_INFO,
  INET_DIAG_VEGASINFO,
  IPPROTO_TCP,
} from "./inet_constants.ts";
import { defineInetAttributes } from "./inet_diag.ts";
import { defineInetFamily } from "./inet_family.ts";
import { ALL_EXTENSIONS, encodeTcpDiagRequest, extensionsFor } from "./inet_request.ts";
import { procTcpKeys, tcpFiles } from "./proc_inet.ts";
import { infoKey, TCP_INFO, tcpInfo7_0, tcpInfoCommon } from "./tcp_info.ts";
import { ulpAttributes, ulpKey } from "./tcp_ulp.ts";

const md5Key = defineKey(null, "md5sig", {
  type: "list",
  meaning: "Peers whose segments must be signed with MD5 (RFC 2385). The keys themselves are secrets and never shown.",
  since: "4.14",
  source: "INET_DIAG_MD5SIG",
  privilege: "CAP_NET_ADMIN",
});

/** `struct tcp_diag_md5sig` without its key. */
export const TCP_DIAG_MD5SIG: Layout = defineLayout("tcp_diag_md5sig", "linux/tcp.h", defineElement(md5Key, "object"), [
  hidden("tcpm_family", 1),
  row("u8", "tcpm_prefixlen", "prefixlen", "bits", "Length of the prefix of addresses that the key is for."),
  row("u16", "tcpm_keylen", "keylen", "bytes", "Length of the key."),
  row("address", "tcpm_addr", "addr", "", "Address of the peer."),
  hidden("tcpm_key", 80),
], { order: ["addr", "prefixlen", "keylen"] });

const defineTcpAttributes = (info: Layout): AttributeTable =>
  defineInetAttributes([
    { number: INET_DIAG_CONG, name: "INET_DIAG_CONG", payload: text(congestionKey) },
    { number: INET_DIAG_INFO, name: "INET_DIAG_INFO", payload: structure(infoKey, info) },
    { number: INET_DIAG_VEGASINFO, name: "INET_DIAG_VEGASINFO", payload: structure(vegasKey, TCPVEGAS_INFO) },
    { number: INET_DIAG_DCTCPINFO, name: "INET_DIAG_DCTCPINFO", payload: structure(dctcpKey, TCP_DCTCP_INFO) },
    { number: INET_DIAG_BBRINFO, name: "INET_DIAG_BBRINFO", payload: structure(bbrKey, TCP_BBR_INFO) },
    { number: INET_DIAG_ULP_INFO, name: "INET_DIAG_ULP_INFO", payload: nest(ulpKey, ulpAttributes) },
    { number: INET_DIAG_MD5SIG, name: "INET_DIAG_MD5SIG", payload: structures(md5Key, TCP_DIAG_MD5SIG) },
  ]);

/** The attributes of TCP sockets of a kernel; `release` as in {@linkcode DatagramSource.release}. */
export const tcpAttributes: (release: number) => AttributeTable = madeOnce((release) =>
  defineTcpAttributes(release === 0 ? tcpInfoCommon() : release < 7000 ? TCP_INFO : tcpInfo7_0())
);

const inetTcp = defineInetFamily({
  defaultStates: CONNECTED_STATES,
  kernelFiltersStates: true,
  paired: true,
  protocol: { protocol: IPPROTO_TCP, extensions: ALL_EXTENSIONS },
  attributes: tcpAttributes,
  destroyGroups: new Map([[AF_INET, SKNLGRP_INET_TCP_DESTROY], [AF_INET6, SKNLGRP_INET6_TCP_DESTROY]]),
  procFiles: (question) => tcpFiles(question, () => TCP_INFO),
});

/** TCP over IPv4 and IPv6. */
export const tcp: FamilyCode = {
  ...inetTcp,
  encodeRequests(question) {
    const requests = inetTcp.encodeRequests(question);
    if (requests.length < 2) return requests;
    // The kernel keeps IPv4 and IPv6 sockets in the same tables and walks all of them for each request.
    const extensions = extensionsFor(question, () => tcpAttributes(NEWEST_KERNEL));
    return [{ part: "", message: encodeTcpDiagRequest(question, extensions), instead: requests }];
  },
  describe() {
    const { attributes, keys, ...rest } = inetTcp.describe();
    return {
      ...rest,
      // Before 7.0 the last bytes of tcp_info hold the same fields in other sizes.
      attributes: [...attributes, tcpAttributes(NEWEST_KERNEL - 1)],
      keys: [...keys, ...procTcpKeys(TCP_INFO)],
    };
  },
};
