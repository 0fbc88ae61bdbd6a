/**
 * Counts the sockets of requested protocols that no dump shows because they are neither bound nor connected.
 */
import { AF_INET, AF_INET6 } from "../kernel/address_family.ts";
import { portOf } from "../families/other.ts";
import type { OwnerIndex } from "../lookups/owner_index.ts";
import type { Outcome } from "../record/outcome.ts";
import { GONE, type ProtocolNameReader, type SocketCopyReader } from "./other_sockets.ts";
import type { Plan, Unbound, Vantage } from "./plan.ts";

const decoder = new TextDecoder();

/** Counts them among the sockets that have not been listed. */
export class UnboundSockets implements Unbound {
  constructor(
    readonly owners: OwnerIndex,
    readonly readName: ProtocolNameReader,
    readonly openCopies: () => SocketCopyReader,
  ) {}

  tell(plan: Plan, vantages: readonly Vantage[], outcome: Outcome): void {
    using copies = this.openCopies();
    const asked = new Set(vantages.map(({ netns }) => netns?.inode ?? copies.own));
    const counts = new Map(plan.families.filter(({ domain }) => domain === "inet").map(({ name }) => [name, 0]));
    this.owners.forEachUnseen((socket, holder, fd) => {
      if (holder.netns !== 0 && !asked.has(holder.netns)) return;
      const pid = holder.tid ?? holder.pid;
      const [name = "", version] = protocolOf(this.readName(pid, fd, socket));
      const count = counts.get(name);
      if (count === undefined || !plan.addressFamilies.includes(version)) return;
      const told = copies.read(pid, fd, socket);
      if (told === GONE) return;
      if (told !== null && (told.listens || told.connected === true || portOf(told.local) !== 0)) return;
      if (told === null || told.netns === null || asked.has(told.netns)) counts.set(name, count + 1);
    });
    for (const [name, count] of counts) {
      if (count === 0) continue;
      const sockets = count === 1 ? "socket is" : "sockets are";
      outcome.notices.push(`${count} ${name} ${sockets} neither bound nor connected: --other lists them`);
    }
  }
}

/** The family that the kernel's name of a protocol belongs to, and the version of IP: `UDPLITEv6`, `UDP-Lite`. */
function protocolOf(name: Uint8Array | null): readonly [family: string, version: number] {
  const text = name === null ? "" : decoder.decode(name);
  const family = text.replace(/v6$/, "").replace("-", "").toUpperCase();
  return [family, text.endsWith("v6") ? AF_INET6 : AF_INET];
}
