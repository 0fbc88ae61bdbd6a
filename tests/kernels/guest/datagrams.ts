/** UDP, UDP-Lite, ping and raw sockets of IP. */
import { at, type End, IP_TOS, IPV6_TCLASS, IPV6_V6ONLY, optionsOf, place, setting } from "./inet.ts";
import { SO_BINDTODEVICE, SO_MARK, SO_PRIORITY, SOL_IP, SOL_IPV6, SOL_SOCKET, type Version } from "./inet.ts";
import { Socket } from "./libc.ts";
import { type Collection, memoryOf, type Values } from "./truth.ts";

const DGRAM = 2;
const RAW = 3;
const SO_RCVBUF = 8;
const SHUT_RD = 0;

/** UDP (17) or UDP-Lite (136); its ports begin at `base`. */
export function openDatagrams(truths: Collection, version: Version, protocol: 17 | 136, base: number): void {
  const label = protocol === 17 ? "UDP" : "UDPLITE";
  const end = (number: number, address: string = version.loopback): End => [address, base + number];
  const open = () => Socket.open(version.domain, DGRAM, protocol);
  const note = (name: string, socket: Socket, state: string, ends: readonly End[], is: Values = {}) =>
    truths.add(`${label.toLowerCase()}${version.name}.${name}`, label, socket, {
      ...place(version, state, ends[0]!, ends[1]),
      iface_idx: 0,
      recv_q: 0,
      send_q: 0,
      ...(version.domain === 10 && state === "unconnected"
        ? { v6only: socket.number(SOL_IPV6, IPV6_V6ONLY) === 1 }
        : {}),
      ...optionsOf(socket, version),
      ...is,
    }, { absent: ["source", "unknown"] });

  const wild = open();
  if (version.domain === 10) wild.set(SOL_IPV6, IPV6_V6ONLY, 1);
  note("wild", wild.bind(at(end(1, version.any))), "unconnected", [end(1, version.any)]);

  const queue = open().bind(at(end(2)));
  const connected = open().set(SOL_SOCKET, SO_MARK, 0xbeef).set(SOL_IP, IP_TOS, 0x48);
  if (version.domain === 10) connected.set(SOL_IPV6, IPV6_TCLASS, 0x60);
  connected.bind(at(end(502))).connect(at(end(2)));
  for (let i = 0; i < 3; i++) connected.send(100);
  // Of these two the queue is the memory that is taken.
  note("queue", queue, "unconnected", [end(2)], { recv_q: memoryOf(queue, "rmem_alloc") });
  note("connected", connected, "established", [end(502), end(2)], { mark: 0xbeef });

  const small = open().set(SOL_SOCKET, SO_RCVBUF, 2304).bind(at(end(3)));
  const flood = open().bind(at(end(503))).connect(at(end(3)));
  for (let i = 0; i < 12; i++) flood.send(1000);
  note("drops", small, "unconnected", [end(3)], {
    recv_q: memoryOf(small, "rmem_alloc"),
    "skmeminfo.drops": memoryOf(small, "drops"),
  });
  note("drops.client", flood, "established", [end(503), end(3)]);

  const device = open().set(SOL_SOCKET, SO_BINDTODEVICE, "lo\0").bind(at(end(4, version.second))).owner(1000);
  note("device", device, "unconnected", [end(4, version.second)], { iface_idx: 1 });

  const strange = version.domain === 10 ? "fd00:77::77" : "10.77.77.77";
  const options = open();
  for (const option of [11, 15, 19, 24, 26]) options.set(SOL_IP, option, 1);
  for (const option of [34, 49]) options.set(SOL_IP, option, 0);
  note("options", options.bind(at(end(5, strange))), "unconnected", [end(5, strange)], {
    sockopts: ["recverr", "freebind", "transparent", "bind_address_no_port", "recverr_rfc4884"],
  });

  const shut = open().bind(at(end(6))).connect(at(end(7, version.second))).shutdown(SHUT_RD);
  note("shut", shut, "established", [end(6), end(7, version.second)], { shutdown: 1 });
}

/** Raw sockets; the number of the protocol stands where others have a port. */
export function openRaw(truths: Collection, version: Version): void {
  // Raw sockets of IPv6 have no options of IPv4 that could be read.
  const options = (socket: Socket, protocol: number) => ({
    ...optionsOf(socket, version, { tos: version.domain === 2 }),
    ...(version.domain === 2 ? {} : { sockopts: protocol === 255 ? ["hdrincl", "mc_loop"] : ["mc_loop"] }),
  });
  const note = (name: string, socket: Socket, protocol: number, address: string, is: Values = {}) =>
    truths.add(`raw${version.name}.${name}`, "RAW", socket, {
      ...place(version, "unconnected", [address, protocol]),
      ip_protocol: protocol,
      iface_idx: 0,
      ...options(socket, protocol),
      ...is,
    });
  const icmp = version.domain === 2 ? 1 : 58;
  const marked = Socket.open(version.domain, RAW, icmp).set(SOL_SOCKET, SO_MARK, 99).set(SOL_SOCKET, SO_PRIORITY, 2);
  note("icmp", marked, icmp, version.any, { mark: 99, class_id: 2 });
  note("raw255", Socket.open(version.domain, RAW, 255), 255, version.any);
  const ospf = Socket.open(version.domain, RAW, 89).set(SOL_SOCKET, SO_BINDTODEVICE, "lo\0");
  ospf.bind(at([version.loopback, 0])).connect(at([version.loopback, 0]));
  note("ospf", ospf, 89, version.loopback, { iface_idx: 1, dst: version.loopback, state: "established", dst_port: 0 });
  const queue = Socket.open(version.domain, RAW, 253).bind(at([version.loopback, 0]));
  for (let i = 0; i < 2; i++) queue.sendTo(at([version.loopback, 0]), 40);
  note("queue", queue, 253, version.loopback, { recv_q: memoryOf(queue, "rmem_alloc") });
}

/** An ICMP echo socket of a program without privileges: in `/proc/net` only. */
export function openPing(truths: Collection, version: Version): void {
  setting("ipv4/ping_group_range", "0 2147483647");
  const number = version.base + 77;
  const ping = Socket.open(version.domain, DGRAM, version.domain === 2 ? 1 : 58).bind(at([version.loopback, number]));
  const { family, src, src_port } = place(version, "", [version.loopback, number]);
  const inode = ping.inode();
  truths.addUnheld(`ping${version.name}.bound`, "PING", { inode }, { family: family!, src: src!, src_port: src_port! });
}
