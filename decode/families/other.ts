/**
 * Sockets of kinds that no other family covers: AF_ALG, CAN, Bluetooth. They are only found through the processes that hold
 * them.
 */
import { defineKey, type Key } from "../record/key.ts";
import type { FamilyCode } from "./family.ts";
import { addressFamilyWords, AF_INET, AF_INET6, AF_VSOCK } from "../kernel/address_family.ts";
import { socketTypeWords } from "../kernel/socket_types.ts";
import { ALL_STATES, TCP_CLOSE, TCP_ESTABLISHED, TCP_LISTEN, tcpStateWords } from "../kernel/tcp_states.ts";
import { defineNameField, writeName } from "../proc/proc_sockets.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { dstKey, inodeKey, srcKey } from "./sock_diag.ts";

export const name = defineKey(null, "sockprotoname", {
  type: "text",
  meaning: "The kernel's name for the protocol.",
  source: "extended attribute system.sockprotoname",
});

export const holderNetns = defineKey(null, "holder_netns", {
  type: "integer",
  range: [0, 0xffff_ffff],
  meaning: "Inode of the network namespace of the first holder; the socket may be in another one.",
  source: "/proc/PID/ns/net",
});

/** What a socket reports about itself. */
export interface ToldOfSocket {
  /** Inode of its network namespace; `null` if unknown. */
  readonly netns: number | null;
  /** AF_…, SOCK_… and protocol number; -1 if unknown. */
  readonly family: number;
  readonly type: number;
  readonly protocol: number;
  readonly listens: boolean;
  /** Whether it has a peer; `null` if unknown. */
  readonly connected: boolean | null;
  /** `struct sockaddr` of each end; `null` for none. */
  readonly local: Uint8Array | null;
  readonly remote: Uint8Array | null;
}

const family = defineNameField("family", addressFamilyWords, { meaning: "Address family.", source: "SO_DOMAIN" });
const state = defineNameField("state", tcpStateWords, {
  meaning: "State of the socket: listening, established with a peer, unconnected without one.",
  source: "SO_ACCEPTCONN, getpeername(2)",
});
const type = defineNameField("type", socketTypeWords, { meaning: "Type of the socket.", source: "SO_TYPE" });
const protocolNumber = defineKey(null, "protocol_number", {
  type: "integer",
  meaning: "Number of the protocol, as in socket(2).",
  source: "SO_PROTOCOL",
});

/** Fields of one end. */
interface End {
  readonly address: Key;
  readonly port: Key;
  readonly cid: Key;
  readonly bytes: Key;
}

function defineEnd(prefix: "src" | "dst", address: Key, side: string, source: string): End {
  const number = (name: string, meaning: string) =>
    defineKey(null, `${prefix}_${name}`, { type: "integer", meaning, source, nullable: true });
  return {
    address,
    port: number("port", `${side} port.`),
    cid: number("cid", `${side} context id of VSOCK.`),
    bytes: defineKey(null, `${prefix}_sockaddr`, {
      type: "hex",
      meaning: `${side} address of any other family, as the kernel's struct sockaddr.`,
      source,
    }),
  };
}

const local = defineEnd("src", srcKey, "Local", "getsockname(2)");
const remote = defineEnd("dst", dstKey, "Remote", "getpeername(2)");

/** The state of a socket; `null` if unknown. */
export function stateOf({ listens, connected }: ToldOfSocket): number | null {
  if (listens) return TCP_LISTEN;
  return connected === null ? null : connected ? TCP_ESTABLISHED : TCP_CLOSE;
}

/** Pushes what a socket reports about itself. */
export function writeTold(told: ToldOfSocket, sink: RecordSink): void {
  const number = stateOf(told);
  if (told.family >= 0) writeName(family, told.family, sink);
  if (number !== null) writeName(state, number, sink);
  if (told.type >= 0) writeName(type, told.type, sink);
  if (told.protocol >= 0) sink.integer(protocolNumber, told.protocol);
  if (told.local !== null) writeEnd(local, told.local, sink);
  if (told.remote !== null) writeEnd(remote, told.remote, sink);
}

/** The bytes of `struct sockaddr_in`, `sockaddr_in6` and `sockaddr_vm` that are read. */
const INET_SIZE = 8;
const INET6_SIZE = 24;
const VSOCK_SIZE = 12;
/** Size of an address that contains only its family. */
const FAMILY_SIZE = 2;
/** VMADDR_CID_ANY and VMADDR_PORT_ANY. */
const ANY = 0xffffffff;

function writeEnd({ address, port, cid, bytes }: End, sockaddr: Uint8Array, sink: RecordSink): void {
  const { length } = sockaddr;
  if (length <= FAMILY_SIZE) return;
  const view = new DataView(sockaddr.buffer, sockaddr.byteOffset, length);
  const number = view.getUint16(0, true);
  const integer = (key: Key, value: number) => value === ANY ? sink.null(key) : sink.integer(key, value);
  if (number === AF_INET && length >= INET_SIZE || number === AF_INET6 && length >= INET6_SIZE) {
    sink.address(address, number === AF_INET6, sockaddr, number === AF_INET6 ? 8 : 4);
    sink.integer(port, view.getUint16(2));
  } else if (number === AF_VSOCK && length >= VSOCK_SIZE) {
    integer(cid, view.getUint32(8, true));
    integer(port, view.getUint32(4, true));
  } else sink.hex(bytes, sockaddr, 0, length);
}

/** The port of an IP address; 0 for none. */
export const portOf = (sockaddr: Uint8Array | null): number =>
  sockaddr === null || sockaddr.length < INET_SIZE ? 0 : sockaddr[2]! << 8 | sockaddr[3]!;

const keysOf = ({ address, port, cid, bytes }: End): readonly Key[] => [address, port, cid, bytes];

/** Sockets that remain after all other families have been listed. Only `-p` finds them. */
export const other: FamilyCode = {
  defaultStates: ALL_STATES,
  encodeRequests: () => [],
  openDecoder: () => () => {},
  stateOf: null,
  kernelFiltersStates: true,
  inodeOf: () => 0,
  describe: () => ({
    layouts: [],
    attributes: [],
    keys: [
      ...[inodeKey, name],
      ...[family, state, type].flatMap(({ key, raw }) => [key, raw]),
      protocolNumber,
      ...keysOf(local),
      ...keysOf(remote),
      holderNetns,
    ],
  }),
};
