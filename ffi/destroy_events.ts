/**
 * A netlink socket that receives the messages of the kernel about destroyed sockets; see netlink(7). Needs no privilege.
 */
import { EAGAIN, ENOBUFS } from "../decode/kernel/errno.ts";
import { SystemError } from "../decode/kernel/errors.ts";
import { OVERRUN } from "../decode/netlink/datagram_source.ts";
import { errno, libc, succeed, uninterrupted } from "./libc.ts";
import type { Inside } from "../decode/plan/plan.ts";
import { interfaceName, MSG_TRUNC, openKernelSocket, SOL_NETLINK } from "./netlink_socket.ts";
import { forgetOwnSocket, noteOwnSocket } from "./own_sockets.ts";

const NETLINK_ADD_MEMBERSHIP = 1;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_ATTACH_FILTER = 26;
const SO_RCVBUFFORCE = 33;
const SO_MEMINFO = 55;
/** Numbers in `SO_MEMINFO`, and that of lost messages. */
const MEMINFO_COUNT = 9;
const MEMINFO_DROPS = 8;

/**
 * Room for messages that wait, in bytes; the kernel doubles the number. A message takes 1280 bytes of it. More room would not
 * help: while it is over half full, the kernel waits for the reader, and the whole machine closes sockets more slowly.
 */
const RECEIVE_BUFFER = 4 * 1024 * 1024;

/** Offsets of the ports in the message, its header included. */
const PORTS = { src: 20, dst: 22 };

/** Ports that a socket must have, 0 for any. */
export interface Ports {
  readonly src: number;
  readonly dst: number;
  /** Whether 0 in the message will do too: the kernel wipes the ports of a socket that was disconnected before. */
  readonly orWiped?: boolean;
}

/** The instructions `struct sock_filter` of a classic BPF program that keeps messages with these ports. */
function encodeProgram({ src, dst, orWiped = false }: Ports): Uint8Array<ArrayBuffer> {
  const checks = ([[PORTS.src, src], [PORTS.dst, dst]] as const).filter(([, port]) => port !== 0);
  const size = orWiped ? 3 : 2;
  const program = new DataView(new ArrayBuffer(8 * (size * checks.length + 2)));
  let at = 0;
  const put = (code: number, jumpTrue: number, jumpFalse: number, value: number) => {
    program.setUint16(at, code, true);
    program.setUint8(at + 2, jumpTrue);
    program.setUint8(at + 3, jumpFalse);
    program.setUint32(at + 4, value, true);
    at += 8;
  };
  checks.forEach(([offset, port], i) => {
    const toEnd = size * (checks.length - 1 - i) + 1;
    put(0x28, 0, 0, offset); // BPF_LD | BPF_H | BPF_ABS
    if (orWiped) put(0x15, 1, 0, 0); // BPF_JMP | BPF_JEQ | BPF_K
    put(0x15, 0, toEnd, port);
  });
  put(0x06, 0, 0, 0xffffffff); // BPF_RET: the whole message
  put(0x06, 0, 0, 0); // BPF_RET: nothing
  return new Uint8Array(program.buffer);
}

/** Receives events in one network namespace, which exists as long as this is open. */
export class DestroyEvents implements Disposable {
  readonly fd: number;
  #drops = 0;

  /**
   * Opens the socket.
   *
   * @param groups multicast groups of NETLINK_SOCK_DIAG
   * @param ports the kernel sends only events of sockets with these
   * @throws {SystemError} if the kernel refuses
   */
  constructor(inside: Inside, groups: readonly number[], ports: Ports) {
    this.fd = openKernelSocket(inside);
    try {
      this.#prepare(groups, ports);
    } catch (error) {
      libc.close(this.fd);
      throw error;
    }
    noteOwnSocket(this.fd);
  }

  #prepare(groups: readonly number[], ports: Ports): void {
    const { setsockopt } = libc;
    const size = new Uint32Array([RECEIVE_BUFFER]);
    // Without CAP_NET_ADMIN at most net.core.rmem_max.
    if (setsockopt(this.fd, SOL_SOCKET, SO_RCVBUFFORCE, size, 4) < 0) {
      succeed(setsockopt(this.fd, SOL_SOCKET, SO_RCVBUF, size, 4), "set the receive buffer");
    }
    if (ports.src !== 0 || ports.dst !== 0) this.#attach(encodeProgram(ports));
    for (const group of groups) {
      const result = setsockopt(this.fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, new Uint32Array([group]), 4);
      succeed(result, "join the multicast group for destroyed sockets");
    }
  }

  #attach(program: Uint8Array<ArrayBuffer>): void {
    // struct sock_fprog
    const filter = new DataView(new ArrayBuffer(16));
    filter.setUint16(0, program.length / 8, true);
    filter.setBigUint64(8, Deno.UnsafePointer.value(Deno.UnsafePointer.of(program)), true);
    const { setsockopt } = libc;
    succeed(setsockopt(this.fd, SOL_SOCKET, SO_ATTACH_FILTER, filter, 16), "attach a socket filter");
  }

  /** Takes the next message without waiting; returns its length, 0 if there is none, OVERRUN after losses. */
  receive(buffer: Uint8Array<ArrayBuffer>): number {
    const { recv } = libc;
    const length = uninterrupted(() => recv(this.fd, buffer, BigInt(buffer.length), MSG_TRUNC));
    if (length >= 0) return length;
    if (length === -EAGAIN) return 0;
    if (length === -ENOBUFS) return OVERRUN;
    throw new SystemError("receive from the kernel", -length);
  }

  /** Number of messages that were lost since the last call, for lack of room. */
  takeLosses(): number {
    const info = new Uint32Array(MEMINFO_COUNT);
    const result = libc.getsockopt(this.fd, SOL_SOCKET, SO_MEMINFO, info, new Uint32Array([info.byteLength]));
    if (result < 0) throw new SystemError("read how many events were lost", errno());
    const lost = (info[MEMINFO_DROPS]! - this.#drops) >>> 0;
    this.#drops = info[MEMINFO_DROPS]!;
    return lost;
  }

  /** As in {@linkcode DatagramSource}. */
  interfaceName(index: number): Uint8Array | null {
    return interfaceName(this.fd, index);
  }

  [Symbol.dispose](): void {
    forgetOwnSocket(this.fd);
    libc.close(this.fd);
  }
}

const POLLIN = 1;
const POLLERR = 8;
const POLLHUP = 16;

/**
 * Waits until one of the descriptors can be read, but not longer than some milliseconds. Timers and signals go on meanwhile.
 *
 * @param output a descriptor of which only errors are awaited
 * @returns whether the reader of `output` has gone
 */
export async function waitForEvents(fds: readonly number[], output: number, milliseconds: number): Promise<boolean> {
  const waiting = new Int32Array([...fds, output].flatMap((fd) => [fd, fd === output ? 0 : POLLIN]));
  await libc.pollAside(waiting, BigInt(waiting.length / 2), milliseconds);
  return ((waiting.at(-1)! >> 16) & (POLLERR | POLLHUP)) !== 0;
}
