/** Listeners on all addresses: which of them take IPv4, and how that is asked and shown. */
import { assertEquals } from "@std/assert";
import { runProgram } from "../program.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, AF_INET6, IPPROTO_IPV6, IPV6_V6ONLY, openTcp } from "./sockets.ts";

const listen6 = (port: number, only: number) =>
  openTcp(AF_INET6).setInteger(IPPROTO_IPV6, IPV6_V6ONLY, only).bind("::", port).listen(1);

Deno.test("the table tells listeners that take IPv4 from others, and what it shows can be typed", () => {
  using _namespace = openNamespace();
  using both = listen6(8081, 0);
  using only = listen6(8082, 1);
  using four = openTcp(AF_INET).bind("0.0.0.0", 8083).listen(1);
  using five = openTcp(AF_INET).bind("127.0.0.1", 8084).listen(1);
  const expected = new Map([
    [`*:${both.localPort}`, true],
    [`[::]:${only.localPort}`, false],
    [`0.0.0.0:${four.localPort}`, true],
    [`127.0.0.1:${five.localPort}`, true],
  ]);
  const shown = (...args: string[]) => {
    const { stdout, stderr } = runProgram("-tlnH", "--table", ...args);
    assertEquals(stderr, "");
    return stdout.trimEnd().split("\n").map((line) => line.split(/ +/)[4]!).sort();
  };
  assertEquals(shown(), [...expected.keys()].sort());
  for (const [local, takes] of expected) {
    const port = local.slice(local.lastIndexOf(":"));
    assertEquals(shown("src", local), [local]);
    const filter = `sport = ${port} and ( src 0.0.0.0/0 or src = :: and v6only = false )`;
    assertEquals(runProgram("-q", "-tl", filter).code, takes ? 0 : 1, filter);
  }
});
