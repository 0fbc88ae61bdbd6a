/**
 * The results of checks as a table of Markdown.
 */
import type { CheckResult } from "../../query/checks/judge.ts";
import { countText, evidenceText, totalText, whereText } from "./describe.ts";

/** A row for each socket that was found, and for each rule that is unknown. */
export function markdownReport(results: readonly CheckResult[]): string {
  const rows = results.filter(({ result }) => result !== "holds").flatMap(rowsOf);
  const table = rows.length === 0
    ? []
    : ["| | rule | where | evidence | what to do |", "| --- | --- | --- | --- | --- |", ...rows, ""];
  return ["### Sockets", "", ...table, totalText(results), ""].join("\n");
}

function rowsOf(result: CheckResult): readonly string[] {
  const { rule: { name, severity, message, remedy }, sockets, reason } = result;
  const rule = `${name}: ${message}`;
  if (result.result === "unknown") return [row("unknown", name, "", reason ?? "", "")];
  if (sockets.length === 0) return [row(severity, rule, "", countText(result), remedy)];
  return sockets.map((found) => row(severity, rule, whereText(found.socket), evidenceText(found), remedy));
}

const row = (...cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(" | ")} |`;

/** Text of a cell: nothing in it is markup. */
export const escapeMarkdown = (text: string): string =>
  text.toWellFormed().replaceAll(/\s+/g, " ").trim()
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_[\]|~#!@$]/g, "\\$&");
