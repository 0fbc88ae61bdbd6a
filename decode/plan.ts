/**
 * A plan: which sockets are asked for. Running it asks the kernel family by family and pushes what it answers.
 */
import type { DatagramSource } from "./datagram_source.ts";
import { Dump } from "./dump.ts";
import { DecodeError, KernelError, SystemError } from "./errors.ts";
import type { Family } from "./families.ts";
import type { RecordSink } from "./record_sink.ts";
import { AF_INET, AF_INET6 } from "./address_family.ts";

export interface Plan {
  readonly families: readonly Family[];
  /** AF_INET, AF_INET6 or both. */
  readonly addressFamilies: readonly number[];
  /** Bit n asks for sockets in state n. */
  readonly states: number;
  /** Asks for the values of BPF socket maps too; needs CAP_BPF. */
  readonly bpfMaps: boolean;
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
    for (const addressFamily of plan.addressFamilies) {
      outcome.dumps++;
      const request = family.encodeRequest({ family: addressFamily, states: plan.states, bpfMaps: plan.bpfMaps });
      let dump: Dump | null = null;
      try {
        dump = new Dump(source, request, decode, sink);
        while (dump.step()) yield;
        warn(dump, `${family.name} over ${ipVersion(addressFamily)}`, outcome.warnings);
      } catch (error) {
        if (!(error instanceof KernelError || error instanceof DecodeError || error instanceof SystemError)) {
          throw error;
        }
        failures.push({ addressFamily, error });
        outcome.errors.push(error);
      } finally {
        // Also when the caller takes no more steps.
        dump?.giveUp();
      }
      outcome.records += dump?.records ?? 0;
      yield;
    }
    outcome.failed += failures.length;
    if (failures.length > 0) outcome.warnings.push(describe(family, failures, plan));
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
  readonly addressFamily: number;
  readonly error: DumpError;
}

function ipVersion(addressFamily: number): string {
  return addressFamily === AF_INET ? "IPv4" : addressFamily === AF_INET6 ? "IPv6" : `family ${addressFamily}`;
}

/** What went wrong with a family, in one line whatever it was. */
function describe(family: Family, failures: readonly Failure[], plan: Plan): string {
  const first = failures[0]!.error;
  const alike = failures.length === plan.addressFamilies.length &&
    failures.every((failure) => failure.error.message === first.message);
  const what = alike
    ? `cannot list ${family.name} sockets: ${first.message}`
    : failures.map(({ addressFamily, error }) =>
      `cannot list ${family.name} sockets over ${ipVersion(addressFamily)}: ${error.message}`
    )
      .join("; ");
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
