/**
 * A network namespace for the bench, which has only its sockets; see unshare(1), network_namespaces(7).
 */
import { succeed } from "../ffi/libc.ts";
import { openLibc } from "./libc.ts";

const AF_INET = 2;
const SOCK_STREAM = 1;
const SIOCGIFFLAGS = 0x8913n;
const SIOCSIFFLAGS = 0x8914n;
const IFF_UP = 1;
/** Size of `struct ifreq`; the name comes first, the flags are at byte 16. */
const IFREQ_SIZE = 40;
const IFREQ_FLAGS = 16;

/**
 * The start of a command line that runs the rest of it in a new network namespace: with the rights of this process
 * if they suffice, else in a user namespace where it is root.
 */
export async function namespaceCommand(): Promise<string[]> {
  let reason = "";
  for (const command of [["unshare", "--net"], ["unshare", "--map-root-user", "--net"]]) {
    try {
      const { success, stderr } = await new Deno.Command(command[0]!, { args: [...command.slice(1), "true"] }).output();
      if (success) return command;
      reason = new TextDecoder().decode(stderr).trim();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      reason = "there is no program unshare (install util-linux)";
    }
  }
  throw new Error(`cannot make a network namespace: ${reason}`);
}

/** Brings the loopback interface of this process's namespace up; a new one is down. */
export function bringLoopbackUp(): void {
  const libc = openLibc();
  const request = new Uint8Array(IFREQ_SIZE);
  request.set(new TextEncoder().encode("lo"));
  const flags = new DataView(request.buffer);
  const fd = succeed(libc.socket(AF_INET, SOCK_STREAM, 0), "open a socket");
  try {
    succeed(libc.ioctl(fd, SIOCGIFFLAGS, request), "read the flags of lo");
    flags.setInt16(IFREQ_FLAGS, flags.getInt16(IFREQ_FLAGS, true) | IFF_UP, true);
    succeed(libc.ioctl(fd, SIOCSIFFLAGS, request), "bring lo up");
  } finally {
    libc.close(fd);
  }
}
