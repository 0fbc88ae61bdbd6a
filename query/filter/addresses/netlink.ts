/**
 * Addresses of netlink sockets: protocol and port id.
 */
import { netlinkWords } from "../../../decode/kernel/netlink_protocols.ts";
import { allOf, constant, type Expression } from "../expression.ts";
import { compareNumber, ofDomains, testOfField } from "../conditions.ts";
import { isNumber, LARGEST_NUMBER, parseNumber } from "../numbers.ts";
import { unknownName, ValueError } from "../syntax_error.ts";
import { WordTest } from "../value_tests.ts";
import { type AddressComparison, isAny, splitAtColon } from "./address.ts";

/** `netlink:PROTOCOL[:PORTID]`. */
export function parseNetlinkAddress({ text, side, port, operator, value }: AddressComparison): Expression {
  const [protocol, id] = port ? ["*", value.replace(/^:/, "")] : splitAtColon(value);
  const path = side === "src" ? "portid" : "dst_portid";
  return allOf([
    ofDomains("netlink"),
    isAny(protocol) ? constant(true) : readProtocol(text, protocol),
    isAny(id) ? constant(true) : compareNumber(text, path, port ? operator : "=", parsePortId(id)),
  ]);
}

const parsePortId = (id: string): number => id === "kernel" ? 0 : parseNumber(id, "a port id", LARGEST_NUMBER);

function readProtocol(text: string, protocol: string): Expression {
  const names = netlinkWords.filter((word) => word !== undefined);
  if (!isNumber(protocol)) {
    const name = namesOfSs.get(protocol) ?? protocol;
    if (!names.includes(name)) throw new ValueError(unknownName("netlink protocol", protocol, names));
    return testOfField(text, "netlink_protocol", new WordTest([name]));
  }
  const number = parseNumber(protocol, "a netlink protocol", 255);
  const word = netlinkWords[number];
  return word === undefined
    ? compareNumber(text, "netlink_protocol_raw", "=", number)
    : testOfField(text, "netlink_protocol", new WordTest([word]));
}

/** Names that `ss` has for netlink protocols, where they differ from ours. */
const namesOfSs: ReadonlyMap<string, string> = new Map([
  ["rtnl", "route"],
  ["fw", "firewall"],
  ["tcpdiag", "sock-diag"],
  ["sock_diag", "sock-diag"],
  ["fiblookup", "fib-lookup"],
  ["nft", "netfilter"],
  ["uevent", "kobject-uevent"],
  ["genl", "generic"],
  ["scsi-trans", "scsitransport"],
]);
