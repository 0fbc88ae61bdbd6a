/**
 * Reads pages without code of the program.
 */
import { gunzipSync } from "node:zlib";

/** A row of the table in a page: values by path, those that the socket has. */
export type PageRow = Readonly<Record<string, string>>;

interface Stored {
  readonly rows: number;
  readonly columns: readonly { path: string; texts: string[]; cells: number[]; shown: boolean; number: boolean }[];
}

/** The part of a page that its script unpacks. */
export function storedIn(page: string): Stored {
  const [, base64 = ""] = /<script id="data" type="application\/octet-stream">([A-Za-z0-9+/=]*)<\/script>/.exec(page)!;
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(gunzipSync(Uint8Array.fromBase64(base64))));
}

/** All rows of a page. */
export function rowsIn(page: string): readonly PageRow[] {
  const { rows, columns } = storedIn(page);
  const result: Record<string, string>[] = Array.from({ length: rows }, () => ({}));
  for (const { path, texts, cells } of columns) {
    if (cells.length !== rows || texts[0] !== "") throw new Error(`column ${path} is malformed`);
    let seen = 0;
    cells.forEach((cell, row) => {
      const text = cell === 0 ? texts[++seen] : texts[cell - 1];
      if (text === undefined) throw new Error(`row ${row} of ${path} has no text`);
      if (text !== "") result[row]![path] = text;
    });
    if (seen !== texts.length - 1) throw new Error(`column ${path} has texts that no row has`);
  }
  return result;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
};

/** Text of HTML without its tags. */
export const textOfHtml = (html: string): string =>
  html.replaceAll(/<[^>]*>/g, "").replaceAll(/&(lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity]!);

/** The cells of the table with this id. */
export function cellsOf(page: string, id: string): string[][] {
  const [, table = ""] = new RegExp(`<table id="${id}">(.*?)</table>`, "s").exec(page) ?? [];
  return [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row!.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => textOfHtml(cell!))
  );
}
