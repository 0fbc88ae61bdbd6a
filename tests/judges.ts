/**
 * Other programs that tests compare with. Apart from these, the tests need only Deno, a shell, the usual small commands
 * and `unshare`: `tests/live/` makes sockets, namespaces, mounts and terminals.
 *
 * A test that needs one of them is ignored if it is missing, with the reason in its name ({@linkcode without}). `deno
 * run --allow-all tests/judges.ts` prints the packages that are missing here.
 */

/** Each command, and the Debian packages that its tests need. */
const packages: Readonly<Record<string, string>> = {
  bash: "bash",
  busybox: "busybox",
  chromium: "chromium",
  cc: "gcc libc6-dev linux-libc-dev",
  curl: "curl",
  dash: "dash",
  fish: "fish",
  ip: "iproute2",
  jq: "jq",
  man: "man-db groff-base",
  mandoc: "mandoc",
  prometheus: "prometheus",
  "prometheus-node-exporter": "prometheus-node-exporter",
  promtool: "prometheus",
  python3: "python3",
  setpriv: "util-linux",
  ss: "iproute2",
  strace: "strace",
  "systemd-analyze": "systemd",
  tshark: "tshark",
  zsh: "zsh",
};

/** Modules of Debian's Python, and the packages that have them. */
const modules: Readonly<Record<string, string>> = {
  csv: "python3",
  psutil: "python3-psutil",
  pyroute2: "python3-pyroute2",
  yaml: "python3-yaml",
};

/** Debian's Python, for which there are packages of modules. */
export const PYTHON = "/usr/bin/python3";

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Whether a command of this name is installed. */
export function isInstalled(command: string): boolean {
  if (!Object.hasOwn(packages, command)) {
    throw new Error(`"${command}" is missing in tests/judges.ts, with its package`);
  }
  return pathOf(command) !== undefined;
}

/** The path of a command; `undefined` if it is not installed. */
export const pathOf = (command: string): string | undefined =>
  (Deno.env.get("PATH") ?? "").split(":").map((directory) => `${directory}/${command}`).find(isFile);

/** The reason to append to the name of a test that needs a command; "" if it is installed. */
export const without = (command: string): string =>
  isInstalled(command) ? "" : ` (ignored: ${command} is not installed)`;

/** Whether Debian's Python has a module. */
export function pythonHas(module: string): boolean {
  if (!Object.hasOwn(modules, module)) throw new Error(`"${module}" is missing in tests/judges.ts, with its package`);
  return isFile(PYTHON) &&
    new Deno.Command(PYTHON, { args: ["-c", `import ${module}`], stderr: "null" }).outputSync().success;
}

/** The packages that would let all tests run. */
export function missingPackages(): string[] {
  const missing = [
    ...Object.entries(packages).filter(([command]) => !isInstalled(command)),
    ...Object.entries(modules).filter(([module]) => !pythonHas(module)),
  ];
  return [...new Set(missing.flatMap(([, names]) => names.split(" ")))].sort();
}

if (import.meta.main) console.log(missingPackages().join("\n"));
