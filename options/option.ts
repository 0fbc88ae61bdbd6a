/**
 * Type of a row in the table of options, and parsers for option values.
 */
import { quote } from "../decode/text/control_characters.ts";
import type { FormatOptions } from "../formats/format.ts";
import { UsageError } from "./usage_error.ts";

/** Parses the value of an option; `name` is the option as typed, such as `--limit`. Throws {@linkcode UsageError}. */
export type ParseValue<Value = unknown> = (typed: string, name: string) => Value;

/** What shells complete after an option that takes a value, if {@linkcode Option.choices} is not enough. */
export type Completion = "file" | "netns" | "protocols" | "columns" | "counted" | "order";

export interface Option {
  /** Heading in the help. */
  readonly group: string;
  readonly long: string;
  readonly short?: string;
  /** Other names for it in `ss`. */
  readonly also?: readonly string[];
  /** Whether `ss` has it. It is then accepted with every format, even without effect. */
  readonly ss?: true;
  /** Name of the value in the help, for options that take one; in brackets if it is optional: `[NAME]` is the next word, `[=NAME]` stands behind the option. */
  readonly value?: string;
  readonly parse?: ParseValue;
  /** Possible values, for completion and the manual page. */
  readonly choices?: readonly string[];
  readonly completes?: Completion;
  /** For options of formats: the setting that it changes. */
  readonly setting?: keyof FormatOptions;
  /** Long names of options, one of which it needs to have an effect. The error names the first. */
  readonly needs?: readonly string[];
  /** Long names of options that it stands for, each without a value. */
  readonly implies?: readonly string[];
  /** Options that it excludes, each with advice for the error, or `""`. */
  readonly excludes?: Readonly<Record<string, string>>;
  /** Beside one of these options it excludes nothing, and nothing excludes it. */
  readonly joins?: readonly string[];
  /** For options that print something other than sockets: long names of the options that affect it. */
  readonly honours?: readonly string[];
  /** A command that shows it, if one cannot be made of it. */
  readonly example?: string;
  readonly help: string;
}

/** The option as it is typed: short for what is known by its letter. */
export const shownName = ({ long, short, ss }: Option): string =>
  ss === true && short !== undefined ? `-${short}` : `--${long}`;

/** The long name with its value: `--limit N`. */
export const shownLong = (option: Option): string => `--${option.long}${shownValue(option)}`;

/** What stands behind the name of an option in the help. */
export const shownValue = ({ value }: Option): string =>
  value === undefined || value.startsWith("[=") ? value ?? "" : ` ${value}`;

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

/** Parser of a number from 1, with a maximum number of digits. */
export const wholeNumber = (digits: number): ParseValue<number> => (typed, name) => {
  if (/^[1-9][0-9]*$/.test(typed) && typed.length <= digits) return Number(typed);
  throw new UsageError(`${name} takes a number from 1 on, not ${quote(typed)}`);
};

/** Parses seconds with decimals; returns milliseconds. */
export const seconds: ParseValue<number> = (typed, name) => {
  if (/^[0-9]{1,4}(\.[0-9]{1,3})?$/.test(typed)) return 1000 * Number(typed);
  throw new UsageError(`${name} takes seconds, 0.5 or 10 for example, not ${quote(typed)}`);
};

/** Parses the time between two listings: seconds, more than 0; returns milliseconds. */
export const interval: ParseValue<number> = (typed, name) => {
  const milliseconds = seconds(typed, name);
  if (milliseconds > 0) return milliseconds;
  throw new UsageError(`${name} takes more than 0 seconds`);
};

/** Parses names separated by commas. */
export const list: ParseValue<readonly string[]> = (typed) => typed.split(",");

/** Parses a file name; a hyphen means standard input or output. */
export const file: ParseValue<string> = (typed, name) => {
  if (typed !== "") return typed;
  throw new UsageError(`option ${name} needs the name of a file`);
};
