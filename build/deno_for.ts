/**
 * The Deno of this version for another kind of machine, from npm's package of it.
 */
import { BuildError, inTemporaryDirectory, runCommand } from "./stage.ts";

/** Kinds of machines that a file can be packed for: npm's package of Deno, and the number in the header of an ELF file. */
const targets: Readonly<Record<string, { readonly npm: string; readonly machine: number }>> = {
  "x86_64-unknown-linux-gnu": { npm: "@deno/linux-x64-glibc", machine: 62 },
  "aarch64-unknown-linux-gnu": { npm: "@deno/linux-arm64-glibc", machine: 183 },
};

/** The program `deno` for `target`: this one if it is for that, else npm's, which Deno downloads once and keeps. */
export async function denoFor(target: string): Promise<Uint8Array> {
  if (target === Deno.build.target) return Deno.readFileSync(Deno.execPath());
  const known = Object.hasOwn(targets, target) ? targets[target] : undefined;
  if (known === undefined) {
    throw new BuildError(`no file is packed for "${target}" (known: ${Object.keys(targets).join(", ")})`);
  }
  const bytes = Deno.readFileSync(`${await downloaded(`${known.npm}@${Deno.version.deno}`)}/deno`);
  const machine = new DataView(bytes.buffer, bytes.byteOffset).getUint16(18, true);
  if (machine !== known.machine) throw new BuildError(`the deno of ${known.npm} is not for ${target}`);
  return bytes;
}

/** The directory in Deno's cache into which an npm package was unpacked. */
function downloaded(name: string): Promise<string> {
  // In a directory of its own, or the project's settings would apply.
  return inTemporaryDirectory((directory) => {
    const words = ["--no-config", "--no-lock", `npm:${name}`];
    const run = (...command: string[]) => runCommand([Deno.execPath(), ...command, ...words], directory);
    const cached = run("cache", "--quiet");
    if (!cached.success) throw new BuildError(`cannot download ${name} from npm:\n${cached.stderr.trim()}`);
    const { npmPackages }: { npmPackages: Record<string, { readonly localPath: string }> } = JSON.parse(
      run("info", "--json").stdout,
    );
    const path = npmPackages[name]?.localPath;
    if (path === undefined) throw new BuildError(`Deno does not say where it keeps ${name}`);
    return path;
  });
}
