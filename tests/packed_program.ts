/**
 * The packed file for tests: built when it is first asked for, unless SS2_PACKED names one, and started from elsewhere. Each
 * test has a directory of its own, and mounts nothing outside a mount namespace of its own.
 */
import { assertEquals, assertMatch } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { bundle } from "../build/bundle.ts";
import { compress, pack } from "../build/pack.ts";
import { isInstalled, isRoot, type Run, run, without } from "./program.ts";

/** A user without rights. */
export const NOBODY = 65534;

export const scripts = await bundle("packed");
export const scriptNames = scripts.map(({ name }) => name);
/** Names in an entry of the cache. */
export const entryNames = ["deno", "deno_dir", "probe", ...scriptNames].sort();
/** Not below /tmp, which some tests cover with something else. */
export const PLACES = "/var/tmp";

export const asRoot = { ignore: !isRoot || !isInstalled("setpriv") };
export const unlessRoot = isRoot ? without("setpriv") : " (ignored: only root can become another user)";

let packed: string | null = null;
addEventListener("unload", () => {
  if (packed !== null) Deno.removeSync(packed.replace(/\/[^/]*$/, ""), { recursive: true });
});

/** The packed file, built when it is first asked for. */
export function packedProgram(): string {
  const given = Deno.env.get("SS2_PACKED");
  if (given !== undefined) return Deno.realPathSync(given);
  if (packed === null) {
    const directory = Deno.makeTempDirSync({ dir: PLACES, prefix: "ss2-packed-" });
    Deno.chmodSync(directory, 0o755);
    const bytes = pack(scripts, compress(Deno.readFileSync(Deno.execPath())), Deno.build.target);
    packed = `${directory}/ss2`;
    Deno.writeFileSync(packed, bytes, { mode: 0o755 });
  }
  return packed;
}

/** A directory for one test, and the program started from elsewhere with nothing in its environment but what is said. */
export class Place implements Disposable {
  readonly path = Deno.makeTempDirSync({ dir: PLACES, prefix: "ss2-place-" });

  constructor(readonly program: string) {
    Deno.chmodSync(this.path, 0o755);
  }

  static open(): Place {
    return new Place(packedProgram());
  }

  /** Makes a directory here; returns its path. */
  directory(name: string, mode = 0o700): string {
    Deno.mkdirSync(`${this.path}/${name}`, { recursive: true });
    Deno.chmodSync(`${this.path}/${name}`, mode);
    return `${this.path}/${name}`;
  }

  start(words: readonly string[], env: Record<string, string> = {}, cwd = "/"): Run {
    const [command = "", ...args] = words;
    const options = { args, env, cwd, clearEnv: true, stdin: "null" } as const;
    const { code, stdout, stderr } = new Deno.Command(command, options).outputSync();
    return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
  }

  /** Starts it with its cache in `name`; where it would turn to else is a directory here too. */
  startIn(name: string, ...args: string[]): Run {
    const XDG_CACHE_HOME = `${this.path}/${name}`;
    return this.start([this.program, ...args], { XDG_CACHE_HOME, TMPDIR: this.directory("tmp") });
  }

  /** Starts `script` as root of a mount namespace of its own, where `$P` is the program and `$D` this directory. */
  startMounted(script: string, env: Record<string, string> = {}): Run {
    const P = "/mnt/ss2";
    const D = this.path;
    const prepare = `set -e; mount --bind "${this.program.replace(/\/[^/]*$/, "")}" /mnt; `;
    return this.start(["/usr/bin/unshare", "--mount", "/bin/sh", "-c", prepare + script], { P, D, ...env });
  }

  /** Names of what is in a directory here. */
  names(path: string): string[] {
    return [...Deno.readDirSync(`${this.path}/${path}`)].map(({ name }) => name).sort();
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

const VERSION = `ss2 ${config.version}`;

/** Asserts that the program printed its version and no messages. */
export function assertRan({ code, stdout, stderr }: Run): void {
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, new RegExp(`^${VERSION.replaceAll(".", "\\.")}\\b`));
}

/** Asserts that it failed with one line. */
export function assertRefused({ code, stdout, stderr }: Run, reason: RegExp): void {
  assertMatch(stderr, /^ss2: [^\n]+\n$/);
  assertMatch(stderr, reason);
  assertEquals([code, stdout], [2, ""]);
}

/** Asserts that a cache has one entry and that this is whole; returns its path from `place` on. */
export function assertOneEntry(place: Place, cache: string): string {
  const entries = place.names(cache);
  assertEquals(entries.length, 1, `entries: ${entries}`);
  assertMatch(entries[0]!, /^[0-9a-f]{64}$/);
  assertEquals(place.names(`${cache}/${entries[0]}`), entryNames);
  return `${cache}/${entries[0]}`;
}

/** What the packed program starts with, and some of what is packed. */
export function headerText(): string {
  using file = Deno.openSync(packedProgram());
  const bytes = new Uint8Array(15_000);
  return new TextDecoder("latin1").decode(bytes.subarray(0, file.readSync(bytes)!));
}

/** The name of its entry in a cache. */
export const packedHash = (): string => /^hash=([0-9a-f]{64})$/m.exec(headerText())![1]!;

/** What is below the directory of a place, with owners and modes. */
export const listing = (place: Place): string => run(["ls", "-lnRA", place.path]).stdout;
