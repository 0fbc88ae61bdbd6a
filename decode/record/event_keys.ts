/**
 * The fields in front of a record that says what happened, in place of what there is.
 */
import { defineKey, defineWord, type Key, type Word } from "./key.ts";

export const CLOSED: Word = defineWord("closed");
export const LOST: Word = defineWord("lost");
/** Events between two rounds of a listing. */
export const PRESENT: Word = defineWord("present");
export const OPENED: Word = defineWord("opened");
export const CHANGED: Word = defineWord("changed");
export const REPLACED: Word = defineWord("replaced");
export const ENTERED: Word = defineWord("entered");
export const LEFT: Word = defineWord("left");

export const eventKey: Key = defineKey(null, "event", {
  type: "name",
  words: [PRESENT, OPENED, CHANGED, REPLACED, CLOSED, ENTERED, LEFT, LOST].map(({ text }) => text),
  meaning:
    "What happened. closed; lost: events are missing. Only with --watch: present in the first round; opened; changed; replaced: a socket that listens or has no peer belongs to somebody else, or another one is in its place; entered or left: now it passes the filter, or no longer, which does not say that it was opened or closed.",
});

export const timeKey: Key = defineKey(null, "time", {
  type: "text",
  meaning:
    "When it was received (-E), when the round started (--watch), or when the run started or was recorded (--columns time); in UTC.",
});

export const lostKey: Key = defineKey(null, "lost", {
  type: "integer",
  unit: "events",
  range: [0, 0xffff_ffff],
  meaning: "Number of events that are missing here; only in records with event lost.",
});

/** Values of a changed socket. */
export const fromKey: Key = defineKey(null, "from", {
  type: "object",
  meaning: "The fields that have changed, by dotted path, as they were in the round before; only with --watch.",
});
export const toKey: Key = defineKey(null, "to", {
  type: "object",
  meaning: "The same fields as they are.",
});

/** In the order of the output. */
export const eventKeys: readonly Key[] = [eventKey, timeKey, lostKey];
/** The same for what happens between two rounds of a listing. */
export const changeKeys: readonly Key[] = [...eventKeys, fromKey, toKey];
