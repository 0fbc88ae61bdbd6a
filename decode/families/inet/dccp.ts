/**
 * DCCP: connections of datagrams, removed in Linux 6.16. Mirrors the states of `linux/dccp.h`. Kernel side: `net/dccp/diag.c`.
 */
import { type AttributeTable, structure } from "../../netlink/attribute.ts";
import type { FamilyCode } from "../family.ts";
import { INET_DIAG_INFO } from "./inet_constants.ts";
import { defineInetAttributes, defineInetMessage } from "./inet_diag.ts";
import { defineInetFamily, readInetState } from "./inet_family.ts";
import { ALL_EXTENSIONS } from "./inet_request.ts";
import { enumeration, type Layout, type Row } from "../../record/layout.ts";
import { defineTcpInfo, infoKey } from "./tcp_info.ts";
import { CONNECTED_STATES, TCP_ESTABLISHED, tcpStateWords } from "../../kernel/tcp_states.ts";

export const IPPROTO_DCCP = 33;

/** Where DCCP's own states begin: after TCP's, which grew in 4.1 and 6.8. */
const FIRST_OWN_STATE = 13;
/** All numbers that those two states can have, except 12, which is syn-recv since 4.1. */
const OWN_STATES = 0x7 << FIRST_OWN_STATE;

/** Words for the states of a kernel. For an unknown kernel (0), states whose number is uncertain have no word. */
export function dccpStateWords(release: number): readonly (string | undefined)[] {
  const first = release === 0 ? 0 : release < 4001 ? 12 : release < 6008 ? 13 : 14;
  const shared = tcpStateWords.slice(0, first === 0 ? 12 : first);
  return first === 0 ? shared : [...shared, "partopen", "passive-closereq"];
}

/** Members of `struct tcp_info` that DCCP and its congestion controls fill. The others are 0 and have no meaning. */
const filled = ["state", "ca_state", "retransmits", "probes", "backoff", "opts", "rto", "pmtu", "rtt", "rcv_rtt"];

/** `struct tcp_info` as DCCP fills it. */
export function dccpInfo(release: number): Layout {
  const states = enumeration(dccpStateWords(release));
  return defineTcpInfo([], (item): Row[] => {
    if (item.field === "state") return [{ ...item, show: states }];
    if (filled.includes(item.field)) return [item];
    return item.view === true ? [] : [{ ...item, field: "" }];
  });
}

/** The attributes of DCCP sockets of a kernel; `release` as in {@linkcode DatagramSource.release}. */
export function dccpAttributes(release: number): AttributeTable {
  return defineInetAttributes([
    { number: INET_DIAG_INFO, name: "INET_DIAG_INFO", payload: structure(infoKey, dccpInfo(release)) },
  ]);
}

const inetDccp = defineInetFamily({
  defaultStates: CONNECTED_STATES,
  // The request asks for more states than needed.
  kernelFiltersStates: false,
  paired: true,
  // Both of DCCP's own states are connection states.
  stateOf(view, start, end) {
    const state = readInetState(view, start, end);
    return state >= FIRST_OWN_STATE - 1 ? TCP_ESTABLISHED : state;
  },
  protocol: { protocol: IPPROTO_DCCP, extensions: ALL_EXTENSIONS },
  attributes: dccpAttributes,
  message: (release) => defineInetMessage({ states: dccpStateWords(release) }),
});

/** DCCP over IPv4 and IPv6. */
export const dccp: FamilyCode = {
  ...inetDccp,
  encodeRequests(question) {
    const connected = (question.states >> TCP_ESTABLISHED & 1) === 1;
    return inetDccp.encodeRequests(connected ? { ...question, states: question.states | OWN_STATES } : question);
  },
};
