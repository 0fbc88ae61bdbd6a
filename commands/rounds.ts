/**
 * What prints the rounds of `--watch`, and what it needs for that.
 */
import type { Outcome } from "../decode/record/outcome.ts";
import type { Session } from "../session.ts";

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
  /** Ends the output, if that is more than its rounds. */
  close?(): void;
  /** Puts back what was changed. */
  [Symbol.dispose]?(): void;
}
