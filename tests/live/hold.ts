/**
 * Processes with open sockets for tests, made only with Deno and the C library.
 *
 * What such a process does is a function of the test. Its source is sent to the process, so it can use nothing but its
 * parameters: the first is {@linkcode Held}, the functions of `libc.ts`, `sockets.ts` and `packet_sockets.ts`.
 *
 * await using held = await HeldSockets.open(({ openTcp, AF_INET }, port: number) => { const listener =
 * openTcp(AF_INET).bind("127.0.0.1", port).listen(1); return { inode: listener.inode }; }, 8080); held.truth.inode;
 * held.pid; // its name is `holder`
 *
 * `runIsolated` makes commands of such functions.
 */
import type * as held from "./held.ts";

/** What a function that runs in a process of its own can use. */
export type Held = typeof held;

/** A function that opens sockets, which stay open while the process lives; what it returns is written as JSON. */
// deno-lint-ignore no-explicit-any
export type Hold<Truth = unknown, Args extends readonly any[] = readonly any[]> = (
  held: Held,
  ...args: Args
) => Truth | Promise<Truth>;

const path = (name: string) => decodeURIComponent(new URL(name, import.meta.url).pathname);

/** Command line of a script beside this one. One thread of the engine makes it safe to fork. */
export const ownScript = (name: string): string[] => [
  Deno.execPath(),
  ...["run", "--quiet", "--no-prompt", "--no-config", "--no-lock", "--allow-all", "--v8-flags=--single-threaded"],
  path(name),
];

/** What `hold_main.ts` runs. */
export const sourceOf = (hold: Hold): string => `(${hold})`;

/** A process with open sockets, in the namespace of the thread that starts it; disposing of it ends it. */
export class HeldSockets<Truth> implements AsyncDisposable {
  private constructor(
    readonly child: Deno.ChildProcess,
    /** What the function returned. */
    readonly truth: Truth,
  ) {}

  get pid(): number {
    return this.child.pid;
  }

  /** Runs a function in a process of its own, and waits until it has returned. */
  static async open<Truth, Args extends readonly unknown[]>(
    hold: Hold<Truth, Args>,
    ...args: Args
  ): Promise<HeldSockets<Truth>> {
    const [command = "", ...words] = ownScript("./hold_main.ts");
    const child = new Deno.Command(command, {
      args: [...words, "said", sourceOf(hold), JSON.stringify(args)],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    let text = "";
    const decoder = new TextDecoder();
    const reader = child.stdout.getReader();
    while (!text.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) {
        await child.stdin.close();
        throw new Error(`the process with the sockets ended with status ${(await child.status).code}`);
      }
      text += decoder.decode(value, { stream: true });
    }
    reader.releaseLock();
    return new HeldSockets<Truth>(child, JSON.parse(text));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.child.stdin.close().catch(() => {});
    await this.child.stdout.cancel();
    await this.child.status;
  }
}
