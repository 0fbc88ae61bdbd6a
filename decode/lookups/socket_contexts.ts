/**
 * SELinux contexts of sockets. The kernel reports them as an attribute of a descriptor; see xattr(7), `security.selinux`.
 */
import type { Enricher, Lookup } from "./lookup.ts";
import { writeText } from "../netlink/attribute.ts";
import type { Family } from "../families/family.ts";
import { defineKey, type Key } from "../record/key.ts";
import type { OwnerIndex } from "./owner_index.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { inodeKey } from "../families/sock_diag.ts";
import type { NumberReader } from "../netlink/number_reader.ts";

/** SELinux context of the socket. */
export const socketContext: Key = defineKey(null, "context", {
  type: "text",
  meaning: "SELinux context of the socket, if a process holds it; only with -z.",
  source: "extended attribute security.selinux",
});

/** SELinux contexts of sockets. */
export const socketContexts: Lookup<"contexts"> = {
  name: "contexts",
  notRecorded: "a recording has no SELinux contexts of sockets: no context",
  from: [inodeKey],
  keys: [socketContext],
  isFor: () => true,
};

/** Reads the context of a socket through a descriptor of another process or thread; `null` if the descriptor is gone. */
export type ContextReader = (pid: number, fd: number) => Uint8Array | null;

/** Contexts of sockets, each read through the socket's first holder. */
export class SocketContexts implements Enricher {
  readonly lookup: Lookup = socketContexts;
  readonly from: Key = inodeKey;
  readonly none = 0;

  constructor(readonly owners: OwnerIndex | null, readonly read: ContextReader) {}

  readerOf({ inodeOf }: Family): NumberReader {
    return inodeOf;
  }

  write(inode: number, sink: RecordSink): void {
    const first = this.owners?.firstOf(inode) ?? null;
    if (first === null) return;
    const context = this.read(first.holder.tid ?? first.holder.pid, first.fd);
    if (context !== null) writeText(socketContext, context, 0, context.length, sink);
  }
}
