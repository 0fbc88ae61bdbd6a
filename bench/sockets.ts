/**
 * The sockets that the bench measures with, held by several processes (`holder.ts`) in this process's namespace.
 */
import { openLibc, raiseDescriptorLimit } from "./libc.ts";

const HOLDER = new URL("holder.ts", import.meta.url).href;
/** Descriptors that a holder needs besides its sockets, with room to spare. */
const RESERVED = 200;
const MOST_PER_HOLDER = 19_000;
/** With fewer sockets, another process costs more time than it saves. */
const LEAST_PER_HOLDER = 2_000;
/** Milliseconds in which a process must have opened its sockets. */
const DEADLINE = 120_000;

/** TCP sockets of both address families in this namespace, as the kernel counts them. */
export function countSockets(): number {
  const inUse = (path: string, name: string) =>
    Number(new RegExp(`^${name}: inuse (\\d+)`, "m").exec(Deno.readTextFileSync(path))?.[1] ?? 0);
  return inUse("/proc/self/net/sockstat", "TCP") + inUse("/proc/self/net/sockstat6", "TCP6");
}

/** Sockets that stay open until this is disposed of or this process ends. */
export class Sockets implements AsyncDisposable {
  readonly #stop: AbortSignal;
  readonly #holders: Deno.ChildProcess[] = [];
  readonly #perHolder = Math.min(MOST_PER_HOLDER, raiseDescriptorLimit(openLibc()) - RESERVED);
  #count = 0;

  /** @param stop ends the processes at once */
  constructor(stop: AbortSignal) {
    this.#stop = stop;
  }

  /** Opens more sockets until there are `count`. */
  async growTo(count: number): Promise<void> {
    const missing = count - this.#count;
    if (missing <= 0) return;
    const holders = Math.max(
      Math.ceil(missing / this.#perHolder),
      Math.min(navigator.hardwareConcurrency, Math.floor(missing / LEAST_PER_HOLDER)),
    );
    const share = (index: number) =>
      Math.floor((missing * (index + 1)) / holders) - Math.floor(missing * index / holders);
    await Promise.all(Array.from({ length: holders }, (_, index) => this.#hold(share(index))));
    this.#count = count;
    const counted = countSockets();
    if (counted !== count) throw new Error(`${count} sockets were opened, but the kernel counts ${counted}`);
  }

  /** Starts a process that holds `count` sockets; waits until it has opened them. */
  async #hold(count: number): Promise<void> {
    const holder = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--allow-ffi", HOLDER, String(count), String(this.#holders.length + 1)],
      stdin: "piped",
      stdout: "piped",
      signal: this.#stop,
    }).spawn();
    this.#holders.push(holder);
    const deadline = setTimeout(() => holder.kill(), DEADLINE);
    const { value } = await holder.stdout.getReader().read();
    clearTimeout(deadline);
    if (new TextDecoder().decode(value) !== "ready\n") throw new Error(`a process could not open ${count} sockets`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#holders.map(async (holder) => {
      // A holder that has ended already has a closed pipe.
      await holder.stdin.close().catch(() => {});
      await holder.status;
    }));
  }
}
