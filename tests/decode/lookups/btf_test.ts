/**
 * Members of values by their types in the BPF Type Format.
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { type BtfMember, membersOf } from "../../../decode/lookups/btf.ts";
import { BtfText } from "../../../decode/lookups/btf_value.ts";
import { DecodeError } from "../../../decode/kernel/errors.ts";
import { BtfBuilder, sampleOfAll } from "../../btf_builder.ts";
import { Btf, type BtfMember as KernelMember } from "../btf.ts";

const decoder = new TextDecoder();

function show(members: readonly BtfMember[], value: Uint8Array, start = 0, end = value.length): [string, string][] {
  const text = new BtfText();
  return members.flatMap((member) =>
    text.write(member, value, start, end)
      ? [[decoder.decode(member.name), decoder.decode(text.bytes.subarray(0, text.end))] as [string, string]]
      : []
  );
}

Deno.test("membersOf and BtfText show every kind of member, numbers of 64 bits to the last digit", () => {
  const { btf, type, value, members } = sampleOfAll();
  assertEquals(show(membersOf(btf, type, value.length), value), members.map(([name, text]) => [name, text]));
});

Deno.test("membersOf gives the value itself, without a name, if it has no members", () => {
  const types = new BtfBuilder();
  const number = types.typedef("counter_t", types.signed("int", 4));
  const members = membersOf(types.bytes(), number, 4);
  assertEquals(show(members, Uint8Array.of(0xfe, 0xff, 0xff, 0xff)), [["", "-2"]]);
});

Deno.test("membersOf reads bit fields of older compilers, whose types have the bits", () => {
  const types = new BtfBuilder();
  const first = types.integer("unsigned int", 4, 0, 3);
  const second = types.integer("unsigned int", 4, 1, 7, 3);
  const struct = types.struct("old", 4, [["first", first, 0], ["second", second, 0]]);
  const value = new Uint8Array(Uint32Array.of(5 | 0x41 << 3).buffer);
  assertEquals(show(membersOf(types.bytes(), struct, 4), value), [["first", "5"], ["second", "-63"]]);
});

Deno.test("BtfText shows a bool that is neither as a number, text of the whole array, and numbers that are not finite", () => {
  const types = new BtfBuilder();
  const int = types.signed("int", 4);
  const float = types.add("float", 16, 0, 4);
  const struct = types.struct("odd", 16, [
    ["yes", types.boolean(), 0],
    ["full", types.array(types.signed("char", 1), 3, int), 8],
    ["none", float, 32],
    ["third", float, 64],
    ["flags", types.array(types.add("bool", 1, 0, 1, [4 << 24 | 8]), 2, int), 96],
    ["empty", types.array(int, 0, int), 128],
  ]);
  const value = new Uint8Array(16);
  value.set([2, 97, 98, 99]);
  new DataView(value.buffer).setFloat32(4, NaN, true);
  new DataView(value.buffer).setFloat32(8, 0.25, true);
  value[13] = 1;
  assertEquals(show(membersOf(types.bytes(), struct, 16), value), [
    ["yes", "2"],
    ["full", "abc"],
    ["none", "NaN"],
    ["third", "0.25"],
    ["flags[0]", "false"],
    ["flags[1]", "true"],
  ]);
});

Deno.test("BtfText looks at nothing behind the value, cut at every byte and in the middle of others", () => {
  const { btf, type, value, members } = sampleOfAll();
  const parts = membersOf(btf, type, value.length);
  for (let length = 0; length <= value.length; length++) {
    const inside = new Uint8Array(length + 9).fill(0xa5);
    inside.set(value.subarray(0, length), 3);
    const shown = show(parts, inside, 3, 3 + length);
    const whole = parts.flatMap(({ bit, bits }, i) => bit + bits <= 8 * length ? [members[i]!] : []);
    assertEquals(shown, whole.map(([name, text]) => [name, text]), `${length} bytes`);
  }
});

Deno.test("membersOf throws DecodeError for types that are cut at any byte", () => {
  const { btf, type, value } = sampleOfAll();
  for (let length = 0; length < btf.length; length++) {
    assertThrows(() => membersOf(btf.slice(0, length), type, value.length), DecodeError);
  }
});

/** What comes out of some types: members, or an error of which only its kind matters. */
function attempt(btf: Uint8Array, type: number, size: number): readonly BtfMember[] | null {
  try {
    return membersOf(btf, type, size);
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

Deno.test("membersOf ends with members or DecodeError whatever bits are changed", () => {
  const { btf, type, value } = sampleOfAll();
  let seed = 1;
  const random = (below: number) => (seed = Math.imul(seed, 1103515245) + 12345 >>> 0) % below;
  let refused = 0;
  for (let round = 0; round < 3000; round++) {
    const changed = btf.slice();
    for (let i = 0; i <= round % 3; i++) changed[random(changed.length)] = random(256);
    const members = attempt(changed, type, value.length);
    if (members === null) refused++;
    else show(members, value);
  }
  assert(refused > 100 && refused < 2900, `${refused} refused`);
});

Deno.test("membersOf refuses types within themselves, members behind the value, kinds it does not know, and too many", () => {
  const loops = new BtfBuilder();
  loops.typedef("loop", 1);
  loops.struct("self", 4, [["self", 2, 0]]);
  loops.array(3, 2, 3);
  const int = loops.signed("int", 4);
  const empty = loops.struct("empty", 0, []);
  const many = loops.array(empty, 0xffff_ffff, int);
  const numbers = loops.array(int, 20_000, int);
  const forward = loops.add("forward", 7, 0, 0);
  const bytes = loops.bytes();
  for (
    const [type, size] of [[1, 4], [2, 4], [3, 4], [int, 3], [numbers, 80_000], [forward, 4], [0, 4], [99, 4]] as const
  ) {
    assertThrows(() => membersOf(bytes, type, size), DecodeError);
  }
  assertEquals(membersOf(bytes, many, 4), []);
  const newer = new BtfBuilder();
  newer.signed("int", 4);
  newer.add("newer", 31, 0, 4);
  assertThrows(() => membersOf(newer.bytes(), 1, 4), DecodeError, "kind 31");
});

const kernel = new Deno.Command("cat", { args: ["/sys/kernel/btf/vmlinux"], stderr: "null" }).outputSync();

/** Members without members, with the names of those that they are in. */
const flatten = (members: readonly KernelMember[], path = ""): (string | number)[][] =>
  members.flatMap(({ name, bitOffset, bitSize, members }) => {
    const place = name === "" || path === "" ? path + name : `${path}.${name}`;
    return members.length > 0 ? flatten(members, place) : [[place, bitOffset, bitSize]];
  });

Deno.test({
  name: `membersOf finds the members of the running kernel's own structures where another reader does${
    kernel.success ? "" : " (ignored: /sys/kernel/btf/vmlinux is missing or cannot be read)"
  }`,
  ignore: !kernel.success,
  fn() {
    const names = ["tcp_info", "sock_common", "unix_sock", "file_operations"];
    const btf = new Btf(kernel.stdout);
    const structs = btf.structs(new Set(names));
    for (const name of names) {
      const [struct] = structs.get(name)!;
      const found = membersOf(kernel.stdout, btf.structNumber(name), struct!.size);
      // Elements of arrays that are not bytes stand for themselves, and are not in the other reader.
      const plain = found.map(({ name, bit, bits }) => [decoder.decode(name), bit, bits]);
      const single = plain.filter(([path]) => !String(path).includes("["));
      const whole = new Map(flatten(struct!.members).map(([path, bit, bits]) => [`${path} ${bit}`, bits]));
      assert(single.length > 5, name);
      assertEquals(
        single.map(([path, bit, bits]) => [`${path} ${bit}`, bits]).filter(([at, bits]) =>
          whole.get(String(at)) !== bits
        ),
        [],
      );
      const seen = new Set(plain.map(([path]) => String(path).replace(/\[.*/, "")));
      const missing = [...whole].flatMap(([at, bits]) => {
        const path = at.replace(/ \d+$/, "");
        return bits === 0 || seen.has(path) ? [] : [path];
      });
      assertEquals(missing, [], name);
    }
  },
});

const SOURCE = `
enum mode { OFF, LOW = -3 };
typedef struct { unsigned short ports[2][2]; } peer_t;
struct value {
  char name[6];
  const volatile int count;
  unsigned first : 3, second : 7;
  signed third : 5;
  _Bool ok;
  enum mode mode;
  peer_t peers[2];
  union { float ratio; unsigned char raw[4]; struct { short x, y; }; };
  struct value *next;
  unsigned long long big;
  __int128 wide;
  int more[];
} value;
`;

/** Types of {@linkcode SOURCE} as a compiler describes them; `null` if there is none that can. */
function compile(): Uint8Array | null {
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    Deno.writeTextFileSync(`${directory}/a.c`, SOURCE);
    const script = 'cc -gbtf -c "$0/a.c" -o "$0/a.o" && objcopy -O binary --only-section=.BTF --set-section-flags ' +
      '.BTF=alloc "$0/a.o" "$0/btf"';
    const { success } = new Deno.Command("sh", { args: ["-c", script, directory], stderr: "null" }).outputSync();
    return success ? Deno.readFileSync(`${directory}/btf`) : null;
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

const compiled = compile();

Deno.test({
  name: `membersOf finds the members that a compiler describes${
    compiled === null ? " (ignored: needs gcc from 12 on and objcopy)" : ""
  }`,
  ignore: compiled === null,
  fn() {
    const btf = compiled!;
    const members = membersOf(btf, new Btf(btf).structNumber("value"), 80);
    const value = new Uint8Array(80);
    const view = new DataView(value.buffer);
    value.set(new TextEncoder().encode("abcdef"));
    view.setInt32(8, -7, true);
    view.setUint16(12, 5 | 100 << 3 | 0b10001 << 10, true);
    value[14] = 1;
    view.setInt32(16, -3, true);
    for (let i = 0; i < 8; i++) view.setUint16(20 + 2 * i, i, true);
    value.set([0, 0, 0x80, 0xbf], 36);
    view.setBigUint64(40, 0x1000n, true);
    view.setBigUint64(48, 18446744073709551615n, true);
    view.setBigUint64(64, 18446744073709551615n, true);
    const ports = Array.from(
      { length: 8 },
      (_, i): [string, string] => [`peers[${i >> 2}].ports[${i >> 1 & 1}][${i & 1}]`, `${i}`],
    );
    const shown = show(members, value).map(([name, text]) => [name, text] as [string, string]);
    assertEquals(shown.slice(0, 16), [
      ["name", "abcdef"],
      ["count", "-7"],
      ["first", "5"],
      ["second", "100"],
      ["third", "-15"],
      ["ok", "true"],
      ["mode", "LOW"],
      ...ports,
      ["ratio", "-1"],
    ]);
    assertEquals(shown.slice(16), [
      ["raw", "000080bf"],
      ["x", "0"],
      ["y", "-16512"],
      ["next", "0x1000"],
      ["big", "18446744073709551615"],
      ["wide", `0x${"0".repeat(16)}${"f".repeat(16)}`],
    ]);
  },
});
