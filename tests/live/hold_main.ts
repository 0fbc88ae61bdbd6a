/**
 * A process with open sockets: runs a function of a test, see `hold.ts`.
 *
 *     hold_main.ts said SOURCE ARGUMENTS    prints what the function returns as a line of JSON; ends with standard input
 *     hold_main.ts ready FILE WORDS...      the function is in a file; writes /run/ready; ends by a signal,
 *                                          or after a function that it has returned
 */
import * as held from "./held.ts";
import type { Hold } from "./hold.ts";

/**
 * Replaces the runtime's own sockets, which it uses to receive signals, by other descriptors to wait for, so that a
 * test counts only its own sockets.
 */
function replaceOwnSockets(): void {
  const [reading] = held.openPipe();
  for (const { name } of [...Deno.readDirSync("/proc/self/fd")]) {
    const path = `/proc/self/fd/${name}`;
    if (isSocket(path)) held.replace(Number(name), reading);
  }
}

function isSocket(path: string): boolean {
  try {
    return Deno.readLinkSync(path).startsWith("socket:");
  } catch {
    // The descriptor of the directory itself is closed by now.
    return false;
  }
}

replaceOwnSockets();
held.setComm("holder");
const [mode, source = "", ...words] = Deno.args;
// What the function opens belongs to no variable here: it lives as long as the process.
const run = (source: string, args: readonly unknown[]) => ((0, eval)(source) as Hold)(held, ...args);
if (mode === "said") {
  held.say(await run(source, JSON.parse(words[0]!)) ?? null);
  for await (const _ of Deno.stdin.readable);
  Deno.exit();
} else {
  const rest = await run(Deno.readTextFileSync(source), words);
  Deno.writeTextFileSync("/run/ready", "x");
  if (typeof rest === "function") rest();
  else held.pause();
  Deno.exit();
}
