/**
 * A sink that buffers records until their host names are known, and adds the names.
 */
import { writeText } from "../decode/netlink/attribute.ts";
import { dstHost, hosts, srcHost } from "../decode/lookups/hosts.ts";
import { type Key, keys } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { IPV4, IPV6, RecordSlots, selectSlots } from "../decode/record/record_slots.ts";
import { neededKeys, openQuery, type Query } from "./pipeline.ts";
import { SelectFields } from "./select_fields.ts";
import { playFields, RecordTape, type TapedRecord } from "../decode/record/record_tape.ts";

/** Names by address; each byte of the address is a character. */
export type HostNames = ReadonlyMap<string, Uint8Array>;

/**
 * A pushed item: the start or end of a protocol, or a record with its addresses (`null` for unspecified or absent
 * ones).
 */
type Kept =
  | { readonly open: string }
  | { readonly close: true }
  | { readonly record: TapedRecord; readonly src: string | null; readonly dst: string | null };

/** All records are in memory until {@linkcode HostNamesSink.finish}. */
export class HostNamesSink extends RecordTape {
  #kept: Kept[] = [];
  #marked = 0;
  readonly #ends = new RecordSlots(selectSlots([addressKeys(SRC), addressKeys(DST)]));

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

  protected override recordEnded(): void {
    this.#ends.openRecord();
    this.play(this.#ends);
    this.#kept.push({ record: this.take(), src: addressIn(this.#ends, 0), dst: addressIn(this.#ends, 1) });
  }

  /** The addresses of all records, each once: 4 bytes of IPv4, 16 of IPv6. */
  addresses(): ReadonlySet<string> {
    const found = this.#kept.flatMap((kept) => "record" in kept ? [kept.src, kept.dst] : []);
    return new Set(found.filter((address) => address !== null));
  }

  /** Pushes everything. */
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

/** The fields of one end of a socket that the loaded families have. */
const addressKeys = (end: string): readonly Key[] => keys.filter(({ path }) => path === end);

/** First bytes of an IPv4-mapped IPv6 address. */
const MAPPED = "\0".repeat(10) + "\xff\xff";

/** The address in a slot, one character for each byte; `null` if it is absent or unspecified. */
function addressIn({ kinds, addresses }: RecordSlots, slot: number): string | null {
  if (kinds[slot] !== IPV4 && kinds[slot] !== IPV6) return null;
  const end = 16 * slot + (kinds[slot] === IPV6 ? 16 : 4);
  const all = String.fromCharCode(...addresses.subarray(16 * slot, end));
  const address = all.startsWith(MAPPED) ? all.slice(MAPPED.length) : all;
  return /^\0+$/.test(address) ? null : address;
}

/** Looks up the names of addresses. */
export type HostResolver = (addresses: ReadonlySet<string>) => Promise<HostNames>;

/**
 * Opens a query before a format, and a buffer for host names. The buffer comes before the query if the query sorts or
 * counts by names, else after it, so that names are looked up only for the records that are shown.
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
      sink: needed === null
        ? tape
        : new SelectFields(tape, new Set([...needed, ...addressKeys(SRC), ...addressKeys(DST)])),
      async finish() {
        tape.finish(await resolve(tape.addresses()));
        finish();
      },
    };
  }
  const columns = query?.columns ?? null;
  const tape = new HostNamesSink(columns === null ? output : new SelectFields(output, columns.shown));
  const taped = columns === null
    ? null
    : { ...columns, shown: new Set([...columns.shown, ...addressKeys(SRC), ...addressKeys(DST)]) };
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

/** Whether a query sorts or counts by names. */
const needsHosts = ({ countBy, sort }: Query): boolean =>
  hosts.keys.some((key) => sort?.some((order) => order.key === key) === true || countBy?.shown.has(key) === true);
