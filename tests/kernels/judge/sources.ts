/** Where the sockets come from: diagnostics that the kernel loads, `/proc/net` where there are none, and what is said of it. */
import { at, canonical, type Flow, type GuestOutput, matching } from "./output.ts";
import { assertNone, assertSame } from "./tap.ts";

/** Families that `/proc/net` has, if the kernel has them. */
const inProc = ["TCP", "UDP", "UDPLITE", "RAW", "SCTP", "PING", "UNIX", "NETLINK", "PACKET"];

interface Doctor {
  readonly kernel: string | { readonly release: string };
  readonly families: readonly { readonly name: string; readonly answer: string }[];
  readonly missing: readonly unknown[];
}

function answersOf(output: GuestOutput, step: string): Map<string, string> {
  const { families } = JSON.parse(output.step(step)) as Doctor;
  return new Map(families.map(({ name, answer }) => [name, answer]));
}

/** With the kernel's modules every family answers that this kernel has diagnostics for. */
export function checkDoctor(output: GuestOutput): string {
  const { missing, undiagnosed } = output.kernel;
  const answers = answersOf(output, "doctor");
  const expected = [...answers.keys()].map((name) => {
    if (name === "PING") return [name, "proc"];
    return [name, missing.includes(name) || undiagnosed.includes(name) ? "nothing" : "netlink"];
  });
  assertSame([...answers], expected, "families");
  return `${[...answers.values()].filter((answer) => answer === "netlink").length} families answer`;
}

/** Without them it says so, and a listing is made of `/proc/net`. */
export function checkWithoutModules(output: GuestOutput): string {
  const answers = answersOf(output, "proc-doctor");
  const { missing } = output.kernel;
  const expected = [...answers.keys()].map((name) => [
    name,
    inProc.includes(name) && !missing.includes(name) ? "proc" : "nothing",
  ]);
  assertSame([...answers], expected, "families");
  return `${expected.filter(([, answer]) => answer === "proc").length} families in /proc/net`;
}

/** What `/proc/net` says of the sockets is true, and comes with its source. */
export function checkProcListing(output: GuestOutput): string {
  const flows = output.flows("proc-list");
  const faults: string[] = [];
  let compared = 0;
  const listed = output.truths.sockets.filter(({ protocol }) => inProc.includes(protocol));
  for (const { name, protocol, find, is } of listed) {
    if (!isInProc(name)) continue;
    const { association: _, ...rest } = find;
    const found = matching(flows, protocol, rest);
    if (found.length === 0) {
      faults.push(`${name} is not listed`);
      continue;
    }
    const flow = found[0]!;
    if (flow["source"] !== "proc") faults.push(`${name}: its source is ${flow["source"]}`);
    for (const [path, value] of Object.entries(is)) {
      const actual = at(flow, path);
      if (actual === undefined || !isKnownInProc(name, path)) continue;
      compared++;
      if (canonical(actual) !== canonical(value)) {
        faults.push(`${name}: ${path} is ${canonical(actual)}, not ${canonical(value)}`);
      }
    }
  }
  assertNone(faults);
  return `${compared} values`;
}

/** Bound TCP sockets are not there. */
const isInProc = (name: string) => !/^tcp[46]\.bound$/.test(name);

/** Whether `/proc/net` says the same: SCTP has another first address there, and no scopes; `@` stands for any NUL. */
const isKnownInProc = (name: string, path: string) =>
  !(name.startsWith("sctp") && ["src", "locals", "peers"].includes(path)) &&
  !(name.startsWith("unix.abstract") && path === "path_name_hex");

/** Both listings show the same sockets: with and without modules. */
export function checkSameSockets(output: GuestOutput): string {
  const identity = (flow: Flow) =>
    canonical([flow["protocol"], flow["inode"], flow["src"], flow["src_port"], flow["dst"], flow["dst_port"]]);
  const protocols = ["UDP", "UDPLITE"];
  const both = ["list", "proc-list"].map((step) =>
    output.flows(step).filter(({ protocol }) => protocols.includes(protocol)).map(identity).sort()
  );
  assertSame(both[1], both[0], "sockets of /proc/net");
  return `${both[0]!.length} sockets of UDP`;
}
