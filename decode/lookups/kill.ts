/**
 * The result of closing a socket, which `-K` adds to every socket that it lists.
 */
import { defineKey, defineWord, type Key, type Word } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import type { Lookup } from "./lookup.ts";

/** Results, with what they mean. */
export const killResults = {
  closed: "the kernel has closed it",
  gone: "it was closed by somebody else before",
  "not-supported": "the kernel cannot close sockets of this kind; without errno it was not asked",
  denied: "not permitted: needs CAP_NET_ADMIN in the network namespace of the socket",
  "not-reachable": "it is or may be still there, but the kernel finds another socket with the same addresses, or none",
  "dry-run": "it would be closed without --dry-run",
} as const satisfies Readonly<Record<KillResult, string>>;

/** What has become of a socket; the meanings are in {@linkcode killResults}. */
export type KillResult = "closed" | "gone" | "not-supported" | "denied" | "not-reachable" | "dry-run";

const kill: Key = defineKey(null, "kill", {
  type: "object",
  meaning: "What closing the socket has led to; only with -K.",
  source: "SOCK_DESTROY",
});
/** The result. */
export const resultKey: Key = defineKey(kill, "result", {
  type: "name",
  meaning: `The result. ${Object.entries(killResults).map(([name, meaning]) => `${name}: ${meaning}`).join("; ")}.`,
  source: "SOCK_DESTROY",
});
const errnoKey = defineKey(kill, "errno", {
  type: "name",
  meaning: "Name of the kernel's error; absent if there was none.",
  source: "SOCK_DESTROY",
});

const words = Object.fromEntries(
  Object.keys(killResults).map((name) => [name, defineWord(name)]),
) as Readonly<Record<KillResult, Word>>;

const errorWords: Record<string, Word> = {};

/** The row of the lookup registry. Only `-K` gives these fields. */
export const closing: Lookup<"kill"> = {
  name: "kill",
  from: [],
  keys: [kill, resultKey, errnoKey],
  isFor: () => true,
};

/** Pushes the result of one socket. */
export function writeKill(sink: RecordSink, result: KillResult, errno: string | null): void {
  sink.openObject(kill);
  sink.name(resultKey, words[result]);
  if (errno !== null) sink.name(errnoKey, errorWords[errno] ??= defineWord(errno));
  sink.closeObject(kill);
}
