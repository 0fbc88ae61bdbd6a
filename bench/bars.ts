/**
 * The bars for the program's speed and memory.
 */
import { type Measurement, median, minimum } from "./measure.ts";
import type { EventRates } from "./events.ts";
import { type ProgramId, ROUNDS } from "./programs.ts";

/** Everything that one run of the bench has measured. */
export interface Results {
  readonly sockets: number;
  readonly events: EventRates;
  /** With a few sockets, for the start time. */
  readonly startUp: readonly Measurement[];
  /** With a tenth of the sockets, for the memory. */
  readonly tenth: readonly Measurement[];
  readonly all: readonly Measurement[];
}

export type Verdict = "met" | "missed" | "not measured" | "not judged";

export interface Bar {
  readonly work: string;
  /** The bar in words. */
  readonly limit: string;
  readonly value: string;
  /** The same from the fastest run of each program. */
  readonly least: string;
  readonly verdict: Verdict;
}

/** The number of sockets that the bars are meant for. */
export const BAR_SOCKETS = 100_000;
const MEGABYTE = 1_000_000;
const MOST_MEMORY = 80 * MEGABYTE;
const MOST_WATCHED = 120 * MEGABYTE;
/** Additional memory that looking up owners may take, for each descriptor of a socket. */
const DESCRIPTOR_MEMORY = 100;

const OWN: readonly ProgramId[] = [
  "ndjson source",
  "ndjson ipv4",
  "json source",
  "yaml source",
  "csv source",
  "table source",
  "ndjson bundled",
  "json bundled",
  "ndjson packed",
  "table packed",
  "counts packed",
];

function ratio(
  measurements: readonly Measurement[],
  of: ProgramId,
  to: ProgramId,
  pick: (times: readonly number[]) => number | undefined,
): number | undefined {
  const time = (id: ProgramId) => pick(measurements.find(({ program }) => program.id === id)?.times ?? []);
  const [upper, lower] = [time(of), time(to)];
  return upper === undefined || lower === undefined ? undefined : upper / lower;
}

const print = (value: number | undefined, unit = "") => value === undefined ? "" : `${value.toFixed(2)}${unit}`;

/** A ratio of two programs, and what it must be. */
interface Ratio {
  readonly work: string;
  readonly limit: string;
  /** Which runs: those of all sockets, or those of few. */
  readonly of: "all" | "startUp";
  readonly programs: readonly [of: ProgramId, to: ProgramId];
  readonly holds: (ratio: number) => boolean;
}

const bar = (
  work: string,
  limit: string,
  of: Ratio["of"],
  programs: Ratio["programs"],
  holds: Ratio["holds"],
): Ratio => ({ work, limit, of, programs, holds });

const atMost = (most: number) => (ratio: number) => ratio <= most;

const ratios: readonly Ratio[] = [
  bar("ndjson, packed / ss -tianem", "at most 0.40 (goal 0.33)", "all", ["ndjson packed", "ss -tianem"], atMost(0.4)),
  bar("csv from source / ndjson from source", "at most 1.05", "all", ["csv source", "ndjson source"], atMost(1.05)),
  bar("yaml from source / ndjson from source", "at most 2", "all", ["yaml source", "ndjson source"], atMost(2)),
  bar("table from source / ndjson from source", "at most 3", "all", ["table source", "ndjson source"], atMost(3)),
  bar(
    "ndjson, packed / receive loop in C",
    "at most 2.5 (goal 1.5)",
    "all",
    ["ndjson packed", "receive loop"],
    atMost(2.5),
  ),
  bar("ndjson of no socket by a field / ndjson of all, from source", "less than 1", "all", [
    "nothing source",
    "ndjson source",
  ], (ratio) => ratio < 1),
  bar(
    "Python ss2 -t / the same sockets as ndjson from source",
    "at least 80",
    "all",
    ["python", "ndjson ipv4"],
    (ratio) => ratio >= 80,
  ),
  bar("table -tan, packed / ss -tan", "at most 0.80 (goal 0.60)", "all", ["table packed", "ss -tan"], atMost(0.8)),
  bar("--count-by state, packed / ndjson, packed", "at most 0.60 (goal 0.50)", "all", [
    "counts packed",
    "ndjson packed",
  ], atMost(0.6)),
  bar("--sort tcp_info.rtt:desc --limit 10, packed / ndjson, packed", "at most 1.00 (goal 0.80)", "all", [
    "sorted packed",
    "ndjson packed",
  ], atMost(1)),
  bar("ndjson with owners by BPF, packed / ndjson, packed", "at most 1.35 (goal 1.20)", "all", [
    "ndjson owners bpf",
    "ndjson packed",
  ], atMost(1.35)),
  bar("ndjson with owners from /proc, packed / ss -tianemp", "at most 0.20 (goal 0.12)", "all", [
    "ndjson owners",
    "ss -tianemp",
  ], atMost(0.2)),
  bar("start, from source / empty script", "at most 2.5 (goal 2)", "startUp", ["ndjson source", "empty"], atMost(2.5)),
  bar("start, bundled / empty script", "at most 1.6 (goal 1.4)", "startUp", ["ndjson bundled", "empty"], atMost(1.6)),
  bar(
    "start, packed / empty script, packed",
    "at most 1.6 (goal 1.4)",
    "startUp",
    ["ndjson packed", "empty packed"],
    atMost(1.6),
  ),
];

/** Compares the results with the bars. Bars for many sockets are not judged if there are fewer. */
export function judge(results: Results): Bar[] {
  const full = results.sockets >= BAR_SOCKETS;
  const verdict = (holds: boolean | undefined, needsAll: boolean): Verdict =>
    holds === undefined ? "not measured" : needsAll && !full ? "not judged" : holds ? "met" : "missed";
  const compare = ({ work, limit, of, programs: [own, other], holds }: Ratio): Bar => {
    const value = ratio(results[of], own, other, median);
    return {
      work,
      limit,
      value: print(value),
      least: print(ratio(results[of], own, other, minimum)),
      verdict: verdict(value === undefined ? undefined : holds(value), of === "all"),
    };
  };
  return [
    ...ratios.map(compare),
    filterBar(results, verdict),
    eventBar(results, verdict),
    roundBar(results, verdict),
    ...memoryBars(results, verdict),
  ];
}

/** The time of a filter that the kernel checks, minus the time with few sockets. */
function filterBar(results: Results, verdict: (holds: boolean | undefined, needsAll: boolean) => Verdict): Bar {
  const ratioOf = (pick: (times: readonly number[]) => number | undefined) => {
    const timeOf = (measurements: readonly Measurement[], id: ProgramId) =>
      pick(measurements.find(({ program }) => program.id === id)?.times ?? []);
    const [own, start] = [timeOf(results.all, "filter source"), timeOf(results.startUp, "filter source")];
    const ss = timeOf(results.all, "ss filter");
    return own === undefined || start === undefined || ss === undefined ? undefined : (own - start) / ss;
  };
  const value = ratioOf(median);
  return {
    work: "filter by port from source, less the start / the same of ss",
    limit: "at most 1.5",
    value: print(value),
    least: print(ratioOf(minimum)),
    verdict: verdict(value === undefined ? undefined : value <= 1.5, true),
  };
}

/** The slowest run counts: events that come faster than they are read are lost. */
function eventBar(
  { events: { rates } }: Results,
  verdict: (holds: boolean | undefined, needsAll: boolean) => Verdict,
): Bar {
  const value = median(rates);
  return {
    work: "closed sockets told of without loss by -E, packed, a second",
    limit: "at least 20000 (goal 50000)",
    value: value === undefined ? "" : value.toFixed(0),
    least: rates.length === 0 ? "" : Math.min(...rates).toFixed(0),
    verdict: verdict(rates.length === 0 ? undefined : Math.min(...rates) >= 20_000, false),
  };
}

/** The time of a round: half of that which more rounds take, because each waits as long as it has worked. */
function roundBar(results: Results, verdict: (holds: boolean | undefined, needsAll: boolean) => Verdict): Bar {
  const ratioOf = (pick: (times: readonly number[]) => number | undefined) => {
    const [one, many, listing] = (["round packed", "rounds packed", "columns packed"] as const).map((id) =>
      pick(results.all.find(({ program }) => program.id === id)?.times ?? [])
    );
    if (one === undefined || many === undefined || listing === undefined) return undefined;
    return (many - one) / (2 * (ROUNDS - 1)) / listing;
  };
  const value = ratioOf(median);
  return {
    work: "a round of --watch with rates, packed / ndjson of the same columns, packed",
    limit: "at most 1.5 (goal 1.2)",
    value: print(value),
    least: print(ratioOf(minimum)),
    verdict: verdict(value === undefined ? undefined : value <= 1.5, true),
  };
}

function memoryBars(results: Results, verdict: (holds: boolean | undefined, needsAll: boolean) => Verdict): Bar[] {
  const own = results.all.filter(({ program, peaks }) => OWN.includes(program.id) && peaks.length > 0);
  const most = own.length === 0 ? undefined : Math.max(...own.flatMap(({ peaks }) => peaks));
  const growths = own.flatMap(({ program, peaks }) => {
    const before = median(results.tenth.find((measurement) => measurement.program.id === program.id)?.peaks ?? []);
    return before === undefined ? [] : [median(peaks)! / before];
  });
  const growth = growths.length === 0 ? undefined : Math.max(...growths);
  const mostOf = (...ids: ProgramId[]) => {
    const peaks = results.all.filter(({ program }) => ids.includes(program.id)).flatMap(({ peaks }) => peaks);
    return peaks.length === 0 ? undefined : Math.max(...peaks);
  };
  const mostOwners = mostOf("ndjson owners", "ndjson owners bpf");
  const sorted = mostOf("sorted packed");
  const watched = mostOf("rounds packed");
  const allowed = MOST_MEMORY + DESCRIPTOR_MEMORY * results.sockets;
  return [
    {
      work: "peak memory with owners, the most of its runs",
      limit: "under 80 MB and 100 bytes a descriptor",
      value: mostOwners === undefined ? "" : print(mostOwners / MEGABYTE, " MB"),
      least: "",
      verdict: verdict(mostOwners === undefined ? undefined : mostOwners < allowed, false),
    },
    {
      work: "peak memory of --sort with --limit 10, the most of its runs",
      limit: "under 80 MB",
      value: sorted === undefined ? "" : print(sorted / MEGABYTE, " MB"),
      least: "",
      verdict: verdict(sorted === undefined ? undefined : sorted < MOST_MEMORY, false),
    },
    {
      work: `peak memory of ${ROUNDS} rounds of --watch, the most of its runs`,
      limit: "under 120 MB",
      value: watched === undefined ? "" : print(watched / MEGABYTE, " MB"),
      least: "",
      verdict: verdict(watched === undefined ? undefined : watched < MOST_WATCHED, true),
    },
    {
      work: "peak memory, the most of all its runs",
      limit: "under 80 MB",
      value: most === undefined ? "" : print(most / MEGABYTE, " MB"),
      least: "",
      verdict: verdict(most === undefined ? undefined : most < MOST_MEMORY, false),
    },
    {
      work: "peak memory / that with a tenth of the sockets, the worst of its commands",
      limit: "at most 1.10",
      value: print(growth),
      least: "",
      verdict: verdict(growth === undefined ? undefined : growth <= 1.1, true),
    },
  ];
}
