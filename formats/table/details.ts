/**
 * The details that options of `ss` add, as `label:value`: all fields of the protocol that are present and not zero. What
 * lookups find that has no column is shown in the same way.
 */
import { allLookups, type LookupName } from "../../decode/lookups/registry.ts";
import type { Family } from "../../decode/families/family.ts";
import { type Field, fieldsFor } from "../../decode/reference/fields.ts";
import { type Key, outerList } from "../../decode/record/key.ts";
import * as slot from "../../decode/record/record_slots.ts";
import type { Content, FormatOptions } from "../format.ts";
import type { OutputBuffer } from "../text/output_buffer.ts";
import { type PreparedText, prepareText } from "../text/prepared_texts.ts";
import { put, putValue } from "../text/value_text.ts";
import { BASE_PATHS } from "./base_slots.ts";
import { putUnit } from "./container_cell.ts";
import { putDisplayText } from "./display_text.ts";
import { JSON_TEXT } from "./list_slots.ts";
import { socketColumns } from "../../query/holders.ts";
import { keysOf, shortName, type SlotMaker } from "./slot_maker.ts";

/** A field that is shown as a detail. */
export interface Detail {
  readonly slot: number;
  readonly label: PreparedText;
  readonly unit: PreparedText;
  /** Whether a value above zero is a sign of trouble. */
  readonly alarming: boolean;
  /** The slot of a field with the same information, which is shown instead if it is present. */
  readonly repeats: number;
  /** The usual word, which is not shown; `null` for none. */
  readonly usual: string | null;
  /** Whether it is the name of a unit. */
  readonly isUnit: boolean;
}

type Option = "timers" | "extended" | "cgroup" | "memory" | "info" | "context";

const OPTIONS: readonly Option[] = ["timers", "extended", "cgroup", "memory", "info", "context"];

/** Lookups that find more than the columns show. */
const CONTEXT: readonly LookupName[] = ["sockopts", "all-sockopts", "route", "nat"];

const TIMERS: readonly string[] = ["timer", "expires", "retrans"];
const INFO: readonly string[] = [
  "cong_algo",
  "ulp",
  "md5sig",
  "quick_acks",
  "pingpong",
  "fastopen_max_qlen",
  "bpf_storages",
  "locals",
  "peers",
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

/** The type of a socket, such as `stream`. */
export const TYPE = "type";

/** Families whose types `ss` shows before everything else, as `u_str` or `p_raw`. */
const TYPED: readonly string[] = ["UNIX", "PACKET", "VSOCK"];

/** Whether the type has a column: if only such families are listed. */
export const showsType = (families: Content["families"]): boolean =>
  families.length > 0 && families.every(({ name }) => TYPED.includes(name));

/** Units written after a number; counts have none. */
const UNITS: Readonly<Record<string, string>> = {
  ...{ ms: "ms", us: "us", s: "s", bytes: "B", "bytes/s": "B/s" },
  ...{ "1/256": "/256", "1/1024": "/1024" },
};

/** Words that carry no information. */
const NOTHING_WORDS: readonly string[] = ["off", "none", "not-seen"];

const UNIT = "unit";
const BLANK = prepareText(" ");
const COLON = prepareText(":");
/** The largest 64-bit number. */
export const UNLIMITED: PreparedText = prepareText("unlimited");

/** How signs of trouble are marked: by a colour, by a character, or not at all. */
export interface Alarm {
  readonly before: PreparedText | null;
  readonly behind: PreparedText | null;
}

/** The options that add a field, by the first part of its path. As in `ss`, -e shows the timer and the control group too. */
function optionsOf(key: Key): readonly Option[] {
  const lookup = allLookups.find(({ name, keys }) => name !== null && keys.includes(key));
  if (lookup?.name === "cgroups") return key.path === "cgroup" ? ["extended", "cgroup"] : ["cgroup"];
  if (lookup?.name === "users") return ["extended"];
  if (lookup !== undefined) return CONTEXT.includes(lookup.name!) && !HAVE_COLUMNS.includes(key) ? ["context"] : [];
  const [top = ""] = key.path.split(".");
  if (TIMERS.includes(top)) return ["timers", "extended"];
  if (top === "skmeminfo" || top === "meminfo") return ["memory"];
  if (top === "packet_info") return ["extended"];
  return INFO.includes(top) || top.endsWith("info") ? ["info"] : ["extended"];
}

const HAVE_COLUMNS: readonly Key[] = socketColumns.map(({ key }) => key);

/** These repeat a part of the other memory counters, which every kernel sends too. */
const MEMORY = "skmeminfo.rcvbuf";

/** The fields of some families that are shown as details, ordered by option, then as in the record. */
export function selectDetails(
  options: FormatOptions,
  { families, lookups = [] }: Content,
  slots: SlotMaker,
): readonly Detail[] {
  const all = families.map((family: Family) => ({ family, fields: fieldsFor(family, lookups) }));
  const chosen = OPTIONS.filter((option) =>
    option === "context" ? CONTEXT.some((name) => lookups.includes(name)) : options[option] === true
  );
  if (chosen.length === 0) return [];
  const fields = all.flatMap(({ fields }) => fields).filter(({ key, type, path }) =>
    type !== "object" && key.name !== "" && !SHOWN.includes(path) && !(path === TYPE && showsType(families)) &&
    [null, key].includes(outerList(key))
  );
  const paths = new Set<string>();
  return OPTIONS.flatMap((group) => {
    const isShown = ({ key, path }: Field) => {
      const [first, ...others] = optionsOf(key);
      return first === group && [first, ...others].some((option) => chosen.includes(option)) && !paths.has(path) &&
        paths.add(path);
    };
    return fields.filter(isShown).map(({ key, path, unit }) => ({
      slot: slots.of(path, keysOf(all, path)),
      label: prepareText(shortName(key, all)),
      unit: prepareText(UNITS[unit] ?? ""),
      alarming: isAlarming(key),
      repeats: path.startsWith("meminfo.") ? slots.of(MEMORY, keysOf(all, MEMORY)) : slot.NO_SLOT,
      isUnit: path === UNIT,
      usual: path === "tcp_info.ca_state_name" ? "open" : null,
    }));
  });
}

/**
 * Whether a value has no information: zero, false, the kernel's "no value" and its largest number, an empty text or
 * list, a word such as `off`.
 */
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
      return low[value] === high[value] && (low[value] === 0 || low[value] === -1);
    case slot.IDENTIFIER:
      return low[value] === 0 && high[value] === 0;
    case slot.TEXT:
    case slot.HEX:
    case JSON_TEXT:
      return low[value] === high[value];
    case slot.WORD:
      return NOTHING_WORDS.includes(words[value]!.text);
    default:
      return false;
  }
}

/**
 * Appends the details with information, separated by blanks.
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
    const { slot: value, label, unit, alarming, repeats, usual, isUnit } = details[i]!;
    if (isNothing(slots, value) || repeats !== slot.NO_SLOT && kinds[repeats] !== slot.EMPTY) continue;
    if (usual !== null && kinds[value] === slot.WORD && slots.words[value]!.text === usual) continue;
    if (out.at > start) put(out, BLANK);
    if (alarming && alarm.before !== null) {
      put(out, alarm.before);
      // Other values are measured like text.
      wide = true;
    }
    put(out, label);
    put(out, COLON);
    if (isUnit) wide = putUnit(out, texts.bytes, low[value]!, high[value]!, 32) || wide;
    else if (kinds[value] === slot.TEXT) wide = putDisplayText(out, texts.bytes, low[value]!, high[value]!, 32) || wide;
    else if (kinds[value] === JSON_TEXT) wide = putJson(out, texts.bytes, low[value]!, high[value]!) || wide;
    else {
      putValue(out, slots, value);
      put(out, unit);
    }
    if (alarming && alarm.behind !== null) put(out, alarm.behind);
  }
  return wide;
}

/** Compact JSON, which is safe for a terminal. */
export function putJson(out: OutputBuffer, bytes: Uint8Array, start: number, end: number): boolean {
  out.reserve(end - start);
  let wide = false;
  for (let i = start; i < end; i++) {
    if (bytes[i]! > 0x7f) wide = true;
    out.bytes[out.at++] = bytes[i]!;
  }
  return wide;
}
