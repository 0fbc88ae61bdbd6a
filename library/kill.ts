/**
 * Closes sockets.
 */
import type { DumpOptions } from "./options.ts";
import type { Filter } from "../query/filter/filter.ts";
import type { KillOutcome } from "../decode/plan/kill_sockets.ts";
import type { FlowObject } from "../decode/record/object_sink.ts";
import { parts, prepare } from "./prepare.ts";
import { ALL_STATES, TCP_LISTEN } from "../decode/kernel/tcp_states.ts";
import { Session } from "../session.ts";
import { closeSockets, namesSubflows } from "../query/close_sockets.ts";
import { refusalOf } from "../query/everything.ts";
import { isSelective } from "../query/filter/selective.ts";
import { type KeptSocket, KillSink } from "../query/kill_sink.ts";
import { environmentVariable } from "../ffi/environment.ts";
import { isOfSession, parseSession } from "../query/ssh_session.ts";

/** Options of {@linkcode kill}. Listeners are closed only if a listening state is in `states` or in the filter. */
export interface KillOptions extends DumpOptions {
  /** Which sockets to close. It must leave out some sockets, unless it names an address, a port, a process. */
  readonly filter: Filter;
  /** Closes nothing. */
  readonly dryRun?: boolean;
  /** If more sockets pass, none is closed; 100 by default. */
  readonly max?: number;
  /** Also closes the connection of the SSH session that this process belongs to. */
  readonly mySessionToo?: boolean;
}

/** What {@linkcode kill} has done. */
export interface KillResults {
  /** The sockets that passed, with what has become of them. */
  readonly sockets: readonly (KillOutcome & { readonly flow: FlowObject })[];
  /** What is not known about the results, one line each. */
  readonly warnings: readonly string[];
}

/**
 * Closes the sockets that pass a filter. It first lists all of them; if some may be missing from the list, it closes none. Needs
 * CAP_NET_ADMIN in the network namespace of the sockets.
 *
 * @throws {RangeError} if the filter leaves out no socket, more than `max` sockets pass, or options do not fit
 * @throws {Error} if the list may be incomplete, or SSH_CONNECTION does not name a connection
 * @throws {SystemError} if no netlink socket can be opened
 * @throws {NamespaceError} if a network namespace does not exist, or cannot be entered or left
 */
export function kill(options: KillOptions): KillResults {
  const { filter, dryRun = false, max = 100, mySessionToo = false, ...listed } = options;
  if (filter.isEmpty && !isSelective(filter)) {
    throw new RangeError("kill needs a filter, so that it does not close everything");
  }
  for (const name of ["read", "record", "countBy", "limit", "source", "columns", "sort"] as const) {
    if (listed[name] !== undefined) throw new RangeError(`kill and ${name} exclude each other`);
  }
  const { run } = prepare({ ...listed, filter });
  const named = listed.states !== undefined || filter.states !== null ? run.plan.states : null;
  const listeners = named !== null && named !== ALL_STATES && (named & 1 << TCP_LISTEN) !== 0;
  const { states } = run.plan;
  const plan = listeners || states === null ? run.plan : { ...run.plan, states: states & ~(1 << TCP_LISTEN) };
  using session = new Session({ ...run, plan }, parts);
  const found = listSockets(session);
  const { vantages } = session;
  const refusal = refusalOf({ filter, plan, vantages, sockets: found, again: () => listSockets(session) });
  if (refusal !== null) throw new RangeError(refusal);
  const sockets = withoutSshSession(found, mySessionToo);
  if (dryRun) return { sockets: sockets.map(({ flow }) => ({ flow, result: "dry-run", errno: null })), warnings: [] };
  if (sockets.length > max) throw new RangeError(`${sockets.length} sockets pass, more than ${max}: none was closed`);
  const subflows = namesSubflows(filter.paths);
  const { outcomes, warnings } = closeSockets(sockets, { plan, vantages, subflows });
  return { sockets: sockets.map(({ flow }, i) => ({ flow, ...outcomes[i]! })), warnings };
}

/** All sockets of a session. */
function listSockets(session: Session): readonly KeptSocket[] {
  const sink = new KillSink();
  const { errors, warnings } = session.run(sink);
  if (errors.length > 0) throw errors[0];
  if (warnings.length > 0) throw new Error(`none was closed, because some may be missing: ${warnings.join("; ")}`);
  return sink.sockets;
}

function withoutSshSession(sockets: readonly KeptSocket[], mySessionToo: boolean): readonly KeptSocket[] {
  const text = environmentVariable("SSH_CONNECTION");
  if (mySessionToo || text === null) return sockets;
  const connection = parseSession(text);
  if (connection === null) throw new Error("SSH_CONNECTION does not name a connection; see mySessionToo");
  return sockets.filter(({ flow }) => !isOfSession(flow, connection));
}
