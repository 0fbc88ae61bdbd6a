/**
 * The cache of the packed file: nothing that others could have written is run or loaded, and nothing is created or
 * removed in directories of other users.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  asRoot,
  assertOneEntry,
  assertRan,
  assertRefused,
  listing,
  NOBODY,
  packedHash,
  Place,
  scriptNames,
  unlessRoot,
} from "./packed_program.ts";
import { run } from "./program.ts";

/** A program that another user wants to be run. */
function plant(entry: string): void {
  Deno.mkdirSync(entry, { recursive: true });
  for (const name of ["deno", "probe", ...scriptNames]) {
    Deno.writeTextFileSync(`${entry}/${name}`, "#!/bin/sh\necho planted\n", { mode: 0o755 });
  }
  Deno.mkdirSync(`${entry}/deno_dir`, { mode: 0o700 });
  Deno.writeTextFileSync(`${entry}/deno_dir/used`, "", { mode: 0o600 });
}

const traps: readonly (readonly [what: string, set: (place: Place, hash: string) => void])[] = [
  ["belongs to another user", (place, hash) => {
    plant(`${place.path}/cache/ss2/${hash}`);
    run(["chown", "-R", `${NOBODY}`, `${place.path}/cache/ss2`]);
  }],
  ["has an entry of another user", (place, hash) => {
    plant(`${place.path}/cache/ss2/${hash}`);
    run(["chown", "-R", `${NOBODY}`, `${place.path}/cache/ss2/${hash}`]);
  }],
  ["is for everybody to write", (place, hash) => {
    plant(`${place.path}/cache/ss2/${hash}`);
    Deno.chmodSync(`${place.path}/cache/ss2`, 0o1777);
  }],
  ["has an entry for the group to write", (place, hash) => {
    plant(`${place.path}/cache/ss2/${hash}`);
    Deno.chmodSync(`${place.path}/cache/ss2/${hash}`, 0o770);
  }],
  ["lies where others may write", (place, hash) => {
    plant(`${place.path}/cache/ss2/${hash}`);
    Deno.chmodSync(`${place.path}/cache`, 0o777);
  }],
  ["lies below what others may write", (place, hash) => {
    plant(`${place.path}/cache/ss2/${hash}`);
    Deno.chmodSync(place.path, 0o775);
  }],
  ["lies in a home of another user", (place, hash) => {
    plant(`${place.path}/cache/ss2/${hash}`);
    Deno.chownSync(`${place.path}/cache`, NOBODY, NOBODY);
  }],
  ["is a link", (place, hash) => {
    plant(`${place.path}/elsewhere/${hash}`);
    Deno.mkdirSync(`${place.path}/cache`);
    Deno.symlinkSync("../elsewhere", `${place.path}/cache/ss2`);
  }],
  ["has an entry that is a link", (place, hash) => {
    plant(`${place.path}/elsewhere`);
    Deno.mkdirSync(`${place.path}/cache/ss2`, { recursive: true });
    Deno.symlinkSync("../../elsewhere", `${place.path}/cache/ss2/${hash}`);
  }],
  ["lies behind a link to where others may write", (place, hash) => {
    plant(`${place.path}/elsewhere/cache/ss2/${hash}`);
    Deno.chmodSync(`${place.path}/elsewhere`, 0o777);
    Deno.symlinkSync("elsewhere/cache", `${place.path}/cache`);
  }],
];
Deno.test({
  name: `the packed program neither runs nor unpacks what others could have written: a cache that …${unlessRoot}`,
  ...asRoot,
  async fn(t) {
    const hash = packedHash();
    using other = Place.open();
    for (const [what, set] of traps) {
      await t.step(`… ${what}`, () => {
        using place = Place.open();
        set(place, hash);
        const before = listing(place);
        // It uses another directory, the same in all of these cases.
        const env = { XDG_CACHE_HOME: `${place.path}/cache`, TMPDIR: other.path };
        assertRan(place.start([place.program, "--version"], env));
        assertEquals(listing(place), before);
      });
    }
    assertOneEntry(other, `ss2-${Deno.uid()}`);
  },
});

/** Paths below a directory of `place` that others than their owner can write; a link has no mode that counts. */
function openToOthers(place: Place, path: string): string[] {
  const { stdout } = run(["find", `${place.path}/${path}`, "!", "-type", "l", "-perm", "/022"]);
  return stdout.split("\n").filter((line) => line !== "");
}

for (const mask of ["000", "002", "022", "777"]) {
  Deno.test(`a first use with the mask ${mask} leaves nothing that others can write, and the next one takes it`, () => {
    using place = Place.open();
    const XDG_CACHE_HOME = place.directory("cache");
    const env = { XDG_CACHE_HOME, PATH: "/usr/bin:/bin", TMPDIR: place.directory("tmp") };
    const script = `umask ${mask}; "$1" --version && "$1" --version`;
    const { code, stdout, stderr } = place.start(["sh", "-c", script, "sh", place.program], env);
    assertEquals([code, stderr, stdout.split("\n").length], [0, "", 3]);
    const entry = assertOneEntry(place, "cache/ss2");
    assertEquals(openToOthers(place, "cache"), []);
    assertEquals(Deno.statSync(`${place.path}/${entry}/deno_dir`).mode! & 0o777, 0o700);
    assert(
      place.names(`${entry}/deno_dir`).some((name) => name.startsWith("v8_code_cache")),
      "nothing is kept compiled",
    );
    assertEquals(place.names("tmp"), []);
  });
}

/** States of a cache file that another user could have written. */
const files: readonly (readonly [what: string, set: (entry: string) => void])[] = [
  ["a script that everybody can write", (entry) => {
    Deno.writeTextFileSync(`${entry}/ss2.js`, "console.log('planted')");
    Deno.chmodSync(`${entry}/ss2.js`, 0o666);
  }],
  ["a script that the group can write", (entry) => {
    Deno.writeTextFileSync(`${entry}/options.js`, "console.log('planted')");
    Deno.chmodSync(`${entry}/options.js`, 0o660);
  }],
  ["a script of another user", (entry) => {
    Deno.writeTextFileSync(`${entry}/ss2.js`, "console.log('planted')");
    Deno.chownSync(`${entry}/ss2.js`, NOBODY, NOBODY);
  }],
  ["a script that is a link", (entry) => {
    Deno.writeTextFileSync(`${entry}/../planted.js`, "console.log('planted')");
    Deno.removeSync(`${entry}/ss2.js`);
    Deno.symlinkSync("../planted.js", `${entry}/ss2.js`);
  }],
  ["a Deno that everybody can write", (entry) => {
    Deno.writeTextFileSync(`${entry}/deno`, "#!/bin/sh\necho planted\n");
    Deno.chmodSync(`${entry}/deno`, 0o777);
  }],
  ["a probe of another user", (entry) => {
    Deno.writeTextFileSync(`${entry}/probe`, "#!/bin/sh\necho planted\n");
    Deno.chownSync(`${entry}/probe`, NOBODY, NOBODY);
  }],
  ["a directory for compiled code that everybody can write", (entry) => Deno.chmodSync(`${entry}/deno_dir`, 0o777)],
  ["a directory for compiled code of another user", (entry) => Deno.chownSync(`${entry}/deno_dir`, NOBODY, NOBODY)],
  ["a directory for compiled code that is a link", (entry) => {
    Deno.renameSync(`${entry}/deno_dir`, `${entry}/../elsewhere`);
    Deno.symlinkSync("../elsewhere", `${entry}/deno_dir`);
  }],
  ["compiled code that everybody can write", (entry) => {
    for (const { name } of Deno.readDirSync(`${entry}/deno_dir`)) Deno.chmodSync(`${entry}/deno_dir/${name}`, 0o666);
  }],
  ["compiled code of another user", (entry) => {
    for (const { name } of Deno.readDirSync(`${entry}/deno_dir`)) {
      if (name.startsWith("v8_")) Deno.chownSync(`${entry}/deno_dir/${name}`, NOBODY, NOBODY);
    }
  }],
];
Deno.test({
  name: `the packed program replaces a file of its cache that others could have written: …${unlessRoot}`,
  ...asRoot,
  async fn(t) {
    using place = Place.open();
    const uncompiled = place.startIn("cache", "--version").stdout;
    const entry = `${place.path}/${assertOneEntry(place, "cache/ss2")}`;
    for (const [what, set] of files) {
      await t.step(`… ${what}`, () => {
        set(entry);
        const result = place.startIn("cache", "--version");
        assertRan(result);
        assertEquals(result.stdout, uncompiled);
        assertEquals(openToOthers(place, "cache"), []);
        const owners = run(["find", entry, "!", "-uid", "0"]).stdout;
        assertEquals(owners, "");
        for (const name of ["ss2.js", "deno_dir"]) assert(!Deno.lstatSync(`${entry}/${name}`).isSymlink, name);
        // It stays in its place.
        assertEquals(place.names("tmp"), []);
      });
    }
  },
});

const homes: readonly (readonly [what: string, set: (home: string) => void])[] = [
  ["is empty", () => {}],
  ["has a ~/.cache", (home) => Deno.mkdirSync(`${home}/.cache`)],
  ["has an empty ~/.cache/ss2", (home) => Deno.mkdirSync(`${home}/.cache/ss2`, { recursive: true })],
  ["has a first use of its own under way", (home) => {
    Deno.mkdirSync(`${home}/.cache/ss2/${packedHash()}/new.Abc123`, { recursive: true });
    Deno.writeTextFileSync(`${home}/.cache/ss2/${packedHash()}/new.Abc123/deno`, "half");
  }],
  ["has a link as ~/.cache", (home) => {
    Deno.mkdirSync(`${home}/elsewhere`);
    Deno.symlinkSync("elsewhere", `${home}/.cache`);
  }],
];
Deno.test({
  name: `root leaves nothing in, and takes nothing out of, the home of a user that …${unlessRoot}`,
  ...asRoot,
  async fn(t) {
    using other = Place.open();
    for (const [what, set] of homes) {
      await t.step(`… ${what}`, () => {
        using place = Place.open();
        const HOME = place.directory("home");
        set(HOME);
        run(["chown", "-R", "-h", `${NOBODY}:${NOBODY}`, HOME]);
        const before = listing(place);
        for (const more of [{}, { XDG_CACHE_HOME: `${HOME}/new/cache` }, { XDG_CACHE_HOME: `${HOME}/.cache` }]) {
          assertRan(place.start([place.program, "--version"], { HOME, TMPDIR: other.path, ...more }));
          assertEquals(listing(place), before);
        }
      });
    }
    assertOneEntry(other, `ss2-${Deno.uid()}`);
    using place = Place.open();
    Deno.chownSync(place.directory("home"), NOBODY, NOBODY);
    const result = place.startMounted(
      `mount --bind "$D" /srv; mount -t tmpfs -o ro none /var/tmp; HOME=/srv/home TMPDIR=/srv/home "$P" -V`,
    );
    const refused = '"/srv/home/.cache/ss2": others may write there; "/srv/home/ss2-0": others may write there; ';
    assertRefused(result, new RegExp(`^ss2: cannot unpack the program: ${refused}`));
  },
});

Deno.test({
  name: `the command of docs/install.md makes an entry for everybody, also if there is one already${unlessRoot}`,
  ...asRoot,
  fn() {
    const text = Deno.readTextFileSync(new URL("../docs/install.md", import.meta.url));
    const [, command] = /^sudo sh -c '(.*)'$/m.exec(text)!;
    using place = Place.open();
    place.directory("bin", 0o755);
    place.directory("cache", 0o755);
    Deno.symlinkSync(place.program, `${place.path}/bin/ss2`);
    const script = command!.replaceAll("/var/cache", `${place.path}/cache`);
    const PATH = `${place.path}/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
    // Once from nothing, once more, and once beside an entry that root has made for himself, with any mask.
    for (const before of ["", "", `rm -r "$C"/ss2; umask 077; XDG_CACHE_HOME="$C" ss2 -V >&2;`, `umask 000;`]) {
      const env = { PATH, C: `${place.path}/cache`, TMPDIR: place.directory("tmp") };
      const result = place.start(["sh", "-c", `${before} ${script}`], env);
      assertEquals(result.code, 0, result.stderr);
      const asNobody = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
      assertRan(place.start([...asNobody, place.program, "-V"], { ...env, XDG_CACHE_HOME: env.C }));
      assertOneEntry(place, "cache/ss2");
      assertEquals(openToOthers(place, "cache"), []);
      assertEquals(place.names("tmp"), []);
    }
    assertMatch(command!, /^umask/);
  },
});
