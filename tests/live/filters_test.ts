/**
 * Filters over sockets of many kinds: what the kernel selects, what is selected here, and what `ss` selects.
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { DatagramSource } from "../../decode/datagram_source.ts";
import { currentNames } from "../../ffi/filter_names.ts";
import { openNetlinkSocket } from "../../ffi/netlink_socket.ts";
import { contextOf, filterOf, recorded, select, type Selected } from "../filters/filtering.ts";
import { isInstalled, run } from "../program.ts";
import { openNamespace } from "./namespace.ts";
import {
  AF_INET,
  AF_INET6,
  cString,
  IPPROTO_IPV6,
  IPPROTO_UDP,
  IPV6_V6ONLY,
  openSocket,
  openTcp,
  SHUT_WR,
  SO_BINDTODEVICE,
  SO_MARK,
  SOCK_DGRAM,
  type Socket,
  SOL_SOCKET,
} from "./sockets.ts";

const PORTS = [22, 80, 443, 1024, 7001, 7002, 8080, 33333, 65535];

/** Sockets in many states with many ports, addresses, marks and devices. */
class ManySockets implements Disposable {
  readonly #sockets: Socket[] = [];
  /** Ports that the kernel chose. */
  readonly ports: number[] = [];

  constructor() {
    PORTS.forEach((port, i) => this.#listen(port, i));
    this.#open(AF_INET6).bind("::", 9000).listen(64);
    for (let i = 0; i < 12; i++) this.#connect(AF_INET, `127.0.0.${1 + i % 3}`, 9000, 0);
    this.#open(AF_INET).bind("127.0.0.9", 40000);
    this.#open(AF_INET).bind("127.0.0.9").listen(1);
    this.#closeSome();
    for (let i = 0; i < 20; i++) this.#datagrams(i);
  }

  #open(family: number): Socket {
    const socket = openTcp(family);
    this.#sockets.push(socket);
    return socket;
  }

  #listen(port: number, i: number): void {
    const [four, six] = [this.#open(AF_INET), this.#open(AF_INET6)];
    if (i % 2 === 0) four.setInteger(SOL_SOCKET, SO_MARK, i);
    if (i % 3 === 0) four.setBytes(SOL_SOCKET, SO_BINDTODEVICE, cString("lo"));
    six.setInteger(IPPROTO_IPV6, IPV6_V6ONLY, 1).bind(i % 2 === 0 ? "::" : "::1", port).listen(64);
    four.bind(i % 2 === 0 ? "0.0.0.0" : "127.0.0.0", port);
    four.listen(64);
    for (let n = 0; n < 6; n++) {
      this.#connect(AF_INET, i % 2 === 0 ? `127.0.${n % 2}.${n + 1}` : "127.0.0.0", port, n);
      this.#connect(AF_INET6, "::1", port, n);
    }
  }

  #connect(family: number, address: string, port: number, i: number): void {
    const client = this.#open(family);
    if (i % 3 === 1) client.setInteger(SOL_SOCKET, SO_MARK, 0x100 + i);
    if (i % 3 === 2) client.setBytes(SOL_SOCKET, SO_BINDTODEVICE, cString("lo"));
    if (i === 4) client.bind(family === AF_INET ? "127.0.0.1" : "::1", 20000 + this.#sockets.length);
    client.connect(address, port);
    this.ports.push(client.localPort);
  }

  /** FIN-WAIT-2 and CLOSE-WAIT, TIME-WAIT. */
  #closeSome(): void {
    const listener = this.#open(AF_INET).bind("127.0.0.1").listen(16);
    for (let i = 0; i < 8; i++) {
      const client = this.#open(AF_INET).connect("127.0.0.1", listener.localPort);
      const server = listener.accept();
      this.#sockets.push(server);
      client.shutdown(SHUT_WR);
      if (i % 2 === 0) {
        server[Symbol.dispose]();
        client.receive(0);
        client[Symbol.dispose]();
      }
    }
  }

  #datagrams(i: number): void {
    const family = i % 2 === 0 ? AF_INET : AF_INET6;
    const socket = openSocket(family, SOCK_DGRAM, IPPROTO_UDP);
    this.#sockets.push(socket);
    if (i % 4 === 0) socket.setInteger(SOL_SOCKET, SO_MARK, i);
    if (i % 5 === 0) socket.setBytes(SOL_SOCKET, SO_BINDTODEVICE, cString("lo"));
    if (i % 3 !== 0) socket.bind(family === AF_INET ? "127.0.0.1" : "::1", 5000 + i);
    if (i % 3 !== 1) socket.connect(family === AF_INET ? "127.0.0.1" : "::1", 5000 + (i + 1) % 20);
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket[Symbol.dispose]();
  }
}

/** An expression as text, and as `ss` has to be given it; `null` if it means something else to that, or nothing. */
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

/** Runs `check` on expressions that come out of a seed, until a time is over. */
function forExpressions(
  ports: readonly number[],
  seed: number,
  milliseconds: number,
  check: (written: Written) => void,
): number {
  let count = 0;
  const end = performance.now() + milliseconds;
  for (const written of fc.sample(expressions(ports), { numRuns: 3000, seed })) {
    if (performance.now() > end) break;
    check(written);
    count++;
  }
  return count;
}

for (const name of ["TCP", "UDP"]) {
  Deno.test(`random filters select the same ${name} sockets in the kernel and here`, () => {
    using _namespace = openNamespace();
    using sockets = new ManySockets();
    using source = openNetlinkSocket();
    const all = select(source, null, name).cookies;
    assert(all.length > (name === "TCP" ? 200 : 15), `${all.length} sockets`);
    const sizes = new Set<number>();
    const count = forExpressions([...PORTS, 9000, ...sockets.ports.slice(0, 20), 5001, 5004], 1, 9000, ({ text }) => {
      const here = select(recorded(source), filterOf(text, context), name);
      const kernel = inKernel(source, text, name);
      assertEquals([kernel.warnings, kernel.failed], [[], 0], text);
      sizes.add(kernel.cookies.length);
      // Nothing but the kernel tells which are autobound.
      if (text.includes("autobound")) return;
      assertEquals(here.warnings, [], text);
      assertSame(here.cookies, kernel.cookies, text);
    });
    assert(count > 100, `${count} expressions`);
    assert(sizes.size > 10, `${sizes.size} different numbers of sockets`);
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
