/** Pages: what is in the file is what was listed, nothing in it runs but the script of the program, and it is small. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { familyCalled } from "../../../decode/families/all_families.ts";
import { AF_INET } from "../../../decode/kernel/address_family.ts";
import { runPlan } from "../../../decode/plan/run_plan.ts";
import { defineKey } from "../../../decode/record/key.ts";
import { ObjectSink } from "../../../decode/record/object_sink.ts";
import type { RecordSink } from "../../../decode/record/record_sink.ts";
import { MANY_ROWS } from "../../../formats/html/document.ts";
import type { MetaEnd, MetaStart } from "../../../formats/json/meta.ts";
import { formats } from "../../../formats/all_formats.ts";
import type { Content } from "../../../formats/format.ts";
import { openQuery } from "../../../query/pipeline.ts";
import { queryByName } from "../../../query/query_by_name.ts";
import { valueAt } from "../../../query/socket_pairs.ts";
import { SaxesParser } from "../../packages/saxes.ts";
import { openRecording } from "../../pcap_source.ts";
import { objects, written } from "../../read_back.ts";
import { cellsOf, rowsIn, storedIn, textOfHtml } from "../../read_page.ts";

const tcp = familyCalled("tcp");
const unix = familyCalled("unix");

const pushOf = (recording: string, family = tcp) => (sink: RecordSink) => {
  const plan = { families: [family], addressFamilies: [AF_INET], states: -1, bpfMaps: false };
  assertEquals(runPlan(plan, openRecording(recording), sink).warnings, []);
};

const RECORDINGS = [["tcp4.k61", tcp], ["tcp4.k618", tcp], ["tcp500.k61", tcp], ["unix.k618", unix]] as const;

for (const [recording, family] of RECORDINGS) {
  Deno.test(`the numbers of the page of ${recording} are those of --count-by protocol,state`, () => {
    const push = pushOf(recording, family);
    const counts = new ObjectSink();
    const query = queryByName({ countBy: ["protocol", "state"] }, {
      families: [family],
      lookups: [],
      words: { columns: "", countBy: "", sort: "", explode: "", hint: "" },
    });
    const { sink, finish } = openQuery(counts, query);
    push(sink);
    finish();
    const page = written("html", push, {}, { families: [family] });
    const [head = [], ...rows] = cellsOf(page, "by-state");
    const found = new Map(
      rows.flatMap(([protocol, ...cells]) => cells.map((cell, i) => [`${protocol} ${head[i + 1]}`, cell])),
    );
    let total = 0;
    for (const { protocol, state, count } of counts.take()) {
      assertEquals(found.get(`${protocol} ${state}`), String(count));
      total += Number(count);
    }
    assertEquals(found.get("all all"), String(total));
    assert(total > 2);
    assertStringIncludes(textOfHtml(page.replaceAll(/<(script|style).*?<\/\1>/gs, "")), `${total} sockets`);
  });

  Deno.test(`the rows in the page of ${recording} have the values of the records`, () => {
    const push = pushOf(recording, family);
    const page = written("html", push, {}, { families: [family] });
    const flows = objects(push);
    const rows = rowsIn(page);
    assertEquals(rows.length, flows.length);
    let compared = 0;
    rows.forEach((row, i) => {
      for (const [path, text] of Object.entries(row)) {
        if (["local", "remote"].includes(path)) continue;
        const value = path === "protocol" ? family.name : valueAt(flows[i], path);
        // The kernel's "no value", as in the table.
        if (value === null) assertEquals(text, "none", path);
        else if (typeof value === "number") assertEquals(Number(text), value, path);
        else assertEquals(text, String(value), path);
        compared++;
      }
    });
    assert(compared > 5 * flows.length);
  });
}

const START: MetaStart = {
  schema_version: 1,
  version: "1.2.3",
  host: "host-1",
  kernel: "6.18.0",
  time: "2026-01-31T12:00:00.000Z",
  netns: 4026531840,
  options: ["-ta", "--format", "html"],
};

function pageOf(push: (sink: RecordSink) => void, content: Partial<Content> = {}, end?: Partial<MetaEnd>): string {
  const pieces: string[] = [];
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const sink = formats.find(({ name }) => name === "html")!.open(
    (bytes) => pieces.push(decoder.decode(bytes, { stream: true })),
    {},
    { meta: START, ...content },
  );
  push(sink);
  sink.close({ sockets: 0, complete: true, warnings: [], ...end });
  return pieces.join("");
}

/** Pushes UNIX sockets with these names. */
const named = (names: readonly string[]) => (sink: RecordSink) => {
  const [path, state] = [
    defineKey(null, "path_name", { type: "text" }),
    defineKey(null, "cong_algo", { type: "text" }),
  ];
  sink.openProtocol("UNIX");
  for (const name of names) {
    const bytes = new TextEncoder().encode(name);
    sink.openRecord();
    sink.text(path, bytes, 0, bytes.length);
    sink.text(state, bytes, 0, bytes.length);
    sink.integer(defineKey(null, "inode", { type: "integer" }), 7);
    sink.closeRecord();
  }
  sink.closeProtocol();
};

const HOSTILE = [
  "</script><script>alert(1)</script>",
  "<script src=//192.0.2.1/x.js></script>",
  "<!--",
  "<!--<script>",
  "--><img src=x onerror=alert(1)>",
  "]]>",
  "<svg onload=alert(1)>",
  '"><b onmouseover="alert(1)">',
  "' onfocus='alert(1)' autofocus='",
  "</title><h1>",
  "</style><style>*{display:none}</style>",
  "javascript:alert(1)",
  "{{constructor.constructor('alert(1)')()}}",
  "${alert(1)}",
  "\u2028\u2029 \u202egnp.exe\u2066\u200f",
  "\x00\x07\x1b[31m\x9b\x7f",
  "&lt;script&gt;&#x3c;",
  "\ufffe\uffff\ufeff",
  "\ud800".toWellFormed(),
];

// deno-lint-ignore no-control-regex
const HARMFUL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/;

/** The page without what the program itself puts there to be run. */
const markup = (page: string): string =>
  page.replace(/<style>.*?<\/style>/s, "").replace(/<script id="data".*?<\/script>/s, "").replace(/<script>.*$/s, "");

Deno.test("a hostile name, wherever it stands in a page, is text and does nothing", () => {
  const content = { families: [unix], lookups: [] };
  const meta = { ...START, host: HOSTILE[0]!, options: HOSTILE };
  const page = pageOf(named(HOSTILE), { ...content, meta }, { complete: false, warnings: HOSTILE });
  assertEquals(page.match(/<script/g)?.length, 2);
  assertEquals(page.match(/<style/g)?.length, 1);
  assertEquals(page.match(/<\/(script|style|html)/g)?.length, 4);
  const rest = markup(page);
  // Every tag is one of the program's.
  const tags = new Set([...rest.matchAll(/<([a-z!][a-z0-9-]*)/gi)].map(([, tag]) => tag));
  for (const tag of tags) {
    assertStringIncludes(
      " !doctype html head meta title body a header h1 h2 h3 dl div dt dd main p ul li section table thead tbody tr th td figure svg g text " +
        "rect title path circle details summary noscript input button span ",
      ` ${tag} `,
    );
  }
  assertEquals(/<[^>]*\s(on[a-z]+|style|src|srcset|action)=/i.exec(rest), null);
  assertEquals(/https?:/.exec(rest), null);
  assertEquals(HARMFUL.exec(page), null);
  // It can still be read.
  assertStringIncludes(textOfHtml(rest), "</script><script>alert(1)</script>");
  assertEquals(rowsIn(page).length, HOSTILE.length);
});

Deno.test("pictures of hostile services are well-formed, and their names are text", () => {
  const page = pageOf((sink) => {
    const [path, port, state] = [
      defineKey(null, "src_port", { type: "integer" }),
      defineKey(null, "dst_port", { type: "integer" }),
      defineKey(null, "unit", { type: "text" }),
    ];
    sink.openProtocol("TCP");
    for (const name of HOSTILE) {
      const bytes = new TextEncoder().encode(name);
      sink.openRecord();
      sink.integer(path, 1);
      sink.integer(port, 2);
      sink.text(state, bytes, 0, bytes.length);
      sink.closeRecord();
    }
    sink.closeProtocol();
  }, { families: [tcp], lookups: ["cgroups"] });
  const pictures = [...page.matchAll(/<svg.*?<\/svg>/gs)].map(([svg]) => svg);
  assert(pictures.length > 0);
  for (const svg of pictures) {
    const parser = new SaxesParser();
    let text = "";
    parser.on("error", (error) => {
      throw error;
    });
    parser.on("text", (found) => text += found);
    parser.write(svg).close();
    assert(!/alert\(1\)<\/script>$/.test(svg));
    assert(text.length > 0);
  }
});

Deno.test("the policy of a page allows its own script and style by their hashes, and nothing else", () => {
  const page = pageOf(pushOf("tcp4.k618"));
  const [, policy = ""] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page)!;
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const [, style = ""] = /<style>(.*?)<\/style>/s.exec(page)!;
  const [, script = ""] = /<script>(.*?)<\/script>/s.exec(page)!;
  assertEquals(policy.split("; "), [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ]);
  assert(page.indexOf("Content-Security-Policy") < page.indexOf("<style>"));
  // A page asks for nothing, so there are no addresses in it either.
  assertEquals(/(src|href)="(?!#)/.exec(markup(page)), null);
  assertEquals(/https?:|import\(|fetch\(|url\(|@import/.exec(script + style), null);
});

Deno.test("a page without sockets is less than 80 kB, says that there are none, and has no pictures of nothing", () => {
  const page = pageOf((sink) => {
    sink.openProtocol("TCP");
    sink.closeProtocol();
  }, { families: [tcp] });
  assert(new TextEncoder().encode(page).length < 80_000, `${page.length} bytes`);
  assertStringIncludes(page, "No socket was listed.");
  assertEquals(page.includes("<svg"), false);
  assertEquals(rowsIn(page), []);
});

Deno.test("a page says who, when, what and whether it is complete", () => {
  const told = textOfHtml(pageOf(pushOf("tcp4.k618")));
  for (const text of ["Sockets of host-1", "2026-01-31 12:00:00 UTC", "6.18.0", "ss2 -ta --format html"]) {
    assertStringIncludes(told, text);
  }
  assertStringIncludes(told, "Completeyes");
  const partly = textOfHtml(pageOf(pushOf("tcp4.k618"), {}, { complete: false, warnings: ["not all of it"] }));
  assertStringIncludes(partly, "no, see below");
  assertStringIncludes(partly, "not all of it");
});

Deno.test("the page of named columns has these and no others, in their order", () => {
  const query = queryByName({ columns: ["remote", "rtt", "state"] }, {
    families: [tcp],
    lookups: [],
    words: { columns: "", countBy: "", sort: "", explode: "", hint: "" },
    ofTable: true,
  });
  const page = written("html", pushOf("tcp4.k618"), {}, { families: [tcp], ...query.columns! });
  assertEquals(storedIn(page).columns.map(({ path, shown }) => [path, shown]), [
    ["remote", true],
    ["tcp_info.rtt", true],
    ["state", true],
  ]);
});

Deno.test("without scripts a page shows the first 500 rows, and says how many there are", () => {
  const page = pageOf(named(Array.from({ length: 600 }, (_, i) => `/run/${i}`)), { families: [unix] });
  const [, body = ""] = /<div id="rows".*?<tbody>(.*?)<\/tbody>/s.exec(page)!;
  const rows = [...body.matchAll(/<tr>(.*?)<\/tr>/gs)];
  assertEquals(rows.length, 500);
  assertStringIncludes(textOfHtml(rows[0]![1]!), "/run/0");
  assertStringIncludes(page, "the first 500 of 600 rows");
  assertEquals(rowsIn(page).length, 600);
});

Deno.test("above 50,000 rows a page has the columns that it shows at first, and says so", () => {
  const names = Array.from({ length: MANY_ROWS + 1 }, (_, i) => `/run/${i % 7}`);
  const page = pageOf(named(names), { families: [unix] });
  const { columns, rows } = storedIn(page);
  assertEquals(rows, MANY_ROWS + 1);
  assert(columns.every(({ shown }) => shown));
  assertStringIncludes(page, "There are more than 50,000 rows, so the page has only these columns");
  const fewer = storedIn(pageOf(named(names.slice(1)), { families: [unix] }));
  assert(fewer.columns.some(({ shown }) => !shown));
});
