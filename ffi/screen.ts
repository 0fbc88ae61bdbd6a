/**
 * A screen of its own on a terminal: the alternate screen of xterm, which other terminals know too. What was there before comes
 * back when it is closed.
 */
import { environmentVariable } from "./environment.ts";
import { libc } from "./libc.ts";

const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const CLEAR_REST_OF_LINE = "\x1b[K";
const CLEAR_REST_OF_SCREEN = "\x1b[J";

/** Stops as SIGTSTP does, which has a listener: not where no shell could let the process go on. */
const SIGTTOU = 22;

/** The size of a terminal that does not know it. */
const USUAL_SIZE = { columns: 80, rows: 24 };

/** Whether standard output is a terminal that has such a screen. */
export const hasScreen = (): boolean =>
  Deno.stdout.isTerminal() && !["", "dumb"].includes(environmentVariable("TERM") ?? "");

const encoder = new TextEncoder();

/** Takes lines until it is disposed of. */
export class Screen implements Disposable {
  readonly #readsKeys: boolean;
  readonly #print: (bytes: Uint8Array) => void;
  readonly #resized: () => void;
  #closed = false;
  /** Whether the process is stopped, and the terminal somebody else's. */
  #left = false;

  /**
   * @param resized called when the terminal has got another size
   * @param pressed called with the keys that were pressed
   */
  constructor(print: (bytes: Uint8Array) => void, resized: () => void, pressed: (keys: string) => void) {
    this.#print = print;
    this.#resized = resized;
    this.#readsKeys = Deno.stdin.isTerminal();
    this.#enter();
    Deno.addSignalListener("SIGWINCH", resized);
    Deno.addSignalListener("SIGTSTP", this.#stop);
    Deno.addSignalListener("SIGCONT", this.#goOn);
    if (this.#readsKeys) this.#readKeys(pressed);
  }

  #enter(): void {
    this.#put(ENTER);
    // Signals go on to work.
    if (this.#readsKeys) Deno.stdin.setRaw(true, { cbreak: true });
  }

  #leave(): void {
    if (this.#readsKeys) Deno.stdin.setRaw(false);
    this.#put(LEAVE);
  }

  /** Ctrl-Z: shows what was there before, and stops. */
  #stop = (): void => {
    this.#leave();
    this.#left = true;
    // Returns when the process goes on.
    libc.kill(Deno.pid, SIGTTOU);
    this.#goOn();
  };

  #goOn = (): void => {
    if (this.#left) this.#enter();
    this.#left = false;
    this.#resized();
  };

  async #readKeys(pressed: (keys: string) => void): Promise<void> {
    const bytes = new Uint8Array(64);
    while (!this.#closed) {
      const length = await Deno.stdin.read(bytes).catch(() => null);
      if (length === null || this.#closed) return;
      pressed(new TextDecoder().decode(bytes.subarray(0, length)));
    }
  }

  /** Its size now. */
  get size(): { readonly columns: number; readonly rows: number } {
    try {
      const size = Deno.consoleSize();
      return size.columns > 0 && size.rows > 0 ? size : USUAL_SIZE;
    } catch {
      return USUAL_SIZE;
    }
  }

  /** Shows lines, as many as fit. */
  show(lines: readonly string[]): void {
    if (this.#left) return;
    const shown = lines.slice(0, this.size.rows).map((line) => line + CLEAR_REST_OF_LINE);
    this.#put(HOME + shown.join("\r\n") + (shown.length < this.size.rows ? `\r\n${CLEAR_REST_OF_SCREEN}` : ""));
  }

  #put(text: string): void {
    this.#print(encoder.encode(text));
  }

  /** Shows what was there before. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    Deno.removeSignalListener("SIGWINCH", this.#resized);
    Deno.removeSignalListener("SIGTSTP", this.#stop);
    Deno.removeSignalListener("SIGCONT", this.#goOn);
    if (!this.#left) this.#leave();
  }
}
