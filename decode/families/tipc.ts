/**
 * TIPC: sockets of the Transparent Inter-Process Communication protocol. Mirrors `linux/tipc_sockets_diag.h` and
 * `linux/tipc_netlink.h`. Kernel side: `net/tipc/diag.c` and `tipc_sk_fill_sock_diag()` in `net/tipc/socket.c`.
 *
 * A message has no fixed part: everything is in the attribute TIPC_NLA_SOCK. For a socket in a state that was not requested,
 * the answer can contain a message that is only a netlink header.
 *
 * Addresses are whole numbers, as in `ss`: `node`, 0 if the node has not joined a cluster, and `ref` on that node. The answer
 * does not name the services that a socket is bound to, only whether there are any.
 */
import { AF_TIPC } from "../kernel/address_family.ts";
import {
  type AttributeTable,
  defineAttributes,
  filler,
  findAttribute,
  inline,
  inlineNest,
  nest,
  NLA_HDRLEN,
  present,
  scalar,
  walkAttributes,
} from "../netlink/attribute.ts";
import type { FamilyCode } from "./family.ts";
import { defineKey, type Key } from "../record/key.ts";
import { defineLayout, enumeration, identifier, row } from "../record/layout.ts";
import { encodeRequest, NLM_F_DUMP, NLM_F_REQUEST } from "../netlink/message.ts";
import { SOCK_DIAG_BY_FAMILY } from "./sock_diag.ts";
import { TCP_CLOSE, TCP_ESTABLISHED, TCP_LISTEN, tcpStateWords } from "../kernel/tcp_states.ts";
import type { NumberReader } from "../netlink/number_reader.ts";

export const TIPC_NLA_SOCK = 2;

export const TIPC_NLA_SOCK_ADDR = 1;
export const TIPC_NLA_SOCK_REF = 2;
export const TIPC_NLA_SOCK_CON = 3;
export const TIPC_NLA_SOCK_HAS_PUBL = 4;
export const TIPC_NLA_SOCK_STAT = 5;
export const TIPC_NLA_SOCK_TYPE = 6;
export const TIPC_NLA_SOCK_INO = 7;
export const TIPC_NLA_SOCK_UID = 8;
export const TIPC_NLA_SOCK_TIPC_STATE = 9;
export const TIPC_NLA_SOCK_COOKIE = 10;
export const TIPC_NLA_SOCK_PAD = 11;
export const TIPC_NLA_SOCK_GROUP = 12;

/** `enum tipc_sk_state` of `net/tipc/socket.c`, which uses the numbers of TCP states. */
const tipcStates: (string | undefined)[] = [];
tipcStates[1] = "established";
tipcStates[2] = "connecting";
tipcStates[7] = "open";
tipcStates[8] = "disconnecting";
tipcStates[10] = "listen";

/** Bit n for every state n that exists. */
const TIPC_STATES = tipcStates.reduce((bits, _, state) => bits | 1 << state, 0);

const socketTypes: (string | undefined)[] = [undefined, "stream", "dgram", undefined, "rdm", "seqpacket"];

/** First release in which the kernel lists sockets of this family. */
const v4_17 = { since: "4.17" };
const v4_19 = { since: "4.19" };

/** The state as a word that all families share, and as TIPC's own word. */
const stateLayout = defineLayout("TIPC_NLA_SOCK_TIPC_STATE", "", null, [
  row("u32", "TIPC_NLA_SOCK_TIPC_STATE", "state", "", "State of the socket, in the words that `ss` takes.", {
    ...v4_17,
    show: enumeration(tcpStateWords.map((word, state) => tipcStates[state] === undefined ? undefined : word)),
  }),
  row("u32", "TIPC_NLA_SOCK_TIPC_STATE", "tipc_state", "", "State of the socket, in the words of TIPC.", {
    ...v4_17,
    view: true,
    show: enumeration(tipcStates),
  }),
]);

const object = (name: string, meaning: string, source: string, since: string): Key =>
  defineKey(null, name, { type: "object", meaning, source, since });
const mark = (parent: Key | null, name: string, meaning: string, source: string, since: string): Key =>
  defineKey(parent, name, { type: "boolean", meaning, source, since });

const conKey = object("con", "Peer of a connected socket.", "TIPC_NLA_SOCK_CON", "4.17");
const inCon = { ...v4_17, parent: conKey };

/** `TIPC_NLA_CON_*`. */
const conAttributes: AttributeTable = defineAttributes(conKey, [
  scalar(2, "TIPC_NLA_CON_NODE", "u32", "node", "Number of the peer's node.", inCon),
  scalar(3, "TIPC_NLA_CON_SOCK", "u32", "sock", "Number of the peer's socket on its node: its ref.", inCon),
  {
    number: 1,
    name: "TIPC_NLA_CON_FLAG",
    payload: present(
      mark(conKey, "flag", "The connection was made to the service in type and inst.", "TIPC_NLA_CON_FLAG", "4.17"),
    ),
  },
  scalar(4, "TIPC_NLA_CON_TYPE", "u32", "type", "Type of the service that was connected to.", inCon),
  scalar(5, "TIPC_NLA_CON_INST", "u32", "inst", "Instance of the service that was connected to.", inCon),
]);

/** `TIPC_NLA_SOCK_STAT_*`. The attributes start at number 0. */
const statAttributes: AttributeTable = defineAttributes(null, [
  scalar(0, "TIPC_NLA_SOCK_STAT_RCVQ", "u32", "recv_q", "Messages received and not read by the process.", {
    ...v4_17,
    unit: "messages",
  }),
  scalar(1, "TIPC_NLA_SOCK_STAT_SENDQ", "u32", "send_q", "Messages that wait to be sent.", {
    ...v4_17,
    unit: "messages",
  }),
  {
    number: 2,
    name: "TIPC_NLA_SOCK_STAT_LINK_CONG",
    payload: present(mark(null, "link_cong", "A link is congested.", "TIPC_NLA_SOCK_STAT_LINK_CONG", "4.17")),
  },
  {
    number: 3,
    name: "TIPC_NLA_SOCK_STAT_CONN_CONG",
    payload: present(mark(null, "conn_cong", "The connection is congested.", "TIPC_NLA_SOCK_STAT_CONN_CONG", "4.17")),
  },
  scalar(4, "TIPC_NLA_SOCK_STAT_DROP", "u32", "drop", "Messages that the socket dropped.", {
    metric: "counter",
    ...v4_17,
    unit: "messages",
  }),
], "unknown_stat");

const groupKey = object("group", "Communication group that the socket is in.", "TIPC_NLA_SOCK_GROUP", "4.19");
const inGroup = { ...v4_19, parent: groupKey };

/** `TIPC_NLA_SOCK_GROUP_*`. The attributes start at number 0. */
const groupAttributes: AttributeTable = defineAttributes(groupKey, [
  scalar(0, "TIPC_NLA_SOCK_GROUP_ID", "u32", "id", "Number of the group.", inGroup),
  scalar(4, "TIPC_NLA_SOCK_GROUP_INSTANCE", "u32", "instance", "Instance of this member.", inGroup),
  scalar(
    5,
    "TIPC_NLA_SOCK_GROUP_BC_SEND_NEXT",
    "u32",
    "bc_send_next",
    "Sequence number of the next broadcast.",
    inGroup,
  ),
  {
    number: 1,
    name: "TIPC_NLA_SOCK_GROUP_OPEN",
    payload: present(mark(groupKey, "open", "The socket has joined.", "TIPC_NLA_SOCK_GROUP_OPEN", "4.19")),
  },
  {
    number: 2,
    name: "TIPC_NLA_SOCK_GROUP_NODE_SCOPE",
    payload: present(
      mark(groupKey, "node_scope", "The group is one of this node.", "TIPC_NLA_SOCK_GROUP_NODE_SCOPE", "4.19"),
    ),
  },
  {
    number: 3,
    name: "TIPC_NLA_SOCK_GROUP_CLUSTER_SCOPE",
    payload: present(
      mark(groupKey, "cluster_scope", "The group is one of the cluster.", "TIPC_NLA_SOCK_GROUP_CLUSTER_SCOPE", "4.19"),
    ),
  },
]);

const sockAttributes: AttributeTable = defineAttributes(null, [
  { number: TIPC_NLA_SOCK_TIPC_STATE, name: "TIPC_NLA_SOCK_TIPC_STATE", payload: inline(stateLayout) },
  scalar(TIPC_NLA_SOCK_TYPE, "TIPC_NLA_SOCK_TYPE", "u32", "type", "Type of the socket.", {
    ...v4_17,
    show: enumeration(socketTypes),
  }),
  scalar(TIPC_NLA_SOCK_ADDR, "TIPC_NLA_SOCK_ADDR", "u32", "node", "Number of this node; 0 outside a cluster.", {
    ...v4_17,
  }),
  scalar(TIPC_NLA_SOCK_REF, "TIPC_NLA_SOCK_REF", "u32", "ref", "Number of the socket on this node.", v4_17),
  { number: TIPC_NLA_SOCK_CON, name: "TIPC_NLA_SOCK_CON", payload: nest(conKey, conAttributes) },
  {
    number: TIPC_NLA_SOCK_HAS_PUBL,
    name: "TIPC_NLA_SOCK_HAS_PUBL",
    payload: present(
      mark(null, "has_publ", "Services are bound to the socket, which has no peer.", "TIPC_NLA_SOCK_HAS_PUBL", "4.17"),
    ),
  },
  { number: TIPC_NLA_SOCK_STAT, name: "TIPC_NLA_SOCK_STAT", payload: inlineNest(statAttributes) },
  scalar(
    TIPC_NLA_SOCK_UID,
    "TIPC_NLA_SOCK_UID",
    "u32",
    "uid",
    "User that owns the socket, as numbered in the caller's user namespace.",
    v4_17,
  ),
  scalar(
    TIPC_NLA_SOCK_INO,
    "TIPC_NLA_SOCK_INO",
    "u32",
    "inode",
    "Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it.",
    v4_17,
  ),
  scalar(
    TIPC_NLA_SOCK_COOKIE,
    "TIPC_NLA_SOCK_COOKIE",
    "u64",
    "cookie",
    "Unique number of the socket; not used again until the machine restarts.",
    { ...v4_17, show: identifier },
  ),
  { number: TIPC_NLA_SOCK_GROUP, name: "TIPC_NLA_SOCK_GROUP", payload: nest(groupKey, groupAttributes) },
  { number: TIPC_NLA_SOCK_PAD, name: "TIPC_NLA_SOCK_PAD", payload: filler },
]);

/** The attributes of a message. */
export const tipcAttributes: AttributeTable = defineAttributes(null, [
  { number: TIPC_NLA_SOCK, name: "TIPC_NLA_SOCK", payload: inlineNest(sockAttributes) },
], "unknown_outer");

/** Reads a 32-bit number from an attribute of the socket, which has no fixed offset; `none` if the attribute is missing. */
const inAttribute = (number: number, none: number): NumberReader => (view, start, end) => {
  const sock = findAttribute(view, start, end, TIPC_NLA_SOCK);
  if (sock < 0) return none;
  const at = findAttribute(view, sock + NLA_HDRLEN, sock + view.getUint16(sock, true), number);
  return at < 0 || view.getUint16(at, true) < NLA_HDRLEN + 4 ? none : view.getUint32(at + NLA_HDRLEN, true);
};

/** TIPC sockets. */
export const tipc: FamilyCode = {
  defaultStates: 1 << TCP_ESTABLISHED | 1 << TCP_LISTEN | 1 << TCP_CLOSE,
  kernelFiltersStates: true,
  inodeOf: inAttribute(TIPC_NLA_SOCK_INO, 0),
  userOf: inAttribute(TIPC_NLA_SOCK_UID, -1),
  // TIPC uses TCP's state numbers.
  stateOf: inAttribute(TIPC_NLA_SOCK_TIPC_STATE, -1),
  encodeRequests({ states }) {
    if ((states & TIPC_STATES) === 0) return [];
    // struct tipc_sock_diag_req
    const payload = new Uint8Array(8);
    payload[0] = AF_TIPC;
    new DataView(payload.buffer).setUint32(4, states, true);
    return [{ part: "", message: encodeRequest(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, payload) }];
  },
  openDecoder: () => (view, bytes, start, end, sink) => walkAttributes(tipcAttributes, view, bytes, start, end, sink),
  describe: () => ({ layouts: [], attributes: [tipcAttributes], keys: [] }),
};
