/**
 * Layouts, attribute numbers, constants and words against a table of the kernel's interface, `fixtures/uapi.json`,
 * which was checked against the headers of Linux 6.1, 6.18 and 7.1.
 */
import { assert, assertEquals } from "@std/assert";
import { align4, NLA_HDRLEN, NLA_TYPE_MASK } from "../../../decode/netlink/attribute.ts";
import { constants } from "node:os";
import * as errno from "../../../decode/kernel/errno.ts";
import * as tcp from "../../../decode/families/inet/tcp.ts";
import * as inetConstants from "../../../decode/families/inet/inet_constants.ts";
import * as inetDiag from "../../../decode/families/inet/inet_diag.ts";
import { ALL_EXTENSIONS } from "../../../decode/families/inet/inet_request.ts";
import type { Layout } from "../../../decode/record/layout.ts";
import * as netlink from "../../../decode/netlink/message.ts";
import * as addressFamily from "../../../decode/kernel/address_family.ts";
import * as sockDiag from "../../../decode/families/sock_diag.ts";
import * as tcpStates from "../../../decode/kernel/tcp_states.ts";
import { readFixture } from "../../pcap_source.ts";
import {
  attributeLayout,
  attributeTables,
  plainLayouts,
  TCP_INFO,
  TCP_INFO_7_0,
  TCP_INFO_COMMON,
  wordsOf,
} from "../layouts.ts";
import { encodeOne } from "../flows.ts";

interface Field {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly type: string;
  readonly bits?: readonly [number, number];
}

interface Struct {
  readonly size: number;
  readonly fields: readonly Field[];
  readonly variants?: readonly { readonly removes: readonly string[]; readonly fields: readonly Field[] }[];
  readonly sizesByKernel?: readonly {
    readonly size: number;
    readonly first: string | null;
    readonly last: string | null;
  }[];
}

type Numbers = Readonly<Record<string, number>>;

const uapi: {
  readonly structs: Readonly<Record<string, Struct>>;
  readonly attributes: Readonly<Record<string, Numbers>>;
  readonly constants: Readonly<Record<string, Numbers>>;
} = JSON.parse(new TextDecoder().decode(readFixture("uapi.json")));

/** Fields with those of structures inside in their place: `id.idiag_sport`. */
function flatten(fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => {
    const inner = /^struct (\w+)$/.exec(field.type);
    return inner === null ? [field] : flatten(uapi.structs[inner[1]!]!.fields).map((part) => ({
      ...part,
      name: `${field.name}.${part.name}`,
      offset: field.offset + part.offset,
    }));
  });
}

/** Name, first bit and count of bits of each field; the halves of the bandwidth together, as the layout has them. */
function places(fields: readonly Field[]): (string | number)[][] {
  return flatten(fields).filter(({ name }) => name !== "bbr_bw_hi").map(({ name, offset, size, bits }) => [
    name,
    8 * offset + (bits?.[0] ?? 0),
    bits?.[1] ?? 8 * size * (name === "bbr_bw_lo" ? 2 : 1),
  ]);
}

const layoutPlaces = (layout: Layout): (string | number)[][] =>
  layout.members.map((
    { member, offset, size, bits },
  ) => [member, 8 * offset + (bits?.[0] ?? 0), bits?.[1] ?? 8 * size]);

for (const layout of [...plainLayouts, TCP_INFO]) {
  Deno.test(`struct ${layout.name} lies as in the interface table`, () => {
    const struct = uapi.structs[layout.name]!;
    assertEquals(layoutPlaces(layout), places(struct.fields));
    assertEquals(layout.size, struct.size);
  });
}

Deno.test("TCP_INFO_7_0 lies as in the interface table of kernel 7.0", () => {
  const struct = uapi.structs["tcp_info"]!;
  const variant = struct.variants![0]!;
  const fields = [...struct.fields.filter(({ name }) => !variant.removes.includes(name)), ...variant.fields];
  assertEquals(layoutPlaces(TCP_INFO_7_0), places(fields));
  assertEquals(TCP_INFO_7_0.size, struct.size);
});

Deno.test("TCP_INFO_COMMON ends where the kernels begin to differ", () => {
  const struct = uapi.structs["tcp_info"]!;
  const shared = struct.fields.filter(({ name }) => !struct.variants![0]!.removes.includes(name));
  assertEquals(layoutPlaces(TCP_INFO_COMMON), places(shared));
});

Deno.test("tcpAttributes takes the form of tcp_info from the release, and the common form for an unknown one", () => {
  const last = (release: number) =>
    attributeLayout(tcp.tcpAttributes(release), "INET_DIAG_INFO").members.at(-1)!.member;
  assertEquals(
    [0, 4019, 6001, 6018, 6019, 7000, 7001].map(last),
    [
      "tcpi_received_ce_bytes",
      "tcpi_accecn_opt_seen",
      "tcpi_accecn_opt_seen",
      "tcpi_accecn_opt_seen",
      "tcpi_accecn_opt_seen",
      "tcpi_options2",
      "tcpi_options2",
    ],
  );
});

Deno.test("TCP_INFO has a member end at every length that a kernel has sent, and documents the kernel that added it", () => {
  const sizes = uapi.structs["tcp_info"]!.sizesByKernel!;
  const numeric = (release: string) => release.split(".").map(Number).reduce((sum, part) => sum * 1000 + part, 0);
  const ends = new Set(TCP_INFO.members.map(({ offset, size }) => offset + size));
  for (const { size } of sizes) assert(ends.has(size), `no member ends at ${size}`);
  let compared = 0;
  for (const step of TCP_INFO.steps) {
    const since = step.key.note.since;
    const first = sizes.find(({ size }) => size >= step.needs)!.first;
    if (first === null) {
      // Fast Open's failure came later than its byte.
      assertEquals(since, "", step.key.path);
    } else {
      assert(since !== "" && numeric(since) >= numeric(first), `${step.key.path} since ${since}, sent since ${first}`);
    }
    compared++;
  }
  assert(compared > 60);
});

Deno.test("SK_MEMINFO lies as in the interface table", () => {
  assertEquals(
    Object.fromEntries(sockDiag.SK_MEMINFO.members.map(({ member, offset }) => [member, offset / 4])),
    uapi.attributes["sk_meminfo"]!,
  );
});

const namespaces: Readonly<Record<string, string>> = {
  INET_DIAG_: "inet_diag_response",
  INET_ULP_INFO_: "inet_ulp_info",
  TLS_INFO_: "tls_info",
  MPTCP_SUBFLOW_ATTR_: "mptcp_subflow",
  SK_DIAG_BPF_STORAGE_: "sk_diag_bpf_storage",
};

/** Attributes that the table has and no TCP socket carries: those of SCTP. */
const foreign = ["INET_DIAG_LOCALS", "INET_DIAG_PEERS"];

for (const [prefix, namespace] of Object.entries(namespaces)) {
  Deno.test(`every attribute ${prefix}* of the interface table that TCP sockets carry is known by its number`, () => {
    const expected = Object.entries(uapi.attributes[namespace]!)
      .filter(([name]) => !/_(NONE|UNSPEC)$/.test(name) && !foreign.includes(name))
      .sort(([, a], [, b]) => a - b);
    const known = attributeTables().get(prefix)!.attributes
      .map(({ name, number }): [string, number] => [name, number])
      .sort(([, a], [, b]) => a - b);
    assertEquals(known, expected);
  });
}

/** The numeric exports of a module, without those that are the program's own. */
function exported(module: object, own: readonly string[] = []): Numbers {
  return Object.fromEntries(
    Object.entries(module).filter(([name, value]) => typeof value === "number" && !own.includes(name)),
  );
}

/** All constants of the interface table in one. */
const everything: Numbers = Object.assign({}, ...Object.values(uapi.constants), ...Object.values(uapi.attributes));

for (
  const [file, constants, count] of [
    ["netlink.ts", exported(netlink), 10],
    ["inet_constants.ts", exported(inetConstants), 19],
    // The groups of events are not in the table.
    ["sock_diag.ts", exported(sockDiag, Object.keys(sockDiag).filter((name) => name.startsWith("SKNLGRP_"))), 2],
    ["address_family.ts", exported(addressFamily), 2],
    ["attribute.ts", { NLA_HDRLEN, NLA_TYPE_MASK }, 2],
    [
      "tcp_states.ts",
      exported(tcpStates, [
        "ALL_STATES",
        "LISTENING_STATES",
        "CONNECTED_STATES",
        "ESTABLISHED_STATES",
        "BOUND_INACTIVE_STATES",
      ]),
      7,
    ],
  ] as const
) {
  Deno.test(`the constants of ${file} have the values of the interface table`, () => {
    for (const [name, value] of Object.entries(constants)) assertEquals(value, everything[name], name);
    assert(Object.keys(constants).length >= count, Object.keys(constants).join(" "));
  });
}

Deno.test("the constants of errno.ts have the values of the C library", () => {
  const numbers = exported(errno);
  assert(Object.keys(numbers).length >= 10);
  for (const [name, value] of Object.entries(numbers)) {
    assertEquals(value, constants.errno[name as keyof typeof constants.errno], name);
  }
});

Deno.test("errnoCode names the error numbers of the interface table", () => {
  const numbers = Object.entries(uapi.constants["errno"]!).filter(([name]) => name !== "ECONNABORTED");
  assertEquals(numbers.map(([, value]) => errno.errnoCode(value)), numbers.map(([name]) => name));
});

Deno.test("ALL_EXTENSIONS has every bit of the interface table", () => {
  const bits = Object.values(uapi.constants["idiag_ext_bits"]!);
  assertEquals(bits.reduce((all, bit) => all | bit, 0), ALL_EXTENSIONS);
});

Deno.test("sets of states are made of the bits of the interface table", () => {
  const bits = uapi.constants["tcp_state_bits"]!;
  const bit = (...names: string[]) => names.reduce((set, name) => set | bits[`TCPF_${name}`]!, 0);
  assertEquals(tcpStates.BOUND_INACTIVE_STATES, bit("BOUND_INACTIVE"));
  assertEquals(tcpStates.LISTENING_STATES, bit("LISTEN", "CLOSE"));
  assertEquals(
    tcpStates.CONNECTED_STATES,
    bit("ESTABLISHED", "SYN_SENT", "FIN_WAIT1", "FIN_WAIT2", "CLOSE_WAIT", "LAST_ACK", "CLOSING"),
  );
  // The kernel takes NEW_SYN_RECV for SYN_RECV; asking for it would make that state impossible to exclude.
  const askable = Object.keys(bits).filter((name) => name !== "TCPF_NEW_SYN_RECV");
  for (const name of askable) assertEquals(tcpStates.ALL_STATES & bits[name]!, bits[name]!, name);
  assertEquals(tcpStates.ALL_STATES & bits["TCPF_NEW_SYN_RECV"]!, 0);
});

/** Words of a field at the values, or bits, of constants. */
type Words = readonly [
  place: string,
  words: readonly (string | undefined)[],
  constants: string,
  Numbers | Record<string, string>,
];

const tables = attributeTables();
const tls = tables.get("TLS_INFO_")!;
const inTls = (name: string, field: string) => wordsOf(attributeLayout(tls, name), field);
const values: readonly Words[] = [
  ["state", wordsOf(inetDiag.INET_DIAG_MSG, "state"), "tcp_states", {
    TCP_ESTABLISHED: "established",
    TCP_SYN_SENT: "syn-sent",
    TCP_SYN_RECV: "syn-recv",
    TCP_FIN_WAIT1: "fin-wait-1",
    TCP_FIN_WAIT2: "fin-wait-2",
    TCP_TIME_WAIT: "time-wait",
    TCP_CLOSE: "unconnected",
    TCP_CLOSE_WAIT: "close-wait",
    TCP_LAST_ACK: "last-ack",
    TCP_LISTEN: "listening",
    TCP_CLOSING: "closing",
    TCP_NEW_SYN_RECV: "new-syn-recv",
    TCP_BOUND_INACTIVE: "bound-inactive",
  }],
  ["timer", wordsOf(inetDiag.INET_DIAG_MSG, "timer"), "idiag_timer", {
    IDIAG_TIMER_OFF: "off",
    IDIAG_TIMER_ON: "retransmit",
    IDIAG_TIMER_KEEPALIVE: "keepalive",
    IDIAG_TIMER_TIMEWAIT: "timewait",
    IDIAG_TIMER_PROBE0: "zero-window-probe",
    IDIAG_TIMER_DELACK: "delayed-ack",
  }],
  ["family", wordsOf(inetDiag.INET_DIAG_MSG, "family"), "address_families", { AF_INET: "inet", AF_INET6: "inet6" }],
  ["tcp_info.ca_state_name", wordsOf(TCP_INFO, "ca_state_name"), "tcp_ca_state", {
    TCP_CA_Open: "open",
    TCP_CA_Disorder: "disorder",
    TCP_CA_CWR: "cwr",
    TCP_CA_Recovery: "recovery",
    TCP_CA_Loss: "loss",
  }],
  ["tcp_info.fastopen_client_fail", wordsOf(TCP_INFO, "fastopen_client_fail"), "tcp_fastopen_client_fail", {
    TFO_STATUS_UNSPEC: "none",
    TFO_COOKIE_UNAVAILABLE: "cookie-unavailable",
    TFO_DATA_NOT_ACKED: "data-not-acked",
    TFO_SYN_RETRANSMITTED: "syn-retransmitted",
  }],
  ["tcp_info.accecn_opt_seen", wordsOf(TCP_INFO_7_0, "accecn_opt_seen"), "tcp_accecn_opt_seen", {
    TCP_ACCECN_OPT_NOT_SEEN: "not-seen",
    TCP_ACCECN_OPT_EMPTY_SEEN: "empty",
    TCP_ACCECN_OPT_COUNTER_SEEN: "counters",
    TCP_ACCECN_OPT_FAIL_SEEN: "failed",
  }],
  ["tcp_info.ecn_mode", wordsOf(TCP_INFO_7_0, "ecn_mode"), "tcpi_ecn_mode", {
    TCPI_ECN_MODE_DISABLED: "disabled",
    TCPI_ECN_MODE_RFC3168: "rfc3168",
    TCPI_ECN_MODE_ACCECN: "accecn",
    TCPI_ECN_MODE_PENDING: "pending",
  }],
  ["ulp.tls.version", inTls("TLS_INFO_VERSION", "version"), "tls_version", {
    TLS_1_2_VERSION: "1.2",
    TLS_1_3_VERSION: "1.3",
  }],
  ["ulp.tls.cipher", inTls("TLS_INFO_CIPHER", "cipher"), "tls_cipher", {
    TLS_CIPHER_AES_GCM_128: "aes-gcm-128",
    TLS_CIPHER_AES_GCM_256: "aes-gcm-256",
    TLS_CIPHER_AES_CCM_128: "aes-ccm-128",
    TLS_CIPHER_CHACHA20_POLY1305: "chacha20-poly1305",
    TLS_CIPHER_SM4_GCM: "sm4-gcm",
    TLS_CIPHER_SM4_CCM: "sm4-ccm",
    TLS_CIPHER_ARIA_GCM_128: "aria-gcm-128",
    TLS_CIPHER_ARIA_GCM_256: "aria-gcm-256",
  }],
  ["ulp.tls.txconf", inTls("TLS_INFO_TXCONF", "txconf"), "tls_conf", {
    TLS_CONF_BASE: "base",
    TLS_CONF_SW: "sw",
    TLS_CONF_HW: "hw",
    TLS_CONF_HW_RECORD: "hw-record",
  }],
];

for (const [place, words, constants, expected] of values) {
  Deno.test(`${place} has a word for each number of ${constants}, and for no other`, () => {
    const numbers = uapi.constants[constants]!;
    assertEquals(Object.keys(expected).sort(), Object.keys(numbers).sort());
    const places: (string | undefined)[] = [];
    for (const [name, word] of Object.entries(expected)) places[numbers[name]!] = String(word);
    assertEquals([...words], Array.from(places));
  });
}

const subflow = attributeLayout(tables.get("MPTCP_SUBFLOW_ATTR_")!, "MPTCP_SUBFLOW_ATTR_FLAGS");
const shutdown = attributeLayout(tables.get("INET_DIAG_")!, "INET_DIAG_SHUTDOWN");
const bits: readonly Words[] = [
  ["tcp_info.opts", wordsOf(TCP_INFO, "opts"), "tcpi_opt", {
    TCPI_OPT_TIMESTAMPS: "ts",
    TCPI_OPT_SACK: "sack",
    TCPI_OPT_WSCALE: "wscale",
    TCPI_OPT_ECN: "ecn",
    TCPI_OPT_ECN_SEEN: "ecnseen",
    TCPI_OPT_SYN_DATA: "fastopen",
    TCPI_OPT_USEC_TS: "usec_ts",
    TCPI_OPT_TFO_CHILD: "tfo_child",
  }],
  ["tcp_info.accecn_fail_mode", wordsOf(TCP_INFO, "accecn_fail_mode"), "tcp_accecn_fail_mode", {
    TCP_ACCECN_ACE_FAIL_SEND: "ace-send",
    TCP_ACCECN_ACE_FAIL_RECV: "ace-recv",
    TCP_ACCECN_OPT_FAIL_SEND: "opt-send",
    TCP_ACCECN_OPT_FAIL_RECV: "opt-recv",
  }],
  ["shutdown_names", wordsOf(shutdown, "shutdown_names"), "shutdown_bits", {
    RCV_SHUTDOWN: "receive",
    SEND_SHUTDOWN: "send",
  }],
  ["ulp.mptcp.flags", wordsOf(subflow, "flags"), "mptcp_subflow_flag", {
    MPTCP_SUBFLOW_FLAG_MCAP_REM: "mcap_rem",
    MPTCP_SUBFLOW_FLAG_MCAP_LOC: "mcap_loc",
    MPTCP_SUBFLOW_FLAG_JOIN_REM: "join_rem",
    MPTCP_SUBFLOW_FLAG_JOIN_LOC: "join_loc",
    MPTCP_SUBFLOW_FLAG_BKUP_REM: "bkup_rem",
    MPTCP_SUBFLOW_FLAG_BKUP_LOC: "bkup_loc",
    MPTCP_SUBFLOW_FLAG_FULLY_ESTABLISHED: "fully_established",
    MPTCP_SUBFLOW_FLAG_CONNECTED: "connected",
    MPTCP_SUBFLOW_FLAG_MAPVALID: "mapvalid",
  }],
];

for (const [place, words, constants, expected] of bits) {
  Deno.test(`${place} has a word for each bit of ${constants}, and for no other`, () => {
    const numbers = uapi.constants[constants]!;
    assertEquals(Object.keys(expected).sort(), Object.keys(numbers).sort());
    const places: (string | undefined)[] = [];
    for (const [name, word] of Object.entries(expected)) places[Math.log2(numbers[name]!)] = String(word);
    assertEquals([...words], Array.from(places));
  });
}

Deno.test("sockopts has the words of struct inet_diag_sockopt at its bits", () => {
  const words = wordsOf(attributeLayout(tables.get("INET_DIAG_")!, "INET_DIAG_SOCKOPT"), "sockopts");
  const expected: string[] = [];
  for (const { name, offset, bits } of uapi.structs["inet_diag_sockopt"]!.fields) {
    if (name !== "unused") expected[8 * offset + bits![0]] = name;
  }
  assertEquals(words, expected);
});

Deno.test("tcp.encodeRequests lays struct inet_diag_req_v2 out as in the interface table", () => {
  const request = encodeOne({ addressFamilies: [10], states: 0x1234567, bpfMaps: false });
  const struct = uapi.structs["inet_diag_req_v2"]!;
  const view = new DataView(request.buffer);
  const { NLMSG_HDRLEN, NLM_F_DUMP, NLM_F_REQUEST } = netlink;
  assertEquals(request.length, NLMSG_HDRLEN + struct.size);
  assertEquals(view.getUint32(0, true), request.length);
  assertEquals(view.getUint16(4, true), everything["SOCK_DIAG_BY_FAMILY"]!);
  assertEquals(view.getUint16(6, true), NLM_F_REQUEST | NLM_F_DUMP);
  const set: Numbers = { sdiag_family: 10, sdiag_protocol: 6, idiag_ext: 0xff, idiag_states: 0x1234567 };
  for (const { name, offset, size } of flatten(struct.fields)) {
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + request[NLMSG_HDRLEN + offset + i]!;
    assertEquals(value, set[name] ?? 0, name);
  }
});

Deno.test("tcp.encodeRequests asks for BPF storage with an empty nest behind the request", () => {
  const plain = encodeOne({ addressFamilies: [2], states: 1, bpfMaps: false });
  const request = encodeOne({ addressFamilies: [2], states: 1, bpfMaps: true });
  const view = new DataView(request.buffer);
  assertEquals(request.length, align4(plain.length) + NLA_HDRLEN);
  assertEquals(view.getUint32(0, true), request.length);
  assertEquals(view.getUint16(plain.length, true), NLA_HDRLEN);
  assertEquals(
    view.getUint16(plain.length + 2, true),
    everything["INET_DIAG_REQ_SK_BPF_STORAGES"]! | everything["NLA_F_NESTED"]!,
  );
});
