/**
 * All that a function in a process of its own can use.
 */
import { bytesOf, check, forkUntilReady, libc, openPipe, pause, setComm } from "./libc.ts";
import type { Socket } from "./sockets.ts";

export * from "./libc.ts";
export * from "./packet_sockets.ts";
export * from "./sockets.ts";
export * from "./thread.ts";
export { AF_NETLINK, AF_PACKET, AF_UNIX } from "../../decode/kernel/address_family.ts";
export { SOCK_RAW, SOCK_SEQPACKET, SOCK_STREAM } from "../../decode/kernel/socket_types.ts";

/** A process of this name with the sockets that `make` opens; they are not in this one. */
export function forkClient(name: string, make: () => readonly Socket[]): { pid: number; inodes: number[] } {
  const [answer, answering] = openPipe();
  const pid = forkUntilReady(() => {
    setComm(name);
    const text = bytesOf(JSON.stringify(make().map(({ inode }) => inode)));
    check("write", libc().write(answering, text, BigInt(text.length)));
    return pause;
  });
  const text = new Uint8Array(4096);
  const length = check("read", libc().read(answer, text, BigInt(text.length)));
  return { pid, inodes: JSON.parse(new TextDecoder().decode(text.subarray(0, length))) };
}

/** What the kernel says of a socket to the process that holds it. */
export const describe = (socket: Socket) => ({
  inode: socket.inode,
  uid: socket.uid,
  type: socket.type,
  cookie: `0x${socket.cookie.toString(16)}`,
  memory: socket.memory,
});
