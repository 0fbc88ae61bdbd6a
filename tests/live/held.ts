/**
 * All that a function in a process of its own can use.
 */
export * from "./libc.ts";
export * from "./packet_sockets.ts";
export * from "./sockets.ts";
export * from "./thread.ts";
export { AF_NETLINK, AF_PACKET, AF_UNIX } from "../../decode/kernel/address_family.ts";
export { SOCK_RAW, SOCK_SEQPACKET, SOCK_STREAM } from "../../decode/kernel/socket_types.ts";
