/**
 * The contract of actions: what the program does for a command.
 */
import type { Write } from "../formats/text/output_buffer.ts";
import type { Command } from "../options/command.ts";

/** Names of actions. */
export type ActionName = Command["action"];

/** The command of an action. */
export type CommandOf<Name extends ActionName> = Command & { readonly action: Name };

/**
 * Does what a command says.
 *
 * @param print takes the output; the bytes are valid during the call only
 * @param abandon is called if calls are left under way whose results nobody needs, and which would keep the process waiting
 * @returns the exit status
 */
export type Action<Name extends ActionName> = (
  command: CommandOf<Name>,
  print: Write,
  abandon: () => void,
) => number | Promise<number>;
