/**
 * The system call bpf(2).
 */
import { libc, uninterrupted } from "./libc.ts";

const SYS_BPF = Deno.build.arch === "x86_64" ? 321n : 280n;

/** Calls bpf(2) with `union bpf_attr`; returns its result or a negative error number. */
export const bpf = (command: number, attributes: Uint8Array<ArrayBuffer>): number =>
  uninterrupted(() => libc.bpf(SYS_BPF, command, attributes, attributes.length));

/** Address of bytes, which must be kept as long as the kernel uses it. */
export const addressOf = (bytes: Uint8Array<ArrayBuffer>): bigint =>
  Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes));
