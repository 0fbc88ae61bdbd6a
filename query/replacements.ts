/**
 * Sockets of a round that take the place of others: a service that was started again listens where it listened before.
 */
import type { Family } from "../decode/families/family.ts";
import { sharedCookies } from "../decode/record/identity.ts";
import type { Key } from "../decode/record/key.ts";
import { type FlowObject, ObjectSink } from "../decode/record/object_sink.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { RecordSlots, selectSlots } from "../decode/record/record_slots.ts";
import type { TapedRecord } from "../decode/record/record_tape.ts";
import { fieldsOf } from "../decode/reference/fields.ts";
import { alikeBy, compare, type Difference, SETTINGS } from "./diff.ts";
import { wordAt } from "./measure.ts";
import { pairSockets, PLACE } from "./socket_pairs.ts";

/** States in which a socket can be found by its place. */
const STATES: readonly string[] = ["listening", "unconnected", "bound-inactive"];

/** What tells a socket from another one at the same place, beside what a program sets. */
const COMPARED: readonly string[] = [...SETTINGS, "inode", "inode64", "cookie", "owners.pid"];

/** The fields of a place. */
const NEEDED: readonly string[] = ["state", "iface", "iface_idx", "netns.inode", ...PLACE];

/** A socket that has come or gone in a round. */
export interface PlacedSocket {
  readonly protocol: string;
  readonly record: TapedRecord;
  readonly flow: FlowObject;
}

/** A socket in the place of another one, and what is different. */
export interface Replacement {
  readonly socket: PlacedSocket;
  readonly difference: Difference;
}

/** What has become of the sockets that came and went. */
export interface Replaced {
  readonly replaced: readonly Replacement[];
  readonly opened: readonly PlacedSocket[];
  readonly closed: readonly PlacedSocket[];
}

/** Finds sockets that took the place of others. */
export class Replacements {
  /** Whether places are known: records have all fields of them. */
  readonly isPossible: boolean;
  readonly #slots: RecordSlots;
  readonly #places: readonly number[];
  readonly #shared: ReturnType<typeof sharedCookies>;

  /** @param shown the fields that records have; `null` for all */
  constructor(families: readonly Family[], shown: ReadonlySet<Key> | null) {
    const fields = families.flatMap(fieldsOf);
    this.isPossible = shown === null || fields.every(({ path, key }) => !NEEDED.includes(path) || shown.has(key));
    const states = fields.filter(({ path }) => path === "state").map(({ key }) => [key]);
    this.#slots = new RecordSlots(selectSlots(states));
    this.#places = states.map((_, i) => i);
    this.#shared = sharedCookies(families);
  }

  /** Whether the fields that are played may be those of a socket that is found by its place. */
  mayBeBound(play: (sink: RecordSink) => void): boolean {
    this.#slots.openRecord();
    play(this.#slots);
    return STATES.includes(wordAt(this.#slots, this.#places));
  }

  /** Pairs the sockets that have gone and come. */
  pair(closed: readonly PlacedSocket[], opened: readonly PlacedSocket[]): Replaced {
    const flows = (sockets: readonly PlacedSocket[]) => sockets.map(({ flow }) => flow);
    const pairing = { sameBoot: true, by: null, shared: this.#shared, alike: alikeBy(SETTINGS) };
    const { pairs } = pairSockets(flows(closed), flows(opened), pairing);
    const before = new Map(pairs.map(([old, flow]) => [flow, old]));
    const gone = new Set(before.values());
    return {
      replaced: opened.flatMap((socket): Replacement[] => {
        const { flow } = socket;
        const old = before.get(flow);
        if (old === undefined) return [];
        const difference = compare(old, flow, { changes: COMPARED, uncertain: new Set() });
        return [{ socket, difference: difference ?? { event: "replaced", flow, from: {}, to: {} } }];
      }),
      opened: opened.filter(({ flow }) => !before.has(flow)),
      closed: closed.filter(({ flow }) => !gone.has(flow)),
    };
  }
}

/** The object of a record. */
export function flowOf(protocol: string, play: (sink: RecordSink) => void): FlowObject {
  const objects = new ObjectSink();
  objects.openProtocol(protocol);
  objects.openRecord();
  play(objects);
  objects.closeRecord();
  return objects.take()[0]!;
}
