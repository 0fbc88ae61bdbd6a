/**
 * The words of filters that take a value and are no names of fields.
 */
import { LOCAL, REMOTE } from "../end_paths.ts";

/** Words that are not fields; a value may follow them without an operator. */
export const comparedWords: readonly string[] = [
  ...["src", "dst", "sport", "dport", "dev", "fwmark", "cgroup"],
  // Headings of the table, for `src` and `dst`.
  LOCAL,
  REMOTE,
];
