/**
 * The program with files of the machine replaced: in a mount namespace of its own, from which nothing gets out.
 */
import { programWords, type Run, run } from "../program.ts";
import { ownCommand, OwnCommands } from "./own_commands.ts";

const text = (content: string | Uint8Array) =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Commands that give files of `/etc` a place which are not there; all others are seen through links. */
function growEtc(directory: string, paths: readonly string[]): string[] {
  Deno.mkdirSync(`${directory}/old`);
  Deno.mkdirSync(`${directory}/etc`);
  for (const { name } of Deno.readDirSync("/etc")) {
    if (!paths.includes(`/etc/${name}`)) Deno.symlinkSync(`${directory}/old/${name}`, `${directory}/etc/${name}`);
  }
  for (const path of paths) Deno.writeTextFileSync(path.replace(/^\/etc/, `${directory}/etc`), "");
  return [`mount --bind /etc ${directory}/old`, `mount --bind ${directory}/etc /etc`];
}

/** Runs a command where `files`, by their paths, have other contents. */
export function runReplaced(files: Readonly<Record<string, string | Uint8Array>>, words: readonly string[]): Run {
  using commands = new OwnCommands();
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    const binds = Object.entries(files).map(([path, content], i) => {
      Deno.writeFileSync(`${directory}/${i}`, text(content));
      return `mount --bind ${directory}/${i} ${path}`;
    });
    if (Object.keys(files).some((path) => !exists(path))) binds.unshift(...growEtc(directory, Object.keys(files)));
    const script = ["set -e", ...binds, '"$@"'].join("\n");
    return run(["unshare", "--mount", "sh", "-c", script, "sh", ...words], { env: { PATH: commands.path } });
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** Runs the program with `args` where `files`, by their paths, have other contents; before it `script`, by `sh`. */
export const runWithFiles = (
  files: Readonly<Record<string, string | Uint8Array>>,
  args: readonly string[],
  script = "",
): Run => runReplaced(files, ["sh", "-e", "-c", `${script}\n"$@"`, "sh", ...programWords(), ...args]);

/** Whether files can be mounted here. */
export const mounts: boolean =
  run(["unshare", "--mount", ...ownCommand("mount"), "-t", "tmpfs", "none", "/mnt"]).code === 0;
