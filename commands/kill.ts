/**
 * `--kill`: closes the sockets that match a filter, and prints the result for each.
 */
import { killObstacle, type KillOutcome } from "../decode/plan/kill_sockets.ts";
import { EOPNOTSUPP, errnoCode } from "../decode/kernel/errno.ts";
import { type KillResult, writeKill } from "../decode/lookups/kill.ts";
import { environmentVariable } from "../ffi/environment.ts";
import { noteRuntimeSockets } from "../ffi/own_sockets.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { KillCommand } from "../options/command.ts";
import { closeSockets } from "../query/close_sockets.ts";
import { refusalOf } from "../query/everything.ts";
import { type KeptSocket, KillSink } from "../query/kill_sink.ts";
import { isOfSession, parseSession } from "../query/ssh_session.ts";
import { openSession, type Session } from "../session.ts";
import { DONE, INCOMPLETE, NOTHING } from "./exit_status.ts";
import { openListing, runOf } from "./list.ts";
import { complain } from "./print.ts";
import { status } from "./verdict.ts";

/** Closes sockets. The exit status says whether all of them are closed. */
export async function kill(command: KillCommand, print: Write, abandon: () => void): Promise<number> {
  noteRuntimeSockets();
  using session = await openSession(runOf(command.listing));
  const found = list(session);
  if (found === null) return NOTHING;
  const sockets = withoutSession(command, found);
  if (sockets === null) return NOTHING;
  const refused = everything(command, session, found) ?? (command.dryRun ? null : tooMany(command, sockets));
  if (refused !== null) return refuse(refused);
  if (!command.dryRun && sockets.length > 0) {
    if (!isConfirmed(command, sockets.length)) return NOTHING;
    const obstacle = obstacleOf(session);
    if (obstacle !== null) return refuse(obstacle);
  }
  const { outcomes, warnings } = command.dryRun
    ? { outcomes: sockets.map(() => WOULD), warnings: [] }
    : closeSockets(sockets, {
      plan: command.listing.plan,
      vantages: session.vantages,
      subflows: command.subflows,
    });
  await printSockets(command, session, sockets, outcomes, print, abandon);
  warnings.forEach(complain);
  complain(count(outcomes));
  if (sockets.length === 0) return INCOMPLETE;
  if (outcomes.every(({ result }) => result === "denied")) {
    complain("not permitted to close these sockets (needs CAP_NET_ADMIN in their network namespace)");
    return NOTHING;
  }
  return outcomes.every(({ result }) => HAPPY.includes(result)) ? DONE : INCOMPLETE;
}

/** The message for a kernel that cannot close sockets. */
export const CANNOT = "this kernel cannot close sockets (it lacks CONFIG_INET_DIAG_DESTROY)";

const WOULD: KillOutcome = { result: "dry-run", errno: null };
const HAPPY: readonly KillResult[] = ["closed", "gone", "dry-run"];

/** All sockets that match; `null` if some may be missing: then nothing is closed. */
function list(session: Session): readonly KeptSocket[] | null {
  const sink = new KillSink();
  const outcome = session.run(sink);
  outcome.notices.forEach(complain);
  if (status(outcome) === DONE) return sink.sockets;
  outcome.warnings.forEach(complain);
  complain("nothing was closed, because it is not known which sockets pass");
  return null;
}

/** The sockets without the user's own SSH connection; `null` if that connection cannot be identified. */
function withoutSession({ mySession }: KillCommand, sockets: readonly KeptSocket[]): readonly KeptSocket[] | null {
  const text = environmentVariable("SSH_CONNECTION");
  if (mySession || text === null) return sockets;
  const connection = parseSession(text);
  if (connection === null) {
    complain("SSH_CONNECTION does not name a connection (--my-session-too closes whatever passes)");
    return null;
  }
  const rest = sockets.filter(({ flow }) => !isOfSession(flow, connection));
  if (rest.length < sockets.length) {
    complain("left out the connection of this session (--my-session-too closes it too)");
  }
  return rest;
}

/** Why the filter is refused; `null` if it leaves out some sockets. */
const everything = ({ listing }: KillCommand, session: Session, sockets: readonly KeptSocket[]): string | null =>
  refusalOf({
    ...{ filter: listing.filter!, plan: listing.plan, vantages: session.vantages, sockets },
    again: () => list(session),
  });

const tooMany = ({ most }: KillCommand, { length }: readonly KeptSocket[]): string | null =>
  length > most ? `${length} sockets pass, and at most ${most} are closed at once (--max): nothing was closed` : null;

/** Why this kernel closes nothing; `null` if it does. */
function obstacleOf({ vantages }: Session): string | null {
  const error = killObstacle(vantages[0]!.source);
  if (error === 0) return null;
  if (error === EOPNOTSUPP) return CANNOT;
  return `cannot close sockets (${errnoCode(error)})`;
}

function refuse(reason: string): number {
  complain(reason);
  return NOTHING;
}

/** Asks on a terminal; elsewhere --yes is needed. */
function isConfirmed({ yes }: KillCommand, count: number): boolean {
  if (yes) return true;
  const sockets = count === 1 ? "1 socket" : `${count} sockets`;
  if (!Deno.stdin.isTerminal() || !Deno.stderr.isTerminal()) {
    complain(`${sockets} would be closed: add --yes to do so, or --dry-run to see them`);
    return false;
  }
  const encoder = new TextEncoder();
  Deno.stderr.writeSync(encoder.encode(`ss2: close ${sockets}? [y/N] `));
  const answer = new Uint8Array(64);
  const length = Deno.stdin.readSync(answer) ?? 0;
  // Nobody has ended the line.
  if (length === 0) Deno.stderr.writeSync(encoder.encode("\n"));
  if (/^y(es)?$/i.test(new TextDecoder().decode(answer.subarray(0, length)).trim())) return true;
  complain("nothing was closed");
  return false;
}

async function printSockets(
  { listing }: KillCommand,
  session: Session,
  sockets: readonly KeptSocket[],
  outcomes: readonly KillOutcome[],
  print: Write,
  abandon: () => void,
): Promise<void> {
  const { output, sink, finish, meta } = await openListing(listing, session.vantages, print, abandon, {
    title: "What -K has done to sockets",
  });
  for (const { name } of listing.plan.families) {
    sink.openProtocol(name);
    for (const [i, { flow, play }] of sockets.entries()) {
      if (flow.protocol !== name) continue;
      const { result, errno } = outcomes[i]!;
      sink.openRecord();
      play(sink);
      writeKill(sink, result, errno);
      sink.closeRecord();
    }
    sink.closeProtocol();
  }
  const warnings = await finish();
  if (meta) output.close({ sockets: sockets.length, complete: warnings.length === 0, warnings });
  else output.close();
  warnings.forEach(complain);
}

/** The number of sockets for each result. */
function count(outcomes: readonly KillOutcome[]): string {
  if (outcomes.length === 0) return "no socket passes: nothing was closed";
  const counts = new Map<KillResult, number>();
  for (const { result } of outcomes) counts.set(result, (counts.get(result) ?? 0) + 1);
  return [...counts].map(([result, count]) => `${count} ${result}`).join(", ");
}
