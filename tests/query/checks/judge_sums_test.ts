/** Rules over sums. */
import { assertEquals } from "@std/assert";
import { defaultRules } from "../../../query/checks/default_rules.ts";
import { judgeSums } from "../../../query/checks/judge_sums.ts";
import type { Summary } from "../../../query/summary/summary.ts";

const sum = (group: string, name: string, value: bigint) => ({ group, name, value, unit: "", kind: "gauge" as const });

/** A summary with these numbers of the machine, of which the limits are 100. */
const summaryOf = (orphans: bigint, memory: bigint, limits = true): Summary => ({
  namespaces: [{ netns: null, sums: [], acceptQueues: [], ephemeralPorts: [] }],
  host: [
    sum("tcp", "orphans", orphans),
    sum("tcp", "memory", memory),
    ...limits ? [sum("tcp", "orphans_most", 100n), sum("tcp", "memory_pressed", 100n)] : [],
  ],
});

const rules = defaultRules.filter(({ share }) => share?.whole.startsWith("host.") === true);
const results = (summary: Summary, obstacle: string | null = null) =>
  judgeSums(rules, summary, obstacle).map(({ rule, result }) => [rule.name, result]);

Deno.test("judgeSums compares the numbers of the machine with their limits, where these are told", () => {
  assertEquals(results(summaryOf(80n, 80n)), [["orphan-limit", "holds"], ["tcp-memory", "holds"]]);
  assertEquals(results(summaryOf(81n, 80n)), [["orphan-limit", "fails"], ["tcp-memory", "holds"]]);
  assertEquals(results(summaryOf(0n, 81n)), [["orphan-limit", "holds"], ["tcp-memory", "fails"]]);
  const [found] = judgeSums(rules, summaryOf(81n, 0n), null);
  assertEquals(found!.sockets.map(({ evidence }) => evidence), [
    { "host.tcp.orphans": 81n, "host.tcp.orphans_most": 100n },
  ]);
});

Deno.test("judgeSums leaves out built-in rules whose limits are not told, and does not know of others", () => {
  assertEquals(results(summaryOf(81n, 81n, false)), []);
  const own = { ...rules[0]!, name: "own" };
  assertEquals(judgeSums([own], summaryOf(81n, 81n, false), null).map(({ result }) => result), ["unknown"]);
  assertEquals(results(summaryOf(0n, 0n, false), "cannot read sockstat"), [
    ["orphan-limit", "unknown"],
    ["tcp-memory", "unknown"],
  ]);
  assertEquals(results(summaryOf(81n, 0n), "cannot read something else")[0], ["orphan-limit", "fails"]);
});
