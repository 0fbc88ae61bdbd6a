/**
 * A sink that passes on only some fields of each record.
 */
import type { Key, Word } from "../decode/record/key.ts";
import { type Layout, pickFields } from "../decode/record/layout.ts";
import { ForwardingSink } from "../decode/record/forwarding_sink.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { walkLayout } from "../decode/record/walk_layout.ts";

/** The selected part of a layout. */
interface Part {
  /** `null` for nothing. */
  readonly layout: Layout | null;
  /** Whether each member is checked, because the number of an unknown word is shown but its word is not. */
  readonly walked: boolean;
}

export class SelectFields extends ForwardingSink {
  /** 1 for the keys that are passed on, by key number. */
  readonly #shown: Uint8Array;
  readonly #parts: (Part | undefined)[] = [];

  /** @param shown fields to pass on, with the objects and lists that contain them */
  constructor(target: RecordSink, shown: ReadonlySet<Key>) {
    super(target);
    this.#shown = new Uint8Array(1 + Math.max(0, ...[...shown].map(({ id }) => id)));
    for (const { id } of shown) this.#shown[id] = 1;
  }

  #shows(key: Key): boolean {
    return key.id < this.#shown.length && this.#shown[key.id] === 1;
  }

  override structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    const part = this.#parts[layout.id] ??= this.#partOf(layout);
    if (part.layout === null) return;
    if (part.walked) walkLayout(part.layout, view, bytes, start, end, this);
    else super.structure(part.layout, view, bytes, start, end);
  }

  #partOf(layout: Layout): Part {
    const { steps } = layout;
    const shows = (key: Key) => this.#shows(key);
    if (steps.some(({ key, raw }) => shows(raw) && !shows(key))) return { layout, walked: true };
    if (steps.every(({ key, raw }) => shows(key) && shows(raw))) return { layout, walked: false };
    const picked = steps.some(({ key }) => shows(key)) ? pickFields(layout, shows) : null;
    return { layout: picked, walked: false };
  }

  override openObject(key: Key): void {
    if (this.#shows(key)) super.openObject(key);
  }

  override closeObject(key: Key): void {
    if (this.#shows(key)) super.closeObject(key);
  }

  override openList(key: Key): void {
    if (this.#shows(key)) super.openList(key);
  }

  override closeList(key: Key): void {
    if (this.#shows(key)) super.closeList(key);
  }

  override integer(key: Key, value: number): void {
    if (this.#shows(key)) super.integer(key, value);
  }

  override integer64(key: Key, low: number, high: number): void {
    if (this.#shows(key)) super.integer64(key, low, high);
  }

  override thousandths(key: Key, value: number): void {
    if (this.#shows(key)) super.thousandths(key, value);
  }

  override identifier(key: Key, low: number, high: number): void {
    if (this.#shows(key)) super.identifier(key, low, high);
  }

  override boolean(key: Key, value: boolean): void {
    if (this.#shows(key)) super.boolean(key, value);
  }

  override null(key: Key): void {
    if (this.#shows(key)) super.null(key);
  }

  override name(key: Key, word: Word): void {
    if (this.#shows(key)) super.name(key, word);
  }

  override flags(key: Key, words: readonly (Word | undefined)[], value: number): void {
    if (this.#shows(key)) super.flags(key, words, value);
  }

  override text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    if (this.#shows(key)) super.text(key, bytes, start, end);
  }

  override hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    if (this.#shows(key)) super.hex(key, bytes, start, end);
  }

  override address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    if (this.#shows(key)) super.address(key, v6, bytes, start);
  }
}
