/** Rules in YAML: what every version of YAML reads the same, and what is refused. */
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { readRules } from "../../../query/checks/read_rules.ts";
import { RuleError } from "../../../query/checks/rule.ts";

const refused = (text: string): string => assertThrows(() => readRules(text), RuleError).message;

const WORDS = [
  ...[
    "no",
    "No",
    "yes",
    "on",
    "off",
    "y",
    "N",
    "true",
    "False",
    "null",
    "~",
    "0x1F",
    "0o17",
    "010",
    "0b1",
    "1_000",
    ".5",
  ],
  ...["-.inf", ".nan", "12:30:45", "22:30", "1e3", "-1", "1.5", "2026-12-01", "2026-1-1 10:00"],
];

Deno.test("readRules refuses words that YAML 1.1 reads as booleans, null, numbers or times, wherever they are", () => {
  for (const word of WORDS) {
    const rule = `- name: a\n  filter: sport = 1\n`;
    assertMatch(refused(`- name: ${word}\n  filter: sport = 1\n`), /no text for readers of YAML 1\.1$/, word);
    assertMatch(refused(`- name: a\n  filter: ${word}\n`), /no text for readers of YAML 1\.1$/, word);
    assertMatch(refused(`${rule}  severity: ${word}\n`), /severity is error, warning, notice/, word);
    assertMatch(refused(`${rule}  expect: ${word}\n`), /expect is none, some or a number/, word);
    assertMatch(refused(`${rule}  over: ${word}\n`), /over is sockets, two looks, local address, unit, summary/, word);
    assertMatch(refused(`${rule}  over: unit\n  least: ${word}\n`), /least is a number from 1 on/, word);
  }
});

Deno.test("readRules refuses lists, objects, aliases and keys that stand twice", () => {
  for (const value of ["[recv_q]", "\n    - recv_q", "{a: b}", "*alias", "", "''"]) {
    assertMatch(
      refused(`- name: a\n  filter: sport = 1\n  show: ${value}\n`),
      /show needs a text|not valid YAML/,
      value,
    );
  }
  for (const text of ["- a\n", "- - a\n", "a: b\n", "", "- name: a\n  name: b\n", "- name: a\n filter: x\n\t- b"]) {
    refused(text);
  }
  assertMatch(refused("- name: a\n  filter: sport = 1\n- name: a\n  filter: sport = 2\n"), /two rules are named "a"/);
});

Deno.test("readRules takes quoted words, ports as filters, and numbers that are expected", () => {
  const [rule] = readRules(
    `- name: "a: b"\n  filter: 'sport = 1'\n  expect: 12\n  over: unit\n  least: 3\n  still: recv_q , send_q\n  grows: drops\n`,
  );
  assertEquals([rule!.expect, rule!.least, rule!.still, rule!.grows], [12, 3, ["recv_q", "send_q"], ["drops"]]);
  assertEquals(readRules("- name: ports\n  filter: 8001\n")[0]!.filter, "8001");
  assertEquals(readRules("- name: s\n  over: summary\n  share: a.b-c > 5.5% of d\n")[0]!.share, {
    part: "a.b-c",
    percent: 5.5,
    whole: "d",
  });
});
