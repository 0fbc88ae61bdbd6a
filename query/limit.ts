/**
 * A sink that passes on the first records and then ends the dump.
 */
import { ForwardingSink } from "../decode/record/forwarding_sink.ts";
import { nowhere } from "../decode/record/nowhere.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";

export class LimitSink extends ForwardingSink {
  #count = 0;
  #marked = 0;

  /**
   * @param limit maximum number of records, for all protocols together or for each
   * @param endsEarly whether the dump may end at the limit
   */
  constructor(
    target: RecordSink,
    readonly limit: number,
    readonly ofEach: boolean,
    readonly endsEarly: boolean = true,
  ) {
    super(target);
  }

  override get full(): boolean {
    return this.endsEarly && this.#count >= this.limit;
  }

  override openProtocol(name: string): void {
    if (this.ofEach) this.#count = 0;
    super.openProtocol(name);
  }

  override openRecord(): void {
    this.to = this.#count < this.limit ? this.target : nowhere;
    super.openRecord();
  }

  override closeRecord(): void {
    super.closeRecord();
    if (this.to === this.target) this.#count++;
  }

  override mark(): void {
    this.#marked = this.#count;
    super.mark();
  }

  override rewind(): boolean {
    if (!super.rewind()) return false;
    this.#count = this.#marked;
    return true;
  }
}
