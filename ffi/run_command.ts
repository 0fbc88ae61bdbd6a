/**
 * Runs a command with the program's own standard streams; see posix_spawn(3). Deno's own way to do so needs a permission.
 */
import { EINTR } from "../decode/kernel/errno.ts";
import { SystemError } from "../decode/kernel/errors.ts";
import { quote } from "../decode/text/control_characters.ts";
import { cString } from "./file.ts";
import { errno, libc } from "./libc.ts";

/** Sizes of `posix_spawnattr_t` and `sigset_t` of glibc, or more. */
const ATTRIBUTES_SIZE = 512;
const SIGNALS_SIZE = 128;
const POSIX_SPAWN_SETSIGDEF = 4;
const POSIX_SPAWN_SETSIGMASK = 8;
const WNOHANG = 1;

/** The signals that are passed on to the command, with their numbers. */
const passed = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGUSR1: 10, SIGUSR2: 12, SIGTERM: 15 } as const;
/** Those that a terminal sends to all processes in its foreground. */
const OF_TERMINAL: readonly string[] = ["SIGINT", "SIGQUIT"];
/** SIGPIPE, which Deno ignores, and the command should not. */
const SIGPIPE = 13;
const TIOCGPGRP = 0x540fn;

/** The variable with the environment of a command. */
const EXPORTS = "SS2_ENVIRONMENT";
/** A script that sets that environment and executes the command. */
const SHELL = ["/bin/sh", "-c", `eval "$${EXPORTS}"; unset ${EXPORTS}; exec "$@"`, "ss2"];

/** The pauses between two checks whether the command has ended, in milliseconds. */
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 20;

/** A command that runs. */
export class RunningCommand implements Disposable {
  private constructor(readonly pid: number, readonly signals: PassedSignals) {}

  /**
   * Starts a command, which is searched for in `PATH`.
   *
   * @param exports what `export -p` of a shell prints of its environment; `null` for the environment of this process
   * @throws {SystemError} if it cannot be started
   */
  static start(words: readonly string[], exports: string | null): RunningCommand {
    const strings = (exports === null ? words : [...SHELL, ...words]).map(cString);
    const variables = exports === null ? [] : [cString(`${EXPORTS}=${exports}`)];
    const [argumentList, own] = [pointersTo(strings), pointersTo(variables)];
    const environment = exports === null ? inherited() : Deno.UnsafePointer.of(own);
    const pid = new Int32Array(1);
    using stack = new DisposableStack();
    // Before the start, because a signal may arrive as soon as the command says that it is ready.
    const signals = stack.use(new PassedSignals(() => pid[0]!));
    const error = libc.posix_spawnp(pid, strings[0]!, null, attributes(), argumentList, environment);
    if (error !== 0) throw new SystemError(`cannot run ${quote(words[0]!)}`, error);
    stack.move();
    return new RunningCommand(pid[0]!, signals);
  }

  /** Waits for the end of the command; returns its exit status, 128 and the signal if one has ended it. */
  async wait(): Promise<number> {
    const status = new Int32Array(1);
    for (let pause = FIRST_PAUSE;; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      const ended = libc.waitpid(this.pid, status, WNOHANG);
      const error = ended < 0 ? errno() : 0;
      if (error !== 0 && error !== EINTR) throw new SystemError("wait for the command", error);
      if (ended === this.pid) break;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    // From now on the PID may belong to another process.
    this.signals[Symbol.dispose]();
    const signal = status[0]! & 0x7f;
    return signal === 0 ? status[0]! >> 8 & 0xff : 128 + signal;
  }

  [Symbol.dispose](): void {
    this.signals[Symbol.dispose]();
  }
}

/** Passes signals on to a process. Handlers run between other code: never while the process is being started. */
class PassedSignals implements Disposable {
  readonly #handlers: (readonly [signal: Deno.Signal, handler: () => void])[] = [];

  constructor(pid: () => number) {
    for (const [name, number] of Object.entries(passed)) {
      const handler = () => {
        if (!OF_TERMINAL.includes(name) || !isInForeground()) libc.kill(pid(), number);
      };
      this.#handlers.push([name as Deno.Signal, handler]);
      Deno.addSignalListener(name as Deno.Signal, handler);
    }
  }

  [Symbol.dispose](): void {
    for (const [signal, handler] of this.#handlers.splice(0)) Deno.removeSignalListener(signal, handler);
  }
}

/** A list of pointers with a null pointer at its end. What it points to must be kept. */
const pointersTo = (strings: readonly Uint8Array<ArrayBuffer>[]): BigUint64Array<ArrayBuffer> =>
  BigUint64Array.from([...strings.map((string) => Deno.UnsafePointer.value(Deno.UnsafePointer.of(string))), 0n]);

/** The command blocks and ignores only the signals that were blocked or ignored when this program started. */
function attributes(): Uint8Array<ArrayBuffer> {
  const attributes = new Uint8Array(ATTRIBUTES_SIZE);
  const defaults = new Uint8Array(SIGNALS_SIZE);
  defaults[(SIGPIPE - 1) >> 3] = 1 << (SIGPIPE - 1 & 7);
  libc.posix_spawnattr_init(attributes);
  libc.posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  libc.posix_spawnattr_setsigdefault(attributes, defaults);
  libc.posix_spawnattr_setsigmask(attributes, new Uint8Array(SIGNALS_SIZE));
  return attributes;
}

/** The variable `environ` of the C library. */
function inherited(): Deno.PointerValue {
  const { environ } = Deno.dlopen("libc.so.6", { environ: { type: "pointer" } }).symbols;
  return Deno.UnsafePointer.create(new Deno.UnsafePointerView(environ!).getBigUint64());
}

/** Whether a terminal sends its signals to this process too, and so to the command. */
function isInForeground(): boolean {
  const group = new Int32Array(1);
  return libc.ioctl(0, TIOCGPGRP, group) === 0 && group[0] === libc.getpgrp();
}
