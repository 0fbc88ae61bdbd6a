/**
 * The values of the options of one socket, and how they become fields.
 */
import type { Attribute } from "../../netlink/attribute.ts";
import { writePayload } from "../../netlink/attribute.ts";
import { defineElement, defineKey, type Key } from "../../record/key.ts";
import type { RecordSink } from "../../record/record_sink.ts";
import { options } from "./option_kinds.ts";
import { type SocketOption, socketOptions, type Tier } from "./option_table.ts";
import { canHave, tagsOf } from "./socket_tags.ts";

/** The attributes of options, by their index in the table; each is made when it is needed. */
const made: Attribute[] = [];

function attributeAt(index: number): Attribute {
  const known = made[index];
  if (known !== undefined) return known;
  const { kind, ...note } = socketOptions[index]!;
  return made[index] = kind.define(index, note);
}

/** The options of a tier that sockets of a family can have; of every family for `null`. */
export const attributesOf = (tier: Tier, family: string | null): readonly Attribute[] =>
  socketOptions.flatMap((option, index) =>
    option.tier === tier && (family === null || canHave(family, option.tags)) ? [attributeAt(index)] : []
  );

/** All fields of some attributes, each object and list before its members. */
export const keysOf = (some: readonly Attribute[]): readonly Key[] =>
  some.flatMap(({ payload: { key, keys, layout } }) => [
    ...key === null ? [] : [key],
    ...keys,
    ...layout === null ? [] : layout.steps.flatMap(({ key, raw }) => key === raw ? [key] : [key, raw]),
    ...layout === null || layout.options.exact === true ? [] : [layout.extra],
  ]);

const unknown = defineKey(options, "unknown", {
  type: "list",
  meaning: "Options whose values have another length than this program knows.",
  source: "getsockopt(2)",
});
const element = defineElement(unknown, "object");
const levelKey = defineKey(element, "level", {
  type: "integer",
  meaning: "Level of the option.",
  source: "getsockopt(2)",
});
const optionKey = defineKey(element, "option", {
  type: "integer",
  meaning: "Number of the option.",
  source: "getsockopt(2)",
});
const hexKey = defineKey(element, "hex", { type: "hex", meaning: "Its value, byte by byte.", source: "getsockopt(2)" });
/** Fields for values of unknown length. */
export const unknownKeys: readonly Key[] = [unknown, element, levelKey, optionKey, hexKey];

/** An option, and the place for its value. */
export interface OptionPlace extends Pick<SocketOption, "level" | "option"> {
  /** Index in the table. */
  readonly index: number;
  /** Where the value is put. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly start: number;
}

/** Every value at its own place, made before the first socket is touched. */
export class OptionValues {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #places: readonly OptionPlace[];
  /** Length of each value that was read; 0 for none. */
  readonly lengths = new Int32Array(socketOptions.length);
  readonly #sets = new Map<string, readonly OptionPlace[]>();
  /** The options of the socket that was read last. */
  #shown: readonly OptionPlace[] = [];

  /** @param everything whether options of tier B are read too */
  constructor(readonly everything: boolean) {
    let size = 0;
    const starts = socketOptions.map(({ kind }) => {
      const start = size;
      size += (kind.size + 7) & ~7;
      return start;
    });
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
    this.#places = socketOptions.map(({ level, option, kind }, index) => ({
      ...{ level, option, index },
      start: starts[index]!,
      bytes: this.#bytes.subarray(starts[index]!, starts[index]! + kind.size),
    }));
  }

  /** Clears all values. */
  clear(): void {
    this.#bytes.fill(0);
    this.lengths.fill(0);
  }

  /** The options to ask a socket for. */
  optionsFor(domain: number, type: number, protocol: number, listens: boolean): readonly OptionPlace[] {
    const name = `${domain} ${type} ${protocol} ${listens}`;
    let set = this.#sets.get(name);
    if (set === undefined) {
      const tags = tagsOf(domain, type, protocol, listens);
      const ofTier = (tier: Tier) =>
        this.#places.filter(({ index }) => {
          const option = socketOptions[index]!;
          return option.tier === tier && option.tags.some((tag) => tags.has(tag));
        });
      this.#sets.set(name, set = [...ofTier("A"), ...this.everything ? ofTier("B") : []]);
    }
    return this.#shown = set;
  }

  /** Pushes the values as the object `options`. */
  write(sink: RecordSink): void {
    let others = 0;
    sink.openObject(options);
    for (let i = 0; i < this.#shown.length; i++) {
      const { index, start } = this.#shown[i]!;
      const length = this.lengths[index]!;
      if (length === 0) continue;
      if (this.#isKnown(index)) {
        writePayload(attributeAt(index).payload, this.#view, this.#bytes, start, start + length, sink);
      } else others++;
    }
    if (others > 0) this.#writeOthers(sink);
    sink.closeObject(options);
  }

  #isKnown(index: number): boolean {
    const { varies, size } = socketOptions[index]!.kind;
    return varies || this.lengths[index] === size;
  }

  #writeOthers(sink: RecordSink): void {
    sink.openList(unknown);
    for (const { index, level, option, start } of this.#shown) {
      const length = this.lengths[index]!;
      if (length === 0 || this.#isKnown(index)) continue;
      sink.openObject(element);
      sink.integer(levelKey, level);
      sink.integer(optionKey, option);
      sink.hex(hexKey, this.#bytes, start, start + length);
      sink.closeObject(element);
    }
    sink.closeList(unknown);
  }
}
