/**
 * Interfaces of the network namespace that a test is in; mirrors `linux/rtnetlink.h`, `linux/if_link.h`.
 */
import { AF_NETLINK } from "../../decode/kernel/address_family.ts";
import { SOCK_RAW } from "../../decode/kernel/socket_types.ts";
import { bytesOf, CallError } from "./libc.ts";
import { netlinkAddress, openSocket } from "./sockets.ts";

const NETLINK_ROUTE = 0;
const RTM_NEWLINK = 16;
const RTM_DELLINK = 17;
const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;
const NLM_F_EXCL = 0x200;
const NLM_F_CREATE = 0x400;
const IFLA_INFO_KIND = 1;
const IFLA_IFNAME = 3;
const IFLA_LINKINFO = 18;

function attribute(type: number, value: Uint8Array): number[] {
  const length = 4 + value.length;
  return [length, 0, type, 0, ...value, ...new Array(-length & 3).fill(0)];
}

/** Sends a request for an interface, and throws what the kernel says against it. */
function request(type: number, flags: number, index: number, attributes: readonly number[]): void {
  const message = new Uint8Array(32 + attributes.length);
  const view = new DataView(message.buffer);
  view.setUint32(0, message.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, NLM_F_REQUEST | NLM_F_ACK | flags, true);
  view.setInt32(20, index, true);
  message.set(attributes, 32);
  using socket = openSocket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  socket.sendTo(message, netlinkAddress(0));
  // The kernel has answered by the time the call returns: `struct nlmsghdr` and an error number.
  const error = new DataView(socket.receiveFrom()!.data.buffer).getInt32(16, true);
  if (error !== 0) throw new CallError("rtnetlink", -error);
}

/** Adds an interface of a kind that needs nothing else, such as `bridge` or `dummy`; the kernel chooses an index for 0. */
export function addInterface(name: string | Uint8Array, kind: string, index = 0): void {
  const info = attribute(IFLA_LINKINFO, new Uint8Array(attribute(IFLA_INFO_KIND, bytesOf(kind))));
  request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, index, [...attribute(IFLA_IFNAME, bytesOf(name)), ...info]);
}

export const removeInterface = (name: string | Uint8Array): void =>
  request(RTM_DELLINK, 0, 0, attribute(IFLA_IFNAME, bytesOf(name)));
