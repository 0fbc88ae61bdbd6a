/**
 * Names of the users that own sockets, by user id; see getpwuid(3).
 */
import type { Enricher, Lookup } from "./lookup.ts";
import { writeText } from "../netlink/attribute.ts";
import type { Family } from "../families/family.ts";
import { defineKey, type Key } from "../record/key.ts";
import { type RecordSink, writeShared } from "../record/record_sink.ts";
import { uidKey } from "../families/sock_diag.ts";
import type { NumberReader } from "../netlink/number_reader.ts";

const user = defineKey(null, "user", {
  type: "text",
  rule: { named: "user" },
  meaning: "Name of the user uid, if the C library knows one; only with -p, in the table with -e.",
  source: "getpwuid(3)",
});

/** Name of the user. */
export const users: Lookup<"users"> = {
  name: "users",
  notRecorded: "a recording has no names of users: no user",
  from: [uidKey],
  keys: [user],
  isFor: ({ userOf }) => userOf !== undefined,
};

const writeUser = (name: Uint8Array, sink: RecordSink) => writeText(user, name, 0, name.length, sink);

export class UserNames implements Enricher {
  readonly lookup: Lookup = users;
  readonly from: Key = uidKey;
  readonly none = -1;

  /** @param lookUp returns the name of a user, `null` if there is none; called for every socket, always the same array for a user */
  constructor(readonly lookUp: (uid: number) => Uint8Array | null) {}

  readerOf({ userOf }: Family): NumberReader | null {
    return userOf ?? null;
  }

  write(uid: number, sink: RecordSink): void {
    if (uid < 0) return;
    const name = this.lookUp(uid);
    if (name !== null) writeShared(name, writeUser, sink);
  }
}
