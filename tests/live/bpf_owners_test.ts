/**
 * Owners by a BPF iterator are those that the walk of `/proc` finds, also of holders that are easily missed and while processes
 * come and go. Nothing of it stays in the kernel.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { asNobody, isInstalled, isRoot, programWords, run, without } from "../program.ts";
import { programNames, withoutIterators } from "./bpf.ts";
import { type Held, HeldSockets, type Hold } from "./hold.ts";
import { runIsolated } from "./isolated.ts";
import { waitUntil } from "./libc.ts";
import { leaderless, ring, ringsForbidden } from "./missed_holders.ts";
import { openNamespace } from "./namespace.ts";
import { runWithFiles } from "./replaced_files.ts";

const ignore = withoutIterators !== "";

/** A process with copies, duplicates, other kinds of descriptors, and threads with descriptors of their own. */
const many: Hold = async ({ openTcp, AF_INET, dup, forkUntilReady, pause, setComm, startThread, openPipe }) => {
  setComm("many");
  const listener = openTcp(AF_INET).bind("0.0.0.0", 9101).listen(1);
  for (let i = 0; i < 9; i++) dup(listener.fd);
  for (const name of ["net", "uts", "mnt"]) Deno.openSync(`/proc/self/ns/${name}`);
  Deno.openSync("/dev/null");
  openPipe();
  // Numbers of one to four digits.
  for (let i = 0; i < 1200; i++) dup(listener.fd);
  for (let i = 0; i < 3; i++) {
    forkUntilReady(() => {
      setComm(`copy ${i}`);
      openTcp(AF_INET).bind("0.0.0.0", 9102 + i).listen(1);
      return pause;
    });
  }
  for (const n of [1, 2]) {
    await startThread((held: Held, n: number) => {
      held.setComm(`thread ${n}`, "thread-self");
      if (n === 2) held.unshare(held.CLONE_FILES);
      held.openTcp(held.AF_INET).bind("0.0.0.0", 9110 + n).listen(1);
      return n;
    }, n);
  }
};

Deno.test({
  name: `--owners-from bpf prints what --owners-from proc does, with -T and the rest too${withoutIterators}`,
  ignore,
  fn() {
    const holders = ringsForbidden ? { many, leaderless } : { many, leaderless, ring };
    const variants = ["-p", "-T", "-p --cmdline --cgroup", "--peers", "-ap"];
    const { stdout, stderr } = runIsolated(
      `for holder in ${Object.keys(holders).join(" ")}; do start $holder; done
      set +e
      for source in proc bpf; do
        echo "== $source"
        ${variants.map((words) => `"$@" -tl ${words} --owners-from $source --format ndjson`).join("\n")}
        "$@" -tlp --owners-from $source --meta --compact | grep -o '"owners_from":"[a-z]*"' >&2
      done`,
      programWords(),
      { holders, sharesProcesses: true },
    );
    const [, proc = "", bpf = ""] = stdout.split(/^== .*\n/m);
    assertEquals(stderr, '"owners_from":"proc"\n"owners_from":"bpf"\n');
    assertEquals(bpf, proc);
    const names = [...bpf.matchAll(/"comm":"([^"]*)"/g)].map(([, name]) => name);
    const expected = ["many", "copy 0", "copy 2", "thread 2", "leaderless", ...ringsForbidden ? [] : ["ring"]];
    for (const name of expected) assert(names.includes(name), `${name} in ${names}`);
    assertMatch(bpf, /"fds":\[(?:\d+,){1209}\d+\]/);
  },
});

/** Processes that come and go, each with a listener of its own whose path tells its number; one that stays. */
const churn: Hold = (held) => {
  const { openSocket, AF_UNIX, SOCK_STREAM, unixAddress, fork, waitFor, setComm, exec, sleep } = held;
  openSocket(AF_UNIX, SOCK_STREAM).bindTo(unixAddress("\0kept")).listen(1);
  const live = () => {
    const { pid } = Deno;
    openSocket(AF_UNIX, SOCK_STREAM).bindTo(unixAddress(`\0churn-${pid}`)).listen(1);
    setComm(`c${pid}`);
    if (pid % 4 === 0) exec(["true"]);
    sleep(pid % 3);
  };
  return () => {
    const running: number[] = [];
    for (let count = 0;; count++) {
      Deno.writeTextFileSync("/run/count", String(count));
      while (running.length < 6) running.push(fork(live));
      waitFor(running.shift()!);
      if ([...Deno.readDirSync("/run")].some(({ name }) => name === "stop")) return;
    }
  };
};

Deno.test({
  name: `--owners-from bpf never names a wrong owner while processes come and go${withoutIterators}`,
  ignore,
  fn() {
    const { stdout, code } = runIsolated(
      `start churn; churn=$!
      set +e
      for i in $(seq 200); do
        "$@" -xlp --owners-from bpf --format ndjson --columns path_name,owner_status,owners.pid,owners.comm 2>/run/errors |
          tee -a /run/seen
        # On a busy machine many have ended before their owner is looked up.
        [ $i -lt 10 ] || [ "0$(cat /run/count)" -lt 200 ] || ! grep -q 'churn-[0-9]*","owner_status":"resolved"' /run/seen || break
      done
      touch /run/stop; wait $churn; echo; echo $churn; exit 0`,
      programWords(),
      { holders: { churn }, sharesProcesses: true },
    );
    const [kept, , ...lines] = stdout.trimEnd().split("\n").toReversed();
    assertEquals(code, 0);
    interface Line {
      readonly path_name?: string;
      readonly owner_status: string;
      readonly owners?: readonly { readonly pid: number; readonly comm: string }[];
    }
    const records = lines.map((line) => JSON.parse(line) as Line);
    let resolved = 0;
    for (const { path_name, owner_status, owners = [] } of records) {
      if (path_name === "@kept") {
        assert(owners.some(({ pid, comm }) => pid === Number(kept) && comm === "holder"), JSON.stringify(owners));
        continue;
      }
      // One that is being closed has no name any more.
      const pid = Number(/^@churn-(\d+)$/.exec(path_name ?? "")?.[1]);
      if (Number.isNaN(pid)) continue;
      if (owner_status === "resolved") resolved++;
      for (const owner of owners) {
        assertEquals(owner.pid, pid);
        assert([`c${pid}`, "holder"].includes(owner.comm), `${path_name}: ${owner.comm}`);
      }
    }
    assert(resolved > 0, `none of ${records.length}`);
  },
});

Deno.test({
  name: `owners come from a BPF iterator by default where many files are open, else from /proc${withoutIterators}`,
  ignore,
  async fn() {
    using _namespace = openNamespace();
    await using held = await HeldSockets.open(({ openTcp, AF_INET }) =>
      openTcp(AF_INET).bind("127.0.0.1").listen(1).inode
    );
    const source = (files: number, ...args: string[]) => {
      const words = ["-tl", ...args, "--meta", "--format", "ndjson"];
      const { stdout } = runWithFiles({ "/proc/sys/fs/file-nr": `${files}\t0\t1000000\n` }, words);
      const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
      if (args.length > 0) assertEquals(lines[1].owners[0].pid, held.pid);
      return lines.at(-1).meta.owners_from;
    };
    assertEquals(
      [source(100, "-p"), source(1_000_000, "-p"), source(1_000_000, "-p", "--owners-from", "proc")],
      ["proc", "bpf", "proc"],
    );
    assertEquals([source(1_000_000), source(1_000_000, "--columns", "owners.pid")], [undefined, "bpf"]);
  },
});

Deno.test({
  name: `the BPF program is called ss2_owners and is gone after the run${withoutIterators}`,
  ignore,
  async fn() {
    const { openTaskFiles } = await import("../../ffi/task_files.ts");
    const files = openTaskFiles();
    assert(typeof files !== "string", String(files));
    try {
      assert(programNames().includes("ss2_owners"), programNames().join());
    } finally {
      files[Symbol.dispose]();
    }
    // The kernel frees it a moment later; other runs have their own.
    waitUntil("the program is gone", () => !programNames().includes("ss2_owners"));
  },
});

Deno.test({
  name: `--owners-from bpf is refused in another PID namespace, which by default reads /proc${withoutIterators}`,
  ignore,
  fn() {
    const { stdout, stderr } = runIsolated(`
      start listen 80 one
      set +e
      "$@" -tlp --owners-from bpf; echo $?
      echo "1000000 0 1000000" > /run/many; mount --bind /run/many /proc/sys/fs/file-nr
      "$@" -tlp --meta --compact 'sport = :80' | grep -o '"owners_from":"[a-z]*"'`);
    assertEquals(stdout, '2\n"owners_from":"proc"\n');
    assertEquals(
      stderr,
      "ss2: cannot find owners by BPF: processes outside this PID namespace are not visible\n",
    );
  },
});

Deno.test({
  name: `--owners-from bpf as another user is refused, with what it needs${
    isRoot ? "" : " (ignored: only root can become another user)"
  }`,
  ignore: !isRoot,
  fn: () =>
    asNobody((words, options) => {
      const { code, stdout, stderr } = run([...words, "-tlp", "--owners-from", "bpf"], options);
      assertEquals([code, stdout], [2, ""]);
      assertMatch(stderr, /^ss2: cannot find owners by BPF: [^\n]+\n$/);
      const doctor = run([...words, "--doctor"], options);
      assertMatch(doctor.stdout, /^ {2}owners +from \/proc; not by BPF: [^\n]+$/m);
    }),
});

Deno.test({
  name: `a listing makes no bpf system call unless owners come from BPF${withoutIterators}${without("strace")}`,
  ignore: ignore || !isInstalled("strace"),
  fn() {
    const calls = (...args: string[]) => {
      const words = ["strace", "-qqf", "-e", "signal=none", "-e", "trace=bpf", ...programWords(), ...args];
      return run(words).stderr.match(/(?<=bpf\()BPF_\w+/g) ?? [];
    };
    assertEquals(calls("-tap", "--owners-from", "proc"), []);
    assertEquals(calls("-ta"), []);
    assertEquals(calls("-tap", "--owners-from", "bpf"), ["BPF_PROG_LOAD", "BPF_LINK_CREATE", "BPF_ITER_CREATE"]);
  },
});
