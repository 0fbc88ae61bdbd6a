/**
 * The format `table`: aligned columns, one line a socket. `docs/formats.md` describes them.
 */
import { CLOSED } from "../../decode/record/event_keys.ts";
import type { Word } from "../../decode/record/key.ts";
import { UNKNOWN } from "../../decode/record/layout.ts";
import { printedState } from "../../decode/kernel/tcp_states.ts";
import * as slot from "../../decode/record/record_slots.ts";
import type { Content, FormatOptions, OpenOutput, OutputSink } from "../format.ts";
import type { Write } from "../text/output_buffer.ts";
import { type PreparedText, prepareText } from "../text/prepared_texts.ts";
import { put, putValue } from "../text/value_text.ts";
import { BASE } from "./base_slots.ts";
import { type Alarm, type Detail, isNothing, putDetails, putJson, UNLIMITED } from "./details.ts";
import { putContainer, putUnit } from "./container_cell.ts";
import { putDisplayText } from "./display_text.ts";
import { EndCells } from "./ends.ts";
import { HoldersCell, type HolderSlots } from "./holders_cell.ts";
import { JSON_TEXT, ListSlots } from "./list_slots.ts";
import { type Lines, NOTHING, RESET } from "./lines.ts";
import { selectTableColumns, type TableChoice, type TableColumn } from "./table_columns.ts";
import { TableLines } from "./table_lines.ts";
import { putScaled, SCALED_ROOM, type Show } from "./units.ts";

const COMMA = 44;

const ALARM = prepareText("!");
/** In place of the state of a socket that is no longer there. */
const ENDED = prepareText(CLOSED.text);
const OPEN = prepareText("(");
const CLOSE = prepareText(")");

const RED = prepareText("\x1b[31m");
const GREY = prepareText("\x1b[90m");
const YELLOW = prepareText("\x1b[33m");

/** Colours of states; others have none. */
const COLOURS: Readonly<Record<string, PreparedText>> = {
  "established": prepareText("\x1b[32m"),
  "listening": prepareText("\x1b[36m"),
  "syn-sent": YELLOW,
  "syn-recv": YELLOW,
  "new-syn-recv": YELLOW,
  "close-wait": RED,
  "time-wait": GREY,
  "fin-wait-1": GREY,
  "fin-wait-2": GREY,
  "last-ack": GREY,
  "closing": GREY,
};

/** The state of a connection that the peer has closed and the program has not. */
const FORGOTTEN = "close-wait";

const NO_SHOWS: readonly (Show | null)[] = [];

/** Writes the cells of each record as lines. */
export class CellsSink extends ListSlots {
  readonly #lines: Lines;
  readonly #ends: EndCells;
  readonly #holders: HoldersCell;
  readonly #details: readonly Detail[];
  readonly #coloured: boolean;
  /** Whether `!` marks signs of trouble: on a terminal without colours. */
  readonly #marks: boolean;
  readonly #alarm: Alarm;
  /** How the values of each slot are shown, by family. */
  readonly #showsOf: ReadonlyMap<string, readonly (Show | null)[]>;
  #shows: readonly (Show | null)[] = NO_SHOWS;
  #protocol: PreparedText = NOTHING;
  readonly #states: PreparedText[] = [];

  constructor(choice: TableChoice, lines: Lines, { color }: FormatOptions, content: Content) {
    super(choice.slots);
    this.#lines = lines;
    this.#ends = new EndCells(this, this.#lines, content.services ?? null);
    this.#holders = new HoldersCell(this);
    this.#details = choice.details;
    this.#coloured = color === "always";
    this.#marks = !this.#coloured && this.#lines.fits;
    this.#alarm = this.#coloured
      ? { before: RED, behind: RESET }
      : { before: null, behind: this.#marks ? ALARM : null };
    this.#showsOf = choice.showsOf;
  }

  override openProtocol(name: string): void {
    this.#protocol = prepareText(name);
    this.#shows = this.#showsOf.get(name) ?? NO_SHOWS;
    this.#ends.openFamily(name);
  }

  override closeRecord(): void {
    const { columns } = this.#lines;
    for (let i = 0; i < columns.length; i++) this.#putCell(columns[i]!);
    this.#lines.endLine();
  }

  override mark(): void {
    this.#lines.mark();
  }

  override rewind(): boolean {
    return this.#lines.rewind();
  }

  #putCell(column: TableColumn): void {
    const lines = this.#lines;
    switch (column.kind) {
      case "protocol":
        put(lines.cells, this.#protocol);
        return lines.endCell(false, true, null);
      case "state":
        return this.#putState();
      case "queue":
        return this.#putQueue(column.slot);
      case "local":
        return this.#ends.putEnd(true);
      case "remote":
        return this.#ends.putEnd(false);
      case "netns":
        return this.#putOne(this.kinds[BASE.netns_name] === slot.EMPTY ? BASE.netns_inode : BASE.netns_name);
      case "holders":
        return this.#putHolders(column.holders!);
      case "container": {
        const start = lines.cells.at;
        const wide = putContainer(lines.cells, this);
        const says = lines.cells.at > start;
        if (!says) put(lines.cells, lines.nothing);
        return lines.endCell(wide, says, null);
      }
      case "values":
        return this.#putValues(column.slot);
      case "details": {
        const wide = putDetails(lines.cells, this, this.#details, this.#alarm);
        return lines.endCell(wide, true, null);
      }
      default:
        return this.#putOne(column.slot, column.alarming, column.kind === "unit");
    }
  }

  /** The state; an unknown one with its number behind it. */
  #putState(): void {
    const { cells } = this.#lines;
    const word = this.words[BASE.state]!;
    if (this.kinds[BASE.event] === slot.WORD && this.words[BASE.event] === CLOSED) {
      put(cells, ENDED);
      return this.#lines.endCell(false, true, this.#coloured ? GREY : null);
    }
    if (this.kinds[BASE.state] !== slot.WORD) {
      put(cells, this.#lines.nothing);
      return this.#lines.endCell(false, true, null);
    }
    put(cells, this.#states[word.id] ??= stateText(word));
    if (word === UNKNOWN && this.kinds[BASE.state_raw] !== slot.EMPTY) {
      put(cells, OPEN);
      putValue(cells, this, BASE.state_raw);
      put(cells, CLOSE);
    }
    if (this.#marks && word.text === FORGOTTEN) put(cells, ALARM);
    this.#lines.endCell(false, true, this.#coloured ? COLOURS[word.text] ?? null : null);
  }

  /** A queue; of a socket that listens these are connections, and the queue may be full. */
  #putQueue(queue: number): void {
    const listens = this.kinds[BASE.backlog] !== slot.EMPTY;
    this.#putPlain(queue, null);
    const full = queue === BASE.recv_q && listens && this.low[BASE.backlog]! > 0 &&
      this.kinds[BASE.backlog_limit] === slot.SMALL && this.low[BASE.backlog]! >= this.low[BASE.backlog_limit]!;
    if (full && this.#marks) put(this.#lines.cells, ALARM);
    this.#lines.endCell(false, true, full && this.#coloured ? RED : null);
  }

  #putHolders(holders: HolderSlots): void {
    const { cells } = this.#lines;
    const start = cells.at;
    const wide = this.#holders.put(cells, holders);
    if (cells.at === start) {
      const { status } = holders;
      const known = status === slot.NO_SLOT || this.kinds[status] !== slot.WORD || this.words[status]!.text === "none";
      if (known) put(cells, this.#lines.nothing);
      else {
        put(cells, OPEN);
        putValue(cells, this, status);
        put(cells, CLOSE);
      }
    }
    this.#lines.endCell(wide, true, null);
  }

  /** One value or text. */
  #putOne(value: number, alarming = false, isUnit = false): void {
    const { cells } = this.#lines;
    const start = cells.at;
    let wide = false;
    if (value === slot.NO_SLOT) put(cells, this.#lines.nothing);
    else if (this.kinds[value] === slot.TEXT && this.low[value] !== this.high[value]) {
      const put = isUnit ? putUnit : putDisplayText;
      wide = put(cells, this.texts.bytes, this.low[value]!, this.high[value]!);
      this.#lines.mayShorten(start);
    } else if (this.kinds[value] === JSON_TEXT) {
      wide = putJson(cells, this.texts.bytes, this.low[value]!, this.high[value]!);
    } else this.#putPlain(value, this.#shows[value] ?? null);
    if (cells.at === start) put(cells, this.#lines.nothing);
    const alarm = alarming && !isNothing(this, value);
    if (alarm && this.#marks) put(cells, ALARM);
    this.#lines.endCell(wide, true, alarm && this.#coloured ? RED : null);
  }

  /** The values of a field in all elements of a list, separated by commas. */
  #putValues(first: number): void {
    const { cells } = this.#lines;
    const start = cells.at;
    let wide = false;
    for (let value = first; value !== slot.NO_VALUE; value = this.next[value]!) {
      if (this.kinds[value] === slot.EMPTY) break;
      if (value !== first) {
        cells.reserve(1);
        cells.bytes[cells.at++] = COMMA;
      }
      if (this.kinds[value] !== slot.TEXT) putValue(cells, this, value);
      else wide = putDisplayText(cells, this.texts.bytes, this.low[value]!, this.high[value]!, COMMA) || wide;
    }
    if (cells.at === start) put(cells, this.#lines.nothing);
    this.#lines.endCell(wide, true, null);
  }

  /** A value other than text, in the unit of `show`. */
  #putPlain(value: number, show: Show | null): void {
    const { cells } = this.#lines;
    const kind = this.kinds[value];
    if (kind === slot.EMPTY || kind === slot.LIST) return put(cells, this.#lines.nothing);
    if (show === null) return putValue(cells, this, value);
    if (kind === slot.INTEGER64 && (this.low[value]! & this.high[value]!) === -1) return put(cells, UNLIMITED);
    const number = this.#numberOf(value);
    if (number === null) return putValue(cells, this, value);
    cells.reserve(SCALED_ROOM);
    cells.at = putScaled(cells.view, cells.at, number * show.factor, show.scale);
  }

  /** The number in a slot; `null` if it is not a number. */
  #numberOf(value: number): number | null {
    switch (this.kinds[value]) {
      case slot.SMALL:
        return this.low[value]!;
      case slot.INTEGER:
        return this.numbers[value]!;
      case slot.THOUSANDTHS:
        return this.numbers[value]! / 1000;
      case slot.INTEGER64:
        return (this.high[value]! >>> 0) * 4294967296 + (this.low[value]! >>> 0);
      default:
        return null;
    }
  }
}

export class TableSink extends CellsSink implements OutputSink {
  readonly #lines: TableLines;

  constructor(write: Write, options: FormatOptions, content: Content) {
    const choice = selectTableColumns(options, content);
    const { width, wide = false, noHeader = false, color } = options;
    const lines = new TableLines(write, choice.columns, wide ? undefined : width, noHeader, color === "always");
    super(choice, lines, options, content);
    this.#lines = lines;
  }

  flush(): void {
    this.#lines.flush();
  }

  close(): void {
    this.#lines.close();
  }
}

const stateText = ({ text }: Word): PreparedText => prepareText(text === UNKNOWN.text ? text : printedState(text));

export const openTable: OpenOutput = (write, options, content) => new TableSink(write, options, content);
