/**
 * The list of output formats: one entry each. The code of a format is loaded on demand.
 */
import type { FormatEntry } from "./format.ts";

const columns: FormatEntry["honours"] = ["extended", "cgroup", "info", "memory", "timers"];

const spreadsheets: FormatEntry["honours"] = ["noHeader", "units", "excel", "decimal", "rawText", "explode"];

/** All formats; the first is the default. */
export const formats: readonly FormatEntry[] = [
  {
    name: "json",
    honours: ["compact", "meta"],
    help: "one document, a list of flows for each protocol",
    load: async () => (await import("./json/json.ts")).openJson,
  },
  {
    name: "ndjson",
    honours: ["meta"],
    flat: true,
    help: "one JSON object per line for each flow",
    load: async () => (await import("./json/ndjson.ts")).openNdjson,
  },
  {
    name: "yaml",
    honours: ["meta"],
    help: "the document of json as YAML (1.1 and 1.2)",
    load: async () => (await import("./yaml.ts")).openYaml,
  },
  {
    name: "csv",
    honours: ["delimiter", ...spreadsheets],
    flat: true,
    rows: true,
    help: "one row for each flow, commas between cells (RFC 4180)",
    load: async () => (await import("./csv/csv.ts")).openCsv,
  },
  {
    name: "tsv",
    honours: spreadsheets,
    flat: true,
    rows: true,
    help: "csv with tabs between cells",
    load: async () => (await import("./csv/tsv.ts")).openTsv,
  },
  {
    name: "table",
    flat: true,
    rows: true,
    honours: ["noHeader", "units", "noQueues", "numeric", "plain", "color", "wide", "width", ...columns],
    help: "columns for people, one line for each flow",
    load: async () => (await import("./table/table.ts")).openTable,
    loadFields: async () => (await import("./table/table_columns.ts")).shownInTable,
  },
  {
    name: "html",
    flat: true,
    rows: true,
    report: true,
    honours: [],
    help: "a page with pictures, findings and a table, for a browser",
    load: async () => (await import("./html/html.ts")).openHtml,
    loadFields: async () => (await import("./html/page_columns.ts")).shownInPage,
  },
];

/** Formats that print metrics of all sockets, not sockets (`formats/metrics.ts`). */
export const metricFormats = [
  { name: "prometheus", help: "metrics of all sockets, for Prometheus and node_exporter (text 0.0.4)" },
  { name: "openmetrics", help: "the same metrics as OpenMetrics 1.0" },
] as const;

/** Names of these formats. */
export type MetricFormat = typeof metricFormats[number]["name"];
