/**
 * `deno task page`: makes the script and the style of pages from `formats/html/page/`, and writes them with their hashes
 * to `formats/html/page_assets.json`. Each goes into a page as it is, between its tags.
 */
import { createHash } from "node:crypto";
import { rolldown } from "./packages/rolldown.ts";
import { BuildError, projectDirectory, runBuild } from "./stage.ts";

const DIRECTORY = `${projectDirectory}formats/html/page/`;
const RESULT = `${projectDirectory}formats/html/page_assets.json`;

/** The text of `formats/html/page_assets.json`. */
export async function pageAssets(): Promise<string> {
  const script = await bundleScript();
  const style = shortStyle(Deno.readTextFileSync(`${DIRECTORY}style.css`));
  if (/<\/?(script|style)|<!--/i.test(script + style)) {
    throw new BuildError("a tag in the script or style would end it");
  }
  return JSON.stringify({ script, scriptHash: hashOf(script), style, styleHash: hashOf(style) }, null, 2) + "\n";
}

async function bundleScript(): Promise<string> {
  const build = await rolldown({ input: `${DIRECTORY}page.ts`, logLevel: "silent" });
  const { output } = await build.generate({ format: "iife", minify: true });
  await build.close();
  const [chunk, ...others] = output;
  if (others.length > 0) throw new BuildError("the script of a page must be one file");
  return chunk.code.trim();
}

/** Without comments and needless blanks. The style has no texts with blanks that matter beside one in `content`. */
const shortStyle = (style: string): string =>
  style.replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/\s+/g, " ").replaceAll(/ ?([{};,]) ?/g, "$1").replaceAll(": ", ":")
    .replaceAll(";}", "}").trim();

/** The hash in the content security policy. */
const hashOf = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;

if (import.meta.main) {
  await runBuild(async () => Deno.writeTextFileSync(RESULT, await pageAssets()));
}
