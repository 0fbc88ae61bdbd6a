/**
 * Sockets that a process holds and no dump lists: AF_ALG, CAN, Bluetooth, TCP sockets that were never bound, and those
 * of other network namespaces. The kernel names their protocol in an extended attribute of the descriptor
 * (`net/socket.c`).
 */
import { writeText } from "../netlink/attribute.ts";
import type { Family } from "../families/family.ts";
import type { Enricher } from "../lookups/lookup.ts";
import type { OwnerIndex } from "../lookups/owner_index.ts";
import type { OtherSockets, Plan, Vantage } from "./plan.ts";
import { stepMarks } from "./listed_sockets.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { inodeKey } from "../families/sock_diag.ts";
import { ALL_STATES } from "../kernel/tcp_states.ts";
import type { Outcome } from "../record/outcome.ts";
import { holderNetns, name, stateOf, type ToldOfSocket, writeTold } from "../families/other.ts";

/** Reads the protocol name of a descriptor of another process or thread; `null` if it no longer exists. */
export type ProtocolNameReader = (pid: number, fd: number, inode: number) => Uint8Array | null;

/** The result for a socket that was closed meanwhile. */
export const GONE: -1 = -1;

/** Queries properties of sockets. */
export interface SocketCopyReader extends Disposable {
  /** Inode of the network namespace of this program; `null` if it is not known. */
  readonly own: number | null;
  /**
   * Asks a socket that a process or thread has under a descriptor.
   *
   * @param inode of the socket; the descriptor may refer to another one by now
   * @returns its properties; `null` if it cannot be queried
   */
  read(pid: number, fd: number, inode: number): ToldOfSocket | typeof GONE | null;
}

/** Finds the sockets that no dump lists and pushes them as records. */
export class UnlistedSockets implements OtherSockets {
  /**
   * @param families all families; their sockets are excluded
   */
  constructor(
    readonly owners: OwnerIndex,
    readonly readName: ProtocolNameReader,
    readonly openCopies: () => SocketCopyReader,
    readonly families: readonly Family[],
  ) {}

  *step(
    family: Family,
    plan: Plan,
    vantages: readonly Vantage[],
    sink: RecordSink,
    outcome: Outcome,
    enrichers: readonly Enricher[],
  ): Generator<void> {
    outcome.dumps++;
    const filter = plan.filter?.of(family);
    if (filter?.excludesAll === true) return;
    for (const vantage of vantages) yield* this.#markOthers(plan, vantage);
    this.owners.lookHarder();
    const filtering = filter?.openFilteringSink(sink);
    using copies = this.openCopies();
    const written = this.#write(plan, filtering ?? sink, vantages, copies, outcome, enrichers);
    const found = filtering?.passed ?? written;
    outcome.records += found;
    if (plan.whole === true && found > 0) {
      outcome.warnings.push(`${family.name} sockets come from their processes: the recording does not have them`);
    }
    const { obstacles, unresolved, cannotListProcesses } = this.owners;
    // That there are none is a statement about all processes.
    const doubtful = cannotListProcesses || plan.named === true && found === 0 && obstacles.length > 0;
    // The warning about owners that could not be read has the same causes.
    if (doubtful && unresolved === 0) {
      outcome.warnings.push(`cannot find sockets that only their processes show: ${obstacles.join("; ")}`);
    }
  }

  /** Marks the sockets of families that the plan lists only in part or not at all. Then only sockets of no family are unmarked. */
  *#markOthers(plan: Plan, vantage: Vantage): Generator<void> {
    const unlisted = this.families.filter((family) => {
      const listed = plan.families.includes(family) && plan.addressFamilies.length === 2 &&
        plan.types?.[family.name] === undefined && plan.filter === undefined &&
        ((plan.states ?? family.defaultStates) & ALL_STATES) === ALL_STATES;
      return !listed;
    });
    yield* stepMarks(this.owners, unlisted, vantage);
  }

  /**
   * Pushes a record for every unlisted socket in the namespaces that are asked. If a socket does not tell its namespace, the
   * namespace of its first holder decides. Sockets whose holder has gone are skipped.
   */
  #write(
    plan: Plan,
    sink: RecordSink,
    vantages: readonly Vantage[],
    copies: SocketCopyReader,
    outcome: Outcome,
    enrichers: readonly Enricher[],
  ): number {
    const asked = new Map(vantages.map(({ netns }) => [netns?.inode ?? copies.own, netns]));
    let records = 0;
    let elsewhere = 0;
    this.owners.forEachUnseen((socket, holder, fd) => {
      const pid = holder.tid ?? holder.pid;
      // Do not touch descriptors of processes in other namespaces: their sockets are usually there too.
      const isNear = holder.netns === 0 || asked.has(holder.netns) || asked.has(null);
      const told = isNear ? copies.read(pid, fd, socket) : null;
      if (told === GONE) return;
      const netns = told?.netns ?? null;
      if (!isNear || netns !== null && !asked.has(netns) && !asked.has(null)) {
        elsewhere++;
        return;
      }
      const state = told === null ? null : stateOf(told);
      if (state !== null && ((plan.states ?? ALL_STATES) >> state & 1) === 0) return;
      const protocol = this.readName(pid, fd, socket);
      if (protocol === null) return;
      sink.openRecord();
      sink.integer(inodeKey, socket);
      writeText(name, protocol, 0, protocol.length, sink);
      if (told !== null) writeTold(told, sink);
      if (holder.netns !== 0) sink.integer(holderNetns, holder.netns);
      if (netns !== null) asked.get(netns)?.write(socket, sink);
      for (const enricher of enrichers) enricher.writeUnlisted?.(socket, sink);
      this.owners.write(socket, sink);
      sink.closeRecord();
      records++;
    });
    if (elsewhere > 0) {
      const advice = vantages.every(({ netns }) => netns === null) ? " (-N asks there)" : "";
      outcome.notices.push(`OTHER: left out ${elsewhere} sockets of other network namespaces${advice}`);
    }
    return records;
  }
}
