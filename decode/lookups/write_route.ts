/**
 * Reads the answer to a question for a route; mirrors `linux/rtnetlink.h`.
 */
import { findPayload, payloadEnd, writeText } from "../netlink/attribute.ts";
import type { Key } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { RTM_HEADER, RTM_TYPE } from "./route_message.ts";
import { routeKeys, routeMetrics, routeTypes } from "./routes.ts";

const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_PREFSRC = 7;
const RTA_METRICS = 8;
const RTA_CACHEINFO = 12;
const RTA_TABLE = 15;
const RTA_VIA = 18;
/** Offset of `rta_expires` in `struct rta_cacheinfo`. */
const EXPIRES = 8;
const RTAX_CC_ALGO = 16;

/** An answer, and the name of its interface without NUL. */
export interface Route {
  readonly message: Uint8Array;
  readonly interfaceName: Uint8Array | null;
}

/** Index of the interface of a route; 0 for none. */
export function readRouteInterface(message: Uint8Array): number {
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const at = findPayload(view, RTM_HEADER, message.length, RTA_OIF, 4);
  return at < 0 ? 0 : view.getUint32(at, true);
}

/** Pushes the fields of a route. */
export function writeRoute({ message, interfaceName }: Route, sink: RecordSink): void {
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const find = (number: number, size: number) => findPayload(view, RTM_HEADER, message.length, number, size);
  const writeNumber = (key: Key, at: number) => {
    if (at >= 0) sink.integer(key, view.getUint32(at, true));
  };
  sink.openObject(routeKeys.object);
  const type = routeTypes[message[RTM_TYPE]!];
  if (type !== undefined) sink.name(routeKeys.type, type);
  if (interfaceName !== null) writeText(routeKeys.iface, interfaceName, 0, interfaceName.length, sink);
  writeNumber(routeKeys.ifaceIdx, find(RTA_OIF, 4));
  const gateway = find(RTA_GATEWAY, 4);
  const via = find(RTA_VIA, 6);
  if (gateway >= 0) writeAddress(routeKeys.gateway, message, gateway, payloadEnd(view, gateway), sink);
  // `struct rtvia`: the address family in front of the address.
  else if (via >= 0) writeAddress(routeKeys.gateway, message, via + 2, payloadEnd(view, via), sink);
  const source = find(RTA_PREFSRC, 4);
  if (source >= 0) writeAddress(routeKeys.src, message, source, payloadEnd(view, source), sink);
  writeNumber(routeKeys.table, find(RTA_TABLE, 4));
  const metrics = find(RTA_METRICS, 0);
  if (metrics >= 0) writeMetrics(view, message, metrics, sink);
  const expires = find(RTA_CACHEINFO, EXPIRES + 4);
  // In hundredths of a second on all machines (USER_HZ); 0 for a route that stays.
  const ticks = expires < 0 ? 0 : view.getInt32(expires + EXPIRES, true);
  if (ticks > 0) sink.integer(routeKeys.expires, 10 * ticks);
  sink.closeObject(routeKeys.object);
}

/** Pushes the address from `start` to `end`, of 4 or 16 bytes. */
function writeAddress(key: Key, bytes: Uint8Array, start: number, end: number, sink: RecordSink): void {
  const length = end - start;
  if (length === 4 || length === 16) sink.address(key, length === 16, bytes, start);
}

function writeMetrics(view: DataView, bytes: Uint8Array, start: number, sink: RecordSink): void {
  const end = payloadEnd(view, start);
  for (const { number, key } of routeMetrics) {
    const at = findPayload(view, start, end, number, 4);
    if (at >= 0) sink.integer(key, view.getUint32(at, true));
  }
  const name = findPayload(view, start, end, RTAX_CC_ALGO, 0);
  if (name < 0) return;
  const nul = bytes.indexOf(0, name);
  const stop = payloadEnd(view, name);
  writeText(routeKeys.congestion, bytes, name, nul < 0 ? stop : Math.min(nul, stop), sink);
}
