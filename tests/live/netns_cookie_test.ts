/**
 * The cookie of network namespaces.
 */
import { assertEquals } from "@std/assert";
import { dumpObjects } from "../../mod.ts";
import { NamespaceDescriptor, openNamespace } from "./namespace.ts";
import { AF_INET, CallError, openPair, openTcp, SOL_SOCKET } from "./sockets.ts";

const SO_NETNS_COOKIE = 71;
const ENOPROTOOPT = 92;

/** The cookie of the namespace of this thread; `undefined` if the kernel does not tell it. */
function cookieHere(): string | undefined {
  using socket = openTcp(AF_INET);
  try {
    return `0x${socket.getBytes(SOL_SOCKET, SO_NETNS_COOKIE, 8).getBigUint64(0, true).toString(16)}`;
  } catch (error) {
    if (error instanceof CallError && error.errno === ENOPROTOOPT) return undefined;
    throw error;
  }
}

Deno.test("netns.cookie is SO_NETNS_COOKIE of a socket in the namespace, the own one or another", () => {
  const cookies = (namespaces: string[]) =>
    [...dumpObjects({ tcp: true, namespaces })].map((flow) =>
      (flow as unknown as { netns: { cookie?: string } }).netns.cookie
    );
  using _first = openNamespace();
  using _pair = openPair();
  const first = cookieHere();
  assertEquals(cookies([]), [first, first]);
  using opened = new NamespaceDescriptor();
  using _second = openNamespace();
  assertEquals(first === undefined || first !== cookieHere(), true);
  assertEquals(cookies([`/proc/self/fd/${opened.fd}`]), [first, first]);
});
