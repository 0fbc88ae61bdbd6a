/**
 * `deno task pack`: builds `dist/ss2`. It is one file: a shell header (`header.sh`), then the program's scripts and the
 * Deno that runs this build, compressed. With `--target` it contains the same version of Deno for that kind of machine,
 * from npm. The same commit and the same Deno give the same bytes.
 */
import { parseArgs } from "@std/cli/parse-args";
import { createHash } from "node:crypto";
import { constants, gzipSync } from "node:zlib";
import config from "../deno.json" with { type: "json" };
import { bundle, FIRST_SCRIPT, type Script } from "./bundle.ts";
import { denoFor } from "./deno_for.ts";
import { probe } from "./probe.ts";
import { BuildError, distDirectory, runBuild, v8Flags } from "./stage.ts";

const HEADER = new URL("header.sh", import.meta.url);

/** The newest version of glibc that a program requires. */
export function neededGlibc(program: Uint8Array): string {
  const versions = new TextDecoder("latin1").decode(program).matchAll(/GLIBC_(\d+)\.(\d+)\0/g);
  const [newest] = [...versions].map(([, major, minor]) => [Number(major), Number(minor)] as const)
    .sort(([a, b], [c, d]) => c - a || d - b);
  if (newest === undefined) throw new BuildError("this Deno is not built for glibc: use Deno's release for Linux");
  return newest.join(".");
}

/** A file and its compressed bytes. */
export interface Packed {
  readonly bytes: Uint8Array;
  readonly compressed: Uint8Array;
}

/** Compresses a file. For Deno this takes seconds. */
export const compress = (bytes: Uint8Array): Packed => ({
  bytes,
  compressed: gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }),
});

/** Makes the file that starts the first of `scripts` with `deno`, for the kind of machine `target`. */
export function pack(
  scripts: readonly Pick<Script, "name" | "bytes">[],
  deno: Packed,
  target: string,
): Uint8Array<ArrayBuffer> {
  const header = Deno.readTextFileSync(HEADER);
  const files = [{ name: "probe", bytes: probe(target) }, ...scripts];
  const program = compress(concatenate(files.map(({ bytes }) => bytes)));
  const known = {
    VERSION: config.version,
    TARGET: target,
    HASH: createHash("sha256").update(program.bytes).update(deno.bytes).digest("hex"),
    FILES: files.map(({ name, bytes }) => `${name}:${bytes.length}`).join(" "),
    FIRST: FIRST_SCRIPT,
    V8_FLAGS: v8Flags.join(","),
    GLIBC: neededGlibc(deno.bytes),
    PROGRAM_SIZE: String(program.compressed.length),
  };
  // The header contains offsets that depend on its own length, so repeat until the length is stable.
  let length = header.length;
  while (true) {
    const text = fill(header, {
      ...known,
      PROGRAM_AT: String(length + 1),
      DENO_AT: String(length + program.compressed.length + 1),
      SIZE: String(length + program.compressed.length + deno.compressed.length),
    });
    const bytes = new TextEncoder().encode(text);
    if (bytes.length === length) return concatenate([bytes, program.compressed, deno.compressed]);
    length = bytes.length;
  }
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/@([A-Z0-9_]+)@/g, (_, name) => {
    const value = values[name];
    if (value === undefined) throw new BuildError(`header.sh asks for ${name}, which is not known`);
    return value;
  });
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The kind of machine in `args`; by default this one. */
function parseTarget(args: string[]): string {
  const { target } = parseArgs(args, {
    string: ["target"],
    unknown: (arg: string) => {
      throw new BuildError(`pack does not know "${arg}" (it takes --target KIND)`);
    },
  });
  return target === undefined ? Deno.build.target : String(target);
}

if (import.meta.main) {
  await runBuild(async () => {
    if (Deno.build.os !== "linux") throw new BuildError(`a file for Linux is packed on Linux, not on ${Deno.build.os}`);
    const target = parseTarget(Deno.args);
    const name = target === Deno.build.target ? "ss2" : `ss2-${target.split("-")[0]}-linux`;
    const packed = pack(await bundle("packed"), compress(await denoFor(target)), target);
    Deno.mkdirSync(distDirectory, { recursive: true });
    // Write to another name first, because the old file may be in use.
    Deno.writeFileSync(`${distDirectory}${name}.new`, packed, { mode: 0o755 });
    Deno.renameSync(`${distDirectory}${name}.new`, `${distDirectory}${name}`);
    console.log(`packed dist/${name} for ${target}: ${(packed.length / 1e6).toFixed(1)} MB`);
  });
}
