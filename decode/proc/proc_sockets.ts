/**
 * Reads sockets from files below `/proc/net` if the kernel has no diagnostics for them; mirrors the `seq_show` functions of
 * the kernel, see proc(5).
 */
import { DecodeError, SystemError } from "../kernel/errors.ts";
import { defineKey, defineWord, type FieldNote, type Key, type Word } from "../record/key.ts";
import type { Step, Words } from "../record/layout.ts";
import type { ProcSource } from "./proc_source.ts";
import type { RecordSink } from "../record/record_sink.ts";
import type { ProcFile, Wanted } from "./proc_file.ts";
import type { Outcome } from "../record/outcome.ts";

const NEWLINE = 10;
/** Number of lines after which the caller may take the output of the sink. */
const LINES_A_STEP = 256;

/** Largest number that an inode can have here. */
export const MAX_INODE: number = Number.MAX_SAFE_INTEGER;
/** The kernel shows times in units of 1/100 s (USER_HZ), whatever its own clock is. */
export const MILLISECONDS_A_TICK = 10;

export const sourceKey: Key = defineKey(null, "source", {
  type: "name",
  meaning:
    "Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less.",
  source: "/proc/net",
  words: ["proc"],
});
const procWord = defineWord("proc");

/** Marks a record as one from `/proc/net`. */
export const writeSource = (sink: RecordSink): void => sink.name(sourceKey, procWord);

export const dropsKey = (): Key =>
  defineKey(null, "drops", {
    metric: "counter",
    type: "integer",
    unit: "packets",
    meaning: "Packets that the socket dropped, from `/proc/net`; otherwise in skmeminfo.",
    since: "2.6.27",
    source: "/proc/net",
  });

/** A field that shows numbers as words. */
export type NameField = Pick<Step, "key" | "raw" | "words">;

const unknownWord = defineWord("unknown");

/** Defines a field that shows numbers as words and need not be in a structure. `words` are by number. */
export function defineNameField(
  name: string,
  words: readonly (string | undefined)[],
  note: Omit<FieldNote, "type" | "unit" | "since" | "privilege">,
): NameField {
  const defined: (Word | undefined)[] = words.map((word) => word === undefined ? undefined : defineWord(word));
  return {
    key: defineKey(null, name, {
      type: "name",
      words: [...words.filter((word) => word !== undefined), unknownWord.text],
      ...note,
    }),
    raw: defineKey(null, `${name}_raw`, {
      type: "integer",
      source: note.source,
      meaning: `Number of ${name}; only there if this program has no word for the value.`,
    }),
    words: defined as Words,
  };
}

export function writeName({ key, raw, words }: NameField, value: number, sink: RecordSink): void {
  const word = words[value];
  sink.name(key, word ?? unknownWord);
  if (word === undefined) sink.integer(raw, value);
}

/** Whether bit `value` is set; `false` for values of 32 and more. */
export const hasBit = (mask: number, value: number): boolean => value < 32 && (mask >>> value & 1) === 1;

/**
 * Pushes the wanted sockets in the files of a family. After each step the caller may take the output of the sink.
 *
 * @returns whether any of the files exists
 */
export function* stepProcSockets(
  family: string,
  files: readonly ProcFile[],
  source: ProcSource,
  wanted: Wanted,
  sink: RecordSink,
  outcome: Outcome,
): Generator<void, boolean> {
  let found = false;
  for (const file of files) {
    let error: DecodeError | SystemError | null = null;
    try {
      const bytes = source.read(file.name);
      if (bytes === null) continue;
      file.begin?.(source);
      error = yield* stepLines(file, bytes, wanted, sink, outcome);
    } catch (thrown) {
      if (!(thrown instanceof SystemError)) throw thrown;
      error = thrown;
    }
    found = true;
    outcome.dumps++;
    if (error === null) continue;
    outcome.failed++;
    outcome.errors.push(error);
    const cause = error instanceof DecodeError ? `/proc/net/${file.name}: ${error.message}` : error.message;
    outcome.warnings.push(`cannot list ${family} sockets${file.part}: ${cause}`);
  }
  return found;
}

/** Pushes the sockets of a file; returns the error of the first malformed line. */
function* stepLines(
  file: ProcFile,
  bytes: Uint8Array,
  wanted: Wanted,
  sink: RecordSink,
  outcome: Outcome,
): Generator<void, DecodeError | null> {
  let error: DecodeError | null = null;
  let lines = 0;
  for (const { start, end } of linesOf(bytes, file.headings, file)) {
    try {
      if (end === bytes.length) throw new DecodeError("line without an end", start);
      if (end > start && file.write(bytes, start, end, wanted, sink)) outcome.records++;
    } catch (thrown) {
      if (!(thrown instanceof DecodeError)) throw thrown;
      error ??= thrown;
    }
    if (++lines % LINES_A_STEP === 0) yield;
  }
  return error;
}

/** Start and end of a line, without its line break. */
interface Line {
  start: number;
  end: number;
}

/**
 * The lines after the headings. All are the same object, which changes. If the file has `begins`, several lines may
 * form one.
 */
export function* linesOf(bytes: Uint8Array, headings: number, file?: ProcFile): Generator<Line> {
  const line = { start: 0, end: -1 };
  for (let count = 0; line.end + 1 < bytes.length; count++) {
    line.start = line.end + 1;
    line.end = endOfLine(bytes, line.start);
    if (count < headings) continue;
    // A name with line breaks continues in lines that do not look like a socket.
    while (file?.begins !== undefined && line.end + 1 < bytes.length) {
      const next = endOfLine(bytes, line.end + 1);
      if (file.begins(bytes, line.end + 1, next)) break;
      line.end = next;
    }
    yield line;
  }
}

/** End of the line from `start` on: its line break, or the end of the bytes. */
function endOfLine(bytes: Uint8Array, start: number): number {
  const newline = bytes.indexOf(NEWLINE, start);
  return newline < 0 ? bytes.length : newline;
}
