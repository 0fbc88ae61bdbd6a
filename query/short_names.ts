/**
 * Short names of fields, as people type them: the last part of a path.
 */

/** Names that stand for the processes that hold a socket, though others have such fields too. */
const chosen: ReadonlyMap<string, string> = new Map([
  ["pid", "owners.pid"],
  ["comm", "owners.comm"],
]);

/** Where several fields end alike, the one in here is meant. */
const PREFERRED = "tcp_info.";

/** Short names that are not the last part of one path alone. */
export const chosenNames: readonly string[] = [...chosen.keys()];

/**
 * The paths that a name can stand for, of `paths`: one if that is clear, several if it is not, none if there is no such field.
 */
export function pathsNamed(name: string, paths: readonly string[]): readonly string[] {
  const short = chosen.get(name);
  if (short !== undefined) return [short];
  if (paths.includes(name)) return [name];
  const longer = paths.filter((path) => path.endsWith(`.${name}`));
  const preferred = longer.filter((path) => path === PREFERRED + name);
  return preferred.length === 1 ? preferred : longer;
}
