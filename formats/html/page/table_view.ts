/// <reference lib="dom" />
/**
 * The table in the browser. Only rows in sight are in the document.
 */
import type { PageColumn, PageTable } from "../page_table.ts";

/** Height of a row in pixels; the style has the same. */
const ROW = 26;
/** Rows before and behind those in sight. */
const SPARE = 12;
/** Browsers limit the height of an element. */
const MOST_ROWS = 600_000;
/** Rows in print. */
const PRINTED = 500;
/** Widths of columns in characters. */
const [NARROWEST, WIDEST] = [5, 44];

/** What the table shows. */
export interface Shown {
  readonly rows: Int32Array;
  readonly columns: readonly PageColumn[];
  /** The column that it is sorted by; `null` for none. */
  readonly sorted: PageColumn | null;
  readonly descending: boolean;
}

export class TableView {
  readonly #table = document.createElement("table");
  readonly #cols = document.createElement("colgroup");
  readonly #head = document.createElement("thead");
  readonly #body = document.createElement("tbody");
  #shown: Shown = { rows: new Int32Array(), columns: [], sorted: null, descending: false };
  #first = -1;

  /**
   * @param place what scrolls
   * @param sort called with the column whose heading was pressed
   */
  constructor(readonly place: HTMLElement, readonly page: PageTable, readonly sort: (column: PageColumn) => void) {
    this.#table.append(this.#cols, this.#head, this.#body);
    this.#table.className = "rows";
    place.replaceChildren(this.#table);
    let asked = false;
    place.addEventListener("scroll", () => {
      if (asked) return;
      asked = true;
      requestAnimationFrame(() => {
        asked = false;
        this.#showRows();
      });
    }, { passive: true });
    addEventListener("resize", () => this.#showRows(true));
    addEventListener("beforeprint", () => this.#fill(0, Math.min(PRINTED, this.#shown.rows.length), true));
    addEventListener("afterprint", () => this.#showRows(true));
  }

  show(shown: Shown): void {
    const sameColumns = shown.columns.join() === this.#shown.columns.join() &&
      shown.columns.every((column, i) => column === this.#shown.columns[i]);
    this.#shown = shown;
    if (!sameColumns || this.#head.childElementCount === 0) this.#showHead();
    this.#showOrder();
    this.#table.setAttribute("aria-rowcount", String(shown.rows.length + 1));
    this.place.scrollTop = 0;
    this.#showRows(true);
  }

  #showHead(): void {
    const { columns } = this.#shown;
    this.#cols.replaceChildren(...columns.map((column) => {
      const col = document.createElement("col");
      col.style.width = `${widthOf(column)}ch`;
      return col;
    }));
    const total = columns.reduce((sum, column) => sum + widthOf(column), 0);
    this.#table.style.minWidth = `${total}ch`;
    const row = document.createElement("tr");
    row.setAttribute("aria-rowindex", "1");
    row.append(...columns.map((column) => {
      const heading = document.createElement("th");
      heading.scope = "col";
      if (column.number) heading.className = "number";
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = column.name;
      button.title = column.unit === "" ? column.path : `${column.path} (${column.unit})`;
      button.addEventListener("click", () => this.sort(column));
      heading.append(button);
      return heading;
    }));
    this.#head.replaceChildren(row);
  }

  #showOrder(): void {
    const { columns, sorted, descending } = this.#shown;
    [...this.#head.querySelectorAll("th")].forEach((heading, i) => {
      if (columns[i] === sorted) heading.ariaSort = descending ? "descending" : "ascending";
      else heading.removeAttribute("aria-sort");
    });
  }

  #showRows(always = false): void {
    const { rows } = this.#shown;
    const most = Math.min(rows.length, MOST_ROWS);
    const first = Math.max(0, Math.floor(this.place.scrollTop / ROW) - SPARE) & ~1;
    if (!always && first === this.#first) return;
    this.#first = first;
    const visible = Math.ceil(this.place.clientHeight / ROW) + 2 * SPARE;
    this.#fill(first, Math.min(most, first + visible), false);
  }

  /** Puts rows into the document, with the room of those that are not in it. */
  #fill(first: number, end: number, alone: boolean): void {
    const { rows, columns } = this.#shown;
    const lines: HTMLElement[] = [];
    if (!alone && first > 0) lines.push(spacer(first, columns.length));
    for (let i = first; i < end; i++) lines.push(lineOf(columns, rows[i]!, i + 2));
    const behind = Math.min(rows.length, MOST_ROWS) - end;
    if (!alone && behind > 0) lines.push(spacer(behind, columns.length));
    this.#body.replaceChildren(...lines);
  }
}

function spacer(count: number, columns: number): HTMLElement {
  const line = document.createElement("tr");
  line.ariaHidden = "true";
  const cell = document.createElement("td");
  cell.colSpan = columns;
  cell.style.height = `${count * ROW}px`;
  cell.className = "spacer";
  line.append(cell);
  return line;
}

function lineOf(columns: readonly PageColumn[], row: number, index: number): HTMLElement {
  const line = document.createElement("tr");
  line.setAttribute("aria-rowindex", String(index));
  if (index % 2 === 1) line.className = "even";
  for (const { texts, cells, number } of columns) {
    const cell = document.createElement("td");
    const text = texts[cells[row]!]!;
    cell.textContent = text;
    if (number) cell.className = "number";
    else if (text.length > WIDEST) cell.title = text;
    line.append(cell);
  }
  return line;
}

/** The widths do not change while the table is scrolled. */
const widths = new WeakMap<PageColumn, number>();

function widthOf(column: PageColumn): number {
  let known = widths.get(column);
  if (known === undefined) {
    const longest = column.texts.reduce((most, text) => Math.max(most, text.length), column.name.length + 2);
    widths.set(column, known = Math.min(WIDEST, Math.max(NARROWEST, longest)) + 3);
  }
  return known;
}
