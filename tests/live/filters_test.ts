/**
 * Filters on sockets of many kinds: the kernel, the program and `ss` must select the same.
 */
import { assert, assertEquals } from "@std/assert";
import fc from "../packages/fast_check.ts";
import type { DatagramSource } from "../../decode/netlink/datagram_source.ts";
import { currentNames } from "../../ffi/filter_names.ts";
import { openNetlinkSocket } from "../../ffi/netlink_socket.ts";
import { contextOf, filterOf, recorded, select, type Selected } from "../query/filter/filtering.ts";
import { isInstalled, run } from "../program.ts";
import { ManySockets, PORTS } from "./many_sockets.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, openTcp } from "./sockets.ts";

/** An expression as text, and in the syntax of `ss`; `null` if `ss` has no equivalent. */
interface Written {
  readonly text: string;
  readonly ss: string | null;
}

const same = (text: string): Written => ({ text, ss: text });

/** Expressions of conditions on the given ports. */
function expressions(ports: readonly number[]): fc.Arbitrary<Written> {
  const port = fc.oneof(fc.constantFrom(...ports), fc.constantFrom(...ports).map((port) => Math.min(port + 1, 65535)));
  const operator = fc.constantFrom(
    "=",
    "==",
    "eq",
    "!=",
    "ne",
    "neq",
    ">",
    "gt",
    "<",
    "lt",
    ">=",
    "ge",
    "geq",
    "<=",
    "le",
    "leq",
  );
  const compared = fc.tuple(fc.constantFrom("sport", "dport"), operator, fc.constantFrom("", ":"), port)
    .map(([side, operator, colon, port]) => same(`${side} ${operator} ${colon}${port}`));
  // With not before it, `ss` compares addresses of IPv4 and IPv6 with each other, and so what both have zeros for.
  const v4 = fc.tuple(
    fc.constantFrom("127.0.0.1", "127.0.1.2", "0.0.0.0", "127.0.0.0", "10.0.0.1", "127"),
    fc.option(fc.nat(32)),
  ).map(([address, length]) => ({
    address: length === null ? address : `${address}/${length}`,
    sound: address !== "0.0.0.0" && (length === null || length >= 8),
  }));
  const v6 = fc.tuple(fc.constantFrom("::1", "::", "::ffff:127.0.0.2", "fe80::1"), fc.option(fc.nat(128)))
    .map(([address, length]) => ({
      address: `[${address}${length === null ? "" : `/${length}`}]`,
      sound: length === null && address !== "::",
    }));
  const any = fc.constantFrom("*", "").map((address) => ({ address, sound: true }));
  const host = fc.tuple(fc.oneof(v4, v6, any), fc.option(port))
    .map(([{ address, sound }, port]) => ({ host: port === null ? address || "*" : `${address}:${port}`, sound }));
  const placed = fc.tuple(fc.constantFrom("src", "dst"), fc.constantFrom("", "= "), host)
    .map(([side, equal, { host, sound }]) => ({
      text: `${side} ${equal}${host}`,
      ss: sound ? `${side} ${equal}${host}` : null,
    }));
  // In `ss` a prefix also changes which families are listed.
  const prefixed = fc.tuple(
    fc.constantFrom("src", "dst"),
    fc.oneof(
      fc.oneof(v4, any).map(({ address }) => `inet:${address || "*"}`),
      fc.oneof(v6, any).map(({ address }) => `inet6:${address || "*"}`),
      fc.oneof(v4, v6, any).map(({ address }) => `${address.replace(/(\/[0-9]+)?\]?$/, "%lo$&") || "*%lo"}`),
    ),
    fc.option(port),
  ).map(([side, host, port]) => ({ text: `${side} ${host}${port === null ? "" : `:${port}`}`, ss: null }));
  const negated = fc.tuple(fc.constantFrom("src", "dst"), host).map(([side, { host, sound }]) => ({
    text: `${side} != ${host}`,
    ss: sound ? `not ${side} ${host}` : null,
  }));
  const device = fc.tuple(fc.constantFrom("=", "!="), fc.constantFrom("lo", "0", "1", "if1", "7"))
    .map(([operator, device]) => same(`dev ${operator} ${device}`));
  const mark = fc.tuple(
    fc.constantFrom("=", "!="),
    fc.constantFrom("0", "0x101", "4", "0x104"),
    fc.constantFrom("", "/0xff", "/0x100"),
  )
    .map(([operator, mark, mask]) => same(`fwmark ${operator} ${mark}${mask}`));
  const cgroup = fc.constantFrom("=", "!=").map((operator) => ({ text: `cgroup ${operator} /`, ss: null }));
  const autobound = fc.constant({ text: "autobound", ss: null });
  const leaf = fc.oneof(
    { weight: 4, arbitrary: compared },
    { weight: 4, arbitrary: placed },
    { weight: 1, arbitrary: negated },
    { weight: 1, arbitrary: prefixed },
    { weight: 1, arbitrary: device },
    { weight: 1, arbitrary: mark },
    { weight: 1, arbitrary: cgroup },
    { weight: 1, arbitrary: autobound },
  );
  const { tree } = fc.letrec<{ tree: Written }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc.tuple(fc.constantFrom(" and ", " or ", " ", " & ", " || "), tie("tree"), tie("tree")).map((
        [join, one, other],
      ) => ({
        text: `( ${one.text}${join}${other.text} )`,
        ss: one.ss === null || other.ss === null ? null : `( ${one.ss}${join}${other.ss} )`,
      })),
      tie("tree").map(({ text, ss }) => ({ text: `not ${text}`, ss: ss === null ? null : `not ${ss}` })),
    ),
  }));
  return tree;
}

const context = contextOf(currentNames);

/** What the kernel selects; it must not have refused the program. */
function inKernel(source: DatagramSource, text: string, name: string): Selected {
  let refused = 0;
  const watching: DatagramSource = {
    ...recorded(source),
    get portId() {
      return source.portId;
    },
    live: true,
    receive(buffer) {
      const length = source.receive(buffer);
      const view = new DataView(buffer.buffer, buffer.byteOffset);
      if (view.getUint16(4, true) === 2) refused++;
      return length;
    },
  };
  const selected = select(watching, filterOf(text, context), name);
  assertEquals(refused, 0, `the kernel refused ${text}`);
  return selected;
}

/** Fails in a line or two, not in hundreds. */
function assertSame(actual: readonly string[], expected: readonly string[], text: string): void {
  const more = actual.filter((cookie) => !expected.includes(cookie));
  const missing = expected.filter((cookie) => !actual.includes(cookie));
  assert(
    more.length + missing.length === 0 && actual.length === expected.length,
    `${text}: more ${more}, missing ${missing}`,
  );
}

/** The minimum number of expressions, even on a slow machine. */
const ENOUGH = 100;

/** Runs `check` on expressions generated from a seed, until the time is over and enough were tried. */
function forExpressions(
  ports: readonly number[],
  seed: number,
  milliseconds: number,
  check: (written: Written) => void,
): number {
  let count = 0;
  const end = performance.now() + milliseconds;
  for (const written of fc.sample(expressions(ports), { numRuns: 3000, seed })) {
    if (count > ENOUGH && performance.now() > end) break;
    check(written);
    count++;
  }
  return count;
}

/** Families, how many sockets of theirs there are at least, and the milliseconds in which filters of them are tried. */
const checked: readonly (readonly [name: string, sockets: number, time: number])[] = [
  ["TCP", 200, 7000],
  ["UDP", 15, 3000],
  ["MPTCP", 12, 1500],
];
for (const [name, sockets, time] of checked) {
  Deno.test(`random filters select the same ${name} sockets in the kernel and here`, () => {
    using _namespace = openNamespace();
    using opened = new ManySockets();
    using source = openNetlinkSocket();
    const all = select(source, null, name).cookies;
    assert(all.length > sockets, `${all.length} sockets`);
    const sizes = new Set<number>();
    const count = forExpressions(
      [...PORTS, 9000, ...opened.ports.slice(0, 20), ...opened.ports.slice(-6), 5001, 5004],
      1,
      time,
      ({ text }) => {
        const here = select(recorded(source), filterOf(text, context), name);
        const kernel = inKernel(source, text, name);
        assertEquals([kernel.warnings, kernel.failed], [[], 0], text);
        sizes.add(kernel.cookies.length);
        // Nothing but the kernel tells which are autobound.
        if (text.includes("autobound")) return;
        assertEquals(here.warnings, [], text);
        assertSame(here.cookies, kernel.cookies, text);
      },
    );
    assert(count > ENOUGH, `${count} expressions`);
    assert(sizes.size > 5, `${sizes.size} different numbers of sockets`);
  });
}

Deno.test("autobound is what the kernel says, and its negation the rest", () => {
  using _namespace = openNamespace();
  using _sockets = new ManySockets();
  using source = openNetlinkSocket();
  const all = select(source, null).cookies;
  const bound = select(source, filterOf("not autobound")).cookies;
  const auto = select(source, filterOf("autobound")).cookies;
  assertEquals([...bound, ...auto].sort(), all);
  assert(bound.length > 0 && auto.length > 0);
  using explicit = openTcp(AF_INET).bind("127.0.0.1", 45678);
  explicit.listen(1);
  const cookie = explicit.cookie.toString(16);
  assert(select(source, filterOf("not autobound")).cookies.includes(cookie), "bound explicitly to an ephemeral port");
});

const ungrouped = currentNames.cgroup("/") === null ? " (ignored: no control groups of version 2 are mounted)" : "";

Deno.test({
  name: `cgroup = / is the root of the control groups, by its path in their tree or by its directory${ungrouped}`,
  ignore: ungrouped !== "",
  fn: findRootGroup,
});

function findRootGroup(): void {
  using _namespace = openNamespace();
  using _sockets = new ManySockets();
  using source = openNetlinkSocket();
  const id = currentNames.cgroup("/");
  const expected = select(source, filterOf(`cgroup_id = ${id}`)).cookies;
  // TIME-WAIT sockets are of no group.
  assert(expected.length > 200 && expected.length < select(source, null).cookies.length);
  const directory = /^\S+ \S+ \S+ \/ (\S+) .* - cgroup2 /m.exec(Deno.readTextFileSync("/proc/self/mountinfo"))![1];
  for (const path of ["/", directory]) {
    assertEquals(select(source, filterOf(`cgroup = ${path}`, context)).cookies, expected, path);
    assertEquals(select(recorded(source), filterOf(`cgroup ${path}`, context)).cookies, expected, path);
  }
}

Deno.test("of a filter that the kernel checks only what passes is received", () => {
  using _namespace = openNamespace();
  using _sockets = new ManySockets();
  using source = openNetlinkSocket();
  const received = (text: string) => {
    let bytes = 0;
    const counting: DatagramSource = {
      ...recorded(source),
      live: true,
      get portId() {
        return source.portId;
      },
      receive(buffer) {
        const length = source.receive(buffer);
        bytes += length;
        return length;
      },
    };
    return { ...select(counting, filterOf(text)), bytes };
  };
  const [all, some, none] = [received(""), received("sport = :22"), received("sport = :23")];
  assertEquals(none.records, 0);
  assert(none.bytes < 100, `${none.bytes} bytes for nothing`);
  assert(some.records > 5 && some.records < 30);
  const each = (all.bytes - none.bytes) / all.records;
  assert(some.bytes < 1.5 * each * some.records + 100, `${some.bytes} bytes for ${some.records} of ${all.records}`);
});

const missing = isInstalled("ss") ? "" : " (ignored: the command ss is not installed)";

/** The sockets that `ss` lists, by their cookies. */
function listWithSs(...args: string[]): string[] {
  const { code, stdout, stderr } = run(["ss", "-Hne", ...args]);
  assertEquals([code, stderr], [0, ""], args.join(" "));
  return [...stdout.matchAll(/ sk:([0-9a-f]+)/g)].map(([, cookie]) => cookie!).sort();
}

Deno.test({
  name: `random filters select the same TCP sockets as those of ss${missing}`,
  ignore: missing !== "",
  fn() {
    using _namespace = openNamespace();
    using sockets = new ManySockets();
    using source = openNetlinkSocket();
    let compared = 0;
    forExpressions([...PORTS, 9000, ...sockets.ports.slice(0, 20)], 2, 9000, ({ text, ss }) => {
      if (ss === null) return;
      // Sockets that are only bound are not listed by `ss` before 6.8.
      const { cookies } = inKernel(source, `exclude bound-inactive ${text}`, "TCP");
      assertSame(cookies, listWithSs("-ta", ...ss.split(" ")), text);
      compared++;
    });
    assert(compared > 20, `${compared} expressions`);
  },
});
