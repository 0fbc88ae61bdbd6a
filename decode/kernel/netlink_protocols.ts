/**
 * Names of netlink protocols; mirrors `linux/netlink.h`.
 */

/** `NETLINK_*` of `linux/netlink.h`. */
export const netlinkWords: readonly (string | undefined)[] = [
  "route",
  "unused",
  "usersock",
  "firewall",
  "sock-diag",
  "nflog",
  "xfrm",
  "selinux",
  "iscsi",
  "audit",
  "fib-lookup",
  "connector",
  "netfilter",
  "ip6-fw",
  "dnrtmsg",
  "kobject-uevent",
  "generic",
  undefined,
  "scsitransport",
  "ecryptfs",
  "rdma",
  "crypto",
  "smc",
];
