/**
 * The library: the kernel's view of its sockets for Deno programs. Needs `--allow-ffi`, Linux and glibc.
 *
 * ```ts
 * import { dumpObjects } from "./mod.ts";
 *
 * for (const flow of dumpObjects({ tcp: true, states: ["listening"] })) {
 *   console.log(flow.src, flow.src_port);
 * }
 * ```
 *
 * @module
 */
export { check, type CheckOptions } from "./library/check.ts";
export { diff, type DiffOptions, type DiffRecord } from "./library/diff.ts";
export { contentFor, dump, dumpObjects, dumpObjectsWithHosts, dumpWithHosts } from "./library/dump.ts";
export { type EventOptions, events } from "./library/events.ts";
export { kill, type KillOptions, type KillResults } from "./library/kill.ts";
export type { DumpOptions, HostOptions } from "./library/options.ts";
export { fields, parseFilter, schema } from "./library/reference.ts";
export { summary, type SummaryOptions } from "./library/summary.ts";
export { type RoundEnd, type SocketChange, SocketChanges, watch, type WatchOptions } from "./library/watch.ts";
export { type DatagramSource, OVERRUN } from "./decode/netlink/datagram_source.ts";
export { type Field, units } from "./decode/reference/fields.ts";
export type { Count, Dumped, FamilyName, FlowOf, NamedIn } from "./decode/reference/dumped.ts";
export type { Named, Range, TextRule } from "./decode/record/key.ts";
export { escapeControls } from "./decode/text/control_characters.ts";
export { RecordedSource } from "./decode/recording/recorded_source.ts";
export { DecodeError, KernelError, NamespaceError, RecordingError, SystemError } from "./decode/kernel/errors.ts";
export { type FieldNote, type Key, keys, type Metric, type ValueType, type Word, words } from "./decode/record/key.ts";
export { type Layout } from "./decode/record/layout.ts";
export { type Around, DATAGRAM_SIZE, type RecordSink, type WriteAbout } from "./decode/record/record_sink.ts";
export type { Schema } from "./formats/json/json_schema.ts";
export type { FoundSocket } from "./query/checks/found_socket.ts";
export type { CheckResult } from "./query/checks/judge.ts";
export { type Expectation, type Over, type Rule, RuleError, type Severity, type Share } from "./query/checks/rule.ts";
export type { CheckResults } from "./query/checks/run_checks.ts";
export type { Filter } from "./query/filter/filter.ts";
export { FilterSyntaxError } from "./query/filter/syntax_error.ts";
export type { KillOutcome } from "./decode/plan/kill_sockets.ts";
export type { KillResult } from "./decode/lookups/kill.ts";
export type { Sum } from "./decode/proc/kernel_sums.ts";
export type { SumKind } from "./decode/proc/summary_rows.ts";
export type { Round } from "./query/rounds.ts";
export type { AcceptQueue, EphemeralPorts, NamespaceSummary, Summary } from "./query/summary/summary.ts";
export { UnsupportedError } from "./ffi/libc.ts";
export { openRecorder, openRecording } from "./ffi/recording.ts";
export { ListingError } from "./formats/diff/saved_json.ts";
export type { DiffEvent } from "./query/diff.ts";
export { OutputError } from "./ffi/output_descriptor.ts";
export { type SocketEvent, SocketEvents } from "./ffi/socket_events.ts";
export { openNetlinkSocket } from "./ffi/netlink_socket.ts";
export type { MetaEnd, MetaStart } from "./formats/json/meta.ts";
export type { Color, Content, FormatEntry, FormatOptions, OpenOutput, OutputSink } from "./formats/format.ts";
export { type Format, formats } from "./formats/all_formats.ts";
export type { Write } from "./formats/text/output_buffer.ts";
export {
  exactNumbers,
  type FieldObject,
  type FieldValue,
  type FlowObject,
  ObjectSink,
} from "./decode/record/object_sink.ts";
export type * from "./decode/reference/flow_types.ts";
export { walkLayout } from "./decode/record/walk_layout.ts";
export type { DumpError, Outcome } from "./decode/record/outcome.ts";
