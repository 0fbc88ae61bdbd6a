/**
 * Sockets in files below `/proc/net`, recorded and made by hand; and when a plan looks there.
 */
import { familyCalled } from "../../../decode/families/all_families.ts";
import { assert, assertEquals } from "@std/assert";
import { AF_INET, AF_INET6 } from "../../../decode/kernel/address_family.ts";
import { DecodeError, SystemError } from "../../../decode/kernel/errors.ts";
import { runPlan } from "../../../decode/plan/run_plan.ts";
import { procDatagramKeys, procTcpKeys } from "../../../decode/families/inet/proc_inet.ts";
import { stepProcSockets } from "../../../decode/proc/proc_sockets.ts";
import { procNetlinkKeys, procPacketKeys, procUnixKeys } from "../../../decode/families/proc_unix.ts";
import { ALL_STATES, TCP_CLOSE, TCP_ESTABLISHED, TCP_LISTEN } from "../../../decode/kernel/tcp_states.ts";
import { type FlowObject, ObjectSink } from "../../../decode/record/object_sink.ts";
import { readFixture } from "../../pcap_source.ts";
import { EventLog } from "../event_log.ts";
import { flowAt } from "../flows.ts";
import { done, refusal, socket } from "../messages.ts";
import { families, filesOf, readSockets, recordedFiles, refusing } from "../proc_files.ts";
import { ScriptedSource } from "../scripted_source.ts";
import { TCP_INFO } from "../layouts.ts";

const ping = familyCalled("ping");
const tcp = familyCalled("tcp");

const k618 = recordedFiles("k618");

/** The sockets of a family in the recorded files, which must be read without a complaint. */
function recorded(family: string, kernel = "k618"): FlowObject[] {
  const { flows, outcome } = readSockets(family, recordedFiles(kernel));
  assertEquals([outcome.warnings, outcome.failed, outcome.records], [[], 0, flows.length]);
  for (const flow of flows) {
    assertEquals([flow.protocol, flow["source"]], [family, "proc"]);
    assertEquals(Object.keys(flow).filter((name) => /_raw$|_extra$/.test(name)), []);
    assert(!Object.values(flow).includes("unknown"), JSON.stringify(flow));
  }
  return flows;
}

Deno.test("tcp, read from /proc/net, has the values of the columns, in the units of its other records", () => {
  const flows = recorded("TCP");
  assertEquals(flows.length, 13 + 10);
  assertEquals(flowAt(flows, 40001, 0), {
    protocol: "TCP",
    family: "inet",
    state: "listening",
    src: "127.0.0.1",
    src_port: 40001,
    dst: "0.0.0.0",
    dst_port: 0,
    recv_q: 0,
    backlog: 0,
    timer: "off",
    retrans: 0,
    uid: 0,
    inode: 1809323,
    tcp_info: { snd_cwnd: 10 },
    fastopen_max_qlen: 9,
    source: "proc",
  });
  assertEquals(flowAt(flows, 40001, 40002), {
    protocol: "TCP",
    family: "inet",
    state: "established",
    src: "127.0.0.1",
    src_port: 40001,
    dst: "127.0.0.1",
    dst_port: 40002,
    recv_q: 7,
    send_q: 0,
    timer: "off",
    retrans: 0,
    uid: 0,
    inode: 1809325,
    tcp_info: { retransmits: 0, probes: 0, rto: 200, ato: 40, snd_ssthresh: null, snd_cwnd: 10 },
    quick_acks: 15,
    pingpong: false,
    source: "proc",
  });
  const kept = flowAt(flows, 40004);
  assertEquals([kept["timer"], kept["expires"], kept["retrans"]], ["keepalive", 899900, 0]);
  const half = flowAt(flows, 50006);
  assertEquals([half["family"], half["src"], half["state"], half["uid"]], ["inet6", "::1", "fin-wait-2", 1234]);
});

Deno.test("tcp, read from /proc/net, leaves out the owner and tcp_info of entries that are no full sockets", () => {
  const flows = recorded("TCP");
  assertEquals(flowAt(flows, 40005), {
    protocol: "TCP",
    family: "inet",
    state: "time-wait",
    src: "127.0.0.1",
    src_port: 40005,
    dst: "127.0.0.1",
    dst_port: 40001,
    recv_q: 0,
    send_q: 0,
    timer: "timewait",
    expires: 59900,
    retrans: 0,
    inode: 0,
    source: "proc",
  });
  const request = flowAt(flows, 40201, 40202);
  assertEquals([request["state"], request["timer"], request["expires"]], ["syn-recv", "retransmit", 900]);
  assert(!("uid" in request) && !("tcp_info" in request));
});

Deno.test("tcp, read from /proc/net, counts retransmissions or probes, whichever the timer is about", () => {
  const line = (timer: string, retransmits: string, probes: number) =>
    `   0: 0100007F:0001 0100007F:0002 01 00000010:00000000 ${timer}:00000019 ${retransmits}  0  ${probes} 5 2 0 20 4 31 7 5\n`;
  const text = `heading\n${line("01", "00000003", 2)}${line("04", "00000003", 2)}${line("00", "00000003", 2)}`;
  const { flows, outcome } = readSockets("TCP", filesOf({ tcp: text }));
  assertEquals(outcome.warnings, []);
  assertEquals(
    flows.map(({ timer, expires, retrans }) => [timer, expires, retrans]),
    [["retransmit", 250, 3], ["zero-window-probe", 250, 2], ["off", undefined, 0]],
  );
  assertEquals(flows[0]!["tcp_info"], {
    retransmits: 3,
    probes: 2,
    rto: 200,
    ato: 40,
    snd_ssthresh: 5,
    snd_cwnd: 7,
  });
  assertEquals([flows[0]!["send_q"], flows[0]!["quick_acks"], flows[0]!["pingpong"]], [16, 15, true]);
});

Deno.test("udp, read from /proc/net, has the values of the columns", () => {
  const flows = recorded("UDP");
  assertEquals(flows.length, 7);
  assertEquals(flowAt(flows, 40101), {
    protocol: "UDP",
    family: "inet",
    state: "unconnected",
    src: "127.0.0.1",
    src_port: 40101,
    dst: "0.0.0.0",
    dst_port: 0,
    recv_q: 832,
    send_q: 0,
    timer: "off",
    retrans: 0,
    uid: 1234,
    inode: 1809334,
    drops: 0,
    source: "proc",
  });
  const connected = flowAt(flows, 50102);
  assertEquals(
    [connected["state"], connected["src"], connected["dst"], connected["dst_port"]],
    ["established", "::1", "::1", 50101],
  );
  assertEquals([flowAt(flows, 40103)["drops"], flowAt(flows, 50103)["drops"]], [19, 19]);
});

Deno.test("udplite of 6.1, read from /proc/net, is what the program that opened the sockets says", () => {
  const flows = recorded("UDPLITE", "k61");
  const truth = new TextDecoder().decode(readFixture("truth.k61.jsonl")).trim().split("\n")
    .map((line) => JSON.parse(line)).filter(({ name }) => name.startsWith("udplite"));
  assertEquals(flows.length, 20);
  for (const flow of flows) {
    const place = (address: unknown, port: unknown) =>
      `${flow["family"] === "inet6" ? `[${address}]` : address}:${port}`;
    const one = truth.find(({ ino }) => ino === flow["inode"]);
    assertEquals(
      place(flow["src"], flow["src_port"]),
      one.local.replace(/^\[?([0-9a-f:.]+?)\]?:(\d+)$/, flow["family"] === "inet6" ? "[$1]:$2" : "$1:$2"),
      one.name,
    );
    assertEquals(
      [flow["uid"], flow["state"]],
      [one.uid, one.peer === undefined ? "unconnected" : "established"],
      one.name,
    );
    if (one.peer !== undefined) assertEquals(flow["dst_port"], Number(one.peer.split(":").at(-1)));
    if (one.inq === 0) assertEquals(flow["recv_q"], 0);
  }
});

Deno.test("raw, read from /proc/net, has the number of the protocol beside the local port that it stands in", () => {
  const flows = recorded("RAW");
  assertEquals(
    flows.map((
      { family, ip_protocol, src_port, state, uid, recv_q, dst },
    ) => [family, ip_protocol, src_port, state, uid, recv_q, dst]),
    [
      ["inet", 254, 254, "unconnected", 0, 832, "0.0.0.0"],
      ["inet", 1, 1, "unconnected", 1234, 0, "0.0.0.0"],
      ["inet", 253, 253, "established", 0, 0, "127.0.0.1"],
      ["inet6", 254, 254, "unconnected", 0, 832, "::"],
      ["inet6", 58, 58, "unconnected", 1234, 0, "::"],
      ["inet6", 253, 253, "established", 0, 0, "::1"],
    ],
  );
});

Deno.test("ping, which only /proc/net has, shows connected sockets by default", () => {
  assertEquals(
    recorded("PING").map(({ src, src_port, dst, state, uid }) => [src, src_port, dst, state, uid]),
    [
      ["127.0.0.1", 40105, "0.0.0.0", "unconnected", 1234],
      ["127.0.0.1", 40106, "127.0.0.1", "established", 0],
      ["::1", 50105, "::", "unconnected", 1234],
      ["::1", 50106, "::1", "established", 0],
    ],
  );
  const { flows } = readSockets("PING", k618, { states: ping.defaultStates, addressFamilies: [AF_INET6] });
  assertEquals(flows.map((flow) => flow["src_port"]), [50106]);
});

Deno.test("ping, read from /proc/net, has each socket once where the kernel lists it with both versions of IP", () => {
  const line = (slot: number, src: string, dst: string, port: string, inode: number) =>
    `${slot}: ${src}:${port} ${dst}:0000 07 00000000:00000000 00:00000000 00000000 0 0 ${inode} 2 1 0\n`;
  const [none4, none6, some4, some6] = ["00000000", "0".repeat(32), "0100007F", `${"0".repeat(24)}01000000`];
  // In bucket 1 the sockets 11 (IPv6), 12 (IPv4) and 13 (IPv6); in bucket 2 21 (IPv4), 22 (IPv6); in bucket 3 31 (IPv4).
  const icmp = "heading\n" + line(1, none4, none4, "0001", 12) + line(1, "0600007F", none4, "0001", 13) +
    line(2, some4, none4, "0002", 21) + line(2, none4, none4, "0002", 22) + line(3, none4, none4, "0003", 31);
  const icmp6 = "heading\n" + line(1, none6, none6, "0001", 11) + line(1, none6, none6, "0001", 12) +
    line(1, some6, some6, "0001", 13) + line(2, none6, none6, "0002", 22);
  const read = (...addressFamilies: number[]) =>
    readSockets("PING", filesOf({ icmp, icmp6 }), { addressFamilies }).flows.map((
      { family, inode },
    ) => [family, inode]);
  const v4 = [["inet", 12], ["inet", 21], ["inet", 31]];
  const v6 = [["inet6", 11], ["inet6", 13], ["inet6", 22]];
  assertEquals([read(AF_INET, AF_INET6), read(AF_INET), read(AF_INET6)], [[...v4, ...v6], v4, v6]);
});

Deno.test("unix, read from /proc/net, has names byte by byte, with line breaks and blanks", () => {
  const flows = recorded("UNIX");
  const named = new Map(flows.filter((flow) => "path_name" in flow).map((flow) => [flow["path_name"], flow]));
  assertEquals(
    [...named.keys()].sort(),
    [
      "/tmp/proc path",
      "/tmp/proc\ufffd\npath",
      `/tmp/${"p".repeat(102)}`,
      "@dgram",
      "@emb@edded@",
      "@line\nbreak\n",
      "@listener",
      "@proc/abstract",
      "@sign",
    ].sort(),
  );
  assertEquals(named.get("/tmp/proc\ufffd\npath")!["path_name_hex"], "2f746d702f70726f63ff0a70617468");
  assertEquals(named.get("/tmp/proc path"), {
    protocol: "UNIX",
    family: "unix",
    state: "unconnected",
    type: "stream",
    inode: 1809372,
    path_name: "/tmp/proc path",
    abstract: false,
    source: "proc",
  });
  assert(!("abstract" in named.get("@sign")!));
  // Not the connection that waits to be accepted, which has no inode.
  assertEquals(flows.map(({ state, type }) => `${state} ${type}`).sort(), [
    "established seqpacket",
    "established seqpacket",
    "established stream",
    "listening stream",
    "unconnected dgram",
    "unconnected dgram",
    ...Array(7).fill("unconnected stream"),
  ]);
  assertEquals(flows.filter((flow) => !("path_name" in flow)).length, 4);
});

Deno.test("unix, read from /proc/net, chooses by state and type", () => {
  const inodes = (states: number, types?: number) =>
    readSockets("UNIX", k618, { states, ...types === undefined ? {} : { types } }).flows.length;
  assertEquals([inodes(1 << TCP_LISTEN), inodes(1 << TCP_ESTABLISHED), inodes(1 << TCP_CLOSE)], [1, 3, 9]);
  assertEquals([inodes(ALL_STATES, 1 << 2), inodes(ALL_STATES, 1 << 5), inodes(ALL_STATES, 1 << 1 | 1 << 2)], [
    2,
    2,
    11,
  ]);
});

Deno.test("unix, read from /proc/net, takes a line that is no socket for part of the name before it, and of no record", () => {
  const head = "Num       RefCount Protocol Flags    Type St Inode Path\n";
  const at = (inode: number, name: string) => `00000000b5c64355: 00000002 00000000 00000000 0001 01 ${inode}${name}\n`;
  const names = ["\n", "a\n\n\nb", "x\nNum RefCount", "y\n00000000b5c64355: 00000002 00000000 z", " lead", "t "];
  const text = head + at(1, "") + names.map((name, i) => at(i + 10, ` @${name}`)).join("") + at(99, "");
  const { flows, outcome } = readSockets("UNIX", filesOf({ unix: text }));
  assertEquals(outcome.warnings, []);
  assertEquals(
    flows.map(({ inode, path_name }) => [inode, path_name]),
    [[1, undefined], ...names.map((name, i) => [i + 10, `@${name}`]), [99, undefined]],
  );
});

Deno.test("netlink, read from /proc/net, has the values of the columns", () => {
  const flows = recorded("NETLINK");
  assertEquals(flows.find((flow) => flow["portid"] === 4001), {
    protocol: "NETLINK",
    family: "netlink",
    netlink_protocol: "route",
    portid: 4001,
    recv_q: 0,
    send_q: 0,
    inode: 1809382,
    first_groups: [1, 5, 32],
    cb_running: false,
    drops: 0,
    source: "proc",
  });
  assertEquals(flows.find((flow) => flow["portid"] === 4002)!["netlink_protocol"], "generic");
  assertEquals(readSockets("NETLINK", k618, { states: 1 << TCP_ESTABLISHED }).outcome, {
    records: 0,
    dumps: 0,
    failed: 0,
    warnings: [],
    lookupWarnings: [],
    notices: [],
    errors: [],
    unnamed: [],
  });
});

Deno.test("netlink, read from /proc/net of an older kernel, has no cb_running where an address stood", () => {
  const text = "sk       Eth Pid    Groups   Rmem     Wmem     Dump     Locks     Drops     Inode\n" +
    "ffff88003d2c4000 0   12     00000001 0        0        ffff88003e000000 2        3        77\n" +
    "ffff88003d2c4400 0   13     00000000 0        0        1        2        3        78\n";
  const { flows, outcome } = readSockets("NETLINK", filesOf({ netlink: text }));
  assertEquals(outcome.warnings, []);
  assertEquals(flows.map(({ inode, drops, cb_running }) => [inode, drops, cb_running]), [[77, 3, undefined], [
    78,
    3,
    true,
  ]]);
});

Deno.test("packet, read from /proc/net, has the values of the columns", () => {
  const flows = recorded("PACKET");
  assertEquals(
    flows.map((
      { state, type, num, iface_idx, uid, running, inode, recv_q },
    ) => [state, type, num, iface_idx, uid, running, inode, recv_q]),
    [
      ["unconnected", "raw", 0x88b5, 0, 0, true, 1809384, 0],
      ["unconnected", "dgram", 0x800, 1, 1234, true, 1809385, 2],
      ["unconnected", "dgram", 0, 0, 0, false, 1809386, 0],
    ],
  );
  assertEquals(readSockets("PACKET", k618, { types: 1 << 3 }).flows.length, 1);
});

Deno.test("sctp, read from /proc/net, has endpoints and associations with all of their addresses", () => {
  const flows = recorded("SCTP");
  assertEquals(
    flows.map((
      { association, family, state, src, src_port, uid, inode },
    ) => [association, family, state, src, src_port, uid, inode]),
    [
      [false, "inet", "listening", "127.0.0.1", 25001, 0, 11601],
      [false, "inet6", "listening", "fd00:99::1", 35002, 1000, 11602],
      [false, "inet", "established", "127.0.0.1", 25501, 0, 11603],
      [false, "inet", "unconnected", undefined, 0, 0, 11604],
      [true, "inet", "established", "127.0.0.1", 25501, 0, 11603],
      [true, "inet6", "shutdown-ack-sent", "fd00:99::1", 35002, 1000, 11602],
      [true, "inet", "shutdown-pending", "10.0.0.102", 11567, 200, 11605],
    ],
  );
  const { protocol: _protocol, source: _source, ...association } = flows[5]!;
  assertEquals(association, {
    family: "inet6",
    state: "shutdown-ack-sent",
    src: "fd00:99::1",
    src_port: 35002,
    dst: "fd00:99::2",
    dst_port: 40002,
    recv_q: 0,
    send_q: 0,
    uid: 1000,
    inode: 11602,
    locals: [
      { family: "inet6", address: "fd00:99::1", port: 35002 },
      { family: "inet", address: "10.99.0.1", port: 35002 },
    ],
    peers: [
      { family: "inet", address: "10.99.0.2", port: 40002 },
      { family: "inet6", address: "fd00:99::2", port: 40002 },
    ],
    association: true,
  });
  assertEquals([flows[4]!["recv_q"], flows[4]!["send_q"]], [496, 17]);
  const count = (states: number, ...addressFamilies: number[]) =>
    readSockets("SCTP", k618, { states, ...addressFamilies.length === 0 ? {} : { addressFamilies } }).flows.length;
  assertEquals([count(1 << TCP_LISTEN), count(1 << TCP_CLOSE), count(1 << TCP_ESTABLISHED)], [2, 1, 1 + 3]);
  assertEquals([count(ALL_STATES, AF_INET), count(ALL_STATES, AF_INET6)], [5, 2]);
});

Deno.test("no record from /proc/net holds an address of the kernel", () => {
  for (const { name } of families) {
    const text = JSON.stringify(recorded(name));
    for (const file of ["tcp", "tcp6", "udp", "udp6", "unix", "packet", "netlink", "raw", "icmp"]) {
      for (
        const [pointer] of new TextDecoder().decode(k618.read(file)!).matchAll(/\b0{8}(?!0{8}\b)[0-9a-f]{8}\b(?=[ :])/g)
      ) {
        assert(!text.includes(`"${pointer}`), `${name}: ${pointer}`);
        assert(!text.includes(`${parseInt(pointer, 16)}`), `${name}: ${pointer}`);
      }
    }
  }
});

Deno.test("the families describe the fields that only /proc/net has", () => {
  const described = (keys: readonly { name: string }[]) => keys.map(({ name }) => name).sort();
  assertEquals(described(procTcpKeys(TCP_INFO)), ["fastopen_max_qlen", "pingpong", "quick_acks", "source"]);
  assertEquals(described(procDatagramKeys()), ["drops", "source"]);
  assertEquals(described(procUnixKeys()), ["source"]);
  assertEquals(described(procNetlinkKeys()), ["cb_running", "drops", "first_groups", "recv_q", "send_q", "source"]);
  assertEquals(described(procPacketKeys()), ["running", "source"]);
  const own = (family: typeof tcp) => described(family.describe().keys);
  assertEquals([own(tcp), own(ping)], [described(procTcpKeys(TCP_INFO)), described(procDatagramKeys())]);
  for (const key of [...procTcpKeys(TCP_INFO), ...procDatagramKeys(), ...procNetlinkKeys(), ...procPacketKeys()]) {
    assert(key.note.meaning !== "" && key.note.source !== "", key.path);
  }
});

/** The one file of each recording that is read alone. */
const lineTests = families.flatMap((family) =>
  family.procFiles!({ addressFamilies: [AF_INET, AF_INET6], states: ALL_STATES, bpfMaps: false })
    .map((file) => ({ family: family.name, file }))
);

for (const { family, file } of lineTests) {
  /** Writes one line; returns its events, or the error after which there must be none. */
  const write = (line: Uint8Array): string[] | DecodeError => {
    const log = new EventLog();
    try {
      file.write(line, 0, line.length, { states: -1, types: -1 }, log);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      assertEquals(log.events, []);
      assert(error.offset <= line.length);
      return error;
    }
    return log.events;
  };
  const lines = new TextDecoder("latin1").decode(k618.read(file.name)!).trimEnd().split("\n").slice(file.headings)
    .map((line) => Uint8Array.from(line, (letter) => letter.charCodeAt(0)));

  Deno.test(`${family}: a line of /proc/net/${file.name} cut at every byte is a record or a DecodeError`, () => {
    let refused = 0;
    for (const line of lines) {
      for (let length = 0; length < line.length; length++) {
        if (write(line.slice(0, length)) instanceof DecodeError) refused++;
      }
    }
    assert(refused > 30, `only ${refused} refused`);
  });

  Deno.test(`${family}: a line of /proc/net/${file.name} with any byte changed is a record or a DecodeError`, () => {
    const changes = [0, 9, 10, 32, 45, 46, 48, 57, 58, 70, 71, 102, 128, 255];
    for (const line of lines) {
      for (let at = 0; at < line.length; at++) {
        for (const change of changes) {
          const changed = line.slice();
          changed[at] = change;
          write(changed);
          file.begins?.(changed, 0, changed.length);
        }
      }
    }
  });

  Deno.test(`${family}: /proc/net/${file.name} cut at every byte gives a prefix of its records, and a failure within a line`, () => {
    const bytes = k618.read(file.name)!;
    const read = (length: number) => {
      const sink = new ObjectSink();
      const outcome = {
        records: 0,
        dumps: 0,
        failed: 0,
        warnings: [],
        lookupWarnings: [],
        notices: [],
        errors: [],
        unnamed: [],
      };
      const steps = stepProcSockets(
        family,
        [file],
        filesOf({ [file.name]: bytes.slice(0, length) }),
        { states: -1, types: -1 },
        sink,
        outcome,
      );
      while (steps.next().done !== true);
      const flows = sink.take();
      assertEquals([outcome.dumps, outcome.records], [1, flows.length]);
      return { flows, failed: outcome.failed };
    };
    const whole = read(bytes.length).flows;
    for (let length = 0; length <= bytes.length; length++) {
      const { flows, failed } = read(length);
      const complete = length === 0 || bytes[length - 1] === 10;
      const inHeading = bytes.subarray(0, length).indexOf(10) < 0;
      assertEquals(failed, complete || inHeading ? 0 : 1, `${length} bytes`);
      // The last name is shorter where only its line break was cut.
      const last = flows.pop();
      assertEquals(flows, whole.slice(0, flows.length), `${length} bytes`);
      if (last !== undefined) assertEquals(last["inode"], whole[flows.length]!["inode"]);
    }
  });
}

Deno.test("stepProcSockets goes on behind a malformed line, says where it is, and counts what it pushed", () => {
  const [heading, first, second, ...others] = new TextDecoder().decode(k618.read("udp")!).split("\n");
  const text = [heading, first, second!.replace(":", "!"), "nonsense", ...others].join("\n");
  const { flows, outcome } = readSockets("UDP", filesOf({ udp: text }));
  assertEquals([flows.length, outcome.records, outcome.dumps, outcome.failed], [2, 2, 1, 1]);
  assertEquals(outcome.warnings, ["cannot list UDP sockets over IPv4: /proc/net/udp: no colon at byte 261"]);
  assert(outcome.errors[0] instanceof DecodeError);
});

Deno.test("stepProcSockets says which file cannot be read, and reads the others", () => {
  const { flows, outcome } = readSockets("UDP", {
    sysctl: () => null,
    read(name) {
      if (name === "udp") throw new SystemError('open "/proc/net/udp"', 13);
      return k618.read(name);
    },
  });
  assertEquals([flows.length, outcome.dumps, outcome.failed], [4, 2, 1]);
  assertEquals(outcome.warnings, [
    'cannot list UDP sockets over IPv4: cannot open "/proc/net/udp": permission denied (EACCES)',
  ]);
});

Deno.test("stepProcSockets gives control back before a long file is over", () => {
  const [heading, line] = new TextDecoder().decode(k618.read("udp")!).split("\n");
  const text = [heading, ...Array(1000).fill(line), ""].join("\n");
  const outcome = {
    records: 0,
    dumps: 0,
    failed: 0,
    warnings: [],
    lookupWarnings: [],
    notices: [],
    errors: [],
    unnamed: [],
  };
  const file = lineTests.find(({ file }) => file.name === "udp")!.file;
  const sink = new ObjectSink();
  const steps = stepProcSockets("UDP", [file], filesOf({ udp: text }), { states: -1, types: -1 }, sink, outcome);
  const counts = [];
  for (let step = steps.next(); step.done !== true; step = steps.next()) counts.push(sink.take().length);
  assertEquals([...counts, sink.take().length], [256, 256, 256, 232]);
  assertEquals(outcome.records, 1000);
});

/** Outcome of TCP with a kernel that answers so and recorded files. */
function fallBack(answers: ScriptedSource, options: { named?: boolean; bpfMaps?: boolean; proc?: boolean } = {}) {
  const { named = true, bpfMaps = false, proc = true } = options;
  const sink = new ObjectSink();
  const plan = { families: [tcp], addressFamilies: [AF_INET, AF_INET6], states: ALL_STATES, bpfMaps, named };
  const outcome = runPlan(plan, answers, sink, { proc: proc ? k618 : filesOf({}), holders: null });
  const sources = new Set(sink.take().map((flow) => flow["source"]));
  return { sources: [...sources], records: outcome.records, failed: outcome.failed, warnings: outcome.warnings };
}

const quiet = { sources: ["proc"], records: 23, failed: 0, warnings: [] };

Deno.test("runPlan looks into /proc/net quietly where the kernel lacks diagnostics, in whatever way it says so", () => {
  for (const errno of [2, 22, 95]) {
    assertEquals(fallBack(new ScriptedSource([[refusal(errno)]])), quiet, `NLMSG_ERROR ${errno}`);
    assertEquals(fallBack(new ScriptedSource([[done(-errno)]])), quiet, `NLMSG_DONE ${errno}`);
  }
  assertEquals(fallBack(refusing(), { named: false }), quiet);
});

Deno.test("runPlan does not look into /proc/net where one dump was answered, or sockets were pushed", () => {
  const empty = fallBack(new ScriptedSource([[done()]]));
  assertEquals(empty, { sources: [], records: 0, failed: 0, warnings: [] });
  const half = fallBack(new ScriptedSource([[refusal(2)], [done()]]));
  assertEquals([half.sources, half.failed, half.warnings.length], [[], 1, 1]);
  const broken = fallBack(new ScriptedSource([[socket({ inode: 1 }), done(-12)]]));
  assertEquals([broken.sources, broken.records, broken.failed], [[undefined], 2, 2]);
});

Deno.test("runPlan does not look into /proc/net for BPF maps that it was not permitted to see", () => {
  const { sources, failed, warnings } = fallBack(new ScriptedSource([[refusal(1)]]), { bpfMaps: true });
  assertEquals([sources, failed, warnings.length], [[], 2, 1]);
});

Deno.test("runPlan says that a family is nowhere if it was named, and nothing if it was not", () => {
  const none = { sources: [], records: 0, failed: 0, warnings: [] };
  for (const errno of [2, 22, 95]) {
    const answers = () => new ScriptedSource([[refusal(errno)]]);
    assertEquals(fallBack(answers(), { proc: false, named: false }), none);
    const { failed, warnings } = fallBack(answers(), { proc: false });
    assertEquals([failed, warnings.length], [2, 1]);
  }
});

Deno.test("runPlan, where only /proc/net has a family, says that it has not if the family was named", () => {
  const summary = (named: boolean, proc = filesOf({}) as ReturnType<typeof filesOf> | null) => {
    const { outcome } = readSockets("PING", proc, { named });
    return [outcome.dumps, outcome.failed, outcome.warnings];
  };
  assertEquals(summary(true), [1, 1, ["cannot list PING sockets: there is no /proc/net/icmp"]]);
  assertEquals(summary(true, null), [1, 1, ["cannot list PING sockets: only /proc/net has them"]]);
  assertEquals(summary(false), [0, 0, []]);
  assertEquals(summary(false, null), [0, 0, []]);
  const { outcome } = readSockets("PING", filesOf({}), { states: 1 << TCP_LISTEN });
  assertEquals([outcome.dumps, outcome.failed, outcome.warnings], [0, 0, []]);
});
