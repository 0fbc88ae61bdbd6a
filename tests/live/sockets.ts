/**
 * Sockets with known properties, opened through the C library: what the live tests find again in the dumps.
 */
import { AF_NETLINK, AF_UNIX } from "../../decode/kernel/address_family.ts";
import { errno } from "../../ffi/libc.ts";
import { bytesOf, CallError, check, cString, libc, waitUntil } from "./libc.ts";

export { CallError, cString, sleep, waitUntil } from "./libc.ts";

export const AF_INET = 2;
export const AF_INET6 = 10;
const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;

export const IPPROTO_IP = 0;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
export const IPPROTO_IPV6 = 41;
export const IPPROTO_UDPLITE = 136;
export const IPPROTO_MPTCP = 262;

export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_LINGER = 13;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_KEEPALIVE = 9;
export const SO_PRIORITY = 12;
const SO_TYPE = 3;
const SO_RCVTIMEO = 20;
const SO_SNDTIMEO = 21;
export const SO_BINDTODEVICE = 25;
export const SO_MARK = 36;
export const SO_MAX_PACING_RATE = 47;
const SO_MEMINFO = 55;
const SO_COOKIE = 57;

export const IP_TOS = 1;
export const IP_RECVERR = 11;
export const IP_FREEBIND = 15;
export const IP_TRANSPARENT = 19;
export const IP_BIND_ADDRESS_NO_PORT = 24;
export const IP_RECVERR_RFC4884 = 26;
export const IP_MULTICAST_LOOP = 34;
export const IP_MULTICAST_ALL = 49;
export const IPV6_V6ONLY = 26;
export const IPV6_TCLASS = 67;

export const TCP_MAXSEG = 2;
export const TCP_KEEPIDLE = 4;
export const TCP_DEFER_ACCEPT = 9;
export const TCP_INFO = 11;
export const TCP_CONGESTION = 13;
const TCP_MD5SIG_EXT = 32;

export const TCP_FIN_WAIT1 = 4;
export const TCP_FIN_WAIT2 = 5;
export const TCP_CLOSE_WAIT = 8;
export const TCP_LAST_ACK = 9;
export const TCP_CLOSING = 11;

export const SHUT_RD = 0;
export const SHUT_WR = 1;
export const SHUT_RDWR = 2;

const SIOCINQ = 0x541b;
const SIOCOUTQ = 0x5411;
const SIOCOUTQNSD = 0x894b;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;
const EAGAIN = 11;
const EINPROGRESS = 115;

/** No call of a test may hang; the kernel's own waits end after this many seconds. */
const TIMEOUT = 60n;

/** The bytes of an IP address in network order, as libc reads it. */
export function addressBytes(family: number, text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(family === AF_INET ? 4 : 16);
  if (libc().inet_pton(family, cString(text), bytes) !== 1) throw new TypeError(`no address: ${text}`);
  return bytes;
}

/** `struct sockaddr_in` or `struct sockaddr_in6`. */
export function inetAddress(family: number, text: string, port: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(family === AF_INET ? 16 : 28);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, family, true);
  view.setUint16(2, port, false);
  bytes.set(addressBytes(family, text), family === AF_INET ? 4 : 8);
  return bytes;
}

/** `struct sockaddr_un`: a path, an abstract name with NUL first, or nothing for a name that the kernel chooses. */
export const unixAddress = (name: string | Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array([AF_UNIX, 0, ...bytesOf(name)]);

/** `struct sockaddr_nl`. */
export function netlinkAddress(portId: number, groups = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_NETLINK, true);
  view.setUint32(4, portId, true);
  view.setUint32(8, groups, true);
  return bytes;
}

/** A socket of any family; what is said about states is for TCP. */
export class Socket implements Disposable {
  #open = true;

  constructor(readonly fd: number, readonly family: number) {}

  /** Inode, as `/proc/self/fd` shows it. */
  get inode(): number {
    const target = new Uint8Array(64);
    const path = cString(`/proc/thread-self/fd/${this.fd}`);
    const length = check("readlink", libc().readlink(path, target, BigInt(target.length)));
    const match = /^socket:\[(\d+)\]$/.exec(new TextDecoder().decode(target.subarray(0, length)));
    return Number(match![1]);
  }

  get uid(): number {
    return Deno.statSync(`/proc/thread-self/fd/${this.fd}`).uid!;
  }

  /** SO_TYPE. */
  get type(): number {
    return this.getInteger(SOL_SOCKET, SO_TYPE);
  }

  /** SO_COOKIE. */
  get cookie(): bigint {
    return this.getBytes(SOL_SOCKET, SO_COOKIE, 8).getBigUint64(0, true);
  }

  /** State as the kernel numbers it. */
  get state(): number {
    return this.getBytes(IPPROTO_TCP, TCP_INFO, 1).getUint8(0);
  }

  /** Of a listener: connections that wait to be accepted (tcpi_unacked). */
  get waiting(): number {
    return this.getBytes(IPPROTO_TCP, TCP_INFO, 28).getUint32(24, true);
  }

  /** Waits until the socket has come to the state of this number, on which the other end may have a say. */
  waitForState(state: number): this {
    waitUntil(`state ${state}`, () => this.state === state);
    return this;
  }

  /** Waits until `count` connections can be accepted. */
  waitForConnections(count: number): this {
    waitUntil(`${count} connections`, () => this.waiting === count);
    return this;
  }

  /** SO_MEMINFO: the numbers of `enum sk_meminfo`. */
  get memory(): number[] {
    const view = this.getBytes(SOL_SOCKET, SO_MEMINFO, 64);
    return Array.from({ length: view.byteLength / 4 }, (_, i) => view.getUint32(4 * i, true));
  }

  /** The address as getsockname(2) has it. */
  get address(): Uint8Array<ArrayBuffer> {
    const address = new Uint8Array(128);
    const length = new Uint32Array([address.length]);
    check("getsockname", libc().getsockname(this.fd, address, length));
    return address.slice(0, length[0]);
  }

  get localPort(): number {
    return new DataView(this.address.buffer).getUint16(2, false);
  }

  /** SIOCINQ: bytes received and not read. */
  get unread(): number {
    return this.#queue(SIOCINQ);
  }

  /** SIOCOUTQ: bytes written and not acknowledged. */
  get unacknowledged(): number {
    return this.#queue(SIOCOUTQ);
  }

  /** SIOCOUTQNSD: bytes written and not sent. */
  get unsent(): number {
    return this.#queue(SIOCOUTQNSD);
  }

  #queue(request: number): number {
    const value = new Int32Array(1);
    check("ioctl", libc().ioctl(this.fd, BigInt(request), value));
    return value[0]!;
  }

  setInteger(level: number, option: number, value: number): this {
    return this.setBytes(level, option, new Int32Array([value]));
  }

  setBytes(level: number, option: number, value: Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer>): this {
    check(
      `setsockopt ${level} ${option}`,
      libc().setsockopt(this.fd, level, option, value as BufferSource, value.byteLength),
    );
    return this;
  }

  getInteger(level: number, option: number): number {
    return this.getBytes(level, option, 4).getInt32(0, true);
  }

  /** The value of an option, as long as the kernel has it, at most `size`. */
  getBytes(level: number, option: number, size: number): DataView {
    const value = new Uint8Array(size);
    const length = new Uint32Array([size]);
    check(`getsockopt ${level} ${option}`, libc().getsockopt(this.fd, level, option, value, length));
    return new DataView(value.buffer, 0, length[0]);
  }

  setBlocking(blocking: boolean): this {
    const flags = check("fcntl", libc().fcntl(this.fd, F_GETFL, 0));
    check("fcntl", libc().fcntl(this.fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK));
    return this;
  }

  /** Gives the socket to another user. */
  chown(uid: number): this {
    check("fchown", libc().fchown(this.fd, uid, 0xffffffff));
    return this;
  }

  bind(address: string, port = 0): this {
    return this.bindTo(inetAddress(this.family, address, port));
  }

  /** Binds to an address of any family: {@linkcode unixAddress}, {@linkcode netlinkAddress}. */
  bindTo(address: Uint8Array<ArrayBuffer>): this {
    check("bind", libc().bind(this.fd, address, address.length));
    return this;
  }

  listen(backlog: number): this {
    check("listen", libc().listen(this.fd, backlog));
    return this;
  }

  /** Connects and waits until the connection stands on this side. */
  connect(address: string, port: number): this {
    return this.connectTo(inetAddress(this.family, address, port));
  }

  connectTo(address: Uint8Array<ArrayBuffer>): this {
    check("connect", libc().connect(this.fd, address, address.length));
    return this;
  }

  /** Starts to connect; the answer never comes, or later. */
  startConnect(address: string, port: number): this {
    this.setBlocking(false);
    const to = inetAddress(this.family, address, port);
    const result = libc().connect(this.fd, to, to.length);
    const error = result < 0 ? errno() : 0;
    if (error !== 0 && error !== EINPROGRESS) throw new CallError(`connect ${address}`, error);
    return this;
  }

  accept(): Socket {
    return new Socket(check("accept", libc().accept4(this.fd, null, null, SOCK_CLOEXEC)), this.family);
  }

  /** Sends `count` bytes. */
  send(count: number): this {
    return this.write(new Uint8Array(count).fill(0x41));
  }

  /** Sends these bytes. */
  write(data: Uint8Array<ArrayBuffer>): this {
    for (let sent = 0; sent < data.length;) {
      const rest = data.subarray(sent);
      sent += check("send", libc().send(this.fd, rest, BigInt(rest.length), MSG_NOSIGNAL));
    }
    return this;
  }

  /** Sends one datagram to an address. */
  sendTo(data: Uint8Array<ArrayBuffer>, address: Uint8Array<ArrayBuffer>): this {
    check("sendto", libc().sendto(this.fd, data, BigInt(data.length), MSG_NOSIGNAL, address, address.length));
    return this;
  }

  /** A datagram and where it is from, `null` if none has come. */
  receiveFrom(): { data: Uint8Array<ArrayBuffer>; from: Uint8Array<ArrayBuffer> } | null {
    const data = new Uint8Array(65536);
    const from = new Uint8Array(128);
    const length = new Uint32Array([from.length]);
    const count = libc().recvfrom(this.fd, data, BigInt(data.length), MSG_DONTWAIT, from, length);
    if (count >= 0) return { data: data.slice(0, count), from: from.slice(0, length[0]) };
    const error = errno();
    if (error === EAGAIN) return null;
    throw new CallError("recvfrom", error);
  }

  /** Sends until the kernel takes no more; returns how much it took. */
  fill(): number {
    const data = new Uint8Array(65536).fill(0x42);
    for (let total = 0;;) {
      const sent = libc().send(this.fd, data, BigInt(data.length), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0) {
        const error = errno();
        if (error === EAGAIN) return total;
        throw new CallError("send", error);
      }
      total += sent;
    }
  }

  /** Receives exactly `count` bytes. */
  receive(count: number): this {
    const buffer = new Uint8Array(Math.min(count, 65536));
    for (let rest = count; rest > 0;) {
      const length = check("recv", libc().recv(this.fd, buffer, BigInt(Math.min(rest, buffer.length)), 0));
      if (length === 0) throw new Error(`the peer closed with ${rest} bytes to come`);
      rest -= length;
    }
    return this;
  }

  shutdown(how: number): this {
    check("shutdown", libc().shutdown(this.fd, how));
    return this;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    libc().close(this.fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** A new socket that no program inherits. */
export const openDescriptor = (family: number, type: number, protocol: number): number =>
  check("socket", libc().socket(family, type | SOCK_CLOEXEC, protocol));

/** Gives a socket's calls an end in time. */
function limitWaiting(socket: Socket): Socket {
  const timeout = new Uint8Array(new BigInt64Array([TIMEOUT, 0n]).buffer);
  return socket.setBytes(SOL_SOCKET, SO_RCVTIMEO, timeout).setBytes(SOL_SOCKET, SO_SNDTIMEO, timeout);
}

/** Opens a socket of any kind, whose calls end in time. */
export function openSocket(family: number, type: number, protocol = 0): Socket {
  return limitWaiting(new Socket(openDescriptor(family, type, protocol), family));
}

/** Two UNIX sockets that are connected with each other. */
export function openSocketPair(type: number = SOCK_STREAM): readonly [Socket, Socket] {
  const ends = new Int32Array(2);
  check("socketpair", libc().socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends));
  return [limitWaiting(new Socket(ends[0]!, AF_UNIX)), limitWaiting(new Socket(ends[1]!, AF_UNIX))];
}

/** Opens a TCP socket; another `protocol` that has streams will do too. */
export const openTcp = (family: number, protocol = IPPROTO_TCP): Socket => openSocket(family, SOCK_STREAM, protocol);

/** The loopback address of a family. */
export const loopback = (family: number): string => family === AF_INET ? "127.0.0.1" : "::1";

export interface PairOptions {
  readonly family?: number;
  readonly protocol?: number;
  /** Sets up the listener, whose options the accepted socket inherits, before it is bound. */
  readonly listener?: (listener: Socket) => void;
  /** Sets up the client before it connects. */
  readonly client?: (client: Socket) => void;
}

/** An established connection to this machine, and the listener that it came through. */
export class Pair implements Disposable {
  constructor(readonly listener: Socket, readonly client: Socket, readonly server: Socket) {}

  [Symbol.dispose](): void {
    this.client[Symbol.dispose]();
    this.server[Symbol.dispose]();
    this.listener[Symbol.dispose]();
  }
}

export function openPair(options: PairOptions = {}): Pair {
  const { family = AF_INET, protocol } = options;
  const listener = openTcp(family, protocol);
  const client = openTcp(family, protocol);
  options.listener?.(listener);
  options.client?.(client);
  listener.bind(loopback(family)).listen(8);
  client.connect(loopback(family), listener.localPort);
  return new Pair(listener, client, listener.accept());
}

/** Asks that segments from the peers in a prefix be signed with `key` (RFC 2385): `struct tcp_md5sig`. */
export function requireSignature(socket: Socket, address: string, prefixLength: number, key: string): void {
  const signature = new Uint8Array(216);
  const view = new DataView(signature.buffer);
  view.setUint16(0, socket.family, true);
  signature.set(addressBytes(socket.family, address), socket.family === AF_INET ? 4 : 8);
  view.setUint8(128, 1); // TCP_MD5SIG_FLAG_PREFIX
  view.setUint8(129, prefixLength);
  view.setUint16(130, key.length, true);
  signature.set(bytesOf(key), 136);
  socket.setBytes(IPPROTO_TCP, TCP_MD5SIG_EXT, signature);
}

/** Whether this kernel can sign segments. */
export function signsSegments(): boolean {
  using socket = openTcp(AF_INET);
  try {
    requireSignature(socket, "127.0.0.1", 32, "any");
    return true;
  } catch (error) {
    if (error instanceof CallError) return false;
    throw error;
  }
}
