/**
 * Reads what a summary is made of: three listings, and what the kernel keeps itself.
 */
import { readProtocols, readSums, type Sum } from "../../decode/proc/kernel_sums.ts";
import type { ProcSource } from "../../decode/proc/proc_source.ts";
import { hostRows, namespaceRows } from "../../decode/proc/summary_rows.ts";
import type { Vantage } from "../../decode/plan/plan.ts";
import type { Outcome } from "../../decode/record/outcome.ts";
import type { FlowObject } from "../../decode/record/object_sink.ts";
import { summarize, type Summary, type SummaryPlace, unlisted } from "./summary.ts";

/** The accept queues to show. The kernel takes one connection more than the limit before it drops one. */
export const FULL = "recv_q > send_q or skmeminfo.drops > 0";
/** Fields of listeners. */
export const QUEUE = ["src", "src_port", "recv_q", "send_q", "skmeminfo.drops"];
/** What the ephemeral ports in use are counted by. */
export const PAIR = ["src", "dst", "dst_port"];

/** The connections that use ephemeral ports. */
export const usingPorts = (first: number, last: number): string =>
  `src_port >= ${first} and src_port <= ${last} and dst_port > 0`;

/** A listing; `look` is called while the namespaces that were asked are open. */
export type ListForSummary = (
  look: (vantages: readonly Vantage[]) => void,
) => { readonly flows: readonly FlowObject[]; readonly outcome: Outcome };

/** The listings of a summary. */
export interface SummaryListings {
  /** Names of the protocols that are asked for. */
  readonly protocols: readonly string[];
  /** Counts sockets by protocol and state. */
  readonly counts: () => Promise<ListForSummary>;
  /** Lists accept queues that are full or were; `null` without TCP. */
  readonly listeners: (() => Promise<ListForSummary>) | null;
  /** Counts connections from ports in a range by their addresses and remote port; `null` without TCP. */
  readonly ports: ((first: number, last: number) => Promise<ListForSummary>) | null;
}

/** Receives what is missing from a summary. */
export interface Missing {
  /** A listing has ended. */
  listed(outcome: Outcome): void;
  /** Something else could not be read. */
  warn(warning: string): void;
}

/** Lists and reads. `host` has the files of the machine. */
export async function readSummary(
  { protocols, counts, listeners, ports }: SummaryListings,
  host: ProcSource,
  missing: Missing,
): Promise<Summary> {
  const list = (listing: ListForSummary, look: (vantages: readonly Vantage[]) => void = () => {}) => {
    const { flows, outcome } = listing(look);
    missing.listed(outcome);
    return flows;
  };
  let places: readonly SummaryPlace[] = [];
  const counted = list(await counts(), (vantages) => places = vantages.map((vantage) => placeOf(vantage, missing)));
  const limits = places.flatMap(({ kept }) => kept).filter(({ group }) => group === "limits");
  const bounds = (name: string) => limits.filter((limit) => limit.name === name).map(({ value }) => Number(value));
  const [first, last] = [bounds("first_ephemeral_port"), bounds("last_ephemeral_port")];
  const known = first.length > 0 && last.length > 0;
  const listed = {
    protocols,
    counts: counted,
    listeners: listeners === null ? [] : list(await listeners()),
    ports: ports === null || !known ? [] : list(await ports(Math.min(...first), Math.max(...last))),
  };
  for (const protocol of new Set(places.flatMap((place) => unlisted(place, listed)))) {
    missing.warn(`there are ${protocol} sockets, but this kernel has no diagnostics for them`);
  }
  return summarize(places, sumsOf(hostRows, host, missing), listed);
}

function placeOf({ netns, proc }: Vantage, missing: Missing): SummaryPlace {
  const name = netns?.name ?? null;
  return {
    inode: netns?.inode ?? 0,
    name: name === null ? null : new TextDecoder().decode(name),
    kept: sumsOf(namespaceRows, proc!, missing),
    protocols: attempt(() => protocolsIn(proc!), "/proc/net/protocols", missing),
  };
}

function protocolsIn(proc: ProcSource): Map<string, number> {
  const protocols = readProtocols(proc);
  if (protocols === null) throw new Error("no such file, and without it the sums are incomplete");
  return protocols;
}

function attempt<T>(read: () => T, file: string, missing: Missing): T | null {
  try {
    return read();
  } catch (error) {
    missing.warn(`cannot read ${file}: ${(error as Error).message}`);
    return null;
  }
}

function sumsOf(rows: typeof hostRows, proc: ProcSource, missing: Missing): readonly Sum[] {
  return readSums(rows, (file, sysctl) => attempt(() => sysctl ? proc.sysctl(file) : proc.read(file), file, missing));
}
