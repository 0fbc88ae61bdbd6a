/**
 * Sockets of the Internet protocols that differ in all that filters ask for.
 */
import {
  AF_INET,
  AF_INET6,
  cString,
  IPPROTO_IPV6,
  IPPROTO_MPTCP,
  IPPROTO_UDP,
  IPV6_V6ONLY,
  openPair,
  openSocket,
  openTcp,
  SHUT_WR,
  SO_BINDTODEVICE,
  SO_MARK,
  SOCK_DGRAM,
  type Socket,
  SOL_SOCKET,
} from "./sockets.ts";

/** Ports that are listened on. */
export const PORTS = [22, 80, 443, 1024, 7001, 7002, 8080, 33333, 65535];

/** Sockets in many states with many ports, addresses, marks and devices. */
export class ManySockets implements Disposable {
  readonly #sockets: Socket[] = [];
  /** Ports that the kernel chose. */
  readonly ports: number[] = [];

  /** @param bound whether there is one that is only bound, which \`ss\` before 6.8 does not list */
  constructor(bound = true) {
    PORTS.forEach((port, i) => this.#listen(port, i));
    this.#open(AF_INET6).bind("::", 9000).listen(64);
    for (let i = 0; i < 12; i++) this.#connect(AF_INET, `127.0.0.${1 + i % 3}`, 9000, 0);
    if (bound) this.#open(AF_INET).bind("127.0.0.9", 40000);
    this.#open(AF_INET).bind("127.0.0.9").listen(1);
    this.#closeSome();
    for (let i = 0; i < 20; i++) this.#datagrams(i);
    for (let i = 0; i < 6; i++) this.#multipath(i);
  }

  #open(family: number): Socket {
    const socket = openTcp(family);
    this.#sockets.push(socket);
    return socket;
  }

  #listen(port: number, i: number): void {
    const [four, six] = [this.#open(AF_INET), this.#open(AF_INET6)];
    if (i % 2 === 0) four.setInteger(SOL_SOCKET, SO_MARK, i);
    if (i % 3 === 0) four.setBytes(SOL_SOCKET, SO_BINDTODEVICE, cString("lo"));
    six.setInteger(IPPROTO_IPV6, IPV6_V6ONLY, 1).bind(i % 2 === 0 ? "::" : "::1", port).listen(64);
    four.bind(i % 2 === 0 ? "0.0.0.0" : "127.0.0.0", port);
    four.listen(64);
    for (let n = 0; n < 6; n++) {
      this.#connect(AF_INET, i % 2 === 0 ? `127.0.${n % 2}.${n + 1}` : "127.0.0.0", port, n);
      this.#connect(AF_INET6, "::1", port, n);
    }
  }

  #connect(family: number, address: string, port: number, i: number): void {
    const client = this.#open(family);
    if (i % 3 === 1) client.setInteger(SOL_SOCKET, SO_MARK, 0x100 + i);
    if (i % 3 === 2) client.setBytes(SOL_SOCKET, SO_BINDTODEVICE, cString("lo"));
    if (i === 4) client.bind(family === AF_INET ? "127.0.0.1" : "::1", 20000 + this.#sockets.length);
    client.connect(address, port);
    this.ports.push(client.localPort);
  }

  /** FIN-WAIT-2 and CLOSE-WAIT, TIME-WAIT. */
  #closeSome(): void {
    const listener = this.#open(AF_INET).bind("127.0.0.1").listen(16);
    for (let i = 0; i < 8; i++) {
      const client = this.#open(AF_INET).connect("127.0.0.1", listener.localPort);
      const server = listener.accept();
      this.#sockets.push(server);
      client.shutdown(SHUT_WR);
      if (i % 2 === 0) {
        server[Symbol.dispose]();
        client.receive(0);
        client[Symbol.dispose]();
      }
    }
  }

  #datagrams(i: number): void {
    const family = i % 2 === 0 ? AF_INET : AF_INET6;
    const socket = openSocket(family, SOCK_DGRAM, IPPROTO_UDP);
    this.#sockets.push(socket);
    if (i % 4 === 0) socket.setInteger(SOL_SOCKET, SO_MARK, i);
    if (i % 5 === 0) socket.setBytes(SOL_SOCKET, SO_BINDTODEVICE, cString("lo"));
    if (i % 3 !== 0) socket.bind(family === AF_INET ? "127.0.0.1" : "::1", 5000 + i);
    if (i % 3 !== 1) socket.connect(family === AF_INET ? "127.0.0.1" : "::1", 5000 + (i + 1) % 20);
  }

  #multipath(i: number): void {
    const pair = openPair({
      family: i % 2 === 0 ? AF_INET : AF_INET6,
      protocol: IPPROTO_MPTCP,
      client: (client) => i % 3 === 0 ? client.setInteger(SOL_SOCKET, SO_MARK, 0x101) : client,
    });
    this.#sockets.push(pair.listener, pair.client, pair.server);
    this.ports.push(pair.listener.localPort, pair.client.localPort);
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket[Symbol.dispose]();
  }
}
