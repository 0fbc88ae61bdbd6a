/**
 * Reads a listing that this program has printed as JSON, NDJSON or YAML. The text comes from outside.
 */
import { families } from "../../decode/families/registry.ts";
import { escapeControls, quote } from "../../decode/text/control_characters.ts";
import type { FieldObject, FlowObject } from "../../decode/record/object_sink.ts";
import type { MetaEnd, MetaStart } from "../json/meta.ts";
import { META } from "../json/meta.ts";
import type { Listing } from "./compare_listings.ts";
import { isObject, isShallow, ListingError, parseSavedJson, type Saved } from "./saved_json.ts";

/** A listing. */
export interface SavedListing {
  readonly flows: readonly FlowObject[];
  /** What `--meta` added; `null` without it. */
  readonly meta: SavedMeta | null;
  /** The protocols that were listed, with sockets or without; `null` for lines, which do not tell. */
  readonly protocols: readonly string[] | null;
}

export type SavedMeta = MetaStart & MetaEnd;

const PCAP = [0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0x0a0d0d0a];

/** Whether a file is a recording (pcap or pcapng) by its first bytes. */
export const isRecording = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && PCAP.includes(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));

/**
 * Reads one side of a comparison.
 *
 * @param name what it is called in messages
 * @throws {ListingError} if the text is no listing, or is cut short
 */
export async function readListing(name: string, bytes: Uint8Array): Promise<Listing> {
  const { flows, meta, protocols } = await parseListing(bytes).catch((error) => {
    throw error instanceof ListingError ? new ListingError(`cannot read the listing ${name}: ${error.message}`) : error;
  });
  const warnings = meta === null || meta.complete ? [] : meta.warnings.length > 0 ? meta.warnings : ["it says so"];
  const listing = { name, flows, meta, recorded: false, warnings: warnings.map(escapeControls) };
  return protocols === null ? listing : { ...listing, protocols };
}

/**
 * Reads a listing.
 *
 * @throws {ListingError} if the text is none, or is cut short
 */
export async function parseListing(bytes: Uint8Array): Promise<SavedListing> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ListingError("it is not UTF-8");
  }
  const start = text.trimStart();
  if (start === "") throw new ListingError("it is empty: an empty listing has --meta");
  if (start.startsWith("{")) return readJson(start);
  if (!/^("?[A-Za-z_]\w*"?):/.test(start)) {
    throw new ListingError("it is neither a listing of ss2 (JSON, NDJSON, YAML) nor a recording");
  }
  const { parseSavedYaml } = await import("./saved_yaml.ts");
  const listing = readDocument(parseSavedYaml(text));
  if (listing.meta === null) {
    throw new ListingError("YAML without meta (--meta) does not show whether it was cut short");
  }
  return listing;
}

/** JSON or NDJSON; which one shows in the first line. */
function readJson(text: string): SavedListing {
  const line = text.slice(0, Math.max(text.indexOf("\n"), 0)) || text;
  if (!line.trimEnd().endsWith("}")) return readDocument(parseSavedJson(text));
  const first = inLine(1, () => parseSavedJson(line));
  const isRecord = isObject(first) && (Object.hasOwn(first, "protocol") || Object.keys(first).join() === META);
  return isRecord ? readLines(text) : readDocument(line.length < text.trimEnd().length ? parseSavedJson(text) : first);
}

/** NDJSON: a socket a line; with `--meta` another line before them and behind them. */
function readLines(text: string): SavedListing {
  const flows: FlowObject[] = [];
  const metas: FieldObject[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const value = inLine(i + 1, () => parseSavedJson(line));
    if (!isObject(value)) throw new ListingError(`line ${i + 1} is no object`);
    if (Object.hasOwn(value, META)) metas.push(asObject(value[META]!, META));
    else flows.push(asFlow(value, value["protocol"]));
  }
  return { flows, meta: metas.length === 0 ? null : readMeta(Object.assign({}, ...metas), flows), protocols: null };
}

function inLine<T>(number: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ListingError ? new ListingError(`line ${number}: ${error.message}`) : error;
  }
}

/** JSON and YAML: an object with a member for each protocol. */
function readDocument(document: Saved): SavedListing {
  const flows: FlowObject[] = [];
  const members = asObject(document, "it");
  const protocols: string[] = [];
  for (const [name, member] of Object.entries(members)) {
    if (name === META) continue;
    if (name === "counts") throw new ListingError("it has counts in place of sockets");
    const list = asObject(member, name)["flows"];
    if (!names.includes(name)) throw new ListingError(`${quote(name)} is no protocol`);
    protocols.push(name);
    if (!Array.isArray(list)) throw new ListingError(`${quote(name)} has no list of flows`);
    for (const flow of list) flows.push(asFlow(asObject(flow, "a flow"), name));
  }
  const meta = members[META];
  return { flows, meta: meta === undefined ? null : readMeta(asObject(meta, META), flows), protocols };
}

function asObject(value: Saved, name: string): FieldObject {
  if (isObject(value)) return value;
  throw new ListingError(`${escapeControls(name)} is no object`);
}

const names = families.map(({ name }) => name);

/** A socket with its protocol in front. */
function asFlow(flow: FieldObject, protocol: Saved | undefined): FlowObject {
  if (typeof protocol !== "string" || !names.includes(protocol)) {
    throw new ListingError(
      typeof protocol === "string" ? `${quote(protocol)} is no protocol` : "a flow has no protocol",
    );
  }
  if (!isShallow(flow)) throw new ListingError("too many objects inside each other");
  return { protocol, ...flow };
}

function readMeta(meta: FieldObject, flows: readonly FlowObject[]): SavedMeta {
  const { options, sockets, complete, warnings } = meta;
  const isTexts = (value: Saved | undefined) => Array.isArray(value) && value.every((item) => typeof item === "string");
  if (sockets === undefined || complete === undefined) {
    throw new ListingError("it is cut short: the end of meta is missing");
  }
  if (!isTexts(options) || !isTexts(warnings) || typeof complete !== "boolean") {
    throw new ListingError("its meta is malformed");
  }
  if (sockets !== flows.length) {
    throw new ListingError(`it has ${flows.length} sockets and its meta says otherwise`);
  }
  return meta as unknown as SavedMeta;
}
