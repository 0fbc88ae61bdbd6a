/**
 * What a filter is read for.
 */
import type { Family } from "../../decode/families/family.ts";
import type { Names } from "../../decode/lookups/names.ts";

export interface Context {
  /** Families whose sockets are listed; only their fields can be named. */
  readonly families: readonly Family[];
  /** All others, if they are known: a field of theirs says whose it is. */
  readonly unlisted?: readonly Family[];
  /** Lengths of the addresses that names of hosts may stand for: 4 and 16, or one of them. */
  readonly addressLengths: readonly number[];
  readonly names: Names;
  /** Whether sockets of other network namespaces are listed, where interfaces have other indexes. */
  readonly elsewhere?: boolean;
  /** Gets hints about what may not mean what was intended. */
  readonly warn?: (message: string) => void;
}
