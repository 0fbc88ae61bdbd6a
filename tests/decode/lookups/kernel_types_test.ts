/**
 * The kernel's types: functions and members by name, in types that are made here and in those of the running kernel.
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { BtfBuilder } from "../../btf_builder.ts";
import { Btf } from "../btf.ts";
import { DecodeError } from "../../../decode/kernel/errors.ts";
import { KernelTypes } from "../../../decode/lookups/kernel_types.ts";
import { makeTaskFilesProgram } from "../../../decode/lookups/task_files_program.ts";

const FUNC = 12;
const FUNC_PROTO = 13;

/** Types as in a kernel, with other offsets: members in unnamed unions, behind qualifiers, and as bit fields. */
function sample(): { bytes: Uint8Array<ArrayBuffer>; target: number } {
  const types = new BtfBuilder();
  const int = types.signed("int", 4);
  const long = types.integer("unsigned long", 8);
  const super_block = types.struct("super_block", 16, [["s_flags", int, 0], ["s_magic", long, 64]]);
  const inode = types.struct("inode", 32, [["i_ino", long, 128], ["i_sb", types.pointer(super_block), 0]]);
  const inside = types.union("", 8, [["f_path", long, 0], ["f_inode", types.constant(types.pointer(inode)), 0]]);
  const other = types.struct("file", 8, [["f_version", long, 0]]);
  const file = types.struct("file", 24, [["f_mode", int, 0], ["", inside, 128]]);
  const bits = types.struct("", 8, [["flag", int, 0, 1], ["wide", int, 32, 32]], true);
  const task = types.struct("task_struct", 48, [["", bits, 0], ["tgid", int, 128], ["pid", int, 320]]);
  const meta = types.struct("bpf_iter_meta", 16, [["seq", types.pointer(other), 64]]);
  // Parameters: names and types.
  const prototype = types.add("", FUNC_PROTO, 4, int, [
    ...[0, types.pointer(meta), 0, types.pointer(types.typedef("task_t", task))],
    ...[0, int, 0, types.pointer(file)],
  ]);
  types.add("bpf_iter_task_fil", FUNC, 0, prototype);
  const target = types.add("bpf_iter_task_file", FUNC, 0, prototype);
  types.add("bpf_iter_task_file_", FUNC, 0, prototype);
  return { bytes: types.bytes(), target };
}

Deno.test("KernelTypes finds a function by its whole name, and members also in unnamed unions and behind qualifiers", () => {
  const { bytes, target } = sample();
  const types = new KernelTypes(bytes);
  const { number, parameters: [meta = 0, task = 0, int = 0, file = 0] } = types.functionNamed("bpf_iter_task_file");
  assertEquals(number, target);
  const offset = (type: number, ...names: string[]) =>
    names.reduce(({ type }, name) => types.member(type, name), { type, offset: -1 }).offset;
  assertEquals(offset(meta, "seq"), 8);
  assertEquals([offset(task, "tgid"), offset(task, "pid"), offset(task, "wide")], [16, 40, 4]);
  assertEquals(offset(file, "f_inode"), 16);
  assertEquals(offset(file, "f_inode", "i_ino"), 16);
  assertEquals(offset(file, "f_inode", "i_sb", "s_magic"), 8);
  for (const wrong of ["f_version", "f_mod", "f_mode_"]) {
    assertThrows(() => types.member(file, wrong), DecodeError, "without the member");
  }
  assertThrows(() => types.member(int, "pid"), DecodeError, "without the member");
  assertThrows(() => types.functionNamed("bpf_iter_task"), DecodeError, "without the function");
  // A member has that name, and no function.
  assertThrows(() => types.functionNamed("f_inode"), DecodeError, "without the function");
});

Deno.test("makeTaskFilesProgram reads the kernel's offsets and jumps to the ends of its parts", () => {
  const { bytes, target } = sample();
  const program = makeTaskFilesProgram(bytes);
  assertEquals(program.target, target);
  const view = new DataView(program.instructions.buffer);
  const instructions = Array.from({ length: program.instructions.length / 8 }, (_, i) => ({
    code: view.getUint8(8 * i),
    offset: view.getInt16(8 * i + 2, true),
  }));
  const loads = instructions.filter(({ code }) => code === 0x61 || code === 0x79).map(({ offset }) => offset);
  // Task, file, tgid, pid, f_inode, i_sb, s_magic; descriptor, i_ino, meta, seq.
  assertEquals(loads, [8, 24, 16, 40, 16, 0, 8, 16, 16, 0, 8]);
  const jumps = instructions.flatMap(({ code, offset }, i) =>
    [0x15, 0x55, 0x5d].includes(code) ? [i + 1 + offset] : []
  );
  const end = instructions.length - 2;
  assertEquals(jumps, [end, end, end, 14, 14, end]);
});

Deno.test("KernelTypes of BTF that is cut, of another kind or not aligned throws a DecodeError", () => {
  const { bytes } = sample();
  for (let length = 0; length < bytes.length; length++) {
    assertThrows(() => makeTaskFilesProgram(bytes.slice(0, length)), DecodeError);
  }
  const moved = new Uint8Array(bytes.length + 1);
  moved.set(bytes, 1);
  assertThrows(() => new KernelTypes(moved.subarray(1)), DecodeError, "not aligned");
  const types = new BtfBuilder();
  types.add("future", 29, 0, 0);
  assertThrows(() => new KernelTypes(types.bytes()), DecodeError, "kind 29");
  const endless = new BtfBuilder();
  endless.typedef("a", 1);
  assertThrows(() => new KernelTypes(endless.bytes()).member(1, "x"), DecodeError, "within itself");
  assertThrows(() => new KernelTypes(endless.bytes()).member(7, "x"), DecodeError, "not there");
});

const kernel = new Deno.Command("cat", { args: ["/sys/kernel/btf/vmlinux"], stderr: "null" }).outputSync();

Deno.test({
  name: `KernelTypes finds in the running kernel's types what another reader finds${
    kernel.success ? "" : " (ignored: /sys/kernel/btf/vmlinux is missing or cannot be read)"
  }`,
  ignore: !kernel.success,
  fn() {
    const bytes = kernel.stdout as Uint8Array<ArrayBuffer>;
    const types = new KernelTypes(bytes);
    const structs = new Btf(bytes).structs(new Set(["task_struct", "file", "inode", "super_block"]));
    const { parameters: [, task = 0, , file = 0] } = types.functionNamed("bpf_iter_task_file");
    const inode = types.member(file, "f_inode");
    const found = [
      ["task_struct", "pid", types.member(task, "pid").offset],
      ["task_struct", "tgid", types.member(task, "tgid").offset],
      ["inode", "i_ino", types.member(inode.type, "i_ino").offset],
      ["super_block", "s_magic", types.member(types.member(inode.type, "i_sb").type, "s_magic").offset],
    ] as const;
    for (const [struct, name, offset] of found) {
      const offsets = (structs.get(struct) ?? []).flatMap(({ members }) =>
        members.filter((member) => member.name === name).map(({ bitOffset }) => bitOffset / 8)
      );
      assert(offsets.includes(offset), `${struct}.${name}: ${offset}, not ${offsets}`);
    }
  },
});
