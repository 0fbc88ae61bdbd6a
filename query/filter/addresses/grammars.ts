/**
 * Selects the grammar for an address: that of the family in its prefix, or of the only listed family.
 */
import type { Domain } from "../../../decode/families/family.ts";
import type { Context } from "../context.ts";
import type { Expression } from "../expression.ts";
import type { AddressComparison, AddressGrammar } from "./address.ts";
import { parseAddressOf, parseInetAddress } from "./inet.ts";
import { parseNetlinkAddress } from "./netlink.ts";
import { parsePacketAddress } from "./packet.ts";
import { parseUnixAddress } from "./unix.ts";
import { parseVsockAddress } from "./vsock.ts";

/** The grammars of domains that have their own. */
const ofDomain: Partial<Record<Domain, AddressGrammar>> = {
  unix: parseUnixAddress,
  link: parsePacketAddress,
  netlink: parseNetlinkAddress,
  vsock: parseVsockAddress,
};

const ofPrefix: ReadonlyMap<string, AddressGrammar> = new Map([
  ...Object.entries(ofDomain),
  ["inet", parseAddressOf("inet")],
  ["inet6", parseAddressOf("inet6")],
]);

/**
 * Reads the value of `src`, `dst`, `sport` or `dport`, with or without a family in front.
 *
 * @throws {ValueError} if it is no address
 */
export function parseAddress(comparison: AddressComparison, context: Context): Expression {
  const { value } = comparison;
  const colon = value.indexOf(":");
  const prefixed = ofPrefix.get(value.slice(0, Math.max(colon, 0)));
  if (prefixed !== undefined) return prefixed({ ...comparison, value: value.slice(colon + 1) }, context);
  const [domain, ...others] = new Set(context.families.map(({ domain }) => domain));
  const own = domain === undefined || others.length > 0 ? undefined : ofDomain[domain];
  return (own ?? parseInetAddress)(comparison, context);
}
