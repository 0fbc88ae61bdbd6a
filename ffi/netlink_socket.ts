/**
 * A netlink socket as a source of datagrams from the running kernel; mirrors `linux/netlink.h`, see netlink(7).
 */
import { AF_NETLINK } from "../decode/kernel/address_family.ts";
import type { Inside } from "../decode/plan/plan.ts";
import { type DatagramSource, OVERRUN } from "../decode/netlink/datagram_source.ts";
import { EAGAIN, ENOBUFS } from "../decode/kernel/errno.ts";
import { SystemError } from "../decode/kernel/errors.ts";
import { NETLINK_SOCK_DIAG } from "../decode/families/sock_diag.ts";
import { kernelReleaseName, parseKernelRelease } from "./kernel_release.ts";
import { errno, libc, succeed, uninterrupted, waitFor } from "./libc.ts";
import { forgetOwnSocket, leaveOutOwn, noteOwnSocket, type OwnInAnswer, ownInAnswer } from "./own_sockets.ts";
import { canReadAhead, ReadAhead } from "./read_ahead.ts";

const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = 0o4000;
export const SOL_NETLINK = 270;
const NETLINK_EXT_ACK = 11;
export const MSG_TRUNC = 0x20;
const POLLIN = 1;
/** Size of `struct sockaddr_nl`; the port id is at byte 4. */
const ADDRESS_SIZE = 12;

const SIOCGIFNAME = 0x8910n;
/** Size of `struct ifreq`, and offset of the index in it, after the name. */
const IFREQ_SIZE = 40;
const IFREQ_INDEX = 16;

/** After this many datagrams of an answer a second thread receives the rest. Starting it takes longer than receiving these. */
const SHORT_ANSWER = 16;

class NetlinkSocket implements DatagramSource {
  portId = 0;
  readonly release = parseKernelRelease(kernelReleaseName());
  #fd = -1;
  #ahead: ReadAhead | null = null;
  #readsAhead = true;
  /** The program's own sockets that this answer would list. */
  #own: OwnInAnswer | null = null;
  /** Number of datagrams received of this answer. */
  #received = 0;

  constructor(readonly inside: Inside) {}

  #open(): void {
    this.#fd = openKernelSocket(this.inside);
    try {
      this.#prepare();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #prepare(): void {
    // Kernels before 4.12 have no extended acknowledgements. The program works without them.
    libc.setsockopt(this.#fd, SOL_NETLINK, NETLINK_EXT_ACK, new Uint32Array([1]), 4);
    this.portId = this.#readPortId();
    noteOwnSocket(this.#fd);
  }

  /** The port id that the kernel assigned to the socket. */
  #readPortId(): number {
    const address = new DataView(new ArrayBuffer(ADDRESS_SIZE));
    const result = libc.getsockname(this.#fd, address, new Uint32Array([ADDRESS_SIZE]));
    succeed(result, "read the address of a netlink socket");
    return address.getUint32(4, true);
  }

  send(request: Uint8Array<ArrayBuffer>): void {
    if (this.#fd < 0) this.#open();
    const { send } = libc;
    const result = uninterrupted(() => send(this.#fd, request, BigInt(request.length), 0));
    if (result < 0) throw new SystemError("send a request to the kernel", -result);
    this.#received = 0;
    this.#own = ownInAnswer(request);
  }

  receive(buffer: Uint8Array<ArrayBuffer>): number {
    if (this.#ahead === null && this.#readsAhead && ++this.#received > SHORT_ANSWER && canReadAhead()) {
      this.#ahead = new ReadAhead(this.#fd, buffer.length);
    }
    while (true) {
      const length = this.#ahead === null ? this.#receiveNow(buffer) : this.#ahead.receive(buffer);
      if (length >= 0) {
        if (this.#own === null || length === 0 || length > buffer.length) return length;
        const rest = leaveOutOwn(buffer, length, this.#own);
        if (rest > 0) return rest;
        continue;
      }
      if (this.#ahead?.refused === true && length === -EAGAIN) {
        this.#stopReadingAhead();
        continue;
      }
      if (length === -ENOBUFS) return OVERRUN;
      if (length !== -EAGAIN) throw new SystemError("receive from the kernel", -length);
      // This cannot be in the middle of an answer: the kernel prepares the next datagram before it delivers one.
      waitFor(this.#fd, POLLIN);
    }
  }

  /** From now on this thread receives alone, because no second one is available. */
  #stopReadingAhead(): void {
    this.#readsAhead = false;
    this.#ahead?.[Symbol.dispose]();
    this.#ahead = null;
  }

  #receiveNow(buffer: Uint8Array<ArrayBuffer>): number {
    const { recv } = libc;
    return uninterrupted(() => recv(this.#fd, buffer, BigInt(buffer.length), MSG_TRUNC));
  }

  interfaceName(index: number): Uint8Array | null {
    // A missing name is no reason to fail: where netlink is refused there are no names.
    return this.refusal() === null ? interfaceName(this.#fd, index) : null;
  }

  /** Opens the socket unless it is open; returns the error, `null` on success. */
  refusal(): SystemError | null {
    if (this.#fd >= 0) return null;
    try {
      this.#open();
      return null;
    } catch (error) {
      if (error instanceof SystemError) return error;
      throw error;
    }
  }

  /** Closes the socket: a new dump on it would fail with EBUSY. The next request opens another. */
  restart(): void {
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#ahead?.[Symbol.dispose]();
    this.#ahead = null;
    if (this.#fd >= 0) {
      forgetOwnSocket(this.#fd);
      libc.close(this.#fd);
    }
    this.#fd = -1;
  }
}

/** The name of an interface, without NUL, in the network namespace of a socket of any protocol; `null` if there is none. */
export function interfaceName(fd: number, index: number): Uint8Array | null {
  const request = new Uint8Array(IFREQ_SIZE);
  new DataView(request.buffer).setUint32(IFREQ_INDEX, index, true);
  return libc.ioctl(fd, SIOCGIFNAME, request) < 0 ? null : request.subarray(0, request.indexOf(0));
}

/**
 * Opens a netlink socket that receives only from the kernel, not from other processes.
 *
 * @param protocol the part of the kernel that it talks to, as in netlink(7)
 * @throws {SystemError} if the kernel refuses
 */
export function openKernelSocket(inside: Inside, protocol: number = NETLINK_SOCK_DIAG): number {
  const { socket, connect } = libc;
  const type = SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK;
  const fd = inside(() => succeed(socket(AF_NETLINK, type, protocol), "open a netlink socket"));
  // Any process may send to a netlink socket. A connected one receives only from its peer: port id 0, the kernel.
  const kernel = new Uint8Array(ADDRESS_SIZE);
  kernel[0] = AF_NETLINK;
  if (connect(fd, kernel, ADDRESS_SIZE) === 0) return fd;
  const error = errno();
  libc.close(fd);
  throw new SystemError("connect a netlink socket", error);
}

/**
 * A netlink socket for socket diagnostics in the network namespace of the calling thread. Needs no privilege. The first request
 * opens it, and throws {@linkcode SystemError} if the kernel refuses.
 *
 * @throws {UnsupportedError} if there is no usable C library
 */
export const openNetlinkSocket = (): DatagramSource => new NetlinkSocket((action) => action());

/** Like {@linkcode openNetlinkSocket}, in a network namespace that `inside` enters and leaves. */
export const openNetlinkSocketInside = (inside: Inside): DatagramSource => new NetlinkSocket(inside);

/** Why no netlink socket for socket diagnostics can be opened here, `null` if one can. */
export function netlinkRefusal(): SystemError | null {
  using socket = new NetlinkSocket((action) => action());
  return socket.refusal();
}
