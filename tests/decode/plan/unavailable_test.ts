/**
 * Kernels that refuse a family with any of the possible errors: the output stays one document, with at most one warning
 * for each family.
 */
import { assert, assertEquals } from "@std/assert";
import { AF_INET, AF_INET6 } from "../../../decode/kernel/address_family.ts";
import { families } from "../../../decode/families/all_families.ts";
import type { Family } from "../../../decode/families/family.ts";
import { runPlan, runSteps, stepVantages } from "../../../decode/plan/run_plan.ts";
import { SystemError } from "../../../decode/kernel/errors.ts";
import { nowhere } from "../../../decode/record/nowhere.ts";
import type { ProcSource } from "../../../decode/proc/proc_source.ts";
import { ALL_STATES } from "../../../decode/kernel/tcp_states.ts";
import { formats } from "../../../formats/all_formats.ts";
import { done, refusal } from "../messages.ts";
import { type Answer, ScriptedSource } from "../scripted_source.ts";
import type { Outcome } from "../../../decode/record/outcome.ts";

const ENOENT = 2;
const EPERM = 1;
const EINVAL = 22;
const EOPNOTSUPP = 95;
const EAFNOSUPPORT = 97;

const refusals: readonly (readonly [name: string, answer: Answer, lacks: boolean])[] = [
  ["NLMSG_ERROR with ENOENT", refusal(ENOENT), true],
  ["NLMSG_ERROR with EOPNOTSUPP", refusal(EOPNOTSUPP), true],
  ["NLMSG_DONE with ENOENT", done(-ENOENT), true],
  ["NLMSG_ERROR with EINVAL", refusal(EINVAL), false],
  ["NLMSG_ERROR with EPERM", refusal(EPERM), false],
  ["NLMSG_DONE with EPERM", done(-EPERM), false],
];

const nothingInProc: ProcSource = { read: () => null, sysctl: () => null };
/** Files with a heading and no socket. */
const emptyProc: ProcSource = { read: () => new TextEncoder().encode("heading\n"), sysctl: () => null };

/** Families that this program can ask the kernel for, or look for in `/proc`. */
const asked = families.filter(({ name }) => name !== "OTHER");

function run(
  listed: readonly Family[],
  answer: Answer,
  named: boolean,
  proc: ProcSource | null,
): Outcome & { text: string } {
  const pieces: Uint8Array[] = [];
  const sink = formats[0]!.open((bytes) => pieces.push(bytes.slice()), { compact: true });
  const plan = { families: listed, addressFamilies: [AF_INET, AF_INET6], states: ALL_STATES, bpfMaps: false, named };
  const outcome = runPlan(plan, new ScriptedSource([[answer]], 6018, false, true), sink, { proc, holders: null });
  sink.close();
  return { ...outcome, text: pieces.map((piece) => new TextDecoder().decode(piece)).join("") };
}

const LESS = "sockets come from /proc/net, with fewer fields";
const everything = { addressFamilies: [AF_INET, AF_INET6], states: ALL_STATES, bpfMaps: false };

const emptyDocument = (listed: readonly Family[]) =>
  Object.fromEntries(listed.map(({ name }) => [name, { flows: [] }]));

for (const [name, answer, lacks] of refusals) {
  Deno.test(`runPlan on a kernel that answers everything with ${name} prints every family empty, one warning each at most`, () => {
    for (const proc of [null, nothingInProc]) {
      const { text, warnings, records } = run(asked, answer, false, proc);
      assertEquals(JSON.parse(text), emptyDocument(asked));
      assertEquals(records, 0);
      // A family that nobody named and the kernel lacks is not missing.
      if (lacks) assertEquals(warnings, []);
      for (const family of asked) {
        assert(warnings.filter((warning) => warning.startsWith(`cannot list ${family.name} sockets`)).length <= 1);
      }
    }
  });

  Deno.test(`runPlan with a family named that the kernel refuses by ${name} says so in one warning, and counts it as failed`, () => {
    for (const family of asked) {
      const { text, warnings, dumps, failed } = run([family], answer, true, nothingInProc);
      assertEquals(JSON.parse(text), emptyDocument([family]));
      assertEquals(warnings.length, 1, family.name);
      assert(warnings[0]!.startsWith(`cannot list ${family.name} sockets: `), warnings[0]!);
      assert(dumps > 0 && failed === dumps, family.name);
    }
  });

  const denied = name.endsWith("EPERM");
  Deno.test(`runPlan looks into /proc/net for families that the kernel refuses by ${name}, ${denied ? "and says so" : "without a warning"}`, () => {
    for (const family of asked.filter(({ procFiles }) => procFiles !== undefined)) {
      const { text, warnings, failed } = run([family], answer, true, emptyProc);
      assertEquals(JSON.parse(text), emptyDocument([family]));
      const expected = denied && family.encodeRequests(everything).length > 0
        ? [`socket diagnostics are refused: operation not permitted (EPERM); ${LESS}`]
        : [];
      assertEquals([warnings, failed], [expected, 0], family.name);
    }
  });
}

/** A machine on which no netlink socket can be opened. */
class RefusedSource extends ScriptedSource {
  override send(): void {
    throw new SystemError("open a netlink socket", EAFNOSUPPORT);
  }
}

/** Runs a plan where no netlink socket can be opened, and two vantages if these are asked for. */
function runRefused(listed: readonly Family[], named: boolean, proc: ProcSource, count = 1): Outcome {
  const plan = { ...everything, families: listed, named };
  const vantages = Array.from({ length: count }, () => ({ source: new RefusedSource([]), proc, netns: null }));
  return runSteps(stepVantages(plan, vantages, nowhere, null));
}

const REFUSED =
  "socket diagnostics are refused: cannot open a netlink socket: address family not supported (EAFNOSUPPORT)";

Deno.test("runPlan without netlink looks into /proc/net, and says in one warning what is listed so and what cannot be listed", () => {
  const without = asked.filter(({ procFiles }) => procFiles === undefined).map(({ name }) => name);
  assert(without.length > 3);
  for (const count of [1, 2]) {
    const { warnings, failed, errors } = runRefused(asked, false, emptyProc, count);
    assertEquals([warnings, failed, errors], [
      [`${REFUSED}; ${LESS}; cannot list ${without.join(" ")} sockets`],
      0,
      [],
    ]);
  }
});

Deno.test("runPlan without netlink fails for a named family that /proc/net does not have either, in one warning", () => {
  for (const family of asked.filter(({ encodeRequests }) => encodeRequests(everything).length > 0)) {
    const { warnings, dumps, failed } = runRefused([family], true, nothingInProc);
    assertEquals(warnings, [`${REFUSED}; cannot list ${family.name} sockets`]);
    assert(dumps > 0 && failed === dumps);
  }
});
