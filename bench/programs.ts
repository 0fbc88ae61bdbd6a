/**
 * Prepares the programs to compare, in a temporary directory. This happens outside the namespace, because it may need
 * the network.
 */

import { bundle, FIRST_SCRIPT, type Script } from "../build/bundle.ts";
import { compress, pack } from "../build/pack.ts";

/** Options for lookups, each of which is measured with owners and a tenth of the sockets, of connections that stand. */
const LOOKUP_OPTIONS = [
  "--descriptors",
  "--sockopts",
  "--sockopts=all",
  "--route",
  "--nat",
  "--socket-maps",
  "--waiters",
  "--all-context",
] as const;

export type LookupId = `lookup ${typeof LOOKUP_OPTIONS[number]}`;
export const LOOKUPS: readonly LookupId[] = LOOKUP_OPTIONS.map((option) => `lookup ${option}` as const);

export type ProgramId =
  | LookupId
  | "empty"
  | "ndjson source"
  | "ndjson ipv4"
  | "ndjson owners"
  | "ndjson owners bpf"
  | "table packed"
  | "counts packed"
  | "sorted packed"
  | "columns packed"
  | "round packed"
  | "rounds packed"
  | "json source"
  | "yaml source"
  | "csv source"
  | "table source"
  | "empty packed"
  | "events packed"
  | "ndjson packed"
  | "ndjson bundled"
  | "json bundled"
  | "ss -tianem"
  | "ss -tianemp"
  | "ss -tan"
  | "ss filter"
  | "filter source"
  | "nothing source"
  | "receive loop"
  | "python";

/** A program to measure, or the reason why it cannot be. */
export interface Program {
  readonly id: ProgramId;
  /** Its name in the tables. */
  readonly name: string;
  /** Empty if it cannot be run here. */
  readonly command: readonly string[];
  readonly missing?: string;
  /** It takes minutes, so it is run once. */
  readonly once?: true;
  /** It prints one line for each socket. */
  readonly lines?: true;
}

/** A filter that the kernel checks, and one that it cannot check and that no socket matches. */
const ONE_PORT = "sport = :40000";
const NO_SOCKET = "tcp_info.rtt > 1h";

/** Columns with counters, and the same with rates of them. */
const ENDS = "protocol,state,local,remote,recv_q,send_q";
const COUNTERS = `${ENDS},bytes_sent,bytes_received,total_retrans`;
const RATES = `${ENDS},rates.bytes_sent,rates.bytes_received,rates.retrans`;
/** Rounds that are measured beside a single one. Each takes as long as the wait after it. */
export const ROUNDS = 11;

const PYTHON_SS2 = "/usr/bin/ss2";
const PROJECT = new URL("..", import.meta.url);
const BENCH = new URL(".", import.meta.url);

const deno = (...args: string[]) => [Deno.execPath(), ...args];
/** The words of the task `ss2`, for a script in any directory. */
const runScript = (directory: string, script: string, ...args: string[]) =>
  deno(
    "run",
    "--quiet",
    "--no-prompt",
    "--allow-ffi",
    "--unstable-lazy-dynamic-imports",
    `--allow-read=${directory}`,
    "--v8-flags=--no-lazy,--no-sparkplug,--min-semi-space-size=4",
    `${directory}${script}`,
    ...args,
  );
const runSource = (...args: string[]) => runScript(PROJECT.pathname, "main.ts", ...args);

/** The reason why a command failed, or null. */
async function failureOf(command: readonly string[]): Promise<string | null> {
  try {
    const { success, code, stderr } = await new Deno.Command(command[0]!, {
      args: command.slice(1),
      cwd: PROJECT,
      stdout: "null",
    }).output();
    if (success) return null;
    const lines = new TextDecoder().decode(stderr).trim().split("\n");
    return `${lines.at(-1) || "nothing said"} (status ${code})`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "not installed";
    throw error;
  }
}

/** Why owners cannot come from a BPF iterator here, `null` if they can. */
async function whyNoBpf(): Promise<string | null> {
  const [command = "", ...args] = runSource("--doctor", "--json");
  const { stdout } = await new Deno.Command(command, { args, cwd: PROJECT, stderr: "null" }).output();
  const { owners_from_bpf: bpf } = JSON.parse(new TextDecoder().decode(stdout));
  return bpf === true ? null : String(bpf);
}

/** Prepares all programs. Those that are not available have the reason. */
export async function preparePrograms(directory: string, ssPath: string): Promise<Program[]> {
  const main = new URL("main.ts", PROJECT).pathname;
  const receive = `${directory}/receive`;
  const empty = new URL("empty.ts", BENCH).pathname;
  const cached = await failureOf(deno("cache", "--quiet", main, new URL("holder.ts", BENCH).pathname, empty));
  if (cached !== null) throw new Error(`cannot prepare the program: ${cached}`);
  const scripts = await bundle("packed");
  const bundled = `${directory}/bundle/`;
  Deno.mkdirSync(bundled);
  for (const { name, bytes } of scripts) Deno.writeFileSync(bundled + name, bytes);
  const compiled = await failureOf(["cc", "-O2", "-o", receive, new URL("receive.c", BENCH).pathname]);
  const ss = await failureOf([ssPath, "-V"]);
  const start = preparePacked(directory, scripts);
  return [
    ...sourcePrograms(empty),
    ...await packedPrograms(start),
    ...bundledPrograms(bundled),
    ...otherPrograms(ssPath, ss, receive, compiled),
    await pythonProgram(),
  ];
}

/** A program, or why it cannot be run. */
const available = (
  id: ProgramId,
  name: string,
  command: readonly string[],
  failure: string | null,
  tool: string,
): Program => failure === null ? { id, name, command } : { id, name, command: [], missing: `${tool}: ${failure}` };

const sourcePrograms = (empty: string): Program[] => [
  { id: "empty", name: "empty script", command: deno("run", "--quiet", "--no-prompt", empty) },
  {
    id: "ndjson source",
    name: "ss2 -ta --format ndjson, from source",
    command: runSource("-ta", "--format", "ndjson"),
    lines: true,
  },
  {
    id: "ndjson ipv4",
    name: "ss2 -t4 --format ndjson, from source",
    command: runSource("-t4", "--format", "ndjson"),
  },
  { id: "json source", name: "ss2 -ta, from source", command: runSource("-ta") },
  { id: "yaml source", name: "ss2 -ta --yaml, from source", command: runSource("-ta", "--yaml") },
  // Without the header there is exactly one line for each socket.
  {
    id: "csv source",
    name: "ss2 -ta --csv --no-header, from source",
    command: runSource("-ta", "--csv", "--no-header"),
    lines: true,
  },
  {
    id: "table source",
    name: "ss2 -ta --table --no-header, from source",
    command: runSource("-ta", "--table", "--no-header"),
    lines: true,
  },
  { id: "filter source", name: `ss2 -tan ${ONE_PORT}, from source`, command: runSource("-tan", ONE_PORT) },
  {
    id: "nothing source",
    name: `ss2 -ta --format ndjson ${NO_SOCKET}, from source`,
    command: runSource("-ta", "--format", "ndjson", NO_SOCKET),
  },
];

const packedPrograms = async (start: ReturnType<typeof preparePacked>): Promise<Program[]> => [
  {
    id: "ndjson owners",
    name: "ss2 -tap --format ndjson --owners-from proc, packed",
    command: start("ss2", "-tap", "--format", "ndjson", "--owners-from", "proc"),
    lines: true,
  },
  {
    ...available(
      "ndjson owners bpf",
      "ss2 -tap --format ndjson --owners-from bpf, packed",
      start("ss2", "-tap", "--format", "ndjson", "--owners-from", "bpf"),
      await whyNoBpf(),
      "BPF",
    ),
    lines: true,
  },
  ...LOOKUP_OPTIONS.map((option): Program => ({
    id: `lookup ${option}`,
    name: `ss2 -tp --format ndjson ${option} --owners-from proc state established, packed`,
    command: start("ss2", "-tp", "--format", "ndjson", option, "--owners-from", "proc", "state", "established"),
  })),
  {
    id: "table packed",
    name: "ss2 -tan --table --no-header, packed",
    command: start("ss2", "-tan", "--table", "--no-header"),
    lines: true,
  },
  {
    id: "counts packed",
    name: "ss2 -ta --format ndjson --count-by state, packed",
    command: start("ss2", "-ta", "--format", "ndjson", "--count-by", "state"),
  },
  {
    id: "sorted packed",
    name: "ss2 -ta --format ndjson --sort tcp_info.rtt:desc --limit 10, packed",
    command: start("ss2", "-ta", "--format", "ndjson", "--sort", "tcp_info.rtt:desc", "--limit", "10"),
  },
  {
    id: "columns packed",
    name: "ss2 -ta --format ndjson, with columns of counters, packed",
    command: start("ss2", "-ta", "--format", "ndjson", "--columns", COUNTERS),
    lines: true,
  },
  ...[["round packed", 1], ["rounds packed", ROUNDS]].map(([id, rounds]) => ({
    id: id as ProgramId,
    name: `ss2 -ta --watch --rounds ${rounds} --format ndjson, with columns of rates, packed`,
    command: start("ss2", "-ta", "--watch=0.001", `--rounds=${rounds}`, "--format", "ndjson", "--columns", RATES),
  })),
  { id: "empty packed", name: "empty script, packed", command: start("empty") },
  { id: "events packed", name: "ss2 -E --format ndjson, packed", command: start("ss2", "-E", "--format", "ndjson") },
  {
    id: "ndjson packed",
    name: "ss2 -ta --format ndjson, packed",
    command: start("ss2", "-ta", "--format", "ndjson"),
    lines: true,
  },
];

const bundledPrograms = (bundled: string): Program[] => [
  {
    id: "ndjson bundled",
    name: "ss2 -ta --format ndjson, bundled",
    command: runScript(bundled, FIRST_SCRIPT, "-ta", "--format", "ndjson"),
    lines: true,
  },
  { id: "json bundled", name: "ss2 -ta, bundled", command: runScript(bundled, FIRST_SCRIPT, "-ta") },
];

/**
 * @param ss why `ss` cannot be run, `null` if it can
 * @param compiled likewise for the receive loop
 */
const otherPrograms = (ssPath: string, ss: string | null, receive: string, compiled: string | null): Program[] => [
  available("ss -tianem", "ss -tianem", [ssPath, "-tianem"], ss, "ss"),
  available("ss -tianemp", "ss -tianemp", [ssPath, "-tianemp"], ss, "ss"),
  available("ss -tan", "ss -tan", [ssPath, "-tan"], ss, "ss"),
  // A port that few of the sockets have.
  available("ss filter", `ss -tan ${ONE_PORT}`, [ssPath, "-tan", ONE_PORT], ss, "ss"),
  available("receive loop", "receive loop in C", [receive], compiled, "cc"),
];

/**
 * Packs the program and an empty script. Returns a function for the command line that starts one of them, with its
 * cache in `directory`.
 */
function preparePacked(
  directory: string,
  scripts: readonly Script[],
): (name: "ss2" | "empty", ...args: string[]) => string[] {
  const runtime = compress(Deno.readFileSync(Deno.execPath()));
  const empty = [{ name: FIRST_SCRIPT, bytes: new TextEncoder().encode("\n") }];
  for (const [name, program] of [["ss2", scripts], ["empty", empty]] as const) {
    const packed = pack(program, runtime, Deno.build.target);
    Deno.writeFileSync(`${directory}/${name}`, packed, { mode: 0o755 });
  }
  return (name, ...args) => ["env", `XDG_CACHE_HOME=${directory}/cache`, `${directory}/${name}`, ...args];
}

/** The `ss2` of pyroute2, if that is what `/usr/bin/ss2` is. */
async function pythonProgram(): Promise<Program> {
  const program = { id: "python", name: "Python ss2 -t (IPv4), one run", once: true } as const;
  let start: string;
  try {
    start = Deno.readTextFileSync(PYTHON_SS2).slice(0, 200);
  } catch {
    return {
      ...program,
      command: [],
      missing: `there is no ${PYTHON_SS2} (packages python3-pyroute2, python3-psutil)`,
    };
  }
  const interpreter = /^#!\s*(\S*python\S*)/.exec(start)?.[1];
  if (interpreter === undefined) return { ...program, command: [], missing: `${PYTHON_SS2} is not a Python script` };
  const modules = await failureOf([interpreter, "-c", "import pyroute2, psutil"]);
  if (modules !== null) return { ...program, command: [], missing: modules };
  return { ...program, command: [PYTHON_SS2, "-t"] };
}
