/**
 * Compares two listings. Sockets that one of them may lack are not reported as differences.
 */
import type { Family } from "../../decode/families/family.ts";
import { OWNERS_MISSING } from "../../decode/lookups/owner_index.ts";
import { quote } from "../../decode/text/control_characters.ts";
import { sharedCookies } from "../../decode/record/identity.ts";
import type { FlowObject } from "../../decode/record/object_sink.ts";
import { comparedPaths, type Comparison, type Difference, differences, uncertainPaths } from "../../query/diff.ts";
import { endPaths, LOCAL, REMOTE } from "../../query/end_paths.ts";
import { placeFields } from "../../query/socket_pairs.ts";
import type { MetaEnd, MetaStart } from "../json/meta.ts";
import { SCHEMA_VERSION } from "../json/meta.ts";
import { type Roles, rolesOf } from "./flow_scanner.ts";
import { findUnpaired, type FlowTable } from "./flow_table.ts";
import { PROCESSES } from "./print_diff.ts";
import { ListingError } from "./saved_json.ts";

/** One of two listings. */
export interface Listing {
  /** Its name in messages. */
  readonly name: string;
  readonly table: FlowTable;
  /** The information about its run; `null` if there is none. */
  readonly meta: Partial<MetaStart & MetaEnd> | null;
  /** Whether it is a recording, which has no looked-up fields. */
  readonly recorded: boolean;
  /** The protocols that were listed, as far as that is known. */
  readonly protocols?: readonly string[];
  /** What is known to be missing. */
  readonly warnings: readonly string[];
}

/** How listings are compared. */
export interface ComparisonChoice {
  readonly families: readonly Family[];
  /** As in {@linkcode Comparison}. */
  readonly by: readonly string[] | null;
  /** As in {@linkcode Comparison}. */
  readonly changes: readonly string[] | "all" | null;
  /** Whether the listings are of named namespaces instead of the program's own. */
  readonly elsewhere: boolean;
  /** Whether sockets are chosen by their owners: then some are missing where owners are not shown. */
  readonly ownersDecide: boolean;
}

/** The result. */
export interface Compared {
  readonly differences: readonly Difference[];
  /** What is unknown, one line each; empty if all differences are known. */
  readonly warnings: readonly string[];
}

/**
 * Compares two listings.
 *
 * @throws {ListingError} if they cannot be compared
 */
export function compareListings(before: Listing, after: Listing, choice: ComparisonChoice): Compared {
  for (const { name, meta } of [before, after]) {
    const version = meta?.schema_version ?? SCHEMA_VERSION;
    if (version !== SCHEMA_VERSION) {
      throw new ListingError(
        `cannot compare: ${name} has version ${quote(String(version))} of the schema, this is ${SCHEMA_VERSION}`,
      );
    }
  }
  for (const listing of [before, after]) checkProtocols(listing, choice.families);
  const sameBoot = isSameBoot(before.meta, after.meta);
  if (sameBoot && !choice.elsewhere && differ(before.meta?.netns, after.meta?.netns)) {
    throw new ListingError(`cannot compare: ${before.name} and ${after.name} are of different network namespaces`);
  }
  const found = differencesOf(before.table, after.table, {
    sameBoot,
    by: choice.by,
    changes: choice.changes,
    shared: sharedCookies(choice.families),
    uncertain: uncertainPaths(choice.families, before.recorded || after.recorded),
  });
  const lacks = [
    ...lacking(before, "opened", choice.ownersDecide),
    ...lacking(after, "closed", choice.ownersDecide),
  ];
  return {
    differences: found.filter(({ event }) => lacks.every((lack) => lack.event !== event)),
    warnings: lacks.map(({ warning }) => warning),
  };
}

/** What a comparison needs to read of a socket. */
export function rolesFor({ families, by, changes }: Pick<ComparisonChoice, "families" | "by" | "changes">): Roles {
  const ends = [LOCAL, REMOTE].flatMap((heading) => endPaths(heading, families));
  return rolesOf(comparedPaths({ by, changes }), [...placeFields, ...ends, PROCESSES]);
}

/** The differences. Only the sockets that are not alike are read. */
function differencesOf(before: FlowTable, after: FlowTable, comparison: Comparison): readonly Difference[] {
  const { sameBoot, by } = comparison;
  const unpaired = findUnpaired(before, after, sameBoot && by === null);
  const places = new Map<FlowObject, () => FlowObject>();
  const read = (table: FlowTable, numbers: readonly number[]) =>
    numbers.map((i) => {
      const flow = table.read(i);
      places.set(flow, () => table.readWhole(i));
      return flow;
    });
  return differences(read(before, unpaired.before), read(after, unpaired.after), comparison).map((difference) => ({
    ...difference,
    readWhole: places.get(difference.flow)!,
  }));
}

/** Refuses a listing of other protocols: nobody looked for them in the other one. */
function checkProtocols({ name, table, protocols }: Listing, families: readonly Family[]): void {
  const listed = families.map((family) => family.name);
  const missing = protocols === undefined ? undefined : listed.find((protocol) => !protocols.includes(protocol));
  if (missing !== undefined) throw new ListingError(`cannot compare with ${name}: ${missing} was not listed there`);
  const names = protocols ?? table.protocols;
  const other = [...names].find((protocol) => !listed.includes(protocol));
  if (other !== undefined) {
    throw new ListingError(`cannot compare with ${name}: it has ${other}, which is not listed here`);
  }
}

/** Whether a cookie means the same socket in both. */
function isSameBoot(one: Listing["meta"], other: Listing["meta"]): boolean {
  return one?.boot_id !== undefined && one.boot_id === other?.boot_id && one.host === other.host;
}

const differ = <T>(one: T | undefined, other: T | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other;

/** A warning, and the events that a listing does not prove because of it; `null` if it has all sockets. */
interface Lack {
  readonly event: Difference["event"] | null;
  readonly warning: string;
}

/** @param event the events that are unknown if sockets are missing */
function lacking({ name, warnings }: Listing, event: Difference["event"], ownersDecide: boolean): readonly Lack[] {
  const [first, ...more] = warnings;
  if (first === undefined) return [];
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  const hasAll = !ownersDecide && warnings.every((warning) => warning.startsWith(OWNERS_MISSING));
  if (hasAll) return [{ event: null, warning: `${name} does not show all owners: ${first}${others}` }];
  return [{ event, warning: `${name} is incomplete, so that nothing is shown as ${event}: ${first}${others}` }];
}
