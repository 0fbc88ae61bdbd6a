/**
 * Prints the rounds of `--watch`.
 */
import type { Outcome } from "../decode/record/outcome.ts";
import type { RoundPoint } from "../formats/format.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { DumpCommand, WatchCommand } from "../options/command.ts";
import type { Listings, Round } from "../query/rounds.ts";
import { NOTHING } from "./exit_status.ts";
import { endOf, openListing } from "./list.ts";
import { printText } from "./print.ts";
import { closedText, printRound, type RoundPrinter, type RoundSource, type Surroundings } from "./rounds.ts";
import { status } from "./verdict.ts";

/** Opens the printer of whole listings. */
export async function openPrinter(
  command: WatchCommand,
  rounds: Listings,
  { print, abandon, signals }: Surroundings,
): Promise<RoundPrinter> {
  const { listing, interval } = command;
  if (listing.format.name === "table" && listing.output === null) {
    const { hasScreen } = await import("../ffi/screen.ts");
    if (hasScreen()) {
      // A key that is waited for would keep the process alive.
      abandon();
      const { openScreen } = await import("./screen_printer.ts");
      return await openScreen(listing, rounds, interval, print, signals.stop);
    }
  }
  return new ListingPrinter(listing, rounds, print, abandon);
}

/** Rounds that a report shows. */
const MOST_POINTS = 300;

/** Prints whole listings, one after the other or each in place of the last. */
class ListingPrinter implements RoundPrinter {
  #number = 0;
  /** The last rounds. */
  readonly #points: RoundPoint[] = [];

  constructor(
    readonly command: DumpCommand,
    readonly rounds: Listings,
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
      { rounds: this.#points },
    );
    const outcome = source.run(rounds.start(sink));
    const round = rounds.end(outcome);
    if (this.#points.push({ ...round, time }) > MOST_POINTS) this.#points.shift();
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
export function headline(round: Round, time: number): string {
  const { sockets, opened, interval, complete } = round;
  const since = interval === undefined ? "" : `, ${opened} opened, ${closedText(round)} in ${interval.toFixed(1)} s`;
  return `${new Date(time).toISOString()}  ${sockets} sockets${since}${complete ? "" : " (incomplete)"}`;
}
