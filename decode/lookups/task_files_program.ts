/**
 * The BPF program `ss2_owners`: an iterator over the open files of all processes (`kernel/bpf/task_iter.c`) that writes a
 * record for each descriptor of a socket, and of the other files that may lead to one. See `linux/bpf.h` and
 * `Documentation/bpf/standardization/instruction-set.rst`.
 */
import { KernelTypes } from "./kernel_types.ts";

/** A record: PID, descriptor, inode and the kind of file, each of four bytes in the order of the machine. */
export const RECORD_WORDS = 4;
export const RECORD_PID = 0;
export const RECORD_FD = 1;
export const RECORD_INODE = 2;
export const RECORD_KIND = 3;
/** Kinds of files: magic numbers of their file systems, `linux/magic.h`. */
export const SOCKFS_MAGIC = 0x534f434b;
/** Where io_uring instances are, among others. */
export const ANON_INODE_FS_MAGIC = 0x09041934;
/** Where namespaces are. */
export const NSFS_MAGIC = 0x6e736673;

/** The kernel function whose number the program is loaded with. */
const TARGET = "bpf_iter_task_file";

/** Members of `struct bpf_iter__task_file`, the context of the program. */
const CONTEXT_META = 0;
const CONTEXT_TASK = 8;
const CONTEXT_FD = 16;
const CONTEXT_FILE = 24;

const BPF_LDX_W = 0x61;
const BPF_LDX_DW = 0x79;
const BPF_STX_W = 0x63;
const BPF_MOV_K = 0xb7;
const BPF_MOV_X = 0xbf;
const BPF_ADD_K = 0x07;
const BPF_JEQ_K = 0x15;
const BPF_JNE_K = 0x55;
const BPF_JNE_X = 0x5d;
const BPF_CALL = 0x85;
const BPF_EXIT = 0x95;
/** Helper functions, `enum bpf_func_id`. */
const BPF_FUNC_seq_write = 127;

/** An instruction. */
interface Instruction {
  readonly code: number;
  readonly to?: number;
  readonly from?: number;
  readonly offset?: number;
  readonly value?: number;
  /** Jumps to the instruction that has this as its label. */
  readonly goto?: string;
  readonly label?: string;
}

/** A program to load. */
export interface TaskFilesProgram {
  /** Instructions of eight bytes. */
  readonly instructions: Uint8Array<ArrayBuffer>;
  /** Number of the function in the kernel's types. */
  readonly target: number;
}

/**
 * Makes the program for a kernel.
 *
 * @param btf the kernel's types
 * @throws {DecodeError} if they do not have what the program reads
 */
export function makeTaskFilesProgram(btf: Uint8Array<ArrayBuffer>): TaskFilesProgram {
  const types = new KernelTypes(btf);
  const { number, parameters } = types.functionNamed(TARGET);
  const [meta = 0, task = 0, , file = 0] = parameters;
  const inode = types.member(file, "f_inode");
  const superBlock = types.member(inode.type, "i_sb");
  return {
    target: number,
    instructions: assemble([
      ...loadFile({
        pid: types.member(task, "pid").offset,
        tgid: types.member(task, "tgid").offset,
        inode: inode.offset,
        superBlock: superBlock.offset,
        magic: types.member(superBlock.type, "s_magic").offset,
      }),
      ...writeRecord(types.member(inode.type, "i_ino").offset, types.member(meta, "seq").offset),
      { label: "out", code: BPF_MOV_K, to: 0, value: 0 },
      { code: BPF_EXIT },
    ]),
  };
}

/** Offsets in structures of the kernel. */
interface FileOffsets {
  /** In `struct task_struct`. */
  readonly pid: number;
  readonly tgid: number;
  /** In `struct file`. */
  readonly inode: number;
  /** In `struct inode`. */
  readonly superBlock: number;
  /** In `struct super_block`. */
  readonly magic: number;
}

/**
 * Jumps to `write` with PID in register 1, inode in 3 and kind in 5, and to `out` for files of other kinds and for threads:
 * of these the descriptors of their own are found by other means.
 */
const loadFile = ({ pid, tgid, inode, superBlock, magic }: FileOffsets): readonly Instruction[] => [
  { code: BPF_MOV_X, to: 6, from: 1 },
  { code: BPF_LDX_DW, to: 7, from: 6, offset: CONTEXT_TASK },
  { code: BPF_JEQ_K, to: 7, value: 0, goto: "out" },
  { code: BPF_LDX_DW, to: 8, from: 6, offset: CONTEXT_FILE },
  { code: BPF_JEQ_K, to: 8, value: 0, goto: "out" },
  { code: BPF_LDX_W, to: 1, from: 7, offset: tgid },
  { code: BPF_LDX_W, to: 2, from: 7, offset: pid },
  { code: BPF_JNE_X, to: 1, from: 2, goto: "out" },
  { code: BPF_LDX_DW, to: 3, from: 8, offset: inode },
  { code: BPF_LDX_DW, to: 4, from: 3, offset: superBlock },
  { code: BPF_LDX_DW, to: 5, from: 4, offset: magic },
  { code: BPF_JEQ_K, to: 5, value: SOCKFS_MAGIC, goto: "write" },
  { code: BPF_JEQ_K, to: 5, value: ANON_INODE_FS_MAGIC, goto: "write" },
  { code: BPF_JNE_K, to: 5, value: NSFS_MAGIC, goto: "out" },
];

/** Writes the record, which is made on the stack. */
const writeRecord = (inodeNumber: number, seq: number): readonly Instruction[] => [
  { label: "write", code: BPF_STX_W, to: 10, from: 1, offset: -16 + 4 * RECORD_PID },
  { code: BPF_LDX_W, to: 1, from: 6, offset: CONTEXT_FD },
  { code: BPF_STX_W, to: 10, from: 1, offset: -16 + 4 * RECORD_FD },
  { code: BPF_LDX_DW, to: 1, from: 3, offset: inodeNumber },
  { code: BPF_STX_W, to: 10, from: 1, offset: -16 + 4 * RECORD_INODE },
  { code: BPF_STX_W, to: 10, from: 5, offset: -16 + 4 * RECORD_KIND },
  { code: BPF_LDX_DW, to: 1, from: 6, offset: CONTEXT_META },
  { code: BPF_LDX_DW, to: 1, from: 1, offset: seq },
  { code: BPF_MOV_X, to: 2, from: 10 },
  { code: BPF_ADD_K, to: 2, value: -16 },
  { code: BPF_MOV_K, to: 3, value: 4 * RECORD_WORDS },
  { code: BPF_CALL, value: BPF_FUNC_seq_write },
];

/** `struct bpf_insn` of each instruction. */
function assemble(instructions: readonly Instruction[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(8 * instructions.length));
  instructions.forEach(({ code, to = 0, from = 0, offset = 0, value = 0, goto }, i) => {
    const jump = goto === undefined ? offset : instructions.findIndex(({ label }) => label === goto) - i - 1;
    view.setUint8(8 * i, code);
    view.setUint8(8 * i + 1, from << 4 | to);
    view.setInt16(8 * i + 2, jump, true);
    view.setInt32(8 * i + 4, value, true);
  });
  return new Uint8Array(view.buffer);
}
