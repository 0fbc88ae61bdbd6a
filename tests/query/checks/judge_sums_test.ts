/** Rules over sums. */
import { assertEquals } from "@std/assert";
import { defaultRules } from "../../../query/checks/default_rules.ts";
import { families } from "../../../decode/families/all_families.ts";
import { noNames } from "../../../decode/lookups/names.ts";
import { compileRule } from "../../../query/checks/compile_rules.ts";
import type { Rule } from "../../../query/checks/rule.ts";
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

const context = { families, addressLengths: [4, 16], names: noNames };
const judge = (rules: readonly Rule[], summary: Summary, obstacle: string | null = null) =>
  judgeSums(rules.map((rule) => compileRule(rule, context)), { summary, obstacle, time: 0 }, null, families);

const rules = defaultRules.filter(({ share }) => share?.whole.startsWith("host.") === true);
const results = (summary: Summary, obstacle: string | null = null) =>
  judge(rules, summary, obstacle).map(({ rule, result }) => [rule.name, result]);

Deno.test("judgeSums compares the numbers of the machine with their limits, where these are told", () => {
  assertEquals(results(summaryOf(80n, 80n)), [["orphan-limit", "holds"], ["tcp-memory", "holds"]]);
  assertEquals(results(summaryOf(81n, 80n)), [["orphan-limit", "fails"], ["tcp-memory", "holds"]]);
  assertEquals(results(summaryOf(0n, 81n)), [["orphan-limit", "holds"], ["tcp-memory", "fails"]]);
  const [found] = judge(rules, summaryOf(81n, 0n));
  assertEquals(found!.sockets.map(({ evidence }) => evidence), [
    { "host.tcp.orphans": 81n, "host.tcp.orphans_most": 100n },
  ]);
});

Deno.test("judgeSums leaves out built-in rules whose limits are not told, and does not know of others", () => {
  assertEquals(results(summaryOf(81n, 81n, false)), []);
  const own = { ...rules[0]!, name: "own" };
  assertEquals(judge([own], summaryOf(81n, 81n, false)).map(({ result }) => result), ["unknown"]);
  assertEquals(results(summaryOf(0n, 0n, false), "cannot read sockstat"), [
    ["orphan-limit", "unknown"],
    ["tcp-memory", "unknown"],
  ]);
  assertEquals(results(summaryOf(81n, 0n), "cannot read something else")[0], ["orphan-limit", "fails"]);
});

Deno.test("judgeSums tells rates of counters that grew, in 64 bits, and none of one that started again", () => {
  const look = (value: bigint, time: number) => ({
    summary: {
      namespaces: [{
        netns: null,
        sums: [{ group: "tcp", name: "listen_overflows", value, unit: "", kind: "counter" as const }],
        acceptQueues: [],
        ephemeralPorts: [],
      }],
      host: [],
    },
    obstacle: null,
    time,
  });
  const rule = {
    ...rules[0]!,
    name: "own",
    share: undefined,
    filter: "rates.tcp.listen_overflows > 1.4 and tcp.listen_overflows >= 18446744073709551610",
  };
  const { share: _, ...filtered } = rule;
  const judged = (before: bigint, after: bigint, time: number) => {
    const [found] = judgeSums([compileRule(filtered, context)], look(before, 0), look(after, time), families);
    return [found!.result, found!.reason, ...found!.sockets.map(({ evidence }) => evidence)];
  };
  const most = 18446744073709551615n;
  assertEquals(judged(most - 3n, most, 2000), [
    "fails",
    null,
    { "rates.tcp.listen_overflows": 1.5, "tcp.listen_overflows": most },
  ]);
  assertEquals(judged(most - 2n, most, 2000), ["holds", null]);
  assertEquals(judged(most, most - 5n, 1000)[0], "unknown");
});
