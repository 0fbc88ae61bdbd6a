/**
 * A family as it is told by events: its records say that a socket was closed, and have only what such a message tells.
 */
import { eventKeys } from "../record/event_keys.ts";
import { type Family, madeOnce } from "./family.ts";

/** The family of the events of a family, `null` if the kernel sends none. Always the same object. */
export const eventFamily: (family: Family) => Family | null = madeOnce((family: Family) => {
  const { events, userOf: _user, cgroupOf: _cgroup, peerOf: _peer, paired: _paired, ...rest } = family;
  if (events === undefined) return null;
  return {
    ...rest,
    events,
    lookedUp: [null, "netns"],
    openDecoder: events.openDecoder,
    describe: () => ({ ...events.describe(), first: eventKeys }),
  };
});
