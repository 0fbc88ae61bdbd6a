/**
 * The route to the destination of Internet sockets, and what TCP remembers of it. Each is asked for once.
 */
import type { Enricher, Lookup } from "./lookup.ts";
import type { Family } from "../families/family.ts";
import { INET_DIAG_MARK, INET_DIAG_TCLASS, INET_DIAG_TOS } from "../families/inet/inet_constants.ts";
import { INET_DIAG_MSG } from "../families/inet/inet_diag.ts";
import { inodeKey } from "../families/sock_diag.ts";
import { AF_INET6 } from "../kernel/address_family.ts";
import { EACCES, EHOSTUNREACH, EINVAL, ENETUNREACH } from "../kernel/errno.ts";
import { findPayload } from "../netlink/attribute.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import type { Key, Word } from "../record/key.ts";
import { type RecordSink, writeShared } from "../record/record_sink.ts";
import { isAny, isMapped, PORTS, readPair } from "./inet_ends.ts";
import {
  DEVICE,
  encodeRouteRequest,
  MARK,
  NETNS,
  PROTOCOL,
  ROUTE_TUPLE,
  RTM_TYPE,
  TOS,
  USER,
} from "./route_message.ts";
import { routes, routeStatus, routeTypes, routeWords } from "./routes.ts";
import { readRouteInterface, type Route, writeRoute } from "./write_route.ts";
import { type RememberedPair, writeRemembered } from "./tcp_metrics.ts";
import { TupleTable } from "./tuple_table.ts";

/** The routing of one network namespace. */
export interface Routing {
  /** Whether a rule looks at the mark of packets. */
  readonly byMark: boolean;
  /** Whether the protocol and the ports of packets decide. */
  readonly byPorts: boolean;
  /** Sends RTM_GETROUTE; returns the payload of the answer, at least a `struct rtmsg`, or a positive error number. */
  ask(request: Uint8Array): Uint8Array | number;
  /** As in {@linkcode DatagramSource}. */
  interfaceName(index: number): Uint8Array | null;
  /** What TCP remembers of the addresses at the start of a pair; `null` for nothing. */
  remembered(pair: Int32Array): RememberedPair | null;
}

/** What is known about sockets with the same ends and properties. */
interface Answer {
  readonly status: Word;
  readonly route: Route | null;
  /** Only for TCP. */
  readonly remembered: RememberedPair | null;
}

/** The number of a socket without destination. That of a socket with one is below it; others come from `/proc/net`. */
const UNCONNECTED = -1;
const FIRST = -2;
/** Protocols whose connections TCP remembers. */
const REMEMBERED = ["TCP", "MPTCP"];
/** Protocol numbers that the kernel takes in a question for a route, by family. */
const PROTOCOLS: Readonly<Record<string, number>> = { TCP: 6, MPTCP: 6, UDP: 17 };

/** Routes of the sockets of all namespaces. */
export class RouteFinder implements Enricher {
  readonly lookup: Lookup = routes;
  readonly from: Key = inodeKey;
  readonly none = 0;
  readonly warnings: string[] = [];
  readonly #table = new TupleTable(ROUTE_TUPLE);
  readonly #answers: Answer[] = [];
  #namespace = 0;
  #routing: Routing | string | null = null;

  /**
   * @param open opens the routing of a namespace, closing that of another one; a one-line reason if that is not possible
   * @param shut closes what is open
   */
  constructor(readonly open: (namespace: number) => Routing | string, readonly shut: () => void) {}

  enter(namespace: number): void {
    if (namespace !== this.#namespace) this.#routing = null;
    this.#namespace = namespace;
  }

  /** Reads the number of the answer, from {@linkcode FIRST} downwards. */
  readerOf({ domain, name }: Family): NumberReader | null {
    if (domain !== "inet") return null;
    const isRemembered = REMEMBERED.includes(name);
    const protocol = PROTOCOLS[name] ?? 0;
    return (view, start, end) => {
      if (end - start < INET_DIAG_MSG.size) return UNCONNECTED;
      readPair(view, start, this.#table.wanted);
      if (isAny(this.#table.wanted, 4)) return UNCONNECTED;
      const before = this.#table.count;
      const routing = this.#routing ??= this.#enterRouting();
      this.#readTuple(view, start, end, protocol, protocol !== 0 && typeof routing !== "string" && routing.byPorts);
      const unmarked = this.#readMark(view, start, end);
      const entry = this.#table.add();
      if (entry === before) this.#answers.push(this.#answer(routing, unmarked, isRemembered));
      return FIRST - entry;
    };
  }

  #enterRouting(): Routing | string {
    const routing = this.open(this.#namespace);
    if (typeof routing === "string") this.warn(routing);
    return routing;
  }

  /** Adds a warning, once. */
  warn(warning: string): void {
    if (!this.warnings.includes(warning)) this.warnings.push(warning);
  }

  #readTuple(view: DataView, start: number, end: number, protocol: number, byPorts: boolean): void {
    const { wanted } = this.#table;
    const body = start + INET_DIAG_MSG.size;
    const isV6 = view.getUint8(start) === AF_INET6 && !isMapped(wanted, 4);
    const tos = findPayload(view, body, end, isV6 ? INET_DIAG_TCLASS : INET_DIAG_TOS, 1);
    wanted[DEVICE] = view.getInt32(start + INET_DIAG_MSG.offsetOf("id.idiag_if"), true);
    wanted[USER] = view.getInt32(start + INET_DIAG_MSG.offsetOf("idiag_uid"), true);
    wanted[TOS] = tos < 0 ? 0 : view.getUint8(tos);
    // TCP sockets with and without remembered metrics differ, so they have entries of their own.
    wanted[PROTOCOL] = protocol;
    if (!byPorts) wanted[PORTS] = 0;
    wanted[NETNS] = this.#namespace;
  }

  /** Reads the mark; returns whether the kernel does not tell it. */
  #readMark(view: DataView, start: number, end: number): boolean {
    const at = findPayload(view, start + INET_DIAG_MSG.size, end, INET_DIAG_MARK, 4);
    this.#table.wanted[MARK] = at < 0 ? 0 : view.getInt32(at, true);
    return at < 0;
  }

  #answer(routing: Routing | string, unmarked: boolean, isRemembered: boolean): Answer {
    if (typeof routing === "string") return { status: routeWords.failed, route: null, remembered: null };
    const remembered = isRemembered ? routing.remembered(this.#table.wanted) : null;
    if (unmarked && routing.byMark) return { status: routeWords.denied, route: null, remembered };
    return { ...this.#find(routing), remembered };
  }

  #find(routing: Routing): Pick<Answer, "status" | "route"> {
    const tuple = this.#table.wanted.slice();
    if (!routing.byPorts) tuple[PROTOCOL] = 0;
    const found = routing.ask(encodeRouteRequest(tuple));
    if (typeof found !== "number") return this.#resolved(routing, found, routeWords.resolved);
    if (isForeign(routing, tuple)) {
      const again = routing.ask(encodeRouteRequest(withoutSource(tuple)));
      if (typeof again !== "number") return this.#resolved(routing, again, routeWords.foreign);
    }
    return { status: refusals[found] ?? routeWords.failed, route: null };
  }

  #resolved(routing: Routing, message: Uint8Array, status: Word): Pick<Answer, "status" | "route"> {
    const type = routeTypes[message[RTM_TYPE]!]?.text;
    if (type === "blackhole") return { status: routeWords.discarded, route: null };
    if (type === "unreachable") return { status: routeWords.unreachable, route: null };
    if (type === "prohibit") return { status: routeWords.prohibited, route: null };
    return { status, route: { message, interfaceName: routing.interfaceName(readRouteInterface(message)) } };
  }

  write(number: number, sink: RecordSink): void {
    if (number === UNCONNECTED) return sink.name(routeStatus, routeWords.unconnected);
    if (number > UNCONNECTED) return sink.name(routeStatus, routeWords.failed);
    writeShared(this.#answers[FIRST - number]!, writeAnswer, sink);
  }

  [Symbol.dispose](): void {
    this.shut();
  }
}

/** Why there is no route, by error number. */
const refusals: Readonly<Record<number, Word>> = {
  [ENETUNREACH]: routeWords.unreachable,
  [EHOSTUNREACH]: routeWords.unreachable,
  [EACCES]: routeWords.prohibited,
  [EINVAL]: routeWords.discarded,
};

/** Whether the source address is not one of this machine: then the kernel knows no route from it. */
function isForeign(routing: Routing, tuple: Int32Array): boolean {
  if (isAny(tuple)) return false;
  const back = withoutSource(tuple);
  back[DEVICE] = 0;
  for (let i = 0; i < 4; i++) back[4 + i] = tuple[i]!;
  const found = routing.ask(encodeRouteRequest(back));
  return typeof found === "number" || routeTypes[found[RTM_TYPE]!]?.text !== "local";
}

/** The tuple of a socket that may have any source address. */
const withoutSource = (tuple: Int32Array): Int32Array => tuple.slice().fill(0, 0, 4);

function writeAnswer({ status, route, remembered }: Answer, sink: RecordSink): void {
  sink.name(routeStatus, status);
  if (route !== null) writeRoute(route, sink);
  if (remembered !== null) writeRemembered(remembered, sink);
}
