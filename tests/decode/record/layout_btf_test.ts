/**
 * Layouts against the type information of the running kernel, `/sys/kernel/btf/vmlinux`.
 */
import { assert, assertEquals } from "@std/assert";
import type { Layout } from "../../../decode/record/layout.ts";
import { SK_MEMINFO } from "../../../decode/families/sock_diag.ts";
import { tcpStateWords } from "../../../decode/kernel/tcp_states.ts";
import { Btf, type BtfMember, type BtfStruct } from "../btf.ts";
import { attributeTables, MEMBER_OF_7_0, pairs, plainLayouts, TCP_INFO, TCP_INFO_7_0 } from "../layouts.ts";

/** The file through `cat`, because Deno itself asks for all permissions before it reads below `/sys`. */
function readBtf(): Uint8Array | null {
  try {
    const result = new Deno.Command("cat", { args: ["/sys/kernel/btf/vmlinux"], stderr: "null" }).outputSync();
    return result.success ? result.stdout : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

const bytes = readBtf();
const because = bytes === null ? " (ignored: /sys/kernel/btf/vmlinux is missing or cannot be read)" : "";
const btf = bytes === null ? null : new Btf(bytes);
const names = new Set([...plainLayouts, TCP_INFO].map((layout) => layout.name));
const structs = btf?.structs(names) ?? new Map<string, BtfStruct[]>();

/** The member `id.idiag_sport`. */
function find(members: readonly BtfMember[], path: string): BtfMember | undefined {
  const [first, ...rest] = path.split(".");
  const member = members.find(({ name }) => name === first);
  return rest.length === 0 || member === undefined ? member : find(member.members, rest.join("."));
}

/** Member, first bit and count of bits, as the kernel has them. */
function kernelPlaces(struct: BtfStruct, layout: Layout): (string | number)[][] {
  return layout.members.flatMap(({ member }) => {
    const parts = (pairs[member] ?? [member]).map((part) => find(struct.members, part));
    const first = parts[0];
    return first === undefined ? [] : [[member, first.bitOffset, parts.reduce((sum, part) => sum + part!.bitSize, 0)]];
  });
}

const layoutPlaces = (layout: Layout): (string | number)[][] =>
  layout.members.map((
    { member, offset, size, bits },
  ) => [member, 8 * offset + (bits?.[0] ?? 0), bits?.[1] ?? 8 * size]);

for (const layout of plainLayouts) {
  const found = structs.get(layout.name) ?? [];
  const lacking = because !== "" ? because : found.length === 0 ? " (ignored: this kernel was built without it)" : "";
  Deno.test({
    name: `struct ${layout.name} lies as in the running kernel's type information${lacking}`,
    ignore: lacking !== "",
    fn() {
      for (const struct of found) {
        assertEquals(kernelPlaces(struct, layout), layoutPlaces(layout));
        assertEquals(struct.size, layout.size);
      }
    },
  });
}

Deno.test({
  name: `struct tcp_info lies as in the running kernel's type information, as far as that kernel has it${because}`,
  ignore: because !== "",
  fn() {
    const struct = structs.get("tcp_info")![0]!;
    const layout = find(struct.members, MEMBER_OF_7_0) === undefined ? TCP_INFO : TCP_INFO_7_0;
    const found = kernelPlaces(struct, layout);
    assertEquals(found, layoutPlaces(layout).slice(0, found.length));
    assert(found.length >= 50, `only ${found.length} members compared`);
    if (found.length < layout.members.length) {
      assertEquals(struct.size, layout.members[found.length]!.offset);
    } else {
      assert(struct.size >= layout.size);
    }
  },
});

Deno.test({
  name: `attribute numbers are those in the running kernel's type information${because}`,
  ignore: because !== "",
  fn() {
    const kernel = btf!.enumerators(/^(INET_DIAG|INET_ULP_INFO|TLS_INFO|MPTCP_SUBFLOW_ATTR|SK_DIAG_BPF_STORAGE)_/);
    let compared = 0;
    for (const { attributes } of attributeTables().values()) {
      for (const { name, number } of attributes) {
        const values = kernel.get(name);
        if (values === undefined) continue;
        assertEquals([...values], [number], name);
        compared++;
      }
    }
    assert(compared >= 20, `only ${compared} attributes compared`);
  },
});

Deno.test({
  name: `SK_MEMINFO and the states of TCP are numbered as in the running kernel's type information${because}`,
  ignore: because !== "",
  fn() {
    const meminfo = btf!.enumerators(/^SK_MEMINFO_/);
    for (const { member, offset } of SK_MEMINFO.members) assertEquals([...meminfo.get(member)!], [offset / 4], member);
    const states = btf!.enumerators(/^TCP_(ESTABLISHED|SYN_SENT|TIME_WAIT|LISTEN|CLOSING)$/);
    assertEquals(
      new Map([...states].map(([name, values]) => [name, tcpStateWords[[...values][0]!]])),
      new Map([
        ["TCP_ESTABLISHED", "established"],
        ["TCP_SYN_SENT", "syn-sent"],
        ["TCP_TIME_WAIT", "time-wait"],
        ["TCP_LISTEN", "listening"],
        ["TCP_CLOSING", "closing"],
      ]),
    );
  },
});

Deno.test("Btf refuses bytes that are not type information", () => {
  let message = "";
  try {
    new Btf(new Uint8Array(64));
  } catch (error) {
    message = (error as Error).message;
  }
  assertEquals(message, "not BTF");
});
