/**
 * Pushes values of objects into a sink.
 */
import { defineElement, defineKey, type Key, type ValueType } from "../decode/record/key.ts";
import type { FieldObject, FieldValue } from "../decode/record/object_sink.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";

const encoder = new TextEncoder();

/**
 * Pushes an object whose members are known only at run time, such as dotted paths of fields.
 *
 * @param typeOf the type of a member that is not a list
 */
export function pushValues(
  sink: RecordSink,
  object: Key,
  values: FieldObject,
  typeOf: (name: string) => ValueType,
): void {
  sink.openObject(object);
  for (const [name, value] of Object.entries(values)) {
    if (!Array.isArray(value)) pushValue(sink, defineKey(object, name, { type: typeOf(name) }), value);
    else pushList(sink, defineKey(object, name, { type: "list" }), value);
  }
  sink.closeObject(object);
}

function pushList(sink: RecordSink, list: Key, values: readonly FieldValue[]): void {
  sink.openList(list);
  for (const value of values) {
    pushValue(sink, defineElement(list, typeof value === "string" ? "text" : "decimal"), value);
  }
  sink.closeList(list);
}

function pushValue(sink: RecordSink, key: Key, value: FieldValue): void {
  switch (typeof value) {
    case "number":
      return Number.isInteger(value) ? sink.integer(key, value) : sink.thousandths(key, Math.round(1000 * value));
    case "bigint":
      return sink.integer64(key, Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
    case "boolean":
      return sink.boolean(key, value);
    case "string": {
      const bytes = encoder.encode(value);
      return sink.text(key, bytes, 0, bytes.length);
    }
    default:
      return sink.null(key);
  }
}
