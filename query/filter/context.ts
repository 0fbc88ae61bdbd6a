/**
 * The context in which a filter is read: families, names, address lengths.
 */
import type { Family } from "../../decode/families/family.ts";
import type { Names } from "../../decode/lookups/names.ts";

export interface Context {
  /** Families whose sockets are listed; a filter can name only their fields. */
  readonly families: readonly Family[];
  /** All other families, if known: an error about one of their fields names the family. */
  readonly unlisted?: readonly Family[];
  /** Address lengths that a host name may resolve to: 4, 16 or both. */
  readonly addressLengths: readonly number[];
  readonly names: Names;
  /** Whether sockets of other network namespaces are listed; interfaces have other indexes there. */
  readonly elsewhere?: boolean;
  /** Receives hints about filters that may not mean what was intended. */
  readonly warn?: (message: string) => void;
}
