/**
 * Owners of live sockets: forked, duplicated, passed on, hidden from other users; and sockets that can only be found
 * through their holder.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type JsonObject, parseExact } from "../exact_json.ts";
import { asNobody, isInstalled, isRoot, programWords, projectDirectory, run, without } from "../program.ts";
import { type Held, HeldSockets, type Hold } from "./hold.ts";
import { runIsolated } from "./isolated.ts";
import { openNamespace } from "./namespace.ts";

const because = isRoot ? "" : " (ignored: only root can become another user)";

interface Owner {
  readonly pid: number;
  readonly comm: string;
  readonly exe: string;
  readonly uid: number;
  readonly user: string;
  readonly start_time: number;
  readonly fds: readonly number[];
  readonly cmdline?: readonly string[];
}

interface Flow extends JsonObject {
  readonly inode: number;
}

/** One listener. */
const listener = ({ openTcp, AF_INET }: Held) => openTcp(AF_INET).bind("127.0.0.1").listen(1).inode;

const UNRESOLVED = /^(ss2: cannot read owners of \d+ sockets: not permitted to look at all processes \([^\n]+\)\n)?$/;

function list(args: readonly string[], prefix: readonly string[] = []): Map<number, Flow> {
  const { code, stdout, stderr: all } = run([...prefix, ...programWords(), ...args]);
  // Other processes of the machine have sockets in other namespaces.
  const stderr = all.replace(/^ss2: OTHER: left out \d+ sockets of other network namespaces [^\n]*\n/m, "");
  assertMatch(stderr, seesAll() ? /^$/ : UNRESOLVED);
  assertEquals(code, stderr === "" ? 0 : 1);
  const document = parseExact(stdout) as Record<string, { flows: Flow[] }>;
  return new Map(Object.values(document).flatMap(({ flows }) => flows.map((flow) => [flow.inode, flow])));
}

/** Whether all processes may be looked at: on some machines there are such that not even root may. */
function seesAll(): boolean {
  return [...Deno.readDirSync("/proc")].every(({ name }) => !/^\d+$/.test(name) || isReadable(`/proc/${name}/fd`));
}

function isReadable(directory: string): boolean {
  try {
    for (const { name } of Deno.readDirSync(directory)) Deno.readLinkSync(`${directory}/${name}`);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.PermissionDenied);
  }
}

const owners = (flow: Flow | undefined) => (flow?.["owners"] ?? []) as unknown as readonly Owner[];

Deno.test("-p shows all processes that hold a socket, each with its descriptors, name, program, user and start", async () => {
  using _namespace = openNamespace();
  const before = Date.now();
  await using script = await HeldSockets.open(
    ({ openTcp, AF_INET, dup, openPipe, forkUntilReady, setComm, readByte }) => {
      const listener = openTcp(AF_INET).bind("127.0.0.1").listen(1);
      const fds = [listener.fd, dup(listener.fd)];
      const [reading] = openPipe();
      const name = [...new TextEncoder().encode("a) (b\n"), 0xff];
      const children = Array.from({ length: 9 }, (_, i) =>
        forkUntilReady(() => {
          setComm(new Uint8Array([...name, 48 + i]));
          return () => readByte(reading);
        }));
      return { inode: listener.inode, fds, children, uid: listener.uid };
    },
  );
  const said = script.truth;
  const flow = list(["-tlp"]).get(said.inode);
  assertEquals(flow?.["owner_status"], "resolved");
  const found = owners(flow);
  assertEquals(
    found.map(({ pid, fds }) => ({ pid, fds: fds.length })).sort((a, b) => a.pid - b.pid),
    [script.pid, ...said.children].sort((a, b) => a - b).map((pid) => ({ pid, fds: 2 })),
  );
  const parent = found.find(({ pid }) => pid === script.pid)!;
  assertEquals([parent.comm, parent.fds, parent.uid], ["holder", said.fds, said.uid]);
  assertEquals(parent.exe, Deno.realPathSync(`/proc/${script.pid}/exe`));
  const [from, to] = [before - 1000, Date.now() + 1000];
  assert(parent.start_time > from && parent.start_time < to, `${parent.start_time}, from ${from} to ${to}`);
  assertEquals(parent.user, run(["id", "-un"]).stdout.trim());
  assertEquals(found.filter(({ cmdline }) => cmdline !== undefined), []);
  const names = found.filter(({ pid }) => pid !== script.pid).map((owner) => owner as Owner & { comm_hex: string });
  assertEquals(new Set(names.map(({ comm }) => comm.slice(0, -1))), new Set(["a) (b\n\ufffd"]));
  assert(names.every(({ comm_hex }) => comm_hex.startsWith("61292028620aff3")));
});

Deno.test("--cmdline shows the arguments of holders, empty ones and those with any bytes too", async () => {
  using _namespace = openNamespace();
  await using script = await HeldSockets.open(({ openTcp, AF_INET, dup, openPipe, fork, close, exec, readByte }) => {
    const listener = openTcp(AF_INET).bind("127.0.0.1").listen(1);
    // Unlike the listener this descriptor stays open in another program, unlike the pipe's.
    dup(listener.fd);
    const [started, starting] = openPipe();
    const pid = fork(() => exec(["sh", "-c", "read -r line", "", "a b", "line\nbreak", "", ""]));
    close(starting);
    readByte(started);
    return { inode: listener.inode, pid };
  });
  const { inode, pid } = script.truth;
  const owner = owners(list(["-tl", "-p", "--cmdline"]).get(inode)).find((owner) => owner.pid === pid);
  assertEquals(owner!.cmdline, ["sh", "-c", "read -r line", "", "a b", "line\nbreak", "", ""]);
});

Deno.test("-p says none of a socket that is only on its way between two processes, and of one that the kernel alone has", async () => {
  using _namespace = openNamespace();
  await using script = await HeldSockets.open(({ openTcp, AF_INET, openSocketPair, sendDescriptors }) => {
    const listener = openTcp(AF_INET).bind("127.0.0.1").listen(1);
    const { inode: passed, localPort } = listener;
    sendDescriptors(openSocketPair()[0].fd, [listener.fd]);
    listener.close();
    return { passed, client: openTcp(AF_INET).connect("127.0.0.1", localPort).inode };
  });
  const said = script.truth;
  const flows = list(["-tap"]);
  // Other processes of the machine may end meanwhile.
  const statuses = seesAll() ? ["none", "raced"] : ["denied"];
  assert(statuses.includes(String(flows.get(said.passed)?.["owner_status"])));
  assertEquals(owners(flows.get(said.client)).map(({ pid }) => pid), [script.pid]);
  // A filter can compare the listener too.
  assertEquals([...list(["-tap", `listener_inode = ${said.passed}`]).keys()], [0]);
  // The server's end waits to be accepted, and the listener is on its way.
  const waits = flows.get(0);
  assertEquals([waits?.["state"], waits?.["owner_status"], waits?.["listener_inode"], waits?.["listener_owners"]], [
    "established",
    "unaccepted",
    said.passed,
    undefined,
  ]);
});

Deno.test("-p shows a socket that was passed on to another process with both, and with that one alone once it is closed", async () => {
  using _namespace = openNamespace();
  await using script = await HeldSockets.open(
    ({ openTcp, AF_INET, openSocketPair, sendDescriptors, receiveDescriptors, forkUntilReady, setComm, pause }) => {
      const listeners = [0, 1].map(() => openTcp(AF_INET).bind("127.0.0.1").listen(1));
      const [a, b] = openSocketPair();
      const inodes = listeners.map(({ inode }) => inode);
      sendDescriptors(a.fd, listeners.map(({ fd }) => fd));
      const child = forkUntilReady(() => {
        for (const listener of listeners) listener.close();
        receiveDescriptors(b.fd, 2);
        setComm("receiver");
        return pause;
      });
      listeners[1]!.close();
      return { inodes, child };
    },
  );
  const { inodes: [both, one], child } = script.truth;
  const flows = list(["-tlp"]);
  const holders = (inode: number | undefined) =>
    owners(flows.get(inode!)).map(({ pid, comm }) => `${pid} ${comm}`).sort();
  assertEquals(holders(both), [`${script.pid} holder`, `${child} receiver`].sort());
  assertEquals(holders(one), [`${child} receiver`]);
});

/** What a thread is and has. */
interface Thread {
  readonly tid: number;
  readonly inode: number;
}

Deno.test("-T shows threads with descriptors of their own, each table once, with their names, beside their process", async () => {
  using _namespace = openNamespace();
  // Threads by number: 1 shares the descriptors of the process, 2 and 3 have their own, 4 shares those of 3.
  await using script = await HeldSockets.open(async ({ startThread, openTcp, AF_INET, libc }) => {
    const work = async (held: Held, n: number): Promise<Thread[]> => {
      const { openTcp, AF_INET, CLONE_FILES, libc, setComm, unshare } = held;
      const name = [...new TextEncoder().encode("t) (\n"), 0xff, 48 + n];
      setComm(new Uint8Array(name), "thread-self");
      if (n === 2 || n === 3) unshare(CLONE_FILES);
      const { inode } = openTcp(AF_INET).bind("127.0.0.1").listen(1);
      const own = { tid: libc().gettid(), inode };
      if (n !== 3) return [own];
      const next = ({ openTcp, AF_INET, libc, setComm }: Held): Thread => {
        setComm(new Uint8Array([...new TextEncoder().encode("t) (\n"), 0xff, 52]), "thread-self");
        return { tid: libc().gettid(), inode: openTcp(AF_INET).bind("127.0.0.1").listen(1).inode };
      };
      return [own, await held.startThread(next)];
    };
    const first = { tid: libc().gettid(), inode: openTcp(AF_INET).bind("127.0.0.1").listen(1).inode };
    const threads: Thread[] = [first];
    for (const n of [1, 2, 3]) threads.push(...await startThread(work, n));
    return threads;
  });
  const ids = script.truth.map(({ tid }) => tid);
  const inodes = script.truth.map(({ inode }) => inode);
  const holders = (flows: Map<number, Flow>, n: number) =>
    owners(flows.get(inodes[n]!)).map((owner) => {
      const { pid, tid, comm } = owner as Owner & { tid?: number };
      assertEquals(pid, script.pid);
      return tid === undefined ? `process ${comm}` : `${ids.indexOf(tid)} ${comm}`;
    });
  const threads = list(["-tlT"]);
  // A table is copied when it becomes one's own: the sockets of then are in both.
  assertEquals(holders(threads, 0), ["process holder", "2 t) (\n\ufffd2", "3 t) (\n\ufffd3"]);
  assertEquals(holders(threads, 1), ["process holder", "2 t) (\n\ufffd2", "3 t) (\n\ufffd3"]);
  assertEquals(holders(threads, 2), ["2 t) (\n\ufffd2"]);
  assertEquals(holders(threads, 3), ["3 t) (\n\ufffd3"]);
  assertEquals(holders(threads, 4), ["3 t) (\n\ufffd3"]);
  const processes = list(["-tlp"]);
  assertEquals([0, 1, 2, 3, 4].map((n) => holders(processes, n)), [
    ["process holder"],
    ["process holder"],
    // What the process itself does not hold is looked for among its threads.
    ["2 t) (\n\ufffd2"],
    ["3 t) (\n\ufffd3"],
    ["3 t) (\n\ufffd3"],
  ]);
});

Deno.test("-T shows the sockets of a process whose first thread has ended", async () => {
  using _namespace = openNamespace();
  await using script = await HeldSockets.open(({ startThread, endThread }): number => {
    startThread(({ waitUntil, openTcp, AF_INET, libc, say, readByte }: Held) => {
      waitUntil("the first thread has ended", () => / Z /.test(Deno.readTextFileSync("/proc/self/stat")));
      say(openTcp(AF_INET).bind("127.0.0.1").listen(1).inode);
      readByte(0);
      libc()._exit(0);
    });
    return endThread();
  });
  const [owner, ...others] = owners(list(["-tlT"]).get(script.truth)) as readonly (Owner & { tid?: number })[];
  assertEquals([owner?.pid, others], [script.pid, []]);
  // Whichever of the others stands for the table.
  const { tid = 0 } = owner!;
  assert(tid !== script.pid && Deno.statSync(`/proc/${script.pid}/task/${tid}`).isDirectory, String(tid));
});

Deno.test("-a -p shows every socket inode that a process of this namespace holds, unbound ones under OTHER", async () => {
  using _namespace = openNamespace();
  await using script = await HeldSockets.open((held) => {
    const { openTcp, openSocket, openSocketPair, AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, SOCK_STREAM, SOCK_DGRAM } =
      held;
    const listener = openTcp(AF_INET).bind("127.0.0.1").listen(1);
    const unbound = [openTcp(AF_INET), openTcp(AF_INET6), openSocket(AF_INET, SOCK_DGRAM)];
    const others = [openSocket(AF_UNIX, SOCK_STREAM), openSocket(AF_NETLINK, held.SOCK_RAW), ...openSocketPair()];
    const inodes = (sockets: readonly { readonly inode: number }[]) => sockets.map(({ inode }) => inode);
    return { all: inodes([listener, ...unbound, ...others]), unbound: inodes(unbound) };
  });
  const said = script.truth;
  const flows = list(["-ap"]);
  for (const inode of said.all) {
    assertEquals(owners(flows.get(inode)).map(({ pid }) => pid), [script.pid], `inode ${inode}`);
  }
  assertEquals(said.unbound.map((inode) => flows.get(inode)?.["sockprotoname"]), ["TCP", "TCPv6", "UDP"]);
  const alone = list(["--other"]);
  assertEquals(said.unbound.map((inode) => alone.has(inode)), [true, true, true]);
  assertEquals(alone.has(said.all[0]!), false);
});

Deno.test({
  name: `-p as another user shows the same sockets, and says in one line of how many the owners are hidden${because}`,
  ignore: !isRoot,
  async fn() {
    using _namespace = openNamespace();
    await using script = await HeldSockets.open(listener);
    const inode = script.truth;
    asNobody((words, options) => {
      const { code, stdout, stderr } = run([...words, "-tlp"], options);
      assertEquals(
        stderr,
        "ss2: cannot read owners of 1 sockets: not permitted to look at all processes (run with sudo)\n",
      );
      assertEquals(code, 1);
      const { TCP } = parseExact(stdout) as unknown as { TCP: { flows: Flow[] } };
      assertEquals(TCP.flows.map((flow) => [flow.inode, flow["owner_status"]]), [[inode, "denied"]]);
    });
  },
});

Deno.test({
  name: `-p as another user says denied, not none, where processes of others are hidden (hidepid)${because}`,
  ignore: !isRoot,
  fn: () =>
    asNobody((words, options) => {
      const { stdout, stderr } = runIsolated(
        `
        start listen 80
        set +e
        for value in 1 2 4; do mount -t proc -o hidepid=$value none /proc; "$@" -tlp --compact; echo $?; done
        "$@" -tl -N all --compact; echo $?`,
        words,
        options,
      );
      const [one = "", , two = "", , four = "", , all = "", ...codes] = stdout.trimEnd().split("\n");
      const statuses = [one, two, four].map((text) => {
        const { TCP } = parseExact(text) as unknown as { TCP: { flows: Flow[] } };
        return TCP.flows.map((flow) => flow["owner_status"]);
      });
      assertEquals(statuses, [["denied"], ["denied"], ["denied"]]);
      assertMatch(all, /"netns":/);
      assertEquals(codes, ["1"]);
      const cannot = (cause: string) =>
        "ss2: cannot read owners of 1 sockets: processes outside this PID namespace are not visible; " +
        `${cause} (run with sudo)\n`;
      const hidden = (value: string) => cannot(`processes of other users are hidden by hidepid=${value}`);
      const missing = "ss2: network namespaces may be missing: processes of other users are hidden (run with sudo)\n";
      // Older kernels tell the number.
      assertEquals(
        stderr.replace("hidepid=2", "hidepid=invisible").replace("hidepid=4", "hidepid=ptraceable"),
        cannot("not permitted to look at all processes") + hidden("invisible") + hidden("ptraceable") + missing,
      );
    }),
});

Deno.test({
  name: `-p shows the processes and descriptors that ss -tunapx shows${without("ss")}`,
  ignore: !isInstalled("ss"),
  fn() {
    const every: Hold = (held) => {
      const { openTcp, openSocket, openSocketPair, unixAddress, AF_INET, AF_UNIX, SOCK_STREAM, SOCK_DGRAM } = held;
      const listener = openTcp(AF_INET).bind("127.0.0.1").listen(5);
      for (let i = 0; i < 3; i++) {
        openTcp(AF_INET).connect("127.0.0.1", listener.localPort);
        listener.accept();
      }
      openSocket(AF_INET, SOCK_DGRAM).bind("0.0.0.0", 53);
      openSocket(AF_INET, SOCK_DGRAM).connect("127.0.0.1", 53);
      const [[one]] = [openSocketPair(), openSocketPair()];
      held.dup(one.fd);
      openSocket(AF_UNIX, SOCK_STREAM).bindTo(unixAddress("/run/named")).listen(1);
      openTcp(AF_INET).bind("0.0.0.0").listen(5);
      for (const name of ["one (x)", "two"]) {
        held.forkUntilReady(() => {
          held.setComm(name);
          return held.pause;
        });
      }
    };
    const { stdout, stderr } = runIsolated(
      `
    start every
    ss -Htunapxe
    echo
    "$@" -tuxap --compact`,
      undefined,
      { holders: { every } },
    );
    assertEquals(stderr, "");
    const [lines = "", json = ""] = stdout.split("\n\n");
    const shown = new Map(
      lines.split("\n").map((line) => {
        const columns = line.trim().split(/ +/);
        // Of a UNIX socket that is the inode of its file.
        const inode = line.startsWith("u_") ? columns[5] : /ino:(\d+)/.exec(line)?.[1];
        const holders = [...line.matchAll(/pid=(\d+),fd=(\d+)/g)].map(([, pid, fd]) => `${pid} ${fd}`);
        return [Number(inode), holders.sort()];
      }),
    );
    const document = parseExact(json) as unknown as Record<string, { flows: Flow[] }>;
    const flows = Object.values(document).flatMap(({ flows }) => flows);
    const found = new Map(flows.map((flow) => {
      const holders = owners(flow).flatMap(({ pid, fds }) => fds.map((fd) => `${pid} ${fd}`));
      return [flow.inode, holders.sort()];
    }));
    // The program has UNIX sockets of its own.
    for (const [inode, holders] of shown) assertEquals(found.get(inode), holders, `inode ${inode}`);
    assert(shown.size >= 15 && shown.size <= found.size, `${shown.size} ${found.size}`);
    assertEquals(Math.max(...[...shown.values()].map((holders) => holders.length)), 6);
  },
});

Deno.test("-Z shows the SELinux contexts of processes where the kernel has SELinux, and says in one line where it has not", () => {
  const { stdout, stderr, code } = runIsolated(`
    start listen 80; one=$!
    start listen 81
    set +e
    cp /proc/filesystems /run/without; grep -v selinuxfs /run/without >/run/filesystems
    mount --bind /run/filesystems /proc/filesystems
    "$@" -tlZ; echo $?
    # As a kernel that has it would show them.
    printf 'nodev\\tselinuxfs\\n' >>/run/filesystems
    printf 'system_u:system_r:httpd_t:s0\\0' >/run/label; mount --bind /run/label /proc/$one/attr/current
    "$@" -tlZ --compact; "$@" -tlZ --table | head -3`);
  const [status, json = "", ...table] = stdout.trimEnd().split("\n");
  assertEquals([status, code], ["2", 0]);
  assertEquals(
    stderr,
    "ss2: there are no SELinux contexts: this kernel does not have SELinux, or it is not enabled\n",
  );
  const { TCP } = parseExact(json) as unknown as { TCP: { flows: Flow[] } };
  const labels = new Map(
    TCP.flows.map((flow) => [flow["src_port"], (owners(flow)[0] as Owner & { context?: string }).context]),
  );
  assertEquals(labels.get(80), "system_u:system_r:httpd_t:s0");
  // Of this one the kernel here has none.
  assertEquals(
    labels.get(81),
    Deno.readTextFileSync("/proc/filesystems").includes("selinuxfs") ? labels.get(81) : undefined,
  );
  assert(table.some((line) => / \d+ context=system_u:system_r:httpd_t:s0 fd=\d+$/.test(line)), table.join("\n"));
});

Deno.test("-z shows the SELinux contexts of sockets that processes hold, as an attribute of their descriptors", () => {
  // The kernel gives sockets labels of its own, and none without SELinux: only its answer is not real here.
  const main = `
    import { main } from "${projectDirectory}main.ts";
    import { libc } from "${projectDirectory}ffi/libc.ts";
    const asked = [];
    const getxattr = (path, name, value) => {
      asked.push([path, name].map((bytes) => new TextDecoder().decode(bytes).replace(/\\0$/, "")));
      return new TextEncoder().encodeInto("system_u:object_r:http_port_t:s0\\0", value).written;
    };
    Object.defineProperty(libc, "getxattr", { value: getxattr });
    const status = await main(Deno.args);
    console.error(JSON.stringify(asked));
    Deno.exit(status);
  `;
  const words = [Deno.execPath(), "run", "-q", "--no-prompt", "--allow-ffi", `--config=${projectDirectory}deno.json`];
  const { stdout, stderr, code } = runIsolated(
    `start listen 80
    printf 'nodev\\tselinuxfs\\n' >/run/filesystems; mount --bind /run/filesystems /proc/filesystems
    for option in -tlz "-tl --columns context" "-tlz --table"; do printf %s "$MAIN" | "$@" - $option; done`,
    words,
    { env: { MAIN: main } },
  );
  assertEquals(code, 0);
  const [path, ...more] = new Set(
    stderr.trimEnd().split("\n").flatMap((line) => JSON.parse(line) as string[][]).map(String),
  );
  assertMatch(path!, /^\/proc\/\d+\/fd\/\d+,security\.selinux$/);
  assertEquals(more, []);
  assertEquals(stdout.match(/"context": "system_u:object_r:http_port_t:s0"/g)?.length, 2);
  assertMatch(stdout, /^protocol .* context +process$/m);
  assertMatch(stdout, / system_u:object_r:http_port_t:s0 +holder \d+ fd=\d+$/m);
});

/**
 * Starts processes until `/run/stop` is there, several at a time, each with a socket of its own name for 2 or 300 ms, and
 * each first a copy of this one, with its sockets, and then another program without them. Counts them in `/run/count`.
 */
const churn: Hold = (held) => {
  const { openSocket, AF_UNIX, SOCK_STREAM, unixAddress, fork, waitFor, setComm, exec, sleep } = held;
  openSocket(AF_UNIX, SOCK_STREAM).bindTo(unixAddress("\0kept")).listen(1);
  const live = () => {
    const { pid } = Deno;
    if (pid % 10 === 0) exec(["churned"]);
    openSocket(AF_UNIX, SOCK_STREAM).bindTo(unixAddress(`\0churn-${pid}`)).listen(1);
    setComm(`c${pid}`);
    if (pid % 10 < 5) exec(["true"]);
    // Some live long enough for a listing on a busy machine to find them, then their descriptors.
    sleep(pid % 20 === 7 ? 300 : 2);
  };
  return () => {
    const running: number[] = [];
    for (let count = 0;; count++) {
      Deno.writeTextFileSync("/run/count", String(count));
      while (running.length < 6) running.push(fork(live));
      waitFor(running.shift()!);
      if (Deno.statSync("/run").isDirectory && [...Deno.readDirSync("/run")].some(({ name }) => name === "stop")) {
        return;
      }
    }
  };
};

/** What some of them become: a program that opens such a socket by itself. */
const churned: Hold = ({ openSocket, AF_UNIX, SOCK_STREAM, unixAddress, sleep }) => {
  openSocket(AF_UNIX, SOCK_STREAM).bindTo(unixAddress(`\0churn-${Deno.pid}`)).listen(1);
  return () => sleep(5);
};

Deno.test("-p while hundreds of processes come and go never names a wrong owner and never fails", () => {
  const { stdout, stderr, code } = runIsolated(
    `start churn; churn=$!
    set +e
    for i in $(seq 200); do
      "$@" -xlpT --compact
      [ $i -lt 15 ] || [ "0$(cat /run/count)" -lt 300 ] || break
    done
    touch /run/stop; wait $churn; cat /run/count; echo; echo $churn`,
    programWords(),
    { holders: { churn, churned } },
  );
  const [churnPid, count, ...documents] = stdout.trimEnd().split("\n").toReversed();
  assertEquals(code, 0);
  // Those that end meanwhile may have been outside, for all that can be known in here.
  const outside = "processes outside this PID namespace are not visible";
  assertMatch(stderr, new RegExp(`^(ss2: cannot read owners of \\d+ sockets: ${outside}\n)*$`));
  assert(documents.length >= 15);
  assert(Number(count) >= 300, `${count} processes`);
  let resolved = 0;
  let ended = 0;
  for (const document of documents) {
    const { UNIX } = parseExact(document) as unknown as { UNIX: { flows: Flow[] } };
    for (const flow of UNIX.flows) {
      const name = String(flow["path_name"]);
      if (name === "@kept") {
        // Its copies have it too, until they become another program.
        const first = owners(flow).find(({ pid }) => pid === Number(churnPid));
        assertEquals([flow["owner_status"], first?.comm], ["resolved", "holder"]);
        for (const { pid, comm } of owners(flow)) assert(comm === "holder" || comm === `c${pid}`, `${pid} ${comm}`);
      }
      if (!name.startsWith("@churn-")) continue;
      const pid = Number(name.slice("@churn-".length));
      if (flow["owner_status"] === "resolved") resolved++;
      else ended++;
      for (const owner of owners(flow)) {
        assertEquals(owner.pid, pid);
        // A program that ends can have threads without the first one.
        assert("tid" in owner || [`c${pid}`, "holder"].includes(owner.comm), `${name}: ${owner.comm}`);
      }
      assert(["resolved", "denied"].includes(String(flow["owner_status"])));
    }
  }
  assert(resolved > 0, `${resolved} resolved, ${ended} not`);
});

/**
 * Looks up the owners of a socket until copies of its process were seen often enough; prints how often, how many owners there
 * were, and the names that none of them has.
 */
const WALKS = `
import { readOwners } from "${projectDirectory}ffi/owners.ts";
import { ObjectSink } from "${projectDirectory}decode/record/object_sink.ts";
const sink = new ObjectSink();
sink.openProtocol("UNIX");
const wrong = [];
let walks = 0, holders = 0;
for (const end = Date.now() + 60_000; Date.now() < end && (walks < 200 || holders < walks + 20); walks++) {
  const index = readOwners();
  sink.openRecord();
  index.write(Number(Deno.args[0]), sink);
  sink.closeRecord();
  for (const { pid, comm } of sink.take()[0].owners) {
    holders++;
    if (comm !== "holder" && comm !== "c" + pid) wrong.push(comm);
  }
}
console.log(JSON.stringify({ walks, holders, wrong }));
`;

Deno.test("a process that becomes another program is not taken for a holder of what it had before", () => {
  const { stdout, stderr } = runIsolated(
    `start churn; churn=$!
    inode=$(sed -n 's/ @kept$//p' /proc/net/unix | sed 's/.* //')
    printf %s "$WALKS" | "$@" - $inode; touch /run/stop; wait $churn`,
    [Deno.execPath(), "run", "-q", "--no-prompt", "--allow-ffi", `--config=${projectDirectory}deno.json`],
    { env: { WALKS }, holders: { churn, churned } },
  );
  assertEquals(stderr, "");
  const { walks, holders, wrong } = JSON.parse(stdout) as { walks: number; holders: number; wrong: string[] };
  assertEquals(wrong, []);
  // Copies were there, or this has shown nothing.
  assert(holders > walks && walks > 100, stdout);
});
