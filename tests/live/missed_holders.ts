/**
 * Holders of sockets that are easily missed.
 */
import type { Held, Hold } from "./hold.ts";

/** A process whose first thread ends, while another one serves. */
export const leaderless: Hold = ({ startThread, openTcp, AF_INET, endThread, setComm }) => {
  setComm("leaderless");
  openTcp(AF_INET).bind("0.0.0.0", 9001).listen(1);
  startThread(({ waitUntil }: Held) => {
    waitUntil("the first thread has ended", () => / Z /.test(Deno.readTextFileSync("/proc/self/stat")));
    Deno.writeTextFileSync("/run/ready", "x");
    return new Promise(() => setInterval(() => {}, 1000));
  });
  endThread();
};

/** A listener that is only registered with an io_uring; its descriptor is closed. Number 8 of the free ones is not used. */
export const ring: Hold = ({ openTcp, AF_INET, setComm }) => {
  setComm("ring");
  const listener = openTcp(AF_INET).bind("0.0.0.0", 9004).listen(1);
  const declare = <P extends Deno.NativeType[]>(...parameters: P) =>
    Deno.dlopen("libc.so.6", { syscall: { parameters, result: "i32" } }).symbols.syscall;
  const ring = declare("isize", "u32", "buffer")(425n, 8, new Uint8Array(120));
  const files = new Int32Array([-1, listener.fd, 0]);
  if (ring < 0 || declare("isize", "i32", "u32", "buffer", "u32")(427n, ring, 2, files, 3) < 0) {
    throw new Error("io_uring");
  }
  listener.close();
};

/** Whether nobody may make an io_uring here. */
export const ringsForbidden: boolean = (() => {
  try {
    return Deno.readTextFileSync("/proc/sys/kernel/io_uring_disabled").trim() !== "0";
  } catch {
    // Not there before Linux 6.6.
    return false;
  }
})();
