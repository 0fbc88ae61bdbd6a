/**
 * The network namespace of a socket, for runs that list several namespaces; see network_namespaces(7).
 */
import type { Enricher, Lookup } from "./lookup.ts";
import { writeText } from "../netlink/attribute.ts";
import { quote } from "../text/control_characters.ts";
import type { Family } from "../families/family.ts";
import { defineKey, type Key } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { inodeKey } from "../families/sock_diag.ts";
import type { NumberReader } from "../netlink/number_reader.ts";

/** Name of the network namespace of process 1. */
export const ROOT_NAME = "root";

const netns: Key = defineKey(null, "netns", {
  type: "object",
  meaning: "Network namespace of the socket; only with -N.",
  source: "/proc/PID/ns/net",
});
/** Inode of the namespace. */
const netnsInode: Key = defineKey(netns, "inode", {
  type: "integer",
  range: [0, 0xffff_ffff],
  meaning: "Its inode, as in net:[INODE].",
  source: "/proc/PID/ns/net",
});
/** Name of the namespace. */
const netnsName: Key = defineKey(netns, "name", {
  type: "text",
  rule: { longest: 255, named: "network namespace" },
  meaning: `Its file name in /run/netns; ${ROOT_NAME} for the namespace of process 1. Most have no name.`,
  source: "/run/netns",
});

/** Cookie of the namespace. */
const netnsCookie: Key = defineKey(netns, "cookie", {
  type: "identifier",
  meaning: "Its cookie, which is not used again until the machine restarts; BPF programs see it.",
  since: "5.14",
  source: "SO_NETNS_COOKIE",
});

/** Fields that `-N` adds to every flow. */
const netnsKeys: readonly Key[] = [netns, netnsInode, netnsName, netnsCookie];

/** Network namespace of the socket. */
export const residence: Lookup<"netns"> = {
  name: "netns",
  from: [],
  keys: netnsKeys,
  isFor: () => true,
};

/** A network namespace. It is added to every socket found there; the number of the socket is not used. */
export class Netns implements Enricher {
  readonly lookup: Lookup = residence;
  readonly from: Key = inodeKey;
  readonly none = 0;
  /** `undefined` if it was not read yet. */
  #cookie: Int32Array | null | undefined;

  /**
   * @param inode identifies the namespace: unique at any one time
   * @param name any bytes; `null` if it has no name
   * @param readCookie reads its cookie, low half first; `null` if the kernel does not tell it. Called once at most.
   */
  constructor(
    readonly inode: number,
    readonly name: Uint8Array | null,
    readonly readCookie: () => Int32Array | null = () => null,
  ) {}

  readerOf({ inodeOf }: Family): NumberReader {
    return inodeOf;
  }

  /** The cookie, which is read at the first call: the namespace must still be there for that. */
  get cookie(): Int32Array | null {
    if (this.#cookie === undefined) this.#cookie = this.readCookie();
    return this.#cookie;
  }

  write(_inode: number, sink: RecordSink): void {
    const { cookie } = this;
    sink.openObject(netns);
    sink.integer(netnsInode, this.inode);
    if (this.name !== null) writeText(netnsName, this.name, 0, this.name.length, sink);
    if (cookie !== null) sink.identifier(netnsCookie, cookie[0]!, cookie[1]!);
    sink.closeObject(netns);
  }

  /** Name in warnings. */
  get text(): string {
    return this.name === null ? `net:[${this.inode}]` : quote(new TextDecoder().decode(this.name));
  }
}
