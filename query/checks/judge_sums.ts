/**
 * Judges rules over sums: those of `--summary`.
 */
import type { FlowObject } from "../../decode/record/object_sink.ts";
import type { Summary, SummaryLine } from "../summary/summary.ts";
import { summaryLines } from "../summary/summary.ts";
import type { FoundSocket } from "./found_socket.ts";
import { defaultRules } from "./default_rules.ts";
import type { CheckResult } from "./judge.ts";
import type { Rule } from "./rule.ts";

/** A number of the summary. */
interface Sum {
  /** Group, or group and name. */
  readonly names: readonly string[];
  readonly value: bigint;
  readonly netns: SummaryLine["netns"];
  /** What it is a number of. */
  readonly text: string;
}

/**
 * The results of rules over sums. `obstacle` says what is missing; `null` if nothing is. Limits of the machine are
 * known only in the initial namespace: elsewhere built-in rules about them are left out.
 */
export function judgeSums(rules: readonly Rule[], summary: Summary, obstacle: string | null): readonly CheckResult[] {
  const sums = [...summaryLines(summary)].map(({ group, name, value, netns }): Sum => ({
    names: [group, `${group}.${name}`],
    value,
    netns,
    text: `${group} ${name}`,
  }));
  sums.push(...portRanges(sums));
  const isTold = ({ share }: Rule) => sums.some(({ names }) => names.includes(share!.whole));
  return rules.filter((rule) => isTold(rule) || obstacle !== null || !defaultRules.includes(rule))
    .map((rule) => judgeSum(rule, sums, obstacle));
}

/** How many ephemeral ports there are: for each source, destination and port of it. */
const portRanges = (sums: readonly Sum[]): readonly Sum[] =>
  sums.filter(({ names }) => names.includes("limits.last_ephemeral_port")).flatMap(({ value, netns }) => {
    const first = sums.find((sum) =>
      sum.names.includes("limits.first_ephemeral_port") && isSamePlace(sum.netns, netns)
    );
    if (first === undefined) return [];
    const names = ["limits.ephemeral_ports"];
    return [{ names, value: value - first.value + 1n, netns, text: "limits ephemeral_ports" }];
  });

const isSamePlace = (one: SummaryLine["netns"], other: SummaryLine["netns"]): boolean => one?.inode === other?.inode;

function judgeSum(rule: Rule, sums: readonly Sum[], obstacle: string | null): CheckResult {
  const { part, whole, percent } = rule.share!;
  const wholes = sums.filter(({ names }) => names.includes(whole));
  const sockets = sums.filter(({ names }) => names.includes(part)).flatMap((sum): FoundSocket[] => {
    const limit = wholes.find(({ netns }) => isSamePlace(netns, sum.netns));
    if (limit === undefined || limit.value === 0n || 100 * Number(sum.value) <= percent * Number(limit.value)) {
      return [];
    }
    const { netns, text } = sum;
    const socket: FlowObject = { protocol: "TCP", sum: text };
    if (netns !== null) socket["netns"] = { ...netns };
    return [{ socket, evidence: { [part]: sum.value, [whole]: limit.value } }];
  });
  const reason = obstacle ?? (wholes.length === 0 ? `this kernel, or namespace, does not tell ${whole}` : null);
  const result = sockets.length > 0 ? "fails" : reason === null ? "holds" : "unknown";
  return { rule, result, reason, count: sockets.length, sockets };
}
