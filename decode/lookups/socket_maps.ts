/**
 * The BPF maps that hold a socket: BPF programs send data to it, or give it connections. See bpf(2).
 */
import type { Enricher, Lookup } from "./lookup.ts";
import { TupleTable } from "./tuple_table.ts";
import type { Family } from "../families/family.ts";
import { inodeKey } from "../families/sock_diag.ts";
import { writeText } from "../netlink/attribute.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import { defineElement, defineKey, defineWord, type Key, type Word } from "../record/key.ts";
import { type RecordSink, writeShared } from "../record/record_sink.ts";

const privilege = "CAP_SYS_ADMIN";
const TYPES = ["sockmap", "sockhash", "reuseport_sockarray"] as const;

/** The maps. */
export const holdingMaps: Key = defineKey(null, "bpf_maps", {
  type: "list",
  meaning:
    "BPF maps that hold the socket: programs redirect data to it, or choose it for connections; only with --socket-maps.",
  since: "4.14",
  source: "BPF_MAP_LOOKUP_ELEM",
  privilege,
});
const map = defineElement(holdingMaps, "object");
const mapId = defineKey(map, "id", {
  type: "integer",
  range: [0, 0xffff_ffff],
  meaning: "Number of the map.",
  source: "bpf_map_info.id",
  privilege,
});
const mapName = defineKey(map, "name", {
  type: "text",
  rule: { longest: 15 },
  meaning: "Its name, if it has one.",
  source: "bpf_map_info.name",
  privilege,
});
const mapType = defineKey(map, "type", {
  type: "name",
  meaning: "Its type.",
  source: "bpf_map_info.type",
  privilege,
  words: TYPES,
});

/** Types of maps that hold sockets, by number. */
export const socketMapTypes: ReadonlyMap<number, Word> = new Map([
  [15, defineWord(TYPES[0])],
  [18, defineWord(TYPES[1])],
  [20, defineWord(TYPES[2])],
]);

/** Families whose sockets such maps can hold. */
const HELD = ["inet", "unix", "vsock"];

/** BPF maps that hold the socket. */
export const socketMaps: Lookup<"socket-maps"> = {
  name: "socket-maps",
  notRecorded: "a recording does not say which BPF maps hold a socket: no bpf_maps",
  from: [],
  keys: [holdingMaps, map, mapId, mapName, mapType],
  isFor: ({ domain, cookieAt }) => HELD.includes(domain) && cookieAt !== undefined,
};

/** A map that holds sockets. */
export interface SocketMap {
  readonly id: number;
  /** Without NUL; empty if it has none. */
  readonly name: Uint8Array;
  readonly type: Word;
}

/** The maps that hold each socket, by the cookie of the socket. */
export class SocketMaps implements Enricher {
  readonly lookup: Lookup = socketMaps;
  readonly from: Key = inodeKey;
  readonly none = 0;
  readonly warnings: string[] = [];
  readonly #cookies = new TupleTable(2);
  readonly #maps: SocketMap[][] = [];

  /** Records that a map holds the socket with this cookie; twice for the same map is once. */
  add(low: number, high: number, map: SocketMap): void {
    const { wanted } = this.#cookies;
    wanted[0] = low;
    wanted[1] = high;
    const maps = this.#maps[this.#cookies.add()] ??= [];
    if (!maps.includes(map)) maps.push(map);
  }

  /** Reads the number of the socket's list of maps, from -1 downwards; 0 if none holds it. */
  readerOf(family: Family): NumberReader | null {
    const { cookieAt } = family;
    if (cookieAt === undefined || !socketMaps.isFor(family)) return null;
    return (view, start, end) => {
      if (end - start < cookieAt + 8) return 0;
      const { wanted } = this.#cookies;
      wanted[0] = view.getInt32(start + cookieAt, true);
      wanted[1] = view.getInt32(start + cookieAt + 4, true);
      return -1 - this.#cookies.find();
    };
  }

  write(number: number, sink: RecordSink): void {
    // A socket from `/proc/net` has a positive number, and no cookie.
    const maps = number < 0 ? this.#maps[-1 - number] : undefined;
    if (maps !== undefined) writeShared(maps, writeMaps, sink);
  }
}

function writeMaps(maps: readonly SocketMap[], sink: RecordSink): void {
  sink.openList(holdingMaps);
  for (const { id, name, type } of maps) {
    sink.openObject(map);
    sink.integer(mapId, id);
    if (name.length > 0) writeText(mapName, name, 0, name.length, sink);
    sink.name(mapType, type);
    sink.closeObject(map);
  }
  sink.closeList(holdingMaps);
}
