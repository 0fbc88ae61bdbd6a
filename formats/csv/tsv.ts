/**
 * The format `tsv`: `csv` with tabs between the cells.
 */
import type { OpenOutput } from "../format.ts";
import { openCsv } from "./csv.ts";

export const openTsv: OpenOutput = (write, options, content) =>
  openCsv(write, { ...options, delimiter: "\t" }, content);
