/**
 * Looks up host names with the C library's resolver: `/etc/hosts`, name servers and other configured sources; see
 * getnameinfo(3) and nsswitch.conf(5). This may send queries over the network.
 */
import { AF_INET, AF_INET6 } from "../decode/kernel/address_family.ts";

const symbols = {
  // int getnameinfo(const struct sockaddr *address, socklen_t length, char *host, socklen_t host_length,
  //                 char *service, socklen_t service_length, int flags);
  getnameinfo: {
    parameters: ["buffer", "u32", "buffer", "u32", "pointer", "u32", "i32"],
    result: "i32",
    nonblocking: true,
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** Error code for an address without a name. */
const NI_NAMEREQD = 8;
const NI_MAXHOST = 1025;
const EAI_NONAME = -2;
/** Most calls at the same time, each in a thread of its own. */
const CONCURRENT = 64;

/** Result of a lookup. */
export interface Resolved {
  /** The names found, by address as given. */
  readonly names: ReadonlyMap<string, Uint8Array>;
  /** Addresses without an answer in time, and addresses with an error, such as no name server. */
  readonly late: number;
  readonly failed: number;
}

/**
 * Looks up the names of addresses, several at the same time. Calls past the timeout cannot be cancelled: the process waits for
 * them unless it exits explicitly.
 *
 * @param addresses one character for each byte: 4 for IPv4 or 16 for IPv6
 * @param timeout milliseconds for all addresses together
 */
export async function resolveHosts(addresses: Iterable<string>, timeout: number): Promise<Resolved> {
  const { getnameinfo } = Deno.dlopen("libc.so.6", symbols).symbols;
  const names = new Map<string, Uint8Array>();
  const waiting = new Set(addresses);
  const queue = [...waiting];
  let failed = 0;
  let over = false;
  const work = async () => {
    for (let address = queue.shift(); address !== undefined && !over; address = queue.shift()) {
      const host = new Uint8Array(NI_MAXHOST);
      const socket = encodeAddress(address);
      const result = await getnameinfo(socket, socket.length, host, host.length, null, 0, NI_NAMEREQD);
      if (over) return;
      waiting.delete(address);
      if (result === 0) names.set(address, host.subarray(0, host.indexOf(0)));
      else if (result !== EAI_NONAME) failed++;
    }
  };
  const limit = Promise.withResolvers<void>();
  const timer = setTimeout(limit.resolve, timeout);
  await Promise.race([Promise.all(Array.from({ length: CONCURRENT }, work)), limit.promise]);
  clearTimeout(timer);
  over = true;
  return { names, late: waiting.size, failed };
}

/** Looks up host names within a timeout, and warns about the addresses that got no answer. */
export class HostNameLookup {
  readonly warnings: string[] = [];
  /** Whether calls are still running whose results are no longer needed. */
  late = false;

  /**
   * @param timeout milliseconds
   * @param setting the option that changes the timeout, for the warning
   */
  constructor(readonly timeout: number, readonly setting: string) {}

  readonly resolve = async (addresses: ReadonlySet<string>): Promise<ReadonlyMap<string, Uint8Array>> => {
    const { names, late, failed } = await resolveHosts(addresses, this.timeout);
    const count = addresses.size;
    if (late > 0) {
      const limit = `within ${this.timeout / 1000} s (${this.setting})`;
      this.warnings.push(`no answer ${limit} for the names of ${late} of ${count} addresses: they stay numbers`);
      this.late = true;
    }
    if (failed > 0) {
      this.warnings.push(`cannot look up the names of ${failed} of ${count} addresses: they stay numbers`);
    }
    return names;
  };
}

/** `struct sockaddr_in` or `struct sockaddr_in6`. */
function encodeAddress(address: string): Uint8Array<ArrayBuffer> {
  const v4 = address.length === 4;
  const bytes = new Uint8Array(v4 ? 16 : 28);
  bytes[0] = v4 ? AF_INET : AF_INET6;
  bytes.set(Array.from(address, (character) => character.charCodeAt(0)), v4 ? 4 : 8);
  return bytes;
}
