/**
 * `--twice` with sockets that stay: each is listed once, whether or not the first answer had it.
 */
import { assertEquals } from "@std/assert";
import { assertPrinted, runProgram } from "../program.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, AF_INET6, loopback, openSocket, openTcp, SOCK_DGRAM } from "./sockets.ts";

Deno.test("--twice lists every socket that stays once, of every family with cookies", () => {
  using _namespace = openNamespace();
  using stack = new DisposableStack();
  for (let i = 0; i < 300; i++) {
    const family = i % 2 === 0 ? AF_INET : AF_INET6;
    stack.use(openTcp(family)).bind(loopback(family)).listen(1);
    stack.use(openSocket(family, SOCK_DGRAM)).bind(loopback(family));
  }
  const cookies = (...args: string[]) =>
    assertPrinted(runProgram("-tual", "--format", "ndjson", ...args)).trim().split("\n")
      .map((line): string => JSON.parse(line).cookie);
  const once = cookies();
  assertEquals([once.length, new Set(once).size], [600, 600]);
  assertEquals(cookies("--twice"), once);
});

Deno.test("--twice counts and limits as a listing without it does", () => {
  using _namespace = openNamespace();
  using stack = new DisposableStack();
  for (let i = 0; i < 20; i++) stack.use(openTcp(AF_INET)).bind(loopback(AF_INET)).listen(1);
  for (const args of [["--count-by", "state"], ["--limit", "7", "--columns", "src_port"], ["sport", ">", "1"]]) {
    const words = ["-tal", "--format", "ndjson", ...args];
    assertEquals(assertPrinted(runProgram("--twice", ...words)), assertPrinted(runProgram(...words)));
  }
});
