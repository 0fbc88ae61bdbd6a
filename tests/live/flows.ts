/**
 * Dumps of the running kernel for live tests, chosen in the words of the command line.
 */
import { assertEquals } from "@std/assert";
import { families } from "../../decode/families/all_families.ts";
import type { Plan } from "../../decode/plan/plan.ts";
import { runPlan } from "../../decode/plan/run_plan.ts";
import { currentNames } from "../../ffi/filter_names.ts";
import { openNetlinkSocket } from "../../ffi/netlink_socket.ts";
import { type FieldObject, type FlowObject, ObjectSink } from "../../decode/record/object_sink.ts";
import { parsePlan } from "../../options/sockets.ts";
import { parseArguments } from "../../options/getopt.ts";
import { contextOf, filterOf } from "../query/filter/filtering.ts";
import { assertRecords } from "../schema.ts";
import type { Socket } from "./sockets.ts";

/** What the program would ask for, without owners. */
export function planOf(...args: string[]): Plan {
  const parsed = parseArguments(args);
  const words = parsed.words.join(" ");
  const filter = words === "" ? null : filterOf(words, contextOf(currentNames));
  const choice = parsePlan(parsed, false, filter);
  const chosen = choice.families.map(({ name }) => name);
  return {
    ...choice,
    families: families.filter(({ name }) => chosen.includes(name)),
    ...filter === null || filter.isEmpty ? {} : { filter },
  };
}

/** The sockets that the program would print for `args`; the dump must be whole and without a warning. */
export function dumpFlows(...args: string[]): FlowObject[] {
  using source = openNetlinkSocket();
  const sink = new ObjectSink();
  const outcome = runPlan(planOf(...args), source, sink);
  const flows = sink.take();
  assertEquals([outcome.warnings, outcome.failed, outcome.records], [[], 0, flows.length]);
  assertRecords(flows);
  return flows;
}

/** The one flow of `flows` that is `socket`. */
export function flowOf(socket: Socket, flows: readonly FlowObject[] = dumpFlows("-taB", "state", "all")): FlowObject {
  const { inode } = socket;
  const found = flows.filter((flow) => flow["inode"] === inode);
  assertEquals(found.length, 1, `sockets with inode ${inode}`);
  return found[0]!;
}

/** The object in the field `name`. */
export function objectIn(flow: FieldObject, name: string): FieldObject {
  const value = flow[name];
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`${name} is no object: ${JSON.stringify(value)}`);
  }
  return value;
}
