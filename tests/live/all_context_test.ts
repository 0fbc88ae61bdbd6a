/**
 * All context of one connection.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { examineContext } from "../../commands/doctor_context.ts";
import { allContext } from "../../library/prepare.ts";
import { dumpObjects } from "../../mod.ts";
import { options } from "../../options/option_table.ts";
import { parseArguments } from "../../options/getopt.ts";
import { type JsonObject, parseExact } from "../exact_json.ts";
import { asNobody, isRoot, run, runProgram } from "../program.ts";
import { openNamespace } from "./namespace.ts";
import { redirect, withoutNat } from "./nat.ts";
import { AF_INET, openTcp } from "./sockets.ts";

const because = withoutNat();

Deno.test("--all-context stands for the options that it names, in the library too, and not for --watchers", () => {
  const { implies = [], help } = options.find(({ long }) => long === "all-context")!;
  assertEquals(implies, [...allContext]);
  for (const long of implies) {
    assertEquals([help.includes(`--${long}`), options.some((one) => one.long === long)], [true, true]);
  }
  const parsed = parseArguments(["-t", "--all-c", "dport = :1"]);
  assertEquals(implies.map((long) => parsed.typed.some(({ option }) => option.long === long)), implies.map(() => true));
  assertEquals([parsed.has("watchers"), parsed.words], [false, ["dport = :1"]]);
});

Deno.test({
  name: `--all-context shows descriptors, route and translation of a connection, as the library does${because}`,
  ignore: because !== "",
  fn() {
    using _namespace = openNamespace();
    using listener = openTcp(AF_INET).bind("127.0.0.1").listen(8);
    redirect(8080, listener.localPort);
    using client = openTcp(AF_INET).connect("127.0.0.1", 8080);
    using _server = listener.accept();
    const told = ({ route_status, nat_status, owners }: JsonObject) => [
      route_status,
      nat_status,
      (owners as unknown as JsonObject[]).some(({ descriptors }) => Array.isArray(descriptors)),
    ];
    // Where BPF maps may not be read, that is a warning.
    const { stdout } = runProgram("-tn", "--all-context", "dport = :8080", "--format", "ndjson");
    assertEquals(told(parseExact(stdout.trim()) as JsonObject), ["resolved", "translated", true]);
    const flows = [...dumpObjects({ tcp: true, allContext: true })] as unknown as JsonObject[];
    assertEquals(told(flows.find(({ inode }) => inode === client.inode)!), ["resolved", "translated", true]);
  },
});

Deno.test({
  name: `--doctor says for each such option whether it works, and what a user without rights lacks${
    isRoot ? "" : " (ignored: needs root)"
  }`,
  ignore: !isRoot,
  fn() {
    const names = [...options.find(({ long }) => long === "all-context")!.implies!, "watchers", "waiters"];
    assertEquals(examineContext().map(({ option }) => option).toSorted(), names.map((long) => `--${long}`).toSorted());
    asNobody((words, runOptions) => {
      const { stdout } = run([...words, "--doctor", "--json"], runOptions);
      const { context } = JSON.parse(stdout) as { context: { option: string; works: true | string }[] };
      const works = new Map(context.map(({ option, works }) => [option, works]));
      assertEquals([works.get("--route"), works.get("--groups")], [true, true]);
      assertMatch(String(works.get("--socket-maps")), /CAP_SYS_ADMIN$/);
      for (const option of ["--descriptors", "--waiters"]) {
        assertEquals(works.get(option), "in part: processes of other users need CAP_SYS_PTRACE");
      }
      assertMatch(String(works.get("--watchers")), /^in part: /);
      const { stdout: text } = run([...words, "--doctor"], runOptions);
      assertMatch(text, /^Context\n(?: {2}--[a-z-]+ +(?:works(?: in part: .*)?|does not work: .*)\n){8}\n/m);
    });
  },
});
