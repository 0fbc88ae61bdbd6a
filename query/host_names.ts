/**
 * A sink that keeps records until the names of the hosts in them are known, and adds these.
 */
import { writeText } from "../decode/netlink/attribute.ts";
import { dstHost, hosts, srcHost } from "../decode/lookups/hosts.ts";
import { type Key, keys } from "../decode/record/key.ts";
import { type Layout, walkLayout } from "../decode/record/layout.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { ForwardingSink } from "../decode/record/forwarding_sink.ts";
import { nowhere } from "../decode/record/nowhere.ts";
import { neededKeys, openQuery, type Query } from "./pipeline.ts";
import { SelectFields } from "./select_fields.ts";
import { playFields, RecordTape, type TapedRecord } from "../decode/record/record_tape.ts";

/** Names by addresses, whose bytes are characters. */
export type HostNames = ReadonlyMap<string, Uint8Array>;

/** What was pushed: the start of a protocol, its end, or a record with its addresses, `null` for any and none. */
type Kept =
  | { readonly open: string }
  | { readonly close: true }
  | { readonly record: TapedRecord; readonly src: string | null; readonly dst: string | null };

/** All records are in memory until {@linkcode HostNamesSink.finish}. */
export class HostNamesSink extends RecordTape {
  #kept: Kept[] = [];
  #marked = 0;
  readonly #found = new AddressFinder();
  readonly #filter = new SelectFields(this.#found, addressKeys());

  constructor(readonly target: RecordSink) {
    super();
  }

  get full(): boolean {
    return this.target.full === true;
  }

  override openProtocol(name: string): void {
    this.#kept.push({ open: name });
  }

  override closeProtocol(): void {
    this.#kept.push({ close: true });
  }

  override mark(): void {
    this.#marked = this.#kept.length;
  }

  override rewind(): boolean {
    this.#kept.length = this.#marked;
    return true;
  }

  protected override keep(record: TapedRecord): void {
    this.#found.src = null;
    this.#found.dst = null;
    playFields(record, this.#filter);
    this.#kept.push({ record, src: this.#found.src, dst: this.#found.dst });
  }

  /** The addresses of all records, each once: 4 bytes of IPv4, 16 of IPv6. */
  addresses(): ReadonlySet<string> {
    const found = this.#kept.flatMap((kept) => "record" in kept ? [kept.src, kept.dst] : []);
    return new Set(found.filter((address) => address !== null));
  }

  /** Pushes on everything. */
  finish(names: HostNames): void {
    const kept = this.#kept;
    this.#kept = [];
    for (const one of kept) {
      if ("open" in one) this.target.openProtocol(one.open);
      else if ("close" in one) this.target.closeProtocol();
      else this.#push(one.record, one.src, one.dst, names);
    }
  }

  #push(record: TapedRecord, src: string | null, dst: string | null, names: HostNames): void {
    this.target.openRecord();
    playFields(record, this.target);
    this.#pushHost(srcHost, src, names);
    this.#pushHost(dstHost, dst, names);
    this.target.closeRecord();
  }

  #pushHost(key: Key, address: string | null, names: HostNames): void {
    const name = address === null ? undefined : names.get(address);
    if (name !== undefined) writeText(key, name, 0, name.length, this.target);
  }
}

const SRC = "src";
const DST = "dst";

/** The addresses of a socket, as far as the families that are loaded have them. */
const addressKeys = (): ReadonlySet<Key> => new Set(keys.filter(({ path }) => path === SRC || path === DST));

/** First bytes of an IPv4 address in the form of IPv6. */
const MAPPED = "\0".repeat(10) + "\xff\xff";

/** Notes the addresses of a record. */
class AddressFinder extends ForwardingSink {
  src: string | null = null;
  dst: string | null = null;

  constructor() {
    super(nowhere);
  }

  override structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    walkLayout(layout, view, bytes, start, end, this);
  }

  override address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    const all = String.fromCharCode(...bytes.subarray(start, start + (v6 ? 16 : 4)));
    const address = all.startsWith(MAPPED) ? all.slice(MAPPED.length) : all;
    const host = /^\0+$/.test(address) ? null : address;
    if (key.path === SRC) this.src = host;
    else this.dst = host;
  }
}

/** Looks up the names of addresses. */
export type HostResolver = (addresses: ReadonlySet<string>) => Promise<HostNames>;

/**
 * Puts a query before a format, and a tape where names are needed: before the query if it puts records in order
 * or counts them by names, else behind it, so that only those of records that are shown are looked up.
 */
export function openQueryWithHosts(
  output: RecordSink,
  query: Query | null,
  resolve: HostResolver,
): { readonly sink: RecordSink; finish(): Promise<void> } {
  if (query !== null && needsHosts(query)) {
    const { sink, finish } = openQuery(output, query);
    const tape = new HostNamesSink(sink);
    const needed = neededKeys(query);
    return {
      sink: needed === null ? tape : new SelectFields(tape, new Set([...needed, ...addressKeys()])),
      async finish() {
        tape.finish(await resolve(tape.addresses()));
        finish();
      },
    };
  }
  const columns = query?.columns ?? null;
  const tape = new HostNamesSink(columns === null ? output : new SelectFields(output, columns.shown));
  const taped = columns === null ? null : { ...columns, shown: new Set([...columns.shown, ...addressKeys()]) };
  const { sink, finish } = query === null
    ? { sink: tape, finish: () => {} }
    : openQuery(tape, { ...query, columns: taped });
  return {
    sink,
    async finish() {
      finish();
      tape.finish(await resolve(tape.addresses()));
    },
  };
}

/** Whether a query needs names to put records in order or to count them. */
const needsHosts = ({ countBy, sort }: Query): boolean =>
  hosts.keys.some((key) => sort?.key === key || countBy?.shown.has(key) === true);
