/** All checks of what a guest has left. */
import { checkSs, checkTshark } from "./others.ts";
import type { GuestOutput } from "./output.ts";
import { checkDoctor, checkProcListing, checkSameSockets, checkWithoutModules } from "./sources.ts";
import {
  checkFilter,
  checkFirstUse,
  checkForeignRecording,
  checkNamespaces,
  checkNamespacesLimit,
  checkNobody,
  checkOwners,
  checkRefusedFilter,
  checkReplay,
  type Program,
} from "./steps.ts";
import { assertNone, assertSame, type Tap } from "./tap.ts";
import { compareTruth, type Comparison } from "./truth.ts";

/** Checks everything. `program` is the path of the packed file. */
export async function judge(
  guest: GuestOutput,
  recordings: ReadonlyMap<string, string>,
  program: string,
  tap: Tap,
): Promise<void> {
  const { kernel } = guest;
  const check = (name: string, run: () => string | void) => tap.check(`${kernel.name}: ${name}`, run);
  const here: Program = (args, statuses = [0]) => {
    const { stdout, stderr, code } = new Deno.Command(program, { args: [...args], stdin: "null" }).outputSync();
    const text = (data: Uint8Array) => new TextDecoder().decode(data);
    if (!statuses.includes(code)) throw new Error(`ss2 ${args.join(" ")} ended with status ${code}: ${text(stderr)}`);
    return text(stdout);
  };
  await check("the packed file starts where it was copied to", () => checkFirstUse(guest));
  let comparisons: ReadonlyMap<string, Comparison> = new Map();
  await check("sockets of all families that it should have could be opened", () => {
    assertSame(guest.truths.missing, kernel.missing, "missing families");
    comparisons = compareTruth(guest);
    return `${guest.truths.sockets.length} sockets`;
  });
  for (const [protocol, { compared, equal, sockets, faults }] of comparisons) {
    await check(`${protocol}: values of the listing are those of the sockets`, () => {
      assertNone(faults);
      return `${equal} of ${compared} values of ${sockets} sockets`;
    });
  }
  await check("--doctor: the kernel loads its diagnostics for all families", () => checkDoctor(guest));
  await check("--doctor without modules says what comes from /proc/net", () => checkWithoutModules(guest));
  await check("a listing without modules says what is true", () => checkProcListing(guest));
  await check("a listing without modules has the sockets of that with them", () => checkSameSockets(guest));
  await check("ss lists the same sockets with the same values", () => checkSs(guest));
  await check("tshark finds the same sockets in the recording", () => checkTshark(guest));
  await check("-p: each socket has its process, descriptor and control group", () => checkOwners(guest));
  await check("without privileges nothing is claimed of other users' processes", () => checkNobody(guest));
  await check("-N all lists 300 namespaces", () => checkNamespaces(guest));
  await check("-N all says which namespaces it leaves out", () => checkNamespacesLimit(guest));
  const filters = Deno.readTextFileSync(new URL("../guest/filters", import.meta.url)).trim().split("\n");
  for (const [name = "", args = ""] of filters.map((line) => line.split("|"))) {
    await check(`filter ${args}`, () => checkFilter(guest, name, args, here));
  }
  await check("a filter for marks is refused without privileges", () => checkRefusedFilter(guest));
  for (const step of ["list", "format-json", "format-yaml", "format-csv", "format-tsv", "format-table"]) {
    const format = step === "list" ? "ndjson" : step.replace("format-", "");
    await check(`${format} is printed again from its recording`, () => checkReplay(guest, step, format, here));
  }
  for (const [name, path] of recordings) {
    await check(`the recording ${name} is read`, () => checkForeignRecording(guest, name, path, here));
  }
}
