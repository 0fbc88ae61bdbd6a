/** What keeps -K from closing too much: filters that leave out nothing, and the question on a terminal. */
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { kill as killByLibrary, parseFilter } from "../../mod.ts";
import { programWords, run, runProgram } from "../program.ts";
import { openNamespace } from "./namespace.ts";
import { runIsolated } from "./isolated.ts";
import { ownCommand } from "./own_commands.ts";
import {
  AF_INET,
  AF_INET6,
  openPair,
  openSocket,
  SHUT_WR,
  SOCK_DGRAM,
  TCP_CLOSE_WAIT,
  TCP_FIN_WAIT2,
} from "./sockets.ts";

/** Filters that every connection passes, or every one of those that a test makes. */
const EVERYTHING = [
  ...["sport >= 0", "sport > 0", "not ( sport = 0 )", "sport != 0", "sport < 65535 or sport = 65535", "dport != 1"],
  ...["state all", "state established", "state all sport >= 0", "exclude time-wait", "not state = listening"],
  ...["src 0.0.0.0/0 or src ::/0", "src = 0.0.0.0/1 or src = 128.0.0.0/1 or src = ::/1", "dst 0.0.0.0/0 or dst ::/0"],
  ...["exists src", "exists state", "inode > 0", "recv_q >= 0", "recv_q < 4000000000", "uid >= 0", "cookie != 0x0"],
  ...["tcp_info.rtt >= 0", "protocol = TCP", "family = inet or family = inet6", "not comm = nobody-has-it"],
  ...[
    "comm ~ .",
    "src_port < dst_port or src_port >= dst_port",
    "iface_idx = 0 or iface_idx > 0",
    "src 10.0.0.0/8 or sport > 1",
  ],
];

Deno.test("-K refuses a filter that leaves out none of the sockets, however it is written, also as a dry run", () => {
  using _namespace = openNamespace();
  using four = openPair();
  using _six = openPair({ family: AF_INET6 });
  using half = openPair();
  half.client.shutdown(SHUT_WR);
  half.server.waitForState(TCP_CLOSE_WAIT);
  half.client.waitForState(TCP_FIN_WAIT2);
  for (const filter of EVERYTHING) {
    const close = () => killByLibrary({ tcp: true, filter: parseFilter(filter, { tcp: true }) });
    assertThrows(close, RangeError, /^(state|exclude) [a-z-]+$/.test(filter) ? "needs a filter" : "leaves out none");
  }
  for (
    const words of [["--yes", "-t", "sport >= 0"], ["--dry-run", "-t", "not ( sport = 0 )"], ["--yes", "sport > 0"]]
  ) {
    const { code, stdout, stderr } = runProgram("-K", ...words);
    assertEquals([code, stdout], [2, ""], words.join(" "));
    assertEquals(
      stderr,
      "ss2: the filter leaves out none of the TCP sockets (4): name what to close, by address, port or process\n",
    );
  }
  for (const words of [["state", "all"], ["state", "established"], ["-l", "state", "listening"]]) {
    assertMatch(runProgram("-Kt", "--yes", ...words).stderr, /^ss2: -K needs a filter, /);
  }
  four.client.send(1);
});

Deno.test("-K takes a filter that names what is there, even if that is all; and any that leaves something out", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  using udp = openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1");
  const port = pair.listener.localPort;
  const results = (filter: string, options: object = { tcp: true }) =>
    killByLibrary({ ...options, filter: parseFilter(filter), dryRun: true }).sockets.map(({ result }) => result);
  const both = ["dry-run", "dry-run"];
  for (
    const filter of [
      ...["src 127.0.0.1", `pid = ${Deno.pid}`, `sport = :${port} or dport = :${port}`, `src 127.0.0.0/8 and uid >= 0`],
      ...["state established src 127.0.0.1", "src = 127.0.0.1 and not comm = nobody-has-it"],
    ]
  ) assertEquals(results(filter), both, filter);
  assertEquals(results(`sport != :${port}`), ["dry-run"]);
  assertEquals(results(`sport >= ${Math.max(port, pair.client.localPort)}`), ["dry-run"]);
  assertEquals(results("tcp_info.rtt > 1h"), []);
  // Of all protocols with sockets that pass one must be left out.
  assertThrows(
    () => results("not src 10.0.0.0/8", { udp: true, states: ["all"] }),
    RangeError,
    "none of the UDP sockets",
  );
  assertEquals(results(`src 127.0.0.1 sport = :${udp.localPort}`, { udp: true, states: ["all"] }), ["dry-run"]);
  // States of connections that begin or end are not everything.
  pair.client.shutdown(SHUT_WR);
  pair.server.waitForState(TCP_CLOSE_WAIT);
  assertEquals(results("state close-wait"), ["dry-run"]);
});

Deno.test("-K asks on a terminal: only yes closes; no, nothing, the end of the input and Ctrl-C do not", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  const filter = `dport = :${pair.listener.localPort}`;
  const QUESTION = "close 1 socket? [y/N] ";
  const answer = (text: string) => {
    const command = [...ownCommand("answer_on_terminal"), QUESTION, text];
    const { code, stdout } = run([
      ...command,
      ...programWords(),
      "-K",
      "-t",
      "--csv",
      "--columns",
      "kill.result",
      filter,
    ]);
    assertEquals(stdout.includes(QUESTION), true, stdout);
    return [code, /^closed\r?$/m.test(stdout), /^ss2: nothing was closed\r?$/m.test(stdout)];
  };
  for (const text of ["n\\n", "\\n", "nyes\\n", "\\u0004"]) assertEquals(answer(text), [2, false, true], text);
  const [code, closed] = answer("\\u0003");
  assertEquals([code, closed], [130, false]);
  pair.client.send(1);
  assertEquals(answer("y\\n"), [0, true, false]);
  using other = openPair();
  const words = ["-K", "-t", "--csv", `dport = :${other.listener.localPort}`];
  assertEquals(
    run([...ownCommand("answer_on_terminal"), QUESTION, "YES\\n", ...programWords(), ...words]).code,
    0,
  );
});

Deno.test("-K -N closes in one network namespace after the other, and in no other", () => {
  const { code, stdout, stderr } = runIsolated(`
    netns_add a b c
    for name in a b c; do start in_netns $name listen 8001 $name; done
    "$@" -Ktl --yes -N a -N b --csv -H --columns netns.name,kill.result sport = :8001
    for name in a b c; do "$@" -q -tl -N $name sport = :8001 && echo "left in $name"; done
    true`);
  assertEquals([code, stderr], [0, "ss2: 2 closed\n"]);
  assertEquals(stdout.trimEnd().split(/\r?\n/).sort(), ["a,closed", "b,closed", "left in c"]);
});
