/**
 * What is known of a socket by those who opened it, in the words of ss2's output. Read from the kernel with getsockopt(2),
 * never by netlink.
 */
import { CallError, type Socket } from "./libc.ts";

export type Value = number | string | boolean | null | readonly Value[] | { readonly [name: string]: Value };

/** Paths of the output, each with its value. */
export type Values = Readonly<Record<string, Value>>;

export interface Truth {
  readonly name: string;
  readonly protocol: string;
  /** What finds the socket in a listing: `inode`, or others where no process holds it. */
  readonly find: Values;
  readonly is: Values;
  /** Paths that the socket must not have. */
  readonly absent: readonly string[];
  /** The kernel's structures, in hexadecimal, by the path of what they are in the output. */
  readonly structures: Readonly<Record<string, string>>;
  /** Whether its counters move while nobody does anything. */
  readonly moving: boolean;
  readonly fd?: number;
}

/** A family that this kernel does not have. */
export interface Missing {
  readonly missing: string;
  readonly errno: number;
}

interface Details {
  readonly absent?: readonly string[];
  readonly moving?: boolean;
  /** The socket's structures: path, level and option of getsockopt. */
  readonly structures?: Readonly<Record<string, readonly [level: number, option: number]>>;
}

const SOL_SOCKET = 1;
const SO_MARK = 36;
const SO_MEMINFO = 55;
const SO_COOKIE = 57;

const memoryNames = [
  "rmem_alloc",
  "rcvbuf",
  "wmem_alloc",
  "sndbuf",
  "fwd_alloc",
  "wmem_queued",
  "optmem",
  "backlog",
  "drops",
];

const hex = (data: Uint8Array) => data.toHex();

/** What the messages of a family do not carry, or what getsockopt(2) does not say. */
const without: Readonly<Record<string, readonly string[]>> = {
  UNIX: ["mark"],
  NETLINK: ["mark", "uid"],
  PACKET: ["mark"],
  XDP: ["mark"],
  VSOCK: ["mark", "uid", "memory"],
  TIPC: ["mark", "memory"],
  // Those of its TCP socket once it has fallen back to that.
  SMC: ["mark", "memory", "cookie"],
};

export class Collection {
  readonly #late: (() => Truth)[] = [];
  readonly missing: Missing[] = [];

  /** Notes a socket that this process holds; its options are read by {@linkcode collect}. */
  add(name: string, protocol: string, socket: Socket, known: Values | (() => Values), details: Details = {}): void {
    this.#late.push(() => {
      const is = typeof known === "function" ? known() : known;
      const { absent = [], moving = false, structures = {} } = details;
      const unsaid = without[protocol] ?? [];
      const values: Record<string, Value> = { inode: socket.inode() };
      if (!unsaid.includes("cookie")) values["cookie"] = cookieOf(socket);
      if (!unsaid.includes("uid")) values["uid"] = socket.uid;
      if (!unsaid.includes("mark")) values["mark"] = socket.number(SOL_SOCKET, SO_MARK);
      if (!unsaid.includes("memory")) Object.assign(values, allMemoryOf(socket, moving));
      const found: Record<string, string> = {};
      for (const [path, [level, option]] of Object.entries(structures)) found[path] = hex(socket.get(level, option));
      // The associations of SCTP are listed beside the socket that they belong to.
      const { association } = is;
      const find = { inode: socket.inode(), ...(association === undefined ? {} : { association }) };
      return {
        name,
        protocol,
        find,
        is: { ...values, ...is },
        absent,
        structures: found,
        moving,
        fd: socket.fd,
      };
    });
  }

  /** Notes a socket that no process holds. */
  addUnheld(name: string, protocol: string, find: Values, is: Values, absent: readonly string[] = []): void {
    this.#late.push(() => ({ name, protocol, find, is, absent, structures: {}, moving: false }));
  }

  /** Opens the sockets of a family, unless this kernel does not have it, which the call `tells` says. */
  async family(name: string, open: () => void | Promise<void>, tells = "socket"): Promise<void> {
    try {
      await open();
    } catch (error) {
      // ENOENT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EAFNOSUPPORT
      if (!(error instanceof CallError) || error.call !== tells || ![2, 93, 94, 97].includes(error.errno)) {
        throw new Error(`${name}: ${error}`, { cause: error });
      }
      if (!this.missing.some(({ missing }) => missing === name)) {
        this.missing.push({ missing: name, errno: error.errno });
      }
    }
  }

  collect(): (Truth | Missing)[] {
    return [...this.#late.map((read) => read()), ...this.missing];
  }
}

function cookieOf(socket: Socket): string {
  const view = new DataView(socket.get(SOL_SOCKET, SO_COOKIE, 8).buffer);
  return `0x${view.getBigUint64(0, true).toString(16)}`;
}

/** A number of `SO_MEMINFO`, by its name in the output. */
export function memoryOf(socket: Socket, name: string): number {
  const view = new DataView(socket.get(SOL_SOCKET, SO_MEMINFO).buffer);
  return view.getUint32(4 * memoryNames.indexOf(name), true);
}

function allMemoryOf(socket: Socket, moving: boolean): Values {
  const data = socket.get(SOL_SOCKET, SO_MEMINFO);
  const view = new DataView(data.buffer);
  const limits = ["rcvbuf", "sndbuf"];
  return Object.fromEntries(
    memoryNames.map((name, i) => [`skmeminfo.${name}`, view.getInt32(4 * i, true)] as const)
      .filter(([path]) => !moving || limits.some((limit) => path.endsWith(limit))),
  );
}
