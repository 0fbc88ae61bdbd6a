/** The command line: what it means, and the messages for mistakes. */
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { AF_INET, AF_INET6 } from "../../decode/kernel/address_family.ts";
import { quote } from "../../decode/text/control_characters.ts";
import { families } from "../../decode/families/all_families.ts";
import { parseCommand } from "../../options/parse_command.ts";
import { exampleOf, examples, helpText, wholeHelp } from "../../commands/help.ts";
import { missing, options } from "../../options/option_table.ts";
import { parseArguments } from "../../options/getopt.ts";
import { nearest } from "../../query/nearest.ts";
import { UsageError } from "../../options/usage_error.ts";
import { nowhere } from "../../options/filter.ts";

async function dump(...args: string[]) {
  const command = await parseCommand(args);
  assert(command.action === "dump");
  return command;
}

const states = async (...args: string[]) => (await dump(...args)).plan.states;
const problem = async (...args: string[]) => (await assertRejects(() => parseCommand(args), UsageError)).message;

const connected = 0x0b36;
/** What is listed by default. */
const listed = families.filter(({ name }) => name !== "OTHER");

Deno.test("parseCommand without arguments shows connected sockets of everything as json", async () => {
  const { plan, format, formatOptions } = await dump();
  assertEquals(plan, {
    families: listed,
    addressFamilies: [AF_INET, AF_INET6],
    states: connected,
    bpfMaps: false,
    named: false,
  });
  assertEquals([format.name, formatOptions], ["json", {}]);
});

Deno.test("parseCommand takes bundles of short options apart, digits included", async () => {
  for (const bundle of [["-ta4"], ["-t4a"], ["-4at"], ["-t", "-a", "-4"]]) {
    const { plan } = await dump(...bundle);
    assertEquals([plan.families.map((family) => family.name), plan.addressFamilies, plan.states], [
      ["TCP"],
      [AF_INET],
      0x2fff,
    ]);
  }
});

Deno.test("parseCommand with -4 and -6 shows both", async () => {
  assertEquals((await dump("-4", "-6")).plan.addressFamilies, [AF_INET, AF_INET6]);
  assertEquals((await dump("-64")).plan.addressFamilies, [AF_INET, AF_INET6]);
  assertEquals((await dump("-6")).plan.addressFamilies, [AF_INET6]);
});

Deno.test("parseCommand with several of -a -l -B goes by the last one", async () => {
  assertEquals(await states("-a"), 0x2fff);
  assertEquals(await states("-l"), 0x480);
  assertEquals(await states("-B"), 0x2000);
  assertEquals(await states("-a", "-l"), 0x480);
  assertEquals(await states("-la"), 0x2fff);
  assertEquals(await states("--listening", "-B", "--all"), 0x2fff);
  assertEquals(await states("-a", "--list"), 0x480);
});

Deno.test("parseCommand with state and exclude words goes from left to right", async () => {
  assertEquals(await states("state", "established"), 1 << 1);
  assertEquals(await states("state", "established", "state", "close-wait"), 1 << 1 | 1 << 8);
  assertEquals(await states("exclude", "time-wait"), 0x2fff & ~(1 << 6));
  assertEquals(await states("excl", "time-wait", "excl", "listening"), 0x2fff & ~(1 << 6) & ~(1 << 10));
  assertEquals(await states("state", "all", "exclude", "established"), 0x2fff & ~(1 << 1));
  assertEquals(await states("-a", "state", "LISTEN"), 1 << 10);
  assertEquals(await states("state", "ESTAB", "-t"), 1 << 1);
  assertEquals(await states("state", "connected"), 0x0b7e);
  assertEquals(await states("state", "synchronized"), 0x0b7a);
  assertEquals(await states("state", "bucket"), 1 << 3 | 1 << 6);
  assertEquals(await states("state", "big"), 0x2fff & ~(1 << 3 | 1 << 6));
  assertEquals(await states("state", "unconnected"), await states("state", "closed"));
});

Deno.test("parseCommand takes a family for named if it was chosen by itself, not with all or with those of IP", async () => {
  const named = async (...args: string[]) => (await dump(...args)).plan.named;
  for (const args of [["-t"], ["-t4"], ["--ping", "-6"], ["-A", "tcp"], ["-A", "tcp,ping"]]) {
    assertEquals(await named(...args), true, args.join(" "));
  }
  for (
    const args of [
      [],
      ["-a"],
      ["-4"],
      ["-64"],
      ["-f", "inet6"],
      ["-4x"],
      ["-f", "inet", "-x"],
      ["-06"],
      ["-A", "all"],
      ["-A", "inet"],
      ["-A", "all,!tcp"],
    ]
  ) {
    assertEquals(await named(...args), false, args.join(" "));
  }
});

Deno.test("parseCommand completes long options that only one can be meant by", async () => {
  assertEquals((await dump("--tc")).plan.families.map((family) => family.name), ["TCP"]);
  assertEquals((await dump("--form", "ndjson")).format.name, "ndjson");
  assertEquals((await dump("--form=ndjson")).format.name, "ndjson");
  assertEquals(await problem("--ipv"), 'option "--ipv" could be --ipv4 or --ipv6');
});

Deno.test("parseCommand chooses the format", async () => {
  assertEquals((await dump("-j")).format.name, "json");
  assertEquals((await dump("--format=json", "--compact")).formatOptions, { compact: true });
  assertEquals(
    await problem("--format", "jsno"),
    'unknown format "jsno", did you mean json?',
  );
  assertEquals(
    await problem("--format"),
    "option --format needs a name: json, ndjson, yaml, csv, tsv, table, html, prometheus, openmetrics",
  );
  assertEquals(await problem("-j", "--format", "ndjson"), '--json and --format "ndjson" exclude each other');
  assertEquals(await problem("--compact", "--format", "ndjson"), "--compact does nothing for --format ndjson");
});

Deno.test("parseCommand takes the name of a format as an option, unless another is asked for", async () => {
  for (const name of ["json", "yaml", "csv", "tsv", "table"]) {
    assertEquals((await dump(`--${name}`)).format.name, name);
    assertEquals((await dump(`--${name}`, "--format", name)).format.name, name);
  }
  assertEquals(await problem("--csv", "--format", "yaml"), '--csv and --format "yaml" exclude each other');
  assertEquals(await problem("--csv", "-j"), "--csv and --json exclude each other");
});

Deno.test("parseCommand tells a format its options, and refuses those that make no difference to it", async () => {
  assertEquals((await dump("--csv", "--delimiter", ";", "--decimal", ",", "--excel")).formatOptions, {
    delimiter: ";",
    decimal: ",",
    excel: true,
  });
  assertEquals((await dump("--csv", "--delimiter", "\\t")).formatOptions, { delimiter: "\t" });
  assertEquals((await dump("--tsv", "-p", "--explode", "owners", "--no-header", "--raw-text")).formatOptions, {
    noHeader: true,
    rawText: true,
    explode: "owners",
  });
  for (const option of ["--delimiter=;", "--excel", "--decimal=,", "--raw-text", "--explode=owners"]) {
    const name = option.split("=")[0];
    for (const format of ["json", "ndjson", "yaml"]) {
      assertEquals(await problem("-p", option, "--format", format), `${name} does nothing for --format ${format}`);
    }
    assertEquals(await problem(option, "--fields"), `${name} does nothing for --fields`);
  }
  for (const format of ["yaml", "csv", "tsv"]) {
    assertEquals(await problem("--compact", "--format", format), `--compact does nothing for --format ${format}`);
  }
  assertEquals(await problem("--delimiter", ";", "--tsv"), "--delimiter does nothing for --format tsv");
  assertEquals(await problem("--explode", "owners", "--csv"), "--explode does nothing without -p");
  assertEquals(await problem("--csv", "-p", "--explode", "fds"), '--explode takes owners, not "fds"');
  assertEquals(await problem("--csv", "--decimal", ";"), '--decimal takes . or ,, not ";"');
  assertStringIncludes(await problem("--csv", "--decimal", ","), "needs something else between cells");
  assertEquals((await dump("--tsv", "--decimal", ",")).formatOptions, { decimal: "," });
  for (const bad of ["", "ab", "a", "1", '"', "'", "\n", "\\", ".", ":", "-", "é"]) {
    assertStringIncludes(await problem("--csv", "--delimiter", bad), "--delimiter takes one character");
  }
  assertEquals(await problem("--fields", "--csv"), "--csv does nothing for --fields");
  assertEquals(await problem("--fields", "--format", "csv"), "--fields prints json or ndjson, not csv");
});

Deno.test("parseCommand gives the table its columns, and takes the options for them with every format", async () => {
  const added = { extended: true, info: true, memory: true, timers: true };
  assertEquals((await dump("-eimo", "--table")).formatOptions, added);
  // As in ss, -e has the path of the control group where the kernel tells its number; no process is looked at for it.
  const { lookups, owners } = await dump("-e", "--table");
  assertEquals([lookups.get("cgroups"), lookups.get("users"), owners], ["implied", "option", null]);
  assertEquals([...(await dump("-e")).lookups.keys()], []);
  assertEquals(
    (await dump("--extended", "--info", "--memory", "--options", "--numeric", "--oneline", "--table")).formatOptions,
    { ...added, numeric: true },
  );
  for (const format of ["json", "ndjson", "yaml", "csv", "tsv"]) {
    assertEquals((await dump("-eimonO", "--format", format)).formatOptions, {});
    for (const option of ["--plain", "--wide", "--color=always"]) {
      assertEquals(
        await problem(option, "--format", format),
        `${option.split("=")[0]} does nothing for --format ${format}`,
      );
    }
  }
  assertEquals((await dump("--table", "--plain", "--wide", "--color", "never", "-H")).formatOptions, {
    ...{ plain: true, wide: true, color: "never", noHeader: true },
  });
  assertEquals(await problem("--table", "--color", "blue"), '--color takes auto, always or never, not "blue"');
  assertEquals(await problem("--table", "--excel"), "--excel does nothing for --format table");
});

Deno.test("parseCommand says what is wrong and what comes near", async () => {
  assertEquals(await problem("--lisening"), 'unknown option "--lisening", did you mean --listening? (see --help)');
  assertEquals(await problem("--ndjson"), 'unknown option "--ndjson": it is --format ndjson');
  assertEquals(await problem("--jsonl"), 'unknown option "--jsonl": it is --format ndjson');
  assertEquals(await problem("--prometheus"), 'unknown option "--prometheus": it is --format prometheus');
  assertEquals(await problem("-g"), 'unknown option "-g" (see --help)');
  assertEquals(await problem("-tga"), 'unknown option "-g" (see --help)');
  assertEquals(await problem("--quux=1"), 'unknown option "--quux" (see --help)');
  assertEquals(await problem("--tcp=1"), "option --tcp takes no value");
  assertEquals(await problem("-t=1"), "option -t takes no value");
  assertEquals(await problem("-=1"), 'unknown option "-=1" (see --help)');
  assertEquals(
    await problem("established"),
    'expected an operator after "established", did you mean "state established"?',
  );
  assertEquals(await problem("state", "establised"), 'unknown state "establised", did you mean established?');
  assertStringIncludes(await problem("state", "xyzzy"), 'unknown state "xyzzy"; there are established ');
  assertEquals(await problem("state"), '"state" needs the name of a state');
  assertStringIncludes(await problem("state", "new-syn-recv"), "unknown state");
});

Deno.test("parseCommand takes words behind -- even if they start with a hyphen", async () => {
  assertStringIncludes(await problem("--", "-t"), 'expected an operator after "-t"');
});

Deno.test("parseCommand with --help or --version looks at nothing else that is valid", async () => {
  assertEquals(await parseCommand(["-t", "-h"]), { action: "help", topic: null });
  assertEquals(await parseCommand(["--help", "rtt"]), { action: "help", topic: "rtt" });
  assertEquals(await parseCommand(["-V"]), { action: "version", json: false, compact: false, output: null });
  assertEquals(await problem("--help", "--nonsense"), 'unknown option "--nonsense" (see --help)');
});

Deno.test("quote shows hostile words on one line without control characters", async () => {
  assertEquals(quote('a"b\n\x1b[31m\x9b\u202e'), '"a\\"b\\n\\u001b[31m\\u009b\\u202e"');
  const message = await problem("--\x1b[2J\n");
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x1f\x7f-\x9f]/.test(message), message);
});

Deno.test("nearest finds a word that is a third off at most", () => {
  assertEquals(nearest("jsn", ["json", "ndjson"]), "json");
  assertEquals(nearest("zzzz", ["json", "ndjson"]), undefined);
});

Deno.test("wholeHelp names every option, and no line is longer than a terminal", () => {
  const help = wholeHelp();
  for (const option of options) {
    assertStringIncludes(help, `--${option.long}`);
    assertStringIncludes(help, option.help);
  }
  for (const line of help.split("\n")) assert(line.length <= 110, line);
});

Deno.test("helpText fits one screen, and all its commands can be read", async () => {
  const lines = helpText().trimEnd().split("\n");
  assert(lines.length <= 23, `${lines.length} lines`);
  for (const line of lines) assert(line.length < 80, line);
  for (const [command] of examples) {
    const words = command.replace(/ > .*/, "").split(" ").slice(1);
    assertEquals((await parseCommand(words)).action, "dump", command);
  }
});

Deno.test("the example of every option can be read", async () => {
  for (const option of options.filter(({ long }) => !long.endsWith("-file"))) {
    const command = exampleOf(option);
    assertStringIncludes(command, "ss2 ");
    const words = command.replace(/ > .*/, "").replaceAll("'", "").split(" ").slice(1);
    assertEquals(typeof (await parseCommand(words)).action, "string", command);
  }
});

Deno.test("parseCommand takes the format of the environment only on a terminal and if no option says another", async () => {
  const formatOf = async (preferred: string | null, ...args: string[]) => {
    const { readText, names } = nowhere;
    const command = await parseCommand(args, { readText, names, terminalFormat: () => Promise.resolve(preferred) });
    assert(command.action === "dump");
    return command.format.name;
  };
  assertEquals(await formatOf("table"), "table");
  assertEquals(await formatOf("table", "--json"), "json");
  assertEquals(await formatOf("table", "--format", "csv"), "csv");
  assertEquals(await formatOf("table", "--output", "file"), "json");
  assertEquals(await formatOf(null), "json");
  assertEquals(await formatOf(""), "json");
  await assertRejects(
    () => formatOf("tabel"),
    UsageError,
    'unknown format "tabel", did you mean table? (in SS2_FORMAT)',
  );
});

Deno.test("parseCommand takes the beginning of the name of a format, if only one can be meant", async () => {
  assertEquals((await dump("--format", "nd")).format.name, "ndjson");
  assertEquals((await dump("--format", "ta")).format.name, "table");
  assertEquals(await problem("--format", "t"), '"t" after --format can be tsv or table');
});

Deno.test("parseCommand with -A takes a list of protocols, forgets those before it, and keeps those after it", async () => {
  const names = async (...args: string[]) => (await dump(...args)).plan.families.map(({ name }) => name);
  assertEquals(await names("-A", "tcp"), ["TCP"]);
  assertEquals(await names("--query=all,!tcp", "-t"), listed.map(({ name }) => name));
  assertEquals((await names("-Ainet,!tcp", "-t")).includes("TCP"), true);
  assertEquals(await names("--socket=tcp"), ["TCP"]);
  assertEquals(await names("--query", "tcp"), ["TCP"]);
  assertEquals(await states("-A", "tcp"), connected);
  assertEquals(await states("-t"), null);
  assertEquals(await problem("-A", "tcx"), 'unknown protocol "tcx", did you mean tcp?');
  assertStringIncludes(await problem("-A", ""), 'unknown protocol ""; there are all inet ');
  assertEquals(await problem("-A", "!tcp"), "option -A leaves no protocol to list");
});

Deno.test("parseCommand with -f chooses an address family, IP versions as -4 and -6 do", async () => {
  assertEquals((await dump("-f", "inet")).plan.addressFamilies, [AF_INET]);
  assertEquals((await dump("--fam", "inet6")).plan.addressFamilies, [AF_INET6]);
  assertEquals((await dump("-tf", "inet6")).plan.addressFamilies, [AF_INET6]);
  assertEquals((await dump("-finet6", "-4")).plan.addressFamilies, [AF_INET, AF_INET6]);
  assertEquals((await dump("-f", "inet")).plan.families, families.filter(({ domain }) => domain === "inet"));
  assertStringIncludes(await problem("-f", "nonsense"), 'unknown address family "nonsense"; there are inet inet6');
  assertStringIncludes(await problem("-f"), 'unknown address family ""');
});

Deno.test("parseCommand with -p lists the other sockets only where all are listed, and --other looks owners up itself", async () => {
  const shown = async (...args: string[]) => {
    const { plan, owners } = await dump(...args);
    return [plan.families.some(({ name }) => name === "OTHER"), owners];
  };
  const plainly = { cmdline: false, threads: false, context: false };
  assertEquals(await shown("-a"), [false, null]);
  assertEquals(await shown("-p"), [false, plainly]);
  assertEquals(await shown("-ap"), [true, plainly]);
  assertEquals(await shown("-tap"), [false, plainly]);
  assertEquals(await shown("--other"), [true, plainly]);
  assertEquals(await shown("-ap", "--cmdline"), [true, { ...plainly, cmdline: true }]);
  assertEquals(await shown("-taT"), [false, { ...plainly, threads: true }]);
  assertEquals(await shown("-taZ"), [false, { ...plainly, context: true }]);
  assertEquals(await shown("-aT"), [true, { ...plainly, threads: true }]);
  assertEquals(await problem("--cmdline"), "--cmdline does nothing without -p");
});

Deno.test("parseCommand takes protocols for named by their options, and not by an address family", async () => {
  const named = async (...args: string[]) => (await dump(...args)).plan.named;
  assertEquals([await named("-t"), await named("-4u"), await named("-A", "inet"), await named("-6", "--udplite")], [
    true,
    true,
    false,
    true,
  ]);
  assertEquals([await named(), await named("-4"), await named("-6a"), await named("-f", "inet")], [
    false,
    false,
    false,
    false,
  ]);
});

Deno.test("parseCommand takes each -N, and a limit with it; columns of the namespace are asked for without", async () => {
  const namespaces = async (...args: string[]) => (await dump(...args)).namespaces;
  assertEquals(await namespaces("-t"), null);
  assertEquals(await namespaces("-N", "a", "-tNb", "--net", "/x=y", "--net=all"), {
    words: ["a", "b", "/x=y", "all"],
    limit: 256,
  });
  assertEquals(await namespaces("-N", "all", "--netns-limit", "5"), { words: ["all"], limit: 5 });
  const own = { words: [], limit: 256 };
  for (const args of [["--columns", "src,netns.name"], ["--sort", "netns.inode:desc"], ["--count-by", "netns"]]) {
    assertEquals(await namespaces("-t", ...args), own, args.join(" "));
  }
  assertEquals(await namespaces("--columns", "src"), null);
  for (const limit of ["0", "-1", "x", "1e3", "", "9999999999"]) {
    assertEquals(
      await problem("-N", "all", "--netns-limit", limit),
      `--netns-limit takes a number from 1 on, not "${limit}"`,
    );
  }
});

Deno.test("parseCommand accepts the options of ss with every format: what they ask for is printed, or is looks alone", async () => {
  const ofSs = options.filter(({ ss, value, honours }) => ss === true && value === undefined && honours === undefined)
    .map(({ long }) => long);
  for (const format of ["json", "ndjson", "yaml", "csv", "tsv", "table"]) {
    for (const long of ofSs.filter((long) => !["help", "kill", "events"].includes(long))) {
      assertEquals((await dump(`--${long}`, "--format", format)).format.name, format, long);
    }
  }
  assertEquals((await parseCommand(["-v"])).action, "version");
  assertEquals((await dump("-bH", "--tos", "--inet-sockopt", "--tipcinfo", "-Q")).formatOptions, {});
  assertEquals((await dump("-b")).plan.bpfMaps, false);
  assertEquals((await dump("--filter", "/dev/null")).words, ["--filter", "/dev/null"]);
});

Deno.test("parseCommand takes a long option that is cut short for that of ss, if ss takes it for one", () => {
  const meant = (typed: string) => parseArguments([typed]).typed.map(({ option }) => option.long).join();
  for (
    const [typed, long] of [
      ...[["--li", "listening"], ["--me", "memory"], ["--ex", "extended"], ["--res", "resolve"], ["--al", "all"]],
      ...[["--num", "numeric"], ["--pro", "processes"], ["--op", "options"], ["--contexts", "contexts"]],
      ...[["--one", "oneline"], ["--inet", "inet-sockopt"], ["--vs", "vsock"], ["--th", "threads"]],
    ] as const
  ) {
    assertEquals(meant(typed), long, typed);
  }
});

Deno.test("parseCommand says of an option of ss that is not here what to use in its place", async () => {
  for (const name of Object.keys(missing)) {
    assertEquals(await problem(name, "x"), `${name} of ss is not here: ${missing[name]}`);
  }
});

Deno.test("parseCommand refuses whatever makes no difference to what is asked for in place of sockets", async () => {
  for (const action of ["--doctor", "--man", "--licenses", "--version", "--schema", "--fields", "--list-columns"]) {
    for (
      const idle of ["--columns=src", "--sort=src", "--limit=1", "--excel", "--fail-if-any", "--explain", "--read=x"]
    ) {
      assertEquals(await problem(action, idle), `${idle.split("=")[0]} does nothing for ${action}`);
    }
  }
  for (const action of ["--doctor", "--version", "--schema", "--list-columns", "--completion=bash"]) {
    assertEquals(await problem(action, "tcp"), `a filter does nothing for ${action.split("=")[0]}`);
  }
  assertEquals(await problem("--man", "--doctor"), "--man and --doctor exclude each other");
});

Deno.test("parseCommand refuses options that exclude each other, and those that need one that is not there", async () => {
  for (
    const [args, message] of [
      [["--stats"], "--stats does nothing without --explain"],
      [["--cmdline"], "--cmdline does nothing without -p"],
      [["--netns-limit", "3"], "--netns-limit does nothing without -N"],
      [["--resolve-timeout", "3"], "--resolve-timeout does nothing without -r"],
      [["--wait"], "--wait does nothing without --quiet"],
      [["-q", "--wait=soon"], '--wait takes seconds, 0.5 or 10 for example, not "soon"'],
      [["-q", "--wait", "--read", "a"], "--wait and --read exclude each other: a recording does not change"],
      [["--fail-if-any", "--fail-if-empty"], "--fail-if-empty and --fail-if-any exclude each other"],
      [["--read", "a", "--record", "b"], "--read and --record exclude each other: to keep a recording copy it"],
      [["-N", "a", "--read", "b"], "-N and --read exclude each other: a recording covers one namespace"],
      [["-q", "--output", "a"], "--quiet and --output exclude each other: nothing is printed"],
      [["--output", "a", "--read", "a"], "--output and --read name the same file"],
    ] as const
  ) assertEquals(await problem(...args), message);
});

Deno.test("parseCommand takes -E for TCP by default, and prints what needs no end", async () => {
  const asked = async (...args: string[]) => {
    const command = await parseCommand(args);
    assert(command.action === "events");
    const { plan, format, limit, duration } = command;
    return [plan.families.map(({ name }) => name).join(), format.name, limit, duration];
  };
  assertEquals(await asked("-E"), ["TCP", "ndjson", null, null]);
  assertEquals(await asked("-E4"), ["TCP", "ndjson", null, null]);
  assertEquals(await asked("-Etu", "--limit", "3", "--for", "0.5"), ["TCP,UDP", "ndjson", 3, 500]);
  assertEquals(await asked("-E", "-A", "inet", "--csv"), ["TCP,UDP", "csv", null, null]);
  assertEquals(await asked("-E", "-f", "inet6", "--table"), ["TCP", "table", null, null]);
});

Deno.test("parseCommand refuses with -E what no event can have, and says why", async () => {
  assertEquals(
    await problem("-Ex"),
    "-E cannot show UNIX sockets: the kernel tells only of TCP and UDP sockets that they are closed",
  );
  assertEquals(
    await problem("-E", "--json"),
    "-E does not print json, which would be complete only at the end: --format ndjson",
  );
  for (const filter of ["state established", "state = established"]) {
    assertMatch(await problem("-E", filter), /^-E cannot filter by state: the kernel does not tell/);
  }
  for (const filter of ["uid = 0", "recv_q > 0", "user = root", "comm = nginx", "mark = 1"]) {
    assertMatch(
      await problem("-E", filter),
      /\(ss2 -E --list-columns lists the fields of events\)|nobody holds/,
      filter,
    );
  }
  for (const column of ["uid", "owners", "user", "unit"]) {
    assertMatch(await problem("-E", "--columns", column), /^unknown column|nobody holds/, column);
  }
  for (const option of ["-l", "-B", "-p", "-q", "--sort=src", "--count-by=src", "--meta", "--twice", "--fail-if-any"]) {
    assertMatch(await problem("-E", option), /^(-E and \S+|\S+ and -E) exclude each other: .|needs/, option);
  }
  assertEquals(await problem("-t", "--for", "3"), "--for does nothing without -E");
});

Deno.test("parseCommand takes the seconds of --wait behind = only, and the next word as a filter", async () => {
  const waiting = async (...args: string[]) => {
    const command = await parseCommand(["-q", "-tl", ...args]);
    return command.action === "wait" ? [command.limit, command.awaited.filter?.text ?? ""] : null;
  };
  assertEquals(await waiting("--wait"), [30_000, ""]);
  assertEquals(await waiting("--wait=2.5", "8080"), [2500, "8080"]);
  assertEquals(await waiting("--wait", "8080"), [30_000, "8080"]);
  assertEquals(await waiting("8080"), null);
  assertEquals(await waiting("--wait", "8080", "--explain"), null);
});
