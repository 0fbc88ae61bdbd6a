/**
 * Starts the tests where network namespaces can be made: as they are for root, else inside a user namespace.
 *
 * Arguments are those of `deno test`; without a file among them all tests run.
 */

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

/** Runs a command in front of the user; returns its exit status. */
function status(words: readonly string[]): number {
  const [command = "", ...args] = words;
  return new Deno.Command(command, { args, stdin: "inherit", stdout: "inherit", stderr: "inherit" }).outputSync().code;
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
    return "the tests need the command unshare (package util-linux), or root";
  }
}

function main(args: readonly string[]): number {
  const directory = decodeURIComponent(new URL(".", import.meta.url).pathname);
  const files = args.some((arg) => !arg.startsWith("-") && exists(arg)) ? [] : [directory];
  const test = [Deno.execPath(), "test", "--quiet", "--allow-all", ...files, ...args];
  if (isPrivileged()) return status(test);
  const unshare = ["unshare", "--user", "--map-root-user", "--net"];
  const reason = obstacle(unshare);
  if (reason !== null) {
    console.error(`tests: ${reason}`);
    return 1;
  }
  // Inside there is no network: what is not on this machine yet has to be fetched before.
  const fetched = status([Deno.execPath(), "test", "--quiet", "--no-run", ...files, ...args]);
  return fetched !== 0 ? fetched : status([...unshare, ...test]);
}

if (import.meta.main) Deno.exit(main(Deno.args));
