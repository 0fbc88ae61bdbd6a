/**
 * `deno task fields`: writes `decode/reference/flow_types.ts` from the decoding tables.
 */
import { families } from "../decode/families/all_families.ts";
import type { Family } from "../decode/families/family.ts";
import { type Field, fieldTree } from "../decode/reference/fields.ts";
import { options } from "../decode/lookups/options/option_kinds.ts";
import { runFields } from "../query/run_fields.ts";

const introduction = `/**
 * The fields of each family's sockets as TypeScript types. \`deno task fields\` writes this file from the tables that
 * decode; [docs/fields.md](../../docs/fields.md) says more of each field.
 */
`;

/** The text of decode/reference/flow_types.ts. */
export function flowTypes(): string {
  return [
    introduction,
    ...families.flatMap(flowType),
    "/** Options of sockets of any family, as far as they were read. */",
    `export type SocketOptions = ${bareType(optionsOf(families.at(-1)!), "")};`,
    "",
    "/** The type of a socket of each family, by the name of the family. */",
    "export interface FlowsByFamily {",
    ...families.flatMap((
      family,
    ) => [`  /** A socket of ${family.name}. */`, `  ${familyName(family)}: ${typeName(family)};`]),
    "}",
    "",
    "/** A socket of any family; `protocol` says which. */",
    "export type Flow = FlowsByFamily[keyof FlowsByFamily];",
    "",
  ].join("\n");
}

const familyName = ({ option }: Family): string => option.long;

/** `TcpFlow` */
const typeName = (family: Family): string =>
  `${familyName(family).replace(/^./, (letter) => letter.toUpperCase())}Flow`;

/** The options of sockets of OTHER, which can have all. */
const optionsOf = (family: Family): Field => fieldTree(family).find(({ key }) => key === options)!;

function flowType(family: Family): string[] {
  return [
    `/** A socket of ${family.name}: what the kernel or a lookup did not tell is not there. */`,
    `export type ${typeName(family)} = {`,
    "  /** Name of the family. */",
    `  protocol: ${JSON.stringify(family.name)};`,
    ...members(fieldTree(family), "  "),
    ...[...runFields].flatMap(([name, { note }]) => [`  /** ${note.meaning} */`, `  ${name}?: string;`]),
    "};",
    "",
  ];
}

function members(fields: readonly Field[], indent: string): string[] {
  return fields.flatMap((field) => {
    const unit = field.unit === "" ? "" : ` In ${field.unit}.`;
    const name = /^[a-z_]\w*$/.test(field.key.name) ? field.key.name : JSON.stringify(field.key.name);
    return [
      `${indent}/** ${(field.meaning + unit).replaceAll("*/", "* /")} */`,
      `${indent}${name}?: ${memberType(field, indent)};`,
    ];
  });
}

function valueType(field: Field, indent: string): string {
  const type = bareType(field, indent);
  return field.nullable ? `${type} | null` : type;
}

/** The options are the same type in all families. */
const memberType = (field: Field, indent: string): string =>
  field.key === options ? "SocketOptions" : valueType(field, indent);

function bareType({ type, words, children }: Field, indent: string): string {
  switch (type) {
    case "integer":
    case "decimal":
      return "number";
    case "integer64":
      return "bigint";
    case "boolean":
      return "boolean";
    case "name":
      return words.length === 0 ? "string" : words.map((word) => JSON.stringify(word)).join(" | ");
    case "address":
    case "hex":
    case "identifier":
    case "text":
      return "string";
    case "list":
      return `(${children[0] === undefined ? "never" : valueType(children[0], indent)})[]`;
    case "object":
      return ["{", ...members(children, `${indent}  `), `${indent}}`].join("\n");
  }
}

if (import.meta.main) {
  const file = new URL("../decode/reference/flow_types.ts", import.meta.url);
  Deno.writeTextFileSync(decodeURIComponent(file.pathname), flowTypes());
}
