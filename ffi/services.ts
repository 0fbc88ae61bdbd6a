/**
 * Looks up service names by port in the C library's databases: `/etc/services`, `/etc/protocols` and other configured sources;
 * see getservent(3).
 */
import { SystemError } from "../decode/kernel/errors.ts";
import { readFile } from "./file.ts";
import { libc } from "./libc.ts";
import type { ServiceNames } from "../decode/lookups/names.ts";

/** Offsets in `struct servent` and `struct protoent` on 64-bit Linux. Only `servent` has the last member. */
const NAME = 0;
const NUMBER = 16;
const S_PROTO = 24;

/**
 * All service names, read at once. That takes a millisecond, of which every single lookup would take a part. As in `ss`,
 * ephemeral ports have no names. Services whose names do not fit in a table are left out. The port of a raw socket is its
 * protocol number.
 */
export function readServices(): ServiceNames {
  const services = readPorts();
  let protocols: ReadonlyMap<number, string> | null = null;
  return (protocol, port) => {
    if (protocol !== "raw") return services.get(`${protocol}/${port}`) ?? null;
    protocols ??= readProtocols();
    return protocols.get(port) ?? null;
  };
}

function readPorts(): ReadonlyMap<string, string> {
  const [first, last] = ephemeralPorts();
  const names = new Map<string, string>();
  libc.setservent(1);
  for (let entry = libc.getservent(); entry !== null; entry = libc.getservent()) {
    const view = new Deno.UnsafePointerView(entry);
    const name = textAt(view, NAME);
    const port = swap16(view.getUint16(NUMBER));
    const key = `${textAt(view, S_PROTO)}/${port}`;
    if (!(port >= first && port <= last) && !names.has(key) && isFit(name)) names.set(key, name);
  }
  libc.endservent();
  return names;
}

/** Names of IP protocols; see getprotoent(3). */
function readProtocols(): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  libc.setprotoent(1);
  for (let entry = libc.getprotoent(); entry !== null; entry = libc.getprotoent()) {
    const view = new Deno.UnsafePointerView(entry);
    const name = textAt(view, NAME);
    const number = view.getInt32(NUMBER);
    if (!names.has(number) && isFit(name)) names.set(number, name);
  }
  libc.endprotoent();
  return names;
}

const isFit = (name: string) => /^[!-~]+$/.test(name);

const textAt = (view: Deno.UnsafePointerView, offset: number) => {
  const text = view.getPointer(offset);
  return text === null ? "" : new Deno.UnsafePointerView(text).getCString();
};

const swap16 = (value: number) => (value & 0xff) << 8 | value >> 8;

const USUAL_PORTS = [32768, 60999] as const;

/** The range of ephemeral ports, which the kernel gives to sockets that do not choose a port. */
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
