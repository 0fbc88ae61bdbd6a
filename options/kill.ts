/**
 * The command of `--kill`: the sockets to close, and what protects against closing too many.
 */
import { ALL_STATES, TCP_LISTEN } from "../decode/kernel/tcp_states.ts";
import { namesSubflows } from "../query/close_sockets.ts";
import { isSelective } from "../query/filter/selective.ts";
import type { DumpCommand, KillCommand } from "./command.ts";
import type { ParsedArguments } from "./getopt.ts";
import { UsageError } from "./usage_error.ts";

/** Default of --max. */
const MOST = 100;

/** The command of `--kill` for the sockets that `listing` lists. */
export function parseKill(parsed: ParsedArguments, listing: DumpCommand): KillCommand {
  const { filter, query } = listing;
  if (filter === null || filter.isEmpty && !isSelective(filter)) {
    throw new UsageError("-K needs a filter, so that it does not close everything: ss2 -K dst 192.0.2.7");
  }
  if (query !== null && query.countBy !== null) throw new UsageError("-K closes sockets, it cannot count them");
  // All fields: addresses and cookies are needed, whatever is shown.
  const { wanted: _, ...plan } = listing.plan;
  const leaves = !closesListeners(parsed, listing);
  const states = plan.states === null || !leaves ? plan.states : plan.states & ~(1 << TCP_LISTEN);
  return {
    action: "kill",
    listing: { ...listing, plan: { ...plan, states }, lookups: new Map([...listing.lookups, ["kill", "option"]]) },
    dryRun: parsed.has("dry-run"),
    yes: parsed.has("yes"),
    most: parsed.get("max") ?? MOST,
    mySession: parsed.has("my-session-too"),
    subflows: namesSubflows(filter.paths),
    output: listing.output,
  };
}

/** Whether listeners were asked for, and not only sockets in every state. */
const closesListeners = (parsed: ParsedArguments, { filter }: DumpCommand): boolean =>
  parsed.has("listening") ||
  filter!.states !== null && filter!.states !== ALL_STATES && (filter!.states & 1 << TCP_LISTEN) !== 0;
