/**
 * The default order of sockets in output for people: by port, so that the same listing looks the same each time.
 */
import type { Family } from "../decode/families/family.ts";
import { fieldsOf } from "../decode/reference/fields.ts";
import type { Query } from "./pipeline.ts";
import type { Order } from "./sort.ts";

const PATHS = ["src_port", "src", "dst", "dst_port", "path_name", "inode"];

const ordersOf = (families: readonly Family[]): readonly Order[] =>
  PATHS.flatMap((path) => {
    const field = families.flatMap(fieldsOf).find((field) => field.path === path);
    return field === undefined ? [] : [{ key: field.key, descending: false }];
  });

/** The query with that order for each protocol; as it is if it counts, sorts or ends early. */
export function inUsualOrder(query: Query | null, families: readonly Family[]): Query | null {
  if (query !== null && (query.countBy !== null || query.sort !== null || query.limit !== null)) return query;
  const nothing = { columns: null, countBy: null, limit: null, explode: null, endsEarly: true };
  return { ...nothing, ...query, sort: ordersOf(families), ofEach: true };
}
