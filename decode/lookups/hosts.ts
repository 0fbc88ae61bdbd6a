/**
 * Host names of addresses; see getnameinfo(3).
 */
import type { Lookup } from "./lookup.ts";
import { defineKey, type Key } from "../record/key.ts";

const hostKey = (name: string, address: string) =>
  defineKey(null, name, {
    type: "text",
    meaning: `Name of the host with the address ${address}, if there is one; only with -r.`,
    source: "getnameinfo(3)",
  });

export const srcHost: Key = hostKey("src_host", "src");
export const dstHost: Key = hostKey("dst_host", "dst");

/** Names of the local and remote host. */
export const hosts: Lookup<"hosts"> = {
  name: "hosts",
  // Addresses are in the fixed part of messages.
  from: [],
  keys: [srcHost, dstHost],
  isFor: ({ domain }) => domain === "inet" || domain === "smc",
};
