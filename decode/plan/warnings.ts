/**
 * The warnings of a run: failed dumps, missing or doubtful sockets.
 */
import type { Family } from "../families/family.ts";
import { KernelError } from "../kernel/errors.ts";
import type { Dump } from "../netlink/dump.ts";
import type { DumpError, Outcome } from "../record/outcome.ts";
import type { Plan, Vantage } from "./plan.ts";
import type { RecordPredicate } from "./record_filter.ts";

/** A failed dump, and the part of the family's sockets that it covers. */
export interface Failure {
  readonly part: string;
  readonly error: DumpError;
}

/** A family that could not be requested because socket diagnostics are not available at all. */
export interface Refusal {
  readonly family: Family;
  readonly cause: string;
  /** Whether its sockets came from `/proc/net`. */
  readonly listed: boolean;
}

/** Warns how many sockets the filter could not decide on. */
export function tellUndecided(family: Family, predicates: Iterable<RecordPredicate>, outcome: Outcome): void {
  for (const { undecided, obstacle } of predicates) {
    if (undecided === 0) continue;
    outcome.warnings.push(`cannot tell whether ${undecided} ${family.name} sockets match the filter: ${obstacle}`);
  }
}

/** The errors of a family as one line. */
export function describeFailures(family: Family, failures: readonly Failure[], dumps: number, plan: Plan): string {
  const first = failures[0]!.error;
  const alike = failures.length === dumps && failures.every((failure) => failure.error.message === first.message);
  const what = alike
    ? `cannot list ${family.name} sockets: ${first.message}`
    : failures.map(({ part, error }) => `cannot list ${family.name} sockets${part}: ${error.message}`).join("; ");
  return what + advice(first, plan);
}

function advice(error: DumpError, plan: Plan): string {
  if (!(error instanceof KernelError)) return "";
  if (error.code === "EPERM" && plan.bpfMaps) {
    return " (--bpf-maps needs CAP_BPF: leave it out, or run with that capability)";
  }
  if (error.code === "ENOENT" && error.explanation === "") return " (the kernel lacks socket diagnostics for it)";
  return "";
}

/** Warns about doubts in a complete dump. */
export function warnOfDump(dump: Dump, what: string, warnings: string[]): void {
  for (const warning of dump.warnings) warnings.push(`${what}: the kernel says: ${warning}`);
  if (dump.interrupted) {
    warnings.push(`${what}: sockets changed during the dump; some may be missing or listed twice`);
  }
  if (dump.overrun) warnings.push(`${what}: the kernel had no memory for all of the answer; sockets are missing`);
  if (dump.truncated > 0) {
    warnings.push(`${what}: ${dump.truncated} bytes of the answer did not fit; sockets are missing`);
  }
}

/** Warns that socket diagnostics are refused, in one line for each cause, and says what was listed all the same. */
export function describeRefusals(refusals: readonly Refusal[]): string[] {
  const causes = new Set(refusals.map(({ cause }) => cause));
  return [...causes].map((cause) => {
    const names = (listed: boolean) =>
      new Set(refusals.filter((one) => one.cause === cause && one.listed === listed).map(({ family }) => family.name));
    const missing = [...names(false)].filter((name) => !names(true).has(name));
    return [
      `socket diagnostics are refused: ${cause}`,
      ...names(true).size === 0 ? [] : ["sockets come from /proc/net, with fewer fields"],
      ...missing.length === 0 ? [] : [`cannot list ${missing.join(" ")} sockets`],
    ].join("; ");
  });
}

/** Names the namespaces of a warning, unless it is about all of them. */
export function wherePhrase(where: readonly Vantage[], vantages: readonly Vantage[]): string {
  if (where.length === vantages.length) return "";
  const names = where.flatMap(({ netns }) => netns === null ? [] : [netns.text]);
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  return ` (network namespace${names.length > 1 ? "s" : ""} ${names.slice(0, NAMED).join(", ")}${more})`;
}

/** Maximum number of namespaces named in one warning. */
const NAMED = 5;
