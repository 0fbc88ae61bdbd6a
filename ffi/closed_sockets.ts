/**
 * Wakes somebody who waits until sockets are closed. The kernel tells of TCP and UDP sockets only.
 */
import { eventFamily } from "../decode/families/event_family.ts";
import { SystemError } from "../decode/kernel/errors.ts";
import type { Plan } from "../decode/plan/plan.ts";
import { DATAGRAM_SIZE } from "../decode/record/record_sink.ts";
import { DestroyEvents, waitForEvents } from "./destroy_events.ts";

/** Sockets of some families in the network namespace of this process, from the moment it is made. */
export class ClosedSockets implements Disposable {
  #sockets: DestroyEvents[] = [];
  readonly #buffer = new Uint8Array(DATAGRAM_SIZE);

  /** Only ports are compared. Does nothing if the kernel refuses: {@linkcode wait} then always waits to its end. */
  constructor({ families, addressFamilies, filter }: Pick<Plan, "families" | "addressFamilies" | "filter">) {
    try {
      for (const family of families) {
        const groups = addressFamilies.flatMap((version) => eventFamily(family)?.events?.groups.get(version) ?? []);
        const kernel = filter?.of(family).kernel;
        const ports = { src: kernel?.sport ?? 0, dst: kernel?.dport ?? 0, orWiped: true };
        if (groups.length > 0) this.#sockets.push(new DestroyEvents((action) => action(), groups, ports));
      }
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this[Symbol.dispose]();
    }
  }

  /** Waits until one is closed, but not longer than some milliseconds. */
  async wait(milliseconds: number): Promise<void> {
    if (milliseconds <= 0) return;
    await waitForEvents(this.#sockets.map(({ fd }) => fd), -1, Math.ceil(milliseconds));
  }

  /** Forgets those that were closed up to now. */
  forget(): void {
    for (const socket of this.#sockets) while (socket.receive(this.#buffer) !== 0);
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets.splice(0)) socket[Symbol.dispose]();
  }
}
