/**
 * Numbers of address families; mirrors `linux/socket.h`.
 */

export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_TIPC = 30;
export const AF_SMC = 43;
