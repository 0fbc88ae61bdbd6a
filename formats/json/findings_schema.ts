/**
 * The JSON Schema of what `--check` prints.
 */
import { overs, severities } from "../../query/checks/rule.ts";
import type { Schema } from "./json_schema.ts";

const count: Schema = { type: "integer", minimum: 0 };
const text = (description: string): Schema => ({ description, type: "string" });
const number = (description: string): Schema => ({ description, ...count });

const object = (properties: Schema, required: readonly string[] = Object.keys(properties)): Schema => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

const owners: Schema = {
  description: "The processes that hold it.",
  type: "array",
  items: object({ pid: count, comm: { type: "string" }, comm_hex: { type: "string" } }, ["pid"]),
};

/** What identifies a socket, a unit or a sum. */
const identity: Schema = {
  protocol: text("The protocol, as in a listing."),
  family: text("Address family."),
  state: text("State."),
  src: { type: ["string", "null"], description: "Local address." },
  src_port: { type: ["integer", "null"], description: "Local port." },
  dst: { type: ["string", "null"], description: "Remote address." },
  dst_port: { type: ["integer", "null"], description: "Remote port." },
  path_name: { type: ["string", "null"], description: "Path of a UNIX socket." },
  inode: number("Inode."),
  cookie: text("Cookie."),
  netns: {
    description: "The network namespace (-N).",
    ...object({
      inode: count,
      name: { type: "string" },
      name_hex: { type: "string" },
      cookie: { type: "string" },
    }, ["inode"]),
  },
  owners,
  listener_owners: { ...owners, description: "The processes that hold its listener." },
  unit: text("The systemd unit, of rules over units."),
  comm: text("The name of the process, of rules over units."),
  sum: text("The sum, of rules over sums."),
};

const found: Schema = object({
  ...identity,
  evidence: { description: "The values that the rule compares, by path.", type: "object" },
}, ["protocol", "evidence"]);

const check: Schema = object({
  rule: text("Name of the rule."),
  severity: { description: "How bad it is.", enum: severities },
  result: { description: "Whether the rule holds.", enum: ["holds", "fails", "unknown"] },
  count: number("Number of sockets found, or of addresses, units, namespaces."),
  expect: { description: "The expected number.", anyOf: [{ enum: ["none", "some"] }, count] },
  message: text("What is wrong."),
  why: text("Why that matters."),
  remedy: text("What to do about it."),
  filter: text("The filter of the rule."),
  over: { description: "What is counted.", enum: overs },
  reason: text("What could not be seen."),
  sockets: { description: "What was found.", type: "array", items: found },
}, ["rule", "severity", "result", "count", "expect", "message", "why", "remedy", "filter", "over", "sockets"]);

/** The schema of the whole document (`json`), or of each line (`ndjson`). */
export function findingsSchema(format: "json" | "ndjson"): Schema {
  const dialect = { $schema: "https://json-schema.org/draft/2020-12/schema" };
  if (format === "ndjson") return { ...dialect, title: "A line of ss2 --check --format ndjson", ...check };
  return {
    ...dialect,
    title: "The document of ss2 --check --json",
    ...object({
      checks: { description: "The results of the rules.", type: "array", items: check },
      complete: { description: "Whether everything could be seen.", type: "boolean" },
      warnings: { description: "What is missing.", type: "array", items: { type: "string" } },
    }),
  };
}
