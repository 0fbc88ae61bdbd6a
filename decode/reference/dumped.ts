/**
 * The type of what a dump yields, depending on its options.
 */
import type { FieldValue } from "../record/object_sink.ts";
import type { Flow, FlowsByFamily } from "./flow_types.ts";

/** Names of the families, the same as their long options. */
export type FamilyName = keyof FlowsByFamily;

/** A count of flows: `count`, and the counted values by field name. */
export type Count = { count: number } & { [name: string]: FieldValue };

/** What a dump with these options yields: flows of the named families, or counts. */
export type Dumped<Options> = Options extends { readonly countBy: readonly string[] } ? Count : FlowOf<Options>;

/** Flows of the families that are `true` in the options; of any family if none is, or if it is not known. */
export type FlowOf<Options> = [NamedIn<Options>] extends [FamilyName] ? [NamedIn<Options>] extends [never] ? Flow
  : FlowsByFamily[NamedIn<Options>]
  : Flow;

/** The families named in the options; includes `"unknown"` if one may or may not be named. */
export type NamedIn<Options> = {
  [Name in FamilyName & keyof Options]: Options[Name] extends true ? Name
    : Options[Name] extends false | undefined ? never
    : "unknown";
}[FamilyName & keyof Options];
