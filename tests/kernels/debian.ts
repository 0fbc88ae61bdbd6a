/**
 * Kernels and the programs beside them, from Debian's suites: downloaded into a cache and unpacked there, never installed.
 * Where they come from is read from this machine's own sources of packages.
 */
import { type Kernel, output, SetupError } from "./kernels.ts";

/** A kernel and what it runs with, unpacked. */
export interface Unpacked {
  /** The file that is booted. */
  readonly image: string;
  /** Its full version. */
  readonly version: string;
  /** The directory that holds its modules, as `lib/modules/VERSION`. */
  readonly modules: string;
  /** The C library, busybox and `ss`, as they lie in a root directory. */
  readonly userland: string;
}

/** The directory of what is kept from run to run. */
export function cacheDirectory(): string {
  const home = Deno.env.get("XDG_CACHE_HOME") || `${Deno.env.get("HOME") ?? "/var/tmp"}/.cache`;
  return `${home}/ss2-kernels`;
}

/** Packages of Debian that only their installation needs. */
const notNeeded = /^(debconf|dpkg|tar|perl-base|gcc-\d+-base|openssl-provider-legacy)_/;

/** The packages of one suite for one architecture. */
class Suite {
  readonly #directory: string;
  readonly #options: string[];

  constructor(readonly kernel: Kernel) {
    const { suite, architecture } = kernel;
    this.#directory = `${cacheDirectory()}/${suite}-${architecture}`;
    for (const name of ["lists/partial", "cache/archives/partial"]) {
      Deno.mkdirSync(`${this.#directory}/${name}`, { recursive: true });
    }
    Deno.writeTextFileSync(`${this.#directory}/sources.list`, `deb ${mirror()} ${suite} main\n`);
    Deno.writeTextFileSync(`${this.#directory}/status`, "");
    this.#options = [
      "-qq",
      `-oDir::Etc::SourceList=${this.#directory}/sources.list`,
      "-oDir::Etc::SourceParts=/dev/null",
      `-oDir::State::Lists=${this.#directory}/lists`,
      `-oDir::State::status=${this.#directory}/status`,
      `-oDir::Cache=${this.#directory}/cache`,
      "-oAPT::Sandbox::User=root",
      `-oAPT::Architecture=${architecture}`,
      `-oAPT::Architectures=${architecture}`,
      "-oDebug::NoLocking=1",
      "-oAcquire::Languages=none",
    ];
  }

  apt(command: "apt-get" | "apt-cache", ...args: string[]): string {
    return output(command, [...this.#options, ...args], "apt");
  }

  /** The kernel's packages of today: `linux-image-…` and, from 7 on, the parts that it is made of. */
  kernelPackages(): string[] {
    this.apt("apt-get", "update");
    const all = this.apt("apt-cache", "depends", "--recurse", `linux-image-${this.kernel.architecture}`);
    const names = all.split("\n").filter((line) => /^linux-(image|binary|modules)-\d/.test(line));
    const newest = /Depends: linux-image-(\d\S*)/.exec(
      this.apt("apt-cache", "depends", `linux-image-${this.kernel.architecture}`),
    )?.[1];
    if (newest === undefined) {
      throw new SetupError(`${this.kernel.suite} has no kernel for ${this.kernel.architecture}`);
    }
    return names.filter((name) => name.endsWith(`-${newest}`));
  }

  /** Downloads and unpacks packages into the directory `name`, unless that has been done; returns its path. */
  unpack(name: string, packages: readonly string[], how: "alone" | "with dependencies"): string {
    const path = `${this.#directory}/${name}`;
    if (exists(path)) return path;
    const fresh = `${path}.new`;
    if (exists(fresh)) Deno.removeSync(fresh, { recursive: true });
    Deno.mkdirSync(fresh);
    const files = this.download(packages, how);
    for (const file of files) output("dpkg", ["-x", file, fresh]);
    Deno.renameSync(fresh, path);
    for (const file of files) Deno.removeSync(file);
    return path;
  }

  /** Downloads packages, with all that they depend on or by themselves; returns the files' paths. */
  download(names: readonly string[], how: "alone" | "with dependencies"): string[] {
    const archives = `${this.#directory}/cache/archives`;
    const command = how === "alone" ? ["download"] : ["install", "--download-only", "-y", "--no-install-recommends"];
    const uris = this.apt("apt-get", ...command, "--print-uris", ...names);
    const files = uris.split("\n").flatMap((line) => / (\S+\.deb) /.exec(line)?.[1] ?? []);
    // apt-get download writes where it is started.
    const script = 'cd "$1" && shift && exec apt-get "$@"';
    if (!files.every((file) => exists(`${archives}/${file}`))) {
      output("sh", ["-c", script, "sh", archives, ...this.#options, ...command, ...names]);
    }
    return files.filter((file) => !notNeeded.test(file)).map((file) => `${archives}/${file}`);
  }
}

/** Where this machine's own packages of Debian come from. */
function mirror(): string {
  const sites = output(
    "apt-get",
    ["indextargets", "--format", "$(SITE) $(RELEASE) $(ORIGIN)", "Created-By: Packages"],
    "apt",
  );
  const site = sites.split("\n").find((line) => /^\S+ \w+ Debian$/.test(line))?.split(" ")[0];
  if (site === undefined) throw new SetupError("this machine has no source of Debian's packages (apt-get update)");
  return site;
}

export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Downloads and unpacks a kernel and its userland, as far as they are not in the cache. */
export function fetchKernel(kernel: Kernel): Unpacked {
  const suite = new Suite(kernel);
  const packages = suite.kernelPackages();
  const version = packages.find((name) => name.startsWith("linux-image-"))!.slice("linux-image-".length);
  const root = suite.unpack(version, packages, "alone");
  const programs = ["libc6", "libgcc-s1", "iproute2", "busybox-static"];
  const userland = suite.unpack(`userland-${version}`, programs, "with dependencies");
  const modules = [`${root}/lib/modules/${version}`, `${root}/usr/lib/modules/${version}`].find(exists);
  const image = [`${root}/boot/vmlinuz-${version}`, `${root}/usr/lib/modules/${version}/vmlinuz`].find(exists);
  if (modules === undefined || image === undefined) throw new SetupError(`${version}: no image or no modules`);
  return { image, version, modules, userland };
}
