/**
 * Translation of addresses (NAT) in the network namespace that a test is in; mirrors `linux/netfilter/nf_tables.h`.
 */
import { AF_NETLINK } from "../../decode/kernel/address_family.ts";
import { SOCK_RAW } from "../../decode/kernel/socket_types.ts";
import { CallError } from "./libc.ts";
import { attribute, netlinkMessage, NLM_F_CREATE, u16 } from "./rtnetlink.ts";
import { addressBytes, AF_INET, netlinkAddress, openSocket } from "./sockets.ts";

const NETLINK_NETFILTER = 12;
const SUBSYSTEM = 10;
const [NEWTABLE, NEWCHAIN, NEWRULE] = [0, 3, 6];
const [BATCH_BEGIN, BATCH_END] = [0x10, 0x11];
const NLM_F_ACK = 4;
const NLM_F_APPEND = 0x800;
const NFPROTO_IPV4 = 2;

const text = (value: string) => [...new TextEncoder().encode(value), 0];
const be16 = (value: number) => [value >>> 8 & 0xff, value & 0xff];
const be32 = (value: number) => [...be16(value >>> 16), ...be16(value & 0xffff)];
const nested = (type: number, value: readonly number[]) => attribute(type | 0x8000, value);

/** An expression of a rule: its name and attributes. */
const expression = (name: string, ...attributes: readonly (readonly number[])[]) =>
  nested(1, [...attribute(1, text(name)), ...nested(2, attributes.flat())]);

const compare = (bytes: readonly number[]) =>
  expression("cmp", attribute(1, be32(1)), attribute(2, be32(0)), nested(3, attribute(1, bytes)));
const load = (register: number, bytes: readonly number[]) =>
  expression("immediate", attribute(1, be32(register)), nested(2, attribute(1, bytes)));

/** Matches a protocol and a destination port. */
const destinationPort = (protocol: number, port: number) => [
  ...expression("meta", attribute(1, be32(1)), attribute(2, be32(16))),
  ...compare([protocol]),
  ...expression("payload", attribute(1, be32(1)), attribute(2, be32(2)), attribute(3, be32(2)), attribute(4, be32(2))),
  ...compare(be16(port)),
];

const HOOKS = { prerouting: [0, -100], output: [3, -100], postrouting: [4, 100] } as const;
type Hook = keyof typeof HOOKS;

/** Sends a batch of changes, and throws what the kernel says against one. */
function change(messages: readonly (readonly [type: number, flags: number, attributes: readonly number[]])[]): void {
  const edge = (type: number, sequence: number) => netlinkMessage(type, 0, [0, 0, ...be16(SUBSYSTEM)], sequence);
  const batch = [
    ...edge(BATCH_BEGIN, 1),
    ...messages.flatMap(([type, flags, attributes], i) =>
      netlinkMessage(SUBSYSTEM << 8 | type, NLM_F_ACK | flags, [NFPROTO_IPV4, 0, ...u16(0), ...attributes], 2 + i)
    ),
    ...edge(BATCH_END, 2 + messages.length),
  ];
  using socket = openSocket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
  socket.sendTo(Uint8Array.from(batch), netlinkAddress(0));
  for (let answer = socket.receiveFrom(); answer !== null; answer = socket.receiveFrom()) {
    const error = new DataView(answer.data.buffer).getInt32(16, true);
    if (error !== 0) throw new CallError("nf_tables", -error);
  }
}

/** Adds a rule to the NAT chain of a hook. */
function addRule(hook: Hook, expressions: readonly number[]): void {
  const [number, priority] = HOOKS[hook];
  change([
    [NEWTABLE, NLM_F_CREATE, attribute(1, text("nat"))],
    [NEWCHAIN, NLM_F_CREATE, [
      ...attribute(1, text("nat")),
      ...attribute(3, text(hook)),
      ...nested(4, [...attribute(1, be32(number)), ...attribute(2, be32(priority))]),
      ...attribute(7, text("nat")),
    ]],
    [NEWRULE, NLM_F_CREATE | NLM_F_APPEND, [
      ...attribute(1, text("nat")),
      ...attribute(2, text(hook)),
      ...nested(4, expressions),
    ]],
  ]);
}

/** Connections of this machine to a port go to another port of it. */
export const redirect = (port: number, to: number, protocol = 6): void =>
  addRule("output", [
    ...destinationPort(protocol, port),
    ...load(1, be16(to)),
    ...expression("redir", attribute(1, be32(1))),
  ]);

/** Connections to a port that come from outside go to another address and port. */
export const translateDestination = (port: number, address: string, to: number): void =>
  addRule("prerouting", [
    ...destinationPort(6, port),
    ...load(1, [...addressBytes(AF_INET, address)]),
    ...load(2, be16(to)),
    ...expression(
      "nat",
      attribute(1, be32(1)),
      attribute(2, be32(NFPROTO_IPV4)),
      attribute(3, be32(1)),
      attribute(5, be32(2)),
    ),
  ]);

/** Connections that leave have the address of the interface that they leave by. */
export const masquerade = (): void => addRule("postrouting", expression("masq"));

/** Why no addresses can be translated here, to be put behind the name of a test that is ignored; "" if they can. */
export function withoutNat(): string {
  try {
    using socket = openSocket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
    const table = netlinkMessage(SUBSYSTEM << 8 | 1, NLM_F_ACK | 0x300, [NFPROTO_IPV4, 0, 0, 0]);
    socket.sendTo(Uint8Array.from(table), netlinkAddress(0));
    const { data } = socket.receiveFrom()!;
    const view = new DataView(data.buffer);
    const error = view.getUint16(4, true) === 2 ? view.getInt32(16, true) : 0;
    Deno.statSync("/proc/sys/net/netfilter/nf_conntrack_count");
    return error === 0 ? "" : " (ignored: the kernel has no nf_tables)";
  } catch (error) {
    return ` (ignored: ${error instanceof Deno.errors.NotFound ? "the kernel tracks no connections" : error})`;
  }
}
