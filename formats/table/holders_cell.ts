/**
 * The cell of the processes that hold a socket: `nginx 16509,16511,16512 fd=6; systemd 1 fd=40`.
 */
import { EMPTY, NO_SLOT, NO_VALUE, type RecordSlots, TEXT } from "../../decode/record/record_slots.ts";
import type { OutputBuffer } from "../text/output_buffer.ts";
import { prepareText } from "../text/prepared_texts.ts";
import { put, putValue } from "../text/value_text.ts";
import { putDisplayText } from "./display_text.ts";

/** Slots of the fields shown for each process; {@linkcode NO_SLOT} for a field that is not shown. */
export interface HolderSlots {
  readonly comm: number;
  readonly pid: number;
  readonly tid: number;
  readonly context: number;
  readonly fd: number;
  readonly argument: number;
  readonly status: number;
}

const SEPARATOR = prepareText("; ");
const BLANK = prepareText(" ");
const COMMA = prepareText(",");
const TID = prepareText(" tid=");
const CONTEXT = prepareText(" context=");
const FD = prepareText(" fd=");
const ARGUMENTS = prepareText(" args=");
const NOTHING = prepareText("-");
/** An empty name or argument, as in a shell. */
const EMPTY_TEXT = prepareText("''");

/** Walks the values of one slot, element by element. */
class Cursor {
  at = NO_VALUE;

  constructor(readonly slots: RecordSlots) {}

  reset(slot: number): void {
    this.at = slot === NO_SLOT || this.slots.kinds[slot] === EMPTY ? NO_VALUE : slot;
  }

  /** The first value of an element; {@linkcode NO_VALUE} if it has none. Call it for elements in ascending order. */
  of(element: number): number {
    while (this.at !== NO_VALUE && this.slots.elements[this.at]! < element) this.at = this.slots.next[this.at]!;
    return this.at !== NO_VALUE && this.slots.elements[this.at] === element ? this.at : NO_VALUE;
  }
}

export class HoldersCell {
  readonly #cursors: Readonly<Record<keyof HolderSlots, Cursor>>;
  /** Whether something other than ASCII was written. */
  #wide = false;

  constructor(readonly slots: RecordSlots) {
    const cursor = () => new Cursor(slots);
    this.#cursors = {
      ...{ comm: cursor(), pid: cursor(), tid: cursor(), context: cursor() },
      ...{ fd: cursor(), argument: cursor(), status: cursor() },
    };
  }

  /** Writes the processes. Consecutive ones with the same name and descriptors are grouped. */
  put(out: OutputBuffer, holders: HolderSlots): boolean {
    const { comm, pid, tid, context, fd, argument } = this.#cursors;
    comm.reset(holders.comm);
    pid.reset(holders.pid);
    tid.reset(holders.tid);
    context.reset(holders.context);
    fd.reset(holders.fd);
    argument.reset(holders.argument);
    this.#wide = false;
    const last = this.#lastElement(holders);
    let [name, descriptors, open] = [NO_VALUE, NO_VALUE, false];
    for (let element = 0; element <= last; element++) {
      const [nextName, nextDescriptors] = [comm.of(element), fd.of(element)];
      const plain = tid.of(element) === NO_VALUE && context.of(element) === NO_VALUE &&
        argument.of(element) === NO_VALUE;
      if (open && plain && this.#isSameText(name, nextName) && this.#areSame(descriptors, nextDescriptors)) {
        put(out, COMMA);
        putValue(out, this.slots, pid.of(element));
        continue;
      }
      if (open) this.#putValues(out, FD, descriptors, COMMA);
      if (element > 0) put(out, SEPARATOR);
      this.#putOne(out, element);
      [name, descriptors, open] = [nextName, nextDescriptors, plain && pid.of(element) !== NO_VALUE];
      if (!open) this.#putRest(out, element, descriptors);
    }
    if (open) this.#putValues(out, FD, descriptors, COMMA);
    return this.#wide;
  }

  #lastElement({ comm, pid }: HolderSlots): number {
    let last = -1;
    for (const slot of [comm, pid]) {
      if (slot === NO_SLOT || this.slots.kinds[slot] === EMPTY) continue;
      for (let value = slot; value !== NO_VALUE; value = this.slots.next[value]!) {
        last = Math.max(last, this.slots.elements[value]!);
      }
    }
    return last;
  }

  /** Name and number of a process. */
  #putOne(out: OutputBuffer, element: number): void {
    const { comm, pid } = this.#cursors;
    const [name, number] = [comm.of(element), pid.of(element)];
    if (name !== NO_VALUE) this.#putText(out, name);
    if (name !== NO_VALUE && number !== NO_VALUE) put(out, BLANK);
    if (number !== NO_VALUE) putValue(out, this.slots, number);
    else if (name === NO_VALUE) put(out, NOTHING);
  }

  #putRest(out: OutputBuffer, element: number, descriptors: number): void {
    const { tid, context, argument } = this.#cursors;
    this.#putValues(out, TID, tid.of(element), COMMA);
    this.#putValues(out, CONTEXT, context.of(element), COMMA);
    this.#putValues(out, FD, descriptors, COMMA);
    this.#putValues(out, ARGUMENTS, argument.of(element), BLANK);
  }

  /** Writes a label and the values of one element from `first` on. */
  #putValues(out: OutputBuffer, label: typeof COMMA, first: number, between: typeof COMMA): void {
    if (first === NO_VALUE) return;
    const { next, elements } = this.slots;
    put(out, label);
    for (let value = first; value !== NO_VALUE && elements[value] === elements[first]; value = next[value]!) {
      if (value !== first) put(out, between);
      if (!this.#putText(out, value)) putValue(out, this.slots, value);
    }
  }

  #putText(out: OutputBuffer, value: number): boolean {
    const { kinds, low, high, texts } = this.slots;
    if (kinds[value] !== TEXT) return false;
    if (low[value] === high[value]) put(out, EMPTY_TEXT);
    else if (putDisplayText(out, texts.bytes, low[value]!, high[value]!)) this.#wide = true;
    return true;
  }

  #isSameText(a: number, b: number): boolean {
    if (a === NO_VALUE || b === NO_VALUE) return a === b;
    const { low, high, texts } = this.slots;
    const length = high[a]! - low[a]!;
    if (length !== high[b]! - low[b]!) return false;
    for (let i = 0; i < length; i++) if (texts.bytes[low[a]! + i] !== texts.bytes[low[b]! + i]) return false;
    return true;
  }

  /** Whether two elements have the same descriptors. */
  #areSame(a: number, b: number): boolean {
    const { next, elements, numbers } = this.slots;
    if (a === NO_VALUE || b === NO_VALUE) return a === b;
    const [first, second] = [elements[a], elements[b]];
    for (; a !== NO_VALUE && elements[a] === first; a = next[a]!, b = next[b]!) {
      if (b === NO_VALUE || elements[b] !== second || numbers[a] !== numbers[b]) return false;
    }
    return b === NO_VALUE || elements[b] !== second;
  }
}
