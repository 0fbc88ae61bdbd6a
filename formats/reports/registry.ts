/**
 * The registry of reports, which a check writes in addition to its output.
 */
import type { CheckResult } from "../../query/checks/judge.ts";

export const reportNames = ["junit", "github", "markdown"] as const;
export type ReportName = typeof reportNames[number];

/** Writes a report. */
export type WriteReport = (results: readonly CheckResult[]) => string;

export const reports: { readonly [Name in ReportName]: () => Promise<WriteReport> } = {
  junit: async () => (await import("./junit.ts")).junitReport,
  github: async () => (await import("./github.ts")).githubReport,
  markdown: async () => (await import("./markdown.ts")).markdownReport,
};
