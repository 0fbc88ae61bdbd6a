/**
 * All families of sockets with their code, for programs and tests that use any of them.
 */
import type { Family } from "./family.ts";
import { families as entries, loadFamilies } from "./registry.ts";

/** All families, in the order of the output. */
export const families: readonly Family[] = await loadFamilies(entries);

/**
 * The family whose option is `--NAME`.
 *
 * @throws {RangeError} if there is none
 */
export function familyCalled(name: string): Family {
  const found = families.find(({ option }) => option.long === name);
  if (found !== undefined) return found;
  throw new RangeError(`unknown family "${name}"; there are ${families.map(({ option }) => option.long).join(" ")}`);
}
