/** Reports of checks: what a strict reader makes of them, whatever names sockets and processes have. */
import { assert, assertEquals } from "@std/assert";
import { githubReport } from "../../formats/reports/github.ts";
import { junitReport } from "../../formats/reports/junit.ts";
import { escapeMarkdown, markdownReport } from "../../formats/reports/markdown.ts";
import type { CheckResult } from "../../query/checks/judge.ts";
import type { Rule } from "../../query/checks/rule.ts";
import { SaxesParser } from "../packages/saxes.ts";

const rule: Rule = {
  ...{ name: "a rule", severity: "error", filter: "sport = 1", over: "sockets", expect: "none" },
  ...{ message: "something", why: "because", remedy: "do this" },
};

/** A result with a process of this name, and a rule with this text in it. */
function resultOf(name: string, result: CheckResult["result"] = "fails"): CheckResult {
  const socket = { protocol: "TCP", src: "::1", src_port: 80, owners: [{ pid: 1, comm: name }] };
  return {
    rule: { ...rule, name: `rule ${name}`, message: name, remedy: name },
    result,
    reason: result === "unknown" ? name : null,
    count: 1,
    sockets: [{ socket, evidence: { state: name, "a.list": [name, 1] } }],
  };
}

const HOSTILE = [
  ...[
    "\0\x01\x08\x0b\x0c\x1b\x1f\x7f\x80\x9f",
    "\ufffe\uffff",
    "\ud800 \udfff",
    "]]>",
    "<![CDATA[",
    "&amp; &x;",
    "'\"<>",
  ],
  ...[
    "--> <!--",
    "a\r\nb\tc\n",
    "%0A%",
    "::error::x",
    "a:b,c",
    "| a | b |",
    "`code`",
    "**b** _i_ <b>",
    "[a](b)",
    "@me",
  ],
  ...["# x", "\\", "\u2028\u2029", "\u{1f600}", ""],
];

interface Element {
  readonly name: string;
  readonly attributes: Record<string, string>;
  text: string;
}

/** The elements of a document, read by a strict reader. */
function readXml(text: string): readonly Element[] {
  const elements: Element[] = [];
  const open: Element[] = [];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, attributes: { ...attributes } as Record<string, string>, text: "" };
    elements.push(element);
    open.push(element);
  });
  parser.on("closetag", () => void open.pop());
  parser.on("text", (text) => {
    if (open.length > 0) open.at(-1)!.text += text;
  });
  parser.write(text).close();
  return elements;
}

Deno.test("junitReport is well-formed, with the counts and a test case for each rule, whatever the names", () => {
  const results = HOSTILE.flatMap((name) => [
    resultOf(name),
    resultOf(name, "unknown"),
    { ...resultOf(name, "holds"), sockets: [] },
  ]);
  const elements = readXml(junitReport(results));
  const [suites, suite, ...cases] = elements;
  const n = String(HOSTILE.length);
  assertEquals(suites!.attributes, { tests: String(3 * HOSTILE.length), failures: n, errors: n });
  assertEquals([suites!.name, suite!.name, suite!.attributes["skipped"]], ["testsuites", "testsuite", "0"]);
  const of = (name: string) => cases.filter((element) => element.name === name);
  assertEquals([of("testcase"), of("failure"), of("error")].map(({ length }) => length), [
    3 * HOSTILE.length,
    HOSTILE.length,
    HOSTILE.length,
  ]);
  for (const [i, name] of HOSTILE.entries()) {
    // What XML cannot hold is replaced; all else comes back.
    // deno-lint-ignore no-control-regex
    const expected = name.toWellFormed().replaceAll(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd");
    assertEquals(of("failure")[i]!.attributes["message"], expected);
    assertEquals(of("testcase")[3 * i]!.attributes["name"], `rule ${expected}`);
    assert(of("failure")[i]!.text.startsWith("TCP [::1]:80, "), of("failure")[i]!.text);
  }
});

Deno.test("the strict reader of these tests refuses what is not well-formed", () => {
  for (const text of ["<a>\x01</a>", "<a>\ufffe</a>", "<a>]]></a>", "<a b='<'/>", "<a>&x;</a>", "<a>"]) {
    let refused = false;
    try {
      readXml(text);
    } catch {
      refused = true;
    }
    assert(refused, text);
  }
});

Deno.test("githubReport has one line for each rule; nothing in a name ends it or starts another", () => {
  for (const name of HOSTILE) {
    const lines = githubReport([resultOf(name), resultOf(name, "unknown"), resultOf(name, "holds")]).split("\n");
    assertEquals(lines.length, 3);
    assertEquals(lines[2], "");
    const match = /^::error title=([^:,]*)::([^\r\n]*)$/.exec(lines[0]!)!;
    assert(match !== null, lines[0]);
    // The runner turns these four back, in this order.
    const unescape = (text: string) =>
      text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll(
        "%25",
        "%",
      );
    assertEquals(unescape(match[1]!), `ss2: rule ${name.toWellFormed()}`);
    assert(unescape(match[2]!).startsWith(`${name.toWellFormed()}\nTCP [::1]:80, `), lines[0]);
    assert(lines[1]!.startsWith("::warning title="), lines[1]);
  }
  assertEquals(githubReport([resultOf("x", "holds")]), "");
});

Deno.test("markdownReport has one row for each socket, of five cells, whatever the names", () => {
  for (const name of HOSTILE) {
    const lines = markdownReport([resultOf(name), resultOf(name, "unknown")]).trimEnd().split("\n");
    assertEquals(lines.length, 8, name);
    for (const line of lines.slice(2, 6)) {
      const cells = line.replaceAll(/\\\\/g, "").replaceAll(/\\\|/g, "").split("|");
      assertEquals(cells.length, 7, line);
    }
    assertEquals(lines.at(-1), "2 rules: 0 hold, 1 fail, 1 unknown");
  }
  assertEquals(escapeMarkdown("a|b `c` <d>\n\\|"), "a\\|b \\`c\\` &lt;d&gt; \\\\\\|");
});
