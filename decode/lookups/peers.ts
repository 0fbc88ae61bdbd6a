/**
 * Fields for the socket at the other end of a local connection, and for its holders.
 */
import type { Lookup } from "./lookup.ts";
import { defineKey, type Key } from "../record/key.ts";
import { defineHolders, type HolderKeys } from "./owners.ts";
import { peerInode, unixNameRule } from "../families/sock_diag.ts";

/** Path or name that the UNIX socket at the other end is bound to. */
export const peerPathName: Key = defineKey(null, "peer_path_name", {
  type: "text",
  rule: unixNameRule,
  meaning:
    "Name (path_name) of the socket at the other end, if it is bound and its network namespace is asked; or of the listener at which the socket waits to be accepted. Only with -p.",
  source: "UNIX_DIAG_NAME of the other end",
});
/** Fields for the holders of the other end. */
export const peerHolders: HolderKeys = defineHolders(
  "peer_owners",
  "The processes that hold the socket at the other end, or the listener if that socket waits to be accepted; only with --peers, for UNIX sockets also with -p.",
);
const holders: readonly Key[] = Object.values(peerHolders);

/** Other ends of UNIX sockets, by the inode that the kernel reports. */
export const unixPeers: Lookup<"unix-peers"> = {
  name: "unix-peers",
  notRecorded: "a recording does not say who is at the other ends of UNIX sockets: no peer_path_name and peer_owners",
  from: [peerInode],
  keys: [peerPathName, ...holders],
  isFor: ({ peerOf }) => peerOf !== undefined,
};

/** Other ends of Internet sockets: sockets with the same addresses and ports in reverse. */
export const pairedPeers: Lookup<"peers"> = {
  name: "peers",
  notRecorded: "a recording does not say who is at the other ends: no peer_owners",
  from: [],
  keys: [peerInode, ...holders],
  isFor: ({ paired }) => paired === true,
};
