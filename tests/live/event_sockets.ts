/** The sockets by which programs receive events, in the namespace of this thread. */
import { libc } from "../../ffi/libc.ts";
import { check } from "./libc.ts";
import { SO_RCVBUF, SOL_SOCKET } from "./sockets.ts";

/** Sockets of NETLINK_SOCK_DIAG that are in a multicast group, in the namespace of this thread. */
export const netlinkLines = () =>
  Deno.readTextFileSync("/proc/thread-self/net/netlink").split("\n").map((line) => line.split(/\s+/))
    .filter(([, protocol, , groups]) => protocol === "4" && Number(`0x${groups}`) > 0);

/** Makes the room small in which a socket of another process keeps what waits. */
export function makeRoomSmall(pid: number, inode: string): void {
  const fds = [...Deno.readDirSync(`/proc/${pid}/fd`)].map(({ name }) => name);
  const fd = fds.find((fd) => Deno.readLinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`);
  const process = check("pidfd_open", libc.pidfd_open(434n, pid, 0));
  const copy = check("pidfd_getfd", libc.pidfd_getfd(438n, process, Number(fd), 0));
  check("setsockopt", libc.setsockopt(copy, SOL_SOCKET, SO_RCVBUF, new Int32Array([65536]), 4));
  libc.close(copy);
  libc.close(process);
}
