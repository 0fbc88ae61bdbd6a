/**
 * BPF maps that hold sockets.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { dumpObjects } from "../../mod.ts";
import { asNobody, assertPrinted, isRoot, run, runProgram } from "../program.ts";
import { SocketMap, withoutSocketMaps } from "./bpf.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, openPair, openTcp, SOL_SOCKET } from "./sockets.ts";

const SO_REUSEPORT = 15;

Deno.test({
  name: `--socket-maps shows the maps that hold each socket, and says which cannot be read${withoutSocketMaps}`,
  ignore: withoutSocketMaps !== "",
  fn() {
    using _namespace = openNamespace();
    using pair = openPair();
    using plain = openPair();
    using shared = openTcp(AF_INET).setInteger(SOL_SOCKET, SO_REUSEPORT, 1).bind("127.0.0.1").listen(1);
    using array = new SocketMap("redirect", "sockmap");
    using hash = new SocketMap("", "sockhash");
    using group = new SocketMap("listeners", "reuseport_sockarray");
    array.set(3, pair.client);
    array.set(4, pair.client);
    array.set(5, pair.server);
    hash.set(1000, pair.client);
    group.set(0, shared);
    const [redirect, nameless, listeners] = [
      { id: array.id, name: "redirect", type: "sockmap" },
      { id: hash.id, type: "sockhash" },
      { id: group.id, name: "listeners", type: "reuseport_sockarray" },
    ];
    const found = new Map(
      [...dumpObjects({ tcp: true, states: ["all"], socketMaps: true })].map(
        (flow) => {
          const { inode, bpf_maps } = flow as unknown as { inode: number; bpf_maps?: { id: number }[] };
          return [inode, bpf_maps?.toSorted((a, b) => a.id - b.id)];
        },
      ),
    );
    const expected = [redirect, nameless].toSorted((a, b) => a!.id - b!.id);
    assertEquals(found.get(pair.client.inode), expected as { id: number }[]);
    assertEquals(found.get(pair.server.inode), [redirect]);
    assertEquals(found.get(shared.inode), [listeners]);
    assertEquals([plain.client, plain.server, pair.listener].map(({ inode }) => found.get(inode)), [
      ...[undefined, undefined, undefined],
    ]);
    const filtered = runProgram("-ta", "bpf_maps.name = listeners", "--columns", "inode,bpf_maps.type", "--csv");
    assertMatch(filtered.stdout, new RegExp(`^inode,bpf_maps.type\\r?\\n${shared.inode},reuseport_sockarray\\r?\\n$`));

    using small = new SocketMap("small", "sockmap", 4);
    small.set(0, pair.server);
    const { code, stderr } = runProgram("-t", "--socket-maps");
    assertEquals(code, 1);
    assertMatch(stderr, new RegExp(`^ss2: cannot tell the sockets in BPF map ${small.id}: [^\\n]+\\n`, "m"));
  },
});

Deno.test({
  name: `--socket-maps of a user without rights says what it needs${isRoot ? "" : " (ignored: needs root)"}`,
  ignore: !isRoot,
  fn() {
    using _namespace = openNamespace();
    using _pair = openPair();
    assertPrinted(runProgram("-t"));
    asNobody((words, options) => {
      const { code, stderr, stdout } = run([...words, "-t", "--socket-maps", "--format", "ndjson"], options);
      assertEquals([code, stdout.split("\n").length], [1, 3]);
      assertMatch(
        stderr,
        /^ss2: cannot tell BPF maps that hold sockets: cannot list BPF maps: [^\n]*it needs CAP_SYS_ADMIN\n$/,
      );
    });
  },
});
