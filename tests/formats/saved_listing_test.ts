/** Saved listings: what is read of them, and whether their text is JSON. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { familyCalled } from "../../decode/families/all_families.ts";
import type { FlowObject } from "../../decode/record/object_sink.ts";
import { compareListings, type Listing, rolesFor } from "../../formats/diff/compare_listings.ts";
import { CUT, JsonScanner } from "../../formats/diff/json_scanner.ts";
import { ListingError } from "../../formats/diff/saved_json.ts";
import { inMemory, type Input, isRecording, readListing } from "../../formats/diff/saved_listing.ts";

const families = [familyCalled("tcp"), familyCalled("udp")];
const choice = { families, by: null, changes: null, elsewhere: false, ownersDecide: false } as const;

const encode = (text: string) => new TextEncoder().encode(text);

/** Whether a text is the start of one JSON value, or one. */
function scan(text: string): "value" | "cut" | "wrong" {
  const bytes = encode(text);
  const scanner = new JsonScanner();
  const window = new Uint8Array(bytes.length + 1);
  window.set(bytes);
  scanner.open(window, bytes.length);
  try {
    return scanner.value(0, 0) === bytes.length ? "value" : "wrong";
  } catch (error) {
    if (error === CUT) return "cut";
    if (error instanceof ListingError) return "wrong";
    throw error;
  }
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const TEXT = '{"a":[1,-2.5e+3,0,{"b\\u00e9\\n":"\\"ü"},[],{}] , "c" : true,"d":null,"e":false,"f":"x y"}';

Deno.test("JsonScanner takes what JSON.parse takes, and nothing else: each text with one byte changed, gone or added", () => {
  assertEquals(scan(TEXT), "value");
  const letters = [...'"\\{}[]:,0.-+eEtx \n\u0001'];
  for (let at = 0; at < TEXT.length; at++) {
    assertEquals(scan(TEXT.slice(0, at)), "cut", TEXT.slice(0, at));
    const others = [
      TEXT.slice(0, at) + TEXT.slice(at + 1),
      ...letters.flatMap((letter) => [
        TEXT.slice(0, at) + letter + TEXT.slice(at + 1),
        TEXT.slice(0, at) + letter + TEXT.slice(at),
      ]),
    ];
    for (const text of others) {
      // A value may end before the text does.
      assertEquals(scan(text) === "value", isJson(text) && text === text.trimEnd(), text);
    }
  }
  const numbers = ["-", "01", "1.", ".5", "1e", "1e+", "-0", "0.0", "1E5", "1e-7", "--1", "+1", "1.5.5", "tru", "nul"];
  for (const number of numbers) assertEquals(scan(`[${number}]`) === "value", isJson(`[${number}]`), number);
  assertEquals(scan("[".repeat(40) + "]".repeat(40)), "wrong");
});

const meta = (sockets: number, boot = "b") => ({
  ...{ schema_version: 1, version: "1", host: "h", boot_id: boot, options: ["-t"] },
  ...{ sockets, complete: true, warnings: [] },
});

const socket = (port: number, more: Record<string, unknown> = {}): FlowObject => ({
  ...{ protocol: "TCP", state: "established", src: "10.0.0.1", src_port: port, dst: "10.0.0.2", dst_port: 443 },
  ...{ inode: port, cookie: `0x${port.toString(16)}`, tcp_info: { rtt: 0.5, bytes_sent: 5, max_pacing_rate: 1 } },
  ...more,
});

function texts(flows: readonly FlowObject[], boot?: string): Readonly<Record<string, string>> {
  const { sockets, complete, warnings, ...start } = meta(flows.length, boot);
  const members = flows.map(({ protocol: _, ...flow }) => flow);
  const document = { TCP: { flows: members }, UDP: { flows: [] }, meta: { ...start, sockets, complete, warnings } };
  const lines = [{ meta: start }, ...flows, { meta: { sockets, complete, warnings } }].map((line) =>
    JSON.stringify(line)
  );
  return {
    lines: lines.join("\n") + "\n",
    mark: "\ufeff" + lines.join("\r\n\n "),
    pretty: JSON.stringify(document, null, 4),
    compact: JSON.stringify(document),
    first: JSON.stringify({ meta: document.meta, TCP: document.TCP, UDP: document.UDP }),
  };
}

/** An input that gives a few bytes at a time. */
function inPieces(text: string, size: number, again: boolean): Input {
  const { read, texts } = inMemory(encode(text));
  return { read: (buffer) => read(buffer.subarray(0, size)), texts: again ? texts : null };
}

const roles = rolesFor(choice);

const load = (text: string): Promise<Listing> => readListing("x", inMemory(encode(text)), roles);

Deno.test("a listing is the same in all formats, in pieces of any size, and from what can be read only once", async () => {
  const flows = Array.from({ length: 5 }, (_, i) => socket(i + 1, { name: `ü"\\ ${i}`, opts: [1, "{"] }));
  for (const [name, text] of Object.entries(texts(flows))) {
    for (const size of [1, 7, 1000]) {
      for (const again of [true, false]) {
        const { table, meta } = await readListing("x", inPieces(text, size, again), roles);
        assertEquals([table.count, meta?.sockets], [5, 5], name);
        for (let i = 0; i < 5; i++) {
          assertEquals(table.readWhole(i), flows[i], name);
          const { protocol, src_port, cookie } = table.read(i);
          assertEquals([protocol, src_port, cookie], ["TCP", i + 1, `0x${i + 1}`], name);
        }
        const [one, other] = [await load(texts(flows)["lines"]!), await load(text)];
        assertEquals(compareListings(one, other, choice), { differences: [], warnings: [] });
      }
    }
  }
});

Deno.test("a socket longer than the window, and numbers of 64 bits, are read whole", async () => {
  const long = "x".repeat(3_000_000);
  const text = texts([socket(1, { long }), socket(2)])["lines"]!.replace(
    '"max_pacing_rate":1',
    '"max_pacing_rate":18446744073709551615',
  );
  const { table } = await load(text);
  assertEquals(table.readWhole(0)["long"], long);
  assertEquals(table.readWhole(0)["tcp_info"], { rtt: 0.5, bytes_sent: 5, max_pacing_rate: 18446744073709551615n });
});

Deno.test("what changes by itself is passed over, what a program sets is found, and asked fields inside objects are", async () => {
  const before = [socket(1), socket(2), socket(3), socket(4)];
  const after = [
    socket(1, { inode: 77, recv_q: 9, tcp_info: { rtt: 7, bytes_sent: 5, max_pacing_rate: 1 } }),
    socket(2, { state: "close-wait" }),
    socket(3, { tcp_info: { rtt: 0.5, bytes_sent: 6, max_pacing_rate: 1 } }),
    socket(5),
  ];
  const events = async (more: Partial<Parameters<typeof compareListings>[2]> = {}, boot = "b") => {
    const chosen = { ...choice, ...more };
    const roles = rolesFor(chosen);
    const sides = await Promise.all(
      [texts(before)["lines"]!, texts(after, boot)["pretty"]!].map((text) =>
        readListing("x", inMemory(encode(text)), roles)
      ),
    );
    return compareListings(sides[0]!, sides[1]!, chosen).differences.map(({ event, flow, readWhole }) => {
      assertEquals(readWhole?.().protocol, "TCP");
      return `${event} ${flow["src_port"]}`;
    });
  };
  const moved = ["opened 5", "closed 4"];
  assertEquals(await events(), [...moved, "changed 2"]);
  assertEquals(await events({}, "another boot"), [...moved, "changed 2"]);
  assertEquals(await events({ changes: ["tcp_info.bytes_sent"] }), [...moved, "changed 3"]);
  assertEquals(await events({ changes: ["tcp_info.rtt"] }), [...moved, "changed 1"]);
  assertEquals(await events({ changes: ["tcp_info"] }), [...moved, "changed 1", "changed 3"]);
  assertEquals(await events({ changes: ["cookie"] }, "another boot"), moved);
  assertEquals(await events({ changes: "all" }), [...moved, "changed 1", "changed 2", "changed 3"]);
  assertEquals(await events({ by: ["src_port"] }), [...moved, "changed 2"]);
  assertEquals(await events({ by: ["tcp_info.bytes_sent"] }), ["opened 3", "closed 4", "changed 2", "changed 5"]);
});

Deno.test("a file that changes while it is read is an error, not a difference", async () => {
  const bytes = encode(texts([socket(1), socket(2)])["lines"]!);
  const { table } = await readListing("x", inMemory(bytes), roles);
  const at = new TextDecoder().decode(bytes).indexOf("close");
  assert(at < 0);
  bytes.set(encode("closed-----"), new TextDecoder().decode(bytes).indexOf("established"));
  assertThrows(() => table.read(0), ListingError, "it was changed while it was read");
  assertEquals(table.read(1)["src_port"], 2);
  bytes.fill(32);
  assertThrows(() => table.read(1), ListingError, "it was changed while it was read");
});

Deno.test("what is no listing is refused with a reason", async () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['{"protocol":"TCP"} {"protocol":"TCP"}', /line 1: it has more than one object/],
    ['{"protocol":"TCP"}\n\n{"protocol":"TCP",}', /line 3: it is not JSON: unexpected "}"/],
    ['{"protocol":"TCP"}\n{"protocol":"TCQ"}', /line 2: "TCQ" is no protocol/],
    ['{"protocol":["TCP"]}', /a flow has no protocol/],
    ['{"src":"a"}', /line 1: a flow has no protocol/],
    ['{"TCP":{"flows":[5]}}', /a flow is no object/],
    ['{"TCP":{"flows":{}}}', /"TCP" has no list of flows/],
    ['{"TCP":{"list":[]}}', /"TCP" has no list of flows/],
    ['{"TCP":{"flows":[]}} x', /something follows the document/],
    ['{"TCX":{"flows":[]}}', /"TCX" is no protocol/],
    ['{"meta":{"options":[]}}', /it is cut short: the end of meta is missing/],
    [
      texts([socket(1)])["lines"]!.replace('"sockets":1', '"sockets":2'),
      /it has 1 sockets and its meta says otherwise/,
    ],
  ];
  for (const [text, reason] of refused) {
    const error = await load(text).then(() => null, (error) => error);
    assert(error instanceof ListingError, text);
    assert(reason.test(error.message), `${text}: ${error.message}`);
  }
  const invalid = Uint8Array.from(encode('{"protocol":"TCP","a":"?"}\n'), (byte) => byte === 63 ? 0xff : byte);
  const error = await readListing("x", inMemory(invalid), roles).then(() => null, (error) => error);
  assert(error instanceof ListingError && error.message.endsWith("it is not UTF-8"));
  assertEquals(isRecording(Uint8Array.of(0x0a, 0x0d, 0x0d, 0x0a)), true);
});
