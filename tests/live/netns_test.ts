/**
 * Network namespaces: each is found and asked once, and its properties are shown for its own sockets only.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseExact } from "../exact_json.ts";
import { asNobody, assertPrinted, isInstalled, isRoot, projectDirectory, without } from "../program.ts";
import type { Hold } from "./hold.ts";
import { runIsolated } from "./isolated.ts";

interface Flow {
  readonly src: string;
  readonly src_port: number;
  readonly dst: string;
  readonly dst_port: number;
  readonly inode: number;
  readonly iface?: string;
  readonly source?: string;
  readonly sockprotoname?: string;
  readonly netns: { readonly inode: number; readonly name?: string; readonly name_hex?: string };
  readonly owners?: readonly { readonly pid: number; readonly comm: string }[];
}

const flowsOf = (json: string, protocol = "TCP"): readonly Flow[] =>
  (parseExact(json) as unknown as Record<string, { flows: Flow[] }>)[protocol]!.flows;

const names = (flows: readonly Flow[]) => flows.map(({ netns }) => netns.name ?? "-");

/** Two namespaces with names and one without, each with a listener on port 8080 like the own one, which process 1 is in. */
const FOUR = `
netns_add a b
start listen 8080 'srv own'
start in_netns a listen 8080 'srv a'
start in_netns b listen 8080 'srv b'
start unshare --net listen 8080 'srv c'
c=$!
`;

Deno.test("-N all lists listeners on the same port in each namespace, with its name and their owners", () => {
  const { stdout } = runIsolated(`${FOUR}
    "$@" -tl -N all -p --compact
    "$@" -tl -N all -p --table
    for pid in 1 $c; do stat -Lc %i /proc/$pid/ns/net; done; for name in a b; do stat -Lc %i /run/netns/$name; done
  `);
  const [json = "", ...lines] = stdout.trimEnd().split("\n");
  const flows = flowsOf(json);
  assertEquals(flows.map(({ src, src_port }) => `${src}:${src_port}`), new Array(4).fill("0.0.0.0:8080"));
  assertEquals(names(flows), ["root", "a", "b", "-"]);
  assertEquals(flows.map(({ owners }) => owners!.map(({ comm }) => comm).join()), [
    "srv own",
    "srv a",
    "srv b",
    "srv c",
  ]);
  assertEquals(new Set(flows.map(({ inode }) => inode)).size, 4);
  const inodes = flows.map(({ netns }) => netns.inode);
  const [heading = "", ...rows] = lines.slice(0, 5);
  assertMatch(heading, /^protocol +state +recv_q +send_q +netns +local +remote +process$/);
  const name = rows.map((row) => row.split(/ +/)[4]!);
  assertEquals(name, ["root", "a", "b", String(inodes[3])]);
  rows.forEach((row, i) =>
    assertMatch(
      row,
      new RegExp(` 0\\.0\\.0\\.0:8080(?:\\(\\S+\\))? +\\*:\\* +srv ${["own", "a", "b", "c"][i]} \\d+ fd=\\d+$`),
    )
  );
  const [own, unnamed, a, b] = lines.slice(-4).map(Number);
  assertEquals(inodes, [own, a, b, unnamed]);
});

Deno.test({
  name: `-N all lists the listeners that ss lists in one namespace after the other${without("ss")}`,
  ignore: !isInstalled("ss"),
  fn() {
    const { stdout } = runIsolated(`${FOUR}
      start in_netns b listen 8081
      "$@" -tl -N all --csv --no-header --columns src,src_port
      echo
      ss -Htln; for name in a b /proc/$c/ns/net; do in_netns $name ss -Htln; done`);
    const [ours = "", theirs = ""] = stdout.split("\n\n");
    const local = theirs.trimEnd().split("\n").map((line) => line.split(/ +/)[3]);
    assertEquals(ours.trimEnd().split("\n").map((line) => line.trim().replace(",", ":")).sort(), local.sort());
    assertEquals(local.length, 5);
  },
});

Deno.test("-N all finds a namespace once, whether a process, a name, both or several hold it, and no file that is none", () => {
  // Its second socket is in the namespace in which it starts.
  const twoPlaces: Hold = (
    { openTcp, AF_INET, enterNamespace },
    first: string,
    port: string,
    second: string,
    otherPort: string,
  ) => {
    enterNamespace(first);
    openTcp(AF_INET).bind("0.0.0.0", Number(port)).listen(1);
    enterNamespace(second);
    openTcp(AF_INET).bind("0.0.0.0", Number(otherPort)).listen(1);
  };
  const script = `
    netns_add both name
    start in_netns both listen 1
    start in_netns both listen 2
    # In a namespace that only its name holds there are sockets of processes elsewhere.
    start two_places /run/netns/name 3 /proc/1/ns/net 4
    start unshare --net listen 5
    # Nobody is in this one, and its name is elsewhere.
    mkdir -p "/run/docker/a b"; touch "/run/docker/a b/sandbox"; unshare --net="/run/docker/a b/sandbox" true
    start two_places "/run/docker/a b/sandbox" 6 /proc/1/ns/net 7
    touch /run/netns/stale; mkfifo /run/netns/pipe; mkdir /run/netns/directory; ln -s nowhere /run/netns/link
    ln -s /proc/1/ns/mnt /run/netns/mounts; ln -s both /run/netns/zz
    "$@" -tlp -N all`;
  const flows = flowsOf(assertPrinted(runIsolated(script, undefined, { holders: { two_places: twoPlaces } })));
  assertEquals(flows.map(({ netns, src_port }) => `${netns.name ?? "-"} ${src_port}`).sort(), [
    "- 5",
    "- 6",
    "both 1",
    "both 2",
    "name 3",
    "root 4",
    "root 7",
  ]);
  assertEquals(flows.map(({ owners }) => owners!.length), [1, 1, 1, 1, 1, 1, 1]);
});

Deno.test("-N takes names, processes, paths and root, each namespace once and in the order in which they were named", () => {
  const { stdout, stderr } = runIsolated(`${FOUR}
    ask() { "$@" -tl --compact; }
    ask "$@" -N b -N a -N /run/netns/b --net=b
    ask "$@" -N $c -N root -N 1
    ask "$@" --net /proc/thread-self/ns/net
    touch "/run/netns/$c"; mount --bind /proc/self/ns/net "/run/netns/$c"
    ask "$@" -N $c
    in_netns a "$@" -tl -N /proc/self/ns/net --compact
  `);
  assertEquals(stderr, "");
  assertEquals(stdout.trimEnd().split("\n").map((json) => names(flowsOf(json)).join()), [
    "b,a",
    "-,root",
    "root",
    stdout.match(/"name": ?"(\d+)"/)?.[1] ?? "a name that is a number",
    "a",
  ]);
});

Deno.test("connections between the same addresses and ports in two namespaces are both there, each in its own", () => {
  const pair: Hold = ({ openTcp, AF_INET, SOL_SOCKET, SO_REUSEADDR }) => {
    const listener = openTcp(AF_INET).setInteger(SOL_SOCKET, SO_REUSEADDR, 1).bind("127.0.0.1", 4000).listen(1);
    openTcp(AF_INET).bind("127.0.0.1", 4001).connect("127.0.0.1", 4000);
    listener.accept();
  };
  const script = `
    netns_add a b
    for name in a b; do start in_netns $name pair; done
    "$@" -tp -N a -N b --compact; "$@" -t -N a -N b --count-by netns.name,src_port --csv`;
  const { stdout } = runIsolated(script, undefined, { holders: { pair } });
  const [json = "", ...counts] = stdout.trimEnd().split("\n").map((line) => line.trimEnd());
  const flows = flowsOf(json);
  assertEquals(
    flows.map(({ netns, src_port, dst_port }) => `${netns.name} ${src_port} ${dst_port}`).sort(),
    ["a 4000 4001", "a 4001 4000", "b 4000 4001", "b 4001 4000"],
  );
  const pids = (name: string) =>
    new Set(flows.filter(({ netns }) => netns.name === name).map(({ owners }) => owners![0]!.pid));
  assertEquals([pids("a").size, pids("b").size, new Set([...pids("a"), ...pids("b")]).size], [1, 1, 2]);
  assertEquals([counts[0], ...counts.slice(1).sort()], [
    "netns.name,src_port,count",
    ...["a,4000,1", "a,4001,1", "b,4000,1", "b,4001,1"],
  ]);
});

Deno.test("interface names, /proc/net and sockets of other kinds are those of the namespace that they are shown with", () => {
  const several: Hold = (held, port: string, device: string) => {
    const { openSocket, openTcp, cString, AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_BINDTODEVICE } = held;
    Deno.writeTextFileSync("/proc/sys/net/ipv4/ping_group_range", "0 0");
    openSocket(AF_INET, SOCK_DGRAM).setBytes(SOL_SOCKET, SO_BINDTODEVICE, cString(device)).bind("0.0.0.0", 53);
    openSocket(AF_INET, SOCK_DGRAM, 1).bind("0.0.0.0", Number(port));
    openTcp(AF_INET);
  };
  const script = `
    netns_add a=lo_a b=lo_b
    start in_netns a several 7097 lo_a
    start in_netns b several 7098 lo_b
    "$@" -ua --ping --other -N a -N b --compact
    "$@" -a --other -N b --compact`;
  const { stdout } = runIsolated(script, undefined, { holders: { several } });
  const [json = "", alone = ""] = stdout.trimEnd().split("\n");
  const shown = (protocol: string, key: "iface" | "src_port" | "sockprotoname") =>
    flowsOf(json, protocol).map((flow) => `${flow.netns.name} ${flow[key]}`);
  assertEquals(shown("UDP", "iface"), ["a lo_a", "b lo_b"]);
  assertEquals(shown("PING", "src_port"), ["a 7097", "b 7098"]);
  assertEquals(flowsOf(json, "PING").map(({ source }) => source), ["proc", "proc"]);
  assertEquals(shown("OTHER", "sockprotoname").sort(), ["a TCP", "b TCP"]);
  assertEquals(names(flowsOf(alone, "OTHER")), ["b"]);
});

Deno.test("names of namespaces may have any bytes", () => {
  const { stdout, stderr, code } = runIsolated(`
    mkdir /run/netns
    for name in "$(printf 'new\\nline')" "$(printf 'esc\\033[31m')" "$(printf 'bad\\377')" '=evil()' .hidden '"quoted"'; do
      : >"/run/netns/$name"
      start unshare --net="/run/netns/$name" listen 1
    done
    "$@" -tl -N all --compact
    "$@" -tl -N all --table
  `);
  assertEquals([code, stderr], [0, ""]);
  const [json = "", ...lines] = stdout.trimEnd().split("\n");
  const flows = flowsOf(json);
  assertEquals(names(flows), ['"quoted"', ".hidden", "=evil()", "bad\ufffd", "esc\x1b[31m", "new\nline"]);
  assertEquals(flows.map(({ netns }) => netns.name_hex), [...new Array(3), "626164ff", undefined, undefined]);
  assertEquals(lines.length, 7);
  assert(!stdout.includes("\x1b"));
});

Deno.test("-N says in one line, with status 2, what it cannot find or take for a network namespace", () => {
  const { stdout, stderr } = runIsolated(`
    set +e
    mkdir -p /run/netns/directory; mkfifo /run/netns/pipe
    for name in nosuch 999999 /nowhere /etc/passwd /proc/1/ns/mnt directory pipe ../.. ''; do
      "$@" -tl -N "$name"; echo $?
    done
    "$@" -tl -N; echo $?
    "$@" -tl -N root -N nosuch; echo $?
    "$@" -tl -N all --netns-limit 0; echo $?
    "$@" -tl --netns-limit 5; echo $?
    "$@" -tl -N all --record /run/x.pcap; echo $?
    "$@" -tl -N all --read /run/x.pcap; echo $?
    ls /run
  `);
  assertEquals(stdout, "2\n".repeat(15) + "netns\n");
  assertEquals(stderr.split("\n"), [
    'ss2: there is no network namespace "nosuch" in /run/netns',
    'ss2: there is no process or network namespace "999999"',
    'ss2: there is no process or network namespace "/nowhere"',
    'ss2: "/etc/passwd" is not a network namespace',
    'ss2: "/proc/1/ns/mnt" is not a network namespace',
    'ss2: "directory" is not a network namespace',
    'ss2: "pipe" is not a network namespace',
    'ss2: "../.." is not a network namespace',
    "ss2: option --net needs a name, a PID, a path, or all",
    "ss2: option --net needs a name, a PID, a path, or all",
    'ss2: there is no network namespace "nosuch" in /run/netns',
    'ss2: --netns-limit takes a number from 1 on, not "0"',
    "ss2: --netns-limit does nothing without -N",
    "ss2: -N and --record exclude each other: a recording covers one namespace (ip netns exec NAME ss2 … --record FILE)",
    "ss2: -N and --read exclude each other: a recording covers one namespace",
    "",
  ]);
});

Deno.test("--netns-limit lists the first namespaces only, and says of how many", () => {
  const { stdout, stderr, code } = runIsolated(`${FOUR} "$@" -tl -N all --netns-limit 3`);
  assertEquals([code, stderr], [1, "ss2: only 3 of 4 network namespaces (--netns-limit)\n"]);
  assertEquals(names(flowsOf(stdout)), ["root", "a", "b"]);
});

Deno.test("-N all of 300 namespaces asks the first 256, with no more descriptors than that", () => {
  const { stdout, stderr, code } = runIsolated(`
    netns_add $(seq -f n%g 300)
    ulimit -n 400
    "$@" --netlink -N all --count-by netns.inode --csv
  `);
  assertEquals([code, stderr], [1, "ss2: only 256 of 301 network namespaces (--netns-limit)\n"]);
  assertEquals(stdout.trimEnd().split("\n").length, 1 + 256);
});

const because = isRoot ? "" : " (ignored: only root can become another user)";

Deno.test({
  name: `without privilege -N all shows the own namespace and says in one line how many it left out${because}`,
  ignore: !isRoot,
  fn: () =>
    asNobody((words, options) => {
      const script = `${FOUR} set +e
        "$@" -tl -N all --compact; echo $?
        "$@" -tl -N root -N 1 -N a --compact; echo $?
        "$@" -tl -N a -N $c --compact; echo $?`;
      const { stdout, stderr } = runIsolated(script, words, options);
      const [all = "", one, some = "", two, none] = stdout.trimEnd().split("\n");
      assertEquals([one, two, none], ["1", "1", "2"]);
      assertEquals([names(flowsOf(all)), names(flowsOf(some))], [["root"], ["root"]]);
      const lines = stderr.trimEnd().split("\n");
      // Two have names, and processes that may not be looked at are in three.
      assertEquals(lines.slice(0, 2), [
        "ss2: left out 3 to 5 network namespaces: not permitted (run with sudo)",
        'ss2: cannot enter network namespace "a": not permitted (run with sudo)',
      ]);
      assertMatch(lines[2]!, /^ss2: cannot enter network namespace "a", "\d+": not permitted \(run with sudo\)$/);
      assertEquals(lines.length, 3);
    }),
});

Deno.test("a program that cannot return to its own namespace ends with one line and status 2", () => {
  // The third call leaves the first namespace after it was tried, the ninth one after a socket was opened there.
  const main = `
    import { main } from "${projectDirectory}main.ts";
    import { libc } from "${projectDirectory}ffi/libc.ts";
    const { setns } = libc;
    let calls = 0;
    Object.defineProperty(libc, "setns", { value: (fd, type) => ++calls === Number(Deno.args[0]) ? setns(-1, type) : setns(fd, type) });
    Deno.exit(await main(["-tl", "-N", "all"]));
  `;
  const script = `${FOUR} set +e; for call in 3 9; do printf %s "$MAIN" | "$@" - $call; echo $?; done`;
  const words = [Deno.execPath(), "run", "-q", "--no-prompt", "--allow-ffi", `--config=${projectDirectory}deno.json`];
  const { stdout, stderr } = runIsolated(script, words, { env: { MAIN: main } });
  assertEquals(stdout.match(/\d$/gm), ["2", "2"]);
  assertEquals(
    stderr,
    "ss2: cannot return to the own network namespace: bad file descriptor (EBADF)\n".repeat(2),
  );
});

Deno.test("a namespace that the program could enter and not leave again is left out", () => {
  // Inside a user namespace, but in a network namespace from outside: there is no way back to that.
  const { stdout, stderr, code } = runIsolated(`
      start unshare --user --map-root-user --net listen 1
      set +e
      in_userns /proc/$!/ns/user "$@" -tl -N all --compact
    `);
  assertEquals([code, names(flowsOf(stdout))], [1, []]);
  assertMatch(stderr, /^ss2: left out \S+( to \S+)? network namespaces: not permitted \(needs CAP_SYS_ADMIN\)\n$/);
});

Deno.test("netns has columns of its own only with -N, or where a column asks for it", () => {
  const { stdout } = runIsolated(`${FOUR}
    "$@" -tl --csv; "$@" -tl -N a --csv
    "$@" -tl --columns netns.name,src_port --csv
    "$@" -tl -N b --columns src_port --csv`);
  const [plain = "", , own = "", row = "", ...rest] = stdout.trimEnd().split("\n").map((line) => line.trimEnd());
  assert(!plain.includes("netns"));
  assertMatch(own, /,netns\.inode,netns\.name(,|$)/);
  assertMatch(row, /,\d+,a(,|$)/);
  assertEquals(rest, ["netns.name,src_port", "root,8080", "src_port", "8080"]);
});

Deno.test("the library asks namespaces as -N does, and says what is wrong with one", () => {
  const script = `
    import { dumpObjects, NamespaceError } from "${projectDirectory}mod.ts";
    const flows = [...dumpObjects({ tcp: true, states: ["listening"], processes: true, namespaces: ["b", "a"] })];
    console.log(JSON.stringify(flows.map(({ netns, owners }) => [netns.name, owners[0].comm])));
    try {
      [...dumpObjects({ namespaces: ["nosuch"] })];
    } catch (error) {
      console.log(error instanceof NamespaceError, error.message);
    }
    console.log([...dumpObjects({ tcp: true, states: ["listening"] })].map(({ netns }) => netns === undefined).join());
  `;
  const words = [Deno.execPath(), "run", "-q", "--no-prompt", "--allow-ffi", `--config=${projectDirectory}deno.json`];
  const { stdout, stderr } = runIsolated(`${FOUR} printf %s "$SCRIPT" | "$@" -`, words, { env: { SCRIPT: script } });
  assertEquals(stderr, "");
  assertEquals(stdout.split("\n"), [
    '[["b","srv b"],["a","srv a"]]',
    'true there is no network namespace "nosuch" in /run/netns',
    "true",
    "",
  ]);
});

Deno.test("a filter reads the namespace of a socket, and dev a name that is the same in all of them", () => {
  const { stdout } = runIsolated(`${FOUR}
    "$@" -tl --format ndjson 'netns.name = a'
    "$@" -tl -N all --format ndjson 'netns.name != root and comm ~ b$'
    "$@" -tl -N all --format ndjson 'dev lo'
    "$@" -tl -N all --explain 'dev lo' | grep here
  `);
  const lines = stdout.trimEnd().split("\n");
  assertEquals(lines.at(-1), "  checked here: dev = lo");
  assertEquals(lines.slice(0, -1).map((line) => (JSON.parse(line) as Flow).netns.name), ["b"]);
});

/** Listens on a port in a network namespace of its own, and comes back; the namespace stays by a descriptor, or by the socket. */
const strayed: Hold = (held, port: string, keeps: string) => {
  const { openTcp, AF_INET, unshare, enterNamespace, CLONE_NEWNET } = held;
  unshare(CLONE_NEWNET);
  openTcp(AF_INET).bind("0.0.0.0", Number(port)).listen(1);
  if (keeps === "descriptor") {
    Deno.dlopen("libc.so.6", { open: { parameters: ["buffer", "i32"], result: "i32" } }).symbols
      .open(held.cString("/proc/thread-self/ns/net"), 0);
  }
  enterNamespace("/proc/1/ns/net");
  openTcp(AF_INET);
};

Deno.test("-N all finds a namespace that only an open descriptor of a process keeps", () => {
  const { stdout, stderr, code } = runIsolated(
    `start strayed 7070 descriptor; "$@" -N all -tlp --compact; "$@" -q -N all -tl 'sport = :7070'`,
    undefined,
    { holders: { strayed } },
  );
  assertEquals([code, stderr], [0, ""]);
  assertEquals(
    flowsOf(stdout).map(({ src_port, netns, owners }) => [src_port, netns.name, owners!.length]),
    [[7070, undefined, 1]],
  );
});

Deno.test("-N all finds a namespace that only a socket of a process keeps, with and without -p, within --netns-limit", () => {
  const { stdout, stderr, code } = runIsolated(
    `start strayed 7070 socket; start strayed 7071 socket
    "$@" -N all -tlp --compact
    "$@" -N all -tl --csv --no-header --columns src_port
    "$@" -q -N all -tl 'sport = :7070'; echo $?
    "$@" -q -N all -tl 'sport = :7072' || echo $?
    set +e; "$@" -N all --netns-limit 2 -tl --count-by protocol --csv --no-header; echo $?`,
    undefined,
    { holders: { strayed } },
  );
  const [json = "", ...lines] = stdout.trimEnd().split("\n").map((line) => line.trimEnd());
  const flows = flowsOf(json);
  assertEquals(
    flows.map(({ src_port, netns, owners }) => [src_port, netns.name, owners!.length]).sort(),
    [[7070, undefined, 1], [7071, undefined, 1]],
  );
  assertEquals(new Set(flows.map(({ netns }) => netns.inode)).size, 2);
  assertEquals([...lines.slice(0, 2).sort(), ...lines.slice(2)], ["7070", "7071", "0", "1", "TCP,1", "1"]);
  assertEquals([code, stderr], [0, "ss2: only 2 of 3 network namespaces (--netns-limit)\n"]);
});

Deno.test("-N all says in one line, with status 1, that namespaces may be missing where a socket cannot be asked for its own", () => {
  // The duplicate is refused, because its flags are none.
  const main = `
    import { main } from "${projectDirectory}main.ts";
    import { libc } from "${projectDirectory}ffi/libc.ts";
    const { pidfd_getfd } = libc;
    Object.defineProperty(libc, "pidfd_getfd", { value: (number, pidfd, fd) => pidfd_getfd(number, pidfd, fd, 1) });
    Deno.exit(await main(Deno.args));
  `;
  const script = `start strayed 7070 socket; set +e
    for option in -tl "-q -tl"; do printf %s "$MAIN" | "$@" - $option -N all --count-by protocol --csv; echo $?; done`;
  const words = [Deno.execPath(), "run", "-q", "--no-prompt", "--allow-ffi", `--config=${projectDirectory}deno.json`];
  const { stdout, stderr } = runIsolated(script, words, { env: { MAIN: main }, holders: { strayed } });
  assertEquals(stdout.match(/^\d$/gm), ["1", "2"], stdout + stderr);
  const line =
    /^ss2: network namespaces may be missing: 2 sockets are in none of those that were found, and cannot be asked for theirs: invalid argument \(EINVAL\)$/;
  for (const said of stderr.trimEnd().split("\n")) assertMatch(said, line);
});

Deno.test("OTHER leaves out sockets of other namespaces, whoever holds them, says how many, and takes no netns from the holder", () => {
  const { stdout, stderr, code } = runIsolated(
    `netns_add a; start in_netns a listen 80; start strayed 7070 socket
    "$@" -ap --other --compact; "$@" -ap --other -N root --compact`,
    undefined,
    { holders: { strayed } },
  );
  assertEquals(code, 0);
  const [plain = "", named = ""] = stdout.trimEnd().split("\n");
  // The one that is not bound; those in other namespaces are the two listeners.
  assertEquals(flowsOf(plain, "OTHER").map(({ sockprotoname, netns }) => [sockprotoname, netns]), [["TCP", undefined]]);
  assertEquals(flowsOf(named, "OTHER").map(({ sockprotoname, netns }) => [sockprotoname, netns.name]), [[
    "TCP",
    "root",
  ]]);
  assertMatch(
    stderr,
    /^ss2: OTHER: left out \d+ sockets of other network namespaces \(-N asks there\)\nss2: OTHER: left out \d+ sockets of other network namespaces\n$/,
  );
});
