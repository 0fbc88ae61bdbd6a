/**
 * Names of services by their ports, from the C library's database: `/etc/services` and whatever else the machine has; see
 * getservent(3).
 */
import { SystemError } from "../decode/errors.ts";
import type { ServiceNames } from "../formats/formats.ts";
import { readFile } from "./file.ts";
import { libc } from "./libc.ts";

/** Members of `struct servent`, on 64-bit Linux. */
const S_NAME = 0;
const S_PORT = 16;
const S_PROTO = 24;

/**
 * All names, read at once: that takes a millisecond, and every single look-up a part of it. As in `ss` the ports that the
 * kernel hands out at random have none; nor have services whose names could not stand in a table.
 */
export function readServices(): ServiceNames {
  const [first, last] = ephemeralPorts();
  const names = new Map<string, string>();
  libc.setservent(1);
  for (let entry = libc.getservent(); entry !== null; entry = libc.getservent()) {
    const view = new Deno.UnsafePointerView(entry);
    const name = textAt(view, S_NAME);
    const port = swap16(view.getUint16(S_PORT));
    const key = `${textAt(view, S_PROTO)}/${port}`;
    if (port >= first && port <= last || names.has(key) || !/^[!-~]+$/.test(name)) continue;
    names.set(key, name);
  }
  libc.endservent();
  return (protocol, port) => names.get(`${protocol}/${port}`) ?? null;
}

const textAt = (view: Deno.UnsafePointerView, offset: number) => {
  const text = view.getPointer(offset);
  return text === null ? "" : new Deno.UnsafePointerView(text).getCString();
};

const swap16 = (value: number) => (value & 0xff) << 8 | value >> 8;

const USUAL_PORTS = [32768, 60999] as const;

/** The ports that the kernel chooses from for sockets that do not say which they want. */
function ephemeralPorts(): readonly [first: number, last: number] {
  try {
    const text = new TextDecoder().decode(readFile("/proc/sys/net/ipv4/ip_local_port_range"));
    const [first = 0, last = 0] = text.split(/\s+/).map(Number);
    return [first, last];
  } catch (error) {
    if (error instanceof SystemError) return USUAL_PORTS;
    throw error;
  }
}
