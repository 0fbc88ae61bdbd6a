/**
 * The table asks the kernel only for what it shows, and shows the same as if it had asked for everything.
 */
import { assert, assertEquals } from "@std/assert";
import { parseCommand } from "../../options/parse_command.ts";
import { assertPrinted, runProgram } from "../program.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, AF_INET6, openTcp } from "./sockets.ts";

const asked = (...args: string[]) =>
  /^ {2}extensions requested: (.*)$/m.exec(assertPrinted(runProgram("-ta", ...args, "--explain")))?.[1];

Deno.test("--table asks for the extensions of its columns, its order and its filter, and --explain shows them", () => {
  const all = "meminfo info vegasinfo cong tos tclass skmeminfo shutdown";
  for (
    const [args, extensions] of [
      ["--table", "none"],
      ["--table --no-queues --numeric --cgroup", "none"],
      ["--table -i", "info vegasinfo cong"],
      ["--table -m", "meminfo skmeminfo"],
      ["--table -o", "none"],
      ["--table -emio", all],
      ["--table -p --cmdline", "none"],
      ["--table --columns +rtt", "info"],
      ["--table --columns local,cong_algo", "cong"],
      ["--table --sort rtt:desc --limit 3", "info"],
      ["--table --limit 3", "none"],
      ["--table --count-by cong_algo", "cong"],
      ["--table rtt > 1", "info"],
      ["--table --record /dev/null", all],
      ["--format ndjson", all],
      ["--csv", all],
      ["--count-by state", "none"],
      ["--quiet rtt > 1", "info"],
      ["--quiet", "none"],
    ]
  ) {
    assertEquals(asked(...args!.split(" ")), extensions, args);
  }
});

Deno.test("--table shows the same whether it asks for some fields or, to record them, for all", () => {
  using _namespace = openNamespace();
  const listeners = [AF_INET, AF_INET6].map((family) => openTcp(family).bind(family === AF_INET ? "127.0.0.1" : "::1"));
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    for (const listener of listeners) listener.listen(3);
    const clients = listeners.map(({ localPort }, i) =>
      openTcp(i === 0 ? AF_INET : AF_INET6).connect(i === 0 ? "127.0.0.1" : "::1", localPort)
    );
    const file = Deno.listen({ transport: "unix", path: `${directory}/socket` });
    const variants = [[], ["-e"], ["-i"], ["-m"], ["-o"], ["-emio", "--plain"], ["-p"], ["--no-queues"]];
    // Times and rates change from one moment to the next.
    const settled = (text: string) => text.replace(/(?<=[:.])\d[^ ]*|(?<=ago|in) .*/g, "#").replace(/ +/g, " ");
    for (const args of [...variants, ["-tanem"], ["-xa"], ["--columns", "+backlog"]]) {
      const words = [...args.includes("-xa") ? [] : ["-ta"], ...args, "--table", "--wide"];
      const some = assertPrinted(runProgram(...words));
      const all = assertPrinted(runProgram(...words, "--record", `${directory}/recording`));
      assert(some.split("\n").length > 2, some);
      assertEquals(settled(some), settled(all), args.join(" "));
    }
    file.close();
    for (const socket of clients) socket.close();
  } finally {
    for (const socket of listeners) socket.close();
    Deno.removeSync(directory, { recursive: true });
  }
});

Deno.test("--check asks for all fields, whatever the table would show", async () => {
  const command = await parseCommand(["--check", "--table"]);
  assert(command.action === "check");
  assertEquals(command.listing.plan.wanted, undefined);
});
