/**
 * The registry of socket families: one line each, in the order of the output.
 */
import type { Family } from "./family.ts";
import { other } from "./other.ts";
import { tcp } from "./tcp.ts";

/** All families. */
export const families: readonly Family[] = [tcp, other];
