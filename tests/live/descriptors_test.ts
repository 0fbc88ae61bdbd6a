/**
 * Flags of descriptors, sockets that only an io_uring holds, and descriptors in flight.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { parseExact } from "../exact_json.ts";
import { programWords, run } from "../program.ts";
import { HeldSockets } from "./hold.ts";
import { runIsolated } from "./isolated.ts";
import { ring, ringsForbidden } from "./missed_holders.ts";
import { openNamespace } from "./namespace.ts";
import { dumpObjects } from "../../mod.ts";

interface Descriptor {
  readonly fd: number;
  readonly flags?: readonly string[];
  readonly via: string;
}

interface Flow {
  readonly inode: number;
  readonly scm_fds?: number;
  readonly owners: readonly { readonly pid: number; readonly descriptors?: readonly Descriptor[] }[];
}

const lines = (output: string): Flow[] =>
  output.trimEnd().split("\n").filter((line) => line !== "").map((line) => parseExact(line) as unknown as Flow);

/** On some machines there are processes that not even root may look at, and that may hold what nobody else holds. */
const UNSEEN = /^(ss2: (cannot read (owners|the options) of \d+ sockets: not permitted|OTHER: left out) [^\n]+\n)*$/;

const list = (...args: string[]): Flow[] => {
  const { stdout, stderr } = run([...programWords(), "--format", "ndjson", ...args]);
  assertMatch(stderr, UNSEEN);
  return lines(stdout);
};

/** A process with a descriptor of each kind, and a child that inherits one that it should not. */
const held = () =>
  HeldSockets.open(
    ({ openTcp, AF_INET, openSocketPair, sendDescriptors, dup, close, exec, fork, openPipe, readByte, SOCK_DGRAM }) => {
      const leaked = openTcp(AF_INET).bind("127.0.0.1").listen(1);
      const tidy = openTcp(AF_INET).bind("127.0.0.1").listen(1).setBlocking(false);
      // A duplicate is not closed by exec.
      const copy = dup(leaked.fd);
      const pairs = [openSocketPair(SOCK_DGRAM), openSocketPair(SOCK_DGRAM)] as const;
      sendDescriptors(pairs[0][0].fd, [leaked.fd, tidy.fd]);
      sendDescriptors(pairs[0][0].fd, [tidy.fd]);
      const [started, starting] = openPipe();
      const child = fork(() => exec(["sh", "-c", "read -r line"]));
      close(starting);
      readByte(started);
      return {
        leaked: { inode: leaked.inode, fd: leaked.fd, copy },
        tidy: { inode: tidy.inode, fd: tidy.fd },
        full: pairs[0][1].inode,
        empty: pairs[1][1].inode,
        child,
      };
    },
  );

Deno.test("--descriptors shows flags and ways of descriptors, and what is in flight, for formats, filters and the library", async () => {
  using _namespace = openNamespace();
  await using script = await held();
  const { leaked, tidy, full, empty, child } = script.truth;
  const byInode = (flows: readonly Flow[]) => new Map(flows.map((flow) => [flow.inode, flow]));
  const of = (flow: Flow | undefined) => new Map(flow!.owners.map(({ pid, descriptors }) => [pid, descriptors]));

  const flows = byInode(list("-tlx", "-a", "--descriptors"));
  assertEquals(
    of(flows.get(leaked.inode)),
    new Map([
      [script.pid, [
        { fd: leaked.fd, flags: ["cloexec"], via: "descriptor" },
        { fd: leaked.copy, flags: [], via: "descriptor" },
      ]],
      [child, [{ fd: leaked.copy, flags: [], via: "descriptor" }]],
    ]),
  );
  assertEquals(of(flows.get(tidy.inode)).get(script.pid), [
    { fd: tidy.fd, flags: ["nonblock", "cloexec"], via: "descriptor" },
  ]);
  assertEquals([flows.get(full)?.scm_fds, flows.get(empty)?.scm_fds], [3, 0]);
  assertEquals(flows.get(leaked.inode)?.scm_fds, undefined);

  // Columns and filters look them up too, and only then.
  const columns = ["--columns", "inode,owners.descriptors.flags"];
  const inherited = list("-tl", "not owners.descriptors.flags = cloexec", ...columns);
  assertEquals(inherited.map(({ inode }) => inode), []);
  const blocking = list("-tl", "not owners.descriptors.flags = nonblock", ...columns);
  assertEquals(blocking.map(({ inode }) => inode), [leaked.inode]);
  assertEquals(list("-x", "-a", "scm_fds > 0", "--columns", "inode,scm_fds"), [
    { protocol: "UNIX", inode: full, scm_fds: 3 } as unknown as Flow,
  ]);
  assertEquals(list("-tlp").filter(({ owners }) => owners[0]!.descriptors !== undefined), []);

  const objects = byInode(
    [...dumpObjects({ tcp: true, states: ["listening"], descriptors: true })] as unknown as Flow[],
  );
  assertEquals(of(objects.get(tidy.inode)), of(flows.get(tidy.inode)));
});

Deno.test({
  name: `--descriptors says that an io_uring holds a socket${
    ringsForbidden ? " (ignored: kernel.io_uring_disabled)" : ""
  }`,
  ignore: ringsForbidden,
  fn() {
    const { stdout, stderr } = runIsolated(
      `start ring
      "$@" -tl --descriptors --format ndjson`,
      programWords(),
      { holders: { ring } },
    );
    const [flow] = lines(stdout);
    const [owner] = flow!.owners as unknown as { io_uring_fds: number[]; fds: number[]; descriptors: Descriptor[] }[];
    assertEquals(stderr, "");
    assertEquals([owner!.fds, owner!.descriptors.map(({ fd, via }) => ({ fd, via }))], [
      [],
      owner!.io_uring_fds.map((fd) => ({ fd, via: "io_uring" })),
    ]);
  },
});
