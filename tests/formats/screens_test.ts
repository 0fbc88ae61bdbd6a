/** Screens of the table at usual widths: golden ones, and the one that the docs show. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { screen, tableText, withPicture } from "../../docs/write_table.ts";
import { families } from "../../decode/families/all_families.ts";
import { fieldsOf } from "../../decode/reference/fields.ts";
import { displayWidth } from "../../formats/table/display_text.ts";

const tcp = families.find(({ name }) => name === "TCP")!;
const keyOf = (name: string) => fieldsOf(tcp).find(({ path }) => path === name)!.key;

const WIDTHS = [80, 100, 120, 160, 200];

const read = (path: string) => Deno.readTextFileSync(new URL(path, import.meta.url));

const width = (line: string) => {
  const bytes = new TextEncoder().encode(line);
  return displayWidth(bytes, 0, bytes.length);
};

Deno.test("screens of 80, 100, 120, 160 and 200 columns are byte for byte what they were", () => {
  const text = WIDTHS.map((columns) => `# ${columns} columns\n${screen(columns, 39)}`).join("");
  assertEquals(text, read("../fixtures/golden.screens.txt"));
});

Deno.test("screens of any width hold every port, every process and every inode, on lines that fit", () => {
  for (let columns = 20; columns <= 220; columns += 3) {
    const text = screen(columns, 39);
    for (const line of text.trimEnd().split("\n")) {
      assert(width(line) <= columns && !line.endsWith(" "), `${columns}: ${line}`);
    }
    // A text that is longer than a line is broken.
    const whole = text.replaceAll(/\n {4}/g, "").replaceAll(" ", "");
    for (const port of [80, 5432, 22, 51544, 443, 40122, 43332, 9100, 546]) assertStringIncludes(whole, `:${port}`);
    for (let i = 0; i < 39; i++) assertStringIncludes(whole, String(16500 + 7 * i));
    for (const pid of [812, 1107, 2301, 2317, 990, 645]) assertStringIncludes(whole, String(pid));
    for (const word of ["LISTEN", "ESTAB", "CLOSE-WAIT!", "129!", "36201"]) assertStringIncludes(whole, word);
    for (const comm of ["nginx", "postgres", "sshd", "prometheus", "dhclient"]) assertStringIncludes(whole, comm);
  }
});

Deno.test("docs/table.txt and the README show what the table looks like (deno task screens)", () => {
  assertEquals(read("../../docs/table.txt"), tableText());
  assertStringIncludes(read("../../README.md"), screen(120, 3));
  assertEquals(withPicture(read("../../README.md")), read("../../README.md"));
});

Deno.test("names of services are left out before an address is shortened, and come back where there is room", () => {
  const services = (_protocol: string, port: number) => port === 443 ? "https" : port === 5432 ? "postgresql" : null;
  const at = (columns: number) => screen(columns, 0, {}, { families: [tcp], services }).trimEnd().split("\n");
  const line = (columns: number, port: string) => at(columns).find((line) => line.includes(port))!;
  assertStringIncludes(line(80, "5432"), "[::1]:5432(postgresql)");
  // Above the widths where everything fits, nothing is left out or shortened.
  assertStringIncludes(line(160, ":443"), "[2001:db8:10:20:2590:fffe:3044:1251]:443(https)");
  for (let columns = 60; columns <= 160; columns++) {
    const cell = /\[2001\S*:443\S*/.exec(line(columns, ":443"))?.[0] ?? "";
    if (cell.includes("…")) assert(!cell.includes("https"), cell);
    for (const text of at(columns)) assert(width(text) <= columns, text);
  }
});

Deno.test("processes are on the line if at least half of them fit, else all are below it", () => {
  for (let columns = 60; columns <= 200; columns++) {
    const [heading, ...lines] = screen(columns, 3).trimEnd().split("\n");
    const below = lines.filter((line) => line.includes(" process:")).length;
    if (heading!.includes("process")) assert(below <= 3, `${columns}: ${below}`);
    else assertEquals(below, 7, `${columns}`);
  }
});

Deno.test("--units writes units into headings, and the numbers below are as in csv", () => {
  const columns = ["state", "recv_q", "tcp_info.rtt", "tcp_info.snd_cwnd"].map((name) => ({ name, key: keyOf(name) }));
  const [heading] = screen(120, 0, { units: true }, { families: [tcp], columns }).split("\n");
  assertEquals(heading, "state        recv_q (bytes)  rtt (ms)  cwnd (segments)");
  const [plain] = screen(120, 0, {}, { families: [tcp], columns }).split("\n");
  assertEquals(plain, "state        recv_q  rtt  cwnd");
});
