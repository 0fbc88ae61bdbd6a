/**
 * Filters that leave out none of the sockets, such as `sport >= 0`: what closes sockets refuses them.
 */
import type { Plan, Vantage } from "../decode/plan/plan.ts";
import { listAll } from "./close_sockets.ts";
import { isSelective } from "./filter/selective.ts";
import type { Filter } from "./filter/filter.ts";
import { identityOf, sharedCookies } from "../decode/record/identity.ts";
import { canBeClosed, type KeptSocket } from "./kill_sink.ts";

/** What tells whether a filter leaves out any socket. */
export interface Selection {
  readonly filter: Filter;
  /** The plan of the listing. */
  readonly plan: Plan;
  readonly vantages: readonly Vantage[];
  /** The sockets that pass. */
  readonly sockets: readonly KeptSocket[];
  /** Lists the sockets that pass once more; `null` if that is not possible. */
  again(): readonly KeptSocket[] | null;
}

/** The states of sockets in use. */
const IN_USE: readonly unknown[] = ["established", "listening", "unconnected"];

/** The sockets that do not begin or end, if there are such. */
function inUse(sockets: readonly KeptSocket[]): readonly KeptSocket[] {
  const used = sockets.filter(({ flow }) => IN_USE.includes(flow["state"]));
  return used.length > 0 ? used : sockets;
}

/**
 * Why a filter must not be used to close sockets: it leaves out no socket of a protocol, or that is unknown; `null` if it may.
 *
 * A filter that names an address, a port, a process may be passed by all sockets that there happen to be. Any other one has to
 * leave out at least one socket of each protocol that has sockets which pass, and not only sockets that begin or end.
 */
export function refusalOf({ filter, plan, vantages, sockets, again }: Selection): string | null {
  if (sockets.length === 0 || isSelective(filter)) return null;
  const { sockets: all, reasons } = listAll(plan, vantages);
  // A socket that is new since the first listing may pass too.
  const later = again();
  const [reason] = later === null ? ["the second listing is incomplete"] : reasons;
  if (reason !== undefined) return `it is not known whether the filter leaves out any socket: ${reason}`;
  const shared = sharedCookies(plan.families);
  const passing = new Set([...sockets, ...later!].map(({ flow }) => identityOf(flow, shared)));
  const closable = plan.families.some(canBeClosed) ? plan.families.filter(canBeClosed) : plan.families;
  for (const { name } of closable) {
    const those = inUse(all.filter(({ flow }) => flow.protocol === name));
    if (those.length > 0 && those.every(({ flow }) => passing.has(identityOf(flow, shared)))) {
      return `the filter leaves out none of the ${name} sockets (${those.length}): name what to close, by address, port or process`;
    }
  }
  return null;
}
