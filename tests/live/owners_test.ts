/**
 * Owners of live sockets: forked, duplicated, passed on, hidden from other users, and sockets that only their holder shows.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type JsonObject, parseExact } from "../exact_json.ts";
import { asNobody, programWords, run } from "../program.ts";
import { openNamespace } from "./namespace.ts";

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
  name: "-p as another user shows the same sockets, and says in one line of how many the owners are hidden",
  ignore: Deno.uid() !== 0,
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

Deno.test("-p while processes come and go never names a wrong owner and never fails", async () => {
  using _namespace = openNamespace();
  await using script = new Script([
    inodeOf,
    listener,
    say("inode(l)"),
    "import threading, subprocess",
    "code = 'import socket; s = [socket.socket(socket.AF_UNIX) for _ in range(5)]'",
    "stop = []",
    "def churn():",
    "    while not stop: subprocess.run(['python3', '-S', '-E', '-c', code])",
    "threads = [threading.Thread(target=churn) for _ in range(4)]",
    "[t.start() for t in threads]",
    "sys.stdin.read()",
    "stop.append(1)",
    "[t.join() for t in threads]",
  ]);
  const inode = await script.ready<number>();
  for (let i = 0; i < 12; i++) {
    const flow = list(["-tlp"]).get(inode);
    // A child holds it too from fork to exec.
    const [first, ...others] = owners(flow);
    assertEquals([flow?.["owner_status"], first?.pid], ["resolved", script.pid]);
    assertEquals(others.filter(({ comm }) => !comm.startsWith("python3")), []);
  }
});
