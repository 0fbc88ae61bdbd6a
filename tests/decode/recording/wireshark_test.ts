/**
 * Recordings as Wireshark's dissector reads them (`tshark`, package tshark), against the bytes that this program takes for
 * the same members, and against the fields that come out of it.
 *
 * Wireshark 4.0 knows sockets of AF_INET and AF_INET6, whatever their protocol, AF_UNIX, AF_NETLINK and AF_PACKET in answers
 * of type SOCK_DIAG_BY_FAMILY. Of attributes it reads queues, shutdown, names and memory, and gives others as bytes, the
 * user of UNIX and PACKET sockets among them; it passes over `idiag_uid` and `ndiag_dst_group`.
 */
import { assert, assertEquals } from "@std/assert";
import { align4, NLA_HDRLEN, NLA_TYPE_MASK } from "../../../decode/netlink/attribute.ts";
import { families } from "../../../decode/families/all_families.ts";
import { NLMSG_HDRLEN } from "../../../decode/netlink/message.ts";
import { runPlan } from "../../../decode/plan/run_plan.ts";
import { SOCK_DIAG_BY_FAMILY } from "../../../decode/families/sock_diag.ts";
import { ALL_STATES, tcpStateWords } from "../../../decode/kernel/tcp_states.ts";
import { type FlowObject, ObjectSink } from "../../../decode/record/object_sink.ts";
import { openRecording, readExchanges, readFixture, splitMessages } from "../../pcap_source.ts";
import { isInstalled, without } from "../../judges.ts";
import { at } from "../flows.ts";

const COOKED_HEADER = 16;
const TCPDIAG_GETSOCK = 18;

const ignore = !isInstalled("tshark");
const because = without("tshark");

/** A field as Wireshark reads it. */
interface Dissected {
  readonly name: string;
  /** Its first byte, counted from the start of the message's payload. */
  readonly start: number;
  /** What Wireshark makes of it, and its bytes in hexadecimal. */
  readonly show: string;
  readonly hex: string;
}

interface DissectedAttribute extends Dissected {
  readonly fields: Dissected[];
}

/** A socket's message. */
interface DissectedMessage {
  readonly fields: Dissected[];
  readonly attributes: DissectedAttribute[];
}

/**
 * The recording as a file for Wireshark, which knows answers of today's type only: those to the old request, which are laid
 * out the same, get that type.
 */
function modernPcap(recording: string): Uint8Array<ArrayBuffer> {
  const pcap = readFixture(`${recording}.pcap`).slice();
  const view = new DataView(pcap.buffer);
  for (let packet = 24; packet < pcap.length;) {
    const end = packet + 16 + view.getUint32(packet + 8, true);
    let message = packet + 16 + COOKED_HEADER;
    // The request stays what it is.
    if (view.getUint16(packet + 16, false) !== 0) message = end;
    for (; message < end; message += align4(view.getUint32(message, true))) {
      if (view.getUint16(message + 4, true) === TCPDIAG_GETSOCK) {
        view.setUint16(message + 4, SOCK_DIAG_BY_FAMILY, true);
      }
    }
    packet = end;
  }
  return pcap;
}

/** The sockets in the answers of a recording, as `tshark` prints them (PDML). */
function dissect(recording: string): DissectedMessage[] {
  const file = Deno.makeTempFileSync({ suffix: ".pcap" });
  try {
    Deno.writeFileSync(file, modernPcap(recording));
    const { success, stdout, stderr } = new Deno.Command("tshark", {
      args: ["-r", file, "-T", "pdml"],
      env: { LC_ALL: "C" },
    }).outputSync();
    assert(success, new TextDecoder().decode(stderr));
    // Names of sockets can be any bytes.
    return parsePdml(new TextDecoder("latin1").decode(stdout));
  } finally {
    Deno.removeSync(file);
  }
}

function parsePdml(text: string): DissectedMessage[] {
  const messages: DissectedMessage[] = [];
  let payload = 0;
  let depth = 0;
  let attribute: DissectedAttribute | null = null;
  let message: DissectedMessage = { fields: [], attributes: [] };
  for (const [, close, tag, notes, empty] of text.matchAll(/<(\/?)(proto|field)((?:\s+\w+="[^"]*")*)\s*(\/?)>/g)) {
    if (close !== "") {
      depth--;
      continue;
    }
    const note = Object.fromEntries([...notes!.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]));
    const { name = "", show = "", pos = "", value: hex = "" } = note;
    if (tag === "proto") {
      payload = Number(pos) + NLMSG_HDRLEN;
      message = { fields: [], attributes: [] };
      if (name === "netlink-sock_diag") messages.push(message);
    } else {
      const field = { name: name.replace("netlink-sock_diag.", ""), start: Number(pos) - payload, show, hex };
      if (depth === 1) attribute = null;
      if (depth === 1 && name === "" && field.start >= 0) {
        attribute = { ...field, fields: [] };
        message.attributes.push(attribute);
      } else {
        (attribute ?? message).fields.push(field);
      }
    }
    if (empty === "") depth++;
  }
  const isRequest = ({ fields }: DissectedMessage) =>
    fields.some(({ name, show }) => name === "netlink.hdr_flags.request" && show === "1");
  return messages.filter((message) => message.fields.some(({ name }) => name === "family") && !isRequest(message));
}

const dissected = new Map<string, DissectedMessage[]>();

/** What {@linkcode dissect} gives, made once. */
function dissectionOf(recording: string): DissectedMessage[] {
  const known = dissected.get(recording) ?? dissect(recording);
  dissected.set(recording, known);
  return known;
}

type Member = readonly [
  field: string,
  offset: number,
  as: "u8" | "u16" | "be16" | "u32" | "u64" | "address",
];

/** The fixed part of a family's messages, with the members that Wireshark knows by its names for them. */
interface Fixed {
  readonly size: number;
  readonly members: readonly Member[];
}

/** `struct inet_diag_msg`; the addresses are called otherwise for each version. */
const inet = (version: "4" | "6"): Fixed => ({
  size: 72,
  members: [
    ["family", 0, "u8"],
    ["state", 1, "u8"],
    ["inet_sport", 4, "be16"],
    ["inet_dport", 6, "be16"],
    [`inet_src_ip${version}`, 8, "address"],
    [`inet_dest_ip${version}`, 24, "address"],
    ["inet_interface", 40, "u32"],
    ["cookie", 44, "u64"],
    ["recv_queue", 56, "u32"],
    ["send_queue", 60, "u32"],
    ["inode", 68, "u32"],
  ],
});

/** By address family. */
const layouts: Readonly<Record<number, Fixed>> = {
  // struct unix_diag_msg
  1: {
    size: 16,
    members: [["family", 0, "u8"], ["type", 1, "u8"], ["state", 2, "u8"], ["inode", 4, "u32"], ["cookie", 8, "u64"]],
  },
  2: inet("4"),
  10: inet("6"),
  // struct netlink_diag_msg
  16: {
    size: 28,
    members: [
      ["family", 0, "u8"],
      ["type", 1, "u8"],
      ["netlink_protocol", 2, "u8"],
      ["state", 3, "u8"],
      ["netlink_portid", 4, "u32"],
      ["netlink_dst_portid", 8, "u32"],
      ["inode", 16, "u32"],
      ["cookie", 20, "u64"],
    ],
  },
  // struct packet_diag_msg
  17: {
    size: 16,
    members: [
      ["family", 0, "u8"],
      ["type", 1, "u8"],
      ["packet_protocol", 2, "u16"],
      ["inode", 4, "u32"],
      ["cookie", 8, "u64"],
    ],
  },
};

/** Payloads of the sockets in the answers of a recording. */
function payloadsOf(recording: string): Uint8Array[] {
  return splitMessages(readExchanges(modernPcap(recording)).flatMap(({ answers }) => [...answers]))
    .filter((message) => (message[4]! | message[5]! << 8) === SOCK_DIAG_BY_FAMILY)
    .map((message) => message.subarray(NLMSG_HDRLEN, new DataView(message.buffer).getUint32(0, true)));
}

const hexOf = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A member as Wireshark shows numbers and addresses. */
function readMember(payload: Uint8Array, offset: number, as: Member[2]): string | number | bigint {
  const view = new DataView(payload.buffer, payload.byteOffset + offset, payload.length - offset);
  switch (as) {
    case "u8":
      return view.getUint8(0);
    case "u16":
      return view.getUint16(0, true);
    case "be16":
      return view.getUint16(0, false);
    case "u32":
      return view.getUint32(0, true);
    case "u64":
      return view.getBigUint64(0, true);
    case "address":
      return payload[0] === 2 ? payload.slice(offset, offset + 4).join(".") : hexOf(payload.slice(offset, offset + 16));
  }
}

const recordings: readonly (readonly [recording: string, sockets: number])[] = [
  ["tcp4.k61", 138],
  ["tcp4.k618", 91],
  ["tcp4-legacy.k61", 280],
  ["udp4.k61", 8],
  ["unix.k61", 31],
  ["netlink.k61", 31],
  ["packet.k61", 9],
];

for (const [recording, sockets] of recordings) {
  Deno.test({
    name: `${recording}: Wireshark reads every member of every socket at the place and with the value that it has ` +
      `here${because}`,
    ignore,
    fn() {
      const messages = dissectionOf(recording);
      const payloads = payloadsOf(recording);
      assertEquals(payloads.length, sockets);
      assertEquals(messages.length, sockets);
      payloads.forEach((payload, i) => {
        const { members } = layouts[payload[0]!]!;
        const actual = messages[i]!.fields.filter(({ start }) => start >= 0).map(({ name, start, show, hex }) => {
          if (name.startsWith("inet_src_ip6") || name.startsWith("inet_dest_ip6")) return [name, start, hex];
          if (name.startsWith("inet_src") || name.startsWith("inet_dest")) return [name, start, show];
          return [name, start, name === "cookie" ? BigInt(show) : Number(show)];
        });
        const expected = members.map(([name, offset, as]) => [name, offset, readMember(payload, offset, as)]);
        assertEquals(actual, expected, `socket ${i}`);
      });
    },
  });

  Deno.test({
    name: `${recording}: Wireshark finds the same attributes of every socket, byte by byte${because}`,
    ignore,
    fn() {
      const messages = dissectionOf(recording);
      let count = 0;
      payloadsOf(recording).forEach((payload, i) => {
        const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
        const expected: unknown[] = [];
        for (let start = layouts[payload[0]!]!.size; payload.length - start >= NLA_HDRLEN;) {
          const length = view.getUint16(start, true);
          const number = view.getUint16(start + 2, true) & NLA_TYPE_MASK;
          expected.push([start, number, hexOf(payload.subarray(start, start + length))]);
          start += align4(length);
        }
        const actual = messages[i]!.attributes.map(({ start, hex, fields }) => {
          const type = fields.find(({ name }) => name === "netlink.attr_type")!;
          return [start, Number(type.show) & NLA_TYPE_MASK, hex];
        });
        assertEquals(actual, expected, `socket ${i}`);
        count += expected.length;
      });
      assert(count >= 2 * sockets, `only ${count} attributes`);
    },
  });
}

/** What Wireshark says of a socket, as fields of this program. */
function fieldsOf({ fields, attributes }: DissectedMessage): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const numbers: Readonly<Record<string, string>> = {
    inet_sport: "src_port",
    inet_dport: "dst_port",
    inet_interface: "iface_idx",
    recv_queue: "recv_q",
    send_queue: "send_q",
    inode: "inode",
  };
  const put = ({ name, show }: Dissected) => {
    if (numbers[name] !== undefined) result[numbers[name]] = Number(show);
    if (name === "state") result["state"] = tcpStateWords[Number(show)];
    if (name === "cookie") result["cookie"] = `0x${BigInt(show).toString(16)}`;
    if (/^inet_src_ip/.test(name)) result["src"] = show;
    if (/^inet_dest_ip/.test(name)) result["dst"] = show;
    if (name === "shutdown") result["shutdown"] = Number(show);
  };
  fields.forEach(put);
  for (const attribute of attributes) {
    attribute.fields.forEach(put);
    // The older, shorter form of memory has no limits in it.
    if (!attribute.fields.some(({ name }) => name === "rcvbuf")) continue;
    for (const { name, show } of attribute.fields) {
      if (!/^(rmem_alloc|rcvbuf|wmem_alloc|sndbuf|fwd_alloc|wmem_queued)$/.test(name)) continue;
      result[`skmeminfo.${name}`] = name === "fwd_alloc" ? Number(show) | 0 : Number(show);
    }
  }
  return result;
}

/** Recordings by family. */
const byFamily: Readonly<Record<string, readonly string[]>> = {
  TCP: ["tcp4.k61", "tcp4.k618", "tcp4-legacy.k61"],
  UDP: ["udp4.k61"],
  UNIX: ["unix.k61"],
  NETLINK: ["netlink.k61"],
  PACKET: ["packet.k61"],
};

for (const family of families) {
  for (const recording of byFamily[family.name] ?? []) {
    Deno.test({
      name:
        `${recording}: ports, addresses, states, queues, memory and inodes of ${family.name} flows are those that ` +
        `Wireshark shows${because}`,
      ignore,
      fn() {
        const sink = new ObjectSink();
        const plan = { families: [family], addressFamilies: [2], states: ALL_STATES, bpfMaps: false, named: true };
        runPlan(plan, openRecording(recording, { modern: true }), sink);
        const flows: FlowObject[] = sink.take();
        // A socket that the kernel lists twice is shown once.
        const cookies = new Set<unknown>();
        const expected = dissectionOf(recording).map(fieldsOf).filter(({ cookie }) =>
          family.listsAgain !== true || !cookies.has(cookie) && cookies.add(cookie)
        );
        // Wireshark 4.0 takes the receive queue of a UNIX socket for its send queue too.
        if (family.name === "UNIX") expected.forEach((fields) => delete fields["send_q"]);
        assertEquals(flows.length, expected.length);
        expected.forEach((fields, i) => {
          const actual = Object.fromEntries(Object.keys(fields).map((path) => [path, at(flows[i]!, path)]));
          assertEquals(actual, fields, `socket ${i}`);
        });
        assert(Object.keys(expected[0]!).length >= 2);
      },
    });
  }
}
