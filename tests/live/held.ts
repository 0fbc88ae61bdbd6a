/**
 * All that a function in a process of its own can use.
 */
import { bytesOf, check, cString, forkUntilReady, libc, openPipe, pause, setComm } from "./libc.ts";
import { openSocket, type Socket } from "./sockets.ts";

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

/** Inode and device of a file, whatever bytes its path has. */
export function fileOf(path: Uint8Array): { inode: number; major: number; minor: number } {
  const status = new Uint8Array(256);
  check("statx", libc().statx(AT_FDCWD, cString(path), 0, STATX_INO, status));
  const view = new DataView(status.buffer);
  // Of `struct statx`: stx_ino, stx_dev_major, stx_dev_minor.
  return {
    inode: Number(view.getBigUint64(32, true)),
    major: view.getUint32(136, true),
    minor: view.getUint32(140, true),
  };
}

const AT_FDCWD = -100;
const STATX_INO = 0x100;

/** Whether the kernel has sockets of a kind. */
export function hasProtocol(family: number, type: number, protocol: number): boolean {
  try {
    openSocket(family, type, protocol).close();
    return true;
  } catch {
    return false;
  }
}
