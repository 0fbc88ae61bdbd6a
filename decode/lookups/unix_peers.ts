/**
 * The other end of UNIX sockets, by the inode that the kernel tells.
 */
import type { Enricher, Lookup, PreScan } from "./lookup.ts";
import { findAttribute, NLA_HDRLEN } from "../netlink/attribute.ts";
import type { Family } from "../families/family.ts";
import type { Key } from "../record/key.ts";
import type { OwnerIndex } from "./owner_index.ts";
import { peerHolders, peerPathName, unixPeers } from "./peers.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { peerInode } from "../families/sock_diag.ts";
import { nameKey, UNIX_DIAG_MSG, UNIX_DIAG_NAME, writeUnixName } from "../families/unix.ts";
import type { NumberReader } from "../netlink/number_reader.ts";

/** Adds path and holders of the other end to UNIX sockets. Names of all bound sockets of a namespace are in memory. */
export class UnixPeers implements Enricher {
  readonly lookup: Lookup = unixPeers;
  readonly from: Key = peerInode;
  readonly none = 0;
  /** Names as the kernel sends them, by inode. */
  readonly #names = new Map<number, Uint8Array>();

  /** @param owners who holds which socket; `null` if nobody looked */
  constructor(readonly owners: OwnerIndex | null) {}

  readerOf({ peerOf }: Family): NumberReader | null {
    return peerOf ?? null;
  }

  preScan({ peerOf, inodeOf }: Family): PreScan | null {
    if (peerOf === undefined) return null;
    this.#names.clear();
    return {
      wanted: (key) => key === nameKey,
      see: (view, start, end) => {
        const at = findAttribute(view, start + UNIX_DIAG_MSG.size, end, UNIX_DIAG_NAME);
        if (at < 0) return;
        const name = new Uint8Array(view.buffer.slice(at + NLA_HDRLEN, at + view.getUint16(at, true)) as ArrayBuffer);
        this.#names.set(inodeOf(view, start, end), name);
      },
    };
  }

  write(inode: number, sink: RecordSink): void {
    if (inode === 0) return;
    const name = this.#names.get(inode);
    if (name !== undefined) writeUnixName(peerPathName, peerPathName.hex!, name, 0, name.length, sink);
    this.owners?.writeHolders(inode, peerHolders, sink);
  }
}

/** The other ends of connections, for one run. */
export const openUnixPeers = (owners: OwnerIndex | null): UnixPeers => new UnixPeers(owners);
