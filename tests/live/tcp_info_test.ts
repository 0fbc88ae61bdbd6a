/**
 * `tcp_info` of a dump against getsockopt(TCP_INFO) of the same socket, member by member; mirrors `linux/tcp.h`.
 */
import { assert, assertEquals } from "@std/assert";
import type { FieldObject, FieldValue } from "../../decode/record/object_sink.ts";
import { fillUp, limitReceiving } from "./every_state.ts";
import { dumpFlows, flowOf, objectIn } from "./flows.ts";
import { openNamespace } from "./namespace.ts";
import {
  AF_INET,
  AF_INET6,
  IPPROTO_TCP,
  openPair,
  openTcp,
  SHUT_WR,
  SO_SNDBUF,
  type Socket,
  SOL_SOCKET,
  TCP_CLOSE_WAIT,
  TCP_INFO,
  TCP_MAXSEG,
  waitUntil,
} from "./sockets.ts";

type Member = readonly [field: string, offset: number, size: 1 | 2 | 4 | 8, firstBit?: number, bits?: number];

/** Members that are numbers, with their offsets. */
const members: readonly Member[] = [
  ["ca_state", 1, 1],
  ["retransmits", 2, 1],
  ["probes", 3, 1],
  ["backoff", 4, 1],
  ["snd_wscale", 6, 1, 0, 4],
  ["rcv_wscale", 6, 1, 4, 4],
  ["delivery_rate_app_limited", 7, 1, 0, 1],
  ["fastopen_client_fail", 7, 1, 1, 2],
  ["rto", 8, 4],
  ["ato", 12, 4],
  ["snd_mss", 16, 4],
  ["rcv_mss", 20, 4],
  ["unacked", 24, 4],
  ["sacked", 28, 4],
  ["lost", 32, 4],
  ["retrans", 36, 4],
  ["fackets", 40, 4],
  ["last_data_sent", 44, 4],
  ["last_ack_sent", 48, 4],
  ["last_data_recv", 52, 4],
  ["last_ack_recv", 56, 4],
  ["pmtu", 60, 4],
  ["rcv_ssthresh", 64, 4],
  ["rtt", 68, 4],
  ["rttvar", 72, 4],
  ["snd_ssthresh", 76, 4],
  ["snd_cwnd", 80, 4],
  ["advmss", 84, 4],
  ["reordering", 88, 4],
  ["rcv_rtt", 92, 4],
  ["rcv_space", 96, 4],
  ["total_retrans", 100, 4],
  ["pacing_rate", 104, 8],
  ["max_pacing_rate", 112, 8],
  ["bytes_acked", 120, 8],
  ["bytes_received", 128, 8],
  ["segs_out", 136, 4],
  ["segs_in", 140, 4],
  ["notsent_bytes", 144, 4],
  ["min_rtt", 148, 4],
  ["data_segs_in", 152, 4],
  ["data_segs_out", 156, 4],
  ["delivery_rate", 160, 8],
  ["busy_time", 168, 8],
  ["rwnd_limited", 176, 8],
  ["sndbuf_limited", 184, 8],
  ["delivered", 192, 4],
  ["delivered_ce", 196, 4],
  ["bytes_sent", 200, 8],
  ["bytes_retrans", 208, 8],
  ["dsack_dups", 216, 4],
  ["reord_seen", 220, 4],
  ["rcv_ooopack", 224, 4],
  ["snd_wnd", 228, 4],
  ["rcv_wnd", 232, 4],
  ["rehash", 236, 4],
  ["total_rto", 240, 2],
  ["total_rto_recoveries", 242, 2],
  ["total_rto_time", 244, 4],
  ["received_ce", 248, 4],
  ["delivered_e1_bytes", 252, 4],
  ["delivered_e0_bytes", 256, 4],
  ["delivered_ce_bytes", 260, 4],
  ["received_e1_bytes", 264, 4],
  ["received_e0_bytes", 268, 4],
  ["received_ce_bytes", 272, 4],
];

const MICROSECONDS = ["rto", "ato", "rtt", "rttvar", "rcv_rtt"];
const NO_VALUE: Record<string, bigint> = { snd_ssthresh: 0x7fffffffn, min_rtt: 0xffffffffn };
/** Members that the kernel computes from the clock. */
const MOVING = [
  "last_data_sent",
  "last_data_recv",
  "last_ack_recv",
  "busy_time",
  "rwnd_limited",
  "sndbuf_limited",
  "total_rto_time",
];
const OPTIONS = ["ts", "sack", "wscale", "ecn", "ecnseen", "fastopen", "usec_ts", "tfo_child"];
const STATES: Record<number, string> = {
  1: "established",
  2: "syn-sent",
  4: "fin-wait-1",
  8: "close-wait",
  10: "listening",
};

function readMember(info: DataView, [, offset, size, firstBit, bits]: Member): bigint | undefined {
  if (offset + size > info.byteLength) return undefined;
  if (size === 8) return info.getBigUint64(offset, true);
  const unit = size === 4
    ? info.getUint32(offset, true)
    : size === 2
    ? info.getUint16(offset, true)
    : info.getUint8(offset);
  return BigInt(firstBit === undefined ? unit : unit >> firstBit & 2 ** bits! - 1);
}

/** A number as a dump shows it, back in the kernel's unit. */
function inKernelUnit(field: string, value: FieldValue | undefined): bigint | undefined {
  if (value === undefined) return undefined;
  if (value === null) return NO_VALUE[field];
  if (field === "fastopen_client_fail") {
    return BigInt(["none", "cookie-unavailable", "data-not-acked", "syn-retransmitted"].indexOf(String(value)));
  }
  if (MICROSECONDS.includes(field)) return BigInt(Math.round(Number(value) * 1000));
  return BigInt(value as number | bigint);
}

/** TCP_INFO, the dump, and TCP_INFO again, with nothing but the clock moving in between. */
function readQuietly(socket: Socket): { before: DataView; shown: FieldObject; after: DataView } {
  const read = () => socket.getBytes(IPPROTO_TCP, TCP_INFO, 512);
  let [before, shown, after] = [read(), {}, read()];
  waitUntil("the socket is quiet", () => {
    before = read();
    shown = objectIn(flowOf(socket), "tcp_info");
    after = read();
    return members.every((member) =>
      MOVING.includes(member[0]) || readMember(before, member) === readMember(after, member)
    );
  });
  return { before, shown, after };
}

/** Compares all of `tcp_info` of a socket, each member exactly or between two moments; returns it as the dump shows it. */
function compare(socket: Socket): FieldObject {
  const { before, shown, after } = readQuietly(socket);
  for (const member of members) {
    const [field] = member;
    const [low, high, value] = [
      readMember(before, member),
      readMember(after, member),
      inKernelUnit(field, shown[field]),
    ];
    if (low !== high && value !== undefined) {
      assert(low! <= value && value <= high!, `${field}: ${low} <= ${value} <= ${high}`);
    } else {
      assertEquals(value, low, field);
    }
  }
  assertEquals(shown["opts"], OPTIONS.filter((_, bit) => (before.getUint8(5) >> bit & 1) === 1));
  assertEquals(shown["state"], STATES[before.getUint8(0)]);
  for (const [field, none] of Object.entries(NO_VALUE)) {
    const member = members.find(([name]) => name === field)!;
    assertEquals(shown[field] === null, readMember(before, member) === none, field);
  }
  assertEquals(Object.keys(shown).filter((field) => field.endsWith("_raw") || field.endsWith("_extra")), []);
  return shown;
}

for (const [name, family] of [["IPv4", AF_INET], ["IPv6", AF_INET6]] as const) {
  Deno.test(`tcp_info equals TCP_INFO after a transfer in both directions over ${name}`, () => {
    using _namespace = openNamespace();
    using pair = openPair({ family });
    for (let round = 0; round < 20; round++) {
      pair.client.send(50_000);
      pair.server.receive(50_000).send(1000);
      pair.client.receive(1000);
    }
    waitUntil("all is acknowledged", () => pair.client.unacknowledged === 0 && pair.server.unacknowledged === 0);
    const client = compare(pair.client);
    const server = compare(pair.server);
    // On a slow machine the kernel may send data again that is only late.
    const sentOnce = (info: FieldObject) => info["bytes_sent"] as bigint - (info["bytes_retrans"] as bigint);
    assertEquals([sentOnce(client), client["bytes_received"]], [1_000_000n, 20_000n]);
    assertEquals([sentOnce(server), server["bytes_received"]], [20_000n, 1_000_000n]);
    // The SYN counts as a byte on the side that sent it.
    assertEquals([client["bytes_acked"], server["bytes_acked"]], [1_000_001n, 20_000n]);
    assertEquals(client["segs_out"], server["segs_in"]);
    assertEquals(client["data_segs_out"], server["data_segs_in"]);
    assertEquals(client["opts"], ["ts", "sack", "wscale"]);
  });
}

Deno.test("tcp_info equals TCP_INFO of a connection just made, and has null for what was never measured", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  const client = compare(pair.client);
  compare(pair.server);
  assertEquals(client["snd_ssthresh"], null);
  assertEquals(client["max_pacing_rate"], 0xffff_ffff_ffff_ffffn);
  assertEquals(client["ca_state_name"], "open");
});

Deno.test("tcp_info equals TCP_INFO with unsent data and a window that the peer has shut", () => {
  using _namespace = openNamespace();
  using pair = openPair({
    listener: limitReceiving,
    client: (client) => client.setInteger(SOL_SOCKET, SO_SNDBUF, 65536),
  });
  fillUp(pair.client);
  waitUntil("a probe is sent", () => Number(objectIn(flowOf(pair.client), "tcp_info")["backoff"]) > 0);
  waitUntil("rwnd_limited is not 0", () => objectIn(flowOf(pair.client), "tcp_info")["rwnd_limited"] !== 0n);
  const shut = compare(pair.client);
  assertEquals(shut["notsent_bytes"], pair.client.unsent);
  assert(pair.client.unsent > 0);
  assertEquals(shut["snd_wnd"], 0);
  assert(Number(shut["backoff"]) > 0);
});

Deno.test("tcp_info equals TCP_INFO of a listener, whose unacked and sacked are its queue", () => {
  using _namespace = openNamespace();
  using pair = openPair({ family: AF_INET6 });
  using _waiting = openTcp(AF_INET6).connect("::1", pair.listener.localPort);
  pair.listener.waitForConnections(1);
  const info = compare(pair.listener);
  assertEquals([info["unacked"], info["sacked"]], [1, 8]);
});

Deno.test("tcp_info equals TCP_INFO of a socket in SYN-SENT that had to send its SYN again", () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1").listen(0);
  using _first = openTcp(AF_INET).connect("127.0.0.1", listener.localPort);
  listener.waitForConnections(1);
  using second = openTcp(AF_INET).startConnect("127.0.0.1", listener.localPort);
  const early = flowOf(second);
  assertEquals([early["state"], early["timer"], early["retrans"]], ["syn-sent", "retransmit", 0]);
  waitUntil("the SYN is sent again", () => flowOf(second)["retrans"] === 1);
  const info = compare(second);
  assertEquals([info["retransmits"], info["total_retrans"]], [1, 1]);
  const [flow] = dumpFlows("state", "syn-sent");
  const expires = Number(flow!["expires"]);
  // A tick of the kernel's clock may be rounded up.
  assert(expires >= 0 && expires <= Number(info["rto"]) + 10, `expires ${expires}, rto ${info["rto"]}`);
});

Deno.test("tcp_info shows the segment size that TCP_MAXSEG sets", () => {
  using _namespace = openNamespace();
  using pair = openPair({ client: (client) => client.setInteger(IPPROTO_TCP, TCP_MAXSEG, 536) });
  const info = compare(pair.client);
  // 12 of the 536 bytes are the timestamp option.
  assertEquals([info["advmss"], objectIn(flowOf(pair.server), "tcp_info")["snd_mss"]], [524, 524]);
});

Deno.test("tcp_info equals TCP_INFO in FIN-WAIT-1 and CLOSE-WAIT", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  pair.server.shutdown(SHUT_WR);
  pair.client.waitForState(TCP_CLOSE_WAIT);
  assertEquals(compare(pair.client)["state"], "close-wait");
  using other = openPair({
    listener: limitReceiving,
    client: (client) => client.setInteger(SOL_SOCKET, SO_SNDBUF, 65536),
  });
  fillUp(other.client);
  other.client.shutdown(SHUT_WR);
  assertEquals(compare(other.client)["state"], "fin-wait-1");
});
