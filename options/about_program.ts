/**
 * What is asked about the program in place of sockets: its version, its manual, what completes it, what it can do here.
 */
import { quote } from "../decode/text/control_characters.ts";
import type { Given } from "./getopt.ts";
import { UsageError } from "./usage_error.ts";
import { type Command, type OutputOption, shells } from "./command.ts";

/** Options that ask about the program. */
export const programOptions = ["version", "doctor", "completion", "man"] as const;

/** What the option `long`, one of {@linkcode programOptions}, is to print. */
export function describeProgram(given: Given, long: typeof programOptions[number], output: OutputOption): Command {
  const other = programOptions.find((other) => other !== long && given[other] !== undefined && given[other] !== false);
  if (other !== undefined) throw new UsageError(`--${long} and --${other} exclude each other`);
  if (long === "completion") {
    const typed = given[long];
    const shell = shells.find((shell) => shell === typed);
    if (shell !== undefined) return { action: "completion", shell, output };
    throw new UsageError(`--completion takes ${shells.join(", ")}, not ${quote(String(typed))}`);
  }
  if (long === "man") return { action: "man", output };
  const json = given["json"] === true || given["format"] === "json";
  if (given["format"] !== undefined && !json) {
    throw new UsageError(`--${long} prints text or json, not ${quote(String(given["format"]))}`);
  }
  return { action: long, json, compact: given["compact"] === true, output };
}
