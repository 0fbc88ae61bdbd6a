/**
 * Names of users: from the C library's database, only when somebody asks.
 */
import { assertEquals } from "@std/assert";
import { type JsonObject, parseExact } from "../exact_json.ts";
import { assertPrinted, isRoot, programWords, run } from "../program.ts";
import { HeldSockets } from "./hold.ts";
import { openNamespace } from "./namespace.ts";
import { runWithFiles } from "./replaced_files.ts";
import { dumpObjects } from "../../mod.ts";
import { AF_INET, openPair, openTcp } from "./sockets.ts";

const cgroupsAreMounted = / - cgroup2 /.test(Deno.readTextFileSync("/proc/self/mountinfo"));

const lines = (output: string) => output.trimEnd().split("\n").map((line) => parseExact(line) as JsonObject);

const program = (...args: string[]) => assertPrinted(run([...programWords(), "--format", "ndjson", ...args]));

Deno.test("user is the name of the socket's uid with -p, in the table with -e, for a column and a filter; else nobody is looked up", () => {
  using _namespace = openNamespace();
  using socket = openTcp(AF_INET).bind("127.0.0.1").listen(1);
  if (isRoot) socket.chown(65534);
  const uid = lines(program("-tl")).find(({ inode }) => inode === socket.inode)?.["uid"];
  const name = run(["id", "-un", String(uid)]).stdout.trim();
  for (
    const args of [["-tlp"], ["-tl", "--columns", "+user"], ["-tl", "--columns", "user"], ["-tl", "--sort", "user"], [
      "-tl",
      "not user = root",
    ]]
  ) {
    assertEquals(lines(program(...args)).map(({ user }) => user), [name], args.join(" "));
  }
  const [, row = ""] = assertPrinted(run([...programWords(), "-tlne", "--table"])).split("\n");
  assertEquals(/ user:(\S+)/.exec(row)?.[1], name);
  for (const args of [["-tl"], ["-tle"], ["-tl", "--cgroup"]]) {
    assertEquals("user" in lines(program(...args))[0]!, false, args.join(" "));
  }
  assertEquals("user" in lines(program("-tlp", "--columns", "uid"))[0]!, false);
});

Deno.test({
  name: `user has any bytes, and is left out for a number without a name, on all families with users${
    isRoot ? "" : " (ignored: only root can give sockets to others)"
  }`,
  ignore: !isRoot,
  async fn() {
    using _namespace = openNamespace();
    await using _sockets = await HeldSockets.open((held) => {
      const { openTcp, openSocket, openPacket, AF_INET, AF_INET6, AF_UNIX, SOCK_DGRAM, SOCK_RAW } = held;
      openTcp(AF_INET).chown(4711).bind("0.0.0.0", 4711).listen(1);
      openSocket(AF_INET, SOCK_DGRAM).chown(4711).bind("0.0.0.0", 4711);
      openSocket(AF_INET6, SOCK_DGRAM).chown(4711).setInteger(held.IPPROTO_IPV6, held.IPV6_V6ONLY, 1).bind("::", 4711);
      openSocket(AF_UNIX, SOCK_DGRAM).chown(4711);
      openPacket(SOCK_RAW).chown(4711);
      openSocket(AF_INET, SOCK_DGRAM).chown(4712).bind("0.0.0.0", 4712);
    });
    const passwd = Uint8Array.from([...new TextEncoder().encode('root:x:0:0::/:/bin/sh\na"\\'), 0xff]);
    const rest = new TextEncoder().encode(":x:4711:4711::/:/bin/sh\n");
    const { stdout } = runWithFiles(
      { "/etc/passwd": Uint8Array.from([...passwd, ...rest]), "/etc/nsswitch.conf": "passwd: files\n" },
      ["-tuxa0", "--columns", "+user,+user_hex", "--format", "ndjson"],
    );
    const found = lines(stdout).filter(({ uid }) => uid === 4711 || uid === 4712);
    const name = ['a"\\\ufffd', "61225cff"];
    assertEquals(
      found.map(({ protocol, family, uid, user, user_hex }) => [protocol, family, uid, user, user_hex]).toSorted(),
      [
        ["PACKET", "packet", 4711, ...name],
        ["TCP", "inet", 4711, ...name],
        ["UDP", "inet", 4711, ...name],
        ["UDP", "inet", 4712, undefined, undefined],
        ["UDP", "inet6", 4711, ...name],
        ["UNIX", "unix", 4711, ...name],
      ],
    );
  },
});

Deno.test("the library adds users, control groups and other ends if it is told to", () => {
  using _namespace = openNamespace();
  using pair = openPair({ family: AF_INET });
  const named = [...dumpObjects({ tcp: true, processes: true, peers: true, users: true, cgroups: true })];
  const client = named.find(({ inode }) => inode === pair.client.inode)!;
  assertEquals(client["user"], run(["id", "-un"]).stdout.trim());
  assertEquals(client["peer_inode"], pair.server.inode);
  assertEquals(client["peer_owners"], [{ pid: Deno.pid, comm: "deno" }]);
  assertEquals("cgroup" in client, cgroupsAreMounted);
  const [plain] = dumpObjects({ tcp: true });
  assertEquals(["user", "cgroup", "peer_inode", "peer_owners"].filter((name) => name in plain!), []);
});
