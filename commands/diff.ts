/**
 * `--diff`: what changed since a saved listing.
 */
import type { RecordedSource } from "../decode/recording/recorded_source.ts";
import { quote } from "../decode/text/control_characters.ts";
import { InputFile } from "../ffi/input_file.ts";
import { noteRuntimeSockets } from "../ffi/own_sockets.ts";
import { openRecordedInput } from "../ffi/recording.ts";
import { compareListings, type Listing, rolesFor } from "../formats/diff/compare_listings.ts";
import type { Roles } from "../formats/diff/flow_scanner.ts";
import { ListingSink } from "../formats/diff/listing_sink.ts";
import { printDifferences } from "../formats/diff/print_diff.ts";
import { ListingError } from "../formats/diff/saved_json.ts";
import { isRecording, readListing } from "../formats/diff/saved_listing.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { DumpCommand } from "../options/command.ts";
import { optionsDiffer } from "../options/diff.ts";
import { UsageError } from "../options/usage_error.ts";
import { openSession } from "../session.ts";
import type { CommandOf } from "./action.ts";
import { DONE, INCOMPLETE, NOTHING } from "./exit_status.ts";
import { describe, runOf } from "./list.ts";
import { complain } from "./print.ts";
import { status } from "./verdict.ts";

/** Compares. The exit status is that of diff(1): 0 for no difference, 1 for some, 2 for trouble. */
export async function printDiff(command: CommandOf<"diff">, print: Write): Promise<number> {
  const { compared, before, by, changes, format, quiet } = command;
  const { plan: { families }, namespaces, filter } = compared;
  const roles = rolesFor({ families, by, changes });
  noteRuntimeSockets();
  try {
    // Sockets that are not alike are read again.
    using oldFile = new InputFile(before);
    using newFile = compared.read === null ? null : new InputFile(compared.read);
    const old = await readSide(before, oldFile, compared, roles);
    const now = newFile === null
      ? await listNow(compared, roles)
      : await readSide(compared.read!, newFile, compared, roles);
    if (now === null || old === null) return NOTHING;
    const [elsewhere, ownersDecide] = [namespaces !== null, filter?.readsOwners === true];
    const result = compareListings(old, now, { families, by, changes, elsewhere, ownersDecide });
    const { compact = false, noHeader = false } = compared.formatOptions;
    const time = now.meta?.time ?? new Date().toISOString();
    if (!quiet) printDifferences(format, result.differences, { time, compact, noHeader }, print);
    result.warnings.forEach(complain);
    if (result.warnings.length > 0) return NOTHING;
    return result.differences.length === 0 ? DONE : INCOMPLETE;
  } catch (error) {
    throw error instanceof ListingError ? new UsageError(error.message) : error;
  }
}

/** A listing from a file; `null` if nothing could be read from a recording, after saying why. */
async function readSide(path: string, file: InputFile, command: DumpCommand, roles: Roles): Promise<Listing | null> {
  const name = path === "-" ? "standard input" : quote(path);
  if (isRecording(file.head)) return await decode(name, file, command, roles);
  const listing = await readListing(name, file, roles);
  const { options } = listing.meta ?? {};
  if (options === undefined) {
    complain(`${name} has no meta (--meta): that it is complete and was listed with these options is not known`);
    return listing;
  }
  const reason = optionsDiffer(options, command.words);
  if (reason !== null) throw new ListingError(`cannot compare with ${name}: ${reason}`);
  return listing;
}

/** A listing from a recording. */
async function decode(name: string, file: InputFile, command: DumpCommand, roles: Roles): Promise<Listing | null> {
  using source = openRecordedInput((buffer) => file.read(buffer), name);
  const whole = { ...command, read: null, plan: { ...command.plan, whole: true } };
  const listing = await list(name, whole, source, roles);
  return listing === null ? null : { ...listing, meta: { time: new Date(source.time).toISOString() } };
}

async function listNow(command: DumpCommand, roles: Roles): Promise<Listing | null> {
  const listing = await list("the listing now", command, null, roles);
  return listing === null ? null : { ...listing, meta: await describe(command, []) };
}

/** Lists sockets; `null` if there is nothing useful, after saying why. */
async function list(
  name: string,
  command: DumpCommand,
  source: RecordedSource | null,
  roles: Roles,
): Promise<Listing | null> {
  const sink = new ListingSink(roles);
  using session = await openSession({ ...runOf(command), source });
  const outcome = session.run(sink);
  const { warnings } = outcome;
  const recorded = source !== null;
  if (recorded && outcome.dumps === 0) warnings.push(`there are no sockets of these protocols in ${name}`);
  if (status(outcome) !== NOTHING) return { name, table: sink.table, meta: null, recorded, warnings };
  warnings.forEach(complain);
  return null;
}
