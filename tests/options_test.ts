/** The command line: what is understood, and what is said when it is not. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { AF_INET, AF_INET6 } from "../decode/address_family.ts";
import { quote } from "../decode/control_characters.ts";
import { families } from "../decode/families.ts";
import { helpText, nearest, options, parseCommand, UsageError } from "../options.ts";

function dump(...args: string[]) {
  const command = parseCommand(args);
  assert(command.action === "dump");
  return command;
}

const states = (...args: string[]) => dump(...args).plan.states;
const problem = (...args: string[]) => assertThrows(() => parseCommand(args), UsageError).message;

const connected = 0x0b36;
/** What is listed by default. */
const listed = families.filter(({ name }) => name !== "OTHER");

Deno.test("parseCommand without arguments shows connected sockets of everything as json", () => {
  const { plan, format, formatOptions } = dump();
  assertEquals(plan, {
    families: listed,
    addressFamilies: [AF_INET, AF_INET6],
    states: connected,
    bpfMaps: false,
    named: false,
  });
  assertEquals([format.name, formatOptions], ["json", {}]);
});

Deno.test("parseCommand takes bundles of short options apart, digits included", () => {
  for (const bundle of [["-ta4"], ["-t4a"], ["-4at"], ["-t", "-a", "-4"]]) {
    const { plan } = dump(...bundle);
    assertEquals([plan.families.map((family) => family.name), plan.addressFamilies, plan.states], [
      ["TCP"],
      [AF_INET],
      0x2fff,
    ]);
  }
});

Deno.test("parseCommand with -4 and -6 shows both", () => {
  assertEquals(dump("-4", "-6").plan.addressFamilies, [AF_INET, AF_INET6]);
  assertEquals(dump("-64").plan.addressFamilies, [AF_INET, AF_INET6]);
  assertEquals(dump("-6").plan.addressFamilies, [AF_INET6]);
});

Deno.test("parseCommand with several of -a -l -B goes by the last one", () => {
  assertEquals(states("-a"), 0x2fff);
  assertEquals(states("-l"), 0x480);
  assertEquals(states("-B"), 0x2000);
  assertEquals(states("-a", "-l"), 0x480);
  assertEquals(states("-la"), 0x2fff);
  assertEquals(states("--listening", "-B", "--all"), 0x2fff);
  assertEquals(states("-a", "--list"), 0x480);
});

Deno.test("parseCommand with state and exclude words goes from left to right", () => {
  assertEquals(states("state", "established"), 1 << 1);
  assertEquals(states("state", "established", "state", "close-wait"), 1 << 1 | 1 << 8);
  assertEquals(states("exclude", "time-wait"), 0x2fff & ~(1 << 6));
  assertEquals(states("excl", "time-wait", "excl", "listening"), 0x2fff & ~(1 << 6) & ~(1 << 10));
  assertEquals(states("state", "all", "exclude", "established"), 0x2fff & ~(1 << 1));
  assertEquals(states("-a", "state", "LISTEN"), 1 << 10);
  assertEquals(states("state", "ESTAB", "-t"), 1 << 1);
  assertEquals(states("state", "connected"), 0x0b7e);
  assertEquals(states("state", "synchronized"), 0x0b7a);
  assertEquals(states("state", "bucket"), 1 << 3 | 1 << 6);
  assertEquals(states("state", "big"), 0x2fff & ~(1 << 3 | 1 << 6));
  assertEquals(states("state", "unconnected"), states("state", "closed"));
});

Deno.test("parseCommand takes a family for named if it was chosen by itself, not with all or with those of IP", () => {
  const named = (...args: string[]) => dump(...args).plan.named;
  for (const args of [["-t"], ["-t4"], ["--ping", "-6"], ["-A", "tcp"], ["-A", "tcp,ping"]]) {
    assertEquals(named(...args), true, args.join(" "));
  }
  for (
    const args of [[], ["-a"], ["-4"], ["-64"], ["-f", "inet6"], ["-A", "all"], ["-A", "inet"], ["-A", "all,!tcp"]]
  ) {
    assertEquals(named(...args), false, args.join(" "));
  }
});

Deno.test("parseCommand completes long options that only one can be meant by", () => {
  assertEquals(dump("--tc").plan.families.map((family) => family.name), ["TCP"]);
  assertEquals(dump("--form", "ndjson").format.name, "ndjson");
  assertEquals(dump("--form=ndjson").format.name, "ndjson");
  assertEquals(problem("--ipv"), 'option "--ipv" could be --ipv4 or --ipv6');
});

Deno.test("parseCommand chooses the format", () => {
  assertEquals(dump("-j").format.name, "json");
  assertEquals(dump("--format=json", "--compact").formatOptions, { compact: true });
  assertEquals(problem("--format", "jsno"), 'unknown format "jsno"; there are json, ndjson, yaml, csv, tsv, table');
  assertEquals(problem("--format"), "option --format needs a name: json, ndjson, yaml, csv, tsv, table");
  assertEquals(problem("-j", "--format", "ndjson"), '--json and --format "ndjson" exclude each other');
  assertEquals(problem("--compact", "--format", "ndjson"), "--compact does nothing for --format ndjson");
});

Deno.test("parseCommand takes the name of a format as an option, unless another is asked for", () => {
  for (const name of ["json", "yaml", "csv", "tsv", "table"]) {
    assertEquals(dump(`--${name}`).format.name, name);
    assertEquals(dump(`--${name}`, "--format", name).format.name, name);
  }
  assertEquals(problem("--csv", "--format", "yaml"), '--csv and --format "yaml" exclude each other');
  assertEquals(problem("--csv", "-j"), "--json and --csv exclude each other");
});

Deno.test("parseCommand tells a format its options, and refuses those that make no difference to it", () => {
  assertEquals(dump("--csv", "--delimiter", ";", "--decimal", ",", "--excel").formatOptions, {
    delimiter: ";",
    decimal: ",",
    excel: true,
  });
  assertEquals(dump("--csv", "--delimiter", "\\t").formatOptions, { delimiter: "\t" });
  assertEquals(dump("--tsv", "-p", "--explode", "owners", "--no-header", "--raw-text").formatOptions, {
    noHeader: true,
    rawText: true,
    explode: "owners",
  });
  for (const option of ["--delimiter=;", "--no-header", "--excel", "--decimal=,", "--raw-text", "--explode=owners"]) {
    const name = option.split("=")[0];
    for (const format of ["json", "ndjson", "yaml"]) {
      assertEquals(problem("-p", option, "--format", format), `${name} does nothing for --format ${format}`);
    }
    assertEquals(problem(option, "--fields"), `${name} does nothing for --fields`);
  }
  for (const format of ["yaml", "csv", "tsv"]) {
    assertEquals(problem("--compact", "--format", format), `--compact does nothing for --format ${format}`);
  }
  assertEquals(problem("--delimiter", ";", "--tsv"), "--delimiter does nothing for --format tsv");
  assertEquals(problem("--explode", "owners", "--csv"), "--explode owners does nothing without -p");
  assertEquals(problem("--csv", "-p", "--explode", "fds"), '--explode takes owners, not "fds"');
  assertEquals(problem("--csv", "--decimal", ";"), '--decimal takes . or ,, not ";"');
  assertStringIncludes(problem("--csv", "--decimal", ","), "needs something else between cells");
  assertEquals(dump("--tsv", "--decimal", ",").formatOptions, { decimal: "," });
  for (const bad of ["", "ab", "a", "1", '"', "'", "\n", "\\", ".", ":", "-", "é"]) {
    assertStringIncludes(problem("--csv", "--delimiter", bad), "--delimiter takes one character");
  }
  assertEquals(problem("--fields", "--csv"), "--fields prints json or ndjson, not csv");
});

Deno.test("parseCommand gives the table its columns, and takes the options for them with every format", () => {
  const added = { extended: true, info: true, memory: true, timers: true };
  assertEquals(dump("-eimo", "--table").formatOptions, added);
  assertEquals(
    dump("--extended", "--info", "--memory", "--options", "--numeric", "--oneline", "--table").formatOptions,
    added,
  );
  for (const format of ["json", "ndjson", "yaml", "csv", "tsv"]) {
    assertEquals(dump("-eimonO", "--format", format).formatOptions, {});
    for (const option of ["--plain", "--wide", "--color=always"]) {
      assertEquals(problem(option, "--format", format), `${option.split("=")[0]} does nothing for --format ${format}`);
    }
  }
  assertEquals(dump("--table", "--plain", "--wide", "--color", "never", "-H").formatOptions, {
    ...{ plain: true, wide: true, color: "never", noHeader: true },
  });
  assertEquals(problem("--table", "--color", "blue"), '--color takes auto or always or never, not "blue"');
  assertEquals(problem("--table", "--excel"), "--excel does nothing for --format table");
});

Deno.test("parseCommand says what is wrong and what comes near", () => {
  assertEquals(problem("--lisening"), 'unknown option "--lisening", did you mean --listening? (see --help)');
  assertEquals(problem("-Q"), 'unknown option "-Q" (see --help)');
  assertEquals(problem("-tQa"), 'unknown option "-Q" (see --help)');
  assertEquals(problem("--quux=1"), 'unknown option "--quux" (see --help)');
  assertEquals(problem("--tcp=1"), "option --tcp takes no value");
  assertEquals(problem("-t=1"), "option -t takes no value");
  assertEquals(problem("-=1"), 'unknown option "-=1" (see --help)');
  assertEquals(problem("established"), 'unexpected word "established", did you mean "state established"? (see --help)');
  assertEquals(problem("dport", "=", ":443"), 'unexpected word "dport"; filters are not supported yet (see --help)');
  assertEquals(problem("state", "establised"), 'unknown state "establised", did you mean established?');
  assertStringIncludes(problem("state", "xyzzy"), 'unknown state "xyzzy"; there are established ');
  assertStringIncludes(problem("state"), '"state" needs the name of a state: established ');
  assertStringIncludes(problem("state", "new-syn-recv"), "unknown state");
});

Deno.test("parseCommand takes words behind -- even if they start with a hyphen", () => {
  assertStringIncludes(problem("--", "-t"), 'unexpected word "-t"');
});

Deno.test("parseCommand with --help or --version looks at nothing else that is valid", () => {
  assertEquals(parseCommand(["-t", "-h"]), { action: "help" });
  assertEquals(parseCommand(["-V"]), { action: "version" });
  assertEquals(problem("--help", "--nonsense"), 'unknown option "--nonsense" (see --help)');
});

Deno.test("quote shows hostile words on one line without control characters", () => {
  assertEquals(quote('a"b\n\x1b[31m\x9b\u202e'), '"a\\"b\\n\\u001b[31m\\u009b\\u202e"');
  const message = problem("--\x1b[2J\n");
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x1f\x7f-\x9f]/.test(message), message);
});

Deno.test("nearest finds a word that is a third off at most", () => {
  assertEquals(nearest("jsn", ["json", "ndjson"]), "json");
  assertEquals(nearest("zzzz", ["json", "ndjson"]), undefined);
});

Deno.test("helpText names every option, and no line is longer than a terminal", () => {
  const help = helpText();
  for (const option of options) {
    assertStringIncludes(help, `--${option.long}`);
    assertStringIncludes(help, option.help);
  }
  for (const line of help.split("\n")) assert(line.length <= 100, line);
});

Deno.test("parseCommand with -A takes a list of protocols, forgets those before it, and keeps those after it", () => {
  const names = (...args: string[]) => dump(...args).plan.families.map(({ name }) => name);
  assertEquals(names("-A", "tcp"), ["TCP"]);
  assertEquals(names("--query=all,!tcp", "-t"), listed.map(({ name }) => name));
  assertEquals(names("-Ainet,!tcp", "-t").includes("TCP"), true);
  assertEquals(names("--socket=tcp"), ["TCP"]);
  assertEquals(names("--query", "tcp"), ["TCP"]);
  assertEquals(states("-A", "tcp"), connected);
  assertEquals(states("-t"), null);
  assertEquals(problem("-A", "tcx"), 'unknown protocol "tcx", did you mean tcp?');
  assertStringIncludes(problem("-A", ""), 'unknown protocol ""; there are all inet ');
  assertEquals(problem("-A", "!tcp"), "option -A leaves no protocol to list");
});

Deno.test("parseCommand with -f chooses an address family, IP versions as -4 and -6 do", () => {
  assertEquals(dump("-f", "inet").plan.addressFamilies, [AF_INET]);
  assertEquals(dump("--fam", "inet6").plan.addressFamilies, [AF_INET6]);
  assertEquals(dump("-tf", "inet6").plan.addressFamilies, [AF_INET6]);
  assertEquals(dump("-finet6", "-4").plan.addressFamilies, [AF_INET, AF_INET6]);
  assertEquals(dump("-f", "inet").plan.families, families.filter(({ domain }) => domain === "inet"));
  assertStringIncludes(problem("-f", "nonsense"), 'unknown address family "nonsense"; there are inet inet6');
  assertStringIncludes(problem("-f"), 'unknown address family ""');
});

Deno.test("parseCommand with -p lists the other sockets only where all are listed, and --other looks owners up itself", () => {
  const shown = (...args: string[]) => {
    const { plan, owners } = dump(...args);
    return [plan.families.some(({ name }) => name === "OTHER"), owners];
  };
  assertEquals(shown("-a"), [false, null]);
  assertEquals(shown("-p"), [false, "owners"]);
  assertEquals(shown("-ap"), [true, "owners"]);
  assertEquals(shown("-tap"), [false, "owners"]);
  assertEquals(shown("--other"), [true, "owners"]);
  assertEquals(shown("-ap", "--cmdline"), [true, "cmdline"]);
  assertEquals(problem("--cmdline"), "--cmdline does nothing without -p");
});

Deno.test("parseCommand takes protocols for named by their options, and not by an address family", () => {
  const named = (...args: string[]) => dump(...args).plan.named;
  assertEquals([named("-t"), named("-4u"), named("-A", "inet"), named("-6", "--udplite")], [true, true, false, true]);
  assertEquals([named(), named("-4"), named("-6a"), named("-f", "inet")], [false, false, false, false]);
});
