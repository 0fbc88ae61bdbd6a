/**
 * Addresses and ports in filters, in the syntax of `ss`; see `parse_hostcond()` in `misc/ss.c` of iproute2.
 */
import { quote } from "../../decode/text/control_characters.ts";
import type { Names } from "../../decode/lookups/names.ts";
import { isNumber, LARGEST_PORT, parseNumber } from "./numbers.ts";
import { ValueError } from "./syntax_error.ts";
import type { Network } from "./value_tests.ts";

/** An address with a port. */
export interface Host {
  /** The address is in one of these networks. */
  readonly networks: readonly Network[];
  /** `null` for any. */
  readonly port: number | null;
  /** The interface after a percent sign, by name or index; `null` for any. */
  readonly scope: string | null;
}

/** Matches every address. */
export const ANY_NETWORK: Network = { address: null, length: 0 };

/**
 * Reads `ADDRESS`, `ADDRESS:PORT`, `:PORT`. An IPv6 address with a port is in brackets, with its prefix. `%INTERFACE` can
 * follow an address, inside or after the brackets.
 *
 * @param versions address lengths that a name may resolve to: 4, 16
 * @throws {ValueError} if it has none of these forms
 */
export function parseHost(
  text: string,
  names: Names,
  protocols: readonly string[],
  versions: readonly number[] = [4, 16],
): Host {
  refuseNameOfUnix(text);
  const { text: plain, scope } = takeScope(text);
  const { address, port } = splitPort(plain);
  return {
    networks: parseNetworks(address, names, versions),
    port: port === null ? null : parsePort(port, names, protocols),
    scope,
  };
}

/** How names of UNIX sockets start; no other address starts like this. */
function refuseNameOfUnix(text: string): void {
  if (!/^[/@]/.test(text)) return;
  throw new ValueError(
    `${quote(text)} is the name of a UNIX socket; ask for these alone with -x, or write ${quote(`unix:${text}`)}`,
  );
}

/** Splits the interface from an address; interface names contain neither slashes nor colons. */
function takeScope(text: string): { text: string; scope: string | null } {
  const match = /^([^%]*)%([^/:\]]+)(.*)$/s.exec(text);
  if (match !== null) return { text: match[1]! + match[3]!, scope: match[2]! };
  if (text.includes("%")) throw new ValueError(`expected an interface behind the % of ${quote(text)}`);
  return { text, scope: null };
}

/**
 * For an IPv6 address that could also be read as an address and a port, both unambiguous spellings. `null` for all others.
 */
export function ambiguityOf(text: string): string | null {
  const colon = text.lastIndexOf(":");
  const [address, port] = [text.slice(0, colon), text.slice(colon + 1)];
  if (!/^[1-9][0-9]*$/.test(port) || parseIPv6(text) === null || parseIPv6(address) === null) return null;
  return `${text} is read as an address without a port: write [${text}], or [${address}]:${port}`;
}

function splitPort(text: string): { address: string; port: string | null } {
  const bracketed = /^\[([^\]]*)\](\/[0-9]+)?(?::(.*))?$/.exec(text);
  if (bracketed !== null) {
    const [, address = "", prefix = "", port] = bracketed;
    if (!address.includes(":")) throw new ValueError(`expected an IPv6 address in the brackets, not ${quote(address)}`);
    return { address: address + prefix, port: port ?? null };
  }
  if (text.startsWith("[")) throw new ValueError('expected "[ADDRESS]" or "[ADDRESS]:PORT"');
  // A port can follow an IPv6 prefix, but not a whole address.
  const slash = text.indexOf("/");
  if (slash < 0 && parseIPv6(text) !== null) return { address: text, port: null };
  const colon = text.indexOf(":", Math.max(slash, 0));
  if (slash < 0 && colon !== text.lastIndexOf(":")) {
    throw new ValueError(`${quote(text)} is not an IPv6 address; with a port, write [ADDRESS]:PORT`);
  }
  return colon < 0 ? { address: text, port: null } : { address: text.slice(0, colon), port: text.slice(colon + 1) };
}

/** @throws {ValueError} */
function parseNetworks(text: string, names: Names, versions: readonly number[]): readonly Network[] {
  if (["", "*", "default", "all", "any"].includes(text)) return [ANY_NETWORK];
  const [typed = "", prefix] = text.split(/\/(.*)/s);
  const address = typed.includes(":") ? parseIPv6(typed) : parseIPv4(typed);
  if (address !== null) {
    return [{ address, length: prefix === undefined ? 8 * address.length : parsePrefix(prefix, address) }];
  }
  if (typed.includes(":") || prefix !== undefined) throw new ValueError(`${quote(typed)} is not an IP address`);
  if (/^[0-9.]+$/.test(typed)) throw new ValueError(`${quote(typed)} is not an IPv4 address`);
  const found = names.addresses(typed).filter(({ length }) => versions.includes(length));
  if (found.length === 0) throw new ValueError(`no address is known for the host ${quote(typed)}`);
  return found.map((bytes) => ({ address: bytes, length: 8 * bytes.length }));
}

/** @throws {ValueError} */
function parsePrefix(text: string, { length }: Uint8Array): number {
  const most = 8 * length;
  const mask = length === 4 && text.includes(".") ? parseIPv4(text) : null;
  if (mask !== null) {
    const bits = Array.from(mask, (byte) => byte.toString(2).padStart(8, "0")).join("");
    if (/^1*0*$/.test(bits)) return bits.lastIndexOf("1") + 1;
  }
  if (/^[0-9]{1,3}$/.test(text) && Number(text) <= most) return Number(text);
  throw new ValueError(`expected a prefix from /0 to /${most}, not ${quote(`/${text}`)}`);
}

/** Up to four numbers, filled up with zeros at the end; `null` for anything else. */
export function parseIPv4(text: string): Uint8Array | null {
  const parts = text.split(".");
  const bytes = new Uint8Array(4);
  // Some programs read a number that starts with 0 as octal, others as decimal.
  if (parts.length > 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)) return null;
  bytes.set(parts.map(Number));
  return bytes;
}

/** An IPv6 address without a scope; `null` for anything else. */
export function parseIPv6(text: string): Uint8Array | null {
  const last = text.slice(text.lastIndexOf(":") + 1);
  const inside = last.includes(".") ? parseIPv4(last) : null;
  if (last.includes(".") && (inside === null || last.split(".").length !== 4)) return null;
  const start = text.slice(0, text.length - last.length);
  const groups = inside === null
    ? text
    : start + [0, 2].map((at) => (inside[at]! << 8 | inside[at + 1]!).toString(16)).join(":");
  const [before = "", after, ...rest] = groups.split("::");
  if (rest.length > 0) return null;
  const split = (half: string) => half === "" ? [] : half.split(":");
  const [front, back] = [split(before), split(after ?? "")];
  const missing = 8 - front.length - back.length;
  if (after === undefined ? missing !== 0 : missing < 1) return null;
  const all = [...front, ...new Array<string>(missing).fill("0"), ...back];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return Uint8Array.from(all.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff]));
}

/**
 * Reads a port: a number or the name of a service; `null` for `*`.
 *
 * @param protocols protocols to look the name up for; all that know it must have the same port
 * @throws {ValueError} if it is not a port
 */
export function parsePort(text: string, names: Names, protocols: readonly string[]): number | null {
  if (text === "*") return null;
  if (isNumber(text)) return parseNumber(text, "a port", LARGEST_PORT);
  const ports = new Set(protocols.flatMap((protocol) => names.port(text, protocol) ?? []));
  const [port, ...others] = ports;
  if (port === undefined) throw new ValueError(`${quote(text)} is neither a port nor a known service`);
  if (others.length > 0) throw new ValueError(`${quote(text)} is more than one port: ${[...ports].join(", ")}`);
  return port;
}
