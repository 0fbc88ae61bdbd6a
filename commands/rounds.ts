/**
 * What prints the rounds of `--watch`, and what it needs for that.
 */
import type { Outcome } from "../decode/record/outcome.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { Round } from "../query/rounds.ts";
import type { Session } from "../session.ts";
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

/** The line after a round in NDJSON. */
export function printRound(round: Round, time: number, print: Write): void {
  printText(jsonText({ event: "round", time: new Date(time).toISOString(), ...round }, true), print);
}
