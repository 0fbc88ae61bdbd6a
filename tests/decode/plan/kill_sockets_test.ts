/** Requests to close sockets, and what is made of the answers of kernels that are not at hand. */
import { assertEquals, assertThrows } from "@std/assert";
import { encodeDestroyRequest } from "../../../decode/families/inet/inet_destroy.ts";
import { SystemError } from "../../../decode/kernel/errors.ts";
import type { DatagramSource } from "../../../decode/netlink/datagram_source.ts";
import { killObstacle, killSockets } from "../../../decode/plan/kill_sockets.ts";

/** Answers each request with the next error number, or fails with it if that is negative. */
function answering(...errors: number[]): DatagramSource & { readonly sent: number } {
  let [sequence, sent] = [0, 0];
  return {
    portId: 0,
    release: 6018,
    get sent() {
      return sent;
    },
    send(request) {
      sent++;
      sequence = new DataView(request.buffer, request.byteOffset).getUint32(8, true);
      if ((errors[0] ?? 0) < 0) throw new SystemError("send a request to the kernel", -errors.shift()!);
    },
    receive(buffer) {
      const view = new DataView(buffer.buffer);
      view.setUint32(0, 36, true);
      view.setUint16(4, 2, true);
      view.setUint32(8, sequence, true);
      view.setInt32(16, -(errors.shift() ?? 0), true);
      return 36;
    },
    restart() {},
    [Symbol.dispose]() {},
  };
}

const target = {
  protocol: 6,
  rawProtocol: 0,
  src: Uint8Array.of(10, 0, 0, 1),
  dst: Uint8Array.of(10, 0, 0, 2),
  srcPort: 0x1234,
  dstPort: 0x5678,
  iface: 3,
  cookie: [0xf000_0001, 2] as const,
};

/** Outcomes of requests for sockets `0`, `1` …, whose answers are `errors`. */
function close(source: DatagramSource, count: number, there: () => ReadonlySet<string> | null, exact = true) {
  const request = { message: encodeDestroyRequest(target), exact };
  const targets = Array.from({ length: count }, (_, i) => ({ identity: String(i), source, request }));
  const outcomes = killSockets(targets, there);
  return targets.map((target) => outcomes.get(target)!).map(({ result, errno }) => `${result} ${errno}`);
}

Deno.test("killSockets asks again as long as that closes more", () => {
  const source = answering(0, 2, 2, 0, 2, 2);
  assertEquals(close(source, 3, () => new Set(["1", "2"])), ["closed null", "closed null", "not-reachable ENOENT"]);
  assertEquals(source.sent, 6);
});

Deno.test("killSockets says that a socket is gone only if a complete list is without it", () => {
  assertEquals(close(answering(2), 1, () => new Set()), ["gone ENOENT"]);
  assertEquals(close(answering(2), 1, () => new Set(["0"])), ["not-reachable ENOENT"]);
  assertEquals(close(answering(2), 1, () => null), ["not-reachable ENOENT"]);
});

Deno.test("killSockets tells the result of every socket, also if one is refused or the request cannot be sent", () => {
  const none = () => new Set<string>();
  assertEquals(close(answering(1, 95, 0), 3, none), ["denied EPERM", "not-supported EOPNOTSUPP", "closed null"]);
  assertEquals(close(answering(-24, 0), 2, none), ["not-supported EMFILE", "closed null"]);
  // A request without a socket closes none, whatever the answer is.
  assertEquals(close(answering(95, 0), 2, none, false), ["not-supported EOPNOTSUPP", "not-supported null"]);
  const source = answering();
  const left = [{ identity: "", source, request: null }];
  assertEquals([...killSockets(left, none).values()], [{ result: "not-supported", errno: null }]);
  assertEquals(source.sent, 0);
});

Deno.test("killObstacle tells a kernel that closes sockets from one that does not", () => {
  assertEquals([2, 95, 1].map((error) => killObstacle(answering(error))), [0, 95, 1]);
});

Deno.test("encodeDestroyRequest names the protocol of RAW in the pad byte and that of MPTCP in an attribute", () => {
  const hex = (bytes: Uint8Array) => bytes.toHex();
  const request = encodeDestroyRequest(target);
  assertEquals(hex(request.subarray(0, 8)), "4800000015000500");
  assertEquals(
    hex(request.subarray(16)),
    "02060000ffffffff123456780a000001000000000000000000000000" +
      "0a00000200000000000000000000000003000000010000f002000000",
  );
  assertEquals(hex(encodeDestroyRequest({ ...target, protocol: 255, rawProtocol: 89 }).subarray(16, 20)), "02ff0059");
  const mptcp = encodeDestroyRequest({ ...target, protocol: 262 });
  assertEquals([mptcp.length, hex(mptcp.subarray(72))], [80, "0800030006010000"]);
});

Deno.test("encodeDestroyRequest refuses the cookie that stands for any socket", () => {
  for (const cookie of [[0xffff_ffff, 0xffff_ffff], [-1, -1]] as const) {
    assertThrows(() => encodeDestroyRequest({ ...target, cookie }), RangeError);
  }
});
