/** The connection of SSH_CONNECTION, which anybody may have set to anything. */
import { assert, assertEquals } from "@std/assert";
import { isOfSession, parseSession } from "../../query/ssh_session.ts";

const flow = (src: string, src_port: number, dst: string, dst_port: number, protocol = "TCP") => ({
  protocol,
  src,
  src_port,
  dst,
  dst_port,
});

Deno.test("isOfSession knows both ends of the connection in every spelling of its addresses", () => {
  for (
    const [text, client, server] of [
      ["192.0.2.1 5000 192.0.2.2 22", "192.0.2.1", "192.0.2.2"],
      ["192.0.2.1 5000 192.0.2.2 22", "::ffff:192.0.2.1", "::ffff:192.0.2.2"],
      ["::ffff:192.0.2.1 5000 ::FFFF:c000:202 22", "192.0.2.1", "192.0.2.2"],
      ["2001:DB8:0:0::1 5000 fe80::1%eth0 22", "2001:db8::1", "fe80::1"],
    ] as const
  ) {
    const session = parseSession(text);
    assert(session !== null, text);
    assert(isOfSession(flow(client, 5000, server, 22), session), text);
    assert(isOfSession(flow(server, 22, client, 5000, "MPTCP"), session), text);
    assert(!isOfSession(flow(server, 22, client, 5001), session), text);
    assert(!isOfSession(flow(server, 22, client, 5000, "UDP"), session), text);
  }
});

Deno.test("parseSession takes nothing but two addresses with ports", () => {
  for (
    const text of [
      ...["", " ", "x", "UNKNOWN 65535 UNKNOWN 65535", "1.2.3.4 1 1.2.3.4", "1.2.3.4 1 1.2.3.4 2 3"],
      ...["1.2.3.4 1 1.2.3 2", "1.2.3.4 65536 1.2.3.4 2", "1.2.3.4 01 1.2.3.4 2", "1.2.3.256 1 1.2.3.4 2"],
      ...["::1 1 :::1 2", "1.2.3.4 1 1.2.3.4 2\n", " 1.2.3.4 1 1.2.3.4 2", "::1%a/b 1 ::1 2", "1.2.3.4  1 1.2.3.4 2"],
      ...["host 1 1.2.3.4 2", "$(x) 1 ::1 2", `${"1".repeat(5000)} 1 ::1 2`],
    ]
  ) assertEquals(parseSession(text), null, text);
});
