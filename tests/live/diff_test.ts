/** `--diff`: what changed since a saved listing. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { diff, ListingError } from "../../mod.ts";
import { isControl } from "../../decode/text/control_characters.ts";
import { inMemory, parseListing } from "../../formats/diff/saved_listing.ts";
import { rolesFor } from "../../formats/diff/compare_listings.ts";
import { familyCalled } from "../../decode/families/all_families.ts";
import { parseExact } from "../exact_json.ts";
import { asNobody, isRoot, run, runInShell, runProgram } from "../program.ts";
import { HeldSockets } from "./hold.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, openSocket, openTcp, SOCK_DGRAM } from "./sockets.ts";

/** A directory for saved listings. */
class Saved implements Disposable {
  readonly directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });

  /** Saves a listing; returns the path of the file. */
  list(name: string, ...args: string[]): string {
    const { code, stdout, stderr } = runProgram(...args);
    assertEquals([code, stderr], [0, ""]);
    return this.write(name, stdout);
  }

  write(name: string, text: string): string {
    const path = `${this.directory}/${name}`;
    Deno.writeTextFileSync(path, text);
    return path;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.directory, { recursive: true });
  }
}

/** Status, and the lines of the table without the headings. */
function table(...args: string[]): readonly [code: number, ...lines: string[]] {
  const { code, stdout, stderr } = runProgram("--table", "-H", ...args);
  assertEquals(stderr, "");
  return [code, ...stdout.split("\n").filter((line) => line !== "").map((line) => line.replaceAll(/ +/g, " "))];
}

/** The one line of a run that had trouble. */
function trouble(...args: string[]): string {
  const { code, stdout, stderr } = runProgram(...args);
  assertEquals([code, stdout], [2, ""], stderr);
  assertMatch(stderr, /^ss2: [^\n]*\n$/);
  return stderr.slice(5, -1);
}

const none = '{"opened":[],"closed":[],"changed":[],"replaced":[]}\n';

Deno.test("--diff shows what was opened and closed since a listing in each format, and since a recording", () => {
  using _namespace = openNamespace();
  using saved = new Saved();
  using _stays = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
  const closed = openTcp(AF_INET).bind("127.0.0.1", 8002).listen(1);
  const udp = openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1", 8003);
  const files = [
    ...["json", "ndjson", "yaml"].map((name) => saved.list(name, "-tul", "--meta", "--format", name)),
    saved.list("compact", "-tul", "--meta", "--compact"),
  ];
  const recording = `${saved.directory}/pcap`;
  assertEquals(runProgram("-tul", "--record", recording).code, 0);
  for (const file of [...files, recording]) {
    const { code, stdout, stderr } = runProgram("-tul", "--diff", file, "--compact");
    assertEquals([code, stdout, stderr], [0, none, ""]);
    assertEquals(table("-tul", "--diff", file), [0]);
  }
  closed.close();
  udp.close();
  using _opened = openTcp(AF_INET).bind("127.0.0.1", 8004).listen(1);
  using _again = openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1", 8003);
  for (const file of [...files, recording]) {
    assertEquals(table("-tul", "--diff", file), [
      1,
      "+ TCP listening 127.0.0.1:8004 0.0.0.0:0",
      "- TCP listening 127.0.0.1:8002 0.0.0.0:0",
    ]);
    assertEquals(runProgram("-q", "-tul", "--diff", file), { code: 1, stdout: "", stderr: "" });
  }
  const [json = ""] = files;
  const document = parseExact(runProgram("-tul", "--diff", json).stdout) as Record<string, Record<string, unknown>[]>;
  assertEquals(Object.keys(document), ["opened", "closed", "changed", "replaced"]);
  assertEquals([document["opened"]?.[0]?.["src_port"], document["closed"]?.[0]?.["src_port"]], [8004, 8002]);
  assertEquals((document["opened"]?.[0]?.["tcp_info"] as Record<string, unknown>)["max_pacing_rate"], 2n ** 64n - 1n);
  const lines = runProgram("-tul", "--diff", json, "--format", "ndjson").stdout.trimEnd().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals(lines.map(({ event, src_port }) => [event, src_port]), [["opened", 8004], ["closed", 8002]]);
  assertEquals(Object.keys(lines[0]).slice(0, 3), ["event", "time", "protocol"]);
  const csv = runProgram("-tul", "--diff", json, "--csv").stdout.split("\r\n");
  assertMatch(csv[0]!, /^event,time,protocol,.*,src,src_port,.*,field,from,to$/);
  assertMatch(csv[1]!, /^opened,\S+Z,TCP,.*,listening,,127\.0\.0\.1,8004,/);
  assertEquals(csv.length, 4);
  // The second listing can be a file as well.
  const later = saved.list("later", "-tul", "--meta");
  for (const file of files) assertEquals(table("-tul", "--diff", later, "--read", file)[0], 1);
  assertEquals(table("-tul", "--diff", later, "--read", later), [0]);
  assertEquals(table("-tul", "--diff", files[1]!, "--read", recording), [0]);
  const piped = runInShell(`"$@" --diff - < ${json}`, ["-tul", "--table", "-H"]);
  assertEquals([piped.code, piped.stdout.split("\n").length], [1, 3]);
});

Deno.test("--diff: a restarted service is no difference, one of another program is replaced", async () => {
  using _namespace = openNamespace();
  using saved = new Saved();
  const open = () =>
    HeldSockets.open(({ openTcp, openSocket, AF_INET, SOCK_DGRAM }) => {
      openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
      openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1", 8001);
    });
  let before = "";
  {
    await using _service = await open();
    before = saved.list("before", "-tulp", "--meta");
  }
  {
    await using service = await open();
    assertEquals(table("-tulp", "--diff", before), [0]);
    const [code, line] = table("-tulp", "--diff", before, "--changes", "owners.pid");
    assertEquals(code, 1);
    assertMatch(
      line!,
      new RegExp(`^~ TCP listening 127\\.0\\.0\\.1:8001 0\\.0\\.0\\.0:0 holder owners\\.pid \\d+ → ${service.pid}$`),
    );
  }
  using _tcp = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
  using _udp = openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1", 8001);
  const [code, ...lines] = table("-tulp", "--diff", before);
  assertEquals([code, lines.length], [1, 2]);
  for (const line of lines) assertMatch(line, /^~ (TCP|UDP) .* replaced: owners\.comm holder → \S+/);
  const { replaced } = JSON.parse(runProgram("-tulp", "--diff", before).stdout);
  assertEquals(replaced[0].from, { "owners.comm": ["holder"] });
});

Deno.test("--diff: connections are the same by cookie, and by addresses after the machine was started anew", () => {
  using _namespace = openNamespace();
  using saved = new Saved();
  using server = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(4);
  const connect = (port: number) => openTcp(AF_INET).bind("127.0.0.1", port).connect("127.0.0.1", 8001);
  using _stays = connect(9001);
  const ends = connect(9002);
  using _one = server.accept();
  const other = server.accept();
  const before = saved.list("before", "-t", "--meta");
  assertEquals(table("-t", "--diff", before), [0]);
  const text = Deno.readTextFileSync(before);
  const boot = Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim();
  assertEquals(JSON.parse(text).meta.boot_id, boot);
  // The cookies of the two clients the other way round.
  const cookies = [9001, 9002].map((port) =>
    JSON.parse(text).TCP.flows.find((flow: { src_port: number }) => flow.src_port === port).cookie as string
  );
  const swapped = text.replaceAll(/0x[0-9a-f]+/g, (cookie) => cookies[1 - cookies.indexOf(cookie)] ?? cookie);
  assertEquals(table("-t", "--diff", saved.write("swapped", swapped)).length, 3);
  const elsewhere = swapped.replace(boot, "00000000-0000-4000-8000-000000000000");
  assertEquals(table("-t", "--diff", saved.write("elsewhere", elsewhere)), [0]);
  other.close();
  ends.close();
  using _opened = connect(9003);
  const [code, ...lines] = table("-t", "--diff", before, "--by", "cookie");
  assertEquals([code, lines.filter((line) => /^[+] TCP established .*:9003( |$)/.test(line)).length], [1, 2]);
  assertEquals(lines.filter((line) => line.startsWith("-")).length, 2);
});

Deno.test("--diff refuses listings of something else and says what", () => {
  using _namespace = openNamespace();
  using saved = new Saved();
  using _socket = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
  const listing = saved.list("listing", "-tl", "--meta", "--format", "ndjson", "sport = :8001");
  const refused = (...args: string[]) => {
    const message = trouble(...args);
    assertStringIncludes(message, "ss2 -tl --meta --format ndjson");
    return message.split(": ")[1];
  };
  assertEquals(refused("-tl", "--diff", listing), "it was listed with another filter");
  assertEquals(
    refused("-ta", "--diff", listing, "sport = :8001"),
    "it was listed with other protocols, addresses or states",
  );
  assertEquals(
    refused("-tl4", "--diff", listing, "sport = :8001"),
    "it was listed with other protocols, addresses or states",
  );
  assertEquals(refused("-tlp", "--diff", listing, "sport = :8001"), "it was listed without --processes");
  assertEquals(table("-lt", "--diff", listing, "sport  =", ":8001"), [0]);
  const limited = saved.list("limited", "-tl", "--meta", "--columns", "src,src_port");
  assertMatch(trouble("-tl", "--diff", limited), /with --columns it is not known what else there was$/);
  const counted = saved.list("counted", "-tl", "--count-by", "state");
  assertMatch(trouble("-tl", "--diff", counted), /it has counts in place of sockets$/);
  const text = Deno.readTextFileSync(listing);
  const changed = (from: RegExp | string, to: string) => saved.write("changed", text.replace(from, to));
  const again = (file: string) => trouble("-tl", "--diff", file, "sport = :8001");
  assertMatch(again(changed('"schema_version":1', '"schema_version":2')), /version "2" of the schema/);
  assertMatch(again(changed(/"netns":\d+/, '"netns":1')), /different network namespaces$/);
  assertMatch(
    again(changed('"-tl"', '"--such-an-option-there-is-not"')),
    /options that cannot be read: unknown option/,
  );
  // Whatever the words of the file are, nothing is done with them.
  assertMatch(again(changed('"-tl"', '"-tl","-F","/dev/stdin"')), /it was listed|it is not known/);
  for (
    const [args, message] of [
      [["--yaml"], '--diff prints json, ndjson, csv, tsv or table, not "yaml"'],
      [["--meta"], "--meta does nothing for --format json with --diff"],
      [["--limit", "1"], "--diff and --limit exclude each other: what is left out would be missing"],
      [["--output", listing], "--output and --diff name the same file"],
      [
        ["--changes", "owners.comm"],
        "--changes: the listings do not show owners.comm (owners): both need the option that adds it",
      ],
      [["--by", "src,user"], "--by: the listings do not show user (users): both need the option that adds it"],
      [
        ["--changes", "rates.bytes_sent"],
        "--changes: the listings do not show rates.bytes_sent (rates): both need the option that adds it",
      ],
      [["--changes", "srcport"], '--changes: there is no field "srcport", did you mean src_port?'],
    ] as const
  ) assertEquals(trouble("-tl", "--diff", listing, ...args), message);
  assertEquals(trouble("-tl", "--by", "src"), "--by does nothing without --diff");
});

Deno.test("--diff: where a listing may lack sockets the status is 2, and nothing is said of them", () => {
  using _namespace = openNamespace();
  using saved = new Saved();
  using _socket = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
  const listing = Deno.readTextFileSync(saved.list("listing", "-tl", "--meta"));
  const incomplete = saved.write(
    "incomplete",
    listing.replace('"complete": true', '"complete": false').replace('"warnings": []', '"warnings": ["a\\nb\\u001b"]'),
  );
  using _opened = openTcp(AF_INET).bind("127.0.0.1", 8002).listen(1);
  const { code, stdout, stderr } = runProgram("-tl", "--diff", incomplete, "--table", "-H");
  assertEquals([code, stdout], [2, ""]);
  assertMatch(stderr, /^ss2: "\S+\/incomplete" is incomplete, so that nothing is shown as opened: a\\u000ab\\u001b\n$/);
  const after = runProgram("-tl", "--diff", `${saved.directory}/listing`, "--read", incomplete, "--table", "-H");
  assertEquals([after.code, after.stdout], [2, ""]);
  // Nobody looked for the sockets of another protocol.
  const tcp = saved.list("tcp", "-tl");
  const lines = saved.list("lines", "-tl", "--format", "ndjson");
  assertMatch(runProgram("-tul", "--diff", tcp).stderr, /\/tcp": UDP was not listed there\n$/);
  for (const file of [tcp, lines]) {
    assertMatch(
      runProgram("-ul", "--diff", file).stderr,
      /": (it has TCP, which is not listed here|UDP was not listed there)\n$/,
    );
  }
  // Without --meta it says what is not known.
  const without = saved.list("without", "-tl");
  const compared = runProgram("-tl", "--diff", without, "--compact");
  assertEquals([compared.code, compared.stdout], [0, none]);
  assertMatch(compared.stderr, /^ss2: "\S+\/without" has no meta \(--meta\): [^\n]*\n$/);
});

Deno.test({
  name: "--diff with -p of a user who may not see the owners has status 2",
  ignore: !isRoot,
  fn() {
    using _namespace = openNamespace();
    using saved = new Saved();
    using _socket = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
    const listing = saved.list("listing", "-tlp", "--meta");
    Deno.chmodSync(saved.directory, 0o755);
    using _opened = openTcp(AF_INET).bind("127.0.0.1", 8002).listen(1);
    asNobody((words, options) => {
      const { code, stdout, stderr } = run([...words, "-tlp", "--diff", listing, "--csv", "-H"], options);
      assertEquals(code, 2);
      // The sockets are all there.
      assertMatch(stdout, /^opened,.*,8002,.*\r\n$/);
      assertMatch(stderr, /^ss2: the listing now does not show all owners: cannot read owners of 2 sockets: .*\n$/);
    });
  },
});

Deno.test("--diff: a file that is cut anywhere, or is no listing, is an error of one line", async () => {
  using _namespace = openNamespace();
  using saved = new Saved();
  using _socket = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
  const roles = rolesFor({ families: [familyCalled("tcp")], by: null, changes: null });
  for (const format of ["json", "ndjson", "yaml"]) {
    const bytes = Deno.readFileSync(saved.list(format, "-tl", "--meta", "--format", format));
    const whole = await parseListing(inMemory(bytes), roles);
    assertEquals([whole.table.count, whole.meta?.complete], [1, true]);
    const end = new TextDecoder().decode(bytes).trimEnd().length;
    for (let length = 0; length < end; length += format === "json" ? 7 : 1) {
      const cut = await parseListing(inMemory(bytes.subarray(0, length)), roles).then(() => null, (error) => error);
      assert(cut instanceof ListingError, `${format} up to ${length}: ${cut}`);
    }
  }
  const wrong = [
    ...[
      "",
      "\n",
      "[]",
      "null",
      "{}x",
      "a,b\n1,2\n",
      "protocol  state\nTCP  LISTEN",
      '{"TCP": []}',
      '{"TCP": {"flows": 1}}',
    ],
    ...[
      '{"TCP": {"flows": [1]}}',
      '{"NOSUCH": {"flows": [{}]}}',
      '{"protocol":"TCP"}\n{"protocol":5}\n',
      "TCP:\n  flows: &a\n",
    ],
    ...[
      "TCP:\n  flows:\n  - x: !!js/function 1\n",
      "\xff\xfe",
      `{"TCP": {"flows": [{"a": ${"[".repeat(100)}${"]".repeat(100)}}]}}`,
    ],
    `{"TCP": ${"[".repeat(200_000)}`,
    `{"TCP": {"flows": [{"a": ${"[".repeat(100_000)}${"]".repeat(100_000)}}]}}`,
    "TCP:\n" + Array.from({ length: 100 }, (_, i) => `${" ".repeat(2 * i + 2)}a:\n`).join(""),
    '{"meta":{"options":5,"warnings":[],"complete":true,"sockets":0}}\n{"protocol":"TCP"}\n',
  ];
  for (const text of wrong) {
    const file = saved.write("wrong", text);
    const { code, stdout, stderr } = runProgram("-tl", "--diff", file);
    assertEquals([code, stdout], [2, ""], text.slice(0, 80));
    assertMatch(stderr, /^ss2: [^\n]*\n$/, text.slice(0, 80));
    assert(stderr.length < 300, stderr);
  }
  assertMatch(trouble("-tl", "--diff", `${saved.directory}/no-such-file`), /no-such-file/);
  const recording = saved.write("short", "\xa1\xb2");
  Deno.writeFileSync(recording, Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0));
  assertMatch(trouble("-tl", "--diff", recording), /pcap/);
});

Deno.test("--diff: names in a saved file do nothing to a terminal, a spreadsheet or a reader of JSON", () => {
  using _namespace = openNamespace();
  using saved = new Saved();
  const flow = JSON.stringify({
    ...{
      protocol: "UNIX",
      state: "listening\u001b[2J",
      path_name: '=cmd|"x"\n\u202e\u009b,\\',
      inode: 12345678901234567890,
      cookie: "0x1",
    },
    owners: [{ comm: "=1+1;\r" }],
  }).replace("12345678901234567000", "12345678901234567890").replace("{", '{"__proto__":{"polluted":1},');
  const file = saved.write("hostile", `${flow}\n`);
  for (const format of ["json", "ndjson", "csv", "tsv", "table"]) {
    const { code, stdout } = runProgram("-xl", "--diff", file, "--format", format, "src", "/no/such/name");
    assertEquals(code, 1);
    const controls = [...stdout].filter((letter) => isControl(letter.codePointAt(0)!) && !"\r\n\t".includes(letter));
    assertEquals(controls, []);
    if (format !== "table") assertStringIncludes(stdout, "12345678901234567890");
    if (format === "json") assertEquals(JSON.parse(stdout).closed[0].path_name, '=cmd|"x"\n\u202e\u009b,\\');
    if (format === "csv") assertMatch(stdout, /,"'=cmd\|""x""\\u000a/);
    if (format === "table" || format === "ndjson") {
      assertEquals(stdout.trimEnd().split("\n").length, format === "table" ? 2 : 1);
    }
  }
});

Deno.test("diff of the library yields the same records, and says what is not known", async () => {
  using _namespace = openNamespace();
  using saved = new Saved();
  const closed = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
  const options = { tcp: true, states: ["listening"] } as const;
  const files = ["json", "yaml"].map((name) => Deno.readFileSync(saved.list(name, "-tl", "--meta", "--format", name)));
  closed.close();
  using _opened = openTcp(AF_INET).bind("127.0.0.1", 8002).listen(1);
  for (const file of files) {
    const found = diff(file, options);
    const events: unknown[] = [];
    let step = await found.next();
    for (; step.done !== true; step = await found.next()) events.push([step.value.event, step.value["src_port"]]);
    assertEquals(events, [["opened", 8002], ["closed", 8001]]);
    assertEquals(step.value, []);
    const some = (await Array.fromAsync(diff(file, { ...options, by: ["src"] }))).map((
      { event, from },
    ) => [event, from]);
    assertEquals(some, [["changed", { src_port: 8001 }]]);
  }
  const descriptors = () => [...Deno.readDirSync("/proc/self/fd")].length;
  const before = descriptors();
  const read = saved.list("now", "-tl", "--meta");
  for (const more of [{}, { read }]) {
    const begun = diff(files[0]!, { ...options, ...more });
    assertEquals((await begun.next()).done, false);
    await begun.return([]);
    assertEquals(descriptors(), before);
  }
  const text = new TextDecoder().decode(files[0]).replace('"complete": true', '"complete": false');
  const warnings: string[] = [];
  const left = await Array.fromAsync(
    diff(new TextEncoder().encode(text), { ...options, warn: (line) => warnings.push(line) }),
  );
  assertEquals([left.map(({ event }) => event), warnings.length], [["closed"], 1]);
  for (const wrong of [diff(new Uint8Array(3)), diff(files[0]!, { limit: 1 })]) {
    const error = await wrong.next().then(() => null, (error) => error);
    assert(error instanceof ListingError || error instanceof RangeError, String(error));
  }
});
