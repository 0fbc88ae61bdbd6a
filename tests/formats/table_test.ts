/** The format table: what people see of recorded, generated and hostile records, at any width. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import fc from "../packages/fast_check.ts";
import { AF_INET } from "../../decode/kernel/address_family.ts";
import { writeText } from "../../decode/netlink/attribute.ts";
import { families } from "../../decode/families/all_families.ts";
import { defineWord, type Key } from "../../decode/record/key.ts";
import type { Family } from "../../decode/families/family.ts";
import { fieldsOf } from "../../decode/reference/fields.ts";
import { parseCgroupPath } from "../../decode/lookups/cgroup_path.ts";
import { OwnerIndex } from "../../decode/lookups/owner_index.ts";
import { runPlan } from "../../decode/plan/run_plan.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import { ALL_STATES } from "../../decode/kernel/tcp_states.ts";
import { displayWidth } from "../../formats/table/display_text.ts";
import type { Content, FormatOptions } from "../../formats/format.ts";
import type { FieldObject } from "../../decode/record/object_sink.ts";
import { ColumnNames } from "../../query/column_choice.ts";
import { FieldNames } from "../../query/filter/field_names.ts";
import { comparedWords } from "../../query/filter/compared_words.ts";
import { nameInSs } from "../../query/short_names.ts";
import { shortName } from "../../formats/table/slot_maker.ts";
import { BYTES, BYTES_PER_SECOND, MICROSECONDS, putScaled, type Scale } from "../../formats/table/units.ts";
import { generatedFlows, hostileTexts, PROPERTY, type Push, runs } from "../generated_records.ts";
import { openRecording } from "../pcap_source.ts";
import { objects, written } from "../read_back.ts";

const named = (name: string): Family => families.find((family) => family.name === name)!;
const tcp = named("TCP");
const unix = named("UNIX");

const keyOf = (family: Family, path: string) => fieldsOf(family).find((field) => field.path === path)!.key;

const recorded = (name: string, family: Family) => (sink: RecordSink) =>
  void runPlan(
    { families: [family], addressFamilies: [AF_INET], states: ALL_STATES, bpfMaps: false },
    openRecording(name),
    sink,
  );

const table = (push: Push, options: FormatOptions = {}, content: Content = { families: [tcp] }) =>
  written("table", push, options, content);

/** Lines without the break at the end. */
function linesOf(text: string): string[] {
  assert(text.endsWith("\n"));
  return text.slice(0, -1).split("\n");
}

const width = (line: string) => {
  const bytes = new TextEncoder().encode(line);
  return displayWidth(bytes, 0, bytes.length);
};

const scaled = (value: number, scale: Scale) => {
  const bytes = new Uint8Array(128);
  return new TextDecoder().decode(bytes.subarray(0, putScaled(new DataView(bytes.buffer), 0, value, scale)));
};

/** What the program may print for a text of a table besides itself. */
// deno-lint-ignore no-control-regex
const UNSAFE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** All options that add columns. */
const everything: FormatOptions = { extended: true, info: true, memory: true, timers: true };

// deno-lint-ignore no-control-regex
const COLOURS = /\x1b\[\d+m/g;

Deno.test("putScaled shows one decimal below 100, none above, the next unit from its size on, and zero without unit", () => {
  const cases: readonly (readonly [value: number, scale: Scale, shown: string])[] = [
    [0, BYTES, "0"],
    [1, BYTES, "1 B"],
    [999, BYTES, "999 B"],
    [1000, BYTES, "1.0 kB"],
    [1448, BYTES, "1.4 kB"],
    [99_949, BYTES, "99.9 kB"],
    [99_951, BYTES, "100 kB"],
    [999_499, BYTES, "999 kB"],
    [999_500, BYTES, "1.0 MB"],
    [1_234_567, BYTES, "1.2 MB"],
    [2 ** 64, BYTES, "18.4 EB"],
    [-1500, BYTES, "-1.5 kB"],
    [12_500_000, BYTES_PER_SECOND, "12.5 MB/s"],
    [943, MICROSECONDS, "943 us"],
    [3400, MICROSECONDS, "3.4 ms"],
    [201_000, MICROSECONDS, "201 ms"],
    [1_500_000, MICROSECONDS, "1.5 s"],
    [5_904_113_000, MICROSECONDS, "1.6 h"],
    [59_990_000, MICROSECONDS, "1.0 min"],
    [864_000_000_000, MICROSECONDS, "10.0 d"],
  ];
  for (const [value, scale, shown] of cases) assertEquals(scaled(value, scale), shown);
});

const golden: readonly (readonly [recording: string, family: string])[] = [
  ["tcp4-bpfstore-all.k61", "TCP"],
  ["mptcp4.k61", "MPTCP"],
  ["udp4.k61", "UDP"],
  ["raw4.k61", "RAW"],
  ["sctp4.k61", "SCTP"],
  ["unix.k61", "UNIX"],
  ["netlink.k618", "NETLINK"],
  ["packet.k618", "PACKET"],
  ["vsock.k61", "VSOCK"],
  ["xdp.k61", "XDP"],
  ["tipc.k61", "TIPC"],
  ["smc.k61", "SMC"],
];

Deno.test("table of recorded sockets of twelve families is byte for byte what it was", () => {
  const text = golden.map(([recording, name]) =>
    `# ${recording}\n` + table(recorded(recording, named(name)), {}, { families: [named(name)] })
  ).join("");
  const options = ["extended", "info", "memory", "timers"].map((option) =>
    `# tcp4-bpfstore-all.k61, ${option}\n` + table(recorded("tcp4-bpfstore-all.k61", tcp), { [option]: true })
  ).join("");
  assertEquals(text + options, Deno.readTextFileSync(new URL("../fixtures/golden.table.txt", import.meta.url)));
});

Deno.test("table has a line for each socket, whatever its fields, and no character that a terminal obeys", () => {
  for (const family of families) {
    fc.assert(
      fc.property(generatedFlows(family), (push) => {
        let records = 0;
        const counting = (sink: RecordSink) => {
          const openRecord = sink.openRecord.bind(sink);
          sink.openRecord = () => (records++, openRecord());
          push(sink);
        };
        const text = table(counting, everything, { families: [family], lookups: ["owners"] });
        assertEquals(linesOf(text).length, records + 1);
        assert(!UNSAFE.test(text), JSON.stringify(text));
        records = 0;
        for (
          const line of linesOf(
            table(counting, { ...everything, width: 60 }, { families: [family], lookups: ["owners"] }),
          )
        ) {
          assert(width(line) <= 60, line);
        }
      }),
      { ...PROPERTY, numRuns: runs(20) },
    );
  }
});

/** UNIX sockets of these names. */
const pushPaths = (names: readonly Uint8Array[]) => (sink: RecordSink) => {
  sink.openProtocol("UNIX");
  names.forEach((name, i) => {
    sink.openRecord();
    writeText(keyOf(unix, "path_name"), name, 0, name.length, sink);
    sink.integer(keyOf(unix, "inode"), i);
    sink.closeRecord();
  });
  sink.closeProtocol();
};

Deno.test("table escapes hostile names, one socket one line, and can be read back", () => {
  const lines = linesOf(table(pushPaths(hostileTexts), { noHeader: true }, { families: [unix] }));
  assertEquals(lines.length, hostileTexts.length);
  hostileTexts.forEach((bytes, i) => {
    assert(!UNSAFE.test(lines[i]!));
    const shown = new RegExp(`^UNIX {2}- {2}- {2}- {2}- {2}(.*) ${i} +\\*$`, "s").exec(lines[i]!)![1]!;
    const read = shown.replace(
      /\\(?:\\|u([0-9a-f]{4}))/g,
      (_, hex) => hex ? String.fromCharCode(parseInt(hex, 16)) : "\\",
    );
    assertEquals(read, bytes.length === 0 ? "-" : new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
  });
});

Deno.test("table keeps columns straight beside characters that take two columns, one or none", () => {
  const names = ["plain", "日本語", "e\u0301te\u0301", "한국", "𝄞"].map((name) => new TextEncoder().encode(name));
  const lines = linesOf(table(pushPaths(names), {}, { families: [unix] })).slice(1);
  assertEquals(new Set(lines.map(width)).size, 1, lines.join("\n"));
});

/** TCP sockets with addresses, ports and interfaces. */
const pushAddresses =
  (places: readonly (readonly [address: readonly number[], port: number, zone: number])[]) => (sink: RecordSink) => {
    sink.openProtocol("TCP");
    for (const [address, port, zone] of places) {
      sink.openRecord();
      for (const end of ["src", "dst"]) {
        sink.address(keyOf(tcp, end), address.length === 16, Uint8Array.from(address), 0);
        sink.integer(keyOf(tcp, `${end}_port`), port);
      }
      sink.integer(keyOf(tcp, "iface_idx"), zone);
      sink.closeRecord();
    }
    sink.closeProtocol();
  };

Deno.test("table shows addresses with ports, IPv6 in brackets, * for any remote one and for port 0, the interface at the local one", () => {
  const v6 = (first: number, last: number) => [first, 0, ...new Array<number>(13).fill(0), last];
  const lines = linesOf(table(
    pushAddresses([
      [[10, 0, 0, 1], 22, 0],
      [[0, 0, 0, 0], 22, 0],
      [[0, 0, 0, 0], 0, 3],
      [v6(0, 0), 0, 0],
      [v6(0, 1), 65535, 0],
      [v6(0xfe, 1), 22, 2],
    ]),
    { noHeader: true },
  ));
  assertEquals(lines.map((line) => line.split(/ +/).slice(4)), [
    ["10.0.0.1:22", "10.0.0.1:22"],
    ["0.0.0.0:22", "*:22"],
    ["0.0.0.0%3:*", "*:*"],
    ["[::]:*", "*:*"],
    ["[::1]:65535", "[::1]:65535"],
    ["[fe00::1%2]:22", "[fe00::1]:22"],
  ]);
});

Deno.test("table shows the kernel's name and the inode of sockets of other kinds, and anything else by its inode", () => {
  const other = named("OTHER");
  const push = (name: string) => (sink: RecordSink) => {
    sink.openProtocol(name);
    sink.openRecord();
    sink.integer(keyOf(other, "inode"), 4711);
    writeText(keyOf(other, "sockprotoname"), new TextEncoder().encode("ALG"), 0, 3, sink);
    sink.closeRecord();
    sink.closeProtocol();
  };
  const [, line] = linesOf(table(push("OTHER"), {}, { families: [other] }));
  assertMatch(line!, /^OTHER +- +- +- +ALG 4711 +-$/);
  assertMatch(linesOf(table(push("NOVEL"), {}, { families: [other] }))[1]!, /^NOVEL +- +- +- +inode 4711 +-$/);
});

Deno.test("table shows all processes that hold a socket, with all descriptors, or why they are not known", () => {
  const owners = new OwnerIndex();
  const holder = (pid: number, name: string) => ({
    ...{ pid, comm: new TextEncoder().encode(name), exe: null, cmdline: null, uid: 0, user: null },
    ...{ startTime: 1700000000000, netns: 0, tid: null, context: null, cmdlineCut: false, cgroup: null },
  });
  owners.holders.push(holder(17, "evil\n\x1b[31m; x"), holder(4711, "tmux: server"));
  owners.add(1, 0, 3);
  owners.add(1, 0, 5);
  owners.add(1, 1, 3);
  const push = (sink: RecordSink) => {
    sink.openProtocol("TCP");
    for (const inode of [1, 2, 0]) {
      sink.openRecord();
      owners.write(inode, sink);
      sink.closeRecord();
    }
    owners.obstacles = ["not permitted"];
    sink.openRecord();
    owners.write(3, sink);
    sink.closeRecord();
    sink.closeProtocol();
  };
  const lines = linesOf(table(push, {}, { families: [tcp], lookups: ["owners"] }));
  const at = lines[0]!.indexOf("process");
  assertEquals(lines.slice(1).map((line) => line.slice(at)), [
    "evil\\u000a\\u001b[31m; x 17 fd=3,5; tmux: server 4711 fd=3",
    "-",
    "-",
    "(denied)",
  ]);
  assert(!table(push).includes("evil"));
});

Deno.test("table shows empty arguments of processes, also at the end", () => {
  const owners = new OwnerIndex();
  owners.holders.push({
    ...{ pid: 17, comm: new TextEncoder().encode("sh"), exe: null, uid: 0, user: null, tid: null, context: null },
    ...{ startTime: null, netns: 0, cmdlineCut: false, cgroup: null },
    cmdline: new TextEncoder().encode("sh\0\0-c\0\0\0"),
  });
  owners.add(1, 0, 3);
  const push = (sink: RecordSink) => {
    sink.openProtocol("TCP");
    sink.openRecord();
    owners.write(1, sink);
    sink.closeRecord();
    sink.closeProtocol();
  };
  const [, line] = linesOf(table(push, {}, { families: [tcp], lookups: ["owners"] }));
  assertMatch(line!, /sh 17 fd=3 args=sh '' -c '' ''$/);
});

Deno.test("table shows a container by its runtime, its pod and the short form of its id, in one cell", () => {
  const id = "3f4e5d6c7b8a".padEnd(64, "0");
  const uid = "0a1b2c3d-1111-2222-3333-444455556666";
  const paths = [
    `/system.slice/docker-${id}.scope`,
    `/kubepods.slice/kubepods-pod${uid.replaceAll("-", "_")}.slice/cri-containerd-${id}.scope`,
    `/kubepods/burstable/pod${uid}/${id}`,
    "/lxc.payload.höhle",
    "/system.slice/ssh.service",
  ];
  const push = (sink: RecordSink) => {
    sink.openProtocol("TCP");
    for (const path of paths) {
      const { unit, container } = parseCgroupPath(path);
      const text = (path: string, value: string | null) => {
        if (value === null) return;
        const bytes = new TextEncoder().encode(value);
        writeText(keyOf(tcp, path), bytes, 0, bytes.length, sink);
      };
      sink.openRecord();
      text("unit", unit);
      if (container !== null) {
        sink.openObject(keyOf(tcp, "container"));
        text("container.id", container.id);
        if (container.runtime !== null) sink.name(keyOf(tcp, "container.runtime"), defineWord(container.runtime));
        text("container.pod_uid", container.podUid);
        sink.closeObject(keyOf(tcp, "container"));
      }
      sink.closeRecord();
    }
    sink.closeProtocol();
  };
  const columns = new ColumnNames([tcp]).find("container")!.columns;
  assertEquals(linesOf(table(push, {}, { families: [tcp], columns })), [
    "container",
    "docker 3f4e5d6c7b8a",
    "containerd pod 0a1b2c3d 3f4e5d6c7b8a",
    "pod 0a1b2c3d 3f4e5d6c7b8a",
    "lxc höhle",
    "-",
  ]);
  const units = [{ name: "unit", key: keyOf(tcp, "unit") }];
  assertEquals(linesOf(table(push, {}, { families: [tcp], columns: units })), [
    "unit",
    "docker-3f4e5d6c7b8a.scope",
    "cri-containerd-3f4e5d6c7b8a.scope",
    "-",
    "-",
    "ssh.service",
  ]);
  const parts = new ColumnNames([tcp]).find("container.*")!.columns;
  const whole = linesOf(table(push, {}, { families: [tcp], columns: parts }));
  assertEquals(whole[1]!.split(/ {2,}/), [id, "-", "docker", "-", "-"]);
  // With --cgroup it is a column beside the details, on a terminal if some socket is in one.
  const content: Content = { families: [tcp], lookups: ["cgroups"] };
  const shown = table(push, { cgroup: true, width: 120 }, content);
  assertMatch(shown, /^state .* container\n/);
  assertStringIncludes(shown, "unit:ssh.service");
  assertEquals(shown.includes("container."), false);
  const none = table(recorded("tcp4.k618", tcp), { cgroup: true, width: 120 }, content);
  assertEquals(none.includes("container"), false);
});

Deno.test("table adds details of its options behind the columns, all that says something, under names that can be typed", () => {
  const push = recorded("tcp4.k618", tcp);
  const flows = objects(push);
  const known = new ColumnNames([tcp]);
  const shown = (options: FormatOptions) =>
    linesOf(table(push, options)).slice(1).map((line) => line.split(/ {2,}/)[6]?.split(" ") ?? []);
  for (
    const [options, some] of [
      [{ timers: true }, ["timer", "expires"]],
      [{ extended: true }, ["uid", "inode", "cookie", "sockopts", "timer", "expires"]],
      [{ memory: true }, ["rcvbuf", "sndbuf"]],
      [{ info: true }, ["cong_algo", "rtt", "snd_wscale", "ato", "pmtu", "segs_in", "snd_wnd"]],
    ] as const
  ) {
    const names = new Set<string>();
    shown(options).forEach((items, i) =>
      items.forEach((item) => {
        const [, name, value] = /^([^:]+):(.*)$/.exec(item)!;
        names.add(name!);
        const { single, columns } = known.find(name!)!;
        const path = single?.path ?? columns[0]!.name;
        // deno-lint-ignore no-explicit-any
        const exact = path.split(".").reduce<any>((inner, part) => inner?.[part], flows[i]);
        if (typeof exact === "number") assertEquals(parseFloat(value!), exact, item);
        else if (typeof exact === "bigint") assertEquals(BigInt(value!.replace(/[a-zA-Z/]+$/, "")), exact, item);
        else if (Array.isArray(exact) && !value!.startsWith("[")) assertEquals(value, exact.join(","), item);
        else if (!Array.isArray(exact)) assertEquals(value, String(exact), item);
      })
    );
    for (const name of some) assert(names.has(name), `${name} of ${[...names]}`);
  }
  // Nothing that the kernel sent is left out, but for zero, no limit, and words for what nearly every socket has.
  const nothing: readonly unknown[] = [0, 0n, 2n ** 64n - 1n, null, false, "none", "off", "open", "not-seen"];
  const everythingShown = shown(everything);
  flows.forEach(({ tcp_info }, i) => {
    for (const [name, value] of Object.entries(tcp_info as FieldObject ?? {})) {
      if (name === "state" || nothing.includes(value) || String(value) === "") continue;
      const labels = [nameInSs(`tcp_info.${name}`), name, `tcp_info.${name}`].map((label) => `${label}:`);
      assert(everythingShown[i]!.some((item) => labels.some((label) => item.startsWith(label))), name);
    }
  });
});

Deno.test("every name that the table has for a field can be typed as a column and in a filter", () => {
  for (const chosen of [families, ...families.map((family) => [family])]) {
    const all = chosen.map((family) => ({ family, fields: fieldsOf(family) }));
    const known = new ColumnNames(chosen);
    const fieldNames = new FieldNames(chosen);
    for (const { key, type, path } of all.flatMap(({ fields }) => fields)) {
      if (type === "object" || key.name === "" || isInList(key)) continue;
      const name = shortName(key, all);
      const found = known.find(name)?.columns ?? [];
      // Several families have a field of this path.
      assert(found.length > 0 && found.every((column) => column.key?.path === path), `${name}: ${path}`);
      // `cgroup` compares the path of a group too.
      if (name !== "cgroup" && name !== "src" && name !== "dst") assert(!comparedWords.includes(name), name);
      assertEquals(fieldNames.resolve(name), [path], name);
    }
  }
});

Deno.test("table with plain has the values of the object sink in its columns, and numbers without units", () => {
  for (const [recording, name] of [...golden, ["tcp4.k61", "TCP"], ["tcp4.k618", "TCP"]] as const) {
    const family = named(name);
    const push = recorded(recording, family);
    // Texts can hold blanks.
    const fields = fieldsOf(family).filter(({ key, type }) =>
      key.name !== "" && type !== "object" && type !== "list" && type !== "text" && key.path !== "state" &&
      !isInList(key)
    );
    const columns = fields.map(({ key, path }) => ({ name: path, key }));
    const [header, ...rows] = linesOf(table(push, { plain: true }, { families: [family], columns }));
    const flows = objects(push);
    assertEquals(rows.length, flows.length);
    assertEquals(header!.trim().split(/ +/).length, columns.length);
    rows.forEach((row, r) => {
      const cells = row.trim().split(/ {2,}/);
      fields.forEach(({ path, type }, c) => {
        // deno-lint-ignore no-explicit-any
        const value = path.split(".").reduce<any>((inner, part) => inner?.[part], flows[r]);
        const text = value === undefined || value === "" ? "-" : value === null ? "none" : String(value);
        const cell = type === "decimal" && cells[c] !== "-" ? String(Number(cells[c])) : cells[c];
        assertEquals(cell, text, `${path} of ${recording}: ${row}`);
      });
    });
  }
  const push = recorded("tcp4.k618", tcp);
  const column = (path: string) => ({ name: path, key: keyOf(tcp, path) });
  const sized = { families: [tcp], columns: [column("tcp_info.rcv_space"), column("tcp_info.pacing_rate")] };
  assertMatch(table(push, {}, sized), / [kMG]?B\b/);
  assertMatch(table(push, {}, sized), /unlimited/);
  assert(!/[kM]B|unlimited/.test(table(push, { plain: true }, sized)));
});

const isInList = ({ parent }: Key): boolean => parent !== null && (parent.note.type === "list" || isInList(parent));

/** The value as it is once 64-bit integers are numbers of JavaScript. */
const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, inner) => typeof inner === "bigint" ? Number(inner) : inner));

Deno.test("table has lists in one cell, those of objects or texts as JSON, and bytes in hexadecimal", () => {
  const found = new Set<string>();
  const recordings = ["tcp4.k618", "tcp4-bpfstore-all.k61", "tcp500.k61"].map((recording) =>
    [recording, "TCP"] as const
  );
  for (const [recording, name] of [...golden, ...recordings]) {
    const family = named(name);
    const push = recorded(recording, family);
    const flows = objects(push);
    for (const { path, key, type } of fieldsOf(family)) {
      if (key.name === "" || isInList(key) || type !== "list" && type !== "hex" && !type.endsWith("[]")) continue;
      const [, ...rows] = linesOf(table(push, {}, { families: [family], columns: [{ name: path, key }] }));
      assertEquals(rows.length, flows.length);
      rows.forEach((row, r) => {
        // deno-lint-ignore no-explicit-any
        const value = path.split(".").reduce<any>((inner, part) => inner?.[part], flows[r]);
        if (value === undefined || value.length === 0) return assertEquals(row, "-", path);
        found.add(row.startsWith("[") ? "json" : type);
        if (row.startsWith("[")) assertEquals(JSON.parse(row), rounded(value), `${path} of ${recording}`);
        else assertEquals(row, Array.isArray(value) ? value.join(",") : value, `${path} of ${recording}`);
      });
    }
  }
  assertEquals([...found].sort(), ["hex", "json", "list"]);
});

Deno.test("table never wraps and cuts nothing without a width or with wide, and names no columns", () => {
  const path = new Uint8Array(300000).fill(0x41);
  for (const options of [{}, { wide: true, width: 40 }, { width: 0 }]) {
    const text = table(pushPaths([path, path]), { ...everything, ...options }, {
      families: [unix],
      lookups: ["owners"],
    });
    assertEquals(text.match(/A{300000}/g)?.length, 2);
    assert(!text.includes("…"));
  }
});

/** What a terminal shows: lines of one socket put together again, below the first one those that are indented. */
function socketsOf(text: string): { readonly line: string; readonly below: readonly string[] }[] {
  const sockets: { line: string; below: string[] }[] = [];
  for (const line of linesOf(text).slice(1)) {
    if (line.startsWith("    ")) sockets.at(-1)!.below.push(line.slice(4));
    else sockets.push({ line, below: [] });
  }
  return sockets;
}

Deno.test("table fits every width and loses nothing: what is not on the line of a socket is below it", () => {
  const push = recorded("tcp4.k618", tcp);
  const flows = objects(push);
  for (let columns = 20; columns < 260; columns += columns < 100 ? 1 : 13) {
    const text = table(push, { ...everything, width: columns });
    for (const line of linesOf(text)) assert(width(line) <= columns, `${columns}: ${line}`);
    const sockets = socketsOf(text);
    assertEquals(sockets.length, flows.length);
    sockets.forEach(({ line, below }, i) => {
      // A text that is longer than a line is broken behind a comma or where the line ends.
      const all = `${line} ${below.join(" ")}`.replaceAll(" ", "");
      const { src_port, dst_port, inode, cookie } = flows[i]!;
      for (const port of [src_port, dst_port]) assertStringIncludes(all, `:${port === 0 ? "*" : port}`);
      if (inode !== 0) assertStringIncludes(all, `inode:${inode}`);
      assertStringIncludes(all, `cookie:${cookie}`);
    });
  }
});

Deno.test("table on a terminal leaves out columns that say nothing, and no column that was asked for", () => {
  const push = pushAddresses([[[10, 0, 0, 1], 22, 0]]);
  const header = (options: FormatOptions, content: Content) => linesOf(table(push, options, content))[0]!.split(/ +/);
  const usual = ["protocol", "state", "recv_q", "send_q", "local", "remote"];
  assertEquals(header({}, { families: [tcp] }), usual);
  assertEquals(header({ width: 80 }, { families: [tcp] }), usual.slice(1));
  assertEquals(header({ width: 80, wide: true }, { families: [tcp] }), usual);
  assertEquals(header({ width: 80 }, { families: [tcp, unix] }), usual);
  const silent = (sink: RecordSink) => {
    sink.openProtocol("TCP");
    sink.openRecord();
    sink.address(keyOf(tcp, "dst"), false, new Uint8Array(4), 0);
    sink.integer(keyOf(tcp, "dst_port"), 0);
    sink.closeRecord();
    sink.closeProtocol();
  };
  assertEquals(linesOf(table(silent, { width: 80 }))[0]!.split(/ +/), ["state", "recv_q", "send_q", "local"]);
  const chosen = { families: [tcp], columns: [{ name: "remote", key: null }, { name: "protocol", key: null }] };
  assertEquals(linesOf(table(silent, { width: 80 }, chosen)), ["remote  protocol", "*:*     TCP"]);
});

Deno.test("table shortens addresses and paths in the middle, and never a port, an inode or a process", () => {
  const v6 = Array.from({ length: 16 }, (_, i) => 0xa0 + i);
  const [line] = socketsOf(table(pushAddresses([[v6, 65535, 0]]), { width: 80 }));
  assertMatch(line!.line, /\[a0a1:a[^\]]*…[^\]]*:aeaf\]:65535 +\[a0a1:a[^\]]*…[^\]]*:aeaf\]:65535$/);
  const path = new TextEncoder().encode("/run/" + "long/".repeat(25) + "end.sock");
  const [socket] = socketsOf(table(pushPaths([path]), { width: 80 }, { families: [unix] }));
  assertMatch(socket!.line, /\/run\/long.*….*end\.sock 0$/);
  assertEquals(socket!.below, []);
});

Deno.test("table marks what is wrong on a terminal without colours, and colours it with them", () => {
  const push = (sink: RecordSink) => {
    sink.openProtocol("TCP");
    for (
      const [state, backlog, limit] of [["listening", 3, 3], ["listening", 2, 3], ["listening", 0, 0], [
        "close-wait",
        0,
        0,
      ]] as const
    ) {
      sink.openRecord();
      sink.name(keyOf(tcp, "state"), defineWord(state));
      sink.integer(keyOf(tcp, "recv_q"), backlog);
      if (state === "listening") {
        sink.integer(keyOf(tcp, "backlog"), backlog);
        sink.integer(keyOf(tcp, "backlog_limit"), limit);
      }
      sink.closeRecord();
    }
    sink.closeProtocol();
  };
  const cells = (text: string) => linesOf(text).slice(1).map((line) => line.split(/ +/).slice(0, 2));
  assertEquals(cells(table(push, { width: 80 })), [["LISTEN", "3!"], ["LISTEN", "2"], ["LISTEN", "0"], [
    "CLOSE-WAIT!",
    "0",
  ]]);
  assertEquals(table(push).includes("!"), false);
  const coloured = table(push, { width: 80, color: "always" });
  assertEquals(coloured.includes("!"), false);
  assertStringIncludes(coloured, "\x1b[31m3\x1b[0m");
  assertStringIncludes(coloured, "\x1b[31mCLOSE-WAIT\x1b[0m");
});

Deno.test("table marks drops and retransmissions on a terminal without colours, and colours them with them", () => {
  const push = (sink: RecordSink) => {
    sink.openProtocol("TCP");
    for (const drops of [0, 7]) {
      sink.openRecord();
      sink.name(keyOf(tcp, "state"), defineWord("established"));
      sink.integer(keyOf(tcp, "retrans"), drops);
      sink.integer(keyOf(tcp, "skmeminfo.drops"), drops);
      sink.closeRecord();
    }
    sink.closeProtocol();
  };
  const memory = { memory: true, timers: true };
  const plain = table(push, { ...memory, width: 80 });
  for (const mark of ["retrans:7!", "drops:7!"]) assertStringIncludes(plain, mark);
  assertEquals(table(push, memory).includes("!"), false);
  const red = table(push, { ...memory, width: 80, color: "always" });
  for (const text of ["retrans:7", "drops:7"]) assertStringIncludes(red, `\x1b[31m${text}\x1b[0m`);
  assertEquals(red.includes("!"), false);
  // Colours take no room: lines break where they do without them.
  const uncoloured = (text: string) => text.replaceAll(COLOURS, "");
  for (const width of [20, 34, 35, 36, 80]) {
    const free = table(push, { ...memory, width, color: "always" });
    assertEquals(uncoloured(free), table(push, { ...memory, width }).replaceAll("!", ""), `${width}`);
  }
  assertEquals(uncoloured(table(push, { ...memory, color: "always" })), table(push, memory));
  const named = { families: [tcp], columns: [{ name: "skmeminfo.drops", key: keyOf(tcp, "skmeminfo.drops") }] };
  assertStringIncludes(table(push, { width: 80, color: "always" }, named), " \x1b[31m7\x1b[0m\n");
  assertMatch(table(push, { width: 80, color: "always" }, named), /\n +0\n/);
  assertMatch(table(push, { width: 80 }, named), /\n +0\n +7!\n$/);
});

Deno.test("table puts values that come after the widths are set below the line, on a terminal only", () => {
  const short = Array.from({ length: 5000 }, () => new TextEncoder().encode("/a"));
  const names = [...short, new TextEncoder().encode("/long".repeat(40))];
  const free = linesOf(table(pushPaths(names), {}, { families: [unix] }));
  assertStringIncludes(free.at(-1)!, "/long".repeat(40));
  const fitted = linesOf(table(pushPaths(names), { width: 70 }, { families: [unix] }));
  assert(fitted.every((line) => width(line) <= 70));
  assertStringIncludes(fitted.at(-1)!, "5000");
  assertEquals(fitted.filter((line) => line.includes("5000")).length, 1);
});

Deno.test("table prints a socket in the same way before and after the widths are known, also beside very long names", () => {
  const paths = ["/a", "", "/lang/名前", "/\x1b[31m", "/tail  ", "/queue"].map((path) =>
    new TextEncoder().encode(path)
  );
  const put = (sink: RecordSink, path: Uint8Array, number: number) => {
    sink.openRecord();
    sink.integer(keyOf(unix, "recv_q"), 10 ** number);
    writeText(keyOf(unix, "path_name"), path, 0, path.length, sink);
    sink.integer(keyOf(unix, "inode"), number);
    sink.closeRecord();
  };
  const push = (sink: RecordSink) => {
    sink.openProtocol("UNIX");
    for (let i = 0; i < 6000; i++) put(sink, paths[i % 6]!, i % 6);
    put(sink, new Uint8Array(300000).fill(0x41), 0);
    sink.mark();
    paths.forEach((path, i) => put(sink, path, i));
    sink.closeProtocol();
  };
  for (const options of [{}, everything, { noHeader: true }]) {
    const lines = linesOf(table(push, options, { families: [unix] }));
    const sockets = lines.slice(-6007);
    assertEquals(sockets.length, 6007);
    const first = sockets.slice(0, 6);
    assertEquals(new Set(first).size, 6);
    sockets.forEach((line, i) => {
      if (i !== 6000) assertEquals(line, first[(i < 6000 ? i : i - 6001) % 6]);
    });
    assertEquals(sockets[6000]!.match(/A+/)![0].length, 300000);
  }
});

Deno.test("table has colours for states only if they are asked for, and the same text", () => {
  const push = recorded("tcp4.k618", tcp);
  const coloured = table(push, { color: "always" });
  assertStringIncludes(coloured, "\x1b[36mLISTEN\x1b[0m");
  assertStringIncludes(coloured, "\x1b[32mESTAB\x1b[0m");
  assertEquals(coloured.replaceAll(COLOURS, ""), table(push));
  assertEquals(table(push, { color: "never" }), table(push));
  assertEquals(table(push, { color: "auto" }), table(push));
});

Deno.test("table: rewind forgets the records since mark, unless some have left", () => {
  const paths = (count: number) =>
    pushPaths(Array.from({ length: count }, () => new TextEncoder().encode("B".repeat(1000))));
  const run = (marked: number, before: number, expected: boolean) =>
    table(
      (sink) => {
        paths(before)(sink);
        sink.mark();
        paths(marked)(sink);
        assertEquals(sink.rewind(), expected);
        paths(1)(sink);
      },
      {},
      { families: [unix] },
    ).match(/B{1000}/g)?.length;
  assertEquals(run(5, 2, true), 3);
  assertEquals(run(500, 2, false), 503);
  assertEquals(run(5, 100, true), 101);
  // The first lines have been laid out and have left in between.
  assertEquals(run(40, 40, false), 81);
});
