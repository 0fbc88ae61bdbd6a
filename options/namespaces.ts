/**
 * What `-N` and `--netns-limit` ask for.
 */
import { quote } from "../decode/text/control_characters.ts";
import type { Given } from "./getopt.ts";
import { UsageError } from "./usage_error.ts";

/** Network namespaces that are asked for. */
export interface NamespacesOption {
  /** What was typed after each `-N`; none for the own namespace. */
  readonly words: readonly string[];
  /** How many are asked at most. */
  readonly limit: number;
}

const DEFAULT_LIMIT = 256;

/**
 * The namespaces that options ask for; `args` as `expandArguments` leaves them.
 *
 * @throws {UsageError} if that cannot be done
 */
export function chooseNamespaces(args: readonly string[], given: Given): NamespacesOption {
  const words = args.flatMap((arg) => arg.startsWith("--net=") ? [arg.slice("--net=".length)] : []);
  const typed = given["netns-limit"];
  if (given["net"] !== undefined && (words.length === 0 || words.includes(""))) {
    throw new UsageError("option --net needs a name, the number of a process, a path, or all");
  }
  if (typed !== undefined && words.length === 0) throw new UsageError("--netns-limit does nothing without -N");
  if (typed !== undefined && !/^[1-9][0-9]{0,8}$/.test(String(typed))) {
    throw new UsageError(`--netns-limit takes a number from 1 on, not ${quote(String(typed))}`);
  }
  for (const long of ["record", "read"]) {
    if (given[long] === undefined || words.length === 0) continue;
    const advice = long === "record" ? " (ip netns exec NAME ss2 … --record FILE)" : "";
    throw new UsageError(`-N and --${long} exclude each other: a recording is of one namespace${advice}`);
  }
  return { words, limit: typed === undefined ? DEFAULT_LIMIT : Number(typed) };
}
