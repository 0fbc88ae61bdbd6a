/**
 * The program with all of its modules in one script.
 */
import { inTemporaryDirectory, runDeno, stage } from "./stage.ts";

/** The script; it says of itself how it was built. */
export function bundle(how: "packed" | "compiled"): Promise<Uint8Array<ArrayBuffer>> {
  return inTemporaryDirectory((directory) => {
    stage(directory, how);
    // A start reads all of it: what is half as long takes a tenth less time.
    runDeno(["bundle", "--quiet", "--minify", "--output", "ss2.js", "main.ts"], directory);
    return Deno.readFileSync(`${directory}/ss2.js`);
  });
}
