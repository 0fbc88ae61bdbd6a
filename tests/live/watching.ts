/** The program with `--watch` while it runs. */
import { parseExact } from "../exact_json.ts";
import { programWords } from "../program.ts";

/** Without what a busy machine is the reason for. */
export const essential = (stderr: string): string => stderr.replaceAll(/^ss2: a round takes .*\n/mg, "");

export type Told = Record<string, unknown> & { readonly event: string; readonly time: string };

/** Reads its records one by one. */
export class Watching implements AsyncDisposable {
  readonly child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";
  /** Everything that was read. */
  readonly told: Told[] = [];

  constructor(...args: readonly string[]) {
    const [command = "", ...words] = programWords();
    this.child = new Deno.Command(command, {
      args: [...words, "--watch=0.1", ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      env: { DENO_NO_UPDATE_CHECK: "1" },
    }).spawn();
    this.#reader = this.child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next line; `null` at the end. */
  async line(): Promise<string | null> {
    while (true) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return line;
      }
      const { value, done } = await this.#reader.read();
      if (done) return null;
      this.#text += value;
    }
  }

  /** Reads until a record is as asked; returns it. */
  async until(isIt: (record: Told) => boolean): Promise<Told> {
    while (true) {
      const line = await this.line();
      if (line === null) throw new Error(`ended after ${JSON.stringify(this.told)}: ${await this.#errors()}`);
      const record = parseExact(line) as unknown as Told;
      this.told.push(record);
      if (isIt(record)) return record;
    }
  }

  #errors(): Promise<string> {
    return new Response(this.child.stderr).text();
  }

  /** Ends it with a signal; returns the rest of its output. */
  async stop(signal: Deno.Signal): Promise<{ code: number; rest: string; stderr: string }> {
    this.child.kill(signal);
    return await this.end();
  }

  /** Reads to the end. */
  async end(): Promise<{ code: number; rest: string; stderr: string }> {
    let rest = this.#text;
    for (let next = await this.#reader.read(); !next.done; next = await this.#reader.read()) rest += next.value;
    const [{ code }, stderr] = await Promise.all([this.child.status, this.#errors()]);
    return { code, rest, stderr: essential(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.child.status;
  }
}
