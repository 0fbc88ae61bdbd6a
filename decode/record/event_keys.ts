/**
 * The fields in front of a record that says what happened, in place of what there is.
 */
import { defineKey, defineWord, type Key, type Word } from "./key.ts";

export const CLOSED: Word = defineWord("closed");
export const LOST: Word = defineWord("lost");

export const eventKey: Key = defineKey(null, "event", {
  type: "name",
  words: [CLOSED.text, LOST.text],
  meaning: "What happened: closed, or lost for events that are missing; only with -E.",
});

export const timeKey: Key = defineKey(null, "time", {
  type: "text",
  meaning: "When it was received (-E), or when the run started or was recorded (--columns time); in UTC.",
});

export const lostKey: Key = defineKey(null, "lost", {
  type: "integer",
  unit: "events",
  range: [0, 0xffff_ffff],
  meaning: "Number of events that are missing here; only in records with event lost.",
});

/** In the order of the output. */
export const eventKeys: readonly Key[] = [eventKey, timeKey, lostKey];
