/**
 * Sockets in every TCP state, with the expected fields of each.
 */
import { kernelReleaseName, parseKernelRelease } from "../../ffi/kernel_release.ts";
import type { FlowObject } from "../../decode/record/object_sink.ts";
import { dumpFlows } from "./flows.ts";
import {
  AF_INET,
  AF_INET6,
  IPPROTO_TCP,
  openTcp,
  SHUT_WR,
  sleep,
  SO_RCVBUF,
  SO_SNDBUF,
  type Socket,
  SOL_SOCKET,
  TCP_CLOSE_WAIT,
  TCP_CLOSING,
  TCP_DEFER_ACCEPT,
  TCP_FIN_WAIT1,
  TCP_FIN_WAIT2,
  TCP_LAST_ACK,
  TCP_MAXSEG,
  waitUntil,
} from "./sockets.ts";

/** Where listeners and clients are, and how the kernel shows their addresses. */
export interface Ends {
  readonly listener: { readonly family: number; readonly address: string };
  readonly client: { readonly family: number; readonly address: string };
  /** Address of accepted sockets as shown: IPv4-mapped for an IPv6 socket with an IPv4 peer. */
  readonly shown: string;
}

export const IPV4: Ends = {
  listener: { family: AF_INET, address: "127.0.0.1" },
  client: { family: AF_INET, address: "127.0.0.1" },
  shown: "127.0.0.1",
};
export const IPV6: Ends = {
  listener: { family: AF_INET6, address: "::1" },
  client: { family: AF_INET6, address: "::1" },
  shown: "::1",
};
/** IPv4 clients of a listener for both. */
export const MAPPED: Ends = {
  listener: { family: AF_INET6, address: "::" },
  client: { family: AF_INET, address: "127.0.0.1" },
  shown: "::ffff:127.0.0.1",
};

/** The expected fields of a socket. */
export interface Expected {
  readonly family: string;
  readonly state: string;
  readonly src: string;
  readonly src_port: number;
  readonly dst: string;
  readonly dst_port: number;
  readonly inode: number;
  readonly recv_q: number;
  readonly send_q: number;
}

/** The fields of {@linkcode Expected}, in an order and form that is easy to compare. */
export function describeFlows(flows: readonly (Expected | FlowObject)[]): string[] {
  return flows.map((flow) => {
    const { family, state, src, src_port, dst, dst_port, inode, recv_q, send_q } = flow as Expected;
    return `${family} ${state} ${src} ${src_port} > ${dst} ${dst_port} inode ${inode} queues ${recv_q} ${send_q}`;
  }).sort();
}

/** The flows that `args` choose and what is expected of `sockets`, at a moment when no queue was moving. */
export function dumpQuietly(
  sockets: readonly EveryState[],
  ...args: string[]
): { flows: FlowObject[]; expected: Expected[] } {
  const read = () => sockets.flatMap((some) => some.expected());
  let flows: FlowObject[] = [];
  let expected: Expected[] = [];
  waitUntil("the queues are quiet", () => {
    const before = read();
    flows = dumpFlows(...args);
    expected = read();
    return describeFlows(before).join() === describeFlows(expected).join();
  });
  return { flows, expected };
}

/** Whether this kernel lists sockets that are bound and do nothing yet. */
export const listsBoundInactive = parseKernelRelease(kernelReleaseName()) >= 6008;

const FIRST_BYTES = 333;
const SECOND_BYTES = 1000;

const word = (family: number): string => family === AF_INET ? "inet" : "inet6";
const wildcard = (family: number): string => family === AF_INET ? "0.0.0.0" : "::";

/** The sockets, open until this is disposed of. */
export class EveryState implements Disposable {
  readonly #sockets: Socket[] = [];
  readonly #expected: (() => Expected)[] = [];
  readonly #ends: Ends;

  /** @param bound whether to have a socket that is bound and does nothing yet, which not every program lists */
  constructor(ends: Ends, bound = listsBoundInactive) {
    this.#ends = ends;
    const listener = this.#listen(16, 0, limitReceiving);
    this.#waitingToBeAccepted();
    this.#halfOpen();
    this.#established(listener);
    this.#unsent(listener);
    this.#finWait1(listener);
    this.#closeWait(listener);
    this.#lastAck(listener);
    this.#closing(listener);
    this.#timeWait(listener);
    if (bound) this.#boundInactive();
  }

  /** The sockets that the dump must list now, and no others. */
  expected(): Expected[] {
    return this.#expected.map((expected) => expected());
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket[Symbol.dispose]();
  }

  #open(family: number): Socket {
    const socket = openTcp(family);
    this.#sockets.push(socket);
    return socket;
  }

  #listen(backlog: number, waiting: number, prepare: (listener: Socket) => void = () => {}): Socket {
    const { family, address } = this.#ends.listener;
    const listener = this.#open(family);
    prepare(listener);
    listener.bind(address).listen(backlog);
    this.#expected.push(() => ({
      family: word(family),
      state: "listening",
      src: address,
      src_port: listener.localPort,
      dst: wildcard(family),
      dst_port: 0,
      inode: listener.inode,
      recv_q: waiting,
      send_q: backlog,
    }));
    return listener;
  }

  #connect(listener: Socket, prepare: (client: Socket) => void = () => {}): Socket {
    const { family, address } = this.#ends.client;
    const client = this.#open(family);
    prepare(client);
    return client.connect(address, listener.localPort);
  }

  /** A client and the accepted socket; their receive buffers are soon full, and then there is data that cannot be sent. */
  #pair(listener: Socket): { client: Socket; server: Socket } {
    const client = this.#connect(listener, limitReceiving);
    const server = listener.accept();
    this.#sockets.push(server);
    for (const socket of [client, server]) socket.setInteger(SOL_SOCKET, SO_SNDBUF, 65536);
    return { client, server };
  }

  #expectClient(state: string, client: Socket, port: number, recv_q: () => number, send_q: () => number): void {
    const { family, address } = this.#ends.client;
    this.#expected.push(() => ({
      family: word(family),
      state,
      src: address,
      src_port: client.localPort,
      dst: address,
      dst_port: port,
      inode: client.inode,
      recv_q: recv_q(),
      send_q: send_q(),
    }));
  }

  /** `server` is `null` for a socket that no process holds. */
  #expectServer(
    state: string,
    listener: Socket,
    client: Socket,
    server: Socket | null,
    recv_q: () => number,
    send_q: () => number,
  ): void {
    const { family } = this.#ends.listener;
    this.#expected.push(() => ({
      family: word(family),
      state,
      src: this.#ends.shown,
      src_port: listener.localPort,
      dst: this.#ends.shown,
      dst_port: client.localPort,
      inode: server?.inode ?? 0,
      recv_q: recv_q(),
      send_q: send_q(),
    }));
  }

  #waitingToBeAccepted(): void {
    const listener = this.#listen(5, 2);
    const silent = this.#connect(listener);
    const sender = this.#connect(listener).send(7);
    listener.waitForConnections(2);
    waitUntil("data arrives", () => sender.unacknowledged === 0);
    this.#expectClient("established", silent, listener.localPort, none, none);
    this.#expectClient("established", sender, listener.localPort, none, none);
    this.#expectServer("established", listener, silent, null, none, none);
    this.#expectServer("established", listener, sender, null, () => 7, none);
  }

  #halfOpen(): void {
    // A queue of length 0 takes one connection; the SYN of the next one is dropped.
    const full = this.#listen(0, 1);
    const accepted = this.#connect(full);
    full.waitForConnections(1);
    this.#expectClient("established", accepted, full.localPort, none, none);
    this.#expectServer("established", full, accepted, null, none, none);
    const { family, address } = this.#ends.client;
    const refused = this.#open(family).startConnect(address, full.localPort);
    this.#expectClient("syn-sent", refused, full.localPort, none, () => 1);

    // The listener takes no notice of a connection before data has come.
    const deferring = this.#listen(4, 0, (socket) => socket.setInteger(IPPROTO_TCP, TCP_DEFER_ACCEPT, 30));
    const early = this.#connect(deferring);
    this.#expectClient("established", early, deferring.localPort, none, none);
    this.#expectServer("syn-recv", deferring, early, null, none, none);
  }

  #established(listener: Socket): void {
    const { client, server } = this.#pair(listener);
    client.send(SECOND_BYTES);
    server.send(FIRST_BYTES);
    waitUntil("data arrives", () => client.unread === FIRST_BYTES && server.unread === SECOND_BYTES);
    this.#expectClient("established", client, listener.localPort, () => FIRST_BYTES, none);
    this.#expectServer("established", listener, client, server, () => SECOND_BYTES, none);
  }

  #unsent(listener: Socket): void {
    const { client, server } = this.#pair(listener);
    fillUp(client);
    this.#expectClient("established", client, listener.localPort, none, () => client.unacknowledged);
    this.#expectServer("established", listener, client, server, () => server.unread, none);
  }

  #finWait1(listener: Socket): void {
    const { client, server } = this.#pair(listener);
    fillUp(client);
    client.shutdown(SHUT_WR).waitForState(TCP_FIN_WAIT1);
    this.#expectClient("fin-wait-1", client, listener.localPort, none, () => client.unacknowledged);
    this.#expectServer("established", listener, client, server, () => server.unread, none);
  }

  #closeWait(listener: Socket): void {
    const { client, server } = this.#pair(listener);
    client.shutdown(SHUT_WR).waitForState(TCP_FIN_WAIT2);
    server.waitForState(TCP_CLOSE_WAIT);
    this.#expectClient("fin-wait-2", client, listener.localPort, none, none);
    // The kernel counts the FIN as a byte.
    this.#expectServer("close-wait", listener, client, server, () => 1, none);
  }

  #lastAck(listener: Socket): void {
    const { client, server } = this.#pair(listener);
    fillUp(server);
    client.shutdown(SHUT_WR).waitForState(TCP_FIN_WAIT2);
    server.waitForState(TCP_CLOSE_WAIT).shutdown(SHUT_WR).waitForState(TCP_LAST_ACK);
    this.#expectClient("fin-wait-2", client, listener.localPort, () => client.unread, none);
    this.#expectServer("last-ack", listener, client, server, () => 1, () => server.unacknowledged);
  }

  #closing(listener: Socket): void {
    const { client, server } = this.#pair(listener);
    fillUp(client);
    // The client's FIN waits behind data that the full window holds back; the server's gets through.
    client.shutdown(SHUT_WR).waitForState(TCP_FIN_WAIT1);
    server.shutdown(SHUT_WR).waitForState(TCP_FIN_WAIT2);
    client.waitForState(TCP_CLOSING);
    this.#expectClient("closing", client, listener.localPort, () => 1, () => client.unacknowledged);
    this.#expectServer("fin-wait-2", listener, client, server, () => server.unread, none);
  }

  #timeWait(listener: Socket): void {
    const { client, server } = this.#pair(listener);
    const { family, address } = this.#ends.client;
    const port = client.localPort;
    client[Symbol.dispose]();
    server.waitForState(TCP_CLOSE_WAIT)[Symbol.dispose]();
    waitUntil(
      "the connection is over",
      () => dumpFlows("-t", "state", "time-wait").some((flow) => flow["src_port"] === port),
    );
    this.#expected.push(() => ({
      family: word(family),
      state: "time-wait",
      src: address,
      src_port: port,
      dst: address,
      dst_port: listener.localPort,
      inode: 0,
      recv_q: 0,
      send_q: 0,
    }));
  }

  #boundInactive(): void {
    const { family, address } = this.#ends.client;
    const socket = this.#open(family).bind(address);
    this.#expected.push(() => ({
      family: word(family),
      state: "unconnected",
      src: address,
      src_port: socket.localPort,
      dst: wildcard(family),
      dst_port: 0,
      inode: socket.inode,
      recv_q: 0,
      send_q: 0,
    }));
  }
}

const none = () => 0;

/** Before a connection is made: a small window, and segments that fit into it. */
export function limitReceiving(socket: Socket): void {
  socket.setInteger(SOL_SOCKET, SO_RCVBUF, 8192).setInteger(IPPROTO_TCP, TCP_MAXSEG, 536);
}

/** Sends until the peer's window is shut and this side's buffer is full, and stays so. */
export function fillUp(socket: Socket): void {
  let quiet = 0;
  waitUntil("the buffers are full", () => {
    quiet = socket.fill() === 0 ? quiet + 1 : 0;
    return quiet === 3;
  });
  sleep(2);
}
