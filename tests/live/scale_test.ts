/**
 * Thousands of sockets: none is lost or shown twice, and the program's memory does not grow with them.
 */
import { assert, assertEquals } from "@std/assert";
import { type JsonObject, parseExact } from "../exact_json.ts";
import { programWords } from "../program.ts";
import { dumpFlows } from "./flows.ts";
import { assertRecords } from "../schema.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, AF_INET6, loopback, openTcp, type Socket } from "./sockets.ts";

const SOCKETS = 5000;
/** Descriptors that this process needs besides. */
const SPARE = 200;
/** Most memory that the program may use, in KiB. */
const MEMORY = 80 * 1024;

const limit = /^Max open files\s+(\d+|unlimited)/m.exec(Deno.readTextFileSync("/proc/self/limits"))![1]!;
const enough = limit === "unlimited" || Number(limit) >= SOCKETS + SPARE;
const reason = enough ? "" : ` (ignored: a process may open ${limit} descriptors only)`;

/** Connections with their listeners, half of them IPv6: {@linkcode SOCKETS} sockets in all. */
function openCrowd(sockets: DisposableStack): Socket[] {
  const all: Socket[] = [];
  const keep = (socket: Socket) => {
    all.push(sockets.use(socket));
    return socket;
  };
  for (const family of [AF_INET, AF_INET6]) {
    // Two listeners of each family: the kernel's queue of new connections is short on some machines.
    const listeners = [0, 1].map(() => keep(openTcp(family)).bind(loopback(family)).listen(16));
    for (let i = 0; i < SOCKETS / 4 - 1; i++) {
      const listener = listeners[i % 2]!;
      keep(openTcp(family)).connect(loopback(family), listener.localPort);
      keep(listener.accept());
    }
  }
  return all;
}

/** Runs the program; returns what it prints and the most memory that it had (VmHWM, in KiB). */
async function runMeasured(...args: string[]): Promise<{ text: string; code: number; memory: number }> {
  const [command = "", ...rest] = programWords();
  const child = new Deno.Command(command, { args: [...rest, ...args], stdin: "null", stdout: "piped" }).spawn();
  const decoder = new TextDecoder();
  let text = "";
  let memory = 0;
  for await (const part of child.stdout) {
    text += decoder.decode(part, { stream: true });
    memory = Math.max(memory, readPeak(child.pid));
  }
  const { code } = await child.status;
  return { text, code, memory };
}

/** VmHWM of a process in KiB; 0 when it has ended. */
function readPeak(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

Deno.test({
  name: `runPlan and the program list each of ${SOCKETS} sockets once, in little memory${reason}`,
  ignore: !enough,
  async fn() {
    using _namespace = openNamespace();
    using stack = new DisposableStack();
    const inodes = openCrowd(stack).map((socket) => socket.inode).sort((a, b) => a - b);
    assertEquals(inodes.length, SOCKETS);
    const inodesIn = (flows: readonly { readonly [name: string]: unknown }[]) =>
      flows.map((flow) => Number(flow["inode"])).sort((a, b) => a - b);

    const flows = dumpFlows("-ta");
    assertEquals(inodesIn(flows), inodes);
    const count = (state: string, family: string) =>
      flows.filter((flow) => flow["state"] === state && flow["family"] === family).length;
    assertEquals(
      [count("established", "inet"), count("established", "inet6"), count("listening", "inet")],
      [SOCKETS / 2 - 2, SOCKETS / 2 - 2, 2],
    );

    const { text, code, memory } = await runMeasured("-ta", "--format", "ndjson");
    assertEquals(code, 0);
    const records = text.trimEnd().split("\n").map((line) => parseExact(line) as JsonObject);
    assertRecords(records);
    assertEquals(inodesIn(records), inodes);
    assert(memory > 10_000 && memory < MEMORY, `${memory} KiB`);
  },
});
