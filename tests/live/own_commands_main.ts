/**
 * The commands of `own_commands.ts`: the name is the first argument.
 */
import {
  bringLoopbackUp,
  bytesOf,
  CLONE_NEWNET,
  CLONE_NEWUSER,
  close,
  copy,
  dropCapabilities,
  enterNamespace,
  exec,
  fork,
  mkfifo,
  mount,
  MS_BIND,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_PRIVATE,
  MS_RDONLY,
  MS_REC,
  MS_REMOUNT,
  openTerminal,
  replace,
  resizeTerminal,
  takeTerminal,
  terminalModes,
  unmount,
  unshare,
  waitFor,
  writeAll,
} from "./libc.ts";
import type { commandNames } from "./own_commands.ts";

const NAMES = "/run/netns";

const flagWords: Readonly<Record<string, number>> = {
  bind: MS_BIND,
  make_rprivate: MS_PRIVATE | MS_REC,
  nodev: MS_NODEV,
  noexec: MS_NOEXEC,
  nosuid: MS_NOSUID,
  remount: MS_REMOUNT,
  ro: MS_RDONLY,
  rw: 0,
};

/** The forms of mount(8) that need no file of its own to be read. */
function runMount(words: readonly string[]): void {
  const places: string[] = [];
  const options: string[] = [];
  let type: string | null = null;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "-t") type = words[++i]!;
    else if (word === "-o") options.push(...words[++i]!.split(","));
    else if (word.startsWith("--")) options.push(word.slice(2).replace("-", "_"));
    else places.push(word);
  }
  const flags = options.reduce((flags, option) => flags | (flagWords[option] ?? 0), 0);
  const data = options.filter((option) => !Object.hasOwn(flagWords, option)).join(",");
  const [source = "none", target = source] = places;
  mount(source, target, type, flags, data);
  // The kernel takes no other flags together with MS_BIND at first.
  if ((flags & MS_BIND) !== 0 && (flags & ~(MS_BIND | MS_REMOUNT)) !== 0) {
    mount("none", target, null, flags | MS_REMOUNT);
  }
}

function addNamespace(word: string): void {
  const at = word.lastIndexOf("=");
  const name = at > 0 ? word.slice(0, at) : word;
  Deno.mkdirSync(NAMES, { recursive: true });
  Deno.writeTextFileSync(`${NAMES}/${name}`, "", { createNew: true });
  unshare(CLONE_NEWNET);
  bringLoopbackUp(at > 0 ? word.slice(at + 1) : "lo");
  mount("/proc/thread-self/ns/net", `${NAMES}/${name}`, null, MS_BIND);
}

/** Runs a command in a user namespace, which a process with several threads cannot enter. */
function runInUserNamespace([file = "", ...command]: readonly string[]): void {
  Deno.exit(waitFor(fork(() => {
    enterNamespace(file, CLONE_NEWUSER);
    exec(command);
  })));
}

/** Runs a command whose output is a new terminal, so wide, and writes what appears there to the own output. */
function runOnTerminal([columns, ...command]: readonly string[]): void {
  const { terminal, screen } = openTerminal(Number(columns));
  const pid = fork(() => {
    replace(1, terminal);
    exec(command);
  });
  close(terminal);
  copy(screen, 1);
  Deno.exit(waitFor(pid));
}

/** Runs a command that asks a question on its terminal. */
function answerOnTerminal([question = "", answer = "", ...command]: readonly string[]): void {
  const { terminal, screen } = openTerminal(80);
  const pid = fork(() => {
    takeTerminal(terminal);
    for (const fd of [0, 1, 2]) replace(fd, terminal);
    exec(command);
  });
  close(terminal);
  let shown = "";
  let isAnswered = false;
  copy(screen, 1, (part) => {
    shown += new TextDecoder().decode(part);
    if (isAnswered || !shown.includes(question)) return;
    isAnswered = true;
    writeAll(screen, bytesOf(JSON.parse(`"${answer}"`)));
  });
  Deno.exit(waitFor(pid));
}

/** What happens when a text has been shown since the step before. */
interface Step {
  readonly when: string;
  readonly keys?: string;
  readonly signal?: Deno.Signal;
  readonly size?: readonly [rows: number, columns: number];
}

/** Runs a command on a terminal that does something step by step; fails if the modes of the terminal are then not as before. */
function actOnTerminal([text = "", ...command]: readonly string[]): void {
  const steps: Step[] = JSON.parse(text);
  const { terminal, screen } = openTerminal(80);
  const before = terminalModes(screen);
  const pid = fork(() => {
    takeTerminal(terminal);
    for (const fd of [0, 1, 2]) replace(fd, terminal);
    exec(command);
  });
  close(terminal);
  let shown = "";
  copy(screen, 1, (part) => {
    shown += new TextDecoder().decode(part);
    const [step] = steps;
    if (step === undefined || !shown.includes(step.when)) return;
    steps.shift();
    shown = "";
    if (step.keys !== undefined) writeAll(screen, bytesOf(step.keys));
    if (step.signal !== undefined) Deno.kill(pid, step.signal);
    if (step.size !== undefined) resizeTerminal(screen, ...step.size);
  });
  const status = waitFor(pid);
  if (terminalModes(screen) !== before) throw new Error("the modes of the terminal are not as before");
  Deno.exit(status);
}

const commands: Record<(typeof commandNames)[number], (words: readonly string[]) => void> = {
  act_on_terminal: actOnTerminal,
  answer_on_terminal: answerOnTerminal,
  in_netns: ([name = "", ...command]) => {
    enterNamespace(name.includes("/") ? name : `${NAMES}/${name}`);
    exec(command);
  },
  in_userns: runInUserNamespace,
  loopback_up: () => bringLoopbackUp(),
  mkfifo: (paths) => paths.forEach(mkfifo),
  mount: runMount,
  on_terminal: runOnTerminal,
  output_to: ([descriptor, ...command]) => {
    replace(1, Number(descriptor));
    close(Number(descriptor));
    exec(command);
  },
  netns_add: (names) => names.forEach(addNamespace),
  umount: (words) => words.filter((word) => word !== "-l").forEach(unmount),
  without_capabilities: (command) => {
    dropCapabilities();
    exec(command);
  },
};

const [name = "", ...words] = Deno.args;
const cache = Deno.env.get("SS2_TEST_DENO_DIR");
Deno.env.delete("SS2_TEST_DENO_DIR");
if (cache !== undefined && cache !== "") Deno.env.set("DENO_DIR", cache);
else Deno.env.delete("DENO_DIR");
try {
  commands[name as keyof typeof commands](words);
} catch (error) {
  console.error(`${name}: ${(error as Error).message}`);
  Deno.exit(1);
}
