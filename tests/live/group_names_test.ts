/**
 * Names of the multicast groups of netlink sockets.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { AF_NETLINK } from "../../decode/kernel/address_family.ts";
import { netlinkGroups } from "../../decode/kernel/netlink_groups.ts";
import { SOCK_RAW } from "../../decode/kernel/socket_types.ts";
import { dumpObjects } from "../../mod.ts";
import { assertPrinted, runProgram } from "../program.ts";
import { openNamespace } from "./namespace.ts";
import { netlinkAddress, openSocket } from "./sockets.ts";

const [NETLINK_ROUTE, NETLINK_NETFILTER, NETLINK_GENERIC] = [0, 12, 16];
const SOL_NETLINK = 270;
const NETLINK_ADD_MEMBERSHIP = 1;

Deno.test("--groups names the groups of netlink sockets: of rtnetlink, of generic netlink, and by number", () => {
  using _namespace = openNamespace();
  const open = (protocol: number, ...groups: number[]) => {
    const socket = openSocket(AF_NETLINK, SOCK_RAW, protocol).bindTo(netlinkAddress(0));
    for (const group of groups) socket.setInteger(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    return socket;
  };
  using routes = open(NETLINK_ROUTE, 1, 5, 33);
  using generic = open(NETLINK_GENERIC, 16);
  using netfilter = open(NETLINK_NETFILTER, 1, 7);
  using none = open(NETLINK_ROUTE);
  const names = (options: Parameters<typeof dumpObjects>[0]) =>
    new Map([...dumpObjects(options)].map((flow) => {
      const { inode, group_names } = flow as unknown as { inode: number; group_names?: string[] };
      return [inode, group_names];
    }));
  const found = names({ netlink: true, groups: true });
  assertEquals([routes, generic, netfilter, none].map(({ inode }) => found.get(inode)), [
    ["link", "ipv4-ifaddr", "brvlan"],
    ["nlctrl.notify"],
    ["conntrack-new", "nftables"],
    undefined,
  ]);
  // Nothing but these sockets and the kernel's own, which hold no descriptor.
  const own = [routes, generic, netfilter, none].map(({ inode }) => inode);
  assertEquals(
    [...dumpObjects({ netlink: true, groups: true })].filter((flow) => {
      const { portid, inode } = flow as unknown as { portid: number; inode: number };
      return portid !== 0 && !own.includes(inode);
    }),
    [],
  );
  assertEquals(names({ netlink: true }).get(routes.inode), undefined);
  const filtered = runProgram(
    ...["-f", "netlink", "group_names = nlctrl.notify", "--columns", "inode,group_names", "--format", "ndjson"],
  );
  assertEquals(
    assertPrinted(filtered),
    `{"protocol":"NETLINK","inode":${generic.inode},"group_names":["nlctrl.notify"]}\n`,
  );
  assertMatch(assertPrinted(runProgram("-f", "netlink", "--groups", "--table")), /group_names.*\n[^]*ipv4-ifaddr/);
});

/** The groups of a header, from 1 on, in the program's spelling. */
function headerGroups(path: string, prefix: string): string[] {
  const text = Deno.readTextFileSync(`/usr/include/linux/${path}`);
  const body = text.slice(text.indexOf(`${prefix}NONE,`)).split("}")[0]!;
  const names = [...body.matchAll(new RegExp(`^\\s*${prefix}([A-Za-z0-9_]+)\\b`, "gm"))].map(([, name]) => name!);
  return names.filter((name) => name !== "NONE").map((name) => name.toLowerCase().replaceAll("_", "-"));
}

const installed = (() => {
  try {
    return Deno.statSync("/usr/include/linux/rtnetlink.h").isFile;
  } catch {
    return false;
  }
})();

Deno.test({
  name: `names of groups are those of the kernel's headers${
    installed ? "" : " (ignored: the kernel's headers are not installed)"
  }`,
  ignore: !installed,
  fn() {
    const headers: readonly [number, string, string][] = [
      [0, "rtnetlink.h", "RTNLGRP_"],
      [4, "sock_diag.h", "SKNLGRP_"],
      [6, "xfrm.h", "XFRMNLGRP_"],
      [7, "selinux_netlink.h", "SELNLGRP_"],
      [9, "audit.h", "AUDIT_NLGRP_"],
      [12, "netfilter/nfnetlink.h", "NFNLGRP_"],
    ];
    for (const [protocol, path, prefix] of headers) {
      const expected = headerGroups(path, prefix);
      // An older header has fewer.
      assertEquals(netlinkGroups[protocol]!.slice(0, expected.length), expected, path);
    }
  },
});
