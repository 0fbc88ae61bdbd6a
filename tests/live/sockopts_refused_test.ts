/**
 * Options of sockets that may not be read, and of sockets whose class a duplicate would change.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { parseExact } from "../exact_json.ts";
import { asNobody, isRoot, programWords, run } from "../program.ts";
import { type Held, HeldSockets } from "./hold.ts";
import { runIsolated } from "./isolated.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, openTcp } from "./sockets.ts";

interface Flow {
  readonly inode: number;
  readonly options_status: string;
  readonly class_id?: number;
  readonly options?: Readonly<Record<string, unknown>>;
}

const lines = (output: string): Flow[] =>
  output.trimEnd().split("\n").filter((line) => line !== "").map((line) => parseExact(line) as unknown as Flow);

const because = isRoot ? "" : " (ignored: only root can become another user)";

Deno.test({
  name: `--sockopts says denied of sockets of other users, and of a process that may not be inspected${because}`,
  ignore: !isRoot,
  async fn() {
    using _namespace = openNamespace();
    await using others = await HeldSockets.open(({ openTcp, AF_INET }: Held) =>
      openTcp(AF_INET).bind("127.0.0.1").listen(1).inode
    );
    // A process that has changed its user is not dumpable.
    await using hidden = await HeldSockets.open(({ openTcp, AF_INET }: Held) => {
      const { inode } = openTcp(AF_INET).bind("127.0.0.1").listen(1);
      const { symbols: { setresuid } } = Deno.dlopen("libc.so.6", {
        setresuid: { parameters: ["u32", "u32", "u32"], result: "i32" },
      });
      if (setresuid(65534, 65534, 65534) !== 0) throw new Error("setresuid");
      return inode;
    });
    const inodes = [others.truth, hidden.truth].toSorted();
    asNobody((words, options) => {
      const { code, stdout, stderr } = run([...words, "-tl", "--format", "ndjson", "--sockopts"], options);
      assertEquals(
        lines(stdout).map(({ inode, options_status, options }) => [inode, options_status, options]).toSorted(),
        inodes.map((inode) => [inode, "denied", undefined]),
      );
      assertMatch(stderr, /^ss2: cannot read the options of 2 sockets: not permitted to look at all processes/m);
      assertEquals(code, 1);
      // A filter that needs them cannot tell.
      const check = run([...words, "-q", "-tl", "options.keepalive = true"], options);
      assertEquals(check.code, 2, check.stderr);
    });
    const flows = lines(run([...programWords(), "-tl", "--format", "ndjson", "--sockopts"]).stdout);
    assertEquals(flows.map(({ options_status }) => options_status), ["resolved", "resolved"]);
  },
});

Deno.test("--sockopts says denied where pidfd_getfd is refused, and does not ask again", () => {
  using _namespace = openNamespace();
  const listeners = [0, 1, 2].map(() => openTcp(AF_INET).bind("127.0.0.1").listen(1));
  const wrapper = new URL("refuse_duplicates.ts", import.meta.url).pathname;
  for (const [errno, text] of [[1, "operation not permitted (EPERM)"], [38, "function not implemented (ENOSYS)"]]) {
    const refused = [Deno.execPath(), "run", "--quiet", "--no-config", "--allow-all", wrapper, String(errno)];
    const { code, stdout, stderr } = run([...refused, ...programWords(), "-tl", "--format", "ndjson", "--sockopts"]);
    assertEquals(lines(stdout).map(({ options_status }) => options_status), ["denied", "denied", "denied"]);
    assertEquals([code, stderr], [1, `ss2: cannot read the options of 3 sockets: ${text}\n`]);
    const { context } = JSON.parse(run([...refused, ...programWords(), "--doctor", "--json"]).stdout);
    assertEquals(context.find(({ option }: { option: string }) => option === "--sockopts").works, text);
  }
  for (const listener of listeners) listener.close();
});

const yama = (() => {
  try {
    return Deno.readTextFileSync("/proc/sys/kernel/yama/ptrace_scope").trim();
  } catch {
    return null;
  }
})();

Deno.test({
  name: `--sockopts says denied under Yama's ptrace_scope 3${
    yama === "3" ? "" : " (ignored: it is not set, and cannot be taken back)"
  }`,
  ignore: yama !== "3",
  fn() {
    using _namespace = openNamespace();
    using _listener = openTcp(AF_INET).bind("127.0.0.1").listen(1);
    const { stdout } = run([...programWords(), "-tl", "--format", "ndjson", "--sockopts"]);
    assertEquals(lines(stdout).map(({ options_status }) => options_status), ["denied"]);
  },
});

/** Whether classes can be given by control groups of version 1 here, which nobody uses. */
const classes = (() => {
  try {
    return isRoot && /^net_cls\t0\t/m.test(Deno.readTextFileSync("/proc/cgroups"));
  } catch {
    return false;
  }
})();

Deno.test({
  name: `--sockopts leaves the class of sockets as it is, and reads only those of its own class group${
    classes ? "" : " (ignored: needs root, and net_cls that is not in use)"
  }`,
  ignore: !classes,
  fn() {
    const { code, stdout, stderr } = runIsolated(
      `mkdir /run/cls
      mount -t cgroup -o net_cls cgroup /run/cls
      group=/run/cls/ss2-test-$(cat /proc/sys/kernel/random/uuid)
      mkdir "$group"
      trap 'echo $$ > /run/cls/cgroup.procs; kill $started; wait; rmdir "$group"; umount /run/cls' EXIT
      echo 1048577 > "$group/net_cls.classid"
      start listen 80
      echo $started > "$group/cgroup.procs"
      columns=inode,class_id,options_status
      "$@" -tl --format ndjson --columns inode,class_id
      "$@" -tl --format ndjson --sockopts --columns $columns || true
      "$@" -tl --format ndjson --columns inode,class_id
      echo $$ > "$group/cgroup.procs"
      "$@" -tl --format ndjson --sockopts --columns $columns
      "$@" -tl --format ndjson --columns inode,class_id`,
    );
    const flows = lines(stdout);
    assertEquals(flows.map(({ class_id }) => class_id), [1048577, 1048577, 1048577, 1048577, 1048577]);
    assertEquals([flows[1]!.options_status, flows[3]!.options_status], ["class", "resolved"]);
    assertEquals([code, stderr], [
      0,
      "ss2: did not read the options of 1 sockets: a duplicate would change the class of the socket (net_cls, net_prio)\n",
    ]);
  },
});
