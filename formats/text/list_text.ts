/**
 * A list as JSON text, for formats that show it within a row.
 */
import type { Key } from "../../decode/record/key.ts";
import { JsonRecords } from "../json/json_records.ts";

/** Takes what is in one list, its opening and its end included; the text is in the buffer until the record is dropped. */
export class ListText extends JsonRecords {
  constructor() {
    super(() => {}, 0, 0);
  }

  /** Where the text of a finished list starts: behind `"name":`. */
  startOf(key: Key): number {
    return key.name.length + 3;
  }

  /** Where it ends: before the comma. */
  get endOfText(): number {
    return this.buffer.at - 1;
  }

  override openProtocol(): void {}
  override closeProtocol(): void {}
  override openRecord(): void {}
  override closeRecord(): void {}
}
