/**
 * Reads which sockets BPF maps hold; see bpf(2) and `linux/bpf.h`.
 */
import { EAGAIN, ENOENT, EPERM } from "../decode/kernel/errno.ts";
import { SystemError } from "../decode/kernel/errors.ts";
import { type SocketMap, SocketMaps, socketMapTypes } from "../decode/lookups/socket_maps.ts";
import { addressOf, bpf } from "./bpf.ts";
import { BPF_MAP_GET_FD_BY_ID, MAP_INFO_SIZE, nameOfMap, openById, readInfo } from "./bpf_maps.ts";
import { libc } from "./libc.ts";

const BPF_MAP_LOOKUP_ELEM = 1;
const BPF_MAP_GET_NEXT_KEY = 4;
const BPF_MAP_GET_NEXT_ID = 12;

/** Offsets in `struct bpf_map_info`. */
const TYPE = 0;
const KEY_SIZE = 8;
const VALUE_SIZE = 12;
const MAX_ENTRIES = 16;

/** The size of values from which the kernel tells cookies. */
const COOKIE_SIZE = 8;

/** The maps that hold sockets now, for one run; a one-line reason if they may not be read. */
export function openSocketMaps(): SocketMaps | string {
  const obstacle = socketMapsObstacle();
  if (obstacle !== null) return `cannot tell BPF maps that hold sockets: ${obstacle}`;
  const maps = new SocketMaps();
  for (let id = nextId(0); id > 0; id = nextId(id)) readMap(id, maps);
  return maps;
}

/** Why maps cannot be read here; `null` if they can. */
export function socketMapsObstacle(): string | null {
  const id = nextId(0);
  if (id >= 0) return null;
  const { message } = new SystemError("list BPF maps", -id);
  return id === -EPERM ? `${message}: it needs CAP_SYS_ADMIN` : message;
}

/** The next id after this one; 0 at the end, or a negative error number. */
function nextId(id: number): number {
  const attributes = Uint32Array.of(id, 0, 0);
  const result = bpf(BPF_MAP_GET_NEXT_ID, new Uint8Array(attributes.buffer));
  return result === -ENOENT ? 0 : result < 0 ? result : attributes[1]!;
}

/** Adds the sockets of a map, if it is one that holds sockets. */
function readMap(id: number, maps: SocketMaps): void {
  const fd = openById(BPF_MAP_GET_FD_BY_ID, id);
  if (fd === -ENOENT) return;
  if (fd < 0) return void maps.warnings.push(`cannot read BPF map ${id}: ${new SystemError("open it", -fd).message}`);
  try {
    const info = readInfo(fd, new Uint8Array(MAP_INFO_SIZE));
    const type = socketMapTypes.get(info.getUint32(TYPE, true));
    if (type === undefined) return;
    const map = { id, name: nameOfMap(info), type };
    if (info.getUint32(VALUE_SIZE, true) !== COOKIE_SIZE) {
      maps.warnings.push(`cannot tell the sockets in BPF map ${id}: its values have no room for cookies`);
      return;
    }
    const isHash = type.text === "sockhash";
    readSockets(fd, info.getUint32(KEY_SIZE, true), isHash ? null : info.getUint32(MAX_ENTRIES, true), map, maps);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    maps.warnings.push(`cannot read BPF map ${id}: ${error.message}`);
  } finally {
    libc.close(fd);
  }
}

/** Adds the sockets of an open map; `count` is the number of entries of an array, `null` for a hash table. */
function readSockets(fd: number, keySize: number, count: number | null, map: SocketMap, maps: SocketMaps): void {
  const key = new Uint8Array(Math.max(4, keySize));
  const next = new Uint8Array(key.length);
  const cookie = new Uint8Array(COOKIE_SIZE);
  const view = new DataView(cookie.buffer);
  const lookUp = elementRequest(fd, key, cookie);
  const addOne = () => {
    const result = bpf(BPF_MAP_LOOKUP_ELEM, lookUp);
    if (result === 0) maps.add(view.getInt32(0, true), view.getInt32(4, true), map);
    // The place is empty, or the socket has gone.
    else if (result !== -ENOENT && result !== -EAGAIN) throw new SystemError("read its sockets", -result);
  };
  if (count !== null) {
    const index = new DataView(key.buffer);
    for (let i = 0; i < count; i++) {
      index.setUint32(0, i, true);
      addOne();
    }
    return;
  }
  const [first, following] = [elementRequest(fd, null, next), elementRequest(fd, key, next)];
  // A table that others change may never end.
  let request = first;
  for (let left = MOST; left > 0 && bpf(BPF_MAP_GET_NEXT_KEY, request) === 0; left--) {
    key.set(next);
    addOne();
    request = following;
  }
}

/** More sockets than a hash table has. */
const MOST = 1 << 24;

/** `union bpf_attr` of commands on an element; the bytes that it points to must be kept. */
function elementRequest(
  fd: number,
  key: Uint8Array<ArrayBuffer> | null,
  value: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const attributes = new DataView(new ArrayBuffer(32));
  attributes.setUint32(0, fd, true);
  attributes.setBigUint64(8, key === null ? 0n : addressOf(key), true);
  attributes.setBigUint64(16, addressOf(value), true);
  return new Uint8Array(attributes.buffer);
}
