/**
 * From the words of a filter to what they mean: names become numbers, values become tests of fields.
 */
import { quote } from "../../decode/text/control_characters.ts";
import type { Domain, Family } from "../../decode/families/family.ts";
import { netlinkWords } from "../../decode/kernel/netlink_protocols.ts";
import { ALL_STATES, stateWords, TCP_BOUND_INACTIVE, TCP_CLOSE } from "../../decode/kernel/tcp_states.ts";
import { nearest } from "../nearest.ts";
import { Dictionary } from "./field_names.ts";
import { allOf, anyOf, type Condition, constant, type Expression, not, type Side } from "./expression.ts";
import { HostError, isNumber, parseHost, parseNumber, parsePort } from "./hosts.ts";
import type { Names } from "../../decode/lookups/names.ts";
import { parseQuantity, rangeOf, unitNames } from "./quantity.ts";
import { comparedWords, type Operator, type ParsedFilter, type Piece, type StateWord, type Syntax } from "./syntax.ts";
import { FilterSyntaxError } from "./syntax_error.ts";
import {
  AddressTest,
  BooleanTest,
  ExistsTest,
  HexTest,
  IdentifierTest,
  NullTest,
  PatternTest,
  RangeTest,
  type Test,
  TextTest,
  WordTest,
} from "./value_tests.ts";

/** What a filter is about. */
export interface Context {
  /** Families whose sockets are listed; their fields are those that can be named. */
  readonly families: readonly Family[];
  /** Lengths of the addresses that names of hosts may stand for: 4 and 16, or one of them. */
  readonly addressLengths: readonly number[];
  readonly names: Names;
  /** Whether sockets of other network namespaces are listed, where interfaces have other indexes. */
  readonly elsewhere?: boolean;
}

/** A filter that has been understood. */
export interface Meaning {
  /** Bit n for sockets in state n; `null` if the filter does not start with states. */
  readonly states: number | null;
  readonly expression: Expression;
}

const LARGEST_PORT = 65535;
const LARGEST_NUMBER = 0xffff_ffff;
const INET: readonly Domain[] = ["inet", "smc"];
const WITH_PORTS: readonly Domain[] = ["inet", "smc", "vsock"];
const EPHEMERAL_VSOCK_PORT = 1024;

type Form = "inet" | "inet4" | "inet6" | "unix" | "link" | "netlink" | "vsock";

const prefixes: ReadonlyMap<string, Form> = new Map([
  ["unix", "unix"],
  ["link", "link"],
  ["netlink", "netlink"],
  ["vsock", "vsock"],
  ["inet", "inet4"],
  ["inet6", "inet6"],
]);

/**
 * What a filter means.
 *
 * @throws {FilterSyntaxError} if it means nothing
 */
export function understand(text: string, parsed: ParsedFilter, context: Context): Meaning {
  const { states, condition } = parsed;
  const reader = new Reader(text, context);
  return {
    states: states.length === 0 ? null : reader.readStates(states),
    expression: condition === null ? constant(true) : reader.read(condition),
  };
}

class Reader {
  readonly #dictionary: Dictionary;

  constructor(readonly text: string, readonly context: Context) {
    this.#dictionary = new Dictionary(context.families);
  }

  read(syntax: Syntax): Expression {
    switch (syntax.kind) {
      case "and":
        return allOf(syntax.parts.map((part) => this.read(part)));
      case "or":
        return anyOf(syntax.parts.map((part) => this.read(part)));
      case "not":
        return not(this.read(syntax.part));
      case "states": {
        const text = syntax.words.map(({ include, name }) => `${include ? "state" : "exclude"} ${name.text}`).join(" ");
        return {
          kind: "condition",
          condition: { kind: "states", mask: this.readStates(syntax.words), words: [] },
          text,
        };
      }
      case "autobound":
        return this.#readAutobound();
      case "exists":
        return this.#readExists(syntax.name);
      case "compare":
        return this.#readComparison(syntax.name, syntax.operator, syntax.value);
    }
  }

  /** The first `state` starts from no states, a first `exclude` from all of them. */
  readStates(words: readonly StateWord[]): number {
    let states: number | null = null;
    for (const { include, name } of words) {
      const mask = stateWords.get(name.text.toLowerCase());
      if (mask === undefined) this.#fail(this.#unknown("state", name.text.toLowerCase(), [...stateWords.keys()]), name);
      states = include ? (states ?? 0) | mask : (states ?? ALL_STATES) & ~mask;
    }
    return states ?? ALL_STATES;
  }

  #readComparison(name: Piece, operator: Operator, value: Piece): Expression {
    if (operator !== "~" && operator !== "!~" && comparedWords.includes(name.text)) {
      return this.#readWord(name, operator, value);
    }
    if (name.text === "protocol") return this.#readProtocol(operator, value);
    return this.#readField(name, operator, value);
  }

  /** The words of `ss`: there whatever is not equal to a value is the rest of all sockets, whether they have one or not. */
  #readWord(name: Piece, operator: Operator, value: Piece): Expression {
    const text = `${name.text} ${operator} ${value.text}`;
    const port = name.text === "sport" || name.text === "dport";
    if (!port && operator !== "=" && operator !== "!=") {
      this.#fail(`${name.text} takes = and != only`, name);
    }
    const negated = operator === "!=";
    const expression = this.#about(value, () => {
      switch (name.text) {
        case "dev":
          return this.#readBinding(text, value.text);
        case "fwmark":
          return this.#readMark(text, value.text);
        case "cgroup":
          return this.#readCgroup(text, value.text);
        default:
          return this.#readPlace(text, name.text, negated ? "=" : operator, value.text);
      }
    });
    return negated ? not(expression) : expression;
  }

  /** Turns an error about a value into one about its place in the text. */
  #about<Result>(value: Piece, read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      return this.#fail(error.message, value);
    }
  }

  #single(text: string, condition: Condition, domains: readonly Domain[]): Expression {
    return allOf([this.#domains(domains), { kind: "condition", condition, text }]);
  }

  #domains(domains: readonly Domain[]): Expression {
    return { kind: "condition", condition: { kind: "domain", domains }, text: domains.join(" or ") };
  }

  #test(text: string, path: string, test: Test): Expression {
    return { kind: "condition", condition: { kind: "field", path, test }, text };
  }

  #equal(text: string, path: string, value: number): Expression {
    return this.#test(text, path, rangeTest("=", String(value), "")!);
  }

  #readBinding(text: string, value: string): Expression {
    const domains: readonly Domain[] = ["inet", "smc", "link", "xdp"];
    if (this.context.elsewhere === true && !isNumber(value)) {
      return allOf([this.#domains(domains), this.#test(text, "iface", new TextTest(value))]);
    }
    return this.#single(text, { kind: "device", index: this.#readDevice(value) }, domains);
  }

  #readDevice(text: string): number {
    if (isNumber(text)) return parseNumber(text, "the index of an interface", LARGEST_NUMBER);
    const index = this.context.names.device(text) ?? (/^if[1-9][0-9]*$/.test(text) ? Number(text.slice(2)) : null);
    if (index === null) throw new HostError(`no interface ${quote(text)} is known`);
    return index;
  }

  #readMark(text: string, value: string): Expression {
    const [mark = "", mask] = value.split(/\/(.*)/s);
    const condition: Condition = {
      kind: "mark",
      mark: parseNumber(mark, "a mark", LARGEST_NUMBER),
      mask: mask === undefined ? LARGEST_NUMBER : parseNumber(mask, "a mask", LARGEST_NUMBER),
    };
    return this.#single(text, condition, ["inet"]);
  }

  #readCgroup(text: string, value: string): Expression {
    const id = this.context.names.cgroup(value);
    if (id === null) throw new HostError(`no control group ${quote(value)} is known`);
    return this.#single(text, { kind: "cgroup", id }, ["inet"]);
  }

  /** `src`, `dst`, `sport`, `dport` with what they mean in the family of sockets that is asked for. */
  #readPlace(text: string, word: string, operator: Operator, typed: string): Expression {
    const side: Side = word === "src" || word === "sport" ? "src" : "dst";
    const port = word === "sport" || word === "dport";
    const colon = typed.indexOf(":");
    const prefixed = prefixes.get(typed.slice(0, Math.max(colon, 0)));
    const form = prefixed ?? this.#ownForm();
    const value = prefixed === undefined ? typed : typed.slice(colon + 1);
    switch (form) {
      case "unix":
        return this.#readUnix(text, side, port, operator, value);
      case "link":
        return this.#readLink(text, side, port, operator, value);
      case "netlink":
        return this.#readNetlink(text, side, port, operator, value);
      case "vsock":
        return this.#readVsock(text, side, port, operator, value);
      default:
        return this.#readInet(text, side, port, operator, value, form);
    }
  }

  /** How places are written without a prefix: where only one kind of sockets is asked for, as for that one. */
  #ownForm(): Form {
    const domains = new Set(this.context.families.map(({ domain }) => domain));
    const [domain, ...others] = domains;
    return others.length === 0 && (domain === "unix" || domain === "link" || domain === "netlink" || domain === "vsock")
      ? domain
      : "inet";
  }

  #readInet(text: string, side: Side, port: boolean, operator: Operator, value: string, form: Form): Expression {
    const { names, addressLengths } = this.context;
    const lengths = addressLengths.filter((length) => form === "inet" || (length === 4) === (form === "inet4"));
    const { networks, port: number } = port
      ? { networks: [{ address: null, length: 0 }], port: this.#readPort(value, names) }
      : parseHost(value, names, this.#protocols(), lengths);
    const version: Expression = form === "inet"
      ? constant(true)
      : this.#address(form === "inet4" ? "inet" : "inet6", side, [{
        address: new Uint8Array(form === "inet4" ? 4 : 16),
        length: 0,
      }]);
    return allOf([
      version,
      networks.some(({ address }) => address === null) ? constant(true) : this.#address(text, side, networks),
      number === null ? this.#domains(WITH_PORTS) : this.#port(text, side, operator, number, LARGEST_PORT, WITH_PORTS),
    ]);
  }

  #address(text: string, side: Side, networks: AddressTest["networks"]): Expression {
    return this.#single(text, { kind: "address", side, networks }, INET);
  }

  #readPort(value: string, names: Names): number | null {
    return parsePort(value.replace(/^:/, ""), names, this.#protocols());
  }

  #port(
    text: string,
    side: Side,
    operator: Operator,
    port: number,
    most: number,
    domains: readonly Domain[],
  ): Expression {
    const bounds = boundsOf(operator, port, most);
    if (bounds === null) return constant(false);
    return this.#single(text, { kind: "port", side, ...bounds }, domains);
  }

  /** Protocols for which names of services are looked up. */
  #protocols(): readonly string[] {
    const asked = new Set<string>();
    for (const { option: { long } } of this.context.families) {
      if (long === "tcp" || long === "mptcp") asked.add("tcp");
      if (long === "udp" || long === "udplite") asked.add("udp");
    }
    return asked.size > 0 ? [...asked] : ["sctp", "dccp", "tcp", "udp"];
  }

  /** A pattern for the name, or as in `ss` the inode in place of a port. */
  #readUnix(text: string, side: Side, port: boolean, operator: Operator, value: string): Expression {
    const unix = this.#domains(["unix"]);
    if (port) {
      const inode = parseNumber(value.replace(/^:/, ""), "the inode of a UNIX socket", LARGEST_NUMBER);
      return allOf([
        unix,
        this.#test(text, side === "src" ? "inode" : "peer_inode", rangeTest(operator, String(inode), "")!),
      ]);
    }
    if (side === "dst") {
      throw new HostError("the kernel does not tell the names of peers of UNIX sockets; there is peer_inode");
    }
    const pattern = globPattern(value);
    const named = this.#test(text, "path_name", new PatternTest(pattern));
    // A socket without a name has an empty one, as in `ss`.
    return allOf([unix, pattern.test("") ? anyOf([named, not(this.#exists("path_name"))]) : named]);
  }

  #exists(path: string): Expression {
    return this.#test(`exists ${path}`, path, new ExistsTest());
  }

  /** `PROTOCOL[:DEVICE]` of packet sockets. */
  #readLink(text: string, side: Side, port: boolean, operator: Operator, value: string): Expression {
    if (side === "dst") throw new HostError("packet sockets have no destination; there is src");
    const [protocol = "", device] = port ? ["*", value] : value.split(/:(.*)/s);
    return allOf([
      this.#domains(["link"]),
      protocol === "*" || protocol === "" ? constant(true) : this.#readEthertype(text, protocol),
      device === undefined || device === "*" || device === ""
        ? constant(true)
        : this.#test(text, "iface_idx", rangeTest(port ? operator : "=", String(this.#readDevice(device)), "")!),
    ]);
  }

  #readEthertype(text: string, protocol: string): Expression {
    const name = protocol.toLowerCase();
    const words = this.#dictionary.words("num_name");
    // Some names are numbers too: `1588`.
    if (!words.includes(name) && isNumber(protocol)) {
      return this.#equal(text, "num", parseNumber(protocol, "an ethertype", LARGEST_PORT));
    }
    if (words.length > 0 && !words.includes(name)) throw new HostError(this.#unknown("ethertype", name, words));
    return this.#test(text, "num_name", new WordTest([name]));
  }

  /** `PROTOCOL[:PORTID]` of netlink sockets. */
  #readNetlink(text: string, side: Side, port: boolean, operator: Operator, value: string): Expression {
    const [protocol = "", id] = port ? ["*", value.replace(/^:/, "")] : value.split(/:(.*)/s);
    const path = side === "src" ? "portid" : "dst_portid";
    const number = id === undefined || id === "*" || id === ""
      ? null
      : id === "kernel"
      ? 0
      : parseNumber(id, "a port id", LARGEST_NUMBER);
    return allOf([
      this.#domains(["netlink"]),
      protocol === "*" || protocol === "" ? constant(true) : this.#readNetlinkProtocol(text, protocol),
      number === null ? constant(true) : this.#test(text, path, rangeTest(port ? operator : "=", String(number), "")!),
    ]);
  }

  #readNetlinkProtocol(text: string, protocol: string): Expression {
    const names = netlinkWords.filter((word) => word !== undefined);
    if (!isNumber(protocol)) {
      const name = netlinkNames.get(protocol) ?? protocol;
      if (!names.includes(name)) throw new HostError(this.#unknown("netlink protocol", protocol, names));
      return this.#test(text, "netlink_protocol", new WordTest([name]));
    }
    const number = parseNumber(protocol, "a netlink protocol", 255);
    const word = netlinkWords[number];
    return word === undefined
      ? this.#equal(text, "netlink_protocol_raw", number)
      : this.#test(text, "netlink_protocol", new WordTest([word]));
  }

  /** `CID[:PORT]` of sockets between virtual machines. */
  #readVsock(text: string, side: Side, port: boolean, operator: Operator, value: string): Expression {
    const [cid = "", typed] = port ? ["*", value.replace(/^:/, "")] : value.split(/:(.*)/s);
    const number = typed === undefined || typed === "*" || typed === ""
      ? null
      : parseNumber(typed, "a port", LARGEST_NUMBER);
    return allOf([
      this.#domains(["vsock"]),
      cid === "*" || cid === ""
        ? constant(true)
        : this.#equal(text, `${side}_cid`, parseNumber(cid, "a context id", LARGEST_NUMBER)),
      number === null
        ? constant(true)
        : this.#port(text, side, port ? operator : "=", number, LARGEST_NUMBER, ["vsock"]),
    ]);
  }

  /** Of Internet protocols the kernel knows; for others as `ss` has it. */
  #readAutobound(): Expression {
    const text = "autobound";
    return anyOf([
      this.#single(text, { kind: "autobound" }, ["inet"]),
      allOf([
        this.#domains(["unix"]),
        anyOf([not(this.#exists("path_name")), this.#test(text, "path_name", new PatternTest(/^@[0-9a-f]{5}$/))]),
      ]),
      allOf([this.#domains(["link"]), this.#equal(text, "iface_idx", 0), this.#equal(text, "num", 0)]),
      allOf([this.#domains(["netlink"]), this.#test(text, "portid", rangeTest(">=", "2147483648", "")!)]),
      this.#port(text, "src", ">=", EPHEMERAL_VSOCK_PORT, LARGEST_NUMBER, ["vsock"]),
    ]);
  }

  #readProtocol(operator: Operator, value: Piece): Expression {
    const passes = this.#protocolTest(operator, value);
    return {
      kind: "condition",
      condition: { kind: "protocol", passes },
      text: `protocol ${operator} ${value.text}`,
    };
  }

  #protocolTest(operator: Operator, value: Piece): (name: string) => boolean {
    if (operator === "~" || operator === "!~") {
      const pattern = this.#readPattern(value);
      return (name) => pattern.test(name) === (operator === "~");
    }
    if (operator !== "=" && operator !== "!=") this.#fail("protocol takes = != ~ !~ only", value);
    const names = this.context.families.map(({ name }) => name);
    const wanted = value.text.toUpperCase();
    if (!names.includes(wanted)) this.#fail(this.#unknown("protocol", wanted, names), value);
    return (name) => (name === wanted) === (operator === "=");
  }

  #readExists(name: Piece): Expression {
    const path = this.#dictionary.resolve(name.text);
    this.#findField(name, path);
    return this.#exists(path);
  }

  #findField(name: Piece, path: string) {
    const field = this.#dictionary.find(path);
    if (field !== null) return field;
    const names = [...this.#dictionary.names, ...comparedWords, "autobound", "exists", "state", "exclude"];
    const near = nearest(name.text, names);
    const state = stateWords.has(name.text.toLowerCase()) ? `state ${name.text}` : undefined;
    const hint = state ?? near;
    return this.#fail(
      `unknown field ${quote(name.text)}${hint === undefined ? " (see --fields)" : `, did you mean ${hint}?`}`,
      name,
    );
  }

  /** A field: what has no value passes no comparison, not even one with !=; of a list one element must pass, and with != none. */
  #readField(name: Piece, operator: Operator, value: Piece): Expression {
    const path = this.#dictionary.resolve(name.text);
    const { type, note } = this.#fieldOf(name, path);
    const text = `${path} ${operator} ${value.text}`;
    if (operator === "!=" || operator === "!~") {
      const positive = this.#readField(name, operator === "!=" ? "=" : "~", value);
      return allOf([this.#exists(path), not(positive)]);
    }
    if (operator === "=" && value.text === "null" && this.#dictionary.isNullable(path)) {
      return this.#test(text, path, new NullTest());
    }
    if (path === "state" && operator === "=") {
      const mask = stateWords.get(value.text.toLowerCase());
      if (mask !== undefined) {
        return {
          kind: "condition",
          condition: { kind: "states", mask: printed(mask), words: [value.text.toLowerCase()] },
          text,
        };
      }
    }
    return this.#test(text, path, this.#makeTest(path, type, note.unit, operator, value));
  }

  #fieldOf(name: Piece, path: string) {
    const field = this.#findField(name, path);
    if (field.type !== "object") return { type: field.type, note: field };
    const inside = this.#dictionary.names.find((other) => other.startsWith(`${path}.`)) ?? "";
    return this.#fail(`${quote(name.text)} has no value of its own; name a field in it, ${inside} for example`, name);
  }

  #makeTest(path: string, type: string, unit: string, operator: Operator, value: Piece): Test {
    const ordered = operator !== "=" && operator !== "~";
    switch (type) {
      case "integer":
      case "integer64":
      case "decimal": {
        if (operator === "~") this.#fail(`${path} is a number: it takes = != > < >= <=`, value);
        const test = rangeTest(operator, value.text, unit);
        if (test !== null) return test;
        const units = unitNames(unit).join(" ");
        const what = unit === "" ? "" : ` (in ${unit}, or with one of ${units})`;
        return this.#fail(`expected a number${what}, not ${quote(value.text)}`, value);
      }
      case "name":
      case "text":
        if (ordered) this.#fail(`${path} is text: it takes = != ~ !~`, value);
        if (operator === "~") return new PatternTest(this.#readPattern(value));
        if (type === "text") return new TextTest(value.text);
        return new WordTest([this.#readWordOf(path, value)]);
      default:
        if (operator !== "=") this.#fail(`${path} takes = and != only`, value);
        return this.#makeEqualityTest(path, type, value);
    }
  }

  #makeEqualityTest(path: string, type: string, value: Piece): Test {
    switch (type) {
      case "boolean":
        if (value.text === "true" || value.text === "false") return new BooleanTest(value.text === "true");
        return this.#fail(`${path} is true or false, not ${quote(value.text)}`, value);
      case "identifier":
        if (/^(0x[0-9a-f]{1,16}|[0-9]{1,20})$/i.test(value.text) && BigInt(value.text) < 1n << 64n) {
          return new IdentifierTest(BigInt(value.text));
        }
        return this.#fail(`expected a number like 0x1f, not ${quote(value.text)}`, value);
      case "hex":
        if (/^([0-9a-f]{2})*$/i.test(value.text)) return new HexTest(value.text);
        return this.#fail(`expected pairs of hexadecimal digits, not ${quote(value.text)}`, value);
      case "address": {
        const { networks, port } = this.#about(value, () => parseHost(value.text, this.context.names, []));
        if (port !== null) this.#fail("expected an address without a port", value);
        return new AddressTest(networks);
      }
      default:
        return this.#fail(`${path} cannot be compared`, value);
    }
  }

  #readWordOf(path: string, value: Piece): string {
    const words = this.#dictionary.words(path);
    if (words.length === 0 || words.includes(value.text)) return value.text;
    const lower = value.text.toLowerCase();
    if (words.includes(lower)) return lower;
    return this.#fail(`${path} is never ${quote(value.text)}; ${this.#unknown("word", value.text, words)}`, value);
  }

  #readPattern(value: Piece): RegExp {
    try {
      return new RegExp(value.text);
    } catch (error) {
      const reason = (error as Error).message.replace(/^.*: /, "");
      return this.#fail(`${quote(value.text)} is no regular expression: ${reason}`, value);
    }
  }

  #unknown(what: string, name: string, names: readonly string[]): string {
    const near = nearest(name, names);
    return `unknown ${what} ${quote(name)}${
      near === undefined ? `; there are ${names.join(" ")}` : `, did you mean ${near}?`
    }`;
  }

  #fail(message: string, { start }: Piece): never {
    throw new FilterSyntaxError(message, this.text, start);
  }
}

/** Names that `ss` has for netlink protocols, where they differ from ours. */
const netlinkNames: ReadonlyMap<string, string> = new Map([
  ["rtnl", "route"],
  ["fw", "firewall"],
  ["tcpdiag", "sock-diag"],
  ["sock_diag", "sock-diag"],
  ["fiblookup", "fib-lookup"],
  ["nft", "netfilter"],
  ["uevent", "kobject-uevent"],
  ["genl", "generic"],
  ["scsi-trans", "scsitransport"],
]);

/** States that a socket can be in that is printed to be in one of these: bound and inactive ones say that they are closed. */
const printed = (mask: number): number => (mask & 1 << TCP_CLOSE) === 0 ? mask : mask | 1 << TCP_BOUND_INACTIVE;

/** The test of a comparison with a number, `null` if it is none. */
function rangeTest(operator: Operator, text: string, unit: string): RangeTest | null {
  const quantity = parseQuantity(text, unit);
  if (quantity === null || operator === "~" || operator === "!~" || operator === "!=") return null;
  return new RangeTest(rangeOf(operator, quantity, 1n), rangeOf(operator, quantity, 1000n));
}

/** The least and the greatest port that compare so with `port`, `null` for none. */
function boundsOf(operator: Operator, port: number, most: number): { least: number; most: number } | null {
  const bounds = {
    "=": [port, port],
    ">": [port + 1, most],
    ">=": [port, most],
    "<": [0, port - 1],
    "<=": [0, port],
  }[operator as "=" | ">" | ">=" | "<" | "<="];
  return bounds[0]! > bounds[1]! ? null : { least: bounds[0]!, most: bounds[1]! };
}

/** The pattern of the shell as a regular expression: fnmatch(3) with FNM_CASEFOLD, where `*` also stands for `/`. */
function globPattern(glob: string): RegExp {
  let source = "";
  for (let i = 0; i < glob.length; i++) {
    const letter = glob[i]!;
    const set = letter === "[" ? /^\[([!^]?)(\]?[^\]]*)\]/.exec(glob.slice(i)) : null;
    if (set !== null) {
      source += `[${set[1] === "" ? "" : "^"}${set[2]!.replace(/[\\\[\]^]/g, "\\$&")}]`;
      i += set[0].length - 1;
    } else source += letter === "*" ? ".*" : letter === "?" ? "." : letter.replace(/[\\^$.|+()[\]{}\/]/, "\\$&");
  }
  return new RegExp(`^${source}$`, "is");
}
