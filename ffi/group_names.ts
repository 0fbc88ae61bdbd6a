/**
 * Asks the kernel for the multicast groups of generic netlink (CTRL_CMD_GETFAMILY).
 */
import { GroupNames } from "../decode/lookups/group_names.ts";
import type { OwnerIndex } from "../decode/lookups/owner_index.ts";
import type { Vantage } from "../decode/plan/plan.ts";
import { readGenericFamilies } from "./generic_families.ts";
import { KernelQuery, NETLINK_GENERIC, reasonOf } from "./kernel_query.ts";

/** The names of groups, for one run. */
export const openGroupNames = (_owners: OwnerIndex | null, vantages: readonly Vantage[]): GroupNames =>
  new GroupNames((namespace) => {
    try {
      using query = new KernelQuery(NETLINK_GENERIC, vantages[namespace]!.inside);
      return readGenericFamilies(query);
    } catch (error) {
      return `cannot tell groups of generic netlink: ${reasonOf(error)}`;
    }
  });

/** Why groups of generic netlink cannot be named here; `null` if they can. */
export function groupsObstacle(): string | null {
  try {
    using query = new KernelQuery(NETLINK_GENERIC);
    return readGenericFamilies(query).length > 0 ? null : "the kernel tells of no family of generic netlink";
  } catch (error) {
    return reasonOf(error);
  }
}
