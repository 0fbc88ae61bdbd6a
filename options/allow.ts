/**
 * Allow lists: the filters of `--allow` and of the files of `--allow-file`.
 */
import { quote } from "../decode/text/control_characters.ts";
import type { Filter } from "../query/filter/filter.ts";
import { parseReports } from "./check.ts";
import type { Command, DumpCommand } from "./command.ts";
import { type Environment, type Listing, parseFilter } from "./filter.ts";
import type { ParsedArguments } from "./getopt.ts";
import { UsageError } from "./usage_error.ts";

/** A filter, and where it is written: `""` for the command line, else the file and the line. */
interface Line {
  readonly text: string;
  readonly place: string;
}

/** The filters of `--allow` and `--allow-file`. */
export async function parseAllowed(
  parsed: ParsedArguments,
  listing: Listing,
  environment: Environment,
): Promise<readonly Filter[]> {
  const lines: Line[] = parsed.all("allow").map((text) => ({ text, place: "" }));
  for (const file of parsed.all("allow-file")) lines.push(...linesOf(await environment.readText(file), file));
  const allowed: Filter[] = [];
  for (const line of lines) allowed.push(await readAllowed(line, listing, environment));
  return allowed;
}

/** The filters in a file, one on each line. Empty lines and comments after `#` are ignored. */
function linesOf(text: string, file: string): readonly Line[] {
  return text.split(/\r\n|[\r\n]/).flatMap((line, i) => {
    const filter = withoutComment(line).trim();
    return filter === "" ? [] : [{ text: filter, place: `${quote(file)} line ${i + 1}: ` }];
  });
}

/** A line without its comment: from a `#` at the start or after a blank, but not within quotation marks. */
const withoutComment = (line: string): string =>
  line.replace(/("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\\.)|(?:^|\s)#.*$/g, (_all, kept?: string) => kept ?? "");

async function readAllowed({ text, place }: Line, listing: Listing, environment: Environment): Promise<Filter> {
  try {
    // Not every filter must match every listed protocol.
    return await parseFilter([text], null, { ...listing, named: false }, environment);
  } catch (error) {
    throw error instanceof UsageError && place !== "" ? new UsageError(place + error.message, error.place) : error;
  }
}

/** The command of `--allow` with reports, which need more fields than a format shows. */
export function parseReported(
  parsed: ParsedArguments,
  { plan: { wanted: _, ...plan }, ...listing }: DumpCommand,
): Command {
  return { action: "allow", listing: { ...listing, plan }, reports: parseReports(parsed), output: listing.output };
}
