/**
 * The contract of an action, which carries out a command.
 */
import type { Write } from "../formats/text/output_buffer.ts";
import type { Command } from "../options/command.ts";

/** Names of actions. */
export type ActionName = Command["action"];

/** The command of an action. */
export type CommandOf<Name extends ActionName> = Command & { readonly action: Name };

/**
 * Carries out a command.
 *
 * @param print receives the output; the bytes are only valid during the call
 * @param abandon is called if pending calls, whose results are not needed, would keep the process alive
 * @returns the exit status
 */
export type Action<Name extends ActionName> = (
  command: CommandOf<Name>,
  print: Write,
  abandon: () => void,
) => number | Promise<number>;
