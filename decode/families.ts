/**
 * The registry of socket families: one line each, in the order of the output.
 */
import type { Family } from "./family.ts";
import { dccp } from "./dccp.ts";
import { mptcp } from "./mptcp.ts";
import { raw } from "./raw.ts";
import { sctp } from "./sctp.ts";
import { tcp } from "./tcp.ts";
import { udp, udplite } from "./udp.ts";

/** All families. */
export const families: readonly Family[] = [tcp, mptcp, udp, udplite, raw, sctp, dccp];
