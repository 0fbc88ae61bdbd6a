/**
 * Where the Python tool of the same name (pyroute2) is, if this machine has it.
 */
import { run } from "../program.ts";

/** The Python tool; this program may be installed under the same name. */
export function findPythonTool(): string | null {
  const path = run(["sh", "-c", "command -v ss2"]).stdout.trim();
  if (path === "") return null;
  const start = new Uint8Array(4096);
  using file = Deno.openSync(path);
  const text = new TextDecoder().decode(start.subarray(0, file.readSync(start) ?? 0));
  return /^#!.*python/.test(text) && run([path, "--help"]).code === 0 ? path : null;
}
