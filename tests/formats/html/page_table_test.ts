/** What the script of a page does: unpack, filter, sort, copy. */
import { assertEquals } from "@std/assert";
import { ByteDictionary } from "../../../formats/html/byte_dictionary.ts";
import { readTable, tableText, textAt } from "../../../formats/html/page_table.ts";
import { csvOf } from "../../../formats/html/page/csv.ts";
import { compileTyped } from "../../../formats/html/page/filter.ts";
import { sortRows } from "../../../formats/html/page/order.ts";
import fc from "../../packages/fast_check.ts";
import { parseCsv } from "../../read_back.ts";
import { tableOf } from "./page_tables.ts";

const allRows = (count: number) => Int32Array.from({ length: count }, (_, row) => row);

Deno.test("a table is the same after it was stored and read, whatever its texts are", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ a: fc.string({ unit: "binary" }), b: fc.constantFrom("", "x", "y") }), {
        maxLength: 12,
      }),
      (rows) => {
        const table = tableOf(rows.map(({ a, b }) => ({ a: a.toWellFormed(), b })));
        const read = readTable(tableText(table));
        assertEquals(read.rows, table.rows);
        read.columns.forEach((column, i) => {
          for (let row = 0; row < table.rows; row++) assertEquals(textAt(column, row), textAt(table.columns[i], row));
        });
      },
    ),
    { numRuns: 25 },
  );
});

Deno.test("ByteDictionary gives each string one number, and the strings back by their numbers", () => {
  const dictionary = new ByteDictionary();
  const numbers = new Map<string, number>();
  const encoder = new TextEncoder();
  for (let i = 0; i < 5000; i++) {
    const text = `${i % 3 === 0 ? "" : "ä"}${i % 977}`;
    const bytes = encoder.encode(`<${text}>`);
    const number = dictionary.numberOf(bytes, 1, bytes.length - 1);
    assertEquals(number, numbers.get(text) ?? numbers.size, text);
    numbers.set(text, number);
  }
  assertEquals(dictionary.count, numbers.size);
  assertEquals(dictionary.texts(), [...numbers.keys()]);
});

const table = tableOf([
  {
    protocol: "TCP",
    state: "established",
    local: "10.0.0.1:22",
    src_port: 22,
    "tcp_info.rtt": "0.5",
    "owners.comm": "sshd",
  },
  { protocol: "TCP", state: "listening", local: "*:443", src_port: 443, "owners.comm": "nginx,nginx,envoy" },
  { protocol: "TCP", state: "close-wait", local: "10.0.0.1:443", src_port: 443, "tcp_info.rtt": "12.25" },
  { protocol: "UNIX", state: "listening", local: "/run/a b.sock", "owners.comm": "a (x) [y]" },
]);

/** The rows that pass. */
const passing = (typed: string) => [...allRows(table.rows)].filter(compileTyped(typed, table));

Deno.test("what is typed on a page is compared where it is simple, and looked for as text otherwise", () => {
  const cases: [string, number[]][] = [
    ["", [0, 1, 2, 3]],
    ["  ", [0, 1, 2, 3]],
    ["state = established", [0]],
    ["state=listening", [1, 3]],
    ["state listening", [1, 3]],
    ["state != listening", [0, 2]],
    ["not state = listening", [0, 2]],
    ["rtt > 1", [2]],
    ["tcp_info.rtt <= 0.5", [0]],
    // Without a value nothing is known about it.
    ["rtt != 0.5", [2]],
    ["not rtt > 1", [0]],
    ["sport = :443", [1, 2]],
    ["sport >= 443 and state = close-wait", [2]],
    ["sport == 0.443k", [1, 2]],
    ["comm = envoy", [1]],
    ["comm = ng*", [1]],
    ["comm != sshd", [1, 3]],
    ['comm = "a (x) [y]"', [3]],
    ["NGINX", [1]],
    ["10.0.0.1 443", [2]],
    ["not TCP", [3]],
    ['"a b"', [3]],
    ["a=b", []],
    // Half of a condition is not a condition yet.
    ["state =", [0, 1, 2, 3]],
    ["rtt > x", []],
    ["nothing-like-it", []],
    [".*", []],
    ["\\", []],
  ];
  for (const [typed, rows] of cases) assertEquals(passing(typed), rows, typed);
});

Deno.test("rows are sorted by numbers, addresses or text, absent ones last in both directions, equal ones in their order", () => {
  const sorted = (path: string, descending: boolean) => [
    ...sortRows(allRows(table.rows), table.columns.find((column) => column.path === path)!, descending),
  ];
  assertEquals(sorted("tcp_info.rtt", false), [0, 2, 1, 3]);
  assertEquals(sorted("tcp_info.rtt", true), [2, 0, 1, 3]);
  assertEquals(sorted("state", false), [2, 0, 1, 3]);
  assertEquals(sorted("state", true), [1, 3, 0, 2]);
  const exact = tableOf([{ bytes: "18446744073709551615" }, { bytes: "9" }, { bytes: "18446744073709551614" }, {
    bytes: "10",
  }]);
  assertEquals([...sortRows(allRows(4), exact.columns[0]!, false)], [1, 3, 2, 0]);
  const some = tableOf([{ bytes: "none" }, { bytes: "2" }, { bytes: "" }, { bytes: "1" }, { bytes: "none" }]);
  assertEquals([...sortRows(allRows(5), some.columns[0]!, false)], [3, 1, 0, 2, 4]);
  assertEquals([...sortRows(allRows(5), some.columns[0]!, true)], [1, 3, 0, 2, 4]);
  assertEquals([...allRows(5)].filter(compileTyped("bytes != 1", some)), [1]);
  const ends = tableOf([{ local: "10.0.0.10:1" }, { local: "10.0.0.9:1" }, { local: "*:7" }]);
  assertEquals([...sortRows(allRows(3), ends.columns[0]!, false)], [2, 1, 0]);
});

Deno.test("copied rows are CSV that a reader gives back, without formulas", () => {
  const rows = [{ name: 'a,"b"' }, { name: "two\r\nlines" }, { name: "=1+1" }, { name: "@SUM(A1)" }, { name: "" }];
  const hostile = tableOf(rows.map((row) => ({ ...row, recv_q: "-5" })));
  assertEquals(parseCsv(csvOf(hostile.columns, allRows(5))), [
    ["name", "recv_q"],
    ['a,"b"', "-5"],
    ["two\r\nlines", "-5"],
    ["'=1+1", "-5"],
    ["'@SUM(A1)", "-5"],
    ["", "-5"],
  ]);
  assertEquals(csvOf(hostile.columns, [4, 2]), "name,recv_q\r\n,-5\r\n'=1+1,-5\r\n");
});
