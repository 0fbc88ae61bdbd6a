/** The script and style of pages: what is in the file is what `deno task page` makes of their sources. */
import { assert } from "@std/assert";
import { pageAssets } from "../../../build/page.ts";
import { projectDirectory } from "../../program.ts";

Deno.test("formats/html/page_assets.json is what deno task page writes", async () => {
  const current = Deno.readTextFileSync(`${projectDirectory}formats/html/page_assets.json`);
  assert(await pageAssets() === current, "formats/html/page_assets.json is not current: run deno task page");
});
