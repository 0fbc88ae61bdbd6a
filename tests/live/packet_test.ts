/**
 * Packet sockets of the running kernel: each field against what was set, what getsockopt(2) says, `/proc/net/packet` and
 * `ss`.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { runPlan } from "../../decode/plan/run_plan.ts";
import { SOCK_DGRAM, SOCK_RAW } from "../../decode/kernel/socket_types.ts";
import { openNetlinkSocket } from "../../ffi/netlink_socket.ts";
import { type FlowObject, ObjectSink } from "../../decode/record/object_sink.ts";
import { isInstalled, programWords, run } from "../program.ts";
import { dumpFlows, flowOf, objectIn, planOf } from "./flows.ts";
import { openNamespace } from "./namespace.ts";
import { ownCommand } from "./own_commands.ts";
import {
  ETH_P_ALL,
  ETH_P_IP,
  type Instruction,
  LO,
  openPacket,
  openVsock,
  PACKET_AUXDATA,
  PACKET_COPY_THRESH,
  PACKET_FANOUT,
  PACKET_LOSS,
  PACKET_ORIGDEV,
  PACKET_RESERVE,
  PACKET_RX_RING,
  PACKET_TIMESTAMP,
  PACKET_TX_RING,
  PACKET_VERSION,
  PACKET_VNET_HDR,
  type PacketSocket,
} from "./packet_sockets.ts";
import { SO_RCVBUF, type Socket, SOL_SOCKET } from "./sockets.ts";

const SOCK_PACKET = 10;
const ETH_P_EXPERIMENTAL = 0x88b5;

const program: readonly Instruction[] = [
  [0x28, 0, 0, 12],
  [0x15, 0, 1, 0x88b5],
  [0x06, 0, 0, 0xffffffff],
  [0x06, 0, 0, 0],
];

const shown = (socket: Socket): FlowObject => flowOf(socket, dumpFlows("-0"));
const info = (socket: Socket) => objectIn(shown(socket), "packet_info");

Deno.test("packet: a bare socket has type, ethertype, owner and identity, and nothing that it was not given", () => {
  using _namespace = openNamespace();
  using socket = openPacket(SOCK_RAW);
  const { skmeminfo: _, ...flow } = shown(socket);
  assertEquals(flow, {
    protocol: "PACKET",
    family: "packet",
    state: "unconnected",
    type: "raw",
    inode: socket.inode,
    cookie: `0x${socket.cookie.toString(16)}`,
    num: 0,
    iface_idx: 0,
    packet_info: { version: "v1", reserve: 0, copy_thresh: 0, tstamp: [], flags: [] },
    uid: Deno.uid(),
    recv_q: 0,
    send_q: 0,
    mclist: [],
  });
});

Deno.test("packet: type, num and num_name are what socket(2) and bind(2) were given", () => {
  using _namespace = openNamespace();
  using all = openPacket(SOCK_RAW, ETH_P_ALL);
  using ip = openPacket(SOCK_DGRAM, ETH_P_IP);
  using nameless = openPacket(SOCK_DGRAM).bindToInterface(LO, ETH_P_EXPERIMENTAL);
  using old = openPacket(SOCK_PACKET, 0x0806);
  const values = [all, ip, nameless, old].map((socket) => {
    const { type, num, num_name, iface_idx, packet_info } = shown(socket);
    return [type, num, num_name, iface_idx, (packet_info as FlowObject)["flags"]];
  });
  assertEquals(values, [
    ["raw", 3, "all", 0, ["running"]],
    ["dgram", 0x0800, "ip", 0, ["running"]],
    ["dgram", ETH_P_EXPERIMENTAL, undefined, LO, ["running"]],
    ["packet", 0x0806, "arp", 0, ["running"]],
  ]);
});

/** Whether sockets can be given to other users here; a user's own namespace has none. */
const mapsAllUsers = /^\s*0\s+0\s+4294967295\s*$/.test(run(["cat", "/proc/self/uid_map"]).stdout);

Deno.test({
  name: `PACKET_DIAG_UID is the user that the socket was given to${
    mapsAllUsers ? "" : " (ignored: this user namespace has no other users)"
  }`,
  ignore: !mapsAllUsers,
  fn() {
    using _namespace = openNamespace();
    using socket = openPacket(SOCK_DGRAM).chown(4_294_967_294);
    assertEquals(shown(socket)["uid"], 4_294_967_294);
  },
});

Deno.test("packet: -A packet_raw and packet_dgram list sockets of their type", () => {
  using _namespace = openNamespace();
  using raw = openPacket(SOCK_RAW, ETH_P_ALL);
  using dgram = openPacket(SOCK_DGRAM, ETH_P_ALL);
  const listed = (name: string) => dumpFlows("-A", name, "-a").map(({ inode }) => inode);
  assertEquals([listed("packet_raw"), listed("p_dgr")], [[raw.inode], [dgram.inode]]);
  assertEquals(dumpFlows("-A", "packet"), []);
  assertEquals(dumpFlows("-0l").length, 2);
});

for (const [version, name] of [[0, "v1"], [1, "v2"], [2, "v3"]] as const) {
  Deno.test(`PACKET_DIAG_RX_RING and PACKET_DIAG_TX_RING are the rings of version ${name} that were made`, () => {
    using _namespace = openNamespace();
    using socket = openPacket(SOCK_RAW).set(PACKET_VERSION, version).set(PACKET_LOSS, 1).bindToInterface(LO, ETH_P_ALL);
    const sizes = (blockSize: number, blocks: number) => [blockSize, blocks, 2048, blockSize * blocks / 2048];
    // Only version v3 has the other members, and only for receiving.
    socket.makeRing(PACKET_RX_RING, ...sizes(8192, 4), ...version === 2 ? [150, 16, 1] : []);
    socket.makeRing(PACKET_TX_RING, ...sizes(4096, 6), ...version === 2 ? [0, 0, 0] : []);
    assertEquals(socket.get(PACKET_VERSION), version);
    const { rx_ring, tx_ring, packet_info } = shown(socket);
    assertEquals((packet_info as FlowObject)["version"], name);
    assertEquals((packet_info as FlowObject)["flags"], ["running", "loss"]);
    const ring = { frame_size: 2048, retire_tmo: 0, sizeof_priv: 0, features: [] };
    assertEquals(rx_ring, {
      ...ring,
      block_size: 8192,
      block_nr: 4,
      frame_nr: 16,
      ...version === 2 ? { retire_tmo: 150, sizeof_priv: 16, features: ["fill_rxhash"] } : {},
    });
    assertEquals(tx_ring, { ...ring, block_size: 4096, block_nr: 6, frame_nr: 12 });
  });
}

Deno.test("PACKET_DIAG_RX_RING and PACKET_DIAG_TX_RING come alone where there is only one ring", () => {
  using _namespace = openNamespace();
  using receiving = openPacket(SOCK_RAW).makeRing(PACKET_RX_RING, 4096, 1, 2048, 2);
  using sending = openPacket(SOCK_RAW).makeRing(PACKET_TX_RING, 4096, 1, 2048, 2);
  const there = (socket: Socket) => ["rx_ring", "tx_ring"].map((name) => shown(socket)[name] !== undefined);
  assertEquals([there(receiving), there(sending)], [[true, false], [false, true]]);
});

Deno.test("packet_info has the settings of auxdata, origdev, vnet_hdr, loss, reserve, copy_thresh and timestamps", () => {
  using _namespace = openNamespace();
  const options: readonly [number, string][] = [
    [PACKET_AUXDATA, "auxdata"],
    [PACKET_ORIGDEV, "origdev"],
    [PACKET_VNET_HDR, "vnethdr"],
    [PACKET_LOSS, "loss"],
  ];
  for (const [option, word] of options) {
    using socket = openPacket(SOCK_RAW).set(option, 1);
    assertEquals([socket.get(option), info(socket)["flags"]], [1, [word]]);
  }
  using socket = openPacket(SOCK_RAW, ETH_P_ALL);
  for (const [option] of options) socket.set(option, 1);
  socket.set(PACKET_RESERVE, 48).set(PACKET_COPY_THRESH, 512).set(PACKET_TIMESTAMP, 1 << 6 | 1 << 3);
  assertEquals([socket.get(PACKET_RESERVE), socket.get(PACKET_TIMESTAMP)], [48, 72]);
  assertEquals(info(socket), {
    version: "v1",
    reserve: 48,
    copy_thresh: 512,
    tstamp: ["rx_software", "raw_hardware"],
    flags: ["running", ...options.map(([, word]) => word)],
  });
});

/** Group and type as getsockopt(PACKET_FANOUT) has them, which has the flags in its highest byte as well. */
const fanoutOf = (socket: PacketSocket) => {
  const value = socket.get(PACKET_FANOUT);
  return { id: value & 0xffff, type: value >>> 16 & 0xff, flags: value >>> 24 };
};

Deno.test("PACKET_DIAG_FANOUT has group and type of PACKET_FANOUT for every type", () => {
  using _namespace = openNamespace();
  const types = ["hash", "lb", "cpu", "rollover", "rnd", "qm", "cbpf", "ebpf"];
  types.forEach((name, type) => {
    using socket = openPacket(SOCK_RAW).bindToInterface(LO, ETH_P_ALL).set(PACKET_FANOUT, 0xff00 + type | type << 16);
    assertEquals(fanoutOf(socket), { id: 0xff00 + type, type, flags: 0 });
    assertEquals(shown(socket)["fanout"], { id: 0xff00 + type, type: name });
  });
  using alone = openPacket(SOCK_RAW).bindToInterface(LO, ETH_P_ALL);
  assertEquals(shown(alone)["fanout"], undefined);
});

Deno.test("PACKET_DIAG_FANOUT has group and type of groups with flags, too, and of groups that the kernel numbers", () => {
  using _namespace = openNamespace();
  const ROLLOVER = 0x1000;
  const UNIQUEID = 0x2000;
  const DEFRAG = 0x8000;
  for (const flags of [ROLLOVER, DEFRAG, ROLLOVER | DEFRAG]) {
    using first = openPacket(SOCK_RAW).bindToInterface(LO, ETH_P_ALL).set(PACKET_FANOUT, 9 | (1 | flags) << 16);
    using second = openPacket(SOCK_RAW).bindToInterface(LO, ETH_P_ALL).set(PACKET_FANOUT, 9 | (1 | flags) << 16);
    assertEquals(fanoutOf(first), { id: 9, type: 1, flags: flags >> 8 });
    assertEquals([first, second].map((socket) => shown(socket)["fanout"]), [{ id: 9, type: "lb" }, {
      id: 9,
      type: "lb",
    }]);
  }
  using first = openPacket(SOCK_RAW).bindToInterface(LO, ETH_P_ALL).set(PACKET_FANOUT, UNIQUEID << 16);
  using second = openPacket(SOCK_RAW).bindToInterface(LO, ETH_P_ALL).set(PACKET_FANOUT, UNIQUEID << 16);
  const ids = [first, second].map((socket) => fanoutOf(socket).id);
  assert(ids[0] !== ids[1]);
  assertEquals([first, second].map((socket) => shown(socket)["fanout"]), ids.map((id) => ({ id, type: "hash" })));
});

Deno.test("PACKET_DIAG_FILTER is the program that was attached, and not there without one", () => {
  using _namespace = openNamespace();
  using filtered = openPacket(SOCK_RAW, ETH_P_ALL).attachFilter(program);
  using open = openPacket(SOCK_RAW, ETH_P_ALL);
  assertEquals(shown(filtered)["filter"], program.map(([code, jt, jf, k]) => ({ code, jt, jf, k })));
  assertEquals(shown(open)["filter"], undefined);
});

Deno.test("PACKET_DIAG_MCLIST has memberships of every kind, the newest first", () => {
  using _namespace = openNamespace();
  using socket = openPacket(SOCK_RAW)
    .join(LO, 0, [0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb])
    .join(LO, 1)
    .join(LO, 2)
    .join(LO, 3, [0x02, 0, 0, 0, 0, 0x07])
    .join(LO, 0, [0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb]);
  assertEquals(shown(socket)["mclist"], [
    { iface_idx: LO, count: 1, type: "unicast", addr: "020000000007" },
    { iface_idx: LO, count: 1, type: "allmulti" },
    { iface_idx: LO, count: 1, type: "promisc" },
    { iface_idx: LO, count: 2, type: "mc", addr: "01005e0000fb" },
  ]);
});

Deno.test("packet: recv_q, send_q and skmeminfo are SO_MEMINFO while packets wait, and drops count those without room", () => {
  using _namespace = openNamespace();
  // Frames of letters only, which no ethertype stands in: sockets for all packets get them.
  using receiver = openPacket(SOCK_RAW).setInteger(SOL_SOCKET, SO_RCVBUF, 4096).bindToInterface(LO, ETH_P_ALL);
  using sender = openPacket(SOCK_RAW).bindToInterface(LO, ETH_P_EXPERIMENTAL);
  for (let i = 0; i < 20; i++) sender.send(100);
  const names = [
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
  const expectSame = (socket: Socket): number[] => {
    const memory = socket.memory;
    const flow = shown(socket);
    assertEquals(flow["skmeminfo"], Object.fromEntries(names.map((name, i) => [name, memory[i]!])));
    assertEquals([flow["recv_q"], flow["send_q"]], [memory[0], memory[2]]);
    return memory;
  };
  const memory = expectSame(receiver);
  assert(memory[0]! > 0 && memory[8]! > 0, memory.join());
  expectSame(sender);
});

/** Sockets of different kinds, for comparison with what others say about them. */
function openSeveral(): Disposable & { readonly sockets: readonly PacketSocket[] } {
  const sockets = [
    openPacket(SOCK_RAW, ETH_P_ALL),
    openPacket(SOCK_DGRAM, ETH_P_IP),
    openPacket(SOCK_RAW).bindToInterface(LO, ETH_P_EXPERIMENTAL),
    openPacket(SOCK_RAW),
    openPacket(SOCK_RAW).attachFilter(program).bindToInterface(LO, ETH_P_ALL).set(PACKET_FANOUT, 12 | 2 << 16),
    openPacket(SOCK_RAW).set(PACKET_VERSION, 2).bindToInterface(LO, ETH_P_ALL)
      .makeRing(PACKET_RX_RING, 8192, 4, 2048, 16, 150, 0, 1),
  ];
  return { sockets, [Symbol.dispose]: () => sockets.forEach((socket) => socket[Symbol.dispose]()) };
}

Deno.test("packet: the sockets and their values are those in /proc/net/packet", () => {
  using _namespace = openNamespace();
  using several = openSeveral();
  // Deno itself does not read below /proc, and another process sees the files of its own thread.
  const { stdout, code } = run(["cat", "/proc/net/packet"]);
  assertEquals(code, 0);
  const rows = stdout.trim().split("\n").slice(1).map((line) => line.trim().split(/\s+/));
  const listed = rows.map(([, , type, proto, iface, running, rmem, user, inode]) =>
    [
      Number(inode),
      { "3": "raw", "2": "dgram" }[type!],
      parseInt(proto!, 16),
      Number(iface),
      running === "1",
      Number(rmem),
      Number(user),
    ].join()
  );
  const flows = dumpFlows("-0").map((flow) =>
    [
      flow["inode"],
      flow["type"],
      flow["num"],
      flow["iface_idx"],
      (objectIn(flow, "packet_info")["flags"] as string[]).includes("running"),
      flow["recv_q"],
      flow["uid"],
    ].join()
  );
  assertEquals(flows.sort(), listed.sort());
  assertEquals(flows.length, several.sockets.length);
});

Deno.test({
  name: `packet: the sockets and their values are those that ss prints${
    isInstalled("ss") ? "" : " (ignored: ss is not installed)"
  }`,
  ignore: !isInstalled("ss"),
  fn() {
    using _namespace = openNamespace();
    using several = openSeveral();
    const { stdout, stderr, code } = run(["ss", "-0naemObH"]);
    assertEquals([code, stderr], [0, ""]);
    const one = (line: string, pattern: RegExp) => pattern.exec(line)?.[1];
    const listed = stdout.trim().split("\n").map((line) => ({
      inode: Number(one(line, /ino:(\d+)/)),
      cookie: `0x${one(line, /sk:(\w+)/)}`,
      type: line.startsWith("p_raw") ? "raw" : "dgram",
      recv_q: Number(one(line, /UNCONN +(\d+)/)),
      flags: one(line, /flags\( (.*?) \)/),
      frames: one(line, /ring_rx\(.*?frm_nr:(\d+)/),
      timeout: one(line, /ring_rx\(.*?tmo:(\d+)/),
      fanout: one(line, /fanout\((.*?)\)/),
      filter: one(line, /bpf filter \((\d+)\)/),
      rcvbuf: one(line, /,rb(\d+)/),
      optmem: one(line, /,o(\d+)/),
    }));
    // deno-lint-ignore no-explicit-any
    const flows = dumpFlows("-0").map((flow: any) => ({
      inode: flow.inode,
      cookie: flow.cookie,
      type: flow.type,
      recv_q: flow.recv_q,
      flags: flow.packet_info.flags.join(" ") || "0",
      frames: flow.rx_ring === undefined ? undefined : String(flow.rx_ring.frame_nr),
      timeout: flow.rx_ring === undefined ? undefined : String(flow.rx_ring.retire_tmo),
      fanout: flow.fanout === undefined ? undefined : `id:${flow.fanout.id},type:${flow.fanout.type}`,
      filter: flow.filter === undefined ? undefined : String(flow.filter.length),
      rcvbuf: String(flow.skmeminfo.rcvbuf),
      optmem: String(flow.skmeminfo.optmem),
    }));
    assertEquals<unknown>(flows, listed);
    assertEquals(flows.length, several.sockets.length);
  },
});

Deno.test({
  name: "packet: without capabilities the program shows the same flows less filter",
  fn() {
    using _namespace = openNamespace();
    using several = openSeveral();
    const read = (...words: string[]): FlowObject[] => {
      const { stdout, stderr, code } = run([...words, ...programWords(), "-0"]);
      assertEquals([code, stderr], [0, ""]);
      return JSON.parse(stdout).PACKET.flows;
    };
    const whole = read();
    assertEquals(whole.filter(({ filter }) => filter !== undefined).length, 1);
    assertEquals(whole.length, several.sockets.length);
    assertEquals(
      read(...ownCommand("without_capabilities")),
      whole.map(({ filter: _, ...flow }) => flow as FlowObject),
    );
  },
});

/** How a dump of what `args` choose went. */
function outcomeOf(...args: string[]) {
  using source = openNetlinkSocket();
  const sink = new ObjectSink();
  const outcome = runPlan(planOf(...args), source, sink);
  return { outcome, flows: sink.take() };
}

for (const name of ["vsock", "xdp"]) {
  Deno.test(`${name}: the dump is whole, or the kernel has no diagnostics for it and one warning says so`, () => {
    using _namespace = openNamespace();
    using socket = name === "vsock" ? openVsock() : null;
    const { outcome, flows } = outcomeOf(`--${name}`, "-a");
    if (outcome.failed === 0) {
      assertEquals(outcome.warnings, []);
      if (socket !== null) assertEquals(flowOf(socket, flows)["state"], "unconnected");
      return;
    }
    assertEquals([outcome.dumps, outcome.failed, flows, outcome.warnings.length], [1, 1, [], 1]);
    assertMatch(outcome.warnings[0]!, new RegExp(`^cannot list ${name.toUpperCase()} sockets: .*ENOENT`));
    const { code, stdout, stderr } = run([...programWords(), `--${name}`]);
    assertEquals([code, stderr], [2, `ss2: ${outcome.warnings[0]}\n`]);
    assertEquals(JSON.parse(stdout), { [name.toUpperCase()]: { flows: [] } });
    // Who asks for everything is not told what the kernel does not have.
    assertEquals(outcomeOf("-a").outcome.warnings.filter((line) => line.includes(name.toUpperCase())), []);
  });
}
