/**
 * The results of checks as GitHub workflow commands, which are shown as annotations.
 */
import type { CheckResult } from "../../query/checks/judge.ts";
import { countText, evidenceText, whereText } from "./describe.ts";

/** A line for each rule that fails or is unknown. */
export const githubReport = (results: readonly CheckResult[]): string =>
  results.filter(({ result }) => result !== "holds").map(annotation).join("");

function annotation(result: CheckResult): string {
  const { rule: { name, severity, message, remedy }, sockets, reason } = result;
  const title = `title=${escapeProperty(`ss2: ${name}`)}`;
  if (result.result === "unknown") return `::warning ${title}::${escapeData(`cannot be told: ${reason}`)}\n`;
  const lines = [
    message,
    ...sockets.map((found) => `${whereText(found.socket)}: ${evidenceText(found)}`),
    ...sockets.length === 0 ? [countText(result)] : [],
    ...remedy === "" ? [] : [remedy],
  ];
  return `::${severity} ${title}::${escapeData(lines.join("\n"))}\n`;
}

const percent = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;

/** The text of a command. */
const escapeData = (text: string): string => text.toWellFormed().replaceAll(/[%\r\n]/g, percent);

/** The value of a property of a command. */
const escapeProperty = (text: string): string => text.toWellFormed().replaceAll(/[%\r\n:,]/g, percent);
