/**
 * A sink that ignores everything.
 */
import type { RecordSink } from "./record_sink.ts";

const nothing = () => {};

export const nowhere: RecordSink = {
  openProtocol: nothing,
  closeProtocol: nothing,
  openRecord: nothing,
  closeRecord: nothing,
  dropRecord: nothing,
  mark: nothing,
  rewind: () => true,
  structure: nothing,
  openObject: nothing,
  closeObject: nothing,
  openList: nothing,
  closeList: nothing,
  integer: nothing,
  integer64: nothing,
  thousandths: nothing,
  identifier: nothing,
  boolean: nothing,
  null: nothing,
  name: nothing,
  flags: nothing,
  text: nothing,
  hex: nothing,
  address: nothing,
};
