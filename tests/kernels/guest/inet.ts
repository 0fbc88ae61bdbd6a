/** What all sockets of IP have in common: addresses, options, and the two ends of a connection. */
import { CallError, ip, type Socket } from "./libc.ts";
import type { Value, Values } from "./truth.ts";

/** The versions of IP, each with the addresses that its sockets use. */
export const versions = [
  { name: "4", family: "inet", domain: 2, loopback: "127.0.0.1", second: "10.99.0.1", any: "0.0.0.0", base: 20000 },
  { name: "6", family: "inet6", domain: 10, loopback: "::1", second: "fd00:99::1", any: "::", base: 30000 },
] as const;

export type Version = (typeof versions)[number];

export const SOL_SOCKET = 1;
export const SO_PRIORITY = 12;
export const SO_BINDTODEVICE = 25;
export const SO_MARK = 36;
export const SOL_IP = 0;
export const IP_TOS = 1;
export const SOL_IPV6 = 41;
export const IPV6_V6ONLY = 26;
export const IPV6_TCLASS = 67;

/** Options of IP that are on or off, in the order of the kernel's answer. */
const flags: readonly (readonly [name: string, option: number])[] = [
  ["recverr", 11],
  ["freebind", 15],
  ["hdrincl", 3],
  ["mc_loop", 34],
  ["transparent", 19],
  ["mc_all", 49],
  ["nodefrag", 22],
  ["bind_address_no_port", 24],
  ["recverr_rfc4884", 26],
];

/** The number of an option that some sockets do not have: 0 then. */
function optional(socket: Socket, option: number): number {
  try {
    return socket.number(SOL_IP, option);
  } catch (error) {
    const ENOPROTOOPT = 92;
    if (error instanceof CallError && error.errno === ENOPROTOOPT) return 0;
    throw error;
  }
}

/** What getsockopt says of the options that the kernel's answer has. */
export function optionsOf(
  socket: Socket,
  version: Version,
  { connectionOriented = false, deferred = false, tos = true } = {},
): Values {
  const on = flags.filter(([, option]) => optional(socket, option) !== 0).map(([name]) => name as string);
  if (connectionOriented) on.splice(on[0] === "recverr" ? 1 : 0, 0, "is_icsk");
  if (deferred) on.push("defer_connect");
  const values: Record<string, Value> = { sockopts: on, class_id: socket.number(SOL_SOCKET, SO_PRIORITY) };
  if (tos) values["tos"] = socket.number(SOL_IP, IP_TOS);
  if (version.domain === 10) values["tclass"] = socket.number(SOL_IPV6, IPV6_TCLASS);
  return values;
}

export type End = readonly [address: string, port: number];

/** Family, state and addresses in the words of the output. */
export function place(version: Version, state: string, local: End, remote: End = [version.any, 0]): Values {
  return {
    family: version.family,
    state,
    src: local[0],
    src_port: local[1],
    dst: remote[0],
    dst_port: remote[1],
  };
}

export const at = (end: End): Uint8Array<ArrayBuffer> => ip(...end);

/** Writes a setting of the kernel; returns what it was. */
export function setting(name: string, value: string): string {
  const path = `/proc/sys/net/${name}`;
  const before = Deno.readTextFileSync(path).trim();
  Deno.writeTextFileSync(path, value);
  return before;
}
