/**
 * Control groups of live sockets: groups made for the test, as root, as another user, removed ones, and without the hierarchy.
 */
import { assertEquals } from "@std/assert";
import { type JsonObject, parseExact } from "../exact_json.ts";
import { asNobody, assertPrinted, isInstalled, isRoot, programWords, run, without } from "../program.ts";
import { HeldSockets } from "./hold.ts";
import { openNamespace } from "./namespace.ts";
import { runWithFiles } from "./replaced_files.ts";

const ID = "3f4e8a6f0c1d2b5a79886a7b6c5d4e3f2a1b0c9d8e7f60514233445566778899";
const POD = "2b6c1f0e-7a3d-4c58-9f21-0d9e8c7b6a54";

/** Where the hierarchy of version 2 is mounted, `null` for nowhere. */
const root = / (\/\S+) \S+ .*- cgroup2 /.exec(Deno.readTextFileSync("/proc/self/mountinfo"))?.[1] ?? null;

let made = 0;

/** Groups of the test's own, below the root of the hierarchy; removed when it is disposed of. */
class Groups implements Disposable {
  readonly #path = `/ss2-test-${Deno.pid}-${++made}`;

  constructor(readonly paths: readonly string[]) {
    for (const path of paths) Deno.mkdirSync(this.directory(path), { recursive: true });
  }

  /** The path of a group as the kernel has it. */
  path(path: string): string {
    return this.#path + path;
  }

  directory(path: string): string {
    return `${root}${this.#path}${path}`;
  }

  [Symbol.dispose](): void {
    removeGroup(this.directory(""));
  }
}

/** Removes a group and those below it; there may be none. */
function removeGroup(directory: string): void {
  for (const { name, isDirectory } of Deno.readDirSync(directory)) {
    if (isDirectory) removeGroup(`${directory}/${name}`);
  }
  Deno.removeSync(directory);
}

function canMakeGroups(): boolean {
  if (root === null) return false;
  try {
    using groups = new Groups(["/a"]);
    using _file = Deno.openSync(`${groups.directory("/a")}/cgroup.procs`, { write: true });
    return true;
  } catch {
    return false;
  }
}

const able = canMakeGroups();
const ignore = !able;
const reason = able ? "" : " (ignored: no control groups of version 2 can be made)";

/** Opens a listening socket in each of the groups, on ports from 7001 on; then the process goes back to the first group. */
const open = (groups: Groups) =>
  HeldSockets.open(
    ({ openTcp, AF_INET }, root: string, paths: readonly string[]) => {
      const enter = (path: string) => Deno.writeTextFileSync(`${path}/cgroup.procs`, String(Deno.pid));
      const home = /^0::(.*)$/m.exec(Deno.readTextFileSync("/proc/self/cgroup"))![1]!;
      paths.forEach((path, i) => {
        enter(path);
        openTcp(AF_INET).bind("127.0.0.1", 7001 + i).listen(1);
      });
      enter(root + home);
    },
    root!,
    groups.paths.map((path) => groups.directory(path)),
  );

const lines = (output: string) => output.trimEnd().split("\n").map((line) => parseExact(line) as JsonObject);

const program = (...args: string[]) =>
  lines(assertPrinted(run([...programWords(), "-tl", "--format", "ndjson", ...args])));

const columns = ["--columns", "cgroup,cgroup_hex,unit,container", "--sort", "src_port"];

const paths = [
  "/system.slice/ssh.service",
  `/system.slice/docker-${ID}.scope`,
  `/kubepods/burstable/pod${POD}/${ID}`,
  "/machine.slice/machine-a\\x2db.scope/payload",
  "/plain group",
  '/"\x1b\u202e.service',
];

/** What is expected of {@linkcode paths}. */
const expected = (groups: Groups) =>
  [
    { unit: "ssh.service" },
    { unit: `docker-${ID}.scope`, container: { id: ID, runtime: "docker" } },
    { container: { id: ID, pod_uid: POD } },
    { unit: "machine-a\\x2db.scope", container: { id: "a-b", runtime: "systemd-nspawn" } },
    {},
    { unit: '"\x1b\u202e.service' },
  ].map((more, i) => ({ protocol: "TCP", cgroup: groups.path(paths[i]!), ...more }));

Deno.test({
  name: `cgroup, unit and container of sockets are those of the group in which they were opened${reason}`,
  ignore,
  async fn() {
    using _namespace = openNamespace();
    using groups = new Groups(paths);
    await using _sockets = await open(groups);
    assertEquals(program(...columns), expected(groups));
    for (const option of ["--cgroup", "-p"]) {
      const found = program(option).map(({ cgroup }) => cgroup);
      assertEquals(new Set(found), new Set(paths.map((path) => groups.path(path))), option);
    }
    assertEquals(program().filter((flow) => "cgroup" in flow), []);
    const table = assertPrinted(
      run([...programWords(), "-tln", "--cgroup", "--table", "--no-header", "--sort", "src_port"]),
    );
    assertEquals(table.split("\n")[1]?.split(/ {2,}/).at(-1), groups.path(paths[1]!));
  },
});

Deno.test({
  name: `cgroup is the group that ss shows${reason}${without("ss")}`,
  ignore: ignore || !isInstalled("ss"),
  async fn() {
    using _namespace = openNamespace();
    using groups = new Groups(paths);
    await using _sockets = await open(groups);
    const shown = run(["ss", "-tlnH", "--cgroup", "sport", "=", "7002"]).stdout;
    assertEquals(/cgroup:(\S+)/.exec(shown)?.[1], program("sport = 7002", "--cgroup")[0]!["cgroup"]);
  },
});

Deno.test({
  name: `cgroup without CAP_DAC_READ_SEARCH is found by a walk, with the same result${
    isRoot ? reason : " (ignored: only root can become another user)"
  }`,
  ignore: ignore || !isRoot,
  async fn() {
    using _namespace = openNamespace();
    using groups = new Groups(paths);
    await using _sockets = await open(groups);
    asNobody((words, options) => {
      const output = assertPrinted(run([...words, "-tl", "--format", "ndjson", ...columns], options));
      assertEquals(lines(output), expected(groups));
    });
  },
});

Deno.test({
  name: `cgroup of a group that was removed is left out, and its number stays${reason}`,
  ignore,
  async fn() {
    using _namespace = openNamespace();
    using groups = new Groups(["/gone.service"]);
    await using _sockets = await open(groups);
    Deno.removeSync(groups.directory("/gone.service"));
    const [flow] = program("--cgroup");
    assertEquals([typeof flow!["cgroup_id"], "cgroup" in flow!, "unit" in flow!], ["string", false, false]);
  },
});

Deno.test({
  name: `--cgroup where the hierarchy of version 2 is not mounted says so once; -p does not miss it${
    isRoot && root !== null ? "" : " (ignored: there is none to unmount, or only root can)"
  }`,
  ignore: !isRoot || root === null,
  async fn() {
    using _namespace = openNamespace();
    await using _sockets = await HeldSockets.open(({ openTcp, AF_INET }) => {
      openTcp(AF_INET).bind("127.0.0.1", 7001).listen(1);
    });
    const hidden = (...args: string[]) => runWithFiles({}, ["-tl", "--format", "ndjson", ...args], `umount -l ${root}`);
    const { code, stdout, stderr } = hidden("--cgroup");
    assertEquals(
      [code, stderr],
      [
        1,
        "ss2: cannot name control groups: the hierarchy of version 2 (cgroup2), whose groups sockets belong to, is not mounted\n",
      ],
    );
    assertEquals("cgroup" in lines(stdout)[0]!, false);
    const quiet = hidden("-p");
    assertEquals([quiet.code, quiet.stderr], [0, ""]);
  },
});
