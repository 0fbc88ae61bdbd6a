/**
 * Keeps a listing that is made now as the text that NDJSON has, so that it is compared as a saved one.
 */
import { JsonRecords } from "../json/json_records.ts";
import { type PreparedText, prepareText } from "../text/prepared_texts.ts";
import { FlowScanner, type Roles } from "./flow_scanner.ts";
import { FlowTable, protocols } from "./flow_table.ts";
import { MemoryTexts } from "./memory_texts.ts";

const [OPENING, CLOSING] = ["{", "}"].map(prepareText) as [PreparedText, PreparedText];

export class ListingSink extends JsonRecords {
  readonly table: FlowTable;
  readonly #texts = new MemoryTexts();
  readonly #scanner: FlowScanner;
  #protocol = -1;
  /** Number of sockets, and where the next text would have been, at the last mark. */
  #marked: readonly [count: number, position: number] = [0, 0];

  constructor(roles: Roles) {
    super(() => {}, 0, 0);
    this.table = new FlowTable(this.#texts, roles);
    this.#scanner = new FlowScanner(roles);
  }

  override openProtocol(name: string): void {
    this.#protocol = protocols.indexOf(name);
  }

  override closeProtocol(): void {}

  override openRecord(): void {
    this.put(OPENING);
  }

  override closeRecord(): void {
    this.takeBackComma();
    this.put(CLOSING);
    const { buffer } = this;
    buffer.reserve(1);
    // Nothing is ever passed on: the record starts at 0.
    this.#scanner.open(buffer.bytes, buffer.at);
    this.#scanner.flow(0);
    this.table.add(this.#scanner, this.#protocol, this.#texts.add(buffer.bytes.subarray(0, buffer.at)), buffer.at);
    buffer.drop();
  }

  override mark(): void {
    this.#marked = [this.table.count, this.#texts.position];
  }

  override rewind(): boolean {
    const [count, position] = this.#marked;
    this.table.truncate(count);
    this.#texts.truncate(position);
    return true;
  }
}
