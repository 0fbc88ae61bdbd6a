/**
 * Filters in tests: read for all families, run against a source.
 */
import { AF_INET, AF_INET6 } from "../../../decode/kernel/address_family.ts";
import type { DatagramSource } from "../../../decode/netlink/datagram_source.ts";
import { families } from "../../../decode/families/all_families.ts";
import type { Family } from "../../../decode/families/family.ts";
import type { Key } from "../../../decode/record/key.ts";
import type { Layout } from "../../../decode/record/layout.ts";
import type { Plan } from "../../../decode/plan/plan.ts";
import { runPlan } from "../../../decode/plan/run_plan.ts";
import { ForwardingSink } from "../../../decode/record/forwarding_sink.ts";
import { nowhere } from "../../../decode/record/nowhere.ts";
import { ALL_STATES } from "../../../decode/kernel/tcp_states.ts";
import { type Filter, readFilter } from "../../../query/filter/filter.ts";
import type { Context } from "../../../query/filter/context.ts";
import { type Names, noNames } from "../../../decode/lookups/names.ts";
import { walkLayout } from "../../../decode/record/walk_layout.ts";
import type { Outcome } from "../../../decode/record/outcome.ts";

export const family = (name: string): Family => families.find((family) => family.name === name)!;

/** Some families by name, all by default. */
export function contextOf(names: Names = noNames, ...chosen: string[]): Context {
  return {
    families: chosen.length === 0 ? families : chosen.map(family),
    addressLengths: [4, 16],
    names,
  };
}

export const filterOf = (text: string, context: Context = contextOf()): Filter => readFilter(text, context);

/** Notes the cookies of records, in hexadecimal. */
export class CookieSink extends ForwardingSink {
  readonly cookies: string[] = [];

  constructor() {
    super(nowhere);
  }

  override structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    walkLayout(layout, view, bytes, start, end, this);
  }

  override identifier(key: Key, low: number, high: number): void {
    if (key.path !== "cookie") return;
    this.cookies.push((BigInt(high >>> 0) << 32n | BigInt(low >>> 0)).toString(16));
  }
}

/** A source whose answers are taken for recorded: then nothing is left to the kernel. */
export function recorded(source: DatagramSource): DatagramSource {
  return {
    live: false,
    release: source.release,
    get portId() {
      return source.portId;
    },
    send: (request) => source.send(request),
    receive: (buffer) => source.receive(buffer),
    restart: () => source.restart(),
    [Symbol.dispose]: () => {},
  };
}

export interface Selected extends Outcome {
  /** Cookies of the sockets that passed, in hexadecimal, sorted. */
  readonly cookies: readonly string[];
}

/** The sockets of a family that pass a filter, in whatever state they are unless it says so. */
export function select(
  source: DatagramSource,
  filter: Filter | null,
  name = "TCP",
  more: Partial<Plan> = {},
): Selected {
  const sink = new CookieSink();
  const plan: Plan = {
    families: [family(name)],
    addressFamilies: [AF_INET, AF_INET6],
    states: filter?.states ?? ALL_STATES,
    bpfMaps: false,
    named: true,
    ...filter === null ? {} : { filter },
    wanted: (key) => key.path === "cookie" || filter?.reads(key) === true,
    ...more,
  };
  const outcome = runPlan(plan, source, sink);
  return { ...outcome, cookies: sink.cookies.sort() };
}
