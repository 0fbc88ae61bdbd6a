/**
 * The library: it has the choices of the program, a run leaves nothing open, and TypeScript knows the fields.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { flowTypes } from "../docs/write_flow_types.ts";
import {
  contentFor,
  type Count,
  dump,
  dumpObjects,
  dumpObjectsWithHosts,
  type DumpOptions,
  exactNumbers,
  formats,
  NamespaceError,
  openNetlinkSocket,
  openRecording,
  type TcpFlow,
} from "../mod.ts";
import { openNamespace } from "./live/namespace.ts";
import { AF_INET, openPair, openTcp } from "./live/sockets.ts";
import { projectDirectory, run } from "./program.ts";

const recording = `${projectDirectory}tests/fixtures/tcp4.k618.pcap`;

/** Everything of a recording, with some options. */
function recorded<const Options extends DumpOptions>(options: Options) {
  using source = openRecording(recording);
  return [...dumpObjects({ tcp: true, ipv4: true, states: ["all"], source, ...options })];
}

/** Everything that a generator yields and returns. */
function all<Value, Result>(steps: Iterator<Value, Result>): { readonly values: Value[]; readonly result: Result } {
  const values: Value[] = [];
  while (true) {
    const step = steps.next();
    if (step.done === true) return { values, result: step.value };
    values.push(step.value);
  }
}

Deno.test("decode/reference/flow_types.ts is what deno task fields writes", () => {
  const text = Deno.readTextFileSync(`${projectDirectory}decode/reference/flow_types.ts`);
  assert(text === flowTypes(), "decode/reference/flow_types.ts is not current: run deno task fields");
});

/** Code that TypeScript must accept. */
const RIGHT = `
for (const flow of dumpObjects({ tcp: true })) {
  const rtt: number | undefined = flow.tcp_info?.rtt;
  const rate: bigint | undefined = flow.tcp_info?.max_pacing_rate;
  const threshold: number | null | undefined = flow.tcp_info?.snd_ssthresh;
  const first: number | undefined = flow.owners?.[0]?.pid;
  const protocol: "TCP" = flow.protocol;
  console.log(rtt, rate, threshold, first, protocol, flow.state === "established");
}
for (const flow of dumpObjects({ udp: true, unix: true })) {
  if (flow.protocol === "UNIX") console.log(flow.path_name);
  else console.log(flow.src_port);
}
for (const flow of dumpObjects()) if (flow.protocol === "TCP") console.log(flow.tcp_info?.rtt);
for (const { count } of dumpObjects({ countBy: ["state"] })) console.log(count + 1);
declare const some: boolean;
for (const flow of dumpObjects({ tcp: some })) if (flow.protocol === "UNIX") console.log(flow.path_name);
`;

/** Code that TypeScript must refuse, and its messages. */
const WRONG = [
  ["for (const flow of dumpObjects({ tcp: true })) flow.tcp_inf;", "Property 'tcp_inf' does not exist"],
  ["for (const flow of dumpObjects({ tcp: true })) flow.tcp_info?.rrt;", "Property 'rrt' does not exist"],
  ["for (const flow of dumpObjects({ tcp: true })) flow.path_name;", "Property 'path_name' does not exist"],
  ['for (const flow of dumpObjects({ tcp: true })) flow.state === "establish";', "no overlap"],
  ["const [one] = dumpObjects({ tcp: true }); const text: string | undefined = one?.tcp_info?.rtt;", "Type 'number'"],
  ["dumpObjects({ tpc: true });", "'tpc' does not exist"],
] as const;

Deno.test("TypeScript knows the fields of the families that are named: a typo is an error, a value has its type", () => {
  using directory = new TemporaryDirectory();
  const wrong = WRONG.map(([line]) => line).join("\n");
  const text = `import { dumpObjects } from "${projectDirectory}mod.ts";\n${RIGHT}${wrong}\n`;
  const file = directory.file("flow.ts", text);
  const words = [Deno.execPath(), "check", "--quiet", `--config=${projectDirectory}deno.json`, file];
  const { code, stderr } = run(words, { env: { NO_COLOR: "1" } });
  assertEquals(code, 1);
  assertStringIncludes(stderr, `Found ${WRONG.length} errors.`);
  for (const [line, message] of WRONG) {
    assertStringIncludes(stderr, line);
    assertStringIncludes(stderr, message);
  }
});

Deno.test("dumpObjects leaves the columns that are named, sorts, limits and counts as the program does", () => {
  const whole: TcpFlow[] = recorded({});
  assert(whole.length > 10, `${whole.length} flows`);
  const ports = recorded({ columns: ["src_port", "tcp_info.rtt"], sort: "src_port:desc", limit: 3 });
  const expected = whole.map(({ src_port }) => src_port!).sort((a, b) => b - a).slice(0, 3);
  assertEquals(ports.map(({ src_port }) => src_port), expected);
  for (const flow of ports) {
    const names = Object.keys(flow).filter((name) => !["protocol", "src_port", "tcp_info"].includes(name));
    assertEquals(names, []);
  }
  assertEquals(recorded({ limit: 2 }), whole.slice(0, 2));
  // A recording has the time when it was made, and no machine.
  const stamped = recorded({ columns: ["time", "host", "src_port"], limit: 1 });
  assertEquals(stamped.map(({ time, host }) => [Number.isNaN(Date.parse(time!)), host]), [[false, undefined]]);
  const counts: Count[] = recorded({ countBy: ["state"], sort: "count:desc" });
  const numbers = Map.groupBy(whole, ({ state }) => state);
  assertEquals(
    new Map(counts.map(({ state, count }) => [state, count])).get("established"),
    numbers.get("established")?.length,
  );
  assertEquals(counts.reduce((sum, { count }) => sum + count, 0), whole.length);
  assertEquals(counts.map(({ count }) => count), counts.map(({ count }) => count).sort((a, b) => b - a));
});

Deno.test("dumpObjects refuses names that no field has, and limits that are none", () => {
  const refuse = (options: DumpOptions) => assertThrows(() => [...dumpObjects(options)], RangeError).message;
  assertEquals(
    refuse({ tcp: true, columns: ["tcp_info.rttt"] }),
    'unknown column "tcp_info.rttt" in columns, did you mean tcp_info.rtt?',
  );
  assertMatch(
    refuse({ tcp: true, sort: "owners" }),
    /^sort cannot sort by owners, because it has more than one value$/,
  );
  assertMatch(
    refuse({ tcp: true, countBy: ["state"], sort: "uid" }),
    /^sort uid is neither count, nor among countBy, nor of the numbers in columns$/,
  );
  assertMatch(
    refuse({ tcp: true, countBy: ["state"], columns: ["uid"] }),
    /^columns uid is neither count nor among countBy; /,
  );
  assertMatch(refuse({ tcp: true, countBy: ["state/24"] }), /^countBy state\/24: state is not an address$/);
  assertEquals(
    refuse({ tcp: true, sort: "host" }),
    "host is the same in every row: it is a column only, not for sort",
  );
  assertMatch(refuse({ tcp: true, limit: 0 }), /^limit takes a number from 1 on, not 0$/);
  assertMatch(refuse({ tcp: true, columns: ["src_host"] }), /hosts: true/);
});

Deno.test("a format prints the columns that were chosen", () => {
  const options = { tcp: true, ipv4: true, states: ["all"], columns: ["src_port", "state"], sort: "src_port" };
  const decoder = new TextDecoder();
  let text = "";
  const sink = formats.find(({ name }) => name === "csv")!
    .open((bytes) => text += decoder.decode(bytes), {}, contentFor(options));
  using source = openRecording(recording);
  dump(sink, { ...options, source });
  sink.close();
  const { stdout } = run([
    ...[
      Deno.execPath(),
      "run",
      "--quiet",
      "--allow-ffi",
      `--allow-read=${projectDirectory}`,
      `${projectDirectory}main.ts`,
    ],
    ...["-ta4", "--csv", "--columns", "src_port,state", "--sort", "src_port", "--read", recording],
  ]);
  assert(stdout.length > 100);
  assertEquals(text, stdout);
});

Deno.test("warnings come by the callback and by the return value, before an error too", () => {
  using source = openRecording(`${projectDirectory}tests/fixtures/tcp4.k618.pcap`);
  const warnings: string[] = [];
  const options = { tcp: true, states: ["all"], source, processes: true, cgroups: true };
  const { values, result } = all(dumpObjects({ ...options, warn: (warning) => warnings.push(warning) }));
  assert(values.length > 0);
  assertEquals(warnings, result.warnings);
  assertStringIncludes(warnings.join("\n"), "a recording does not say who holds the sockets");
  assertStringIncludes(warnings.join("\n"), "a recording has no names of control groups");
});

Deno.test("a dump that is recorded has its owners, and so has the recording; another lookup is not in it", () => {
  using _namespace = openNamespace();
  using _pair = openPair();
  using directory = new TemporaryDirectory();
  const file = directory.file("run.pcap", "");
  const options = { tcp: true, states: ["established"], columns: ["src_port", "dst_port", "owners.pid"] } as const;
  const live = all(dumpObjects({ ...options, record: file }));
  assertEquals(live.result.warnings, []);
  assertEquals(live.values.length, 2);
  for (const { owners } of live.values) assert(owners!.some(({ pid }) => pid === Deno.pid));
  const before = new Date().toISOString();
  for (const { time, host } of all(dumpObjects({ tcp: true, columns: ["time", "host"] })).values) {
    assertEquals([time! >= before, host], [true, Deno.hostname()]);
  }
  const back = all(dumpObjects({ ...options, read: file }));
  const ports = (flows: readonly TcpFlow[]) =>
    flows.map(({ src_port, dst_port, owners }) => [src_port, dst_port, owners]);
  assertEquals(ports(back.values), ports(live.values));
  assertEquals(back.result.warnings, []);
  const routed = all(dumpObjects({ ...options, columns: ["src_port", "route.iface"], read: file }));
  assertEquals(routed.values.map(({ route }) => route), [undefined, undefined]);
  assertEquals(routed.result.warnings, ["a recording has no routes: no route"]);
  // All that the kernel said is there, whatever the columns were.
  const [flow] = dumpObjects({ tcp: true, states: ["established"], read: file });
  assert(flow!.tcp_info!.rtt! > 0);
  assertThrows(() => [...dumpObjects({ record: file, read: file })], RangeError, "read and record exclude each other");
  assertThrows(() => [...dumpObjects({ record: file, namespaces: ["all"] })], RangeError);
});

Deno.test("beside a source of one's own that is live owners are looked up", () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1").listen(1);
  using source = openNetlinkSocket();
  const options = { tcp: true, states: ["listening"], source, processes: true, users: true } as const;
  for (let i = 0; i < 2; i++) {
    const flow = [...dumpObjects(options)].find(({ inode }) => inode === listener.inode)!;
    assertEquals(flow.owners!.map(({ pid }) => pid), [Deno.pid]);
  }
});

Deno.test("JSON.stringify(flow, exactNumbers) keeps every digit of 64-bit numbers", () => {
  const flow = recorded({}).find(({ tcp_info }) => tcp_info?.max_pacing_rate !== undefined)!;
  assertThrows(() => JSON.stringify(flow), TypeError);
  const text = JSON.stringify(flow, exactNumbers);
  assertStringIncludes(text, `"max_pacing_rate":${flow.tcp_info!.max_pacing_rate}`);
  assertEquals(JSON.parse(text).src, flow.src);
});

Deno.test("dumpObjects tells command lines of processes, when they are asked for", () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1").listen(1);
  const find = (options: DumpOptions) =>
    [...dumpObjects({ tcp: true, states: ["listening"], ...options })].find((flow): flow is TcpFlow =>
      "inode" in flow && flow.inode === listener.inode
    );
  const holder = find({ processes: true, cmdline: true })!.owners!.find(({ pid }) => pid === Deno.pid)!;
  assert(holder.cmdline!.length > 1, String(holder.cmdline));
  assertEquals(find({ processes: true })!.owners!.some((owner) => "cmdline" in owner), false);
  assertEquals("owners" in find({})!, false);
});

Deno.test("dumpObjectsWithHosts tells names of hosts, and sorts by them", async () => {
  using _namespace = openNamespace();
  using pair = openPair();
  const options = {
    tcp: true,
    states: ["established"],
    hosts: true,
    columns: ["src_host", "src_port"],
    sort: "src_host",
  };
  const flows = await Array.fromAsync(dumpObjectsWithHosts(options));
  assertEquals(flows.length, 2);
  for (const flow of flows as TcpFlow[]) assertEquals(flow.src_host, "localhost");
  assert(pair !== null);
});

Deno.test("a dump that is broken off, and one that fails, leave nothing open", () => {
  using _namespace = openNamespace();
  using _pair = openPair();
  const before = descriptors();
  for (const _flow of dumpObjects({ tcp: true, cgroups: true, namespaces: [], states: ["all"] })) break;
  assertThrows(() => [...dumpObjects({ namespaces: ["no-such-name"] })], NamespaceError);
  assertThrows(() => [...dumpObjects({ tcp: true, states: ["no-such-state"] })], RangeError);
  assertEquals(descriptors(), before);
});

Deno.test("a hundred runs in one process leave no descriptor open and no memory behind", () => {
  using _namespace = openNamespace();
  using _pair = openPair();
  using directory = new TemporaryDirectory();
  const file = directory.file("runs.ts", RUNS);
  const words = [
    "run",
    "--quiet",
    "--allow-all",
    "--v8-flags=--expose-gc",
    `--config=${projectDirectory}deno.json`,
    file,
  ];
  const { code, stdout, stderr } = run([Deno.execPath(), ...words, `${directory.path}output.json`]);
  assertEquals(code, 0, stderr);
  const { flows, opened, before, after } = JSON.parse(stdout);
  assert(flows > 100, `${flows} flows`);
  assertEquals(opened, []);
  assert(after - before < 4e6, `${after - before} bytes more`);
});

/** A hundred runs with all lookups, through the library and through the program. */
const RUNS = `
import { dumpObjects } from "${projectDirectory}mod.ts";
import { main } from "${projectDirectory}main.ts";
const descriptors = () => new Set([...Deno.readDirSync("/proc/self/fd")].map(({ name }) => name));
const everything = { processes: true, users: true, cgroups: true, peers: true, namespaces: [], states: ["all"] };
let flows = 0;
async function once() {
  flows += [...dumpObjects(everything)].length;
  await main(["-tap", "-N", String(Deno.pid), "--cgroup", "--output", Deno.args[0]!]);
}
for (let i = 0; i < 10; i++) await once();
const known = descriptors();
gc();
const before = Deno.memoryUsage().heapUsed;
for (let i = 0; i < 100; i++) await once();
gc();
const after = Deno.memoryUsage().heapUsed;
const opened = [...descriptors()].filter((name) => !known.has(name));
console.log(JSON.stringify({ flows, opened, before, after }));
`;

Deno.test("everything that mod.ts exports is documented, and has types of its own that are exported too", () => {
  const { code, stderr } = run([Deno.execPath(), "doc", "--lint", "mod.ts"], { cwd: projectDirectory });
  assertEquals(code, 0, stderr);
});

Deno.test("the package can be published, with the files that the library needs and no others", () => {
  const words = [Deno.execPath(), "publish", "--dry-run", "--allow-dirty"];
  const { code, stdout, stderr } = run(words, { cwd: projectDirectory, env: { NO_COLOR: "1" } });
  const text = stdout + stderr;
  assertEquals(code, 0, text);
  for (const file of ["mod.ts", "session.ts", "docs/library.md", "LICENSE", "deno.json"]) {
    assertStringIncludes(text, `/${file} (`);
  }
  assertEquals(/\/(tests|bench|build|links|main\.ts)/.test(text.replaceAll(projectDirectory, "/")), false, text);
});

/** The open descriptors, with their numbers and targets. */
function descriptors(): readonly string[] {
  return [...Deno.readDirSync("/proc/self/fd")].flatMap(({ name }) => {
    try {
      return [`${name} ${Deno.readLinkSync(`/proc/self/fd/${name}`)}`];
    } catch (error) {
      // The descriptor of the directory that is being read.
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }).sort();
}

/** A directory that is deleted when this is disposed of. */
class TemporaryDirectory implements Disposable {
  readonly path = `${Deno.makeTempDirSync({ prefix: "ss2-test-" })}/`;
  file(name: string, text: string): string {
    Deno.writeTextFileSync(this.path + name, text);
    return this.path + name;
  }
  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
