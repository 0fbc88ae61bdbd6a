/**
 * BPF maps that keep values with sockets, as tests make them, and the BPF programs of the machine; see bpf(2). Needs CAP_BPF and
 * CAP_NET_ADMIN outside of user namespaces.
 */
import { addressOf, check, cString, libc } from "./libc.ts";
import type { BtfSample } from "../btf_builder.ts";
import { isRoot } from "../program.ts";
import type { Socket } from "./sockets.ts";

const SYS_BPF = Deno.build.arch === "x86_64" ? 321n : 280n;
const BPF_MAP_CREATE = 0;
const BPF_MAP_UPDATE_ELEM = 2;
const BPF_PROG_LOAD = 5;
const BPF_PROG_GET_NEXT_ID = 11;
const BPF_PROG_GET_FD_BY_ID = 13;
const BPF_OBJ_GET_INFO_BY_FD = 15;
const BPF_BTF_LOAD = 18;
const BPF_MAP_TYPE_SK_STORAGE = 24;
const BPF_F_NO_PREALLOC = 1;

/** `struct bpf_insn`: register 0 becomes 0, and the end. */
const NOTHING = new Uint8Array(new BigUint64Array([0xb7n, 0x95n]).buffer);
const BPF_PROG_TYPE_SOCKET_FILTER = 1;
const INITIAL_PID_NAMESPACE = "pid:[4026531836]";
/** CAP_PERFMON and CAP_BPF. */
const NEEDED = 1n << 38n | 1n << 39n;

/** Why no BPF program can iterate over files here, to be put behind the name of a test that is ignored; "" if one can. */
export const withoutIterators: string = (() => {
  const needs = (what: string) => ` (ignored: needs ${what})`;
  const held = /^CapEff:\s*([0-9a-f]+)$/m.exec(Deno.readTextFileSync("/proc/self/status"))?.[1] ?? "0";
  if (!isRoot || (BigInt(`0x${held}`) & NEEDED) !== NEEDED) return needs("CAP_BPF and CAP_PERFMON");
  if (Deno.readLinkSync("/proc/self/ns/pid") !== INITIAL_PID_NAMESPACE) return needs("the initial PID namespace");
  const types = new Deno.Command("grep", { args: ["-qa", "bpf_iter_task_file", "/sys/kernel/btf/vmlinux"] });
  if (!types.outputSync().success) return needs("a kernel with BPF iterators and its types");
  return loadsPrograms() ? "" : needs("permission to load BPF programs");
})();

function loadsPrograms(): boolean {
  try {
    libc().close(bpf("BPF_PROG_LOAD", BPF_PROG_LOAD, (view) => {
      view.setUint32(0, BPF_PROG_TYPE_SOCKET_FILTER, true);
      view.setUint32(4, NOTHING.length / 8, true);
      view.setBigUint64(8, addressOf(NOTHING), true);
      view.setBigUint64(16, addressOf(cString("GPL")), true);
    }));
    return true;
  } catch {
    return false;
  }
}

/** Names of all BPF programs that are loaded. Needs CAP_SYS_ADMIN. */
export function programNames(): readonly string[] {
  const names: string[] = [];
  for (let id = nextProgram(0); id !== null; id = nextProgram(id)) {
    const name = programName(id);
    if (name !== null) names.push(name);
  }
  return names;
}

function nextProgram(id: number): number | null {
  const attributes = Uint32Array.of(id, 0, 0);
  const bytes = new Uint8Array(attributes.buffer);
  return libc().bpf(SYS_BPF, BPF_PROG_GET_NEXT_ID, bytes, bytes.length) < 0 ? null : attributes[1]!;
}

/** `null` if the program has gone. */
function programName(id: number): string | null {
  const number = new Uint8Array(Uint32Array.of(id, 0, 0).buffer);
  const fd = libc().bpf(SYS_BPF, BPF_PROG_GET_FD_BY_ID, number, number.length);
  if (fd < 0) return null;
  const info = new Uint8Array(80);
  try {
    bpf("BPF_OBJ_GET_INFO_BY_FD", BPF_OBJ_GET_INFO_BY_FD, (view) => {
      view.setUint32(0, fd, true);
      view.setUint32(4, info.length, true);
      view.setBigUint64(8, addressOf(info), true);
    });
  } finally {
    libc().close(fd);
  }
  return new TextDecoder().decode(info.subarray(64, 80)).replace(/\0.*$/s, "");
}

function bpf(what: string, command: number, fill: (view: DataView) => void): number {
  const attributes = new Uint8Array(72);
  fill(new DataView(attributes.buffer));
  return check(what, libc().bpf(SYS_BPF, command, attributes, attributes.length));
}

/** A BPF_MAP_TYPE_SK_STORAGE map; values are of a type in some BTF, whose type 1 is `int`. */
export class SocketStorageMap implements Disposable {
  readonly #fd: number;

  constructor(name: string, { btf, type, value }: Pick<BtfSample, "btf" | "type" | "value">) {
    const types = bpf("BPF_BTF_LOAD", BPF_BTF_LOAD, (view) => {
      view.setBigUint64(0, addressOf(btf), true);
      view.setUint32(16, btf.length, true);
    });
    try {
      this.#fd = bpf("BPF_MAP_CREATE", BPF_MAP_CREATE, (view) => {
        [BPF_MAP_TYPE_SK_STORAGE, 4, value.length, 0, BPF_F_NO_PREALLOC].forEach((word, i) =>
          view.setUint32(4 * i, word, true)
        );
        cString(name).forEach((byte, i) => view.setUint8(28 + i, byte));
        view.setUint32(48, types, true);
        view.setUint32(52, 1, true);
        view.setUint32(56, type, true);
      });
    } finally {
      libc().close(types);
    }
  }

  /** Its number. */
  get id(): number {
    return mapNumber(this.#fd);
  }

  /** Keeps a value with a socket. */
  set(socket: Socket, value: Uint8Array<ArrayBuffer>): void {
    const key = Int32Array.of(socket.fd);
    bpf("BPF_MAP_UPDATE_ELEM", BPF_MAP_UPDATE_ELEM, (view) => {
      view.setUint32(0, this.#fd, true);
      view.setBigUint64(8, addressOf(key), true);
      view.setBigUint64(16, addressOf(value), true);
    });
  }

  [Symbol.dispose](): void {
    libc().close(this.#fd);
  }
}

/** A map that holds sockets: BPF_MAP_TYPE_SOCKMAP and its like. Needs CAP_BPF and CAP_NET_ADMIN. */
export class SocketMap implements Disposable {
  readonly #fd: number;

  /** @param valueSize 8, or 4: then the kernel does not tell the sockets */
  constructor(name: string, type: "sockmap" | "sockhash" | "reuseport_sockarray", valueSize = 8) {
    const number = { sockmap: 15, sockhash: 18, reuseport_sockarray: 20 }[type];
    this.#fd = bpf("BPF_MAP_CREATE", BPF_MAP_CREATE, (view) => {
      [number, 4, valueSize, 8].forEach((word, i) => view.setUint32(4 * i, word, true));
      cString(name).forEach((byte, i) => view.setUint8(28 + i, byte));
    });
  }

  /** Its number. */
  get id(): number {
    return mapNumber(this.#fd);
  }

  /** Puts a socket into the map. */
  set(key: number, { fd }: Socket): void {
    const [keyBytes, value] = [Uint32Array.of(key), BigUint64Array.of(BigInt(fd))];
    bpf("BPF_MAP_UPDATE_ELEM", BPF_MAP_UPDATE_ELEM, (view) => {
      view.setUint32(0, this.#fd, true);
      view.setBigUint64(8, addressOf(keyBytes), true);
      view.setBigUint64(16, addressOf(value), true);
    });
  }

  [Symbol.dispose](): void {
    libc().close(this.#fd);
  }
}

/** The number of the map behind a descriptor. */
function mapNumber(fd: number): number {
  const info = new Uint8Array(80);
  bpf("BPF_OBJ_GET_INFO_BY_FD", BPF_OBJ_GET_INFO_BY_FD, (view) => {
    view.setUint32(0, fd, true);
    view.setUint32(4, info.length, true);
    view.setBigUint64(8, addressOf(info), true);
  });
  return new DataView(info.buffer).getUint32(4, true);
}

/** Why no such map can be made and read here, to be put behind the name of a test that is ignored; "" if it can. */
export const withoutSocketMaps: string = (() => {
  try {
    using map = new SocketMap("probe", "sockmap");
    return isRoot && map.id > 0 ? "" : " (ignored: needs root)";
  } catch (error) {
    return ` (ignored: ${error instanceof Error ? error.message : error})`;
  }
})();
