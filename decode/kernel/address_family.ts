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

/** Word for each: the name of the constant without its prefix. */
export const addressFamilyWords: readonly string[] = [
  ..."unspec unix inet ax25 ipx appletalk netrom bridge atmpvc x25 inet6 rose decnet netbeui security key".split(" "),
  ..."netlink packet ash econet atmsvc rds sna irda pppox wanpipe llc ib mpls can tipc bluetooth iucv".split(" "),
  ..."rxrpc isdn phonet ieee802154 caif alg nfc vsock kcm qipcrtr smc xdp mctp".split(" "),
];
