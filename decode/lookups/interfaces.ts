/**
 * Names of the interfaces that sockets are bound to, by interface index; see netdevice(7), SIOCGIFNAME.
 */
import type { Enricher, Lookup } from "./lookup.ts";
import { writeText } from "../netlink/attribute.ts";
import type { Family } from "../families/family.ts";
import { defineKey, type Key } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { ifaceIdxKey } from "../families/sock_diag.ts";
import type { NumberReader } from "../netlink/number_reader.ts";

const iface = defineKey(null, "iface", {
  type: "text",
  // IFNAMSIZ without the NUL.
  rule: { longest: 15, named: "interface" },
  meaning: "Name of the interface iface_idx, if it exists now.",
  source: "SIOCGIFNAME",
});

/** Name of the interface. */
export const interfaces: Lookup<null> = {
  name: null,
  from: [ifaceIdxKey],
  keys: [iface],
  isFor: ({ interfaceOf }) => interfaceOf !== undefined,
};

/** Interface names of one network namespace. Each is looked up once. */
export class InterfaceNames implements Enricher {
  readonly lookup: Lookup = interfaces;
  readonly from: Key = ifaceIdxKey;
  readonly none = 0;
  readonly #names = new Map<number, Uint8Array | null>();

  /** @param lookUp returns the name of an interface without NUL, `null` if no interface has that index */
  constructor(readonly lookUp: (index: number) => Uint8Array | null) {}

  readerOf({ interfaceOf }: Family): NumberReader | null {
    return interfaceOf ?? null;
  }

  write(index: number, sink: RecordSink): void {
    if (index === 0) return;
    let name = this.#names.get(index);
    if (name === undefined) this.#names.set(index, name = this.lookUp(index));
    if (name !== null) writeText(iface, name, 0, name.length, sink);
  }
}
