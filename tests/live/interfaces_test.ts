/**
 * Names of interfaces: of the namespace that is asked, whatever bytes they have, and gone with the interface.
 */
import { assertEquals } from "@std/assert";
import { runPlan } from "../../decode/plan/run_plan.ts";
import { openNetlinkSocket } from "../../ffi/netlink_socket.ts";
import { ObjectSink } from "../../decode/record/object_sink.ts";
import { asNobody, isInstalled, isRoot, programWords, run, without } from "../program.ts";
import { dumpFlows, flowOf, planOf } from "./flows.ts";
import { addInterface, removeInterface } from "./interfaces.ts";
import { openNamespace } from "./namespace.ts";
import { ETH_P_ALL, LO, openPacket } from "./packet_sockets.ts";
import {
  AF_INET,
  AF_INET6,
  cString,
  IPPROTO_UDP,
  openSocket,
  openTcp,
  SO_BINDTODEVICE,
  SOCK_DGRAM,
  type Socket,
  SOL_SOCKET,
} from "./sockets.ts";
import { SOCK_RAW } from "../../decode/kernel/socket_types.ts";

const bindTo = <T extends Socket>(socket: T, device: string): T => {
  socket.setBytes(SOL_SOCKET, SO_BINDTODEVICE, cString(device));
  return socket;
};

Deno.test("iface is the name of the interface that a socket of any family is bound to, and not there for none", () => {
  using _namespace = openNamespace();
  addInterface("bridge0", "bridge");
  using four = bindTo(openTcp(AF_INET), "bridge0").bind("0.0.0.0").listen(1);
  using six = bindTo(openTcp(AF_INET6), "bridge0").bind("::").listen(1);
  using datagram = bindTo(openSocket(AF_INET, SOCK_DGRAM, IPPROTO_UDP), "lo").bind("127.0.0.1");
  using free = openTcp(AF_INET).bind("127.0.0.1").listen(1);
  using packet = openPacket(SOCK_RAW).bindToInterface(LO, ETH_P_ALL);
  const flows = dumpFlows("-tu0a");
  assertEquals([four, six, datagram, packet].map((socket) => flowOf(socket, flows)["iface"]), [
    "bridge0",
    "bridge0",
    "lo",
    "lo",
  ]);
  assertEquals("iface" in flowOf(free, flows), false);
});

Deno.test("iface has the bytes of the name, and is gone when the interface is", () => {
  using _namespace = openNamespace();
  const name = Uint8Array.of(0x64, 0xff, 0x22, 0x1b);
  addInterface(name, "bridge");
  using socket = openTcp(AF_INET);
  socket.setBytes(SOL_SOCKET, SO_BINDTODEVICE, cString(name)).bind("0.0.0.0").listen(1);
  const flow = flowOf(socket);
  assertEquals([flow["iface"], flow["iface_hex"]], ['d\ufffd"\x1b', "64ff221b"]);
  removeInterface(name);
  assertEquals("iface" in flowOf(socket), false);
});

Deno.test("iface is that of the namespace in which the netlink socket was opened, wherever the thread is meanwhile", () => {
  using _namespace = openNamespace();
  addInterface("inside", "bridge", 77);
  using socket = bindTo(openTcp(AF_INET), "inside").bind("0.0.0.0").listen(1);
  using source = openNetlinkSocket();
  const plan = planOf("-tl");
  // It is opened by the first request.
  runPlan(plan, source, new ObjectSink());
  using _other = openNamespace();
  addInterface("outside", "bridge", 77);
  const sink = new ObjectSink();
  runPlan(plan, source, sink);
  assertEquals(flowOf(socket, sink.take())["iface"], "inside");
});

Deno.test({
  name: `iface needs no privilege${isRoot ? "" : " (ignored: only root can become another user)"}`,
  ignore: !isRoot,
  fn() {
    using _namespace = openNamespace();
    using _socket = bindTo(openTcp(AF_INET), "lo").bind("127.0.0.1").listen(1);
    asNobody((words, options) => {
      const { stdout } = run([...words, "-tl", "--format", "ndjson", "--columns", "iface"], options);
      assertEquals(stdout, '{"protocol":"TCP","iface":"lo"}\n');
    });
  },
});

Deno.test("--table shows the interface by its name behind the address, or the ethertype", () => {
  using _namespace = openNamespace();
  using socket = bindTo(openTcp(AF_INET), "lo").bind("127.0.0.53").listen(1);
  using _packet = openPacket(SOCK_RAW).bindToInterface(LO, ETH_P_ALL);
  const { stdout } = run([...programWords(), "-t0a", "--table", "--no-header"]);
  const local = stdout.trimEnd().split("\n").map((line) => line.split(/ +/)[4]);
  assertEquals(local, [`127.0.0.53%lo:${socket.localPort}`, "all:lo"]);
});

Deno.test({
  name: `ss shows the interface of a socket as --table does${without("ss")}`,
  ignore: !isInstalled("ss"),
  fn() {
    using _namespace = openNamespace();
    using _socket = bindTo(openTcp(AF_INET), "lo").bind("127.0.0.53").listen(1);
    const { stdout } = run([...programWords(), "-tl", "--table", "--no-header"]);
    assertEquals(run(["ss", "-tlnH"]).stdout.split(/ +/)[3], stdout.split(/ +/)[4]);
  },
});

Deno.test("--columns iface asks for what it takes, and shows no index", () => {
  using _namespace = openNamespace();
  using _socket = openPacket(SOCK_RAW).bindToInterface(LO, ETH_P_ALL);
  const { stdout } = run([...programWords(), "-0", "--format", "ndjson", "--columns", "iface"]);
  assertEquals(stdout, '{"protocol":"PACKET","iface":"lo"}\n');
});
