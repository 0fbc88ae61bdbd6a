/**
 * When the rounds of `--watch` start.
 */

export class Timing {
  #start = NaN;
  #told = 0;

  /**
   * @param interval milliseconds
   * @param tell is told why rounds are further apart
   */
  constructor(readonly interval: number, readonly tell: (text: string) => void) {}

  start(): void {
    this.#start = performance.now();
  }

  /** When the next round is due. Rounds take at most half of the time; that they are stretched is said once. */
  next(): number {
    const took = performance.now() - this.#start;
    const stretched = Math.max(this.interval, 2 * took);
    if (stretched > 1.5 * Math.max(this.interval, this.#told)) {
      this.#told = stretched;
      this.tell(
        `a round takes ${seconds(took)}, more than half of ${seconds(this.interval)}: the next one starts after ${
          seconds(stretched)
        }`,
      );
    }
    return this.#start + stretched;
  }
}

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 10) / 100} s`;
