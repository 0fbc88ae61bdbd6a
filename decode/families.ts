/**
 * The registry of socket families: one line each, in the order of the output.
 */
import type { Family } from "./family.ts";
import { other } from "./other.ts";
import { packet } from "./packet.ts";
import { tcp } from "./tcp.ts";
import { vsock } from "./vsock.ts";
import { xdp } from "./xdp.ts";

/** All families. */
export const families: readonly Family[] = [tcp, packet, vsock, xdp, other];
