/**
 * Packet sockets, and sockets of AF_VSOCK, with known properties, opened through the C library.
 */
import { AF_PACKET, AF_VSOCK } from "../../decode/kernel/address_family.ts";
import { SOCK_STREAM } from "../../decode/kernel/socket_types.ts";
import { CallError } from "./libc.ts";
import { openDescriptor, Socket, SOL_SOCKET } from "./sockets.ts";

const SO_ATTACH_FILTER = 26;
const SOL_PACKET = 263;
/** In every network namespace `lo` has this index. */
export const LO = 1;

export const ETH_P_ALL = 3;
export const ETH_P_IP = 0x0800;

export const PACKET_ADD_MEMBERSHIP = 1;
export const PACKET_RX_RING = 5;
export const PACKET_COPY_THRESH = 7;
export const PACKET_AUXDATA = 8;
export const PACKET_ORIGDEV = 9;
export const PACKET_VERSION = 10;
export const PACKET_RESERVE = 12;
export const PACKET_TX_RING = 13;
export const PACKET_LOSS = 14;
export const PACKET_VNET_HDR = 15;
export const PACKET_TIMESTAMP = 17;
export const PACKET_FANOUT = 18;

const swap16 = (value: number) => (value & 0xff) << 8 | value >> 8;

/** A classic BPF instruction: code, jt, jf, k. */
export type Instruction = readonly [code: number, jt: number, jf: number, k: number];

/** A packet socket. */
export class PacketSocket extends Socket {
  /** Binds to an interface: `struct sockaddr_ll`. */
  bindToInterface(index: number, ethertype: number): this {
    const address = new Uint8Array(20);
    const view = new DataView(address.buffer);
    view.setUint16(0, AF_PACKET, true);
    view.setUint16(2, ethertype, false);
    view.setInt32(4, index, true);
    return this.bindTo(address);
  }

  set(option: number, value: number): this {
    return this.setInteger(SOL_PACKET, option, value);
  }

  get(option: number): number {
    return this.getInteger(SOL_PACKET, option);
  }

  /** Makes a ring: the members of `struct tpacket_req`, or with seven of them of `struct tpacket_req3`. */
  makeRing(option: number, ...members: readonly number[]): this {
    return this.setBytes(SOL_PACKET, option, new Int32Array(members));
  }

  /** Asks for a kind of packets: `struct packet_mreq`. */
  join(index: number, type: number, address: readonly number[] = []): this {
    const membership = new Uint8Array(16);
    const view = new DataView(membership.buffer);
    view.setInt32(0, index, true);
    view.setUint16(4, type, true);
    view.setUint16(6, address.length, true);
    membership.set(address, 8);
    return this.setBytes(SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership);
  }

  attachFilter(program: readonly Instruction[]): this {
    const instructions = new Uint8Array(8 * program.length);
    const view = new DataView(instructions.buffer);
    program.forEach(([code, jt, jf, k], i) => {
      view.setUint16(8 * i, code, true);
      view.setUint8(8 * i + 2, jt);
      view.setUint8(8 * i + 3, jf);
      view.setUint32(8 * i + 4, k, true);
    });
    // struct sock_fprog: a count and a pointer.
    const filter = new Uint8Array(16);
    const filterView = new DataView(filter.buffer);
    filterView.setUint16(0, program.length, true);
    filterView.setBigUint64(8, BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(instructions))), true);
    return this.setBytes(SOL_SOCKET, SO_ATTACH_FILTER, filter);
  }
}

/** Opens a packet socket; it receives at once if `ethertype` is not 0. */
export function openPacket(type: number, ethertype = 0): PacketSocket {
  return new PacketSocket(openDescriptor(AF_PACKET, type, swap16(ethertype)), AF_PACKET);
}

/** Opens a stream socket of AF_VSOCK that is bound to any port; `null` if the kernel has none. */
export function openVsock(): Socket | null {
  let socket: Socket;
  try {
    socket = new Socket(openDescriptor(AF_VSOCK, SOCK_STREAM, 0), AF_VSOCK);
  } catch (error) {
    if (error instanceof CallError) return null;
    throw error;
  }
  // struct sockaddr_vm with VMADDR_PORT_ANY and VMADDR_CID_ANY.
  const address = new Uint8Array(16).fill(0xff, 4, 12);
  new DataView(address.buffer).setUint16(0, AF_VSOCK, true);
  try {
    return socket.bindTo(address);
  } catch (error) {
    socket.close();
    throw error;
  }
}
