/**
 * `--wait`: repeats a check until it holds.
 */
import type { Plan } from "../decode/plan/plan.ts";
import { nowhere } from "../decode/record/nowhere.ts";
import { lookupsFor } from "../decode/lookups/registry.ts";
import type { ClosedSockets } from "../ffi/closed_sockets.ts";
import { noteRuntimeSockets } from "../ffi/own_sockets.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { DumpCommand } from "../options/command.ts";
import { needsOwners } from "../options/lookups.ts";
import { askedFields } from "../query/asked_fields.ts";
import { LimitSink } from "../query/limit.ts";
import { openSession, type Session } from "../session.ts";
import type { CommandOf } from "./action.ts";
import { INCOMPLETE, NOTHING } from "./exit_status.ts";
import { listSockets, runOf } from "./list.ts";
import { complain } from "./print.ts";
import { status, verdict } from "./verdict.ts";

/** The first and the longest pause in milliseconds, and the factor between two pauses. */
const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 500;
const GROWTH = 1.5;

/** Waits until the check holds. If it does not hold in time, says what was found instead. A listing is printed once. */
export async function waitForIt(
  { awaited, limit }: CommandOf<"wait">,
  print: Write,
  abandon: () => void,
): Promise<number> {
  noteRuntimeSockets();
  const end = performance.now() + limit;
  using probe = new Probe(awaited);
  using closed = await openClosedSockets(awaited);
  for (let pause = FIRST_PAUSE;; pause = Math.min(GROWTH * pause, LONGEST_PAUSE)) {
    const start = performance.now();
    closed?.forget();
    const found = await probe.check();
    const final = awaited.quiet || found === INCOMPLETE ? found : await printUnlessFailed(awaited, print, abandon);
    if (final === NOTHING && awaited.quiet) probe.warnings.forEach(complain);
    if (final !== INCOMPLETE) return final;
    const now = performance.now();
    if (now >= end) break;
    // A check of many sockets takes long: checks take at most half of the time.
    const least = Math.max(FIRST_PAUSE, now - start);
    await sleep(Math.min(closed === null ? Math.max(pause, least) : least, end - now));
    await closed?.wait(Math.min(pause - least, end - performance.now()));
  }
  if (!awaited.quiet) {
    const { status } = await listSockets(awaited, print, abandon);
    if (status !== INCOMPLETE) return status;
  }
  const { describeInstead } = await import("./instead.ts");
  complain(await describeInstead(awaited, limit));
  return INCOMPLETE;
}

/** Tells that sockets are closed, if the check waits for an end; `null` if it does not, or none of them is told of. */
async function openClosedSockets({ plan, expected, namespaces }: DumpCommand): Promise<ClosedSockets | null> {
  // In another namespace it would keep that alive.
  if (expected !== "none" || namespaces !== null || plan.families.every(({ events }) => events === undefined)) {
    return null;
  }
  const { ClosedSockets } = await import("../ffi/closed_sockets.ts");
  return new ClosedSockets(plan);
}

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Runs the check, and asks the kernel only for what the filter compares. */
class Probe implements Disposable {
  warnings: readonly string[] = [];
  readonly #command: DumpCommand;
  #session: Session | null = null;

  constructor(command: DumpCommand) {
    this.#command = withoutDetails(command);
  }

  /** The exit status of the check now. */
  async check(): Promise<number> {
    // Search network namespaces again, because they come and go.
    if (this.#command.namespaces !== null) this[Symbol.dispose]();
    this.#session ??= await openSession(runOf(this.#command));
    const sink = new LimitSink(nowhere, 1, false);
    const outcome = this.#session.run(sink);
    this.warnings = outcome.warnings;
    return verdict(this.#command, outcome.records, status(outcome));
  }

  [Symbol.dispose](): void {
    this.#session?.[Symbol.dispose]();
    this.#session = null;
  }
}

/** The command with the lookups and fields that its filter compares. */
function withoutDetails(command: DumpCommand): DumpCommand {
  const { plan, filter, owners, lookups } = command;
  const needed = new Set(lookupsFor(new Set(filter?.paths ?? [])));
  const owned = filter?.readsOwners === true || needsOwners(needed) || plan.families.some(isOther);
  const kept = [...lookups].filter(([name]) => needed.has(name) || owned && name === "owners");
  return {
    ...command,
    plan: { ...plan, wanted: askedFields(new Set(), filter) },
    owners: owned ? owners : null,
    lookups: new Map(kept),
  };
}

const isOther = ({ domain }: Plan["families"][number]): boolean => domain === "other";

/** Room for the output: a listing without sockets is shorter. */
const HELD = 1 << 20;

/** Lists the sockets. Prints the listing only if the check still holds or is not possible. */
async function printUnlessFailed(command: DumpCommand, print: Write, abandon: () => void): Promise<number> {
  const held: Uint8Array[] = [];
  let length = 0;
  const release = () => held.splice(0).forEach((bytes) => print(bytes));
  const { status } = await listSockets(command, (bytes) => {
    length += bytes.length;
    if (length <= HELD) return void held.push(bytes.slice());
    // There are sockets, but the check waits for none: print nothing.
    if (command.expected === "none") return void held.splice(0);
    release();
    print(bytes);
  }, abandon);
  if (status !== INCOMPLETE) release();
  return status;
}
