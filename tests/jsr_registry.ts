/**
 * A JSR registry that serves the packages in `links`, to test a copy of the project without them.
 */
import { createHash } from "node:crypto";
import { projectDirectory } from "../build/stage.ts";

interface Package {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly imports?: Readonly<Record<string, string>>;
}

/** Starts it on a free port. `deno.json` names the packages. */
export function serveLinks(links: readonly string[]): { readonly url: string; stop(): Promise<void> } {
  const answers = new Map<string, string>();
  for (const link of links) {
    const directory = new URL(`${link}/`, `file://${projectDirectory}`);
    const read = (name: string) => Deno.readTextFileSync(new URL(name, directory));
    const { name, version, exports, imports = {} }: Package = JSON.parse(read("deno.json"));
    const [scope, short] = name.slice(1).split("/");
    answers.set(
      `/${name}/meta.json`,
      JSON.stringify({ scope, name: short, latest: version, versions: { [version]: {} } }),
    );
    const manifest: Record<string, { size: number; checksum: string }> = {};
    for (const file of new Set(Object.values(exports))) {
      // A published package has no names of its own for others.
      const text = Object.entries(imports).reduce(
        (text, [own, real]) => text.replaceAll(`"${own}"`, `"${real}"`),
        read(file),
      );
      const checksum = `sha256-${createHash("sha256").update(text).digest("hex")}`;
      manifest[file.slice(1)] = { size: new TextEncoder().encode(text).length, checksum };
      answers.set(`/${name}/${version}${file.slice(1)}`, text);
    }
    answers.set(`/${name}/${version}_meta.json`, JSON.stringify({ manifest, exports }));
  }
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, ({ url }) => {
    const path = new URL(url).pathname;
    const text = answers.get(path);
    const type = path.endsWith(".json") ? "application/json" : "application/typescript";
    return text === undefined
      ? new Response(null, { status: 404 })
      : new Response(text, { headers: { "content-type": type } });
  });
  return { url: `http://127.0.0.1:${server.addr.port}/`, stop: () => server.shutdown() };
}
