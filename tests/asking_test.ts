/** The kernel is asked only for what the chosen columns need, and the answer contains all of them. */
import { assert, assertEquals } from "@std/assert";
import fc from "./packages/fast_check.ts";
import { AF_INET, AF_INET6 } from "../decode/kernel/address_family.ts";
import { align4, NLA_HDRLEN, NLA_TYPE_MASK } from "../decode/netlink/attribute.ts";
import type { DatagramSource } from "../decode/netlink/datagram_source.ts";
import { families } from "../decode/families/all_families.ts";
import type { Family } from "../decode/families/family.ts";
import { fieldsOf } from "../decode/reference/fields.ts";
import { NLMSG_HDRLEN } from "../decode/netlink/message.ts";
import type { Plan } from "../decode/plan/plan.ts";
import { runPlan } from "../decode/plan/run_plan.ts";
import { SOCK_DIAG_BY_FAMILY } from "../decode/families/sock_diag.ts";
import { ALL_STATES } from "../decode/kernel/tcp_states.ts";
import { choose, ColumnNames } from "../query/column_choice.ts";
import { SelectFields } from "../query/select_fields.ts";
import type { FlowObject } from "../decode/record/object_sink.ts";
import { parseCommand } from "../options/parse_command.ts";
import { PROPERTY } from "./generated_records.ts";
import { openRecording, splitMessages } from "./pcap_source.ts";
import { objects } from "./read_back.ts";

/** The bits that a kernel checks before it sends an attribute. */
interface Asking {
  readonly recording: string;
  /** Offset of the bits in the payload of the request. */
  readonly read: (payload: DataView) => number;
  /** Length of the fixed part of its messages. */
  readonly fixed: number;
  /** The bit for each attribute that is only sent on request. */
  readonly bits: Readonly<Record<number, number>>;
}

const extensions = { 1: 1, 2: 2, 3: 4, 4: 8, 5: 16, 6: 32, 7: 64, 9: 4, 16: 4, 17: 32 };
const inet = (recording: string): Asking => ({
  recording,
  read: (payload) => payload.getUint8(2),
  fixed: 72,
  bits: extensions,
});
const show = (recording: string, at: number, fixed: number, bits: Readonly<Record<number, number>>): Asking => ({
  recording,
  read: (payload) => payload.getUint32(at, true),
  fixed,
  bits,
});

/** After net/ipv4/inet_diag.c, net/unix/diag.c, net/netlink/diag.c, net/packet/diag.c and net/xdp/xsk_diag.c. */
const kernels: Readonly<Record<string, Asking>> = {
  TCP: inet("tcp4.k618"),
  MPTCP: inet("mptcp4.k618"),
  UDP: inet("udp4.k618"),
  SCTP: inet("sctp4.k61"),
  DCCP: inet("dccp4.k61"),
  UNIX: show("unix.k618", 12, 16, { 0: 1, 1: 2, 2: 4, 3: 8, 4: 16, 5: 32, 7: 64 }),
  NETLINK: show("netlink.k618", 8, 28, { 0: 1, 1: 2, 2: 4, 3: 4, 4: 8 }),
  PACKET: show("packet.k618", 8, 16, { 0: 1, 1: 2, 2: 4, 3: 4, 4: 8, 5: 1, 6: 16, 7: 32 }),
  XDP: show("xdp.k61", 8, 16, { 1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 8: 8, 9: 16 }),
};

/** Answers from a recording, without the attributes that were not requested. */
function obey(source: DatagramSource, { read, fixed, bits }: Asking, asked: number[]): DatagramSource {
  const sent = (number: number) => bits[number] === undefined || (asked.at(-1)! & bits[number]) !== 0;
  const strip = (message: Uint8Array): Uint8Array => {
    const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
    if (view.getUint16(4, true) !== SOCK_DIAG_BY_FAMILY) return message;
    const end = view.getUint32(0, true);
    const left = [...message.subarray(0, NLMSG_HDRLEN + fixed)];
    for (let at = left.length; end - at >= NLA_HDRLEN; at += align4(view.getUint16(at, true))) {
      const next = at + align4(view.getUint16(at, true));
      if (sent(view.getUint16(at + 2, true) & NLA_TYPE_MASK)) left.push(...message.subarray(at, Math.min(next, end)));
    }
    const stripped = Uint8Array.from(left);
    new DataView(stripped.buffer).setUint32(0, stripped.length, true);
    return stripped;
  };
  return {
    ...source,
    portId: source.portId,
    release: source.release,
    send(request) {
      asked.push(read(new DataView(request.buffer, request.byteOffset + NLMSG_HDRLEN)));
      source.send(request);
    },
    receive(buffer) {
      const length = source.receive(buffer);
      if (length === 0) return 0;
      const messages = splitMessages([buffer.slice(0, length)]).map(strip);
      let at = 0;
      for (const message of messages) {
        buffer.fill(0, at, at + align4(message.length));
        buffer.set(message, at);
        at += align4(message.length);
      }
      return at;
    },
    restart: () => source.restart(),
    [Symbol.dispose]: () => source[Symbol.dispose](),
  };
}

const planOf = (family: Family): Plan => ({
  families: [family],
  addressFamilies: [AF_INET],
  states: ALL_STATES,
  bpfMaps: false,
});

/** The flows with some columns, from the full answer and from the requested part, and the requested bits. */
function both(family: Family, asking: Asking, names: readonly string[]) {
  const known = new ColumnNames([family]);
  const { shown } = choose(names.map((name) => known.find(name)!));
  const asked: number[] = [];
  const dump = (plan: Plan): FlowObject[] =>
    objects((sink) => {
      const outcome = runPlan(
        plan,
        obey(openRecording(asking.recording), asking, asked),
        new SelectFields(sink, shown),
      );
      assertEquals(outcome.warnings, []);
    });
  const full = dump(planOf(family));
  const [everything] = asked.splice(0);
  const less = dump({ ...planOf(family), wanted: (key) => shown.has(key) });
  return { full, less, everything: everything!, asked: asked[0]! };
}

for (const [name, asking] of Object.entries(kernels)) {
  const family = families.find((candidate) => candidate.name === name)!;
  Deno.test(`${name}: what the chosen columns need is asked for, and no column is missing`, () => {
    const paths = fieldsOf(family).map(({ path }) => path);
    const smaller = new Set<number>();
    const check = (names: readonly string[]) => {
      const { full, less, everything, asked } = both(family, asking, names);
      assert(full.length > 0);
      assertEquals(less, full, names.join());
      assertEquals(asked & ~everything, 0);
      if (asked !== everything) smaller.add(asked);
    };
    for (const path of paths) check([path]);
    const some = fc.shuffledSubarray(paths, { minLength: 2, maxLength: 4 });
    fc.assert(fc.property(some, (names) => check(names)), { ...PROPERTY, numRuns: 20 });
    assert(smaller.size > 1 && smaller.has(0), [...smaller].join());
    assertEquals(both(family, asking, ["unknown"]).asked, both(family, asking, ["unknown"]).everything);
  });
}

Deno.test("TCP over both address families asks by the same bits in its older request", () => {
  const tcp = families.find(({ name }) => name === "TCP")!;
  const bits = (names: string[]) => {
    const { shown } = choose(names.map((name) => new ColumnNames([tcp]).find(name)!));
    const wanted = { wanted: (key: Parameters<typeof shown.has>[0]) => shown.has(key) };
    const question = { ...planOf(tcp), states: 2, addressFamilies: [AF_INET, AF_INET6], ...wanted };
    const [request] = tcp.encodeRequests(question);
    return [request!.message[NLMSG_HDRLEN + 3], request!.instead!.map(({ message }) => message[NLMSG_HDRLEN + 2])];
  };
  assertEquals(bits(["src", "state"]), [0, [0, 0]]);
  assertEquals(bits(["tcp_info.rtt"]), [2, [2, 2]]);
  assertEquals(bits(["cong_algo", "skmeminfo.drops"]), [0x48, [0x48, 0x48]]);
  assertEquals(bits(["class_id"]), [0x20, [0x20, 0x20]]);
});

Deno.test("parseCommand asks for all that there is if it is recorded", async () => {
  const wanted = async (...args: string[]) => {
    const command = await parseCommand(["-t", ...args]);
    return command.action === "dump" && command.plan.wanted !== undefined;
  };
  assertEquals([await wanted("--columns", "src"), await wanted("--columns", "src", "--record", "x"), await wanted()], [
    true,
    false,
    false,
  ]);
});
