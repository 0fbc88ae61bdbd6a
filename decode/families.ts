/**
 * The registry of socket families: one line each, in the order of the output.
 */
import { dccp } from "./dccp.ts";
import type { Family } from "./family.ts";
import { mptcp } from "./mptcp.ts";
import { netlink } from "./netlink_diag.ts";
import { other } from "./other.ts";
import { packet } from "./packet.ts";
import { ping } from "./ping.ts";
import { raw } from "./raw.ts";
import { sctp } from "./sctp.ts";
import { smc } from "./smc.ts";
import { tcp } from "./tcp.ts";
import { tipc } from "./tipc.ts";
import { udp, udplite } from "./udp.ts";
import { unix } from "./unix.ts";
import { vsock } from "./vsock.ts";
import { xdp } from "./xdp.ts";

/** All families. */
export const families: readonly Family[] = [
  tcp,
  mptcp,
  udp,
  udplite,
  raw,
  sctp,
  dccp,
  ping,
  unix,
  netlink,
  packet,
  vsock,
  xdp,
  tipc,
  smc,
  other,
];
