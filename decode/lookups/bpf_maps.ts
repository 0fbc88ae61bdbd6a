/**
 * Fields for the values that BPF programs keep with sockets: names of the maps and of the members of the values. See bpf(2).
 */
import type { Lookup } from "./lookup.ts";
import { bpfMapId, bpfStorage, bpfStorages, bpfValue } from "../families/inet/inet_diag.ts";
import { defineElement, defineKey, type Key } from "../record/key.ts";

const privilege = "CAP_SYS_ADMIN";
export const mapName: Key = defineKey(bpfStorage, "map_name", {
  type: "text",
  // BPF_OBJ_NAME_LEN without the NUL.
  rule: { longest: 15 },
  meaning: "Name of the BPF map, if it has one.",
  source: "bpf_map_info.name",
  privilege,
});
export const members: Key = defineKey(bpfStorage, "members", {
  type: "list",
  meaning: "Members of the value, if the map has types (BTF). Nested structures are replaced by their members.",
  source: "bpf_map_info.btf_value_type_id",
  privilege,
});
export const member: Key = defineElement(members, "object");
export const memberName: Key = defineKey(member, "name", {
  type: "text",
  meaning: "The member as an expression of C, such as `peer.ports[2]`; left out if the value is not a structure.",
  source: "btf_member.name_off",
  privilege,
});
export const memberValue: Key = defineKey(member, "value", {
  type: "text",
  meaning:
    "Its value: a number, an enumerator, `true` or `false`, the text of a `char[]`, other byte arrays in hexadecimal.",
  source: "SK_DIAG_BPF_STORAGE_MAP_VALUE",
  privilege,
});

/** Number of the map. */
export const mapId: Key = bpfMapId.payload.layout!.steps[0]!.key;

/** Names of maps and of the members of their values. */
export const bpfMaps: Lookup<"bpf-maps"> = {
  name: "bpf-maps",
  notRecorded: "a recording has no names of BPF maps: no map_name and members",
  from: [mapId, bpfValue],
  keys: [mapName, members, memberName, memberValue],
  isFor: ({ domain, describe }) =>
    domain === "inet" &&
    describe().attributes.some(({ attributes }) => attributes.some(({ payload }) => payload.key === bpfStorages)),
};
