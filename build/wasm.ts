/**
 * `deno task wasm`: compiles `formats/structure/put_structure.as` to WebAssembly and writes the result to
 * `formats/structure/put_structure_wasm.ts`.
 */
import asc from "./packages/assemblyscript.ts";
import { BuildError, projectDirectory, runBuild } from "./stage.ts";

const SOURCE = `${projectDirectory}formats/structure/put_structure.as`;
const RESULT = `${projectDirectory}formats/structure/put_structure_wasm.ts`;

/** The text of `formats/structure/put_structure_wasm.ts`. */
export async function wasmModule(): Promise<string> {
  const source = Deno.readTextFileSync(SOURCE);
  let binary = new Uint8Array(0);
  const { error, stderr } = await asc.main(
    [
      "put_structure.ts",
      "--outFile",
      "put_structure.wasm",
      "-O3",
      "--converge",
      "--runtime",
      "stub",
      "--importMemory",
      "--noAssert",
    ],
    {
      readFile: (name) => name === "put_structure.ts" ? source : null,
      writeFile: (_name, contents) => {
        binary = contents as typeof binary;
      },
      listFiles: () => [],
    },
  );
  if (error !== null) throw new BuildError(`cannot compile ${SOURCE}:\n${stderr}`);
  return `/** What \`deno task wasm\` makes of \`put_structure.as\`, in base64. */
export const wasm =
  "${binary.toBase64()}";
`;
}

if (import.meta.main) {
  await runBuild(async () => Deno.writeTextFileSync(RESULT, await wasmModule()));
}
