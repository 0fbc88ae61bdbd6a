/**
 * Recorded sockets against what `ss -naiem --tos --inet-sockopt` of iproute2 6.1 printed from the same bytes: the flows
 * are written the way `ss` does (`misc/ss.c`) and must give its output, token by token.
 */
import { assert, assertEquals } from "@std/assert";
import type { FieldObject, FlowObject } from "../../../decode/record/object_sink.ts";
import { readFixture } from "../../pcap_source.ts";
import { stateNames, timerNames } from "../../ss_names.ts";
import { recordedFlows } from "../flows.ts";

const subflowLetters: Readonly<Record<string, string>> = {
  mcap_rem: "M",
  mcap_loc: "m",
  join_rem: "J",
  join_loc: "j",
  bkup_rem: "B",
  bkup_loc: "b",
  fully_established: "e",
  connected: "c",
  mapvalid: "v",
};

/** Numbers as `%g` prints them: six digits, from 10^6 on with an exponent. */
const general = (value: number) =>
  value < 1e6
    ? String(Number(value.toPrecision(6)))
    : value.toExponential(5).replace(/\.?0*e\+(\d+)$/, (_, exponent) => `e+${exponent.padStart(2, "0")}`);
const hex = (value: unknown) => BigInt(value as number | bigint).toString(16);
/** `%#x` has no prefix before 0. */
const prefixed = (value: unknown) => value === 0 ? "0" : `0x${hex(value)}`;
const bits = (bytes: unknown) => `${8n * BigInt(bytes as number | bigint)}bps`;
const UNLIMITED = 18446744073709551615n;

/** `59sec`, `2.480ms`, `14min`. */
function remaining(milliseconds: number): string {
  let seconds = Math.floor(milliseconds / 1000);
  let rest = milliseconds % 1000;
  const minutes = Math.floor(seconds / 60);
  seconds %= 60;
  let text = "";
  if (minutes > 0) {
    rest = 0;
    text += `${minutes}min`;
    if (minutes > 9) seconds = 0;
  }
  if (seconds > 0) {
    if (seconds > 9) rest = 0;
    text += `${seconds}${rest > 0 ? "." : "sec"}`;
  }
  return rest > 0 ? `${text}${String(rest).padStart(3, "0")}ms` : text;
}

/** The columns and items of a flow, in the order of `ss`. */
function render(flow: FlowObject): string[] {
  const {
    state,
    src,
    src_port,
    dst,
    dst_port,
    recv_q,
    send_q,
    timer,
    expires,
    retrans,
    uid,
    inode,
    cookie,
    mark,
    iface_idx,
  } = flow as
    & FlowObject
    & Record<string, FlowObject[string]>;
  const tokens = [
    stateNames[state as string]!,
    String(recv_q),
    // `ss` prints it as a signed number.
    String((send_q as number) | 0),
    `${src}${iface_idx === 1 ? "%lo" : ""}:${src_port}`,
    `${dst}:${dst_port === 0 ? "*" : dst_port}`,
  ];
  if (timer !== "off") tokens.push(`timer:(${timerNames[timer as string]},${remaining(expires as number)},${retrans})`);
  if (uid !== undefined && uid !== 0) tokens.push(`uid:${uid}`);
  tokens.push(`ino:${inode}`, `sk:${(cookie as string).slice(2)}`);
  if (mark !== 0) tokens.push(`fwmark:${prefixed(mark)}`);
  const shutdown = flow["shutdown"] as number | undefined;
  if (shutdown !== undefined) tokens.push(`${shutdown & 1 ? "-" : "<"}-${shutdown & 2 ? "-" : ">"}`);
  if (flow["tos"] !== undefined) tokens.push(`tos:${prefixed(flow["tos"])}`);
  if (flow["class_id"] !== undefined) tokens.push(`class_id:${prefixed(flow["class_id"])}`);
  const sockopts = flow["sockopts"] as string[] | undefined;
  if (sockopts !== undefined) {
    const names = sockopts.map((name) => name === "bind_address_no_port" ? "bind_addr_no_port" : name);
    tokens.push("inet-sockopt:", "(", ...names.slice(0, -1), `${names.at(-1)})`);
  }
  const memory = flow["skmeminfo"] as Record<string, number> | undefined;
  if (memory !== undefined) {
    const { rmem_alloc: r, rcvbuf, wmem_alloc: t, sndbuf, fwd_alloc: f, wmem_queued: w, optmem: o, backlog, drops } =
      memory;
    tokens.push(`skmem:(r${r},rb${rcvbuf},t${t},tb${sndbuf},f${f},w${w},o${o},bl${backlog},d${drops})`);
  }
  if (flow["tcp_info"] !== undefined) tokens.push(...renderInfo(flow, flow["tcp_info"] as FieldObject));
  tokens.push(...renderProtocol(flow["ulp"] as FieldObject | undefined));
  const keys = flow["md5sig"] as FieldObject[] | undefined;
  if (keys !== undefined) {
    tokens.push(`md5keys:${keys.map(({ addr, prefixlen }) => `${addr}/${prefixlen}=`).join(",")}`);
  }
  return tokens;
}

function renderInfo(flow: FlowObject, info: FieldObject): string[] {
  const tokens: string[] = [];
  const number = (name: string) => Number(info[name]);
  /** An item that `ss` leaves out if it is 0. */
  const item = (label: string, name: string) => {
    if (number(name) !== 0) tokens.push(`${label}:${info[name]}`);
  };
  const opts = info["opts"] as string[];
  tokens.push(...["ts", "sack", "ecn", "ecnseen", "fastopen"].filter((name) => opts.includes(name)));
  tokens.push(flow["cong_algo"] as string);
  if (opts.includes("wscale")) tokens.push(`wscale:${info["snd_wscale"]},${info["rcv_wscale"]}`);
  if (number("rto") !== 0 && number("rto") !== 3000) tokens.push(`rto:${general(number("rto"))}`);
  item("backoff", "backoff");
  if (number("rtt") !== 0) tokens.push(`rtt:${general(number("rtt"))}/${general(number("rttvar"))}`);
  if (number("ato") !== 0) tokens.push(`ato:${general(number("ato"))}`);
  item("mss", "snd_mss");
  item("pmtu", "pmtu");
  item("rcvmss", "rcv_mss");
  item("advmss", "advmss");
  item("cwnd", "snd_cwnd");
  if (number("snd_ssthresh") < 0xffff) item("ssthresh", "snd_ssthresh");
  for (const name of ["bytes_sent", "bytes_retrans", "bytes_acked", "bytes_received", "segs_out", "segs_in"]) {
    item(name, name);
  }
  item("data_segs_out", "data_segs_out");
  item("data_segs_in", "data_segs_in");
  const dctcp = flow["dctcpinfo"] as FieldObject | undefined;
  if (dctcp !== undefined) {
    const { enabled, ce_state, alpha, ab_ecn, ab_tot } = dctcp as Record<string, FieldObject[string]>;
    tokens.push(
      enabled === 0
        ? "dctcp:fallback_mode"
        : `dctcp:(ce_state:${ce_state},alpha:${alpha},ab_ecn:${ab_ecn},ab_tot:${ab_tot})`,
    );
  }
  const bbr = flow["bbrinfo"] as FieldObject | undefined;
  if (bbr !== undefined) {
    const gain = (name: string) => bbr[name] === 0 ? "" : `,${name}:${general(Number(bbr[name]) / 256)}`;
    // 0xffffffff, which is null here, is as good as any number to `ss`.
    const least = Number(bbr["min_rtt"] ?? 0xffffffff) / 1000;
    tokens.push(`bbr:(bw:${bits(bbr["bw"])},mrtt:${general(least)}${gain("pacing_gain")}${gain("cwnd_gain")})`);
  }
  item("lastsnd", "last_data_sent");
  item("lastrcv", "last_data_recv");
  item("lastack", "last_ack_recv");
  if (info["pacing_rate"] !== 0n && info["pacing_rate"] !== UNLIMITED) {
    const limit = info["max_pacing_rate"];
    tokens.push(
      "pacing_rate",
      `${bits(info["pacing_rate"])}${limit === 0n || limit === UNLIMITED ? "" : `/${bits(limit)}`}`,
    );
  }
  if (info["delivery_rate"] !== 0n) tokens.push("delivery_rate", bits(info["delivery_rate"]));
  item("delivered", "delivered");
  item("delivered_ce", "delivered_ce");
  if (info["delivery_rate_app_limited"] === 1) tokens.push("app_limited");
  const busy = number("busy_time");
  if (busy !== 0) {
    tokens.push(`busy:${Math.floor(busy / 1000)}ms`);
    for (const name of ["rwnd_limited", "sndbuf_limited"]) {
      if (number(name) === 0) continue;
      tokens.push(`${name}:${Math.floor(number(name) / 1000)}ms(${(100 * number(name) / busy).toFixed(1)}%)`);
    }
  }
  item("unacked", "unacked");
  if (number("retrans") !== 0 || number("total_retrans") !== 0) {
    tokens.push(`retrans:${info["retrans"]}/${info["total_retrans"]}`);
  }
  item("lost", "lost");
  if (flow["state"] !== "listening") item("sacked", "sacked");
  item("dsack_dups", "dsack_dups");
  item("fackets", "fackets");
  if (number("reordering") !== 3) item("reordering", "reordering");
  item("reord_seen", "reord_seen");
  if (number("rcv_rtt") !== 0) tokens.push(`rcv_rtt:${general(number("rcv_rtt"))}`);
  item("rcv_space", "rcv_space");
  item("rcv_ssthresh", "rcv_ssthresh");
  item("notsent", "notsent_bytes");
  if (info["min_rtt"] !== null && number("min_rtt") !== 0) tokens.push(`minrtt:${general(number("min_rtt") / 1000)}`);
  item("rcv_ooopack", "rcv_ooopack");
  item("snd_wnd", "snd_wnd");
  return tokens;
}

function renderProtocol(ulp: FieldObject | undefined): string[] {
  if (ulp === undefined) return [];
  const tokens = [`tcp-ulp-${ulp["name"]}`];
  const tls = ulp["tls"] as FieldObject | undefined;
  if (tls !== undefined) {
    const place = (name: string) => tls[name] === "base" ? "none" : String(tls[name]);
    tokens.push("version:", String(tls["version"]), "cipher:", String(tls["cipher"]));
    tokens.push("rxconf:", place("rxconf"), "txconf:", place("txconf"));
  }
  const subflow = ulp["mptcp"] as FieldObject | undefined;
  if (subflow !== undefined) {
    const token = (side: string) => `${hex(subflow[`token_${side}`]).padStart(4, "0")}(id:${subflow[`id_${side}`]})`;
    const flags = (subflow["flags"] as string[]).map((name) => subflowLetters[name]).join("");
    if (flags !== "") tokens.push(`flags:${flags}`);
    tokens.push(`token:${token("rem")}/${token("loc")}`);
    for (const [label, name] of [["seq", "map_seq"], ["sfseq", "map_sfseq"], ["ssnoff", "ssn_offset"]] as const) {
      tokens.push(`${label}:${hex(subflow[name])}`);
    }
    tokens.push(`maplen:${hex(subflow["map_datalen"])}`);
  }
  return tokens;
}

/**
 * The lines of `ss` as tokens, without values that are not in the socket's message (processes, names of control groups)
 * or are computed by `ss` (`send`).
 */
function readLines(recording: string): string[][] {
  const [, ...lines] = new TextDecoder().decode(readFixture(`${recording}.ss-replay.txt`)).trimEnd().split("\n");
  return lines.map((line) => {
    // MD5 keys are written without buffering and stand before the first line.
    const start = line.search(/(LISTEN|ESTAB|UNCONN|CLOS|LAST-ACK|FIN-WAIT|TIME-WAIT|SYN-)/);
    return line.slice(start).replace(/ send [0-9]+bps/, "").replace(/(cgroup|users):\S+/g, "").trim().split(/ +/);
  });
}

for (const [recording, count] of [["tcp4.k61", 138], ["tcp4.k618", 91]] as const) {
  Deno.test(`${recording}: flows written as ss does equal what ss printed from the same bytes`, () => {
    const lines = readLines(recording);
    const flows = recordedFlows(recording);
    assertEquals([lines.length, flows.length], [count, count]);
    let tokens = 0;
    lines.forEach((line, i) => {
      assertEquals(render(flows[i]!), line);
      tokens += line.length;
    });
    assert(tokens > 30 * count, `only ${tokens} tokens compared`);
  });
}
