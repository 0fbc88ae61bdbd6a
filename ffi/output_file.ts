/**
 * Output to a file that takes its name only when it is whole: what was there under the name stays until then.
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
/** `O_TMPFILE`, which is `O_DIRECTORY` and a bit of its own. */
const O_TMPFILE = 0o20000000 | (Deno.build.arch === "aarch64" ? 0o40000 : 0o200000);
/** What the umask leaves of it. */
const MODE = 0o666;

const S_IFREG = 0o100000;
const S_IFDIR = 0o040000;

const PATH_MAX = 4096;
const SLASH = 47;

/** More names than anybody leaves behind. */
const NAMES = 1000;

/** Writes to a file beside the one that it will be. */
export class OutputFile implements Disposable {
  readonly #name: string;
  readonly #target: Uint8Array<ArrayBuffer>;
  readonly #directory: Uint8Array;
  #fd: number;
  /** Name that the file has so far; `null` for none. */
  #temporary: Uint8Array<ArrayBuffer> | null = null;

  constructor(path: string) {
    this.#name = quote(path);
    this.#target = resolve(path, this.#name);
    this.#directory = this.#target.subarray(0, this.#target.lastIndexOf(SLASH) + 1);
    this.#fd = openNameless(Uint8Array.of(...this.#directory, ...cString(".")));
    if (this.#fd >= 0) return;
    this.#fd = this.#findName((name) => uninterrupted(() => libc.create(name, O_WRONLY_CLOEXEC | O_CREAT_EXCL, MODE)));
    if (this.#fd < 0) throw new SystemError(`create ${this.#name}`, -this.#fd);
  }

  /** Calls `make` with names until one is not taken, and remembers that; returns what `make` did. */
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

  /** Gives the file its name, once all of it has reached the disk. */
  commit(): void {
    this.#succeed(uninterrupted(() => libc.fsync(this.#fd)));
    if (this.#temporary === null) {
      const from = cString(descriptorPath(this.#fd));
      this.#succeed(
        this.#findName((name) => uninterrupted(() => libc.linkat(AT_FDCWD, from, AT_FDCWD, name, AT_SYMLINK_FOLLOW))),
      );
    }
    // File systems on other machines may keep their errors until here.
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

  /** Removes what has not got its name. */
  [Symbol.dispose](): void {
    if (this.#fd >= 0) libc.close(this.#fd);
    this.#fd = -1;
    if (this.#temporary !== null) libc.unlink(this.#temporary);
    this.#temporary = null;
  }
}

/**
 * The path, with a NUL behind it, of the file that is to be replaced or made.
 *
 * @param name `path` as it is called in errors
 */
function resolve(path: string, name: string): Uint8Array<ArrayBuffer> {
  const given = cString(path);
  if (path.endsWith("/")) throw new SystemError(`write ${name}`, EISDIR);
  const status = readStatus(AT_FDCWD, given);
  if (typeof status === "number") {
    const link = libc.readlinkat(AT_FDCWD, given, new Uint8Array(1), 1n) >= 0;
    if (status === ENOENT && !link) return given;
    throw new SystemError(`write ${name}`, status);
  }
  const { type } = status;
  if (type === S_IFDIR) throw new SystemError(`write ${name}`, EISDIR);
  if (type !== S_IFREG) throw new NotAFileError(`cannot replace ${name}: not a regular file (redirect to it)`);
  // By another name, `/dev/stdout`. What is open already would lead to nowhere.
  for (const fd of [STDOUT, STDERR]) {
    const open = readStatus(fd, cString(""));
    if (typeof open === "number" || !isSameFile(open, status)) continue;
    throw new NotAFileError(`cannot replace ${name}: standard output or standard error goes there`);
  }
  const real = new Uint8Array(PATH_MAX);
  if (libc.realpath(given, real) === null) throw new SystemError(`write ${name}`, errno());
  return real.slice(0, real.indexOf(0) + 1);
}

const descriptorPath = (fd: number) => `/proc/thread-self/fd/${fd}`;

/**
 * A file without a name, which is gone when the process ends, however that comes about.
 *
 * @returns its descriptor; negative where the file system has none of that kind, or `/proc` is not there to name it
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
 * Opens a file for output. It has its name only after `commit`; disposing of it before leaves nothing behind. Symbolic links
 * are followed, as a shell does.
 *
 * Writing throws {@linkcode OutputError}.
 *
 * @throws {SystemError} if no file can be created there
 * @throws {NotAFileError} if there is a device, a pipe or a socket, or the file that this program prints to
 */
export function openOutputFile(path: string): OutputFile {
  return new OutputFile(path);
}
