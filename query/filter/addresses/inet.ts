/**
 * Addresses of Internet protocols: those of hosts, and ports.
 */
import type { Family } from "../../../decode/families/family.ts";
import { allOf, constant, type Expression } from "../expression.ts";
import { addressIn, ofDomains, WITH_PORTS } from "../conditions.ts";
import type { Context } from "../context.ts";
import { ANY_NETWORK, type Host, parseHost, parsePort } from "../hosts.ts";
import { LARGEST_PORT } from "../numbers.ts";
import type { AddressComparison, AddressGrammar } from "./address.ts";
import { comparePort } from "./port.ts";

/** `HOST`, of both versions of IP. */
export const parseInetAddress: AddressGrammar = (comparison, context) =>
  parseAddress(comparison, context, context.addressLengths);

/** `inet:HOST` or `inet6:HOST`, of the version whose addresses have `length` bytes. */
export const parseAddressOf = (length: number): AddressGrammar => (comparison, context) =>
  allOf([
    addressIn(length === 4 ? "inet" : "inet6", comparison.side, [{ address: new Uint8Array(length), length: 0 }]),
    parseAddress(comparison, context, context.addressLengths.filter((own) => own === length)),
  ]);

/** @param lengths of the addresses that the name of a host may stand for */
function parseAddress(comparison: AddressComparison, context: Context, lengths: readonly number[]): Expression {
  const { text, side, operator } = comparison;
  const { networks, port } = readHost(comparison, context, lengths);
  return allOf([
    networks.some(({ address }) => address === null) ? constant(true) : addressIn(text, side, networks),
    port === null ? ofDomains(...WITH_PORTS) : comparePort(text, side, operator, port, LARGEST_PORT, WITH_PORTS),
  ]);
}

function readHost({ port, value }: AddressComparison, context: Context, lengths: readonly number[]): Host {
  const protocols = protocolsOf(context.families);
  return port
    ? { networks: [ANY_NETWORK], port: parsePort(value.replace(/^:/, ""), context.names, protocols) }
    : parseHost(value, context.names, protocols, lengths);
}

/** Protocols for which names of services are looked up. */
function protocolsOf(families: readonly Family[]): readonly string[] {
  const asked = new Set<string>();
  for (const { option: { long } } of families) {
    if (long === "tcp" || long === "mptcp") asked.add("tcp");
    if (long === "udp" || long === "udplite") asked.add("udp");
  }
  return asked.size > 0 ? [...asked] : ["sctp", "dccp", "tcp", "udp"];
}
