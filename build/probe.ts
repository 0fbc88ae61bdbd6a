/**
 * A program of 11 instructions that tests whether memory may be both writable and executable, which V8 needs. Its exit
 * status is 0 if so, 1 if not. The header of the packed file runs it before Deno: a shell cannot test this, and if Deno
 * failed, its exit status would look like a result of the program.
 */
import { BuildError } from "./stage.ts";

/** `mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)`, `exit(result < 0)`. */
const machines: Readonly<Record<string, { readonly number: number; readonly code: readonly number[] }>> = {
  "x86_64-unknown-linux-gnu": {
    number: 62,
    code: [
      ...[0x31, 0xff], // xor edi, edi
      ...[0xbe, 0x00, 0x10, 0x00, 0x00], // mov esi, 4096
      ...[0xba, 0x07, 0x00, 0x00, 0x00], // mov edx, 7
      ...[0x41, 0xba, 0x22, 0x00, 0x00, 0x00], // mov r10d, 0x22
      ...[0x49, 0x83, 0xc8, 0xff], // or r8, -1
      ...[0x45, 0x31, 0xc9], // xor r9d, r9d
      ...[0xb8, 0x09, 0x00, 0x00, 0x00], // mov eax, 9
      ...[0x0f, 0x05], // syscall
      ...[0x48, 0x89, 0xc7], // mov rdi, rax
      ...[0x48, 0xc1, 0xef, 0x3f], // shr rdi, 63
      ...[0xb8, 0x3c, 0x00, 0x00, 0x00], // mov eax, 60
      ...[0x0f, 0x05], // syscall
    ],
  },
  "aarch64-unknown-linux-gnu": {
    number: 183,
    code: [
      ...[0x00, 0x00, 0x80, 0xd2], // mov x0, 0
      ...[0x01, 0x00, 0x82, 0xd2], // mov x1, 4096
      ...[0xe2, 0x00, 0x80, 0xd2], // mov x2, 7
      ...[0x43, 0x04, 0x80, 0xd2], // mov x3, 0x22
      ...[0x04, 0x00, 0x80, 0x92], // mov x4, -1
      ...[0x05, 0x00, 0x80, 0xd2], // mov x5, 0
      ...[0xc8, 0x1b, 0x80, 0xd2], // mov x8, 222
      ...[0x01, 0x00, 0x00, 0xd4], // svc 0
      ...[0x00, 0xfc, 0x7f, 0xd3], // lsr x0, x0, 63
      ...[0xa8, 0x0b, 0x80, 0xd2], // mov x8, 93
      ...[0x01, 0x00, 0x00, 0xd4], // svc 0
    ],
  },
};

const HEADER_SIZE = 64;
const SEGMENT_SIZE = 56;
const ADDRESS = 0x400000;

/** The file for `target`: an ELF header, one segment and the code. */
export function probe(target: string): Uint8Array<ArrayBuffer> {
  const machine = machines[target];
  if (machine === undefined) throw new BuildError(`there is no packed file for ${target}`);
  const start = HEADER_SIZE + SEGMENT_SIZE;
  const size = start + machine.code.length;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const put64 = (at: number, value: number) => view.setBigUint64(at, BigInt(value), true);
  // 64 bits, little-endian, version 1.
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  // An executable file.
  view.setUint16(16, 2, true);
  view.setUint16(18, machine.number, true);
  view.setUint32(20, 1, true);
  put64(24, ADDRESS + start);
  put64(32, HEADER_SIZE);
  view.setUint16(52, HEADER_SIZE, true);
  view.setUint16(54, SEGMENT_SIZE, true);
  view.setUint16(56, 1, true);
  // The whole file is loaded, readable and executable.
  view.setUint32(HEADER_SIZE, 1, true);
  view.setUint32(HEADER_SIZE + 4, 5, true);
  put64(HEADER_SIZE + 16, ADDRESS);
  put64(HEADER_SIZE + 24, ADDRESS);
  put64(HEADER_SIZE + 32, size);
  put64(HEADER_SIZE + 40, size);
  put64(HEADER_SIZE + 48, 0x10000);
  bytes.set(machine.code, start);
  return bytes;
}
