/**
 * Everything that `ss` shows with `-e -m -o -i` is in the table. Each piece of the output of `ss` is looked up in the
 * table; a piece without a rule fails the test.
 */
import { assert, assertEquals } from "@std/assert";
import { AF_UNIX } from "../../decode/kernel/address_family.ts";
import { SOCK_RAW, SOCK_STREAM } from "../../decode/kernel/socket_types.ts";
import { isInstalled, run, without } from "../program.ts";
import { openNamespace } from "./namespace.ts";
import {
  ETH_P_IP,
  LO,
  openPacket,
  PACKET_FANOUT,
  PACKET_RX_RING,
  PACKET_TX_RING,
  PACKET_VERSION,
} from "./packet_sockets.ts";
import { screen, socketsOf } from "./screen.ts";
import {
  AF_INET,
  AF_INET6,
  cString,
  IPPROTO_MPTCP,
  IPPROTO_TCP,
  openPair,
  openSocket,
  openTcp,
  SHUT_WR,
  SO_KEEPALIVE,
  SOCK_DGRAM,
  SOL_SOCKET,
  TCP_CONGESTION,
  unixAddress,
} from "./sockets.ts";

const WIDTHS = [80, 120, 200];

/** The details of a socket on the screen: value by label. */
type Items = ReadonlyMap<string, string>;

/** What a piece of `ss` means: labels, and what their values must be. */
type Rule = readonly [pattern: RegExp, check: (items: Items, ...groups: string[]) => boolean];

/** The number of a label; what is not shown is zero. */
const numberOf = (items: Items, label: string): number => parseFloat(items.get(label) ?? "0");
const is = (...labels: string[]) => (items: Items, ...values: string[]): boolean =>
  labels.every((label, i) => numberOf(items, label) === Number(values[i]));
const isTimes = (factor: number, label: string) => (items: Items, value = ""): boolean =>
  Math.abs(numberOf(items, label) * factor - Number(value)) <= factor;
const isWord = (label: string) => (items: Items, value = "1"): boolean => items.get(label) === value;
const has = (label: string, word: string) => (items: Items): boolean =>
  items.get(label)?.split(",").includes(word) === true;
const isHex = (label: string) => (items: Items, value = ""): boolean =>
  BigInt(items.get(label)?.replace(/[A-Z]+$/, "") ?? 0) === BigInt(`0x${value}`);
/** What the time changes is there, unless it may be zero. */
const moves = (label: string) => (items: Items, value = ""): boolean => Number(value) < 1000 || items.has(label);

/** Names that are the same. */
const SAME = [
  ...["rto", "ato", "pmtu", "advmss", "cwnd", "ssthresh", "bytes_sent", "bytes_acked", "bytes_received", "segs_out"],
  ...["segs_in", "data_segs_out", "data_segs_in", "delivered", "rcv_rtt", "rcv_space", "rcv_ssthresh", "snd_wnd"],
  ...["rcv_wnd", "mss", "rcvmss", "unacked", "backoff", "lost", "sacked", "reordering", "notsent", "subflows_max"],
  ...["bytes_retrans", "dsack_dups", "reord_seen", "rcv_ooopack", "delivered_ce"],
];

const ARROWS: Readonly<Record<string, string | undefined>> = { "<->": undefined, "-->": "receive", "<--": "send" };
const FLAGS: Readonly<Record<string, string>> = {
  ...{ M: "mcap_rem", m: "mcap_loc", e: "fully_established", c: "connected", v: "mapvalid" },
};
const SKMEM = [
  "rmem_alloc",
  "rcvbuf",
  "wmem_alloc",
  "sndbuf",
  "fwd_alloc",
  "wmem_queued",
  "optmem",
  "backlog",
  "drops",
];

const flags = (items: Items, letters = ""): boolean =>
  [...letters].every((letter) => has("flags", FLAGS[letter]!)(items) || has("ulp.mptcp.flags", FLAGS[letter]!)(items));

const ring = (name: string) => (items: Items, ...values: string[]): boolean =>
  is(...["block_size", "block_nr", "frame_size", "frame_nr", "retire_tmo"].map((part) => `${name}.${part}`))(
    items,
    ...values,
  );

const rules: readonly Rule[] = [
  ...SAME.map((name): Rule => [new RegExp(`^${name}:([\\d.]+)`), is(name)]),
  [/^(cubic|reno|bbr)(?= |$)/, isWord("cong_algo")],
  [/^(?:ts|sack)(?= |$)/, (items) => items.get("opts")?.startsWith("ts,sack") === true],
  [/^wscale:(\d+),(\d+)/, is("snd_wscale", "rcv_wscale")],
  [/^rtt:([\d.]+)\/([\d.]+)/, is("rtt", "rttvar")],
  [/^minrtt:([\d.]+)/, (items, value) => numberOf(items, "minrtt") / 1000 === Number(value)],
  [/^retrans:(\d+)\/(\d+)/, is("tcp_info.retrans", "total_retrans")],
  [/^(rwnd|sndbuf)_limited:\d+ms\([\d.]+%\)/, (items, what) => items.has(`${what}_limited`)],
  [/^busy:(\d+)ms/, (items, value) => Math.floor(numberOf(items, "busy") / 1000) === Number(value)],
  [/^(?:lastsnd):(\d+)/, moves("lastsnd")],
  [/^(?:lastrcv):(\d+)/, moves("lastrcv")],
  [/^(?:lastack):(\d+)/, moves("lastack")],
  [/^app_limited/, isWord("app_limited")],
  [/^(?:pacing_rate) (\d+)bps/, isTimes(8, "pacing_rate")],
  [/^(?:delivery_rate) (\d+)bps/, isTimes(8, "delivery_rate")],
  // What ss computes: a window for each round trip, with digits of the round trip that it does not print.
  [/^send (\d+)bps/, (items, value) => {
    const rate = numberOf(items, "cwnd") * numberOf(items, "mss") * 8000 / numberOf(items, "rtt");
    return Math.abs(rate / Number(value) - 1) < 0.6;
  }],
  [/^bbr:\(bw:(\d+)bps,mrtt:([\d.]+)(?:,pacing_gain:([\d.]+))?(?:,cwnd_gain:([\d.]+))?\)/, (items, ...values) => {
    const [bw, mrtt, pacing = "0", window = "0"] = values;
    const gain = (label: string, value: string) =>
      (numberOf(items, label) / 256).toPrecision(6) === Number(value).toPrecision(6);
    return isTimes(8, "bw")(items, bw) && numberOf(items, "bbrinfo.min_rtt") / 1000 === Number(mrtt) &&
      gain("pacing_gain", pacing) && gain("cwnd_gain", window);
  }],
  [/^timer:\(on,[^,]*,\d+\)/, (items) => items.get("timer") === "retransmit" && items.has("expires")],
  [
    /^timer:\((keepalive|timewait|persist),[^,]*,(\d+)\)/,
    (items, name, retrans) =>
      items.get("timer") === name && items.has("expires") && numberOf(items, "retrans") === Number(retrans),
  ],
  [/^ino:(\d+) dev:\d+\/(\d+)/, (items, inode) => is("vfs.inode")(items, inode!) && items.has("vfs.dev")],
  [/^ino:(\d+)/, is("inode")],
  [/^sk:([0-9a-f]+)/, isHex("cookie")],
  [/^uid:(\d+)/, is("uid")],
  [/^v6only:(\d)/, (items, value) => items.get("v6only") === (value === "1" ? "true" : undefined)],
  [/^cgroup:(\S+)/, isWord("cgroup")],
  [/^(<->|-->|<--)/, (items, arrow) => items.get("shutdown_names") === ARROWS[arrow!]],
  [/^skmem:\(r(\d+),rb(\d+),t(\d+),tb(\d+),f(\d+),w(\d+),o(\d+),bl(\d+),d(\d+)\)/, is(...SKMEM)],
  [/^tcp-ulp-(mptcp)/, isWord("ulp.name")],
  [/^flags:(\w+)/, flags],
  [
    /^token:([0-9a-f]+)\(id:\d+\)\/([0-9a-f]+)\(id:\d+\)/,
    (items, remote, local) => isHex("token_rem")(items, remote) && isHex("token_loc")(items, local),
  ],
  [/^seq:([0-9a-f]+)/, isHex("map_seq")],
  [/^sfseq:([0-9a-f]+)/, isHex("map_sfseq")],
  [/^ssnoff:([0-9a-f]+)/, isHex("ssn_offset")],
  [/^maplen:([0-9a-f]+)/, isHex("map_datalen")],
  [/^remote_key/, has("flags", "remote_key_received")],
  [/^token:([0-9a-f]+)/, isHex("token")],
  [/^write_seq:([0-9a-f]+)/, isHex("write_seq")],
  [/^snd_una:([0-9a-f]+)/, isHex("snd_una")],
  [/^rcv_nxt:([0-9a-f]+)/, isHex("rcv_nxt")],
  [/^peers:((?: \d+)*)/, (items, inodes = "") => (items.get("pending") ?? "") === inodes.trim().replaceAll(" ", ",")],
  [/^ver:(\d+)/, (items, value) => items.get("version") === `v${Number(value) + 1}`],
  [/^cpy_thresh:(\d+)/, is("copy_thresh")],
  [/^flags\( (\w+(?: \w+)*) \)/, (items, words = "") => items.get("flags") === words.replaceAll(" ", ",")],
  [/^ring_rx\(blk_size:(\d+),blk_nr:(\d+),frm_size:(\d+),frm_nr:(\d+),tmo:(\d+),features:0x\w+\)/, ring("rx_ring")],
  [/^ring_tx\(blk_size:(\d+),blk_nr:(\d+),frm_size:(\d+),frm_nr:(\d+),tmo:(\d+),features:0x\w+\)/, ring("tx_ring")],
  [
    /^fanout\(id:(\d+),type:(\w+)\)/,
    (items, id, type) => is("fanout.id")(items, id!) && items.get("fanout.type") === type,
  ],
];

/** Looks up each piece of what `ss` shows. */
function lookUp(details: string, items: Items): number {
  let pieces = 0;
  for (let rest = details.trim(); rest !== ""; rest = rest.trimStart()) {
    const found = rules.find(([pattern]) => pattern.test(rest));
    assert(found !== undefined, `what is ${rest}?`);
    const [pattern, check] = found;
    const [whole, ...groups] = pattern.exec(rest)!;
    assert(check(items, ...groups), `${whole} in ${[...items].map((item) => item.join(":")).join(" ")}`);
    rest = rest.slice(whole.length);
    pieces++;
  }
  return pieces;
}

/** What `ss` shows of each socket behind its ends, by what identifies it: its cookie, or the inode of a UNIX socket. */
function judge(options: readonly string[], unix: boolean): ReadonlyMap<string, string> {
  const judged = new Map<string, string>();
  const lines = run(["ss", "-Hn", ...options]).stdout.replaceAll(/\n\s+/g, " ").trimEnd().split("\n");
  for (const line of lines) {
    const [, inode, rest] = unix
      ? /^\S+ +\S+ +\d+ +\d+ +\S+ (\d+) +\* +\d+ *(.*)$/.exec(line)!
      : [, "", line.replace(/^.*?(?= (?:timer|uid|ino):)/, "")] as const;
    const key = unix ? inode! : `0x${/ sk:([0-9a-f]+)/.exec(line)![1]}`;
    judged.set(key, rest!);
  }
  return judged;
}

/** Without what changes while nothing happens. */
const still = (judged: ReadonlyMap<string, string>) =>
  JSON.stringify([...judged]).replaceAll(/(last\w+:|timer:\(\w+,)[^ ,]+/g, "$1");

const itemsOf = (below: string): Items =>
  new Map(below.trim().split(" ").map((item) => item.split(/:(.*)/s) as [string, string]));

/** Looks up everything that `ss` shows of all sockets of a network namespace; returns how many pieces these were. */
async function compare(...options: string[]): Promise<number> {
  const unix = options.includes("-x");
  let pieces = 0;
  for (const width of WIDTHS) {
    for (let tries = 0;; tries++) {
      const before = judge(options, unix);
      const shown = socketsOf(screen(width, ...options)).map(({ below }) => itemsOf(below));
      const after = judge(options, unix);
      // What moves meanwhile, as it does on a busy machine, cannot be compared.
      if (still(before) !== still(after) && tries < 100) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
      for (const [key, details] of before) {
        const items = shown.find((items) => items.get(unix ? "inode" : "cookie") === key);
        // Other processes of the machine open and close UNIX sockets of their own.
        if (unix && !after.has(key)) continue;
        assert(items !== undefined, `${key} at ${width} columns`);
        pieces += lookUp(details, items);
      }
      break;
    }
  }
  return pieces;
}

const ignore = !isInstalled("ss");

Deno.test({
  name: `the table shows every value of TCP sockets that ss -tieom shows${without("ss")}`,
  ignore,
  async fn() {
    using _namespace = openNamespace();
    using pair = openPair({ client: (client) => client.setInteger(SOL_SOCKET, SO_KEEPALIVE, 1) });
    using wide = openPair({
      family: AF_INET6,
      client: (client) => client.setBytes(IPPROTO_TCP, TCP_CONGESTION, cString("reno")),
    });
    pair.client.send(36_201);
    pair.server.receive(30_000).send(7);
    wide.server.shutdown(SHUT_WR);
    wide.client.send(5);
    const full = openTcp(AF_INET).bind("127.0.0.1").listen(0);
    using _accepted = openTcp(AF_INET).connect("127.0.0.1", full.localPort);
    using _waiting = openTcp(AF_INET).startConnect("127.0.0.1", full.localPort);
    using _listener = full;
    assert(await compare("-t", "-a", "-i", "-e", "-o", "-m") > 300);
    assert(await compare("-t", "-e") > 50);
  },
});

Deno.test({
  name: `the table shows every value of MPTCP sockets and their subflows that ss -tMiem shows${without("ss")}`,
  ignore: ignore || !isMptcpThere(),
  async fn() {
    using _namespace = openNamespace();
    using pair = openPair({ protocol: IPPROTO_MPTCP });
    pair.client.send(100);
    assert(await compare("-M", "-i", "-e", "-m") > 30);
    assert(await compare("-t", "-i", "-e", "-m") > 100);
  },
});

Deno.test({
  name: `the table shows every value of UDP, raw and UNIX sockets that ss -emo shows${without("ss")}`,
  ignore,
  async fn() {
    using _namespace = openNamespace();
    const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
    try {
      using server = openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1");
      using client = openSocket(AF_INET, SOCK_DGRAM).connect("127.0.0.1", server.localPort);
      client.send(700);
      using _wide = openSocket(AF_INET6, SOCK_DGRAM).bind("::1");
      assert(await compare("-u", "-a", "-e", "-m", "-o") > 20);
      using listener = openSocket(AF_UNIX, SOCK_STREAM).bindTo(unixAddress(`${directory}/socket`)).listen(3);
      using peer = openSocket(AF_UNIX, SOCK_STREAM).connectTo(unixAddress(`${directory}/socket`));
      using _pending = openSocket(AF_UNIX, SOCK_STREAM).connectTo(unixAddress(`${directory}/socket`));
      using accepted = listener.accept();
      peer.send(5);
      accepted.shutdown(SHUT_WR);
      assert(await compare("-x", "-a", "-e", "-m") > 20);
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  },
});

Deno.test({
  name: `the table shows every value of packet sockets with rings and fanout that ss -0em shows${without("ss")}`,
  ignore,
  async fn() {
    using _namespace = openNamespace();
    using ring = openPacket(SOCK_RAW, ETH_P_IP).set(PACKET_VERSION, 1)
      .makeRing(PACKET_RX_RING, 4096, 4, 2048, 8).makeRing(PACKET_TX_RING, 4096, 6, 2048, 12)
      .bindToInterface(LO, ETH_P_IP);
    (ring as ReturnType<typeof openPacket>).set(PACKET_FANOUT, 7 | 1 << 16);
    using _blocks = openPacket(SOCK_RAW, ETH_P_IP).set(PACKET_VERSION, 2)
      .makeRing(PACKET_RX_RING, 65536, 4, 2048, 128, 60, 8, 1);
    using _plain = openPacket(SOCK_DGRAM, ETH_P_IP);
    assert(await compare("-0", "-e", "-m") > 50);
  },
});

function isMptcpThere(): boolean {
  try {
    return Deno.readTextFileSync("/proc/sys/net/mptcp/enabled").trim() === "1";
  } catch {
    return false;
  }
}

Deno.test("a piece of ss that is not on the screen, or that nothing is known of, is found", () => {
  const items: Items = new Map([["cwnd", "10"], ["rtt", "0.5ms"]]);
  assertEquals(lookUp("cwnd:10 ", items), 1);
  for (const details of ["cwnd:11", "cwnd:10 mss:1448", "cwnd:10 new_thing:3"]) {
    let found = false;
    try {
      lookUp(details, items);
    } catch {
      found = true;
    }
    assert(found, details);
  }
});
