/**
 * The interface of a socket family: how to request its sockets and how to read the answer.
 */
import type { AttributeTable } from "../netlink/attribute.ts";
import type { Key } from "../record/key.ts";
import type { Layout } from "../record/layout.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import type { SeenSockets, SocketDecoder } from "../netlink/socket_decoder.ts";
import type { ProcFile } from "../proc/proc_file.ts";
import type { DumpRequest, Question } from "./question.ts";

/** Stands for a kernel that sends every known field, for example to make the field reference. */
export const NEWEST_KERNEL = 7000;

/**
 * Makes something once for each argument, a kernel release for example, and returns the same object later. Sinks cache data
 * for each layout, so layouts must not be made again for every namespace, round or file.
 */
export function madeOnce<Argument, Made>(make: (argument: Argument) => Made): (argument: Argument) => Made {
  const all = new Map<Argument, Made>();
  return (argument) => {
    let made = all.get(argument);
    if (made === undefined) all.set(argument, made = make(argument));
    return made;
  };
}

/** Address families for `-f`, with the names that `ss` uses; `inet` stands for IPv4 and IPv6. */
export type Domain = "inet" | "unix" | "netlink" | "link" | "vsock" | "xdp" | "tipc" | "smc" | "other";

/** Everything that sockets of a family can have, for the field reference, the columns and the schema. */
export interface Description {
  readonly layouts: readonly Layout[];
  readonly attributes: readonly AttributeTable[];
  /** Fields that are not in these layouts or attributes. */
  readonly keys: readonly Key[];
  /** Fields that precede all others; none by default. */
  readonly first?: readonly Key[];
}

/** How the kernel says that a socket was destroyed: by a multicast message of NETLINK_SOCK_DIAG. */
export interface DestroyEvents {
  /** The protocol number in the message. */
  readonly protocol: number;
  /** Multicast groups by address family. */
  readonly groups: ReadonlyMap<number, number>;
  /** As in {@linkcode FamilyCode}, for these messages. */
  openDecoder(release: number): SocketDecoder;
  describe(): Description;
}

/** What is known about a family before its code is loaded. */
export interface FamilyEntry {
  /** Name of the member in the output document, `TCP` for example. */
  readonly name: string;
  /** The option that selects it; `long` is also its name for `-A` and in the library. */
  readonly option: { readonly long: string; readonly short?: string; readonly help: string };
  readonly domain: Domain;
  /** Names for `-A` that select sockets of one type of the family. */
  readonly typeNames?: Readonly<Record<string, number>>;
  load(): Promise<Family>;
}

/** The code of a family: how to request its sockets and how to read the answer. */
export interface FamilyCode {
  /** States that are shown if the family is selected without states. */
  readonly defaultStates: number;
  /** The reason why kernels of a release cannot list it, `null` if they can; `release` as in `DatagramSource`. */
  absence?(release: number): string | null;
  /**
   * The dumps that answer a question; empty if no socket of the family can have these states, or if only `/proc` lists them.
   */
  encodeRequests(question: Question): readonly DumpRequest[];
  /** Makes the decoder for the answers of a kernel; `release` as in `DatagramSource`. */
  openDecoder(release: number): SocketDecoder;
  /** Reads the state in a message, numbered as in `tcp_states.ts`; `null` if the family has other states or none. */
  readonly stateOf: NumberReader | null;
  /** Whether the kernel leaves out sockets in states that were not requested. If not, this program leaves them out. */
  readonly kernelFiltersStates: boolean;
  /** Whether the kernel accepts a `KernelFilter`. */
  readonly runsFilters?: true;
  /** Reads the inode in a message, 0 for a socket that no process can hold. */
  readonly inodeOf: NumberReader;
  /**
   * Reads the inode of a socket that a process may hold, but that looks like one of the kernel's own, for which
   * {@linkcode inodeOf} is 0; absent if the kernel's own cannot be recognized.
   */
  readonly likelyKernelOf?: NumberReader;
  /** Reads the index of the interface that the socket is bound to, 0 for none; absent if the family has no such field. */
  readonly interfaceOf?: NumberReader;
  /** Reads the user that owns the socket, -1 for none; absent if the family has no such field. */
  readonly userOf?: NumberReader;
  /** Reads the number of its control group, 0 for none; absent if the family has no such field. */
  readonly cgroupOf?: NumberReader;
  /** Reads the inode of the socket at the other end, 0 for none; absent if the family has no such field. */
  readonly peerOf?: NumberReader;
  /** Whether the other end of a connection on the same machine has the same addresses and ports in reverse. */
  readonly paired?: boolean;
  /** Reads the socket's type (SOCK_STREAM …), for families where `-A` can select one. */
  readonly typeOf?: NumberReader;
  /** Offset of the socket's unique cookie in its message; absent if several messages can have the same cookie. */
  readonly cookieAt?: number;
  /** Whether several messages can have the same cookie: addresses and ports then belong to the identity of a socket. */
  readonly sharesCookies?: true;
  /** Whether the kernel can repeat sockets anywhere in a dump, not only where others were added or removed. */
  readonly listsAgain?: true;
  /** Makes the check for repeated sockets if cookies alone cannot identify them. */
  readonly openSeen?: () => SeenSockets;
  /**
   * The `/proc` files that list its sockets if the kernel has no diagnostics for it; none if no socket can have the requested
   * states.
   */
  readonly procFiles?: (question: Question) => readonly ProcFile[];
  /** Names of the lookups whose fields its records can have; all that are for it if absent. */
  readonly lookedUp?: readonly (string | null)[];
  /** Absent if the kernel does not say when its sockets are destroyed. */
  readonly events?: DestroyEvents;
  describe(): Description;
}

/** A protocol or address family whose sockets the kernel lists. */
export interface Family extends FamilyEntry, FamilyCode {}
