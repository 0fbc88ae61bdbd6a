/**
 * Parts of a record as JSON text, for formats that show them within a row.
 */
import type { Key } from "../../decode/record/key.ts";
import { JsonRecords } from "../json/json_records.ts";

abstract class JsonText extends JsonRecords {
  constructor(keyName?: (key: Key) => string) {
    super(() => {}, 0, 0, keyName);
  }

  /** Where the text ends: before the comma. */
  get endOfText(): number {
    return this.buffer.at - 1;
  }

  override openProtocol(): void {}
  override closeProtocol(): void {}
  override openRecord(): void {}
  override closeRecord(): void {}
}

/** Takes what is in one list, its opening and its end included; the text is in the buffer until the record is dropped. */
export class ListText extends JsonText {
  /** Where the text of a finished list starts: behind `"name":`. */
  startOf(key: Key): number {
    return key.name.length + 3;
  }
}

/** Takes some fields of a record, each under its path. */
export class FieldsText extends JsonText {
  /** @param fields those that come */
  constructor(fields: ReadonlySet<Key>) {
    super((key) => fields.has(key) ? key.path : key.name);
  }

  /** The fields between brackets, one of which takes the place of the comma behind the last; there is one at least. */
  takeObject(): Uint8Array {
    const { buffer } = this;
    buffer.reserve(1);
    buffer.bytes.copyWithin(1, 0, buffer.at);
    buffer.bytes[0] = 123;
    buffer.bytes[buffer.at] = 125;
    return buffer.bytes.subarray(0, buffer.at + 1);
  }
}
