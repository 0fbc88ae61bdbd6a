/**
 * Short names of fields, as people type them: the last part of a path.
 */

/**
 * Names that are chosen: for the processes that hold a socket, though others have such fields too, and those by which `ss` shows
 * fields that are called otherwise here.
 */
const aliases: ReadonlyMap<string, string> = new Map([
  ["pid", "owners.pid"],
  ["comm", "owners.comm"],
  ["process", "owners.comm"],
  ["cwnd", "tcp_info.snd_cwnd"],
  ["ssthresh", "tcp_info.snd_ssthresh"],
  ["mss", "tcp_info.snd_mss"],
  ["rcvmss", "tcp_info.rcv_mss"],
  ["minrtt", "tcp_info.min_rtt"],
  ["lastsnd", "tcp_info.last_data_sent"],
  ["lastrcv", "tcp_info.last_data_recv"],
  ["lastack", "tcp_info.last_ack_recv"],
]);

/** Where several fields end alike, the one in here is meant. */
const PREFERRED = "tcp_info.";

/** Short names that are not the last part of one path alone. */
export const aliasNames: readonly string[] = [...aliases.keys()];

/**
 * The paths that a name can stand for, of `paths`: one if that is clear, several if it is not, none if there is no such field.
 */
export function pathsNamed(name: string, paths: readonly string[]): readonly string[] {
  const short = aliases.get(name);
  if (short !== undefined) return [short];
  if (paths.includes(name)) return [name];
  const longer = paths.filter((path) => path.endsWith(`.${name}`));
  const preferred = longer.filter((path) => path === PREFERRED + name);
  return preferred.length === 1 ? preferred : longer;
}
