/**
 * Reads BPF maps by their ids, with their types (BTF); see bpf(2) and `linux/bpf.h`.
 */
import { type BpfMapInfo, BpfMapNames } from "../decode/lookups/bpf_names.ts";
import { EFBIG, ENOENT, EPERM } from "../decode/kernel/errno.ts";
import { SystemError } from "../decode/kernel/errors.ts";
import { addressOf, bpf } from "./bpf.ts";
import { libc } from "./libc.ts";

export const BPF_MAP_GET_FD_BY_ID = 14;
const BPF_OBJ_GET_INFO_BY_FD = 15;
const BPF_BTF_GET_FD_BY_ID = 19;

/** Size of `struct bpf_map_info`. */
export const MAP_INFO_SIZE = 80;
const VALUE_SIZE = 12;
const NAME = 24;
const NAME_SIZE = 16;
const BTF_ID = 64;
const BTF_VALUE_TYPE_ID = 72;

/** `struct bpf_btf_info`. */
const BTF_INFO_SIZE = 32;
const BTF_SIZE = 8;
/** More than the kernel accepts (BTF_MAX_SIZE). */
const MAX_BTF = 32 << 20;

/** The names in the values of BPF maps, for one run; a one-line reason if they are not available. */
export function openBpfMaps(): BpfMapNames | string {
  // No map has the id 0: the error shows whether this process may ask.
  const refusal = -openById(BPF_MAP_GET_FD_BY_ID, 0);
  if (refusal === ENOENT) return new BpfMapNames(readMap);
  const { message } = new SystemError("tell names in the values of BPF maps", refusal);
  return refusal === EPERM ? `${message}: it needs CAP_SYS_ADMIN` : message;
}

function readMap(id: number): BpfMapInfo | null {
  const fd = openById(BPF_MAP_GET_FD_BY_ID, id);
  if (fd === -ENOENT) return null;
  if (fd < 0) throw new SystemError("open it", -fd);
  try {
    const info = readInfo(fd, new Uint8Array(MAP_INFO_SIZE));
    const valueType = info.getUint32(BTF_VALUE_TYPE_ID, true);
    return {
      name: nameOfMap(info),
      valueSize: info.getUint32(VALUE_SIZE, true),
      btf: valueType === 0 ? null : readBtf(info.getUint32(BTF_ID, true)),
      valueType,
    };
  } finally {
    libc.close(fd);
  }
}

/** The name in a `struct bpf_map_info`, without NUL. */
export function nameOfMap(info: DataView): Uint8Array {
  const name = new Uint8Array(info.buffer, NAME, NAME_SIZE);
  const end = name.indexOf(0);
  return end < 0 ? name : name.subarray(0, end);
}

/** All bytes of the BTF with this id. It exists as long as the map does. */
function readBtf(id: number): Uint8Array {
  const fd = openById(BPF_BTF_GET_FD_BY_ID, id);
  if (fd < 0) throw new SystemError("open its types", -fd);
  try {
    const size = readInfo(fd, new Uint8Array(BTF_INFO_SIZE)).getUint32(BTF_SIZE, true);
    if (size > MAX_BTF) throw new SystemError(`read its types of ${size} bytes`, EFBIG);
    const bytes = new Uint8Array(size);
    const info = new Uint8Array(BTF_INFO_SIZE);
    const view = new DataView(info.buffer);
    view.setBigUint64(0, addressOf(bytes), true);
    view.setUint32(BTF_SIZE, size, true);
    readInfo(fd, info);
    return bytes;
  } finally {
    libc.close(fd);
  }
}

/** Opens a map or BTF by id; returns the descriptor or a negative error number. */
export const openById = (command: number, id: number): number =>
  bpf(command, new Uint8Array(Uint32Array.of(id).buffer));

/**
 * Lets the kernel fill in `info`. Members that it does not know stay 0.
 *
 * @throws {SystemError} if it refuses
 */
export function readInfo(fd: number, info: Uint8Array<ArrayBuffer>): DataView {
  const attributes = new DataView(new ArrayBuffer(16));
  attributes.setInt32(0, fd, true);
  attributes.setUint32(4, info.length, true);
  attributes.setBigUint64(8, addressOf(info), true);
  const result = bpf(BPF_OBJ_GET_INFO_BY_FD, new Uint8Array(attributes.buffer));
  if (result < 0) throw new SystemError("read what the kernel tells of it", -result);
  return new DataView(info.buffer);
}
