/**
 * Gets this version of Deno for another kind of machine from npm.
 */
import { BuildError, inTemporaryDirectory, runCommand } from "./stage.ts";

/** Kinds of machines for which a file can be packed: the npm package of Deno and the number in an ELF header. */
const targets: Readonly<Record<string, { readonly npm: string; readonly machine: number }>> = {
  "x86_64-unknown-linux-gnu": { npm: "@deno/linux-x64-glibc", machine: 62 },
  "aarch64-unknown-linux-gnu": { npm: "@deno/linux-arm64-glibc", machine: 183 },
};

/** The program `deno` for `target`: the running one if it fits, else the one from npm, which Deno downloads once. */
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

/** The directory of an npm package in Deno's cache. */
function downloaded(name: string): Promise<string> {
  // In an empty directory, so that the project's settings do not apply.
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
