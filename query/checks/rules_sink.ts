/**
 * A sink that tests each record with the filters of rules, and keeps what they find.
 */
import type { Family } from "../../decode/families/family.ts";
import type { RecordPredicate } from "../../decode/plan/record_filter.ts";
import { type FlowObject, ObjectSink } from "../../decode/record/object_sink.ts";
import { RecordTape } from "../../decode/record/record_tape.ts";
import type { Filter } from "../filter/filter.ts";

/** What one filter has found in one look. */
export class Look {
  /** Empty if sockets are only counted. */
  readonly flows: FlowObject[] = [];
  count = 0;
  /** By protocol; `null` if no socket of it can match. */
  readonly predicates: ReadonlyMap<string, RecordPredicate | null>;

  constructor(filter: Filter, families: readonly Family[], readonly keeps = true) {
    this.predicates = new Map(families.map((family) => [family.name, filter.of(family).openWholePredicate()]));
  }

  /** Why it is unknown whether some sockets match; `null` if it is known for all. */
  get obstacle(): string | null {
    const undecided = [...this.predicates.values()].find((predicate) => predicate !== null && predicate.undecided > 0);
    return undecided?.obstacle ?? null;
  }
}

export class RulesSink extends RecordTape {
  #protocol = "";
  #active: { readonly look: Look; readonly predicate: RecordPredicate }[] = [];
  #marked: number[] = [];

  constructor(readonly looks: readonly Look[]) {
    super();
  }

  override openProtocol(name: string): void {
    this.#protocol = name;
    this.#active = this.looks.flatMap((look) => {
      const predicate = look.predicates.get(name) ?? null;
      return predicate === null ? [] : [{ look, predicate }];
    });
  }

  override closeProtocol(): void {}

  override mark(): void {
    this.#marked = this.looks.map(({ count }) => count);
  }

  override rewind(): boolean {
    for (const [i, look] of this.looks.entries()) {
      look.count = this.#marked[i] ?? 0;
      if (look.keeps) look.flows.length = look.count;
    }
    return true;
  }

  protected override recordEnded(): void {
    let flow: FlowObject | null = null;
    for (const { look, predicate } of this.#active) {
      predicate.openRecord();
      this.play(predicate);
      if (!predicate.passes()) continue;
      look.count++;
      if (look.keeps) look.flows.push(flow ??= this.#read());
    }
  }

  /** The record as an object. */
  #read(): FlowObject {
    const objects = new ObjectSink();
    objects.openProtocol(this.#protocol);
    objects.openRecord();
    this.play(objects);
    objects.closeRecord();
    return objects.take()[0]!;
  }
}
