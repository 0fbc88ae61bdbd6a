/**
 * What is asked about the output in place of sockets: its fields, its schema, its columns.
 */
import { families, loadFamilies } from "../decode/families/registry.ts";
import type { FamilyEntry } from "../decode/families/family.ts";
import { ColumnNames } from "../query/column_choice.ts";
import type { FormatEntry } from "../formats/format.ts";
import type { Given } from "./getopt.ts";
import { options } from "./option_table.ts";
import { unknownName, UsageError } from "./usage_error.ts";
import type { Command, OutputOption, PlanChoice } from "./command.ts";

/** Refuses options that choose, sort or count records, where none are printed. */
function refuseArranging(given: Given, long: string): void {
  const idle = ["columns", "sort", "limit", "count-by", "filter-file"].find((option) => given[option] !== undefined);
  if (long !== "fields" && given._.length > 0) throw new UsageError(`a filter does nothing for --${long}`);
  if (idle !== undefined) throw new UsageError(`--${idle} does nothing for --${long}`);
}

/**
 * What --fields, --schema and --list-columns are to print: about the families in words behind the options, those of options,
 * or all.
 */
export async function describe(
  given: Given,
  plan: PlanChoice,
  format: FormatEntry,
  output: OutputOption,
): Promise<Command> {
  const [long = "", other] = ["list-columns", "fields", "schema"].filter((long) => given[long] === true);
  if (other !== undefined) throw new UsageError(`--${long} and --${other} exclude each other`);
  refuseArranging(given, long);
  if (long === "list-columns") {
    return { action: "columns", names: new ColumnNames(await loadFamilies(plan.families)).names, output };
  }
  const compact = given["compact"] === true;
  const words = long === "fields" ? given._.map((word) => findFamily(String(word))) : [];
  // What a dump lists only with -p has fields all the same.
  const everything = plan.families.length === families.length - 1 ? families : plan.families;
  const chosen = families.filter((family) =>
    words.includes(family) || (everything.includes(family) && (plan.named === true || words.length === 0))
  );
  const idle = options.find(({ long, setting, harmless }) =>
    setting !== undefined && harmless !== true && setting !== "compact" && given[long] !== undefined &&
    given[long] !== false
  );
  if (idle !== undefined) throw new UsageError(`--${idle.long} does nothing for --${long}`);
  const { name } = format;
  if (name !== "json" && name !== "ndjson") throw new UsageError(`--${long} prints json or ndjson, not ${name}`);
  const about = { families: await loadFamilies(chosen), compact, output };
  if (long === "schema") return { ...about, action: "schema", format: name };
  const text = given["format"] === undefined && given["json"] !== true;
  if (compact && (text || name !== "json")) throw new UsageError("--compact does nothing for --fields but with --json");
  return { ...about, action: "fields", format: text ? null : name };
}

/** The family that a name stands for: that of its option, or that in the output. */
function findFamily(name: string): FamilyEntry {
  const lower = name.toLowerCase();
  const family = families.find((family) => family.option.long === lower || family.name.toLowerCase() === lower);
  if (family === undefined) {
    throw new UsageError(unknownName("family", lower, families.map(({ option }) => option.long)));
  }
  return family;
}
