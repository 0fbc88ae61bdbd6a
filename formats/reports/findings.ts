/**
 * The results of checks as text for people, and as JSON.
 */
import { exactNumbers } from "../../decode/record/object_sink.ts";
import { escapeControls } from "../../decode/text/control_characters.ts";
import type { CheckResult } from "../../query/checks/judge.ts";
import type { CheckResults } from "../../query/checks/run_checks.ts";
import { countText, evidenceText, totalText, whereText } from "./describe.ts";

/** What was found, where, the evidence and what to do. The last line has the number of rules. */
export function findingsText({ results }: CheckResults): string {
  const blocks = results.filter(({ result }) => result !== "holds").map(blockOf);
  return [...blocks.flat(), totalText(results), ""].join("\n");
}

function blockOf(result: CheckResult): readonly string[] {
  const { rule, sockets, reason } = result;
  const { name, severity, message, why, remedy } = rule;
  if (result.result === "unknown") return [`unknown: ${name}`, row("because", reason ?? ""), ""];
  return [
    escapeControls(`${severity}: ${name}: ${message}`),
    ...sockets.flatMap((found) => [row("where", whereText(found.socket)), row("evidence", evidenceText(found))]),
    ...rule.expect === "none" ? [] : [row("count", countText(result))],
    ...why === "" ? [] : [row("why", why)],
    ...remedy === "" ? [] : [row("what to do", remedy)],
    "",
  ];
}

const row = (heading: string, text: string): string => escapeControls(`  ${heading.padEnd(11)} ${text}`);

/** A result as a value for JSON. */
function valueOf({ rule, result, reason, count, sockets }: CheckResult): unknown {
  const { name, severity, filter, over, expect, message, why, remedy } = rule;
  return {
    ...{ rule: name, severity, result, count, expect, message, why, remedy, filter, over },
    ...reason === null ? {} : { reason },
    sockets: sockets.map(({ socket, evidence }) => ({ ...socket, evidence })),
  };
}

/** The whole document. */
export function findingsJson({ results, warnings }: CheckResults, compact: boolean): string {
  const document = { checks: results.map(valueOf), complete: warnings.length === 0, warnings };
  return JSON.stringify(document, exactNumbers, compact ? 0 : 4) + "\n";
}

/** A line for each rule. */
export const findingsLines = ({ results }: CheckResults): string =>
  results.map((result) => JSON.stringify(valueOf(result), exactNumbers) + "\n").join("");
