/**
 * `deno task test:fleet`: pages in Firefox (Debian's package firefox-esr, 300 MB), driven by Puppeteer (from npm). They do what
 * they do in Chromium, for which there are more tests.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { openNamespace } from "../live/namespace.ts";
import { openPair } from "../live/sockets.ts";
import { assertPrinted, runProgram } from "../program.ts";
import { rowsIn } from "../read_page.ts";

/** Its name is no literal, so that nothing else downloads it. */
const PUPPETEER = ["npm:puppeteer-core", "24.43.1"].join("@");

/** What is used of it. */
interface Page {
  on(what: string, call: (it: { text(): string; url(): string }) => void): void;
  goto(url: string): Promise<unknown>;
  setViewport(size: { width: number; height: number }): Promise<void>;
  waitForSelector(selector: string): Promise<unknown>;
  waitForFunction(text: string): Promise<unknown>;
  evaluate(text: string): Promise<unknown>;
  type(selector: string, text: string): Promise<void>;
  click(selector: string): Promise<void>;
}

Deno.test({
  name: "a page opens from disk in Firefox: it asks for nothing, sorts, filters, is dark and small",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const { default: puppeteer } = await import(PUPPETEER);
    const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
    const file = `${directory}/page.html`;
    const browser = await puppeteer.launch({
      browser: "firefox",
      executablePath: "/usr/bin/firefox-esr",
      headless: true,
      extraPrefsFirefox: { "layout.css.prefers-color-scheme.content-override": 0 },
    });
    try {
      using _namespace = openNamespace();
      using pair = openPair();
      assertEquals(assertPrinted(runProgram("-tan", "--format", "html", "--output", file)), "");
      const rows = rowsIn(Deno.readTextFileSync(file));
      const page: Page = await browser.newPage();
      const noise: string[] = [];
      page.on("console", (message) => noise.push(message.text()));
      page.on("pageerror", (error) => noise.push(String(error)));
      // Firefox itself loads a font of its own.
      page.on("request", (request) => request.url().startsWith("data:font/") || noise.push(request.url()));
      await page.setViewport({ width: 1280, height: 900 });
      await page.goto(`file://${file}`);
      await page.waitForSelector("#tools:not([hidden])");
      const status = () => page.evaluate("document.querySelector('#status').textContent");
      assertEquals(await status(), `${rows.length} rows`);
      await page.type("#filter", `state = established and dport = ${pair.listener.localPort}`);
      await page.waitForFunction("document.querySelector('#status').textContent.startsWith('1 of ')");
      const shown = String(await page.evaluate("document.querySelector('#rows tbody').innerText"));
      assertMatch(shown, new RegExp(`:${pair.listener.localPort}\\b`));
      await page.evaluate("document.querySelector('#filter').value = ''");
      await page.type("#filter", " ");
      await page.waitForFunction(`document.querySelector('#status').textContent === '${rows.length} rows'`);
      const first = "document.querySelector('#rows tbody tr[aria-rowindex]').innerText";
      const places = new Set<unknown>();
      for (const direction of ["ascending", "descending"]) {
        await page.click("#rows thead th:nth-child(3) button");
        await page.waitForSelector(`#rows th[aria-sort="${direction}"]`);
        places.add(await page.evaluate(first));
      }
      assertEquals(places.size, 2);
      // The browser prefers dark pages.
      const colour = String(await page.evaluate("getComputedStyle(document.body).backgroundColor"));
      const [red = 255, green = 255, blue = 255] = colour.match(/\d+/g)!.map(Number);
      assert(red + green + blue < 150, colour);
      await page.setViewport({ width: 390, height: 800 });
      assertEquals(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
      assertEquals(noise, []);
    } finally {
      await browser.close();
      Deno.removeSync(directory, { recursive: true });
    }
  },
});
