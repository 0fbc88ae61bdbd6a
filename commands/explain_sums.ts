/**
 * `--explain` of `--check` and `--summary`: what the kernel is asked, which files are read, and how rules are tested.
 */
import { hostRows, namespaceRows } from "../decode/proc/summary_rows.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { CheckCommand, DumpCommand, SummaryCommand } from "../options/command.ts";
import type { CompiledRule } from "../query/checks/compile_rules.ts";
import { TWICE } from "../query/checks/rule.ts";
import type { CommandOf } from "./action.ts";
import { DONE } from "./exit_status.ts";
import { explainPlan } from "./explain.ts";
import { printText } from "./print.ts";

/** Prints it. */
export async function explainSums({ checked, summary }: CommandOf<"explain-sums">, print: Write): Promise<number> {
  const parts = [
    ...checked === null ? [] : [explainChecks(checked)],
    ...summary === null ? [] : [await explainSummary(summary)],
  ];
  printText(parts.join("\n"), print);
  return DONE;
}

const explainListing = ({ plan, filter }: DumpCommand): string => explainPlan(plan, filter);

/** What a check lists, and what each rule tests. */
function explainChecks({ listing, rules, grace }: CheckCommand): string {
  const twice = rules.filter(needsTwo);
  return [
    "Sockets, with the processes that hold them",
    explainListing(listing),
    "Rules",
    ...rules.map(explainRule),
    ...twice.length === 0
      ? []
      : [`rules over two looks: the second one follows ${grace / 1000} s later, if the first finds anything`],
    "",
  ].join("\n");
}

const needsTwo = ({ rule, unrated }: CompiledRule): boolean => TWICE.includes(rule.over) || unrated !== null;

/** A rule in one line. */
function explainRule(compiled: CompiledRule): string {
  const { rule: { name, filter, over, expect, still, grows, least, beside, share, differ }, unrated } = compiled;
  const parts = [
    ...over === "sockets" ? [] : [`over ${over}`],
    ...unrated === null ? [] : ["rates of two looks"],
    ...filter === "" ? [] : [filter],
    ...share === undefined ? [] : [`${share.part} > ${share.percent}% of ${share.whole}`],
    ...still === undefined ? [] : [`the same: ${still.join(", ")}`],
    ...grows === undefined ? [] : [`more: ${grows.join(", ")}`],
    ...differ === undefined ? [] : [`different values: ${differ}`],
    ...least === undefined ? [] : [`at least ${least}`],
    ...beside === undefined ? [] : [`beside one with ${beside}`],
    `expected: ${expect}`,
  ];
  return `  ${name}: ${parts.join("; ")}`;
}

/** What a summary lists and reads. */
async function explainSummary({ counts, listeners, ports }: SummaryCommand): Promise<string> {
  const files = [...namespaceRows, ...hostRows].map(({ file, sysctl }) =>
    sysctl === true ? `/proc/sys/${file}` : `/proc/net/${file}`
  );
  return [
    "Sums: sockets by protocol and state",
    explainListing(counts),
    ...listeners === null ? [] : ["Sums: accept queues", explainListing(listeners)],
    ...ports === null ? [] : [
      "Sums: ephemeral ports, here for the range 32768 to 60999 (the range is read first)",
      explainListing(await ports(32768, 60999)),
    ],
    "Sums: files of the kernel",
    ...[...new Set(files)].map((file) => `  ${file}`),
    "  /proc/net/protocols",
    "",
  ].join("\n");
}
