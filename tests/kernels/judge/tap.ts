/** Lines of the Test Anything Protocol, each with the kernel's name in it. */

/** A check that cannot be made here; the message says why. */
export class Skipped extends Error {}

export class Tap {
  passed = 0;
  failed = 0;
  skipped = 0;

  /** Runs a check; what it returns stands behind its name. A check that throws has failed. */
  async check(name: string, run: () => string | void | Promise<string | void>): Promise<void> {
    try {
      const note = await run();
      this.passed++;
      console.log(`ok ${this.#number} - ${name}${note === undefined ? "" : `: ${note}`}`);
    } catch (error) {
      if (error instanceof Skipped) return this.#skip(name, error.message);
      this.failed++;
      console.log(`not ok ${this.#number} - ${name}`);
      const text = error instanceof Error ? error.message : String(error);
      for (const line of text.split("\n")) console.log(`  # ${line}`);
    }
  }

  #skip(name: string, reason: string): void {
    this.skipped++;
    console.log(`ok ${this.#number} - ${name} # SKIP ${reason}`);
  }

  get #number(): number {
    return this.passed + this.failed + this.skipped;
  }

  end(): void {
    console.log(`1..${this.#number}`);
  }
}

export function assertSame(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`${what}: ${a?.slice(0, 1500)}, not ${b?.slice(0, 1500)}`);
}

export function assertNone(faults: readonly string[]): void {
  if (faults.length === 0) return;
  const shown = faults.slice(0, 20).map((fault) => fault.slice(0, 400));
  throw new Error([`${faults.length} faults`, ...shown].join("\n"));
}
