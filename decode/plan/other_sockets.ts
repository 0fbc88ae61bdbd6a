/**
 * Sockets that some process holds and no dump shows: AF_ALG, CAN, Bluetooth, TCP sockets that were never bound, and those of
 * other network namespaces. The kernel says what they are by an attribute of the descriptor; see `net/socket.c`.
 */
import { writeText } from "../netlink/attribute.ts";
import type { Enricher, Lookup } from "../lookups/lookup.ts";
import type { Family } from "../families/family.ts";
import type { Key } from "../record/key.ts";
import type { Netns } from "../lookups/netns.ts";
import type { OwnerIndex } from "../lookups/owner_index.ts";
import type { OtherSockets, Plan, Vantage } from "./plan.ts";
import { stepAll } from "./family_dump.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { inodeKey } from "../families/sock_diag.ts";
import { ALL_STATES } from "../kernel/tcp_states.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import type { Outcome } from "../record/outcome.ts";
import { holderNetns, name } from "../families/other.ts";

/** Reads what the kernel calls the protocol of a descriptor of another process or thread; `null` if it has gone. */
export type ProtocolNameReader = (pid: number, fd: number) => Uint8Array | null;

/** Marks sockets as listed. */
class Marker implements Enricher {
  readonly lookup: Lookup;
  readonly from: Key;
  readonly none = 0;

  constructor(readonly owners: OwnerIndex) {
    this.lookup = owners.lookup;
    this.from = owners.from;
  }

  readerOf({ inodeOf }: Family): NumberReader {
    return inodeOf;
  }

  write(inode: number): void {
    this.owners.mark(inode);
  }
}

/** Finds them, and pushes them as records. */
export class HeldSockets implements OtherSockets {
  /**
   * @param families all families that there are: their sockets are none of these
   */
  constructor(
    readonly owners: OwnerIndex,
    readonly readName: ProtocolNameReader,
    readonly families: readonly Family[],
  ) {}

  *step(family: Family, plan: Plan, vantages: readonly Vantage[], sink: RecordSink, outcome: Outcome): Generator<void> {
    outcome.dumps++;
    const filter = plan.filter?.of(family);
    if (filter?.excludesAll === true) return;
    for (const vantage of vantages) yield* this.#markOthers(plan, vantage);
    const filtering = filter?.openFilteringSink(sink);
    const written = this.#write(filtering ?? sink, namespacesOf(vantages));
    outcome.records += filtering?.passed ?? written;
  }

  /** Marks the sockets of all families that the plan lists in part or not at all, so that what is unmarked is of no family. */
  *#markOthers(plan: Plan, vantage: Vantage): Generator<void> {
    const marker = new Marker(this.owners);
    for (const family of this.families) {
      const listed = plan.families.includes(family) && plan.addressFamilies.length === 2 &&
        plan.types?.[family.name] === undefined && plan.filter === undefined &&
        ((plan.states ?? family.defaultStates) & ALL_STATES) === ALL_STATES;
      if (listed || family.domain === "other") continue;
      yield* stepAll(family, vantage, [marker]);
    }
  }

  /**
   * Pushes a record for every socket that has not been listed. Those whose holder has gone meanwhile are passed over.
   *
   * @param namespaces the network namespaces by their inodes, if only sockets in these are asked for: as their own does not
   * tell it, where the first holder is counts; `null` for all
   */
  #write(sink: RecordSink, namespaces: ReadonlyMap<number, Netns> | null): number {
    let records = 0;
    this.owners.forEachUnseen((socket, holder, fd) => {
      const netns = namespaces?.get(holder.netns) ?? null;
      if (netns === null && namespaces !== null) return;
      const protocol = this.readName(holder.tid ?? holder.pid, fd);
      if (protocol === null) return;
      sink.openRecord();
      sink.integer(inodeKey, socket);
      writeText(name, protocol, 0, protocol.length, sink);
      if (holder.netns !== 0) sink.integer(holderNetns, holder.netns);
      netns?.write(socket, sink);
      this.owners.write(socket, sink);
      sink.closeRecord();
      records++;
    });
    return records;
  }
}

/** The namespaces of vantages by their inodes, `null` if nobody asked for them. */
function namespacesOf(vantages: readonly Vantage[]): ReadonlyMap<number, Netns> | null {
  const asked = vantages.flatMap(({ netns }) => netns === null ? [] : [netns]);
  return asked.length === 0 ? null : new Map(asked.map((netns) => [netns.inode, netns]));
}
