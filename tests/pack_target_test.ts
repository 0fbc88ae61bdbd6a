/**
 * `deno task pack --target`: which Deno is packed. What is packed for another machine is started by `deno task test:kernels`.
 */
import { assertEquals, assertRejects } from "@std/assert";
import { denoFor } from "../build/deno_for.ts";
import { BuildError } from "../build/stage.ts";
import { projectDirectory } from "./program.ts";

function pack(...args: string[]): { code: number; stdout: string; stderr: string } {
  const { code, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", "build/pack.ts", ...args],
    cwd: projectDirectory,
    env: { NO_COLOR: "1" },
  }).outputSync();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("denoFor gives this Deno for this kind of machine", async () => {
  assertEquals(await denoFor(Deno.build.target), Deno.readFileSync(Deno.execPath()));
});

Deno.test("denoFor refuses a kind of machine that no file can be packed for, also one that is a name of every object", async () => {
  for (const target of ["riscv64gc-unknown-linux-gnu", "toString", ""]) {
    await assertRejects(() => denoFor(target), BuildError, `no file is packed for "${target}"`);
  }
});

Deno.test("pack refuses in one line what it does not know, and builds nothing", () => {
  const known = "x86_64-unknown-linux-gnu, aarch64-unknown-linux-gnu";
  assertEquals(pack("--target", "riscv64"), {
    code: 1,
    stdout: "",
    stderr: `ss2: no file is packed for "riscv64" (known: ${known})\n`,
  });
  for (const word of ["aarch64-unknown-linux-gnu", "--arch=aarch64"]) {
    assertEquals(pack(word), {
      code: 1,
      stdout: "",
      stderr: `ss2: pack does not know "${word}" (it takes --target KIND)\n`,
    });
  }
});
