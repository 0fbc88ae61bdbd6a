/**
 * All socket families with their code loaded, for programs and tests that can use any of them.
 */
import type { Family } from "./family.ts";
import { families as entries, loadFamilies } from "./registry.ts";

/** All families, in output order. */
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
