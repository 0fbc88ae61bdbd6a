/** The table on a terminal, with real sockets: everything that ss shows of them is there, at every width. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isInstalled, run, without } from "../program.ts";
import { openNamespace } from "./namespace.ts";
import { screen, type Shown, socketsOf } from "./screen.ts";
import {
  AF_INET,
  AF_INET6,
  cString,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  openTcp,
  SO_BINDTODEVICE,
  SOL_SOCKET,
} from "./sockets.ts";

const WIDTHS = [80, 100, 120, 160, 200];

/** Listeners and connections of IPv4 and IPv6, one half closed and one with bytes that wait; UNIX sockets. */
class Sockets implements Disposable {
  readonly #open: Disposable[] = [];

  static async open(directory: string): Promise<Sockets> {
    const sockets = new Sockets();
    for (const hostname of ["127.0.0.1", "::1"]) {
      const listener = Deno.listen({ hostname, port: 0 });
      const { port } = listener.addr as Deno.NetAddr;
      const client = await Deno.connect({ hostname, port });
      const server = await listener.accept();
      await server.write(new Uint8Array(1000));
      if (hostname === "::1") server.close();
      else sockets.#open.push(server);
      sockets.#open.push(listener, client);
    }
    sockets.#open.push(Deno.listen({ transport: "unix", path: `${directory}/${"long-".repeat(7)}socket` }));
    return sockets;
  }

  [Symbol.dispose](): void {
    for (const one of this.#open) one[Symbol.dispose]();
  }
}

/** Waits until no acknowledgement is on its way: until ss shows the same twice, the time since the last packets apart. */
async function untilQuiet(): Promise<void> {
  const shown = () => run(["ss", "-Hnti"]).stdout.replaceAll(/ (last\w+|rcv_rtt|busy|rto|ato):\S+/g, "");
  for (let before = "", tries = 0; tries < 100; tries++) {
    const now = shown();
    if (now === before) return;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error("packets without end");
}

async function withSockets(test: () => void): Promise<void> {
  using _namespace = openNamespace();
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    using _sockets = await Sockets.open(directory);
    if (isInstalled("ss")) await untilQuiet();
    test();
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** The socket of a screen with these ends: addresses can be shortened, ports not. */
function find(sockets: readonly Shown[], local: string, remote: string): Shown {
  const ports = [local, remote].map((end) => end.replace(/.*:/, ":"));
  const found = sockets.filter(({ line, below }) => {
    const ends = `${line} ${below} `.matchAll(/(:(?:\d+|\*))(?:\([^)]*\))?(?=\s)/g);
    const [first, second] = [...ends].map(([, port]) => port);
    return first === ports[0] && (second === undefined ? ":*" : second) === ports[1];
  });
  assertEquals(found.length, 1, `${local} ${remote}`);
  return found[0]!;
}

/** Processes as ss writes them: number and descriptor. */
const holdersOf = (line: string) =>
  [...line.matchAll(/\("[^"]*",pid=(\d+),fd=(\d+)\)/g)].map(([, pid, fd]) => `${pid}/${fd}`).sort();

/** Processes as the table shows them. */
function shownHolders({ line, below }: Shown): string[] {
  const holders = `${line} ${below}`.matchAll(/ ([\d,]+) fd=([\d,]+)/g);
  return [...holders].flatMap(([, pids, fds]) =>
    pids!.split(",").flatMap((pid) => fds!.split(",").map((fd) => `${pid}/${fd}`))
  ).sort();
}

/** Types of UNIX sockets by the words of ss. */
const TYPES: Readonly<Record<string, string>> = { u_str: "stream", u_dgr: "dgram", u_seq: "seqpacket" };

const ignore = !isInstalled("ss");

for (const option of ["-tap", "-tlp"]) {
  Deno.test({
    name: `${option} shows every end, state, queue and process that ss shows, at every width${without("ss")}`,
    ignore,
    fn: () =>
      withSockets(() => {
        const lines = run(["ss", "-Hn", option]).stdout.trimEnd().split("\n");
        for (const columns of WIDTHS) {
          const sockets = socketsOf(screen(columns, option));
          assertEquals(sockets.length, lines.length);
          for (const line of lines) {
            const [state = "", receive = "", send = "", local = "", remote = ""] = line.split(/\s+/);
            const shown = find(sockets, local, remote);
            const cells = shown.line.split(/ +/).map((cell) => cell.replace(/!$/, ""));
            assertEquals(cells.slice(0, 3), [state, receive, send]);
            assertEquals(shownHolders(shown), holdersOf(line), line);
          }
        }
      }),
  });
}

Deno.test({
  name: `-xap shows every path, inode, state and process of UNIX sockets that ss shows, at every width${without("ss")}`,
  ignore,
  fn: () =>
    withSockets(() => {
      // Of other sockets on the machine each run sees others: those of its own runtime.
      const lines = run(["ss", "-Hnxap"]).stdout.trimEnd().split("\n").filter((line) =>
        line.includes(`pid=${Deno.pid},`)
      );
      assert(lines.some((line) => line.includes("long-long-")));
      for (const columns of WIDTHS) {
        const sockets = socketsOf(screen(columns, "-xap"));
        for (const line of lines) {
          const [netid = "", state = "", , , path = "", inode = ""] = line.split(/\s+/);
          const shown = sockets.find(({ line, below }) => ` ${line} ${below} `.includes(` ${inode} `));
          assert(shown !== undefined, line);
          assertStringIncludes(shown.line, state);
          assertStringIncludes(`${shown.line} ${shown.below}`, TYPES[netid]!);
          assertEquals(shownHolders(shown), holdersOf(line), line);
          if (path !== "*") assertStringIncludes(shown.line + shown.below, path.slice(-4));
        }
      }
    }),
});

Deno.test("the screen has sockets in the order of their ports, and the same screen comes again", () =>
  withSockets(() => {
    const text = screen(120, "-tan");
    const ports = socketsOf(text).map(({ line }) => Number(/:(\d+) /.exec(`${line} `)![1]));
    assertEquals(ports, ports.toSorted((a, b) => a - b));
    assertEquals(screen(120, "-tan"), text);
  }));

Deno.test("--columns local shows the end as the table does without it: interface, and whether it takes IPv4 too", () => {
  using _namespace = openNamespace();
  using _both = openTcp(AF_INET6).bind("::", 8443).listen(1);
  using _six = openTcp(AF_INET6).setInteger(IPPROTO_IPV6, IPV6_V6ONLY, 1).bind("::", 8444).listen(1);
  using _bound = openTcp(AF_INET).setBytes(SOL_SOCKET, SO_BINDTODEVICE, cString("lo")).bind("0.0.0.0", 8445).listen(1);
  const [heading, ...lines] = screen(120, "-tln", "--columns", "local,process").trimEnd().split("\n");
  assertEquals(heading!.split(/ +/), ["local", "process"]);
  assertEquals(lines.map((line) => line.split(/ +/)[0]), ["*:8443", "[::]:8444", "0.0.0.0%lo:8445"]);
  for (const line of lines) assertMatch(line, new RegExp(` \\S+ ${Deno.pid} fd=\\d+$`));
});
