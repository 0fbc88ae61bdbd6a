/**
 * Marks the held sockets that the kernel lists. Unmarked ones belong to no family or to another namespace.
 */
import type { Enricher, Lookup } from "../lookups/lookup.ts";
import type { Family } from "../families/family.ts";
import type { Key } from "../record/key.ts";
import type { OwnerIndex } from "../lookups/owner_index.ts";
import type { Vantage } from "./plan.ts";
import { stepAll } from "./family_dump.ts";
import type { NumberReader } from "../netlink/number_reader.ts";

/** Marks sockets as listed. */
class Marker implements Enricher {
  readonly lookup: Lookup;
  readonly from: Key;
  readonly none = 0;

  constructor(readonly owners: OwnerIndex) {
    this.lookup = owners.lookup;
    this.from = owners.from;
  }

  readerOf({ inodeOf }: Family): NumberReader {
    return inodeOf;
  }

  write(inode: number): void {
    this.owners.mark(inode);
  }
}

/** Marks the sockets of some families in one namespace. */
export function* stepMarks(owners: OwnerIndex, families: readonly Family[], vantage: Vantage): Generator<void> {
  const marker = new Marker(owners);
  for (const family of families) if (family.domain !== "other") yield* stepAll(family, vantage, [marker]);
}
