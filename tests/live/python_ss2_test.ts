/**
 * The program against the Python tool of the same name (pyroute2) on the same sockets, key by key.
 */
import { assert, assertEquals } from "@std/assert";
import { flowsIn, type Json, type JsonObject, parseExact } from "../exact_json.ts";
import { programWords, run, runProgram } from "../program.ts";
import { assertOutput } from "../schema.ts";
import { HeldSockets } from "./hold.ts";
import { openNamespace } from "./namespace.ts";
import { findPythonTool } from "./python_tool.ts";
import { AF_UNIX, SOCK_STREAM, unixAddress } from "./held.ts";
import {
  AF_INET6,
  openPair,
  openSocket,
  openSocketPair,
  SHUT_WR,
  SO_MAX_PACING_RATE,
  SOL_SOCKET,
  TCP_FIN_WAIT2,
  waitUntil,
} from "./sockets.ts";

const tool = findPythonTool();

/** Keys of `tcp_info` that the Python tool gets wrong; ours, where it is the same thing, is derived as shown. */
const wrong: Record<string, { readonly why: string; readonly theirs?: (ours: JsonObject) => Json }> = {
  "null": { why: "a misprint for backoff", theirs: (ours) => ours["backoff"]! },
  snd_wscale: { why: "read from the wrong bits" },
  rcv_wscale: { why: "read from the wrong bits" },
  delivery_rate_app_limited: { why: "a whole byte is taken for one bit" },
  rto: { why: "hidden at 3 s", theirs: (ours) => ours["rto"] === 3000 ? null : ours["rto"]! },
  snd_ssthresh: {
    why: "null from 65535 on",
    theirs: (ours) =>
      ours["snd_ssthresh"] === null || Number(ours["snd_ssthresh"]) >= 65535 ? null : ours["snd_ssthresh"]!,
  },
  opts: {
    why: "knows three of the names",
    theirs: (ours) => (ours["opts"] as string[]).filter((name) => ["ts", "sack", "ecn"].includes(name)),
  },
  min_rtt: {
    why: "4294967295 where nothing was measured",
    theirs: (ours) => ours["min_rtt"] ?? 4294967295,
  },
};
/** Keys of `tcp_info` that move with the clock. */
const moving = ["last_data_sent", "last_data_recv", "last_ack_recv", "busy_time", "rwnd_limited", "sndbuf_limited"];

const port = (flow: JsonObject) => `${flow["src_port"]} > ${flow["dst_port"]}`;

/** The flows by their ports, without what moves with the clock. */
function quiet(flows: readonly JsonObject[]): Map<string, JsonObject> {
  return new Map(
    flows.map((flow) => {
      const info = Object.fromEntries(
        Object.entries(flow["tcp_info"] as JsonObject).filter(([key]) => !moving.includes(key)),
      );
      return [port(flow), { ...flow, tcp_info: info }] as const;
    }).sort(([a], [b]) => a < b ? -1 : 1),
  );
}

/** Compares `tcp_info`, but for what the Python tool gets wrong. */
function assertInfo(ours: JsonObject, theirs: JsonObject, key: string): void {
  for (const [name, value] of Object.entries(theirs)) {
    const fault = wrong[name];
    if (fault === undefined) assertEquals(ours[name], value, `${key} tcp_info.${name}`);
    else if (fault.theirs !== undefined) assertEquals(fault.theirs(ours), value, `${key} ${name}: ${fault.why}`);
    else assertEquals(typeof ours[name], "number", `${key} ${name}: ${fault.why}`);
  }
}

function runPython(...options: string[]): JsonObject[] {
  const { code, stdout, stderr } = run([tool!, "-t", ...options]);
  assertEquals([code, stderr], [0, ""]);
  return flowsIn(parseExact(stdout));
}

/** The documents of --compat pyroute2, one for each protocol. */
function compatible(...options: string[]): readonly Record<string, { readonly flows: JsonObject[] }>[] {
  const { code, stdout, stderr } = runProgram("--compat", "pyroute2", ...options);
  assertEquals([code, stderr], [0, ""]);
  return parseExact(stdout) as unknown as Record<string, { flows: JsonObject[] }>[];
}

/** All keys in a value, as paths; those of lists are left out. */
const keysIn = (value: Json, path = ""): readonly string[] =>
  typeof value !== "object" || value === null || Array.isArray(value)
    ? [path]
    : Object.entries(value).flatMap(([name, member]) => keysIn(member, path === "" ? name : `${path}.${name}`));

const missing = tool === null ? " (ignored: the Python ss2 of pyroute2 is not installed)" : "";

Deno.test({
  name: `the program's -t -4 has every key of the Python ss2 -t, with its value where that is right${missing}`,
  ignore: tool === null,
  fn() {
    using _namespace = openNamespace();
    // Only sockets on which nothing happens: the tool takes its time, and no timer may go off meanwhile.
    using _fresh = openPair();
    using busy = openPair({ client: (client) => client.setInteger(SOL_SOCKET, SO_MAX_PACING_RATE, 1_000_000_000) });
    busy.client.send(400_000);
    busy.server.receive(400_000).send(70_000);
    busy.client.receive(70_000);
    using unread = openPair();
    unread.client.send(1000);
    unread.server.send(333);
    using half = openPair();
    half.client.send(5).shutdown(SHUT_WR).waitForState(TCP_FIN_WAIT2);
    let theirs = new Map<string, JsonObject>();
    let ours = new Map<string, JsonObject>();
    const text = (flows: Map<string, JsonObject>) =>
      JSON.stringify([...flows], (_, value) => typeof value === "bigint" ? String(value) : value);
    waitUntil("the sockets are quiet", () => {
      const before = quiet(runPython());
      const { code, stdout, stderr } = runProgram("-t", "-4");
      assertEquals([code, stderr], [0, ""]);
      assertOutput("json", stdout);
      ours = quiet(flowsIn(parseExact(stdout)));
      theirs = quiet(runPython());
      return text(before) === text(theirs);
    });
    assertEquals([...ours.keys()], [...theirs.keys()]);
    assertEquals(theirs.size, 8);
    for (const [key, flow] of theirs) {
      const mine = ours.get(key)!;
      const { tcp_info: theirInfo, ...theirRest } = flow;
      const { tcp_info: info } = mine as { tcp_info: JsonObject };
      for (const [name, value] of Object.entries(theirRest)) assertEquals(mine[name], value, `${key} ${name}`);
      assertInfo(info, theirInfo as JsonObject, key);
    }
  },
});

Deno.test({
  name: `the program's -t lists the IPv6 flows that the Python ss2 -t leaves out${missing}`,
  ignore: tool === null,
  fn() {
    using _namespace = openNamespace();
    using _pair = openPair({ family: AF_INET6 });
    assertEquals(runPython(), []);
    const { stdout } = runProgram("-t");
    assertOutput("json", stdout);
    assertEquals(flowsIn(parseExact(stdout)).map((flow) => flow["family"]), ["inet6", "inet6"]);
  },
});

/** An owner as the Python tool has it: by user and number of the process. */
interface Context {
  readonly [user: string]: { readonly [pid: string]: JsonObject };
}

Deno.test({
  name: `the program's -p has the owners of the Python ss2 -p, and those that it leaves out${missing}`,
  ignore: tool === null,
  async fn() {
    using _namespace = openNamespace();
    // A connection that three processes hold.
    await using sockets = await HeldSockets.open(({ openPair, dup, fork, pause }) => {
      dup(openPair().client.fd);
      fork(pause);
      fork(pause);
    });
    const theirs = runPython("-p");
    const { code, stdout, stderr } = runProgram("-t", "-4", "-p", "--cmdline");
    assertEquals([code, stderr], [0, ""]);
    const ours = new Map(flowsIn(parseExact(stdout)).map((flow) => [port(flow), flow["owners"] as JsonObject[]]));
    assertEquals(theirs.map(port).sort(), [...ours.keys()].sort());
    for (const flow of theirs) {
      const owners = ours.get(port(flow))!;
      // Of several processes the tool keeps one, and of several descriptors one.
      assertEquals([owners.length, owners.some(({ pid }) => pid === sockets.pid)], [3, true]);
      const named = Object.entries(flow["usr_ctxt"] as unknown as Context).flatMap(([user, processes]) =>
        Object.entries(processes).map(([pid, context]) => ({ user, pid: Number(pid), context }))
      );
      assert(named.length > 0);
      for (const { user, pid, context: { cmd, full_cmd, fds } } of named) {
        const owner = owners.find((owner) => owner["pid"] === pid)!;
        assertEquals([owner["user"], owner["exe"], owner["cmdline"]], [user, cmd, full_cmd]);
        for (const fd of fds as number[]) assert((owner["fds"] as number[]).includes(fd), `${fd}`);
      }
    }
  },
});

Deno.test({
  name: `--compat pyroute2 has the keys of the Python ss2 and no others, but for listed differences${missing}`,
  ignore: tool === null,
  fn() {
    using _namespace = openNamespace();
    using _four = openPair();
    using _six = openPair({ family: AF_INET6 });
    using _abstract = openSocket(AF_UNIX, SOCK_STREAM).bindTo(unixAddress("\0ss2-test name")).listen(1);
    const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
    using _named = openSocket(AF_UNIX, SOCK_STREAM).bindTo(unixAddress(`${directory}/socket`)).listen(1);
    const [first, second] = openSocketPair(SOCK_STREAM);
    using _first = first;
    using _second = second;
    Deno.removeSync(directory, { recursive: true });
    const [tcp, unix, ...rest] = compatible("-t", "-x", "-a", "-p");
    assertEquals([Object.keys(tcp!), Object.keys(unix!), rest], [["TCP"], ["UNIX"], []]);
    const flows = tcp!["TCP"]!.flows;
    const theirs = new Map(runPython("-a", "-p").map((flow) => [flow["inode"], flow]));
    // IPv6 is not in the Python tool.
    assertEquals([flows.length, theirs.size], [6, 3]);
    for (const flow of flows.filter(({ src }) => String(src).includes("."))) {
      const other = theirs.get(flow["inode"]!)!;
      const keys = keysIn(other).map((key) => key === "tcp_info.null" ? "tcp_info.backoff" : key);
      assertEquals(keysIn(flow).toSorted(), keys.toSorted());
      const info = Object.entries(other["tcp_info"] as JsonObject).filter(([name]) => !moving.includes(name));
      assertInfo(flow["tcp_info"] as JsonObject, Object.fromEntries(info), port(flow));
      for (const [name, value] of Object.entries(other)) {
        if (name !== "tcp_info") assertEquals(flow[name], value, name);
      }
    }
    const pythonUnix = flowsIn(parseExact(run([tool!, "-x", "-a", "-p"]).stdout), "UNIX");
    const ours = new Map(unix!["UNIX"]!.flows.map((flow) => [flow["inode"], flow]));
    assertEquals([...ours.keys()].toSorted(), pythonUnix.map(({ inode }) => inode).toSorted());
    for (const flow of pythonUnix) {
      const name = flow["path_name"];
      // The Python tool does not tell abstract names from paths.
      const named = name === undefined || String(name).startsWith("/") ? {} : { path_name: `@${name}` };
      assertEquals(ours.get(flow["inode"]!), { ...flow, ...named });
    }
  },
});

Deno.test("--compat pyroute2 has one document for each protocol, and the states that the options choose", () => {
  using _namespace = openNamespace();
  using _pair = openPair();
  assertEquals(compatible("-t").map((document) => Object.keys(document)), [["TCP"]]);
  const states = (...options: string[]) =>
    compatible(...options)[0]!["TCP"]!.flows.map((flow) => (flow["tcp_info"] as JsonObject)["state"]);
  assertEquals(states("--tcp"), ["established", "established"]);
  assertEquals(states("--tcp", "--listen"), ["listening"]);
  assertEquals(states("--tcp", "--all", "--listen").length, 3);
  const [flow] = compatible("-tp")[0]!["TCP"]!.flows;
  const [user, ...users] = Object.entries(flow!["usr_ctxt"] as unknown as Context);
  assertEquals([users, Object.keys(user![1])], [[], [String(Deno.pid)]]);
  const { cmd, full_cmd, fds } = user![1][String(Deno.pid)]!;
  assertEquals([cmd, (full_cmd as string[]).includes("test"), (fds as number[]).length], [Deno.execPath(), true, 1]);
});

Deno.test("--compat pyroute2 prints nothing on standard error, and takes no other option", () => {
  using _namespace = openNamespace();
  using _pair = openPair();
  const wrapper = new URL("refuse_netlink.ts", import.meta.url).pathname;
  const refused = [Deno.execPath(), "run", "--quiet", "--no-config", "--allow-all", wrapper, "97", ...programWords()];
  const { code, stdout, stderr } = run([...refused, "--compat", "pyroute2", "-t"]);
  assertEquals([code, stderr], [0, ""]);
  assertEquals((parseExact(stdout) as unknown as { TCP: { flows: unknown[] } }[])[0]!.TCP.flows.length, 2);
  for (const words of [["-t", "--table"], ["-t", "sport = 1"], [], ["-u"], ["-t", "--version"]]) {
    const { code, stdout, stderr } = runProgram("--compat", "pyroute2", ...words);
    assertEquals([code, stdout, /^ss2: the Python ss2 [^\n]*\n$/.test(stderr)], [2, "", true], words.join(" "));
  }
  // The variable is for what the Python tool understands.
  const env = { SS2_COMPAT: "pyroute2" };
  assertEquals(run([...programWords(), "--tcp", "--process"], { env }).stdout.startsWith("[\n"), true);
  assertEquals(run([...programWords(), "-t", "--format", "ndjson"], { env }).stdout.startsWith('{"protocol"'), true);
  assertEquals(run([...programWords(), "-t"], { env: { SS2_COMPAT: "other" } }).code, 2);
});
