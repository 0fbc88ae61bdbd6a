/**
 * The registry of socket families: one line each, in the order of the output.
 */
import type { Family } from "./family.ts";
import { netlink } from "./netlink_diag.ts";
import { tcp } from "./tcp.ts";
import { unix } from "./unix.ts";

/** All families. */
export const families: readonly Family[] = [tcp, unix, netlink];
