/** TCP sockets in every state. */
import {
  at,
  type End,
  IP_TOS,
  IPV6_TCLASS,
  IPV6_V6ONLY,
  optionsOf,
  place,
  setting,
  SO_BINDTODEVICE,
  SO_MARK,
} from "./inet.ts";
import { SOL_IP, SOL_IPV6, SOL_SOCKET, type Version } from "./inet.ts";
import { sleep, Socket } from "./libc.ts";
import type { Collection, Values } from "./truth.ts";

const SOL_TCP = 6;
const TCP_DEFER_ACCEPT = 9;
const TCP_INFO = 11;
const SO_REUSEADDR = 2;
const SO_RCVBUF = 8;
const SO_REUSEPORT = 15;
const SHUT_WR = 1;
const STREAM = 1;
const NONBLOCK = 0x800;

type Prepare = (socket: Socket) => void;

interface Connection {
  readonly listener: Socket;
  readonly client: Socket;
  readonly server: Socket;
}

/** Opens TCP sockets of one version of IP and notes what they are. */
export class TcpSockets {
  constructor(readonly truths: Collection, readonly version: Version, readonly protocol = 0) {}

  socket(prepare: Prepare = () => {}): Socket {
    const socket = Socket.open(this.version.domain, STREAM, this.protocol).set(SOL_SOCKET, SO_REUSEADDR, 1);
    prepare(socket);
    return socket;
  }

  /** The end of case `number`: that of the listener, or of client 1, 2 … */
  end(number: number, client = 0, address: string = this.version.loopback): End {
    return [address, this.version.base + number + (client === 0 ? 0 : 500 + 500 * client)];
  }

  listen(number: number, backlog: number, prepare: Prepare = () => {}): Socket {
    return this.socket(prepare).bind(at(this.end(number))).listen(backlog);
  }

  /** A connection of client 1 with a new listener. */
  connect(number: number, prepare: { listener?: Prepare; client?: Prepare } = {}): Connection {
    const listener = this.listen(number, 8, prepare.listener);
    const client = this.socket(prepare.client).bind(at(this.end(number, 1))).connect(at(this.end(number)));
    return { listener, client, server: listener.accept() };
  }

  name(text: string): string {
    return `tcp${this.version.name}.${text}`;
  }

  /** Notes a socket in `state`, with `recv_q` and `send_q` that hold so many bytes. */
  note(name: string, socket: Socket, state: string, ends: readonly End[], is: Values = {}, moving = false): void {
    const [local, remote] = ends;
    this.truths.add(this.name(name), "TCP", socket, {
      ...place(this.version, state, local!, remote),
      iface_idx: 0,
      ...optionsOf(socket, this.version, { connectionOriented: true }),
      "tcp_info.state": state,
      ...(moving ? {} : { recv_q: 0, send_q: 0, shutdown: 0 }),
      ...is,
    }, { moving, structures: { tcp_info: [SOL_TCP, TCP_INFO] }, absent: ["source", "unknown", "tcp_info_extra"] });
  }

  noteListener(name: string, number: number, socket: Socket, is: Values = {}, moving = false): void {
    const only = this.version.domain === 10 ? { v6only: socket.number(SOL_IPV6, IPV6_V6ONLY) === 1 } : {};
    const queue = { recv_q: 0, send_q: 8, backlog: 0, backlog_limit: 8, shutdown: 0 };
    this.note(`${name}.listener`, socket, "listening", [this.end(number)], {
      ...queue,
      timer: "off",
      ...only,
      ...is,
    }, moving);
  }

  /** Notes both ends of a connection and its listener. */
  noteConnection(
    name: string,
    number: number,
    { listener, client, server }: Connection,
    is: { listener?: Values; client?: Values; server?: Values } = {},
  ): void {
    const ends = [this.end(number, 1), this.end(number)];
    this.noteListener(name, number, listener, is.listener);
    this.note(`${name}.client`, client, "established", ends, is.client);
    this.note(`${name}.server`, server, "established", ends.toReversed(), is.server);
  }
}

/** Sockets that wait, or that are being connected. */
export async function openBeginnings(tcp: TcpSockets): Promise<void> {
  const { version, truths } = tcp;
  const pending = tcp.listen(1, 5);
  const first = tcp.socket().bind(at(tcp.end(1, 1))).connect(at(tcp.end(1)));
  const second = tcp.socket().bind(at(tcp.end(1, 2))).connect(at(tcp.end(1))).send("unread!");
  tcp.noteListener("pending", 1, pending, { recv_q: 2, send_q: 5, backlog: 2, backlog_limit: 5 });
  tcp.note("pending.client1", first, "established", [tcp.end(1, 1), tcp.end(1)]);
  tcp.note("pending.client2", second, "established", [tcp.end(1, 2), tcp.end(1)]);
  for (const [client, recv_q] of [[1, 0], [2, 7]] as const) {
    const where = place(version, "established", tcp.end(1), tcp.end(1, client));
    truths.addUnheld(tcp.name(`pending.queued${client}`), "TCP", where, { ...where, inode: 0, recv_q, uid: 0 });
  }

  for (const [number, backlog, uid] of [[1, 128, 0], [2, 129, 1000]] as const) {
    const socket = tcp.socket((socket) => {
      socket.set(SOL_SOCKET, SO_REUSEPORT, 1);
      if (version.domain === 10) socket.set(SOL_IPV6, IPV6_V6ONLY, 1);
    }).bind(at(tcp.end(2, 0, version.any))).listen(backlog).owner(uid);
    const is = { src: version.any, send_q: backlog, backlog_limit: backlog };
    tcp.noteListener(`wild${number}`, 2, socket, is);
  }

  tcp.noteListener("defer", 3, tcp.listen(3, 8, (socket) => socket.set(SOL_TCP, TCP_DEFER_ACCEPT, 60)));
  const deferring = tcp.socket().bind(at(tcp.end(3, 1))).connect(at(tcp.end(3)));
  tcp.note("defer.client", deferring, "established", [tcp.end(3, 1), tcp.end(3)]);
  const request = place(version, "syn-recv", tcp.end(3), tcp.end(3, 1));
  truths.addUnheld(tcp.name("defer.request"), "TCP", request, { ...request, inode: 0, timer: "retransmit" }, [
    "tcp_info",
    "skmeminfo",
  ]);

  const full = tcp.listen(4, 0);
  const taken = tcp.socket().bind(at(tcp.end(4, 1))).connect(at(tcp.end(4)));
  // It goes on dropping what the other one goes on sending.
  tcp.noteListener("full", 4, full, { recv_q: 1, send_q: 0, backlog: 1, backlog_limit: 0 }, true);
  tcp.note("full.client", taken, "established", [tcp.end(4, 1), tcp.end(4)]);
  await sleep(100);
  // It tries for as long as the suite takes.
  setting("ipv4/tcp_syn_retries", "60");
  const trying = Socket.open(version.domain, STREAM | NONBLOCK).set(SOL_SOCKET, SO_REUSEADDR, 1);
  trying.bind(at(tcp.end(4, 2))).begin(at(tcp.end(4)));
  const sending = { timer: "retransmit", recv_q: 0, send_q: 1, shutdown: 0 };
  tcp.note("synsent", trying, "syn-sent", [tcp.end(4, 2), tcp.end(4)], sending, true);

  const bound = tcp.socket().bind(at(tcp.end(16)));
  truths.add(tcp.name("bound"), "TCP", bound, { ...place(version, "unconnected", tcp.end(16)), recv_q: 0 }, {
    absent: ["tcp_info"],
  });
}

/** Two ends with all that distinguishes them, and others on a device, between addresses, and mapped. */
export function openEstablished(tcp: TcpSockets): void {
  const { version } = tcp;
  const connection = tcp.connect(5, {
    listener: (socket) => {
      socket.set(SOL_SOCKET, SO_MARK, 77).set(SOL_IP, IP_TOS, 0x20);
      if (version.domain === 10) socket.set(SOL_IPV6, IPV6_TCLASS, 0x2c);
    },
    client: (socket) => {
      socket.set(SOL_SOCKET, SO_MARK, 0x1234abcd).set(SOL_IP, IP_TOS, 0x10);
      if (version.domain === 10) socket.set(SOL_IPV6, IPV6_TCLASS, 0xb8);
    },
  });
  const { client, server } = connection;
  client.send(1000).owner(1234);
  server.set(SOL_SOCKET, SO_MARK, 78).send(333);
  tcp.noteConnection("est", 5, connection, {
    listener: { mark: 77, ...(version.domain === 10 ? { tclass: 0x2c } : { tos: 0x20 }) },
    client: { mark: 0x1234abcd, recv_q: 333, uid: 1234, ...(version.domain === 10 ? { tclass: 0xb8 } : { tos: 0x10 }) },
    server: { mark: 78, recv_q: 1000, "tcp_info.bytes_received": 1000 },
  });

  const toLo = (socket: Socket) => void socket.set(SOL_SOCKET, SO_BINDTODEVICE, "lo\0");
  const on = { iface_idx: 1 };
  tcp.noteConnection("dev", 12, tcp.connect(12, { listener: toLo, client: toLo }), {
    listener: on,
    client: on,
    server: on,
  });

  const local = tcp.end(15, 0, version.second);
  const remote = tcp.end(15, 1, version.second);
  const listener = tcp.socket().bind(at(local)).listen(8);
  const dialled = tcp.socket().bind(at(remote)).connect(at(local));
  tcp.noteListener("second", 15, listener, { src: version.second });
  tcp.note("second.client", dialled, "established", [remote, local]);
  tcp.note("second.server", listener.accept(), "established", [local, remote]);
}

/** Sockets that one end or both ends have closed. */
export async function openEndings(tcp: TcpSockets): Promise<void> {
  const { version, truths } = tcp;
  const ends = (number: number) => [tcp.end(number, 1), tcp.end(number)];
  const turned = (number: number) => ends(number).toReversed();

  const half = tcp.connect(6);
  half.client.shutdown(SHUT_WR);
  tcp.note("half.client", half.client, "fin-wait-2", ends(6), { shutdown: 2 });
  tcp.note("half.server", half.server, "close-wait", turned(6), { shutdown: 1, recv_q: 1 });

  const over = tcp.connect(7, { client: (socket) => socket.set(SOL_SOCKET, SO_MARK, 0x1234abcd) });
  over.client.close();
  over.server.close();
  const waiting = place(version, "time-wait", tcp.end(7, 1), tcp.end(7));
  truths.addUnheld(tcp.name("timewait"), "TCP", waiting, { ...waiting, inode: 0, timer: "timewait" }, [
    "tcp_info",
    "skmeminfo",
  ]);

  // A receiver with no room: what is sent stays with the sender, and its FIN behind it.
  const small = { listener: (socket: Socket) => void socket.set(SOL_SOCKET, SO_RCVBUF, 4096) };
  const finWait = tcp.connect(8, small);
  finWait.client.fill();
  await sleep(300);
  finWait.client.shutdown(SHUT_WR);
  tcp.note("finwait1.client", finWait.client, "fin-wait-1", ends(8), { shutdown: 2, recv_q: 0 }, true);
  tcp.note("finwait1.server", finWait.server, "established", turned(8), { shutdown: 0, send_q: 0 }, true);

  const lastAck = tcp.connect(9, small);
  lastAck.client.fill();
  lastAck.server.shutdown(SHUT_WR);
  await sleep(300);
  lastAck.client.shutdown(SHUT_WR);
  tcp.note("lastack.client", lastAck.client, "last-ack", ends(9), { shutdown: 3, recv_q: 1 }, true);
  tcp.note("lastack.server", lastAck.server, "fin-wait-2", turned(9), { shutdown: 2, send_q: 0 }, true);

  const closing = tcp.connect(10, small);
  closing.client.fill();
  await sleep(300);
  closing.client.shutdown(SHUT_WR);
  closing.server.shutdown(SHUT_WR);
  tcp.note("closing.client", closing.client, "closing", ends(10), { shutdown: 3 }, true);
  tcp.note("closing.server", closing.server, "fin-wait-2", turned(10), { shutdown: 2 }, true);
}
