/** Records that are kept packed, and replaced in place. */
import { assert, assertEquals } from "@std/assert";
import { families } from "../../../decode/families/all_families.ts";
import { ObjectSink } from "../../../decode/record/object_sink.ts";
import { RecordHeap } from "../../../decode/record/record_heap.ts";
import type { RecordSink } from "../../../decode/record/record_sink.ts";
import { playFields, RecordTape } from "../../../decode/record/record_tape.ts";
import { generatedFlows, PROPERTY } from "../../generated_records.ts";
import fc from "../../packages/fast_check.ts";

/** Keeps records, each in place of the one before, and pushes what was kept. */
class KeepingSink extends RecordTape {
  readonly #heap = new RecordHeap();
  #position = -1;

  constructor(readonly target: RecordSink) {
    super();
  }

  override openProtocol(name: string): void {
    this.target.openProtocol(name);
  }

  override closeProtocol(): void {}
  override mark(): void {}
  override rewind(): boolean {
    return false;
  }

  protected override recordEnded(): void {
    this.#heap.replaces = this.#position;
    this.#position = this.packIn(this.#heap);
    this.target.openRecord();
    playFields(this.#heap.get(this.#position), this.target);
    this.target.closeRecord();
  }
}

Deno.test("RecordHeap gives back what was pushed, with any fields and values, also in place of another record", () => {
  const flows = fc.constantFrom(...families).chain(generatedFlows);
  fc.assert(
    fc.property(flows, (push) => {
      const [direct, kept] = [new ObjectSink(), new ObjectSink()];
      push(direct);
      push(new KeepingSink(kept));
      assertEquals(kept.take(), direct.take());
    }),
    PROPERTY,
  );
});

Deno.test("RecordHeap uses places again, also of records that grow", () => {
  const heap = new RecordHeap();
  const words = new Int32Array(1000);
  const bytes = new Uint8Array(100_000);
  const put = (replaces: number, length: number) => {
    heap.replaces = replaces;
    return heap.add(words, 0, bytes, length);
  };
  let positions = Array.from({ length: 1000 }, () => put(-1, 500));
  const { byteLength } = heap;
  for (let round = 0; round < 100; round++) {
    positions = positions.map((position, i) => put(position, i % 2 === round % 2 ? 500 : 700));
    positions.splice(0, 100).forEach((position) => heap.remove(position));
    for (let i = 0; i < 100; i++) positions.push(put(-1, 500));
  }
  assertEquals(new Set(positions).size, 1000);
  assert(heap.byteLength <= 4 * byteLength, `${heap.byteLength}`);
});
