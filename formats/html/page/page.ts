/// <reference lib="dom" />
/**
 * The script of a page: unpacks the sockets, and lets the reader sort, filter, choose columns and copy.
 */
import { type PageColumn, type PageTable, readTable } from "../page_table.ts";
import { csvOf } from "./csv.ts";
import { compileTyped } from "./filter.ts";
import { sortRows } from "./order.ts";
import { TableView } from "./table_view.ts";

/** Milliseconds after a key until the table follows. */
const PAUSE = 80;

async function unpack(base64: string): Promise<PageTable> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return readTable(await new Response(stream).text());
}

const byId = (id: string): HTMLElement => document.getElementById(id)!;

class Page {
  readonly #view: TableView;
  readonly #all: Int32Array;
  readonly #shown: Set<PageColumn>;
  readonly #status = byId("status");
  #rows: Int32Array;
  #sorted: PageColumn | null = null;
  #descending = false;
  #typed = "";

  constructor(readonly table: PageTable) {
    this.#all = this.#rows = Int32Array.from({ length: table.rows }, (_, row) => row);
    this.#shown = new Set(table.columns.filter(({ shown }) => shown));
    this.#view = new TableView(byId("rows"), table, (column) => this.#sort(column));
    this.#connectFilter();
    this.#connectColumns();
    byId("copy").addEventListener("click", () => this.#copy());
    byId("tools").hidden = false;
    this.#update();
  }

  #connectFilter(): void {
    const input = byId("filter") as HTMLInputElement;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const apply = () => {
      if (input.value === this.#typed) return;
      this.#typed = input.value;
      this.#update();
    };
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(apply, PAUSE);
    });
    input.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") input.value = "";
      if (key === "Escape" || key === "Enter") apply();
    });
  }

  #connectColumns(): void {
    byId("columns").append(...this.table.columns.map((column) => {
      const label = document.createElement("label");
      const input = document.createElement("input");
      input.type = "checkbox";
      input.checked = this.#shown.has(column);
      input.addEventListener("change", () => {
        if (input.checked) this.#shown.add(column);
        else this.#shown.delete(column);
        this.#show();
      });
      label.append(input, ` ${column.path}`);
      return label;
    }));
  }

  get #columns(): readonly PageColumn[] {
    return this.table.columns.filter((column) => this.#shown.has(column));
  }

  /** Upwards, downwards, as it was. */
  #sort(column: PageColumn): void {
    if (this.#sorted !== column) [this.#sorted, this.#descending] = [column, column.number];
    else if (this.#descending === column.number) this.#descending = !this.#descending;
    else this.#sorted = null;
    this.#update();
  }

  #update(): void {
    const rows = this.#typed.trim() === "" ? this.#all : this.#all.filter(compileTyped(this.#typed, this.table));
    this.#rows = this.#sorted === null ? rows : sortRows(rows, this.#sorted, this.#descending);
    const [some, all] = [rows.length, this.table.rows].map((count) => count.toLocaleString("en"));
    const name = this.table.rows === 1 ? "row" : "rows";
    this.#status.textContent = some === all ? `${all} ${name}` : `${some} of ${all} ${name}`;
    this.#show();
  }

  #show(): void {
    this.#view.show({
      rows: this.#rows,
      columns: this.#columns,
      sorted: this.#sorted,
      descending: this.#descending,
    });
  }

  async #copy(): Promise<void> {
    const csv = csvOf(this.#columns, this.#rows);
    const done = await copyText(csv);
    const count = this.#rows.length.toLocaleString("en");
    this.#status.textContent = done ? `${count} rows copied as CSV` : "the browser did not allow copying";
  }
}

/** Copies text; returns whether that worked. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

unpack(byId("data").textContent!).then((table) => new Page(table), (error) => {
  byId("status").textContent = `the sockets in this page cannot be unpacked: ${error}`;
  byId("tools").hidden = false;
});
