/** The table of docs/kernels.md: values compared and equal, for each kernel and family. */
import type { Comparison } from "./judge/truth.ts";
import type { Kernel } from "./kernels.ts";

export interface Result {
  readonly kernel: Kernel;
  /** What `uname -r` says. */
  readonly release: string;
  readonly comparisons: ReadonlyMap<string, Comparison>;
}

const BEGIN = "<!-- table of deno task test:kernels --write -->";
const END = "<!-- end of the table -->";

function cell({ kernel, comparisons }: Result, protocol: string): string {
  const found = comparisons.get(protocol);
  if (found !== undefined) return `${found.equal} of ${found.compared}`;
  return kernel.missing.includes(protocol) ? "not in this kernel" : "no diagnostics";
}

/** Puts the table in its place in the file. */
export function writeTable(path: string, results: readonly Result[]): void {
  const protocols = [...new Set(results.flatMap(({ comparisons }) => [...comparisons.keys()]))];
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const lines = [
    row(["family", ...results.map(({ kernel, release }) => `${release}, ${kernel.architecture}`)]),
    row(["---", ...results.map(() => "---")]),
    ...protocols.map((protocol) => row([protocol, ...results.map((result) => cell(result, protocol))])),
    row([
      "all",
      ...results.map(({ comparisons }) => {
        const sum = (of: (comparison: Comparison) => number) =>
          [...comparisons.values()].reduce((a, b) => a + of(b), 0);
        return `${sum(({ equal }) => equal)} of ${sum(({ compared }) => compared)}`;
      }),
    ]),
  ];
  const text = Deno.readTextFileSync(path);
  const [start, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${path} has no place for the table`);
  Deno.writeTextFileSync(path, `${text.slice(0, start + BEGIN.length)}\n\n${lines.join("\n")}\n\n${text.slice(end)}`);
  new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", path] }).outputSync();
}
