/**
 * Routes of sockets, and what TCP remembers of their destinations.
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dumpObjects } from "../../mod.ts";
import { type JsonObject, parseExact } from "../exact_json.ts";
import { asNobody, assertPrinted, isRoot, programWords, run, runProgram } from "../program.ts";
import { addUpInterface } from "./interfaces.ts";
import { openNamespace } from "./namespace.ts";
import { runIsolated } from "./isolated.ts";
import { addAddress, addRoute, addRule, removeAddress, removeRoute } from "./rtnetlink.ts";
import {
  AF_INET,
  AF_INET6,
  openPair,
  openSocket,
  openTcp,
  SO_BINDTODEVICE,
  SO_MARK,
  SOCK_DGRAM,
  type Socket,
  SOL_SOCKET,
} from "./sockets.ts";

interface Routed {
  readonly inode: number;
  readonly route_status: string;
  readonly route?: JsonObject;
  readonly tcp_metrics?: JsonObject;
}

const flowsOf = (options: Parameters<typeof dumpObjects>[0]): Map<number, Routed> =>
  new Map(([...dumpObjects(options)] as unknown as Routed[]).map((flow) => [flow.inode, flow]));

const udp = (address: string, prepare: (socket: Socket) => void = () => {}): Socket => {
  const socket = openSocket(address.includes(":") ? AF_INET6 : AF_INET, SOCK_DGRAM);
  prepare(socket);
  return socket.connect(address, 53);
};

/** A namespace with two interfaces, a router on each, and rules for a mark and a user. */
function openRouted(): Disposable {
  const namespace = openNamespace();
  addUpInterface("lan", "bridge", 11);
  addUpInterface("other", "bridge", 12);
  addAddress(11, "10.1.0.1", 24);
  addAddress(11, "fd00:1::1", 64);
  addAddress(12, "10.2.0.1", 24);
  addRoute({ to: ["0.0.0.0", 0], gateway: "10.1.0.254", device: 11 });
  addRoute({ to: ["::", 0], gateway: "fd00:1::fe", device: 11 });
  addRoute({ to: ["198.51.100.0", 24], gateway: "fd00:1::fe", device: 11, mtu: 1400, congestion: "reno" });
  addRoute({ to: ["0.0.0.0", 0], gateway: "10.1.0.7", device: 11, table: 107 });
  addRoute({ to: ["0.0.0.0", 0], gateway: "10.2.0.8", device: 12, table: 108 });
  addRule({ mark: 7, table: 107 });
  addRule({ uid: 4711, table: 108 });
  return namespace;
}

const lan = { iface: "lan", iface_idx: 11 };

Deno.test("--route is the route of each socket, by its mark, interface and user, and says why there is none", () => {
  using _namespace = openRouted();
  const expected: [Socket, string, JsonObject | undefined][] = [];
  const expect = (socket: Socket, status: string, route?: JsonObject) => void expected.push([socket, status, route]);
  using sockets = new DisposableStack();
  const open = (address: string, prepare?: (socket: Socket) => void) => sockets.use(udp(address, prepare));

  const main = { type: "unicast", ...lan, gateway: "10.1.0.254", table: 254 };
  expect(open("192.0.2.9"), "resolved", main);
  expect(open("192.0.2.10"), "resolved", main);
  expect(open("::ffff:192.0.2.9"), "resolved", main);
  expect(open("10.1.0.9"), "resolved", { type: "unicast", ...lan, table: 254 });
  expect(open("127.0.0.1"), "resolved", {
    ...{ type: "local", iface: "lo", iface_idx: 1, table: 255 },
  });
  expect(open("198.51.100.1"), "resolved", {
    ...{ type: "unicast", ...lan, gateway: "fd00:1::fe", table: 254, mtu: 1400 },
    congestion: "reno",
  });
  const seven = open("192.0.2.9", (socket) => socket.setInteger(SOL_SOCKET, SO_MARK, 7));
  expect(seven, "resolved", { ...main, gateway: "10.1.0.7", table: 107 });
  const two = { ...main, iface: "other", iface_idx: 12, gateway: "10.2.0.8", table: 108 };
  expect(open("192.0.2.9", (socket) => socket.chown(4711)), "resolved", two);
  // The table of the user has a route by the interface, the main one has none.
  const bound = (socket: Socket) => socket.setBytes(SOL_SOCKET, SO_BINDTODEVICE, new TextEncoder().encode("lan\0"));
  expect(open("10.2.0.9", bound), "resolved", main);
  const unconnected = sockets.use(openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1"));
  expect(unconnected, "unconnected");
  // What was possible when it was connected is no more.
  const lost = open("203.0.113.1");
  const dropped = open("203.0.113.65");
  const forbidden = open("203.0.113.129");
  addRoute({ to: ["203.0.113.0", 26], type: 7 });
  addRoute({ to: ["203.0.113.64", 26], type: 6 });
  addRoute({ to: ["203.0.113.128", 26], type: 8 });
  expect(lost, "unreachable");
  expect(dropped, "discarded");
  expect(forbidden, "prohibited");
  const six = open("2001:db8::1");
  const gone = open("2001:db8:1::1");
  addRoute({ to: ["2001:db8:1::", 48], type: 7 });
  expect(gone, "unreachable");
  addAddress(11, "10.1.0.77", 24);
  const foreign = open("192.0.2.9", (socket) => socket.bind("10.1.0.77"));
  removeAddress(11, "10.1.0.77", 24);
  expect(foreign, "foreign", { ...main, src: "10.1.0.1" });

  const flows = flowsOf({ udp: true, states: ["all"], route: true });
  for (const [socket, status, route] of expected) {
    const { route_status, route: found } = flows.get(socket.inode)!;
    assertEquals([route_status, found], [status, route], `socket ${expected.findIndex(([one]) => one === socket)}`);
  }
  const { route, route_status } = flows.get(six.inode)!;
  assertEquals([route_status, route!["gateway"], route!["iface"]], ["resolved", "fd00:1::fe", "lan"]);

  removeRoute({ to: ["::", 0], gateway: "fd00:1::fe", device: 11 });
  const named = flowsOf({ udp: true, states: ["all"], columns: ["inode", "route.gateway", "route_status"] });
  assertEquals(named.get(six.inode), {
    protocol: "UDP",
    inode: six.inode,
    route_status: "unreachable",
  } as unknown as Routed);
  assertEquals(named.get(seven.inode)!.route, { gateway: "10.1.0.7" });
});

Deno.test("--route asks with ports where rules look at them", () => {
  using _namespace = openRouted();
  addRoute({ to: ["0.0.0.0", 0], gateway: "10.1.0.9", device: 11, table: 109 });
  using before = openTcp(AF_INET).startConnect("192.0.2.9", 9999);
  const gateway = () => flowsOf({ tcp: true, states: ["all"], route: true }).get(before.inode)!.route!["gateway"];
  assertEquals(gateway(), "10.1.0.254");
  addRule({ table: 109, tcpPort: 9999 });
  using other = openTcp(AF_INET).startConnect("192.0.2.9", 9998);
  const flows = flowsOf({ tcp: true, states: ["all"], route: true });
  assertEquals([before, other].map(({ inode }) => flows.get(inode)!.route!["gateway"]), ["10.1.0.9", "10.1.0.254"]);
});

Deno.test("--route shows what TCP remembers of the two addresses, for filters and the table", () => {
  using _namespace = openNamespace();
  for (const family of [AF_INET, AF_INET6]) {
    using pair = openPair({ family });
    pair.client.send(40_000);
    pair.server.receive(40_000);
    pair.server.send(10);
    pair.client.receive(10);
    pair.client.close();
    pair.server.waitForState(8);
  }
  using four = openPair();
  using six = openPair({ family: AF_INET6 });
  const flows = flowsOf({ tcp: true, route: true });
  for (const { client, server } of [four, six]) {
    for (const end of [client, server]) {
      const { tcp_metrics, route } = flows.get(end.inode)!;
      assertEquals([route!["iface"], typeof tcp_metrics!["rtt"], typeof tcp_metrics!["age"]], [
        "lo",
        "number",
        "number",
      ]);
      const { rtt, rttvar } = tcp_metrics as { rtt: number; rttvar: number };
      assertEquals([rtt > 0 && rtt < 60_000, rttvar > 0 && rttvar < 60_000], [true, true], `${rtt} ${rttvar}`);
    }
  }
  const words = ["-tn", "--route", "tcp_metrics.rtt > 0 and route.iface = lo"];
  assertEquals(Object.keys(parseExact(assertPrinted(runProgram(...words))) as JsonObject), ["TCP"]);
  assertMatch(assertPrinted(runProgram(...words, "--table")), / route\.iface .*\n.* lo /);
});

Deno.test("--route asks in the namespace of each socket, and of none while it is closed", () => {
  const { code, stdout, stderr } = runIsolated(
    `netns_add a; netns_add b
    start in_netns a pair; start in_netns b pair
    "$@" -t -N all --route --format ndjson --columns netns.name,route.iface,route.type`,
    programWords(),
    { holders: { pair: ({ openPair }) => void openPair() } },
  );
  assertEquals([code, stderr], [0, ""]);
  const rows = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const row = (name: string) => ({ protocol: "TCP", netns: { name }, route: { type: "local", iface: "lo" } });
  assertEquals(rows, [row("a"), row("a"), row("b"), row("b")]);
});

Deno.test({
  name: `--route of a user without rights says denied where a rule looks at marks${
    isRoot ? "" : " (ignored: needs root)"
  }`,
  ignore: !isRoot,
  fn() {
    using _namespace = openRouted();
    using socket = udp("192.0.2.9");
    asNobody((words, options) => {
      const { stdout } = run([...words, "-u", "--route", "--format", "ndjson", "--columns", "route_status"], options);
      assertEquals(stdout, '{"protocol":"UDP","route_status":"denied"}\n');
    });
    assertEquals(socket.family, AF_INET);
  },
});

Deno.test("a recording has the routes that were looked up, or says that it has none", () => {
  using _namespace = openNamespace();
  const file = Deno.makeTempFileSync();
  try {
    using _pair = openPair();
    const printed = assertPrinted(runProgram("-t", "--record", file, "--route"));
    assertStringIncludes(printed, '"route_status": "resolved"');
    assertEquals(assertPrinted(runProgram("-t", "--read", file, "--route")), printed);
    assertPrinted(runProgram("-t", "--record", file));
    const { code, stderr } = runProgram("-t", "--read", file, "--route");
    assertEquals([code, stderr], [1, "ss2: a recording has no routes: no route\n"]);
  } finally {
    Deno.removeSync(file);
  }
});
