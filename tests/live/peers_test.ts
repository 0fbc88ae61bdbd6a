/**
 * The other end of connections within the machine: reported by the kernel for UNIX sockets, found by addresses and
 * ports for others.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { type JsonObject, parseExact } from "../exact_json.ts";
import { assertPrinted, isInstalled, programWords, run, without } from "../program.ts";
import { type Held, HeldSockets, type Hold } from "./hold.ts";
import { runIsolated } from "./isolated.ts";
import { openNamespace } from "./namespace.ts";

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

Deno.test("-p of UNIX sockets shows path and owners of the other end, for abstract names and any bytes too", async () => {
  using _namespace = openNamespace();
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    await using script = await HeldSockets.open((held: Held, directory: string) => {
      const { openSocket, openSocketPair, unixAddress, AF_UNIX, SOCK_STREAM, SOCK_DGRAM } = held;
      const names = [[...new TextEncoder().encode(`${directory}/a `), 0xff], [
        ...new TextEncoder().encode("\0abstract\0name"),
      ]]
        .map((name) => unixAddress(new Uint8Array(name)));
      const open = (type: number) => openSocket(AF_UNIX, type);
      const listeners = names.map((name) => open(SOCK_STREAM).bindTo(name).listen(5));
      const client = held.forkClient("the client", () => names.map((name) => open(SOCK_STREAM).connectTo(name)));
      const accepted = listeners.map((listener) => listener.accept().inode);
      const pair = openSocketPair().map(({ inode }) => inode);
      const log = unixAddress(`${directory}/log`);
      const both = [open(SOCK_DGRAM).bindTo(log), open(SOCK_DGRAM).connectTo(log)].map(({ inode }) => inode);
      return { client: client.pid, clients: client.inodes, accepted, pair, log: both };
    }, directory);
    const { client, clients, accepted, pair, log } = script.truth;
    const server = script.pid;
    const flows = list("-xap");
    const at = (inode: number | undefined) => {
      const flow = flows.get(inode!);
      const { peer_inode, peer_path_name, peer_path_name_hex } = flow ?? {};
      return [peer_inode, peer_path_name, peer_path_name_hex, peersOf(flow)?.map(({ pid, comm }) => [pid, comm])];
    };
    const path = `${directory}/a `;
    const hex = Array.from(new TextEncoder().encode(path), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const own = [[server, "holder"]];
    assertEquals(at(clients[0]), [accepted[0], `${path}\ufffd`, `${hex}ff`, own]);
    assertEquals(at(clients[1]), [accepted[1], "@abstract@name", "006162737472616374006e616d65", own]);
    assertEquals(at(accepted[0]), [clients[0], undefined, undefined, [[client, "the client"]]]);
    assertEquals(at(pair[0]), [pair[1], undefined, undefined, own]);
    assertEquals(at(log[1]), [log[0], `${directory}/log`, undefined, own]);
    assertEquals(at(log[0]), [undefined, undefined, undefined, undefined]);
    const { stdout } = run([...programWords(), "-xa", "--peers", "--table", "--no-header", `inode = ${clients[1]}`]);
    assertMatch(
      stdout,
      new RegExp(`@abstract@name ${accepted[1]} +the client ${client} fd=\\d+ +holder ${server}\n$`),
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
  await using script = await HeldSockets.open((held) => {
    const { openTcp, openSocket, AF_INET, AF_INET6, SOCK_DGRAM } = held;
    const four = openTcp(AF_INET).bind("127.0.0.1").listen(5);
    const six = openTcp(AF_INET6).bind("::1").listen(5);
    const both = openTcp(AF_INET6).bind("::").listen(5);
    const datagrams = openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1");
    const { localPort } = datagrams;
    const client = held.forkClient("the client", () => {
      const other = openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.2", 5353).connect("127.0.0.1", localPort);
      datagrams.close();
      return [
        openTcp(AF_INET).connect("127.0.0.1", four.localPort),
        openTcp(AF_INET6).connect("::1", six.localPort),
        openTcp(AF_INET).connect("127.0.0.3", both.localPort),
        other,
      ];
    });
    datagrams.connect("127.0.0.2", 5353);
    const accepted = [four.accept(), six.accept(), both.accept(), datagrams].map(({ inode }) => inode);
    const queue = openTcp(AF_INET).bind("127.0.0.1").listen(5);
    const waiting = openTcp(AF_INET).connect("127.0.0.1", queue.localPort).inode;
    const itself = openTcp(AF_INET).bind("127.0.0.1");
    itself.connect("127.0.0.1", itself.localPort);
    return { client: client.pid, clients: client.inodes, accepted, waiting, itself: itself.inode };
  });
  const { client, clients, accepted, waiting, itself } = script.truth;
  const server = script.pid;
  const flows = list("-tua", "--peers");
  const at = (inode: number) => [
    flows.get(inode)?.["peer_inode"],
    peersOf(flows.get(inode))?.map(({ pid, comm }) => [pid, comm]),
  ];
  clients.forEach((inode, i) => {
    assertEquals(at(inode), [accepted[i], [[server, "holder"]]], `connection ${i}`);
    assertEquals(at(accepted[i]!), [inode, [[client, "the client"]]], `connection ${i}`);
  });
  // Of one whose other end waits to be accepted those who listen; and one that is connected with itself.
  assertEquals(at(waiting), [undefined, [[server, "holder"]]]);
  assertEquals(at(itself), [itself, [[server, "holder"]]]);
  // Listeners have none; of two that are asked for only what can be told.
  assertEquals([...flows.values()].filter((flow) => flow["state"] === "listening" && "peer_inode" in flow), []);
  assertEquals(peersOf(list("-t", "state", "established", "-4", "--peers").get(clients[0]!))?.[0]?.pid, server);
  assertEquals(list("-t", "--columns", "inode,peer_owners.comm").get(clients[0]!), {
    protocol: "TCP",
    inode: clients[0]!,
    peer_owners: [{ comm: "holder" }],
  });
  assertEquals([...list("-tuap").values()].filter((flow) => "peer_inode" in flow), []);
  const table = (...args: string[]) =>
    assertPrinted(run([...programWords(), "-t", "-6", "--table", "--no-header", "--sort", "inode", ...args]));
  const [row = ""] = table("--peers", `inode = ${clients[1]}`).split("\n");
  assertMatch(row, / the client \d+ fd=\d+ +holder \d+$/);
  // Owners of the near end have no column if only those of the far end were named.
  assertMatch(table("--columns", "+peer_owners").split("\n")[0]!, /\]:\d+ +(holder|the client) \d+$/);
});

Deno.test("--peers names no other end where two sockets could be it", async () => {
  using _namespace = openNamespace();
  await using script = await HeldSockets.open(({ openSocket, AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_REUSEADDR }) => {
    const open = (near: number, far: number) =>
      openSocket(AF_INET, SOCK_DGRAM).setInteger(SOL_SOCKET, SO_REUSEADDR, 1).bind("127.0.0.1", near)
        .connect("127.0.0.1", far).inode;
    return { one: open(7001, 7002), two: open(7001, 7002), far: open(7002, 7001) };
  });
  const { one, two, far } = script.truth;
  const flows = list("-ua", "--peers");
  assertEquals([one, two, far].map((inode) => flows.get(inode)?.["peer_inode"]), [far, far, undefined]);
});

Deno.test("--peers with -N finds other ends of the same addresses and ports in each namespace by itself", () => {
  const pair: Hold = ({ openTcp, AF_INET }) => {
    const listener = openTcp(AF_INET).bind("127.0.0.1", 7001).listen(1);
    openTcp(AF_INET).bind("127.0.0.1", 7002).connect("127.0.0.1", 7001);
    listener.accept();
    listener.close();
  };
  const { stdout, stderr } = runIsolated(
    `start pair; own=$!
    netns_add other; start in_netns other pair; other=$!
    echo $own $other; "$@" -t -N all --peers --format ndjson`,
    undefined,
    { holders: { pair } },
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

Deno.test({
  name: `--peers with -N pairs the ends of a connection between two namespaces${without("ip")}`,
  ignore: !isInstalled("ip"),
  fn() {
    const serve: Hold = ({ openTcp, AF_INET }) => void openTcp(AF_INET).bind("10.77.0.1", 80).listen(1);
    const connect: Hold = ({ openTcp, AF_INET }) => void openTcp(AF_INET).connect("10.77.0.1", 80);
    const { stdout, stderr } = runIsolated(
      `netns_add A B; ip link add va netns A type veth peer name vb netns B
      for n in A:va:1 B:vb:2; do
        IFS=: read -r name device last <<EOF
$n
EOF
        ip -n $name addr add 10.77.0.$last/24 dev $device; ip -n $name link set $device up
      done
      start in_netns A serve; server=$!
      start in_netns B connect
      echo $server $!; "$@" -N all -tp --peers --format ndjson --columns netns.name,peer_owners.pid --sort netns.name`,
      undefined,
      { holders: { serve, connect } },
    );
    const [pids = "", ...lines] = stdout.trimEnd().split("\n");
    const [server, client] = pids.split(" ").map(Number);
    assertEquals(stderr, "");
    // The server has not accepted: its listener stands for its end.
    assertEquals(lines.map((line) => JSON.parse(line)), [
      { protocol: "TCP", netns: { name: "A" }, peer_owners: [{ pid: client }] },
      { protocol: "TCP", netns: { name: "B" }, peer_owners: [{ pid: server }] },
    ]);
  },
});
