/**
 * `--doctor`: what ss2 can see on this kernel as this user, what is missing and how to get it. It asks the kernel the same
 * way as a listing and changes nothing.
 */
import { AF_INET, AF_INET6 } from "../decode/kernel/address_family.ts";
import { escapeControls } from "../decode/text/control_characters.ts";
import { families, loadFamilies } from "../decode/families/registry.ts";
import type { Family } from "../decode/families/family.ts";
import { SystemError } from "../decode/kernel/errors.ts";
import { type Field, fieldsOf } from "../decode/reference/fields.ts";
import { runPlan } from "../decode/plan/run_plan.ts";
import { nowhere } from "../decode/record/nowhere.ts";
import { ALL_STATES } from "../decode/kernel/tcp_states.ts";
import { kernelReleaseName, parseKernelRelease } from "../ffi/kernel_release.ts";
import { netlinkRefusal, openNetlinkSocket } from "../ffi/netlink_socket.ts";
import { DENIED, readOwners } from "../ffi/owners.ts";
import { openTaskFiles } from "../ffi/task_files.ts";
import { wayToChildren } from "../ffi/command_children.ts";
import { effectiveCapabilities, ifTold, inUserNamespace, isSuperuser, kernelMounts } from "../ffi/privileges.ts";
import { hasStartTimes } from "../ffi/process.ts";
import { NO_PROC, OUTSIDE } from "../ffi/proc_view.ts";
import { EOPNOTSUPP } from "../decode/kernel/errno.ts";
import { killObstacle } from "../decode/plan/kill_sockets.ts";
import { CANNOT } from "./kill.ts";
import { procNet } from "../ffi/proc_net.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import { LimitSink } from "../query/limit.ts";
import type { CommandOf } from "./action.ts";
import { type ContextFinding, contextText, examineContext } from "./doctor_context.ts";
import { DONE, INCOMPLETE } from "./exit_status.ts";
import { jsonText, printText } from "./print.ts";
import { type Build, buildOf, versionText } from "./version.ts";

/** Where the sockets of a family can be read from. */
export interface FamilyFinding {
  readonly name: string;
  /** `netlink`: socket diagnostics; `proc`: `/proc/net` only, which has fewer fields; `nothing`: neither. */
  readonly answer: "netlink" | "proc" | "nothing";
  /** Why netlink failed. */
  readonly reason?: string;
}

export interface CapabilityFinding {
  readonly name: string;
  /** `null` if unknown. */
  readonly held: boolean | null;
}

/** Something that a listing lacks, and how to get it. */
export interface Missing {
  readonly what: string;
  readonly without: string;
  readonly how: string;
}

/** What `--doctor --json` prints. */
export interface Findings {
  readonly program: Build;
  readonly kernel: string;
  readonly families: readonly FamilyFinding[];
  readonly capabilities: readonly CapabilityFinding[];
  /** Whether the process is in a user namespace, where capabilities apply only to what it owns; `null` if unknown. */
  readonly user_namespace: boolean | null;
  /** Whether the descriptors of processes can be read by a BPF program, which is faster where there are many; else why not. */
  readonly owners_from_bpf: true | string;
  /** Whether `-K` can close sockets; else why not. */
  readonly closes_sockets: true | string;
  /** For each option that asks for more than socket diagnostics tell: whether it works. */
  readonly context: readonly ContextFinding[];
  /** How `--leaks` finds the processes of its command. */
  readonly leaks_from: "cgroup" | "subreaper";
  /** Whether `-s` and `--check` know the limits of the machine, which only the initial network namespace has. */
  readonly host_limits: boolean;
  /** Mount point of cgroup v2; `null` if it is not mounted. */
  readonly cgroup2: string | null;
  /** The `hidepid` of `/proc`; `null` if there is no `/proc`. */
  readonly hidepid: string | null;
  readonly missing: readonly Missing[];
}

/** Capabilities that matter, with their numbers in `linux/capability.h`; any one of the numbers is enough. */
const capabilities: readonly (readonly [name: string, numbers: readonly number[]])[] = [
  ["CAP_NET_ADMIN", [12]],
  ["CAP_SYS_PTRACE", [19]],
  // CAP_DAC_OVERRIDE is enough too.
  ["CAP_DAC_READ_SEARCH", [2, 1]],
  ["CAP_SYS_ADMIN", [21]],
  // CAP_SYS_ADMIN is enough too; before 5.8 it was the only one.
  ["CAP_BPF", [39, 21]],
];

/** Prints the findings. The exit status says whether anything is missing. */
export async function printFindings({ json, compact }: CommandOf<"doctor">, print: Write): Promise<number> {
  const findings = await examine();
  printText(json ? jsonText(findings, compact) : findingsText(findings), print);
  return findings.missing.length > 0 ? INCOMPLETE : DONE;
}

/** Collects the findings. */
export async function examine(): Promise<Findings> {
  const kernel = kernelReleaseName();
  const effective = effectiveCapabilities();
  const mounts = kernelMounts();
  const asked = await loadFamilies(families.filter(({ domain }) => domain !== "other"));
  const held = (numbers: readonly number[]) =>
    effective === null ? null : numbers.some((number) => (effective >> BigInt(number) & 1n) === 1n);
  const found = capabilities.map(([name, numbers]) => ({ name, held: held(numbers) }));
  const partial = { kernel, families: asked.map(askFamily), capabilities: found };
  return {
    program: buildOf(),
    ...partial,
    user_namespace: inUserNamespace(),
    owners_from_bpf: tryTaskFiles(),
    closes_sockets: tryClosing(held([12])),
    leaks_from: wayToChildren(),
    host_limits: ifTold(() => procNet.sysctl("net/ipv4/tcp_mem")) !== null,
    context: examineContext(),
    cgroup2: mounts?.cgroup2 ?? null,
    hidepid: mounts?.hidepid ?? null,
    missing: missingNetlink().concat(
      missingIn(asked.flatMap(fieldsOf), parseKernelRelease(kernel), found, mounts?.hidepid ?? null),
    ),
  };
}

/** Tries the BPF iterator over descriptors. */
function tryTaskFiles(): true | string {
  const files = openTaskFiles();
  if (typeof files === "string") return files;
  files[Symbol.dispose]();
  return true;
}

/** Asks the kernel to close a socket that does not exist. */
function tryClosing(permitted: boolean | null): true | string {
  try {
    using source = openNetlinkSocket();
    if (killObstacle(source) === EOPNOTSUPP) return CANNOT;
    return permitted === false ? "needs CAP_NET_ADMIN" : true;
  } catch (error) {
    if (error instanceof SystemError) return error.message;
    throw error;
  }
}

/** Asks for one socket of a family. */
function askFamily(family: Family): FamilyFinding {
  const plan = {
    families: [family],
    addressFamilies: [AF_INET, AF_INET6],
    states: ALL_STATES,
    bpfMaps: false,
    named: true,
  };
  using source = openNetlinkSocket();
  const ask = (proc: typeof procNet | null) =>
    runPlan(plan, source, new LimitSink(nowhere, 1, false), { proc, holders: null });
  const { name } = family;
  const { dumps, failed, warnings, errors } = ask(null);
  if (failed < dumps) return { name, answer: "netlink" };
  const reason = errors[0] instanceof SystemError
    ? errors[0].message
    : (warnings[0] ?? "").replace(/^cannot list \S+ sockets: /, "");
  const other = ask(procNet);
  return { name, answer: other.failed < other.dumps ? "proc" : "nothing", reason };
}

/** What a listing lacks if no netlink socket can be opened. */
function missingNetlink(): Missing[] {
  const refusal = netlinkRefusal();
  if (refusal === null) return [];
  return [{
    what: `socket diagnostics: ${refusal.message}`,
    without: "families that are not in /proc/net, and most fields of the others",
    how: "allow sockets of AF_NETLINK (systemd: RestrictAddressFamilies=, containers: the seccomp profile)",
  }];
}

/** How to get a capability. Root is not told to use sudo. */
const grant = (...names: readonly string[]) => isSuperuser() ? `start it with ${names.join(" or ")}` : "run with sudo";

function missingIn(
  known: readonly Field[],
  release: number,
  found: readonly CapabilityFinding[],
  hidepid: string | null,
): Missing[] {
  const lacks = (name: string) => found.some((capability) => capability.name === name && capability.held === false);
  const missing: Missing[] = [];
  const fields = known.filter(({ privilege }) =>
    privilege.startsWith("CAP_NET_ADMIN") && isLeftOut(privilege, release)
  );
  if (lacks("CAP_NET_ADMIN")) {
    const all = [...new Set(fields.map(({ path }) => path))];
    // An object stands for its members, a field for its `_extra`.
    const paths = all.filter((path) => !all.some((other) => path.startsWith(`${other}.`) || path === `${other}_extra`));
    missing.push({ what: "CAP_NET_ADMIN", without: `fields ${paths.join(", ")}`, how: grant("CAP_NET_ADMIN") });
  }
  missing.push(...missingOwners(["CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH"].filter(lacks)));
  if (lacks("CAP_SYS_ADMIN")) {
    missing.push({ what: "CAP_SYS_ADMIN", without: "other network namespaces (-N)", how: grant("CAP_SYS_ADMIN") });
  }
  if (lacks("CAP_BPF")) {
    missing.push({ what: "CAP_BPF", without: "values that BPF programs keep (--bpf-maps)", how: grant("CAP_BPF") });
  }
  if (hidepid === null) {
    const without = "owners (-p), and families that only /proc/net lists";
    missing.push({ what: "/proc", without, how: "mount -t proc proc /proc" });
  } else if (!["off", "0"].includes(hidepid) && lacks("CAP_SYS_PTRACE")) {
    const how = `${grant("CAP_SYS_PTRACE")}, or join the group in the gid= option of the /proc mount`;
    missing.push({ what: `/proc without hidepid=${hidepid}`, without: "processes of other users", how });
  }
  return missing;
}

/**
 * What keeps socket owners from being found. Reads all processes, as a listing does.
 *
 * @param lacking capabilities that would help and are missing
 */
function missingOwners(lacking: readonly string[]): Missing[] {
  const { obstacles } = readOwners();
  const without = "owners among these processes (-p); their sockets have owner_status denied";
  const missing = obstacles.flatMap((obstacle): Missing[] => {
    // A missing /proc and hidepid have their own entries.
    if (obstacle === NO_PROC || obstacle.includes("hidepid=")) return [];
    if (obstacle === OUTSIDE) {
      return [{ what: obstacle, without, how: "run in the PID namespace of the host (docker run --pid=host)" }];
    }
    if (obstacle.startsWith(DENIED) && lacking.length > 0) {
      const without = "owners that are processes of other users (-p)";
      return [{ what: lacking.join(" and "), without, how: grant(...lacking) }];
    }
    const [what, how = "list the affected processes with: ls /proc/*/fd"] = obstacle.replace(/\)$/, "").split(" (");
    return [{ what: what!, without, how }];
  });
  if (obstacles.includes(NO_PROC) || hasStartTimes()) return missing;
  return [...missing, { what: "/proc/stat", without: "start_time of owners", how: "mount /proc without subset=pid" }];
}

/** Whether this kernel leaves a field out without the privilege, such as `CAP_NET_ADMIN before 6.15`. */
function isLeftOut(privilege: string, release: number): boolean {
  const before = / before (\d+\.\d+)$/.exec(privilege)?.[1];
  return before === undefined || release < parseKernelRelease(before);
}

/** The part in brackets at the end of a reason, else all of it. */
const inShort = (reason: string): string => /\(([^()]*)\)$/.exec(reason)?.[1] ?? reason;

/** The findings as text. */
export function findingsText(findings: Findings): string {
  const { kernel, families, capabilities, user_namespace, owners_from_bpf, closes_sockets, leaks_from, host_limits } =
    findings;
  const { context, cgroup2, hidepid, missing } = findings;
  const answers = { netlink: "answers", proc: "in /proc/net only", nothing: "not available" };
  const row = (name: string, text: string) => `  ${name.padEnd(20)} ${text}`.trimEnd();
  const yes = (is: boolean | null) => is === null ? "unknown" : is ? "yes" : "no";
  return [
    versionText(),
    `kernel ${kernel}`,
    "",
    "Families",
    ...families.map(({ name, answer, reason }) =>
      row(name, answers[answer] + (answer === "nothing" ? `: ${inShort(reason ?? "")}` : ""))
    ),
    "",
    "Capabilities",
    ...capabilities.map(({ name, held }) => row(name, yes(held))),
    row(
      "user namespace",
      user_namespace === true ? "yes: capabilities apply only to what it owns" : yes(user_namespace),
    ),
    "",
    "Processes",
    row("owners", `from /proc${owners_from_bpf === true ? " or by BPF" : `; not by BPF: ${owners_from_bpf}`}`),
    row(
      "--leaks",
      leaks_from === "cgroup" ? "by a control group" : "by orphans only (a control group needs cgroup v2, as root)",
    ),
    row("-s, --check", `limits of the machine ${host_limits ? "known" : "only in the initial network namespace"}`),
    row("-K", closes_sockets === true ? "can close sockets" : `cannot close sockets: ${closes_sockets}`),
    "",
    "Context",
    ...context.map((finding) => row(finding.option, contextText(finding))),
    "",
    "Mounts",
    row("/proc", hidepid === null ? "not mounted" : `hidepid ${hidepid}`),
    row("cgroup2", cgroup2 ?? "not mounted"),
    "",
    ...missing.length === 0 ? ["Nothing is missing."] : ["Missing"],
    ...missing.flatMap(({ what, without, how }) => [row(what, ""), `    without it no ${without}`, `    ${how}`]),
    "",
  ].map((line) => escapeControls(line)).join("\n");
}
