/**
 * Sockets that some process holds and no dump shows: AF_ALG, CAN, Bluetooth, TCP sockets that were never bound, and those of
 * other network namespaces. The kernel says what they are by an attribute of the descriptor; see `net/socket.c`.
 */
import { writeText } from "./attribute.ts";
import { registry } from "./families.ts";
import type { Family } from "./family.ts";
import { defineKey } from "./key.ts";
import type { Netns } from "./netns.ts";
import type { OwnerIndex } from "./owners.ts";
import type { RecordSink } from "./record_sink.ts";
import { inodeKey } from "./sock_diag.ts";
import { ALL_STATES } from "./tcp_states.ts";

const name = defineKey(null, "sockprotoname", {
  type: "text",
  meaning: "The kernel's name for the protocol.",
  source: "extended attribute system.sockprotoname",
});
const holderNetns = defineKey(null, "holder_netns", {
  type: "integer",
  meaning: "Inode of the network namespace of the first holder, where the socket most likely is.",
  source: "/proc/PID/ns/net",
});

/** Reads what the kernel calls the protocol of a descriptor of another process or thread; `null` if it has gone. */
export type ProtocolNameReader = (pid: number, fd: number) => Uint8Array | null;

/**
 * Pushes a record for every socket that has not been listed. Those whose holder has gone meanwhile are passed over.
 *
 * @param namespaces the network namespaces by their inodes, if only sockets in these are asked for: as their own does not
 * tell it, where the first holder is counts; `null` for all
 */
export function writeOthers(
  owners: OwnerIndex,
  readName: ProtocolNameReader,
  sink: RecordSink,
  namespaces: ReadonlyMap<number, Netns> | null = null,
): number {
  let records = 0;
  owners.forEachUnseen((socket, holder, fd) => {
    const netns = namespaces?.get(holder.netns) ?? null;
    if (netns === null && namespaces !== null) return;
    const protocol = readName(holder.tid ?? holder.pid, fd);
    if (protocol === null) return;
    sink.openRecord();
    sink.integer(inodeKey, socket);
    writeText(name, protocol, 0, protocol.length, sink);
    if (holder.netns !== 0) sink.integer(holderNetns, holder.netns);
    netns?.write(socket, sink);
    owners.write(socket, sink);
    sink.closeRecord();
    records++;
  });
  return records;
}

/** What is left when all other families have been listed; only `-p` finds it. */
export const other: Family = {
  ...registry.other,
  defaultStates: ALL_STATES,
  encodeRequests: () => [],
  openDecoder: () => () => {},
  stateOf: null,
  kernelFiltersStates: true,
  inodeOf: () => 0,
  describe: () => ({ layouts: [], attributes: [], keys: [inodeKey, name, holderNetns] }),
};
