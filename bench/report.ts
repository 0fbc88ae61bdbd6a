/**
 * The results of the bench as tables in Markdown.
 */
import { type Bar, BAR_SOCKETS, type Results } from "./bars.ts";
import { type Measurement, median, minimum } from "./measure.ts";
import type { Count } from "./instructions.ts";
import { LOOKUPS, type ProgramId } from "./programs.ts";

const MEGABYTE = 1_000_000;

/** A table whose columns have the same width in every row; the first column is text, the others are flush right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

const group = (value: number) => value.toLocaleString("en-US");

const optional = <T>(value: T | undefined | null, print: (value: T) => string) =>
  value === undefined || value === null ? "" : print(value);

const milliseconds = (value: number) => `${value.toFixed(1)} ms`;
const seconds = (value: number) => value < 1000 ? milliseconds(value) : `${(value / 1000).toFixed(2)} s`;
const megabytes = (value: number) => `${(value / MEGABYTE).toFixed(1)} MB`;

/** One row for each program; `columns` are the ids of those whose medians the others are divided by. */
function timeTable(
  measurements: readonly Measurement[],
  references: readonly [id: ProgramId, head: string][],
  more: readonly [head: string, cell: (measurement: Measurement) => string][],
): string {
  const medianOf = (id: ProgramId) => median(measurements.find(({ program }) => program.id === id)?.times ?? []);
  const rows = measurements.map((measurement) => {
    const { program, times } = measurement;
    const own = median(times);
    return [
      program.name,
      optional(own, seconds),
      optional(minimum(times), seconds),
      ...references.map(([id]) => {
        const reference = medianOf(id);
        return own === undefined || reference === undefined ? "" : (own / reference).toFixed(2);
      }),
      ...more.map(([, cell]) => cell(measurement)),
    ];
  });
  return table(
    ["command", "median", "minimum", ...references.map(([, head]) => head), ...more.map(([head]) => head)],
    rows,
  );
}

/** An empty line and lines that say what could not be measured and why; nothing if there are none. */
function gaps(measurements: readonly Pick<Measurement, "program" | "failure">[]): string {
  const lines = measurements.flatMap(({ program, failure }) =>
    failure === null ? [] : [`- not measured: ${program.name}: ${failure}`]
  );
  return lines.length === 0 ? "" : `\n\n${lines.join("\n")}`;
}

const peakMedian = (measurement: Measurement | undefined) => optional(median(measurement?.peaks ?? []), megabytes);

/** The counts of instructions. */
export const countsText = (counts: readonly Count[], sockets: number): string =>
  [
    machineLine(),
    "",
    `${group(sockets)} TCP sockets, instructions as valgrind counts them, the engine on one thread`,
    "",
    table(
      ["command", "instructions"],
      counts.map(({ program, instructions }) => [program.name, optional(instructions, group)]),
    ) + gaps(counts),
    "",
  ].join("\n");

/** What the numbers were measured on. */
export function machineLine(): string {
  const model = /^model name\s*:\s*(.*)$/m.exec(Deno.readTextFileSync("/proc/cpuinfo"))?.[1] ?? Deno.build.arch;
  return `Linux ${Deno.osRelease()}, ${navigator.hardwareConcurrency} processors (${model}), Deno ${Deno.version.deno}`;
}

/** Programs with lookups, and the one to compare them with. */
const WITH_LOOKUPS: readonly ProgramId[] = ["ndjson owners", ...LOOKUPS];

/** The whole report. */
export function reportText(
  results: Results,
  bars: readonly Bar[],
  settings: { runs: number; startRuns: number; startSockets: number },
): string {
  const { sockets, startUp, tenth, all } = results;
  return [
    machineLine(),
    "",
    `${group(sockets)} TCP sockets, ${settings.runs} runs of each command in turn, output to /dev/null`,
    "",
    timeTable(all, [["ss -tianem", "/ ss -tianem"], ["receive loop", "/ C loop"]], [
      ["peak memory", peakMedian],
      [
        `with ${group(Math.ceil(sockets / 10))}`,
        ({ program }) => peakMedian(tenth.find((measurement) => measurement.program.id === program.id)),
      ],
      ["bytes written", ({ bytes }) => optional(bytes, group)],
    ]) + gaps(all),
    "",
    `Lookups: ${group(Math.ceil(sockets / 10))} TCP sockets`,
    "",
    timeTable(tenth.filter(({ program }) => WITH_LOOKUPS.includes(program.id)), [["ndjson owners", "/ owners"]], [
      ["peak memory", peakMedian],
    ]),
    "",
    `Start: ${settings.startSockets} TCP sockets, ${settings.startRuns} runs of each command in turn`,
    "",
    timeTable(startUp, [["empty", "/ empty script"]], []) + gaps(startUp),
    "",
    "Bars",
    "",
    table(
      ["work", "bar", "by medians", "by minimums", "verdict"],
      bars.map(({ work, limit, value, least, verdict }) => [work, limit, value, least, verdict]),
    ),
    ...(bars.some(({ verdict }) => verdict === "not judged")
      ? ["", `Not judged: these bars are for ${group(BAR_SOCKETS)} sockets.`]
      : []),
    "",
  ].join("\n");
}
