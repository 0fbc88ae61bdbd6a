/**
 * The families of generic netlink that this kernel has, with their multicast groups.
 */
import { ALL_FAMILIES, type GenericFamily, GENL_ID_CTRL, readGenericFamily } from "../decode/netlink/generic.ts";
import type { KernelQuery } from "./kernel_query.ts";

/** All families in the network namespace of a generic netlink socket. Errors as for {@linkcode KernelQuery.dump}. */
export function readGenericFamilies(query: KernelQuery): readonly GenericFamily[] {
  const families: GenericFamily[] = [];
  query.dump(GENL_ID_CTRL, ALL_FAMILIES, (view, bytes, start, end) => {
    const family = readGenericFamily(view, bytes, start, end);
    if (family !== null) families.push(family);
  }, () => families.length = 0);
  return families;
}

/** The family of that name; `null` if this kernel does not have it, or not loaded. */
export const findGenericFamily = (query: KernelQuery, name: string): GenericFamily | null =>
  readGenericFamilies(query).find((family) => family.name === name) ?? null;
