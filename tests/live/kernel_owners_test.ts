/**
 * Sockets that the kernel itself owns.
 */
import { assertEquals } from "@std/assert";
import { parseExact } from "../exact_json.ts";
import { assertPrinted, programWords, run } from "../program.ts";
import { CallError } from "./libc.ts";
import { addTunnel, bringUp } from "./interfaces.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, openSocket, SOCK_DGRAM } from "./sockets.ts";

interface Flow {
  readonly src_port?: number;
  readonly inode?: number;
  readonly owner_status: string;
  readonly kernel_owner?: Readonly<Record<string, unknown>>;
  readonly owners?: readonly { readonly pid: number }[];
}

const list = (...args: string[]): Flow[] =>
  assertPrinted(run([...programWords(), "--format", "ndjson", ...args])).trimEnd().split("\n")
    .filter((line) => line !== "").map((line) => parseExact(line) as unknown as Flow);

/** Adds a tunnel; returns whether this kernel has the kind. */
function tryTunnel(...args: Parameters<typeof addTunnel>): boolean {
  try {
    addTunnel(...args);
    return true;
  } catch (error) {
    // EOPNOTSUPP
    if (error instanceof CallError && error.errno === 95) return false;
    throw error;
  }
}

const has = (() => {
  using _namespace = openNamespace();
  return tryTunnel("vxlan", "probe", 0, 1, 9999);
})();

Deno.test({
  name: `-p says that the kernel owns the sockets of tunnels, and which interfaces they are for${
    has ? "" : " (ignored: this kernel has no vxlan)"
  }`,
  ignore: !has,
  fn() {
    using _namespace = openNamespace();
    addTunnel("vxlan", "alone", 11, 1, 4790);
    addTunnel("vxlan", "one", 12, 2, 4791);
    addTunnel("vxlan", "two", 13, 3, 4791);
    addTunnel("vxlan", "down", 14, 4, 4792);
    for (const index of [11, 12, 13]) bringUp(index);
    // A socket of a program with the port of a tunnel that is down is not the tunnel's.
    using own = openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1", 4792);
    const flows = new Map(list("-uap").map((flow) => [flow.src_port, flow]));
    assertEquals([...flows.keys()].toSorted(), [4790, 4791, 4792]);
    assertEquals([4790, 4791, 4792].map((port) => [flows.get(port)?.owner_status, flows.get(port)?.kernel_owner]), [
      ["kernel", { kind: "vxlan", iface: "alone" }],
      ["kernel", { kind: "vxlan", ifaces: ["one", "two"] }],
      ["resolved", undefined],
    ]);
    assertEquals(flows.get(own.localPort)?.owners?.map(({ pid }) => pid), [Deno.pid]);
    const columns = list("-ua", "kernel_owner.iface = alone", "--columns", "src_port,kernel_owner.kind");
    assertEquals(columns, [{ protocol: "UDP", src_port: 4790, kernel_owner: { kind: "vxlan" } } as unknown as Flow]);
    assertEquals(list("-ua", "owner_status = none"), []);
    const table = assertPrinted(run([...programWords(), "-uap", "--table", "--no-header"]));
    assertEquals(table.split("\n").filter((line) => line.includes("kernel")).length, 2, table);
  },
});

Deno.test("-p says that the kernel owns its ends of netlink, and finds the process of a socket without a port id", () => {
  using _namespace = openNamespace();
  // A socket in a group is listed even if it has not been bound.
  using unbound = openSocket(16, 3).setInteger(270, 1, 9);
  const flows = list("-A", "netlink", "-a", "-p", "--columns", "inode,portid,owner_status,kernel_owner,owners.pid");
  const own = flows.filter((flow) => flow.inode === unbound.inode);
  assertEquals(own.map(({ owner_status, owners }) => [owner_status, owners!.map(({ pid }) => pid)]), [
    ["resolved", [Deno.pid]],
  ]);
  const others = flows.filter((flow) => !own.includes(flow));
  assertEquals(others.filter(({ owner_status }) => owner_status !== "kernel"), []);
  assertEquals(
    new Set(others.map(({ kernel_owner }) => JSON.stringify(kernel_owner))),
    new Set(['{"kind":"netlink"}']),
  );
});
