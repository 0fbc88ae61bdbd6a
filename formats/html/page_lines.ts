/**
 * Collects the cells of a page by column.
 */
import { spellState, stateSpellings } from "../../decode/kernel/tcp_states.ts";
import type { Lines } from "../table/lines.ts";
import type { TableColumn } from "../table/table_columns.ts";
import { OutputBuffer } from "../text/output_buffer.ts";
import { type PreparedText, prepareText } from "../text/prepared_texts.ts";
import { ByteDictionary } from "./byte_dictionary.ts";
import { ABSENT, type PageColumn, type PageTable } from "./page_table.ts";

/** What stands for a field that a socket does not have: no text has this character. An end is a hyphen then. */
const MARK = 0;
const HYPHEN = 45;
const NOTHING = new Uint8Array(0);

/** The cells of one column. */
class Cells {
  readonly dictionary: ByteDictionary = new ByteDictionary();
  numbers: Int32Array = new Int32Array(256);

  constructor() {
    this.dictionary.numberOf(NOTHING, 0, 0);
  }

  set(row: number, number: number): void {
    if (row === this.numbers.length) {
      const longer = new Int32Array(2 * row);
      longer.set(this.numbers);
      this.numbers = longer;
    }
    this.numbers[row] = number;
  }
}

/** A page has no colours, and its cells have any length. */
export class PageLines implements Lines {
  readonly cells: OutputBuffer = new OutputBuffer(() => {});
  readonly nothing: PreparedText = prepareText("\0");
  readonly fits: boolean = false;
  readonly #kept: readonly Cells[];
  #rows = 0;
  #marked = 0;
  #column = 0;
  #start = 0;

  constructor(readonly columns: readonly TableColumn[]) {
    this.#kept = columns.map(() => new Cells());
  }

  mayShorten(): void {}
  mayLeaveOut(): void {}

  endCell(): void {
    const { bytes, at } = this.cells;
    const { kind } = this.columns[this.#column]!;
    const kept = this.#kept[this.#column++]!;
    const mark = kind === "local" || kind === "remote" ? HYPHEN : MARK;
    const isAbsent = at === this.#start || at === this.#start + 1 && bytes[this.#start] === mark;
    kept.set(this.#rows, isAbsent ? ABSENT : kept.dictionary.numberOf(bytes, this.#start, at));
    this.#start = at;
  }

  endLine(): void {
    this.#rows++;
    this.#column = 0;
    this.cells.drop();
    this.#start = this.cells.at;
  }

  mark(): void {
    this.#marked = this.#rows;
  }

  rewind(): boolean {
    this.#rows = this.#marked;
    return true;
  }

  /** All rows. `describe` says the rest about a column. */
  table(describe: (column: TableColumn) => Pick<PageColumn, "path" | "unit" | "shown" | "usual">): PageTable {
    return {
      rows: this.#rows,
      columns: this.columns.map((column, i) => {
        const { dictionary, numbers } = this.#kept[i]!;
        const texts = dictionary.texts();
        return {
          name: column.name,
          ...describe(column),
          number: column.right,
          texts: column.kind === "state" ? texts.map(stateWord) : texts,
          cells: numbers.subarray(0, this.#rows),
        };
      }),
    };
  }
}

/** A state in the words of filters and of all other formats: `established`. */
function stateWord(printed: string): string {
  const word = spellState(printed);
  return stateSpellings.get(word) ?? word;
}
