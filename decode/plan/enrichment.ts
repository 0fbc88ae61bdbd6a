/**
 * Adds looked-up fields to the sockets of a family.
 */
import type { Family } from "../families/family.ts";
import type { Enricher, Extension } from "../lookups/lookup.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import type { SocketDecoder } from "../netlink/socket_decoder.ts";
import type { Watch } from "../record/noting_sink.ts";
import type { RecordSink } from "../record/record_sink.ts";

/** An enricher, and the reader of its number in the messages of a family. */
export interface Reader {
  readonly enricher: Enricher;
  readonly read: NumberReader;
}

export const readersOf = (family: Family, enrichers: readonly Enricher[]): readonly Reader[] =>
  enrichers.flatMap((enricher) => {
    const read = enricher.readerOf(family);
    return read === null ? [] : [{ enricher, read }];
  });

/** Adds the fields of the enrichers to a record. */
export function extension(readers: readonly Reader[]): Extension | null {
  if (readers.length === 0) return null;
  return (view, start, end, sink) => {
    for (let i = 0; i < readers.length; i++) {
      const { enricher, read } = readers[i]!;
      enricher.write(read(view, start, end), sink);
    }
  };
}

/** The same for a record without a message. */
export const watchFor = ({ enricher }: Reader, sink: RecordSink): Watch => ({
  from: enricher.from,
  none: enricher.none,
  ended: (value) => enricher.write(value, sink),
});

/** A decoder of a family whose enrichers also add fields inside objects. */
export const extendDecoder = (decode: SocketDecoder, enrichers: readonly Enricher[]): SocketDecoder =>
  enrichers.reduce((decode, enricher) => enricher.extend?.(decode) ?? decode, decode);
