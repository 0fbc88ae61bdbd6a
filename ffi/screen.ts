/**
 * A screen of its own on a terminal: the alternate screen of xterm, which other terminals know too. What was there before comes
 * back when it is closed.
 */
import { environmentVariable } from "./environment.ts";

const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const CLEAR_REST_OF_LINE = "\x1b[K";
const CLEAR_REST_OF_SCREEN = "\x1b[J";

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

  /**
   * @param resized called when the terminal has got another size
   * @param pressed called with the keys that were pressed
   */
  constructor(print: (bytes: Uint8Array) => void, resized: () => void, pressed: (keys: string) => void) {
    this.#print = print;
    this.#resized = resized;
    this.#readsKeys = Deno.stdin.isTerminal();
    this.#put(ENTER);
    Deno.addSignalListener("SIGWINCH", resized);
    if (!this.#readsKeys) return;
    // Signals go on to work.
    Deno.stdin.setRaw(true, { cbreak: true });
    this.#readKeys(pressed);
  }

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
    if (this.#readsKeys) Deno.stdin.setRaw(false);
    this.#put(LEAVE);
  }
}
