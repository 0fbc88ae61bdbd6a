/**
 * What is added up for each combination of counted values besides the number of sockets: sums and histograms.
 */
import type { Key } from "../decode/record/key.ts";
import * as slot from "../decode/record/record_slots.ts";

/** Where a field can be: one slot for each family that has a field of its own there. */
export type Places = readonly number[];

/** Adds up values of records. */
export interface Collector {
  /** Takes a record. `fields` are the places of the fields of the {@linkcode Measure}, in its order. */
  add(slots: slot.RecordSlots, fields: readonly Places[]): void;
  /** Takes what another collector of the same measure has. */
  merge(other: this): void;
}

/** Something that can be added up. */
export interface Measure {
  /** The fields that it reads; of each, the keys of all families. */
  readonly fields: readonly (readonly Key[])[];
  open(): Collector;
}

/** The number of a record in one of these places; `null` for none. A 64-bit number may lose its last digits. */
export function numberAt(slots: slot.RecordSlots, places: Places): number | null {
  for (let i = 0; i < places.length; i++) {
    const place = places[i]!;
    switch (slots.kinds[place]) {
      case slot.SMALL:
        return slots.low[place]!;
      case slot.INTEGER:
      case slot.THOUSANDTHS:
        return slots.numbers[place]!;
      case slot.INTEGER64:
        return (slots.high[place]! >>> 0) * 2 ** 32 + (slots.low[place]! >>> 0);
    }
  }
  return null;
}

/** The word of a record in one of these places; "" for none. */
export function wordAt(slots: slot.RecordSlots, places: Places): string {
  for (let i = 0; i < places.length; i++) {
    const place = places[i]!;
    if (slots.kinds[place] === slot.WORD) return slots.words[place]!.text;
  }
  return "";
}
