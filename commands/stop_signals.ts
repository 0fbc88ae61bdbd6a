/**
 * Signals that end what goes on.
 */

/** The longest time that a timer takes, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** SIGINT and SIGTERM end the run in order; a second one ends the program at once. */
export class StopSignals implements Disposable {
  received = false;
  #wake = (): void => {};
  readonly #arrived = new Promise<void>((resolve) => this.#wake = resolve);

  constructor() {
    for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, this.stop);
  }

  /** Does what a signal does. */
  stop = (): void => {
    this.received = true;
    this.#wake();
    this[Symbol.dispose]();
  };

  /** Waits some milliseconds, or until a signal. */
  async wait(milliseconds: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, Math.min(milliseconds, LONGEST)));
    await Promise.race([this.#arrived, late]);
    clearTimeout(timer);
  }

  [Symbol.dispose](): void {
    for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.removeSignalListener(signal, this.stop);
  }
}
