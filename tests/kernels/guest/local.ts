/** UNIX, netlink and packet sockets. */
import { bytes, interfaceIndex, join, shorts, Socket, words } from "./libc.ts";
import type { Collection, Values } from "./truth.ts";

const STREAM = 1;
const DGRAM = 2;
const RAW = 3;
const SEQPACKET = 5;
const SHUT_WR = 1;
const typeWords = { [STREAM]: "stream", [DGRAM]: "dgram", [RAW]: "raw", [SEQPACKET]: "seqpacket" } as const;
type Type = keyof typeof typeWords;

/** `struct sockaddr_un`. */
const named = (name: Uint8Array) => join(shorts(1), name);

/** UNIX sockets below `directory`, which exists. */
export function openUnix(truths: Collection, directory: string): void {
  const open = (type: Type) => Socket.open(1, type);
  const note = (name: string, socket: Socket, type: Type, state: string, is: Values = {}, absent: string[] = []) =>
    truths.add(`unix.${name}`, "UNIX", socket, {
      family: "unix",
      state,
      type: typeWords[type],
      recv_q: 0,
      send_q: 0,
      shutdown: 0,
      ...is,
    }, { absent: ["source", "unknown", ...absent] });
  const file = (name: string) => {
    const { ino, dev } = Deno.statSync(`${directory}/${name}`);
    return {
      path_name: `${directory}/${name}`,
      abstract: false,
      "vfs.inode": ino!,
      "vfs.minor": dev & 255,
      "vfs.major": dev >> 8,
    };
  };

  // Before 5.15 datagram sockets have no other state.
  const [major = 0, minor = 0] = Deno.osRelease().split(".").map(Number);
  const connected = major > 5 || minor >= 15 ? "established" : "unconnected";
  const address = named(bytes(`${directory}/stream.sock\0`));
  const listener = open(STREAM).bind(address).listen(7);
  const client = open(STREAM).connect(address);
  const server = listener.accept();
  client.send("12345");
  const waiting = [open(STREAM).connect(address), open(STREAM).connect(address)];
  note("listener", listener, STREAM, "listening", {
    ...file("stream.sock"),
    recv_q: 2,
    send_q: 7,
    backlog: 2,
    backlog_limit: 7,
    "pending.length": 2,
  }, ["peer_inode"]);
  const queued = client.number(1, 55) >= 0 ? memory(client, 2) : 0;
  note("client", client, STREAM, "established", { send_q: queued, peer_inode: server.inode() }, ["path_name", "vfs"]);
  note("server", server, STREAM, "established", { ...file("stream.sock"), recv_q: 5, peer_inode: client.inode() });
  waiting.forEach((socket, i) => note(`waiting${i}`, socket, STREAM, "established"));

  const path = named(bytes(`${directory}/datagram.sock\0`));
  const receiver = open(DGRAM).bind(path);
  const sender = open(DGRAM).connect(path).send("abc").send("defgh");
  // Somebody is connected to it.
  note("datagram.receiver", receiver, DGRAM, connected, { ...file("datagram.sock"), recv_q: 3 });
  note("datagram.sender", sender, DGRAM, connected, {
    send_q: memory(sender, 2),
    peer_inode: receiver.inode(),
  });

  const other = named(bytes(`${directory}/packets.sock\0`));
  const packets = open(SEQPACKET).bind(other).listen(3);
  const caller = open(SEQPACKET).connect(other);
  packets.accept().send("nine byte");
  note("seqpacket.listener", packets, SEQPACKET, "listening", { ...file("packets.sock"), send_q: 3, backlog_limit: 3 });
  note("seqpacket.client", caller, SEQPACKET, "established", { recv_q: 9 });

  const names: readonly (readonly [name: string, raw: Uint8Array, shown: string])[] = [
    ["nul", bytes("\0emb\0edded\0\0nul\0"), "@emb@edded@@nul@"],
    ["bytes", join(Uint8Array.of(0, 0xff, 0xfe, 1, 32, 10, 9), bytes("at@sign")), "@\ufffd\ufffd\u0001 \n\tat@sign"],
    ["full", join(Uint8Array.of(0), new Uint8Array(107).fill(65)), `@${"A".repeat(107)}`],
    ["one", Uint8Array.of(0), "@"],
  ];
  for (const [name, raw, path_name] of names) {
    const exact: Values = path_name.includes("\ufffd") ? { path_name_hex: raw.toHex() } : {};
    const socket = open(DGRAM).bind(named(raw));
    note(`abstract.${name}`, socket, DGRAM, "unconnected", { path_name, abstract: true, ...exact }, ["vfs"]);
  }
  const long = `${directory}/`.padEnd(108, "p");
  note("path108", open(STREAM).bind(named(bytes(long))), STREAM, "unconnected", file(long.slice(directory.length + 1)));
  const bad = join(bytes(`${directory}/`), Uint8Array.of(0xff, 0xc3, 0x61, 0));
  note("path.bytes", open(STREAM).bind(named(bad)), STREAM, "unconnected", {
    path_name: `${directory}/\ufffd\ufffda`,
    path_name_hex: bad.slice(0, -1).toHex(),
  });

  for (const type of [STREAM, DGRAM, SEQPACKET] as const) {
    const [left, right] = Socket.pair(1, type);
    left.send("8 bytes.");
    right.owner(1000);
    const state = type === DGRAM ? connected : "established";
    note(`pair.${typeWords[type]}.left`, left, type, state, {
      peer_inode: right.inode(),
      send_q: memory(left, 2),
    });
    note(`pair.${typeWords[type]}.right`, right, type, state, { peer_inode: left.inode(), recv_q: 8 });
  }
  const [shut, heard] = Socket.pair(1, STREAM);
  shut.shutdown(SHUT_WR);
  note("shut", shut, STREAM, "established", { shutdown: 2 });
  note("shut.other", heard, STREAM, "established", { shutdown: 1 });
  const [orphan, gone] = Socket.pair(1, STREAM);
  gone.close();
  note("orphan", orphan, STREAM, "established", { shutdown: 3 });
  note("fresh", open(STREAM), STREAM, "unconnected", {}, ["path_name", "vfs", "peer_inode"]);
}

/** A number of `SO_MEMINFO`. */
function memory(socket: Socket, index: number): number {
  return new DataView(socket.get(1, 55).buffer).getUint32(4 * index, true);
}

/** Netlink sockets with port numbers of their own. */
export function openNetlink(truths: Collection): void {
  const SOL_NETLINK = 270;
  const ADD_MEMBERSHIP = 1;
  const address = (portid: number, groups = 0) => join(shorts(16, 0), words(portid, groups));
  const open = (protocol: number, portid: number, groups = 0) =>
    Socket.open(16, RAW, protocol).bind(address(portid, groups));
  /** Those that are members of a group get what the kernel has to say. */
  const note = (name: string, socket: Socket, netlink_protocol: string, portid: number, is: Values = {}) =>
    truths.add(`netlink.${name}`, "NETLINK", socket, {
      family: "netlink",
      type: "raw",
      state: "unconnected",
      netlink_protocol,
      portid,
      dst_portid: 0,
      ...is,
    }, { absent: ["source", "unknown"], moving: "groups" in is });

  const route = open(0, 4001, 0x11);
  for (const group of [32, 33]) route.set(SOL_NETLINK, ADD_MEMBERSHIP, group);
  note("route", route, "route", 4001, { groups: [1, 5, 32, 33] });
  const generic = open(16, 4002);
  // NETLINK_PKTINFO, BROADCAST_ERROR, NO_ENOBUFS, LISTEN_ALL_NSID, CAP_ACK
  for (const option of [3, 4, 5, 8, 10]) generic.set(SOL_NETLINK, option, 1);
  note("generic", generic, "generic", 4002, {
    flags: ["pktinfo", "broadcast_error", "no_enobufs", "listen_all_nsid", "cap_ack"],
  });
  const receiver = open(2, 4003, 1);
  const sender = open(2, 4004).connect(address(4003));
  for (let i = 0; i < 3; i++) sender.send(join(words(24), shorts(100, 0), words(i, 4004), words(1, 2)));
  note("user.receiver", receiver, "usersock", 4003, { groups: [1], recv_q: memory(receiver, 0) });
  note("user.sender", sender, "usersock", 4004, { state: "established", dst_portid: 4003 });
  note("uevent", open(15, 4005, 1), "kobject-uevent", 4005, { groups: [1] });
  note("sock-diag", open(4, 4007, 5), "sock-diag", 4007, { groups: [1, 3] });
}

/** Packet sockets on `lo`, with rings, groups, filters. */
export function openPackets(truths: Collection): void {
  const SOL_PACKET = 263;
  const lo = interfaceIndex("lo");
  const network = (value: number) => ((value & 255) << 8) | (value >> 8);
  const address = (protocol: number, index = lo) =>
    join(shorts(17, network(protocol)), words(index), new Uint8Array(12));
  const open = (type: typeof RAW | typeof DGRAM, protocol: number, prepare: (socket: Socket) => void = () => {}) => {
    const socket = Socket.open(17, type, 0);
    prepare(socket);
    return socket.bind(address(protocol));
  };
  const note = (name: string, socket: Socket, type: Type, is: Values) =>
    truths.add(`packet.${name}`, "PACKET", socket, {
      family: "packet",
      state: "unconnected",
      type: typeWords[type],
      iface_idx: lo,
      ...is,
    }, { absent: ["source", "unknown"] });

  const member = (type: number, ...mac: number[]) =>
    join(words(lo), shorts(type, mac.length), Uint8Array.from(mac), new Uint8Array(8 - mac.length));
  const ring = open(RAW, 0x1234, (socket) => {
    const V3 = 2;
    socket.set(SOL_PACKET, 10, V3).set(SOL_PACKET, 5, words(16384, 4, 2048, 32, 100, 0, 1));
  });
  ring.set(SOL_PACKET, 1, member(1));
  note("rx-ring", ring, RAW, {
    num: 0x1234,
    "packet_info.version": "v3",
    rx_ring: {
      block_size: 16384,
      block_nr: 4,
      frame_size: 2048,
      frame_nr: 32,
      retire_tmo: 100,
      sizeof_priv: 0,
      features: ["fill_rxhash"],
    },
    mclist: [{ iface_idx: lo, count: 1, type: "promisc" }],
  });
  const two = open(RAW, 0x88b5, (socket) => {
    const V2 = 1;
    socket.set(SOL_PACKET, 10, V2).set(SOL_PACKET, 14, 1);
    for (const option of [5, 13]) socket.set(SOL_PACKET, option, words(4096, 8, 2048, 16));
  });
  const sizes = { block_size: 4096, block_nr: 8, frame_size: 2048, frame_nr: 16 };
  const values = Object.fromEntries(
    ["rx_ring", "tx_ring"].flatMap((side) => Object.entries(sizes).map(([name, value]) => [`${side}.${name}`, value])),
  );
  note("two-rings", two, RAW, { num: 0x88b5, ...values, "packet_info.flags": ["running", "loss"] });
  for (const number of [1, 2]) {
    const HASH_DEFRAG = 0x8000;
    const fanout = open(RAW, 0x88b6).set(SOL_PACKET, 18, words(7 | (HASH_DEFRAG << 16)));
    note(`fanout${number}`, fanout, RAW, { num: 0x88b6, "fanout.id": 7, "fanout.type": "hash" });
  }
  const noted = open(DGRAM, 0x88b7, (socket) => {
    // PACKET_AUXDATA, ORIGDEV, COPY_THRESH, TIMESTAMP (raw hardware)
    socket.set(SOL_PACKET, 8, 1).set(SOL_PACKET, 9, 1).set(SOL_PACKET, 7, 512).set(SOL_PACKET, 17, 64);
  }).owner(1000);
  note("dgram", noted, DGRAM, {
    num: 0x88b7,
    "packet_info.copy_thresh": 512,
    "packet_info.tstamp": ["raw_hardware"],
    "packet_info.flags": ["running", "auxdata", "origdev"],
  });
  const members = open(RAW, 0x88b8).set(SOL_PACKET, 1, member(0, 1, 0, 0x5e, 0, 0, 0xfb));
  members.set(SOL_PACKET, 1, member(2)).set(SOL_PACKET, 1, member(3, 2, 0, 0, 0, 0, 7));
  note("members", members, RAW, { num: 0x88b8, "mclist.length": 3 });
}
