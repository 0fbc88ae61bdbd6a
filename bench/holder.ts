/**
 * A process that opens the number of TCP sockets given as its first argument and holds them until its standard input
 * ends; the second argument, modulo 256, chooses its IPv4 address. It prints `ready` when all of them are there.
 *
 * Connections go over the loopback interface, nine of ten by IPv4, both ends in this process. Each has exchanged a
 * few messages of different sizes in both directions; one of 33 is closed by one side (FIN-WAIT-2 and CLOSE-WAIT).
 */
import { succeed } from "../ffi/libc.ts";
import { type Libc, openLibc, raiseDescriptorLimit } from "./libc.ts";

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SHUT_WR = 1;
const MSG_WAITALL = 0x100;
const PAIRS_PER_LISTENER = 100;
const LEAST_MESSAGE = 100;
const LARGEST_MESSAGE = 4000;

interface Listener {
  readonly fd: number;
  readonly family: number;
  readonly address: Uint8Array<ArrayBuffer>;
}

const libc: Libc = openLibc();
const message = new Uint8Array(LARGEST_MESSAGE).fill(0x61);
const received = new Uint8Array(LARGEST_MESSAGE);

/** Loopback address with port 0, which the kernel replaces by a free one, as a `struct sockaddr_in` or `_in6`. */
function loopbackAddress(family: number, network: number): Uint8Array<ArrayBuffer> {
  const address = new Uint8Array(family === AF_INET ? 16 : 28);
  address[0] = family;
  if (family === AF_INET) address.set([127, 0, network, 1], 4);
  else address[8 + 15] = 1;
  return address;
}

function openListener(family: number, network: number): Listener {
  const address = loopbackAddress(family, network);
  const fd = succeed(libc.socket(family, SOCK_STREAM, 0), "open a socket");
  succeed(libc.bind(fd, address, address.length), "bind a socket");
  succeed(libc.listen(fd, PAIRS_PER_LISTENER), "listen");
  succeed(libc.getsockname(fd, address, new Uint32Array([address.length])), "read the address of a socket");
  return { fd, family, address };
}

function transfer(from: number, to: number, length: number): void {
  const size = BigInt(length);
  if (succeed(libc.send(from, message, size, 0), "send") !== length) throw new Error("sent only a part");
  if (succeed(libc.recv(to, received, size, MSG_WAITALL), "receive") !== length) {
    throw new Error("received only a part");
  }
}

/** Length of a message, the same for the same `turn` in every run. */
function messageLength(turn: number): number {
  return LEAST_MESSAGE + (Math.imul(turn, 2654435761) >>> 0) % (LARGEST_MESSAGE - LEAST_MESSAGE + 1);
}

function openPair(listener: Listener, index: number): void {
  const client = succeed(libc.socket(listener.family, SOCK_STREAM, 0), "open a socket");
  succeed(libc.connect(client, listener.address, listener.address.length), "connect");
  const server = succeed(libc.accept(listener.fd, null, null), "accept");
  for (let round = 0; round <= index % 4; round++) {
    transfer(client, server, messageLength(8 * index + 2 * round));
    transfer(server, client, messageLength(8 * index + 2 * round + 1));
  }
  if (index % 33 === 32) succeed(libc.shutdown(client, SHUT_WR), "shut down");
}

function openSockets(count: number, network: number): void {
  const connections = Math.max(1, Math.ceil(count / (2 * PAIRS_PER_LISTENER + 1)));
  const pairs = Math.floor((count - connections) / 2);
  const listeners = Array.from(
    { length: count - 2 * pairs },
    (_, index) => openListener(index % 10 === 9 ? AF_INET6 : AF_INET, network),
  );
  for (let index = 0; index < pairs; index++) openPair(listeners[index % listeners.length]!, index);
}

raiseDescriptorLimit(libc);
openSockets(Number(Deno.args[0]), Number(Deno.args[1]));
console.log("ready");
while (Deno.stdin.readSync(received) !== null);
