/**
 * The other end of UNIX sockets, by the inode that the kernel reports.
 */
import type { Enricher, Lookup, PreScan } from "./lookup.ts";
import { findAttribute, NLA_HDRLEN } from "../netlink/attribute.ts";
import type { Family } from "../families/family.ts";
import type { Key } from "../record/key.ts";
import type { OwnerIndex } from "./owner_index.ts";
import { peerHolders, peerPathName, unixPeers } from "./peers.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { peerInode } from "../families/sock_diag.ts";
import {
  nameKey,
  pendingKey,
  UNIX_DIAG_ICONS,
  UNIX_DIAG_MSG,
  UNIX_DIAG_NAME,
  writeUnixName,
} from "../families/unix.ts";
import type { NumberReader } from "../netlink/number_reader.ts";

/**
 * Adds path and holders of the other end to UNIX sockets. If the client still waits for accept(), the listener is used as the
 * other end. Keeps the names of all bound sockets in memory.
 */
export class UnixPeers implements Enricher {
  readonly lookup: Lookup = unixPeers;
  readonly from: Key = peerInode;
  readonly none = 0;
  /** Names as the kernel sends them, by inode. */
  readonly #names = new Map<number, Uint8Array>();
  /** Inode of the listener, by inode of the socket that waits for accept() there. */
  readonly #pending = new Map<number, number>();

  /** @param owners index of the holders of sockets; `null` if nobody looked */
  constructor(readonly owners: OwnerIndex | null) {}

  readerOf({ peerOf, inodeOf }: Family): NumberReader | null {
    if (peerOf === undefined) return null;
    return (view, start, end) => peerOf(view, start, end) || (this.#pending.get(inodeOf(view, start, end)) ?? 0);
  }

  preScan({ peerOf, inodeOf }: Family, namespace: number): PreScan | null {
    if (peerOf === undefined) return null;
    if (namespace === 0) {
      this.#names.clear();
      this.#pending.clear();
    }
    return {
      wanted: (key) => key === nameKey || key === pendingKey,
      see: (view, start, end) => {
        this.#notePending(view, start, end, inodeOf(view, start, end));
        const at = findAttribute(view, start + UNIX_DIAG_MSG.size, end, UNIX_DIAG_NAME);
        if (at < 0) return;
        const name = new Uint8Array(view.buffer.slice(at + NLA_HDRLEN, at + view.getUint16(at, true)) as ArrayBuffer);
        this.#names.set(inodeOf(view, start, end), name);
      },
    };
  }

  /** Records which sockets wait at a listener. */
  #notePending(view: DataView, start: number, end: number, listener: number): void {
    const found = findAttribute(view, start + UNIX_DIAG_MSG.size, end, UNIX_DIAG_ICONS);
    if (found < 0) return;
    const last = found + view.getUint16(found, true);
    for (let at = found + NLA_HDRLEN; last - at >= 4; at += 4) this.#pending.set(view.getUint32(at, true), listener);
  }

  write(inode: number, sink: RecordSink): void {
    if (inode === 0) return;
    const name = this.#names.get(inode);
    if (name !== undefined) writeUnixName(peerPathName, peerPathName.hex!, name, 0, name.length, sink);
    this.owners?.writeHolders(inode, peerHolders, sink);
  }
}

/** Makes the lookup of other ends, for one run. */
export const openUnixPeers = (owners: OwnerIndex | null): UnixPeers => new UnixPeers(owners);
