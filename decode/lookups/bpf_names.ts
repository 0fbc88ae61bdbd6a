/**
 * Adds names to the values that BPF programs keep with sockets; see bpf(2), BPF_OBJ_GET_INFO_BY_FD.
 */
import type { Enricher, Lookup } from "./lookup.ts";
import { bpfMaps, mapId, mapName, member, memberName, members, memberValue } from "./bpf_maps.ts";
import { type BtfMember, membersOf } from "./btf.ts";
import { BtfText } from "./btf_value.ts";
import { bpfMapId, bpfStorage, bpfValue } from "../families/inet/inet_diag.ts";
import { DecodeError, SystemError } from "../kernel/errors.ts";
import { writeText } from "../netlink/attribute.ts";
import type { SocketDecoder } from "../netlink/socket_decoder.ts";
import { ForwardingSink } from "../record/forwarding_sink.ts";
import type { Key } from "../record/key.ts";
import type { Layout } from "../record/layout.ts";
import { nowhere } from "../record/nowhere.ts";

/** What the kernel reports about a map. */
export interface BpfMapInfo {
  /** Without NUL; empty if it has none. */
  readonly name: Uint8Array;
  /** Bytes of a value. */
  readonly valueSize: number;
  /** The BTF object with all types of the map; `null` for none. */
  readonly btf: Uint8Array | null;
  /** Number of the value's type in that BTF object. */
  readonly valueType: number;
}

/**
 * Asks the kernel for a map by its number; `null` if the map no longer exists.
 *
 * @throws {SystemError} if the kernel cannot be asked
 */
export type BpfMapReader = (id: number) => BpfMapInfo | null;

/** A map, and the members of its values. */
interface NamedMap {
  readonly name: Uint8Array;
  readonly members: readonly BtfMember[];
}

/** Names of maps and members. Each map is looked up once. */
export class BpfMapNames implements Enricher {
  readonly lookup: Lookup = bpfMaps;
  readonly from: Key = mapId;
  readonly none = 0;
  readonly warnings: string[] = [];
  readonly #maps = new Map<number, NamedMap | null>();

  constructor(readonly read: BpfMapReader) {}

  /** The numbers are inside the record, not in the message. */
  readerOf(): null {
    return null;
  }

  write(): void {}

  extend(decode: SocketDecoder): SocketDecoder {
    const naming = new NamingSink((id) => this.#lookUp(id));
    return (view, bytes, start, end, sink) => decode(view, bytes, start, end, naming.into(sink));
  }

  #lookUp(id: number): NamedMap | null {
    let map = this.#maps.get(id);
    if (map === undefined) this.#maps.set(id, map = this.#ask(id));
    return map;
  }

  #ask(id: number): NamedMap | null {
    let name: Uint8Array = new Uint8Array(0);
    try {
      const info = this.read(id);
      if (info === null) return null;
      name = info.name;
      return { name, members: info.btf === null ? [] : membersOf(info.btf, info.valueType, info.valueSize) };
    } catch (error) {
      if (!(error instanceof SystemError || error instanceof DecodeError)) throw error;
      this.warnings.push(`cannot tell the members of values in BPF map ${id}: ${error.message}`);
      return { name, members: [] };
    }
  }
}

/** Forwards a record and adds names to its values. */
class NamingSink extends ForwardingSink {
  #map: NamedMap | null = null;
  readonly #text = new BtfText();

  constructor(readonly lookUp: (id: number) => NamedMap | null) {
    super(nowhere);
  }

  /** Sets where the next record goes. */
  into(sink: ForwardingSink["target"]): this {
    this.to = sink;
    return this;
  }

  override openObject(key: Key): void {
    if (key === bpfStorage) this.#map = null;
    super.openObject(key);
  }

  override structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    super.structure(layout, view, bytes, start, end);
    if (layout !== bpfMapId.payload.layout || end - start < layout.size) return;
    this.#map = this.lookUp(view.getUint32(start, true));
    const name = this.#map?.name;
    if (name !== undefined && name.length > 0) writeText(mapName, name, 0, name.length, this.to);
  }

  override hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    super.hex(key, bytes, start, end);
    const named = key === bpfValue ? this.#map?.members ?? [] : [];
    if (named.length === 0) return;
    super.openList(members);
    for (const one of named) if (this.#text.write(one, bytes, start, end)) this.#writeMember(one.name);
    super.closeList(members);
  }

  #writeMember(name: Uint8Array): void {
    super.openObject(member);
    if (name.length > 0) writeText(memberName, name, 0, name.length, this.to);
    writeText(memberValue, this.#text.bytes, 0, this.#text.end, this.to);
    super.closeObject(member);
  }
}
