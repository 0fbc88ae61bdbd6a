/** Owners, namespaces, filters, formats, recordings: what the other steps of a guest must have printed. */
import { canonical, type Flow, type GuestOutput } from "./output.ts";
import { assertNone, assertSame } from "./tap.ts";

/** Runs the program of this machine; returns what it printed. It must end with one of these statuses: 0 if there are none. */
export type Program = (args: readonly string[], statuses?: readonly number[]) => string;

const lines = (text: string) => text.split("\n").filter((line) => line !== "");

export function checkFirstUse(output: GuestOutput): string {
  const printed = output.step("first-use");
  const target = output.kernel.architecture === "amd64" ? "x86_64" : "aarch64";
  if (!new RegExp(`^ss2 \\S+ \\(.*packed.* ${target}-unknown-linux-gnu\\)\\n$`).test(printed)) throw new Error(printed);
  return printed.trim();
}

/** Each socket is held by the process that opened it, by that descriptor; its control group is known. */
export function checkOwners(output: GuestOutput): string {
  const { sockets, pid, comm } = output.truths;
  const flows = new Map<string, Flow[]>();
  for (const flow of output.flows("owners")) {
    const key = `${flow["protocol"]} ${flow["inode"]}`;
    flows.set(key, [...flows.get(key) ?? [], flow]);
  }
  const faults: string[] = [];
  let compared = 0;
  for (const { name, protocol, find, fd } of sockets) {
    for (const flow of flows.get(`${protocol} ${find["inode"]}`) ?? []) {
      compared++;
      const owners = (flow["owners"] as Flow[] | undefined ?? []).map(({ pid, comm, fds }) => ({ pid, comm, fds }));
      const held = fd === undefined ? [] : [{ pid, comm, fds: [fd] }];
      if (fd !== undefined && canonical(owners) !== canonical(held)) faults.push(`${name}: ${canonical(owners)}`);
      if (fd !== undefined && flow["owner_status"] !== "resolved") faults.push(`${name}: ${flow["owner_status"]}`);
      if (flow["cgroup"] !== undefined && flow["cgroup"] !== "/suite/inner") faults.push(`${name}: ${flow["cgroup"]}`);
    }
  }
  assertNone(faults);
  if (compared < sockets.length / 2) throw new Error(`only ${compared} of ${sockets.length} sockets were there`);
  return `${compared} sockets`;
}

/** Without privileges the same sockets are listed, without marks, and nothing is claimed of who holds them. */
export function checkNobody(output: GuestOutput): string {
  const flows = output.flows("nobody", 1, output.text("nobody.err"));
  if (!/^ss2: .*\n$/.test(output.text("nobody.err"))) throw new Error(output.text("nobody.err"));
  const identity = ({ cookie }: Flow) => cookie;
  // Those that no process holds come and go.
  const all = output.flows("list").filter(({ protocol, inode }) => protocol === "TCP" && inode !== 0);
  const seen = flows.filter(({ inode }) => inode !== 0);
  assertSame(seen.map(identity).sort(), all.map(identity).sort(), "sockets");
  const faults = seen.flatMap((flow) => {
    const said = [];
    if ("mark" in flow) said.push(`${flow["cookie"]} has a mark`);
    if (flow["inode"] !== 0 && flow["owner_status"] !== "denied") {
      said.push(`${flow["cookie"]}: ${flow["owner_status"]}`);
    }
    return said;
  });
  assertNone(faults);
  return `${seen.length} sockets`;
}

/** 300 namespaces, each with its listener. */
export function checkNamespaces(output: GuestOutput): string {
  const flows = output.flows("namespaces").filter(({ netns }) => /^n\d+$/.test(netns?.name ?? ""));
  const found = flows.map(({ netns, src_port, backlog_limit }) => [netns.name, src_port, backlog_limit]);
  const expected = Array.from({ length: 300 }, (_, i) => [`n${i + 1}`, 10001 + i, i + 1]);
  const byPort = (a: unknown[], b: unknown[]) => Number(a[1]) - Number(b[1]);
  assertSame(found.sort(byPort), expected, "listeners");
  return "300 namespaces";
}

/** More namespaces than are asked for: those that are left out are said. */
export function checkNamespacesLimit(output: GuestOutput): void {
  const flows = output.flows("namespaces-limit", 1, "ss2: only 256 of 301 network namespaces (--netns-limit)\n");
  const names = new Set(flows.map(({ netns }) => netns?.name));
  if (names.size > 256 || names.size < 254) throw new Error(`${names.size} namespaces`);
}

/** A filter in the kernel finds what the same filter finds in the recording of all. */
export function checkFilter(output: GuestOutput, name: string, args: string, program: Program): string {
  const identity = ({ protocol, cookie, src_port, dst_port }: Flow) =>
    canonical([protocol, cookie, src_port, dst_port]);
  // Those that no process holds come and go.
  const identities = (flows: readonly Flow[]) => flows.filter(({ inode }) => inode !== 0).map(identity).sort();
  const found = identities(output.flows(`filter-${name}`));
  if (/\bcgroup\b/.test(args)) {
    // Names of control groups are those of the guest: the number is compared.
    const { cgroup_id } = output.truths;
    const inner = ({ protocol, cgroup_id: id }: Flow) => protocol === "TCP" && id === `0x${cgroup_id.toString(16)}`;
    const expected = name === "cgroup" ? identities(output.flows("list").filter(inner)) : [];
    assertSame(found, expected, "sockets");
  } else {
    // In a filter names of interfaces are those of this machine. It may be that what no process holds has no mark (status 1).
    const words = args.replace("dev = lo", "dev = 1").split(" ");
    const read = program(["--format", "ndjson", "--read", output.path("list.pcap"), ...words], [0, 1]);
    const expected = identities(lines(read).map((line) => JSON.parse(line)));
    assertSame(found, expected, "sockets");
    const none = name === "bound" && ["5.10", "6.1", "6.1-arm64"].includes(output.kernel.name);
    if ((found.length === 0) !== none) throw new Error(`${found.length} sockets found`);
  }
  return `${found.length} sockets`;
}

/** A filter that only a privileged user may use. */
export function checkRefusedFilter(output: GuestOutput): string {
  const [status, said] = [output.text("nobody-mark.status").trim(), output.text("nobody-mark.err")];
  if (status === "0" || !/^ss2: [^\n]+\n/.test(said)) throw new Error(`status ${status}: ${said}`);
  return said.trim();
}

/** All families but the one that is in `/proc` only, as in the steps of the guest. */
const formatArguments = ["-an", "-A", "all,!ping"];

/** What was printed is printed again, to the byte, from the recording, by another kernel. */
export function checkReplay(output: GuestOutput, step: string, format: string, program: Program): string {
  const stored = output.step(step);
  // What comes from /proc is not in it.
  const printed = step === "list" ? stored.replaceAll(/^.*"source":"proc".*\n/gm, "") : stored;
  const words = [...formatArguments, "--format", format, "--read", output.path(`${step}.pcap`)];
  const again = program(words);
  if (again === printed) return `${printed.length} characters`;
  const [was, is] = [printed.split("\n"), again.split("\n")];
  const i = was.findIndex((line, i) => line !== is[i]);
  throw new Error(`line ${i + 1} was ${was[i]?.slice(0, 600)}, is ${is[i]?.slice(0, 600)}`);
}

/** A recording of another kernel is read here as it is read on this machine. */
export function checkForeignRecording(output: GuestOutput, name: string, path: string, program: Program): string {
  const expected = program(["-a", "--format", "ndjson", "--read", path]);
  if (output.step(`read-${name}`) !== expected) throw new Error("it is printed otherwise");
  return `${lines(expected).length} sockets`;
}
