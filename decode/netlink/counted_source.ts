/**
 * A source that counts its datagrams.
 */
import type { DatagramSource } from "./datagram_source.ts";

/** What has been received from one or more sources. */
export interface Received {
  datagrams: number;
  bytes: number;
}

/** Counts the datagrams received from a source. */
export class CountedSource implements DatagramSource {
  readonly release: number;
  readonly live: boolean;
  readonly interfaceName?: (index: number) => Uint8Array | null;

  constructor(readonly source: DatagramSource, readonly count: Received) {
    this.release = source.release;
    this.live = source.live !== false;
    if (source.interfaceName !== undefined) this.interfaceName = (index) => source.interfaceName!(index);
  }

  get portId(): number {
    return this.source.portId;
  }

  get warnings(): readonly string[] {
    return this.source.warnings ?? [];
  }

  send(request: Uint8Array): void {
    this.source.send(request);
  }

  receive(buffer: Uint8Array): number {
    const length = this.source.receive(buffer);
    if (length > 0) {
      this.count.datagrams++;
      this.count.bytes += length;
    }
    return length;
  }

  restart(): void {
    this.source.restart();
  }

  [Symbol.dispose](): void {
    this.source[Symbol.dispose]();
  }
}
