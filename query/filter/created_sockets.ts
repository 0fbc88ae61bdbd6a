/**
 * Filters for the sockets that were not there before, and for those that some processes have created.
 */
import { stateWords } from "../../decode/kernel/tcp_states.ts";
import { exists, testOfField } from "./conditions.ts";
import { allOf, anyOf, constant, type Expression, not } from "./expression.ts";
import { Filter } from "./filter.ts";
import { Test, WordTest } from "./value_tests.ts";

/** Whose sockets are looked for. */
export interface Creators {
  /** Id of their control group; `null` if they have none. */
  readonly cgroup: bigint | null;
  readonly pids: ReadonlySet<number>;
}

/** The sockets that were there, by their cookies. */
export class KnownSockets {
  readonly #cookies = new Set<number>();

  /** Notes every socket, and lets none pass. */
  readonly note: Filter = filterOf(testOfField(
    "cookie",
    "cookie",
    new CookieTest((cookie) => {
      this.#cookies.add(cookie);
      return false;
    }),
  ));

  /** A socket that was not there. */
  readonly #unseen: Expression = testOfField(
    "cookie",
    "cookie",
    new CookieTest((cookie) => !this.#cookies.has(cookie)),
  );

  /** The sockets that pass `filter`, were not there, and are of some processes. */
  createdBy({ cgroup, pids }: Creators, filter: Filter | null, withTimeWait: boolean): Filter {
    const created = [
      ...cgroup === null ? [] : [testOfField("cgroup_id", "cgroup_id", new IdentifierTest(cgroup))],
      testOfField("owners.pid", "owners.pid", new NumberTest(pids)),
      // Nobody holds them, and the kernel does not tell who did.
      ...withTimeWait ? [ofState("time-wait")] : [],
    ];
    return filterOf(allOf([filter?.expression ?? constant(true), this.#unseen, anyOf(created)]));
  }

  /** The sockets that pass `filter`, were not there, and are held by no process. */
  heldByNobody(filter: Filter | null): Filter {
    const states = [not(ofState("time-wait")), ofStatus("none", "kernel")];
    return filterOf(allOf([filter?.expression ?? constant(true), this.#unseen, ...states]));
  }

  /** The sockets that pass `filter`, were not there, and of which nothing says who has created them. */
  heldBySomebody(cgroup: bigint | null, filter: Filter | null): Filter {
    const known = cgroup === null ? [] : [not(exists("cgroup_id"))];
    const unknown = [ofStatus("denied", "raced"), ...known];
    return filterOf(allOf([filter?.expression ?? constant(true), this.#unseen, ...unknown]));
  }
}

const filterOf = (expression: Expression): Filter => new Filter("", null, expression);

const ofStatus = (...words: readonly string[]): Expression =>
  testOfField("owner_status", "owner_status", new WordTest(words));

const ofState = (name: string): Expression => ({
  kind: "condition",
  condition: { kind: "states", mask: stateWords.get(name)!, words: [] },
  text: name,
});

class CookieTest extends Test {
  constructor(readonly holds: (cookie: number) => boolean) {
    super();
  }

  /** Cookies are counted up from 1: none comes near 2^53. */
  override identifier(low: number, high: number): boolean {
    return this.holds((high >>> 0) * 0x100000000 + (low >>> 0));
  }
}

class IdentifierTest extends Test {
  readonly #low: number;
  readonly #high: number;

  constructor(value: bigint) {
    super();
    this.#low = Number(BigInt.asIntN(32, value));
    this.#high = Number(BigInt.asIntN(32, value >> 32n));
  }

  override identifier(low: number, high: number): boolean {
    return low === this.#low && high === this.#high;
  }
}

class NumberTest extends Test {
  constructor(readonly values: ReadonlySet<number>) {
    super();
  }

  override integer(value: number): boolean {
    return this.values.has(value);
  }
}
