/**
 * What a family of sockets is to the rest of the program: how to ask for its sockets, and how to read the answer.
 */
import type { AttributeTable } from "../netlink/attribute.ts";
import type { Key } from "../record/key.ts";
import type { Layout } from "../record/layout.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import type { SeenSockets, SocketDecoder } from "../netlink/socket_decoder.ts";
import type { ProcFile } from "../proc/proc_file.ts";
import type { DumpRequest, Question } from "./question.ts";

/** Stands for a kernel that sends all that is known, where a reference of fields is asked for. */
export const NEWEST_KERNEL = 7000;

/**
 * Makes something once for each argument, a kernel release for example, and gives the same again later. Sinks keep what they
 * prepare for a layout, so layouts must not be made anew for every namespace, round or file.
 */
export function madeOnce<Argument, Made>(make: (argument: Argument) => Made): (argument: Argument) => Made {
  const all = new Map<Argument, Made>();
  return (argument) => {
    let made = all.get(argument);
    if (made === undefined) all.set(argument, made = make(argument));
    return made;
  };
}

/** Address families after `-f`, as `ss` calls them; `inet` stands for IPv4 and IPv6. */
export type Domain = "inet" | "unix" | "netlink" | "link" | "vsock" | "xdp" | "tipc" | "smc" | "other";

/** Everything that the sockets of a family can have: for the reference of fields, columns and the schema. */
export interface Description {
  readonly layouts: readonly Layout[];
  readonly attributes: readonly AttributeTable[];
  /** Fields that are neither members of these layouts nor payloads of these attributes. */
  readonly keys: readonly Key[];
}

/** What is known of a family before its code is loaded. */
export interface FamilyEntry {
  /** Member of the output document, `TCP` for example. */
  readonly name: string;
  /** The option that chooses it; `long` is also its name after `-A` and in the library. */
  readonly option: { readonly long: string; readonly short?: string; readonly help: string };
  readonly domain: Domain;
  /** Names after `-A` for the sockets of one type of the family. */
  readonly typeNames?: Readonly<Record<string, number>>;
  load(): Promise<Family>;
}

/** What only the file of a family knows: how to ask for its sockets, and how to read the answer. */
export interface FamilyCode {
  /** States that are shown if the family is chosen and no states are. */
  readonly defaultStates: number;
  /** Why kernels of a release do not list it, `null` if they can; `release` as in `DatagramSource`. */
  absence?(release: number): string | null;
  /** The dumps that answer a question; none where no socket of the family can be in these states, or only `/proc` has them. */
  encodeRequests(question: Question): readonly DumpRequest[];
  /** Makes the decoder for answers of a kernel; `release` as in `DatagramSource`. */
  openDecoder(release: number): SocketDecoder;
  /** The state of a socket in its message, in the numbering of `tcp_states.ts`; `null` if it has another one or none. */
  readonly stateOf: NumberReader | null;
  /** Whether the kernel leaves out sockets in states that are not asked for; else they are left out here. */
  readonly kernelFiltersStates: boolean;
  /** Whether the kernel takes a `KernelFilter`. */
  readonly runsFilters?: true;
  /** The socket's inode in its message, 0 for one that no process can hold. */
  readonly inodeOf: NumberReader;
  /** Index of the interface that the socket is bound to in its message, 0 for none; not there if the family has no such field. */
  readonly interfaceOf?: NumberReader;
  /** The user that owns the socket in its message, -1 for none; not there if the family has no such field. */
  readonly userOf?: NumberReader;
  /** Number of its control group in its message, 0 for none; not there if the family has no such field. */
  readonly cgroupOf?: NumberReader;
  /** Inode of the socket at the other end in its message, 0 for none; not there if the family has no such field. */
  readonly peerOf?: NumberReader;
  /** Whether the other end of a connection, if it is on this machine, has the same addresses and ports the other way round. */
  readonly paired?: boolean;
  /** The socket's type (SOCK_STREAM …) in its message, where `-A` can choose one. */
  readonly typeOf?: NumberReader;
  /** Where the socket's cookie lies in its message, which no other socket has; not there if others can have the same. */
  readonly cookieAt?: number;
  /** Whether the kernel lists some sockets again anywhere in a dump, and not only where others have come or gone. */
  readonly listsAgain?: true;
  /** Passes over sockets that come again, where cookies alone do not tell which these are. */
  readonly openSeen?: () => SeenSockets;
  /** Where its sockets stand if the kernel has no diagnostics for it; nowhere if none can be in the states asked for. */
  readonly procFiles?: (question: Question) => readonly ProcFile[];
  describe(): Description;
}

/** A protocol or address family whose sockets the kernel lists. */
export interface Family extends FamilyEntry, FamilyCode {}
