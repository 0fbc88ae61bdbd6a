/**
 * Protocols on top of TCP in the kernel: TLS and subflows of Multipath TCP. Mirrors `linux/tls.h` and `linux/mptcp.h`.
 */
import { type AttributeTable, defineAttributes, filler, nest, present, scalar, text } from "../../netlink/attribute.ts";
import { defineKey } from "../../record/key.ts";
import { enumeration, flags } from "../../record/layout.ts";

export const ulpKey = defineKey(null, "ulp", {
  type: "object",
  meaning: "Protocol on top of TCP in the kernel.",
  since: "5.4",
  source: "INET_DIAG_ULP_INFO",
  privilege: "CAP_NET_ADMIN before 6.15",
});
const tlsKey = defineKey(ulpKey, "tls", {
  type: "object",
  meaning: "Kernel TLS.",
  since: "5.4",
  source: "INET_ULP_INFO_TLS",
});
const subflowKey = defineKey(ulpKey, "mptcp", {
  type: "object",
  meaning: "Multipath TCP: this connection as a subflow.",
  since: "5.7",
  source: "INET_ULP_INFO_MPTCP",
});

const tlsConfigurations = enumeration(["base", "sw", "hw", "hw-record"], 1);

/** `TLS_INFO_*` of `linux/tls.h`. */
const tlsAttributes: AttributeTable = defineAttributes(tlsKey, [
  scalar(1, "TLS_INFO_VERSION", "u16", "version", "Version of TLS.", {
    parent: tlsKey,
    since: "5.4",
    show: enumeration(["1.2", "1.3"], 0x303),
  }),
  scalar(2, "TLS_INFO_CIPHER", "u16", "cipher", "Cipher.", {
    parent: tlsKey,
    since: "5.4",
    show: enumeration([
      "aes-gcm-128",
      "aes-gcm-256",
      "aes-ccm-128",
      "chacha20-poly1305",
      "sm4-gcm",
      "sm4-ccm",
      "aria-gcm-128",
      "aria-gcm-256",
    ], 51),
  }),
  scalar(3, "TLS_INFO_TXCONF", "u16", "txconf", "Where sent records are encrypted.", {
    parent: tlsKey,
    since: "5.4",
    show: tlsConfigurations,
  }),
  scalar(4, "TLS_INFO_RXCONF", "u16", "rxconf", "Where received records are decrypted.", {
    parent: tlsKey,
    since: "5.4",
    show: tlsConfigurations,
  }),
  {
    number: 5,
    name: "TLS_INFO_ZC_RO_TX",
    payload: present(defineKey(tlsKey, "zc_ro_tx", {
      source: "TLS_INFO_ZC_RO_TX",
      type: "boolean",
      meaning: "Read-only data is sent without a copy.",
      since: "5.19",
    })),
  },
  {
    number: 6,
    name: "TLS_INFO_RX_NO_PAD",
    payload: present(defineKey(tlsKey, "rx_no_pad", {
      source: "TLS_INFO_RX_NO_PAD",
      type: "boolean",
      meaning: "Received records are expected to have no padding.",
      since: "6.0",
    })),
  },
  scalar(7, "TLS_INFO_TX_MAX_PAYLOAD_LEN", "u16", "tx_max_payload_len", "Maximum data in a sent record.", {
    parent: tlsKey,
    unit: "bytes",
    since: "6.19",
  }),
]);

const sequencePrivilege = { parent: subflowKey, since: "5.7", privilege: "CAP_NET_ADMIN" };

/** `MPTCP_SUBFLOW_ATTR_*` of `linux/mptcp.h`. */
const subflowAttributes: AttributeTable = defineAttributes(subflowKey, [
  scalar(8, "MPTCP_SUBFLOW_ATTR_FLAGS", "u32", "flags", "Properties of the subflow.", {
    parent: subflowKey,
    since: "5.7",
    show: flags([
      "mcap_rem",
      "mcap_loc",
      "join_rem",
      "join_loc",
      "bkup_rem",
      "bkup_loc",
      "fully_established",
      "connected",
      "mapvalid",
    ]),
  }),
  scalar(1, "MPTCP_SUBFLOW_ATTR_TOKEN_REM", "u32", "token_rem", "Token of the peer.", {
    parent: subflowKey,
    since: "5.7",
  }),
  scalar(2, "MPTCP_SUBFLOW_ATTR_TOKEN_LOC", "u32", "token_loc", "Token of this side, the same on the MPTCP socket.", {
    parent: subflowKey,
    since: "5.7",
  }),
  scalar(9, "MPTCP_SUBFLOW_ATTR_ID_REM", "u8", "id_rem", "Number of the peer's address.", {
    parent: subflowKey,
    since: "5.7",
  }),
  scalar(10, "MPTCP_SUBFLOW_ATTR_ID_LOC", "u8", "id_loc", "Number of this side's address.", {
    parent: subflowKey,
    since: "5.7",
  }),
  scalar(
    3,
    "MPTCP_SUBFLOW_ATTR_RELWRITE_SEQ",
    "u32",
    "relwrite_seq",
    "Write sequence relative to the subflow's start.",
    sequencePrivilege,
  ),
  scalar(
    4,
    "MPTCP_SUBFLOW_ATTR_MAP_SEQ",
    "u64",
    "map_seq",
    "Data sequence number at which the current mapping starts.",
    sequencePrivilege,
  ),
  scalar(
    5,
    "MPTCP_SUBFLOW_ATTR_MAP_SFSEQ",
    "u32",
    "map_sfseq",
    "Subflow sequence number at which the current mapping starts.",
    sequencePrivilege,
  ),
  scalar(
    6,
    "MPTCP_SUBFLOW_ATTR_SSN_OFFSET",
    "u32",
    "ssn_offset",
    "Distance of TCP and subflow sequence numbers.",
    sequencePrivilege,
  ),
  scalar(7, "MPTCP_SUBFLOW_ATTR_MAP_DATALEN", "u16", "map_datalen", "Length of the current mapping.", {
    ...sequencePrivilege,
    unit: "bytes",
  }),
  { number: 11, name: "MPTCP_SUBFLOW_ATTR_PAD", payload: filler },
]);

/** `INET_ULP_INFO_*` of `linux/inet_diag.h`. */
export const ulpAttributes: AttributeTable = defineAttributes(ulpKey, [
  {
    number: 1,
    name: "INET_ULP_INFO_NAME",
    payload: text(defineKey(ulpKey, "name", {
      source: "INET_ULP_INFO_NAME",
      type: "text",
      // TCP_ULP_NAME_MAX without the NUL.
      rule: { longest: 15 },
      meaning: "Name of the protocol: tls, mptcp, espintcp and others.",
      since: "5.4",
    })),
  },
  { number: 2, name: "INET_ULP_INFO_TLS", payload: nest(tlsKey, tlsAttributes) },
  { number: 3, name: "INET_ULP_INFO_MPTCP", payload: nest(subflowKey, subflowAttributes) },
]);
