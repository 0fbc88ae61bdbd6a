/**
 * A sink that passes on one record for each element of a list, with only that element in the list.
 */
import type { Key } from "../decode/record/key.ts";
import { ForwardingTape } from "../decode/record/forwarding_tape.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";

/** A list of the open record: the calls of its elements, and the call after them. */
interface Elements {
  readonly start: number;
  readonly ends: readonly number[];
}

export class ExplodeSink extends ForwardingTape {
  /** Number of records so far. */
  records = 0;

  /** @param lists lists of objects at the top of records; with several, every combination of elements is passed on */
  constructor(target: RecordSink, readonly lists: readonly Key[]) {
    super(target);
  }

  protected override recordEnded(): void {
    this.records++;
    const lists = this.lists.flatMap((list) => this.#elementsOf(list)).sort((a, b) => a.start - b.start);
    const count = lists.reduce((product, { ends }) => product * ends.length, 1);
    for (let combination = 0; combination < count; combination++) this.#pushCombination(lists, combination);
  }

  /** The elements of a list; nothing if there is none. */
  #elementsOf(list: Key): readonly Elements[] {
    const open = this.findList(list);
    if (open < 0) return [];
    const ends: number[] = [];
    for (let at = open + 1, end = this.endOfObject(at); end > at; end = this.endOfObject(at)) ends.push(at = end);
    return ends.length === 0 ? [] : [{ start: open + 1, ends }];
  }

  #pushCombination(lists: readonly Elements[], combination: number): void {
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
