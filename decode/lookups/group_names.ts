/**
 * Names of the multicast groups that netlink sockets are in.
 */
import type { Enricher, Lookup } from "./lookup.ts";
import { netlinkGroups } from "../kernel/netlink_groups.ts";
import { findPayload, payloadEnd } from "../netlink/attribute.ts";
import type { GenericFamily } from "../netlink/generic.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import { defineElement, defineKey, type Key } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import type { Family } from "../families/family.ts";
import { groupsKey, NETLINK_DIAG_GROUPS, NETLINK_DIAG_MSG } from "../families/netlink_diag.ts";
import { inodeKey } from "../families/sock_diag.ts";

/** Names of the groups. */
export const groupNames: Key = defineKey(null, "group_names", {
  type: "list",
  meaning:
    "Names of the groups, in their order: those of the kernel's headers, of generic netlink with the family before a dot (`nlctrl.notify`), or the number of a group without a name; only with --groups.",
  source: "linux/rtnetlink.h …; CTRL_CMD_GETFAMILY",
});
/** One name. */
export const groupName: Key = defineElement(groupNames, "text");

/** Names of the groups of a netlink socket. */
export const groups: Lookup<"groups"> = {
  name: "groups",
  notRecorded: "a recording has no names of groups of netlink: no group_names",
  from: [groupsKey],
  keys: [groupNames, groupName],
  isFor: ({ domain }) => domain === "netlink",
};

const PROTOCOL = NETLINK_DIAG_MSG.offsetOf("ndiag_protocol");
const NETLINK_GENERIC = 16;
/** The number of a socket with a message; those of others come from `/proc/net`. */
const READ = -1;

const encoder = new TextEncoder();

/** Names groups by protocol and number. */
export class GroupNames implements Enricher {
  readonly lookup: Lookup = groups;
  readonly from: Key = inodeKey;
  readonly none = 0;
  readonly warnings: string[] = [];
  readonly #names = new Map<number, Uint8Array>();
  #namespace = 0;
  /** The message that was read last. */
  #view: DataView = new DataView(new ArrayBuffer(0));
  #start = 0;
  #end = 0;

  /** @param readFamilies reads the families of generic netlink in a namespace; a one-line reason if that is not possible */
  constructor(readonly readFamilies: (namespace: number) => readonly GenericFamily[] | string) {}

  enter(namespace: number): void {
    this.#namespace = namespace;
  }

  /** Called before netlink sockets are listed, so that the question for the families is not among them. */
  readerOf({ domain }: Family): NumberReader | null {
    if (domain !== "netlink") return null;
    this.#nameGenericGroups();
    return (view, start, end) => {
      this.#view = view;
      this.#start = start;
      this.#end = end;
      return READ;
    };
  }

  #nameGenericGroups(): void {
    this.#names.clear();
    const families = this.readFamilies(this.#namespace);
    if (typeof families === "string") {
      if (!this.warnings.includes(families)) this.warnings.push(families);
      return;
    }
    for (const { name: family, groups } of families) {
      for (const { id, name } of groups) {
        this.#names.set(placeOf(NETLINK_GENERIC, id), encoder.encode(`${family}.${name}`));
      }
    }
  }

  write(number: number, sink: RecordSink): void {
    const view = this.#view;
    // A socket from `/proc/net` has no message.
    if (number !== READ || this.#end - this.#start < NETLINK_DIAG_MSG.size) return;
    const protocol = view.getUint8(this.#start + PROTOCOL);
    const bits = findPayload(view, this.#start + NETLINK_DIAG_MSG.size, this.#end, NETLINK_DIAG_GROUPS, 1);
    if (bits < 0) return;
    sink.openList(groupNames);
    for (let at = bits, end = payloadEnd(view, bits); at < end; at++) {
      for (let byte = view.getUint8(at), bit = 0; byte >>> bit !== 0; bit++) {
        if ((byte >>> bit & 1) === 0) continue;
        const name = this.#nameOf(protocol, 8 * (at - bits) + bit + 1);
        sink.text(groupName, name, 0, name.length);
      }
    }
    sink.closeList(groupNames);
  }

  #nameOf(protocol: number, group: number): Uint8Array {
    const place = placeOf(protocol, group);
    let name = this.#names.get(place);
    if (name === undefined) {
      this.#names.set(place, name = encoder.encode(netlinkGroups[protocol]?.[group - 1] ?? String(group)));
    }
    return name;
  }
}

const placeOf = (protocol: number, group: number): number => group * 256 + protocol;
