/**
 * Judges rules over sums: those of `--summary`, in one look or two.
 */
import type { Family } from "../../decode/families/family.ts";
import type { FieldObject, FieldValue, FlowObject } from "../../decode/record/object_sink.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import type { Field } from "../../decode/reference/fields.ts";
import { parseIPv4, parseIPv6 } from "../filter/hosts.ts";
import { valueAt } from "../socket_pairs.ts";
import { namespaceDocument, type NamespaceSummary, nest, type Summary, summaryLines } from "../summary/summary.ts";
import type { CompiledRule } from "./compile_rules.ts";
import type { FoundSocket } from "./found_socket.ts";
import { answer, type CheckResult } from "./judge.ts";
import { statesOf, sumFields } from "./sums_family.ts";

/** The sums at one time. */
export interface SumsLook {
  readonly summary: Summary;
  /** What is missing; `null` if nothing is. */
  readonly obstacle: string | null;
  /** Milliseconds; never goes back. */
  readonly time: number;
}

/**
 * The results of rules over sums. Limits of the machine are known only in the initial namespace: elsewhere built-in rules about
 * them are left out.
 *
 * @param later for rules that compare rates; `null` without any
 * @param families those whose sockets were counted
 */
export function judgeSums(
  rules: readonly CompiledRule[],
  first: SumsLook,
  later: SumsLook | null,
  families: readonly Family[],
): readonly CheckResult[] {
  const places = placesOf(first, later, families);
  const obstacle = first.obstacle ?? later?.obstacle ?? null;
  return rules.flatMap((compiled) => {
    const { rule, builtIn } = compiled;
    const missing = pathsOf(compiled).find((path) =>
      places.every(({ document }) => valueAt(document, path) === undefined)
    );
    if (missing !== undefined && obstacle === null && builtIn) return [];
    const reason = obstacle ?? (missing === undefined ? null : `this kernel, or namespace, does not tell ${missing}`);
    const sockets = places.flatMap((place) => foundAt(compiled, place));
    const count = sockets.length;
    return [{ rule, result: answer(rule, count, reason !== null), reason, count, sockets }];
  });
}

/** The sums of one namespace, together with those of the machine. */
interface Place {
  readonly namespace: NamespaceSummary;
  readonly document: FieldObject;
  readonly first: boolean;
}

/** The paths without which a rule cannot be judged: not those of lists, in which there may be nothing. */
const pathsOf = ({ rule: { share }, paths }: CompiledRule): readonly string[] =>
  [...paths, ...share === undefined ? [] : [share.part, share.whole]].filter((path) => !isOfList(path));

const isOfList = (path: string): boolean => /^tcp\.(accept_queues|ephemeral_ports)(\.|$)/.test(path);

function placesOf(first: SumsLook, later: SumsLook | null, families: readonly Family[]): readonly Place[] {
  const { summary: { namespaces, host } } = later ?? first;
  return namespaces.map((namespace, i) => {
    const document = namespaceDocument(namespace);
    const before = first.summary.namespaces.find(({ netns }) => netns?.inode === namespace.netns?.inode);
    const rates = later === null || before === undefined ? {} : ratesOf(before, namespace, later.time - first.time);
    fillStates(document, families);
    addPortRange(document);
    return { namespace, document: { ...document, host: nest(host), rates }, first: i === 0 };
  });
}

/** Sets states that no socket is in to 0. */
function fillStates(document: FieldObject, families: readonly Family[]): void {
  const counted = (document["sockets"] as FieldObject | undefined)?.["by_protocol"] as FieldObject | undefined;
  for (const family of families) {
    if (counted?.[family.name] === undefined) continue;
    const group = (document[family.name.toLowerCase()] ??= {}) as FieldObject;
    const states = (group["states"] ??= {}) as FieldObject;
    for (const state of statesOf(family)) states[state] ??= 0n;
  }
}

function addPortRange(document: FieldObject): void {
  const limits = document["limits"] as FieldObject | undefined;
  const { first_ephemeral_port: first, last_ephemeral_port: last } = limits ?? {};
  if (typeof first === "bigint" && typeof last === "bigint") limits!["ephemeral_ports"] = last - first + 1n;
}

/** What the counters of a namespace counted per second. */
function ratesOf(before: NamespaceSummary, after: NamespaceSummary, milliseconds: number): FieldObject {
  if (milliseconds <= 0) return {};
  return nest(
    after.sums.filter(({ kind }) => kind === "counter").flatMap(({ group, name, value }) => {
      const old = before.sums.find((sum) => sum.group === group && sum.name === name);
      if (old === undefined || old.value > value) return [];
      return [{ group, name, value: Math.round(1_000_000 * Number(value - old.value) / milliseconds) / 1000 }];
    }),
  );
}

/** What a rule finds in a namespace; sums of the machine are the same in all. */
function foundAt({ rule, filter, paths, sums }: CompiledRule, { namespace, document, first }: Place): FoundSocket[] {
  const { share } = rule;
  const named = [...paths, ...share === undefined ? [] : [share.part]];
  if (!first && named.every((path) => path.startsWith("host."))) return [];
  const predicate = filter.of(sums!).openWholePredicate();
  predicate?.openRecord();
  push(predicate, sumFields(sums!), document);
  if (predicate?.passes() !== true) return [];
  const evidence = Object.fromEntries(paths.flatMap((path) => {
    const value = valueAt(document, path);
    return value === undefined ? [] : [[path, value]];
  }));
  if (share === undefined) return [{ socket: placeOf(namespace, paths[0] ?? rule.name), evidence }];
  const whole = valueAt(document, share.whole);
  if (typeof whole !== "bigint" || whole === 0n) return [];
  return linesAt(namespace, document, share.part).filter(({ value }) =>
    100 * Number(value) > share.percent * Number(whole)
  ).map(({ text, value }) => ({
    socket: placeOf(namespace, text),
    evidence: { ...evidence, [share.part]: value, [share.whole]: whole },
  }));
}

/** The numbers at a path: for a list one for each element, with the text of what it is a number of. */
function linesAt(namespace: NamespaceSummary, document: FieldObject, path: string) {
  const value = valueAt(document, path);
  if (!isOfList(path)) return value === undefined ? [] : [{ text: spaced(path), value }];
  return [...summaryLines({ namespaces: [namespace], host: [] })].filter(({ group }) => group === path).map(
    ({ group, name, value }) => ({ text: `${group} ${name}`, value: value as FieldValue }),
  );
}

/** `tcp.states time-wait`. */
const spaced = (path: string): string => path.replace(/\.([^.]*)$/, " $1");

function placeOf({ netns }: NamespaceSummary, sum: string): FlowObject {
  const socket: FlowObject = { protocol: "TCP", sum };
  if (netns !== null) socket["netns"] = { ...netns };
  return socket;
}

/** Pushes the members of an object. */
function push(sink: RecordSink | null, fields: readonly Field[], object: FieldObject): void {
  if (sink === null) return;
  for (const { key, type, children } of fields) {
    const value = object[key.name];
    if (value === undefined || value === null) continue;
    if (type === "object") {
      sink.openObject(key);
      push(sink, children, value as FieldObject);
      sink.closeObject(key);
    } else if (type === "list") {
      sink.openList(key);
      for (const element of value as readonly FieldObject[]) push(sink, children[0]!.children, element);
      sink.closeList(key);
    } else pushValue(sink, key, type, value);
  }
}

function pushValue(sink: RecordSink, key: Field["key"], type: Field["type"], value: FieldValue): void {
  switch (type) {
    case "integer64": {
      const exact = BigInt(value as bigint | number);
      return sink.integer64(key, Number(BigInt.asIntN(32, exact)), Number(BigInt.asIntN(32, exact >> 32n)));
    }
    case "integer":
      return sink.integer(key, Number(value));
    case "decimal":
      return sink.thousandths(key, Math.round(1000 * Number(value)));
    case "boolean":
      return sink.boolean(key, value === true);
    case "address": {
      const text = String(value);
      const bytes = text.includes(":") ? parseIPv6(text) : parseIPv4(text);
      if (bytes !== null) sink.address(key, bytes.length === 16, bytes, 0);
    }
  }
}
