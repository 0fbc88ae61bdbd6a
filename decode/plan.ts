/**
 * A plan: which sockets are asked for. Running it asks the kernel family by family and pushes what it answers.
 */
import type { DatagramSource } from "./datagram_source.ts";
import { Dump } from "./dump.ts";
import { DecodeError, KernelError, SystemError } from "./errors.ts";
import type { Family, Question } from "./families.ts";
import type { RecordSink } from "./record_sink.ts";

export interface Plan extends Question {
  readonly families: readonly Family[];
}

/** What can end a dump. */
export type DumpError = KernelError | DecodeError | SystemError;

/** How a plan went. */
export interface Outcome {
  /** Sockets pushed. */
  records: number;
  /** Dumps asked for, and those of them that failed. */
  dumps: number;
  failed: number;
  /** What is known to be missing or doubtful, one line each. */
  warnings: string[];
  /** Why the dumps failed; the warnings say it too. */
  errors: DumpError[];
}

/** Everything the plan asks for, one datagram at a time: the caller may take what the sink has after each step. */
export function* stepPlan(plan: Plan, source: DatagramSource, sink: RecordSink): Generator<void, Outcome> {
  const outcome: Outcome = { records: 0, dumps: 0, failed: 0, warnings: [], errors: [] };
  for (const family of plan.families) {
    sink.openProtocol(family.name);
    const decode = family.openDecoder(source.release);
    const failures: Failure[] = [];
    const { dumps } = outcome;
    const requests = [...family.encodeRequests(plan)];
    for (let request = requests.shift(); request !== undefined; request = requests.shift()) {
      let dump: Dump | null = null;
      try {
        dump = new Dump(source, request.message, decode, sink);
        while (dump.step()) yield;
        warn(dump, family.name + request.part, outcome.warnings);
        outcome.dumps++;
      } catch (error) {
        if (!(error instanceof KernelError || error instanceof DecodeError || error instanceof SystemError)) {
          throw error;
        }
        if (request.instead !== undefined && error instanceof KernelError && dump?.records === 0) {
          requests.unshift(...request.instead);
          continue;
        }
        outcome.dumps++;
        failures.push({ part: request.part, error });
        outcome.errors.push(error);
      } finally {
        // Also when the caller takes no more steps.
        dump?.giveUp();
      }
      outcome.records += dump?.records ?? 0;
      yield;
    }
    outcome.failed += failures.length;
    if (failures.length > 0) outcome.warnings.push(describe(family, failures, outcome.dumps - dumps, plan));
    sink.closeProtocol();
  }
  return outcome;
}

/** Runs a plan to its end. */
export function runPlan(plan: Plan, source: DatagramSource, sink: RecordSink): Outcome {
  const steps = stepPlan(plan, source, sink);
  while (true) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

interface Failure {
  readonly part: string;
  readonly error: DumpError;
}

/** What went wrong with a family, in one line whatever it was. */
function describe(family: Family, failures: readonly Failure[], dumps: number, plan: Plan): string {
  const first = failures[0]!.error;
  const alike = failures.length === dumps && failures.every((failure) => failure.error.message === first.message);
  const what = alike
    ? `cannot list ${family.name} sockets: ${first.message}`
    : failures.map(({ part, error }) => `cannot list ${family.name} sockets${part}: ${error.message}`).join("; ");
  return what + advice(first, plan);
}

function advice(error: DumpError, plan: Plan): string {
  if (!(error instanceof KernelError)) return "";
  if (error.code === "EPERM" && plan.bpfMaps) return " (--bpf-maps needs CAP_BPF: run with sudo, or leave it out)";
  if (error.code === "ENOENT") return " (the kernel lacks socket diagnostics for it)";
  return "";
}

function warn(dump: Dump, what: string, warnings: string[]): void {
  for (const warning of dump.warnings) warnings.push(`${what}: the kernel says: ${warning}`);
  if (dump.interrupted) {
    warnings.push(`${what}: sockets changed during the dump; some may be missing or there twice`);
  }
  if (dump.overrun) warnings.push(`${what}: the kernel had no memory for all of the answer; sockets are missing`);
  if (dump.truncated > 0) {
    warnings.push(`${what}: ${dump.truncated} bytes of the answer did not fit; sockets are missing`);
  }
}
