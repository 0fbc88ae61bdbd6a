/**
 * `--watch`: lists again and again, and prints what has changed or whole listings.
 */
import { NamespaceError } from "../decode/kernel/errors.ts";
import { runSteps, stepVantages } from "../decode/plan/run_plan.ts";
import type { Outcome } from "../decode/record/outcome.ts";
import { noteRuntimeSockets } from "../ffi/own_sockets.ts";
import { KeptOwners } from "../ffi/owners.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { DumpCommand, WatchCommand } from "../options/command.ts";
import { neededKeys } from "../query/pipeline.ts";
import { Rounds } from "../query/rounds.ts";
import { openSession, type Session } from "../session.ts";
import { DONE, INCOMPLETE, NOTHING } from "./exit_status.ts";
import { runOf } from "./list.ts";
import { complain } from "./print.ts";
import { openPrinter } from "./round_printer.ts";
import { receiving, type RoundPrinter, type RoundSource, type Surroundings } from "./rounds.ts";
import { StopSignals } from "./stop_signals.ts";
import { Timing } from "./timing.ts";
import { status } from "./verdict.ts";

/** Prints rounds until the time, their number or a signal ends it. */
export async function watch(command: WatchCommand, print: Write, abandon: () => void): Promise<number> {
  noteRuntimeSockets();
  const { listing, changes } = command;
  using signals = new StopSignals();
  const shown = listing.query === null ? null : neededKeys(listing.query);
  const rounds = new Rounds(listing.plan.families, listing.filter, shown, changes);
  const printer = await openRounds(command, rounds, { print, abandon, signals });
  const held: string[] = [];
  const warn = (text: string): void => {
    if (printer.warn === undefined) return complain(text);
    held.push(text);
    printer.warn(text);
  };
  try {
    return await repeat(command, printer, signals, warn);
  } finally {
    printer[Symbol.dispose]?.();
    held.forEach(complain);
  }
}

/** Opens the printer. With events, counts outlast the rounds, and tables show what was closed in between. */
async function openRounds(command: WatchCommand, rounds: Rounds, surroundings: Surroundings): Promise<RoundPrinter> {
  if (command.changes) return await (await import("./changes_printer.ts")).openChanges(command, rounds, surroundings);
  if (command.events !== null) {
    const { openFollowed } = await import("./followed_rounds.ts");
    const { followed, events } = await openFollowed(command, command.events, rounds);
    return receiving(await openPrinter(command, followed, surroundings), events, surroundings.signals);
  }
  if (command.lasting === null) return await openPrinter(command, rounds, surroundings);
  const { openLasting } = await import("./lasting_counts.ts");
  const { listing, events } = await openLasting(command.listing, rounds, command.lasting);
  return receiving(await openPrinter({ ...command, listing }, rounds, surroundings), events, surroundings.signals);
}

/** Lists until the time, the number of rounds or a signal ends it; returns the exit status. */
async function repeat(
  { listing, interval, rounds, duration }: WatchCommand,
  printer: RoundPrinter,
  signals: StopSignals,
  warn: (text: string) => void,
): Promise<number> {
  const timing = new Timing(interval, (text) => printer.stretched === undefined ? warn(text) : printer.stretched(text));
  using lister = new Lister(listing, warn);
  const end = performance.now() + (duration ?? Infinity);
  let worst = DONE;
  for (let number = 1; !signals.received; number++) {
    timing.start();
    const found = status(await lister.list((source) => printer.round(source)));
    if (number === 1 && found === NOTHING) return NOTHING;
    worst = Math.max(worst, Math.min(found, INCOMPLETE));
    if (number === rounds || lister.ended) break;
    const next = timing.next();
    const left = Math.max(0, Math.min(next, end) - performance.now());
    await (printer.wait?.(left) ?? signals.wait(left));
    if (next >= end) break;
  }
  const missing = await printer.close?.() ?? [];
  missing.forEach(warn);
  return missing.length > 0 ? INCOMPLETE : worst;
}

/** Makes the listings. What is missing is said once. */
class Lister implements Disposable {
  /** Whether there is nothing left to list: the namespaces have gone. */
  ended = false;
  #session: Session | null = null;
  #isOpened = false;
  #namespaces: DumpCommand["namespaces"];
  readonly #owners = new KeptOwners();
  readonly #told = new Set<string>();

  constructor(readonly command: DumpCommand, readonly warn: (text: string) => void) {
    this.#namespaces = command.namespaces;
  }

  async list(round: (source: RoundSource) => Promise<Outcome>): Promise<Outcome> {
    const session = await this.#open();
    const outcome = await round(session);
    // An open namespace would go on to exist for our sake.
    if (this.command.namespaces !== null) this[Symbol.dispose]();
    for (const text of [...outcome.warnings, ...outcome.notices]) this.#tell(text);
    return outcome;
  }

  #tell(text: string): void {
    // Numbers in it change from round to round.
    const kind = text.replaceAll(/\d+/g, "N");
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    this.warn(text);
  }

  /** The session, opened again with the namespaces that are still there. */
  async #open(): Promise<RoundSource> {
    try {
      return this.#session ??= await this.#openIn(this.#namespaces);
    } catch (error) {
      if (!(error instanceof NamespaceError) || !this.#isOpened) throw error;
      this.#tell(error.message);
    }
    const { words, limit } = this.#namespaces!;
    const left: string[] = [];
    for (const word of words) if (await this.#exists({ words: [word], limit })) left.push(word);
    this.#namespaces = { words: left, limit };
    if (left.length > 0) return this.#session = await this.#openIn(this.#namespaces);
    this.ended = true;
    return {
      vantages: [],
      ownersSource: null,
      run: (sink) => runSteps(stepVantages(this.command.plan, [], sink, null)),
    };
  }

  async #openIn(namespaces: DumpCommand["namespaces"]): Promise<Session> {
    const session = await openSession({ ...runOf(this.command, undefined, this.#owners), namespaces });
    this.#isOpened = true;
    return session;
  }

  async #exists(namespaces: DumpCommand["namespaces"]): Promise<boolean> {
    try {
      using _session = await this.#openIn(namespaces);
      return true;
    } catch (error) {
      if (error instanceof NamespaceError) return false;
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#session?.[Symbol.dispose]();
    this.#session = null;
  }
}
