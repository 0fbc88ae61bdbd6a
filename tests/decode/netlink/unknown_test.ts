/**
 * Unknown data is kept: attributes, bytes after structures, numbers, bits, and invalid text.
 */
import { assert, assertEquals } from "@std/assert";
import { INET_DIAG_MEMINFO_LAYOUT } from "../../../decode/families/inet/inet_diag.ts";
import { SK_MEMINFO } from "../../../decode/families/sock_diag.ts";
import type { FlowObject } from "../../../decode/record/object_sink.ts";
import { collect, printed } from "../flows.ts";
import { TCP_INFO, TCP_INFO_7_0, TCP_INFO_COMMON } from "../layouts.ts";
import { ascii, attribute, bytesOf, datagram, done, join, socket, type SocketParts } from "../messages.ts";
import { ScriptedSource } from "../scripted_source.ts";

/** The flow of one socket, and the same as JSON has it. */
function flowOf(parts: SocketParts, release = 6018): FlowObject {
  const source = () => new ScriptedSource([[datagram(socket(parts)), done()]], release);
  const { flows, outcome } = collect(source());
  assertEquals([outcome.warnings, flows.length], [[], 1]);
  const text = (value: unknown) => JSON.stringify(value, (_, part) => typeof part === "bigint" ? Number(part) : part);
  for (const document of [printed("json", source()), `{"TCP":{"flows":[${printed("ndjson", source())}]}}`]) {
    const [flow] = JSON.parse(document).TCP.flows;
    assertEquals(
      JSON.parse(text({ ...flow, protocol: "TCP" })),
      JSON.parse(text({ ...flows[0]!, ...flow, ...flows[0]! })),
    );
    assertEquals({ ...flow, protocol: "TCP" }, JSON.parse(text(flows[0])));
  }
  return flows[0]!;
}

const withAttributes = (...attributes: readonly (Uint8Array | readonly number[])[]) => flowOf({ attributes });

Deno.test("attributes above the highest known number are kept in unknown, in the order in which they came", () => {
  const flow = withAttributes(
    attribute(500, [1, 2, 3]),
    attribute(5, [16]),
    attribute(23, []),
    attribute(0x3fff, [0xff]),
    attribute(500, [4]),
  );
  assertEquals(flow["unknown"], [
    { type: 500, hex: "010203" },
    { type: 23, hex: "" },
    { type: 0x3fff, hex: "ff" },
    { type: 500, hex: "04" },
  ]);
  assertEquals(flow["tos"], 16);
});

Deno.test("attributes between the known numbers are kept in unknown", () => {
  // SCTP's addresses (12, 13) and number 0 never come with TCP.
  const flow = withAttributes(
    attribute(13, [1, 2]),
    attribute(0, [3]),
    attribute(12, [4, 5, 6, 7]),
    attribute(5, [16]),
  );
  assertEquals(flow["unknown"], [{ type: 0, hex: "03" }, { type: 12, hex: "04050607" }, { type: 13, hex: "0102" }]);
  assertEquals(flow["tos"], 16);
});

Deno.test("unknown attributes of one socket are not shown again with the next", () => {
  const { flows } = collect(
    new ScriptedSource([[
      datagram(
        socket({ attributes: [attribute(500, [1]), attribute(12, [2])] }),
        socket({ attributes: [attribute(5, [8])] }),
      ),
      done(),
    ]]),
  );
  assertEquals(flows.map((flow) => flow["unknown"] !== undefined), [true, false]);
  assertEquals(flows[1]!["tos"], 8);
});

Deno.test("attributes are known by their number without the flags NLA_F_NESTED and NLA_F_NET_BYTEORDER", () => {
  assertEquals(withAttributes(attribute(5 | 0x8000, [16]))["tos"], 16);
  assertEquals(withAttributes(attribute(5 | 0x4000, [16]))["tos"], 16);
  assertEquals(withAttributes(attribute(500 | 0xc000, [16]))["unknown"], [{ type: 500, hex: "10" }]);
});

Deno.test("unknown attributes inside nests are kept inside their objects", () => {
  const tls = attribute(2, join(attribute(1, bytesOf(0x304, 2)), attribute(99, [9]), attribute(0, [])));
  const mptcp = attribute(3, join(attribute(2, bytesOf(7, 4)), attribute(12, [1, 2])));
  const ulp = attribute(19, join(attribute(1, [...ascii("tls"), 0]), attribute(77, [5]), tls, mptcp));
  assertEquals(withAttributes(ulp)["ulp"], {
    name: "tls",
    tls: { version: "1.3", unknown: [{ type: 99, hex: "09" }, { type: 0, hex: "" }] },
    mptcp: { token_loc: 7, unknown: [{ type: 12, hex: "0102" }] },
    unknown: [{ type: 77, hex: "05" }],
  });
  const storage = attribute(1, join(attribute(2, bytesOf(3, 4)), attribute(3, [0xab]), attribute(4, [1])));
  assertEquals(withAttributes(attribute(20 | 0x8000, storage))["bpf_storages"], [
    { map_id: 3, value: "ab", unknown: [{ type: 4, hex: "01" }] },
  ]);
});

Deno.test("padding attributes of the kernel are not shown", () => {
  const subflow = attribute(19, attribute(3, join(attribute(11, []), attribute(4, bytesOf(2n ** 64n - 1n, 8)))));
  const flow = withAttributes(attribute(14, []), subflow);
  assertEquals(flow["unknown"], undefined);
  assertEquals(flow["ulp"], { mptcp: { map_seq: 2n ** 64n - 1n } });
});

for (
  const [number, name, layout, release] of [
    [1, "meminfo", INET_DIAG_MEMINFO_LAYOUT, 6018],
    [2, "tcp_info", TCP_INFO, 6018],
    [2, "tcp_info", TCP_INFO_7_0, 7001],
    [7, "skmeminfo", SK_MEMINFO, 6018],
  ] as const
) {
  Deno.test(`bytes behind ${name} of ${layout.size} bytes, release ${release}, are kept in ${name}_extra`, () => {
    const known = new Uint8Array(layout.size);
    const whole = flowOf({ attributes: [attribute(number, known)] }, release);
    assertEquals(whole[`${name}_extra`], undefined);
    for (const extra of [[0], [1, 2, 3, 0xff]]) {
      const flow = flowOf({ attributes: [attribute(number, join(known, extra))] }, release);
      assertEquals(flow[name], whole[name]);
      assertEquals(flow[`${name}_extra`], extra.map((byte) => byte.toString(16).padStart(2, "0")).join(""));
    }
  });
}

Deno.test("the tail of tcp_info of an unknown release is kept in tcp_info_extra", () => {
  const end = Math.max(...TCP_INFO_COMMON.members.map(({ offset, size }) => offset + size));
  assertEquals(end, 276);
  const tail = [0xde, 0xad, 0xbe, 0xef];
  const flow = flowOf({ attributes: [attribute(2, join(new Uint8Array(end), tail))] }, 0);
  assertEquals(flow["tcp_info_extra"], "deadbeef");
});

for (
  const [number, name, size] of [
    [3, "vegasinfo", 16],
    [9, "dctcpinfo", 16],
    [16, "bbrinfo", 20],
    [5, "tos", 1],
    [6, "tclass", 1],
    [8, "shutdown", 1],
    [11, "v6only", 1],
    [15, "mark", 4],
    [17, "class_id", 4],
    [21, "cgroup_id", 8],
    [22, "sockopts", 2],
  ] as const
) {
  Deno.test(`bytes behind the ${size} known bytes of ${name} are kept in ${name}_extra`, () => {
    const flow = withAttributes(attribute(number, join(new Uint8Array(size), [0xab, 0xcd])));
    assertEquals(flow[`${name}_extra`], "abcd");
    assertEquals(withAttributes(attribute(number, new Uint8Array(size)))[`${name}_extra`], undefined);
  });
}

Deno.test("bytes behind the last whole MD5 key are not shown: they may be part of a key", () => {
  const key = new Uint8Array(100);
  key.set([2, 24, 3, 0, 10, 0, 0, 0]);
  const flow = withAttributes(attribute(18, join(key, ascii("secret"))));
  assertEquals(flow["md5sig"], [{ addr: "10.0.0.0", prefixlen: 24, keylen: 3 }]);
  assert(!JSON.stringify(flow, (_, value) => typeof value === "bigint" ? 0 : value).includes("736563726574"));
});

Deno.test("numbers without a word are shown as unknown with the number in _raw", () => {
  const flow = flowOf({ state: 14, timer: 6 });
  assertEquals([flow["state"], flow["state_raw"]], ["unknown", 14]);
  assertEquals([flow["timer"], flow["timer_raw"]], ["unknown", 6]);
  const known = flowOf({});
  assertEquals([known["state"], known["state_raw"], known["timer_raw"]], ["established", undefined, undefined]);
  const highest = flowOf({ state: 255, timer: 255 });
  assertEquals([highest["state_raw"], highest["timer_raw"]], [255, 255]);
  // Number 0 is no state.
  assertEquals([flowOf({ state: 0 })["state"], flowOf({ state: 0 })["state_raw"]], ["unknown", 0]);
});

Deno.test("numbers without a word inside tcp_info and ulp are shown as unknown with the number in _raw", () => {
  const info = new Uint8Array(280);
  info[0] = 200;
  info[1] = 5;
  info.set([4, 0], 278);
  const ulp = attribute(19, attribute(2, join(attribute(1, bytesOf(0x305, 2)), attribute(4, bytesOf(0xffff, 2)))));
  const flow = withAttributes(attribute(2, info), ulp);
  const shown = flow["tcp_info"] as FlowObject;
  assertEquals([shown["state"], shown["state_raw"]], ["unknown", 200]);
  assertEquals([shown["ca_state"], shown["ca_state_name"], shown["ca_state_name_raw"]], [5, "unknown", 5]);
  assertEquals([shown["accecn_opt_seen"], shown["accecn_opt_seen_raw"]], ["unknown", 4]);
  assertEquals(flow["ulp"], {
    tls: { version: "unknown", version_raw: 0x305, rxconf: "unknown", rxconf_raw: 0xffff },
  });
});

Deno.test("bits without a word are shown by the whole number in _raw", () => {
  const flow = withAttributes(
    attribute(8, [7]),
    attribute(22, bytesOf(0x8002, 2)),
    attribute(19, attribute(3, attribute(8, bytesOf(0x80000201, 4)))),
  );
  assertEquals([flow["shutdown"], flow["shutdown_names"], flow["shutdown_names_raw"]], [7, ["receive", "send"], 7]);
  assertEquals([flow["sockopts"], flow["sockopts_raw"]], [["is_icsk"], 0x8002]);
  assertEquals(flow["ulp"], { mptcp: { flags: ["mcap_rem"], flags_raw: 0x80000201 } });
  const known = withAttributes(attribute(8, [3]), attribute(22, bytesOf(0x7ff, 2)));
  assertEquals([known["shutdown_names_raw"], known["sockopts_raw"]], [undefined, undefined]);
});

Deno.test("every value of a byte of flags is shown by its words and, if it has others, its number", () => {
  const words = ["ts", "sack", "wscale", "ecn", "ecnseen", "fastopen", "usec_ts", "tfo_child"];
  const info = new Uint8Array(104);
  for (let value = 0; value < 256; value += 5) {
    info[5] = value;
    const shown = withAttributes(attribute(2, info))["tcp_info"] as FlowObject;
    assertEquals(shown["opts"], words.filter((_, bit) => (value >> bit & 1) === 1));
    assertEquals(shown["opts_raw"], undefined);
  }
});

for (
  const [bytes, text, hex] of [
    [ascii("bbr"), "bbr", undefined],
    [[...ascii("bbr"), 0], "bbr", undefined],
    [[...ascii("bbr"), 0, 0x78], "bbr", undefined],
    [[], "", undefined],
    [[0], "", undefined],
    [[0x62, 0xff, 0x72], "b\ufffdr", "62ff72"],
    [[0xc3, 0xa4, 0], "ä", undefined],
    [[0xc3], "\ufffd", "c3"],
    [[0xed, 0xa0, 0x80], "\ufffd\ufffd\ufffd", "eda080"],
    [[0xe2, 0x82, 0x2f], "\ufffd/", "e2822f"],
    [[0xf0, 0x9f, 0x98, 0x80], "😀", undefined],
    [ascii('a"\\\n\u001b[31m\u2028'), 'a"\\\n\u001b[31m\u2028', undefined],
  ] as const
) {
  Deno.test(`cong_algo of the bytes ${[...bytes].join(" ")} is ${JSON.stringify(text)}, in hexadecimal ${hex}`, () => {
    const flow = withAttributes(attribute(4, bytes));
    assertEquals([flow["cong_algo"], flow["cong_algo_hex"]], [text, hex]);
  });
}

Deno.test("of an attribute that stands twice in a message the last one counts", () => {
  const flow = withAttributes(
    attribute(5, [16]),
    attribute(4, ascii("reno")),
    attribute(5, [32]),
    attribute(4, ascii("bbr")),
    attribute(12, [1]),
    attribute(12, [2]),
  );
  assertEquals([flow["tos"], flow["cong_algo"]], [32, "bbr"]);
  assertEquals(flow["unknown"], [{ type: 12, hex: "02" }]);
});

Deno.test("all ones is null where the kernel means no value, and a number everywhere else", () => {
  const flow = withAttributes(
    attribute(2, new Uint8Array(280).fill(0xff)),
    attribute(16, new Uint8Array(20).fill(0xff)),
  );
  const info = flow["tcp_info"] as FlowObject;
  assertEquals([info["min_rtt"], info["snd_ssthresh"], info["snd_cwnd"]], [null, 0xffffffff, 0xffffffff]);
  assertEquals([info["pacing_rate"], info["rto"]], [2n ** 64n - 1n, 4294967.295]);
  assertEquals([info["snd_wscale"], info["rcv_wscale"], info["delivery_rate_app_limited"]], [15, 15, 1]);
  assertEquals(flow["bbrinfo"], {
    bw: 2n ** 64n - 1n,
    min_rtt: null,
    pacing_gain: 0xffffffff,
    cwnd_gain: 0xffffffff,
  });
  const memory = withAttributes(attribute(7, new Uint8Array(36).fill(0xff)))["skmeminfo"] as FlowObject;
  assertEquals([memory["rmem_alloc"], memory["fwd_alloc"]], [0xffffffff, -1]);
});

Deno.test("snd_ssthresh is null for 0x7fffffff only", () => {
  const threshold = (value: number) => {
    const info = new Uint8Array(104);
    info.set(bytesOf(value, 4), 76);
    return (withAttributes(attribute(2, info))["tcp_info"] as FlowObject)["snd_ssthresh"];
  };
  assertEquals([0x7fffffff, 0x7ffffffe, 0x80000000, 0, 10].map(threshold), [null, 0x7ffffffe, 0x80000000, 0, 10]);
});

Deno.test("numbers of 64 bits are printed digit by digit", () => {
  for (const value of [0n, 1n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n, 10n ** 19n, 2n ** 64n - 2n, 2n ** 64n - 1n]) {
    const info = new Uint8Array(280);
    info.set(bytesOf(value, 8), 112);
    const parts = { attributes: [attribute(2, info), attribute(21, bytesOf(value, 8))] };
    assertEquals((flowOf(parts)["tcp_info"] as FlowObject)["max_pacing_rate"], value);
    const line = printed("ndjson", new ScriptedSource([[datagram(socket(parts)), done()]]));
    assert(line.includes(`"max_pacing_rate":${value},`), line);
    assert(line.includes(`"cgroup_id":"0x${value.toString(16)}"`), line);
  }
});
