/** The grammar of filters: how they are parsed, and where errors are. */
import { assertEquals, assertThrows } from "@std/assert";
import { operatorNames, parseSyntax, type Syntax } from "../../../query/filter/syntax.ts";
import { FilterSyntaxError } from "../../../query/filter/syntax_error.ts";

/** A tree as text, every pair of parentheses there. */
function show(syntax: Syntax): string {
  switch (syntax.kind) {
    case "and":
    case "or":
      return `(${syntax.parts.map(show).join(` ${syntax.kind} `)})`;
    case "not":
      return `not ${show(syntax.part)}`;
    case "states":
      return syntax.words.map(({ include, name }) => `${include ? "state" : "exclude"}:${name.text}`).join(" ");
    case "autobound":
      return "autobound";
    case "exists":
      return `exists ${syntax.name.text}`;
    case "bare":
      return `bare:${syntax.name.text}`;
    case "compare":
      return `${syntax.name.text}${syntax.operator}${syntax.value.text}`;
  }
}

function read(text: string): string {
  const { states, condition } = parseSyntax(text);
  const words = states.map(({ include, name }) => `${include ? "state" : "exclude"} ${name.text}`);
  return [...words, ...condition === null ? [] : [show(condition)]].join(" ");
}

/** Message, line and caret of an error. */
function problem(text: string): string[] {
  const error = assertThrows(() => parseSyntax(text), FilterSyntaxError);
  return [error.message, ...error.caret.split("\n")];
}

Deno.test("parseSyntax: and binds tighter than or, not tighter than both, and may be left out", () => {
  assertEquals(read("sport 1 or sport 2 and sport 3"), "(sport=1 or (sport=2 and sport=3))");
  assertEquals(read("sport 1 and sport 2 or sport 3"), "((sport=1 and sport=2) or sport=3)");
  assertEquals(read("sport 1 sport 2 or sport 3 sport 4"), "((sport=1 and sport=2) or (sport=3 and sport=4))");
  assertEquals(read("not sport 1 and sport 2"), "(not sport=1 and sport=2)");
  assertEquals(read("not ( sport 1 and sport 2 )"), "not (sport=1 and sport=2)");
  assertEquals(read("! not ! sport 1"), "not not not sport=1");
  assertEquals(read("( sport 1 or sport 2 ) and sport 3"), "((sport=1 or sport=2) and sport=3)");
});

Deno.test("parseSyntax takes every way of writing an operator", () => {
  const expected = ["=", "!=", "!~", ">=", "<=", "=", ">", "<", "~", "=", "!=", "!=", ">", "<", ">=", ">=", "<=", "<="];
  assertEquals(operatorNames.length, expected.length);
  operatorNames.forEach((name, i) => {
    assertEquals(read(`uid ${name} 5`), `uid${expected[i]}5`, name);
    if (!/^[a-z]/.test(name)) assertEquals(read(`uid${name}5`), `uid${expected[i]}5`, name);
  });
  for (const join of ["and", "&", "&&"]) assertEquals(read(`sport 1 ${join} dport 2`), "(sport=1 and dport=2)");
  for (const join of ["or", "|", "||"]) assertEquals(read(`sport 1 ${join} dport 2`), "(sport=1 or dport=2)");
  for (const join of ["&", "&&"]) assertEquals(read(`sport 1${join}dport 2`), "(sport=1 and dport=2)");
  for (const join of ["|", "||"]) assertEquals(read(`sport 1${join}dport 2`), "(sport=1 or dport=2)");
});

Deno.test("parseSyntax needs no blanks around parentheses and operators", () => {
  assertEquals(read("(sport=:22)"), "sport=:22");
  assertEquals(read("!(sport=:22|dport=:22)&&!dev=lo"), "(not (sport=:22 or dport=:22) and not dev=lo)");
  assertEquals(read("(src [::1]:22)or(dst 10.0.0.0/8)"), "(src=[::1]:22 or dst=10.0.0.0/8)");
  assertEquals(read("\tsport\n=\r\n:22  "), "sport=:22");
});

Deno.test("parseSyntax reads states before an expression as for all of it, elsewhere as conditions", () => {
  assertEquals(read("state established"), "state established");
  assertEquals(
    read("state established exclude time-wait excl closed sport 1 or sport 2"),
    "state established exclude time-wait exclude closed (sport=1 or sport=2)",
  );
  assertEquals(read("state established and sport 1 or sport 2"), "((state:established and sport=1) or sport=2)");
  assertEquals(read("state established or sport 1"), "(state:established or sport=1)");
  assertEquals(read("sport 1 state listening state closed"), "(sport=1 and state:listening state:closed)");
  assertEquals(read("sport 1 and not (exclude listening)"), "(sport=1 and not exclude:listening)");
  assertEquals(read("state = listening"), "state=listening");
  assertEquals(read("state == listening state closed"), "(state=listening and state:closed)");
  assertEquals(read("state != listening"), "state!=listening");
  assertEquals(read("state eq closed"), "state=closed");
  assertEquals(read(""), "");
});

Deno.test("parseSyntax takes a value to the next blank, operator or parenthesis; quotes and backslashes keep them", () => {
  assertEquals(read("src /tmp/a=b<c>d!e~f"), "src=/tmp/a=b<c>d!e~f");
  assertEquals(read("src /tmp/a\\ b\\&\\)\\\\c"), "src=/tmp/a b&)\\c");
  assertEquals(read("src /tmp/a(b|c)d"), "src=/tmp/a(b|c)d");
  assertEquals(read("comm = 'a b' and comm = \"c'd\\\"e\""), "(comm=a b and comm=c'd\"e)");
  assertEquals(read("path_name = ''"), "path_name=");
  assertEquals(read("src /tmp/it's"), "src=/tmp/it's");
  assertEquals(read("src /tmp/* dst :1"), "(src=/tmp/* and dst=:1)");
});

Deno.test("parseSyntax leaves a regular expression as it is", () => {
  assertEquals(read("comm ~ ^(a|b)\\.c\\ d$ uid = 0"), "(comm~^(a|b)\\.c\\ d$ and uid=0)");
  assertEquals(read("(comm ~ a|b&c)"), "comm~a|b&c");
  assertEquals(read("comm !~ '^a b\\'c\\d'"), "comm!~^a b\\'c\\d");
});

Deno.test("parseSyntax reads a list as alternatives, and a word without a value as one", () => {
  assertEquals(read("sport in 22,80, 443 and uid in 0"), "((sport=22 or sport=80 or sport=443) and uid=0)");
  assertEquals(read("not state in established,time-wait"), "not (state=established or state=time-wait)");
  assertEquals(read("state in established"), "state=established");
  assertEquals(read("(comm in a,b)"), "(comm=a or comm=b)");
  assertEquals(read("nginx 8080 or not java"), "((bare:nginx and bare:8080) or not bare:java)");
  assertEquals(read("uid 5"), "(bare:uid and bare:5)");
});

Deno.test("parseSyntax knows autobound and exists", () => {
  assertEquals(read("autobound and exists tcp_info.rtt"), "(autobound and exists tcp_info.rtt)");
  assertEquals(read("not autobound|!exists uid"), "(not autobound or not exists uid)");
});

Deno.test("parseSyntax says what it expected, and where", () => {
  const cases: [text: string, message: string, caret: number][] = [
    ["( sport = :22", 'expected ")" for the "(" here', 0],
    ["sport = :22 )", '")" without a "(" before it', 12],
    ["()", 'expected a condition, not ")"', 1],
    ["sport = :22 and", "expected a condition", 15],
    ["sport = :22 or or dport 1", 'expected a condition, not "or"', 15],
    ["and sport 1", 'expected a condition, not "and"', 0],
    ["not", "expected a condition", 3],
    ["sport =", 'expected a value for "sport"', 7],
    ["( sport )", 'expected a value for "sport"', 8],
    ["state", '"state" needs the name of a state', 5],
    ["sport 1 exclude )", '"exclude" needs the name of a state', 16],
    ["exists", 'expected the name of a field after "exists"', 6],
    ["comm = 'a", "expected ' for the ' here", 7],
    ["sport 1 \u0007 = ", 'expected a value for "\\u0007"', 11],
    ["uid in 1,,2", 'expected a value for "uid"', 9],
    ["uid in ,1", 'expected a value for "uid"', 7],
    ["uid in 1, ", 'expected a value for "uid"', 9],
  ];
  for (const [text, message, caret] of cases) {
    const [said, line, mark] = problem(text);
    assertEquals(said, message, text);
    const escaped = text.replace("\u0007", "\\u0007");
    assertEquals([line, mark], [escaped, `${" ".repeat(text === escaped ? caret : caret + 5)}^`], text);
  }
});

Deno.test("FilterSyntaxError shows the line of the place, and of a long one the part around it", () => {
  assertEquals(problem("sport 1\nor dport\nor dev lo").slice(1), ["or dev lo", "^"]);
  const [, line, mark] = problem(`${"sport 1 ".repeat(20)}) ${"sport 1 ".repeat(20)}`);
  assertEquals(line!.length, 122);
  assertEquals(line![mark!.indexOf("^")], ")");
});

Deno.test("parseSyntax refuses what is nested too deep, and takes what is long", () => {
  assertEquals(problem("(".repeat(5000))[0], "more than 200 conditions inside each other");
  assertEquals(problem("! ".repeat(5000))[0], "more than 200 conditions inside each other");
  const { condition } = parseSyntax(new Array(20_000).fill("sport 1").join(" or "));
  assertEquals(condition?.kind === "or" && condition.parts.length, 20_000);
});
