/**
 * What a family of sockets is to the rest of the program: how to ask for its sockets, and how to read the answer.
 */
import type { AttributeTable } from "../netlink/attribute.ts";
import type { Key } from "../record/key.ts";
import type { Layout } from "../record/layout.ts";
import type { ProcSource } from "../proc/proc_source.ts";
import type { KernelFilter } from "../plan/record_filter.ts";
import type { RecordSink } from "../record/record_sink.ts";

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

/** What is asked for, in terms that all families understand. */
export interface Question {
  /** AF_INET, AF_INET6 or both. */
  readonly addressFamilies: readonly number[];
  /** Bit n asks for sockets in state n. */
  readonly states: number;
  /** Asks for the values of BPF socket maps too; needs CAP_BPF. */
  readonly bpfMaps: boolean;
  /** The fields that are needed: what carries none of them need not be asked for. All by default. */
  readonly wanted?: FieldChoice;
  /** What the kernel is to check of sockets, for families that {@linkcode Family.runsFilters}. */
  readonly kernelFilter?: KernelFilter;
}

/** Chooses fields, and the objects and lists that they are in. */
export type FieldChoice = (key: Key) => boolean;

/** One dump to ask the kernel for. */
export interface DumpRequest {
  /** The part of the family's sockets that it is about, as it stands in a warning: ` over IPv4`, `""` for all. */
  readonly part: string;
  /** Without a sequence number. */
  readonly message: Uint8Array<ArrayBuffer>;
  /** What to ask if the kernel refuses it. */
  readonly instead?: readonly DumpRequest[];
}

/** Pushes the fields of the socket that the message payload from `start` to `end` describes. */
export type SocketDecoder = (view: DataView, bytes: Uint8Array, start: number, end: number, sink: RecordSink) => void;

/** The sockets that have come so far in a dump. */
export interface SeenSockets {
  /** Adds the socket in the message payload from `start` to `end`; returns whether it is new. */
  add(view: DataView, start: number, end: number): boolean;
  clear(): void;
}

/** Reads one number of the message payload at `start`; `end` may cut it off, then it is -1. */
export type NumberReader = (view: DataView, start: number, end: number) => number;

/** Reads a number of 32 bits at `offset`, the inode for example; 0 if the message ends before it. */
export const numberAt = (offset: number): NumberReader => (view, start, end) =>
  end - start >= offset + 4 ? view.getUint32(start + offset, true) : 0;

/** Address families after `-f`, as `ss` calls them; `inet` stands for IPv4 and IPv6. */
export type Domain = "inet" | "unix" | "netlink" | "link" | "vsock" | "xdp" | "tipc" | "smc" | "other";

/** Which of the sockets in a file are wanted. */
export interface Wanted {
  /** Bit n for sockets in state n, in the numbering of `tcp_states.ts`. */
  readonly states: number;
  /** Bit n for sockets of type n (SOCK_STREAM …). */
  readonly types: number;
}

/** A file below `/proc/net` that lists sockets, one a line. */
export interface ProcFile {
  /** Name below `/proc/net`: `tcp6`. */
  readonly name: string;
  /** As in {@linkcode DumpRequest.part}. */
  readonly part: string;
  /** Number of lines before the first socket. */
  readonly headings: number;
  /** Called before the first line, for what other files may say about the sockets in this one. */
  begin?(source: ProcSource): void;
  /**
   * Whether the line from `start` to `end` looks like a socket; else it belongs to the line before. Not there if no line does.
   */
  begins?(bytes: Uint8Array, start: number, end: number): boolean;
  /**
   * Pushes the socket in the line from `start` to `end` (without its line break) as a record of its own, if it is wanted.
   *
   * @returns whether there was one to push
   * @throws {DecodeError} if the line is malformed, before anything is pushed
   */
  write(bytes: Uint8Array, start: number, end: number, wanted: Wanted, sink: RecordSink): boolean;
}

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

/** A protocol or address family whose sockets the kernel lists. */
export interface Family extends FamilyEntry {
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
  /** Whether the kernel takes a {@linkcode KernelFilter}. */
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
  /** For families of which the kernel lists some sockets more than once in a dump: they are shown once. */
  readonly openSeen?: () => SeenSockets;
  /** Where its sockets stand if the kernel has no diagnostics for it; nowhere if none can be in the states asked for. */
  readonly procFiles?: (question: Question) => readonly ProcFile[];
  describe(): Description;
}
