/**
 * Text read by Python, which judges from outside.
 */
import { parseExact } from "./exact_json.ts";
import { PYTHON } from "./judges.ts";

/** Runs a Python script with text in the file of its first argument, and reads the JSON that it prints. */
export function readByPython(script: string, text: string, ...args: string[]): unknown {
  const path = Deno.makeTempFileSync({ prefix: "ss2-test-" });
  try {
    Deno.writeTextFileSync(path, text);
    const { success, stdout, stderr } = new Deno.Command(PYTHON, { args: ["-c", script, path, ...args] }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return parseExact(new TextDecoder().decode(stdout));
  } finally {
    Deno.removeSync(path);
  }
}
