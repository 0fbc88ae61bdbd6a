/**
 * The netlink socket: long answers, which a second thread receives, and who may send to it.
 */
import { assert, assertEquals } from "@std/assert";
import type { DatagramSource } from "../../decode/netlink/datagram_source.ts";
import { setSequence } from "../../decode/netlink/message.ts";
import { ALL_STATES } from "../../decode/kernel/tcp_states.ts";
import { libc } from "../../ffi/libc.ts";
import { openNetlinkSocket } from "../../ffi/netlink_socket.ts";
import { encodeOne } from "../decode/flows.ts";
import { HeldSockets } from "./hold.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, loopback, openTcp } from "./sockets.ts";

const NLMSG_DONE = 3;
const SIZE = 65536;

/** Asks once and returns the local ports of the answer, in its order, and how many datagrams it had. */
function ask(source: DatagramSource, sequence: number): { ports: number[]; datagrams: number } {
  const request = encodeOne({ addressFamilies: [AF_INET], states: ALL_STATES, bpfMaps: false });
  setSequence(request, sequence);
  source.send(request);
  const buffer = new Uint8Array(SIZE);
  const view = new DataView(buffer.buffer);
  const ports: number[] = [];
  let datagrams = 0;
  while (true) {
    const length = source.receive(buffer);
    assert(length > 0 && length <= SIZE);
    datagrams++;
    for (let at = 0; length - at >= 20; at += view.getUint32(at, true) + 3 & ~3) {
      assertEquals([view.getUint32(at + 8, true), view.getUint32(at + 12, true)], [sequence, source.portId]);
      if (view.getUint16(at + 4, true) === NLMSG_DONE) return { ports, datagrams };
      ports.push(view.getUint16(at + 20, false));
    }
  }
}

/** Bound sockets, one to a port: few attributes, so that many make a datagram. */
function openMany(stack: DisposableStack, count: number): number[] {
  return Array.from({ length: count }, () => stack.use(openTcp(AF_INET)).bind(loopback(AF_INET)).listen(1).localPort)
    .sort((a, b) => a - b);
}

Deno.test("a netlink socket receives long answers in order, once each, and short ones behind them", () => {
  using _namespace = openNamespace();
  using stack = new DisposableStack();
  const ports = openMany(stack, 1500);
  using source = openNetlinkSocket();
  let longest = 0;
  for (let sequence = 1; sequence <= 4; sequence++) {
    const answer = ask(source, sequence);
    assertEquals(answer.ports.toSorted((a, b) => a - b), ports);
    longest = Math.max(longest, answer.datagrams);
  }
  // More than are received before the second thread is asked to help.
  assert(longest > 20, `${longest} datagrams`);
  stack.dispose();
  // Whatever the second thread was told before an answer began, and however short that is.
  for (let sequence = 5; sequence < 300; sequence++) assertEquals(ask(source, sequence).ports, []);
});

Deno.test("a netlink socket that is given up within a long answer starts afresh", () => {
  using _namespace = openNamespace();
  using stack = new DisposableStack();
  const ports = openMany(stack, 1500);
  using source = openNetlinkSocket();
  const request = encodeOne({ addressFamilies: [AF_INET], states: ALL_STATES, bpfMaps: false });
  for (const taken of [1, 17, 19]) {
    source.send(request);
    const buffer = new Uint8Array(SIZE);
    for (let i = 0; i < taken; i++) assert(source.receive(buffer) > 0);
    source.restart();
    assertEquals(ask(source, 7).ports.toSorted((a, b) => a - b), ports);
  }
});

Deno.test("a netlink socket reports datagrams that do not fit, also those that a second thread receives", () => {
  using _namespace = openNamespace();
  using stack = new DisposableStack();
  openMany(stack, 1500);
  using source = openNetlinkSocket();
  source.send(encodeOne({ addressFamilies: [AF_INET], states: ALL_STATES, bpfMaps: false }));
  const buffer = new Uint8Array(1000);
  const lengths = Array.from({ length: 25 }, () => source.receive(buffer));
  source.restart();
  assert(lengths.slice(0, 5).some((length) => length > buffer.length), String(lengths));
  assert(lengths.slice(20).some((length) => length > buffer.length), String(lengths));
});

/** Makes the C library refuse the n-th group of datagrams and all later ones, after it has taken `taken` of that group. */
function refuseGroups(n: number, taken: number): Disposable {
  const { lio_listio } = libc;
  let calls = 0;
  const refusing: typeof lio_listio = (mode, list, count, event) => {
    if (++calls < n) return lio_listio(mode, list, count, event);
    if (calls === n && taken > 0) lio_listio(mode, list, taken, event);
    return -1;
  };
  Object.defineProperty(libc, "lio_listio", { value: refusing, configurable: true });
  return { [Symbol.dispose]: () => void Object.defineProperty(libc, "lio_listio", { value: lio_listio }) };
}

for (const [n, taken] of [[1, 0], [1, 5], [2, 0], [2, 7], [3, 1], [4, 16]] as const) {
  Deno.test(`a netlink socket receives all of a long answer if group ${n} is refused after ${taken} datagrams`, () => {
    using _namespace = openNamespace();
    using stack = new DisposableStack();
    const ports = openMany(stack, 1500);
    using source = openNetlinkSocket();
    using _refusal = refuseGroups(n, taken);
    for (let sequence = 1; sequence <= 3; sequence++) {
      const answer = ask(source, sequence);
      assertEquals(answer.ports.toSorted((a, b) => a - b), ports);
      assert(answer.datagrams > 20, `${answer.datagrams} datagrams`);
    }
  });
}

Deno.test("a netlink socket receives nothing from other processes", async () => {
  using _namespace = openNamespace();
  using source = openNetlinkSocket();
  // It is opened by the first request.
  assertEquals(ask(source, 8).ports, []);
  await using other = await HeldSockets.open(
    ({ openSocket, netlinkAddress, AF_NETLINK, SOCK_RAW, CallError }, portId: number) => {
      // A message of the type NLMSG_DONE.
      const message = new Uint8Array([16, 0, 0, 0, 3, 0, ...new Array(10).fill(0)]);
      try {
        openSocket(AF_NETLINK, SOCK_RAW, 4).sendTo(message, netlinkAddress(portId));
        return 0;
      } catch (error) {
        return (error as InstanceType<typeof CallError>).errno;
      }
    },
    source.portId,
  );
  assertEquals(other.truth, 111 /* ECONNREFUSED */);
  assertEquals(ask(source, 9).ports, []);
});
