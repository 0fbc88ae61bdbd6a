/** VSOCK, TIPC, XDP and SMC sockets. */
import { at, place, versions } from "./inet.ts";
import { interfaceIndex, join, mapMemory, shorts, Socket, words } from "./libc.ts";
import type { Collection, Values } from "./truth.ts";

const STREAM = 1;
const DGRAM = 2;
const RAW = 3;
const RDM = 4;
const SEQPACKET = 5;
const SHUT_WR = 1;
const NONBLOCK = 0x800;

/** Sockets between this machine and itself. */
export function openVsock(truths: Collection): void {
  const ANY = 0xffffffff;
  const LOCAL = 1;
  const address = (cid: number, port: number) => join(shorts(40, 0), words(port, cid, 0));
  const open = (type = STREAM) => Socket.open(40, type);
  const note = (name: string, socket: Socket, state: string, src_port: number, is: Values = {}) =>
    truths.add(`vsock.${name}`, "VSOCK", socket, { family: "vsock", state, type: "stream", src_port, ...is }, {
      absent: ["unknown"],
    });
  const listener = open().bind(address(ANY, 6001)).listen(5);
  note("listener", listener, "listening", 6001, { src_cid: null });
  const client = open().bind(address(ANY, 7001)).connect(address(LOCAL, 6001));
  const server = listener.accept();
  client.send("ten bytes.");
  note("client", client, "established", 7001, { dst_cid: LOCAL, dst_port: 6001, shutdown: 0 });
  note("server", server, "established", 6001, { src_cid: LOCAL, dst_cid: LOCAL, dst_port: 7001 });
  const half = open().bind(address(ANY, 7101)).connect(address(LOCAL, 6001));
  note("half.server", listener.accept(), "established", 6001, { dst_port: 7101 });
  half.shutdown(SHUT_WR);
  note("half.client", half, "established", 7101, { shutdown: 2, dst_port: 6001 });
  note("bound", open().bind(address(LOCAL, 6009)), "unconnected", 6009, { src_cid: LOCAL });
}

/** Packets with borders over VSOCK (5.14). */
export function openVsockPackets(truths: Collection): void {
  const address = (cid: number, port: number) => join(shorts(40, 0), words(port, cid, 0));
  const listener = Socket.open(40, SEQPACKET).bind(address(1, 6002)).listen(5);
  const client = Socket.open(40, SEQPACKET).bind(address(0xffffffff, 7002)).connect(address(1, 6002));
  const type = { family: "vsock", type: "seqpacket" };
  const is = { ...type, state: "established" };
  truths.add("vsock.seqpacket.listener", "VSOCK", listener, {
    ...type,
    state: "listening",
    src_port: 6002,
    src_cid: 1,
  });
  truths.add("vsock.seqpacket.client", "VSOCK", client, { ...is, src_port: 7002, dst_port: 6002, dst_cid: 1 });
  truths.add("vsock.seqpacket.server", "VSOCK", listener.accept(), { ...is, src_port: 6002, dst_port: 7002 });
}

/** Sockets of services of one node. */
export function openTipc(truths: Collection): void {
  const RANGE = 1;
  const SERVICE = 2;
  const NODE_SCOPE = 3;
  const open = (type: number) => Socket.open(30, type);
  const range = (type: number, lower: number, upper: number) =>
    join(shorts(30), Uint8Array.of(RANGE, NODE_SCOPE), words(type, lower, upper));
  const service = (type: number, instance: number) =>
    join(shorts(30), Uint8Array.of(SERVICE, 0), words(type, instance, 0));
  /** What the kernel calls the socket: the first number of its address. */
  const ref = (socket: Socket) => new DataView(socket.name().buffer).getUint32(4, true);
  const note = (name: string, socket: Socket, type: string, tipc_state: string, is: Values = {}) =>
    truths.add(`tipc.${name}`, "TIPC", socket, { type, tipc_state, node: 0, ref: ref(socket), ...is }, {
      absent: ["unknown", "unknown_outer"],
    });
  for (const [type, word, number] of [[SEQPACKET, "seqpacket", 18888], [STREAM, "stream", 18889]] as const) {
    const listener = open(type).bind(range(number, 17, 19)).listen(0);
    // A connection is made when it is accepted: the client cannot wait for that.
    const client = open(type | NONBLOCK).begin(service(number, 18));
    const server = listener.accept();
    client.send("four");
    note(`${word}.listener`, listener, word, "listen", { state: "listening", has_publ: true });
    const con = { "con.node": 0, "con.flag": true, "con.type": number, "con.inst": 18 };
    note(`${word}.client`, client, word, "established", { state: "established", "con.sock": ref(server), ...con });
    note(`${word}.server`, server, word, "established", { recv_q: 1, "con.sock": ref(client) });
  }
  const receiver = open(RDM).bind(range(18900, 1, 1));
  const sender = open(RDM);
  for (let i = 0; i < 3; i++) sender.sendTo(service(18900, 1), "abc");
  note("rdm.receiver", receiver, "rdm", "open", { state: "unconnected", has_publ: true, recv_q: 3 });
  note("rdm.sender", sender, "rdm", "open", { recv_q: 0 });
  note("dgram", open(DGRAM).owner(1000), "dgram", "open", { recv_q: 0 });
  const SOL_TIPC = 271;
  const GROUP_JOIN = 135;
  const group = open(RDM).set(SOL_TIPC, GROUP_JOIN, words(4711, 42, NODE_SCOPE, 0));
  note("group", group, "rdm", "open", { "group.id": 4711, "group.instance": 42, "group.node_scope": true });
}

/** Sockets with rings on the first queue of `lo`, and one that is not bound. */
export function openXdp(truths: Collection): void {
  const SOL_XDP = 283;
  const [RX_RING, TX_RING, UMEM_REG, FILL, COMPLETION] = [2, 3, 4, 5, 6];
  const lo = interfaceIndex("lo");
  const size = 262144;
  const open = (chunk: number, headroom: number) => {
    const memory = new BigUint64Array([mapMemory(size), BigInt(size)]);
    const registration = join(new Uint8Array(memory.buffer), words(chunk, headroom, 0, 0));
    return Socket.open(44, RAW).set(SOL_XDP, UMEM_REG!, registration);
  };
  const socket = open(4096, 256).set(SOL_XDP, RX_RING!, 16).set(SOL_XDP, TX_RING!, 8);
  socket.set(SOL_XDP, FILL!, 64).set(SOL_XDP, COMPLETION!, 32);
  const XDP_COPY = 2;
  socket.bind(join(shorts(44, XDP_COPY), words(lo, 0, 0)));
  const common = { family: "xdp", state: "unconnected", type: "raw" };
  truths.add("xdp.bound", "XDP", socket, {
    ...common,
    iface_idx: lo,
    queue_id: 0,
    "rx_ring.entries": 16,
    "tx_ring.entries": 8,
    "umem.size": size,
    "umem.num_pages": size / 4096,
    "umem.chunk_size": 4096,
    "umem.headroom": 256,
    "umem.iface_idx": lo,
    "umem_fill_ring.entries": 64,
    "umem_completion_ring.entries": 32,
  }, { absent: ["unknown"] });
  const loose = open(2048, 0).set(SOL_XDP, TX_RING!, 512).owner(1000);
  truths.add("xdp.loose", "XDP", loose, {
    ...common,
    iface_idx: 0,
    "tx_ring.entries": 512,
    "umem.chunk_size": 2048,
    "umem.headroom": 0,
  }, { absent: ["rx_ring", "unknown"] });
}

/** SMC sockets, which fall back to TCP where there is no device for it. */
export function openSmc(truths: Collection): void {
  for (const [protocol, version] of versions.entries()) {
    const open = () => Socket.open(43, STREAM, protocol);
    const local = [version.loopback, 27001 + 10 * protocol] as const;
    const remote = [version.loopback, 27005 + 10 * protocol] as const;
    const listener = open().bind(at(local)).listen(5);
    const client = open().bind(at(remote)).connect(at(local));
    const server = listener.accept();
    client.send("8 bytes.");
    const note = (name: string, socket: Socket, smc_state: string, is: Values) =>
      truths.add(`smc${version.name}.${name}`, "SMC", socket, { smc_state, ...is }, { absent: ["unknown"] });
    const ends = (values: Values) => ({ ...values, family: "smc" });
    note("listener", listener, "listen", { ...ends(place(version, "listening", local)), mode: "smcr" });
    note("client", client, "active", { ...ends(place(version, "established", remote, local)), mode: "fallback" });
    note("server", server, "active", { ...ends(place(version, "established", local, remote)), mode: "fallback" });
    truths.add(`smc${version.name}.fresh`, "SMC", open(), { smc_state: "init", src_port: 0 });
  }
}
