/**
 * A shell in its own namespaces for mounts, processes and network. Everything it starts and mounts disappears when it
 * ends, and it sees no other processes, names and network namespaces. On request it shares the processes of the
 * machine.
 */
import { programWords, type Run, run, type RunOptions } from "../program.ts";
import type { Hold } from "./hold.ts";
import { OwnCommands } from "./own_commands.ts";

const PRELUDE = `
set -e
mount -t tmpfs none /run
loopback_up
# Waits until the command that runs in the background says that it is ready.
await() {
  for i in $(seq 3000); do
    if [ -s /run/ready ]; then rm /run/ready; return; fi
    sleep 0.02
  done
  echo "not ready" >&2
  exit 1
}
# Runs the rest of its words in the background until the command there is ready.
started=
start() { "$@" & started="$started $!"; await; }
`;

/** In the PID namespace of the test nothing ends by itself. */
const END_ALL = `trap 'kill -9 $started' EXIT
`;

/** A script that waits in vain is ended. */
const LIMIT = ["timeout", "--signal=KILL", "300"];
const UNSHARE = [...LIMIT, "unshare", "--net", "--mount", "--fork", "--kill-child"];
const OWN_PROCESSES = ["--pid", "--mount-proc"];

export interface IsolatedOptions extends RunOptions {
  /** Each becomes a command for `start`: a process that opens sockets, and is named `holder` unless it says otherwise. */
  readonly holders?: Readonly<Record<string, Hold>>;
  /** Whether the processes are those of the machine. By default there are none but those that the script starts. */
  readonly sharesProcesses?: boolean;
}

/**
 * Runs a script by `sh` with an empty `/run`; in it `"$@"` is the program, and the commands are those of `own_commands.ts`:
 * `netns_add a; start in_netns a listen 8080 name`.
 */
export function runIsolated(
  script: string,
  words: readonly string[] = programWords(),
  { env = {}, holders = {}, sharesProcesses = false, ...options }: IsolatedOptions = {},
): Run {
  using commands = new OwnCommands(holders);
  const own = sharesProcesses ? [] : OWN_PROCESSES;
  const command = [...UNSHARE, ...own, "sh", "-c", PRELUDE + (sharesProcesses ? END_ALL : "") + script, "sh", ...words];
  return run(command, { ...options, env: { ...env, PATH: commands.path } });
}
