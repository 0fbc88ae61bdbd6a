/** UNIX sockets: the table of the kernel's interface, recordings, names of every kind, and cut messages. */
import { familyCalled } from "../../../decode/families/all_families.ts";
import { assert, assertEquals } from "@std/assert";
import { DecodeError } from "../../../decode/kernel/errors.ts";
import { keys } from "../../../decode/record/key.ts";
import * as module from "../../../decode/families/unix.ts";
import {
  UNIX_DIAG_MSG,
  UNIX_DIAG_RQLEN_LAYOUT,
  UNIX_DIAG_VFS_LAYOUT,
  unixAttributes,
} from "../../../decode/families/unix.ts";
import { type FlowObject, ObjectSink } from "../../../decode/record/object_sink.ts";
import { parseCommand } from "../../../options/parse_command.ts";
import { openRecording, readFixture } from "../../pcap_source.ts";
import {
  eventsOf,
  familyFlows,
  fieldNames,
  layoutPlaces,
  planFor,
  recordedPayloads,
  recordedRequest,
  replayedText,
  skmemText,
  tokens,
  uapi,
  uapiPlaces,
} from "../recorded_family.ts";
import { at, collect, printed } from "../flows.ts";
import { wordsOf } from "../layouts.ts";
import { nameBytes, toHex } from "../../unix_names.ts";
import { ascii, attribute, bytesOf, join } from "../messages.ts";

const unix = familyCalled("unix");

const KERNELS = ["k61", "k618"] as const;

Deno.test("structures of UNIX sockets lie as in the interface table", () => {
  for (const layout of [UNIX_DIAG_MSG, UNIX_DIAG_VFS_LAYOUT, UNIX_DIAG_RQLEN_LAYOUT]) {
    assertEquals(layoutPlaces(layout), uapiPlaces(layout.name));
  }
});

Deno.test("unixAttributes has every attribute UNIX_DIAG_* by its number, whether the socket listens or not", () => {
  for (const listening of [true, false]) {
    const known = unixAttributes(listening).attributes.map(({ name, number }): [string, number] => [name, number]);
    assertEquals(Object.fromEntries(known), uapi.attributes["unix_diag"]!);
  }
});

Deno.test("the constants of unix.ts have the values of the interface table", () => {
  const everything: Record<string, number> = Object.assign(
    {},
    uapi.attributes["unix_diag"],
    uapi.constants["udiag_show"],
  );
  const constants = Object.entries(module).filter(([, value]) => typeof value === "number");
  for (const [name, value] of constants) assertEquals(value, everything[name], name);
  assertEquals(constants.length, 8 + 7);
});

Deno.test("type has a word for each socket type that UNIX sockets can have", () => {
  const { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET } = uapi.constants["socket_types"]!;
  const words = wordsOf(UNIX_DIAG_MSG, "type");
  assertEquals([SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET].map((type) => words[type!]), ["stream", "dgram", "seqpacket"]);
  assertEquals(words.filter((word) => word !== undefined).length, 3);
});

for (const kernel of KERNELS) {
  Deno.test(`unix.encodeRequests makes the request of unix.${kernel}, which asks for everything`, () => {
    const requests = unix.encodeRequests({ addressFamilies: [2], states: 0xffffffff, bpfMaps: false });
    assertEquals(requests.map(({ part }) => part), [""]);
    const recorded = recordedRequest(`unix.${kernel}`).slice();
    // Sequence number and port id belong to whoever sends it.
    recorded.fill(0, 8, 16);
    assertEquals(requests[0]!.message, recorded);
    const show = new DataView(requests[0]!.message.buffer).getUint32(16 + 12, true);
    assertEquals(show, Object.values(uapi.constants["udiag_show"]!).reduce((all, bit) => all | bit, 0));
  });
}

Deno.test("unix.encodeRequests asks for the states of the question", () => {
  const [request] = unix.encodeRequests({ addressFamilies: [2, 10], states: 0x482, bpfMaps: true });
  assertEquals(new DataView(request!.message.buffer).getUint32(16 + 4, true), 0x482);
});

/** A socket of the ground truth. */
interface Truth {
  readonly name: string;
  readonly ino: number;
  readonly uid: number;
  readonly type: number;
  readonly cookie: string;
  readonly local: string;
  readonly peer?: string;
  readonly rcvbuf: number;
  readonly sndbuf: number;
  readonly inq?: number;
  readonly outq: number;
}

const readTruth = (kernel: string): Truth[] =>
  new TextDecoder().decode(readFixture(`truth.${kernel}.jsonl`)).trim().split("\n")
    .map((line): Truth => JSON.parse(line)).filter(({ name }) => name.startsWith("unix."));

/** States, queues, shutdown and peers that the notes of the ground truth tell. */
const states: Readonly<Record<string, string>> = {
  "stream.listener": "listening",
  "seqpacket.listener": "listening",
  "abstract.listener": "listening",
  "path.deleted": "listening",
  "abstract.nul": "unconnected",
  "abstract.bytes": "unconnected",
  "abstract.full": "unconnected",
  "abstract.empty": "unconnected",
  autobind: "unconnected",
  path108: "unconnected",
  relative: "unconnected",
  "path.blank": "unconnected",
  "path.bytes": "unconnected",
  fresh: "unconnected",
};
const backlogs: Readonly<Record<string, readonly [number, number]>> = {
  "stream.listener": [2, 7],
  "seqpacket.listener": [0, 3],
  "abstract.listener": [0, 4096],
  "path.deleted": [0, 1],
};
const shutdowns: Readonly<Record<string, readonly [number, readonly string[]]>> = {
  "shut.a": [2, ["send"]],
  "shut.b": [1, ["receive"]],
  orphan: [3, ["receive", "send"]],
};
/** Sockets and their other ends; "" for one without an inode. */
const peers: Readonly<Record<string, string>> = {
  "stream.client": "stream.server",
  "stream.server": "stream.client",
  "stream.pending1": "",
  "stream.pending2": "",
  "dgram.client": "dgram.server",
  "seqpacket.client": "seqpacket.server",
  "seqpacket.server": "seqpacket.client",
  "pair.stream.a": "pair.stream.b",
  "pair.stream.b": "pair.stream.a",
  "pair.dgram.a": "pair.dgram.b",
  "pair.dgram.b": "pair.dgram.a",
  "pair.seqpacket.a": "pair.seqpacket.b",
  "pair.seqpacket.b": "pair.seqpacket.a",
  "shut.a": "shut.b",
  "shut.b": "shut.a",
  orphan: "",
};
const types: Readonly<Record<number, string>> = { 1: "stream", 2: "dgram", 5: "seqpacket" };

for (const kernel of KERNELS) {
  Deno.test(`unix.${kernel}: every socket of the ground truth is there once with its values, and no other`, () => {
    const flows = familyFlows(unix, `unix.${kernel}`);
    const truths = readTruth(kernel);
    assertEquals(flows.length, truths.length);
    assertEquals(truths.length, 31);
    const inodeOf = (name: string) => truths.find((truth) => truth.name === `unix.${name}`)!.ino;
    for (const truth of truths) {
      const name = truth.name.slice("unix.".length);
      const found = flows.filter(({ inode }) => inode === truth.ino);
      assertEquals(found.length, 1, name);
      const [flow] = found as [FlowObject];
      const [recv_q, send_q] = backlogs[name] ?? [truth.inq, truth.outq];
      const [shutdown, shutdown_names] = shutdowns[name] ?? [0, []];
      const peer = peers[name];
      const expected: Record<string, unknown> = {
        protocol: "UNIX",
        family: "unix",
        state: states[name] ?? "established",
        type: types[truth.type],
        cookie: `0x${BigInt(`0x${truth.cookie}`).toString(16)}`,
        uid: truth.uid,
        recv_q,
        send_q,
        backlog: backlogs[name]?.[0],
        backlog_limit: backlogs[name]?.[1],
        shutdown,
        shutdown_names,
        peer_inode: peer === undefined ? undefined : peer === "" ? 0 : inodeOf(peer),
        pending: backlogs[name] === undefined
          ? undefined
          : name === "stream.listener"
          ? [inodeOf("stream.pending1"), inodeOf("stream.pending2")]
          : [],
        "skmeminfo.rcvbuf": truth.rcvbuf,
        "skmeminfo.sndbuf": truth.sndbuf,
      };
      const actual = Object.fromEntries(Object.keys(expected).map((path) => [path, at(flow, path)]));
      assertEquals(actual, expected, name);
    }
  });

  Deno.test(`unix.${kernel}: the exact bytes of every name can be told from its fields`, () => {
    const flows = familyFlows(unix, `unix.${kernel}`);
    let paths = 0;
    let abstract = 0;
    for (const truth of readTruth(kernel)) {
      const flow = flows.find(({ inode }) => inode === truth.ino)!;
      const local = truth.local.slice("unix-hex:".length);
      const isAbstract = local.startsWith("00");
      // The kernel puts a NUL behind paths.
      const expected = local === "" ? null : isAbstract ? local : local.replace(/00$/, "");
      assertEquals(nameBytes(flow), expected, truth.name);
      assertEquals(flow["abstract"], local === "" ? undefined : isAbstract, truth.name);
      assertEquals(flow["vfs"] !== undefined, local !== "" && !isAbstract, truth.name);
      if (isAbstract) abstract++;
      else if (local !== "") paths++;
    }
    assertEquals([paths, abstract], [11, 6]);
  });

  Deno.test(`unix.${kernel}: names are shown as ss shows them`, () => {
    const flows = familyFlows(unix, `unix.${kernel}`);
    const shown = new Map(
      readTruth(kernel).map(({ name, ino }) => {
        const { path_name, path_name_hex } = flows.find(({ inode }) => inode === ino)!;
        return [name.slice(5), [path_name, path_name_hex]];
      }),
    );
    assertEquals(shown.get("stream.listener"), ["/tmp/nlrec/stream.sock", undefined]);
    assertEquals(shown.get("relative"), ["relative.sock", undefined]);
    assertEquals(shown.get("path108"), [`/tmp/nlrec/${"p".repeat(97)}`, undefined]);
    assertEquals(shown.get("path.blank"), ["/tmp/nlrec/with space\tand\nnewline", undefined]);
    assertEquals(shown.get("path.bytes"), [
      "/tmp/nlrec/utf8-\u00e9-bad-\ufffd\ufffd",
      toHex(join(ascii("/tmp/nlrec/utf8-\u00e9-bad-"), [0xff, 0xc3])),
    ]);
    assertEquals(shown.get("abstract.empty"), ["@", undefined]);
    assertEquals(shown.get("abstract.full"), [`@${"A".repeat(107)}`, undefined]);
    assertEquals(shown.get("abstract.listener"), ["@nlrec/abstract-stream", undefined]);
    assertEquals(shown.get("abstract.nul"), ["@emb@edded@@nul@", "00656d6200656464656400006e756c00"]);
    assertEquals(shown.get("abstract.bytes"), ["@\ufffd\ufffd\u0001 \n\tat@sign", "00fffe01200a096174407369676e"]);
    assertEquals(shown.get("pair.stream.a"), [undefined, undefined]);
  });

  Deno.test(`unix.${kernel}: nothing is unknown, and nothing is left over`, () => {
    for (const name of familyFlows(unix, `unix.${kernel}`).flatMap(fieldNames)) {
      assert(!/^unknown$|_raw$|_extra$/.test(name), name);
    }
  });

  Deno.test(`unix.${kernel}: the flows give what ss printed from the same bytes, but for its wrong device numbers`, () => {
    const words: Record<string, string> = { established: "ESTAB", unconnected: "UNCONN", listening: "LISTEN" };
    const netids: Record<string, string> = { stream: "u_str", dgram: "u_dgr", seqpacket: "u_seq" };
    const text = familyFlows(unix, `unix.${kernel}`).map((flow) => {
      const { type, state, recv_q, send_q, path_name = "*", inode, peer_inode = 0, shutdown, pending } = flow as Record<
        string,
        unknown
      >;
      const closed = shutdown as number;
      const vfs = flow["vfs"] as Record<string, number> | undefined;
      return [
        netids[type as string],
        words[state as string],
        `${recv_q} ${send_q} ${path_name} ${inode} * ${peer_inode}`,
        skmemText(flow),
        `${closed & 1 ? "-" : "<"}-${closed & 2 ? "-" : ">"}`,
        // `ss` takes the number apart as makedev(3) puts it together.
        vfs === undefined ? "" : `ino:${vfs["inode"]} dev:${libcMajor(vfs["dev"]!)}/${libcMinor(vfs["dev"]!)}`,
        pending === undefined ? "" : `peers: ${(pending as number[]).join(" ")}`,
      ].join(" ");
    }).join("\n");
    assertEquals(tokens(text), tokens(replayedText(`unix.${kernel}`)));
  });

  Deno.test(`unix.${kernel}: the output is the same in datagrams of every size, with garbage behind each`, () => {
    for (const format of ["json", "ndjson"]) {
      const plan = planFor(unix);
      const expected = printed(format, openRecording(`unix.${kernel}`), plan);
      for (const datagramSize of [1, 300, 4096, 32768]) {
        const tail = (buffer: Uint8Array, length: number) => void buffer.fill(0xff, length);
        const source = openRecording(`unix.${kernel}`, { datagramSize, unpadded: datagramSize !== 300, tail });
        assertEquals(printed(format, source, plan), expected);
      }
    }
  });
}

const libcMajor = (device: number) => device >>> 8 & 0xfff;
const libcMinor = (device: number) => (device & 0xff) | (device >>> 12 & 0xfff00);

Deno.test("vfs has the device number whole and taken apart", () => {
  const flow = familyFlows(unix, "unix.k618").find(({ path_name }) => path_name === "relative.sock")!;
  assertEquals(flow["vfs"], { inode: 2285695, dev: 0x0fe00000, major: 254, minor: 0 });
});

Deno.test("the keys of the Python ss2 are there, in its order", () => {
  const flow = familyFlows(unix, "unix.k618").find(({ inode }) => inode === 718200)!;
  const theirs = ["inode", "path_name", "vfs", "peer_inode", "shutdown"];
  assertEquals(Object.keys(flow).filter((name) => theirs.includes(name)), theirs);
  assertEquals(Object.keys(flow["vfs"] as object).slice(0, 2), ["inode", "dev"]);
});

/** A message payload: type, state, inode and attributes. */
const payload = (type: number, state: number, ...attributes: readonly Uint8Array[]) =>
  join([1, type, state, 0], bytesOf(77, 4), bytesOf(0x1234, 8), ...attributes);

function flowOf(bytes: Uint8Array<ArrayBuffer>): FlowObject {
  const sink = new ObjectSink();
  sink.openRecord();
  unix.openDecoder(6018)(new DataView(bytes.buffer), bytes, 0, bytes.length, sink);
  sink.closeRecord();
  return sink.take()[0]!;
}

const named = (name: Uint8Array | readonly number[]) => {
  const { path_name, path_name_hex, abstract } = flowOf(payload(1, 7, attribute(0, name)));
  return [path_name, path_name_hex, abstract];
};

Deno.test("path_name leaves out exactly one NUL at the end of a path", () => {
  assertEquals(named([...ascii("/a"), 0]), ["/a", undefined, false]);
  assertEquals(named([...ascii("/a"), 0, 0]), ["/a\0", undefined, false]);
  assertEquals(named(ascii("/a")), ["/a", undefined, false]);
  assertEquals(named(ascii("@a")), ["@a", undefined, false]);
  assertEquals(named([]), ["", undefined, false]);
});

Deno.test("path_name of an abstract name tells the bytes, or path_name_hex does", () => {
  assertEquals(named([0]), ["@", undefined, true]);
  assertEquals(named([0, 0]), ["@@", "0000", true]);
  assertEquals(named([0, ...ascii("@")]), ["@@", undefined, true]);
  assertEquals(named([0, ...ascii("a"), 0]), ["@a@", "006100", true]);
  assertEquals(named([0, 0xc3, 0xa9]), ["@\u00e9", undefined, true]);
  assertEquals(named([0, 0xc3]), ["@\ufffd", "00c3", true]);
  // Longer than any before: the place for it grows.
  const long = new Uint8Array(5000).fill(0x61);
  assertEquals(named([0, ...long]), [`@${"a".repeat(5000)}`, undefined, true]);
  assertEquals(named([0, 0x62]), ["@b", undefined, true]);
});

Deno.test("the field path_name_hex says that it also stands for names with NULs", () => {
  const key = keys.find(({ path }) => path === "path_name_hex")!;
  assert(key.note.meaning.includes("NUL"));
  assertEquals(keys.find(({ path }) => path === "path_name")!.hex, key);
});

Deno.test("backlog and backlog_limit are there for listeners only", () => {
  const queues = attribute(4, join(bytesOf(3, 4), bytesOf(5, 4)));
  const listener = flowOf(payload(1, 10, queues));
  assertEquals([listener["recv_q"], listener["send_q"], listener["backlog"], listener["backlog_limit"]], [3, 5, 3, 5]);
  const connected = flowOf(payload(1, 1, queues));
  assertEquals([connected["recv_q"], connected["send_q"]], [3, 5]);
  assertEquals("backlog" in connected || "backlog_limit" in connected, false);
});

Deno.test("what the program does not know of a UNIX socket is kept", () => {
  const flow = flowOf(payload(3, 0, attribute(4, new Uint8Array(12)), attribute(6, [6]), attribute(9, [1, 2])));
  assertEquals(
    [flow["type"], flow["type_raw"], flow["state"], flow["state_raw"]],
    ["unknown", 3, "unknown", 0],
  );
  assertEquals([flow["rqlen_extra"], flow["shutdown_names"], flow["shutdown_names_raw"]], [
    "00000000",
    ["send"],
    6,
  ]);
  assertEquals(flow["unknown"], [{ type: 9, hex: "0102" }]);
});

Deno.test("absent attributes of a UNIX socket are absent fields", () => {
  assertEquals(Object.keys(flowOf(payload(1, 7))), ["protocol", "family", "state", "type", "inode", "cookie"]);
});

for (const kernel of KERNELS) {
  Deno.test(`unix's decoder, given the messages of unix.${kernel} cut at every byte, gives a prefix or a DecodeError`, () => {
    let prefixes = 0;
    for (const bytes of recordedPayloads(`unix.${kernel}`)) {
      const whole = eventsOf(unix, bytes);
      assert(!(whole instanceof DecodeError));
      for (let length = 0; length < bytes.length; length++) {
        const events = eventsOf(unix, bytes.slice(0, length));
        if (events instanceof DecodeError) {
          assert(events.offset <= length);
          continue;
        }
        assert(length >= UNIX_DIAG_MSG.size);
        // In a table's order attributes that come later may be shown first: a part, in the same order.
        let from = 0;
        for (const event of events) {
          const place = whole.indexOf(event, from);
          assert(place >= 0, `${event} of ${length} bytes`);
          from = place + 1;
        }
        prefixes++;
      }
    }
    assert(prefixes > 100, `${prefixes}`);
  });
}

Deno.test("unix's decoder takes attributes that are cut at every byte", () => {
  for (const { number, name } of unixAttributes(true).attributes) {
    const value = join([0x61], new Uint8Array(36).fill(0x62));
    for (let length = 0; length <= value.length; length++) {
      const events = eventsOf(unix, payload(1, 10, attribute(number, value.slice(0, length))));
      assert(Array.isArray(events), `${name} of ${length} bytes`);
    }
  }
});

Deno.test("a type after -A chooses the sockets of that type", async () => {
  for (
    const [name, type] of [["unix_dgram", "dgram"], ["u_dgr", "dgram"], ["u_str", "stream"], [
      "unix_seqpacket",
      "seqpacket",
    ]]
  ) {
    const command = await parseCommand(["-A", name!, "-a"]);
    assert(command.action === "dump");
    const { flows, outcome } = collect(openRecording("unix.k618"), command.plan);
    assertEquals(outcome.warnings, []);
    assertEquals([...new Set(flows.map((flow) => flow["type"]))], [type]);
    assertEquals(flows.length, { stream: 17, dgram: 8, seqpacket: 6 }[type!]);
  }
});

Deno.test("-x shows connected UNIX sockets, with -l those that listen or are unconnected", async () => {
  const statesOf = async (...args: string[]) => {
    const command = await parseCommand(args);
    assert(command.action === "dump");
    assertEquals(command.plan.families, [unix]);
    return command.plan.states ?? unix.defaultStates;
  };
  assertEquals((await statesOf("-x")) >> 1 & 1, 1);
  assertEquals((await statesOf("-x")) & 0x480, 0);
  assertEquals(await statesOf("--unix", "-l"), 0x480);
  assertEquals(await statesOf("-f", "unix", "-a"), 0x2fff);
});
