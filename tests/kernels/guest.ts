/** One guest: boots a kernel with an image in QEMU, and takes from its disk what it has written there. */
import type { Unpacked } from "./debian.ts";
import { type Kernel, SetupError } from "./kernels.ts";

const DISK_SIZE = 256 << 20;

interface Machine {
  readonly program: string;
  readonly debianPackage: string;
  readonly arguments: readonly string[];
  readonly console: string;
}

const machines: Readonly<Record<Kernel["architecture"], Machine>> = {
  amd64: {
    program: "qemu-system-x86_64",
    debianPackage: "qemu-system-x86",
    arguments: ["-cpu", "max"],
    console: "ttyS0",
  },
  arm64: {
    program: "qemu-system-aarch64",
    debianPackage: "qemu-system-arm",
    arguments: ["-machine", "virt", "-cpu", "max,pauth-impdef=on"],
    console: "ttyAMA0",
  },
};

/** How a guest ended. */
export interface Ending {
  /** Whether it was ended because its time was over. */
  readonly timedOut: boolean;
  /** Seconds from start to end. */
  readonly seconds: number;
  /** What it printed on its console. */
  readonly console: string;
}

/**
 * Boots the guest and waits for its end, for `seconds` at most. What it leaves on its disk is unpacked into `directory`.
 * It has no network and no file of this machine.
 */
export async function runGuest(
  kernel: Kernel,
  unpacked: Unpacked,
  image: string,
  directory: string,
  seconds: number,
): Promise<Ending> {
  const machine = machines[kernel.architecture];
  const disk = `${directory}.disk`;
  using file = Deno.openSync(disk, { write: true, create: true, truncate: true });
  file.truncateSync(DISK_SIZE);
  const started = performance.now();
  const child = start(machine, [
    ...machine.arguments,
    ...["-accel", "tcg,thread=multi", "-smp", "2", "-m", "2048", "-nic", "none", "-no-reboot", "-display", "none"],
    ...["-serial", "stdio", "-monitor", "none", "-kernel", unpacked.image, "-initrd", image],
    ...["-drive", `file=${disk},format=raw,if=virtio`],
    ...["-append", `console=${machine.console} quiet panic=-1 rdinit=/suite/init`],
  ]);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, seconds * 1000);
  const { stdout, stderr } = await child.output();
  clearTimeout(timer);
  const text = (data: Uint8Array) => new TextDecoder().decode(data);
  Deno.mkdirSync(directory, { recursive: true });
  const tar = new Deno.Command("tar", { args: ["-xf", disk, "-C", directory], stderr: "null" }).outputSync();
  Deno.removeSync(disk);
  const console = text(stdout) + text(stderr) + (tar.success ? "" : "\n(its disk holds no archive)\n");
  return { timedOut, seconds: Math.round((performance.now() - started) / 1000), console };
}

function start({ program, debianPackage }: Machine, args: readonly string[]): Deno.ChildProcess {
  try {
    // Others use this machine too.
    return new Deno.Command("nice", {
      args: ["-n", "10", program, ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new SetupError(`needs ${program} (package ${debianPackage})`);
  }
}

/** Throws if what a guest needs is not installed. */
export function checkMachine({ architecture }: Kernel): void {
  const { program, debianPackage } = machines[architecture];
  try {
    new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new SetupError(`needs ${program} (package ${debianPackage})`);
  }
}
