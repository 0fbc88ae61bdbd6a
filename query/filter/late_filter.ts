/**
 * A filter that runs behind the listing, because it compares fields that are added there.
 */
import type { Family } from "../../decode/families/family.ts";
import { ForwardingSink } from "../../decode/record/forwarding_sink.ts";
import { nowhere } from "../../decode/record/nowhere.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import { BufferedFilter } from "./buffered_filter.ts";
import type { Filter } from "./filter.ts";

export class LateFilter extends ForwardingSink {
  readonly #filters: ReadonlyMap<string, BufferedFilter>;

  constructor(target: RecordSink, filter: Filter, families: readonly Family[]) {
    super(target);
    this.#filters = new Map(families.flatMap((family) => {
      const predicate = filter.of(family).openWholePredicate();
      return predicate === null ? [] : [[family.name, new BufferedFilter(target, predicate)]];
    }));
  }

  /** Records passed on so far. */
  get passed(): number {
    return [...this.#filters.values()].reduce((sum, { passed }) => sum + passed, 0);
  }

  override openProtocol(name: string): void {
    super.openProtocol(name);
    this.to = this.#filters.get(name) ?? nowhere;
  }
}
