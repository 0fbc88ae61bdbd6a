/**
 * What rules have found, as HTML.
 */
import type { CheckResult } from "../../query/checks/judge.ts";
import type { Report } from "../format.ts";
import { countText, evidenceText, totalText, whereText } from "../reports/describe.ts";
import { escapeHtml } from "./escape.ts";
import { grouped } from "./pictures/figure.ts";

/** Sockets of one rule that are shown at once, and that are named at all. */
const FEW = 5;
const MOST = 200;

/** The section about rules. */
export function findingsHtml(report: Report | undefined): string {
  const checks = report?.checks ?? null;
  if (checks === null) return "";
  const { results, untested } = checks;
  const wrong = results.filter(({ result }) => result === "fails");
  const unknown = results.filter(({ result }) => result === "unknown");
  const holding = results.filter(({ result }) => result === "holds").map(({ rule: { name } }) => escapeHtml(name));
  return [
    `<section aria-labelledby="findings"><h2 id="findings">Findings</h2>`,
    `<p class="note">${escapeHtml(totalText(results))}.</p>`,
    ...wrong.map(findingHtml),
    ...unknown.map(unknownHtml),
    holding.length === 0 ? "" : `<p class="note">These rules hold: ${holding.join(", ")}.</p>`,
    untested === "" ? "" : `<p class="note">${escapeHtml(untested)}</p>`,
    "</section>",
  ].join("\n");
}

function findingHtml(result: CheckResult): string {
  const { rule: { name, severity, message, why, remedy, expect }, sockets, reason } = result;
  return [
    `<article class="finding ${severity}"><h3><span class="word">${severity}</span>${escapeHtml(message)}</h3>`,
    placesHtml(sockets),
    expect === "none" ? "" : `<p>${escapeHtml(countText(result))}.</p>`,
    why === "" ? "" : `<p>${escapeHtml(why)}</p>`,
    remedy === "" ? "" : `<p>What to do: ${escapeHtml(remedy)}</p>`,
    reason === null ? "" : `<p>There may be more: ${escapeHtml(reason)}.</p>`,
    `<p class="note">Rule <code>${escapeHtml(name)}</code></p></article>`,
  ].join("");
}

/** The first sockets, and the others behind a line that opens. */
function placesHtml(sockets: CheckResult["sockets"]): string {
  if (sockets.length === 0) return "";
  const places = sockets.slice(0, MOST).map((found) =>
    `<li><code>${escapeHtml(whereText(found.socket))}</code>: ${escapeHtml(evidenceText(found))}</li>`
  );
  const [first, rest] = [places.slice(0, FEW).join(""), places.slice(FEW).join("")];
  if (rest === "") return `<ul>${first}</ul>`;
  const unnamed = sockets.length - places.length;
  return `<ul>${first}</ul><details><summary>and ${grouped(sockets.length - FEW)} more</summary><ul>${rest}` +
    `${unnamed > 0 ? `<li>and ${grouped(unnamed)} that are not named here</li>` : ""}</ul></details>`;
}

const unknownHtml = ({ rule: { name, message }, reason }: CheckResult): string =>
  `<article class="finding unknown"><h3><span class="word">unknown</span>${escapeHtml(name)}</h3>` +
  `<p>Whether this is so cannot be told: ${escapeHtml(message)}</p>` +
  `<p>Because: ${escapeHtml(reason ?? "not everything was seen")}.</p></article>`;
