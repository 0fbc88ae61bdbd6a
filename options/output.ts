/**
 * The output file, the format, and its settings.
 */
import { quote } from "../decode/text/control_characters.ts";
import type { FormatEntry, FormatOptions } from "../formats/format.ts";
import { formats, type MetricFormat, metricFormats } from "../formats/registry.ts";
import type { OutputOption } from "./command.ts";
import type { ParsedArguments } from "./getopt.ts";
import { formatNames } from "./option_table.ts";
import { checkFormat } from "./rules.ts";
import { unknownName, UsageError } from "./usage_error.ts";

/** The format of `--format` or of an option named after it; else `preferred`, or the first. */
export function parseFormat(parsed: ParsedArguments, preferred: string | null = null): FormatEntry {
  const named = parsed.typed.map(({ option }) => option.long).filter((long) => formatNames.includes(long));
  const [own, other] = new Set(named);
  if (own !== undefined && other !== undefined) throw new UsageError(`--${own} and --${other} exclude each other`);
  const name = parsed.get("format") ?? own ?? preferredName(preferred) ?? formatNames[0];
  if (own !== undefined && name !== own) {
    throw new UsageError(`--${own} and --format ${quote(String(name))} exclude each other`);
  }
  if (metricFormat(parsed) !== null) {
    throw new UsageError(`--format ${name} prints metrics of sockets, and nothing else`);
  }
  return formats.find((format) => format.name === name)!;
}

/** The format of metrics that was typed; `null` for one that prints sockets. */
export function metricFormat(parsed: ParsedArguments): MetricFormat | null {
  const typed = parsed.get("format");
  return metricFormats.find(({ name }) => name === typed)?.name ?? null;
}

/** The format set in the environment. */
function preferredName(preferred: string | null): string | null {
  if (preferred === null || preferred === "" || formatNames.includes(preferred)) return preferred || null;
  throw new UsageError(unknownName("format", preferred, formatNames) + " (in SS2_FORMAT)");
}

/** Whether an option sets the format. */
export const namesFormat = ({ typed }: ParsedArguments): boolean =>
  typed.some(({ option }) => option.long === "format" || formatNames.includes(option.long));

/** The file of --output; a hyphen means standard output. */
export function parseOutput(parsed: ParsedArguments): OutputOption {
  const path = parsed.get("output") ?? null;
  if (path === null || path === "-") return null;
  const same = (["read", "record", "diff"] as const).find((long) => parsed.get(long) === path);
  if (same !== undefined) throw new UsageError(`--output and --${same} name the same file`);
  return path;
}

/** Refuses two options that use the same standard stream. */
export function checkStreams(parsed: ParsedArguments): void {
  const readers = (["read", "diff", "filter-file", "allow-file"] as const).flatMap((long) =>
    parsed.all(long).filter((path) => path === "-").map(() => `--${long} -`)
  );
  if (readers.length > 1) throw new UsageError(`${readers[0]} and ${readers[1]} cannot both read standard input`);
  if (parsed.get("record") !== "-" || parseOutput(parsed) !== null || parsed.has("quiet")) return;
  throw new UsageError("--record - and the output cannot both go to standard output (add --output FILE)");
}

/** The settings of the format. Options that `ss` lacks must have an effect on it. */
export async function parseFormatOptions(parsed: ParsedArguments, format: FormatEntry): Promise<FormatOptions> {
  checkFormat(parsed, format.name, format.honours);
  const chosen: FormatOptions = Object.fromEntries(
    parsed.typed.flatMap(({ option: { setting }, value }) =>
      setting === undefined || !format.honours.includes(setting) ? [] : [[setting, value]]
    ),
  );
  if (chosen.delimiter !== undefined) await checkDelimiter(chosen.delimiter);
  if (chosen.decimal === "," && format.name === "csv" && (chosen.delimiter ?? ",") === ",") {
    throw new UsageError('--decimal , needs something else between cells, for example --delimiter ";"');
  }
  return chosen;
}

async function checkDelimiter(delimiter: string): Promise<void> {
  const { isDelimiter } = await import("../formats/csv/cells.ts");
  if (isDelimiter(delimiter)) return;
  throw new UsageError(
    `--delimiter takes one character that no number, word or address has, such as ; or \\t, not ${quote(delimiter)}`,
  );
}
