/**
 * Shows the rounds of `--watch` on a screen of their own.
 */
import type { Outcome } from "../decode/record/outcome.ts";
import { Screen } from "../ffi/screen.ts";
import { wantsColor } from "../ffi/terminal.ts";
import { contentOf } from "../formats/format.ts";
import type { Content } from "../formats/format.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import { type DumpCommand, shownLookups } from "../options/command.ts";
import { KeptRecords } from "../query/kept_records.ts";
import { openQuery, type Query } from "../query/pipeline.ts";
import type { Listings, Round } from "../query/rounds.ts";
import { trafficKey, TrafficSink } from "../query/traffic.ts";
import { inUsualOrder } from "../query/usual_order.ts";
import { readServices } from "./list.ts";
import { closedText, type RoundPrinter, type RoundSource } from "./rounds.ts";

/** Records kept for a terminal that gets larger between two rounds. */
const SPARE = 100;

/** What a round has found. */
interface Shown {
  readonly round: Round;
  readonly time: number;
  readonly traffic: TrafficSink;
  readonly kept: KeptRecords;
}

export class ScreenPrinter implements RoundPrinter, Disposable {
  readonly #screen: Screen;
  #shown: Shown | null = null;
  #warning = "";
  #pace: string;

  /**
   * @param interval milliseconds between two rounds
   * @param quit called when the user wants to end it
   */
  constructor(
    readonly command: DumpCommand,
    readonly rounds: Listings,
    interval: number,
    readonly services: Partial<Content>,
    print: Write,
    quit: () => void,
  ) {
    this.#pace = `every ${interval / 1000} s`;
    // They would fill the screen.
    rounds.skipsZeros = true;
    this.#screen = new Screen(print, () => this.#draw(), (keys) => {
      if (/^q/i.test(keys)) quit();
    });
  }

  round(source: RoundSource): Promise<Outcome> {
    const kept = new KeptRecords();
    const { sink, finish } = openQuery(kept, this.#query());
    const traffic = new TrafficSink(sink);
    const time = Date.now();
    const outcome = source.run(this.rounds.start(traffic));
    finish();
    const round = this.rounds.end(outcome);
    this.#shown = { round, time, traffic, kept };
    this.#draw();
    return Promise.resolve(outcome);
  }

  /** The query, for no more than can be shown: those that send and receive most come first, if nothing else was asked for. */
  #query(): Query {
    const { query, plan: { families } } = this.command;
    const limit = Math.min(query?.limit ?? Infinity, this.#screen.size.rows + SPARE);
    const usual = inUsualOrder(query, families)!;
    const bySize = query?.countBy == null && query?.sort == null;
    const sort = bySize ? [{ key: trafficKey, descending: true }, ...usual.sort ?? []] : usual.sort;
    return { ...usual, sort, limit, ofEach: false, endsEarly: false };
  }

  /** Something that is missing. */
  warn(text: string): void {
    this.#warning = text;
    this.#draw();
  }

  stretched(text: string): void {
    this.#pace = text;
    this.#draw();
  }

  #draw(): void {
    if (this.#shown === null) return;
    const { columns, rows } = this.#screen.size;
    const { round, time, traffic, kept } = this.#shown;
    const head = [
      headline(round, time, this.#pace),
      totals(traffic),
      ...this.#warning === "" ? [] : [`! ${this.#warning}`],
    ].map((line) => line.slice(0, columns));
    const lines = this.#table(kept, columns);
    const room = rows - head.length;
    const rest = lines.length > room ? [...lines.slice(0, room - 1), "…"] : lines;
    this.#screen.show([...head, ...rest]);
  }

  /** The lines of the table. */
  #table(kept: KeptRecords, width: number): readonly string[] {
    const { open, formatOptions, plan: { families }, query, lookups } = this.command;
    const pieces: Uint8Array[] = [];
    const { color = "auto" } = formatOptions;
    const output = open(
      (bytes) => pieces.push(bytes.slice()),
      { ...formatOptions, width, color: color === "auto" ? wantsColor() ? "always" : "never" : color },
      { families, lookups: shownLookups(lookups), ...query === null ? {} : contentOf(query), ...this.services },
    );
    kept.push(output);
    output.close();
    const decoder = new TextDecoder();
    const text = pieces.map((piece) => decoder.decode(piece, { stream: true })).join("");
    return text.replace(/\n$/, "").split("\n");
  }

  [Symbol.dispose](): void {
    this.#screen[Symbol.dispose]();
  }
}

/** Opens the screen. */
export const openScreen = async (
  command: DumpCommand,
  rounds: Listings,
  interval: number,
  print: Write,
  quit: () => void,
): Promise<ScreenPrinter> => new ScreenPrinter(command, rounds, interval, await readServices(command), print, quit);

function headline(round: Round, time: number, pace: string): string {
  const { sockets, opened, interval, complete } = round;
  const since = interval === undefined ? "" : `  ${opened} opened  ${closedText(round)} in ${interval.toFixed(1)} s`;
  const clock = new Date(time).toISOString().slice(11, 19);
  return `${clock} UTC  ${sockets} sockets${since}${complete ? "" : "  INCOMPLETE"}  q quits  ${pace}`;
}

/** How many sockets are in which state, and what all of them send and receive. */
function totals({ states, sent, received }: TrafficSink): string {
  const parts = [...states].flatMap(([protocol, counts]) => {
    const words = [...counts].sort((a, b) => b[1] - a[1]).map(([state, count]) => `${count} ${state}`);
    return words.length === 0 ? [] : [`${protocol}: ${words.join(", ")}`];
  });
  const traffic = sent + received === 0 ? "" : `sent ${perSecond(sent)}, received ${perSecond(received)}`;
  return [...parts, ...traffic === "" ? [] : [traffic]].join("   ");
}

/** Thousandths of bytes a second, for people. */
function perSecond(thousandths: number): string {
  let value = thousandths / 1000;
  const units = ["B/s", "kB/s", "MB/s", "GB/s", "TB/s"];
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${value.toFixed(unit === 0 ? 0 : 1)} ${units[unit]}`;
}
