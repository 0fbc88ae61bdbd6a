/** Rates: deltas of counters by time, with full and restarted counters. */
import { assertEquals, assertMatch } from "@std/assert";
import { listCounters } from "../../commands/rates.ts";
import { familyCalled } from "../../decode/families/all_families.ts";
import { INET_DIAG_MSG } from "../../decode/families/inet/inet_diag.ts";
import { infoKey, TCP_INFO } from "../../decode/families/inet/tcp_info.ts";
import { type FlowObject, ObjectSink } from "../../decode/record/object_sink.ts";
import { fieldsOf } from "../../decode/reference/fields.ts";
import { Counters, RatesSink } from "../../query/rates.ts";
import { parseCommand } from "../../options/parse_command.ts";
import { refusal } from "../decode/messages.ts";
import { ScriptedSource } from "../decode/scripted_source.ts";

const tcp = familyCalled("tcp");

type Values = Readonly<Record<string, number>>;

/** Lists sockets with these counters by cookie, `milliseconds` after the start; `null` for one without `tcp_info`. */
function list(
  counters: Counters,
  milliseconds: number,
  sockets: Readonly<Record<number, Values | null>>,
  ended: number | null = null,
): FlowObject[] {
  const objects = new ObjectSink();
  const sink = new RatesSink(objects, [tcp], counters, () => milliseconds, false, ended);
  sink.openProtocol("TCP");
  for (const [cookie, values] of Object.entries(sockets)) {
    const message = new Uint8Array(INET_DIAG_MSG.size);
    message[0] = 2;
    new DataView(message.buffer).setUint32(INET_DIAG_MSG.offsetOf("id.idiag_cookie"), Number(cookie), true);
    sink.openRecord();
    sink.structure(INET_DIAG_MSG, new DataView(message.buffer), message, 0, message.length);
    if (values !== null) {
      const info = new Uint8Array(TCP_INFO.size);
      const view = new DataView(info.buffer);
      for (const [name, value] of Object.entries(values)) {
        const { offset, size } = TCP_INFO.members.find(({ member }) => member === `tcpi_${name}`)!;
        if (size === 2) view.setUint16(offset, value, true);
        else view.setUint32(offset, value % 2 ** 32, true);
        if (size === 8) view.setUint32(offset + 4, Math.floor(value / 2 ** 32), true);
      }
      sink.openObject(infoKey);
      sink.structure(TCP_INFO, view, info, 0, info.length);
      sink.closeObject(infoKey);
    }
    sink.closeRecord();
  }
  sink.closeProtocol();
  return objects.take();
}

/** The rates of one socket between two listings, without those that are 0. */
function ratesBetween(before: Values, after: Values, milliseconds: number): unknown {
  const counters = new Counters([tcp]);
  assertEquals(list(counters, 0, { 1: before })[0]!["rates"], undefined);
  const rates = list(counters, milliseconds, { 1: after })[0]!["rates"] as Record<string, number>;
  return Object.fromEntries(Object.entries(rates).filter(([, rate]) => rate !== 0));
}

Deno.test("a rate is what was counted, per second of the measured time", () => {
  assertEquals(ratesBetween({ bytes_sent: 1000, segs_out: 5 }, { bytes_sent: 4000, segs_out: 6 }, 2000), {
    bytes_sent: 1500,
    segs_out: 0.5,
  });
  const large = ratesBetween({ bytes_received: 2 ** 40 }, { bytes_received: 2 ** 40 + 6e9 }, 500);
  assertEquals(large, { bytes_received: 12e9 });
});

Deno.test("rates of sockets that were closed are of what they counted since the listing before, or at all if it had them not", () => {
  const counters = new Counters([tcp]);
  list(counters, 0, { 1: { bytes_sent: 1000 }, 2: { bytes_sent: 0 } });
  // The kernel has told the end of a third one.
  counters.memory.see({ protocol: 0, netns: 0, low: 3, high: 0 });
  counters.keepZeros(counters.memory.entry);
  const ended = { 1: { bytes_sent: 5000 }, 3: { bytes_sent: 600 }, 4: { bytes_sent: 700 } };
  const rates = list(counters, 1000, ended, 2000).map(({ rates }) => (rates as Values | undefined)?.["bytes_sent"]);
  assertEquals(rates, [2000, 300, undefined]);
  // The next listing is compared with the one before.
  const [next] = list(counters, 1000, { 2: { bytes_sent: 10 } });
  assertEquals((next!["rates"] as Values)["bytes_sent"], 10);
});

Deno.test("retrans_ratio is the share of the interval", () => {
  const before = { bytes_sent: 100_000, bytes_retrans: 90_000, total_retrans: 7 };
  const after = { bytes_sent: 108_000, bytes_retrans: 92_000, total_retrans: 9 };
  assertEquals(ratesBetween(before, after, 1000), {
    bytes_sent: 8000,
    bytes_retrans: 2000,
    retrans: 2,
    retrans_ratio: 0.25,
  });
});

Deno.test("counters of 16 and 32 bits go on from 0 when their bits are full", () => {
  const before = { segs_in: 2 ** 32 - 10, total_rto: 65_535, bytes_received: 9 };
  const after = { segs_in: 20, total_rto: 1, bytes_received: 9 };
  assertEquals(ratesBetween(before, after, 1000), { segs_in: 30, total_rto: 2 });
});

Deno.test("after a disconnect rates start again at 0 and are never negative", () => {
  const before = { bytes_sent: 5_000_000_000, segs_out: 4_000_000, segs_in: 3, busy_time: 10 };
  assertEquals(ratesBetween(before, { bytes_sent: 600, segs_out: 4, segs_in: 3 }, 2000), {
    bytes_sent: 300,
    segs_out: 2,
    segs_in: 1.5,
  });
  // Without any data, the numbers of segments tell it.
  assertEquals(ratesBetween({ segs_out: 9 }, { segs_out: 2 }, 1000), { segs_out: 2 });
});

Deno.test("a socket that only one listing has, or without counters, has no rates", () => {
  const counters = new Counters([tcp]);
  list(counters, 0, { 1: { segs_out: 1 }, 2: { segs_out: 1 }, 3: null });
  const flows = list(counters, 1000, { 2: null, 3: { segs_out: 1 }, 4: { segs_out: 1 } });
  assertEquals(flows.map(({ rates }) => rates), [undefined, undefined, undefined]);
});

Deno.test("every counter has a rate", () => {
  const paths = new Set(fieldsOf(tcp).map(({ path }) => path));
  for (const { metric, path, key } of fieldsOf(tcp)) {
    if (metric !== "counter") continue;
    const name = key.name === "total_retrans" ? "retrans" : key.name;
    assertEquals(paths.has(`rates.${name}`), true, path);
  }
});

Deno.test("what the first listing may lack is told: its sockets have no rates", async () => {
  const command = await parseCommand(["-t", "--rates"]);
  if (command.action !== "dump") throw new Error(command.action);
  const { warnings } = await listCounters(command, 1, ({ plan }) => ({
    plan,
    source: new ScriptedSource([[refusal(1)]]),
  }));
  assertEquals(warnings.length, 1);
  assertMatch(warnings[0]!, /TCP.*EPERM/);
});
