/**
 * Makes a function for each layout that writes its members as JSON.
 *
 * Most of the time of a dump goes into the members of `struct tcp_info` and its like. A loop over the table spends more
 * on finding out what to do than on doing it: generated code, in which offsets and key texts are literals, takes half
 * the time of a record (docs/performance.md). It is made from the tables alone, of which nothing comes from outside.
 */
import type { Layout, Step } from "../decode/layout.ts";
import { takeStep, UNKNOWN } from "../decode/layout.ts";
import { putIdentifier, putInteger, putInteger64, putThousandths } from "./digits.ts";
import type { JsonRecords } from "./json_records.ts";
import type { OutputBuffer } from "./output_buffer.ts";
import { OVERSHOOT, prepareText, putText } from "./prepared_texts.ts";

/** Writes the members of the structure at `start`, of which `length` bytes are there. */
export type WriteStructure = (
  buffer: OutputBuffer,
  sink: JsonRecords,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  length: number,
) => void;

/** What generated code calls and refers to. */
const scope = { putIdentifier, putInteger, putInteger64, putThousandths, putText, takeStep };

/** The longest value that is not a key: 20 digits or a word. */
const VALUE_ROOM = 64;

/** Reads the member as an unsigned number. */
function readCode(step: Step): string {
  const at = `start + ${step.offset}`;
  const whole = step.size === 1 ? `bytes[${at}]` : `view.getUint${step.size * 8}(${at}, true)`;
  return step.mask === -1 ? whole : `${whole} >>> ${step.shift} & ${step.mask}`;
}

/**
 * Generates the function.
 *
 * @param keyText what stands before the value of a key, line break and colon included
 */
export function generateWriter(layout: Layout, keyText: (step: Step) => string): WriteStructure {
  const lines: string[] = [];
  let room = OVERSHOOT;
  layout.steps.forEach((step, index) => {
    const key = keyText(step);
    room += key.length + VALUE_ROOM;
    lines.push(`if (length >= ${step.needs}) {`, ...stepCode(step, index, key), "}");
  });
  const words = layout.steps.map((step) => step.words.map((word) => prepareText(`"${(word ?? UNKNOWN).text}",`)));
  const code = `"use strict";
const { ${Object.keys(scope).join(", ")} } = scope;
return function write(buffer, sink, view, bytes, start, length) {
  buffer.reserve(${room});
  let out = buffer.view, at = buffer.at, value = 0, high = 0;
  ${lines.join("\n  ")}
  buffer.at = at;
};`;
  return new Function("scope", "steps", "words", "ROOM", code)(scope, layout.steps, words, room);
}

/** Statements that write one member, whose bytes are there. */
function stepCode(step: Step, index: number, key: string): string[] {
  switch (step.kind) {
    case "u8":
    case "u16":
    case "u32":
    case "bits":
      return [`value = ${readCode(step)};`, ...numberCode(key)];
    case "port":
      return [`value = view.getUint16(start + ${step.offset}, false);`, ...numberCode(key)];
    case "nullable":
      return [
        `value = ${readCode(step)};`,
        `if (value === ${step.none >>> 0}) {`,
        ...copyCode(`${key}null,`),
        `  at += ${key.length + 5};`,
        "} else {",
        ...numberCode(key),
        "}",
      ];
    case "u64":
      return [
        ...copyCode(`${key}0,`),
        `value = view.getInt32(start + ${step.offset}, true);`,
        `high = view.getInt32(start + ${step.offset + 4}, true);`,
        `if ((value | high) === 0) at += ${key.length + 2};`,
        `else { at = putInteger64(out, at + ${key.length}, value, high); out.setUint8(at++, 44); }`,
      ];
    case "milliseconds":
      return [
        ...copyCode(key),
        `at = putThousandths(out, at + ${key.length}, view.getUint32(start + ${step.offset}, true));`,
        "out.setUint8(at++, 44);",
      ];
    case "identifier":
      return [
        ...copyCode(`${key}"`),
        `value = view.getInt32(start + ${step.offset}, true);`,
        `high = view.getInt32(start + ${step.offset + 4}, true);`,
        `at = putIdentifier(out, at + ${key.length + 1}, value, high);`,
        'out.setUint16(at, 0x222c); at += 2; // ",',
      ];
    case "enumeration":
      return [
        `value = ${readCode(step)};`,
        `high = words[${index}][value];`,
        `if (high !== undefined && steps[${index}].words[value] !== undefined) {`,
        ...copyCode(key),
        `  at = putText(out, at + ${key.length}, high);`,
        "} else {",
        ...otherCode(index),
        "}",
      ];
    default:
      return otherCode(index);
  }
}

/** A number below 10 overwrites the 0 that is written together with the key. */
function numberCode(key: string): string[] {
  return [
    ...copyCode(`${key}0,`),
    `if (value < 10) { out.setUint8(at + ${key.length}, 48 + value); at += ${key.length + 2}; }`,
    `else { at = putInteger(out, at + ${key.length}, value); out.setUint8(at++, 44); }`,
  ];
}

/** Writes a text at `at`, without moving `at`, and up to seven bytes more. */
function copyCode(text: string): string[] {
  const { numbers } = prepareText(text);
  return Array.from(
    numbers.subarray(0, Math.ceil(text.length / 8)),
    (number, i) => `out.setFloat64(at + ${8 * i}, ${number}, true);`,
  );
}

/** Whatever is rare goes the way that all sinks go. */
function otherCode(index: number): string[] {
  return [
    "buffer.at = at;",
    `takeStep(steps[${index}], view, bytes, start, sink);`,
    "buffer.reserve(ROOM);",
    "out = buffer.view; at = buffer.at;",
  ];
}
