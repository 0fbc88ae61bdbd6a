/**
 * The network namespace that a socket is in, where sockets of several were asked for; see network_namespaces(7).
 */
import type { Annotation, Annotator } from "./annotation.ts";
import { writeText } from "./attribute.ts";
import { quote } from "./control_characters.ts";
import { defineKey, type Key } from "./key.ts";
import type { RecordSink } from "./record_sink.ts";
import { inodeKey } from "./sock_diag.ts";

/** A network namespace. */
export interface Netns {
  /** Its inode, by which it is known: no two have the same at the same time. */
  readonly inode: number;
  /** What it is called, any bytes; `null` if it has no name. */
  readonly name: Uint8Array | null;
}

/** Name of the network namespace of process 1. */
export const ROOT_NAME = "root";

const netns: Key = defineKey(null, "netns", {
  type: "object",
  meaning: "Network namespace of the socket; only with -N.",
  source: "/proc/PID/ns/net",
});
/** Its inode. */
export const netnsInode: Key = defineKey(netns, "inode", {
  type: "integer",
  meaning: "Its inode, by which it is known: that in net:[INODE].",
  source: "/proc/PID/ns/net",
});
/** Its name. */
export const netnsName: Key = defineKey(netns, "name", {
  type: "text",
  meaning: `Its name, that of a file in /run/netns; ${ROOT_NAME} for the one that process 1 is in. Most have none.`,
  source: "/run/netns",
});

/** Fields that `-N` adds to every flow. */
export const netnsKeys: readonly Key[] = [netns, netnsInode, netnsName];

/** Pushes a namespace into the record that is open. */
export function writeNetns({ inode, name }: Netns, sink: RecordSink): void {
  sink.openObject(netns);
  sink.integer(netnsInode, inode);
  if (name !== null) writeText(netnsName, name, 0, name.length, sink);
  sink.closeObject(netns);
}

/** The namespace of the socket: that of the place where it was asked for, whatever its number is. */
export const residence: Annotation = {
  from: inodeKey,
  none: 0,
  keys: netnsKeys,
  readerOf: ({ inodeOf }) => inodeOf,
};

/** Adds the namespace to each socket that was found there. */
export class NetnsMark implements Annotator {
  readonly annotation: Annotation = residence;

  constructor(readonly netns: Netns) {}

  write(_inode: number, sink: RecordSink): void {
    writeNetns(this.netns, sink);
  }
}

/** What a namespace is called in warnings. */
export function netnsText({ inode, name }: Netns): string {
  return name === null ? `net:[${inode}]` : quote(new TextDecoder().decode(name));
}
