/**
 * Completion in real shells: the command line after a TAB.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { completionScript, optionValues } from "../../commands/completion.ts";
import { options } from "../../options/option_table.ts";
import { assertPrinted, isInstalled, run, runProgram, without } from "../program.ts";
import { shells } from "../../options/option_table.ts";

/** Runs a shell on a terminal, types lines (with tabs), and returns the arguments of the command in each line. */
const typist = `
import json, os, pty, re, select, sys, time
job = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.chdir(job["cwd"])
    os.execvpe(job["words"][0], job["words"], dict(os.environ, TERM="dumb", PS1="ready>", HOME=job["cwd"], INPUTRC="/dev/null"))
def read_until(pattern):
    seen = b""
    end = time.time() + 30
    while time.time() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 65536)
            found = re.search(pattern, seen)
            if found: return found
    raise SystemExit("nothing like %r in %r" % (pattern, seen))
os.write(terminal, job["setup"].encode() + b"\\n")
read_until(rb"\\nset up\\r?\\n")
results = []
for line in job["lines"]:
    os.write(terminal, line.encode() + b"\\n")
    results.append(read_until(rb"\\n<(.*)>\\r?\\n").group(1).decode())
os.write(terminal, b"exit\\n")
print(json.dumps(results))
`;

interface Job {
  readonly words: readonly string[];
  /** The first input. It prints "set up". */
  readonly setup: string;
  /** Each makes \`ss2\` print its arguments, with bars between, in angle brackets. */
  readonly lines: readonly string[];
}

function type(job: Job): string[] {
  const cwd = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    Deno.writeTextFileSync(`${cwd}/a recording.pcap`, "");
    for (const shell of shells) Deno.writeTextFileSync(`${cwd}/ss2.${shell}`, scripts[shell]);
    const input = `${cwd}/job`;
    Deno.writeTextFileSync(input, JSON.stringify({ ...job, cwd }));
    const { code, stdout, stderr } = run(["sh", "-c", `exec python3 -c "$1" <"$2"`, "sh", typist, input]);
    assertEquals(code, 0, stderr);
    return JSON.parse(stdout);
  } finally {
    Deno.removeSync(cwd, { recursive: true });
  }
}

const scripts = {
  bash: await completionScript("bash"),
  zsh: await completionScript("zsh"),
  fish: await completionScript("fish"),
};

/** The typed text and the resulting arguments. No blank follows a comma or a colon at the end. */
const cases: readonly (readonly [typed: string, given: string])[] = [
  ["--forma\t", "--format"],
  ["--format nd\t", "--format|ndjson"],
  ["--format=nd\t", "--format=ndjson"],
  ["-t state est\t", "-t|state|established"],
  ["-t exclude time\t", "-t|exclude|time-wait"],
  ["-t excl\ttime\t", "-t|exclude|time-wait"],
  ["-tf inet6\t", "-tf|inet6"],
  ["--family=vs\t", "--family=vsock"],
  ["-A udpl\t", "-A|udplite"],
  ["-A udp,mpt\t", "-A|udp,mptcp"],
  ["-A all,\\!vsock_d\t", "-A|all,!vsock_dgram"],
  ["--columns src_p\t,tcp_info.min_\t", "--columns|src_port,tcp_info.min_rtt"],
  ["--columns=dst_p\t", "--columns=dst_port"],
  ["--columns +cong\t", "--columns|+cong_algo"],
  ["--count-by cong\t", "--count-by|cong_algo"],
  ["--columns +hos\t", "--columns|+host"],
  ["--sort tcp_info.min_\t", "--sort|tcp_info.min_rtt"],
  ["--sort rtt:d\t", "--sort|rtt:desc"],
  ["--sort=rtt:a\t", "--sort=rtt:asc"],
  ["--color al\t", "--color|always"],
  ["--fields net\t", "--fields|netlink"],
  ["--completion z\t", "--completion|zsh"],
  ["-t dpor\t", "-t|dport"],
  ["-t exists cong_a\t", "-t|exists|cong_algo"],
  ["-tN al\t", "-tN|all"],
  ["--read a\t", "--read|a recording.pcap"],
];

Deno.test({
  name: `completion in bash on a terminal puts in what is meant${without("bash")}${without("python3")}`,
  ignore: !isInstalled("bash") || !isInstalled("python3"),
  fn() {
    const setup = `set +H; ss2() { local IFS='|'; echo; echo "<$*>"; }; source ss2.bash; echo; echo set up`;
    const words = ["bash", "--norc", "--noprofile", "-i"];
    const results = type({ words, setup, lines: cases.map(([typed]) => `ss2 ${typed}`) });
    assertEquals(results, cases.map(([, given]) => given));
  },
});

Deno.test({
  name: `completion in zsh on a terminal puts in what is meant${without("zsh")}${without("python3")}`,
  ignore: !isInstalled("zsh") || !isInstalled("python3"),
  fn() {
    const setup =
      `unsetopt banghist zle_bracketed_paste; autoload -U compinit; compinit -u -D; ss2() { local IFS='|'; echo; echo "<$*>"; }; source ./ss2.zsh; echo; echo set up`;
    const results = type({ words: ["zsh", "-f", "-i"], setup, lines: cases.map(([typed]) => `ss2 ${typed}`) });
    assertEquals(results, cases.map(([, given]) => given));
  },
});

Deno.test({
  name: `completion in fish offers what is meant${without("fish")}`,
  ignore: !isInstalled("fish"),
  fn() {
    const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
    try {
      Deno.writeTextFileSync(`${directory}/ss2.fish`, scripts.fish);
      Deno.writeTextFileSync(`${directory}/a recording.pcap`, "");
      const complete = (typed: string): string[] => {
        const script = `source ss2.fish; complete -C "$argv[1]"`;
        const words = ["fish", "--no-config", "-c", script, `ss2 ${typed}`];
        const { code, stdout, stderr } = run(words, { cwd: directory, env: { HOME: directory } });
        assertEquals([code, stderr], [0, ""]);
        return stdout.trimEnd().split("\n").map((line) => line.split("\t")[0]!);
      };
      for (const [typed, given] of cases) {
        // Text after a second TAB is a separate case.
        if (typed.indexOf("\t") < typed.length - 1) continue;
        const last = given.split("|").at(-1)!;
        const found = complete(typed.trimEnd().replace("\\!", "!"));
        assert(found.includes(last) || found.includes(last.replaceAll(" ", "\\ ")), `${typed}: ${found}`);
      }
      assertEquals(complete("--forma"), ["--format"]);
      assertEquals(complete("--columns src,dst_porti"), ["src,dst_portid"]);
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  },
});

Deno.test("optionValues knows what stands behind every option with a value, and no other", async () => {
  const taking = options.filter(({ value }) => value !== undefined).map(({ long }) => long);
  assertEquals([...(await optionValues()).keys()].sort(), taking.sort());
});

for (const shell of shells) {
  Deno.test(`completionScript for ${shell} names every option, and ${shell} reads it without a word${without(shell)}`, () => {
    const script = scripts[shell];
    for (const { long, short } of options) {
      assertStringIncludes(script, long);
      if (short !== undefined) assertMatch(script, new RegExp(`-${short}\\b|-s ${short}\\b`));
    }
    assertEquals(assertPrinted(runProgram("--completion", shell)), script);
    assertEquals(assertPrinted(runProgram(`--completion=${shell}`)), script);
    if (!isInstalled(shell)) return;
    const path = Deno.makeTempFileSync();
    try {
      Deno.writeTextFileSync(path, script);
      assertEquals(run([shell, "-n", path]), { code: 0, stdout: "", stderr: "" });
    } finally {
      Deno.removeSync(path);
    }
  });
}
