/**
 * Repeated listings: each compares its counters with the one before, and counts what was opened and closed.
 */
import type { Family } from "../decode/families/family.ts";
import { rates } from "../decode/lookups/rates.ts";
import type { Key } from "../decode/record/key.ts";
import type { Outcome } from "../decode/record/outcome.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import type { Filter } from "./filter/filter.ts";
import { LateFilter } from "./filter/late_filter.ts";
import type { LastingTotals } from "./lasting_totals.ts";
import { Counters, NonzeroRates, RatesSink } from "./rates.ts";

/** What a round was. */
export interface Round {
  /** From 1 on. */
  readonly round: number;
  /** Seconds since the start of the round before; absent in the first. */
  readonly interval?: number;
  /** Listed sockets that pass the filter. */
  readonly sockets: number;
  /** Sockets that the round before did not list. */
  readonly opened: number;
  /** Sockets that the round before listed and this one did not. */
  readonly closed: number;
  /** Those of them that no round has listed; only where the kernel told of their ends. */
  readonly unlisted?: number;
  /** Sockets of which something changed or was counted; only where changes are told. */
  readonly changed?: number;
  /** Whether nothing is known to be missing. If something is that other rounds had, no socket counts as closed. */
  readonly complete: boolean;
}

/** Whether a filter compares what is only known behind the listing. */
export const isLate = (filter: Filter | null): filter is Filter =>
  filter?.paths.some((path) => path === rates.path || path.startsWith(`${rates.path}.`)) === true;

/** Fields that a socket keeps until it is closed. A filter of others can be passed, and no longer be passed, at any time. */
const LASTING =
  /^(protocol|family|type|src|src_port|src_cid|dst|dst_port|dst_cid|src_host|dst_host|iface|iface_idx|inode|cookie|netns|path_name|abstract|owners|owner_status|uid|user|cgroup|cgroup_id|unit|container|v6only|ip_protocol|netlink_protocol|created)(\.|$)/;

/** Whether a socket that passes a filter once passes it until it is closed. */
export const isLasting = (filter: Filter | null): boolean =>
  filter === null || filter.states === null && filter.paths.every((path) => LASTING.test(path));

/**
 * Milliseconds for which what was counted of a socket is kept that is no longer listed and whose end was told: what is left of
 * it can be listed.
 */
const GRACE = 10_000;

/** What prints whole listings needs of them. */
export interface Listings {
  set skipsZeros(skips: boolean);
  start(target: RecordSink): RecordSink;
  end(outcome: Outcome): Round;
}

/** The listings of a run. */
export class Rounds implements Listings {
  readonly counters: Counters;
  /** Follows the sockets of the rounds; their ends are told too. */
  lasting: LastingTotals | null = null;
  #number = 0;
  #started = NaN;
  #interval = NaN;
  #before = 0;
  /** Number of sockets that are open, as far as the rounds so far have shown. */
  #open = 0;
  /** When the rounds within the last {@linkcode GRACE} started. */
  readonly #starts: number[] = [];
  #late: LateFilter | null = null;
  /** What all rounds so far have lacked; `null` before the first. */
  #standing: ReadonlySet<string> | null = null;

  /**
   * @param filter as typed; what it compares of rates is done here
   * @param shown the fields that are shown; `null` for all
   * @param skipsZeros whether rates of 0 are left out
   */
  constructor(
    readonly families: readonly Family[],
    readonly filter: Filter | null,
    shown: ReadonlySet<Key> | null,
    public skipsZeros: boolean,
    readonly clock: () => number = () => performance.now(),
  ) {
    const isNeeded = (key: Key) => shown!.has(key) || filter !== null && isLate(filter) && filter.reads(key);
    this.counters = new Counters(families, shown === null ? null : isNeeded);
  }

  /** Starts a round: opens the sink for its listing, which adds rates and passes sockets on. */
  start(target: RecordSink): RecordSink {
    const now = this.clock();
    this.#interval = now - this.#started;
    this.#started = now;
    this.#number++;
    this.#before = this.counters.memory.count;
    this.lasting?.startRound(this.#interval);
    while (this.#starts[0]! < now - GRACE) this.#starts.shift();
    this.#starts.push(now);
    const { families, filter, counters, clock, skipsZeros } = this;
    if (!isLate(filter)) return new RatesSink(target, families, counters, clock, skipsZeros);
    this.#late = this.#openLate(target, filter);
    return new RatesSink(this.#late, families, counters, clock);
  }

  /**
   * Opens the sink for sockets that were closed since the round before, with their last counters: adds rates as
   * {@linkcode start} does, and remembers nothing.
   */
  ends(target: RecordSink): RecordSink {
    const { families, filter, counters, clock, skipsZeros } = this;
    const interval = this.#interval;
    if (!isLate(filter)) return new RatesSink(target, families, counters, clock, skipsZeros, interval);
    return new RatesSink(this.#openLate(target, filter), families, counters, clock, false, interval);
  }

  /** The filter may compare rates with 0. */
  #openLate(target: RecordSink, filter: Filter): LateFilter {
    return new LateFilter(this.skipsZeros ? new NonzeroRates(target) : target, filter, this.families);
  }

  /**
   * Ends it.
   *
   * @param close forgets what was not listed
   */
  end(outcome: Outcome, close: () => void = this.#close): Round {
    const { memory } = this.counters;
    this.lasting?.endListing();
    const lacks = lacksOf(outcome);
    const standing: ReadonlySet<string> = this.#standing ?? new Set(lacks);
    this.#standing = new Set(lacks.filter((lack) => standing.has(lack)));
    const opened = memory.count - this.#before;
    const before = this.#open + opened;
    // What no round has seen is not missed now.
    const isWhole = lacks.every((lack) => standing.has(lack));
    this.#open = isWhole ? memory.listed : before;
    if (isWhole) close();
    return {
      round: this.#number,
      ...this.#number === 1 ? {} : { interval: Math.round(this.#interval) / 1000 },
      sockets: this.#late?.passed ?? outcome.records,
      opened: this.#number === 1 ? 0 : opened,
      closed: Math.max(0, before - this.#open),
      complete: lacks.length === 0,
    };
  }

  #close = (): void => {
    const { counters, lasting } = this;
    if (lasting === null) counters.endRound(() => {});
    else counters.endRound(lasting.forget, lasting.move, this.#starts.length);
  };
}

/** What a listing is known to lack, without numbers, which differ from round to round. That some fields are missing does not matter. */
const lacksOf = ({ failed, warnings, lookupWarnings }: Outcome): readonly string[] => [
  ...warnings.filter((warning) => !lookupWarnings.includes(warning)).map((warning) => warning.replaceAll(/\d+/g, "N")),
  ...failed > 0 ? [`${failed} failed`] : [],
];
