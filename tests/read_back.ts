/**
 * Output of formats, read back into the values that the object sink has.
 */
import type { Family } from "../decode/families/family.ts";
import { elementOf, type Key } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { type Column, columnsOf, moreKeys } from "../query/columns.ts";
import { formats } from "../formats/all_formats.ts";
import type { Content, FormatOptions } from "../formats/format.ts";
import { type FieldValue, type FlowObject, ObjectSink } from "../decode/record/object_sink.ts";
import { parseExact } from "./exact_json.ts";

/** What a format writes for what `push` pushes. */
export function written(
  name: string,
  push: (sink: RecordSink) => void,
  options: FormatOptions = {},
  content: Partial<Content> = {},
): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  const sink = formats.find((format) => format.name === name)!.open(
    (bytes) => text += decoder.decode(bytes, { stream: true }),
    options,
    content,
  );
  push(sink);
  sink.close();
  return text + decoder.decode();
}

export function objects(push: (sink: RecordSink) => void): FlowObject[] {
  const sink = new ObjectSink();
  push(sink);
  return sink.take();
}

/** Rows of cells, by RFC 4180 and nothing else. */
export function parseCsv(text: string, delimiter = ","): string[][] {
  const rows: string[][] = [];
  for (let at = 0; at < text.length;) {
    const row: string[] = [];
    for (let more = true; more;) {
      let cell = "";
      if (text[at] === '"') {
        for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
          if (at >= text.length) throw new Error("quotes that do not end");
          if (text[at] === '"') at++;
          cell += text[at];
        }
        at++;
      } else {
        while (at < text.length && text[at] !== delimiter && text[at] !== "\r") {
          if (text[at] === '"' || text[at] === "\n") throw new Error(`${JSON.stringify(text[at])} outside of quotes`);
          cell += text[at++];
        }
      }
      row.push(cell);
      more = text[at] === delimiter;
      if (more) at++;
    }
    if (text.slice(at, at + 2) !== "\r\n") throw new Error(`a row that does not end at ${at}`);
    at += 2;
    rows.push(row);
  }
  return rows;
}

/** What a cell says, by the type of its column and the rules of `docs/formats.md`; `undefined` for an empty one. */
export function cellValue(
  { key, name, first, inList = false }: Pick<Column, "key" | "name" | "first"> & { readonly inList?: boolean },
  cell: string,
): FieldValue | undefined {
  if (cell === "") return undefined;
  if (key === null) return name === "more" ? parseExact(cell) : unescape(cell);
  if (key !== null && first !== true && !inList && isInList(key)) {
    return cell.split(";").map((item) => cellValue({ key: valueOf(key), name, inList: true }, item)!);
  }
  const bare = cell.replace(/^'/, "");
  switch (key.note.type) {
    case "integer":
      return Number(bare);
    case "integer64":
      return BigInt(bare);
    case "decimal":
      return Number(cell);
    case "boolean":
      return cell === "true";
    case "hex":
      return bare;
    case "text":
      return unescape(cell);
    case "list":
      if (cell.startsWith("[")) return parseExact(cell);
      return cell.split(";").map((item) => elementType(key) === "integer" ? Number(item) : item);
    default:
      return cell;
  }
}

/** Whether a field is in a list. */
const isInList = ({ parent }: Key): boolean => parent !== null && (parent.note.type === "list" || isInList(parent));

/** The key of the values of a field: of a list that of its elements. */
const valueOf = (key: Key): Key => elementOf(key) ?? key;

/** Type of the elements of a list. */
const elementType = (list: Key) => elementOf(list)?.note.type;

const unescape = (cell: string) =>
  cell.replace(/^'/, "").replaceAll(
    /\\(?:\\|u([0-9a-f]{4}))/g,
    (_, code?: string) => code === undefined ? "\\" : String.fromCharCode(parseInt(code, 16)),
  );

/** The value of a column in a flow; `undefined` where a cell is empty. */
export function columnValue({ name }: Column, flow: FlowObject): FieldValue | undefined {
  const value = name.split(".").reduce(
    // deno-lint-ignore no-explicit-any
    (object: any, member): any =>
      Array.isArray(object)
        ? object.flatMap((element) => element[member] === undefined || element[member] === null ? [] : element[member])
        : object?.[member],
    flow,
  );
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)
    ? undefined
    : value;
}

/** What has no column by default, by path; `undefined` for nothing. */
export function exceptionsOf(flow: FlowObject, chosen: readonly Family[]): FieldValue | undefined {
  const paths = [...moreKeys(chosen)].map(({ path }) => path);
  const found: { [path: string]: FieldValue } = {};
  const visit = (value: object, prefix: string) => {
    for (const [name, inner] of Object.entries(value)) {
      if (paths.includes(prefix + name)) found[prefix + name] = inner;
      else if (inner !== null && typeof inner === "object" && !Array.isArray(inner)) visit(inner, `${prefix}${name}.`);
    }
  };
  visit(flow, "");
  return Object.keys(found).length === 0 ? undefined : found;
}

/** The columns of families, without those of processes. */
export const columnsFor = (families: readonly Family[]): readonly Column[] => columnsOf(families);

/** Makes bigints that fit numbers into numbers, inside of lists of objects. */
export function plain(value: FieldValue | undefined): FieldValue | undefined {
  if (Array.isArray(value)) return value.map((element) => plain(element)!);
  if (typeof value === "bigint" && value <= 9007199254740991n) return Number(value);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)!]));
}
