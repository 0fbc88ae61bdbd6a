/**
 * The format `html`: one page to look at in a browser, with pictures and a table. `docs/report.md` describes it.
 *
 * It is complete only at the end, so all rows are in memory until then.
 */
import { fieldsOf } from "../../decode/reference/fields.ts";
import type { Content, FormatOptions, OpenOutput, OutputSink } from "../format.ts";
import type { MetaEnd } from "../json/meta.ts";
import { CellsSink } from "../table/table.ts";
import type { TableColumn } from "../table/table_columns.ts";
import type { Write } from "../text/output_buffer.ts";
import { pageText } from "./document.ts";
import { selectPageColumns, standing } from "./page_columns.ts";
import { PageLines } from "./page_lines.ts";
import type { PageTable } from "./page_table.ts";
import { retransmittedIn, trafficOf } from "./pictures/rounds.ts";

export class HtmlSink extends CellsSink implements OutputSink {
  readonly #write: Write;
  readonly #content: Content;
  readonly #lines: PageLines;

  constructor(write: Write, options: FormatOptions, content: Content) {
    const choice = selectPageColumns(content);
    const lines = new PageLines(choice.columns);
    super(choice, lines, options, content);
    this.#write = write;
    this.#content = content;
    this.#lines = lines;
  }

  close(end?: MetaEnd): void {
    const { rounds = [], meta: start, report, counts = false, title = counts ? "Counts of sockets" : "Sockets" } =
      this.#content;
    const encoder = new TextEncoder();
    const table = this.#table();
    const round = rounds.at(-1);
    if (round !== undefined) [round.traffic, round.retransmitted] = [trafficOf(table), retransmittedIn(table)];
    for (const text of pageText({ table, start, end, report, counts, title, rounds })) {
      this.#write(encoder.encode(text));
    }
  }

  #table(): PageTable {
    const fields = this.#content.families.flatMap(fieldsOf);
    const unitOf = (path: string) => fields.find((field) => field.path === path)?.unit ?? "";
    return this.#lines.table(({ name, key }: TableColumn) => {
      const path = key?.path ?? name;
      return { path, unit: key?.note.unit || unitOf(path), ...standing(path, this.#content) };
    });
  }
}

export const openHtml: OpenOutput = (write, options, content) => new HtmlSink(write, options, content);
