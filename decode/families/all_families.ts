/**
 * All families of sockets with their code, for programs and tests that use any of them.
 */
import type { Family } from "./family.ts";
import { families as entries, loadFamilies } from "./registry.ts";

/** All families, in the order of the output. */
export const families: readonly Family[] = await loadFamilies(entries);
