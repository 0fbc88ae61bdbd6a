/** Pictures: their answers and numbers are those of the sockets. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { timeText } from "../../../formats/html/pictures/figure.ts";
import type { RoundPoint } from "../../../formats/format.ts";
import { figuresOf } from "../../../formats/html/pictures/figures.ts";
import { roundFigures } from "../../../formats/html/pictures/rounds.ts";
import { SaxesParser } from "../../packages/saxes.ts";
import { tableOf } from "./page_tables.ts";

type Row = Record<string, string | number>;

function figure(id: string, rows: readonly Row[]) {
  const found = figuresOf(tableOf(rows)).find((figure) => figure.id === id);
  assert(found !== undefined, `no figure ${id}`);
  if (found.svg !== "") {
    const parser = new SaxesParser();
    parser.on("error", (error) => {
      throw error;
    });
    parser.write(found.svg).close();
    assertEquals(/NaN|Infinity|undefined/.exec(found.svg), null);
  }
  return found;
}

const tcp = (state: string, near: number, far: number, rest: Row = {}): Row => ({
  protocol: "TCP",
  state,
  src: "10.0.0.1",
  src_port: near,
  dst: "10.0.0.2",
  dst_port: far,
  local: `10.0.0.1:${near}`,
  remote: `10.0.0.2:${far}`,
  ...rest,
});

Deno.test("states by service: a unit, else a process, else the port of the listener or of the peer", () => {
  const { numbers, answer } = figure("states", [
    tcp("listening", 80, 0, { unit: "nginx.service", "owners.comm": "nginx,nginx" }),
    tcp("established", 80, 5000, { unit: "nginx.service", "owners.comm": "nginx" }),
    tcp("established", 5001, 443, { "owners.comm": "curl,bash" }),
    tcp("time-wait", 80, 5002),
    tcp("time-wait", 5003, 443),
    { protocol: "UNIX", state: "unconnected" },
  ]);
  assertEquals(answer, "6 sockets: 2 established, 1 listening, 2 time-wait, 1 unconnected.");
  assertEquals(numbers!.head, ["service", "established", "listening", "time-wait", "unconnected", "all"]);
  assertEquals(numbers!.rows, [
    ["nginx.service", 1, 1, 0, 0, 2],
    ["curl", 1, 0, 0, 0, 1],
    ["TCP port 80", 0, 0, 1, 0, 1],
    ["TCP to port 443", 0, 0, 1, 0, 1],
    ["UNIX", 0, 0, 0, 1, 1],
  ]);
});

Deno.test("states by service: what is not among the first is in one row, and every socket is counted", () => {
  const rows = Array.from({ length: 300 }, (_, i) => tcp("established", 1, 2, { unit: `u${i % 20}` }));
  const { numbers } = figure("states", rows);
  assertEquals(numbers!.rows.length, 13);
  assertEquals(numbers!.rows.at(-1), ["8 others", 120, 120]);
});

Deno.test("accept queues: full when more wait than the limit, the fullest first", () => {
  const listener = (port: number, waiting: number, limit: number) =>
    tcp("listening", port, 0, { backlog: waiting, backlog_limit: limit });
  const { answer, numbers, svg } = figure("accept-queues", [
    listener(1, 0, 128),
    listener(2, 129, 128),
    listener(3, 5, 5),
    tcp("established", 1, 2),
  ]);
  assertEquals(answer, "3 listeners: 2 with a queue, 1 full.");
  assertEquals(numbers!.rows, [["10.0.0.1:2", 129, 128], ["10.0.0.1:3", 5, 5], ["10.0.0.1:1", 0, 128]]);
  assertStringIncludes(svg, "129 wait, the limit is 128");
  const none = figure("accept-queues", [tcp("established", 1, 2, { backlog: "", backlog_limit: "" })]);
  assertEquals([none.svg, none.numbers], ["", null]);
  assertStringIncludes(none.answer, "-a and -l list them");
});

Deno.test("CLOSE-WAIT: who, how many, and how long nothing was received", () => {
  const silent = (comm: string, milliseconds: number) =>
    tcp("close-wait", 1, 2, { "owners.comm": comm, "tcp_info.last_data_recv": milliseconds });
  const { answer, numbers } = figure("close-wait", [silent("a", 5000), silent("b", 1), silent("a", 7_200_000)]);
  assertEquals(answer, "3 sockets in CLOSE-WAIT; one has received nothing for 2 h.");
  assertEquals(numbers!.rows, [["a", 2, 7_200_000], ["b", 1, 1]]);
});

Deno.test("round-trip times: bins of 1, 2, 5, percentiles, and nothing of listeners", () => {
  const times = [0.15, 0.19, 0.2, 0.21, 30, 9_999_999];
  const rows = [
    ...times.map((rtt) => tcp("established", 1, 2, { "tcp_info.rtt": rtt })),
    tcp("listening", 1, 0, { "tcp_info.rtt": 3 }),
  ];
  const { answer, numbers } = figure("rtt", rows);
  assertEquals(answer, "6 connections: half within 200 us, 95 % within 2.78 h, the longest 2.78 h.");
  assertEquals(numbers!.rows.filter(([, count]) => count !== 0), [
    ["100 us to 200 us", 3],
    ["200 us to 500 us", 1],
    ["20 ms to 50 ms", 1],
    ["more than 5 s", 1],
  ]);
});

Deno.test("retransmissions: the share of sent bytes, against the round-trip time", () => {
  const sent = (bytes: number, again: number, rtt: number) =>
    tcp("established", 1, rtt, { "tcp_info.bytes_sent": bytes, "tcp_info.bytes_retrans": again, "tcp_info.rtt": rtt });
  const { answer, numbers } = figure("retransmissions", [
    sent(1000, 0, 1),
    sent(1000, 125, 80),
    sent(0, 0, 5),
    sent(2000, 20, 3),
  ]);
  assertEquals(answer, "2 of 3 connections sent bytes again, at most 12.5 % of what was sent.");
  assertEquals(numbers!.rows.map(([, share, time]) => [share, time]), [["12.5 %", "80 ms"], ["1 %", "3 ms"]]);
  assertEquals(figure("retransmissions", [sent(10, 0, 1)]).answer, "1 connection: nothing was sent again.");
});

Deno.test("bytes by peer, and rates by service, are sums", () => {
  const to = (dst: string, sent: number, received: number) =>
    tcp("established", 1, 2, { dst, "tcp_info.bytes_sent": sent, "tcp_info.bytes_received": received });
  const peers = figure("peers", [to("a", 1, 2), to("b", 1000, 0), to("a", 3, 4)]);
  assertEquals(peers.numbers!.rows, [["b", 1000, 0], ["a", 4, 6]]);
  const rated = (comm: string, sent: string, received: string) =>
    tcp("established", 1, 2, { "owners.comm": comm, "rates.bytes_sent": sent, "rates.bytes_received": received });
  const rates = figure("rates", [rated("x", "1.5", "0"), rated("y", "1000", "2000"), rated("x", "", "1")]);
  assertEquals(rates.numbers!.rows, [["y", 1000, 2000], ["x", 2, 1]]);
  assertStringIncludes(rates.answer, "1 kB/s sent and 2 kB/s received by 2 services");
});

Deno.test("who talks to whom: both ends of a connection are one, from the client to the server", () => {
  const end = (comm: string, near: number, far: number): Row => ({
    ...tcp("established", near, far, { "owners.comm": comm }),
    src: "127.0.0.1",
    dst: far === 80 ? "127.0.0.1" : "::ffff:127.0.0.1",
  });
  const { numbers, answer } = figure("talk", [
    { ...tcp("listening", 80, 0, { "owners.comm": "server" }), src: "0.0.0.0", dst: "0.0.0.0" },
    end("client", 5000, 80),
    end("server", 80, 5000),
    end("server", 80, 5001),
    end("client", 5001, 80),
    end("other", 5002, 80),
    { protocol: "UNIX", state: "established", inode: 7, peer_inode: 8, local: "* 7", "owners.comm": "client" },
    { protocol: "UNIX", state: "established", inode: 8, peer_inode: 7, local: "/run/x 8", "owners.comm": "dbus" },
    tcp("established", 9, 9, { "owners.comm": "far" }),
  ]);
  assertEquals(numbers!.rows, [["client", "server", 2], ["client", "dbus", 1]]);
  assertStringIncludes(answer, "3 connections between 3 services");
});

Deno.test("the graph has up to 50 services, and the matrix the 12 with the most connections", () => {
  const pairs = (count: number) =>
    Array.from({ length: count }, (_, i): Row[] => [
      {
        protocol: "UNIX",
        state: "established",
        inode: 2 * i + 1,
        peer_inode: 2 * i + 2,
        "owners.comm": `c${i}`,
        local: "*",
      },
      {
        protocol: "UNIX",
        state: "established",
        inode: 2 * i + 2,
        peer_inode: 2 * i + 1,
        "owners.comm": "hub",
        local: "/x",
      },
    ]).flat();
  assert(figure("talk-graph", pairs(49)).svg.includes("<circle"));
  assertEquals(figuresOf(tableOf(pairs(50))).some(({ id }) => id === "talk-graph"), false);
  assertStringIncludes(figure("talk", pairs(50)).answer, "12 services with the most");
});

Deno.test("times have the unit in which they are easy to read", () => {
  assertEquals([0, 0.05, 0.9996, 1, 59_999, 60_000, 86_400_000].map(timeText), [
    ...["0 ms", "50 us", "1000 us", "1 ms", "60 s", "1 min", "1 d"],
  ]);
});

Deno.test("several rounds: rates of the busiest services over time, and what was opened and closed", () => {
  const start = Date.UTC(2026, 0, 2, 3, 4, 5);
  const points = Array.from({ length: 4 }, (_, i): RoundPoint => ({
    time: start + 2000 * i,
    ...i === 0 ? {} : { interval: 2 },
    sockets: 10 + i,
    opened: i,
    closed: 1,
    complete: true,
    traffic: Array.from(
      { length: 7 },
      (_, service) => ({ name: `<s${service}>`, sent: 1000 * service * i, received: 1 }),
    ),
    retransmitted: i / 4,
  }));
  const [rates, opened] = roundFigures(points);
  assertEquals([rates!.id, opened!.id], ["rates-over-time", "opened-and-closed"]);
  assertEquals(
    rates!.answer,
    "3 rounds from 03:04:07 UTC to 03:04:11 UTC; at most 63 kB/s sent and received together.",
  );
  assertEquals(rates!.numbers!.rows, [
    ["03:04:07 UTC", 21_000, 7, 0.3],
    ["03:04:09 UTC", 42_000, 7, 0.5],
    ["03:04:11 UTC", 63_000, 7, 0.8],
  ]);
  // Five services and the sum of the others, sent and received.
  assertEquals(rates!.svg.match(/class="curve /g)!.length, 12);
  assertStringIncludes(rates!.svg, "2 others");
  assertStringIncludes(rates!.svg, "&lt;s6&gt;: 18 kB/s");
  assertEquals(opened!.numbers!.rows.at(-1), ["03:04:11 UTC", 13, 3, 1]);
  for (const { svg } of [rates!, opened!]) {
    assertEquals(/NaN|Infinity|undefined/.exec(svg), null);
    new SaxesParser().write(svg).close();
  }
  // One interval is no course of time, and without rates there is no curve of them.
  assertEquals(roundFigures(points.slice(0, 2)), []);
  const unrated = points.map(({ traffic: _, ...point }) => point);
  assertEquals(roundFigures(unrated).map(({ id }) => id), ["opened-and-closed"]);
  const partial = points.map((point, i) => ({ ...point, complete: i !== 2 }));
  for (const { answer } of roundFigures(partial)) {
    assertStringIncludes(answer, " 1 round is incomplete: sockets are missing there.");
  }
  const idle = points.map((point) => ({ ...point, traffic: [] }));
  assertEquals([roundFigures(idle)[0]!.svg, roundFigures(idle)[0]!.numbers], ["", null]);
});
