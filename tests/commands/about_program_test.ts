/**
 * What the program says about itself: version, manual, what it can do here.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { fieldEntries } from "../../formats/json/field_table.ts";
import { families, loadFamilies } from "../../decode/families/registry.ts";
import { options } from "../../options/option_table.ts";
import { asNobody, assertPrinted, isBuilt, isInstalled, isRoot, run, runProgram, without } from "../program.ts";

const because = isRoot ? "" : " (ignored: only root can become another user)";

Deno.test("the program prints its version and how it was built, for people and as json", () => {
  const [line, json] = [assertPrinted(runProgram("--version")), assertPrinted(runProgram("--version", "--json"))];
  assertEquals(assertPrinted(runProgram("-V")), line);
  assertEquals(assertPrinted(runProgram("-ta", "-V")), line);
  const { version, commit, date, deno, target, how } = JSON.parse(json);
  assertEquals([version, deno, target], [config.version, Deno.version.deno, Deno.build.target]);
  assert((isBuilt ? ["packed", "compiled"] : ["source"]).includes(how), how);
  assertEquals(Object.keys(JSON.parse(json)), [
    "version",
    ...isBuilt ? ["commit", "date"] : [],
    "deno",
    "target",
    "how",
  ]);
  if (isBuilt) assertMatch(`${commit} ${date}`, /^[0-9a-f]{12}\+? \d{4}-\d\d-\d\d$/);
  const origin = isBuilt ? `commit ${commit} of ${date}, ` : "";
  assertEquals(line, `ss2 ${version} (${origin}${how}, deno ${deno}, ${target})\n`);
  assertEquals(JSON.parse(assertPrinted(runProgram("-Vj", "--compact"))), JSON.parse(json));
});

for (
  const [args, message] of [
    [["--version", "--format", "yaml"], /--version prints text or json, not "yaml"/],
    [["--doctor", "--man"], /--doctor and --man exclude each other/],
    [["--completion", "tcsh"], /--completion takes bash, zsh or fish, not "tcsh"/],
    [["--completion"], /--completion takes bash, zsh or fish/],
  ] as const
) {
  Deno.test(`the program refuses ${args.join(" ")} in one line, status 2`, () => {
    const { code, stdout, stderr } = runProgram(...args);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^ss2: [^\n]+\n$/);
    assertMatch(stderr, message);
  });
}

Deno.test("--licenses prints the licences of the program itself, of Deno and of V8, whole", () => {
  const text = assertPrinted(runProgram("--licenses"));
  const plain = (text: string) => text.replaceAll(/\s+/g, " ").trim();
  assertStringIncludes(plain(text), plain(Deno.readTextFileSync(new URL("../../LICENSE", import.meta.url))));
  for (const notice of ["Copyright 2018-2026 the Deno authors", "Copyright 2014, the V8 project authors"]) {
    assertStringIncludes(text, notice);
  }
  assertEquals(text.split("Permission is hereby granted").length, 3);
});

/** Calls `test` with the path of a manual page. */
function withManual(page: "ss2" | "fields", test: (path: string) => void): void {
  const path = Deno.makeTempFileSync({ suffix: ".8" });
  try {
    assertPrinted(runProgram("--man", page, "--output", path));
    test(path);
  } finally {
    Deno.removeSync(path);
  }
}

for (const page of ["ss2", "fields"] as const) {
  Deno.test({
    name: `mandoc finds nothing to blame in the manual page ${page}${without("mandoc")}`,
    ignore: !isInstalled("mandoc"),
    fn: () =>
      withManual(
        page,
        (path) => assertEquals(run(["mandoc", "-T", "lint", path]), { code: 0, stdout: "", stderr: "" }),
      ),
  });
}

const man = { MANWIDTH: "100", MANROFFOPT: "", LC_ALL: "C.UTF-8" };

Deno.test({
  name: `man shows the manual page with every option and state, examples first${without("man")}`,
  ignore: !isInstalled("man"),
  fn() {
    withManual("ss2", (path) => {
      const { code, stdout, stderr } = run(["man", "--warnings=all", "-l", path], { env: man });
      assertEquals([code, stderr], [0, ""]);
      // Hyphens stay hyphens, so that options can be copied.
      for (const { long, short } of options) {
        assertStringIncludes(stdout, `--${long}`);
        if (short !== undefined) assertStringIncludes(stdout, `-${short}, --${long}`);
      }
      for (const text of ["SS2(8)", "close-wait", "EXIT STATUS"]) assertStringIncludes(stdout, text);
      assert(stdout.indexOf("EXAMPLES") < stdout.indexOf("OPTIONS"));
    });
  },
});

Deno.test({
  name: `man shows every field in the page of fields${without("man")}`,
  ignore: !isInstalled("man"),
  async fn() {
    const entries = fieldEntries(await loadFamilies(families));
    withManual("fields", (path) => {
      const { code, stdout, stderr } = run(["man", "--warnings=all", "-l", path], { env: man });
      assertEquals([code, stderr], [0, ""]);
      for (const { path } of entries) assertMatch(stdout, new RegExp(`^ +${path.replaceAll(".", "\\.")}( |$)`, "m"));
    });
  },
});

Deno.test("the doctor tells of every family, of capabilities, and of what is missing", () => {
  const { code, stdout, stderr } = runProgram("--doctor", "--json");
  assertEquals(stderr, "");
  const findings = JSON.parse(stdout);
  assertEquals(code, findings.missing.length > 0 ? 1 : 0);
  assertEquals(
    findings.families.map(({ name }: { name: string }) => name),
    families.map(({ name }) => name).filter((name) => name !== "OTHER"),
  );
  for (const { name, answer } of findings.families) {
    assert(["netlink", "proc", "nothing"].includes(answer));
    // It agrees with a listing.
    const listing = runProgram("-aA", name.toLowerCase(), "--limit", "1", "--compact");
    assertEquals(listing.code === 2, answer === "nothing", `${name}: ${answer}, ${listing.stderr}`);
    assertEquals(listing.stdout, listing.code === 2 ? `{"${name}":{"flows":[]}}\n` : listing.stdout);
  }
  assertEquals(findings.kernel, run(["uname", "-r"]).stdout.trim());
  const text = runProgram("--doctor");
  assertEquals([text.code, text.stderr], [code, ""]);
  for (const { name } of [...findings.families, ...findings.capabilities]) {
    assertStringIncludes(text.stdout, `  ${name} `);
  }
});

Deno.test({
  name: `the doctor says what another user lacks, with status 1${because}`,
  ignore: !isRoot,
  fn: () =>
    asNobody((words, options) => {
      const { code, stdout, stderr } = run([...words, "--doctor", "--json"], options);
      assertEquals([code, stderr], [1, ""]);
      const { missing, capabilities, hidepid, user_namespace } = JSON.parse(stdout);
      assertEquals([hidepid, user_namespace], ["off", false]);
      assertEquals(capabilities.map(({ held }: { held: boolean }) => held), [false, false, false, false, false]);
      assertEquals(missing.map(({ what }: { what: string }) => what), [
        "CAP_NET_ADMIN",
        "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH",
        "CAP_SYS_ADMIN",
        "CAP_BPF",
      ]);
      assertMatch(missing[0].without, /\bmark\b.*\bmd5sig\b|\bmd5sig\b.*\bmark\b/);
      const text = run([...words, "--doctor"], options);
      assertEquals([text.code, text.stderr], [1, ""]);
      assertMatch(text.stdout, /\nMissing\n {2}CAP_NET_ADMIN\n {4}without it no fields .*\n {4}run with sudo\n/);
    }),
});

const mounted: readonly (readonly [what: string, script: string, missing: string])[] = [
  ["that /proc is not there", "umount -l /proc", "/proc"],
  ["that /proc hides processes", "mount -t proc -o hidepid=2 proc /proc", "/proc without hidepid="],
];
for (const [what, script, missing] of mounted) {
  Deno.test({
    name: `the doctor says ${what}${because}`,
    ignore: !isRoot,
    fn: () =>
      asNobody((words, options) => {
        const inside = [
          "unshare",
          "--mount",
          "sh",
          "-c",
          `${script} && exec "$@"`,
          "sh",
          ...words,
          "--doctor",
          "--json",
        ];
        const { code, stdout, stderr } = run(inside, options);
        assertEquals([code, stderr], [1, ""]);
        const found = JSON.parse(stdout).missing.map(({ what }: { what: string }) => what);
        assert(found.some((what: string) => what.startsWith(missing)), found.join());
      }),
  });
}
