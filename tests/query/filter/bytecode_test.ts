/** Programs for the kernel: each operator against what `linux/inet_diag.h` and the audit of the kernel ask for. */
import { assert, assertEquals } from "@std/assert";
import fc from "../../packages/fast_check.ts";
import { compileProgram } from "../../../query/filter/bytecode.ts";
import { allOf, anyOf, type Condition, type Expression, not } from "../../../query/filter/expression.ts";
import { family, filterOf } from "./filtering.ts";

/** The program for TCP sockets, byte by byte. */
function programOf(text: string): number[] | null {
  const { kernel } = filterOf(text).of(family("TCP"));
  return kernel === null ? null : [...kernel.program];
}

const u16 = (value: number) => [value & 0xff, value >> 8];
const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];
/** `struct inet_diag_bc_op`. */
const op = (code: number, yes: number, no: number) => [code, yes, ...u16(no)];
const [JMP, S_GE, S_LE, D_GE, D_LE, AUTO, S_COND, D_COND, DEV_COND, MARK_COND] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const [AF_UNSPEC, AF_INET, AF_INET6, ANY] = [0, 2, 10, 0xffffffff];
/** A port in place of an operation, `struct inet_diag_hostcond`. */
const port = (value: number) => [0, 0, ...u16(value)];
const hostcond = (
  family: number,
  length: number,
  port: number,
  ...address: number[]
) => [family, length, 0, 0, ...u32(port), ...address];

Deno.test("compileProgram: one condition runs on to the end if it holds, and jumps beyond it if not", () => {
  assertEquals(programOf("sport >= 1024"), [...op(S_GE, 8, 12), ...port(1024)]);
  assertEquals(programOf("sport > 1023"), [...op(S_GE, 8, 12), ...port(1024)]);
  assertEquals(programOf("sport <= 80"), [...op(S_LE, 8, 12), ...port(80)]);
  assertEquals(programOf("sport < 81"), [...op(S_LE, 8, 12), ...port(80)]);
  assertEquals(programOf("dport ge 65534"), [...op(D_GE, 8, 12), ...port(65534)]);
  assertEquals(programOf("dport le 1"), [...op(D_LE, 8, 12), ...port(1)]);
  assertEquals(programOf("sport = :22"), [...op(S_COND, 12, 16), ...hostcond(AF_UNSPEC, 0, 22)]);
  assertEquals(programOf("dport 443"), [...op(D_COND, 12, 16), ...hostcond(AF_UNSPEC, 0, 443)]);
  assertEquals(programOf("src 10.0.0.0/8"), [...op(S_COND, 16, 20), ...hostcond(AF_INET, 8, ANY, 10, 0, 0, 0)]);
  assertEquals(programOf("dst fe80::/10"), [
    ...op(D_COND, 28, 32),
    ...hostcond(AF_INET6, 10, ANY, 0xfe, 0x80, ...new Array(14).fill(0)),
  ]);
  assertEquals(programOf("dev 3"), [...op(DEV_COND, 8, 12), ...u32(3)]);
  assertEquals(programOf("fwmark 0x10/0xf0"), [...op(MARK_COND, 12, 16), ...u32(0x10), ...u32(0xf0)]);
  assertEquals(programOf("fwmark 5"), [...op(MARK_COND, 12, 16), ...u32(5), ...u32(0xffffffff)]);
  assertEquals(programOf("autobound"), op(AUTO, 4, 8));
});

Deno.test("compileProgram: a group is compared as a 64-bit number that is not aligned", () => {
  const condition: Expression = { kind: "condition", condition: { kind: "cgroup", id: 0x1_0000_0002n }, text: "" };
  assertEquals([...compileProgram(condition)!], [...op(13, 12, 16), ...u32(2), ...u32(1)]);
});

Deno.test("compileProgram: and, or, not, and what stands inside each other", () => {
  const at = (value: number, no: number) => [...op(S_COND, 12, no), ...hostcond(AF_UNSPEC, 0, value)];
  assertEquals(programOf("sport 1 and sport 2"), [...at(1, 28), ...at(2, 16)]);
  assertEquals(programOf("sport 1 or sport 2"), [...at(1, 16), ...op(JMP, 4, 16), ...at(2, 16)]);
  assertEquals(programOf("not sport 1"), [...at(1, 16), ...op(JMP, 4, 8)]);
  assertEquals(programOf("not not sport 1"), at(1, 16));
  assertEquals(programOf("sport != 1"), programOf("not sport 1"));
  assertEquals(programOf("not ( sport 1 or sport 2 )"), [
    ...at(1, 16),
    ...op(JMP, 4, 24),
    ...at(2, 16),
    ...op(JMP, 4, 8),
  ]);
  assertEquals(programOf("not ( sport 1 and sport 2 )"), [...at(1, 28), ...at(2, 16), ...op(JMP, 4, 8)]);
  assertEquals(programOf("( sport 1 or sport 2 ) and dport 3"), [
    ...at(1, 16),
    ...op(JMP, 4, 16),
    ...at(2, 28),
    ...op(D_COND, 12, 16),
    ...hostcond(AF_UNSPEC, 0, 3),
  ]);
});

Deno.test("compileProgram: an address with a port is both, several addresses of a host are alternatives", () => {
  const address = hostcond(AF_INET, 32, ANY, 10, 0, 0, 1);
  assertEquals(programOf("dst 10.0.0.1:80"), [
    ...op(D_COND, 16, 32),
    ...address,
    ...op(D_COND, 12, 16),
    ...hostcond(AF_UNSPEC, 0, 80),
  ]);
  const networks = [1, 2].map((last) => ({ address: Uint8Array.of(10, 0, 0, last), length: 32 }));
  const condition: Condition = { kind: "address", side: "src", networks };
  assertEquals([...compileProgram({ kind: "condition", condition, text: "" })!], [
    ...op(S_COND, 16, 20),
    ...address,
    ...op(JMP, 4, 20),
    ...op(S_COND, 16, 20),
    ...hostcond(AF_INET, 32, ANY, 10, 0, 0, 2),
  ]);
});

Deno.test("the program has what the kernel can check of a filter, and no more", () => {
  const alone = programOf("sport 1");
  assertEquals(programOf("sport 1 and tcp_info.rtt > 5"), alone);
  assertEquals(programOf("sport 1 and not uid = 0 and state != listening"), alone);
  assertEquals(programOf("( sport 1 and uid = 0 ) or ( sport 1 and uid = 1 )"), programOf("sport 1 or sport 1"));
  assertEquals(programOf("sport 1 or uid = 0"), null);
  assertEquals(programOf("not ( sport 1 and uid = 0 )"), null);
  assertEquals(programOf("not ( sport 1 or uid = 0 )"), programOf("not sport 1"));
  assertEquals(programOf("uid = 0"), null);
  assertEquals(programOf("state listening"), null);
  assertEquals(programOf("protocol = tcp and sport 1"), alone);
});

Deno.test("the rest is what the kernel has not checked", () => {
  const restOf = (text: string) => filterOf(text).of(family("TCP")).openPredicate(true) !== null;
  assertEquals(restOf("sport 1 and ( dport 2 or not src 10.0.0.0/8 )"), false);
  assertEquals(restOf("sport 1 and state listening"), false);
  assertEquals(restOf("sport 1 and uid = 0"), true);
  assertEquals(restOf("sport 1 or uid = 0"), true);
});

Deno.test("ports that must be exact are also in the request's own fields", () => {
  const portsOf = (text: string) => {
    const { kernel } = filterOf(text).of(family("TCP"));
    return [kernel?.sport, kernel?.dport];
  };
  assertEquals(portsOf("sport 22"), [22, 0]);
  assertEquals(portsOf("dst 10.0.0.0/8:443 and sport = 1"), [1, 443]);
  assertEquals(portsOf("sport 22 or sport 23"), [0, 0]);
  assertEquals(portsOf("not sport 22"), [0, 0]);
  assertEquals(portsOf("sport >= 22"), [0, 0]);
  assertEquals(portsOf("sport 0"), [0, 0]);
});

Deno.test("sockets of a family that the kernel checks no program for are checked here", () => {
  for (const name of ["SCTP", "SMC", "VSOCK"]) {
    const own = filterOf("sport 22").of(family(name));
    assertEquals([own.kernel, own.excludesAll], [null, false], name);
  }
  for (const name of ["UNIX", "NETLINK", "PACKET", "XDP", "TIPC"]) {
    assertEquals(filterOf("sport 22").of(family(name)).excludesAll, true, name);
    assertEquals(filterOf("not sport 22").of(family(name)).openPredicate(false), null, name);
  }
});

/** `inet_diag_bc_audit()` of `net/ipv4/inet_diag.c`: the sizes of operations, and where they may jump. */
function audit(program: Uint8Array): void {
  const view = new DataView(program.buffer, program.byteOffset, program.length);
  const sizes: Record<number, number> = { 1: 4, 2: 8, 3: 8, 4: 8, 5: 8, 6: 4, 9: 8, 10: 12, 13: 12 };
  const starts = new Set([program.length]);
  for (let at = 0; at < program.length; at += view.getUint8(at + 1)) {
    starts.add(at);
    assert(view.getUint8(at + 1) >= 4, "no endless loop");
  }
  assert(program.length > 0);
  for (let at = 0; at < program.length;) {
    const code = view.getUint8(at);
    const [yes, no] = [view.getUint8(at + 1), view.getUint16(at + 2, true)];
    const left = program.length - at;
    let least = sizes[code] ?? 12;
    if (code === S_COND || code === D_COND) {
      const length = { 0: 0, 2: 4, 10: 16 }[view.getUint8(at + 4)]!;
      assert(view.getUint8(at + 5) <= 8 * length, "prefix");
      least = 12 + length;
    }
    assert(left >= least, "room");
    for (const jump of [yes, no]) {
      assert(jump >= Math.min(least, 4) && jump <= left + 4 && jump % 4 === 0, `jump ${jump}`);
    }
    assert(no >= least || code === JMP && no >= 4);
    if (no < left) assert(starts.has(at + no), "jump into the middle");
    at += yes;
  }
}

/** `inet_diag_bc_run()`, for ports alone. */
function runProgram(program: Uint8Array, sport: number): boolean {
  const view = new DataView(program.buffer, program.byteOffset, program.length);
  let at = 0;
  while (at < program.length) {
    const code = view.getUint8(at);
    const holds = code === S_GE
      ? sport >= view.getUint16(at + 6, true)
      : code === S_LE
      ? sport <= view.getUint16(at + 6, true)
      : code === S_COND && sport === view.getInt32(at + 8, true);
    at += holds ? view.getUint8(at + 1) : view.getUint16(at + 2, true);
  }
  return at === program.length;
}

const portIs = (least: number, most: number): Expression => ({
  kind: "condition",
  condition: { kind: "port", side: "src", least, most },
  text: "",
});

Deno.test("compileProgram: programs of random conditions pass the audit and mean what the conditions mean", () => {
  type Meaning = { expression: Expression; holds: (port: number) => boolean };
  const leaf = fc.tuple(fc.nat(9), fc.nat(9)).map(([one, other]): Meaning => {
    const [least, most] = [Math.min(one, other), Math.max(one, other)];
    return { expression: portIs(least, most), holds: (port) => port >= least && port <= most };
  });
  const { tree } = fc.letrec<{ tree: Meaning }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      leaf,
      fc.array(tie("tree"), { minLength: 2, maxLength: 4 }).map((parts): Meaning => ({
        expression: allOf(parts.map(({ expression }) => expression)),
        holds: (port) => parts.every(({ holds }) => holds(port)),
      })),
      fc.array(tie("tree"), { minLength: 2, maxLength: 4 }).map((parts): Meaning => ({
        expression: anyOf(parts.map(({ expression }) => expression)),
        holds: (port) => parts.some(({ holds }) => holds(port)),
      })),
      tie("tree").map(({ expression, holds }): Meaning => ({
        expression: not(expression),
        holds: (port) => !holds(port),
      })),
    ),
  }));
  fc.assert(
    fc.property(tree, ({ expression, holds }) => {
      const program = compileProgram(expression)!;
      audit(program);
      for (let port = 0; port < 11; port++) assertEquals(runProgram(program, port), holds(port));
    }),
    { seed: 3, numRuns: 2000 },
  );
});

Deno.test("compileProgram: long alternatives jump further than eight bits reach, up to what the kernel takes", () => {
  const many = (count: number) => anyOf(Array.from({ length: count }, (_, i) => portIs(i, i)));
  for (const count of [16, 17, 1000, 4062]) {
    const program = compileProgram(many(count))!;
    assertEquals(program.length, 16 * count - 4);
    audit(program);
    for (const port of [0, 1, count - 2, count - 1]) {
      assertEquals(runProgram(program, port), true, `${port} of ${count}`);
    }
    assertEquals(runProgram(program, count), false);
    const negated = compileProgram(not(many(count)))!;
    audit(negated);
    assertEquals([runProgram(negated, 5), runProgram(negated, count)], [false, true]);
  }
  assertEquals(compileProgram(many(4064)), null);
  assert(filterOf(`sport 1 ${" or sport 2".repeat(4100)}`).of(family("TCP")).openPredicate(true) !== null);
});
