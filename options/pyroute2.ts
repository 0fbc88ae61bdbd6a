/**
 * The command of `--compat pyroute2`: the options of the Python `ss2`, and no others.
 */
import { ALL_STATES, BOUND_INACTIVE_STATES, CONNECTED_STATES, TCP_LISTEN } from "../decode/kernel/tcp_states.ts";
import { ownerFields, pythonFields, type PythonProtocol } from "../formats/pyroute2.ts";
import type { PythonCommand } from "./command.ts";
import type { ParsedArguments } from "./getopt.ts";
import { shownName } from "./option.ts";
import { pythonOptions } from "./option_table.ts";
import type { ParseListing } from "./summary.ts";
import { UsageError } from "./usage_error.ts";

/** @param parse reads the command line of a listing */
export async function parsePython(parsed: ParsedArguments, parse: ParseListing): Promise<PythonCommand> {
  const idle = parsed.typed.find(({ option: { long } }) => long !== "compat" && !pythonOptions.includes(long));
  if (idle !== undefined) {
    throw new UsageError(`the Python ss2 has no option ${shownName(idle.option)} (--compat pyroute2)`);
  }
  if (parsed.words.length > 0) throw new UsageError("the Python ss2 has no filters (--compat pyroute2)");
  const names = parsed.typed.map(({ option }) => option.long);
  const protocols = (["TCP", "UNIX"] as const).filter((name) => names.includes(name.toLowerCase()));
  if (protocols.length === 0) {
    throw new UsageError("the Python ss2 lists TCP or UNIX sockets: -t, -x (--compat pyroute2)");
  }
  const owned = parsed.has("processes");
  const columns = new Set([...protocols.flatMap(fieldsOf), ...owned ? ownerFields : []]);
  const listing = await parse([
    ...protocols.map((name) => `--${name.toLowerCase()}`),
    ...owned ? ["--processes", "--cmdline"] : [],
    ...parsed.has("resolve") ? ["--resolve"] : [],
    "--columns",
    [...columns, ...parsed.has("resolve") && protocols.includes("TCP") ? ["src_host", "dst_host"] : []].join(),
  ]);
  return {
    action: "pyroute2",
    listing: { ...listing, plan: { ...listing.plan, states: statesOf(parsed) } },
    protocols,
  };
}

const fieldsOf = (protocol: PythonProtocol): readonly string[] => pythonFields[protocol];

/** `-a` wins over `-l`. */
function statesOf(parsed: ParsedArguments): number {
  if (parsed.has("all")) return ALL_STATES & ~BOUND_INACTIVE_STATES;
  return parsed.has("listening") ? 1 << TCP_LISTEN : CONNECTED_STATES;
}
