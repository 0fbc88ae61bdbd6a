/**
 * Sockets that only their holders show: what they are, and how many of a protocol there are.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { parseExact } from "../exact_json.ts";
import { programWords, projectDirectory } from "../program.ts";
import type { Hold } from "./hold.ts";
import { runIsolated } from "./isolated.ts";

/** Sockets that were opened and nothing else, and one of each kind that is bound. */
const leak: Hold = ({ openSocket, openTcp, AF_INET, AF_INET6, SOCK_DGRAM }) => {
  for (let i = 0; i < 50; i++) openTcp(AF_INET);
  openTcp(AF_INET6);
  openSocket(AF_INET, SOCK_DGRAM);
  openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1", 7053);
  openTcp(AF_INET).bind("127.0.0.1", 7070).listen(1);
  openTcp(AF_INET).connect("127.0.0.1", 7070);
};

Deno.test("OTHER says family, type, protocol, state and addresses of its sockets, in JSON and in the table", () => {
  const { stdout, stderr, code } = runIsolated(
    `start leak
    "$@" --other --compact
    "$@" --other --table 'sockprotoname = TCPv6'
    "$@" -q --other state established || echo $?`,
    programWords(),
    { holders: { leak } },
  );
  // Processes outside of this PID namespace may have one.
  assertMatch(stderr, /^ss2: cannot find sockets that only their processes show: .*PID namespace.*\n$/);
  assertEquals(code, 0);
  const [json = "", heading = "", row = "", established] = stdout.trimEnd().split("\n");
  const { OTHER } = parseExact(json) as unknown as { OTHER: { flows: Record<string, unknown>[] } };
  const shown = (name: string) =>
    OTHER.flows.filter(({ sockprotoname }) => sockprotoname === name).map((flow) => {
      const { inode: _inode, owners: _owners, owner_status: _status, holder_netns: _netns, ...told } = flow;
      return told;
    });
  const any = { src: "0.0.0.0", src_port: 0 };
  const tcp = {
    sockprotoname: "TCP",
    family: "inet",
    state: "unconnected",
    type: "stream",
    protocol_number: 6,
    ...any,
  };
  assertEquals(shown("TCP"), new Array(50).fill(tcp));
  assertEquals(shown("TCPv6"), [{ ...tcp, sockprotoname: "TCPv6", family: "inet6", src: "::" }]);
  assertEquals(shown("UDP"), [{ ...tcp, sockprotoname: "UDP", type: "dgram", protocol_number: 17 }]);
  assertMatch(heading, /^protocol +state +recv_q +send_q +local +remote +process$/);
  assertMatch(row, /^OTHER +UNCONN +- +- +TCPv6 \d+ \[::\]:\* +- +\S.*$/);
  assertEquals(established, "2");
});

Deno.test("-a with -p says how many sockets of the protocols asked for are neither bound nor connected", () => {
  const { stdout, stderr } = runIsolated(
    `start leak
    for options in -tap -tuap -4tap -ta -tlp -ap; do
      echo "$options" >&2; "$@" $options --count-by protocol --csv --no-header; echo $?
    done
    "$@" -tap --limit 1 --format ndjson --columns state >/dev/null`,
    programWords(),
    { holders: { leak } },
  );
  assertEquals(stdout.match(/^[0-9]$/gm), new Array(6).fill("0"));
  const tcp = (count: number) => `ss2: ${count} TCP sockets are neither bound nor connected: --other lists them`;
  assertEquals(stderr.trimEnd().split("\n"), [
    ...["-tap", tcp(51)],
    ...["-tuap", tcp(51), "ss2: 1 UDP socket is neither bound nor connected: --other lists them"],
    ...["-4tap", tcp(50)],
    ...["-ta", "-tlp", "-ap"],
  ]);
});

Deno.test("OTHER is not empty but unknown where there is no /proc", () => {
  const why = "cannot find sockets that only their processes show: there is no /proc (mount -t proc proc /proc)";
  const script = `mount -t tmpfs none /proc
    "$@" --other --format ndjson && exit 9 || echo $?
    "$@" --other -q && exit 9 || echo $?`;
  const { stdout, stderr } = runIsolated(script);
  assertEquals([stdout, stderr], ["1\n2\n", `ss2: ${why}\n`.repeat(2)]);
});

Deno.test("OTHER has the kernel's name alone where a duplicate of a descriptor is refused, and none is tried again", () => {
  // The call fails as a refused one does: there is no second name for a directory.
  const main = `
    import { main } from "${projectDirectory}main.ts";
    import { libc } from "${projectDirectory}ffi/libc.ts";
    const path = (text) => new TextEncoder().encode(text + "\\0");
    let calls = 0;
    const refuse = () => (calls++, libc.linkat(-100, path("/run/a"), -100, path("/run/b"), 0));
    Object.defineProperty(libc, "pidfd_getfd", { value: refuse });
    await main(Deno.args);
    console.error(calls);
  `;
  const { stdout, stderr } = runIsolated(
    `mkdir /run/a; start leak; printf %s "$MAIN" | "$@" - --other --format ndjson --columns sockprotoname,family,state,src`,
    [Deno.execPath(), "run", "-q", "--no-prompt", "--allow-ffi", `--config=${projectDirectory}deno.json`],
    { env: { MAIN: main }, holders: { leak } },
  );
  assertEquals(stderr, "1\n");
  const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(
    lines.filter(({ sockprotoname }) => sockprotoname === "TCPv6"),
    [{ protocol: "OTHER", sockprotoname: "TCPv6" }],
  );
});
