/**
 * The registry of actions, one line each. The code of an action is loaded on demand.
 */
import type { Action, ActionName } from "./action.ts";

/** All actions, by the name in the command. */
export const actions: { readonly [Name in ActionName]: () => Promise<Action<Name>> } = {
  help: async () => (await import("./help.ts")).printHelp,
  version: async () => (await import("./version.ts")).printVersion,
  doctor: async () => (await import("./doctor.ts")).printFindings,
  completion: async () => (await import("./completion.ts")).printCompletion,
  man: async () => (await import("./manual.ts")).printManual,
  licenses: async () => (await import("./licenses.ts")).printLicenses,
  fields: async () => (await import("./fields.ts")).printFields,
  columns: async () => (await import("./columns.ts")).printColumns,
  schema: async () => (await import("./schema.ts")).printSchema,
  "explain-sums": async () => (await import("./explain_sums.ts")).explainSums,
  explain: async () => (await import("./explain.ts")).explain,
  allow: async () => (await import("./allow.ts")).listNotAllowed,
  check: async () => (await import("./check.ts")).check,
  summary: async () => (await import("./print_summary.ts")).printSummary,
  pyroute2: async () => (await import("./pyroute2.ts")).listAsPython,
  metrics: async () => (await import("./metrics.ts")).printMetrics,
  serve: async () => (await import("./serve.ts")).serve,
  leaks: async () => (await import("./leaks.ts")).findLeaks,
  kill: async () => (await import("./kill.ts")).kill,
  events: async () => (await import("./events.ts")).printEvents,
  watch: async () => (await import("./watch.ts")).watch,
  wait: async () => (await import("./wait.ts")).waitForIt,
  diff: async () => (await import("./diff.ts")).printDiff,
  report: async () => (await import("./report.ts")).printReport,
  dump: async () => (await import("./list.ts")).list,
};
