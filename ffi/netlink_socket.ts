/**
 * The running kernel as a source of datagrams: a netlink socket; mirrors `linux/netlink.h`, see netlink(7).
 */
import { AF_NETLINK } from "../decode/kernel/address_family.ts";
import { type DatagramSource, OVERRUN } from "../decode/netlink/datagram_source.ts";
import { EAGAIN, ENOBUFS } from "../decode/kernel/errno.ts";
import { SystemError } from "../decode/kernel/errors.ts";
import { NETLINK_SOCK_DIAG } from "../decode/families/sock_diag.ts";
import { kernelReleaseName, parseKernelRelease } from "./kernel_release.ts";
import { libc, succeed, uninterrupted, waitFor } from "./libc.ts";
import { forgetOwnSocket, leaveOutOwn, noteOwnSocket, type OwnInAnswer, ownInAnswer } from "./own_sockets.ts";
import { canReadAhead, ReadAhead } from "./read_ahead.ts";

const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = 0o4000;
const SOL_NETLINK = 270;
const NETLINK_EXT_ACK = 11;
const MSG_TRUNC = 0x20;
const POLLIN = 1;
/** Size of `struct sockaddr_nl`; the port id is at byte 4. */
const ADDRESS_SIZE = 12;

const SIOCGIFNAME = 0x8910n;
/** Size of `struct ifreq`, and where the index stands in it, behind the name. */
const IFREQ_SIZE = 40;
const IFREQ_INDEX = 16;

/** Datagrams of an answer after which a second thread receives the rest: to start it takes longer than to receive these. */
const SHORT_ANSWER = 16;

/** Calls what it is given where a socket belongs, and returns its result. */
export type Inside = <T>(action: () => T) => T;

class NetlinkSocket implements DatagramSource {
  portId = 0;
  readonly release = parseKernelRelease(kernelReleaseName());
  #fd = -1;
  #ahead: ReadAhead | null = null;
  #readsAhead = true;
  /** Own sockets that this answer would tell of. */
  #own: OwnInAnswer | null = null;
  /** Datagrams of this answer. */
  #received = 0;

  constructor(readonly inside: Inside) {}

  #open(): void {
    const { socket } = libc;
    const type = SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK;
    this.#fd = this.inside(() => succeed(socket(AF_NETLINK, type, NETLINK_SOCK_DIAG), "open a netlink socket"));
    try {
      this.#connect();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #connect(): void {
    const { setsockopt, connect } = libc;
    // Kernels before 4.12 do not explain errors; that is no reason to fail.
    setsockopt(this.#fd, SOL_NETLINK, NETLINK_EXT_ACK, new Uint32Array([1]), 4);
    // Any process may send to a netlink socket, but to one that is connected only its peer: port id 0, the kernel.
    const kernel = new Uint8Array(ADDRESS_SIZE);
    kernel[0] = AF_NETLINK;
    succeed(connect(this.#fd, kernel, ADDRESS_SIZE), "connect a netlink socket");
    this.portId = this.#readPortId();
    noteOwnSocket(this.#fd);
  }

  /** The port id that the kernel has given the socket. */
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
      // Not while there is more of the answer: the kernel has the next datagram ready before it hands one out.
      waitFor(this.#fd, POLLIN);
    }
  }

  /** From here on this thread receives alone: there is no other one to be had. */
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
    // Names are no reason to fail: where netlink is refused there are none.
    if (this.refusal() !== null) return null;
    const request = new Uint8Array(IFREQ_SIZE);
    new DataView(request.buffer).setUint32(IFREQ_INDEX, index, true);
    // It goes by the namespace of the socket, whatever its protocol is.
    if (libc.ioctl(this.#fd, SIOCGIFNAME, request) < 0) return null;
    return request.subarray(0, request.indexOf(0));
  }

  /** Opens the socket unless it is open; why not, `null` if it is. */
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

  /** Closes the socket, on which a new dump would be refused with EBUSY; the next request opens another. */
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

/**
 * A netlink socket for socket diagnostics in the network namespace of the calling thread. Needs no privilege. It is opened when
 * the first request is sent, which throws {@linkcode SystemError} if the kernel refuses it.
 *
 * @throws {UnsupportedError} where there is no usable C library
 */
export const openNetlinkSocket = (): DatagramSource => new NetlinkSocket((action) => action());

/** The same in a network namespace that `inside` enters and leaves. */
export const openNetlinkSocketInside = (inside: Inside): DatagramSource => new NetlinkSocket(inside);

/** Why no netlink socket for socket diagnostics can be had here, `null` if one can. */
export function netlinkRefusal(): SystemError | null {
  using socket = new NetlinkSocket((action) => action());
  return socket.refusal();
}
