/**
 * A function in a thread of its own, which lives as long as the process. Like that of `hold.ts` it uses nothing but its parameters.
 */
import type { Held } from "./hold.ts";

/** Runs a function in a new thread, which shares the descriptors of this one; returns what it has returned. */
export function startThread<Result, Args extends readonly unknown[]>(
  work: (held: Held, ...args: Args) => Result | Promise<Result>,
  ...args: Args
): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const worker = new Worker(new URL("./thread_main.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage([`(${work})`, args]);
  return promise;
}
