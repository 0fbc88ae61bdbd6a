/** The listing against the truth, value by value. */
import type { Truth } from "../guest/truth.ts";
import type { Kernel } from "../kernels.ts";
import { at, canonical, type GuestOutput, matching } from "./output.ts";
import { valuesOf } from "./structures.ts";

/** How many values of a family were compared, and what was wrong. */
export interface Comparison {
  compared: number;
  equal: number;
  sockets: number;
  readonly faults: string[];
}

/** Members that took the place of bytes without a meaning: by path, the kernel that they came with. */
const members: Readonly<Record<string, number>> = {
  "mptcp_info.retransmits": 6.05,
  "mptcp_info.endp_laminar_max": 6.18,
};

/** What must be in the listing for a socket, by path. `release` is 6.12 for any kernel of that name. */
function expectedOf({ is, structures, moving }: Truth, kernel: Kernel, release: number): Map<string, unknown> {
  const expected = new Map<string, unknown>(Object.entries(is));
  for (const [path, hex] of Object.entries(structures)) {
    if (moving) continue;
    for (const [name, value] of valuesOf(path, hex, kernel)) {
      if (!expected.has(name) && release >= (members[name] ?? 0)) expected.set(name, value);
    }
  }
  return expected;
}

/** Whether this kernel lists the socket. */
function isListed({ name }: Truth, { name: kernel }: Kernel): boolean {
  // Sockets that are bound and nothing else: 6.8.
  return !/^tcp[46]\.bound$/.test(name) || ["6.12", "7"].includes(kernel);
}

function compare(truth: Truth, output: GuestOutput, comparison: Comparison): void {
  const { name, protocol, find, absent } = truth;
  comparison.sockets++;
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(output.text("release"))!;
  const release = Number(major) + Number(minor) / 100;
  const flows = output.flows("list");
  const found = matching(flows, protocol, find);
  if (found.length !== 1) {
    comparison.faults.push(`${name}: listed ${found.length} times`);
    comparison.compared++;
    return;
  }
  const flow = found[0]!;
  for (const [path, value] of expectedOf(truth, output.kernel, release)) {
    comparison.compared++;
    if (canonical(at(flow, path)) === canonical(value)) comparison.equal++;
    else comparison.faults.push(`${name}: ${path} is ${canonical(at(flow, path))}, not ${canonical(value)}`);
  }
  for (const path of absent) {
    comparison.compared++;
    if (at(flow, path) === undefined) comparison.equal++;
    else comparison.faults.push(`${name}: has ${path}: ${canonical(at(flow, path))}`);
  }
}

/** By protocol: the values of the listing of all sockets. */
export function compareTruth(output: GuestOutput): Map<string, Comparison> {
  const { kernel, truths } = output;
  const flows = output.flows("list");
  const comparisons = new Map<string, Comparison>();
  for (const truth of truths.sockets) {
    const { protocol } = truth;
    // It comes from /proc, which says less.
    if (protocol === "PING" || kernel.undiagnosed.includes(protocol)) continue;
    const comparison = comparisons.get(protocol) ?? { compared: 0, equal: 0, sockets: 0, faults: [] };
    comparisons.set(protocol, comparison);
    if (isListed(truth, kernel)) compare(truth, output, comparison);
    else if (matching(flows, protocol, truth.find).length > 0) comparison.faults.push(`${truth.name}: is listed`);
  }
  return comparisons;
}
