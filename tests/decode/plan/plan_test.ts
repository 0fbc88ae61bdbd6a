/**
 * Running a plan: counts, warnings, and protocols that are always opened and closed.
 */
import { familyCalled } from "../../../decode/families/all_families.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { OVERRUN } from "../../../decode/netlink/datagram_source.ts";
import { DecodeError, KernelError, SystemError } from "../../../decode/kernel/errors.ts";
import { NLM_F_DUMP_INTR } from "../../../decode/netlink/message.ts";
import type { Plan, Vantage } from "../../../decode/plan/plan.ts";
import { runPlan, runSteps, stepVantages } from "../../../decode/plan/run_plan.ts";
import { Netns } from "../../../decode/lookups/netns.ts";
import { AF_INET, AF_INET6 } from "../../../decode/kernel/address_family.ts";
import { formats } from "../../../formats/all_formats.ts";
import { EventLog } from "../event_log.ts";
import { collect, ipv4Plan } from "../flows.ts";
import { attribute, datagram, done, join, message, refusal, socket, socketPayload } from "../messages.ts";
import { type Answer, ScriptedSource } from "../scripted_source.ts";
import type { Outcome } from "../../../decode/record/outcome.ts";

const tcp = familyCalled("tcp");
const udp = familyCalled("udp");

const bothFamilies: Plan = { ...ipv4Plan, addressFamilies: [AF_INET, AF_INET6] };
const one = (inode: number) => datagram(socket({ inode }));
const EPERM = 1;
const TCPDIAG_GETSOCK = 18;

/** Runs a plan, and checks that the protocol was opened and closed once. */
function run(
  scripts: readonly (readonly Answer[])[],
  plan: Plan = bothFamilies,
  log = new EventLog(),
): Outcome & { inodes: number[] } {
  const outcome = runPlan(plan, new ScriptedSource(scripts), log);
  const brackets = log.events.filter((event) => event.endsWith("protocol TCP"));
  assertEquals(brackets, ["open protocol TCP", "close protocol TCP"]);
  assertEquals([log.events[0], log.events.at(-1)], brackets);
  const inodes = log.events.filter((event) => event.startsWith("inode ")).map((event) => Number(event.slice(6)));
  assertEquals(outcome.records, inodes.length);
  return { ...outcome, inodes };
}

const summary = ({ inodes, dumps, failed, warnings }: Outcome & { inodes: number[] }) => ({
  inodes,
  dumps,
  failed,
  warnings,
});

Deno.test("runPlan asks once for each address family and adds the sockets up", () => {
  const source = new ScriptedSource([[one(1), done()], [one(2), one(3), done()]]);
  const log = new EventLog();
  const outcome = runPlan({ ...bothFamilies, states: 0x402 }, source, log);
  assertEquals([outcome.records, outcome.dumps, outcome.failed], [3, 2, 0]);
  assertEquals([outcome.warnings, outcome.errors], [[], []]);
  const asked = source.requests.map((request) => [request[16], new DataView(request.buffer).getUint32(20, true)]);
  assertEquals(asked, [[AF_INET, 0x402], [AF_INET6, 0x402]]);
  assertEquals(source.requests.map((request) => request.length), [72, 72]);
});

Deno.test("runPlan asks once for TCP over both address families where the kernel answers that", () => {
  const older = (payload: Uint8Array) => message(TCPDIAG_GETSOCK, 2, payload);
  const answer = datagram(
    older(socketPayload({ inode: 1 })),
    older(socketPayload({ family: AF_INET6, inode: 2 })),
    done(),
  );
  const source = new ScriptedSource([[answer]], 6018, false, true);
  const log = new EventLog();
  const outcome = runPlan({ ...bothFamilies, states: 0x402, bpfMaps: true }, source, log);
  assertEquals([outcome.records, outcome.dumps, outcome.failed, outcome.warnings], [2, 1, 0, []]);
  assertEquals(log.events.filter((event) => event.startsWith("family ")), ["family inet", "family inet6"]);
  // `struct inet_diag_req`: family, extensions, states; and an empty nest that asks for BPF maps.
  const [request] = source.requests;
  const view = new DataView(request!.buffer);
  assertEquals([source.requests.length, request!.length, view.getUint16(4, true)], [1, 80, TCPDIAG_GETSOCK]);
  assertEquals([request![16], request![19], view.getUint32(68, true)], [AF_INET, 0xff, 0x402]);
  assertEquals([view.getUint16(76, true), view.getUint16(78, true)], [4, 0x8002]);
});

Deno.test("runPlan does not ask again when the answer for both address families broke off", () => {
  const older = message(TCPDIAG_GETSOCK, 2, socketPayload({ inode: 1 }));
  const source = new ScriptedSource([[datagram(older), done(-12)]], 6018, false, true);
  const outcome = runPlan(bothFamilies, source, new EventLog());
  assertEquals([outcome.records, outcome.dumps, outcome.failed, source.requests.length], [1, 1, 1, 1]);
  assertEquals(outcome.warnings, ["cannot list TCP sockets: out of memory (ENOMEM)"]);
});

Deno.test("runPlan takes messages of the type it asked for only", () => {
  const source = new ScriptedSource([[one(1), done()]], 6018, false, true);
  const outcome = runPlan(bothFamilies, source, new EventLog());
  assertEquals([outcome.records, outcome.warnings], [0, ["cannot list TCP sockets: message of type 20 at byte 0"]]);
});

Deno.test("runPlan opens and closes the protocol if there are no sockets", () => {
  assertEquals(summary(run([[done()]])), { inodes: [], dumps: 2, failed: 0, warnings: [] });
});

Deno.test("runPlan asks for nothing without families", () => {
  const source = new ScriptedSource([[done()]]);
  const log = new EventLog();
  const outcome = runPlan({ ...bothFamilies, families: [] }, source, log);
  assertEquals([outcome.dumps, outcome.records, source.requests.length, log.events.length], [0, 0, 0, 0]);
});

Deno.test("runPlan says in one warning that both address families failed alike", () => {
  assertEquals(summary(run([[refusal(EPERM)]])), {
    inodes: [],
    dumps: 2,
    failed: 2,
    warnings: ["cannot list TCP sockets: operation not permitted (EPERM)"],
  });
});

Deno.test("runPlan names the address families that failed in different ways", () => {
  assertEquals(summary(run([[refusal(22, { text: "No" })], [one(1), done(-12)]])), {
    inodes: [1],
    dumps: 2,
    failed: 2,
    warnings: [
      "cannot list TCP sockets over IPv4: invalid argument (EINVAL): No; " +
      "cannot list TCP sockets over IPv6: out of memory (ENOMEM)",
    ],
  });
});

Deno.test("runPlan goes on with IPv6 when IPv4 failed, and names the one that failed", () => {
  const outcome = run([[one(1), done(-12)], [one(2), done()]]);
  assertEquals(summary(outcome), {
    inodes: [1, 2],
    dumps: 2,
    failed: 1,
    warnings: ["cannot list TCP sockets over IPv4: out of memory (ENOMEM)"],
  });
  assert(outcome.errors[0] instanceof KernelError);
});

Deno.test("runPlan says what a kernel without the module lacks", () => {
  assertEquals(run([[done(-2)]]).warnings, [
    "cannot list TCP sockets: no such protocol or socket (ENOENT) (the kernel lacks socket diagnostics for it)",
  ]);
});

Deno.test("runPlan says what --bpf-maps needs where the kernel does not permit it, and only then", () => {
  const denied = [[refusal(EPERM)]];
  assertEquals(run(denied, { ...bothFamilies, bpfMaps: true }).warnings, [
    "cannot list TCP sockets: operation not permitted (EPERM) " +
    "(--bpf-maps needs CAP_BPF: leave it out, or run with that capability)",
  ]);
  assertEquals(run(denied).warnings, ["cannot list TCP sockets: operation not permitted (EPERM)"]);
});

Deno.test("runPlan asks for BPF maps only if the plan does", () => {
  const lengths = [false, true].map((bpfMaps) => {
    const source = new ScriptedSource([[done()]]);
    runPlan({ ...ipv4Plan, bpfMaps }, source, new EventLog());
    return source.requests[0]!.length;
  });
  assertEquals(lengths, [72, 76]);
});

Deno.test("runPlan says that sockets changed during a dump that cannot be repeated", () => {
  const script = [[one(1), done(0, "", NLM_F_DUMP_INTR)], [one(2), done()]];
  assertEquals(summary(run(script, bothFamilies, new EventLog(false))), {
    inodes: [1, 2],
    dumps: 2,
    failed: 0,
    warnings: ["TCP over IPv4: sockets changed during the dump; some may be missing or listed twice"],
  });
  assertEquals(run([...script.slice(0, 1), [one(3), done()], [one(2), done()]]).warnings, []);
});

Deno.test("runPlan says that datagrams were lost", () => {
  const outcome = run([[one(1), OVERRUN, done()], [done()]], bothFamilies, new EventLog(false));
  assertEquals([outcome.failed, outcome.warnings], [
    0,
    ["TCP over IPv4: the kernel had no memory for all of the answer; sockets are missing"],
  ]);
});

Deno.test("runPlan says how many bytes did not fit", () => {
  const large = datagram(...Array.from({ length: 800 }, (_, i) => socket({ inode: i + 1 })));
  const outcome = run([[done()], [large, done()]], bothFamilies, new EventLog(false));
  assertEquals([outcome.failed, outcome.warnings], [
    0,
    [`TCP over IPv6: ${large.length - 65536} bytes of the answer did not fit; sockets are missing`],
  ]);
});

Deno.test("runPlan passes the kernel's own warnings on", () => {
  assertEquals(run([[one(1), done(0, "Dump was filtered")], [done()]]).warnings, [
    "TCP over IPv4: the kernel says: Dump was filtered",
  ]);
});

Deno.test("runPlan's warnings are one line each, whatever text the kernel sends", () => {
  const text = "first\nsecond\u001b[31m\r";
  const { warnings } = run([[refusal(22, { text })], [one(1), done(0, text)]]);
  assertEquals(warnings.length, 2);
  // deno-lint-ignore no-control-regex
  for (const warning of warnings) assert(!/[\x00-\x1f\x7f]/.test(warning), JSON.stringify(warning));
});

Deno.test("runPlan takes malformed answers and failed calls for failures of that dump", () => {
  const malformed = run([[one(1), join(one(2), [1, 2, 3])], [one(3), done()]]);
  assertEquals(summary(malformed), {
    inodes: [1, 2, 3],
    dumps: 2,
    failed: 1,
    warnings: ["cannot list TCP sockets over IPv4: 3 stray bytes at byte 88"],
  });
  assert(malformed.errors[0] instanceof DecodeError);
  const broken = run([[done()], [one(1), new SystemError("receive from the kernel", 12)]]);
  assertEquals([broken.failed, broken.warnings], [
    1,
    ["cannot list TCP sockets over IPv6: cannot receive from the kernel: out of memory (ENOMEM)"],
  ]);
});

Deno.test("runPlan shows the sockets of IPv6 when the answer for IPv4 was malformed and the kernel is still busy with it", () => {
  const malformed = datagram(socket({ inode: 1 }), message(999, 0));
  const source = new ScriptedSource([[malformed, one(2), one(3), done()], [one(4), done()]], 6018, true);
  const { flows, outcome } = collect(source, bothFamilies);
  assertEquals([flows.at(-1)!["inode"], outcome.dumps, outcome.failed], [4, 2, 1]);
});

Deno.test("runPlan takes a request that cannot be sent for a failure of that dump", () => {
  const source = new ScriptedSource([[done()]]);
  source.send = () => {
    throw new SystemError("send a request to the kernel", 111);
  };
  const log = new EventLog();
  const outcome = runPlan(ipv4Plan, source, log);
  assertEquals([outcome.failed, outcome.dumps, outcome.warnings], [
    1,
    1,
    ["cannot list TCP sockets: cannot send a request to the kernel: connection refused (ECONNREFUSED)"],
  ]);
  assertEquals(log.events, ["open protocol TCP", "close protocol TCP"]);
});

Deno.test("runPlan lets every other error pass, that of a sink's writer for example", () => {
  class Closed extends Error {}
  const log = new EventLog();
  log.closeRecord = () => {
    throw new Closed();
  };
  assertThrows(() => runPlan(ipv4Plan, new ScriptedSource([[one(1), done()]]), log), Closed);
});

Deno.test("runPlan forgets what a malformed message has noted: the next dump shows its own attributes only", () => {
  // The nest of attribute 19 is malformed, so that the walk ends while md5sig (18) still waits for its turn.
  const nest = attribute(19, attribute(2, [1, 0, 0, 0]));
  const key = new Uint8Array(100);
  key.set([AF_INET, 32, 14, 0]);
  const malformed = socket({ inode: 1, attributes: [nest, attribute(18, key)] });
  const value = attribute(1, attribute(3, new Uint8Array(200).fill(AF_INET)));
  const innocent = socket({ inode: 2, attributes: [attribute(5, [16]), attribute(20, value), attribute(12, [1])] });
  const { flows, outcome } = collect(
    new ScriptedSource([[datagram(malformed)], [datagram(innocent, innocent), done()]]),
    bothFamilies,
  );
  assertEquals([outcome.failed, outcome.dumps], [1, 2]);
  assertEquals(flows.map((flow) => Object.keys(flow).slice(-4)), [
    ["cookie", "tos", "bpf_storages", "unknown"],
    ["cookie", "tos", "bpf_storages", "unknown"],
  ]);
});

for (const format of formats) {
  Deno.test(`${format.name}: the sockets of an interrupted dump leave no trace once it was asked again`, () => {
    const output = (scripts: readonly (readonly Answer[])[]) => {
      let text = "";
      const sink = format.open((bytes) => text += new TextDecoder().decode(bytes), { compact: false });
      assertEquals(runPlan(bothFamilies, new ScriptedSource(scripts), sink).warnings, []);
      sink.close();
      return text;
    };
    const interrupted = [one(8), one(9), done(0, "", NLM_F_DUMP_INTR)];
    for (const rest of [[[done()]], [[one(1), done()]], [[one(1), one(2), done()], [one(3), done()]]]) {
      assertEquals(output([interrupted, ...rest]), output(rest));
      assertEquals(output([interrupted, interrupted, interrupted, ...rest]), output(rest));
    }
  });

  Deno.test(`${format.name}: a dropped record leaves no trace in the output, whatever came before and after it`, () => {
    const output = (scripts: readonly (readonly Answer[])[]) => {
      let text = "";
      const sink = format.open((bytes) => text += new TextDecoder().decode(bytes), { compact: false, extended: true });
      runPlan(bothFamilies, new ScriptedSource(scripts), sink);
      sink.close();
      return text;
    };
    const bad = socket({ inode: 9, attributes: [attribute(15, [1, 0, 0, 0]), [9, 0, 0, 0]] });
    for (const before of [[], [one(1)]]) {
      const dropped = output([[...before, datagram(bad)], [one(2), done()]]);
      assertEquals(dropped, output([[...before, done()], [one(2), done()]]));
      // A page is compressed.
      assert(format.name === "html" || dropped.includes("inode"));
    }
  });
}

Deno.test("runPlan takes an answer of another kind of message for malformed", () => {
  const outcome = run([[datagram(message(18, 2, new Uint8Array(72)))]], ipv4Plan);
  assertEquals(outcome.warnings, ["cannot list TCP sockets: message of type 18 at byte 0"]);
});

/** A vantage whose kernel answers every request by a script, in a namespace of this inode. */
function vantage(
  inode: number,
  script: readonly Answer[],
  name: string | null = null,
): Vantage & { source: ScriptedSource } {
  const netns = new Netns(inode, name === null ? null : new TextEncoder().encode(name));
  return { source: new ScriptedSource([script], 6018, true), proc: null, netns };
}

Deno.test("stepVantages asks family by family, and each vantage in its order, with its namespace in each record", () => {
  const log = new EventLog();
  const vantages = [vantage(7, [one(1), done()], "a"), vantage(8, [done()]), vantage(9, [one(2), one(3), done()])];
  const plan = { ...ipv4Plan, families: [tcp, udp] };
  const outcome = runSteps(stepVantages(plan, vantages, log, null));
  const shown = log.events.filter((event) => /protocol|^(netns\.)?(inode|name) /.test(event));
  const flows = ["inode 1", "netns.inode 7", "netns.name 97", "inode 2", "netns.inode 9", "inode 3", "netns.inode 9"];
  assertEquals(shown, [
    "open protocol TCP",
    ...flows,
    "close protocol TCP",
    "open protocol UDP",
    ...flows,
    "close protocol UDP",
  ]);
  assertEquals([outcome.records, outcome.dumps, outcome.failed, outcome.warnings], [6, 6, 0, []]);
});

Deno.test("stepVantages says of which namespaces a warning is, each warning once, and of none if it is of all", () => {
  const denied = [refusal(EPERM)];
  const warned = (...vantages: Vantage[]) => runSteps(stepVantages(ipv4Plan, vantages, new EventLog(), null)).warnings;
  const text = "cannot list TCP sockets: operation not permitted (EPERM)";
  const fine = () => vantage(1, [done()]);
  assertEquals(warned(vantage(7, denied), vantage(8, denied)), [text]);
  assertEquals(warned(fine(), vantage(7, denied, 'a"\n')), [`${text} (network namespace "a\\"\\n")`]);
  assertEquals(warned(fine(), vantage(7, denied), vantage(8, denied)), [
    `${text} (network namespaces net:[7], net:[8])`,
  ]);
  const many = Array.from({ length: 9 }, (_, i) => vantage(11 + i, denied));
  assertEquals(warned(fine(), ...many), [
    `${text} (network namespaces net:[11], net:[12], net:[13], net:[14], net:[15] and 4 more)`,
  ]);
});
