/**
 * A machine on which a system call filter refuses netlink, as with systemd and in containers: the same sockets come
 * from `/proc/net`.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { programWords, type Run, run } from "../program.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, loopback, openSocket, openTcp, SOCK_DGRAM } from "./sockets.ts";

const refusals: readonly (readonly [name: string, errno: number, text: string])[] = [
  ["EAFNOSUPPORT", 97, "address family not supported (EAFNOSUPPORT)"],
  ["EPERM", 1, "operation not permitted (EPERM)"],
  ["EPROTONOSUPPORT", 93, "protocol not supported (EPROTONOSUPPORT)"],
  ["EACCES", 13, "permission denied (EACCES)"],
];

const wrapper = new URL("refuse_netlink.ts", import.meta.url).pathname;

function runRefused(errno: number, ...args: string[]): Run {
  const deno = [Deno.execPath(), "run", "--quiet", "--no-config", "--allow-all", wrapper, String(errno)];
  return run([...deno, ...programWords(), ...args]);
}

interface Line {
  readonly protocol: string;
  readonly source: string;
  readonly src_port: number;
}

const LESS = "sockets come from /proc/net, with fewer fields";

for (const [name, errno, text] of refusals) {
  const refused = `ss2: socket diagnostics are refused: cannot open a netlink socket: ${text}`;

  Deno.test(`netlink refused with ${name}: sockets come from /proc/net and say so, in one warning, status 1`, () => {
    using _namespace = openNamespace();
    using stack = new DisposableStack();
    const tcp = stack.use(openTcp(AF_INET)).bind(loopback(AF_INET)).listen(1).localPort;
    const udp = stack.use(openSocket(AF_INET, SOCK_DGRAM)).bind(loopback(AF_INET)).localPort;
    const { code, stdout, stderr } = runRefused(errno, "-tua", "--format", "ndjson");
    assertEquals([code, stderr], [1, `${refused}; ${LESS}\n`]);
    const lines = stdout.trim().split("\n").map((line): Line => JSON.parse(line));
    assertEquals(lines.map(({ protocol, source, src_port }) => [protocol, source, src_port]), [
      ["TCP", "proc", tcp],
      ["UDP", "proc", udp],
    ]);
  });

  Deno.test(`netlink refused with ${name}: a check says yes where it can, and never no`, () => {
    using _namespace = openNamespace();
    using listener = openTcp(AF_INET).bind(loopback(AF_INET)).listen(1);
    assertEquals(runRefused(errno, "-q", "-tl", "sport", "=", String(listener.localPort)).code, 0);
    assertEquals(runRefused(errno, "-q", "-tl", "sport", "=", "1").code, 2);
  });

  Deno.test(`netlink refused with ${name}: families that /proc/net does not have are named in the same line`, () => {
    using _namespace = openNamespace();
    const { code, stderr } = runRefused(errno, "-M");
    assertEquals([code, stderr], [2, `${refused}; cannot list MPTCP sockets\n`]);
    const all = runRefused(errno, "-a");
    assertEquals([all.code, all.stderr.trim().split("\n").length], [1, 1]);
    assertStringIncludes(all.stderr, `${refused}; ${LESS}; cannot list MPTCP `);
  });

  Deno.test(`netlink refused with ${name}: --doctor and --explain work and say so`, () => {
    const doctor = runRefused(errno, "--doctor");
    assertEquals([doctor.code, doctor.stderr], [1, ""]);
    assertStringIncludes(doctor.stdout, `socket diagnostics: cannot open a netlink socket: ${text}`);
    assert(/^ {2}TCP +in \/proc\/net only$/m.test(doctor.stdout), doctor.stdout);
    const explained = runRefused(errno, "--explain", "-ta", "sport = 1");
    assertEquals([explained.code, explained.stderr], [0, ""]);
    assertStringIncludes(explained.stdout, `socket diagnostics are refused: cannot open a netlink socket: ${text}`);
    assertStringIncludes(explained.stdout, "checked by the kernel: ");
  });
}
