/**
 * The table of the kernel's interface, `fixtures/uapi.json`, as tests of families compare their layouts with it.
 */
import type { Layout } from "../../decode/record/layout.ts";
import { readFixture } from "../pcap_source.ts";

interface Field {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly type: string;
}

interface Struct {
  readonly size: number;
  readonly fields: readonly Field[];
  readonly sizesByKernel?: readonly { readonly size: number; readonly first: string; readonly last: string | null }[];
}

type Numbers = Readonly<Record<string, number>>;

export const interfaceTable: {
  readonly structs: Readonly<Record<string, Struct>>;
  readonly attributes: Readonly<Record<string, Numbers>>;
  readonly constants: Readonly<Record<string, Numbers>>;
} = JSON.parse(new TextDecoder().decode(readFixture("uapi.json")));

/** Fields with those of structures inside in their place: `id.idiag_sport`. */
function flatten(fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => {
    const inner = /^struct (\w+)$/.exec(field.type);
    return inner === null ? [field] : flatten(interfaceTable.structs[inner[1]!]!.fields).map((part) => ({
      ...part,
      name: `${field.name}.${part.name}`,
      offset: field.offset + part.offset,
    }));
  });
}

/** Name, offset and size of each member of a structure in the table, structures inside taken apart. */
export function tablePlaces(struct: string): (string | number)[][] {
  return flatten(interfaceTable.structs[struct]!.fields).map(({ name, offset, size }) => [name, offset, size]);
}

/** The same of a layout. */
export function layoutPlaces(layout: Layout): (string | number)[][] {
  return layout.members.map(({ member, offset, size }) => [member, offset, size]);
}

/** Offset of a member of a structure in the table: `offsetIn("smc_diag_msg", "id.idiag_if")`. */
export function offsetIn(struct: string, member: string): number {
  const field = flatten(interfaceTable.structs[struct]!.fields).find(({ name }) => name === member);
  if (field === undefined) throw new Error(`struct ${struct} has no member ${member} in the table`);
  return field.offset;
}

/** Words by number, where each name of a group of constants has the word given for it. */
export function wordsByNumber(constants: string, words: Readonly<Record<string, string>>): (string | undefined)[] {
  const numbers = interfaceTable.constants[constants]!;
  const result: (string | undefined)[] = [];
  for (const [name, word] of Object.entries(words)) result[numbers[name]!] = word;
  return Array.from(result);
}
