/**
 * `-s --watch`: reads the sums again and again.
 */
import { Screen } from "../ffi/screen.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { DumpCommand, Repetition } from "../options/command.ts";
import { type Summary, summaryLines } from "../query/summary/summary.ts";
import type { CommandOf } from "./action.ts";
import { DONE, INCOMPLETE, NOTHING } from "./exit_status.ts";
import { fitTerminal } from "./list.ts";
import { complain, printText } from "./print.ts";
import { StopSignals } from "./stop_signals.ts";
import { aboutRun, Findings, putSummary, readSummary } from "./summary.ts";
import { Timing } from "./timing.ts";

/** Prints rounds until the time, their number or a signal ends it. */
export async function watchSummary(
  command: CommandOf<"summary">,
  { interval, rounds, duration }: Repetition,
  print: Write,
  abandon: () => void,
): Promise<number> {
  using signals = new StopSignals();
  const held = new Set<string>();
  const told = new Set<string>();
  const printer = await openPrinter(command.counts, interval, print, abandon, signals.stop);
  const warn = (text: string): void => {
    if (told.has(text)) return;
    told.add(text);
    if (printer instanceof SummaryScreen) held.add(text);
    else complain(text);
  };
  const timing = new Timing(interval, warn);
  const end = performance.now() + (duration ?? Infinity);
  let worst = DONE;
  try {
    for (let number = 1; !signals.received; number++) {
      timing.start();
      const found = new Findings();
      const time = new Date().toISOString();
      const summary = await readSummary(command, found);
      if (found.status !== NOTHING) await printer.put(summary, found, time, number === 1);
      found.warnings.forEach(warn);
      if (number === 1 && found.status === NOTHING) return NOTHING;
      worst = Math.max(worst, Math.min(found.status, INCOMPLETE));
      if (number === rounds) break;
      const next = timing.next();
      await signals.wait(Math.max(0, Math.min(next, end) - performance.now()));
      if (next >= end) break;
    }
    return worst;
  } finally {
    printer[Symbol.dispose]?.();
    held.forEach(complain);
  }
}

/** Prints the sums of a round. */
interface SummaryPrinter {
  put(summary: Summary, found: Findings, time: string, isFirst: boolean): Promise<void>;
  [Symbol.dispose]?(): void;
}

async function openPrinter(
  counts: DumpCommand,
  interval: number,
  print: Write,
  abandon: () => void,
  quit: () => void,
): Promise<SummaryPrinter> {
  if (counts.output !== null) return { put: (summary, found) => replaceFile(counts, counts.output!, summary, found) };
  if (counts.format.name === "table") {
    const { hasScreen } = await import("../ffi/screen.ts");
    if (hasScreen()) {
      // A key that is waited for would keep the process alive.
      abandon();
      return new SummaryScreen(counts, interval, print, quit);
    }
  }
  return {
    async put(summary, _found, time, isFirst) {
      const { format: { name }, formatOptions } = counts;
      if (name === "yaml") printText("---\n", print);
      if (name === "table") printText(`${isFirst ? "" : "\n"}${time}\n`, print);
      const later = isFirst || !["csv", "tsv"].includes(name) ? {} : { noHeader: true, excel: false };
      const options = { ...formatOptions, ...name === "table" ? await fitTerminal(counts) : {}, ...later };
      putSummary(counts, summary, { time: name === "table" ? null : time }, options, print);
    },
  };
}

async function replaceFile(counts: DumpCommand, path: string, summary: Summary, found: Findings): Promise<void> {
  const { openOutputFile } = await import("../ffi/output_file.ts");
  using file = openOutputFile(path);
  putSummary(
    counts,
    summary,
    { time: null, ...await aboutRun(counts, found) },
    counts.formatOptions,
    (bytes) => file.write(bytes),
  );
  file.commit();
}

/** Shows the sums on a screen of their own. */
class SummaryScreen implements SummaryPrinter, Disposable {
  readonly #screen: Screen;
  #shown: { readonly summary: Summary; readonly time: string } | null = null;

  constructor(readonly counts: DumpCommand, readonly interval: number, print: Write, quit: () => void) {
    this.#screen = new Screen(print, () => void this.#draw(), (keys) => {
      if (/^q/i.test(keys)) quit();
    });
  }

  async put(summary: Summary, _found: Findings, time: string): Promise<void> {
    this.#shown = { summary, time };
    await this.#draw();
  }

  async #draw(): Promise<void> {
    if (this.#shown === null) return;
    const { summary, time } = this.#shown;
    const options = await fitTerminal(this.counts);
    const pieces: Uint8Array[] = [];
    const { columns, rows } = this.#screen.size;
    const write = (bytes: Uint8Array) => pieces.push(bytes.slice());
    // What is 0 would fill the screen.
    const said = [...summaryLines(summary)].filter(({ value }) => value !== 0n);
    putSummary(this.counts, summary, { time: null }, { ...options, width: columns }, write, said);
    const decoder = new TextDecoder();
    const text = pieces.map((piece) => decoder.decode(piece, { stream: true })).join("");
    const lines = text.replace(/\n$/, "").split("\n");
    const head = `${time.slice(11, 19)} UTC  q quits  every ${this.interval / 1000} s`;
    this.#screen.show([head, ...lines.length < rows ? lines : [...lines.slice(0, rows - 2), "…"]]);
  }

  [Symbol.dispose](): void {
    this.#screen[Symbol.dispose]();
  }
}
