/**
 * Closes the sockets that a listing has found, one network namespace after the other.
 */
import { type KillOutcome, killSockets, type KillTarget } from "../decode/plan/kill_sockets.ts";
import { runSteps, stepVantages } from "../decode/plan/run_plan.ts";
import type { Plan, Vantage } from "../decode/plan/plan.ts";
import { identityOf, sharedCookies } from "../decode/record/identity.ts";
import { ALL_STATES } from "../decode/kernel/tcp_states.ts";
import type { FlowObject } from "../decode/record/object_sink.ts";
import { type KeptSocket, KillSink } from "./kill_sink.ts";

/** How sockets are closed. */
export interface Closing {
  /** The plan of the listing. */
  readonly plan: Plan;
  readonly vantages: readonly Vantage[];
  /** Whether subflows of MPTCP may be closed. */
  readonly subflows: boolean;
}

/** Closes sockets; of each the outcome, and what made it unknown whether others are gone. */
export function closeSockets(
  sockets: readonly KeptSocket[],
  { plan, vantages, subflows }: Closing,
): { readonly outcomes: readonly KillOutcome[]; readonly warnings: readonly string[] } {
  const warnings = new Set<string>();
  const outcomes = new Map<KillTarget, KillOutcome>();
  const shared = sharedCookies(plan.families);
  const targets = sockets.map(({ flow, request }) => {
    const vantage = vantageOf(vantages, flow);
    const target = {
      identity: identityOf(flow, shared),
      source: vantage.source,
      request: !subflows && isSubflow(flow) ? null : request,
    };
    return { vantage, target };
  });
  for (const here of vantages) {
    const closed = killSockets(
      targets.filter(({ vantage }) => vantage === here).map(({ target }) => target),
      () => listAgain(plan, here, warnings),
    );
    for (const [target, outcome] of closed) outcomes.set(target, outcome);
  }
  return { outcomes: targets.map(({ target }) => outcomes.get(target)!), warnings: [...warnings] };
}

/**
 * The identities of all sockets of the families, whether or not they still pass the filter; `null` if some may be missing from the
 * answer, of which the warnings then tell.
 */
function listAgain(plan: Plan, vantage: Vantage, warnings: Set<string>): ReadonlySet<string> | null {
  const { sockets, reasons } = listAll({ ...plan, states: ALL_STATES }, [vantage]);
  const shared = sharedCookies(plan.families);
  if (reasons.length === 0) return new Set(sockets.map(({ flow }) => identityOf(flow, shared)));
  for (const reason of reasons) warnings.add(`it is not known which sockets are gone: ${reason}`);
  return null;
}

/** The sockets that a plan would list without its filter, and why some may be missing. */
export function listAll(
  { families, addressFamilies, states, types }: Plan,
  vantages: readonly Vantage[],
): { readonly sockets: readonly KeptSocket[]; readonly reasons: readonly string[] } {
  const sink = new KillSink();
  const everything = { families, addressFamilies, states, bpfMaps: false, ...types === undefined ? {} : { types } };
  const { warnings, unnamed, failed } = runSteps(stepVantages(everything, vantages, sink, null));
  const incomplete = failed > 0 || warnings.length > 0;
  return { sockets: sink.sockets, reasons: incomplete ? [...warnings, ...unnamed.map(({ message }) => message)] : [] };
}

function vantageOf(vantages: readonly Vantage[], { netns }: FlowObject): Vantage {
  const { inode } = (netns ?? {}) as { readonly inode?: number };
  return vantages.find((vantage) => vantage.netns === null || vantage.netns.inode === inode)!;
}

/** Whether it carries a part of an MPTCP connection, which would hang without it. */
const isSubflow = ({ ulp }: FlowObject): boolean => (ulp as { readonly name?: string } | undefined)?.name === "mptcp";

/** Whether a filter names what makes a socket a subflow. */
export const namesSubflows = (paths: readonly string[]): boolean =>
  paths.some((path) => path === "ulp" || path.startsWith("ulp."));
