/**
 * What a row of the table of options says, and the values that options take.
 */
import { quote } from "../decode/text/control_characters.ts";
import type { FormatOptions } from "../formats/format.ts";
import { UsageError } from "./usage_error.ts";

/** Reads the value of an option; `name` is the option as it is typed, `--limit`. Throws {@linkcode UsageError}. */
export type ParseValue<Value = unknown> = (typed: string, name: string) => Value;

/** What shells complete behind an option that takes a value, where that is more than {@linkcode Option.choices}. */
export type Completion = "file" | "netns" | "protocols" | "columns" | "order";

export interface Option {
  /** Heading in the help. */
  readonly group: string;
  readonly long: string;
  readonly short?: string;
  /** Other names that `ss` has for it. */
  readonly also?: readonly string[];
  /** Whether `ss` has it: then it is accepted with every format, as what it asks for is printed or is looks alone. */
  readonly ss?: true;
  /** Name of the value in the help, for options that take one; in brackets if it can be left out. */
  readonly value?: string;
  readonly parse?: ParseValue;
  /** Values that there are, for completion and the manual. */
  readonly choices?: readonly string[];
  readonly completes?: Completion;
  /** For options of formats: what they are told by it. */
  readonly setting?: keyof FormatOptions;
  /** Long names of options: it does nothing without one of them. The first is the one to advise. */
  readonly needs?: readonly string[];
  /** Options that it cannot stand beside, each with what to do instead, if anything. */
  readonly excludes?: Readonly<Record<string, string>>;
  /** For options that ask for something in place of sockets: long names of the options that make a difference to it. */
  readonly honours?: readonly string[];
  readonly help: string;
}

/** The option as it is typed: short for what is known by its letter. */
export const shownName = ({ long, short, ss }: Option): string =>
  ss === true && short !== undefined ? `-${short}` : `--${long}`;

/** The long name with what stands behind it: `--limit N`. */
export const shownLong = ({ long, value }: Option): string => `--${long}${value === undefined ? "" : ` ${value}`}`;

/** Words joined for a sentence: `a, b or c`. */
export function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** One of some words. */
export const oneOf = <Word extends string>(words: readonly Word[]): ParseValue<Word> => (typed, name) => {
  const found = words.find((word) => word === typed);
  if (found !== undefined) return found;
  throw new UsageError(`${name} takes ${alternatives(words)}, not ${quote(typed)}`);
};

/** A number from 1 on, of at most so many digits. */
export const wholeNumber = (digits: number): ParseValue<number> => (typed, name) => {
  if (/^[1-9][0-9]*$/.test(typed) && typed.length <= digits) return Number(typed);
  throw new UsageError(`${name} takes a number from 1 on, not ${quote(typed)}`);
};

/** Seconds with decimals, as milliseconds. */
export const seconds: ParseValue<number> = (typed, name) => {
  if (/^[0-9]{1,4}(\.[0-9]{1,3})?$/.test(typed)) return 1000 * Number(typed);
  throw new UsageError(`${name} takes seconds, 0.5 or 10 for example, not ${quote(typed)}`);
};

/** Names with commas between them. */
export const list: ParseValue<readonly string[]> = (typed) => typed.split(",");

/** The name of a file; a hyphen stands for standard input or output. */
export const file: ParseValue<string> = (typed, name) => {
  if (typed !== "") return typed;
  throw new UsageError(`option ${name} needs the name of a file`);
};
