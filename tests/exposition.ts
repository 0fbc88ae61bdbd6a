/**
 * Reads metrics strictly: the text of Prometheus (0.0.4) and OpenMetrics 1.0, by the rules of their specifications.
 */
import { assert, assertEquals } from "@std/assert";

/** One line with a number. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The number as it is written. */
  readonly value: string;
}

/** A metric and its lines. */
export interface Family {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

interface Opened extends Family {
  samples: Sample[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\n]|\\\\["\\\\n])*"';
const NUMBER = "[-+]?(?:[0-9]+(?:\\.[0-9]+)?(?:e[-+]?[0-9]+)?|Inf|NaN)";
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (${NUMBER})$`);
const COMMENT = new RegExp(`^# (HELP|TYPE|UNIT) (${NAME}) (.*)$`);

/** Endings of the names of lines, by type. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  gauge: [""],
  counter: ["_total"],
  info: ["_info"],
  histogram: ["_bucket", "_sum", "_count"],
  gaugehistogram: ["_bucket", "_gsum", "_gcount"],
};

/** The families of a text, by name. */
export function parseMetrics(text: string, open: boolean): ReadonlyMap<string, Family> {
  assert(text.endsWith("\n") && !text.includes("\n\n"), "lines");
  const lines = text.slice(0, -1).split("\n");
  if (open) assertEquals(lines.pop(), "# EOF");
  const families = new Map<string, Opened>();
  const seen = new Set<string>();
  let family: Opened | undefined;
  for (const line of lines) {
    if (line.startsWith("#")) {
      const [, word, name = "", rest = ""] = COMMENT.exec(line) ?? [];
      assert(word !== undefined, line);
      if (family?.name !== name) {
        assert(!families.has(name), `${name} is in two places`);
        families.set(name, family = { name, type: "", unit: "", help: "", samples: [] });
      }
      assertEquals(family.samples, [], line);
      const part = word.toLowerCase() as "help" | "type" | "unit";
      assertEquals(family[part], "", `${line}: twice`);
      Object.assign(family, { [part]: rest });
    } else {
      const [, name = "", labels = "", value = ""] = SAMPLE.exec(line) ?? [];
      assert(name !== "", line);
      assert(family !== undefined, line);
      const sample = { name, labels: parseLabels(labels), value };
      const identity = JSON.stringify([name, Object.entries(sample.labels).sort()]);
      assert(!seen.has(identity), `${line}: twice`);
      seen.add(identity);
      family.samples.push(sample);
    }
  }
  for (const one of families.values()) checkFamily(one, open);
  return families;
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, name = "", value = ""] of text.matchAll(/([a-zA-Z0-9_]+)="((?:[^"\\]|\\.)*)"/g)) {
    assert(!Object.hasOwn(labels, name) && !name.startsWith("__"), text);
    labels[name] = value.replaceAll(/\\(.)/g, (_, escaped) => escaped === "n" ? "\n" : escaped);
  }
  return labels;
}

function checkFamily({ name, type, unit, help, samples }: Family, open: boolean): void {
  assert(help !== "" && samples.length > 0, name);
  assert(open ? type !== "histogram" : !["info", "gaugehistogram"].includes(type), `${name}: ${type}`);
  if (open) assert(!/_(total|info)$/.test(name), name);
  assert(unit === "" || open && name.endsWith(`_${unit}`), `${name}: ${unit}`);
  // In the text of Prometheus a counter has the name of its series.
  const bare = open || type !== "counter" ? name : name.replace(/_total$/, "");
  const endings = ENDINGS[type];
  assert(endings !== undefined, `${name}: ${type}`);
  for (const sample of samples) {
    assert(endings.some((ending) => sample.name === bare + ending), `${sample.name} in ${name}`);
    if (type === "counter") assert(Number(sample.value) >= 0, sample.name);
  }
  if (type.endsWith("histogram")) checkHistograms(samples, bare, type === "histogram" ? "" : "g");
}

/** Each histogram has buckets that grow, the last one without a bound, a sum, and the number of all. */
function checkHistograms(samples: readonly Sample[], name: string, prefix: string): void {
  const byLabels = Map.groupBy(samples, ({ labels: { le: _, ...rest } }) => JSON.stringify(rest));
  for (const [labels, all] of byLabels) {
    const buckets = all.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => Number(labels["le"]!.replace("+Inf", "Infinity")));
    assertEquals(bounds, bounds.toSorted((a, b) => a - b), labels);
    assertEquals(bounds.at(-1), Infinity, labels);
    const counts = buckets.map(({ value }) => Number(value));
    assertEquals(counts, counts.toSorted((a, b) => a - b), labels);
    const count = all.find((sample) => sample.name === `${name}_${prefix}count`);
    assertEquals(count?.value, buckets.at(-1)?.value, labels);
    assert(all.some((sample) => sample.name === `${name}_${prefix}sum`), labels);
  }
}

/** The number of a series; `undefined` if there is none with exactly these labels. */
export function valueOf(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const wanted = JSON.stringify(Object.entries(labels).sort());
  const found = [...families.values()].flatMap(({ samples }) => samples).find((sample) =>
    sample.name === name && JSON.stringify(Object.entries(sample.labels).sort()) === wanted
  );
  return found === undefined ? undefined : Number(found.value);
}
