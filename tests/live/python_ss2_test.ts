/**
 * The program against the Python tool of the same name (pyroute2) on the same sockets, key by key.
 */
import { assert, assertEquals } from "@std/assert";
import { flowsIn, type Json, type JsonObject, parseExact } from "../exact_json.ts";
import { run, runProgram } from "../program.ts";
import { assertOutput } from "../schema.ts";
import { HeldSockets } from "./hold.ts";
import { openNamespace } from "./namespace.ts";
import { findPythonTool } from "./python_tool.ts";
import { AF_INET6, openPair, SHUT_WR, SO_MAX_PACING_RATE, SOL_SOCKET, TCP_FIN_WAIT2, waitUntil } from "./sockets.ts";

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

function runPython(...options: string[]): JsonObject[] {
  const { code, stdout, stderr } = run([tool!, "-t", ...options]);
  assertEquals([code, stderr], [0, ""]);
  return flowsIn(parseExact(stdout));
}

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
      for (const [name, value] of Object.entries(theirInfo as JsonObject)) {
        const fault = wrong[name];
        if (fault === undefined) assertEquals(info[name], value, `${key} tcp_info.${name}`);
        else if (fault.theirs !== undefined) assertEquals(fault.theirs(info), value, `${key} ${name}: ${fault.why}`);
        else assertEquals(typeof info[name], "number", `${key} ${name}: ${fault.why}`);
      }
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
