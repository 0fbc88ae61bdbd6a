/**
 * Sockets of the C library for the program that opens them (`open_sockets.ts`). It shares no code with ss2, so that what it
 * says of its sockets is a second opinion. Numbers are those of Linux on x86_64 and aarch64, which are the same.
 */

const library = Deno.dlopen("libc.so.6", {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  socketpair: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  accept: { parameters: ["i32", "pointer", "pointer"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "isize" },
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  fchown: { parameters: ["i32", "u32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  if_nametoindex: { parameters: ["buffer"], result: "u32" },
  mmap: { parameters: ["usize", "usize", "i32", "i32", "i32", "i64"], result: "usize" },
  unshare: { parameters: ["i32"], result: "i32" },
  mount: { parameters: ["buffer", "buffer", "pointer", "u64", "pointer"], result: "i32" },
  __errno_location: { parameters: [], result: "pointer" },
}).symbols;

/** A call of the C library that failed. */
export class CallError extends Error {
  constructor(readonly call: string, readonly errno: number) {
    super(`${call}: errno ${errno}`);
  }
}

function check(call: string, result: number | bigint): number {
  if (result >= 0) return Number(result);
  const location = library.__errno_location();
  throw new CallError(call, location === null ? 0 : new Deno.UnsafePointerView(location).getInt32());
}

export const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Numbers of 32 bits in the byte order of the machine, one behind the other. */
export const words = (...values: number[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Uint32Array.from(values.map((value) => value >>> 0)).buffer);

/** Numbers of 16 bits in the byte order of the machine. */
export const shorts = (...values: number[]): Uint8Array<ArrayBuffer> => new Uint8Array(Uint16Array.from(values).buffer);

export function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const big = (value: number) => Uint8Array.of(value >> 8, value & 255);

/** `struct sockaddr_in`. */
export const ipv4 = (address: string, port: number): Uint8Array<ArrayBuffer> =>
  join(shorts(2), big(port), Uint8Array.from(address.split(".").map(Number)), new Uint8Array(8));

/** `struct sockaddr_in6`, of an address with at most one `::`, or a mapped one. */
export function ipv6(address: string, port: number): Uint8Array<ArrayBuffer> {
  const mapped = /^::ffff:([\d.]+)$/.exec(address);
  const groups = (text = "") => text === "" ? [] : text.split(":").map((group) => parseInt(group, 16));
  const [head, tail] = address.split("::");
  const first = groups(head);
  const last = groups(tail);
  const raw = mapped !== null
    ? join(new Uint8Array(10), Uint8Array.of(255, 255), Uint8Array.from(mapped[1]!.split(".").map(Number)))
    : join(...[...first, ...Array(8 - first.length - last.length).fill(0), ...last].map(big));
  return join(shorts(10), big(port), words(0), raw, words(0));
}

/** `struct sockaddr_in` or `sockaddr_in6`. */
export const ip = (address: string, port: number): Uint8Array<ArrayBuffer> =>
  address.includes(":") ? ipv6(address, port) : ipv4(address, port);

export class Socket {
  /** Its user, as said with {@linkcode owner}. */
  uid = 0;

  constructor(readonly fd: number) {}

  static open(domain: number, type: number, protocol = 0): Socket {
    return new Socket(check("socket", library.socket(domain, type, protocol)));
  }

  static pair(domain: number, type: number): [Socket, Socket] {
    const fds = new Int32Array(2);
    check("socketpair", library.socketpair(domain, type, 0, fds));
    return [new Socket(fds[0]!), new Socket(fds[1]!)];
  }

  /** Sets an option to a number, to bytes, or to text. */
  set(level: number, option: number, value: number | string | Uint8Array<ArrayBuffer>): this {
    const data = typeof value === "number" ? words(value) : typeof value === "string" ? bytes(value) : value;
    check(`setsockopt ${level} ${option}`, library.setsockopt(this.fd, level, option, data, data.length));
    return this;
  }

  /** The bytes of an option. */
  get(level: number, option: number, size = 512): Uint8Array<ArrayBuffer> {
    const data = new Uint8Array(size);
    const length = Uint32Array.of(size);
    check(`getsockopt ${level} ${option}`, library.getsockopt(this.fd, level, option, data, length));
    return data.slice(0, length[0]);
  }

  number(level: number, option: number): number {
    return new DataView(this.get(level, option, 4).buffer).getInt32(0, true);
  }

  bind(address: Uint8Array<ArrayBuffer>): this {
    check("bind", library.bind(this.fd, address, address.length));
    return this;
  }

  listen(backlog: number): this {
    check("listen", library.listen(this.fd, backlog));
    return this;
  }

  connect(address: Uint8Array<ArrayBuffer>): this {
    check("connect", library.connect(this.fd, address, address.length));
    return this;
  }

  /** Begins to connect a socket that does not wait. */
  begin(address: Uint8Array<ArrayBuffer>): this {
    try {
      return this.connect(address);
    } catch (error) {
      const EINPROGRESS = 115;
      if (error instanceof CallError && error.errno === EINPROGRESS) return this;
      throw error;
    }
  }

  accept(): Socket {
    return new Socket(check("accept", library.accept(this.fd, null, null)));
  }

  send(data: string | number | Uint8Array<ArrayBuffer>): this {
    const content = typeof data === "string" ? bytes(data) : typeof data === "number" ? new Uint8Array(data) : data;
    check("send", library.send(this.fd, content, BigInt(content.length), 0));
    return this;
  }

  /** Sends until nothing more is taken. */
  fill(): number {
    const MSG_DONTWAIT = 0x40;
    const block = new Uint8Array(4096);
    let sent = 0;
    while (true) {
      const count = Number(library.send(this.fd, block, 4096n, MSG_DONTWAIT));
      if (count <= 0) return sent;
      sent += count;
    }
  }

  sendTo(address: Uint8Array<ArrayBuffer>, data: string | number | Uint8Array<ArrayBuffer>, flags = 0): this {
    const content = typeof data === "string" ? bytes(data) : typeof data === "number" ? new Uint8Array(data) : data;
    const size = BigInt(content.length);
    check("sendto", library.sendto(this.fd, content, size, flags, address, address.length));
    return this;
  }

  /** Reads exactly `length` bytes. */
  read(length: number): this {
    const buffer = new Uint8Array(length);
    for (let left = length; left > 0;) {
      const count = check("recv", library.recv(this.fd, buffer, BigInt(left), 0));
      if (count === 0) throw new Error("the other end is closed");
      left -= count;
    }
    return this;
  }

  shutdown(how: number): this {
    check("shutdown", library.shutdown(this.fd, how));
    return this;
  }

  owner(uid: number): this {
    check("fchown", library.fchown(this.fd, uid, 0xffffffff));
    this.uid = uid;
    return this;
  }

  name(): Uint8Array<ArrayBuffer> {
    const data = new Uint8Array(128);
    const length = Uint32Array.of(data.length);
    check("getsockname", library.getsockname(this.fd, data, length));
    return data.slice(0, length[0]);
  }

  inode(): number {
    return Number(/\d+/.exec(Deno.readLinkSync(`/proc/self/fd/${this.fd}`))![0]);
  }

  close(): void {
    check("close", library.close(this.fd));
  }
}

export const interfaceIndex = (name: string): number => library.if_nametoindex(bytes(`${name}\0`));

/** Address of new memory that nobody else uses. */
export function mapMemory(length: number): bigint {
  const READ_WRITE = 3;
  const PRIVATE_ANONYMOUS = 0x22;
  return BigInt(library.mmap(0n, BigInt(length), READ_WRITE, PRIVATE_ANONYMOUS, -1, 0n));
}

/** A new network namespace for what follows, held by the file `path`. */
export function newNamespace(path: string): void {
  const CLONE_NEWNET = 0x40000000;
  const MS_BIND = 4096n;
  check("unshare", library.unshare(CLONE_NEWNET));
  Deno.writeTextFileSync(path, "");
  check("mount", library.mount(bytes("/proc/thread-self/ns/net\0"), bytes(`${path}\0`), null, MS_BIND, null));
}

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
