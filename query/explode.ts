/**
 * A sink that passes on one record for each element of a list, with only that element in the list.
 */
import type { Key } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { RecordTape } from "../decode/record/record_tape.ts";

/** A list of the open record: the calls of its elements, and the call after them. */
interface Elements {
  readonly start: number;
  readonly ends: readonly number[];
}

export class ExplodeSink extends RecordTape {
  /** Number of records so far. */
  records = 0;

  /** @param lists lists of objects at the top of records; with several, every combination of elements is passed on */
  constructor(readonly target: RecordSink, readonly lists: readonly Key[]) {
    super();
  }

  get full(): boolean {
    return this.target.full === true;
  }

  override openProtocol(name: string): void {
    this.target.openProtocol(name);
  }

  override closeProtocol(): void {
    this.target.closeProtocol();
  }

  override mark(): void {
    this.target.mark();
  }

  override rewind(): boolean {
    return this.target.rewind();
  }

  protected override recordEnded(): void {
    this.records++;
    const lists = this.lists.flatMap((list) => this.#elementsOf(list)).sort((a, b) => a.start - b.start);
    const count = lists.reduce((product, { ends }) => product * ends.length, 1);
    for (let combination = 0; combination < count; combination++) this.#push(lists, combination);
  }

  /** The elements of a list; nothing if there is none. */
  #elementsOf(list: Key): readonly Elements[] {
    const open = this.findList(list);
    if (open < 0) return [];
    const ends: number[] = [];
    for (let at = open + 1, end = this.endOfObject(at); end > at; end = this.endOfObject(at)) ends.push(at = end);
    return ends.length === 0 ? [] : [{ start: open + 1, ends }];
  }

  #push(lists: readonly Elements[], combination: number): void {
    this.target.openRecord();
    let from = 0;
    let rest = combination;
    for (const { start, ends } of lists) {
      const element = rest % ends.length;
      rest = Math.floor(rest / ends.length);
      this.play(this.target, from, start);
      this.play(this.target, element === 0 ? start : ends[element - 1], ends[element]);
      from = ends.at(-1)!;
    }
    this.play(this.target, from);
    this.target.closeRecord();
  }
}
