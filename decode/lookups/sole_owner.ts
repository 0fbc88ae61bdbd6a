/**
 * The owners of a socket that one process holds by one descriptor, as nearly all are: everything but the number of the
 * descriptor is the same for all sockets of the process.
 */
import { showCgroup, writeCgroup } from "./cgroup_parts.ts";
import { fd, fds, type Holder, owner, ownerCgroupKeys, owners, ownerStatus, RESOLVED, writeHolder } from "./owners.ts";
import { type Around, type RecordSink, writeShared } from "../record/record_sink.ts";

/** Pushes the control group of a holder. */
export const writeOwnerCgroup = (path: Uint8Array, sink: RecordSink): void =>
  writeCgroup(ownerCgroupKeys, showCgroup(path), sink);

/** What is pushed around the descriptor. */
export const soleOwner: Around<Holder> = {
  before(holder: Holder, sink: RecordSink): void {
    sink.name(ownerStatus, RESOLVED);
    sink.openList(owners);
    sink.openObject(owner);
    writeHolder(holder, sink);
    sink.openList(fds);
  },
  key: fd,
  after({ cgroup }: Holder, sink: RecordSink): void {
    sink.closeList(fds);
    if (cgroup !== null) writeShared(cgroup, writeOwnerCgroup, sink);
    sink.closeObject(owner);
    sink.closeList(owners);
  },
};
