/**
 * The other end of connections within the machine: UNIX sockets by the kernel's word, others by their addresses and ports.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { type JsonObject, parseExact } from "../exact_json.ts";
import { assertPrinted, programWords, run } from "../program.ts";
import { runIsolated } from "./isolated.ts";
import { openNamespace } from "./namespace.ts";
import { PythonSockets } from "./python_sockets.ts";

interface Peer {
  readonly pid: number;
  readonly comm: string;
}

function list(...args: string[]): ReadonlyMap<number, JsonObject> {
  const output = assertPrinted(run([...programWords(), "--format", "ndjson", ...args]));
  const flows = output.trimEnd().split("\n").map((line) => parseExact(line) as JsonObject);
  return new Map(flows.map((flow) => [Number(flow["inode"]), flow]));
}

const peersOf = (flow: JsonObject | undefined) => (flow?.["peer_owners"] as unknown as readonly Peer[] | undefined);

/** A client in a process of its own, called "the client". */
const CLIENT = `
def fork_client(make):
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(r)
        open("/proc/self/comm", "w").write("the client")
        mine = make()
        os.write(w, json.dumps([os.fstat(s.fileno()).st_ino for s in mine]).encode())
        os.close(w)
        import time
        while os.getppid() == parent: time.sleep(0.05)
        os._exit(0)
    os.close(w)
    text = b""
    while True:
        more = os.read(r, 4096)
        if not more: return pid, json.loads(text)
        text += more
parent = os.getpid()
def inode(s): return os.fstat(s.fileno()).st_ino
`;

Deno.test("-p of UNIX sockets shows path and owners of the other end, for abstract names and any bytes too", async () => {
  using _namespace = openNamespace();
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    await using script = await PythonSockets.open<
      { server: number; client: number; clients: number[]; accepted: number[]; pair: number[]; log: number[] }
    >(
      `${CLIENT}
names = [sys.argv[1].encode() + b"/a \\xff", b"\\0abstract\\0name"]
listeners = []
for name in names:
    l = socket.socket(socket.AF_UNIX); l.bind(name); l.listen(5); listeners.append(l)
def make():
    cs = []
    for name in names:
        c = socket.socket(socket.AF_UNIX); c.connect(name); cs.append(c)
    return cs
pid, clients = fork_client(make)
accepted = [l.accept()[0] for l in listeners]
a, b = socket.socketpair()
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); log.bind(sys.argv[1] + "/log")
writer = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); writer.connect(sys.argv[1] + "/log")
say({"server": os.getpid(), "client": pid, "clients": clients, "accepted": [inode(s) for s in accepted],
     "pair": [inode(a), inode(b)], "log": [inode(log), inode(writer)]})
`,
      directory,
    );
    const { server, client, clients, accepted, pair, log } = script.truth;
    const flows = list("-xap");
    const at = (inode: number | undefined) => {
      const flow = flows.get(inode!);
      const { peer_inode, peer_path_name, peer_path_name_hex } = flow ?? {};
      return [peer_inode, peer_path_name, peer_path_name_hex, peersOf(flow)?.map(({ pid, comm }) => [pid, comm])];
    };
    const path = `${directory}/a `;
    const hex = Array.from(new TextEncoder().encode(path), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const own = [[server, "python3"]];
    assertEquals(at(clients[0]), [accepted[0], `${path}\ufffd`, `${hex}ff`, own]);
    assertEquals(at(clients[1]), [accepted[1], "@abstract@name", "006162737472616374006e616d65", own]);
    assertEquals(at(accepted[0]), [clients[0], undefined, undefined, [[client, "the client"]]]);
    assertEquals(at(pair[0]), [pair[1], undefined, undefined, own]);
    assertEquals(at(log[1]), [log[0], `${directory}/log`, undefined, own]);
    assertEquals(at(log[0]), [undefined, undefined, undefined, undefined]);
    const { stdout } = run([...programWords(), "-xa", "--peers", "--table", "--no-header", `inode = ${clients[1]}`]);
    assertMatch(
      stdout,
      new RegExp(`@abstract@name ${accepted[1]} +the client pid=${client} fd=\\d+ +python3 pid=${server}\n$`),
    );
    // For a column too, and not without -p.
    assertEquals(peersOf(list("-xa", "--columns", "inode,peer_owners").get(clients[0]!))?.map(({ pid }) => pid), [
      server,
    ]);
    assertEquals([...list("-xa").values()].filter((flow) => "peer_owners" in flow || "peer_path_name" in flow), []);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

Deno.test("--peers of TCP and UDP finds the socket with the same addresses and ports the other way round", async () => {
  using _namespace = openNamespace();
  await using script = await PythonSockets.open<
    { server: number; client: number; clients: number[]; accepted: number[]; waiting: number; itself: number }
  >(`${CLIENT}
l4 = socket.socket(); l4.bind(("127.0.0.1", 0)); l4.listen(5)
l6 = socket.socket(socket.AF_INET6); l6.bind(("::1", 0)); l6.listen(5)
both = socket.socket(socket.AF_INET6); both.bind(("::", 0)); both.listen(5)
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(("127.0.0.1", 0))
queue = socket.socket(); queue.bind(("127.0.0.1", 0)); queue.listen(5)
def make():
    cs = [socket.create_connection(l4.getsockname()), socket.create_connection(l6.getsockname()[:2])]
    cs.append(socket.create_connection(("127.0.0.3", both.getsockname()[1])))
    d = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); d.bind(("127.0.0.2", 5353)); d.connect(u.getsockname())
    u.close()
    return cs + [d]
pid, clients = fork_client(make)
u.connect(("127.0.0.2", 5353))
accepted = [l4.accept()[0], l6.accept()[0], both.accept()[0], u]
waiting = socket.create_connection(queue.getsockname())
itself = socket.socket(); itself.bind(("127.0.0.1", 0)); itself.connect(itself.getsockname())
say({"server": os.getpid(), "client": pid, "clients": clients, "accepted": [inode(s) for s in accepted],
     "waiting": inode(waiting), "itself": inode(itself)})
`);
  const { server, client, clients, accepted, waiting, itself } = script.truth;
  const flows = list("-tua", "--peers");
  const at = (inode: number) => [
    flows.get(inode)?.["peer_inode"],
    peersOf(flows.get(inode))?.map(({ pid, comm }) => [pid, comm]),
  ];
  clients.forEach((inode, i) => {
    assertEquals(at(inode), [accepted[i], [[server, "python3"]]], `connection ${i}`);
    assertEquals(at(accepted[i]!), [inode, [[client, "the client"]]], `connection ${i}`);
  });
  // Nobody has accepted its other end; and one that is connected with itself.
  assertEquals(at(waiting), [undefined, undefined]);
  assertEquals(at(itself), [itself, [[server, "python3"]]]);
  // Listeners have none; of two that are asked for only what can be told.
  assertEquals([...flows.values()].filter((flow) => flow["state"] === "listening" && "peer_inode" in flow), []);
  assertEquals(peersOf(list("-t", "state", "established", "-4", "--peers").get(clients[0]!))?.[0]?.pid, server);
  assertEquals(list("-t", "--columns", "inode,peer_owners.comm").get(clients[0]!), {
    protocol: "TCP",
    inode: clients[0]!,
    peer_owners: [{ comm: "python3" }],
  });
  assertEquals([...list("-tuap").values()].filter((flow) => "peer_inode" in flow), []);
  const table = (...args: string[]) =>
    assertPrinted(run([...programWords(), "-t", "-6", "--table", "--no-header", "--sort", "inode", ...args]));
  const [row = ""] = table("--peers", `inode = ${clients[1]}`).split("\n");
  assertMatch(row, / the client pid=\d+ fd=\d+ +python3 pid=\d+$/);
  // Owners of the near end have no column if only those of the far end were named.
  assertMatch(table("--columns", "+peer_owners").split("\n")[0]!, /\]:\d+ +(python3|the client) pid=\d+$/);
});

Deno.test("--peers names no other end where two sockets could be it", async () => {
  using _namespace = openNamespace();
  await using script = await PythonSockets.open<{ one: number; two: number; far: number }>(`
def udp(near, far):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", near))
    s.connect(("127.0.0.1", far))
    return s
one, two, far = udp(7001, 7002), udp(7001, 7002), udp(7002, 7001)
say({"one": os.fstat(one.fileno()).st_ino, "two": os.fstat(two.fileno()).st_ino, "far": os.fstat(far.fileno()).st_ino})
`);
  const { one, two, far } = script.truth;
  const flows = list("-ua", "--peers");
  assertEquals([one, two, far].map((inode) => flows.get(inode)?.["peer_inode"]), [far, far, undefined]);
});

Deno.test("--peers with -N finds other ends of the same addresses and ports in each namespace by itself", () => {
  const pair = `
import signal, socket
l = socket.socket(); l.bind(("127.0.0.1", 7001)); l.listen(1)
c = socket.socket(); c.bind(("127.0.0.1", 7002)); c.connect(("127.0.0.1", 7001))
a = l.accept()[0]; l.close()
open("/run/ready", "w").write("x")
signal.pause()
`;
  const { stdout, stderr } = runIsolated(
    `start python3 -c "$PAIR"; own=$!
    ip netns add other; ip -n other link set lo up; start ip netns exec other python3 -c "$PAIR"; other=$!
    echo $own $other; "$@" -t -N all --peers --format ndjson`,
    programWords(),
    { env: { PAIR: pair } },
  );
  const [pids = "", ...lines] = stdout.trimEnd().split("\n");
  const flows = lines.map((line) => parseExact(line) as JsonObject);
  assertEquals([flows.length, stderr], [4, ""]);
  for (const flow of flows) {
    const { inode } = flows.find((other) =>
      other !== flow && JSON.stringify(other["netns"]) === JSON.stringify(flow["netns"])
    )!;
    assertEquals(flow["peer_inode"], inode);
    const name = (flow["netns"] as JsonObject)["name"];
    assertEquals(peersOf(flow)?.map(({ pid }) => String(pid)), [pids.split(" ")[name === "root" ? 0 : 1]]);
  }
});
