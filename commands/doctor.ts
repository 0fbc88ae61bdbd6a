/**
 * `--doctor`: what the running kernel and this user can give, what is missing and how to get it. It asks as a listing does
 * and changes nothing.
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
import { effectiveCapabilities, inUserNamespace, isSuperuser, kernelMounts } from "../ffi/privileges.ts";
import { hasStartTimes } from "../ffi/process.ts";
import { NO_PROC, OUTSIDE } from "../ffi/proc_view.ts";
import { procNet } from "../ffi/proc_net.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import { LimitSink } from "../query/limit.ts";
import type { CommandOf } from "./action.ts";
import { DONE, INCOMPLETE } from "./exit_status.ts";
import { jsonText, printText } from "./print.ts";
import { type Build, buildOf, versionText } from "./version.ts";

/** How the sockets of a family can be had. */
export interface FamilyFinding {
  readonly name: string;
  /** `netlink` from the kernel's diagnostics; `proc` from `/proc/net`, which has fewer fields; `nothing` not at all. */
  readonly answer: "netlink" | "proc" | "nothing";
  /** Why not by netlink. */
  readonly reason?: string;
}

export interface CapabilityFinding {
  readonly name: string;
  /** `null` if that cannot be told. */
  readonly held: boolean | null;
}

/** Something that a listing would lack, and how to get it. */
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
  /** Whether capabilities count only for what belongs to a user namespace; `null` if that cannot be told. */
  readonly user_namespace: boolean | null;
  /** Directory of the cgroups of version 2, `null` without one. */
  readonly cgroup2: string | null;
  /** The `hidepid` of `/proc`; `null` if there is no `/proc`. */
  readonly hidepid: string | null;
  readonly missing: readonly Missing[];
}

/** Capabilities that make a difference, by their numbers in `linux/capability.h`; one of the numbers is enough. */
const capabilities: readonly (readonly [name: string, numbers: readonly number[]])[] = [
  ["CAP_NET_ADMIN", [12]],
  ["CAP_SYS_PTRACE", [19]],
  // CAP_DAC_OVERRIDE serves as well.
  ["CAP_DAC_READ_SEARCH", [2, 1]],
  ["CAP_SYS_ADMIN", [21]],
  // CAP_SYS_ADMIN serves as well, and did alone before 5.8.
  ["CAP_BPF", [39, 21]],
];

/** Prints the findings; the status says whether anything is missing. */
export async function printFindings({ json, compact }: CommandOf<"doctor">, print: Write): Promise<number> {
  const findings = await examine();
  printText(json ? jsonText(findings, compact) : findingsText(findings), print);
  return findings.missing.length > 0 ? INCOMPLETE : DONE;
}

/** Looks. */
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
    cgroup2: mounts?.cgroup2 ?? null,
    hidepid: mounts?.hidepid ?? null,
    missing: missingNetlink().concat(
      missingIn(asked.flatMap(fieldsOf), parseKernelRelease(kernel), found, mounts?.hidepid ?? null),
    ),
  };
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

/** What a listing lacks where no netlink socket can be had. */
function missingNetlink(): Missing[] {
  const refusal = netlinkRefusal();
  if (refusal === null) return [];
  return [{
    what: `socket diagnostics: ${refusal.message}`,
    without: "families that are not in /proc/net, and most fields of the others",
    how: "allow sockets of AF_NETLINK (systemd: RestrictAddressFamilies=, containers: the seccomp profile)",
  }];
}

/** How to get a capability: sudo is no advice for root. */
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
    // Of an object, and of a field with more bytes behind it, the first says it all.
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
    const how = `${grant("CAP_SYS_PTRACE")}, or as a member of the group that /proc is mounted with (gid=)`;
    missing.push({ what: `/proc without hidepid=${hidepid}`, without: "processes of other users", how });
  }
  return missing;
}

/**
 * What keeps the owners of sockets from being found: tried on all processes, as a listing does.
 *
 * @param lacking capabilities that would help and are missing
 */
function missingOwners(lacking: readonly string[]): Missing[] {
  const { obstacles } = readOwners();
  const without = "owners that are such processes (-p); their sockets have the owner_status denied";
  const missing = obstacles.flatMap((obstacle): Missing[] => {
    // What is missing with all of /proc, and what hidepid hides, has entries of its own.
    if (obstacle === NO_PROC || obstacle.includes("hidepid=")) return [];
    if (obstacle === OUTSIDE) {
      return [{ what: obstacle, without, how: "run in the PID namespace of the host (docker run --pid=host)" }];
    }
    if (obstacle.startsWith(DENIED) && lacking.length > 0) {
      const without = "owners that are processes of other users (-p)";
      return [{ what: lacking.join(" and "), without, how: grant(...lacking) }];
    }
    const [what, how = "see which processes these are: ls /proc/*/fd"] = obstacle.replace(/\)$/, "").split(" (");
    return [{ what: what!, without, how }];
  });
  if (obstacles.includes(NO_PROC) || hasStartTimes()) return missing;
  return [...missing, { what: "/proc/stat", without: "start_time of owners", how: "mount /proc without subset=pid" }];
}

/** Whether a kernel leaves a field out without this privilege: `CAP_NET_ADMIN before 6.15`. */
function isLeftOut(privilege: string, release: number): boolean {
  const before = / before (\d+\.\d+)$/.exec(privilege)?.[1];
  return before === undefined || release < parseKernelRelease(before);
}

/** What a reason says in the end, in brackets, if it does. */
const inShort = (reason: string): string => /\(([^()]*)\)$/.exec(reason)?.[1] ?? reason;

/** The findings for people. */
export function findingsText(findings: Findings): string {
  const { kernel, families, capabilities, user_namespace, cgroup2, hidepid, missing } = findings;
  const answers = { netlink: "answers", proc: "in /proc/net only", nothing: "not there" };
  const row = (name: string, text: string) => `  ${name.padEnd(20)} ${text}`.trimEnd();
  const yes = (is: boolean | null) => is === null ? "cannot be told" : is ? "yes" : "no";
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
      user_namespace === true ? "yes: they count only for what belongs to it" : yes(user_namespace),
    ),
    "",
    "Mounts",
    row("/proc", hidepid === null ? "not there" : `hidepid ${hidepid}`),
    row("cgroup2", cgroup2 ?? "not there"),
    "",
    ...missing.length === 0 ? ["Nothing is missing."] : ["Missing"],
    ...missing.flatMap(({ what, without, how }) => [row(what, ""), `    without it no ${without}`, `    ${how}`]),
    "",
  ].map((line) => escapeControls(line)).join("\n");
}
