/**
 * Runs the tests where they can make network namespaces: directly as root, else inside a user namespace. They get their
 * own home, cache and temporary directory, so that other runs cannot affect the result.
 *
 * Arguments are those of `deno test`; without a file among them all tests run. `--quick` runs those of `quick.ts`.
 */
import { missingPackages } from "./judges.ts";
import { quickTests } from "./quick.ts";

const CAP_SYS_ADMIN = 21n;

/** Whether this process may make network namespaces. */
function isPrivileged(): boolean {
  const match = /^CapEff:\s*([0-9a-f]+)$/m.exec(Deno.readTextFileSync("/proc/self/status"));
  return match !== null && (BigInt(`0x${match[1]}`) >> CAP_SYS_ADMIN & 1n) === 1n;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Runs a command in front of the user; returns its exit status. A signal from the terminal is left to the command. */
async function status(words: readonly string[], env: Record<string, string> = {}): Promise<number> {
  const [command = "", ...args] = words;
  const leave = () => {};
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, leave);
  try {
    return (await new Deno.Command(command, { args, env, stdin: "inherit" }).spawn().status).code;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.removeSignalListener(signal, leave);
  }
}

/** Where Deno keeps what it has fetched, wherever home is. */
function denoDirectory(): string {
  const { stdout } = new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync();
  return (JSON.parse(new TextDecoder().decode(stdout)) as { denoDir: string }).denoDir;
}

/** The environment of the tests, whose files lie below `directory`. */
function ownEnvironment(directory: string): Record<string, string> {
  // Users without rights look at what the tests put there.
  Deno.chmodSync(directory, 0o755);
  const env = {
    HOME: `${directory}/home`,
    TMPDIR: `${directory}/tmp`,
    XDG_CACHE_HOME: `${directory}/cache`,
    XDG_CONFIG_HOME: `${directory}/config`,
    XDG_DATA_HOME: `${directory}/data`,
  };
  for (const path of Object.values(env)) Deno.mkdirSync(path);
  // As in every other place for temporary files, others may write there.
  Deno.chmodSync(env.TMPDIR, 0o1777);
  // From source, Deno would ask a name server for its newest version.
  return { ...env, DENO_DIR: denoDirectory(), DENO_NO_UPDATE_CHECK: "1" };
}

const advice = "run the tests as root, or allow user namespaces " +
  "(sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns)";

/** Why `unshare` cannot make the namespaces, `null` if it can. */
function obstacle(unshare: readonly string[]): string | null {
  const [command = "", ...args] = [...unshare, "true"];
  try {
    const { success, stderr } = new Deno.Command(command, { args, stdin: "null" }).outputSync();
    if (success) return null;
    return `${new TextDecoder().decode(stderr).trim().replaceAll("\n", "; ")}: ${advice}`;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return "the tests need the command unshare (package util-linux)";
  }
}

const deno = (...words: readonly string[]) => [Deno.execPath(), "test", "--quiet", "--lock=deno.lock", ...words];

async function runQuick(args: readonly string[]): Promise<number> {
  // Types are checked by the task check, and fuzzing has more time in the run of all.
  return await status(deno("--allow-all", "--parallel", "--no-check", ...quickTests(), ...args), {
    SS2_FUZZ_MS: "100",
  });
}

async function runAll(args: readonly string[], env: Record<string, string>): Promise<number> {
  const test = deno("--allow-all", ...args);
  if (isPrivileged()) return await status(test, env);
  const unshare = ["unshare", "--user", "--map-root-user", "--net"];
  const reason = obstacle(unshare);
  if (reason !== null) {
    console.error(`tests: ${reason}`);
    return 1;
  }
  // Inside there is no network: what is not on this machine yet has to be fetched before.
  const fetched = await status(deno("--no-run", ...args));
  return fetched !== 0 ? fetched : await status([...unshare, ...test], env);
}

/** The last line, about tests that were ignored because another program is not installed. */
function sayMissing(): void {
  const packages = missingPackages();
  if (packages.length > 0) console.log(`tests ignored here would run with: apt-get install ${packages.join(" ")}`);
}

async function main(args: readonly string[]): Promise<number> {
  Deno.chdir(new URL("..", import.meta.url));
  if (args[0] === "--quick") return await runQuick(args.slice(1));
  const all = !args.some((arg) => !arg.startsWith("-") && exists(arg));
  const directory = Deno.makeTempDirSync({ prefix: "ss2-tests-" });
  try {
    const code = await runAll(all ? ["tests/", ...args] : args, ownEnvironment(directory));
    if (all) sayMissing();
    return code;
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
