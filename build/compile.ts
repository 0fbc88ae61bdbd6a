/**
 * `deno task compile`: builds `dist/ss2` for this machine with `deno compile`. `compile:all` builds one file for each
 * kind of machine, and their checksums. Each file embeds one script and nothing else.
 */
import { createHash } from "node:crypto";
import { bundle, FIRST_SCRIPT } from "./bundle.ts";
import { BuildError, distDirectory, inTemporaryDirectory, runBuild, runCommand } from "./stage.ts";

/** Kinds of machines and their numbers in an ELF header. */
const targets = { "x86_64-unknown-linux-gnu": 62, "aarch64-unknown-linux-gnu": 183 } as const;
export type Target = keyof typeof targets;

/**
 * The arguments with which deno compiles `script` to `output`.
 *
 * There is no cache for compiled code: it would be a file in `/tmp` with a predictable name, and Deno does not check
 * who owns it. There is no eager compilation either, because it only pays with that cache.
 */
export function compileArguments(script: string, output: string, target: Target): string[] {
  const alone = ["--no-config", "--no-lock", "--no-npm", "--no-remote", "--no-check", "--no-code-cache"];
  return [
    "compile",
    ...alone,
    "--no-prompt",
    "--allow-ffi",
    "--deny-import",
    "--target",
    target,
    "--output",
    output,
    script,
  ];
}

/** Deno's runtime for compiled programs is not available. */
export class RuntimeError extends BuildError {
  constructor(target: Target) {
    const { deno } = Deno.version;
    super(
      `cannot compile: Deno's runtime for compiled programs could not be downloaded from dl.deno.land. Either run this ` +
        `where that can be reached, once: the runtime is kept in Deno's cache. Or set DENORT_BIN to the path of denort ` +
        `${deno}, which is in denort-${target}.zip of Deno's release v${deno}. Without the runtime, deno task pack ` +
        `builds a file that is used in the same way.`,
      3,
    );
  }
}

/** Compiles the program for `target` to the file `output`. */
async function compile(target: Target, output: string): Promise<void> {
  const scripts = await bundle("compiled");
  await inTemporaryDirectory((directory) => {
    for (const { name, bytes } of scripts) Deno.writeFileSync(`${directory}/${name}`, bytes);
    const { success, stderr } = runCommand(
      [Deno.execPath(), ...compileArguments(FIRST_SCRIPT, `${directory}/ss2`, target)],
      directory,
    );
    if (!success) {
      const unreachable = Deno.env.get("DENORT_BIN") === undefined && /dl\.deno\.land/.test(stderr);
      throw unreachable ? new RuntimeError(target) : new BuildError(`deno compile failed:\n${stderr.trim()}`);
    }
    check(`${directory}/ss2`, target);
    Deno.mkdirSync(distDirectory, { recursive: true });
    Deno.copyFileSync(`${directory}/ss2`, `${output}.new`);
    Deno.renameSync(`${output}.new`, output);
  });
}

/** Checks that the compiled file is for `target` and is the program. */
function check(path: string, target: Target): void {
  const header = new DataView(Deno.readFileSync(path).buffer, 0, 20);
  if (header.getUint16(18, true) !== targets[target]) {
    throw new BuildError(`the compiled file is not for ${target}: DENORT_BIN names a runtime for another machine`);
  }
  if (target !== Deno.build.target) return;
  const { stdout } = runCommand([path, "--version", "--json"]);
  if (/"how": "compiled"/.test(stdout)) return;
  throw new BuildError(
    "the compiled file is not the program: DENORT_BIN must name a denort of this version, not a deno",
  );
}

/** A line of `SHA256SUMS`. */
function checksum(name: string): string {
  return `${createHash("sha256").update(Deno.readFileSync(`${distDirectory}${name}`)).digest("hex")}  ${name}\n`;
}

const describe = (name: string, target: string) =>
  console.log(
    `compiled dist/${name} for ${target}: ${(Deno.statSync(`${distDirectory}${name}`).size / 1e6).toFixed(1)} MB`,
  );

if (import.meta.main) {
  await runBuild(async () => {
    if (Deno.args.includes("--all")) {
      const names: string[] = [];
      for (const target of Object.keys(targets) as Target[]) {
        const name = `ss2-${target.split("-")[0]}-linux`;
        await compile(target, `${distDirectory}${name}`);
        names.push(name);
        describe(name, target);
      }
      Deno.writeTextFileSync(`${distDirectory}SHA256SUMS`, names.map(checksum).join(""));
      return;
    }
    const { target } = Deno.build;
    if (!(target in targets)) throw new BuildError(`this is ${target}: use deno task compile:all`);
    await compile(target as Target, `${distDirectory}ss2`);
    describe("ss2", target);
  });
}
