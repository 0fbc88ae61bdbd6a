/**
 * Compares two listings.
 */
import type { DumpOptions } from "./options.ts";
import type { FieldObject } from "../decode/record/object_sink.ts";
import { type DiffEvent, pathsByName, recordOf } from "../query/diff.ts";
import { dump } from "./dump.ts";
import { prepare } from "./prepare.ts";
import { InputFile } from "../ffi/input_file.ts";
import { compareListings, type Listing, rolesFor } from "../formats/diff/compare_listings.ts";
import type { Roles } from "../formats/diff/flow_scanner.ts";
import { ListingSink } from "../formats/diff/listing_sink.ts";
import { inMemory, type Input, isRecording, readListing } from "../formats/diff/saved_listing.ts";
import { openRecordedInput } from "../ffi/recording.ts";
import { readHost } from "../ffi/host.ts";

/** Options of a comparison. */
export interface DiffOptions extends DumpOptions {
  /** Fields whose values make two sockets the same, in place of the identity of each protocol. */
  readonly by?: readonly string[];
  /** Fields that are compared, or `"all"`; by default those that do not move by nature. */
  readonly changes?: readonly string[] | "all";
}

/** A difference: `event` (`opened`, `closed`, `changed`, `replaced`) and `time`, then the socket. */
export interface DiffRecord extends FieldObject {
  /** What happened. */
  event: DiffEvent;
  /** When the second listing was made, in UTC. */
  time: string;
}

/**
 * What changed since a saved listing (JSON, NDJSON, YAML; best with `--meta`) or a recording. That it was listed with the same
 * options is up to the caller. What a listing may lack is not told of the other.
 *
 * @param before the contents of the file
 * @returns at the end of the iteration, what is not known, one line each; these lines also go to `warn`
 * @throws {ListingError} if the file is not a listing, or cannot be compared
 * @throws as {@linkcode dumpObjects}; and {@linkcode RangeError} for options that leave out sockets or fields
 */
export async function* diff(
  before: Uint8Array,
  options: DiffOptions = {},
): AsyncGenerator<DiffRecord, readonly string[]> {
  const { by, changes, read, warn, ...listed } = options;
  for (const name of ["columns", "countBy", "sort", "limit", "record"] as const) {
    if (options[name] !== undefined) throw new RangeError(`a comparison cannot have ${name}`);
  }
  const { run: { plan: { families }, namespaces, lookups } } = prepare(listed);
  const paths = (typed: readonly string[], option: string) => pathsByName(typed, families, option, new Set(lookups));
  const choice = {
    families,
    by: by === undefined ? null : paths(by, "by"),
    changes: changes === undefined ? null : changes === "all" ? changes : paths(changes, "changes"),
    elsewhere: namespaces !== null && namespaces !== undefined,
    ownersDecide: listed.filter?.readsOwners === true,
  };
  const roles = rolesFor(choice);
  using file = read === undefined ? null : new InputFile(read);
  const old = await readSide("the saved listing", { ...inMemory(before), head: before }, listed, roles);
  const now = file === null ? listNow(listed, roles) : await readSide("the listing of read", file, listed, roles);
  const { differences, warnings } = compareListings(old, now, choice);
  if (warn !== undefined) warnings.forEach((warning) => warn(warning));
  const time = now.meta?.time ?? new Date().toISOString();
  for (const difference of differences) yield recordOf(difference, time) as DiffRecord;
  return warnings;
}

/** A listing from a file with these first bytes. */
async function readSide(
  name: string,
  file: Input & { readonly head: Uint8Array },
  options: DumpOptions,
  roles: Roles,
): Promise<Listing> {
  if (!isRecording(file.head)) return await readListing(name, file, roles);
  const { namespaces: _, ...rest } = options;
  using source = openRecordedInput((buffer) => file.read(buffer), name);
  const { table, warnings } = listOnce({ ...rest, source }, roles);
  return { name, table, meta: { time: new Date(source.time).toISOString() }, recorded: true, warnings };
}

function listNow(options: DumpOptions, roles: Roles): Listing {
  const { name: host, boot, namespace } = readHost();
  const time = new Date().toISOString();
  const { table, warnings } = listOnce(options, roles);
  const meta = {
    host,
    time,
    ...boot === null ? {} : { boot_id: boot },
    ...namespace === null ? {} : { netns: namespace },
  };
  return { name: "the listing now", table, meta, recorded: false, warnings };
}

function listOnce(options: DumpOptions, roles: Roles): Pick<Listing, "table" | "warnings"> {
  const sink = new ListingSink(roles);
  const { errors, warnings } = dump(sink, options);
  if (errors.length > 0) throw errors[0];
  return { table: sink.table, warnings };
}
