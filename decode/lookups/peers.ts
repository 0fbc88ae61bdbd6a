/**
 * Fields for the socket at the other end of a local connection, and for its holders.
 */
import type { Lookup } from "./lookup.ts";
import { defineElement, defineKey, type Key } from "../record/key.ts";
import { commRule, type HolderKeys, processes } from "./owners.ts";
import { peerInode, unixNameRule } from "../families/sock_diag.ts";

/** Path or name that the UNIX socket at the other end is bound to. */
export const peerPathName: Key = defineKey(null, "peer_path_name", {
  type: "text",
  rule: unixNameRule,
  meaning:
    "Name (path_name) of the socket at the other end, if it is bound and its network namespace is asked; or of the listener at which the socket waits to be accepted. Only with -p.",
  source: "UNIX_DIAG_NAME of the other end",
});
/** Holders of the other end. */
export const peerOwners: Key = defineKey(null, "peer_owners", {
  type: "list",
  meaning:
    "The processes that hold the socket at the other end, or the listener if that socket waits to be accepted; only with --peers, for UNIX sockets also with -p.",
  source: "/proc/PID/fd",
  privilege: "CAP_SYS_PTRACE for processes of other users",
});
/** One holder of the other end. */
export const peerOwner: Key = defineElement(peerOwners, "object");
/** Process id of that holder. */
export const peerPid: Key = defineKey(peerOwner, "pid", {
  type: "integer",
  range: processes,
  meaning: "Number of the process.",
  source: "/proc/PID",
});
/** Name of that holder. */
export const peerComm: Key = defineKey(peerOwner, "comm", {
  type: "text",
  rule: commRule,
  meaning: "Name of the process.",
  source: "/proc/PID/stat",
});

const holders: readonly Key[] = [peerOwners, peerOwner, peerPid, peerComm];

/** Fields for the holders of the other end. */
export const peerHolders: HolderKeys = { list: peerOwners, element: peerOwner, pid: peerPid, comm: peerComm };

/** Other ends of UNIX sockets, by the inode that the kernel reports. */
export const unixPeers: Lookup<"unix-peers"> = {
  name: "unix-peers",
  from: [peerInode],
  keys: [peerPathName, ...holders],
  isFor: ({ peerOf }) => peerOf !== undefined,
};

/** Other ends of Internet sockets: sockets with the same addresses and ports in reverse. */
export const pairedPeers: Lookup<"peers"> = {
  name: "peers",
  from: [],
  keys: [peerInode, ...holders],
  isFor: ({ paired }) => paired === true,
};
