/**
 * MPTCP sockets of the running kernel: `mptcp_info` of a dump against getsockopt(MPTCP_INFO) of the same socket, their TCP
 * sockets, and the same sockets as `ss` lists.
 */
import { assert, assertEquals } from "@std/assert";
import type { FieldObject, FieldValue } from "../../decode/record/object_sink.ts";
import { isInstalled, run } from "../program.ts";
import { dumpFlows, flowOf, objectIn } from "./flows.ts";
import { openNamespace } from "./namespace.ts";
import {
  AF_INET,
  AF_INET6,
  CallError,
  cString,
  IP_TOS,
  IPPROTO_IP,
  IPPROTO_MPTCP,
  IPPROTO_TCP,
  openPair,
  openTcp,
  type Pair,
  SHUT_WR,
  SO_BINDTODEVICE,
  SO_MARK,
  type Socket,
  SOL_SOCKET,
  waitUntil,
} from "./sockets.ts";

const SOL_MPTCP = 284;
const MPTCP_INFO = 1;

/** Members of `struct mptcp_info` that are numbers, with their offsets, sizes and the releases that began to fill them. */
const members: readonly (readonly [field: string, offset: number, size: 1 | 4 | 8, since: number])[] = [
  ["subflows", 0, 1, 5010],
  ["add_addr_signal", 1, 1, 5010],
  ["add_addr_accepted", 2, 1, 5010],
  ["subflows_max", 3, 1, 5010],
  ["add_addr_signal_max", 4, 1, 5010],
  ["add_addr_accepted_max", 5, 1, 5010],
  ["token", 12, 4, 5010],
  ["write_seq", 16, 8, 5010],
  ["snd_una", 24, 8, 5010],
  ["rcv_nxt", 32, 8, 5010],
  ["local_addr_used", 40, 1, 5012],
  ["local_addr_max", 41, 1, 5012],
  ["retransmits", 44, 4, 6005],
  ["bytes_retrans", 48, 8, 6005],
  ["bytes_sent", 56, 8, 6005],
  ["bytes_received", 64, 8, 6005],
  ["bytes_acked", 72, 8, 6005],
  ["subflows_total", 80, 1, 6008],
  ["endp_laminar_max", 81, 1, 6018],
];

const release = Deno.osRelease().split(".").slice(0, 2).map((part) => parseInt(part)).reduce((sum, part) =>
  sum * 1000 + part
);

function lack(): string {
  try {
    using _namespace = openNamespace();
    openTcp(AF_INET, IPPROTO_MPTCP)[Symbol.dispose]();
    return "";
  } catch (error) {
    if (error instanceof CallError) return " (ignored: this kernel has no MPTCP)";
    throw error;
  }
}

const because = lack();
const test = (name: string, fn: () => void) => Deno.test({ name: name + because, ignore: because !== "", fn });

const shown = (socket: Socket) => flowOf(socket, dumpFlows("-Ma"));
const ends = ({ client, server }: Pair): readonly Socket[] => [client, server];

/** What getsockopt says of a socket, in the words of the dump. */
function readInfo(socket: Socket): Record<string, FieldValue> {
  const view = socket.getBytes(SOL_MPTCP, MPTCP_INFO, 128);
  return Object.fromEntries(
    members.filter(([, offset, size, since]) => since <= release && offset + size <= view.byteLength).map((
      [field, offset, size],
    ) => [
      field,
      size === 8 ? view.getBigUint64(offset, true) : size === 4 ? view.getUint32(offset, true) : view.getUint8(offset),
    ]),
  );
}

for (const family of [AF_INET, AF_INET6]) {
  test(`mptcp_info equals getsockopt(MPTCP_INFO) over ${family === AF_INET ? "IPv4" : "IPv6"}`, () => {
    using _namespace = openNamespace();
    using pair = openPair({ family, protocol: IPPROTO_MPTCP });
    pair.client.send(1000);
    pair.server.receive(600).send(50);
    pair.client.receive(50);
    waitUntil("all is acknowledged", () => ends(pair).every((end) => end.unacknowledged === 0));
    for (const socket of ends(pair)) {
      const info = objectIn(shown(socket), "mptcp_info");
      const expected = readInfo(socket);
      assertEquals(Object.fromEntries(Object.keys(expected).map((name) => [name, info[name]!])), expected);
      assert(Object.keys(expected).length >= 10);
      assertEquals([info["flags"], info["csum_enabled"]], [["remote_key_received"], false]);
    }
    const [client, server] = ends(pair).map((end) => objectIn(shown(end), "mptcp_info")) as [FieldObject, FieldObject];
    assertEquals([client["write_seq"], client["rcv_nxt"]], [server["rcv_nxt"], server["write_seq"]]);
    if (release >= 6005) {
      assertEquals([client["bytes_sent"], server["bytes_received"], server["bytes_sent"]], [1000n, 1000n, 50n]);
    }
  });
}

test("state, addresses, cookie, mark, tos and interface are those of the MPTCP socket", () => {
  using _namespace = openNamespace();
  using pair = openPair({
    protocol: IPPROTO_MPTCP,
    client: (client) =>
      client.setInteger(SOL_SOCKET, SO_MARK, 77).setInteger(IPPROTO_IP, IP_TOS, 0x48)
        .setBytes(SOL_SOCKET, SO_BINDTODEVICE, cString("lo")),
  });
  const { client, listener, server } = pair;
  const flow = shown(client);
  assertEquals([flow["protocol"], flow["state"], flow["src"], flow["dst"]], [
    "MPTCP",
    "established",
    "127.0.0.1",
    "127.0.0.1",
  ]);
  assertEquals([flow["src_port"], flow["dst_port"]], [client.localPort, listener.localPort]);
  assertEquals([flow["mark"], flow["tos"], flow["iface_idx"]], [77, 0x48, 1]);
  for (const socket of [client, listener, server]) {
    assertEquals(shown(socket)["cookie"], `0x${socket.cookie.toString(16)}`);
  }
  server.send(10);
  waitUntil("data is there", () => client.unread === 10);
  assert(Number(shown(client)["recv_q"]) >= 10);
  client.shutdown(SHUT_WR);
  waitUntil("the peer sees the end", () => shown(server)["state"] === "close-wait");
  assertEquals([shown(client)["shutdown"], shown(server)["shutdown_names"]], [2, ["receive"]]);
});

test("a listener shows the connections that wait, and their limit", () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET, IPPROTO_MPTCP).bind("127.0.0.1").listen(9);
  using client = openTcp(AF_INET, IPPROTO_MPTCP).connect("127.0.0.1", listener.localPort);
  const waits = () => {
    const flow = shown(listener);
    return [flow["state"], flow["recv_q"], flow["backlog"], flow["send_q"], flow["backlog_limit"]];
  };
  waitUntil("one waits", () => waits()[1] === 1);
  assertEquals(waits(), ["listening", 1, 1, 9, 9]);
  assertEquals(dumpFlows("-M").map(({ inode }) => inode).includes(client.inode), true);
  assertEquals(dumpFlows("-Ml").map(({ inode }) => inode), [listener.inode]);
});

test("mptcp_info.token is the token of the connection's TCP socket", () => {
  using _namespace = openNamespace();
  using pair = openPair({ protocol: IPPROTO_MPTCP });
  const subflows = dumpFlows("-t");
  for (const socket of ends(pair)) {
    const flow = shown(socket);
    const { token } = objectIn(flow, "mptcp_info");
    const own = subflows.filter((subflow) => objectIn(objectIn(subflow, "ulp"), "mptcp")["token_loc"] === token);
    // The token of the peer (token_rem) is there for further subflows only.
    assertEquals(own.map(({ src_port, dst_port }) => [src_port, dst_port]), [[flow["src_port"], flow["dst_port"]]]);
  }
});

test("a connection to a peer without MPTCP has the flag fallback", () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET, IPPROTO_TCP).bind("127.0.0.1").listen(1);
  using client = openTcp(AF_INET, IPPROTO_MPTCP).connect("127.0.0.1", listener.localPort);
  assertEquals(objectIn(shown(client), "mptcp_info")["flags"], ["fallback"]);
});

const noSs = isInstalled("ss") ? because : " (ignored: ss is not installed)";

Deno.test({
  name: `mptcp: inodes, cookies, queues and sequences are those that ss lists${noSs}`,
  ignore: noSs !== "",
  fn() {
    using _namespace = openNamespace();
    using pair = openPair({ protocol: IPPROTO_MPTCP });
    using _sixth = openPair({ protocol: IPPROTO_MPTCP, family: AF_INET6 });
    pair.client.send(12);
    waitUntil("all is acknowledged", () => pair.client.unacknowledged === 0);
    const { code, stdout } = run(["ss", "-ManeiHO"]);
    assertEquals(code, 0);
    const printed = stdout.trimEnd().split("\n").map((line) => {
      const [, receive, send] = line.trim().split(/\s+/);
      const item = (name: string) => new RegExp(` ${name}:(\\w+)`).exec(line)?.[1] ?? "0";
      return [receive, send, ...["ino", "sk", "token"].map(item), line.includes("remote_key")];
    });
    const own = dumpFlows("-Ma").map((flow) => {
      const info = flow["mptcp_info"] as FieldObject;
      return [
        ...[flow["recv_q"], flow["send_q"], flow["inode"]].map(String),
        String(flow["cookie"]).slice(2),
        Number(info["token"]).toString(16),
        (info["flags"] as string[]).includes("remote_key_received"),
      ];
    });
    assertEquals(own, printed);
    assertEquals(own.length, 6);
  },
});
