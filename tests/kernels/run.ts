/**
 * `deno task test:kernels [--write] [--seconds N] [NAME…]`: runs the packed file on real kernels, one guest after the
 * other, and prints a line for each check. With `--write` the table of docs/kernels.md is written anew, of the last run of
 * each kernel. A guest is ended after N seconds.
 *
 * The packed files are built here, unless SS2_PACKED and SS2_PACKED_AARCH64 name them. Status 3: something that is needed
 * is missing, and a line says what.
 */
import { parseArgs } from "@std/cli/parse-args";
import { createHash } from "node:crypto";
import { cacheDirectory, exists, fetchKernel, type Unpacked } from "./debian.ts";
import { checkMachine, runGuest } from "./guest.ts";
import { writeImage } from "./image.ts";
import { judge } from "./judge/judge.ts";
import { GuestOutput } from "./judge/output.ts";
import { Tap } from "./judge/tap.ts";
import { compareTruth } from "./judge/truth.ts";
import { familyModules, type Kernel, kernels as allKernels, output, selectKernels, SetupError } from "./kernels.ts";
import { checkOldLibraries } from "./libraries.ts";
import { type Result, writeTable } from "./table.ts";

/** Seconds after which a guest is ended; on a machine that has nothing else to do it takes two minutes. */
const GUEST_SECONDS = "900";

const here = decodeURIComponent(new URL(".", import.meta.url).pathname);
const project = `${here}../../`;
const results = `${cacheDirectory()}/results`;

/** The files that are packed for the two kinds of machines, by the path of each. */
function packedFiles(kernels: readonly Kernel[], tap: Tap): Promise<Readonly<Record<Kernel["architecture"], string>>> {
  const files = {
    amd64: Deno.env.get("SS2_PACKED") ?? `${project}dist/ss2`,
    arm64: Deno.env.get("SS2_PACKED_AARCH64") ?? `${project}dist/ss2-aarch64-linux`,
  };
  const pack = (...args: string[]) => output(Deno.execPath(), ["task", "--quiet", "--cwd", project, "pack", ...args]);
  if (Deno.env.get("SS2_PACKED") === undefined) pack();
  const forArm = kernels.some(({ architecture }) => architecture === "arm64");
  if (!forArm || Deno.env.get("SS2_PACKED_AARCH64") !== undefined) return Promise.resolve(files);
  const target = ["--target", "aarch64-unknown-linux-gnu"];
  pack(...target);
  const hash = () => createHash("sha256").update(Deno.readFileSync(files.arm64)).digest("hex");
  return tap.check("pack for aarch64 is the same to the byte when it is made again", () => {
    const first = hash();
    pack(...target);
    if (hash() !== first) throw new Error("it is another file");
    return `sha256 ${first.slice(0, 16)}…`;
  }).then(() => files);
}

/** Recordings that the guest reads: those of the tests, and those that other kernels have left in the cache. */
function recordingsFor({ name }: Kernel): Map<string, string> {
  const fixtures = ["tcp4.k618", "mptcp4.k618", "unix.k618", "sctp4.k61", "xdp.k61", "tipc.k61"];
  const found = new Map(fixtures.map((name) => [name, `${project}tests/fixtures/${name}.pcap`]));
  if (!exists(results)) return found;
  for (const other of Deno.readDirSync(results)) {
    const path = `${results}/${other.name}/list.pcap`;
    if (other.name !== name && exists(path)) found.set(`kernel-${other.name}`, path);
  }
  return found;
}

/** How often a guest is started that crashes before it runs anything. */
const BOOTS = 3;

/** Boots a guest with the packed file and the suite; returns what it left. */
async function run(
  kernel: Kernel,
  unpacked: Unpacked,
  packed: string,
  seconds: number,
  tap: Tap,
): Promise<GuestOutput | null> {
  const recordings = recordingsFor(kernel);
  const directory = `${results}/${kernel.name}`;
  Deno.mkdirSync(results, { recursive: true });
  const temporary = Deno.makeTempDirSync({ prefix: "ss2-kernels-" });
  try {
    const files = new Map([["usr/bin/ss2", packed], ["suite/modules", `${temporary}/modules`]]);
    Deno.writeTextFileSync(`${temporary}/modules`, familyModules.map((name) => `${name}\n`).join(""));
    for (const { name } of Deno.readDirSync(`${here}guest`)) {
      files.set(name.endsWith(".ts") ? `suite/guest/${name}` : `suite/${name}`, `${here}guest/${name}`);
    }
    for (const [name, path] of recordings) files.set(`suite/recordings/${name}.pcap`, path);
    writeImage(`${temporary}/image`, unpacked, files);
    const fresh = `${temporary}/out`;
    const start = () => runGuest(kernel, unpacked, `${temporary}/image`, fresh, seconds);
    let ending = await start();
    // QEMU without acceleration may run an instruction that another processor is about to replace. A kernel replaces many
    // when it boots.
    for (let left = BOOTS - 1; left > 0 && !ending.timedOut && !exists(`${fresh}/release`); left--) {
      console.log(`# ${kernel.name}: it crashed when it booted, once more`);
      ending = await start();
    }
    const guest = new GuestOutput(kernel, fresh);
    await tap.check(`${kernel.name}: the guest boots, runs the suite and powers off`, () => {
      if (ending.timedOut) throw new Error(`ended after ${seconds} seconds\n${ending.console}`);
      if (!exists(`${fresh}/release`)) throw new Error(`it left nothing\n${ending.console}`);
      return `${guest.text("release").trim()}, ${ending.seconds} seconds`;
    });
    // Of one that was ended there may be something.
    if (!exists(`${fresh}/release`)) return null;
    if (exists(directory)) Deno.removeSync(directory, { recursive: true });
    output("cp", ["-a", fresh, directory], "coreutils");
    return new GuestOutput(kernel, directory);
  } finally {
    Deno.removeSync(temporary, { recursive: true });
  }
}

/** What the last run of each kernel has left, compared. */
function lastResults(): Result[] {
  return allKernels.filter(({ name }) => exists(`${results}/${name}`)).map((kernel) => {
    const guest = new GuestOutput(kernel, `${results}/${kernel.name}`);
    return { kernel, release: guest.text("release").trim(), comparisons: compareTruth(guest) };
  });
}

async function main(args: string[]): Promise<number> {
  const { write, seconds, _: names } = parseArgs(args, {
    boolean: ["write"],
    string: ["seconds", "_"],
    unknown: (arg: string) => {
      if (arg.startsWith("-")) throw new SetupError(`no option "${arg}" (--write, --seconds N)`);
    },
  });
  const limit = Number(seconds ?? GUEST_SECONDS);
  if (!(limit > 0)) throw new SetupError(`"${seconds}" is no number of seconds`);
  const kernels = selectKernels(names.map(String));
  for (const kernel of kernels) checkMachine(kernel);
  const unpacked = kernels.map(fetchKernel);
  const tap = new Tap();
  const packed = await packedFiles(kernels, tap);
  for (const [i, kernel] of kernels.entries()) {
    const guest = await run(kernel, unpacked[i]!, packed[kernel.architecture], limit, tap);
    if (guest === null) continue;
    await judge(guest, recordingsFor(kernel), packed.amd64, tap);
    if (kernel.name === "5.10") await checkOldLibraries(unpacked[i]!, packed.amd64, tap);
  }
  tap.end();
  if (write === true) writeTable(`${project}docs/kernels.md`, lastResults());
  console.log(`${tap.passed} passed, ${tap.failed} failed${tap.skipped > 0 ? `, ${tap.skipped} skipped` : ""}`);
  return tap.failed === 0 ? 0 : 1;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`test:kernels: ${error.message}`);
    Deno.exit(3);
  }
}
