/**
 * Makes a system call fail for this process and all that it starts; see seccomp(2).
 */

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

/**
 * Runs a command for which a system call fails with an error number, and ends with its status.
 *
 * @param first only calls with this first argument fail; `null` for all
 */
export function runRefusing(call: number, first: number | null, errno: number, words: readonly string[]): never {
  const refusal = [RETURN, 0, 0, SECCOMP_RET_ERRNO | errno] as const;
  const program = assemble([
    [LOAD, 0, 0, NUMBER],
    ...first === null
      ? [[IF_EQUAL, 0, 1, call] as const, refusal]
      : [[IF_EQUAL, 0, 3, call], [LOAD, 0, 0, FIRST_ARGUMENT], [IF_EQUAL, 0, 1, first], refusal] as const,
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
  const [command = "", ...args] = words;
  const { code } = new Deno.Command(command, { args, stdin: "null", stdout: "inherit", stderr: "inherit" })
    .outputSync();
  Deno.exit(code);
}
