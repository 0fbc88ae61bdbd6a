/**
 * A family as it is told by rounds of a listing: its records say what has happened to a socket since the round before.
 */
import { changeKeys } from "../record/event_keys.ts";
import { type Family, madeOnce } from "./family.ts";

/** The family of the changes of a family. Always the same object. */
export const watchedFamily: (family: Family) => Family = madeOnce((family: Family) => ({
  ...family,
  describe: () => ({ ...family.describe(), first: changeKeys }),
}));
