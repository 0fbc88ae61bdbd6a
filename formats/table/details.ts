/**
 * What options of `ss` add to a socket, as `label:value`: everything that its protocol has, but for what is zero or not there.
 */
import { allLookups } from "../../decode/lookups/registry.ts";
import type { Family } from "../../decode/families/family.ts";
import { fieldsOf } from "../../decode/reference/fields.ts";
import type { Key } from "../../decode/record/key.ts";
import * as slot from "../../decode/record/record_slots.ts";
import type { Content, FormatOptions } from "../format.ts";
import type { OutputBuffer } from "../text/output_buffer.ts";
import { type PreparedText, prepareText } from "../text/prepared_texts.ts";
import { put, putValue } from "../text/value_text.ts";
import { BASE_PATHS } from "./base_slots.ts";
import { putDisplayText } from "./display_text.ts";
import { JSON_TEXT } from "./list_slots.ts";
import { keysOf, outerList, shortName, type SlotMaker } from "./slot_maker.ts";

/** A field that is shown as a detail. */
export interface Detail {
  readonly slot: number;
  readonly label: PreparedText;
  readonly unit: PreparedText;
  /** Whether a value above zero is a sign of trouble. */
  readonly alarming: boolean;
}

type Option = "timers" | "extended" | "cgroup" | "memory" | "info";

const OPTIONS: readonly Option[] = ["timers", "extended", "cgroup", "memory", "info"];

const TIMERS: readonly string[] = ["timer", "expires", "retrans"];
const INFO: readonly string[] = [
  "cong_algo",
  "ulp",
  "md5sig",
  "quick_acks",
  "pingpong",
  "fastopen_max_qlen",
  "bpf_storages",
];
const ALARMING: readonly string[] = [
  "drops",
  "lost",
  "retrans",
  "retransmits",
  "backoff",
  "total_retrans",
  "bytes_retrans",
];

/** Whether a value of a field above zero is a sign of trouble. */
export const isAlarming = ({ name }: Key): boolean => ALARMING.includes(name);

/** Fields that columns show for every socket, or that repeat them. */
const SHOWN: readonly string[] = [
  ...BASE_PATHS.filter((path) => path !== "inode" && path !== "v6only"),
  "family",
  "tcp_info.state",
];

/** Units written after a number; counts have none. */
const UNITS: Readonly<Record<string, string>> = { ms: "ms", us: "us", s: "s", bytes: "B", "bytes/s": "B/s" };

const BLANK = prepareText(" ");
const COLON = prepareText(":");
/** The largest 64-bit number. */
export const UNLIMITED: PreparedText = prepareText("unlimited");

/** How a sign of trouble stands out: by a colour, by a mark, or not. */
export interface Alarm {
  readonly before: PreparedText | null;
  readonly behind: PreparedText | null;
}

/** The option that adds a field, by the first part of its path; `null` for none. */
function optionOf(key: Key): Option | null {
  const lookup = allLookups.find(({ name, keys }) => name !== null && keys.includes(key));
  if (lookup !== undefined) return lookup.name === "cgroups" ? "cgroup" : lookup.name === "users" ? "extended" : null;
  const [top = ""] = key.path.split(".");
  if (TIMERS.includes(top)) return "timers";
  if (top === "skmeminfo" || top === "meminfo") return "memory";
  return INFO.includes(top) || top.endsWith("info") ? "info" : "extended";
}

/** The fields of some families that are shown as details, ordered by option, then as in the record. */
export function selectDetails(options: FormatOptions, { families }: Content, slots: SlotMaker): readonly Detail[] {
  const all = families.map((family: Family) => ({ family, fields: fieldsOf(family) }));
  const chosen = OPTIONS.filter((option) => options[option] === true);
  if (chosen.length === 0) return [];
  const fields = all.flatMap(({ fields }) => fields).filter(({ key, type, path }) =>
    type !== "object" && key.name !== "" && !SHOWN.includes(path) && [null, key].includes(outerList(key))
  );
  return chosen.flatMap((option) => {
    const paths = new Set<string>();
    return fields.filter(({ key, path }) => optionOf(key) === option && !paths.has(path) && paths.add(path)).map((
      { key, path, unit },
    ) => ({
      slot: slots.of(path, keysOf(all, path)),
      label: prepareText(shortName(key, all)),
      unit: prepareText(UNITS[unit] ?? ""),
      alarming: isAlarming(key),
    }));
  });
}

/** Whether a value says nothing: zero, false, the kernel's "no value", an empty text or list, `off`. */
export function isNothing({ kinds, low, high, numbers, words }: slot.RecordSlots, value: number): boolean {
  switch (kinds[value]) {
    case slot.EMPTY:
    case slot.NULL:
    case slot.LIST:
      return true;
    case slot.SMALL:
    case slot.FLAGS:
      return low[value] === 0;
    case slot.INTEGER:
    case slot.THOUSANDTHS:
    case slot.BOOLEAN:
      return numbers[value] === 0;
    case slot.INTEGER64:
    case slot.IDENTIFIER:
      return low[value] === 0 && high[value] === 0;
    case slot.TEXT:
    case slot.HEX:
    case JSON_TEXT:
      return low[value] === high[value];
    case slot.WORD:
      return words[value]!.text === "off" || words[value]!.text === "none";
    default:
      return false;
  }
}

/**
 * Appends the details that say something, separated by blanks.
 *
 * @param alarm text before and after details that are a sign of trouble
 * @returns whether something other than ASCII was written
 */
export function putDetails(
  out: OutputBuffer,
  slots: slot.RecordSlots,
  details: readonly Detail[],
  alarm: Alarm,
): boolean {
  const { kinds, low, high, texts } = slots;
  const start = out.at;
  let wide = false;
  for (let i = 0; i < details.length; i++) {
    const { slot: value, label, unit, alarming } = details[i]!;
    if (isNothing(slots, value)) continue;
    if (out.at > start) put(out, BLANK);
    if (alarming && alarm.before !== null) {
      put(out, alarm.before);
      // What has no width of its own is counted as text is.
      wide = true;
    }
    put(out, label);
    put(out, COLON);
    if (kinds[value] === slot.TEXT) wide = putDisplayText(out, texts.bytes, low[value]!, high[value]!, 32) || wide;
    else if (kinds[value] === JSON_TEXT) wide = putJson(out, texts.bytes, low[value]!, high[value]!) || wide;
    else if (kinds[value] === slot.INTEGER64 && (low[value]! & high[value]!) === -1) put(out, UNLIMITED);
    else {
      putValue(out, slots, value);
      put(out, unit);
    }
    if (alarming && alarm.behind !== null) put(out, alarm.behind);
  }
  return wide;
}

/** JSON, which is fit for a terminal, without blanks. */
export function putJson(out: OutputBuffer, bytes: Uint8Array, start: number, end: number): boolean {
  out.reserve(end - start);
  let wide = false;
  for (let i = start; i < end; i++) {
    if (bytes[i]! > 0x7f) wide = true;
    out.bytes[out.at++] = bytes[i]!;
  }
  return wide;
}
