/**
 * The translation of the addresses of a connection, and the other end of a connection that is translated.
 */
import type { Enricher, Lookup } from "./lookup.ts";
import type { Family } from "../families/family.ts";
import { inodeKey } from "../families/sock_diag.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import type { Key, Word } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { putAddress } from "./address_attributes.ts";
import { AMBIGUOUS, type Connections, PROTOCOL } from "./conntrack.ts";
import { isConnected, isLoopback, PAIR, PORTS, readPair } from "./inet_ends.ts";
import {
  directionWords,
  natKeys,
  natStatus,
  natWords,
  translatedProtocols,
  translations,
  type TupleKeys,
} from "./nat.ts";

/** The numbers of sockets: these, or from {@linkcode FIRST} downwards the direction. Others come from `/proc/net`. */
const UNCONNECTED = -1;
const UNTRANSLATED = -2;
const SEVERAL = -3;
const FIRST = -4;

/** What was read of the tracked connections. */
export interface TrackedConnections {
  readonly connections: Connections;
  /** Why some may be missing: they may not be read, or could not be; `null` if none is. */
  readonly missing: "denied" | "failed" | null;
  readonly warnings: readonly string[];
  /** Inodes of the namespaces, by number; 0 if unknown. */
  readonly namespaces: readonly number[];
}

/** Translations of the connections of all namespaces. */
export class NatFinder implements Enricher {
  readonly lookup: Lookup = translations;
  readonly from: Key = inodeKey;
  readonly none = 0;
  #tracked: TrackedConnections | null = null;
  #namespace = 0;
  readonly #address = new Uint8Array(16);
  readonly #view = new DataView(this.#address.buffer);

  /** @param read reads the connections of all namespaces; called once, before sockets are listed */
  constructor(readonly read: () => TrackedConnections) {}

  get warnings(): readonly string[] {
    return this.#tracked?.warnings ?? [];
  }

  enter(namespace: number): void {
    this.#namespace = namespace;
  }

  readerOf({ name }: Family): NumberReader | null {
    const protocol = translatedProtocols[name];
    if (protocol === undefined) return null;
    const { connections } = this.#tracked ??= this.read();
    return (view, start, end) => {
      if (!isConnected(view, start, end)) return UNCONNECTED;
      readPair(view, start, connections.wanted);
      return this.#find(connections, protocol);
    };
  }

  /** The number for the wanted pair. */
  #find(connections: Connections, protocol: number): number {
    const { wanted } = connections;
    wanted[PROTOCOL] = protocol;
    const direction = connections.find(this.#namespace);
    if (direction === AMBIGUOUS) return SEVERAL;
    if (direction < 0) return UNTRANSLATED;
    // Each namespace has its own loopback interface.
    const isElsewhere = connections.namespaceOf(direction) !== this.#namespace;
    return isElsewhere && (isLoopback(wanted, 0) || isLoopback(wanted, 4)) ? UNTRANSLATED : FIRST - direction;
  }

  /**
   * Replaces the ends of a connection, as one of its sockets has them, by what the socket at the other end has; returns whether
   * they are translated.
   */
  translate(pair: Int32Array, protocol: number): boolean {
    if (this.#tracked === null) return false;
    const { connections } = this.#tracked;
    connections.wanted.set(pair);
    const number = this.#find(connections, protocol);
    if (number > FIRST) return false;
    const other = connections.tupleOf((FIRST - number) ^ 1);
    for (let i = 0; i < PAIR; i++) pair[i] = other[i]!;
    return true;
  }

  write(number: number, sink: RecordSink): void {
    if (number > UNCONNECTED) return sink.name(natStatus, natWords.failed);
    if (number > FIRST) return sink.name(natStatus, this.#whyNone(number));
    const direction = FIRST - number;
    const { connections, namespaces } = this.#tracked!;
    sink.name(natStatus, natWords.translated);
    sink.openObject(natKeys.object);
    sink.name(natKeys.direction, directionWords[direction & 1]!);
    this.#writeTuple(natKeys.original, connections.tupleOf(direction & ~1), sink);
    this.#writeTuple(natKeys.reply, connections.tupleOf(direction | 1), sink);
    const namespace = connections.namespaceOf(direction);
    const inode = namespaces[namespace] ?? 0;
    if (namespace !== this.#namespace && inode !== 0) sink.integer(natKeys.netns, inode);
    sink.integer(natKeys.mark, connections.markOf(direction));
    const zone = connections.zoneOf(direction);
    if (zone !== 0) sink.integer(natKeys.zone, zone);
    const timeout = connections.timeoutOf(direction);
    if (timeout >= 0) sink.integer(natKeys.timeout, timeout);
    sink.closeObject(natKeys.object);
  }

  #whyNone(number: number): Word {
    if (number === UNCONNECTED) return natWords.unconnected;
    if (number === SEVERAL) return natWords.ambiguous;
    const { missing } = this.#tracked!;
    return missing === null ? natWords.none : natWords[missing];
  }

  #writeTuple(keys: TupleKeys, tuple: Int32Array, sink: RecordSink): void {
    sink.openObject(keys.object);
    sink.address(keys.src, putAddress(tuple, 0, this.#view), this.#address, 0);
    sink.integer(keys.srcPort, tuple[PORTS]! >>> 16);
    sink.address(keys.dst, putAddress(tuple, 4, this.#view), this.#address, 0);
    sink.integer(keys.dstPort, tuple[PORTS]! & 0xffff);
    sink.closeObject(keys.object);
  }
}
