/** Multipath TCP: layout by release and length, recordings against their ground truth, kernels that answer wrongly. */
import { families, familyCalled } from "../../../../decode/families/all_families.ts";
import { INET_DIAG_INFO, INET_DIAG_PROTOCOL } from "../../../../decode/families/inet/inet_constants.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { IPPROTO_MPTCP, MPTCP_INFO, mptcpInfo } from "../../../../decode/families/inet/mptcp.ts";
import type { FieldObject, FlowObject } from "../../../../decode/record/object_sink.ts";
import { openRecording } from "../../../pcap_source.ts";
import { EventLog } from "../../event_log.ts";
import { collect, recordedFlows } from "../../flows.ts";
import {
  assertCommon,
  familyFlows,
  flowWith,
  itemsOf,
  layoutPlaces,
  planFor,
  readTruth,
  replayedLines,
  testRecording,
  uapi,
  uapiPlaces,
} from "../../inet_recordings.ts";
import { wordsOf } from "../../layouts.ts";
import { attribute, datagram, done, socket } from "../../messages.ts";
import { ScriptedSource } from "../../scripted_source.ts";
import { walkLayout } from "../../../../decode/record/walk_layout.ts";

const mptcp = familyCalled("mptcp");

const struct = uapi.structs["mptcp_info"]!;

Deno.test("MPTCP_INFO lies as in the interface table of the newest kernel", () => {
  const { removes, fields } = struct.variants![0]!;
  const expected = uapiPlaces([...struct.fields.filter(({ name }) => !removes.includes(name)), ...fields]);
  assertEquals(layoutPlaces(MPTCP_INFO), expected);
  assertEquals(MPTCP_INFO.size, struct.size);
  assertEquals(IPPROTO_MPTCP, uapi.constants["ipproto"]!["IPPROTO_MPTCP"]);
});

Deno.test("mptcp_info.flags has a word for each bit of the interface table", () => {
  const bits = Object.entries(uapi.constants["mptcp_info_flag"]!);
  assertEquals(
    bits.map(([name, bit]) => [name.slice("MPTCP_INFO_FLAG_".length).toLowerCase(), Math.log2(bit)]),
    [
      ...wordsOf(MPTCP_INFO, "flags").entries(),
    ].map(([bit, word]) => [word, bit]),
  );
});

/** Names of the fields in a structure of this length from a kernel. */
function fieldsOf(release: number, length: number): string[] {
  const bytes = new Uint8Array(length).fill(1);
  const log = new EventLog();
  walkLayout(mptcpInfo(release), new DataView(bytes.buffer), bytes, 0, length, log);
  // All bits of a flag word but two have none.
  return log.events.map((event) => event.split(" ")[0]!.slice("mptcp_info.".length)).filter((name) =>
    name !== "flags_raw"
  );
}

Deno.test("mptcpInfo shows what each release filled, padding and reserved bytes left out, at every length sent", () => {
  const all = mptcpInfo(7000).steps.map(({ key }) => key.name);
  const until = (name: string) => all.slice(0, all.indexOf(name) + 1);
  const without = (...names: string[]) => all.filter((name) => !names.includes(name));
  assertEquals(fieldsOf(5010, 40), until("rcv_nxt"));
  assertEquals(fieldsOf(5012, 48), until("local_addr_max"));
  assertEquals(fieldsOf(5014, 48), until("csum_enabled"));
  assertEquals(fieldsOf(6004, 48), until("csum_enabled"));
  assertEquals(fieldsOf(6005, 80), until("bytes_acked"));
  assertEquals(fieldsOf(6008, 88), until("subflows_total"));
  assertEquals(fieldsOf(6010, 96), without("endp_laminar_max", "endp_fullmesh_max"));
  assertEquals(fieldsOf(6018, 96), without("endp_fullmesh_max"));
  assertEquals(fieldsOf(6019, 96), all);
  assertEquals(fieldsOf(0, 96), without("csum_enabled", "endp_laminar_max", "endp_fullmesh_max"));
  assertEquals(all.length, 25);
  assertEquals(struct.sizesByKernel!.map(({ size }) => size), [40, 48, 80, 88, 96]);
});

Deno.test("mptcpInfo documents for each field the release that the interface table has, or a later one", () => {
  const numeric = (release: string) => release.split(".").map(Number).reduce((sum, part) => sum * 1000 + part, 0);
  for (const step of mptcpInfo(7000).steps) {
    const first = struct.sizesByKernel!.find(({ size }) => size >= step.needs)!.first;
    const since = step.key.note.since || "5.10";
    assert(numeric(since) >= numeric(first), `${step.key.path} since ${since}, sent since ${first}`);
  }
});

Deno.test("mptcp refuses kernels that do not know what is asked for, in one line", () => {
  const absence = (release: number) => mptcp.absence!(release);
  assertEquals([0, 5010, 5015, 6018, 7001].map(absence), [null, null, null, null, null]);
  for (const release of [5007, 5008, 5009]) {
    assertEquals(absence(release), `Linux 5.${release % 10} answers with TCP sockets instead (5.10 and later can)`);
  }
  assertMatch(absence(4019)!, /^Linux 4\.19 cannot list them \(5\.10 and later can\)$/);
  const source = new ScriptedSource([]);
  const { flows, outcome } = collect(Object.assign(source, { release: 5008 }), planFor(mptcp));
  assertEquals([flows.length, outcome.failed, outcome.warnings], [0, 1, [
    "cannot list MPTCP sockets: Linux 5.8 answers with TCP sockets instead (5.10 and later can)",
  ]]);
});

/** States of the recorded sockets, by the ends of their names. */
const states: Readonly<Record<string, string>> = {
  "half.client": "fin-wait-2",
  "half.server": "close-wait",
};

for (const [recording, kernel] of [["mptcp4.k61", "k61"], ["mptcp4.k618", "k618"]] as const) {
  testRecording(mptcp, recording, 13);

  Deno.test(`${recording}: every socket agrees with the ground truth`, () => {
    const flows = familyFlows(mptcp, recording);
    const truths = readTruth(kernel, "mptcp4").filter(({ proto }) => proto === IPPROTO_MPTCP);
    let compared = 0;
    for (const truth of truths) {
      const flow = flowWith(flows, truth.ino);
      assertCommon(flow, truth);
      const end = truth.name.slice("mptcp4.".length);
      const listener = end.endsWith("listener");
      assertEquals(flow["state"], states[end] ?? (listener ? "listening" : "established"), truth.name);
      assert(Object.hasOwn(flow, "mptcp_info"), truth.name);
      const info = flow["mptcp_info"] as FieldObject;
      if (end === "pair.server") {
        assert(Number(flow["recv_q"]) >= 11);
        if (kernel === "k618") assertEquals(info["bytes_received"], 11n);
      }
      if (end === "fallback.client") assert((info["flags"] as string[]).includes("fallback"));
      if (end === "pair.listener") assertEquals(flow["backlog_limit"], 7);
      if (end === "pending.listener") assertEquals([flow["backlog"], flow["backlog_limit"]], [1, 6]);
      if (end === "multi.client") assertEquals(info["subflows"], 1);
      compared++;
    }
    assertEquals(compared, 12);
  });

  Deno.test(`${recording}: the sequences of both ends of a connection fit each other`, () => {
    const flows = familyFlows(mptcp, recording);
    const pairs = flows.flatMap((flow): [FlowObject, FlowObject][] => {
      const peer = flows.find((other) =>
        flow["src_port"] === other["dst_port"] && flow["dst_port"] === other["src_port"] && flow["src"] === other["dst"]
      );
      return peer === undefined ? [] : [[flow, peer]];
    });
    assert(pairs.length >= 6, `only ${pairs.length}`);
    for (const [flow, peer] of pairs) {
      const [own, other] = [flow["mptcp_info"] as FieldObject, peer["mptcp_info"] as FieldObject];
      const ahead = BigInt.asUintN(64, (own["rcv_nxt"] as bigint) - (other["write_seq"] as bigint));
      // A FIN takes one number.
      assert(ahead <= 1n, `${flow["src_port"]}: ${ahead}`);
    }
  });

  Deno.test(`${recording}: mptcp_info.token is that of the TCP sockets of the connection`, () => {
    const tokens = new Map(
      familyFlows(mptcp, recording).map((flow) => [
        (flow["mptcp_info"] as FieldObject)["token"],
        flow,
      ]),
    );
    let compared = 0;
    for (const subflow of recordedFlows(`tcp4.${kernel}`)) {
      const ulp = subflow["ulp"] as FieldObject | undefined;
      const token = (ulp?.["mptcp"] as FieldObject | undefined)?.["token_loc"];
      const connection = token === undefined || token === 0 ? undefined : tokens.get(token);
      if (connection === undefined) continue;
      compared++;
      assertEquals(subflow["state"] === "listening", connection["state"] === "listening");
    }
    assert(compared >= 6, `only ${compared}`);
  });

  Deno.test(`${recording}: mptcp_info has the values that ss printed`, () => {
    const flows = familyFlows(mptcp, recording);
    const lines = replayedLines(recording);
    assertEquals(lines.length, flows.length);
    let compared = 0;
    lines.forEach((line, i) => {
      const items = itemsOf(line);
      const flow = flows[i]!;
      const info = flow["mptcp_info"] as FieldObject;
      assertEquals(String(flow["inode"]), items["ino"] ?? "0");
      assertEquals((info["flags"] as string[]).includes("fallback"), / fallback\b/.test(line));
      assertEquals((info["flags"] as string[]).includes("remote_key_received"), / remote_key\b/.test(line));
      for (const name of ["token", "write_seq", "snd_una", "rcv_nxt"]) {
        assertEquals(BigInt(info[name] as bigint).toString(16), items[name] ?? "0", `${name} in ${line}`);
        compared++;
      }
      for (
        const name of ["subflows", "add_addr_signal", "add_addr_accepted", "subflows_max", "add_addr_accepted_max"]
      ) {
        assertEquals(String(info[name]), items[name] ?? "0", `${name} in ${line}`);
        compared++;
      }
    });
    assertEquals(compared, 9 * 13);
  });
}

Deno.test("mptcp4.k61 has the shorter mptcp_info of its kernel, and mptcp4.k618 the longest", () => {
  const last = (recording: string) =>
    Object.keys(familyFlows(mptcp, recording)[0]!["mptcp_info"] as FieldObject).at(-1);
  assertEquals([last("mptcp4.k61"), last("mptcp4.k618")], ["csum_enabled", "last_ack_recv"]);
  assertEquals(openRecording("mptcp4.k618").release, 6018);
});

/** The fields of a `struct mptcp_info` with these bytes from an unknown kernel. */
function unknownInfo(info: readonly number[]): FlowObject {
  const bytes = datagram(socket({ attributes: [attribute(INET_DIAG_INFO, info)] }));
  const { flows, outcome } = collect(new ScriptedSource([[bytes, done()]], 0), planFor(mptcp));
  assertEquals([flows.length, outcome.warnings], [1, []]);
  return flows[0]!;
}

Deno.test("mptcp_info of an unknown kernel keeps every byte that may be padding: as a field where the length tells, else as _extra", () => {
  const numbered = (length: number) => Array.from({ length }, (_, i) => i + 1);
  const infoOf = (flow: FlowObject) => flow["mptcp_info"] as FieldObject;
  const shown = (length: number) => {
    const flow = unknownInfo(numbered(length));
    return [infoOf(flow)["csum_enabled"], flow["mptcp_info_extra"]];
  };
  assertEquals(shown(40), [undefined, undefined]);
  // Byte 42 is padding before 5.14.
  assertEquals(shown(48), [undefined, "2b"]);
  assertEquals(shown(80), [true, undefined]);
  // Bytes 81 and 82 are reserved before 6.18 and 6.19.
  assertEquals(shown(96), [true, "5253"]);
  assertEquals(shown(100), [true, "525361626364"]);
  for (const name of ["endp_laminar_max", "endp_fullmesh_max"]) {
    assertEquals(infoOf(unknownInfo(numbered(96)))[name], undefined);
  }
  // Zeros are kept too: it is not known whether they mean anything.
  assertEquals(unknownInfo(new Array(96).fill(0))["mptcp_info_extra"], "0000");
});

Deno.test("INET_DIAG_PROTOCOL in messages about destroyed sockets is known, and shown of raw sockets", () => {
  const bytes = datagram(socket({ attributes: [attribute(INET_DIAG_PROTOCOL, [6])] }));
  for (const family of families.filter(({ domain, name }) => domain === "inet" && name !== "PING")) {
    const { flows, outcome } = collect(new ScriptedSource([[bytes, done()]]), planFor(family));
    assertEquals([outcome.warnings, flows.length, flows[0]!["unknown"]], [[], 1, undefined], family.name);
    assertEquals(flows[0]!["ip_protocol"], family.name === "RAW" ? 6 : undefined);
  }
});
