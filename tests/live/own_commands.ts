/**
 * Commands for shell scripts of tests, made by our own code: first in `PATH`, so that no machine needs to have them.
 *
 *     listen PORT [NAME]                    a TCP listener on all addresses, in a process of this name; for `start`
 *     netns_add NAME[=DEVICE]...            network namespaces with names; `lo` is up, as DEVICE if that is named
 *     in_netns NAME|FILE COMMAND...         runs a command in one
 *     in_userns FILE COMMAND...             runs a command in a user namespace
 *     without_capabilities COMMAND...       runs a command that has none, as the same user
 *     act_on_terminal STEPS COMMAND...      runs a command on a terminal where something is done when a text is shown
 *     answer_on_terminal QUESTION ANSWER COMMAND...
 *                                           runs a command on a terminal of its own, types the answer (as in a string of
 *                                           JSON) behind the question, and prints what the terminal shows
 *     on_terminal COLUMNS COMMAND...        runs a command whose output is a terminal, and prints that
 *     output_to DESCRIPTOR COMMAND...       runs a command whose output is an inherited descriptor, of any number
 *     loopback_up                           brings `lo` up
 *     mkfifo PATH...
 *     mount -t TYPE [-o OPTIONS] SOURCE TARGET, mount --bind FILE TARGET, mount -o remount,OPTIONS TARGET
 *     umount [-l] TARGET...
 */
import { type Hold, ownScript, sourceOf } from "./hold.ts";

export const commandNames = [
  "act_on_terminal",
  "answer_on_terminal",
  "in_netns",
  "in_userns",
  "loopback_up",
  "mkfifo",
  "mount",
  "netns_add",
  "on_terminal",
  "output_to",
  "umount",
  "without_capabilities",
] as const;

const listen: Hold = ({ openTcp, setComm, SOL_SOCKET, SO_REUSEADDR, AF_INET }, port: string, name?: string) => {
  openTcp(AF_INET).setInteger(SOL_SOCKET, SO_REUSEADDR, 1).bind("0.0.0.0", Number(port)).listen(5);
  if (name !== undefined) setComm(name);
};

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

const main = (name: string): string[] => [...ownScript("./own_commands_main.ts"), name];

/** Command line of one of the commands, for those who need no shell. */
export const ownCommand = (name: (typeof commandNames)[number]): string[] => [
  ...["env", `SS2_TEST_DENO_DIR=${Deno.env.get("DENO_DIR") ?? ""}`],
  ...main(name),
];

/** A directory with the commands, and with one for each function of `holders`, whose words are its arguments. */
export class OwnCommands implements Disposable {
  readonly #directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });

  constructor(holders: Readonly<Record<string, Hold>> = {}) {
    for (const name of commandNames) this.#write(name, main(name));
    for (const [name, hold] of Object.entries({ listen, ...holders })) {
      const source = `${this.#directory}/${name}.js`;
      Deno.writeTextFileSync(source, sourceOf(hold));
      this.#write(name, [...ownScript("./hold_main.ts"), "ready", source]);
    }
  }

  /** The cache is that of the tests, whatever a script has set for the program; that is set again for what a command runs. */
  #write(name: string, words: readonly string[]): void {
    const cache = Deno.env.get("DENO_DIR");
    const env = cache === undefined ? "" : `DENO_DIR=${quote(cache)}`;
    const line = `exec env SS2_TEST_DENO_DIR="\${DENO_DIR-}" ${env} ${words.map(quote).join(" ")} "$@"`;
    Deno.writeTextFileSync(`${this.#directory}/${name}`, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  }

  /** For the environment of a script. */
  get path(): string {
    return `${this.#directory}:${Deno.env.get("PATH")}`;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#directory, { recursive: true });
  }
}
