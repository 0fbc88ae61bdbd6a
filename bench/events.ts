/**
 * Measures how many sockets can be closed a second so that `-E` loses no event.
 */
import { succeed } from "../ffi/libc.ts";
import { openLibc, raiseDescriptorLimit } from "./libc.ts";
import type { Program } from "./programs.ts";

/** What was measured. */
export interface EventRates {
  readonly program: Program;
  /** Events printed a second, one for each run; a run with losses has 0. */
  readonly rates: readonly number[];
  /** Events that were lost in all runs. */
  readonly lost: number;
}

const AF_INET = 2;
const SOCK_STREAM = 1;
/** Sockets that are closed at once. */
const AT_ONCE = 15_000;
const RESERVED = 200;
/** How often that is done in a run. */
const TURNS = 4;
/** Milliseconds that a run may take. */
const DEADLINE = 120_000;
const NEWLINE = 0x0a;

/** Whether a program receives events in this namespace. */
const isFollowing = (): boolean =>
  Deno.readTextFileSync("/proc/self/net/netlink").split("\n").map((line) => line.split(/\s+/))
    .some(([, protocol, , groups]) => protocol === "4" && Number(`0x${groups}`) > 0);

/** Runs the program some times. Its output is counted as it comes. */
export async function measureEvents(program: Program, runs: number, stop: AbortSignal): Promise<EventRates> {
  const rates: number[] = [];
  let lost = 0;
  for (let run = 0; run < runs; run++) {
    const result = await runOnce(program, stop);
    lost += result.lost;
    rates.push(result.lost > 0 ? 0 : result.rate);
  }
  return { program, rates, lost };
}

async function runOnce(program: Program, stop: AbortSignal): Promise<{ readonly rate: number; readonly lost: number }> {
  const child = new Deno.Command(program.command[0]!, {
    args: program.command.slice(1),
    stdin: "null",
    stdout: "piped",
    stderr: "null",
    signal: stop,
  }).spawn();
  const deadline = setTimeout(() => child.kill("SIGKILL"), DEADLINE);
  try {
    while (!isFollowing()) await new Promise((resolve) => setTimeout(resolve, 10));
    return await closeSockets(new Lines(child.stdout));
  } finally {
    clearTimeout(deadline);
    child.kill("SIGTERM");
    await child.status;
  }
}

/** Counts the events in the output of a program. */
class Lines {
  /** Events that were told of, with those that were lost. */
  told = 0;
  lost = 0;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest = "";

  constructor(output: ReadableStream<Uint8Array>) {
    this.#reader = output.getReader();
  }

  /** Reads until there are `count` events. */
  async until(count: number): Promise<void> {
    while (this.told < count) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("-E has ended early");
      this.#count(value);
    }
  }

  #count(bytes: Uint8Array): void {
    const text = this.#rest + new TextDecoder().decode(bytes);
    const end = text.lastIndexOf("\n") + 1;
    this.#rest = text.slice(end);
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) this.told++;
    for (const [, number] of text.slice(0, end).matchAll(/"lost":(\d+)\}/g)) {
      this.lost += Number(number);
      // The line itself has been counted.
      this.told += Number(number) - 1;
    }
  }
}

/** Closes many sockets at once, several times; the time is from the first close to the last event. */
async function closeSockets(lines: Lines): Promise<{ readonly rate: number; readonly lost: number }> {
  const libc = openLibc();
  const count = Math.min(AT_ONCE, raiseDescriptorLimit(libc) - RESERVED);
  let time = 0;
  for (let turn = 1; turn <= TURNS; turn++) {
    const fds = Array.from({ length: count }, () => succeed(libc.socket(AF_INET, SOCK_STREAM, 0), "open a socket"));
    const start = performance.now();
    for (const fd of fds) libc.close(fd);
    await lines.until(turn * count);
    time += performance.now() - start;
  }
  return { rate: 1000 * TURNS * count / time, lost: lines.lost };
}
