/** SCTP, DCCP and MPTCP sockets. */
import { at, type End, optionsOf, place, SO_MARK, SOL_SOCKET, type Version } from "./inet.ts";
import { Socket, words } from "./libc.ts";
import type { Collection, Values } from "./truth.ts";

const STREAM = 1;
const SEQPACKET = 5;
const DCCP_TYPE = 6;
const IPPROTO_DCCP = 33;
const IPPROTO_SCTP = 132;
const IPPROTO_MPTCP = 262;
const SOL_DCCP = 269;
const SOL_SCTP = 132;
const SOL_MPTCP = 284;
const MPTCP_INFO = 1;
const SHUT_WR = 1;

interface Transport {
  readonly truths: Collection;
  readonly version: Version;
  readonly protocol: "SCTP" | "DCCP" | "MPTCP";
  readonly base: number;
}

const endOf = ({ version, base }: Transport, number: number, address: string = version.loopback): End => [
  address,
  base + number,
];

function note(
  transport: Transport,
  name: string,
  socket: Socket,
  state: string,
  ends: readonly End[],
  is: Values = {},
  structures: Readonly<Record<string, readonly [number, number]>> = {},
): void {
  const { truths, version, protocol } = transport;
  // MPTCP has no getsockopt for options of IP; they are as they were.
  const sockopts = ["is_icsk", "mc_loop", ...(version.domain === 2 ? ["mc_all"] : [])];
  const unchanged = { sockopts, tos: 0, class_id: 0 };
  const connectionOriented = protocol === "DCCP";
  truths.add(`${protocol.toLowerCase()}${version.name}.${name}`, protocol, socket, () => ({
    ...place(version, state, ends[0]!, ends[1]),
    // The bits for congestion are set by what is sent.
    ...protocol === "MPTCP" ? unchanged : optionsOf(socket, version, { connectionOriented }),
    ...is,
  }), { structures, absent: ["source", "unknown"] });
}

/** One-to-one sockets with two associations' worth of state, one that has two addresses, and a one-to-many socket. */
export function openSctp(truths: Collection, version: Version): void {
  const transport: Transport = { truths, version, protocol: "SCTP", base: version.base + 5000 };
  const end = (number: number, address?: string) => endOf(transport, number, address);
  const open = (type = STREAM) => Socket.open(version.domain, type, IPPROTO_SCTP);
  const listener = open().set(SOL_SOCKET, SO_MARK, 77).bind(at(end(1))).listen(5);
  const client = open().set(SOL_SOCKET, SO_MARK, 0x1234abcd).bind(at(end(501))).connect(at(end(1)));
  const server = listener.accept();
  client.send("sixteen bytes ok").send("and");
  const queue = { recv_q: 0, send_q: 5, backlog: 0, backlog_limit: 5, association: false };
  const local = (...ends: End[]) => scoped(0, ends);
  const scoped = (scope_id: number, ends: readonly End[]) =>
    ends.map(([address, port]) => ({
      family: version.family,
      address,
      port,
      ...(version.domain === 10 ? { scope_id } : {}),
    }));
  const type = { "sctp_info.s_type": "one-to-one" };
  note(transport, "pair.listener", listener, "listening", [end(1)], {
    ...queue,
    ...type,
    mark: 77,
    locals: local(end(1)),
  });
  const associated = { association: true, "sctp_info.state": "established" };
  const one = { locals: local(end(501)), peers: local(end(1)) };
  note(transport, "pair.client", client, "established", [end(501), end(1)], {
    ...associated,
    ...one,
    mark: 0x1234abcd,
    "sctp_info.oodchunks": 2,
  });
  note(transport, "pair.server", server, "established", [end(1), end(501)], {
    ...associated,
    // Those that came in a packet have the interface that it came from.
    locals: scoped(1, [end(1)]),
    peers: scoped(1, [end(501)]),
    "sctp_info.iodchunks": 2,
  });

  const SCTP_SOCKOPT_BINDX_ADD = 100;
  const both = open().bind(at(end(2))).set(SOL_SCTP, SCTP_SOCKOPT_BINDX_ADD, at(end(2, version.second))).listen(5);
  // The kernel shows the address that came last.
  note(transport, "multihome.listener", both, "listening", [end(2, version.second)], {
    ...queue,
    locals: local(end(2), end(2, version.second)),
  });

  const many = open(SEQPACKET).bind(at(end(3))).listen(5);
  for (const number of [503, 603]) {
    const other = open().bind(at(end(number))).connect(at(end(3)));
    note(transport, `many.client${number}`, other, "established", [end(number), end(3)], associated);
  }
  note(transport, "many", many, "listening", [end(3)], { association: false, "sctp_info.s_type": "one-to-many" });
}

export function openDccp(truths: Collection, version: Version): void {
  const transport: Transport = { truths, version, protocol: "DCCP", base: version.base + 6000 };
  const end = (number: number) => endOf(transport, number);
  const DCCP_SOCKOPT_SERVICE = 2;
  const service = words(0x74786966);
  const open = () => Socket.open(version.domain, DCCP_TYPE, IPPROTO_DCCP).set(SOL_DCCP, DCCP_SOCKOPT_SERVICE, service);
  const listener = open().set(SOL_SOCKET, SO_MARK, 55).bind(at(end(1))).listen(5);
  const client = open().bind(at(end(501))).connect(at(end(1)));
  const server = listener.accept();
  client.send("twelve bytes");
  server.read(12).send("answer");
  client.read(6);
  // The limit of its queue is not said.
  note(transport, "pair.listener", listener, "listening", [end(1)], { mark: 55, backlog: 0, backlog_limit: 0 });
  note(transport, "pair.client", client, "established", [end(501), end(1)], { "tcp_info.state": "established" });
  note(transport, "pair.server", server, "established", [end(1), end(501)], { mark: 55 });
}

/** Connections that are MPTCP on both sides, on one side, and half closed. */
export function openMptcp(truths: Collection, version: Version): void {
  const transport: Transport = { truths, version, protocol: "MPTCP", base: version.base + 2000 };
  const end = (number: number) => endOf(transport, number);
  const open = (protocol = IPPROTO_MPTCP) => Socket.open(version.domain, STREAM, protocol).set(SOL_SOCKET, 2, 1);
  const info = hasInfo(open()) ? { mptcp_info: [SOL_MPTCP, MPTCP_INFO] as const } : {};
  const listener = open().bind(at(end(1))).listen(7);
  const client = open().bind(at(end(501))).connect(at(end(1)));
  const server = listener.accept();
  client.send("hello");
  server.read(5).send("eleven byte");
  client.read(11).send("unread");
  note(transport, "pair.listener", listener, "listening", [end(1)], { recv_q: 0, send_q: 7, backlog_limit: 7 });
  note(transport, "pair.client", client, "established", [end(501), end(1)], {}, info);
  note(transport, "pair.server", server, "established", [end(1), end(501)], {}, info);

  const plain = open(0).bind(at(end(3))).listen(8);
  const fallen = open().bind(at(end(503))).connect(at(end(3)));
  // It has no MPTCP_INFO any more.
  plain.accept().send("8 bytes.");
  note(transport, "fallback.client", fallen, "established", [end(503), end(3)]);

  const half = open().bind(at(end(4))).listen(7);
  const first = open().bind(at(end(504))).connect(at(end(4)));
  const second = half.accept();
  first.send("a").shutdown(SHUT_WR);
  second.read(1);
  note(transport, "half.client", first, "fin-wait-2", [end(504), end(4)], { shutdown: 2 }, info);
  note(transport, "half.server", second, "close-wait", [end(4), end(504)], { shutdown: 1 }, info);
}

/** Whether this kernel has MPTCP_INFO (5.16). */
function hasInfo(socket: Socket): boolean {
  try {
    return socket.get(SOL_MPTCP, MPTCP_INFO).length > 0;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
