/**
 * The root directory of a guest, as an archive that the kernel unpacks into memory (initramfs, "newc" of cpio(5)): Debian's
 * C library, busybox and `ss`, the modules that are wanted, the program as it is handed out, and what runs it.
 */
import type { Unpacked } from "./debian.ts";
import { cryptoModules, diagnosticModules, diskModules, familyModules, SetupError } from "./kernels.ts";

const DIRECTORY = 0o040755;
const FILE = 0o100644;
const PROGRAM = 0o100755;
const LINK = 0o120777;
const CONSOLE = 0o020600;

/** Writes an archive file by file. */
class Archive {
  readonly #parts: Uint8Array[] = [];
  readonly #known = new Set<string>();
  #number = 1;

  add(
    path: string,
    mode: number,
    data: Uint8Array = new Uint8Array(0),
    device: readonly [number, number] = [0, 0],
  ): void {
    if (this.#known.has(path)) return;
    const parent = path.replace(/\/?[^/]*$/, "");
    if (parent !== "") this.add(parent, DIRECTORY);
    this.#known.add(path);
    this.#write(path, mode, data, device);
  }

  #write(path: string, mode: number, data: Uint8Array, device: readonly [number, number]): void {
    const name = new TextEncoder().encode(`${path}\0`);
    const numbers = [this.#number++, mode, 0, 0, 1, 0, data.length, 0, 0, ...device, name.length, 0];
    const header = `070701${numbers.map((value) => value.toString(16).padStart(8, "0")).join("")}`;
    this.#parts.push(new TextEncoder().encode(header), name, padding(header.length + name.length));
    this.#parts.push(data, padding(data.length));
  }

  save(path: string): void {
    this.#write("TRAILER!!!", 0, new Uint8Array(0), [0, 0]);
    using file = Deno.openSync(path, { write: true, create: true, truncate: true });
    for (const part of this.#parts) {
      for (let done = 0; done < part.length;) done += file.writeSync(part.subarray(done));
    }
  }
}

const padding = (length: number) => new Uint8Array(-length & 3);

/** Adds all files below a directory, with `/bin`, `/sbin` and `/lib` inside `/usr`, where links lead to them. */
function addTree(archive: Archive, root: string, directory = ""): void {
  for (const { name, isDirectory, isSymlink } of Deno.readDirSync(`${root}${directory}`)) {
    const path = `${directory}/${name}`;
    if (/^\/(usr\/share|usr\/include|var|etc)$|\/gconv$|\/locale$/.test(path)) continue;
    const target = path.replace(/^\/(bin|sbin|lib|lib64)\//, "/usr/$1/").slice(1);
    const source = `${root}${path}`;
    if (isSymlink) archive.add(target, LINK, new TextEncoder().encode(Deno.readLinkSync(source)));
    else if (isDirectory) addTree(archive, root, path);
    else archive.add(target, (Deno.statSync(source).mode! & 0o111) !== 0 ? PROGRAM : FILE, Deno.readFileSync(source));
  }
}

/** All modules of a kernel: the file of each, by its name. */
function moduleFiles(directory: string, files = new Map<string, string>()): Map<string, string> {
  for (const { name, isDirectory } of Deno.readDirSync(directory)) {
    const path = `${directory}/${name}`;
    if (isDirectory) moduleFiles(path, files);
    else if (/\.ko(\.xz|\.zst)?$/.test(name)) files.set(name.replace(/\.ko.*$/, "").replaceAll("-", "_"), path);
  }
  return files;
}

/** Reads a module, which may be compressed. */
function readModule(path: string): Uint8Array {
  const tool = path.endsWith(".xz") ? "xz" : path.endsWith(".zst") ? "zstd" : null;
  if (tool === null) return Deno.readFileSync(path);
  try {
    const { success, stdout } = new Deno.Command(tool, { args: ["-dc", path] }).outputSync();
    if (success) return stdout;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new SetupError(`needs ${tool} (package ${tool === "xz" ? "xz-utils" : "zstd"})`);
}

/** Adds modules and all that they need, which they say themselves. What the kernel lacks, or has built in, is not there. */
function addModules(archive: Archive, { modules, version }: Unpacked): void {
  const files = moduleFiles(`${modules}/kernel`);
  const added = new Set<string>();
  const add = (name: string) => {
    const file = files.get(name.replaceAll("-", "_"));
    if (file === undefined || added.has(file)) return;
    added.add(file);
    const data = readModule(file);
    archive.add(`usr/lib/modules/${version}/${name}.ko`, FILE, data);
    const needed = /\0depends=([^\0]*)\0/.exec(new TextDecoder("latin1").decode(data))?.[1] ?? "";
    for (const name of needed.split(",")) add(name);
  };
  for (const name of [...familyModules, ...cryptoModules, ...diagnosticModules, ...diskModules]) add(name);
}

/** Writes the archive of a guest to `path`; `files` are those beside Debian's, by their paths there. */
export function writeImage(path: string, unpacked: Unpacked, files: ReadonlyMap<string, string>): void {
  const archive = new Archive();
  for (const name of ["bin", "sbin", "lib", "lib64"]) archive.add(name, LINK, new TextEncoder().encode(`usr/${name}`));
  for (const name of ["dev", "proc", "sys", "tmp", "run", "root", "out", "etc"]) archive.add(name, DIRECTORY);
  archive.add("dev/console", CONSOLE, undefined, [5, 1]);
  archive.add(
    "etc/passwd",
    FILE,
    new TextEncoder().encode("root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n"),
  );
  archive.add("etc/group", FILE, new TextEncoder().encode("root:x:0:\nnogroup:x:65534:\n"));
  for (const [target, source] of files) archive.add(target, PROGRAM, Deno.readFileSync(source));
  addTree(archive, unpacked.userland);
  addModules(archive, unpacked);
  archive.save(path);
}
