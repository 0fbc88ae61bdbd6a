/**
 * Types of sockets; mirrors `linux/net.h` (`enum sock_type`).
 */

export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_SEQPACKET = 5;

/** Word for each type. */
export const socketTypeWords: readonly (string | undefined)[] = [
  undefined,
  "stream",
  "dgram",
  "raw",
  "rdm",
  "seqpacket",
  "dccp",
  undefined,
  undefined,
  undefined,
  "packet",
];
