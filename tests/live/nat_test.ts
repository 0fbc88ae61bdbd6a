/**
 * Translations of addresses, and the other ends of connections that are translated.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { dumpObjects } from "../../mod.ts";
import type { JsonObject } from "../exact_json.ts";
import { asNobody, isRoot, run, runProgram } from "../program.ts";
import { addVeth, bringUp } from "./interfaces.ts";
import { NamespaceDescriptor, openNamespace } from "./namespace.ts";
import { masquerade, redirect, translateDestination, withoutNat } from "./nat.ts";
import { addAddress } from "./rtnetlink.ts";
import { AF_INET, openPair, openSocket, openTcp, SO_KEEPALIVE, SOCK_DGRAM, SOL_SOCKET } from "./sockets.ts";

const because = withoutNat();

interface Translated {
  readonly inode: number;
  readonly nat_status?: string;
  readonly nat?: JsonObject;
  readonly peer_inode?: number;
}

const flowsOf = (options: Parameters<typeof dumpObjects>[0]): Map<number, Translated> =>
  new Map(([...dumpObjects(options)] as unknown as Translated[]).map((flow) => [flow.inode, flow]));

const tuple = (src_port: number, dst_port: number) => ({ src: "127.0.0.1", src_port, dst: "127.0.0.1", dst_port });

Deno.test({
  name:
    `--nat shows both directions at both ends, and --peers pairs them; without a translation the status says so${because}`,
  ignore: because !== "",
  fn() {
    using _namespace = openNamespace();
    using listener = openTcp(AF_INET).bind("127.0.0.1").listen(8);
    const port = listener.localPort;
    redirect(8080, port);
    redirect(53, port, 17);
    using client = openTcp(AF_INET).connect("127.0.0.1", 8080);
    using server = listener.accept();
    using plain = openPair();
    using service = openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1", port);
    using asking = openSocket(AF_INET, SOCK_DGRAM).connect("127.0.0.1", 53).send(1);
    const { from } = service.receiveFrom()!;
    const answering = service.connectTo(from.slice(0, 16));

    const flows = flowsOf({ tcp: true, udp: true, states: ["all"], nat: true, peers: true });
    const of = (socket: { inode: number }) => {
      const { nat, nat_status, peer_inode } = flows.get(socket.inode)!;
      const { timeout: _, ...rest } = nat ?? {};
      return [nat_status, nat === undefined ? undefined : rest, peer_inode];
    };
    const [original, reply] = [tuple(client.localPort, 8080), tuple(port, client.localPort)];
    assertEquals(of(client), ["translated", { direction: "original", original, reply, mark: 0 }, server.inode]);
    assertEquals(of(server), ["translated", { direction: "reply", original, reply, mark: 0 }, client.inode]);
    const [asked, answered] = [tuple(asking.localPort, 53), tuple(port, asking.localPort)];
    const both = { original: asked, reply: answered, mark: 0 };
    assertEquals(of(asking), ["translated", { direction: "original", ...both }, answering.inode]);
    assertEquals(of(answering), ["translated", { direction: "reply", ...both }, asking.inode]);
    assertEquals(of(plain.client), ["none", undefined, plain.server.inode]);
    assertEquals(of(listener), ["unconnected", undefined, undefined]);

    // Without --nat nobody asks, and --peers knows only what has the same addresses.
    const alone = flowsOf({ tcp: true, peers: true });
    assertEquals([alone.get(client.inode)!.nat_status, alone.get(client.inode)!.peer_inode], [undefined, undefined]);

    const found = runProgram("-t", `nat.original.dst_port = 8080`, "--columns", "inode,nat.direction", "--csv");
    assertEquals(
      found.stdout.trimEnd().split(/\r?\n/).slice(1).toSorted(),
      [`${client.inode},original`, `${server.inode},reply`].toSorted(),
    );
    const { stdout } = runProgram("-tnp", "--nat", "--peers", "--table", "--wide", "sport = :8080 or dport = :8080");
    assertMatch(stdout, / nat_status .*\n.* translated /);

    // What has no column of the table is in it too.
    client.setInteger(SOL_SOCKET, SO_KEEPALIVE, 1);
    const all = runProgram("-tnp", "--all-context", "--table", "--wide", "dport = :8080");
    assertEquals([all.code, all.stderr], [0, ""]);
    for (
      const detail of ["nat.direction:original", "route.table:254", "options.keepalive:true", "options.keepidle:7200s"]
    ) {
      assert(all.stdout.includes(` ${detail} `), `${detail}: ${all.stdout}`);
    }
    assert(!/nat_status:|route.iface:|options.nodelay:/.test(all.stdout), all.stdout);
  },
});

Deno.test({
  name: `--nat and --peers find what a namespace between the two ends translates${because}`,
  ignore: because !== "",
  fn() {
    using _client = openNamespace();
    using near = new NamespaceDescriptor();
    using _server = openNamespace();
    using far = new NamespaceDescriptor();
    using _router = openNamespace();
    using router = new NamespaceDescriptor();
    addVeth("near", 21, "eth0", 31, near.fd);
    addVeth("far", 22, "eth0", 32, far.fd);
    addAddress(21, "10.9.0.1", 24);
    addAddress(22, "10.8.0.1", 24);
    bringUp(21);
    bringUp(22);
    Deno.writeTextFileSync("/proc/sys/net/ipv4/ip_forward", "1");
    translateDestination(8080, "10.8.0.2", 80);
    masquerade();
    using listener = far.inside(() => {
      addAddress(32, "10.8.0.2", 24);
      bringUp(32);
      return openTcp(AF_INET).bind("10.8.0.2", 80).listen(8);
    });
    using client = near.inside(() => {
      addAddress(31, "10.9.0.2", 24);
      bringUp(31);
      return openTcp(AF_INET).connect("10.9.0.1", 8080);
    });
    using server = listener.accept();

    const paths = (...namespaces: NamespaceDescriptor[]) => namespaces.map(({ fd }) => `/proc/self/fd/${fd}`);
    const flows = flowsOf({ tcp: true, namespaces: paths(near, far, router), nat: true, peers: true });
    const [one, other] = [flows.get(client.inode)!, flows.get(server.inode)!];
    assertEquals([one.peer_inode, other.peer_inode], [server.inode, client.inode]);
    const { original, reply, netns_inode } = one.nat as unknown as {
      original: unknown;
      reply: { dst_port: number };
      netns_inode: number;
    };
    assertEquals(original, { src: "10.9.0.2", src_port: client.localPort, dst: "10.9.0.1", dst_port: 8080 });
    const { dst_port } = reply;
    assertEquals(reply as unknown, { src: "10.8.0.2", src_port: 80, dst: "10.8.0.1", dst_port });
    assertEquals([one.nat!["direction"], other.nat!["direction"]], ["original", "reply"]);
    assertEquals([original, reply, netns_inode], [
      other.nat!["original"],
      other.nat!["reply"],
      other.nat!["netns_inode"],
    ]);
    assertEquals(netns_inode, Deno.statSync(`/proc/self/fd/${router.fd}`).ino);

    // Only who looks at the namespace between them knows.
    const without = flowsOf({ tcp: true, namespaces: paths(near, far), nat: true, peers: true }).get(client.inode)!;
    assertEquals([without.nat_status, without.peer_inode], ["none", undefined]);
  },
});

Deno.test({
  name: `--nat of a user without rights is denied where connections are tracked, and says so once${because}${
    isRoot ? "" : " (ignored: needs root)"
  }`,
  ignore: because !== "" || !isRoot,
  fn() {
    using _namespace = openNamespace();
    redirect(8080, 9090);
    using _pair = openPair();
    asNobody((words, options) => {
      const args = ["-t", "--nat", "--format", "ndjson", "--columns", "nat_status"];
      const { code, stdout, stderr } = run([...words, ...args], options);
      assertEquals([code, stdout], [1, '{"protocol":"TCP","nat_status":"denied"}\n'.repeat(2)]);
      assertMatch(stderr, /^ss2: cannot read translations of addresses: operation not permitted \(EPERM\)[^\n]*\n$/);
    });
  },
});

Deno.test("--nat does not ask where nothing is tracked", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  const flows = flowsOf({ tcp: true, nat: true });
  assertEquals([pair.client, pair.server].map(({ inode }) => flows.get(inode)!.nat_status), ["none", "none"]);
});
