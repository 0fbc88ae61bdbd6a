/** Requests for Internet sockets: which states the kernel has to look for. */
import { assertEquals } from "@std/assert";
import { encodeInetDiagRequests, encodeTcpDiagRequest } from "../../../../decode/families/inet/inet_request.ts";
import type { Question } from "../../../../decode/families/question.ts";
import { AF_INET } from "../../../../decode/kernel/address_family.ts";
import {
  ALL_STATES,
  BOUND_INACTIVE_STATES,
  LISTENING_STATES,
  TCP_LISTEN,
} from "../../../../decode/kernel/tcp_states.ts";

const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const program = new Uint8Array(0);

/** The states in a request: `idiag_states`, after the header of 16 bytes. */
const statesIn = (message: Uint8Array, at: number) => new DataView(message.buffer).getUint32(16 + at, true);

/** The states that both requests of TCP ask for. */
function statesOf(states: number, ports?: { readonly sport: number; readonly dport: number }): readonly number[] {
  const question: Question = {
    addressFamilies: [AF_INET],
    states,
    bpfMaps: false,
    ...ports === undefined ? {} : { kernelFilter: { program, ...ports } },
  };
  const [request] = encodeInetDiagRequests(question, { protocol: IPPROTO_TCP, extensions: 0 });
  return [statesIn(request!.message, 4), statesIn(encodeTcpDiagRequest(question), 52)];
}

Deno.test("TCP: bound sockets that are not connected are not searched for if there must be a remote port", () => {
  const without = ALL_STATES & ~BOUND_INACTIVE_STATES;
  assertEquals(statesOf(ALL_STATES), [ALL_STATES, ALL_STATES]);
  assertEquals(statesOf(ALL_STATES, { sport: 443, dport: 0 }), [ALL_STATES, ALL_STATES]);
  assertEquals(statesOf(ALL_STATES, { sport: 0, dport: 443 }), [without, without]);
  assertEquals(statesOf(BOUND_INACTIVE_STATES, { sport: 0, dport: 443 }), [0, 0]);
  assertEquals(statesOf(LISTENING_STATES), [1 << TCP_LISTEN, 1 << TCP_LISTEN]);
});

Deno.test("UDP: states are requested as they are", () => {
  const question = {
    addressFamilies: [AF_INET],
    states: ALL_STATES,
    bpfMaps: false,
    kernelFilter: { program, sport: 0, dport: 53 },
  };
  const [request] = encodeInetDiagRequests(question, { protocol: IPPROTO_UDP, extensions: 0 });
  assertEquals(statesIn(request!.message, 4), ALL_STATES);
});
