/**
 * Prints the rounds of `--watch`.
 */
import { EventStream } from "../decode/plan/event_stream.ts";
import { timeKey } from "../decode/record/event_keys.ts";
import type { Outcome } from "../decode/record/outcome.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import type { OutputSink } from "../formats/format.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import { type DumpCommand, shownLookups, type WatchCommand } from "../options/command.ts";
import { ChangesSink } from "../query/changes.ts";
import type { Round, Rounds } from "../query/rounds.ts";
import { NOTHING } from "./exit_status.ts";
import { describe, endOf, openListing } from "./list.ts";
import { jsonText, printText } from "./print.ts";
import type { RoundPrinter, RoundSource } from "./rounds.ts";
import { status } from "./verdict.ts";

/**
 * Opens the printer for the command.
 *
 * @param abandon as in {@linkcode Action}
 * @param quit called when the user ends it
 */
export async function openPrinter(
  command: WatchCommand,
  rounds: Rounds,
  print: Write,
  abandon: () => void,
  quit: () => void,
): Promise<RoundPrinter> {
  const { listing, changes, interval } = command;
  if (changes) return await openChanges(command, rounds, print);
  if (listing.format.name === "table" && listing.output === null) {
    const { hasScreen } = await import("../ffi/screen.ts");
    if (hasScreen()) {
      // A key that is waited for would keep the process alive.
      abandon();
      const { openScreen } = await import("./screen_printer.ts");
      return await openScreen(listing, rounds, interval, print, quit);
    }
  }
  return new ListingPrinter(listing, rounds, print, abandon);
}

/** The line after a round in NDJSON. */
function printRound(round: Round, time: number, print: Write): void {
  printText(jsonText({ event: "round", time: new Date(time).toISOString(), ...round }, true), print);
}

/** Prints what has changed. */
class ChangesPrinter implements RoundPrinter {
  constructor(
    readonly rounds: Rounds,
    readonly output: OutputSink,
    readonly changes: ChangesSink,
    readonly sink: RecordSink,
    readonly print: Write,
  ) {}

  round(source: RoundSource): Promise<Outcome> {
    const { rounds, changes, output } = this;
    const time = Date.now();
    changes.startRound(time);
    const outcome = source.run(rounds.start(this.sink));
    const round = rounds.end(outcome, () => changes.endRound());
    changes.stream.end();
    output.flush!();
    printRound({ ...round, ...changes.counts }, time, this.print);
    return Promise.resolve(outcome);
  }

  close(): void {
    this.output.close();
  }
}

async function openChanges(command: WatchCommand, rounds: Rounds, print: Write): Promise<ChangesPrinter> {
  const { listing: { open, plan: { families }, lookups, query, ...listing }, lasts } = command;
  const output = open(print, listing.formatOptions, { families, lookups: shownLookups(lookups), stream: true });
  const fields = query?.columns?.ofRun?.filter((key) => key !== timeKey) ?? [];
  let told: RecordSink = output;
  if (fields.length > 0) {
    const { RunFieldsSink } = await import("../query/run_fields.ts");
    told = new RunFieldsSink(output, fields, await describe(command.listing, []));
  }
  const changes = new ChangesSink(new EventStream(told), families, rounds.counters, lasts);
  const sink = query === null ? changes : (await import("../query/pipeline.ts")).openQuery(changes, query).sink;
  return new ChangesPrinter(rounds, output, changes, sink, print);
}

/** Prints whole listings, one after the other or each in place of the last. */
class ListingPrinter implements RoundPrinter {
  #number = 0;

  constructor(
    readonly command: DumpCommand,
    readonly rounds: Rounds,
    readonly print: Write,
    readonly abandon: () => void,
  ) {}

  async round(source: RoundSource): Promise<Outcome> {
    const { output } = this.command;
    this.#number++;
    if (output === null) return await this.#list(source, this.print);
    const { openOutputFile } = await import("../ffi/output_file.ts");
    using file = openOutputFile(output);
    const outcome = await this.#list(source, (bytes) => file.write(bytes));
    if (status(outcome) !== NOTHING) file.commit();
    return outcome;
  }

  async #list(source: RoundSource, print: Write): Promise<Outcome> {
    const { command, rounds } = this;
    const { format, output: file } = command;
    const time = Date.now();
    const pieces: Uint8Array[] = [];
    // The line above a table says what is only known behind it.
    const isHeaded = format.name === "table" && file === null;
    if (format.name === "yaml" && file === null) printText("---\n", print);
    const { output, sink, finish, meta } = await openListing(
      file === null ? this.#withoutHeader() : command,
      source.vantages,
      isHeaded ? (bytes) => pieces.push(bytes.slice()) : print,
      this.abandon,
    );
    const outcome = source.run(rounds.start(sink));
    const round = rounds.end(outcome, () => rounds.counters.endRound(() => {}));
    outcome.records = round.sockets;
    outcome.warnings.push(...await finish());
    output.close(...meta ? [endOf(outcome, source.ownersSource)] : []);
    if (isHeaded) {
      printText(`${this.#number === 1 ? "" : "\n"}${headline(round, time)}\n`, print);
      pieces.forEach(print);
    }
    if (format.name === "ndjson" && file === null) printRound(round, time, print);
    return outcome;
  }

  /** The command; later rounds of a CSV file have no heading. */
  #withoutHeader(): DumpCommand {
    const { format, formatOptions } = this.command;
    if (this.#number === 1 || !["csv", "tsv"].includes(format.name)) return this.command;
    return { ...this.command, formatOptions: { ...formatOptions, noHeader: true, excel: false } };
  }
}

/** What a round was, in one line for people. */
export function headline({ sockets, opened, closed, interval, complete }: Round, time: number): string {
  const since = interval === undefined ? "" : `, ${opened} opened, ${closed} closed in ${interval.toFixed(1)} s`;
  return `${new Date(time).toISOString()}  ${sockets} sockets${since}${complete ? "" : " (incomplete)"}`;
}
