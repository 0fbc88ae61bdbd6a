/**
 * Numbers of address families; mirrors `linux/socket.h`.
 */

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;
export const AF_TIPC = 30;
export const AF_VSOCK = 40;
export const AF_SMC = 43;
export const AF_XDP = 44;
