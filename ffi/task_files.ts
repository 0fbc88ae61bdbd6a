/**
 * Lists the descriptors of all processes that lead to sockets, with a BPF iterator; see bpf(2) and
 * `kernel/bpf/task_iter.c`. This is many times faster than `/proc`. Nothing is pinned: the BPF program disappears when
 * its last descriptor is closed.
 */
import { EAGAIN } from "../decode/kernel/errno.ts";
import { DecodeError, SystemError } from "../decode/kernel/errors.ts";
import type { OwnerIndex } from "../decode/lookups/owner_index.ts";
import {
  makeTaskFilesProgram,
  RECORD_FD,
  RECORD_INODE,
  RECORD_KIND,
  RECORD_PID,
  RECORD_WORDS,
  SOCKFS_MAGIC,
  type TaskFilesProgram,
} from "../decode/lookups/task_files_program.ts";
import { addressOf, bpf } from "./bpf.ts";
import { cString } from "./file.ts";
import { libc, uninterrupted } from "./libc.ts";
import { effectiveCapabilities, isCapable } from "./privileges.ts";
import { isInInitialPidNamespace } from "./proc_view.ts";
import { canReadAhead, ReadAhead } from "./read_ahead.ts";

const BPF_PROG_LOAD = 5;
const BPF_LINK_CREATE = 28;
const BPF_ITER_CREATE = 33;
const BPF_PROG_TYPE_TRACING = 26;
const BPF_TRACE_ITER = 28;

/** Members of `union bpf_attr` for BPF_PROG_LOAD. */
const PROG_TYPE = 0;
const INSN_CNT = 4;
const INSNS = 8;
const LICENSE = 16;
const PROG_NAME = 48;
const EXPECTED_ATTACH_TYPE = 68;
const ATTACH_BTF_ID = 108;
const PROG_LOAD_SIZE = 112;

/** The name that `bpftool prog` shows. */
const NAME = "ss2_owners";
/** The kernel requires that programs which call bpf_seq_write() are also under the GPL. */
const LICENSE_TEXT = cString("Dual MIT/GPL");

const CAP_PERFMON = 38;
const CAP_BPF = 39;
const CAP_SYS_ADMIN = 21;
/** The kernel's own types. */
const TYPES = "/sys/kernel/btf/vmlinux";
/** More bytes than most kernels have of them. */
const TYPES_SIZE = 8 * 1024 * 1024;
/** The most bytes that the kernel fills in one read. */
const SIZE = 32768;

/** The PID after the last record: above all others. */
const END = Infinity;

/** Reads the records one after the other, in the order of PIDs and descriptors. */
export class TaskFiles implements Disposable {
  /** The process of the current record; Infinity after the last one. */
  pid = 0;
  fd = 0;
  /** Inode of the file. */
  inode = 0;
  /** Whether the file is a socket. Otherwise its link shows what it is. */
  isSocket = false;
  /** Error number if the rest could not be read; 0 if everything was read. */
  error = 0;

  readonly #iterator: number;
  /** Reads in a second thread: the kernel needs longer for a record than this thread. */
  readonly #ahead: ReadAhead | null;
  readonly #words = new Int32Array(SIZE / 4);
  readonly #bytes = new Uint8Array(this.#words.buffer);
  #count = 0;
  #at = 0;

  constructor(iterator: number) {
    this.#iterator = iterator;
    this.#ahead = canReadAhead() ? new ReadAhead(iterator, SIZE) : null;
    this.next();
  }

  /** Goes to the next record. */
  next(): void {
    if (this.#at === this.#count) this.#read();
    if (this.#count === 0) {
      this.pid = END;
      return;
    }
    const words = this.#words;
    this.pid = words[this.#at + RECORD_PID]!;
    this.fd = words[this.#at + RECORD_FD]!;
    this.inode = words[this.#at + RECORD_INODE]! >>> 0;
    this.isSocket = words[this.#at + RECORD_KIND] === SOCKFS_MAGIC;
    this.#at += RECORD_WORDS;
  }

  /** Adds the sockets from the current record on to an index, up to a file of another kind or another process. */
  addSockets(index: OwnerIndex, holder: number): void {
    const words = this.#words;
    const end = this.#count;
    const { pid } = this;
    let at = this.#at - RECORD_WORDS;
    for (; at < end; at += RECORD_WORDS) {
      if (words[at + RECORD_PID] !== pid || words[at + RECORD_KIND] !== SOCKFS_MAGIC) break;
      index.add(words[at + RECORD_INODE]! >>> 0, holder, words[at + RECORD_FD]!);
    }
    this.#at = at;
    this.next();
  }

  /** Whether all records have been read. */
  get isAtEnd(): boolean {
    return this.pid === END;
  }

  #read(): void {
    let length: number;
    do {
      length = this.#readAhead();
      // After a million files without a record the kernel returns EAGAIN: read again.
    } while (length === -EAGAIN);
    if (length < 0) this.error = -length;
    this.#count = Math.max(0, length) / 4;
    this.#at = 0;
  }

  #readAhead(): number {
    const { read } = libc;
    const length = this.#ahead?.receive(this.#bytes) ?? -EAGAIN;
    if (length !== -EAGAIN || this.#ahead?.refused === false) return length;
    return uninterrupted(() => read(this.#iterator, this.#bytes, BigInt(SIZE)));
  }

  [Symbol.dispose](): void {
    this.#ahead?.[Symbol.dispose]();
    libc.close(this.#iterator);
  }
}

/** Starts reading, or returns a one-line reason why it is not possible. PIDs are those of the initial PID namespace. */
export function openTaskFiles(): TaskFiles | string {
  const lacking = isInInitialPidNamespace() ? whyNotPermitted() : "it needs the initial PID namespace";
  if (lacking !== null) return lacking;
  const types = readTypes();
  if (types === null) return `the kernel does not show its types (${TYPES})`;
  try {
    return new TaskFiles(openIterator(makeTaskFilesProgram(types)));
  } catch (error) {
    if (error instanceof DecodeError) return "this kernel has no BPF iterator over files";
    if (error instanceof SystemError) return error.message;
    throw error;
  }
}

/** The kernel's types, `null` if it does not show them. It gives 4 kB in one read: the C library reads them all in one call. */
function readTypes(): Uint8Array<ArrayBuffer> | null {
  const file = libc.fopen(cString(TYPES), cString("re"));
  if (file === null) return null;
  let bytes = new Uint8Array(TYPES_SIZE);
  let length = 0;
  while (true) {
    length += libc.fread(bytes.subarray(length), 1n, BigInt(bytes.length - length), file);
    if (length < bytes.length) break;
    const larger = new Uint8Array(2 * bytes.length);
    larger.set(bytes);
    bytes = larger;
  }
  libc.fclose(file);
  return length === 0 ? null : bytes.subarray(0, length);
}

/** The capabilities that are missing, `null` for none. */
function whyNotPermitted(): string | null {
  const effective = effectiveCapabilities();
  const lacking = ([["CAP_BPF", CAP_BPF], ["CAP_PERFMON", CAP_PERFMON]] as const)
    .filter(([, number]) => !isCapable(effective, number) && !isCapable(effective, CAP_SYS_ADMIN));
  return lacking.length === 0 ? null : `it needs ${lacking.map(([name]) => name).join(" and ")}`;
}

/** Loads the program, attaches it, and opens what it writes. */
function openIterator({ instructions, target }: TaskFilesProgram): number {
  const attributes = new DataView(new ArrayBuffer(PROG_LOAD_SIZE));
  attributes.setUint32(PROG_TYPE, BPF_PROG_TYPE_TRACING, true);
  attributes.setUint32(INSN_CNT, instructions.length / 8, true);
  attributes.setBigUint64(INSNS, addressOf(instructions), true);
  attributes.setBigUint64(LICENSE, addressOf(LICENSE_TEXT), true);
  [...NAME].forEach((character, i) => attributes.setUint8(PROG_NAME + i, character.charCodeAt(0)));
  attributes.setUint32(EXPECTED_ATTACH_TYPE, BPF_TRACE_ITER, true);
  attributes.setUint32(ATTACH_BTF_ID, target, true);
  const program = call("load a BPF program", BPF_PROG_LOAD, attributes);
  try {
    const link = call("attach a BPF program", BPF_LINK_CREATE, numbers(program, 0, BPF_TRACE_ITER, 0, 0, 0));
    try {
      return call("run a BPF iterator", BPF_ITER_CREATE, numbers(link, 0));
    } finally {
      libc.close(link);
    }
  } finally {
    libc.close(program);
  }
}

const numbers = (...words: readonly number[]): DataView => new DataView(Uint32Array.from(words).buffer);

function call(action: string, command: number, attributes: DataView): number {
  const result = bpf(command, new Uint8Array(attributes.buffer as ArrayBuffer));
  if (result < 0) throw new SystemError(action, -result);
  return result;
}
