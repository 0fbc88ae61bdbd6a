/**
 * Shell patterns, see glob(7) and fnmatch(3).
 */
import { quote } from "../../decode/text/control_characters.ts";
import { Pattern } from "./pattern.ts";
import { ValueError } from "./syntax_error.ts";

/** Character classes by their POSIX names, in the C locale; case is ignored here. */
const CLASSES: Readonly<Record<string, string>> = {
  alnum: "0-9a-z",
  alpha: "a-z",
  blank: " \\t",
  cntrl: "\\0-\\x1f\\x7f",
  digit: "0-9",
  graph: "!-~",
  print: " -~",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\s",
  xdigit: "0-9a-f",
};

/**
 * The regular expression for a shell pattern: fnmatch(3) with FNM_CASEFOLD, where `*` also matches `/`.
 *
 * @throws {ValueError} if a part of it has no clear meaning when case is ignored, or depends on a language
 */
export function globPattern(glob: string): Pattern {
  let source = "";
  for (let at = 0; at < glob.length;) {
    const set = glob[at] === "[" ? readSet(glob, at) : null;
    if (set !== null) {
      source += set.source;
      at = set.end;
      continue;
    }
    const letter = glob[at]!;
    const escaped = letter === "\\" ? glob[at + 1] : undefined;
    source += escaped !== undefined ? literal(escaped) : letter === "*" ? ".*" : letter === "?" ? "." : literal(letter);
    at += escaped === undefined ? 1 : 2;
  }
  return new Pattern(`^${source}$`, "is");
}

const literal = (letter: string): string => letter.replace(/[\\^$.*+?|()[\]{}\/-]/, "\\$&");

/** The character set that begins at `start`; `null` if it has no end: then the bracket is an ordinary character. */
function readSet(glob: string, start: number): { readonly source: string; readonly end: number } | null {
  let at = start + 1;
  const negated = glob[at] === "!" || glob[at] === "^";
  if (negated) at++;
  let source = "";
  for (let first = true; at < glob.length; first = false) {
    if (glob[at] === "]" && !first) return { source: `[${negated ? "^" : ""}${source}]`, end: at + 1 };
    const named = /^\[([:=.])(.*?)\1\]/s.exec(glob.slice(at));
    if (named !== null) {
      source += classOf(named[0], named[1]!, named[2]!);
      at += named[0].length;
      continue;
    }
    const from = readLetter(glob, at);
    const ranged = glob[from.end] === "-" && (glob[from.end + 1] ?? "]") !== "]";
    const to = ranged ? readLetter(glob, from.end + 1) : from;
    // A range whose end is before its start is empty.
    if (from.letter <= to.letter) source += `${literal(from.letter)}-${literal(to.letter)}`;
    at = to.end;
  }
  return null;
}

function readLetter(glob: string, at: number): { readonly letter: string; readonly end: number } {
  const escaped = glob[at] === "\\" && at + 1 < glob.length;
  return { letter: glob[escaped ? at + 1 : at]!, end: at + (escaped ? 2 : 1) };
}

function classOf(text: string, kind: string, name: string): string {
  const source = kind === ":" ? CLASSES[name] : undefined;
  if (source !== undefined) return source;
  if (kind !== ":") throw new ValueError(`${quote(text)} depends on the language; list the characters instead`);
  if (name === "upper" || name === "lower") {
    throw new ValueError(
      `${quote(text)} makes no difference, because upper and lower case are the same here; use [:alpha:]`,
    );
  }
  throw new ValueError(`unknown class ${quote(text)}; there are ${Object.keys(CLASSES).join(" ")}`);
}
