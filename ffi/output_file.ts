/**
 * Writes output to a file that gets its name only when it is complete. Until then an existing file of that name stays.
 */
import { quote } from "../decode/text/control_characters.ts";
import { EEXIST, ENOENT } from "../decode/kernel/errno.ts";
import { SystemError } from "../decode/kernel/errors.ts";
import { AT_FDCWD, cString } from "./file.ts";
import { isSameFile, readStatus } from "./file_status.ts";
import { errno, libc, uninterrupted } from "./libc.ts";
import { NotAFileError, OutputError, STDOUT, writeAll } from "./output_descriptor.ts";

const STDERR = 2;
const EISDIR = 21;

const AT_SYMLINK_FOLLOW = 0x400;

const O_WRONLY_CLOEXEC = 0o2000001;
const O_CREAT_EXCL = 0o300;
/** `O_TMPFILE`: `O_DIRECTORY` and another bit. */
const O_TMPFILE = 0o20000000 | (Deno.build.arch === "aarch64" ? 0o40000 : 0o200000);
/** Permissions before the umask. */
const MODE = 0o666;

const S_IFREG = 0o100000;
const S_IFDIR = 0o040000;

const PATH_MAX = 4096;
const SLASH = 47;

/** Number of temporary names to try: more than can be left over. */
const NAMES = 1000;

/** Writes to a temporary file in the same directory as the final one. */
export class OutputFile implements Disposable {
  readonly #name: string;
  readonly #target: Uint8Array<ArrayBuffer>;
  readonly #directory: Uint8Array;
  #fd: number;
  /** Temporary name of the file; `null` for none. */
  #temporary: Uint8Array<ArrayBuffer> | null = null;

  constructor(path: string, mode: number | null) {
    this.#name = quote(path);
    this.#target = resolve(path, this.#name);
    this.#directory = this.#target.subarray(0, this.#target.lastIndexOf(SLASH) + 1);
    this.#fd = openNameless(Uint8Array.of(...this.#directory, ...cString(".")));
    if (this.#fd < 0) {
      const create = (name: Uint8Array<ArrayBuffer>) => libc.create(name, O_WRONLY_CLOEXEC | O_CREAT_EXCL, MODE);
      this.#fd = this.#findName((name) => uninterrupted(() => create(name)));
    }
    if (this.#fd < 0) throw new SystemError(`create ${this.#name}`, -this.#fd);
    if (mode !== null) this.#succeed(uninterrupted(() => libc.fchmod(this.#fd, mode)));
  }

  /** Calls `make` with names until one is free, and keeps that name; returns the result of `make`. */
  #findName(make: (name: Uint8Array<ArrayBuffer>) => number): number {
    for (let number = 0;; number++) {
      const name = Uint8Array.of(...this.#directory, ...cString(`.ss2-${Deno.pid}-${number}`));
      const result = make(name);
      if (result >= 0) this.#temporary = name;
      if (result !== -EEXIST || number === NAMES) return result;
    }
  }

  write(bytes: Uint8Array): void {
    writeAll(this.#fd, this.#name, bytes);
  }

  /** Writes the file to disk, then gives it its name. */
  commit(): void {
    this.#succeed(uninterrupted(() => libc.fsync(this.#fd)));
    if (this.#temporary === null) {
      const from = cString(descriptorPath(this.#fd));
      this.#succeed(
        this.#findName((name) => uninterrupted(() => libc.linkat(AT_FDCWD, from, AT_FDCWD, name, AT_SYMLINK_FOLLOW))),
      );
    }
    // Network file systems may report write errors only here.
    const fd = this.#fd;
    this.#fd = -1;
    this.#succeed(uninterrupted(() => libc.close(fd)));
    const temporary = this.#temporary!;
    this.#succeed(uninterrupted(() => libc.rename(temporary, this.#target)));
    this.#temporary = null;
  }

  #succeed(result: number): void {
    if (result < 0) throw new OutputError(new SystemError(`write ${this.#name}`, -result), this.#fd);
  }

  /** Removes the file if it has not got its name. */
  [Symbol.dispose](): void {
    if (this.#fd >= 0) libc.close(this.#fd);
    this.#fd = -1;
    if (this.#temporary !== null) libc.unlink(this.#temporary);
    this.#temporary = null;
  }
}

/**
 * The path of the file to replace or create, with a NUL at the end.
 *
 * @param name `path` as shown in errors
 */
function resolve(path: string, name: string): Uint8Array<ArrayBuffer> {
  const named = cString(path);
  if (path.endsWith("/")) throw new SystemError(`write ${name}`, EISDIR);
  const status = readStatus(AT_FDCWD, named);
  if (typeof status === "number") {
    const link = libc.readlinkat(AT_FDCWD, named, new Uint8Array(1), 1n) >= 0;
    if (status === ENOENT && !link) return named;
    throw new SystemError(`write ${name}`, status);
  }
  const { type } = status;
  if (type === S_IFDIR) throw new SystemError(`write ${name}`, EISDIR);
  if (type !== S_IFREG) throw new NotAFileError(`cannot replace ${name}: not a regular file (redirect to it)`);
  // `/dev/stdout`, for example. Replacing the file would send the output that is already open nowhere.
  for (const fd of [STDOUT, STDERR]) {
    const open = readStatus(fd, cString(""));
    if (typeof open === "number" || !isSameFile(open, status)) continue;
    throw new NotAFileError(`cannot replace ${name}: standard output or standard error goes there`);
  }
  const real = new Uint8Array(PATH_MAX);
  if (libc.realpath(named, real) === null) throw new SystemError(`write ${name}`, errno());
  return real.slice(0, real.indexOf(0) + 1);
}

const descriptorPath = (fd: number) => `/proc/thread-self/fd/${fd}`;

/**
 * Creates a file without a name. It disappears when the process ends, for whatever reason.
 *
 * @returns its descriptor; negative if the file system cannot do that, or `/proc`, which is needed to name it, is missing
 */
function openNameless(directory: Uint8Array<ArrayBuffer>): number {
  const fd = uninterrupted(() => libc.create(directory, O_WRONLY_CLOEXEC | O_TMPFILE, MODE));
  if (fd < 0) return fd;
  const target = new Uint8Array(1);
  if (libc.readlinkat(AT_FDCWD, cString(descriptorPath(fd)), target, 1n) >= 0) return fd;
  libc.close(fd);
  return -1;
}

/**
 * Opens a file for output. The file gets its name at `commit`; disposing of it earlier leaves nothing behind. Symbolic links are
 * followed, as in a shell.
 *
 * Writing throws {@linkcode OutputError}.
 *
 * @param mode permissions, whatever the umask is; `null` for those of the umask
 * @throws {SystemError} if no file can be created there
 * @throws {NotAFileError} if the path is a device, a pipe, a socket, or the file that this program prints to
 */
export function openOutputFile(path: string, mode: number | null = null): OutputFile {
  return new OutputFile(path, mode);
}
