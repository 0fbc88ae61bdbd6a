/**
 * Parts of a record as JSON text, for formats that show them in a row.
 */
import { elementOf, type Key } from "../../decode/record/key.ts";
import { JsonRecords } from "../json/json_records.ts";

/** Whether a cell shows a list as JSON, because it contains objects, lists or text from outside. */
export const staysJson = (list: Key): boolean => !["name", "integer"].includes(elementOf(list)?.note.type ?? "object");

abstract class JsonText extends JsonRecords {
  constructor(keyName?: (key: Key) => string) {
    super(() => {}, 0, 0, keyName);
  }

  /** The end of the text, without the comma. */
  get endOfText(): number {
    return this.buffer.at - 1;
  }

  override openProtocol(): void {}
  override closeProtocol(): void {}
  override openRecord(): void {}
  override closeRecord(): void {}
}

/** Takes one list with its opening and closing calls. The text stays in the buffer until the record is dropped. */
export class ListText extends JsonText {
  /** The start of the text of a finished list: after `"name":`. */
  startOf(key: Key): number {
    return key.name.length + 3;
  }
}

/** Takes some fields of a record and names each by its path. */
export class FieldsText extends JsonText {
  /** @param fields the fields that it will get */
  constructor(fields: ReadonlySet<Key>) {
    super((key) => fields.has(key) ? key.path : key.name);
  }

  /** The fields in brackets. The closing bracket replaces the last comma. There must be at least one field. */
  takeObject(): Uint8Array {
    const { buffer } = this;
    buffer.reserve(1);
    buffer.bytes.copyWithin(1, 0, buffer.at);
    buffer.bytes[0] = 123;
    buffer.bytes[buffer.at] = 125;
    return buffer.bytes.subarray(0, buffer.at + 1);
  }
}
