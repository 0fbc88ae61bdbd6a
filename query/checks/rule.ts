/**
 * Rules: what is wrong with sockets, as data. The built-in ones are in `default_rules.ts`, others come from files.
 */

/** How bad it is. */
export type Severity = "error" | "warning" | "notice";
export const severities: readonly Severity[] = ["error", "warning", "notice"];

/**
 * What a rule looks at: each socket, sockets that pass twice, the sockets of each local address, those of each unit that pass
 * twice, or sums.
 */
export type Over = "sockets" | "two looks" | "local address" | "unit" | "summary";
export const overs: readonly Over[] = ["sockets", "two looks", "local address", "unit", "summary"];

/** How many sockets there may be. */
export type Expectation = "none" | "some" | number;

/** What is wrong with sockets, as data; `docs/checks.md` describes the parts. */
export interface Rule {
  /** The name, for reports. */
  readonly name: string;
  /** How bad it is. */
  readonly severity: Severity;
  /** What the rule is about, in the language of filters: sockets, or sums. May be empty for sums. */
  readonly filter: string;
  /** What the filter is about. */
  readonly over: Over;
  /** What is the matter, in one sentence. */
  readonly message: string;
  /** Why that matters. */
  readonly why: string;
  /** What to do about it. */
  readonly remedy: string;
  /** How many sockets may be found. */
  readonly expect: Expectation;
  /** Further fields whose values belong to the evidence. */
  readonly show?: readonly string[];
  /** Two looks: fields that have the same value in both. */
  readonly still?: readonly string[];
  /** Two looks: fields that have a greater value in the second. */
  readonly grows?: readonly string[];
  /** Local address, unit: the minimum number of sockets. */
  readonly least?: number;
  /** Local address: a filter that another socket of the same address passes. */
  readonly beside?: string;
  /** The first field, or sum, is more than this share of the second. */
  readonly share?: Share;
  /** A field of a list, such as `owners.exe`, whose elements have different values. */
  readonly differ?: string;
}

/** `part` is more than `percent` of `whole`. */
export interface Share {
  /** Path of the field that is compared. */
  readonly part: string;
  /** Path of the field of which it is a part. */
  readonly whole: string;
  /** The limit. */
  readonly percent: number;
}

/** What rules over sockets look at in two looks. */
export const TWICE: readonly Over[] = ["two looks", "unit"];

/** The fields that a rule names in addition to its filter. */
export const namedFields = ({ show = [], still = [], grows = [], share, differ }: Rule): readonly string[] => [
  ...show,
  ...still,
  ...grows,
  ...share === undefined ? [] : [share.part, share.whole],
  ...differ === undefined ? [] : [differ],
];

/** A rule, or a list of rules, is not valid. The message is one line. */
export class RuleError extends Error {
  /** The name of the class. */
  override readonly name = "RuleError";

  /**
   * Says what is wrong with a rule.
   *
   * @param place lines that show where in a filter the mistake is, `""` for none
   */
  constructor(message: string, readonly place: string = "") {
    super(message);
  }
}
