/** `--leaks`: the sockets that a command leaves behind, and whose they are. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { packedProgram } from "../packed_program.ts";
import { asNobody, isRoot, programWords, run, runProgram } from "../program.ts";
import type { Hold } from "./hold.ts";
import { runIsolated } from "./isolated.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, openTcp } from "./sockets.ts";

/** Connects to a port, sends more than anybody reads, and ends: data is left with nobody who holds the socket. */
const abandon: Hold = ({ openTcp, AF_INET }, port: string) => {
  openTcp(AF_INET).connect("127.0.0.1", Number(port)).fill();
};

/** A connection within the process, closed on both sides: one end is in TIME-WAIT then. */
const hangUp: Hold = ({ openPair, TCP_FIN_WAIT2 }) => {
  const pair = openPair();
  pair.client.close();
  pair.server.close();
  pair.listener.close();
  return TCP_FIN_WAIT2;
};

const PRELUDE = `
  set +e
  ready='until [ -s /run/ready ]; do sleep 0.02; done; rm /run/ready'
  shown="--csv -H --columns src_port,process"
`;

/** Without a control group that can be written to. */
const HIDE_CGROUPS = "mount -t tmpfs none /sys/fs/cgroup\n";

/** What a script prints, in lines; \`$@\` is the program. */
function lines(script: string): readonly string[] {
  const { code, stdout, stderr } = runIsolated(PRELUDE + script, programWords(), { holders: { abandon, hangUp } });
  assertEquals([code, stderr], [0, ""]);
  return stdout.trimEnd().split("\n").map((line) => line.trim());
}

for (const [how, hide] of [["its control group, or as orphans", ""], ["orphans alone", HIDE_CGROUPS]]) {
  Deno.test(`--leaks finds what a child, a daemon and a killed command leave behind, by ${how}`, () => {
    const printed = lines(`${hide}
      "$@" --leaks $shown -- sh -c "listen 8001 child & $ready"; echo $?
      "$@" --leaks $shown --grace 0.1 -- sh -c "( ( listen 8002 daemon & ) & ); $ready"; echo $?
      "$@" --leaks $shown -- sh -c "listen 8003 left & $ready; kill -9 \\$\\$"; echo $?
      "$@" --leaks $shown -- sh -c "listen 8004 left & $ready; exit 7"; echo $?
      "$@" --leaks $shown -- true; echo $?`);
    const expected = ["8001,child", "1", "8002,daemon", "1", "8003,left", "137", "8004,left", "7", "0"];
    assertEquals(printed, expected);
  });
}

Deno.test("--leaks does not count what was there, what others make meanwhile, nor what goes in time", () => {
  for (const hide of ["", HIDE_CGROUPS]) {
    const printed = lines(`${hide}
      start listen 8001 before
      "$@" --leaks $shown -- sh -c ": >/run/started; until [ -e /run/other ]; do sleep 0.02; done" & leaks=$!
      until [ -e /run/started ]; do sleep 0.02; done
      start listen 8002 other
      touch /run/other
      wait $leaks; echo $?
      "$@" --leaks $shown --grace 60 -- sh -c "listen 8003 short & child=\\$!; $ready; (sleep 0.3; kill \\$child) &"; echo $?`);
    assertEquals(printed, ["0", "0"]);
  }
});

Deno.test("--leaks counts TIME-WAIT only if that state is typed", () => {
  const printed = lines(`
    hang_up() { "$@" -- sh -c "hangUp & child=\\$!; $ready; kill \\$child"; }
    hang_up "$@" --leaks --csv -H --columns state; echo $?
    hang_up "$@" --leaks --csv -H --columns state state time-wait; echo $?`);
  assertEquals(printed, ["0", "time-wait", "1"]);
});

Deno.test("--leaks says that it cannot tell who made a socket that nobody holds, where it has no control group", () => {
  const script = (hide: string) =>
    `set +e
    ready='until [ -s /run/ready ]; do sleep 0.02; done; rm /run/ready'
    start listen 8001 server
    ${hide}
    "$@" --leaks --grace 0 --csv -H --columns dst_port -- sh -c "abandon 8001 & child=\\$!; $ready; kill \\$child; wait"
    echo $?`;
  const told = runIsolated(script(""), programWords(), { holders: { abandon } });
  const untold = runIsolated(script(HIDE_CGROUPS), programWords(), { holders: { abandon } });
  assertEquals([untold.stdout, untold.stderr], [
    "2\n",
    "ss2: cannot tell who created 1 new sockets that no process holds: that needs a control group (cgroup v2, as root)\n",
  ]);
  // Where a group cannot be made, both are the same.
  if (told.stderr === "") assertEquals(told.stdout.split(/\s+/), ["8001", "1", ""]);
  else assertEquals(told, untold);
});

Deno.test("--leaks --meta says how the processes of the command were found", () => {
  const printed = lines(`
    "$@" --leaks --meta --compact -t -- true | sed 's/.*"leaks_from":"\\([a-z]*\\)".*/\\1/'
    ${HIDE_CGROUPS}
    "$@" --leaks --meta --compact -t -- true | sed 's/.*"leaks_from":"\\([a-z]*\\)".*/\\1/'`);
  assertMatch(printed[0]!, /^(cgroup|subreaper)$/);
  assertEquals(printed[1], "subreaper");
});

Deno.test("--leaks passes the streams and signals of the command on, and leaves no control group", async () => {
  using _namespace = openNamespace();
  const input = run([
    "sh",
    "-c",
    'echo in | "$@" --leaks -u --csv -H -- sh -c "cat; echo error >&2"',
    "sh",
    ...programWords(),
  ]);
  assertEquals(input, { code: 0, stdout: "in\n", stderr: "error\n" });
  assertEquals(runProgram("--leaks", "-u", "--csv", "-H", "--", "sh", "-c", "kill -PIPE $$").code, 141);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1"] as const) {
    const trap = `trap 'exit 5' ${signal.slice(3)}; echo ready; while :; do sleep 0.05; done`;
    const [command = "", ...args] = [...programWords(), "--leaks", "-u", "--csv", "-H", "--", "sh", "-c", trap];
    const child = new Deno.Command(command, { args, stdin: "null", stdout: "piped" }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    child.kill(signal);
    assertEquals((await child.status).code, 5, signal);
    await reader.cancel();
  }
  const left = run(["sh", "-c", "find /sys/fs/cgroup -name 'ss2-leaks-*' 2>/dev/null | head -1"]).stdout;
  // Other tests may be at it.
  if (left !== "") assertMatch(left, /ss2-leaks-/);
});

Deno.test("--leaks removes its control group, and those that the command made in it", () => {
  const printed = lines(`
    "$@" --leaks $shown -- sh -c '
      group=$(sed -n s/^0::.*ss2-leaks/ss2-leaks/p /proc/self/cgroup)
      if [ -n "$group" ]; then
        directory=$(find /sys/fs/cgroup -name "$group" 2>/dev/null | head -1)
        mkdir "$directory/inner" && echo $$ >"$directory/inner/cgroup.procs" && echo "$directory" >/run/made
      fi'
    echo $?
    if [ -s /run/made ] && [ -e "$(cat /run/made)" ]; then echo "left behind"; fi`);
  assertEquals(printed, ["0"]);
});

Deno.test("--leaks writes reports", () => {
  const printed = lines(`
    "$@" --leaks $shown --report github --report junit=/run/junit.xml -- sh -c "listen 8001 child & $ready"; echo $?
    grep -c '<failure message="The command left sockets behind."' /run/junit.xml
    "$@" --leaks $shown --report github --report junit=/run/junit.xml -- true; echo $?
    grep -c '<testcase classname="ss2" name="leaks"/>' /run/junit.xml`);
  assertEquals(printed[0], "8001,child");
  assertMatch(
    printed[1]!,
    /^::error title=ss2%3A leaks::The command left sockets behind\.%0ATCP 0\.0\.0\.0:8001, child \(pid \d+\): /,
  );
  assertEquals(printed.slice(2), ["1", "1", "0", "1"]);
});

Deno.test("--leaks without a command, or with one that is not there, is 2", () => {
  const refused = (...args: string[]) => {
    const { code, stdout, stderr } = runProgram("--leaks", ...args);
    assertEquals([code, stdout], [2, ""]);
    return stderr;
  };
  assertEquals(refused(), "ss2: --leaks needs a command after --: ss2 --leaks -- COMMAND\n");
  assertEquals(refused("true"), "ss2: --leaks needs a command after --: ss2 --leaks -- COMMAND\n");
  assertStringIncludes(refused("--", "/nowhere/command"), 'cannot run "/nowhere/command": no such file or directory');
  assertStringIncludes(refused("-q", "--", "true"), "exclude each other");
});

Deno.test("--leaks of the packed program gives the command the environment of the caller, and no other", () => {
  using _namespace = openNamespace();
  const env = { LD_TEST: "a 'b'\n$c `d`", DENO_TEST: "1", PATH: `/nowhere:${Deno.env.get("PATH")}` };
  const words = [
    packedProgram(),
    "--leaks",
    "-u",
    "--csv",
    "-H",
    "--",
    "sh",
    "-c",
    'printf "%s|" "$LD_TEST" "$DENO_TEST" "$PATH"; env | grep -c "^DENO_NO\\|^SS2"',
  ];
  const { stdout, stderr } = run(words, { env });
  const own = Object.keys(Deno.env.toObject()).filter((name) => /^(DENO_NO|SS2)/.test(name)).length;
  assertEquals([stdout, stderr], [`${env.LD_TEST}|1|${env.PATH}|${own}\n`, ""]);
});

Deno.test({
  name: `--leaks without rights can tell, unless new sockets are of others${
    isRoot ? "" : " (ignored: only root can become another user)"
  }`,
  ignore: !isRoot,
  fn() {
    using _namespace = openNamespace();
    using _other = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
    asNobody((words, options) => {
      const leaks = (...args: string[]) => run([...words, "--leaks", "--csv", "-H", "--grace", "0", ...args], options);
      assertEquals(leaks("--", "true"), { code: 0, stdout: "", stderr: "" });
      assertEquals(leaks("--", "sh", "-c", "exit 3").code, 3);
    });
  },
});
