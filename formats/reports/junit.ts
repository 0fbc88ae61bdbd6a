/**
 * The results of checks as JUnit XML, which CI systems show as tests.
 */
import type { CheckResult } from "../../query/checks/judge.ts";
import { countText, evidenceText, whereText } from "./describe.ts";

/** A test case for each rule: `failure` if it fails, `error` if that is unknown. */
export function junitReport(results: readonly CheckResult[]): string {
  const of = (result: CheckResult["result"]) => results.filter((one) => one.result === result).length;
  const counts = `tests="${results.length}" failures="${of("fails")}" errors="${of("unknown")}"`;
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites ${counts}>`,
    `  <testsuite name="ss2" ${counts} skipped="0">`,
    ...results.flatMap(testCase),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase(result: CheckResult): readonly string[] {
  const { rule: { name, message, severity, why, remedy }, sockets, reason } = result;
  const start = `    <testcase classname="ss2" name="${escapeXml(name)}"`;
  if (result.result === "holds") return [`${start}/>`];
  if (result.result === "unknown") {
    return [`${start}>`, `      <error message="${escapeXml(reason ?? "")}" type="unknown"/>`, "    </testcase>"];
  }
  const lines = [
    ...sockets.map((found) => `${whereText(found.socket)}: ${evidenceText(found)}`),
    countText(result),
    ...[why, remedy].filter((text) => text !== ""),
  ];
  return [
    `${start}>`,
    `      <failure message="${escapeXml(message)}" type="${severity}">${escapeXml(lines.join("\n"))}</failure>`,
    "    </testcase>",
  ];
}

const NAMES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/**
 * Text for an element or an attribute. U+FFFD replaces characters that XML 1.0 does not allow (most control characters,
 * surrogates, U+FFFE, U+FFFF).
 */
export const escapeXml = (text: string): string =>
  text.toWellFormed()
    // deno-lint-ignore no-control-regex
    .replaceAll(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd")
    .replaceAll(/[&<>"']/g, (character) => NAMES[character]!)
    .replaceAll(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
