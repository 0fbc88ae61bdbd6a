/**
 * The packed file: where it unpacks to, what it needs of a machine, and what is in it.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { bundle, FIRST_SCRIPT } from "../build/bundle.ts";
import { compress, neededGlibc, pack } from "../build/pack.ts";
import { programModules } from "../build/stage.ts";
import {
  asRoot,
  assertOneEntry,
  assertRan,
  assertRefused,
  entryNames,
  packedProgram,
  Place,
  PLACES,
  scriptNames,
  scripts,
  unlessRoot,
} from "./packed_program.ts";
import { isInstalled, projectDirectory, run, without } from "./program.ts";

Deno.test("the packed program lists sockets in an empty environment, from another directory, and again from its cache", () => {
  using place = Place.open();
  // Without a HOME it turns to /tmp, which is empty here.
  const script = `mount -t tmpfs -o mode=1777 none /tmp; cd /proc
    env -i "$P" -tl --compact; env -i "$P" -tl --format ndjson; ls /tmp /tmp/ss2-0/*`;
  const { code, stdout, stderr } = place.startMounted(script);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^\{"TCP":\{"flows":\[.*\]\}\}\n(\{"protocol":"TCP".*\}\n)*\/tmp:\nss2-0\n/);
  assertStringIncludes(stdout, `:\n${entryNames.join("\n")}\n`);
});

Deno.test("the packed program unpacks below $XDG_CACHE_HOME, else ~/.cache, else $TMPDIR", () => {
  using place = Place.open();
  const HOME = place.directory("home");
  const TMPDIR = place.directory("temporary");
  const words = [place.program, "--version"];
  assertRan(place.start(words, { HOME, TMPDIR, XDG_CACHE_HOME: `${place.path}/new/cache` }));
  const entry = assertOneEntry(place, "new/cache/ss2");
  assertEquals(Deno.statSync(`${place.path}/${entry}`).mode! & 0o777, 0o700);
  // One that is not absolute is to be ignored, says the specification.
  assertRan(place.start(words, { HOME, TMPDIR, XDG_CACHE_HOME: "cache" }, place.path));
  assertOneEntry(place, "home/.cache/ss2");
  assertRan(place.start(words, { HOME: "/nonexistent", TMPDIR: `${TMPDIR}/` }));
  assertOneEntry(place, `temporary/ss2-${Deno.uid()}`);
  assertEquals(run(["ls", "/nonexistent"]).stdout, "");
});

Deno.test("the packed program takes a directory behind a link, and one with spaces in its name", () => {
  using place = Place.open();
  place.directory("real directory");
  Deno.symlinkSync("real directory", `${place.path}/link`);
  assertRan(place.startIn("link/a  b", "--version"));
  assertOneEntry(place, "real directory/a  b/ss2");
  assertEquals(place.names("tmp"), []);
});

Deno.test("the packed program does not unpack again, nor need the rest of its file, where it has been unpacked", () => {
  using place = Place.open();
  assertRan(place.startIn("cache", "--version"));
  const deno = `${place.path}/${assertOneEntry(place, "cache/ss2")}/deno`;
  const before = Deno.statSync(deno);
  const copy = new Place(cut(place, 100_000));
  try {
    const env = { XDG_CACHE_HOME: `${place.path}/cache` };
    assertRan(copy.start([copy.program, "--version"], env));
    assertRan(copy.start(["sh", copy.program, "-V"], { ...env, PATH: "/usr/bin:/bin" }));
  } finally {
    copy[Symbol.dispose]();
  }
  assertEquals([Deno.statSync(deno).ino, Deno.statSync(deno).mtime], [before.ino, before.mtime]);
});

/** The beginning of the program as a file of its own in `place`. */
function cut(place: Place, length: number): string {
  using from = Deno.openSync(place.program);
  const bytes = new Uint8Array(length);
  let count = 0;
  while (count < length) count += from.readSync(bytes.subarray(count))!;
  const path = `${place.path}/cut`;
  Deno.writeFileSync(path, bytes, { mode: 0o755 });
  return path;
}

Deno.test("the packed program says so if its file is cut off or damaged, and leaves nothing behind", () => {
  using place = Place.open();
  const env = { XDG_CACHE_HOME: place.directory("cache"), TMPDIR: place.directory("tmp") };
  const { size } = Deno.statSync(place.program);
  for (const length of [20_000, size - 1]) {
    assertRefused(place.start([cut(place, length), "--version"], env), /^ss2: ".*\/cut" is damaged: .*copy it again/);
  }
  // Within the header nothing is run at all; what is said then the shell says.
  for (const length of [100, 700, 2_000, 4_500, 9_000]) {
    const { code, stdout } = place.start([cut(place, length), "--version"], env);
    assert(code !== 0, `status 0 for ${length} bytes`);
    assertEquals(stdout, "");
  }
  const path = cut(place, size);
  {
    using file = Deno.openSync(path, { write: true });
    file.seekSync(size - 5_000_000, Deno.SeekMode.Start);
    file.writeSync(new TextEncoder().encode("damaged here"));
  }
  assertRefused(place.start([path, "--version"], env), /^ss2: cannot unpack the program: .*cache\/ss2": /);
  for (const name of ["cache", "tmp"]) assertEquals(place.names(name), []);
});

Deno.test("twenty first uses at once all work, and leave one entry", async () => {
  using place = Place.open();
  const env = { XDG_CACHE_HOME: place.directory("cache"), TMPDIR: place.directory("tmp") };
  const options = { args: ["--version"], env, clearEnv: true, stdin: "null" as const };
  const runs = await Promise.all(
    Array.from({ length: 20 }, () => new Deno.Command(place.program, options).output()),
  );
  for (const { code, stdout, stderr } of runs) {
    assertRan({ code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) });
  }
  assertOneEntry(place, "cache/ss2");
  assertEquals(place.names("tmp"), []);
});

Deno.test("a first use leaves in place what another one has put there and may run already", () => {
  using place = Place.open();
  assertRan(place.startIn("cache", "--version"));
  const entry = `${place.path}/${assertOneEntry(place, "cache/ss2")}`;
  Deno.removeSync(`${entry}/deno`);
  const identities = () => scriptNames.map((name) => Deno.statSync(`${entry}/${name}`).ino);
  const before = identities();
  assertRan(place.startIn("cache", "--version"));
  assertEquals(identities(), before);
  assertOneEntry(place, "cache/ss2");
});

Deno.test("a first use that is interrupted leaves nothing that a later one would run", () => {
  using place = Place.open();
  const XDG_CACHE_HOME = place.directory("cache");
  const env = { XDG_CACHE_HOME, TMPDIR: place.directory("tmp") };
  for (const delay of [50, 300, 600, 900]) {
    const script = `"$1" --version & sleep 0.${String(delay).padStart(3, "0")}; kill -TERM $!; wait $!`;
    place.start(["sh", "-c", script, "sh", place.program], { ...env, PATH: "/usr/bin:/bin" });
  }
  assertRan(place.start([place.program, "--version"], env));
  assertOneEntry(place, "cache/ss2");
});

Deno.test("an entry that lost its contents is unpacked again", () => {
  using place = Place.open();
  assertRan(place.startIn("cache", "--version"));
  const entry = `${place.path}/${assertOneEntry(place, "cache/ss2")}`;
  for (const name of ["deno", ...scriptNames]) {
    Deno.truncateSync(`${entry}/${name}`);
    assertRan(place.startIn("cache", "--version"));
    assert(Deno.statSync(`${entry}/${name}`).size > 0);
  }
  assertEquals(place.names("tmp"), []);
});

const mounts: readonly (readonly [what: string, script: string, expected: "runs" | RegExp])[] = [
  [
    "turns to another directory where programs may not run in the first",
    `mount -t tmpfs -o noexec none "$D/a"; XDG_CACHE_HOME="$D/a" TMPDIR="$D/b" "$P" -V; ls "$D/b/ss2-0"`,
    "runs",
  ],
  [
    "says where programs may not run, if that is everywhere",
    `mount -t tmpfs -o noexec none /tmp; mount -t tmpfs -o noexec none /var/tmp; "$P" -V`,
    /^ss2: cannot unpack the program: "\/tmp\/ss2-0": programs may not run there; "\/var\/tmp\/ss2-0": programs may not/,
  ],
  [
    "turns to another directory where the first has no room",
    `mount -t tmpfs -o size=60m none "$D/a"; XDG_CACHE_HOME="$D/a" TMPDIR="$D/b" "$P" -V; ls "$D/b/ss2-0"`,
    "runs",
  ],
  [
    "says where there is no room, if that is everywhere, and leaves nothing behind",
    `mount -t tmpfs -o size=60m none /tmp; mount -t tmpfs -o size=60m none /var/tmp; code=0; "$P" -V || code=$?
     test "$(du -s /tmp | cut -f1)" = 0 && test "$(du -s /var/tmp | cut -f1)" = 0 && exit $code`,
    /^ss2: cannot unpack the program: "\/tmp\/ss2-0": No space left on device; "\/var\/tmp\/ss2-0": No space left/,
  ],
  [
    "works where nothing can be written, from an entry made before",
    `export XDG_CACHE_HOME="$D/a"; "$P" -V >/dev/null; mount -t tmpfs none /tmp
     mount -o remount,bind,ro /; ! touch "$D/x" 2>/dev/null; "$P" -V; ls "$D/a/ss2"`,
    "runs",
  ],
  [
    "works on a read-only root with a writable /tmp",
    `mount -t tmpfs -o mode=1777 none /tmp; mount -o remount,bind,ro /; mount -o remount,bind,ro /mnt
     HOME=/mnt "$P" -V; ls /tmp/ss2-0`,
    "runs",
  ],
  [
    "says where nothing can be written, if that is everywhere",
    `mount -t tmpfs -o ro none /tmp; mount -t tmpfs -o ro none /var/tmp; mount -o remount,bind,ro /mnt; HOME=/mnt "$P" -V`,
    /^ss2: cannot unpack the program: "\/mnt\/\.cache\/ss2": Read-only file system; "\/tmp\/ss2-0": Read-only file system; "/,
  ],
  [
    "works for a user without rights and without a home",
    `mount -t tmpfs -o mode=1777 none /tmp; export HOME=/nonexistent
     setpriv --reuid=65534 --regid=65534 --clear-groups "$P" -V; ls "/tmp/ss2-65534"`,
    "runs",
  ],
  [
    "takes an entry that root has made for all",
    `umask 022; export XDG_CACHE_HOME="$D/a"; "$P" -V >/dev/null; chmod -R a+rX "$D/a"; mount -t tmpfs none /tmp
     ls /tmp; setpriv --reuid=65534 --regid=65534 --clear-groups "$P" -V; ls "$D/a/ss2"; ls /tmp`,
    "runs",
  ],
];
for (const [what, script, expected] of mounts) {
  Deno.test({
    name: `the packed program ${what}${unlessRoot}`,
    ...asRoot,
    fn() {
      using place = Place.open();
      place.directory("a", 0o755);
      place.directory("b");
      const result = place.startMounted(script);
      if (expected !== "runs") return assertRefused(result, expected);
      assertRan(result);
      // The program's line, and the name of the entry in the cache that it took.
      assertMatch(result.stdout, /^ss2 .*\n[0-9a-f]{64}\n$/);
    },
  });
}

Deno.test("the packed program leaves the directory, the mask and the descriptors of its user alone", () => {
  using place = Place.open();
  const XDG_CACHE_HOME = place.directory("cache");
  const script = `umask 002; echo data | { "$1" -tl --output list.json; cat; }`;
  const env = { XDG_CACHE_HOME, PATH: "/usr/bin:/bin" };
  for (const name of ["first", "later"]) {
    const { code, stdout, stderr } = place.start(["sh", "-c", script, "sh", place.program], env, place.directory(name));
    assertEquals([code, stdout, stderr], [0, "data\n", ""]);
    assertEquals(Deno.statSync(`${place.path}/${name}/list.json`).mode! & 0o777, 0o664);
  }
});

Deno.test("the packed program says so if the current directory is gone", () => {
  using place = Place.open();
  const script = `mkdir gone && cd gone && rmdir ../gone && exec "$1" -t`;
  const env = { XDG_CACHE_HOME: place.directory("cache"), PATH: "/usr/bin:/bin" };
  const { code, stdout, stderr } = place.start(["sh", "-c", script, "sh", place.program], env, place.path);
  assertEquals([code, stdout], [2, ""]);
  // The shell may have something to say too.
  assertMatch(stderr, /(^|\n)ss2: the current directory is gone [^\n]*\n$/);
  assertEquals(place.names("cache"), []);
});

Deno.test("the packed program heeds neither files nor variables that are meant for Deno", () => {
  using place = Place.open();
  const cwd = place.directory("project");
  for (const name of ["deno.json", "package.json", ".npmrc", ".env", "deno.lock"]) {
    Deno.writeTextFileSync(`${cwd}/${name}`, "no JSON {{{");
  }
  const names = [
    "NODE_OPTIONS=--require=/nonexistent.js",
    "DENO_V8_FLAGS=--no-such-flag",
    "DENO_DIR=/proc/none",
    "DENO_LOG=debug",
    "RUST_LOG=debug",
    "DENO_COVERAGE_DIR=coverage",
    "DENO_AUDIT_PERMISSIONS=audit",
    "OTEL_DENO=true",
    "NODE_V8_COVERAGE=coverage",
  ];
  const env = { XDG_CACHE_HOME: place.directory("cache"), ...Object.fromEntries(names.map((name) => name.split("="))) };
  const before = place.names("project");
  for (let use = 0; use < 2; use++) assertRan(place.start([place.program, "--version"], env, cwd));
  assertEquals(place.names("project"), before);
  assertOneEntry(place, "cache/ss2");
});

Deno.test("the packed program starts whatever .npmrc is in the home directory, and --leaks keeps HOME", () => {
  using place = Place.open();
  const cache = { XDG_CACHE_HOME: place.directory("cache") };
  const homes = ["text", "bytes", "directory", "loop"].map((name) => place.directory(name));
  const [text, bytes, directory, loop] = homes.map((home) => `${home}/.npmrc`) as [string, string, string, string];
  Deno.writeTextFileSync(text, "registry=no address\n");
  Deno.writeFileSync(bytes, Uint8Array.of(0xff, 0xfe));
  Deno.mkdirSync(directory);
  Deno.symlinkSync(".npmrc", loop);
  for (const HOME of [...homes, "/dev/null", "/proc/1/none"]) {
    assertRan(place.start([place.program, "--version"], { ...cache, HOME }));
    const command = ["--leaks", "-x", "--output", `${place.path}/leaks`, "--", "sh", "-c", 'echo "$HOME"'];
    assertEquals(place.start([place.program, ...command], { ...cache, HOME }).stdout, `${HOME}\n`);
  }
});

for (const shell of ["dash", "bash", "busybox sh"]) {
  Deno.test({
    name: `the packed program unpacks and starts by ${shell}${without(shell.split(" ")[0]!)}`,
    ignore: !isInstalled(shell.split(" ")[0]!),
    fn() {
      using place = Place.open();
      const env = { XDG_CACHE_HOME: place.directory("cache"), PATH: "/usr/bin:/bin" };
      for (let use = 0; use < 2; use++) {
        assertRan(place.start([...shell.split(" "), place.program, "--version"], env));
      }
      assertOneEntry(place, "cache/ss2");
    },
  });
}

/** Commands of the header, and what they and Deno are linked with. */
const NEEDED = ["sh", "cat", "chmod", "gzip", "head", "id", "ls", "mkdir", "mktemp", "mv", "rm", "tail", "wc"];

Deno.test({
  name:
    `the packed program needs nothing in a chroot but a shell, some commands, the C library and a place to write${unlessRoot}`,
  ...asRoot,
  fn() {
    using place = Place.open();
    const root = place.directory("root", 0o755);
    for (const name of ["bin", "tmp"]) place.directory(`root/${name}`, 0o1777);
    const paths = NEEDED.map((name) => run(["sh", "-c", 'command -v "$1"', "sh", name]).stdout.trim());
    const libraries = [...paths, Deno.execPath()].flatMap((path) =>
      [...run([path], { env: { LD_TRACE_LOADED_OBJECTS: "1" } }).stdout.matchAll(/(\/\S+) \(0x/g)].map(([, library]) =>
        library!
      )
    );
    for (const library of new Set(libraries)) {
      place.directory(`root${library.replace(/\/[^/]*$/, "")}`, 0o755);
      Deno.copyFileSync(library, `${root}${library}`);
    }
    for (const path of paths) Deno.copyFileSync(path, `${root}/bin/${path.replace(/.*\//, "")}`);
    Deno.copyFileSync(place.program, `${root}/ss2`);
    const { code, stdout, stderr } = place.start(["/usr/bin/unshare", `--root=${root}`, "/ss2", "-tul", "--compact"]);
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /^\{"TCP":\{"flows":\[.*"UDP":\{"flows":\[.*\]\}\}\n$/);
    assertRan(place.start([
      ...["/usr/bin/unshare", `--root=${root}`, "--setgid=65534", "--setuid=65534"],
      ...["/ss2", "-V"],
    ]));
    const readme = Deno.readTextFileSync(`${projectDirectory}docs/install.md`);
    for (const name of NEEDED) assertStringIncludes(readme, `\`${name}\``);
  },
});

Deno.test("two packs of the same files are the same to the byte", async () => {
  const deno = compress(Deno.readFileSync(Deno.execPath()));
  const again = pack(await bundle("packed"), deno, Deno.build.target);
  assert(equalBytes(again, Deno.readFileSync(packedProgram())), "they differ");
});

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

Deno.test("the packed scripts are made of the program's modules alone, each of them once, and small", () => {
  const program = programModules();
  assert(program.has("main.ts") && program.has("decode/families/inet/tcp.ts"));
  for (const path of program.keys()) {
    assert(
      !/^(tests|bench|build|docs|links\/assert)\/|^links\/yaml\/mod\.ts|node_modules/.test(path),
      `${path} is no part of the program`,
    );
  }
  const size = scripts.reduce((sum, { bytes }) => sum + bytes.length, 0);
  assert(size < 900_000, `${size} bytes`);
  // Beside them the bundler has a function of its own.
  const taken = scripts.flatMap(({ modules }) => modules).filter((path) => path !== "\0rolldown/runtime.js");
  assertEquals(taken.length, new Set(taken).size);
  // Modules that are nothing but types leave nothing.
  for (const path of taken) assert(program.has(path), `${path} is packed but is not the program's`);
  assert(taken.length > program.size / 2, `${taken.length} of ${program.size} modules`);
});

Deno.test("the first packed script has what the usual listing runs, and imports no other at once", () => {
  const [first] = scripts.filter(({ name }) => name === FIRST_SCRIPT);
  assert(first !== undefined && first.bytes.length < 160_000, `${first?.bytes.length} bytes`);
  for (
    const path of [
      "main.ts",
      "decode/families/inet/tcp.ts",
      "formats/json/json.ts",
      "formats/json/ndjson.ts",
      "ffi/netlink_socket.ts",
    ]
  ) {
    assert(first.modules.includes(path), path);
  }
  assert(!/^import\b|;import *[{*"'`]/.test(new TextDecoder().decode(first.bytes)));
});

Deno.test("neededGlibc is the newest version that a program asks for", () => {
  const bytes = new TextEncoder().encode("\0GLIBC_2.2.5\0GLIBC_2.9\0GLIBC_2.27\0GLIBC_2.18\0");
  assertEquals(neededGlibc(bytes), "2.27");
});

const unfit: readonly (readonly [what: string, build: string])[] = [
  [
    "needs a newer C library",
    // A library that is called libc.so.6 and has a version that the real one has not.
    `echo 'void later(void) {}' | cc -shared -nostdlib -Wl,-soname,libc.so.6 -Wl,--version-script=versions -o libc.so -xc - &&
     echo 'void later(void); void _start(void) { later(); }' | cc -nostdlib -o program -xc - -xnone ./libc.so`,
  ],
  [
    "needs a loader that is not there",
    `echo 'int main(void) { return 0; }' | cc -Wl,--dynamic-linker=/lib/no-loader.so -o program -xc -`,
  ],
];
for (const [what, build] of unfit) {
  Deno.test({
    name: `the packed program says which C library it needs, in one line, if its Deno ${what}`,
    ignore: !isInstalled("cc"),
    fn() {
      const directory = Deno.makeTempDirSync({ dir: PLACES, prefix: "ss2-unfit-" });
      try {
        Deno.writeTextFileSync(`${directory}/versions`, "GLIBC_2.99 { global: later; local: *; };");
        const built = run(["sh", "-c", build], { cwd: directory });
        assertEquals(built.code, 0, built.stderr);
        const deno = new Uint8Array([
          ...Deno.readFileSync(`${directory}/program`),
          ...new TextEncoder().encode("\0GLIBC_2.99\0"),
        ]);
        Deno.writeFileSync(`${directory}/ss2`, pack([], compress(deno), Deno.build.target), {
          mode: 0o755,
        });
        using place = new Place(`${directory}/ss2`);
        assertRefused(place.startIn("cache", "-t"), /^ss2: cannot start here: needs glibc 2\.99 or later\n$/);
        assertEquals(place.names("."), ["tmp"]);
      } finally {
        Deno.removeSync(directory, { recursive: true });
      }
    },
  });
}
