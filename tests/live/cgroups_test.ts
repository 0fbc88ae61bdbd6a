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
    assertEquals(/ cgroup:(\S+)/.exec(table.split("\n")[1]!)?.[1], groups.path(paths[1]!));
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
  name: `--cgroup where the hierarchy of version 2 is not mounted takes the groups of the owners${
    isRoot && root !== null ? "" : " (ignored: there is none to unmount, or only root can)"
  }`,
  ignore: !isRoot || root === null,
  async fn() {
    using _namespace = openNamespace();
    using groups = new Groups([`/system.slice/docker-${ID}.scope`]);
    await using _sockets = await HeldSockets.open(({ openTcp, AF_INET }, group: string) => {
      Deno.writeTextFileSync(`${group}/cgroup.procs`, String(Deno.pid));
      openTcp(AF_INET).bind("127.0.0.1", 7001).listen(1);
    }, groups.directory(groups.paths[0]!));
    for (const option of ["--cgroup", "-p"]) {
      const { code, stdout, stderr } = runWithFiles({}, ["-tl", "--format", "ndjson", option], `umount -l ${root}`);
      assertEquals([code, stderr], [0, ""]);
      assertEquals(lines(stdout).map(({ container }) => container), [{ id: ID, runtime: "docker" }]);
    }
  },
});

/** A process in a group of a container with sockets of families that tell no group. */
const openMany = (groups: Groups) =>
  HeldSockets.open((held, group: string) => {
    const { openTcp, openSocket, openPacket, unixAddress, AF_INET, AF_UNIX, SOCK_STREAM, SOCK_RAW } = held;
    Deno.writeTextFileSync(`${group}/cgroup.procs`, String(Deno.pid));
    openTcp(AF_INET).bind("127.0.0.1", 7001).listen(1);
    openSocket(AF_UNIX, SOCK_STREAM).bindTo(unixAddress("\0in-container")).listen(1);
    openSocket(AF_INET, SOCK_RAW, 1);
    openPacket(SOCK_RAW, 3);
    return Deno.pid;
  }, groups.directory(groups.paths[0]!));

Deno.test({
  name: `container, unit and cgroup of sockets of other families are those of their owners${reason}`,
  ignore,
  async fn() {
    using _namespace = openNamespace();
    using groups = new Groups([`/system.slice/docker-${ID}.scope`]);
    await using sockets = await openMany(groups);
    const asked = (...args: string[]) =>
      lines(assertPrinted(run([...programWords(), "-a", "--format", "ndjson", ...args])))
        .filter(({ protocol, path_name }) => protocol !== "UNIX" || path_name === "@in-container")
        .map(({ path_name: _, ...flow }) => flow);
    const container = { id: ID };
    const unit = `docker-${ID}.scope`;
    const protocols = ["TCP", "RAW", "UNIX", "PACKET"];
    const columns = ["--columns", "protocol,path_name,cgroup,unit,container.id,owners.unit,owners.container.id"];
    assertEquals(
      asked("container.id ~ ^3f4e", ...columns),
      protocols.map((protocol) => ({
        protocol,
        cgroup: groups.path(groups.paths[0]!),
        unit,
        container,
        owners: [{ unit, container }],
      })),
    );
    assertEquals(asked(`pid = ${sockets.truth}`, "-p").map(({ unit }) => unit), protocols.map(() => unit));
    assertEquals(asked("--unix", "--cgroup", "unit ~ docker").map(({ container }) => container), [
      { id: ID, runtime: "docker" },
    ]);
  },
});

Deno.test({
  name: `a path of more than 4096 bytes does not keep a control group from being told${reason}`,
  ignore,
  async fn() {
    using _namespace = openNamespace();
    const part = `/${"x".repeat(240)}`;
    using groups = new Groups([""]);
    const depth = 18;
    const name = `docker-${ID}.scope`;
    await using sockets = await HeldSockets.open(
      ({ openTcp, AF_INET }, top: string, part: string, depth: number, name: string) => {
        Deno.chdir(top);
        for (const next of [...new Array(depth).fill(part), name]) {
          Deno.mkdirSync(next);
          Deno.chdir(next);
        }
        Deno.writeTextFileSync("cgroup.procs", String(Deno.pid));
        openTcp(AF_INET).bind("127.0.0.1", 7001).listen(1);
        return Deno.pid;
      },
      groups.directory(""),
      part.slice(1),
      depth,
      name,
    );
    try {
      const [flow] = program("--columns", "cgroup,unit,container.id");
      assertEquals(flow, {
        protocol: "TCP",
        cgroup: `${groups.path("")}${part.repeat(depth)}/${name}`,
        unit: name,
        container: { id: ID },
      });
    } finally {
      await sockets[Symbol.asyncDispose]();
      removeDeep(groups.directory(""), part.slice(1), depth, name);
    }
  },
});

/** Removes directories in each other, whose path is longer than the kernel takes, from the innermost one on. */
function removeDeep(top: string, part: string, depth: number, name: string): void {
  const script = `set -e; cd "$1"; for i in $(seq $3); do cd -P "./$2"; done; rmdir "$4"
    for i in $(seq $3); do cd -P ..; rmdir "./$2"; done`;
  run(["sh", "-c", script, "sh", top, part, String(depth), name]);
}
