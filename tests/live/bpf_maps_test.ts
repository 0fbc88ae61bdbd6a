/**
 * Values that BPF programs keep with sockets, shown by the names of their members.
 */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { BtfBuilder, sampleOfAll } from "../btf_builder.ts";
import { type JsonObject, parseExact } from "../exact_json.ts";
import { assertPrinted, isInstalled, isRoot, programWords, run, without } from "../program.ts";
import { SocketStorageMap } from "./bpf.ts";
import { dumpObjects } from "../../mod.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, AF_INET6, openTcp } from "./sockets.ts";

const bounds = /^CapEff:\s*([0-9a-f]+)$/m.exec(new TextDecoder().decode(
  new Deno.Command("cat", { args: ["/proc/self/status"] }).outputSync().stdout,
));
const CAP_SYS_ADMIN = 21n;
const isPrivileged = isRoot && (BigInt(`0x${bounds![1]}`) >> CAP_SYS_ADMIN & 1n) === 1n;
const because = isPrivileged ? "" : " (ignored: needs CAP_SYS_ADMIN outside of user namespaces)";

const hexOf = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const lines = (output: string) => output.trimEnd().split("\n").map((line) => parseExact(line) as JsonObject);

const program = (...args: string[]) => assertPrinted(run([...programWords(), ...args]));

/** Types of a single number. */
function counters(): { btf: Uint8Array<ArrayBuffer>; type: number; value: Uint8Array<ArrayBuffer> } {
  const types = new BtfBuilder();
  types.signed("int", 4);
  const type = types.typedef("counter_t", types.integer("unsigned long long", 8));
  return { btf: types.bytes(), type, value: new Uint8Array(BigUint64Array.of(18446744073709551615n).buffer) };
}

Deno.test({
  name: `--bpf-maps shows maps and members of values by name, in every format, for filters and the library${because}`,
  ignore: !isPrivileged,
  fn() {
    using _namespace = openNamespace();
    const sample = sampleOfAll();
    const counter = counters();
    using everything = new SocketStorageMap("everything", sample);
    using nameless = new SocketStorageMap("", counter);
    using tcp = openTcp(AF_INET).bind("127.0.0.1").listen(1);
    using other = openTcp(AF_INET6).bind("::1").listen(1);
    using plain = openTcp(AF_INET).bind("127.0.0.1").listen(1);
    everything.set(tcp, sample.value);
    nameless.set(tcp, counter.value);
    nameless.set(other, new Uint8Array(8));
    const members = sample.members.map(([name, value]) => ({ name, value }));
    const first = { map_id: everything.id, map_name: "everything", value: hexOf(sample.value), members };
    const second = {
      map_id: nameless.id,
      value: hexOf(counter.value),
      members: [{ value: "18446744073709551615" }],
    };
    const third = { map_id: nameless.id, value: "0000000000000000", members: [{ value: "0" }] };
    const byId = (storages: unknown) =>
      (storages as { map_id: number }[]).toSorted((a, b) => Number(a.map_id) - Number(b.map_id));
    const both = byId([first, second]);

    const document = parseExact(program("-ta", "--bpf-maps")) as Record<string, { flows: JsonObject[] }>;
    const kept = new Map(document["TCP"]!.flows.map(({ inode, bpf_storages }) => [inode, bpf_storages]));
    assertEquals(byId(kept.get(tcp.inode)), both);
    assertEquals(kept.get(other.inode), [third]);
    assertEquals(kept.get(plain.inode), undefined);
    assertEquals(kept.size, 3);

    const filtered = lines(
      program(
        ...["-ta", "--bpf-maps", "--format", "ndjson", "--columns", "inode,bpf_storages"],
        "bpf_storages.map_name = everything and bpf_storages.members.value = MODE_ON",
      ),
    );
    assertEquals(filtered.map(({ inode, bpf_storages }) => [inode, byId(bpf_storages)]), [[tcp.inode, both]]);

    const [heading = "", ...rows] = program("-ta", "--bpf-maps", "--table", "--wide").trimEnd().split("\n");
    assertMatch(heading, / bpf_storages$/);
    const cells = rows.flatMap((row) => /\[\{"map_id.*$/.exec(row)?.[0] ?? []);
    assertEquals(cells.map((cell) => byId(JSON.parse(cell))).toSorted((a, b) => b.length - a.length), [both, [third]]);

    const csv = program("-ta6", "--bpf-maps", "--format", "csv", "--columns", "bpf_storages.members.value");
    assertEquals(csv.replaceAll("\r", ""), "bpf_storages.members.value\n0\n");

    const flows = [
      ...dumpObjects({ tcp: true, ipv6: true, states: ["all"], bpfMaps: true }),
    ] as unknown as JsonObject[];
    assertEquals(flows.map(({ bpf_storages }) => bpf_storages), [[third]]);
  },
});

Deno.test({
  name:
    `--bpf-maps shows the bytes of values without CAP_SYS_ADMIN, and says that names are missing only if they are asked for${because}${
      without("setpriv")
    }`,
  ignore: !isPrivileged || !isInstalled("setpriv"),
  fn() {
    using _namespace = openNamespace();
    const sample = sampleOfAll();
    using map = new SocketStorageMap("everything", sample);
    using tcp = openTcp(AF_INET).bind("127.0.0.1").listen(1);
    map.set(tcp, sample.value);
    const words = [
      "setpriv",
      "--bounding-set=-sys_admin",
      ...programWords(),
      "-tl",
      "--bpf-maps",
      "--format",
      "ndjson",
    ];
    const [flow] = lines(assertPrinted(run(words)));
    assertEquals(flow!["bpf_storages"], [{ map_id: map.id, value: hexOf(sample.value) }]);
    const asked = run([...words, "--columns", "bpf_storages.map_name,bpf_storages.value"]);
    assertEquals(
      [asked.code, asked.stderr],
      [
        1,
        "ss2: cannot tell names in the values of BPF maps: operation not permitted (EPERM): it needs CAP_SYS_ADMIN\n",
      ],
    );
    assertEquals(lines(asked.stdout)[0]!["bpf_storages"], [{ value: hexOf(sample.value) }]);
    assert(asked.stdout.includes(hexOf(sample.value)));
  },
});

Deno.test("names in bpf_storages are an error where the values are not asked for", () => {
  for (
    const args of [
      ["-tl", "--columns", "bpf_storages.map_name"],
      ["-tl", "--sort", "bpf_storages.members.value"],
      ["-tl", "bpf_storages.members.name = count"],
    ]
  ) {
    const { code, stderr, stdout } = run([...programWords(), ...args]);
    assertEquals([code, stdout], [2, ""], args.join(" "));
    assertMatch(stderr, /^ss2: names in bpf_storages need --bpf-maps: [^\n]+\n/);
  }
  assertThrows(
    () => [...dumpObjects({ tcp: true, columns: ["bpf_storages.map_name"] })],
    RangeError,
    "names in bpf_storages need bpfMaps: true",
  );
});
