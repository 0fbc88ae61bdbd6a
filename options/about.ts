/**
 * Actions that print something other than sockets: about the program or the output.
 */
import type { Family, FamilyEntry } from "../decode/families/family.ts";
import { families, loadFamilies } from "../decode/families/registry.ts";
import { quote } from "../decode/text/control_characters.ts";
import { ColumnNames } from "../query/column_choice.ts";
import { runFields } from "../query/run_fields.ts";
import type { Command, JsonFormat } from "./command.ts";
import type { ParsedArguments } from "./getopt.ts";
import { asksOwners } from "./lookups.ts";
import { namesFormat, parseFormat, parseOutput } from "./output.ts";
import { parsePlan } from "./sockets.ts";
import { unknownName, UsageError } from "./usage_error.ts";

/** The command for the option `long`; options without effect on it were refused before. */
export async function parseAction(parsed: ParsedArguments, long: string): Promise<Command> {
  const output = parseOutput(parsed);
  switch (long) {
    case "completion":
      return { action: "completion", shell: parsed.get("completion")!, output };
    case "man":
      return { action: "man", page: parsed.get("man") === "fields" ? "fields" : "ss2", output };
    case "licenses":
      return { action: "licenses", output };
    case "version":
    case "doctor":
      return { action: long, json: printsJson(parsed, long), compact: parsed.has("compact"), output };
    case "list-columns": {
      const plan = parsePlan(parsed, asksOwners(parsed));
      if (parsed.has("events")) {
        const { loadEventFamilies } = await import("./events.ts");
        const { names } = new ColumnNames(await loadEventFamilies(parsed, plan));
        return { action: "columns", names, output };
      }
      const { names } = new ColumnNames(await loadFamilies(plan.families));
      return { action: "columns", names: [...names, ...runFields.keys()], output };
    }
    default: {
      const format = parseJsonFormat(parsed, long);
      const described = describedFamilies(parsed);
      const families = await asTold(parsed, await loadFamilies(described));
      const about = { families, output };
      const compact = parsed.has("compact");
      if (long === "schema") {
        const of = parsed.has("check") ? "check" : parsed.has("summary") ? "summary" : "sockets";
        return { ...about, action: "schema", of, format, compact, rounds: parsed.has("watch") };
      }
      const text = !namesFormat(parsed);
      if (compact && (text || format !== "json")) {
        throw new UsageError("--compact does nothing for --fields without --json");
      }
      return { ...about, action: "fields", format: text ? null : format, compact };
    }
  }
}

/** The families with the fields that records of events or of changes have. */
async function asTold(parsed: ParsedArguments, families: readonly Family[]): Promise<readonly Family[]> {
  if (!parsed.has("watch")) {
    return parsed.has("events") ? (await import("./events.ts")).asEvents(families) : families;
  }
  const { watchedFamily } = await import("../decode/families/watched_family.ts");
  return families.map(watchedFamily);
}

function printsJson(parsed: ParsedArguments, long: string): boolean {
  const { name } = parseFormat(parsed);
  if (name !== "json") throw new UsageError(`--${long} prints text or json, not ${quote(name)}`);
  return namesFormat(parsed);
}

function parseJsonFormat(parsed: ParsedArguments, long: string): JsonFormat {
  const { name } = parseFormat(parsed, parsed.has("events") || parsed.has("watch") ? "ndjson" : null);
  if (name === "json" || name === "ndjson") return name;
  throw new UsageError(`--${long} prints json or ndjson, not ${name}`);
}

/** The families in the words after the options, those of options, or all. */
function describedFamilies(parsed: ParsedArguments): readonly FamilyEntry[] {
  const first = parsed.get("fields");
  const words = [...typeof first === "string" ? [first] : [], ...parsed.words].map(findFamily);
  const plan = parsePlan(parsed, asksOwners(parsed));
  // Families that a dump lists only with -p have fields too.
  const everything = plan.families.length === families.length - 1 ? families : plan.families;
  return families.filter((family) =>
    words.includes(family) || (everything.includes(family) && (plan.named === true || words.length === 0))
  );
}

/** The family for a name: its option or its name in the output. */
function findFamily(name: string): FamilyEntry {
  const lower = name.toLowerCase();
  const family = families.find((family) => family.option.long === lower || family.name.toLowerCase() === lower);
  if (family !== undefined) return family;
  throw new UsageError(unknownName("family", lower, families.map(({ option }) => option.long)));
}
