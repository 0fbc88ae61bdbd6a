/**
 * Owners of live sockets: forked, duplicated, passed on, hidden from other users, and sockets that only their holder shows.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type JsonObject, parseExact } from "../exact_json.ts";
import { asNobody, isRoot, programWords, projectDirectory, run } from "../program.ts";
import { runIsolated } from "./isolated.ts";
import { openNamespace } from "./namespace.ts";

const because = isRoot ? "" : " (ignored: only root can become another user)";

interface Owner {
  readonly pid: number;
  readonly comm: string;
  readonly exe: string;
  readonly uid: number;
  readonly user: string;
  readonly start_time: number;
  readonly fds: readonly number[];
  readonly cmdline?: readonly string[];
}

interface Flow extends JsonObject {
  readonly inode: number;
}

/** Runs a Python script that prints a line of JSON and then waits for the end of its standard input. */
class Script implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #output: ReadableStreamDefaultReader<Uint8Array>;

  constructor(lines: readonly string[], args: readonly string[] = []) {
    const text = ["import json, os, socket, sys", ...lines, "sys.stdin.read()"].join("\n");
    this.#child = new Deno.Command("python3", { args: ["-c", text, ...args], stdin: "piped", stdout: "piped" }).spawn();
    this.#output = this.#child.stdout.getReader();
  }

  get pid(): number {
    return this.#child.pid;
  }

  async ready<T>(): Promise<T> {
    const { value } = await this.#output.read();
    return JSON.parse(new TextDecoder().decode(value)) as T;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#output.cancel();
    await this.#child.stdin.close().catch(() => {});
    await this.#child.status;
  }
}

const inodeOf = "def inode(s): return os.fstat(s.fileno()).st_ino";
const listener = "l = socket.socket(); l.bind(('127.0.0.1', 0)); l.listen(1)";
const say = (value: string) => `print(json.dumps(${value}), flush=True)`;

const UNRESOLVED =
  /^(ss2: cannot read owners of \d+ sockets: not permitted to look at all processes \(run with sudo\)\n)?$/;

function list(args: readonly string[], prefix: readonly string[] = []): Map<number, Flow> {
  const { code, stdout, stderr } = run([...prefix, ...programWords(), ...args]);
  assertMatch(stderr, seesAll() ? /^$/ : UNRESOLVED);
  assertEquals(code, stderr === "" ? 0 : 1);
  const document = parseExact(stdout) as Record<string, { flows: Flow[] }>;
  return new Map(Object.values(document).flatMap(({ flows }) => flows.map((flow) => [flow.inode, flow])));
}

/** Whether all processes may be looked at: on some machines there are such that not even root may. */
function seesAll(): boolean {
  return [...Deno.readDirSync("/proc")].every(({ name }) => !/^\d+$/.test(name) || isReadable(`/proc/${name}/fd`));
}

function isReadable(directory: string): boolean {
  try {
    for (const { name } of Deno.readDirSync(directory)) Deno.readLinkSync(`${directory}/${name}`);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.PermissionDenied);
  }
}

const owners = (flow: Flow | undefined) => (flow?.["owners"] ?? []) as unknown as readonly Owner[];

Deno.test("-p shows all processes that hold a socket, each with its descriptors, name, program, user and start", async () => {
  using _namespace = openNamespace();
  const before = Date.now();
  await using script = new Script([
    inodeOf,
    listener,
    "d = os.dup(l.fileno())",
    "r, w = os.pipe()",
    "children = []",
    "for i in range(9):",
    "    pid = os.fork()",
    "    if pid == 0:",
    "        os.close(w)",
    "        open('/proc/self/comm', 'wb').write(b'a) (b\\n\\xff' + bytes([48 + i]))",
    "        os.read(r, 1)",
    "        os._exit(0)",
    "    children.append(pid)",
    "import time; time.sleep(0.2)",
    say("{'inode': inode(l), 'fds': [l.fileno(), d], 'children': children, 'uid': os.geteuid()}"),
  ]);
  const said = await script.ready<{ inode: number; fds: number[]; children: number[]; uid: number }>();
  const flow = list(["-tlp"]).get(said.inode);
  assertEquals(flow?.["owner_status"], "resolved");
  const found = owners(flow);
  assertEquals(
    found.map(({ pid, fds }) => ({ pid, fds: fds.length })).sort((a, b) => a.pid - b.pid),
    [script.pid, ...said.children].sort((a, b) => a - b).map((pid) => ({ pid, fds: 2 })),
  );
  const parent = found.find(({ pid }) => pid === script.pid)!;
  assertEquals([parent.comm, parent.fds, parent.uid], ["python3", said.fds, said.uid]);
  assertEquals(parent.exe, Deno.realPathSync(`/proc/${script.pid}/exe`));
  assert(Math.abs(parent.start_time - before) < 10_000, `${parent.start_time} and ${before}`);
  assertEquals(parent.user, run(["id", "-un"]).stdout.trim());
  assertEquals(found.filter(({ cmdline }) => cmdline !== undefined), []);
  const names = found.filter(({ pid }) => pid !== script.pid).map((owner) => owner as Owner & { comm_hex: string });
  assertEquals(new Set(names.map(({ comm }) => comm.slice(0, -1))), new Set(["a) (b\n\ufffd"]));
  assert(names.every(({ comm_hex }) => comm_hex.startsWith("61292028620aff3")));
});

Deno.test("--cmdline shows the arguments of holders, empty ones and those with any bytes too", async () => {
  using _namespace = openNamespace();
  await using script = new Script([inodeOf, listener, say("inode(l)")], ["", "a b", "line\nbreak"]);
  const inode = await script.ready<number>();
  const [owner] = owners(list(["-tl", "-p", "--cmdline"]).get(inode));
  assertEquals(owner!.cmdline!.slice(-3), ["", "a b", "line\nbreak"]);
});

Deno.test("-p says none of a socket that is only on its way between two processes, and of one that the kernel alone has", async () => {
  using _namespace = openNamespace();
  await using script = new Script([
    inodeOf,
    listener,
    "import array",
    "a, b = socket.socketpair()",
    "i = inode(l)",
    "a.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [l.fileno()]))])",
    "port = l.getsockname()[1]",
    "l.close()",
    "c = socket.create_connection(('127.0.0.1', port))",
    say("{'passed': i, 'client': inode(c)}"),
  ]);
  const said = await script.ready<{ passed: number; client: number }>();
  const flows = list(["-tap"]);
  // Other processes of the machine may end meanwhile.
  const statuses = seesAll() ? ["none", "raced"] : ["denied"];
  assert(statuses.includes(String(flows.get(said.passed)?.["owner_status"])));
  assertEquals(owners(flows.get(said.client)).map(({ pid }) => pid), [script.pid]);
  // The server's end waits to be accepted: nobody has it.
  assertEquals([flows.get(0)?.["state"], flows.get(0)?.["owner_status"]], ["established", "none"]);
});

Deno.test("-p shows a socket that was passed on to another process with both, and with that one alone once it is closed", async () => {
  using _namespace = openNamespace();
  await using script = new Script([
    inodeOf,
    "l = [socket.socket() for _ in range(2)]",
    "for s in l: s.bind(('127.0.0.1', 0)); s.listen(1)",
    "a, b = socket.socketpair()",
    "r, w = os.pipe()",
    "socket.send_fds(a, [b'x'], [s.fileno() for s in l])",
    "inodes = [inode(s) for s in l]",
    "child = os.fork()",
    "if child == 0:",
    "    [s.close() for s in l]",
    "    kept = socket.recv_fds(b, 1, 2)[1]",
    "    open('/proc/self/comm', 'w').write('receiver')",
    "    os.write(w, b'x')",
    "    sys.stdin.read()",
    "    os._exit(0)",
    "os.read(r, 1)",
    "l[1].close()",
    say("{'inodes': inodes, 'child': child}"),
  ]);
  const { inodes: [both, one], child } = await script.ready<{ inodes: number[]; child: number }>();
  const flows = list(["-tlp"]);
  const holders = (inode: number | undefined) =>
    owners(flows.get(inode!)).map(({ pid, comm }) => `${pid} ${comm}`).sort();
  assertEquals(holders(both), [`${script.pid} python3`, `${child} receiver`].sort());
  assertEquals(holders(one), [`${child} receiver`]);
});

/** Starts threads by number: 1 shares the descriptors of the process, 2 and 3 have their own, 4 shares those of 3. */
const THREADS = [
  "import ctypes, threading",
  "libc = ctypes.CDLL(None)",
  "sockets, ids, stop = {}, {}, threading.Event()",
  "def listen(): s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(1); return s",
  "def work(n, ready):",
  "    ids[n] = threading.get_native_id()",
  "    open('/proc/thread-self/comm', 'wb').write(b't) (\\n\\xff%d' % n)",
  "    if n in (2, 3): assert libc.unshare(0x400) == 0",
  "    sockets[n] = listen()",
  "    if n == 3: start(4)",
  "    ready.set()",
  "    stop.wait()",
  "def start(n):",
  "    ready = threading.Event()",
  "    threading.Thread(target=work, args=(n, ready), daemon=True).start()",
  "    ready.wait()",
];

Deno.test("-T shows threads with descriptors of their own, each table once, with their names, beside their process", async () => {
  using _namespace = openNamespace();
  await using script = new Script([
    inodeOf,
    ...THREADS,
    "sockets[0] = listen()",
    "for n in (1, 2, 3): start(n)",
    // Only where the descriptor is known it leads to the socket.
    "inodes = {n: os.stat('/proc/self/task/%d/fd/%d' % (ids.get(n, os.getpid()), s.fileno())).st_ino for n, s in sockets.items()}",
    say("{'inodes': inodes, 'ids': ids}"),
  ]);
  const { inodes, ids } = await script.ready<{ inodes: Record<number, number>; ids: Record<number, number> }>();
  const holders = (flows: Map<number, Flow>, n: number) =>
    owners(flows.get(inodes[n]!)).map((owner) => {
      const { pid, tid, comm } = owner as Owner & { tid?: number };
      assertEquals(pid, script.pid);
      return tid === undefined ? `process ${comm}` : `${Object.keys(ids).find((n) => ids[Number(n)] === tid)} ${comm}`;
    });
  const threads = list(["-tlT"]);
  // A table is copied when it becomes one's own: the sockets of then are in both.
  assertEquals(holders(threads, 0), ["process python3", "2 t) (\n\ufffd2", "3 t) (\n\ufffd3"]);
  assertEquals(holders(threads, 1), ["process python3", "2 t) (\n\ufffd2", "3 t) (\n\ufffd3"]);
  assertEquals(holders(threads, 2), ["2 t) (\n\ufffd2"]);
  assertEquals(holders(threads, 3), ["3 t) (\n\ufffd3"]);
  assertEquals(holders(threads, 4), ["3 t) (\n\ufffd3"]);
  const processes = list(["-tlp"]);
  assertEquals([0, 1, 2, 3, 4].map((n) => holders(processes, n)), [
    ["process python3"],
    ["process python3"],
    [],
    [],
    [],
  ]);
});

Deno.test("-T shows the sockets of a process whose first thread has ended", async () => {
  using _namespace = openNamespace();
  await using script = new Script([
    inodeOf,
    ...THREADS,
    "def last():",
    "    import time; time.sleep(0.1)",
    "    s = listen()",
    "    " + say("{'inode': inode(s), 'tid': threading.get_native_id()}"),
    "    sys.stdin.read()",
    "    os._exit(0)",
    "threading.Thread(target=last).start()",
    "libc.syscall(60 if os.uname().machine == 'x86_64' else 93, 0)",
  ]);
  const { inode: socket, tid } = await script.ready<{ inode: number; tid: number }>();
  const found = owners(list(["-tlT"]).get(socket)) as readonly (Owner & { tid?: number })[];
  assertEquals(found.map((owner) => [owner.pid, owner.tid]), [[script.pid, tid]]);
});

Deno.test("-a -p shows every socket inode that a process of this namespace holds, unbound ones under OTHER", async () => {
  using _namespace = openNamespace();
  await using script = new Script([
    inodeOf,
    listener,
    "s = [socket.socket(), socket.socket(socket.AF_INET6, socket.SOCK_STREAM), socket.socket(type=socket.SOCK_DGRAM)]",
    "s += [socket.socket(socket.AF_UNIX), socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)]",
    "s += socket.socketpair()",
    say("{'all': [inode(x) for x in [l] + s], 'unbound': [inode(x) for x in s[:3]]}"),
  ]);
  const said = await script.ready<{ all: number[]; unbound: number[] }>();
  const flows = list(["-ap"]);
  for (const inode of said.all) {
    assertEquals(owners(flows.get(inode)).map(({ pid }) => pid), [script.pid], `inode ${inode}`);
  }
  assertEquals(said.unbound.map((inode) => flows.get(inode)?.["sockprotoname"]), ["TCP", "TCPv6", "UDP"]);
  const alone = list(["--other"]);
  assertEquals(said.unbound.map((inode) => alone.has(inode)), [true, true, true]);
  assertEquals(alone.has(said.all[0]!), false);
});

Deno.test({
  name: `-p as another user shows the same sockets, and says in one line of how many the owners are hidden${because}`,
  ignore: !isRoot,
  async fn() {
    using _namespace = openNamespace();
    await using script = new Script([inodeOf, listener, say("inode(l)")]);
    const inode = await script.ready<number>();
    asNobody((words, options) => {
      const { code, stdout, stderr } = run([...words, "-tlp"], options);
      assertEquals(
        stderr,
        "ss2: cannot read owners of 1 sockets: not permitted to look at all processes (run with sudo)\n",
      );
      assertEquals(code, 1);
      const { TCP } = parseExact(stdout) as unknown as { TCP: { flows: Flow[] } };
      assertEquals(TCP.flows.map((flow) => [flow.inode, flow["owner_status"]]), [[inode, "denied"]]);
    });
  },
});

Deno.test({
  name: `-p as another user says denied, not none, where processes of others are hidden (hidepid)${because}`,
  ignore: !isRoot,
  fn: () =>
    asNobody((words, options) => {
      const { stdout, stderr } = runIsolated(
        `
        start python3 -c "$LISTEN" 80
        set +e
        for value in 1 2 4; do mount -t proc -o hidepid=$value none /proc; "$@" -tlp --compact; echo $?; done
        "$@" -tl -N all --compact; echo $?`,
        words,
        options,
      );
      const [one = "", , two = "", , four = "", , all = "", ...codes] = stdout.trimEnd().split("\n");
      const statuses = [one, two, four].map((text) => {
        const { TCP } = parseExact(text) as unknown as { TCP: { flows: Flow[] } };
        return TCP.flows.map((flow) => flow["owner_status"]);
      });
      assertEquals(statuses, [["denied"], ["denied"], ["denied"]]);
      assertMatch(all, /"netns":/);
      assertEquals(codes, ["1"]);
      const cannot = "ss2: cannot read owners of 1 sockets: not permitted to look at all processes (run with sudo)\n";
      const missing = "ss2: network namespaces may be missing: processes of other users are hidden (run with sudo)\n";
      assertEquals(stderr, cannot.repeat(3) + missing);
    }),
});

Deno.test("-p shows the processes and descriptors that ss -tunapx shows", () => {
  const { stdout, stderr } = runIsolated(`
    start python3 -c '
import os, socket
l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen(5)
c = [socket.create_connection(l.getsockname()) for _ in range(3)]; a = [l.accept() for _ in range(3)]
u = [socket.socket(type=socket.SOCK_DGRAM) for _ in range(2)]; u[0].bind(("0.0.0.0", 53)); u[1].connect(("127.0.0.1", 53))
p = [socket.socketpair() for _ in range(2)]; d = os.dup(p[0][0].fileno())
n = socket.socket(socket.AF_UNIX); n.bind("/run/named"); n.listen(1)
for name in ("one (x)", "two"):
    if os.fork() == 0: open("/proc/self/comm", "w").write(name); break
else: __import__("time").sleep(0.3)
exec(os.environ["LISTEN"].replace("int(sys.argv[1])", "0"))'
    sleep 0.5
    ss -Htunapxe
    echo
    "$@" -tuxap --compact`);
  assertEquals(stderr, "");
  const [lines = "", json = ""] = stdout.split("\n\n");
  const shown = new Map(
    lines.split("\n").map((line) => {
      const columns = line.trim().split(/ +/);
      // Of a UNIX socket that is the inode of its file.
      const inode = line.startsWith("u_") ? columns[5] : /ino:(\d+)/.exec(line)?.[1];
      const holders = [...line.matchAll(/pid=(\d+),fd=(\d+)/g)].map(([, pid, fd]) => `${pid} ${fd}`);
      return [Number(inode), holders.sort()];
    }),
  );
  const document = parseExact(json) as unknown as Record<string, { flows: Flow[] }>;
  const flows = Object.values(document).flatMap(({ flows }) => flows);
  const found = new Map(flows.map((flow) => {
    const holders = owners(flow).flatMap(({ pid, fds }) => fds.map((fd) => `${pid} ${fd}`));
    return [flow.inode, holders.sort()];
  }));
  // The program has UNIX sockets of its own.
  for (const [inode, holders] of shown) assertEquals(found.get(inode), holders, `inode ${inode}`);
  assert(shown.size >= 17 && shown.size <= found.size);
  assertEquals(Math.max(...[...shown.values()].map((holders) => holders.length)), 6);
});

Deno.test("-Z shows the SELinux contexts of processes where the kernel has SELinux, and says in one line where it has not", () => {
  const { stdout, stderr, code } = runIsolated(`
    start python3 -c "$LISTEN" 80; one=$!
    start python3 -c "$LISTEN" 81
    set +e
    cp /proc/filesystems /run/without; grep -v selinuxfs /run/without >/run/filesystems
    mount --bind /run/filesystems /proc/filesystems
    "$@" -tlZ; echo $?
    # As a kernel that has it would show them.
    printf 'nodev\\tselinuxfs\\n' >>/run/filesystems
    printf 'system_u:system_r:httpd_t:s0\\0' >/run/label; mount --bind /run/label /proc/$one/attr/current
    "$@" -tlZ --compact; "$@" -tlZ --table | head -3`);
  const [status, json = "", ...table] = stdout.trimEnd().split("\n");
  assertEquals([status, code], ["2", 0]);
  assertEquals(
    stderr,
    "ss2: there are no SELinux contexts: this kernel does not have SELinux, or it is not enabled\n",
  );
  const { TCP } = parseExact(json) as unknown as { TCP: { flows: Flow[] } };
  const labels = new Map(
    TCP.flows.map((flow) => [flow["src_port"], (owners(flow)[0] as Owner & { context?: string }).context]),
  );
  assertEquals(labels.get(80), "system_u:system_r:httpd_t:s0");
  // Of this one the kernel here has none.
  assertEquals(
    labels.get(81),
    Deno.readTextFileSync("/proc/filesystems").includes("selinuxfs") ? labels.get(81) : undefined,
  );
  assert(table.some((line) => / pid=\d+ context=system_u:system_r:httpd_t:s0 fd=\d+$/.test(line)), table.join("\n"));
});

Deno.test("-z shows the SELinux contexts of sockets that processes hold, as an attribute of their descriptors", () => {
  // The kernel gives sockets labels of its own, and none without SELinux: only its answer is not real here.
  const main = `
    import { main } from "${projectDirectory}main.ts";
    import { libc } from "${projectDirectory}ffi/libc.ts";
    const asked = [];
    const getxattr = (path, name, value) => {
      asked.push([path, name].map((bytes) => new TextDecoder().decode(bytes).replace(/\\0$/, "")));
      return new TextEncoder().encodeInto("system_u:object_r:http_port_t:s0\\0", value).written;
    };
    Object.defineProperty(libc, "getxattr", { value: getxattr });
    const status = await main(Deno.args);
    console.error(JSON.stringify(asked));
    Deno.exit(status);
  `;
  const words = [Deno.execPath(), "run", "-q", "--no-prompt", "--allow-ffi", `--config=${projectDirectory}deno.json`];
  const { stdout, stderr, code } = runIsolated(
    `start python3 -c "$LISTEN" 80
    printf 'nodev\\tselinuxfs\\n' >/run/filesystems; mount --bind /run/filesystems /proc/filesystems
    for option in -tlz "-tl --columns context" "-tlz --table"; do printf %s "$MAIN" | "$@" - $option; done`,
    words,
    { env: { MAIN: main } },
  );
  assertEquals(code, 0);
  const [path, ...more] = new Set(
    stderr.trimEnd().split("\n").flatMap((line) => JSON.parse(line) as string[][]).map(String),
  );
  assertMatch(path!, /^\/proc\/\d+\/fd\/\d+,security\.selinux$/);
  assertEquals(more, []);
  assertEquals(stdout.match(/"context": "system_u:object_r:http_port_t:s0"/g)?.length, 2);
  assertMatch(stdout, /^protocol .* context +process$/m);
  assertMatch(stdout, / system_u:object_r:http_port_t:s0 +python3 pid=/);
});

/**
 * Starts processes without end, several at a time, each with a socket of its own name for some milliseconds, and each first a
 * copy of this one, with its sockets, and then another program without them.
 */
const CHURN = `
import os, socket, threading, time
kept = socket.socket(socket.AF_UNIX); kept.bind("\\0kept"); kept.listen(1)
count = 0
code = 'import os, socket, time; s = socket.socket(socket.AF_UNIX); s.bind("\\\\0churn-%d" % os.getpid()); s.listen(1); time.sleep(0.005)'
def churn():
    global count
    while True:
        pid = os.fork()
        if pid == 0:
            if os.getpid() % 3 == 0: os.execvp("python3", ["python3", "-S", "-E", "-c", code])
            own = socket.socket(socket.AF_UNIX); own.bind("\\0churn-%d" % os.getpid()); own.listen(1)
            open("/proc/self/comm", "w").write("c%d" % os.getpid())
            if os.getpid() % 3 == 1: os.execvp("true", ["true"])
            time.sleep(0.002)
            os._exit(0)
        os.waitpid(pid, 0)
        count += 1
for _ in range(6): threading.Thread(target=churn, daemon=True).start()
open("/run/ready", "w").write("x")
while not os.path.exists("/run/stop"): time.sleep(0.01)
open("/run/count", "w").write(str(count))
os._exit(0)
`;

Deno.test("-p while hundreds of processes come and go never names a wrong owner and never fails", () => {
  const { stdout, stderr, code } = runIsolated(
    `start python3 -c "$CHURN"; churn=$!
    for i in $(seq 15); do "$@" -xlpT --compact; done
    touch /run/stop; wait $churn; cat /run/count; echo; echo $churn`,
    programWords(),
    { env: { CHURN } },
  );
  const [churn, count, ...documents] = stdout.trimEnd().split("\n").toReversed();
  assertEquals([code, stderr, documents.length], [0, "", 15]);
  assert(Number(count) >= 300, `${count} processes`);
  let resolved = 0;
  let ended = 0;
  for (const document of documents) {
    const { UNIX } = parseExact(document) as unknown as { UNIX: { flows: Flow[] } };
    for (const flow of UNIX.flows) {
      const name = String(flow["path_name"]);
      if (name === "@kept") {
        // Its copies have it too, until they become another program.
        const first = owners(flow).find(({ pid }) => pid === Number(churn));
        assertEquals([flow["owner_status"], first?.comm], ["resolved", "python3"]);
        for (const { pid, comm } of owners(flow)) assert(comm === "python3" || comm === `c${pid}`, `${pid} ${comm}`);
      }
      if (!name.startsWith("@churn-")) continue;
      const pid = Number(name.slice("@churn-".length));
      if (flow["owner_status"] === "resolved") resolved++;
      else ended++;
      for (const owner of owners(flow)) {
        assertEquals(owner.pid, pid);
        assert([`c${pid}`, "python3"].includes(owner.comm), `${name}: ${owner.comm}`);
      }
      assert(["resolved", "none", "raced"].includes(String(flow["owner_status"])));
    }
  }
  assert(resolved > 0, `${resolved} resolved, ${ended} not`);
});

/** Looks up the owners of a socket for seconds; prints how often, how many there were, and the names that none of them has. */
const WALKS = `
import { readOwners } from "${projectDirectory}ffi/owners.ts";
import { ObjectSink } from "${projectDirectory}decode/record/object_sink.ts";
const sink = new ObjectSink();
sink.openProtocol("UNIX");
const wrong = [];
let walks = 0, holders = 0;
for (const end = Date.now() + 4000; Date.now() < end; walks++) {
  const index = readOwners();
  sink.openRecord();
  index.write(Number(Deno.args[0]), sink);
  sink.closeRecord();
  for (const { pid, comm } of sink.take()[0].owners) {
    holders++;
    if (comm !== "python3" && comm !== "c" + pid) wrong.push(comm);
  }
}
console.log(JSON.stringify({ walks, holders, wrong }));
`;

Deno.test("a process that becomes another program is not taken for a holder of what it had before", () => {
  const { stdout, stderr } = runIsolated(
    `start python3 -c "$CHURN"; churn=$!
    inode=$(awk '/@kept$/ { print $7 }' /proc/net/unix)
    printf %s "$WALKS" | "$@" - $inode; touch /run/stop; wait $churn`,
    [Deno.execPath(), "run", "-q", "--no-prompt", "--allow-ffi", `--config=${projectDirectory}deno.json`],
    { env: { CHURN, WALKS } },
  );
  assertEquals(stderr, "");
  const { walks, holders, wrong } = JSON.parse(stdout) as { walks: number; holders: number; wrong: string[] };
  assertEquals(wrong, []);
  // Copies were there, or this has shown nothing.
  assert(holders > walks && walks > 100, stdout);
});
