/**
 * A sink that counts records by their values, and pushes on one record for each combination of them.
 */
import { defineKey, defineWord, type Key } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import type { Column } from "./columns.ts";
import { PROTOCOL } from "./columns.ts";
import { type FlowObject, ObjectSink } from "../decode/record/object_sink.ts";
import { playFields, RecordTape, type TapedRecord } from "../decode/record/record_tape.ts";

/** The protocol as a field, and the count. */
export const protocolKey: Key = defineKey(null, PROTOCOL, { type: "name", meaning: "Protocol of the sockets." });
export const countKey: Key = defineKey(null, "count", { type: "integer", meaning: "Number of sockets." });

/** Stands in the place of a protocol around the records that are pushed on. */
export const COUNTS = "counts";

interface Count {
  readonly protocol: string;
  /** The first record of these values. */
  readonly record: TapedRecord;
  count: number;
}

/** Counts records that hold the fields to count by, and no others. */
export class CountSink extends RecordTape {
  #protocol = "";
  #counts = new Map<string, Count>();
  #marked: readonly (readonly [text: string, count: number])[] = [];
  readonly #objects = new ObjectSink();
  readonly #paths: readonly (readonly string[])[];
  readonly #byProtocol: boolean;

  /** @param columns what to count by */
  constructor(readonly target: RecordSink, columns: readonly Column[]) {
    super();
    this.#paths = columns.map(({ name }) => name.split("."));
    this.#byProtocol = columns.some(({ key }) => key === protocolKey);
  }

  override openProtocol(name: string): void {
    this.#protocol = name;
    this.#objects.openProtocol(name);
  }

  override closeProtocol(): void {}

  protected override keep(record: TapedRecord): void {
    this.#objects.openRecord();
    playFields(record, this.#objects);
    this.#objects.closeRecord();
    const text = this.#textOf(this.#objects.take()[0]!);
    const known = this.#counts.get(text);
    if (known === undefined) this.#counts.set(text, { protocol: this.#protocol, record, count: 1 });
    else known.count++;
  }

  /** The values, absent ones told from null. */
  #textOf(flow: FlowObject): string {
    // deno-lint-ignore no-explicit-any
    const values = this.#paths.map((path) => path.reduce((object: any, name) => object?.[name], flow));
    return JSON.stringify(
      values.map((value) => value === undefined ? 0 : [value]),
      (_name, value) => typeof value === "bigint" ? String(value) : value,
    );
  }

  override mark(): void {
    this.#marked = [...this.#counts].map(([text, { count }]) => [text, count]);
  }

  override rewind(): boolean {
    this.#counts = new Map(this.#marked.map(([text, count]) => [text, { ...this.#counts.get(text)!, count }]));
    return true;
  }

  /** Pushes the counts on, in the order in which their values came first. */
  finish(): void {
    const { target } = this;
    target.openProtocol(COUNTS);
    for (const { protocol, record, count } of this.#counts.values()) {
      target.openRecord();
      if (this.#byProtocol) target.name(protocolKey, defineWord(protocol));
      playFields(record, target);
      target.integer(countKey, count);
      target.closeRecord();
    }
    target.closeProtocol();
  }
}
