/** What `ss` of the guest and `tshark` of this machine say of the same sockets. */
import { at, type Flow, type GuestOutput } from "./output.ts";
import { assertNone, assertSame, Skipped } from "./tap.ts";

const stateWords: Readonly<Record<string, string>> = {
  ESTAB: "established",
  "SYN-SENT": "syn-sent",
  "SYN-RECV": "syn-recv",
  "FIN-WAIT-1": "fin-wait-1",
  "FIN-WAIT-2": "fin-wait-2",
  "TIME-WAIT": "time-wait",
  UNCONN: "unconnected",
  "CLOSE-WAIT": "close-wait",
  "LAST-ACK": "last-ack",
  LISTEN: "listening",
  CLOSING: "closing",
};

/** Items of `ss` that are one number of the output. */
const numbers: Readonly<Record<string, string>> = {
  ino: "inode",
  uid: "uid",
  mss: "tcp_info.snd_mss",
  pmtu: "tcp_info.pmtu",
  rcvmss: "tcp_info.rcv_mss",
  advmss: "tcp_info.advmss",
  cwnd: "tcp_info.snd_cwnd",
  bytes_sent: "tcp_info.bytes_sent",
  bytes_acked: "tcp_info.bytes_acked",
  bytes_received: "tcp_info.bytes_received",
  segs_out: "tcp_info.segs_out",
  segs_in: "tcp_info.segs_in",
  data_segs_out: "tcp_info.data_segs_out",
  data_segs_in: "tcp_info.data_segs_in",
  delivered: "tcp_info.delivered",
  rcv_space: "tcp_info.rcv_space",
  rcv_ssthresh: "tcp_info.rcv_ssthresh",
};

/** Sockets whose counters move between two listings. */
const moving = ["syn-sent", "syn-recv", "fin-wait-1", "last-ack", "closing", "time-wait"];

/** Compares one line of `ss` with the flow of the same cookie; returns how many values it has compared. */
function compareLine(line: string, flow: Flow, moves: boolean, faults: string[]): number {
  const [netid, state = "", received, sent, local = "", remote = "", ...items] = line.split(" ");
  let compared = 0;
  const same = (what: string, theirs: unknown, ours: unknown) => {
    compared++;
    if (String(theirs) !== String(ours)) {
      faults.push(`${netid} ${local} ${remote}: ${what} is ${ours}, ss says ${theirs}`);
    }
  };
  same("state", stateWords[state], flow["state"]);
  const port = (text: string) => text.replace(/^.*:/, "").replace("*", "0");
  const host = (text: string) => text.replace(/:[^:]*$/, "").replace(/%lo$/, "").replace(/^\[|\]$/g, "");
  if (flow["protocol"] !== "RAW") {
    same("local port", port(local), flow["src_port"]);
    same("remote port", port(remote), flow["dst_port"]);
    // An IPv6 socket for both versions is `*`.
    if (host(local) !== "*") same("local address", host(local), flow["src"]);
    if (host(remote) !== "*") same("remote address", host(remote), flow["dst"]);
  }
  if (moves || moving.includes(flow["state"])) return compared;
  same("recv_q", received, flow["recv_q"]);
  if (!items.includes("defer_connect") && !local.endsWith("519")) same("send_q", sent, flow["send_q"]);
  for (const item of items) {
    const [name = "", value = ""] = item.split(/:(.*)/);
    const path = numbers[name];
    const object = flow["protocol"] === "MPTCP" ? "mptcp_info" : "tcp_info";
    if (path !== undefined) same(path, value, at(flow, path.replace("tcp_info", object)));
    if (name === "fwmark") same("mark", Number(value), flow["mark"]);
    const memory = /^\(r(\d+),rb(\d+),t(\d+),tb(\d+),f(-?\d+),w(\d+),o(\d+),bl(\d+),d(\d+)\)$/.exec(value);
    if (name !== "skmem" || memory === null || flow["skmeminfo"] === undefined) continue;
    same("skmeminfo", memory.slice(1).join(" "), Object.values(flow["skmeminfo"]).join(" "));
  }
  return compared;
}

/** Every socket of IP that `ss` lists is listed by its cookie, with the same values, and no other. */
export function checkSs(output: GuestOutput): string {
  const protocols = ["TCP", "UDP", "RAW", "SCTP", "DCCP", "MPTCP"];
  const flows = output.flows("list").filter(({ protocol, state, source }) =>
    // `ss` before 6.8 does not ask for sockets that are only bound, and names none of these states.
    protocols.includes(protocol) && state !== "bound-inactive" && source !== "proc"
  );
  const byCookie = new Map(flows.map((flow) => [`${flow["cookie"]} ${flow["association"] ?? ""}`, flow]));
  const text = output.step("ss", 0, output.text("ss.err")).replaceAll(/ +/g, " ");
  const lines = text.split("\n").filter((line) => /^(tcp|udp|icmp6?|raw|sctp|dccp|mptcp) /.test(line));
  const moves = new Set(output.truths.sockets.filter(({ moving }) => moving).map(({ find }) => find["inode"]));
  const faults: string[] = [];
  let compared = 0;
  for (const line of lines) {
    const cookie = / sk:([0-9a-f]+)/.exec(line)?.[1];
    if (cookie === undefined || / UNKNOWN /.test(line)) continue;
    const flow = byCookie.get(`0x${cookie} `) ??
      byCookie.get(`0x${cookie} ${/^sctp .* (peers|rwnd|rto):/.test(line) || / ESTAB /.test(line)}`);
    if (flow === undefined) faults.push(`not listed: ${line.slice(0, 200)}`);
    else if (flow["protocol"] !== "SCTP") compared += compareLine(line, flow, moves.has(flow["inode"]), faults);
  }
  const counts = (names: Iterable<string>) =>
    JSON.stringify([...new Set(["tcp", "udp"])].map((name) => [...names].filter((one) => one === name).length));
  const own = flows.map(({ protocol }) => String(protocol).toLowerCase());
  assertSame(counts(lines.map((line) => line.split(" ")[0]!)), counts(own), "sockets of tcp and udp");
  assertNone(faults);
  return `${compared} values of ${lines.length} lines`;
}

const families: Readonly<Record<string, string>> = {
  UDP: "inet",
  RAW: "inet",
  UNIX: "unix",
  NETLINK: "netlink",
  PACKET: "packet",
};

/** Wireshark finds the same sockets in the recording, of the families that it knows. */
export function checkTshark(output: GuestOutput): string {
  const fields = ["-e", "netlink-sock_diag.cookie", "-e", "netlink-sock_diag.inode"];
  const { success, stdout, stderr } = runTshark(["-r", output.path("list.pcap"), "-T", "fields", ...fields]);
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const seen = new Set<string>();
  for (const line of new TextDecoder().decode(stdout).split("\n")) {
    const [cookies = "", inodes = ""] = line.split("\t");
    const inode = inodes.split(",");
    // An answer has one of each for each socket.
    cookies.split(",").forEach((cookie, i) => seen.add(`${BigInt(cookie || 0)} ${Number(inode[i] ?? 0)}`));
  }
  const flows = output.flows("list").filter(({ protocol, source }) => protocol in families && source === undefined);
  assertNone(
    flows.filter(({ cookie, inode }) => !seen.has(`${BigInt(cookie)} ${inode}`)).map((flow) =>
      `${flow["protocol"]} ${flow["cookie"]} ${flow["inode"]} is not what Wireshark finds`
    ),
  );
  return `${flows.length} sockets`;
}

function runTshark(args: readonly string[]): Deno.CommandOutput {
  try {
    return new Deno.Command("tshark", { args: [...args], env: { LC_ALL: "C" } }).outputSync();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Skipped("tshark is not installed");
  }
}
