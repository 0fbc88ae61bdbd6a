/**
 * Dumps of the running kernel: each TCP state is listed exactly if it is requested.
 */
import { assert, assertEquals } from "@std/assert";
import {
  describeFlows,
  dumpQuietly,
  type Ends,
  EveryState,
  type Expected,
  IPV4,
  IPV6,
  listsBoundInactive,
  MAPPED,
} from "./every_state.ts";
import { dumpFlows, flowOf } from "./flows.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, AF_INET6, openPair, openTcp } from "./sockets.ts";

const STATES = [
  "closing",
  "close-wait",
  "established",
  "fin-wait-1",
  "fin-wait-2",
  "last-ack",
  "listening",
  "syn-recv",
  "syn-sent",
  "time-wait",
  ...listsBoundInactive ? ["unconnected"] : [],
].sort();

const places: readonly (readonly [name: string, ends: Ends])[] = [
  ["IPv4", IPV4],
  ["IPv6", IPV6],
  ["IPv4 clients of an IPv6 listener", MAPPED],
];

for (const [name, ends] of places) {
  Deno.test(`runPlan lists every socket once, with addresses, queues and inode, in every state, for ${name}`, () => {
    using _namespace = openNamespace();
    using sockets = new EveryState(ends);
    const { flows, expected } = dumpQuietly([sockets], "-ta");
    assertEquals(describeFlows(flows), describeFlows(expected));
    assertEquals([...new Set(flows.map((flow) => flow["state"]))].sort(), STATES);
  });
}

/** Words of the command line, and the states that they choose. */
const connected = STATES.filter((state) => !["listening", "unconnected"].includes(state));
const synchronized = connected.filter((state) => state !== "syn-sent");
const byDefault = connected.filter((state) => !["syn-recv", "time-wait"].includes(state));
const bound = STATES.filter((state) => state === "unconnected");
const choices: readonly (readonly [args: readonly string[], states: readonly string[]])[] = [
  [["-t"], byDefault],
  [[], byDefault],
  [["-a"], STATES],
  [["-l"], ["listening"]],
  [["-B"], bound],
  [["-l", "-a"], STATES],
  [["-a", "-l"], ["listening"]],
  [["-a", "-B"], bound],
  [["-Bl"], ["listening"]],
  ...STATES.filter((state) => state !== "unconnected").map((state) => [["state", state], [state]] as const),
  ...STATES.filter((state) => state !== "unconnected").map((state) =>
    [["exclude", state], STATES.filter((other) => other !== state)] as const
  ),
  [["state", "bound-inactive"], bound],
  [["exclude", "bound-inactive"], STATES.filter((state) => state !== "unconnected")],
  [["state", "unconnected"], []],
  [["state", "closed"], []],
  [["state", "estab"], ["established"]],
  [["state", "LISTEN"], ["listening"]],
  [["state", "syn-rcv"], ["syn-recv"]],
  [["state", "all"], STATES],
  [["state", "connected"], connected],
  [["state", "synchronized"], synchronized],
  [["state", "bucket"], ["syn-recv", "time-wait"]],
  [["state", "big"], STATES.filter((state) => !["syn-recv", "time-wait"].includes(state))],
  [["state", "closing", "state", "last-ack"], ["closing", "last-ack"]],
  [["state", "connected", "exclude", "established"], connected.filter((state) => state !== "established")],
  [["excl", "connected"], ["listening", ...bound]],
  [["-l", "state", "established"], ["established"]],
  [["state", "all", "exclude", "all"], []],
];

Deno.test("parseCommand and runPlan list exactly the states that options and words choose, over IPv4 and IPv6", async (test) => {
  using _namespace = openNamespace();
  using first = new EveryState(IPV4);
  using second = new EveryState(IPV6);
  using third = new EveryState(MAPPED);
  const compare = (args: readonly string[], chosen: (flow: Expected) => boolean) => {
    const { flows, expected } = dumpQuietly([first, second, third], "-A", "tcp", ...args);
    assertEquals(describeFlows(flows), describeFlows(expected.filter(chosen)));
  };
  for (const [args, states] of choices) {
    await test.step(`${args.join(" ")} → ${states.join(" ")}`, () => {
      compare(args, (flow) => states.includes(flow.state));
    });
  }
  compare(["-a4"], (flow) => flow.family === "inet");
  compare(["-a6"], (flow) => flow.family === "inet6");
  compare(["-a46"], () => true);
});

Deno.test("runPlan lists nothing in an empty namespace", () => {
  using _namespace = openNamespace();
  assertEquals(dumpFlows("-ta"), []);
});

Deno.test("runPlan gives listeners a backlog and its limit, and no other socket", () => {
  using _namespace = openNamespace();
  using sockets = new EveryState(IPV4);
  for (const flow of dumpFlows("-ta")) {
    const queues = flow["state"] === "listening" ? [flow["recv_q"], flow["send_q"]] : [undefined, undefined];
    assertEquals([flow["backlog"], flow["backlog_limit"]], queues);
  }
  assert(sockets.expected().some((flow) => flow.recv_q === 2 && flow.send_q === 5));
});

Deno.test("runPlan leaves out uid, tcp_info and everything of a full socket for TIME-WAIT and SYN-RECV", () => {
  using _namespace = openNamespace();
  using _sockets = new EveryState(IPV6);
  for (const state of ["time-wait", "syn-recv"]) {
    const [flow, ...more] = dumpFlows("-t", "state", state);
    assertEquals(more, []);
    const { timer, expires, cookie, retrans, mark, ...rest } = flow!;
    assertEquals(Object.keys(rest).sort(), [
      "dst",
      "dst_port",
      "family",
      "iface_idx",
      "inode",
      "protocol",
      "recv_q",
      "send_q",
      "src",
      "src_port",
      "state",
    ]);
    assertEquals(typeof cookie, "string");
    assert(mark === 0 || mark === undefined, `mark ${mark}`);
    assertEquals(retrans, 0);
    assertEquals(timer, state === "time-wait" ? "timewait" : "retransmit");
    // TIME-WAIT lasts 60 s; the answer to a SYN is repeated after 1 s, and then after twice as long each time.
    const [least, most] = state === "time-wait" ? [1000, 60_000] : [0, 64_000];
    assert(typeof expires === "number" && expires >= least && expires <= most + 5, `${state} ${expires}`);
  }
});

Deno.test("runPlan lists an unaccepted connection without an inode, and with it once it is accepted", () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1").listen(1);
  using client = openTcp(AF_INET).connect("127.0.0.1", listener.localPort);
  listener.waitForConnections(1);
  const find = () => dumpFlows("-t").find((flow) => flow["src_port"] === listener.localPort)!;
  const before = find();
  assertEquals([before["inode"], before["dst_port"]], [0, client.localPort]);
  using server = listener.accept();
  const after = find();
  assertEquals([after["inode"], after["cookie"]], [server.inode, before["cookie"]!]);
});

Deno.test("runPlan lists a socket in the namespace of the calling thread alone", () => {
  using _outer = openNamespace();
  using pair = openPair({ family: AF_INET6 });
  assertEquals(dumpFlows("-ta").length, 3);
  {
    using _inner = openNamespace();
    assertEquals(dumpFlows("-ta"), []);
  }
  assertEquals(flowOf(pair.client)["state"], "established");
});
