/**
 * Names of the multicast groups of netlink protocols, without those of generic netlink, which each kernel numbers for itself.
 * Mirrors `linux/rtnetlink.h`, `linux/netfilter/nfnetlink.h`, `linux/xfrm.h`, `linux/sock_diag.h`, `linux/audit.h`,
 * `linux/selinux_netlink.h` and `linux/connector.h`.
 */

/** Names of the groups from 1 on, by number of the protocol. */
export const netlinkGroups: Readonly<Record<number, readonly string[]>> = {
  // NETLINK_ROUTE: RTNLGRP_*
  0: [
    ..."link notify neigh tc ipv4-ifaddr ipv4-mroute ipv4-route ipv4-rule ipv6-ifaddr ipv6-mroute".split(" "),
    ..."ipv6-route ipv6-ifinfo decnet-ifaddr nop2 decnet-route decnet-rule nop4 ipv6-prefix ipv6-rule".split(" "),
    ..."nd-useropt phonet-ifaddr phonet-route dcb ipv4-netconf ipv6-netconf mdb mpls-route nsid".split(" "),
    ..."mpls-netconf ipv4-mroute-r ipv6-mroute-r nexthop brvlan mctp-ifaddr tunnel stats".split(" "),
    ..."ipv4-mcaddr ipv6-mcaddr ipv6-acaddr".split(" "),
  ],
  // NETLINK_SOCK_DIAG: SKNLGRP_*
  4: "inet-tcp-destroy inet-udp-destroy inet6-tcp-destroy inet6-udp-destroy".split(" "),
  // NETLINK_XFRM: XFRMNLGRP_*
  6: "acquire expire sa policy aevents report migrate mapping".split(" "),
  // NETLINK_SELINUX: SELNLGRP_*
  7: ["avc"],
  // NETLINK_AUDIT: AUDIT_NLGRP_*
  9: ["readlog"],
  // NETLINK_CONNECTOR: CN_IDX_PROC
  11: ["proc"],
  // NETLINK_NETFILTER: NFNLGRP_*
  12: [
    ..."conntrack-new conntrack-update conntrack-destroy".split(" "),
    ..."conntrack-exp-new conntrack-exp-update conntrack-exp-destroy".split(" "),
    ..."nftables acct-quota nftrace".split(" "),
  ],
  // NETLINK_KOBJECT_UEVENT: of the kernel, and what udev passes on.
  15: ["kernel", "udev"],
};
