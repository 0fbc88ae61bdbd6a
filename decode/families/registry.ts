/**
 * The registry of socket families: one entry each, in the order of the output. The code of a family is loaded by those who ask
 * for its sockets.
 */
import type { Family, FamilyEntry } from "./family.ts";
import { SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, SOCK_STREAM } from "../kernel/socket_types.ts";

/** All families, by the name of their option. */
export const registry = {
  tcp: {
    name: "TCP",
    option: { long: "tcp", short: "t", help: "TCP sockets" },
    domain: "inet",
    load: async () => (await import("./inet/tcp.ts")).tcp,
  },
  mptcp: {
    name: "MPTCP",
    option: { long: "mptcp", short: "M", help: "Multipath TCP sockets" },
    domain: "inet",
    load: async () => (await import("./inet/mptcp.ts")).mptcp,
  },
  udp: {
    name: "UDP",
    option: { long: "udp", short: "u", help: "UDP sockets" },
    domain: "inet",
    load: async () => (await import("./inet/udp.ts")).udp,
  },
  udplite: {
    name: "UDPLITE",
    option: { long: "udplite", help: "UDP-Lite sockets" },
    domain: "inet",
    load: async () => (await import("./inet/udp.ts")).udplite,
  },
  raw: {
    name: "RAW",
    option: { long: "raw", short: "w", help: "raw sockets of IP" },
    domain: "inet",
    load: async () => (await import("./inet/raw.ts")).raw,
  },
  sctp: {
    name: "SCTP",
    option: { long: "sctp", short: "S", help: "SCTP sockets and their associations" },
    domain: "inet",
    load: async () => (await import("./inet/sctp.ts")).sctp,
  },
  dccp: {
    name: "DCCP",
    option: { long: "dccp", short: "d", help: "DCCP sockets" },
    domain: "inet",
    load: async () => (await import("./inet/dccp.ts")).dccp,
  },
  ping: {
    name: "PING",
    option: { long: "ping", help: "ICMP echo sockets of programs without privileges" },
    domain: "inet",
    load: async () => (await import("./inet/ping.ts")).ping,
  },
  unix: {
    name: "UNIX",
    option: { long: "unix", short: "x", help: "UNIX sockets" },
    domain: "unix",
    typeNames: {
      unix_stream: SOCK_STREAM,
      u_str: SOCK_STREAM,
      unix_dgram: SOCK_DGRAM,
      u_dgr: SOCK_DGRAM,
      unix_seqpacket: SOCK_SEQPACKET,
      u_seq: SOCK_SEQPACKET,
    },
    load: async () => (await import("./unix.ts")).unix,
  },
  netlink: {
    name: "NETLINK",
    option: { long: "netlink", help: "netlink sockets" },
    domain: "netlink",
    load: async () => (await import("./netlink_diag.ts")).netlink,
  },
  packet: {
    name: "PACKET",
    option: { long: "packet", short: "0", help: "packet sockets" },
    domain: "link",
    typeNames: { packet_raw: SOCK_RAW, p_raw: SOCK_RAW, packet_dgram: SOCK_DGRAM, p_dgr: SOCK_DGRAM },
    load: async () => (await import("./packet.ts")).packet,
  },
  vsock: {
    name: "VSOCK",
    option: { long: "vsock", help: "sockets between virtual machines and their host" },
    domain: "vsock",
    typeNames: {
      vsock_stream: SOCK_STREAM,
      v_str: SOCK_STREAM,
      vsock_dgram: SOCK_DGRAM,
      v_dgr: SOCK_DGRAM,
      vsock_seqpacket: SOCK_SEQPACKET,
    },
    load: async () => (await import("./vsock.ts")).vsock,
  },
  xdp: {
    name: "XDP",
    option: { long: "xdp", help: "express data path sockets" },
    domain: "xdp",
    load: async () => (await import("./xdp.ts")).xdp,
  },
  tipc: {
    name: "TIPC",
    option: { long: "tipc", help: "TIPC sockets" },
    domain: "tipc",
    load: async () => (await import("./tipc.ts")).tipc,
  },
  smc: {
    name: "SMC",
    option: { long: "smc", help: "SMC sockets" },
    domain: "smc",
    load: async () => (await import("./smc.ts")).smc,
  },
  other: {
    name: "OTHER",
    option: { long: "other", help: "sockets of other kinds, which only the processes that hold them show" },
    domain: "other",
    load: async () => (await import("../plan/other_sockets.ts")).other,
  },
} satisfies Record<string, FamilyEntry>;

/** All families. */
export const families: readonly FamilyEntry[] = Object.values(registry);

/** Loads the code of some families. */
export const loadFamilies = (entries: readonly FamilyEntry[]): Promise<readonly Family[]> =>
  Promise.all(entries.map((entry) => entry.load()));
