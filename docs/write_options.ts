/**
 * `deno task options`: writes `docs/options.md`, the reference of options, from their table.
 */
import { shownLong } from "../options/option.ts";
import { options } from "../options/option_table.ts";

/** The whole document. */
export function optionsDocument(): string {
  const lines = [
    "# Options",
    "",
    "This file is written by `deno task options`; `ss2 --help` says the same.",
    "",
    "Short options can be bundled (`-ta4`), long ones cut short (`--list`): what `ss` takes for one of its options means",
    "that. Options of `ss` mean what they mean there, and are accepted with every format. An option that would make no",
    "difference is an error, unless `ss` has it.",
  ];
  let group = "";
  for (const option of options) {
    if (option.group !== group) lines.push("", `## ${option.group}`, "", "| option | |", "| --- | --- |");
    group = option.group;
    const short = option.short === undefined ? "" : `\`-${option.short}\`, `;
    lines.push(`| ${short}\`${shownLong(option)}\` | ${option.help.replaceAll("|", "\\|")} |`);
  }
  return lines.join("\n") + "\n";
}

if (import.meta.main) {
  Deno.writeTextFileSync(decodeURIComponent(new URL("options.md", import.meta.url).pathname), optionsDocument());
}
