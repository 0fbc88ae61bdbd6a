/** The table on a terminal, as tests read it. */
import { assert, assertEquals } from "@std/assert";
import { programWords, run } from "../program.ts";
import { ownCommand } from "./own_commands.ts";

/** What the program shows on a terminal of so many columns, without colours. */
export function screen(columns: number, ...args: string[]): string {
  const command = [...ownCommand("on_terminal"), String(columns), ...programWords(), ...args, "--table"];
  const { code, stdout, stderr } = run(command, { env: { TERM: "xterm", NO_COLOR: "1" } });
  assertEquals([code, stderr], [0, ""], stdout);
  const text = stdout.replaceAll("\r\n", "\n");
  for (const line of text.trimEnd().split("\n")) assert([...line].length <= columns, `${columns}: ${line}`);
  return text;
}

export interface Shown {
  readonly line: string;
  /** The lines below it, joined; a long text is broken behind a comma. */
  readonly below: string;
}

/** The sockets of a screen. */
export function socketsOf(text: string): Shown[] {
  const sockets: { line: string; below: string }[] = [];
  for (const line of text.trimEnd().split("\n").slice(1)) {
    if (!line.startsWith("    ")) sockets.push({ line, below: "" });
    else sockets.at(-1)!.below += (sockets.at(-1)!.below.endsWith(",") ? "" : " ") + line.trim();
  }
  return sockets;
}
