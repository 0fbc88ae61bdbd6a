/**
 * The table of socket options against a list of all options of the kernel, and how values become fields.
 */
import { assert, assertEquals } from "@std/assert";
import { ObjectSink } from "../../../decode/record/object_sink.ts";
import { OptionValues } from "../../../decode/lookups/options/option_values.ts";
import { type SocketOption, socketOptions } from "../../../decode/lookups/options/option_table.ts";
import { tagsOf } from "../../../decode/lookups/options/socket_tags.ts";
import { OwnerIndex } from "../../../decode/lookups/owner_index.ts";
import {
  type OptionsStatus,
  type SocketIdentity,
  SocketOptions,
} from "../../../decode/lookups/options/socket_options.ts";
import { readFixture } from "../../pcap_source.ts";
import { familyCalled } from "../../../decode/families/all_families.ts";
import type { Holder } from "../../../decode/lookups/owners.ts";

/** A row of `fixtures/sockopts.tsv`. */
interface Listed {
  readonly level: number;
  readonly option: number;
  readonly name: string;
  readonly key: string;
  readonly bytes: string;
  readonly access: string;
  readonly tier: string;
}

const listed: readonly Listed[] = new TextDecoder().decode(readFixture("sockopts.tsv")).trimEnd().split("\n").slice(1)
  .map((line) => line.split("\t"))
  .map(([level, , option, name, key, , bytes, , , access, tier]) => ({
    level: Number(level),
    option: Number(option),
    name: name!,
    key: key!,
    bytes: bytes!,
    access: access!,
    tier: tier!,
  }));

/** Options of the list that are not read as such, and why. */
const otherwise: Readonly<Record<string, string>> = {
  SO_PEERCRED: "the field peer_cred",
  SO_PEERPIDFD: "it opens a descriptor, and peer_cred has the number",
  MPTCP_TCPINFO: "tcp_info of the subflows, which TCP lists",
  MPTCP_SUBFLOW_ADDRS: "the subflows, which TCP lists",
  MPTCP_FULL_INFO: "the same in one",
};

/** Fields with another name than in the list, where that would have two types or says nothing. */
const renamed: Readonly<Record<string, string>> = {
  IP_MULTICAST_IF: "multicast_if_addr",
  PACKET_TIMESTAMP: "packet_timestamp",
  XDP_OPTIONS: "xdp_options",
  SO_TIMESTAMP_NEW: "timestamp_new",
  SO_TIMESTAMPNS_NEW: "timestampns_new",
  SO_TIMESTAMPING_NEW: "timestamping_new",
  IPV6_ROUTER_ALERT_ISOLATE: "router_alert_isolate",
  IPV6_RECVERR_RFC4884: "recverr_rfc4884",
  IPV6_2292PKTINFO: "pktinfo_2292",
  IPV6_2292HOPOPTS: "hopopts_2292",
  IPV6_2292DSTOPTS: "dstopts_2292",
  IPV6_2292RTHDR: "rthdr_2292",
  IPV6_2292HOPLIMIT: "hoplimit_2292",
  SCTP_PR_SUPPORTED: "pr_supported",
  SCTP_REUSE_PORT: "sctp_reuseport",
  LLC_OPT_RETRY: "llc_retry",
};

/** Rows that stand for several options. */
const first = (name: string): string =>
  /^(\w+)/.exec(name)![1]!.replace(/^LLC_OPT_$/, "LLC_OPT_RETRY").replace(/^IPT_SO_GET_REVISION_TARGET$/, "");

const same = (row: Listed) => ({ level, option }: SocketOption) =>
  level === row.level && option === row.option || row.level === 268 && level === 268 && option === 1;

Deno.test("every option of the list is in the table with its number, name, field, tier and size, or is never read", () => {
  for (const row of listed) {
    const found = socketOptions.filter(same(row)).filter(({ constant }) => constant === first(row.name));
    const { name, tier, key, bytes, access } = row;
    if (tier === "N" || Object.hasOwn(otherwise, name)) {
      assertEquals(found.map(({ constant }) => constant), [], `${name} (${access})`);
      continue;
    }
    assertEquals(found.map(({ constant, tier }) => [constant, tier]), [[first(name), tier]], name);
    const { field, kind } = found[0]!;
    assertEquals(field, renamed[first(name)] ?? key, name);
    // The list has another size than `linux/can/isotp.h`.
    if (name === "CAN_ISOTP_OPTS") assertEquals(kind.size, 12);
    else if (/^\d+$/.test(bytes) && !kind.varies) assertEquals(kind.size, Number(bytes), name);
  }
});

Deno.test("the table has no other options than the list, and the rest of rows that stand for several", () => {
  const several = /^(SCTP_|TIPC_|CAN_|SO_J1939_|SO_RDS_|BT_|LLC_OPT_)/;
  const others = socketOptions.filter(({ level, option, constant }) =>
    !listed.some((row) => row.level === level && row.option === option) && !several.test(constant)
  );
  assertEquals(others.map(({ constant }) => constant), []);
});

Deno.test("the table has nothing that the kernel does more for than tell a value", () => {
  const never = listed.filter(({ access, tier }) => tier === "N" || /destroys|secret(?!$)/.test(access));
  assert(never.length > 35);
  for (const { level, option, name } of never) {
    const found = socketOptions.find((candidate) => candidate.level === level && candidate.option === option);
    // The keys of TLS are behind the first four bytes.
    if (found !== undefined && /^TLS_/.test(name)) assertEquals([found.kind.size, found.kind.varies], [4, false]);
    else assert(found === undefined || found.constant !== first(name), name);
  }
});

const domains = [1, 2, 10, 16, 17, 21, 26, 29, 30, 31, 38, 40, 41, 43, 44];
const protocols = [0, 1, 3, 6, 7, 17, 33, 58, 132, 136, 262];

Deno.test("no socket has two options with the same field, or with the same level and number", () => {
  for (const domain of domains) {
    for (const type of [1, 2, 3, 5]) {
      for (const protocol of protocols) {
        const tags = tagsOf(domain, type, protocol, true);
        const has = socketOptions.filter((option) => option.tags.some((tag) => tags.has(tag)));
        const where = `family ${domain}, type ${type}, protocol ${protocol}`;
        const repeated = (words: readonly string[]) => words.filter((word, i) => words.indexOf(word) !== i);
        assertEquals(repeated(has.map(({ field }) => field)), [], where);
        assertEquals(repeated(has.map(({ level, option }) => `${level} ${option}`)), [], where);
      }
    }
  }
});

Deno.test("every option of the table is one of some socket", () => {
  const used = new Set(
    domains.flatMap((domain) =>
      [1, 2, 3, 5].flatMap((type) => protocols.flatMap((protocol) => [...tagsOf(domain, type, protocol, true)]))
    ),
  );
  assertEquals(
    socketOptions.filter(({ tags }) => !tags.some((tag) => used.has(tag))).map(({ constant }) => constant),
    [],
  );
});

/** What is shown of values, given as bytes by the names of options, of a socket of this kind. */
function shown(
  [domain, type, protocol]: readonly [number, number, number],
  values: Readonly<Record<string, readonly number[]>>,
): Readonly<Record<string, unknown>> {
  const store = new OptionValues(true);
  const places = store.optionsFor(domain, type, protocol, true);
  for (const [constant, bytes] of Object.entries(values)) {
    const place = places.find(({ index }) => socketOptions[index]!.constant === constant);
    assert(place !== undefined, `${constant} is not asked for`);
    place.bytes.set(bytes);
    store.lengths[place.index] = bytes.length;
  }
  const sink = new ObjectSink();
  sink.openProtocol("TCP");
  sink.openRecord();
  store.write(sink);
  sink.closeRecord();
  sink.closeProtocol();
  return sink.take()[0]!["options"] as Record<string, unknown>;
}

const int = (value: number) => [...new Uint8Array(Int32Array.of(value).buffer)];
const u64 = (...values: bigint[]) => [...new Uint8Array(BigUint64Array.from(values).buffer)];
const u16 = (...values: number[]) => [...new Uint8Array(Uint16Array.from(values).buffer)];
const text = (value: string) => [...new TextEncoder().encode(value)];

Deno.test("values become fields of their types", () => {
  const tcp = shown([2, 1, 6], {
    SO_KEEPALIVE: int(1),
    SO_TYPE: int(1),
    SO_LINGER: [...int(1), ...int(30)],
    SO_RCVTIMEO_OLD: u64(2n, 500_001n),
    SO_BINDTODEVICE: text("eth0\0"),
    SO_GET_FILTER: int(-1),
    SO_TIMESTAMPING_OLD: [...int(1 | 1 << 4), ...int(3)],
    SO_MARK: int(-2),
    SO_MAX_PACING_RATE: u64(0xffff_ffff_ffff_ffffn),
    SO_COOKIE: u64(0x1234n),
    SO_BUF_LOCK: int(2),
    TCP_USER_TIMEOUT: int(30000),
    TCP_FASTOPEN: int(5),
    TCP_CC_INFO: [1, 2, 3],
    TCP_AO_INFO: [...int(1 << 2), 0, 0, 7, 8, ...u64(1n, 2n, 3n, 4n, 5n)],
    IP_MTU_DISCOVER: int(9),
    IP_UNICAST_IF: [0, 0, 0, 7],
    IP_LOCAL_PORT_RANGE: u16(40000, 50000),
    SO_ORIGINAL_DST: [2, 0, 0x1f, 0x90, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0],
    TLS_TX: u16(0x304, 52),
  });
  assertEquals(tcp, {
    type: "stream",
    keepalive: true,
    linger: { on: true, time: 30 },
    rcvtimeo: 2500.001,
    bindtodevice: "eth0",
    mark: 0xffff_fffe,
    max_pacing_rate: 0xffff_ffff_ffff_ffffn,
    cookie: "0x1234",
    buf_lock: ["rcvbuf"],
    user_timeout: 30000,
    fastopen: 5,
    tcp_ao: {
      ...{ ao_required: true, accept_icmps: false, current_key: 7, rnext: 8 },
      ...{ pkt_good: 1n, pkt_bad: 2n, pkt_key_not_found: 3n, pkt_ao_required: 4n, pkt_dropped_icmp: 5n },
    },
    mtu_discover: "unknown",
    mtu_discover_raw: 9,
    unicast_if: 7,
    local_port_range: { low: 40000, high: 50000 },
    original_dst: { addr: "192.0.2.1", port: 8080 },
    filter: -1,
    timestamping: { flags: ["tx_hardware", "software"], bind_phc: 3 },
    cc_info: "010203",
    tls_tx: { version: "1.3", cipher: "aes-gcm-256" },
  });
});

Deno.test("values of protocols that this machine may lack become fields too", () => {
  assertEquals(shown([2, 1, 132], { SCTP_RTOINFO: [...int(0), ...int(3000), ...int(60000), ...int(1000)] }), {
    rtoinfo: { initial: 3000, max: 60000, min: 1000 },
  });
  assertEquals(shown([2, 1, 132], { SCTP_MAXSEG: [...int(0), ...int(1400)] }), { maxseg: 1400 });
  assertEquals(shown([17, 3, 0], { PACKET_FANOUT: [5, 0, 2, 0x90], PACKET_ROLLOVER_STATS: u64(1n, 2n, 3n) }), {
    rollover: { all: 1n, huge: 2n, failed: 3n },
    fanout: { id: 5, type: "cpu", flags: ["rollover", "defrag"] },
  });
  assertEquals(shown([16, 3, 0], { NETLINK_LIST_MEMBERSHIPS: [1, 1, 0, 0x80] }), { memberships: [1, 9, 32] });
  assertEquals(shown([40, 1, 0], { SO_VM_SOCKETS_CONNECT_TIMEOUT_OLD: u64(2n, 0n) }), { connect_timeout: 2000 });
  assertEquals(shown([44, 3, 0], { XDP_OPTIONS: int(1) }), { xdp_options: ["zerocopy"] });
  assertEquals(shown([29, 3, 1], { CAN_RAW_LOOPBACK: int(1), CAN_RAW_FILTER: u64(1n) }), {
    filters: "0100000000000000",
    loopback: true,
  });
  assertEquals(
    shown([31, 5, 0], { BT_SECURITY: [2, 16], L2CAP_OPTIONS: [...u16(672, 672, 0xffff), 0, 1, 3, 0, 63, 0] }),
    {
      bt_security: { level: "medium", key_size: 16 },
      l2cap: { omtu: 672, imtu: 672, flush_to: 65535, mode: 0, fcs: 1, max_tx: 3, txwin_size: 63 },
    },
  );
  assertEquals(shown([1, 1, 0], { SO_PEERGROUPS: [...int(4), ...int(24)] }), { peer_groups: [4, 24] });
  assertEquals(
    shown([10, 2, 17], { IPV6_FLOWLABEL_MGR: [...new Array(16).fill(0), 0, 1, 2, 3, ...new Array(12).fill(0)] }),
    {
      flowlabel: 0x10203,
    },
  );
});

Deno.test("a value of unknown length is kept as bytes", () => {
  assertEquals(shown([2, 1, 6], { SO_KEEPALIVE: [1], TCP_NODELAY: int(1) }), {
    nodelay: true,
    unknown: [{ level: 1, option: 9, hex: "01" }],
  });
  // A structure that grows has its known members, and the rest as bytes.
  const memory = [
    ...int(1),
    ...int(2),
    ...int(3),
    ...int(4),
    ...int(5),
    ...int(6),
    ...int(7),
    ...int(8),
    ...int(9),
    0xab,
  ];
  const { skmeminfo, skmeminfo_extra } = shown([2, 1, 6], { SO_MEMINFO: memory });
  assertEquals([(skmeminfo as Record<string, number>)["drops"], skmeminfo_extra], [9, "ab"]);
});

/** A reader that counts, and answers with a status. */
function counting(status: OptionsStatus) {
  const seen: SocketIdentity[] = [];
  return {
    seen,
    obstacle: "operation not permitted (EPERM)",
    peer: { pid: -1, uid: -1, gid: -1 },
    read(_holder: Holder, _fd: number, identity: SocketIdentity): OptionsStatus {
      seen.push({ ...identity });
      return status;
    },
    userName: () => null,
    processName: () => null,
    [Symbol.dispose]() {},
  };
}

function heldBy(inode: number): OwnerIndex {
  const index = new OwnerIndex();
  index.holders.push({ pid: 1, tid: null } as Holder);
  index.add(inode, 0, 3);
  return index;
}

/** A message of TCP with the state, the inode and a cookie. */
function message(state: number, inode: number): DataView {
  const view = new DataView(new ArrayBuffer(72));
  view.setUint8(1, state);
  view.setUint32(44, 0x99, true);
  view.setUint32(68, inode, true);
  return view;
}

Deno.test("sockets whose connection begins or ends, and those that nobody holds, are not touched", () => {
  const tcp = familyCalled("tcp");
  for (
    const [state, inode, expected, touched] of [
      [1, 7, "resolved", 1],
      [2, 7, "state", 0],
      [4, 7, "state", 0],
      [5, 7, "state", 0],
      [9, 7, "state", 0],
      [11, 7, "state", 0],
      [8, 7, "resolved", 1],
      [10, 7, "resolved", 1],
      [1, 8, "none", 0],
      [6, 0, "none", 0],
    ] as const
  ) {
    const reader = counting("resolved");
    const options = new SocketOptions(heldBy(7), reader, new OptionValues(false));
    const sink = new ObjectSink();
    sink.openProtocol("TCP");
    for (let i = 0; i < 2; i++) {
      sink.openRecord();
      options.write(options.readerOf(tcp)(message(state, inode), 0, 72), sink);
      sink.closeRecord();
    }
    // The second is for the output after the filter: the socket is touched once.
    assertEquals(sink.take().map(({ options_status }) => options_status), [expected, expected]);
    assertEquals(reader.seen.length, touched, `state ${state}`);
    if (touched > 0) assertEquals(reader.seen[0], { inode: 7, low: 0x99, high: 0 });
    assertEquals(options.warnings.length, expected === "state" ? 1 : 0);
  }
});

Deno.test("a refusal is a status and a warning with its reason", () => {
  const options = new SocketOptions(heldBy(7), counting("denied"), new OptionValues(false));
  const sink = new ObjectSink();
  sink.openProtocol("TCP");
  sink.openRecord();
  options.write(options.readerOf(familyCalled("tcp"))(message(1, 7), 0, 72), sink);
  sink.closeRecord();
  assertEquals(sink.take()[0], { protocol: "TCP", options_status: "denied" } as never);
  assertEquals(options.warnings, ["cannot read the options of 1 sockets: operation not permitted (EPERM)"]);
});
