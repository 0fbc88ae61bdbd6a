/**
 * `deno task fields`: writes `docs/fields.md` from the decoding tables.
 */
import { families } from "../decode/families/all_families.ts";
import type { Family } from "../decode/families/family.ts";
import { type Field, fieldsOf, units } from "../decode/reference/fields.ts";
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
  ].join("\n");
}

function section(family: Family): string[] {
  const fields = fieldsOf(family);
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
