/**
 * Short field names: the last part of a path.
 */

import { options } from "../decode/lookups/options/option_kinds.ts";
import { rates } from "../decode/lookups/rates.ts";

/**
 * Aliases: names that mean the processes that hold a socket, although other objects have such fields too, and names from `ss`
 * for fields that have another name here.
 */
const aliases: ReadonlyMap<string, string> = new Map([
  ["pid", "owners.pid"],
  ["comm", "owners.comm"],
  ["process", "owners.comm"],
  ["sport", "src_port"],
  ["dport", "dst_port"],
  ["cwnd", "tcp_info.snd_cwnd"],
  ["ssthresh", "tcp_info.snd_ssthresh"],
  ["mss", "tcp_info.snd_mss"],
  ["rcvmss", "tcp_info.rcv_mss"],
  ["minrtt", "tcp_info.min_rtt"],
  ["lastsnd", "tcp_info.last_data_sent"],
  ["lastrcv", "tcp_info.last_data_recv"],
  ["lastack", "tcp_info.last_ack_recv"],
  ["busy", "tcp_info.busy_time"],
  ["notsent", "tcp_info.notsent_bytes"],
  ["app_limited", "tcp_info.delivery_rate_app_limited"],
]);

/**
 * Objects whose fields have no short name: a look at them asks more of the kernel, or touches the socket, and their names must
 * not make others ambiguous.
 */
const wholeNames: readonly string[] = [
  options.path,
  ...["owners.descriptors", "route", "tcp_metrics", "nat", "bpf_maps", "watchers", "waiters"],
].map((object) => `${object}.`);

/** Whether a path can only be named as a whole. */
export const isNamedWhole = (path: string): boolean => wholeNames.some((object) => path.startsWith(object));

/** If several paths end in the same name, the field in here is meant. */
const PREFERRED = "tcp_info.";

/** The names of the aliases. */
export const aliasNames: readonly string[] = [...aliases.keys()];

/** The name that `ss` has for a field, if this program has another one. */
export const nameInSs = (path: string): string | undefined =>
  [...aliases].find(([, meant]) => meant === path && meant.startsWith(PREFERRED))?.[0];

/**
 * The paths that a name can mean, among `paths`: one if it is clear, several if ambiguous, none if there is no such field.
 */
export function pathsNamed(name: string, paths: readonly string[]): readonly string[] {
  const short = aliases.get(name);
  if (short !== undefined) return [short];
  if (paths.includes(name)) return [name];
  const longer = paths.filter((path) => path.endsWith(`.${name}`) && !isNamedWhole(path));
  const preferred = longer.filter((path) => path === PREFERRED + name);
  if (preferred.length === 1) return preferred;
  // The name of a counter is that of its rate too.
  const others = longer.filter((path) => !path.startsWith(`${rates.path}.`));
  return others.length > 0 ? others : longer;
}
