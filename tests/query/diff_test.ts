/** What changed between two listings. */
import { assertEquals, assertThrows } from "@std/assert";
import { families, loadFamilies } from "../../decode/families/registry.ts";
import type { FieldObject, FieldValue, FlowObject } from "../../decode/record/object_sink.ts";
import { type Comparison, differences, pathsByName, recordOf } from "../../query/diff.ts";
import { placeFields, textOf, valueAt } from "../../query/socket_pairs.ts";

const usual: Comparison = {
  sameBoot: true,
  by: null,
  changes: null,
  shared: new Set(["SCTP"]),
  uncertain: new Set(["mark", "owners"]),
};

const listener = (port: number, more: FieldObject = {}): FlowObject => ({
  ...{ protocol: "TCP", state: "listening", src: "0.0.0.0", src_port: port, dst: "0.0.0.0", dst_port: 0 },
  ...more,
});

const connection = (port: number, more: FieldObject = {}): FlowObject => ({
  ...{ protocol: "TCP", state: "established", src: "10.0.0.1", src_port: port, dst: "10.0.0.2", dst_port: 443 },
  ...more,
});

/** Events with the ports of their sockets. */
const events = (before: FlowObject[], after: FlowObject[], comparison: Partial<Comparison> = {}) =>
  differences(before, after, { ...usual, ...comparison }).map(({ event, flow }) =>
    `${event} ${String(flow["src_port"])}`
  );

Deno.test("differences: the same cookie is the same connection only as long as the machine runs", () => {
  const before = [connection(1, { cookie: "0x1" }), connection(2, { cookie: "0x2" }), connection(3, { cookie: "0x3" })];
  const after = [connection(1, { cookie: "0x3" }), connection(2, { cookie: "0x2" }), connection(4, { cookie: "0x1" })];
  assertEquals(events(before, after), ["changed 1", "changed 4"]);
  assertEquals(events(before, after, { sameBoot: false }), ["opened 4", "closed 3"]);
  // A new connection between the same ports is another one.
  assertEquals(events([connection(1, { cookie: "0x1" })], [connection(1, { cookie: "0x9" })]), [
    "opened 1",
    "closed 1",
  ]);
});

Deno.test("differences: listeners and unconnected UDP sockets are the same by their place, and by rank among equals", () => {
  const before = [listener(80, { cookie: "0x5" }), listener(80, { cookie: "0x6" }), listener(81, { cookie: "0x7" })];
  const after = [listener(80, { cookie: "0x15" }), listener(81, { cookie: "0x16" }), listener(81, { cookie: "0x17" })];
  for (const sameBoot of [true, false]) {
    assertEquals(events(before, after, { sameBoot }), ["opened 81", "closed 80"]);
    const udp = { protocol: "UDP", state: "unconnected", src: "::", src_port: 53, dst: "::", dst_port: 0 };
    const [one, other] = [{ ...udp, cookie: "0x1" }, { ...udp, cookie: "0x2" }];
    assertEquals(events([one], [other], { sameBoot }), []);
    assertEquals(events([{ ...one, iface: "eth0" }], [other], { sameBoot }), ["opened 53", "closed 53"]);
    const named = (name: string) => ({ netns: { inode: 1, name } });
    assertEquals(events([{ ...one, ...named("a") }], [{ ...other, ...named("b") }], { sameBoot }).length, 2);
  }
  // What was listed twice is paired once.
  assertEquals(events([listener(80)], [listener(80), listener(80)]), ["opened 80"]);
});

Deno.test("differences: UNIX sockets are the same by name, connections to it by cookie", () => {
  const unix = (state: string, cookie: string, more: FieldObject = {}): FlowObject => ({
    ...{ protocol: "UNIX", state, type: "stream", cookie, path_name: "/run/x", src_port: 0 },
    ...more,
  });
  assertEquals(events([unix("listening", "0x1")], [unix("listening", "0x2")]), []);
  assertEquals(events([unix("listening", "0x1")], [unix("listening", "0x2", { path_name: "/run/y" })]).length, 2);
  assertEquals(events([unix("established", "0x1")], [unix("established", "0x2")]).length, 2);
  assertEquals(events([unix("established", "0x1")], [unix("established", "0x2")], { sameBoot: false }), []);
});

Deno.test("differences: sockets without a cookie are the same by addresses and inode", () => {
  assertEquals(events([connection(1, { inode: 5 })], [connection(1, { inode: 5 })]), []);
  assertEquals(events([connection(1, { inode: 5 })], [connection(1, { inode: 6 })]).length, 2);
});

Deno.test("differences: a listener of another program is replaced, that of a restarted one is not", () => {
  const held = (pid: number, comm: string, exe: string) => ({ owners: [{ pid, comm, exe, uid: 0, fds: [3] }] });
  const before = listener(80, held(1, "nginx", "/usr/sbin/nginx"));
  assertEquals(events([before], [listener(80, held(2, "nginx", "/usr/sbin/nginx"))]), []);
  assertEquals(events([listener(80, held(1, "nginx", "/usr/sbin/nginx (deleted)"))], [before]), []);
  assertEquals(events([before], [listener(80, held(2, "apache2", "/usr/sbin/apache2"))]), ["replaced 80"]);
  assertEquals(events([before], [listener(80, held(2, "nginx", "/usr/sbin/nginx"))], { changes: ["owners.pid"] }), [
    "changed 80",
  ]);
  assertEquals(events([listener(80, { uid: 0 })], [listener(80, { uid: 1 })]), ["replaced 80"]);
  // Where one listing does not show the owners nothing is known.
  assertEquals(events([before], [listener(80)]), []);
  const [found] = differences([before], [listener(80, held(2, "apache2", "/usr/sbin/apache2"))], usual);
  assertEquals(found?.from, { "owners.comm": ["nginx"], "owners.exe": ["/usr/sbin/nginx"] });
  assertEquals(found?.to, { "owners.comm": ["apache2"], "owners.exe": ["/usr/sbin/apache2"] });
});

Deno.test("differences: of several at one place those that are alike are the same, whatever their order", () => {
  const worker = (cookie: string, comm: string) => listener(80, { cookie, owners: [{ pid: 1, comm }] });
  const before = [worker("0x1", "a"), worker("0x2", "b"), worker("0x3", "b")];
  const after = [worker("0x11", "b"), worker("0x12", "a"), worker("0x13", "b")];
  for (const sameBoot of [true, false]) {
    assertEquals(events(before, after, { sameBoot }), []);
    assertEquals(events(before, after.slice(0, 2), { sameBoot }), ["closed 80"]);
    const found = differences(before, [...after.slice(0, 2), worker("0x14", "c")], { ...usual, sameBoot });
    assertEquals(found.map(({ event, to }) => [event, to]), [["replaced", { "owners.comm": ["c"] }]]);
  }
  assertEquals(events(before, after, { by: ["src_port"] }), []);
});

Deno.test("differences: sockets that share a cookie are told apart by their addresses", () => {
  const association = (port: number, more: FieldObject = {}) =>
    connection(port, { protocol: "SCTP", cookie: "0x7", ...more });
  const before = [association(1), association(2)];
  assertEquals(events(before, [association(2, { state: "close-wait" }), association(1)]), ["changed 2"]);
  assertEquals(events(before, [association(2)]), ["closed 1"]);
});

Deno.test("differences: what moves by nature is a change only if it is asked for, and 64 bits are exact", () => {
  const at = (bytes: bigint) =>
    connection(1, { cookie: "0x1", send_q: Number(bytes % 7n), tcp_info: { bytes_sent: bytes } });
  const [before, after] = [at(18446744073709551614n), at(18446744073709551615n)];
  assertEquals(events([before], [after]), []);
  for (const changes of ["all", ["tcp_info.bytes_sent"]] as const) {
    assertEquals(events([before], [after], { changes }), ["changed 1"]);
  }
  assertEquals(events([before], [before], { changes: "all" }), []);
  const [{ from, to } = {}] = differences([before], [after], { ...usual, changes: ["tcp_info.bytes_sent"] });
  assertEquals([from, to], [{ "tcp_info.bytes_sent": 18446744073709551614n }, {
    "tcp_info.bytes_sent": 18446744073709551615n,
  }]);
  // A saved number that is small is no bigint, and means the same.
  assertEquals(
    events([at(5n)], [connection(1, { cookie: "0x1", send_q: 5, tcp_info: { bytes_sent: 5 } })], { changes: "all" }),
    [],
  );
  const state = connection(1, { cookie: "0x1", state: "close-wait" });
  assertEquals(events([connection(1, { cookie: "0x1", uid: 7, mark: 1 })], [state]), ["changed 1"]);
  assertEquals(differences([connection(1, { cookie: "0x1", uid: 7, mark: 1 })], [state], usual)[0]?.from, {
    state: "established",
  });
  assertEquals(events([connection(1, { cookie: "0x1", mark: 1 })], [connection(1, { cookie: "0x1" })]), []);
  assertEquals(
    events([connection(1, { cookie: "0x1", cong_algo: "bbr" })], [
      connection(1, { cookie: "0x1", cong_algo: "cubic" }),
    ]),
    [
      "changed 1",
    ],
  );
});

Deno.test("differences: --by takes the fields that are named, and nothing else, for the identity", async () => {
  const loaded = await loadFamilies(families);
  assertEquals(pathsByName(["src_port", "rtt", "protocol"], loaded, "--by", new Set()), [
    "src_port",
    "tcp_info.rtt",
    "protocol",
  ]);
  assertThrows(
    () => pathsByName(["src_prot"], loaded, "--by", new Set()),
    RangeError,
    '--by: there is no field "src_prot", did you mean src_port?',
  );
  const [one, other] = [connection(1, { cookie: "0x1" }), connection(1, { cookie: "0x2", dst: "10.9.9.9" })];
  assertEquals(events([one], [other], { by: ["src_port"] }), ["changed 1"]);
  assertEquals(events([one], [other], { by: ["src_port", "dst"] }), ["opened 1", "closed 1"]);
});

Deno.test("differences: names from outside are names", () => {
  const strange: FlowObject = JSON.parse('{"protocol":"TCP","cookie":"0x1","__proto__":{"a":1},"constructor":2}');
  const other: FlowObject = JSON.parse('{"protocol":"TCP","cookie":"0x1","__proto__":{"a":2},"constructor":2}');
  const [found] = differences([strange], [other], { ...usual, changes: "all" });
  assertEquals([found?.from, found?.to], [{ "__proto__.a": 1 }, { "__proto__.a": 2 }]);
  assertEquals(({} as Record<string, unknown>)["a"], undefined);
});

/** Numbers that look random and are the same in every run (a linear congruential generator). */
class Dice {
  constructor(public state: number) {}

  roll(sides: number): number {
    this.state = (Math.imul(this.state, 1103515245) + 12345) >>> 0;
    return (this.state >>> 8) % sides;
  }

  one<T>(items: readonly T[]): T {
    return items[this.roll(items.length)]!;
  }
}

function anySocket(dice: Dice, cookie: number): FlowObject {
  const bound = dice.roll(2) === 0;
  return {
    protocol: dice.one(["TCP", "UDP", "UNIX"]),
    state: bound ? dice.one(["listening", "unconnected"]) : dice.one(["established", "close-wait"]),
    src: dice.one(["0.0.0.0", "10.0.0.1", "::"]),
    src_port: dice.roll(3),
    dst: bound ? "0.0.0.0" : "10.0.0.2",
    dst_port: bound ? 0 : dice.roll(2),
    cookie: `0x${cookie.toString(16)}`,
    ...dice.roll(3) === 0 ? {} : { path_name: dice.one(["/a", "/b\n"]) },
    ...dice.roll(2) === 0 ? {} : { uid: dice.roll(2) },
    ...dice.roll(3) === 0
      ? {}
      : { tcp_info: { rtt: dice.roll(3) / 8, bytes: 2n ** 64n - BigInt(dice.roll(3)), ssthresh: null } },
    ...dice.roll(3) === 0 ? {} : { owners: [{ pid: dice.roll(2), comm: dice.one(["a", "b"]) }] },
    ...dice.roll(3) === 0 ? {} : { opts: [] },
  };
}

/** Puts a value at a dotted path, or takes it away with the objects that it leaves empty. */
function putAt(object: FieldObject, path: string, value: FieldValue | undefined): void {
  const [name = "", ...rest] = path.split(".");
  if (rest.length === 0) {
    if (value === undefined) delete object[name];
    else object[name] = value;
    return;
  }
  const inner = (object[name] ??= {}) as FieldObject;
  putAt(inner, rest.join("."), value);
  if (Object.keys(inner).length === 0) delete object[name];
}

/** What the printed records make of a listing. */
function apply(before: readonly FlowObject[], records: readonly FieldObject[]): FlowObject[] {
  const flows = before.map((flow) => structuredClone(flow));
  const isAsBefore = (record: FieldObject) => {
    const { from, to } = record as { from: FieldObject; to: FieldObject };
    const then = (path: string) => path in from ? from[path] : path in to ? undefined : valueAt(record, path);
    return (flow: FlowObject) =>
      ["protocol", ...placeFields].every((path) => textOf(valueAt(flow, path)) === textOf(then(path)));
  };
  for (const { event, ...record } of records) {
    if (event === "opened") flows.push(record as FlowObject);
    else if (event === "closed") flows.splice(flows.findIndex((flow) => sorted([flow])[0] === sorted([record])[0]), 1);
    else {
      const flow = flows.find(isAsBefore(record))!;
      const { from, to } = record as { from: FieldObject; to: FieldObject };
      for (const path of Object.keys(from)) putAt(flow, path, undefined);
      for (const [path, value] of Object.entries(to)) putAt(flow, path, value);
    }
  }
  return flows;
}

/** The texts of sockets, without the order of sockets and fields. */
function sorted(flows: readonly FieldObject[]): readonly string[] {
  const ordered = (value: FieldValue): FieldValue =>
    typeof value !== "object" || value === null
      ? value
      : Array.isArray(value)
      ? value.map(ordered)
      : Object.fromEntries(Object.keys(value).sort().map((name) => [name, ordered(value[name]!)]));
  return flows.map((flow) => textOf(ordered(flow))).sort();
}

Deno.test("differences: what is printed makes the second listing of the first", () => {
  for (let seed = 1; seed <= 400; seed++) {
    const dice = new Dice(seed);
    const before = Array.from({ length: dice.roll(12) }, (_, i) => anySocket(dice, i));
    const kept = before.flatMap((flow, i) =>
      dice.roll(3) === 0 ? [] : dice.roll(2) === 0 ? [structuredClone(flow)] : [anySocket(dice, i)]
    );
    const after = [...kept, ...Array.from({ length: dice.roll(6) }, (_, i) => anySocket(dice, 100 + i))];
    const by = dice.roll(4) === 0 ? ["src_port"] : null;
    const found = differences(before, after, {
      sameBoot: dice.roll(2) === 0,
      by,
      changes: "all",
      shared: new Set(),
      uncertain: new Set(),
    });
    assertEquals(
      sorted(apply(before, found.map((difference) => recordOf(difference, null)))),
      sorted(after),
      `seed ${seed}`,
    );
  }
});
