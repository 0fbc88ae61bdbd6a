/** Packet sockets. */
import { interfaceIndex, join, shorts, Socket, words } from "./libc.ts";
import type { Collection, Values } from "./truth.ts";

const DGRAM = 2;
const RAW = 3;
const typeWords = { [DGRAM]: "dgram", [RAW]: "raw" } as const;
type Type = keyof typeof typeWords;
const SOL_PACKET = 263;

/** Opens packet sockets on `lo`, and notes what they are. */
export class PacketSockets {
  readonly lo = interfaceIndex("lo");

  constructor(readonly truths: Collection) {}

  open(type: Type, protocol: number, prepare: (socket: Socket) => void = () => {}): Socket {
    const socket = Socket.open(17, type, 0);
    prepare(socket);
    const inOrder = ((protocol & 255) << 8) | (protocol >> 8);
    return socket.bind(join(shorts(17, inOrder), words(this.lo), new Uint8Array(12)));
  }

  note(name: string, socket: Socket, type: Type, is: Values): void {
    this.truths.add(`packet.${name}`, "PACKET", socket, {
      family: "packet",
      state: "unconnected",
      type: typeWords[type],
      iface_idx: this.lo,
      ...is,
    }, { absent: ["source", "unknown"] });
  }

  /** `struct packet_mreq`. */
  member(type: number, ...mac: number[]): Uint8Array<ArrayBuffer> {
    return join(words(this.lo), shorts(type, mac.length), Uint8Array.from(mac), new Uint8Array(8 - mac.length));
  }
}

/** Sockets with rings. */
export function openRings(packets: PacketSockets): void {
  const ring = packets.open(RAW, 0x1234, (socket) => {
    const V3 = 2;
    socket.set(SOL_PACKET, 10, V3).set(SOL_PACKET, 5, words(16384, 4, 2048, 32, 100, 0, 1));
  });
  ring.set(SOL_PACKET, 1, packets.member(1));
  packets.note("rx-ring", ring, RAW, {
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
    mclist: [{ iface_idx: packets.lo, count: 1, type: "promisc" }],
  });
  const two = packets.open(RAW, 0x88b5, (socket) => {
    const V2 = 1;
    socket.set(SOL_PACKET, 10, V2).set(SOL_PACKET, 14, 1);
    for (const option of [5, 13]) socket.set(SOL_PACKET, option, words(4096, 8, 2048, 16));
  });
  const sizes = { block_size: 4096, block_nr: 8, frame_size: 2048, frame_nr: 16 };
  const values = Object.fromEntries(
    ["rx_ring", "tx_ring"].flatMap((side) => Object.entries(sizes).map(([name, value]) => [`${side}.${name}`, value])),
  );
  packets.note("two-rings", two, RAW, { num: 0x88b5, ...values, "packet_info.flags": ["running", "loss"] });
}

/** Sockets of groups, with options and memberships. */
export function openPacketOptions(packets: PacketSockets): void {
  for (const number of [1, 2]) {
    const HASH_DEFRAG = 0x8000;
    const fanout = packets.open(RAW, 0x88b6).set(SOL_PACKET, 18, words(7 | (HASH_DEFRAG << 16)));
    packets.note(`fanout${number}`, fanout, RAW, { num: 0x88b6, "fanout.id": 7, "fanout.type": "hash" });
  }
  const noted = packets.open(DGRAM, 0x88b7, (socket) => {
    // PACKET_AUXDATA, ORIGDEV, COPY_THRESH, TIMESTAMP (raw hardware)
    socket.set(SOL_PACKET, 8, 1).set(SOL_PACKET, 9, 1).set(SOL_PACKET, 7, 512).set(SOL_PACKET, 17, 64);
  }).owner(1000);
  packets.note("dgram", noted, DGRAM, {
    num: 0x88b7,
    "packet_info.copy_thresh": 512,
    "packet_info.tstamp": ["raw_hardware"],
    "packet_info.flags": ["running", "auxdata", "origdev"],
  });
  const members = packets.open(RAW, 0x88b8).set(SOL_PACKET, 1, packets.member(0, 1, 0, 0x5e, 0, 0, 0xfb));
  members.set(SOL_PACKET, 1, packets.member(2)).set(SOL_PACKET, 1, packets.member(3, 2, 0, 0, 0, 0, 7));
  packets.note("members", members, RAW, { num: 0x88b8, "mclist.length": 3 });
}
