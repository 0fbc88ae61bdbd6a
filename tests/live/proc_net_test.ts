/**
 * Sockets of the running kernel from `/proc/net`: the same as from diagnostics if the kernel has them, else as they
 * were set.
 */
import { assert, assertEquals } from "@std/assert";
import { AF_INET, AF_INET6 } from "../../decode/kernel/address_family.ts";
import type { DatagramSource } from "../../decode/netlink/datagram_source.ts";
import { families, familyCalled } from "../../decode/families/all_families.ts";
import type { Family } from "../../decode/families/family.ts";
import { runPlan } from "../../decode/plan/run_plan.ts";
import { rawFiles } from "../../decode/families/inet/proc_inet.ts";
import { ALL_STATES } from "../../decode/kernel/tcp_states.ts";
import { openNetlinkSocket } from "../../ffi/netlink_socket.ts";
import { procNet } from "../../ffi/proc_net.ts";
import { type FieldValue, type FlowObject, ObjectSink } from "../../decode/record/object_sink.ts";
import { refusing } from "../decode/proc_files.ts";
import { isInstalled, run, runProgram, without } from "../program.ts";
import { EveryState, IPV4, IPV6, MAPPED } from "./every_state.ts";
import { HeldSockets, type Hold } from "./hold.ts";
import { openNamespace } from "./namespace.ts";
import type { Socket } from "./sockets.ts";
import { waitUntil } from "./sockets.ts";
import type { Outcome } from "../../decode/record/outcome.ts";

const ping = familyCalled("ping");

/** Opens sockets of all kinds; returns their inodes by name. */
const open: Hold<Record<string, number>, [directory: string]> = (held, directory) => {
  const { openSocket, openSocketPair, openPacket, unixAddress, netlinkAddress, inetAddress, loopback } = held;
  const { AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, SOL_SOCKET, SO_RCVBUF, IPPROTO_IPV6, IPV6_V6ONLY } = held;
  const { SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET } = held;
  const sockets: Record<string, Socket> = {};
  const keep = <T extends Socket>(name: string, socket: T): T => {
    sockets[name] = socket;
    return socket;
  };
  const openDatagrams = (family: number, v: string, name: string, protocol: number) => {
    const address = loopback(family);
    const open = (what: string) => keep(`${name}${v}.${what}`, openSocket(family, SOCK_DGRAM, protocol));
    open("queue").bind(address, 6001).chown(1234);
    const client = open("client").bind(address, 6002).connect(address, 6001);
    for (let i = 0; i < 3; i++) client.send(100);
    const drops = open("drops").setInteger(SOL_SOCKET, SO_RCVBUF, 256);
    if (family === AF_INET6) drops.setInteger(IPPROTO_IPV6, IPV6_V6ONLY, 1);
    drops.bind(family === AF_INET ? "0.0.0.0" : "::", 6003);
    const sender = openSocket(family, SOCK_DGRAM, protocol);
    for (let i = 0; i < 20; i++) sender.sendTo(new Uint8Array(1000), inetAddress(family, address, 6003));
    sender.close();
  };
  Deno.writeTextFileSync("/proc/sys/net/ipv4/ping_group_range", "0 0");
  for (const [family, v, icmp] of [[AF_INET, "4", 1], [AF_INET6, "6", 58]] as const) {
    const address = loopback(family);
    openDatagrams(family, v, "udp", 17);
    if (held.hasProtocol(family, SOCK_DGRAM, 136)) openDatagrams(family, v, "udplite", 136);
    const raw = (protocol: number) => keep(`raw${v}.${protocol}`, openSocket(family, SOCK_RAW, protocol));
    raw(icmp);
    raw(89).bind(address);
    raw(253).connect(address, 0).send(40).send(40);
    raw(255).chown(1234);
    keep(`ping${v}.bound`, openSocket(family, SOCK_DGRAM, icmp)).bind(address, 4321).chown(1234);
    const connected = keep(`ping${v}.connected`, openSocket(family, SOCK_DGRAM, icmp)).bind(address, 4322);
    connected.connect(address, 0).write(new Uint8Array([icmp === 1 ? 8 : 128, 0, 0, 0, 0, 0, 0, 1, 2, 3]));
  }
  // Each letter of a name is a byte.
  [
    "\0abstract",
    "\0emb\0edded\0",
    "\0line\nbreak\n",
    "\0bad\xff\xfe",
    `${directory}/a path`,
    `${directory}/bad\xff\npath`,
    `\0${"L".repeat(107)}`,
  ].forEach((name, i) => {
    const bytes = Uint8Array.from(name, (letter) => letter.charCodeAt(0));
    keep(`unix.${i}`, openSocket(AF_UNIX, SOCK_STREAM)).bindTo(unixAddress(bytes));
  });
  keep("unix.listener", openSocket(AF_UNIX, SOCK_SEQPACKET)).bindTo(unixAddress("\0listener")).listen(3);
  keep("unix.pending", openSocket(AF_UNIX, SOCK_SEQPACKET)).connectTo(unixAddress("\0listener"));
  const [a, b] = openSocketPair();
  keep("unix.a", a);
  keep("unix.b", b);
  keep("unix.dgram", openSocket(AF_UNIX, SOCK_DGRAM));
  keep("netlink.groups", openSocket(AF_NETLINK, SOCK_RAW, 0)).bindTo(netlinkAddress(4001, 0x80000011));
  keep("netlink.generic", openSocket(AF_NETLINK, SOCK_DGRAM, 16)).bindTo(netlinkAddress(4002));
  keep("packet.ip", openPacket(SOCK_DGRAM)).bindToInterface(held.LO, held.ETH_P_IP).chown(1234);
  keep("packet.all", openPacket(SOCK_RAW, held.ETH_P_ALL));
  keep("packet.none", openPacket(SOCK_RAW));
  // Into the packet sockets.
  openSocket(AF_INET, SOCK_DGRAM).sendTo(new Uint8Array(23), inetAddress(AF_INET, "127.0.0.1", 9)).close();
  return Object.fromEntries(Object.entries(sockets).map(([name, { inode }]) => [name, inode]));
};

/** A process with sockets of all kinds in a network namespace of their own. */
class Sockets implements AsyncDisposable {
  private constructor(
    readonly held: HeldSockets<Record<string, number>>,
    readonly namespace: Disposable,
    readonly directory: string,
  ) {}

  static async open(): Promise<Sockets> {
    const namespace = openNamespace();
    const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
    return new Sockets(await HeldSockets.open(open, directory), namespace, directory);
  }

  get inodes(): ReadonlyMap<string, number> {
    return new Map(Object.entries(this.held.truth));
  }

  /** The one socket of this name. */
  find(name: string, flows: readonly FlowObject[]): FlowObject {
    const found = flows.filter((flow) => flow["inode"] === this.inodes.get(name));
    assertEquals(found.length, 1, name);
    return found[0]!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.held[Symbol.asyncDispose]();
    this.namespace[Symbol.dispose]();
    Deno.removeSync(this.directory, { recursive: true });
  }
}

function dump(family: Family, source: DatagramSource): { flows: FlowObject[]; outcome: Outcome } {
  const sink = new ObjectSink();
  const plan = {
    families: [family],
    addressFamilies: [AF_INET, AF_INET6],
    states: ALL_STATES,
    bpfMaps: false,
    named: true,
  };
  const outcome = runPlan(plan, source, sink, { proc: procNet, holders: null });
  return { flows: sink.take(), outcome };
}

/** The sockets of a family out of `/proc/net`, which must be read without a complaint. */
function readProc(family: Family): FlowObject[] {
  const { flows, outcome } = dump(family, refusing());
  assertEquals([outcome.warnings, outcome.failed], [[], 0]);
  for (const flow of flows) assertEquals(flow["source"], "proc");
  return flows;
}

/** What tells a socket from the others of its family. */
const identity = (flow: FlowObject): string =>
  flow["inode"] === 0
    ? [flow["src"], flow["src_port"], flow["dst"], flow["dst_port"]].join(" ")
    : `${flow["inode"]} ${flow["portid"] ?? ""}`;

/** Largest difference between both sources, in milliseconds: a tick, and for some the time between the dumps as well. */
const tolerance: Readonly<Record<string, number>> = { expires: 10, rto: 10, ato: 10 };
const running = new Set(["expires"]);

/** Asserts that the fields that both have are equal; returns the names of those. */
function assertAgree(proc: FieldValue, diag: FieldValue, path: string, between: number): string[] {
  if (proc === null || diag === null || typeof proc !== "object" || typeof diag !== "object" || Array.isArray(proc)) {
    const name = path.split(".").at(-1)!;
    const limit = tolerance[name];
    // The file shows each NUL of an abstract name as a sign that may be part of it.
    if (path === "path_name_hex") assertEquals(proc, String(diag).replace(/00(?=(..)*$)/g, "40"));
    else if (limit === undefined || typeof proc !== "number") assertEquals(proc, diag, path);
    else {assert(
        Math.abs(proc - Number(diag)) <= limit + (running.has(name) ? between : 0),
        `${path}: ${proc} and ${diag}`,
      );}
    return [path];
  }
  const other = diag as Record<string, FieldValue>;
  return Object.entries(proc).flatMap(([name, value]) =>
    other[name] === undefined ? [] : assertAgree(value, other[name], path === "" ? name : `${path}.${name}`, between)
  );
}

/** Numbers that change while nothing is done. */
const moving = new Set(["expires", "last_data_sent", "last_data_recv", "last_ack_recv", "busy_time", "rwnd_limited"]);
const still = (flow: FlowObject): string =>
  JSON.stringify(flow, (name, value) => moving.has(name) ? undefined : typeof value === "bigint" ? `${value}` : value);

const byIdentity = (flows: readonly FlowObject[]) => new Map(flows.map((flow) => [identity(flow), flow]));

/** Compares all sockets of a family in both sources; returns the fields that both have, `null` if there are no diagnostics. */
function compare(family: Family): Set<string> | null {
  using kernel = openNetlinkSocket();
  // The socket that asks is in the answer, and the one that is asked, whose memory the question takes.
  const asks = (flow: FlowObject) => flow["netlink_protocol"] === "sock-diag";
  // Bound and inactive ones are in no file.
  const isInactive = (flow: FlowObject) => family.name === "TCP" && flow["state"] === "unconnected";
  const ask = () => dump(family, kernel).flows.filter((flow) => !asks(flow) && !isInactive(flow));
  const first = ask();
  if ("source" in first[0]!) return null;
  const fields = new Set<string>();
  let known = false;
  const unquiet = new Set(first.map(identity));
  // A socket is compared at a moment when nothing moved in it: its records before and after the file are the same.
  waitUntil("every socket was quiet for a moment", () => {
    const start = performance.now();
    const before = byIdentity(ask());
    const proc = byIdentity(readProc(family).filter((flow) => !asks(flow)));
    const between = performance.now() - start;
    const after = byIdentity(ask());
    if ([...before.keys()].every((name) => after.has(name)) && before.size === after.size) {
      assertEquals([...proc.keys()].sort(), [...before.keys()].sort());
      known = true;
    }
    for (const [name, flow] of proc) {
      const diag = before.get(name);
      if (diag === undefined || !after.has(name) || still(diag) !== still(after.get(name)!)) continue;
      for (const field of assertAgree(flow, diag, "", between)) fields.add(field);
      unquiet.delete(name);
    }
    return known && unquiet.size === 0;
  });
  return fields;
}

const tcp = families.find(({ name }) => name === "TCP")!;

for (const [name, ends] of [["IPv4", IPV4], ["IPv6", IPV6], ["IPv4 over IPv6", MAPPED]] as const) {
  Deno.test(`tcp: /proc/net says the same as diagnostics in every state, as far as it goes, over ${name}`, () => {
    using _namespace = openNamespace();
    using _sockets = new EveryState(ends);
    const fields = compare(tcp)!;
    assertEquals(
      [...fields].sort(),
      [
        "protocol",
        ...["family", "state", "src", "src_port", "dst", "dst_port", "recv_q", "send_q", "backlog"],
        ...["timer", "expires", "retrans", "uid", "inode"],
        ...["retransmits", "probes", "rto", "ato", "snd_ssthresh", "snd_cwnd"].map((field) => `tcp_info.${field}`),
      ].sort(),
    );
  });
}

/** Fields that both sources must have of a family, if the kernel has diagnostics for it. */
const inetFields = ["family", "state", "src", "src_port", "dst", "dst_port", "recv_q", "send_q", "uid", "inode"];
const agreed: Readonly<Record<string, readonly string[]>> = {
  UDP: inetFields,
  UDPLITE: inetFields,
  UNIX: ["family", "state", "type", "inode", "path_name"],
  NETLINK: ["family", "netlink_protocol", "portid", "inode"],
  PACKET: ["family", "state", "type", "num", "iface_idx", "recv_q", "uid", "inode"],
};

for (const family of families.filter(({ name, procFiles }) => procFiles !== undefined && name in agreed)) {
  Deno.test(`${family.name}: /proc/net says the same as diagnostics, as far as it goes`, async () => {
    await using _sockets = await Sockets.open();
    const fields = compare(family);
    if (fields === null) return;
    for (const field of agreed[family.name]!) assert(fields.has(field), `${field} is not in both`);
  });
}

/** Without diagnostics for raw sockets. */
const raw: Family = { ...ping, name: "RAW", procFiles: rawFiles };

/** What `ss` prints of sockets without a connection: state, queues, local and remote address. */
function describe(flow: FlowObject): string {
  const address = (text: FieldValue | undefined) =>
    text === "::" ? "*" : flow["family"] === "inet6" ? `[${text}]` : text;
  const state = flow["state"] === "established" ? "ESTAB" : "UNCONN";
  const port = (number: FieldValue | undefined) => number === 0 ? "*" : number;
  const local = `${address(flow["src"])}:${port(flow["src_port"])}`;
  return [state, flow["recv_q"], flow["send_q"], local, `${address(flow["dst"])}:${port(flow["dst_port"])}`].join(" ");
}

Deno.test({
  name: `raw: /proc/net has the sockets that ss prints${without("ss")}`,
  ignore: !isInstalled("ss"),
  async fn() {
    await using _sockets = await Sockets.open();
    const { stdout } = run(["ss", "-Hwan"]);
    const lines = stdout.trim().split("\n").map((line) => line.trim().split(/\s+/).join(" "));
    assertEquals(readProc(raw).map(describe).sort(), lines.sort());
  },
});

Deno.test(
  "raw: /proc/net has the sockets of every protocol as they were made",
  async () => {
    await using sockets = await Sockets.open();
    const flows = readProc(raw);
    assertEquals(flows.length, 8);
    for (const [v, family, address, icmp] of [[4, "inet", "127.0.0.1", 1], [6, "inet6", "::1", 58]] as const) {
      for (const protocol of [icmp, 89, 253, 255]) {
        const flow = sockets.find(`raw${v}.${protocol}`, flows);
        assertEquals([flow["family"], flow["ip_protocol"], flow["uid"]], [
          family,
          protocol,
          protocol === 255 ? 1234 : 0,
        ]);
        assertEquals(flow["state"], protocol === 253 ? "established" : "unconnected");
        assertEquals(flow["src"] === address, protocol === 89 || protocol === 253);
        assertEquals(flow["dst"] === address, protocol === 253);
        assertEquals(Number(flow["recv_q"]) > 80, protocol === 253 || protocol === icmp && Number(flow["recv_q"]) > 0);
        assertEquals(flow["drops"], 0);
      }
    }
  },
);

Deno.test("ping: --ping shows the connected sockets, -a all of them, as they were made", async () => {
  await using sockets = await Sockets.open();
  const flows = readProc(ping);
  assertEquals(flows.length, 4);
  for (const [v, family, address, none] of [[4, "inet", "127.0.0.1", "0.0.0.0"], [6, "inet6", "::1", "::"]] as const) {
    const bound = sockets.find(`ping${v}.bound`, flows);
    assertEquals(
      ["family", "state", "src", "src_port", "dst", "dst_port", "uid", "recv_q"].map((field) => bound[field]),
      [family, "unconnected", address, 4321, none, 0, 1234, 0],
    );
    const connected = sockets.find(`ping${v}.connected`, flows);
    assertEquals(
      ["family", "state", "src", "src_port", "dst", "dst_port", "uid"].map((field) => connected[field]),
      [family, "established", address, 4322, address, 0, 0],
    );
    // The answer to its echo request waits.
    assert(Number(connected["recv_q"]) > 0);
  }
  const inodes = (...args: string[]) => {
    const { code, stdout, stderr } = runProgram(...args, "--format", "ndjson");
    assertEquals([code, stderr], [0, ""]);
    return stdout.trim().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line).inode).sort();
  };
  const named = (...names: string[]) => names.map((name) => sockets.inodes.get(name)!).sort();
  assertEquals(inodes("--ping"), named("ping4.connected", "ping6.connected"));
  assertEquals(inodes("--ping", "-a", "-4"), named("ping4.connected", "ping4.bound"));
  assertEquals(inodes("--ping", "state", "listening"), []);
});
