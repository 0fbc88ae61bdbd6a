/**
 * The registry of socket families: one line each, in the order of the output.
 */
import type { Family } from "./family.ts";
import { smc } from "./smc.ts";
import { tcp } from "./tcp.ts";
import { tipc } from "./tipc.ts";

/** All families. */
export const families: readonly Family[] = [tcp, tipc, smc];
