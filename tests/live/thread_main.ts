/**
 * A thread: runs the function that it is sent. See `thread.ts`.
 */
import * as held from "./held.ts";

const thread = globalThis as unknown as Worker;

thread.onmessage = async ({ data: [source, args] }) => {
  thread.postMessage(await (0, eval)(source)(held, ...args));
};
