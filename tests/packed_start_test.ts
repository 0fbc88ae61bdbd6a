/**
 * How the packed file starts: which environment variables and descriptors reach the program, and the messages if Deno
 * cannot start.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { compress, pack } from "../build/pack.ts";
import { asRoot, assertOneEntry, assertRan, assertRefused, Place, unlessRoot } from "./packed_program.ts";
import { isInstalled, projectDirectory, run, without } from "./program.ts";

/** All that may be the name of a variable in the Deno that is packed, also those that stand there one behind the other. */
function namesInDeno(): string[] {
  const text = new TextDecoder("latin1").decode(Deno.readFileSync(Deno.execPath()));
  const names = new Set<string>();
  for (const [found] of text.matchAll(/[A-Z][A-Z0-9_]{3,200}/g)) {
    names.add(found);
    const parts = found.split(/(?=(?:DENO|NODE|OTEL|JSR|NPM|RUST|SSL|V8|XDG|TOKIO)_)/);
    for (const part of parts) if (part.length < 60) names.add(part).add(part.slice(0, -1));
  }
  return [...names].filter((name) => name.length > 3 && name.length < 60);
}

/** Two lines: what is asked of a recording, and of the kernel. */
const ASKED = ["--read", `${projectDirectory}tests/fixtures/tcp4.k61.pcap`, "--format", "ndjson"];

Deno.test("no variable whose name is in Deno changes what the packed program does, opens a file or connects", async () => {
  using place = Place.open();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  let connections = 0;
  const accepting = (async () => {
    for await (const connection of listener) {
      connections++;
      connection.close();
    }
  })();
  const cwd = place.directory("project");
  Deno.writeTextFileSync(`${cwd}/planted.js`, "console.log('planted')");
  // The dynamic linker and dash look at these before the header does, and complain.
  const names = namesInDeno().filter((name) => !name.startsWith("LD_") && name !== "OPTIND");
  for (const name of ["DENO_UNSTABLE_CONTROL_SOCK", "DENO_CONNECTED", "JSR_URL", "SSLKEYLOGFILE", "NODE_CHANNEL_FD"]) {
    assert(names.includes(name), `${name} is not among the ${names.length} names`);
  }
  const own = { XDG_CACHE_HOME: place.directory("cache"), TMPDIR: place.directory("tmp") };
  const usual = place.start([place.program, ...ASKED], own, cwd);
  assertEquals([usual.code, usual.stderr], [0, ""]);
  const before = [place.names("."), place.names("project"), place.names("cache/ss2")];
  const values = [
    "1",
    `${cwd}/made`,
    `file://${cwd}/planted.js`,
    `http://127.0.0.1:${port}/`,
    `unix:${cwd}/made`,
    "a".repeat(60),
  ];
  try {
    for (const value of values) {
      const hostile = Object.fromEntries(names.map((name) => [name, value]));
      // Asynchronously, so that connections are seen.
      const { code, stdout, stderr } = await new Deno.Command(place.program, {
        args: ASKED,
        cwd,
        env: { ...hostile, ...own },
        clearEnv: true,
        stdin: "null",
      }).output();
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      assertEquals([code, text(stdout), text(stderr)], [0, usual.stdout, ""], value);
      assertEquals([place.names("."), place.names("project"), place.names("cache/ss2")], before, value);
    }
    assertEquals(place.names("tmp"), []);
    assertOneEntry(place, "cache/ss2");
    assertEquals(connections, 0);
  } finally {
    listener.close();
    await accepting;
  }
});

Deno.test({
  name: `the packed program neither connects nor opens a file for writing outside its cache${without("strace")}`,
  ignore: !isInstalled("strace"),
  fn() {
    using place = Place.open();
    const variables = [
      "DENO_CONNECTED=1",
      "DENO_DEPLOY_CLI_SPECIFIER=file:///planted.ts",
      "JSR_URL=http://127.0.0.1:9/",
      `DENO_UNSTABLE_CONTROL_SOCK=unix:${place.path}/socket`,
      `DENO_PERMISSION_BROKER_PATH=${place.path}/socket`,
      "DENO_TOKIO_METRICS=1",
      `SSLKEYLOGFILE=${place.path}/keys`,
      "NODE_CHANNEL_FD=1",
      "OTEL_DENO=true",
      "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9/",
    ];
    const env = {
      ...Object.fromEntries(variables.map((variable) => variable.split(/=(.*)/s).slice(0, 2))),
      XDG_CACHE_HOME: place.directory("cache"),
      TMPDIR: place.directory("tmp"),
    };
    assertRan(place.start([place.program, "--version"], env));
    const log = `${place.path}/log`;
    const words = ["strace", "-f", "-o", log, "-e", "trace=connect,openat,open,creat,socket,unlink", place.program];
    const { code, stderr } = place.start([...words, "-tl"], { ...env, PATH: "/usr/bin:/bin" });
    assertEquals([code, stderr], [0, ""]);
    const lines = Deno.readTextFileSync(log).split("\n");
    assert(lines.length > 50, `${lines.length} lines`);
    // The C library may ask its own daemon for the home of the user.
    assertEquals(lines.filter((line) => /\bconnect\((?!.*(AF_NETLINK|"\/var\/run\/nscd\/socket"))/.test(line)), []);
    assertEquals(lines.filter((line) => /\bsocket\((?!AF_NETLINK|AF_UNIX)/.test(line)), []);
    const written = lines.filter((line) => /\b(creat\(|open(at)?\(.*O_(WRONLY|RDWR|CREAT))/.test(line));
    const strange = written.filter((line) => !line.includes(`${place.path}/cache/ss2/`) && !line.includes('"/dev/'));
    assertEquals(strange, []);
  },
});

/** Built-in commands and others that the header uses or could use; bash itself refuses functions with the other names. */
const builtIn = isInstalled("bash") ? run(["bash", "-c", "compgen -b"]).stdout.split("\n") : [];
const special = (isInstalled("bash") ? run(["bash", "--posix", "-c", "enable -s"]).stdout : "").replaceAll(
  "enable ",
  "",
).split("\n");

for (const shell of [[], ["bash"], ["bash", "--posix"]]) {
  Deno.test({
    name: `the packed program runs no function of the environment${shell.map((word) => `, ${word}`).join("")}` +
      without("bash"),
    ignore: !isInstalled("bash"),
    fn() {
      using place = Place.open();
      const commands = [
        "cat",
        "chmod",
        "gzip",
        "head",
        "id",
        "ls",
        "mkdir",
        "mktemp",
        "mv",
        "rm",
        "tail",
        "wc",
        "fail",
      ];
      const names = [...builtIn, ...commands, "trusted", "ready", "start", "doubt"].filter((name) =>
        shell.length < 2 ? name !== "" : /^[a-z_]+$/.test(name) && !special.includes(name)
      );
      const env = {
        ...Object.fromEntries(names.map((name) => [`BASH_FUNC_${name}%%`, "() { echo planted; echo planted >&2; }"])),
        SHELLOPTS: "noglob:nounset:errexit:allexport:noclobber",
        BASHOPTS: "extglob:failglob",
        PS4: "$(echo planted >&2)",
        IFS: "/",
        CDPATH: "/usr:/",
        GLOBIGNORE: "*",
        ENV: "/proc/self/environ",
        UID: "1",
        OPTIND: "1",
        BASH_XTRACEFD: "1",
        BASH_VERSION: "5",
        LANG: "C",
        XDG_CACHE_HOME: place.directory("cache"),
        PATH: "/usr/bin:/bin",
      };
      for (let use = 0; use < 2; use++) assertRan(place.start([...shell, place.program, "--version"], env));
      assertOneEntry(place, "cache/ss2");
    },
  });
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test("the packed program takes no command from a directory that is not absolute, nor before the system's own", () => {
  using place = Place.open();
  const cwd = place.directory("bin");
  // A command that the system does not have may come from an absolute directory.
  const ofSystem = ["ls", "id", "gzip", "head", "tail", "sha256sum"].filter((name) =>
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].some((directory) => exists(`${directory}/${name}`))
  );
  for (const name of [...ofSystem, "printf", "[", "read", "cd", "ulimit", "command"]) {
    Deno.writeTextFileSync(`${cwd}/${name}`, `#!/bin/sh\n${name}() { echo planted; }\necho planted\n`, { mode: 0o755 });
  }
  for (const PATH of [cwd, ".", "", ":", "bin", `${cwd}:.`, `${cwd}%func:%builtin`, "%builtin", "/nonexistent"]) {
    using cache = Place.open();
    assertRan(cache.start([place.program, "--version"], { PATH, XDG_CACHE_HOME: cache.directory("cache") }, cwd));
    assertOneEntry(cache, "cache/ss2");
  }
});

/** A packed file whose Deno is a shell script. */
function packScript(place: Place, script: string): string {
  const bytes = new TextEncoder().encode(`#!/bin/sh\n# \0GLIBC_2.27\0\n[ "$1" = --version ] && exit\n${script}\n`);
  const path = `${place.path}/scripted`;
  Deno.writeFileSync(
    path,
    pack([{ name: "ss2.js", bytes: new Uint8Array([10]) }], compress(bytes), Deno.build.target),
    {
      mode: 0o755,
    },
  );
  return path;
}

Deno.test("of the environment the packed program passes on what is named in docs/install.md, byte by byte", () => {
  using place = Place.open();
  const passed = {
    ...{ HOME: "/home/a 'b'\n\"c\"", XDG_DATA_HOME: "/x", TERM: "xterm", COLUMNS: "80", NO_COLOR: "1", LANG: "C" },
    ...{ LC_TIME: "C", TZ: "UTC", SS2_ANY: "x\nexport LD_AUDIT=y\nexport hash=z", RES_OPTIONS: "timeout:1" },
    ...{ LOCALDOMAIN: "example.org", HOSTALIASES: "/etc/host.aliases" },
    XDG_CACHE_HOME: place.directory("cache"),
    TMPDIR: place.directory("tmp"),
  };
  const others = [
    "LD_DEBUG_OUTPUT",
    "GLIBC_TUNABLES",
    "hash",
    "files",
    "name",
    "line",
    "program",
    "lower_case",
    "OLDPWD",
  ];
  const env = { ...passed, ...Object.fromEntries(others.map((name) => [name, "hostile"])), PATH: "/usr/bin" };
  const program = packScript(place, `cat /proc/self/environ; echo; printf '%s\\n' "$@"`);
  const { code, stdout, stderr } = place.start([program, "-t", "a  b"], env);
  assertEquals([code, stderr], [0, ""]);
  const [variables, ...words] = [
    stdout.slice(0, stdout.lastIndexOf("\0")),
    ...stdout.slice(stdout.lastIndexOf("\0") + 2).split("\n"),
  ];
  const received = Object.fromEntries(variables!.split("\0").map((variable) => variable.split(/=(.*)/s).slice(0, 2)));
  const entry = `${place.path}/${"cache/ss2"}/${place.names("cache/ss2")[0]}`;
  const { PATH, _: __, PWD: ___, SHLVL: ____, ...rest } = received as Record<string, string>;
  assertEquals(PATH, "/usr/sbin:/usr/bin:/sbin:/bin:/usr/bin");
  assertEquals(rest, {
    ...passed,
    // Deno reads .npmrc there.
    HOME: entry,
    DENO_DIR: `${entry}/deno_dir`,
    DENO_NO_PACKAGE_JSON: "1",
    DENO_NO_UPDATE_CHECK: "1",
  });
  assertEquals(words.slice(-4), [`${entry}/ss2.js`, "-t", "a  b", ""]);
  for (const word of ["--no-prompt", "--deny-import", "--no-remote", "--no-npm", "--no-config", "--allow-ffi"]) {
    assert(words.includes(word), word);
  }
  // It may read only its own scripts.
  assertEquals(words.filter((word) => /^--allow/.test(word)), ["--allow-ffi", `--allow-read=${entry}`]);
  const [flags] = /--v8-flags=\S+/.exec(config.tasks.ss2.command)!;
  assert(words.includes(flags), flags);
  const docs = Deno.readTextFileSync(`${projectDirectory}docs/install.md`);
  for (const name of Object.keys(passed)) {
    const listed = name.replace(/^(XDG|LC|SS2|RES(?=OLV))_.*/, "$1_*");
    assertStringIncludes(docs, `\`${listed}\``);
  }
});

Deno.test("the packed program runs from a cache with a space, and with a comma, in its path", () => {
  using place = Place.open();
  for (const name of ["a cache", "a,cache"]) {
    const env = { XDG_CACHE_HOME: place.directory(name) };
    // The help is in another script than the first one.
    const { code, stdout, stderr } = place.start([place.program, "--help"], env);
    assertEquals([code, stderr], [0, ""]);
    assert(stdout.startsWith("usage: ss2 "), stdout);
    assertEquals(place.names(name), ["ss2"]);
  }
});

/** Runs the words that follow where memory may not be both written and executed. */
const DENY_WRITE_EXECUTE = `
const bytes = (text) => new TextEncoder().encode(text + "\\0");
const { symbols } = Deno.dlopen("libc.so.6", {
  prctl: { parameters: ["i32", "usize", "usize", "usize", "usize"], result: "i32" },
  execv: { parameters: ["buffer", "buffer"], result: "i32" },
});
const words = Deno.args.map(bytes);
const pointers = new BigUint64Array([...words.map((word) => Deno.UnsafePointer.value(Deno.UnsafePointer.of(word))), 0n]);
if (symbols.prctl(65, 1n, 0n, 0n, 0n) !== 0) Deno.exit(77);
symbols.execv(words[0], pointers);
Deno.exit(78);
`;

/** Commands in front of the program, and what it is to say. */
const limits: readonly (readonly [what: string, script: string, reason: RegExp])[] = [
  ["the address space is limited", 'ulimit -v 16000000; "$@"', /the address space is limited \(ulimit -v, -d\)$/m],
  ["the size of data is limited", 'ulimit -d 10000; "$@"', /the address space is limited \(ulimit -v, -d\)$/m],
  ["16 files may be open", 'ulimit -n 16; "$@"', /few files may be open \(ulimit -n\)$/m],
  [
    "memory may not be both written and executed",
    '"$DENO" run --quiet --allow-ffi "$D/deny.js" "$@"',
    /memory may not be both written and executed \(MemoryDenyWriteExecute=\)$/m,
  ],
];
for (const [what, script, reason] of limits) {
  Deno.test(`the packed program says in one line, with status 2, that it cannot start as ${what}`, () => {
    using place = Place.open();
    Deno.writeTextFileSync(`${place.path}/deny.js`, DENY_WRITE_EXECUTE);
    const cwd = place.directory("cwd");
    const own = { XDG_CACHE_HOME: place.directory("cache"), TMPDIR: place.directory("tmp"), PATH: "/usr/bin:/bin" };
    const env = { ...own, DENO: Deno.execPath(), D: place.path, DENO_DIR: place.directory("deno_dir") };
    const start = (...args: string[]) =>
      place.start(["sh", "-c", `ulimit -c unlimited; ${script}`, "sh", place.program, ...args], env, cwd);
    // At first use, and later, and where status 1 would be an answer.
    assertRefused(start("--version"), reason);
    assertRan(place.start([place.program, "--version"], own));
    assertRefused(start("-tl"), reason);
    assertRefused(start("-q", "-tl", "sport = :1"), reason);
    assertEquals(place.names("cwd"), []);
  });
}

/** Directory of the control groups that limit threads, if one can be made there. */
const pids = ["/sys/fs/cgroup/pids", "/sys/fs/cgroup"].find((path) => {
  try {
    Deno.mkdirSync(`${path}/ss2-test-${Deno.pid}`);
    const usable = run(["test", "-e", `${path}/ss2-test-${Deno.pid}/pids.max`]).code === 0;
    Deno.removeSync(`${path}/ss2-test-${Deno.pid}`);
    return usable;
  } catch {
    return false;
  }
});
Deno.test({
  name: "the packed program says in one line, with status 2, that it cannot start as few threads may be started" +
    (pids === undefined ? " (ignored: no control group with pids.max can be made)" : ""),
  ignore: pids === undefined,
  fn() {
    using place = Place.open();
    const own = { XDG_CACHE_HOME: place.directory("cache"), TMPDIR: place.directory("tmp"), PATH: "/usr/bin:/bin" };
    assertRan(place.start([place.program, "--version"], own));
    const group = `${pids}/${place.path.replace(/.*\//, "")}`;
    Deno.mkdirSync(`${group}/inner`, { recursive: true });
    try {
      // The shell, the command that it runs, and one thread; the limit is not that of its own group but of the one above.
      Deno.writeTextFileSync(`${group}/pids.max`, "3");
      const script = `echo $$ >"${group}/inner/cgroup.procs"; exec "$@"`;
      const start = (...args: string[]) => place.start(["sh", "-c", script, "sh", place.program, ...args], own);
      assertRefused(start("-q", "-tl", "sport = :1"), /few threads may be started \(pids\.max\)$/m);
      Deno.writeTextFileSync(`${group}/pids.max`, "40");
      assertRan(start("--version"));
    } finally {
      Deno.removeSync(`${group}/inner`);
      Deno.removeSync(group);
    }
  },
});

Deno.test({
  name:
    `the packed program tries Deno where many files are open on the machine, and says that as the reason${unlessRoot}`,
  ...asRoot,
  fn() {
    using place = Place.open();
    const program = packScript(
      place,
      `[ -e "${place.path}/ends" ] && { echo "Deno has panicked" >&2; exit 1; }; echo started`,
    );
    const XDG_CACHE_HOME = place.directory("cache");
    Deno.writeTextFileSync(`${place.path}/numbers`, "9500\t0\t10000\n");
    const script = `mount --bind "$D/numbers" /proc/sys/fs/file-nr; exec "$D/scripted" -t`;
    const start = () => place.startMounted(script, { XDG_CACHE_HOME, HOME: place.path });
    assertEquals(start(), { code: 0, stdout: "started\n", stderr: "" });
    Deno.writeTextFileSync(`${place.path}/ends`, "");
    assertRefused(start(), /^ss2: cannot start here: too many files are open on this machine \(fs\.file-max\)$/m);
    // Its own status stays what it is where nothing is in doubt.
    assertEquals(place.start([program, "-t"], { XDG_CACHE_HOME, HOME: place.path }).code, 1);
  },
});

Deno.test({
  name: `the packed program says in one line, with status 2, that one of its scripts cannot be loaded${
    without("strace")
  }`,
  ignore: !isInstalled("strace"),
  fn() {
    using place = Place.open();
    const own = { XDG_CACHE_HOME: place.directory("cache"), TMPDIR: place.directory("tmp"), PATH: "/usr/bin:/bin" };
    assertRan(place.start([place.program, "--version"], own));
    const entry = `${place.path}/${assertOneEntry(place, "cache/ss2")}`;
    const trace = ["strace", "-f", "-o", `${place.path}/log`, "-e", "trace=openat", "-e", "inject=openat:error=ENFILE"];
    const result = place.start([...trace, "-P", `${entry}/commands.js`, place.program, "--man"], own);
    assertRefused(result, /^ss2: unexpected error: TypeError: Import '[^']*\/commands\.js' failed/);
    assertStringIncludes(Deno.readTextFileSync(`${place.path}/log`), "ENFILE");
  },
});

Deno.test("the packed program ends with the status of its answer, or by the signal that it gets", async () => {
  using place = Place.open();
  const env = { XDG_CACHE_HOME: place.directory("cache"), PATH: "/usr/bin:/bin" };
  assertRan(place.start([place.program, "--version"], env));
  const inNamespace = (...args: string[]) => place.start(["unshare", "--net", place.program, ...args], env).code;
  assertEquals(inNamespace("-q", "-ta"), 1);
  assertEquals(inNamespace("--fail-if-any", "-ta"), 0);
  assertEquals(inNamespace("--no-such-option"), 2);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    const args = ["-t", "-F", "-"];
    const child = new Deno.Command(place.program, { args, env, clearEnv: true, stdin: "piped", stdout: "null" })
      .spawn();
    // Until it is Deno that reads what never comes: then its name is that of the file.
    while (Deno.readTextFileSync(`/proc/${child.pid}/comm`) !== "deno\n") await new Promise((go) => setTimeout(go, 10));
    await new Promise((go) => setTimeout(go, 200));
    child.kill(signal);
    assertEquals((await child.status).signal, signal);
    await child.stdin.close().catch(() => {});
  }
});

Deno.test("the packed program says, with status 2, that a standard stream which it needs is closed", () => {
  using place = Place.open();
  const env = { XDG_CACHE_HOME: place.directory("cache"), PATH: "/usr/bin:/bin" };
  const inShell = (script: string) => place.start(["sh", "-c", script, "sh", place.program], env);
  assertRan(inShell('"$1" --version'));
  assertRefused(inShell('"$1" -tl >&-'), /standard output/);
  assertRefused(inShell('"$1" --version >&-'), /standard output/);
  assertRefused(inShell('"$1" -tl -F - <&-'), /standard input/);
  assertRefused(inShell('"$1" --read - <&-'), /standard input/);
  // Where it is not needed nothing is wrong.
  assertRan(inShell('"$1" --version <&-'));
  assertEquals(inShell('"$1" -tl -q sport = :1 >&-; [ $? -lt 2 ]').code, 0);
  assertEquals(inShell('"$1" --no-such-option 2>&-').code, 2);
});
