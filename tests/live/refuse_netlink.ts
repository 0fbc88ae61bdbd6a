/**
 * Runs a command that no socket of AF_NETLINK is given to: `refuse_netlink.ts ERRNO COMMAND…`.
 */
import { runRefusing } from "./seccomp.ts";

const AF_NETLINK = 16;
/** Number of socket(2). */
const SOCKET = Deno.build.arch === "aarch64" ? 198 : 41;

const [errno = "", ...command] = Deno.args;
runRefusing(SOCKET, AF_NETLINK, Number(errno), command);
