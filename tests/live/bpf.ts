/**
 * BPF maps that keep values with sockets, as tests make them; see bpf(2). Needs CAP_BPF and CAP_NET_ADMIN outside of user
 * namespaces.
 */
import { addressOf, check, cString, libc } from "./libc.ts";
import type { BtfSample } from "../btf_builder.ts";
import type { Socket } from "./sockets.ts";

const SYS_BPF = Deno.build.arch === "x86_64" ? 321n : 280n;
const BPF_MAP_CREATE = 0;
const BPF_MAP_UPDATE_ELEM = 2;
const BPF_OBJ_GET_INFO_BY_FD = 15;
const BPF_BTF_LOAD = 18;
const BPF_MAP_TYPE_SK_STORAGE = 24;
const BPF_F_NO_PREALLOC = 1;

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
    const info = new Uint8Array(80);
    bpf("BPF_OBJ_GET_INFO_BY_FD", BPF_OBJ_GET_INFO_BY_FD, (view) => {
      view.setUint32(0, this.#fd, true);
      view.setUint32(4, info.length, true);
      view.setBigUint64(8, addressOf(info), true);
    });
    return new DataView(info.buffer).getUint32(4, true);
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
