/**
 * The version of the program (from `deno.json`) and how it was built.
 */
import built from "../built.json" with { type: "json" };
import config from "../deno.json" with { type: "json" };
import type { Write } from "../formats/text/output_buffer.ts";
import type { CommandOf } from "./action.ts";
import { DONE } from "./exit_status.ts";
import { jsonText, printText } from "./print.ts";

/** Prints the version. */
export function printVersion({ json, compact }: CommandOf<"version">, print: Write): number {
  printText(json ? jsonText(buildOf(), compact) : `${versionText()}\n`, print);
  return DONE;
}

/** Version of the program. */
export const version: string = config.version;

/** What `--version --json` prints. */
export interface Build {
  readonly version: string;
  /** The commit it was built from, with `+` if files were modified; absent when run from source. */
  readonly commit?: string;
  /** Day of that commit, `2026-11-25`. */
  readonly date?: string;
  /** Version and target of the Deno that runs it. */
  readonly deno: string;
  readonly target: string;
  readonly how: "source" | "packed" | "compiled";
}

/** How this program was built. */
export function buildOf(): Build {
  // As build/stage.ts writes it.
  const { how, ...known } = built as Pick<Build, "how" | "commit" | "date">;
  return { version, ...known, deno: Deno.version.deno, target: Deno.build.target, how };
}

/** What `--version` prints, without the line break. */
export function versionText(): string {
  const { commit, date, deno, target, how } = buildOf();
  const origin = [...commit === undefined ? [] : [`commit ${commit}`], ...date === undefined ? [] : [`of ${date}`]];
  return `ss2 ${version} (${[origin.join(" "), how, `deno ${deno}`, target].filter((part) => part !== "").join(", ")})`;
}
