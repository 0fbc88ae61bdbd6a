/**
 * Holders that are easily missed, and environments in which not all processes are visible: `none` is never claimed if a
 * process may hold the socket.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { FieldObject } from "../../decode/record/object_sink.ts";
import { isInstalled, programWords, without } from "../program.ts";
import type { Hold } from "./hold.ts";
import { runIsolated } from "./isolated.ts";
import { leaderless, ring, ringsForbidden } from "./missed_holders.ts";

/** The lines of a text; of those that are records the values. */
const linesOf = (text: string): readonly unknown[] =>
  text.trimEnd().split("\n").map((line) => line.startsWith("{") ? Object.values(JSON.parse(line)) : line);

const ASKED = "--format ndjson --columns owner_status,owners.comm,owners.fds";
const cannot = (cause: string) => `ss2: cannot read owners of 1 sockets: ${cause}\n`;
const OUTSIDE = "processes outside this PID namespace are not visible";

Deno.test("-p in a PID namespace below: what processes outside hold is denied, with the cause, status 1, and 2 of a check", () => {
  const { stdout, stderr } = runIsolated(`
    start listen 80 outside
    set +e
    inside() { unshare --pid --fork --mount-proc "$@"; }
    inside "$@" -tlp ${ASKED}; echo $?
    inside "$@" -q -tl 'comm = outside'; echo $?
    inside "$@" -q -tl 'not comm = outside'; echo $?
    inside "$@" -q -tl 'sport = :80 or not comm = outside'; echo $?
    inside "$@" -tl --fail-if-any --compact 'comm = outside'; echo $?
    inside "$@" -tlp ${ASKED} 'sport = :81'; echo $?
    inside "$@" --doctor | grep -A2 '^  ${OUTSIDE}'`);
  assertEquals(linesOf(stdout), [
    ...[["TCP", "denied"], "1", "2", "2", "0", [{ flows: [] }], "2", "0", `  ${OUTSIDE}`],
    "    without it no owners among these processes (-p); their sockets have owner_status denied",
    "    run in the PID namespace of the host (docker run --pid=host)",
  ]);
  assertEquals(stderr, cannot(OUTSIDE).repeat(5));
});

Deno.test("-p without /proc, or with one that holds nothing but processes, prints the sockets and says what it lacks", () => {
  const { stdout, stderr } = runIsolated(`
    start listen 80 one
    set +e
    mount -t proc -o subset=pid proc /proc
    "$@" -tlp ${ASKED}; echo $?
    "$@" -tlp --compact --columns owners.start_time; echo $?
    "$@" --doctor | grep -A1 '^  /proc/stat'
    umount /proc
    mount -t tmpfs none /proc
    "$@" -tlp ${ASKED}; echo $?
    "$@" -tlp --table | tail -1; "$@" -tl --cgroup --format ndjson --columns src_port,cgroup; echo $?
    "$@" -q -tl 'comm = one'; echo $?`);
  const lines = linesOf(stdout);
  assertEquals(lines.slice(0, 4), [
    ["TCP", "resolved", [{ comm: "one", fds: lines[0] === undefined ? [] : fdsOf(lines[0]) }]],
    "0",
    [{ flows: [{ owners: [{}] }] }],
    "0",
  ]);
  assertEquals(lines.slice(4, 6), ["  /proc/stat", "    without it no start_time of owners"]);
  assertEquals(lines.slice(6, 8), [["TCP", "denied"], "1"]);
  assertMatch(String(lines[8]), /^TCP +LISTEN .* 0\.0\.0\.0:80\S* .*$/);
  assertEquals(lines.slice(9), [["TCP", 80], "1", "2"]);
  const noProc = "there is no /proc (mount -t proc proc /proc)";
  assertEquals(
    stderr,
    [
      cannot(noProc),
      cannot(noProc),
      `ss2: cannot name control groups: ${noProc}\n`,
      cannot(noProc),
    ].join(""),
  );
});

/** The descriptors of the first owner in a record. */
const fdsOf = (record: unknown) => ((record as FieldObject[])[2] as unknown as { fds: number[] }[])[0]!.fds;

Deno.test("-p shows a process whose first thread has ended as the owner, with the process's number and name", () => {
  const { stdout, stderr } = runIsolated(
    `start leaderless
    "$@" -tlp --format ndjson --columns owner_status,owners.comm,owners.pid,owners.tid
    echo $!; "$@" -q -tl 'comm = leaderless'; echo $?`,
    programWords(),
    { holders: { leaderless } },
  );
  const [record, pid, ...rest] = linesOf(stdout);
  assertEquals([record, rest, stderr], [["TCP", "resolved", [{ pid: Number(pid), comm: "leaderless" }]], ["0"], ""]);
});

Deno.test({
  name: `-p shows who has registered a socket with an io_uring and closed its descriptor${
    ringsForbidden ? " (ignored: kernel.io_uring_disabled)" : ""
  }`,
  ignore: ringsForbidden,
  fn() {
    const { stdout, stderr } = runIsolated(
      `start ring
      "$@" -tlp --format ndjson --columns owner_status,owners.comm,owners.fds,owners.io_uring_fds
      "$@" -tlp --table | tail -1`,
      programWords(),
      { holders: { ring } },
    );
    const [record, row] = linesOf(stdout);
    const [, status, owners] = record as [string, string, Record<string, unknown>[]];
    assertEquals([status, owners.map(({ comm, fds }) => [comm, fds]), stderr], ["resolved", [["ring", []]], ""]);
    assertEquals((owners[0]!["io_uring_fds"] as number[]).length, 1);
    assertMatch(String(row), / ring \d+$/);
  },
});

/** A packet socket whose ring is mapped and whose descriptor is closed. */
const capture: Hold = ({ openPacket, SOCK_RAW, ETH_P_ALL, PACKET_RX_RING, setComm }) => {
  setComm("capture");
  const socket = openPacket(SOCK_RAW, ETH_P_ALL).makeRing(PACKET_RX_RING, 4096, 1, 2048, 2);
  const { mmap } = Deno.dlopen("libc.so.6", {
    mmap: { parameters: ["usize", "usize", "i32", "i32", "i32", "isize"], result: "usize" },
  }).symbols;
  if (mmap(0n, 4096n, 3, 1, socket.fd, 0n) > 0xffffffffffff0000n) throw new Error("mmap");
  socket.close();
};

Deno.test("-p shows who has mapped the ring of a packet socket and closed its descriptor", () => {
  const { stdout, stderr } = runIsolated(
    `start capture; "$@" -0p --format ndjson --columns owner_status,owners.comm,owners.fds,owners.mapped`,
    programWords(),
    { holders: { capture } },
  );
  assertEquals(linesOf(stdout), [["PACKET", "resolved", [{ comm: "capture", fds: [], mapped: true }]]]);
  assertEquals(stderr, "");
});

Deno.test({
  name: `a system call that is refused or fails while owners are looked up makes them denied, never none${
    without("strace")
  }`,
  ignore: !isInstalled("strace"),
  fn() {
    const calls = [
      ["getdents64", "EACCES", "cannot read /proc: permission denied (EACCES)"],
      ["getdents64", "ENOSYS", "cannot read /proc: function not implemented (ENOSYS)"],
      ["readlinkat", "EIO", "input/output error (EIO)"],
      ["readlinkat", "EPERM", "not permitted to look at all processes"],
    ] as const;
    const script = calls.map(([call, error]) =>
      `strace -qqf -o /dev/null -e trace=${call} -e inject=${call}:error=${error} "$@" -tlp ${ASKED}; echo $?`
    );
    const { stdout, stderr } = runIsolated(`start listen 80; set +e\n${script.join("\n")}`);
    assertEquals(linesOf(stdout), calls.flatMap(() => [["TCP", "denied"], "1"]));
    const lines = stderr.trimEnd().split("\n");
    assertEquals(lines.map((line, i) => line.includes(calls[i]![2])), [true, true, true, true], stderr);
  },
});

/** Processes with long arguments: one more than is kept of one. */
const wordy: Hold = ({ openTcp, AF_INET, dup, fork, exec, openPipe, close, readByte }) => {
  const listener = openTcp(AF_INET).bind("0.0.0.0", 80).listen(1);
  dup(listener.fd);
  const [started, starting] = openPipe();
  fork(() => exec(["sh", "-c", "sleep 1000; :", "x".repeat(100_000)]));
  close(starting);
  readByte(started);
  listener.close();
};

Deno.test("--cmdline keeps 4 kB of the arguments of a process, and says where they are cut", () => {
  const { stdout, stderr } = runIsolated(
    `start wordy; "$@" -tlp --cmdline --format ndjson --columns owners.comm,owners.cmdline,owners.cmdline_cut`,
    programWords(),
    { holders: { wordy } },
  );
  assertEquals(stderr, "");
  const [[, owners]] = linesOf(stdout) as [[string, { comm: string; cmdline: string[]; cmdline_cut?: boolean }[]]];
  const shell = owners.find(({ comm }) => comm === "sh")!;
  assertEquals([shell.cmdline.slice(0, 3), shell.cmdline_cut], [["sh", "-c", "sleep 1000; :"], true]);
  assert(shell.cmdline.join("\0").length <= 4096 && shell.cmdline[3]!.length > 4000);
  assertEquals(owners.filter(({ cmdline_cut }) => cmdline_cut === true).length, 1);
});

/** A server that accepts nothing, and in a process of its own its clients, some of which are done. */
const busy: Hold = (held) => {
  const { openTcp, openSocket, unixAddress, AF_INET, AF_INET6, AF_UNIX, SOCK_STREAM, forkUntilReady, setComm, pause } =
    held;
  const listeners = [
    openTcp(AF_INET).bind("127.0.0.1", 8084).listen(9),
    openTcp(AF_INET).bind("0.0.0.0", 8085).listen(9),
    openTcp(AF_INET6).bind("::", 8086).listen(9),
  ];
  const [inode] = listeners.map((listener) => listener.inode);
  const unix = openSocket(AF_UNIX, SOCK_STREAM).bindTo(unixAddress("/run/app")).listen(9);
  forkUntilReady(() => {
    for (const socket of [...listeners, unix]) socket.close();
    setComm("client");
    for (const port of [8084, 8084, 8085, 8086]) openTcp(AF_INET).connect("127.0.0.1", port);
    openTcp(AF_INET).connect("127.0.0.1", 8084).close();
    openSocket(AF_UNIX, SOCK_STREAM).connectTo(unixAddress("/run/app"));
    return pause;
  });
  Deno.writeTextFileSync("/run/inode", String(inode));
};

Deno.test("a connection that waits to be accepted is unaccepted, with the listener and its owners; --peers and -xp know them too", () => {
  const { stdout, stderr } = runIsolated(
    `start busy; cat /run/inode; echo
    sort_() { sort -u; }
    "$@" -tp --format ndjson --columns src_port,state,owner_status,listener_owners.comm 'sport >= :8084 and sport <= :8086' | sort_
    "$@" -tp --format ndjson --columns listener_inode 'sport = :8084' | sort_
    "$@" -tp --peers --format ndjson --columns dst_port,peer_inode,peer_owners.comm 'owners.comm = client' | sort_
    "$@" -xp --format ndjson --columns peer_path_name,peer_owners.comm 'owners.comm = client' | sort_
    "$@" -q -t 'owner_status = unaccepted'; echo $?
    "$@" -t --format ndjson --columns src_port state time-wait -p`,
    programWords(),
    { holders: { busy } },
  );
  assertEquals(stderr, "");
  const lines = linesOf(stdout);
  const server = [{ comm: "holder" }];
  assertEquals(lines.slice(1), [
    ["TCP", "close-wait", 8084, "unaccepted", server],
    ["TCP", "established", 8084, "unaccepted", server],
    ["TCP", "established", 8085, "unaccepted", server],
    ["TCP", "established", 8086, "unaccepted", server],
    ["TCP", Number(lines[0])],
    ["TCP", 8084, server],
    ["TCP", 8085, server],
    ["TCP", 8086, server],
    ["UNIX", "/run/app", server],
    "0",
  ]);
});

/** Several listeners of one port, of which two have a connection each: nobody can tell whose is whose. */
const reuse: Hold = ({ openTcp, AF_INET, SOL_SOCKET }) => {
  const listeners = Array.from(
    { length: 4 },
    () => openTcp(AF_INET).setInteger(SOL_SOCKET, 15, 1).bind("127.0.0.1", 8087).listen(9),
  );
  void listeners;
  for (let i = 0; i < 16; i++) openTcp(AF_INET).connect("127.0.0.1", 8087);
};

Deno.test("a connection that waits at one of several listeners of the same address is unaccepted, without a listener", () => {
  const { stdout, stderr } = runIsolated(
    `start reuse; "$@" -tp --format ndjson --columns owner_status,listener_inode,listener_owners 'sport = :8087' | sort -u`,
    programWords(),
    { holders: { reuse } },
  );
  assertEquals([linesOf(stdout), stderr], [[["TCP", "unaccepted"]], ""]);
});

Deno.test("owners of many processes are looked up with little memory, however long their arguments are", () => {
  const { stdout } = runIsolated(
    `start crowd
    printf %s "$LOOK" | "$@" -`,
    [Deno.execPath(), "run", "-q", "-A", CONFIG],
    { holders: { crowd }, env: { LOOK } },
  );
  const [holders, growth] = stdout.trim().split(" ").map(Number);
  assert(holders! >= 300, stdout);
  assert(growth! < 40_000, `${growth} kB`);
});

const CONFIG = `--config=${new URL("../../deno.json", import.meta.url).pathname}`;

/** Looks owners up; prints how many there are and by how many kB that has made the process larger. */
const LOOK = `
import { readOwners } from "${new URL("../../ffi/owners.ts", import.meta.url).href}";
const size = () => Number(/VmRSS:\\s+(\\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))[1]);
const before = size();
const owners = readOwners({ cmdline: true });
console.log(owners.holders.length, size() - before);
`;

/** 300 processes with a socket, and with 100 kB of arguments each. */
const crowd: Hold = ({ openSocketPair, dup, fork, exec, openPipe, close, readByte }) => {
  dup(openSocketPair()[0].fd);
  const [started, starting] = openPipe();
  for (let i = 0; i < 300; i++) fork(() => exec(["sh", "-c", "sleep 1000; :", `${i}`, "x".repeat(100_000)]));
  close(starting);
  readByte(started);
};
