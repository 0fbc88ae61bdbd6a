/**
 * Addresses of Internet protocols: hosts and ports.
 */
import type { Family } from "../../../decode/families/family.ts";
import { allOf, constant, type Expression, not } from "../expression.ts";
import { addressIn, ofDomains, WITH_ADDRESSES, WITH_PORTS } from "../conditions.ts";
import type { Context } from "../context.ts";
import { boundTo } from "../devices.ts";
import { ambiguityOf, ANY_NETWORK, type Host, parseHost, parsePort } from "../hosts.ts";
import { LARGEST_PORT } from "../numbers.ts";
import { ValueError } from "../syntax_error.ts";
import type { AddressComparison, AddressGrammar } from "./address.ts";
import { comparePort } from "./port.ts";

/** `HOST`, for IPv4 and IPv6. */
export const parseInetAddress: AddressGrammar = (comparison, context) =>
  interpretHost(comparison, readHost(comparison, context, context.addressLengths), context);

/** All IPv6 addresses. In the kernel these match IPv6 sockets and no others. */
const IPV6 = { address: new Uint8Array(16), length: 0 };

/**
 * `inet:HOST` or `inet6:HOST`: only sockets of this IP version. IPv6 sockets with IPv4-mapped addresses do not count as
 * IPv4.
 */
export const parseAddressOf = (prefix: "inet" | "inet6"): AddressGrammar => (comparison, context) => {
  const length = prefix === "inet" ? 4 : 16;
  const host = readHost(comparison, context, [length]);
  if (host.networks.some(({ address }) => address !== null && address.length !== length)) {
    throw new ValueError(`expected an ${prefix === "inet" ? "IPv4" : "IPv6"} address behind ${prefix}:`);
  }
  const ofIPv6 = addressIn("inet6", "src", [IPV6]);
  const version = prefix === "inet6" ? ofIPv6 : allOf([ofDomains(...WITH_ADDRESSES), not(ofIPv6)]);
  return allOf([version, interpretHost(comparison, host, context)]);
};

function interpretHost({ text, side, operator }: AddressComparison, host: Host, context: Context): Expression {
  const { networks, port, scope } = host;
  return allOf([
    networks.some(({ address }) => address === null) ? constant(true) : addressIn(text, side, networks),
    scope === null ? constant(true) : boundTo(`dev = ${scope}`, scope, context),
    port === null ? ofDomains(...WITH_PORTS) : comparePort(text, side, operator, port, LARGEST_PORT, WITH_PORTS),
  ]);
}

/** @param lengths of the addresses that the name of a host may stand for */
function readHost({ port, value }: AddressComparison, context: Context, lengths: readonly number[]): Host {
  const protocols = protocolsOf(context.families);
  if (port) {
    return {
      networks: [ANY_NETWORK],
      port: parsePort(value.replace(/^:/, ""), context.names, protocols),
      scope: null,
    };
  }
  const ambiguity = ambiguityOf(value);
  if (ambiguity !== null) context.warn?.(ambiguity);
  return parseHost(value, context.names, protocols, lengths);
}

/** Protocols for which service names are looked up. */
function protocolsOf(families: readonly Family[]): readonly string[] {
  const asked = new Set<string>();
  for (const { option: { long } } of families) {
    if (long === "tcp" || long === "mptcp") asked.add("tcp");
    if (long === "udp" || long === "udplite") asked.add("udp");
  }
  return asked.size > 0 ? [...asked] : ["sctp", "dccp", "tcp", "udp"];
}
