/**
 * Runs a command that no socket of AF_NETLINK is given to: `refuse_netlink.ts ERRNO COMMAND…`. Its filter of system calls
 * (seccomp(2)) makes socket(2) fail with the error number.
 */

const AF_NETLINK = 16;
/** Number of socket(2). */
const SOCKET = Deno.build.arch === "aarch64" ? 198 : 41;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_SET_SECCOMP = 22;
const SECCOMP_MODE_FILTER = 2;
const SECCOMP_RET_ALLOW = 0x7fff0000;
const SECCOMP_RET_ERRNO = 0x00050000;
/** Operations of the filter: load a word of the call, go on if it is equal, else pass over instructions, return. */
const LOAD = 0x20;
const IF_EQUAL = 0x15;
const RETURN = 0x06;
/** Where `struct seccomp_data` has the number of the call and its first argument. */
const NUMBER = 0;
const FIRST_ARGUMENT = 16;

/** `struct sock_filter` for each row: operation, jump if true, jump if false, value. */
function assemble(rows: readonly (readonly [number, number, number, number])[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(8 * rows.length));
  rows.forEach(([operation, ifTrue, ifFalse, value], i) => {
    view.setUint16(8 * i, operation, true);
    view.setUint8(8 * i + 2, ifTrue);
    view.setUint8(8 * i + 3, ifFalse);
    view.setUint32(8 * i + 4, value, true);
  });
  return new Uint8Array(view.buffer);
}

const [errno = "", command = "", ...args] = Deno.args;
const program = assemble([
  [LOAD, 0, 0, NUMBER],
  [IF_EQUAL, 0, 3, SOCKET],
  [LOAD, 0, 0, FIRST_ARGUMENT],
  [IF_EQUAL, 0, 1, AF_NETLINK],
  [RETURN, 0, 0, SECCOMP_RET_ERRNO | Number(errno)],
  [RETURN, 0, 0, SECCOMP_RET_ALLOW],
]);
/** `struct sock_fprog`. */
const filter = new BigUint64Array([
  BigInt(program.length / 8),
  BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(program))),
]);

const { symbols: { prctl } } = Deno.dlopen("libc.so.6", {
  prctl: { parameters: ["i32", "usize", "buffer", "usize", "usize"], result: "i32" },
});
if (prctl(PR_SET_NO_NEW_PRIVS, 1n, null, 0n, 0n) !== 0) throw new Error("PR_SET_NO_NEW_PRIVS");
if (prctl(PR_SET_SECCOMP, BigInt(SECCOMP_MODE_FILTER), filter, 0n, 0n) !== 0) throw new Error("PR_SET_SECCOMP");
const { code } = new Deno.Command(command, { args, stdin: "null", stdout: "inherit", stderr: "inherit" }).outputSync();
Deno.exit(code);
