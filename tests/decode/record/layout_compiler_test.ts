/**
 * Layouts against the offsets that the C compiler finds in the installed kernel headers.
 */
import { assert, assertEquals } from "@std/assert";
import type { Layout } from "../../../decode/record/layout.ts";
import { SK_MEMINFO } from "../../../decode/families/sock_diag.ts";
import {
  attributeLayout,
  attributeTables,
  MEMBER_OF_7_0,
  pairs,
  plainLayouts,
  TCP_INFO,
  TCP_INFO_7_0,
  wordsOf,
} from "../layouts.ts";

const headers = new Set([SK_MEMINFO, TCP_INFO, ...plainLayouts].map(({ header }) => header));
const HEADERS = ["stddef.h", "stdio.h", "string.h", ...headers].map((header) => `#include <${header}>\n`).join("");

/** Compiles C source; the messages of the compiler if it refuses, else nothing. */
function compile(source: string, output: string): string {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/main.c`, source);
    const result = new Deno.Command("cc", {
      args: ["-w", "-o", output, `${folder}/main.c`],
      env: { LC_ALL: "C" },
    }).outputSync();
    return result.success ? "" : new TextDecoder().decode(result.stderr);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Why this machine cannot compile against kernel headers; nothing if it can. */
function obstacle(): string {
  try {
    const messages = compile(`${HEADERS}int main(void) { return 0; }\n`, "/dev/null");
    return messages === "" ? "" : "the kernel headers are not installed";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "there is no C compiler named cc";
    throw error;
  }
}

const missing = obstacle();
const because = missing === "" ? "" : ` (ignored: ${missing})`;

/** A statement that prints something about one member, and the member's name in C. */
interface Probe {
  readonly member: string;
  readonly statement: string;
}

/**
 * Runs a program of these probes, without those whose member the installed headers lack.
 *
 * @returns its lines, split at blanks
 */
function probe(probes: readonly Probe[]): string[][] {
  const folder = Deno.makeTempDirSync();
  try {
    let left = probes;
    while (true) {
      const statements = left.map(({ statement }) => `  ${statement}\n`).join("");
      const messages = compile(`${HEADERS}int main(void) {\n${statements}  return 0;\n}\n`, `${folder}/main`);
      if (messages === "") break;
      const absent = new Set(
        [...messages.matchAll(/(?:no member named|undeclared identifier) \W?(\w+)|(\w+)\W? undeclared/g)].map((match) =>
          match[1] ?? match[2]!
        ),
      );
      const rest = left.filter(({ member }) => !absent.has(member));
      if (rest.length === left.length) throw new Error(messages);
      left = rest;
    }
    const output = new Deno.Command(`${folder}/main`).outputSync();
    assert(output.success);
    return new TextDecoder().decode(output.stdout).split("\n").filter((line) => line !== "").map((line) =>
      line.split(" ")
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const last = (member: string) => member.split(".").at(-1)!;

/** Prints offset and size in bits of each member; of bit members by setting all their bits. */
function probesOf(layout: Layout): Probe[] {
  const struct = `struct ${layout.name}`;
  return layout.members.flatMap(({ member, bits }): Probe[] => {
    if (bits !== null) {
      return [{
        member,
        statement: `{ union { ${struct} s; unsigned char b[sizeof(${struct})]; } u; memset(&u, 0, sizeof u); ` +
          `u.s.${member} = -1; int first = -1, count = 0; for (unsigned i = 0; i < 8 * sizeof u; i++) ` +
          `if (u.b[i / 8] >> i % 8 & 1) { if (first < 0) first = i; count++; } ` +
          `printf("${member} %d %d\\n", first, count); }`,
      }];
    }
    const size = (pairs[member] ?? [member]).map((part) => `sizeof(((${struct} *)0)->${part})`).join(" + ");
    return [{
      member: last(member),
      statement: `printf("${member} %zu %zu\\n", 8 * offsetof(${struct}, ${member}), 8 * (${size}));`,
    }];
  });
}

/** The lines that {@linkcode probesOf} must print according to the layout. */
function expectedLines(layout: Layout): string[][] {
  return layout.members.map(({ member, offset, size, bits }) => [
    member,
    String(8 * offset + (bits?.[0] ?? 0)),
    String(bits?.[1] ?? 8 * size),
  ]);
}

const sizeProbe = (layout: Layout): Probe => ({
  member: "",
  statement: `printf("%zu\\n", sizeof(struct ${layout.name}));`,
});

for (const layout of plainLayouts) {
  Deno.test({
    name: `struct ${layout.name} has the offsets and sizes that the C compiler gives its members${because}`,
    ignore: missing !== "",
    fn() {
      assertEquals(probe(probesOf(layout)), expectedLines(layout));
      assertEquals(probe([sizeProbe(layout)]), [[String(layout.size)]]);
    },
  });
}

Deno.test({
  name: `struct tcp_info has the offsets that the C compiler gives the members that the headers have${because}`,
  ignore: missing !== "",
  fn() {
    const newer = probe([{
      member: MEMBER_OF_7_0,
      statement: `{ struct tcp_info s; s.${MEMBER_OF_7_0} = 0; printf("there\\n"); }`,
    }]);
    const layout = newer.length > 0 ? TCP_INFO_7_0 : TCP_INFO;
    const found = probe(probesOf(layout));
    const names = new Set(found.map(([name]) => name));
    assertEquals(found, expectedLines(layout).filter(([name]) => names.has(name)));
    assert(names.size >= 32, `only ${names.size} members compared`);
    const size = Number(probe([sizeProbe(layout)])[0]![0]);
    // Members that the headers lack lie behind those that they have, so the sizes agree exactly.
    const present = layout.members.filter(({ member }) => names.has(member));
    assertEquals(Math.max(...present.map(({ offset, size }) => offset + size)), Math.min(size, layout.size));
  },
});

Deno.test({
  name: `SK_MEMINFO has its numbers where enum sk_meminfo of the headers puts them${because}`,
  ignore: missing !== "",
  fn() {
    const lines = probe(
      SK_MEMINFO.members.map(({ member }) => ({ member, statement: `printf("${member} %d\\n", 4 * ${member});` })),
    );
    assertEquals(lines, SK_MEMINFO.members.map(({ member, offset }) => [member, String(offset)]));
  },
});

Deno.test({
  name: `sockopts has the words of struct inet_diag_sockopt at the bits that the C compiler uses${because}`,
  ignore: missing !== "",
  fn() {
    const words = wordsOf(attributeLayout(attributeTables().get("INET_DIAG_")!, "INET_DIAG_SOCKOPT"), "sockopts");
    const lines = probe(words.map((word) => ({
      member: word!,
      statement: `{ union { struct inet_diag_sockopt s; unsigned char b[2]; } u; memset(&u, 0, 2); u.s.${word} = 1; ` +
        `printf("${word} %d\\n", u.b[0] | u.b[1] << 8); }`,
    })));
    assertEquals(lines, words.map((word, bit) => [word!, String(1 << bit)]));
  },
});

Deno.test({
  name: `attribute numbers are those of the enumerations in the installed headers${because}`,
  ignore: missing !== "",
  fn() {
    const attributes = ["INET_DIAG_", "INET_ULP_INFO_", "SK_DIAG_BPF_STORAGE_"].flatMap((prefix) =>
      attributeTables().get(prefix)!.attributes
    );
    const lines = probe(
      attributes.map(({ name }) => ({ member: name, statement: `printf("${name} %d\\n", ${name});` })),
    );
    const names = new Set(lines.map(([name]) => name));
    const known = attributes.filter(({ name }) => names.has(name));
    assertEquals(lines, known.map(({ name, number }) => [name, String(number)]));
    assert(lines.length >= 20, `only ${lines.length} attributes compared`);
  },
});
