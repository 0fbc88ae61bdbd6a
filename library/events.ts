/**
 * Sockets as they are closed.
 */
import type { DumpOptions } from "./options.ts";
import { SocketEvents } from "../ffi/socket_events.ts";
import { selectFamilies } from "./prepare.ts";
import { eventFamily } from "../decode/families/event_family.ts";
import { families } from "../decode/families/all_families.ts";

/** Options of {@linkcode events}. */
export interface EventOptions
  extends Pick<DumpOptions, "ipv4" | "ipv6" | "filter" | "namespaces" | "namespaceLimit" | "limit" | "warn"> {
  /** TCP sockets; the default if `udp` is not set. */
  readonly tcp?: boolean;
  /** UDP sockets. */
  readonly udp?: boolean;
}

/**
 * Sockets as they are closed, from the moment of the call. An event has the fields of `ss2 -E`. Leaving the loop, or disposing of
 * the result, closes everything.
 *
 * ```ts
 * import { events } from "../mod.ts";
 *
 * using closed = events({ tcp: true, limit: 10 });
 * setTimeout(() => closed.return(), 100);
 * for await (const { time, src, dst, lost } of closed) console.log(time, src, dst, lost);
 * ```
 *
 * @throws {SystemError} if the kernel refuses
 * @throws {NamespaceError} if a network namespace does not exist, or cannot be entered or left
 * @throws {RangeError} if the filter needs what no event tells
 */
export function events(options: EventOptions = {}): SocketEvents {
  const { udp = false, tcp = !udp, filter, namespaces, namespaceLimit = Infinity, limit = Infinity } = options;
  const { families: chosen, addressFamilies } = selectFamilies({ ...options, tcp, udp });
  const told = chosen.flatMap((family) => eventFamily(family) ?? []);
  if (filter !== undefined && (filter.states !== null || filter.namesStates)) {
    throw new RangeError("a filter of events cannot name states");
  }
  for (const family of told) {
    const [lacking] = filter?.of(family).lacks ?? [];
    if (lacking !== undefined) throw new RangeError(`an event of ${family.name} has no ${lacking}`);
  }
  const plan = { families: told, addressFamilies, ...filter === undefined ? {} : { filter } };
  const places = namespaces === undefined ? null : { words: namespaces, limit: namespaceLimit };
  return new SocketEvents({ plan, namespaces: places, families, recording: null }, limit, options.warn ?? (() => {}));
}
