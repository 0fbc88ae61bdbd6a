/** Filters in a dump: what the kernel is asked, and what happens if it refuses. */
import { assert, assertEquals } from "@std/assert";
import { AF_INET } from "../../../decode/kernel/address_family.ts";
import { KernelError } from "../../../decode/kernel/errors.ts";
import { attribute, datagram, done, refusal, socket } from "../../decode/messages.ts";
import { ScriptedSource } from "../../decode/scripted_source.ts";
import type { ProcSource } from "../../../decode/proc/proc_source.ts";
import { runPlan } from "../../../decode/plan/run_plan.ts";
import { ALL_STATES } from "../../../decode/kernel/tcp_states.ts";
import { type FlowObject, ObjectSink } from "../../../decode/record/object_sink.ts";
import { refusing } from "../../decode/proc_files.ts";
import { readFixture } from "../../pcap_source.ts";
import { contextOf, family, filterOf, recorded, select } from "./filtering.ts";

const EPERM = 1;
const EINVAL = 22;
const INET_DIAG_MARK = 15;

const ipv4 = { addressFamilies: [AF_INET] };
/** The program in a request, `null` for none, and the ports in its own fields. */
function asked(request: Uint8Array): { program: number[] | null; ports: number[] } {
  const view = new DataView(request.buffer, request.byteOffset);
  const ports = [view.getUint16(24, false), view.getUint16(26, false)];
  if (request.length === 72) return { program: null, ports };
  assertEquals(view.getUint16(74, true), 1, "INET_DIAG_REQ_BYTECODE");
  return { program: [...request.subarray(76, 72 + view.getUint16(72, true))], ports };
}

const sockets = datagram(
  socket({ inode: 1, port: 22 }),
  socket({ inode: 2, port: 80 }),
  socket({ inode: 3, port: 443 }),
);
const cookies = (text: string, source: ScriptedSource) => select(source, filterOf(text), "TCP", ipv4);

Deno.test("the kernel gets the program, the ports and the states, and what it sends passes", () => {
  const source = new ScriptedSource([[sockets, done()]]);
  const { records, warnings } = cookies("state established sport = :22", source);
  // A kernel that sends more than it was asked for is believed: it has checked.
  assertEquals([records, warnings], [3, []]);
  const [request] = source.requests;
  assertEquals(asked(request!), { program: [7, 12, 16, 0, 0, 0, 0, 0, 22, 0, 0, 0], ports: [22, 0] });
  assertEquals(new DataView(request!.buffer).getUint32(20, true), 2);
});

Deno.test("a kernel that refuses the program is asked without it, and the filter is checked here", () => {
  for (const error of [EINVAL, EPERM]) {
    const source = new ScriptedSource([[refusal(error)], [sockets, done()]]);
    const { records, warnings, failed, dumps } = cookies("sport = :22 or sport = :80", source);
    assertEquals([records, warnings, failed, dumps], [2, [], 0, 1]);
    assertEquals(source.requests.map((request) => asked(request).program === null), [false, true]);
    assertEquals(asked(source.requests[1]!).ports, [0, 0]);
  }
});

Deno.test("an error that has nothing to do with the program is told once", () => {
  const source = new ScriptedSource([[refusal(13)]]);
  const { records, failed, dumps, errors } = cookies("sport = :22", source);
  assertEquals([records, failed, dumps, errors.map((error) => error instanceof KernelError && error.code)], [
    0,
    1,
    1,
    ["EACCES"],
  ]);
});

Deno.test("nothing is left to the kernel with a recording", () => {
  const source = new ScriptedSource([[sockets, done()]]);
  const { records } = select(recorded(source), filterOf("sport >= 80 and sport < 443"), "TCP", ipv4);
  assertEquals([records, source.requests.map((request) => asked(request).program)], [1, [null]]);
});

Deno.test("marks that the kernel does not tell leave sockets out, and a warning says so", () => {
  const source = new ScriptedSource([[refusal(EPERM)], [sockets, done()]]);
  const { records, warnings, failed, dumps } = cookies("fwmark = 1 and sport >= 80", source);
  assertEquals([records, failed, dumps], [0, 0, 1]);
  assertEquals(warnings, [
    "cannot tell whether 2 TCP sockets match the filter: their mark is unknown (it needs CAP_NET_ADMIN and socket diagnostics)",
  ]);
  const mark = attribute(INET_DIAG_MARK, Uint8Array.of(1, 0, 0, 0));
  const marked = datagram(
    socket({ inode: 1, port: 80, attributes: [mark] }),
    socket({ inode: 2, port: 22, attributes: [mark] }),
  );
  assertEquals(
    cookies("fwmark = 1 and sport >= 80", new ScriptedSource([[refusal(EINVAL)], [marked, done()]])).records,
    1,
  );
});

Deno.test("a family of which no socket passes is not asked for", () => {
  const source = new ScriptedSource([[sockets, done()]]);
  for (const text of ["protocol = udp", "path_name = x", "src unix:*", "state = listening and state = closed"]) {
    const { records, dumps, failed, warnings } = cookies(text, source);
    assertEquals([records, dumps, failed, warnings, source.requests.length], [0, 1, 0, [], 0], text);
  }
});

/** Sockets out of files as they stand in `/proc/net`, those of IPv4 and UNIX. */
function fromFiles(name: string, text: string): { flows: FlowObject[]; records: number; warnings: readonly string[] } {
  const proc: ProcSource = {
    sysctl: () => null,
    read: (file) => file.endsWith("6") ? null : readFixture(`proc-net-${file}.k618.txt`),
  };
  const plan = {
    families: [family(name)],
    addressFamilies: [AF_INET],
    states: ALL_STATES,
    bpfMaps: false,
    named: true,
    ...text === "" ? {} : { filter: filterOf(text, contextOf(undefined, name)) },
  };
  const sink = new ObjectSink();
  const { records, warnings } = runPlan(plan, refusing(), sink, { proc, holders: null });
  return { flows: sink.take(), records, warnings };
}

Deno.test("sockets out of /proc/net are filtered by the same fields, and counted", () => {
  for (
    const [name, text, passes] of [
      [
        "TCP",
        "state = listening or sport = 40003",
        (flow) => flow["state"] === "listening" || flow["src_port"] === 40003,
      ],
      ["TCP", "not sport <= 40001", (flow) => Number(flow["src_port"]) > 40001],
      ["TCP", "dst 127.0.0.0/8", (flow) => String(flow["dst"]).startsWith("127.")],
      ["UDP", "uid != 0 or dport != 0", (flow) => flow["uid"] !== 0 || flow["dst_port"] !== 0],
      ["UNIX", "src @* and type = stream", (flow) => /^@/.test(String(flow["path_name"])) && flow["type"] === "stream"],
      ["NETLINK", "src netlink:route", (flow) => flow["netlink_protocol"] === "route"],
    ] satisfies [string, string, (flow: FlowObject) => boolean][]
  ) {
    const all = fromFiles(name, "").flows;
    const { flows, records, warnings } = fromFiles(name, text);
    assertEquals(flows, all.filter(passes), text);
    assertEquals([records, warnings], [flows.length, []]);
    assert(flows.length > 0 && flows.length < all.length, `${text}: ${flows.length} of ${all.length}`);
  }
});

Deno.test("what /proc/net does not tell is not guessed", () => {
  const { flows, warnings } = fromFiles("TCP", "fwmark = 0 and state = listening");
  const listening = fromFiles("TCP", "state = listening").flows.length;
  assertEquals([flows.length, warnings.length], [0, 1]);
  assertEquals(warnings[0]!.startsWith(`cannot tell whether ${listening} TCP sockets match the filter: `), true);
});
