/**
 * Fields, schema and filters.
 */
import type { FamilyName } from "../decode/reference/dumped.ts";
import { type Field, fieldsOf } from "../decode/reference/fields.ts";
import { families, familyCalled } from "../decode/families/all_families.ts";
import type { Schema } from "../formats/json/json_schema.ts";
import { findingsSchema } from "../formats/json/findings_schema.ts";
import { schemaOf } from "../formats/json/schema.ts";
import { summarySchema } from "../formats/json/summary_schema.ts";
import type { DumpOptions } from "./options.ts";
import { type Filter, readFilter } from "../query/filter/filter.ts";
import { selectFamilies } from "./prepare.ts";
import { AF_INET6 } from "../decode/kernel/address_family.ts";
import { currentNames, lastingNames } from "../ffi/filter_names.ts";
import { lookupsFor } from "../decode/lookups/registry.ts";

/**
 * All fields of a family in output order; an object or list comes before its members.
 *
 * @throws {RangeError} for an unknown family
 */
export function fields(family: FamilyName): readonly Field[] {
  return fieldsOf(familyCalled(family));
}

/**
 * The JSON Schema (draft 2020-12) of a document of the format `json`, or of a line of `ndjson`, with all families.
 *
 * @param of what prints it: a listing, `--check` or `--summary`
 */
export function schema(format: "json" | "ndjson" = "json", of: "sockets" | "check" | "summary" = "sockets"): Schema {
  if (of === "check") return findingsSchema(format);
  return of === "summary" ? summarySchema(families, format) : schemaOf(families, format);
}

/**
 * Parses a filter in the language of the command line (`docs/filters.md`). It may look up services, hosts, interfaces and control groups on the machine; with your own `source`, services and hosts only.
 *
 * @param options the dump that it is for; the filter can name the fields of its families
 * @throws {FilterSyntaxError} if it is not valid
 * @throws {RangeError} if it compares host names, which are looked up after the filter
 */
export function parseFilter(text: string, options: DumpOptions = {}): Filter {
  const { families: listed, addressFamilies } = selectFamilies(options);
  const filter = readFilter(text, {
    families: listed,
    unlisted: families,
    addressLengths: addressFamilies.map((family) => family === AF_INET6 ? 16 : 4),
    names: options.source === undefined && options.read === undefined ? currentNames : lastingNames,
    elsewhere: options.namespaces !== undefined,
    ...options.warn === undefined ? {} : { warn: options.warn },
  });
  if (lookupsFor(new Set(filter.paths)).includes("hosts")) {
    throw new RangeError("a filter cannot read src_host and dst_host: names come after it");
  }
  return filter;
}
