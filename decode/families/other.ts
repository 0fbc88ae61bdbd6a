/**
 * Sockets of other kinds than all other families: AF_ALG, CAN, Bluetooth; only processes that hold them show them.
 */
import { defineKey } from "../record/key.ts";
import type { FamilyCode } from "./family.ts";
import { ALL_STATES } from "../kernel/tcp_states.ts";
import { inodeKey } from "./sock_diag.ts";

export const name = defineKey(null, "sockprotoname", {
  type: "text",
  meaning: "The kernel's name for the protocol.",
  source: "extended attribute system.sockprotoname",
});

export const holderNetns = defineKey(null, "holder_netns", {
  type: "integer",
  range: [0, 0xffff_ffff],
  meaning: "Inode of the network namespace of the first holder; the socket may be in another one.",
  source: "/proc/PID/ns/net",
});

/** What a socket tells of itself. */
export interface ToldOfSocket {
  /** Inode of its network namespace; `null` if that is not told. */
  readonly netns: number | null;
  /** AF_…, SOCK_… and the number of the protocol; -1 for what is not told. */
  readonly family: number;
  readonly type: number;
  readonly protocol: number;
  readonly listens: boolean;
  /** Whether it has a peer; `null` if that is not told. */
  readonly connected: boolean | null;
  /** `struct sockaddr` of both ends; `null` for none. */
  readonly local: Uint8Array | null;
  readonly remote: Uint8Array | null;
}

/** What is left when all other families have been listed; only `-p` finds it. */
export const other: FamilyCode = {
  defaultStates: ALL_STATES,
  encodeRequests: () => [],
  openDecoder: () => () => {},
  stateOf: null,
  kernelFiltersStates: true,
  inodeOf: () => 0,
  describe: () => ({ layouts: [], attributes: [], keys: [inodeKey, name, holderNetns] }),
};
