/**
 * The running kernel as a source of datagrams: a netlink socket; mirrors `linux/netlink.h`, see netlink(7).
 */
import { type DatagramSource, OVERRUN } from "../decode/datagram_source.ts";
import { ENOBUFS } from "../decode/errno.ts";
import { SystemError } from "../decode/errors.ts";
import { NETLINK_SOCK_DIAG } from "../decode/sock_diag.ts";
import { kernelReleaseName, parseKernelRelease } from "./kernel_release.ts";
import { libc, succeed, uninterrupted } from "./libc.ts";

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const SOL_NETLINK = 270;
const NETLINK_EXT_ACK = 11;
const MSG_TRUNC = 0x20;
/** Size of `struct sockaddr_nl`; the port id is at byte 4. */
const ADDRESS_SIZE = 12;

class NetlinkSocket implements DatagramSource {
  portId = 0;
  readonly release = parseKernelRelease(kernelReleaseName());
  #fd = -1;
  readonly #address = new Uint8Array(ADDRESS_SIZE);
  readonly #addressView = new DataView(this.#address.buffer);
  readonly #addressLength = new Uint32Array(1);
  readonly #kernel = new Uint8Array(ADDRESS_SIZE);

  constructor() {
    this.#kernel[0] = AF_NETLINK;
    this.#open();
  }

  #open(): void {
    const { socket, setsockopt } = libc;
    this.#fd = succeed(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG), "open a netlink socket");
    // Kernels before 4.12 do not explain errors; that is no reason to fail.
    setsockopt(this.#fd, SOL_NETLINK, NETLINK_EXT_ACK, new Uint32Array([1]), 4);
    this.portId = 0;
  }

  send(request: Uint8Array<ArrayBuffer>): void {
    if (this.#fd < 0) this.#open();
    const { sendto } = libc;
    const result = uninterrupted(() =>
      sendto(this.#fd, request, BigInt(request.length), 0, this.#kernel, ADDRESS_SIZE)
    );
    if (result < 0) throw new SystemError("send a request to the kernel", -result);
    if (this.portId === 0) this.#readPortId();
  }

  /** The kernel gives a socket that was not bound its port id with the first request. */
  #readPortId(): void {
    this.#addressLength[0] = ADDRESS_SIZE;
    const result = libc.getsockname(this.#fd, this.#address, this.#addressLength);
    succeed(result, "read the address of a netlink socket");
    this.portId = this.#addressView.getUint32(4, true);
  }

  receive(buffer: Uint8Array<ArrayBuffer>): number {
    const { recvfrom } = libc;
    const size = BigInt(buffer.length);
    const receive = () => {
      this.#addressLength[0] = ADDRESS_SIZE;
      return recvfrom(this.#fd, buffer, size, MSG_TRUNC, this.#address, this.#addressLength);
    };
    while (true) {
      const length = uninterrupted(receive);
      if (length === -ENOBUFS) return OVERRUN;
      if (length < 0) throw new SystemError("receive from the kernel", -length);
      // Any process may send to a netlink socket; only port id 0 is the kernel.
      if (length === 0 || this.#addressView.getUint32(4, true) === 0) return length;
    }
  }

  /** Closes the socket, on which a new dump would be refused with EBUSY; the next request opens another. */
  restart(): void {
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    if (this.#fd >= 0) libc.close(this.#fd);
    this.#fd = -1;
  }
}

/**
 * Opens a netlink socket for socket diagnostics in the network namespace of the calling thread. Needs no privilege.
 *
 * @throws {SystemError} if the kernel refuses it
 * @throws {UnsupportedError} where there is no usable C library
 */
export function openNetlinkSocket(): DatagramSource {
  return new NetlinkSocket();
}
