/**
 * Short descriptions of what a check has found, for all reports.
 */
import type { FieldObject, FieldValue, FlowObject } from "../../decode/record/object_sink.ts";
import { escapeControls } from "../../decode/text/control_characters.ts";
import type { FoundSocket } from "../../query/checks/found_socket.ts";
import type { CheckResult } from "../../query/checks/judge.ts";

const isObject = (value: FieldValue | undefined): value is FieldObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const host = (address: FieldValue): string => String(address).includes(":") ? `[${address}]` : String(address);

/** `TCP 127.0.0.1:80 from 127.0.0.1:5000, nginx (pid 12)`: without control characters, in one line. */
export function whereText(socket: FlowObject): string {
  const { protocol, src, src_port, dst, dst_port, path_name, inode, netns, sum, unit, comm } = socket;
  const local = src === undefined ? path_name ?? `inode ${inode ?? "unknown"}` : `${host(src)}:${src_port ?? 0}`;
  const remote = dst === undefined || (dst_port ?? 0) === 0 ? "" : ` to ${host(dst)}:${dst_port}`;
  const holders = processes(socket["owners"]) || processes(socket["listener_owners"]);
  const place = isObject(netns) ? `, namespace ${netns["name"] ?? netns["inode"]}` : "";
  if (sum !== undefined) return escapeControls(`${sum}${place}`);
  const group = unit === undefined ? [] : [`unit ${unit}`];
  if (unit !== undefined || comm !== undefined) return escapeControls(`${[...group, holders].join(", ")}${place}`);
  return escapeControls(`${protocol} ${local}${remote}${holders === "" ? "" : `, ${holders}`}${place}`);
}

function processes(owners: FieldValue | undefined): string {
  if (!Array.isArray(owners)) return "";
  const names = owners.map((owner) => isObject(owner) ? `${owner["comm"] ?? "?"} (pid ${owner["pid"]})` : "");
  return [...new Set(names)].join(", ");
}

/** `backlog 5, backlog_limit 5`. */
export function evidenceText({ evidence }: FoundSocket): string {
  return escapeControls(Object.entries(evidence).map(([path, value]) => `${path} ${valueText(value)}`).join(", "));
}

function valueText(value: FieldValue): string {
  if (Array.isArray(value)) return value.map(valueText).join(" and ");
  if (isObject(value)) return Object.entries(value).map(([name, inner]) => `${name} ${valueText(inner)}`).join(" ");
  return String(value);
}

/** The numbers of found and expected sockets: `2 found, none expected`. */
export const countText = ({ count, rule: { expect } }: CheckResult): string => `${count} found, ${expect} expected`;

/** The results of all rules: `15 rules: 13 hold, 1 fails, 1 unknown`. */
export function totalText(results: readonly CheckResult[]): string {
  const of = (result: CheckResult["result"]) => results.filter((one) => one.result === result).length;
  const [holds, fails, unknown] = [of("holds"), of("fails"), of("unknown")];
  return `${results.length} rules: ${holds} hold, ${fails} fail, ${unknown} unknown`;
}
