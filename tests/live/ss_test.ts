/**
 * Flows against what `ss` of iproute2 prints for the same sockets at the same moment, item by item.
 */
import { assert, assertEquals } from "@std/assert";
import type { FieldObject, FieldValue, FlowObject } from "../../decode/record/object_sink.ts";
import { isInstalled, run } from "../program.ts";
import { EveryState, IPV4, IPV6, MAPPED } from "./every_state.ts";
import { dumpFlows } from "./flows.ts";
import { openNamespace } from "./namespace.ts";
import {
  AF_INET,
  AF_INET6,
  IP_FREEBIND,
  IP_TOS,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_TCLASS,
  openPair,
  type Pair,
  SO_KEEPALIVE,
  SO_MARK,
  SO_MAX_PACING_RATE,
  SO_PRIORITY,
  SOL_SOCKET,
  TCP_KEEPIDLE,
  waitUntil,
} from "./sockets.ts";
import { stateNames, timerNames } from "../ss_names.ts";

/** What `ss` says about a socket: its items by name, those without a name as `name: ""`. */
type Items = Map<string, string>;

const words = new Set(["ts", "sack", "ecn", "ecnseen", "fastopen", "app_limited"]);
const algorithms = new Set(
  Deno.readTextFileSync("/proc/sys/net/ipv4/tcp_available_congestion_control").trim().split(/\s+/),
);
/** Items whose value is the next word. */
const spaced = new Set(["send", "pacing_rate", "delivery_rate"]);

/** Reads one line of `ss -H -O`. */
function parseLine(line: string): Items {
  const items: Items = new Map();
  const sockopts = /inet-sockopt: \(([^)]*)\)/.exec(line);
  if (sockopts !== null) items.set("inet-sockopt", sockopts[1]!.trim());
  const [state = "", recvQ = "", sendQ = "", local = "", peer = "", ...rest] = line
    .replace(/inet-sockopt: \([^)]*\)/, "").trim().split(/\s+/);
  for (const [name, value] of Object.entries({ state, recvQ, sendQ, local, peer })) items.set(name, value);
  for (let i = 0; i < rest.length; i++) {
    const token = rest[i]!;
    const colon = token.indexOf(":");
    if (spaced.has(token)) items.set(token, rest[++i] ?? "");
    else if (/^[<-]-[>-]$/.test(token)) items.set("shutdown", token);
    else if (token.startsWith("timer:")) items.set("timer", token.slice(6).replace(/,[^,]*,/, ",")); // not the time left
    else if (words.has(token)) items.set(token, "");
    else if (algorithms.has(token)) items.set("cong", token);
    else if (colon > 0) items.set(token.slice(0, colon), token.slice(colon + 1));
  }
  return items;
}

/** The sockets that `ss` lists, by their cookies. */
function listWithSs(): Map<string, Items> {
  const { code, stdout, stderr } = run(["ss", "-tianemHO", "--tos", "--inet-sockopt"]);
  assertEquals([code, stderr], [0, ""]);
  return new Map(
    stdout.split("\n").filter((line) => line !== "").map((line) => {
      const items = parseLine(line);
      return [items.get("sk")!, items];
    }),
  );
}

/** As `%g` of printf(3). */
const general = (value: number): string => String(Number(value.toPrecision(6)));
const bits = (rate: FieldValue | undefined): string => `${Number(rate) * 8}bps`;

function place(flow: FlowObject, address: FieldValue | undefined, port: FieldValue | undefined): string {
  // An IPv6 socket that takes IPv4 too is shown as bound to everything.
  const shown = address === "::" && flow["v6only"] === false
    ? "*"
    : flow["family"] === "inet6"
    ? `[${address}]`
    : address;
  return `${shown}:${port === 0 ? "*" : port}`;
}

/** The items that `ss` must show for `flow`. It does not show most items that are 0. */
function toItems(flow: FlowObject): Items {
  const items: Items = new Map();
  const put = (name: string, value: string | undefined) => {
    if (value !== undefined) items.set(name, value);
  };
  const nonZero = (value: FieldValue | undefined): string | undefined =>
    value === undefined || value === null || value === 0 || value === 0n ? undefined : String(value);
  put("state", stateNames[String(flow["state"])]);
  put("recvQ", String(flow["recv_q"]));
  put("sendQ", String(flow["send_q"]));
  put("local", place(flow, flow["src"], flow["src_port"]));
  put("peer", place(flow, flow["dst"], flow["dst_port"]));
  put("ino", String(flow["inode"]));
  put("sk", String(flow["cookie"]).slice(2));
  put("uid", nonZero(flow["uid"]));
  const mark = flow["mark"];
  if (typeof mark === "number" && mark !== 0) put("fwmark", `0x${mark.toString(16)}`);
  if (flow["timer"] !== "off") put("timer", `(${timerNames[String(flow["timer"])]},${flow["retrans"]})`);
  if (typeof flow["v6only"] === "boolean") put("v6only", flow["v6only"] ? "1" : "0");
  if (typeof flow["shutdown"] === "number") {
    put("shutdown", `${flow["shutdown"] & 1 ? "-" : "<"}-${flow["shutdown"] & 2 ? "-" : ">"}`);
  }
  for (const name of ["tos", "tclass", "class_id"]) {
    const value = flow[name];
    if (typeof value === "number") put(name, value === 0 ? "0" : `0x${value.toString(16)}`);
  }
  if (Array.isArray(flow["sockopts"])) {
    put("inet-sockopt", flow["sockopts"].join(" ").replace("bind_address_no_port", "bind_addr_no_port"));
  }
  if (typeof flow["cong_algo"] === "string") put("cong", flow["cong_algo"]);
  const memory = flow["skmeminfo"] as Record<string, number> | undefined;
  if (memory !== undefined) {
    const { rmem_alloc, rcvbuf, wmem_alloc, sndbuf, fwd_alloc, wmem_queued, optmem, backlog, drops } = memory;
    put(
      "skmem",
      `(r${rmem_alloc},rb${rcvbuf},t${wmem_alloc},tb${sndbuf},f${
        fwd_alloc! >>> 0
      },w${wmem_queued},o${optmem},bl${backlog},d${drops})`,
    );
  }
  const info = flow["tcp_info"] as FieldObject | undefined;
  if (info === undefined) return items;
  const options = info["opts"] as string[];
  for (const option of options) if (words.has(option)) put(option, "");
  if (options.includes("wscale")) put("wscale", `${info["snd_wscale"]},${info["rcv_wscale"]}`);
  if (info["rto"] !== 0 && info["rto"] !== 3000) put("rto", general(Number(info["rto"])));
  if (info["rtt"] !== 0) put("rtt", `${general(Number(info["rtt"]))}/${general(Number(info["rttvar"]))}`);
  for (const name of ["ato", "rcv_rtt"]) if (info[name] !== 0) put(name, general(Number(info[name])));
  const threshold = info["snd_ssthresh"];
  if (typeof threshold === "number" && threshold > 0 && threshold < 65535) put("ssthresh", String(threshold));
  if (typeof info["min_rtt"] === "number" && info["min_rtt"] > 0) put("minrtt", general(info["min_rtt"] / 1000));
  if (info["pacing_rate"] !== 0n && info["pacing_rate"] !== 0xffff_ffff_ffff_ffffn) {
    const limit = info["max_pacing_rate"] === 0xffff_ffff_ffff_ffffn ? "" : `/${bits(info["max_pacing_rate"])}`;
    put("pacing_rate", bits(info["pacing_rate"]) + limit);
  }
  if (info["delivery_rate"] !== 0n) put("delivery_rate", bits(info["delivery_rate"]));
  if (info["retrans"] !== 0 || info["total_retrans"] !== 0) {
    put("retrans", `${info["retrans"]}/${info["total_retrans"]}`);
  }
  if (info["reordering"] !== 3) put("reordering", nonZero(info["reordering"]));
  if (info["delivery_rate_app_limited"] === 1) put("app_limited", "");
  if (flow["state"] !== "listening") put("sacked", nonZero(info["sacked"]));
  for (const [item, field] of plainItems) put(item, nonZero(info[field]));
  return items;
}

/** Items that are a number of the kernel, not shown when it is 0. */
const plainItems: readonly (readonly [item: string, field: string])[] = [
  ["backoff", "backoff"],
  ["mss", "snd_mss"],
  ["pmtu", "pmtu"],
  ["rcvmss", "rcv_mss"],
  ["advmss", "advmss"],
  ["cwnd", "snd_cwnd"],
  ["bytes_sent", "bytes_sent"],
  ["bytes_retrans", "bytes_retrans"],
  ["bytes_acked", "bytes_acked"],
  ["bytes_received", "bytes_received"],
  ["segs_out", "segs_out"],
  ["segs_in", "segs_in"],
  ["data_segs_out", "data_segs_out"],
  ["data_segs_in", "data_segs_in"],
  ["delivered", "delivered"],
  ["delivered_ce", "delivered_ce"],
  ["unacked", "unacked"],
  ["lost", "lost"],
  ["dsack_dups", "dsack_dups"],
  ["reord_seen", "reord_seen"],
  ["rcv_space", "rcv_space"],
  ["rcv_ssthresh", "rcv_ssthresh"],
  ["notsent", "notsent_bytes"],
  ["rcv_ooopack", "rcv_ooopack"],
  ["snd_wnd", "snd_wnd"],
  ["rcv_wnd", "rcv_wnd"],
  ["rehash", "rehash"],
];
/** Not shown at all by older releases of `ss`. */
const newer = new Set(["rcv_ooopack", "snd_wnd", "rcv_wnd", "rehash"]);
/** Moving with the clock, or made up by `ss` of other items. */
const left = new Set([
  "lastsnd",
  "lastrcv",
  "lastack",
  "busy",
  "rwnd_limited",
  "sndbuf_limited",
  "send",
  "bbr",
  "cgroup",
]);

/** The items of `items` that are compared if `ss` has printed `printed`. */
function comparable(items: Items, printed: Items): [string, string][] {
  return [...items].filter(([name]) => !left.has(name) && (!newer.has(name) || printed.has(name)))
    .sort(([a], [b]) => a < b ? -1 : 1);
}

/** Lists with `ss`, the library, and `ss` again, until every socket was compared at a moment when nothing moved in it. */
function compare(): FlowObject[] {
  let flows: FlowObject[] = [];
  let known = false;
  const unquiet = new Set(listWithSs().keys());
  const own = (items: Items) => JSON.stringify(comparable(items, items));
  waitUntil("every socket was quiet for a moment", () => {
    const before = listWithSs();
    flows = dumpFlows("-ta");
    const after = listWithSs();
    if ([...before.keys()].every((cookie) => after.has(cookie)) && before.size === after.size) {
      assertEquals(flows.map((flow) => String(flow["cookie"]).slice(2)).sort(), [...after.keys()].sort());
      known = true;
    }
    for (const flow of flows) {
      const cookie = String(flow["cookie"]).slice(2);
      const items = after.get(cookie);
      if (items === undefined || !before.has(cookie) || own(before.get(cookie)!) !== own(items)) continue;
      assertEquals(comparable(toItems(flow), items), comparable(items, items));
      unquiet.delete(cookie);
    }
    return known && unquiet.size === 0;
  });
  return flows;
}

const missing = isInstalled("ss") ? "" : " (ignored: the command ss is not installed)";

for (const [name, ends] of [["IPv4", IPV4], ["IPv6", IPV6], ["IPv4 clients of an IPv6 listener", MAPPED]] as const) {
  Deno.test({
    name: `flows equal what ss -tianem prints, item by item, in every state, for ${name}${missing}`,
    ignore: missing !== "",
    fn() {
      using _namespace = openNamespace();
      // `ss` before 6.8 does not list sockets that are only bound.
      using _sockets = new EveryState(ends, false);
      const flows = compare();
      assert(flows.length > 15, `${flows.length} sockets`);
    },
  });
}

function exchange(pair: Pair): void {
  for (let round = 0; round < 10; round++) {
    pair.client.send(70_000);
    pair.server.receive(70_000).send(500);
    pair.client.receive(500);
  }
}

for (const [name, family] of [["IPv4", AF_INET], ["IPv6", AF_INET6]] as const) {
  Deno.test({
    name:
      `flows equal what ss -tianem prints for ${name} sockets with mark, tos, priority, pacing and keepalive${missing}`,
    ignore: missing !== "",
    fn() {
      using _namespace = openNamespace();
      using pair = openPair({
        family,
        client(client) {
          client.setInteger(SOL_SOCKET, SO_MARK, 0x1234abcd)
            .setInteger(IPPROTO_IP, IP_TOS, 0x10)
            .setInteger(SOL_SOCKET, SO_PRIORITY, 3)
            .setInteger(SOL_SOCKET, SO_MAX_PACING_RATE, 125_000_000)
            .setInteger(IPPROTO_IP, IP_FREEBIND, 1)
            .setInteger(IPPROTO_TCP, TCP_KEEPIDLE, 900)
            .setInteger(SOL_SOCKET, SO_KEEPALIVE, 1);
          if (family === AF_INET6) client.setInteger(IPPROTO_IPV6, IPV6_TCLASS, 0xb8);
        },
      });
      exchange(pair);
      const flows = compare();
      const client = flows.find((flow) => flow["inode"] === pair.client.inode)!;
      const items = toItems(client);
      assertEquals(
        ["fwmark", "tos", "class_id", "timer"].map((item) => items.get(item)),
        ["0x1234abcd", "0x10", "0x3", "(keepalive,0)"],
      );
      assert(items.get("pacing_rate")!.endsWith("/1000000000bps"), items.get("pacing_rate"));
    },
  });
}
