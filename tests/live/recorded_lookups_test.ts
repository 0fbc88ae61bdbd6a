/** What lookups find is in recordings too: a recording reads as the machine did, on any machine. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { encodeNotes, NETLINK_USERSOCK, readNotes } from "../../decode/recording/notes.ts";
import {
  encodeFileHeader,
  encodePacketHeader,
  OUTGOING,
  PACKET_OVERHEAD,
  parsePcap,
} from "../../decode/recording/pcap.ts";
import { flowsIn, type JsonObject, parseExact } from "../exact_json.ts";
import { isInstalled, runProgram } from "../program.ts";
import { cString } from "./libc.ts";
import { openNamespace } from "./namespace.ts";
import { redirect, withoutNat } from "./nat.ts";
import {
  AF_INET,
  openPair,
  openSocket,
  openTcp,
  SO_BINDTODEVICE,
  SO_KEEPALIVE,
  SOCK_DGRAM,
  SOL_SOCKET,
} from "./sockets.ts";

const FORMATS = ["json", "ndjson", "yaml", "csv", "tsv", "table"];

/** A namespace with sockets of several families, one of them translated, and a name for a recording. */
class Recorded implements Disposable {
  readonly #stack = new DisposableStack();
  readonly file: string;

  constructor() {
    this.#stack.use(openNamespace());
    const listener = this.#stack.use(openTcp(AF_INET).bind("127.0.0.1").listen(8));
    if (withoutNat() === "") redirect(8080, listener.localPort);
    const client = this.#stack.use(
      openTcp(AF_INET).connect("127.0.0.1", withoutNat() === "" ? 8080 : listener.localPort),
    );
    this.#stack.use(listener.accept());
    client.setInteger(SOL_SOCKET, SO_KEEPALIVE, 1);
    this.#stack.use(
      openSocket(AF_INET, SOCK_DGRAM).setBytes(SOL_SOCKET, SO_BINDTODEVICE, cString("lo")).bind("0.0.0.0"),
    );
    const pair = openPair();
    for (const socket of [pair.listener, pair.client, pair.server]) this.#stack.use(socket);
    const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
    this.#stack.defer(() => Deno.removeSync(directory, { recursive: true }));
    this.file = `${directory}/recording`;
  }

  /** Records with some options; the result. */
  record(...args: readonly string[]) {
    return runProgram(...args, "--record", this.file);
  }

  /** Reads it, or a changed copy of it. */
  read(...args: readonly string[]) {
    return runProgram(...args, "--read", this.file);
  }

  [Symbol.dispose](): void {
    this.#stack.dispose();
  }
}

Deno.test("a recording with lookups prints the same bytes in every format, and has the same warnings and status", () => {
  using recorded = new Recorded();
  const all = ["-tua", "-p", "--all-context", "--peers", "-e"];
  for (
    const options of [all, ["-tuanp"], [...all, "--cmdline", "--threads", "--watchers", "--waiters", "--sockopts=all"]]
  ) {
    for (const format of FORMATS) {
      const live = recorded.record(...options, "--format", format);
      const read = recorded.read(...options, "--format", format);
      assertEquals(read, live, `${options.join(" ")} ${format}`);
      assert(live.stdout.length > 300 && live.code < 2, live.stderr);
    }
  }
  const { stdout } = recorded.read(...all, "--format", "json");
  for (const part of ['"owners"', '"options"', '"route"', '"keepalive": true', '"iface": "lo"', '"peer_owners"']) {
    assertStringIncludes(stdout, part);
  }
  if (withoutNat() === "") assertStringIncludes(stdout, '"nat_status": "translated"');
});

Deno.test("of a recording with lookups any part can be read: filters, columns, counts; and what is not in it is said", () => {
  using recorded = new Recorded();
  const flows = (text: string) => flowsIn(parseExact(text) as JsonObject).length;
  const live = recorded.record("-tua", "--all-context", "--peers", "--cmdline", "options.keepalive = true", "--json");
  assertEquals([live.code, flows(live.stdout)], [0, 1]);
  // The filter had to look at the options of all sockets, and at nothing else.
  const others = recorded.read("-tan", "options.keepalive = false", "--csv", "--columns", "options.keepalive");
  assertEquals([others.code, others.stderr], [0, ""]);
  assertEquals(others.stdout, `options.keepalive\r\n${"false\r\n".repeat(5)}`);

  recorded.record("-tua", "--all-context", "--peers", "--cmdline", "--json");
  const comm = /"comm": "([^"]+)"/.exec(live.stdout)![1]!;
  const own = recorded.read("-tuanp", `comm = ${comm}`, "--json");
  assertEquals([own.code, own.stderr, flows(own.stdout)], [0, "", 6]);
  assertEquals(flows(recorded.read("-tuanp", "comm = nobody-is-so", "--json").stdout), 0);
  assert(!/options|cmdline|route|descriptors/.test(own.stdout), own.stdout);
  const counts = recorded.read("-tuan", "--count-by", "process", "--csv", "--columns", "process,count");
  assertEquals([counts.code, counts.stdout], [0, `process,count\r\n${comm},7\r\n`]);

  // Without owners when it was recorded there are none.
  recorded.record("-ta", "--route");
  const missing = recorded.read("-ta", "-p", "--route", "--nat", "--json");
  assertEquals(missing.code, 1);
  assertEquals(missing.stderr.trimEnd().split("\n"), [
    "ss2: a recording does not have translations of addresses: no nat",
    "ss2: a recording does not say who holds the sockets: no owners",
  ]);
  assertStringIncludes(missing.stdout, '"route_status"');
  recorded.record("-tap");
  const cut = recorded.read("-tap", "--cmdline", "--sockopts", "--json");
  assertMatch(
    cut.stderr,
    /^ss2: the recording was made without --cmdline\nss2: a recording has no options of sockets: no options\n$/,
  );
  assertEquals(cut.code, 1);

  // The filter left out all sockets but one, so they were not looked up.
  recorded.record("-tap", "options.keepalive = true");
  const rest = recorded.read("-tap", "--json");
  assertEquals(rest.code, 1);
  assertEquals(rest.stderr, "ss2: the recording does not have owners of 5 sockets, which it did not show\n");
});

Deno.test("arguments of processes are only in a recording that was made with --cmdline", () => {
  using recorded = new Recorded();
  const secret = "tests/run.ts";
  const has = () => new TextDecoder("latin1").decode(Deno.readFileSync(recorded.file)).includes(secret);
  const argument = runProgram("-tap", "--cmdline").stdout.includes(secret);
  recorded.record("-tap", "--all-context");
  assertEquals(has(), false);
  recorded.record("-tap", "--cmdline");
  assertEquals(has(), argument);
  const read = recorded.read("-tap");
  assertEquals([read.code, read.stdout.includes("cmdline")], [0, false]);
});

Deno.test("a recording with lookups that is cut at any place never shows what is not so, and says that something is missing", () => {
  using recorded = new Recorded();
  const args = ["-tanp", "--sockopts", "--format", "ndjson"];
  const live = recorded.record(...args);
  assertEquals([live.code, live.stderr], [0, ""]);
  const lines = new Set(live.stdout.trimEnd().split("\n"));
  const bytes = Deno.readFileSync(recorded.file);
  for (let i = 1; i < 24; i++) {
    Deno.writeFileSync(recorded.file, bytes.subarray(0, Math.floor(bytes.length * i / 24)));
    const { code, stdout, stderr } = recorded.read(...args);
    assert(code > 0 && stderr !== "", `${i}: ${stderr}`);
    for (const line of stdout.trimEnd().split("\n").filter((line) => line !== "")) {
      const part = parseExact(line) as JsonObject;
      const whole = [...lines].map((line) => parseExact(line) as JsonObject).find(({ cookie }) =>
        cookie === part["cookie"]
      )!;
      for (const [name, value] of Object.entries(part)) assertEquals(value, whole[name], `${i}: ${name}`);
    }
  }
});

/** A copy of a recording with other notes. */
function withNotes(bytes: Uint8Array, change: (line: string) => string): Uint8Array {
  const { packets } = parsePcap(bytes);
  const text = readNotes(packets).map((line) => `${change(line)}\n`).join("");
  const messages = packets.filter(({ protocol }) => protocol !== NETLINK_USERSOCK)
    .map(({ bytes, direction, protocol, time }) => ({ bytes, direction, protocol, time }));
  const notes = encodeNotes(new TextEncoder().encode(text));
  const parts = [...messages, { bytes: notes, direction: OUTGOING, protocol: NETLINK_USERSOCK, time: 0 }].map(
    (packet) => {
      const part = new Uint8Array(PACKET_OVERHEAD + packet.bytes.length);
      const { length } = packet.bytes;
      encodePacketHeader(new DataView(part.buffer), packet.direction, packet.protocol, packet.time, length, length);
      part.set(packet.bytes, PACKET_OVERHEAD);
      return part;
    },
  );
  return Uint8Array.from([encodeFileHeader(), ...parts].flatMap((part) => [...part]));
}

Deno.test("notes that somebody has changed are left out and told of, and do no harm", () => {
  using recorded = new Recorded();
  recorded.record("-tanp");
  const bytes = Deno.readFileSync(recorded.file);
  const read = (change: (line: string) => string) => {
    Deno.writeFileSync(recorded.file, withNotes(bytes, change));
    return recorded.read("-tanp", "--format", "ndjson");
  };
  const fields = (to: string) => (line: string) =>
    line.replace(/^(at \d+ \S+ \S+ [01]) .*/s, (_, head) => `${head} ${to}`);
  const whole = read((line) => line);
  assertEquals([whole.code, whole.stderr], [0, ""]);
  const lines = readNotes(parsePcap(bytes).packets);
  // Of two listings the last one is read.
  const twice = read((line) => line.startsWith("end ") ? [line, ...lines].join("\n") : line);
  assertEquals([twice.code, twice.stdout], [0, whole.stdout]);
  const places = readNotes(parsePcap(bytes).packets).flatMap((line) => /^key \d+ (.*)$/.exec(line)?.[1] ?? []);
  const [list, element, comm] = ["owners", "owners[]", "owners[].comm"].map((place) => places.indexOf(place));
  const wrong = [
    "",
    "{}",
    "[1]",
    `["[",${list}]`,
    `["[",${list},"]",${element}]`,
    `["]",${list}]`,
    `["t",${list},"text in place of a list"]`,
    '["i",99999,1]',
    `["[",${list},"]",${list},"[",${list},"]",${list}]`,
    `["{",${element},"}",${element}]`,
    "[".repeat(10_000),
    `["[",${list},"{",${element},"w",${comm},"\\u001b[31m"]`,
    `["[",${list},"{",${element},"t",${comm},"a","t",${comm},"b","}",${element},"]",${list}]`,
  ];
  for (const text of wrong) {
    const { code, stdout, stderr } = read(fields(text));
    if (text === '["i",99999,1]') {
      // A field of another version.
      assertEquals([code, stderr], [0, ""]);
    } else {
      assertEquals(code, 1, text.slice(0, 80));
      assertMatch(stderr, /^ss2: the recording does not have owners of 6 sockets: damaged$/m);
    }
    assert(!stdout.includes("owners") && !stdout.includes("\x1b"), stdout.slice(0, 300));
  }
  for (
    const line of [
      "lookups 1",
      'lookups {"ran":[1]}',
      "lookups [",
      "end {}",
      "end []",
      "key x",
      `at ${"9".repeat(400)}`,
    ]
  ) {
    const [kind] = line.split(" ");
    const { code, stdout } = read((old) => old.startsWith(`${kind} `) ? line : old);
    assertEquals([code < 2, stdout.split("\n").length], [true, 7], line);
  }
});

Deno.test({
  name: "Wireshark shows a recording with lookups without a complaint",
  ignore: !isInstalled("tshark"),
  fn() {
    using recorded = new Recorded();
    recorded.record("-tuap", "--all-context");
    const { stdout, success } = new Deno.Command("tshark", {
      args: ["-r", recorded.file, "-T", "fields", "-e", "netlink.family", "-e", "_ws.malformed"],
      stderr: "null",
    }).outputSync();
    const rows = new TextDecoder().decode(stdout).trimEnd().split("\n");
    assert(success && rows.length > 5);
    for (const row of rows) assertMatch(row, /^0x[0-9a-f]{4}\t?$/);
  },
});
