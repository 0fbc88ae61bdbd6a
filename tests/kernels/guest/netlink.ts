/** Netlink sockets. */
import { join, shorts, Socket, words } from "./libc.ts";
import { type Collection, memoryOf, type Values } from "./truth.ts";

const RAW = 3;

/** Netlink sockets with port numbers of their own. */
export function openNetlink(truths: Collection): void {
  const SOL_NETLINK = 270;
  const ADD_MEMBERSHIP = 1;
  const address = (portid: number, groups = 0) => join(shorts(16, 0), words(portid, groups));
  const open = (protocol: number, portid: number, groups = 0) =>
    Socket.open(16, RAW, protocol).bind(address(portid, groups));
  /** Those that are members of a group get what the kernel has to say. */
  const note = (name: string, socket: Socket, netlink_protocol: string, portid: number, is: Values = {}) =>
    truths.add(`netlink.${name}`, "NETLINK", socket, {
      family: "netlink",
      type: "raw",
      state: "unconnected",
      netlink_protocol,
      portid,
      dst_portid: 0,
      ...is,
    }, { absent: ["source", "unknown"], moving: "groups" in is });

  const route = open(0, 4001, 0x11);
  for (const group of [32, 33]) route.set(SOL_NETLINK, ADD_MEMBERSHIP, group);
  note("route", route, "route", 4001, { groups: [1, 5, 32, 33] });
  const generic = open(16, 4002);
  // NETLINK_PKTINFO, BROADCAST_ERROR, NO_ENOBUFS, LISTEN_ALL_NSID, CAP_ACK
  for (const option of [3, 4, 5, 8, 10]) generic.set(SOL_NETLINK, option, 1);
  note("generic", generic, "generic", 4002, {
    flags: ["pktinfo", "broadcast_error", "no_enobufs", "listen_all_nsid", "cap_ack"],
  });
  const receiver = open(2, 4003, 1);
  const sender = open(2, 4004).connect(address(4003));
  for (let i = 0; i < 3; i++) sender.send(join(words(24), shorts(100, 0), words(i, 4004), words(1, 2)));
  note("user.receiver", receiver, "usersock", 4003, { groups: [1], recv_q: memoryOf(receiver, "rmem_alloc") });
  note("user.sender", sender, "usersock", 4004, { state: "established", dst_portid: 4003 });
  note("uevent", open(15, 4005, 1), "kobject-uevent", 4005, { groups: [1] });
  note("sock-diag", open(4, 4007, 5), "sock-diag", 4007, { groups: [1, 3] });
}
