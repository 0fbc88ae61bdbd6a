/** The reference of fields as lines and as objects. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { families } from "../../../decode/families/all_families.ts";
import { fieldsOf } from "../../../decode/reference/fields.ts";
import { fieldEntries, fieldTable } from "../../../formats/json/field_table.ts";
import { fields } from "../../../mod.ts";

const lines = fieldTable(families).trimEnd().split("\n");

Deno.test("fieldTable has one line a field, of nine columns that two spaces part, five of them aligned words", () => {
  assertEquals(lines.length, families.reduce((count, family) => count + fieldsOf(family).length, 0));
  const starts = (line: string) => [...line.matchAll(/(?<= {2})\S/g)].slice(0, 5).map(({ index }) => index);
  for (const line of lines) {
    assertEquals(line.split(/ {2,}/).length, 9, line);
    assertEquals(starts(line), starts(lines[0]!), line);
  }
});

Deno.test("fieldTable says type, unit, kernel, meaning, source, privilege and metric", () => {
  const at = (path: string) => lines.find((line) => new RegExp(`^TCP +${path} `).test(line))!.split(/ {2,}/).slice(1);
  assertEquals(at("tcp_info.min_rtt"), [
    "tcp_info.min_rtt",
    "integer?",
    "us",
    "4.6",
    "Smallest recent round-trip time; null before the first sample.",
    "INET_DIAG_INFO tcp_info.tcpi_min_rtt",
    "-",
    "gauge",
  ]);
  assertEquals([at("tcp_info.opts_raw").at(1), at("tcp_info.opts").at(1)], ["integer", "name[]"]);
  assertEquals([at("md5sig").at(1), at("md5sig").at(-2)], ["object[]", "CAP_NET_ADMIN"]);
  assertEquals(at("mark").slice(-3, -1), ["INET_DIAG_MARK", "CAP_NET_ADMIN"]);
});

Deno.test("a number is a counter, a gauge, or no quantity at all", () => {
  const metrics = (family: string) =>
    Object.fromEntries(
      fieldEntries(families).filter((entry) => entry.family === family).map(({ path, metric }) => [path, metric]),
    );
  const tcp = metrics("TCP");
  const counters = ["bytes_sent", "bytes_received", "segs_out", "total_retrans", "delivered_ce", "busy_time"];
  for (const name of counters) assertEquals(tcp[`tcp_info.${name}`], "counter", name);
  for (const name of ["rtt", "unacked", "delivery_rate"]) assertEquals(tcp[`tcp_info.${name}`], "gauge", name);
  for (const path of ["src_port", "inode", "cookie", "state", "tcp_info", "tcp_info.opts"]) {
    assertEquals(tcp[path], null);
  }
  assertEquals([metrics("UDP")["skmeminfo.drops"], metrics("UDP")["drops"], metrics("UDP")["recv_q"]], [
    "counter",
    "counter",
    "gauge",
  ]);
  assertEquals(metrics("MPTCP")["mptcp_info.bytes_sent"], "counter");
  assertEquals(metrics("SCTP")["sctp_info.opackets"], "counter");
  assertEquals(metrics("XDP")["stats.rx_dropped"], "counter");
  assertEquals(metrics("TIPC")["drop"], "counter");
});

Deno.test("fieldEntries has all of it for programs, with the words of names", () => {
  const entries = fieldEntries(families);
  assertEquals(entries.length, lines.length);
  assertEquals(entries.find(({ path }) => path === "shutdown_names")!.words, ["receive", "send"]);
  assertEquals(new Set(entries.map((entry) => Object.keys(entry).join())).size, 1);
  for (const { family, path } of entries) assertMatch(`${family} ${path}`, /^[A-Z]+ [a-z0-9_.]+$/);
});

Deno.test("fields of the library are those of the family's tables", () => {
  assertEquals(fields("tcp"), families.filter(({ name }) => name === "TCP").flatMap(fieldsOf));
  let message = "";
  try {
    fields("nonsense" as "tcp");
  } catch (error) {
    assert(error instanceof RangeError);
    message = error.message;
  }
  assertMatch(message, /^unknown family "nonsense"; there are tcp/);
});
