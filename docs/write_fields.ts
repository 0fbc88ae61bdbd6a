/**
 * `deno task fields`: writes `docs/fields.md` from the decoding tables.
 */
import { families } from "../decode/families/all_families.ts";
import type { Family } from "../decode/families/family.ts";
import { type Field, fieldsOf, units } from "../decode/reference/fields.ts";
import { options } from "../decode/lookups/options/option_kinds.ts";
import { unknownOptions, usualOptions } from "../decode/lookups/options/socket_options.ts";
import { sourceText, typeText } from "../formats/json/field_table.ts";

const introduction = `# Fields

Every field of every family, in the order of the output. \`deno task fields\` writes this file; \`ss2 --fields\` prints the
same lists, \`ss2 --schema\` the JSON Schema. How values are to be read is in [json.md](json.md).

- **Type**: \`integer64\` may need more digits than a double has; \`decimal\` has three decimals; \`name\` is one of the
  words below the table; \`identifier\` is a number in hexadecimal with \`0x\`, \`hex\` is bytes in hexadecimal. \`[]\`
  stands for a list, \`?\` for a value that can be null.
- **Metric**: a \`counter\` only grows while the socket is in use, and starts again at 0 after a disconnect; a \`gauge\`
  goes up and down.
- **Since**: the kernel that first sent it, as far as that is known; empty where it has always been there.
- **Source**: the netlink attribute, the structure and its member, in the names of the kernel's headers.
- NDJSON has \`protocol\`, the name of the family, before all of these.
`;

/** The text of docs/fields.md. */
export function fieldsDocument(): string {
  const used = new Set(families.flatMap((family) => fieldsOf(family).map(({ unit }) => unit)));
  const unitRows = [...units].filter(([unit]) => used.has(unit)).map(([unit, meaning]) => line(code(unit), meaning));
  return [
    introduction,
    ...["## Units", "", line("unit", "meaning"), line("---", "---"), ...unitRows, ""],
    ...families.flatMap((family) => section(family)),
    ...optionsSection(),
  ].join("\n");
}

/** Whether a field is one of the options of sockets, which have a table of their own. */
const isOption = ({ path }: Field) => path.startsWith(`${options.path}.`);

/** The options of all families, and the families that can have each. */
function optionsSection(): string[] {
  const byPath = new Map<string, { readonly field: Field; readonly names: string[] }>();
  for (const family of families) {
    for (const field of fieldsOf(family).filter(isOption)) {
      const known = byPath.get(field.path);
      if (known === undefined) byPath.set(field.path, { field, names: [family.name] });
      else known.names.push(family.name);
    }
  }
  const all = [...byPath.values()];
  const sockets = ({ length }: readonly string[], names: readonly string[]) =>
    length === families.length ? "all" : names.join(" ");
  return [
    "## Options of sockets",
    "",
    "Members of `options`, see [context.md](context.md). Those with `all` in the column `shown by` need `--sockopts=all`. Sockets",
    "of OTHER can have all.",
    "",
    line("field", "type", "unit", "meaning", "since", "source", "shown by", "families"),
    line("---", "---", "---", "---", "---", "---", "---", "---"),
    ...all.map(({ field, names }) => {
      const { path, unit, meaning, since } = field;
      const shown = usual.has(field.key) ? "`--sockopts`" : "`=all`";
      const told = sockets(names, names.filter((name) => name !== "OTHER"));
      return line(code(path), code(typeText(field)), unit, meaning, since, code(sourceText(field)), shown, told);
    }),
    "",
    "Words of options:",
    "",
    ...all.filter(({ field: { words } }) => words.length > 0).map(({ field: { path, words } }) =>
      `- ${code(path)}: ${words.map(code).join(" ")}`
    ),
    "",
  ];
}

const usual = new Set([...usualOptions.keys, ...unknownOptions.keys]);

function section(family: Family): string[] {
  const fields = fieldsOf(family).filter((field) => !isOption(field));
  const named = fields.filter(({ words }) => words.length > 0);
  return [
    `## ${family.name}`,
    "",
    line("field", "type", "unit", "metric", "meaning", "since", "source"),
    line("---", "---", "---", "---", "---", "---", "---"),
    ...fields.map(row),
    "",
    ...named.length === 0 ? [] : [`Words of ${family.name}:`, ""],
    ...named.map(({ path, words }) => `- ${code(path)}: ${words.map(code).join(" ")}`),
    ...named.length === 0 ? [] : [""],
  ];
}

function row(field: Field): string {
  const { path, unit, metric, meaning, since, privilege } = field;
  const needs = privilege === "" ? "" : ` Needs ${privilege}.`;
  return line(code(path), code(typeText(field)), unit, metric ?? "", meaning + needs, since, code(sourceText(field)));
}

const code = (text: string) => `\`${text}\``;
const line = (...cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

if (import.meta.main) {
  Deno.writeTextFileSync(decodeURIComponent(new URL("fields.md", import.meta.url).pathname), fieldsDocument());
}
