/** Screens of the table at usual widths: golden ones, and the one that the docs show. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { screen, tableText } from "../../docs/write_table.ts";
import { displayWidth } from "../../formats/table/display_text.ts";

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
    for (const line of text.trimEnd().split("\n")) assert(width(line) <= columns, `${columns}: ${line}`);
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
});
