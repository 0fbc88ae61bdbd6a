/**
 * Code shared by the Internet families: requests, decoding and descriptions.
 */
import { DecodeError } from "../../kernel/errors.ts";
import {
  type AttributeTable,
  defineAttributes,
  filler,
  findAttribute,
  NLA_HDRLEN,
  walkAttributes,
} from "../../netlink/attribute.ts";
import { numberAt, type NumberReader } from "../../netlink/number_reader.ts";
import type { Key } from "../../record/key.ts";
import { type Layout, pickVariant } from "../../record/layout.ts";
import type { RecordSink } from "../../record/record_sink.ts";
import { type DestroyEvents, type FamilyCode, madeOnce, NEWEST_KERNEL } from "../family.ts";
import { INET_DIAG_CGROUP_ID, INET_DIAG_INFO, INET_DIAG_PROTOCOL } from "./inet_constants.ts";
import {
  COOKIE,
  HAS_OWNER,
  INET_DIAG_MSG,
  INET_DIAG_MSG_DESTROYED,
  INODE,
  INTERFACE,
  readConditions,
  readConditionsAtEnd,
  REMOTE_PORT,
  STATE,
  USER,
} from "./inet_diag.ts";
import { encodeInetDiagRequests, extensionsFor, type InetProtocol } from "./inet_request.ts";

/**
 * Pushes the fields of the socket in the message payload from `start` to `end`. `message` is the layout of the fixed part, and
 * `conditionsOf` reads the conditions of its rows.
 *
 * @throws {DecodeError} if the payload is shorter than `struct inet_diag_msg`; no kernel sends that
 */
export function writeInetSocket(
  message: Layout,
  attributes: AttributeTable,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: RecordSink,
  conditionsOf: (view: DataView, start: number) => number = readConditions,
): void {
  const body = start + message.size;
  if (body > end) throw new DecodeError(`socket message of ${end - start} bytes`, start);
  sink.structure(pickVariant(message, conditionsOf(view, start)), view, bytes, start, body);
  walkAttributes(attributes, view, bytes, body, end, sink);
}

/** Reads `idiag_state`. */
export const readInetState: NumberReader = (view, start, end) =>
  end - start > STATE ? view.getUint8(start + STATE) : -1;

/** Reads `idiag_uid`; -1 if the kernel has no user for the socket. */
const readInetUser: NumberReader = (view, start, end) =>
  end - start >= USER + 4 && (readConditions(view, start) & HAS_OWNER) !== 0 ? view.getUint32(start + USER, true) : -1;

/** Reads INET_DIAG_CGROUP_ID; 0 also for a number above 53 bits, which no kernel reaches in centuries. */
const readCgroup: NumberReader = (view, start, end) => {
  const at = findAttribute(view, start + INET_DIAG_MSG.size, end, INET_DIAG_CGROUP_ID) + NLA_HDRLEN;
  if (at < NLA_HDRLEN || view.getUint16(at - NLA_HDRLEN, true) < NLA_HDRLEN + 8) return 0;
  const high = view.getUint32(at + 4, true);
  return high < 0x200000 ? high * 0x100000000 + view.getUint32(at, true) : 0;
};

/** How an Internet protocol differs from the others. */
export interface InetFamily extends
  Pick<
    FamilyCode,
    "defaultStates" | "kernelFiltersStates" | "absence" | "procFiles" | "paired" | "sharesCookies"
  > {
  /** Whether the kernel ignores filter programs for it, unlike for other protocols. */
  readonly ignoresFilters?: true;
  readonly protocol: InetProtocol;
  /** Further fields, for example from `/proc/net`. */
  readonly keys?: () => readonly Key[];
  /** Makes its attribute table; `release` as in `DatagramSource`. */
  attributes(release: number): AttributeTable;
  /** Makes the layout of the fixed part of its messages; {@linkcode INET_DIAG_MSG} by default. */
  readonly message?: (release: number) => Layout;
  /** The groups of {@linkcode DestroyEvents}, if there are any. */
  readonly destroyGroups?: DestroyEvents["groups"];
  /** Like {@linkcode FamilyCode.stateOf}, if the number in the message is not one of `tcp_states.ts`. */
  readonly stateOf?: NumberReader | null;
}

/** Defines a family of sockets that `struct inet_diag_msg` describes. */
export function defineInetFamily(inet: InetFamily): FamilyCode {
  const { defaultStates, kernelFiltersStates, protocol } = inet;
  const { stateOf = readInetState } = inet;
  const message = madeOnce(inet.message ?? (() => INET_DIAG_MSG));
  const attributesOf = madeOnce(inet.attributes);
  return {
    defaultStates,
    kernelFiltersStates,
    ...inet.absence === undefined ? {} : { absence: inet.absence },
    ...inet.procFiles === undefined ? {} : { procFiles: inet.procFiles },
    ...inet.ignoresFilters === true ? {} : { runsFilters: true },
    ...inet.paired === undefined ? {} : { paired: inet.paired },
    ...inet.destroyGroups === undefined
      ? {}
      : { events: defineEvents(protocol.protocol, inet.destroyGroups, attributesOf) },
    inodeOf: numberAt(INODE),
    ...inet.sharesCookies === true ? { sharesCookies: true } : { cookieAt: COOKIE },
    interfaceOf: numberAt(INTERFACE),
    userOf: readInetUser,
    cgroupOf: readCgroup,
    stateOf,
    encodeRequests: (question) =>
      encodeInetDiagRequests(question, {
        protocol: protocol.protocol,
        extensions: protocol.extensions & extensionsFor(question, () => attributesOf(NEWEST_KERNEL)),
      }),
    openDecoder: madeOnce((release) => {
      const layout = message(release);
      const attributes = attributesOf(release);
      return (view, bytes, start, end, sink) => writeInetSocket(layout, attributes, view, bytes, start, end, sink);
    }),
    describe: () => ({
      layouts: [message(NEWEST_KERNEL)],
      attributes: [attributesOf(NEWEST_KERNEL)],
      keys: inet.keys?.() ?? [],
    }),
  };
}

/**
 * The messages about destroyed sockets. A socket without a remote port was never connected, or was disconnected first
 * (SO_LINGER 0, a refused connect(2), a connection that nobody accepted), which resets its counters: they are left out.
 */
function defineEvents(
  protocol: number,
  groups: DestroyEvents["groups"],
  attributesOf: (release: number) => AttributeTable,
): DestroyEvents {
  const unshown = { number: INET_DIAG_PROTOCOL, name: "INET_DIAG_PROTOCOL", payload: filler };
  const withInfo = madeOnce((release: number) => {
    const info = attributesOf(release).attributes.filter(({ number }) => number === INET_DIAG_INFO);
    return defineAttributes(null, [...info, unshown]);
  });
  const withoutInfo = madeOnce(() =>
    defineAttributes(null, [{ number: INET_DIAG_INFO, name: "INET_DIAG_INFO", payload: filler }, unshown])
  );
  return {
    protocol,
    groups,
    openDecoder: madeOnce((release) => {
      const connected = withInfo(release);
      const unconnected = withoutInfo(0);
      return (view, bytes, start, end, sink) => {
        const hasPeer = end - start >= REMOTE_PORT + 2 && view.getUint16(start + REMOTE_PORT) !== 0;
        const attributes = hasPeer ? connected : unconnected;
        writeInetSocket(INET_DIAG_MSG_DESTROYED, attributes, view, bytes, start, end, sink, readConditionsAtEnd);
      };
    }),
    describe: () => ({ layouts: [INET_DIAG_MSG_DESTROYED], attributes: [withInfo(NEWEST_KERNEL)], keys: [] }),
  };
}
