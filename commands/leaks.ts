/**
 * `--leaks`: runs a command, and lists the sockets that it and its children have created and that are still there.
 */
import { TCP_TIME_WAIT } from "../decode/kernel/tcp_states.ts";
import { nowhere } from "../decode/record/nowhere.ts";
import { ObjectSink } from "../decode/record/object_sink.ts";
import type { Outcome } from "../decode/record/outcome.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { type CommandChildren, openCommandChildren } from "../ffi/command_children.ts";
import { environmentVariable } from "../ffi/environment.ts";
import { noteRuntimeSockets } from "../ffi/own_sockets.ts";
import { RunningCommand } from "../ffi/run_command.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { DumpCommand, LeaksCommand } from "../options/command.ts";
import { identifying } from "../query/checks/found_socket.ts";
import type { CheckResult } from "../query/checks/judge.ts";
import { askedFields } from "../query/asked_fields.ts";
import { KnownSockets } from "../query/filter/created_sockets.ts";
import type { Filter } from "../query/filter/filter.ts";
import { openSession } from "../session.ts";
import { writeReports } from "./check.ts";
import { DONE, NOTHING } from "./exit_status.ts";
import { listSockets, runOf } from "./list.ts";
import { complain } from "./print.ts";
import { buildOf } from "./version.ts";

/** The pauses between two listings, in milliseconds. */
const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 200;

/** Runs the command; the exit status is that of the command, if it is not 0, else that of the check. */
export async function findLeaks(command: LeaksCommand, print: Write, abandon: () => void): Promise<number> {
  noteRuntimeSockets();
  const children = openCommandChildren();
  try {
    return await runAndList(command, children, print, abandon);
  } finally {
    children[Symbol.dispose]();
    children.warnings.forEach(complain);
  }
}

async function runAndList(
  { listing, command, grace, reports }: LeaksCommand,
  children: CommandChildren,
  print: Write,
  abandon: () => void,
): Promise<number> {
  const leaks = new Leaks(listing, children);
  const before = await leaks.note();
  using running = children.enclose(() => RunningCommand.start(command, keptEnvironment()));
  const status = await running.wait();
  await leaks.waitUntilGone(grace);
  const filtered = leaks.listing(leaks.created());
  const special = { told: { leaks_from: children.how }, trustsLookups: true };
  const listed = await listSockets(filtered, print, abandon, undefined, special);
  const obstacles = [...before, ...await leaks.obstacles()];
  obstacles.forEach(complain);
  const result = obstacles.length > 0 && listed.status === DONE ? NOTHING : listed.status;
  if (reports.length > 0) await writeReports(reports, [await leaks.result(result, obstacles)], listing.output, print);
  return status === DONE ? result : status;
}

/** The environment that the header of the packed program has hidden from Deno; `null` if Deno has all of it. */
const keptEnvironment = (): string | null => buildOf().how === "packed" ? environmentVariable("SS2_ENVIRONMENT") : null;

/** The sockets of a command. */
class Leaks {
  readonly #known = new KnownSockets();

  constructor(readonly command: DumpCommand, readonly children: CommandChildren) {}

  /** Records the sockets that exist before the command; returns what may be missing. */
  async note(): Promise<readonly string[]> {
    const { warnings, lookupWarnings } = await this.#look(this.#known.note, nowhere, true);
    return warnings.filter((warning) => !lookupWarnings.includes(warning));
  }

  /** The filter for the sockets that the command and its children have created. */
  created(): Filter {
    const { command: { plan, filter }, children } = this;
    const withTimeWait = plan.states === null || (plan.states >> TCP_TIME_WAIT & 1) === 1;
    return this.#known.createdBy({ cgroup: children.cgroup, pids: children.pids() }, filter, withTimeWait);
  }

  /** Lists sockets until none of the command is left, or the time is over. */
  async waitUntilGone(grace: number): Promise<void> {
    const end = performance.now() + grace;
    for (let pause = FIRST_PAUSE;; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      const { records } = await this.#look(this.created(), nowhere, true);
      const now = performance.now();
      if (records === 0 && (await this.obstacles()).length === 0 || now >= end) return;
      await new Promise((resolve) => setTimeout(resolve, Math.min(pause, end - now)));
    }
  }

  /** Warns about new sockets whose creator is unknown. */
  async obstacles(): Promise<readonly string[]> {
    const { command: { filter }, children } = this;
    const unseen = await this.#look(this.#known.heldBySomebody(children.cgroup, filter), nowhere, true);
    const told: string[] = [];
    if (unseen.records > 0) {
      told.push(
        `cannot tell who created ${unseen.records} new sockets: ${unseen.lookupWarnings[0] ?? "processes ended"}`,
      );
    }
    // The kernel reports the control group of sockets that no process holds.
    if (children.cgroup !== null) return told;
    const { records } = await this.#look(this.#known.heldByNobody(filter), nowhere, true);
    if (records === 0) return told;
    const advice = "that needs a control group (cgroup v2, as root)";
    return [...told, `cannot tell who created ${records} new sockets that no process holds: ${advice}`];
  }

  listing(filter: Filter): DumpCommand {
    return { ...this.command, filter, plan: { ...this.command.plan, filter } };
  }

  /** The result for reports. */
  async result(status: number, obstacles: readonly string[]): Promise<CheckResult> {
    const objects = new ObjectSink();
    const { warnings } = await this.#look(this.created(), objects, false);
    const sockets = objects.take().map((flow) => {
      const { owners: _owners, ...evidence } = identifying(flow);
      return {
        socket: identifying(flow),
        evidence: { state: evidence["state"] ?? "", cookie: evidence["cookie"] ?? "" },
      };
    });
    return {
      rule: LEAKS,
      result: status === DONE ? "holds" : status === NOTHING ? "unknown" : "fails",
      reason: obstacles[0] ?? warnings[0] ?? null,
      count: sockets.length,
      sockets,
    };
  }

  async #look(filter: Filter, sink: RecordSink, briefly: boolean): Promise<Outcome> {
    const { plan, ...command } = this.listing(filter);
    const wanted = briefly ? { wanted: askedFields(new Set(), filter) } : {};
    using session = await openSession(runOf({ ...command, plan: { ...plan, ...wanted } }));
    return session.run(sink);
  }
}

/** The texts of reports about leaks. */
const LEAKS: CheckResult["rule"] = {
  name: "leaks",
  severity: "error",
  filter: "",
  over: "sockets",
  expect: "none",
  message: "The command left sockets behind.",
  why: "They keep ports, and what listens on them takes connections of others.",
  remedy: "End the processes that hold them, and close sockets before the end.",
};
