/**
 * What `--output` leaves on the disk and what `--meta` says, as scripts see it.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse } from "./packages/yaml.ts";
import config from "../deno.json" with { type: "json" };
import { mkfifo } from "./live/libc.ts";
import { openNamespace } from "./live/namespace.ts";
import { openPair } from "./live/sockets.ts";
import { assertPrinted, isInstalled, programWords, run, runInShell, runProgram } from "./program.ts";

const RECORDING = new URL("fixtures/tcp4.k618.pcap", import.meta.url).pathname;

function openDirectory(): Disposable & { readonly path: string } {
  const path = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

const namesIn = (directory: string) => Array.from(Deno.readDirSync(directory), ({ name }) => name).sort();

const printed = (format = "json") => assertPrinted(runProgram("-ta4", "--read", RECORDING, "--format", format));

Deno.test("--output writes what would be printed, in the place of what was there, with the mode of the umask", () => {
  using directory = openDirectory();
  const file = `${directory.path}/out`;
  for (const format of ["json", "csv"]) {
    const script = `umask 027; "$@"`;
    const args = ["-ta4", "--read", RECORDING, "--format", format, "--output", file];
    assertEquals(runInShell(script, args), { code: 0, stdout: "", stderr: "" });
    assertEquals(Deno.readTextFileSync(file), printed(format));
    assertEquals(Deno.statSync(file).mode! & 0o777, 0o640);
    assertEquals(namesIn(directory.path), ["out"]);
  }
});

Deno.test("--output takes a name in the working directory, one of 255 bytes, and - for standard output", () => {
  using directory = openDirectory();
  const args = ["-ta4", "--read", RECORDING, "--output"];
  for (const name of ["out", "n".repeat(255)]) {
    assertEquals(run([...programWords(), ...args, name], { cwd: directory.path }).code, 0);
    assertEquals(Deno.readTextFileSync(`${directory.path}/${name}`), printed());
  }
  assertEquals(run([...programWords(), ...args, "-"], { cwd: directory.path }).stdout, printed());
  assertEquals(namesIn(directory.path).length, 2);
});

Deno.test("--output follows symbolic links and leaves them", () => {
  using directory = openDirectory();
  const [real, link] = [`${directory.path}/real`, `${directory.path}/link`];
  Deno.writeTextFileSync(real, "old");
  Deno.symlinkSync("real", link);
  assertEquals(runProgram("-ta4", "--read", RECORDING, "--output", link).code, 0);
  assertEquals([Deno.readLinkSync(link), Deno.readTextFileSync(real)], ["real", printed()]);
});

Deno.test("--output of a run that is known to be incomplete replaces the file, of one without use does not", () => {
  using directory = openDirectory();
  const file = `${directory.path}/out`;
  Deno.writeTextFileSync(file, "old");
  const useless = runProgram("--vsock", "--read", RECORDING, "--output", file);
  assertEquals([useless.code, useless.stdout, Deno.readTextFileSync(file)], [2, "", "old"]);
  assertMatch(useless.stderr, /^ss2: [^\n]+\n$/);
  const incomplete = runProgram("-ta4", "--vsock", "--read", RECORDING, "--output", file);
  assertEquals([incomplete.code, incomplete.stdout], [1, ""]);
  assertEquals(Object.keys(JSON.parse(Deno.readTextFileSync(file))), ["TCP", "VSOCK"]);
  assertEquals(namesIn(directory.path), ["out"]);
});

Deno.test("--output refuses in one line what is no place for a file, and what is no file", () => {
  using directory = openDirectory();
  const { path } = directory;
  Deno.symlinkSync("nowhere", `${path}/link`);
  mkfifo(`${path}/fifo`);
  for (
    const [file, message] of [
      [path, "EISDIR"],
      [`${path}/`, "EISDIR"],
      [`${path}/none/out`, "ENOENT"],
      [`${path}/link`, "ENOENT"],
      [`${path}/fifo`, "not a regular file"],
      ["/dev/null", "not a regular file"],
      ["/proc/out", "cannot create"],
      [`${path}/a\nb/out`, "a\\nb"],
    ] as const
  ) {
    const { code, stdout, stderr } = runProgram("-ta4", "--read", RECORDING, "--output", file);
    assertMatch(stderr, /^ss2: [^\n]+\n$/);
    assertStringIncludes(stderr, message);
    assertEquals([code, stdout], [2, ""], file);
  }
  assertEquals(namesIn(path), ["fifo", "link"]);
});

Deno.test("--output refuses the file that standard output goes to, by whatever name", () => {
  using directory = openDirectory();
  const file = `${directory.path}/log`;
  for (const name of ["/dev/stdout", file]) {
    const { code, stderr } = runInShell(`echo kept >"${file}"; "$@" >>"${file}"`, ["-l", "--output", name]);
    assertEquals([code, Deno.readTextFileSync(file)], [2, "kept\n"]);
    assertStringIncludes(stderr, "standard output");
  }
});

Deno.test("--output refuses the file of --read and of --record", () => {
  for (const option of ["--read", "--record"]) {
    const { code, stderr } = runProgram("-t", option, "x.pcap", "--output", "x.pcap");
    assertEquals([code, stderr], [2, `ss2: --output and ${option} name the same file\n`]);
  }
});

/** Runs a shell script in which `$DIR` is a file system of 64 KiB. Without `/proc` no file can be kept without a name. */
function onSmallDisk(script: string, args: readonly string[], proc = true) {
  using directory = openDirectory();
  const mounted = `mount -t tmpfs -o size=64k none "$DIR" && ${
    proc ? "" : "mount -t tmpfs none /proc && "
  }{ ${script}; }`;
  const words = ["unshare", "--mount", "sh", "-c", mounted, "sh", ...programWords(), ...args];
  return run(words, { env: { DIR: directory.path } });
}

const mounts = onSmallDisk("true", []).code === 0;

Deno.test({
  name: `--output on a disk that gets full says so in one line, and leaves what was there alone${
    mounts ? "" : " (ignored: no file system can be mounted)"
  }`,
  ignore: !mounts,
  fn() {
    const script = `echo old >"$DIR/out"; "$@" --output "$DIR/out"; echo "$?"; cat "$DIR/out"; ls -A "$DIR"`;
    for (const proc of [true, false]) {
      const { stdout, stderr } = onSmallDisk(script, ["-ta4", "--read", RECORDING], proc);
      assertMatch(stderr, /^ss2: cannot write "[^\n]+\/out": no space left on device \(ENOSPC\)\n$/);
      assertEquals(stdout, "2\nold\nout\n");
    }
  },
});

Deno.test({
  name: `--output writes a file beside the old one where none can be kept without a name${
    mounts ? "" : " (ignored: no file system can be mounted)"
  }`,
  ignore: !mounts,
  fn() {
    const script = `echo old >"$DIR/out"; umask 077; "$@" --output "$DIR/out"; ls -A "$DIR"; stat -c %a "$DIR/out"; ` +
      `cat "$DIR/out"`;
    const { code, stdout, stderr } = onSmallDisk(script, ["--vsock", "--schema", "--compact"], false);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(stdout, `out\n600\n${runProgram("--vsock", "--schema", "--compact").stdout}`);
  },
});

Deno.test("--output of a process that is killed leaves nothing but what was there", () => {
  using directory = openDirectory();
  const file = `${directory.path}/out`;
  Deno.writeTextFileSync(file, "old");
  mkfifo(`${directory.path}/recording`);
  // Its input comes only after the file is open, and never ends.
  const script = `"$@" & sleep 1; kill -9 $!; wait; ls -A "${directory.path}"`;
  const { stdout } = runInShell(script, ["-ta4", "--read", `${directory.path}/recording`, "--output", file]);
  assertEquals([stdout, Deno.readTextFileSync(file)], ["out\nrecording\n", "old"]);
});

Deno.test("--output takes the fields and the schema too", () => {
  using directory = openDirectory();
  const file = `${directory.path}/out`;
  for (const what of ["--schema", "--fields"]) {
    assertEquals(runProgram(what, "--output", file), { code: 0, stdout: "", stderr: "" });
    assertEquals(Deno.readTextFileSync(file), runProgram(what).stdout);
  }
});

interface Meta {
  readonly [name: string]: unknown;
}

/** What a run tells, and the rest of the document. */
function metaOf(args: readonly string[], code = 0): { meta: Meta; rest: unknown } {
  const result = run([...programWords(), ...args]);
  assertEquals(result.code, code);
  const { meta, ...rest } = JSON.parse(code === 0 ? assertPrinted(result) : result.stdout);
  return { meta, rest };
}

Deno.test("--meta tells where, when and how, and that everything is there", () => {
  using _namespace = openNamespace();
  using _pair = openPair();
  const before = Date.now();
  const args = ["-ta", "--meta", "--compact"];
  const { meta, rest } = metaOf(args);
  const { time, ...others } = meta;
  assertEquals(others, {
    schema_version: 1,
    version: config.version,
    host: run(["uname", "-n"]).stdout.trim(),
    kernel: run(["uname", "-r"]).stdout.trim(),
    boot_id: Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim(),
    netns: Number(/\d+/.exec(run(["readlink", "/proc/self/ns/net"]).stdout)![0]),
    options: args,
    sockets: 3,
    complete: true,
    warnings: [],
  });
  assertMatch(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const when = Date.parse(String(time));
  assert(when > before - 1000 && when < Date.now() + 1000, String(time));
  assertEquals(Object.keys(rest as object), ["TCP"]);
});

Deno.test("--meta stands behind the protocols in json and yaml, in the first and the last line of ndjson", () => {
  const args = ["-ta4", "--read", RECORDING, "--meta"];
  const json = assertPrinted(runProgram(...args));
  const { meta, ...rest } = JSON.parse(json);
  assertEquals(Object.keys(JSON.parse(json)), ["TCP", "meta"]);
  assertEquals(rest, JSON.parse(printed()));
  const yaml = parse(assertPrinted(runProgram(...args, "--yaml"))) as { meta: Meta };
  assertEquals(yaml.meta, { ...meta, options: [...args, "--yaml"] });
  const lines = assertPrinted(runProgram(...args, "--format", "ndjson")).trimEnd().split("\n");
  const [first, last] = [JSON.parse(lines[0]!), JSON.parse(lines.at(-1)!)];
  assertEquals([Object.keys(first), Object.keys(last)], [["meta"], ["meta"]]);
  assertEquals({ ...first.meta, ...last.meta }, { ...meta, options: [...args, "--format", "ndjson"] });
  assertEquals(`${lines.slice(1, -1).join("\n")}\n`, printed("ndjson"));
});

Deno.test({
  name: `--meta leaves json as Python's json.dumps(indent=4) writes it${
    isInstalled("python3") ? "" : " (ignored: python3 is not installed)"
  }`,
  ignore: !isInstalled("python3"),
  fn() {
    const script = `"$@" | python3 -c 'import json, sys; t = sys.stdin.read(); ` +
      `print(json.dumps(json.loads(t), indent=4, ensure_ascii=False) + "\\n" == t)'`;
    for (const args of [["-tl", "--meta"], ["-tl4", "--read", RECORDING, "--meta"]]) {
      assertEquals(runInShell(script, args).stdout, "True\n");
    }
  },
});

Deno.test("--meta of a recording tells what the recording knows", () => {
  const { meta } = metaOf(["-ta4", "--read", RECORDING, "--meta"]);
  assertEquals([meta["host"], meta["netns"]], [undefined, undefined]);
  assertMatch(String(meta["time"]), /^2025-11-\d\dT/);
  using directory = openDirectory();
  const recording = `${directory.path}/r.pcap`;
  assertEquals(runProgram("-tl", "--record", recording).code, 0);
  const kernel = /^\d+\.\d+/.exec(run(["uname", "-r"]).stdout)![0];
  assertEquals(metaOf(["-tl", "--read", recording, "--meta"]).meta["kernel"], kernel);
});

Deno.test("--meta tells what is missing, in the words of standard error", () => {
  const args = ["-ta4", "--vsock", "--read", RECORDING, "--meta"];
  const { stderr } = runProgram(...args);
  const { meta } = metaOf(args, 1);
  assertEquals(meta["complete"], false);
  assertEquals((meta["warnings"] as string[]).map((warning) => `ss2: ${warning}\n`).join(""), stderr);
});

Deno.test("--meta shows words of the command line without what acts on a terminal, and so that they can be had back", () => {
  const hostile = `\x1b]0;x\x07\u202e\u2028"\\\ufeff\ufffe\u{1fffe}\n: - #`;
  using directory = openDirectory();
  const file = `${directory.path}/${hostile}.pcap`;
  Deno.copyFileSync(RECORDING, file);
  for (const format of ["json", "ndjson", "yaml"]) {
    const text = runProgram("-ta4", "--read", file, "--meta", "--format", format).stdout;
    // deno-lint-ignore no-control-regex
    assertEquals(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]/.test(text), false);
    const read = format === "ndjson" ? JSON.parse(text.split("\n")[0]!) : format === "json" ? JSON.parse(text) : null;
    const { meta } = (read ?? parse(text)) as { meta: Meta };
    assertEquals((meta["options"] as string[])[2], file);
  }
});

Deno.test("--meta is refused by formats that have no place for it, by --fields and by --schema", () => {
  for (const format of ["csv", "tsv"]) {
    const { code, stderr } = runProgram("--meta", "--format", format);
    assertEquals([code, stderr], [2, `ss2: --meta does nothing for --format ${format}\n`]);
  }
  for (const what of ["--fields", "--schema"]) {
    const { code, stderr } = runProgram("--meta", what);
    assertEquals([code, stderr], [2, `ss2: --meta does nothing for ${what}\n`]);
  }
});
