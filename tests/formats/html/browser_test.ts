/** Pages in a real Chromium: they ask for nothing, run nothing of others, and do what readers do with them. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { familyCalled } from "../../../decode/families/all_families.ts";
import { AF_INET } from "../../../decode/kernel/address_family.ts";
import { runPlan } from "../../../decode/plan/run_plan.ts";
import { defineKey, defineWord } from "../../../decode/record/key.ts";
import type { RecordSink } from "../../../decode/record/record_sink.ts";
import { isInstalled, pathOf, without } from "../../judges.ts";
import { chromium, type Page } from "../../packages/playwright.ts";
import { openRecording } from "../../pcap_source.ts";
import { written } from "../../read_back.ts";
import { rowsIn } from "../../read_page.ts";

const tcp = familyCalled("tcp");
const HACK = "window.hacked=1";
const HOSTILE = [
  `</script><script>${HACK}</script>`,
  `<!--<script>${HACK}</script>`,
  `<img src=x onerror="${HACK}">`,
  `"><svg onload="${HACK}">`,
  `' onmouseover='${HACK}`,
  `<iframe srcdoc="<script>parent.${HACK}</script>">`,
  "</textarea></title></style><base href=http://192.0.2.1/>",
  "\u2028\u202egnp.exe",
];

const recorded = (sink: RecordSink) => {
  const plan = { families: [tcp], addressFamilies: [AF_INET], states: -1, bpfMaps: false };
  assertEquals(runPlan(plan, openRecording("tcp500.k61"), sink).warnings, []);
};

/** Sockets with different ports and addresses; each is held by a process whose name is one of `names`. */
const made = (count: number, names: readonly string[]) => (sink: RecordSink) => {
  const [state, src, port] = [
    defineKey(null, "state", { type: "name" }),
    defineKey(null, "src", { type: "address" }),
    defineKey(null, "src_port", { type: "integer" }),
  ];
  const unit = defineKey(null, "unit", { type: "text" });
  const [established, closed] = [defineWord("established"), defineWord("close-wait")];
  const address = new Uint8Array(4);
  const units = names.map((name) => new TextEncoder().encode(name));
  sink.openProtocol("TCP");
  for (let i = 0; i < count; i++) {
    new DataView(address.buffer).setUint32(0, 0x0a000000 + i);
    sink.openRecord();
    sink.name(state, i % 10 === 0 ? closed : established);
    sink.address(src, false, address, 0);
    sink.integer(port, i % 65536);
    const bytes = units[i % units.length]!;
    sink.text(unit, bytes, 0, bytes.length);
    sink.closeRecord();
  }
  sink.closeProtocol();
};

const content = { families: [tcp], lookups: ["cgroups" as const] };
const status = (page: Page) => page.locator("#status").textContent();
const tells = (page: Page, text: string) => page.locator("#status", { hasText: text }).waitFor();
const firstCells = (page: Page) => page.locator("#rows tbody tr:not([aria-hidden]) td:first-child").allTextContents();
const cell = (page: Page, row: number, column: number) =>
  page.locator(`#rows tr[aria-rowindex="${row + 2}"] td:nth-child(${column})`).textContent();

/** Opens pages, and notes whatever they ask for or complain of. */
class Reader implements AsyncDisposable {
  readonly noise: string[] = [];
  readonly #directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  readonly #files: string[] = [];

  constructor(readonly browser: Awaited<ReturnType<typeof chromium.launch>>) {}

  async open(html: string, options: Parameters<typeof this.browser.newContext>[0] = {}): Promise<Page> {
    const file = `${this.#directory}/page${this.#files.length}.html`;
    this.#files.push(file);
    Deno.writeTextFileSync(file, html);
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    page.on("console", (message) => this.noise.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => this.noise.push(`error: ${error}`));
    page.on(
      "request",
      (request) => this.#files.some((file) => request.url() === `file://${file}`) || this.noise.push(request.url()),
    );
    page.on("dialog", (dialog) => this.noise.push(`dialog: ${dialog.message()}`));
    await page.goto(`file://${file}`);
    if (options.javaScriptEnabled !== false) await page.locator("#tools").waitFor();
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    Deno.removeSync(this.#directory, { recursive: true });
  }
}

Deno.test({
  name: `pages in Chromium: sort, filter, columns, copy, print, dark, small, without scripts, hostile, large${
    without("chromium")
  }`,
  ignore: !isInstalled("chromium"),
  // The driver keeps timers and processes of its own until the browser has ended.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    const browser = await chromium.launch({
      executablePath: pathOf("chromium")!,
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    });
    await using reader = new Reader(browser);
    const html = written("html", recorded, {}, { families: [tcp] });
    const rows = rowsIn(html);

    await test.step("sorting, typing, columns, keyboard", async () => {
      const page = await reader.open(html);
      assertEquals(await status(page), "500 rows");
      const sort = page.locator("#rows th button", { hasText: "rtt" });
      await sort.click();
      const times = rows.map((row) => Number(row["tcp_info.rtt"])).sort((a, b) => b - a);
      assertEquals(Number(await cell(page, 0, 7)), times[0]);
      assertEquals(await page.locator("th[aria-sort]").getAttribute("aria-sort"), "descending");
      await sort.focus();
      await page.keyboard.press("Enter");
      assertEquals(Number(await cell(page, 0, 7)), times.at(-1));
      await page.fill("#filter", "state = listening");
      await tells(page, "2 of 500 rows");
      assertEquals((await firstCells(page)).length, 2);
      await page.fill("#filter", "established 127.0.0.1:20001 rtt > 0.2");
      const wanted = rows.filter((row) =>
        row["state"] === "established" && Object.values(row).some((text) =>
          text.includes("127.0.0.1:20001")
        ) &&
        Number(row["tcp_info.rtt"]) > 0.2
      ).length;
      await tells(page, `${wanted} of 500 rows`);
      await page.keyboard.press("Escape");
      await tells(page, "500 rows");
      await page.locator("#tools summary").click();
      await page.locator("#columns label", { hasText: /^ src$/ }).click();
      assertEquals(await page.locator("#rows th", { hasText: /^src$/ }).count(), 1);
      await page.locator("#columns label", { hasText: "protocol" }).click();
      assertEquals(await page.locator("#rows th").first().textContent(), "state");
      // The first stop of the keyboard leads past everything else.
      await page.evaluate("document.activeElement.blur(); scrollTo(0, 0)");
      await page.locator(".skip").focus();
      await page.keyboard.press("Enter");
      assertStringIncludes(page.url(), "#sockets");
    });

    await test.step("what is shown can be copied as CSV", async () => {
      const page = await reader.open(html, { permissions: ["clipboard-read", "clipboard-write"] });
      await page.fill("#filter", "state = listening");
      await tells(page, "2 of 500");
      await page.click("#copy");
      await tells(page, "2 rows copied as CSV");
      const copied = await page.evaluate<string>("navigator.clipboard.readText()");
      assertEquals(copied.trimEnd().split(/\r?\n/).length, 3);
      assert(copied.startsWith("protocol,state,local,remote,"), copied);
    });

    await test.step("print, dark and small", async () => {
      const page = await reader.open(written("html", made(200, ["a"]), {}, content));
      const pdf = await page.pdf();
      assertEquals(new TextDecoder().decode(pdf.subarray(0, 5)), "%PDF-");
      // More than the rows in sight.
      assert(new TextDecoder("latin1").decode(pdf).match(/\/Type\s*\/Page\b/g)!.length > 3);
      const background = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      assertEquals(await background(), "rgb(255, 255, 255)");
      await page.emulateMedia({ colorScheme: "dark" });
      assertEquals(await background(), "rgb(15, 19, 24)");
      await page.setViewportSize({ width: 390, height: 800 });
      assertEquals(await page.evaluate("document.documentElement.scrollWidth"), 390);
    });

    await test.step("without scripts there are pictures and the first rows", async () => {
      const page = await reader.open(written("html", made(600, ["a"]), {}, content), { javaScriptEnabled: false });
      assertEquals(await page.locator("#rows tbody tr").count(), 500);
      assert(await page.locator("figure svg").first().isVisible());
      assert(await page.locator("noscript").isVisible());
      assertEquals(await page.locator("#tools").isVisible(), false);
    });

    await test.step("hostile names do nothing", async () => {
      const page = await reader.open(written("html", made(HOSTILE.length, HOSTILE), {}, content));
      assertEquals(await page.evaluate("window.hacked"), undefined);
      assertEquals(await page.locator("img, iframe, base, #rows script").count(), 0);
      assertStringIncludes(await page.locator("#rows").innerText(), HOSTILE[0]!);
      await page.locator("#rows td").first().hover();
      assertEquals(await page.evaluate("window.hacked"), undefined);
    });

    await test.step("0 and 1 sockets", async () => {
      const none = await reader.open(written("html", made(0, []), {}, content));
      assertEquals(await status(none), "0 rows");
      const one = await reader.open(written("html", made(1, ["a"]), {}, content));
      assertEquals(await status(one), "1 row");
    });

    await test.step("100,000 sockets: only rows in sight are in the document, and the last one can be reached", async () => {
      const page = await reader.open(written("html", made(100_000, ["a", "b", "c"]), {}, content));
      assertEquals(await status(page), "100,000 rows");
      assert(await page.locator("#rows tr").count() < 200);
      await page.evaluate("document.getElementById('rows').scrollTop = 1e9");
      await page.locator('#rows tr[aria-rowindex="100001"]').waitFor();
      assert(await page.locator("#rows tr").count() < 200);
      await page.fill("#filter", "state = close-wait and unit = a");
      await tells(page, "3,334 of 100,000 rows");
    });

    assertEquals(reader.noise, []);
  },
});
