/**
 * What prints the rounds of `--watch`, and what it needs for that.
 */
import type { Outcome } from "../decode/record/outcome.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { Round } from "../query/rounds.ts";
import type { Session } from "../session.ts";
import type { FollowedEvents } from "./followed_events.ts";
import { jsonText, printText } from "./print.ts";
import type { StopSignals } from "./stop_signals.ts";

/** What a printer works with. */
export interface Surroundings {
  readonly print: Write;
  /** As in {@linkcode Action}. */
  readonly abandon: () => void;
  /** What ends the rounds. */
  readonly signals: StopSignals;
}

/** What one round needs of a session. */
export type RoundSource = Pick<Session, "run" | "vantages" | "ownersSource">;

/** Prints what rounds list. */
export interface RoundPrinter {
  /** Lists and prints. */
  round(source: RoundSource): Promise<Outcome>;
  /** Shows a warning, if standard error cannot be used meanwhile. */
  warn?(text: string): void;
  /** Shows that rounds are further apart than asked for. */
  stretched?(text: string): void;
  /** Waits some milliseconds, and does something meanwhile. */
  wait?(milliseconds: number): Promise<void>;
  /** Ends the output, if that is more than its rounds; returns what is known to be missing. */
  close?(): Promise<readonly string[]>;
  /** Puts back what was changed. */
  [Symbol.dispose]?(): void;
}

/** How many sockets were closed, for people. */
export const closedText = ({ closed, unlisted = 0 }: Round): string =>
  `${closed} closed${unlisted === 0 ? "" : ` (${unlisted} never listed)`}`;

/** The line after a round in NDJSON. */
export function printRound(round: Round, time: number, print: Write): void {
  printText(jsonText({ event: "round", time: new Date(time).toISOString(), ...round }, true), print);
}

/** Adds what is missing of events to what is missing from a round. */
const listenedTo = (source: RoundSource, events: FollowedEvents): RoundSource => ({
  vantages: source.vantages,
  get ownersSource() {
    return source.ownersSource;
  },
  run(sink) {
    const outcome = source.run(sink);
    outcome.warnings.push(...events.takeMissing());
    return outcome;
  },
});

/** A printer that lets events be received between its rounds. */
export const receiving = (printer: RoundPrinter, events: FollowedEvents, signals: StopSignals): RoundPrinter => ({
  round: (source) => printer.round(listenedTo(source, events)),
  ...printer.warn === undefined ? {} : { warn: (text) => printer.warn!(text) },
  ...printer.stretched === undefined ? {} : { stretched: (text) => printer.stretched!(text) },
  wait: (milliseconds) => events.wait(milliseconds, signals),
  close() {
    return Promise.resolve(events.takeMissing());
  },
  [Symbol.dispose]() {
    printer[Symbol.dispose]?.();
    events[Symbol.dispose]();
  },
});
