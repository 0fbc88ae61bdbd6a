/**
 * The packed file with the oldest C library that Debian's packages still have (glibc 2.31), and with none: in a root
 * directory made of the packages of 5.10, on the kernel of this machine.
 */
import type { Unpacked } from "./debian.ts";
import { output } from "./kernels.ts";
import { assertSame, type Tap } from "./judge/tap.ts";

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the packed file with `root` as root directory. */
function runIn(root: string, ...args: string[]): Ran {
  const isRoot = Deno.uid() === 0;
  const command = ["chroot", root, "/bin/busybox", "env", "-i", "HOME=/root", "PATH=/bin", "/ss2", ...args];
  const { code, stdout, stderr } = new Deno.Command(isRoot ? "chroot" : "unshare", {
    args: isRoot ? command.slice(1) : ["--user", "--map-root-user", ...command],
    stdin: "null",
  }).outputSync();
  const text = (data: Uint8Array) => new TextDecoder().decode(data);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** A root directory with what the packed file needs; without a C library if `libc` is false. */
function makeRoot(root: string, { userland }: Unpacked, packed: string, libc: boolean): void {
  output("cp", ["-a", `${userland}/.`, root], "coreutils");
  output("cp", [packed, `${root}/ss2`], "coreutils");
  if (!libc) {
    for (const name of ["lib", "lib64"]) Deno.removeSync(`${root}/${name}`, { recursive: true });
    Deno.removeSync(`${root}/usr/lib`, { recursive: true });
  }
  output("mkdir", ["-p", `${root}/root`, `${root}/tmp`], "coreutils");
  const names = output(`${root}/bin/busybox`, ["--list"]).split("\n").filter((name) =>
    name !== "" && name !== "busybox"
  );
  for (const name of names) {
    try {
      Deno.symlinkSync("busybox", `${root}/bin/${name}`);
    } catch (error) {
      // A program of the packages.
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

export async function checkOldLibraries(unpacked: Unpacked, packed: string, tap: Tap): Promise<void> {
  const directory = Deno.makeTempDirSync({ prefix: "ss2-libraries-" });
  try {
    for (const name of ["old", "none"]) makeRoot(`${directory}/${name}`, unpacked, packed, name === "old");
    await tap.check("glibc 2.31: the packed file lists sockets", () => {
      const { code, stdout, stderr } = runIn(`${directory}/old`, "-xa");
      assertSame([code, stderr], [0, ""], "status and errors");
      return `${JSON.parse(stdout).UNIX.flows.length} sockets`;
    });
    await tap.check("no glibc: the packed file says what it needs", () => {
      const { code, stdout, stderr } = runIn(`${directory}/none`, "-xa");
      assertSame([code, stdout], [2, ""], "status and output");
      if (!/^ss2: cannot start here: needs glibc 2\.\d+ or later\n$/.test(stderr)) throw new Error(stderr);
      return stderr.trim();
    });
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}
