/**
 * UNIX sockets: names, peers, queues and pending connections. Mirrors `linux/unix_diag.h`. Kernel side: `net/unix/diag.c`.
 */
import { AF_UNIX } from "../kernel/address_family.ts";
import {
  type AskingBits,
  type AttributeTable,
  bitsFor,
  custom,
  defineAttributes,
  inline,
  numberInAttribute,
  scalar,
  structure,
  walkAttributes,
  writeText,
} from "../netlink/attribute.ts";
import { DecodeError } from "../kernel/errors.ts";
import { type FamilyCode, madeOnce } from "./family.ts";
import { defineElement, defineKey, type Key } from "../record/key.ts";
import { defineLayout, enumeration, hidden, identifier, type Layout, pickVariant, row } from "../record/layout.ts";
import { encodeRequest, NLM_F_DUMP, NLM_F_REQUEST } from "../netlink/message.ts";
import { procUnixKeys, unixFiles } from "./proc_unix.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { shutdownRows, SK_MEMINFO, skmeminfoKey, SOCK_DIAG_BY_FAMILY, unixNameRule } from "./sock_diag.ts";
import { SOCK_STREAM } from "../kernel/socket_types.ts";
import { CONNECTED_STATES, TCP_LISTEN, tcpStateWords } from "../kernel/tcp_states.ts";
import { isUtf8 } from "../text/utf8.ts";
import { numberAt, type NumberReader } from "../netlink/number_reader.ts";
import type { Question } from "./question.ts";

export const UNIX_DIAG_NAME = 0;
export const UNIX_DIAG_VFS = 1;
export const UNIX_DIAG_PEER = 2;
export const UNIX_DIAG_ICONS = 3;
export const UNIX_DIAG_RQLEN = 4;
export const UNIX_DIAG_MEMINFO = 5;
export const UNIX_DIAG_SHUTDOWN = 6;
export const UNIX_DIAG_UID = 7;

export const UDIAG_SHOW_NAME = 0x01;
export const UDIAG_SHOW_VFS = 0x02;
export const UDIAG_SHOW_PEER = 0x04;
export const UDIAG_SHOW_ICONS = 0x08;
export const UDIAG_SHOW_RQLEN = 0x10;
export const UDIAG_SHOW_MEMINFO = 0x20;
/** Kernels before 5.3 ignore it. */
export const UDIAG_SHOW_UID = 0x40;

const TYPE = 1;
const STATE = 2;
const NUL = 0;
const AT_SIGN = 0x40;

export const UNIX_DIAG_MSG: Layout = defineLayout("unix_diag_msg", "linux/unix_diag.h", null, [
  row("u8", "udiag_family", "family", "", "Address family.", { show: enumeration(["unix"], AF_UNIX) }),
  row("u8", "udiag_type", "type", "", "Type of the socket, as in socket(2).", {
    show: enumeration(["stream", "dgram", undefined, undefined, "seqpacket"], SOCK_STREAM),
  }),
  row("u8", "udiag_state", "state", "", "State of the socket, in the words that `ss` takes.", {
    show: enumeration(tcpStateWords),
  }),
  hidden("pad", 1),
  row("u32", "udiag_ino", "inode", "", "Inode of the socket, as in `/proc/PID/fd`."),
  row(
    "u32x2",
    "udiag_cookie",
    "cookie",
    "",
    "Unique number of the socket; not used again until the machine restarts.",
    {
      show: identifier,
    },
  ),
], { order: ["family", "state", "type", "inode", "cookie"] });

const vfsKey = defineKey(null, "vfs", {
  type: "object",
  meaning: "The socket file; only for sockets bound to a path, even if it was removed.",
  source: "UNIX_DIAG_VFS",
  since: "3.3",
});

/** The kernel's own encoding of a device number, not that of `makedev(3)`. */
const DEVICE_MINOR_BITS = 20;

export const UNIX_DIAG_VFS_LAYOUT: Layout = defineLayout("unix_diag_vfs", "linux/unix_diag.h", vfsKey, [
  row("u32", "udiag_vfs_ino", "inode", "", "Inode of the file."),
  row(
    "u32",
    "udiag_vfs_dev",
    "dev",
    "",
    "Device of its file system in the kernel's numbering: major * 1048576 + minor.",
  ),
  row("u32", "udiag_vfs_dev", "major", "", "Major number of the device.", {
    view: true,
    bits: [DEVICE_MINOR_BITS, 32 - DEVICE_MINOR_BITS],
  }),
  row("u32", "udiag_vfs_dev", "minor", "", "Minor number of the device.", {
    view: true,
    bits: [0, DEVICE_MINOR_BITS],
  }),
]);

/** Condition for rows of {@linkcode UNIX_DIAG_RQLEN_LAYOUT}. */
const IS_LISTENER = 1;

export const UNIX_DIAG_RQLEN_LAYOUT: Layout = defineLayout("unix_diag_rqlen", "linux/unix_diag.h", null, [
  row(
    "u32",
    "udiag_rqueue",
    "recv_q",
    "bytes",
    "Bytes received and not yet read by the process; for datagrams, those in the first one. Listeners: connections that wait to be accepted.",
  ),
  row("u32", "udiag_rqueue", "backlog", "connections", "Connections that wait to be accepted (listeners).", {
    view: true,
    when: IS_LISTENER,
  }),
  row(
    "u32",
    "udiag_wqueue",
    "send_q",
    "bytes",
    "Memory of data that the peer has not yet read, including overhead. Listeners: the limit of waiting connections.",
  ),
  row(
    "u32",
    "udiag_wqueue",
    "backlog_limit",
    "connections",
    "Limit of connections that wait to be accepted (listeners).",
    { view: true, when: IS_LISTENER },
  ),
], { order: ["recv_q", "send_q", "backlog", "backlog_limit"], extra: "rqlen" });

const shutdownLayout: Layout = defineLayout(
  "UNIX_DIAG_SHUTDOWN",
  "",
  null,
  shutdownRows("UNIX_DIAG_SHUTDOWN", { since: "3.8" }),
);

/** Precedes `path_name` and holds its exact bytes in one more case than for other texts. */
const nameBytesKey = defineKey(null, "path_name_hex", {
  type: "hex",
  meaning:
    "Exact bytes of the name, the first NUL of abstract ones included; only where path_name does not tell them: " +
    "it is not valid UTF-8, or the name is abstract and has further NULs.",
  source: "UNIX_DIAG_NAME",
  since: "3.3",
});

/** Path or abstract name that the socket is bound to. */
export const nameKey: Key = defineKey(null, "path_name", {
  type: "text",
  rule: unixNameRule,
  meaning: "Path that the socket is bound to, as passed to bind(2); or an abstract name, with `@` for each NUL.",
  source: "UNIX_DIAG_NAME",
  since: "3.3",
});

const abstractKey = defineKey(null, "abstract", {
  type: "boolean",
  meaning: "Whether the name is abstract: not a path; its first byte is a NUL, shown as `@`.",
  source: "UNIX_DIAG_NAME",
  since: "3.3",
});

/** Buffer for an abstract name in output form. */
let shown = new Uint8Array(0);

/** Pushes the name of a socket: all bytes of an abstract name, or a path without the NUL that the kernel appends. */
function writeName(_view: DataView, bytes: Uint8Array, start: number, end: number, sink: RecordSink): void {
  sink.boolean(abstractKey, writeUnixName(nameKey, nameBytesKey, bytes, start, end, sink));
}

/**
 * Pushes a name from UNIX_DIAG_NAME as the text `key`, or as `hex` if text cannot represent it. Returns whether it is
 * abstract.
 */
export function writeUnixName(
  key: Key,
  hex: Key,
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: RecordSink,
): boolean {
  const abstract = end > start && bytes[start] === NUL;
  if (abstract) writeAbstractName(key, hex, bytes, start, end, sink);
  else writeText(key, bytes, start, end > start && bytes[end - 1] === NUL ? end - 1 : end, sink);
  return abstract;
}

function writeAbstractName(
  key: Key,
  hex: Key,
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: RecordSink,
): void {
  const length = end - start;
  if (shown.length < length) shown = new Uint8Array(Math.max(2 * length, 128));
  let exact = true;
  for (let i = 0; i < length; i++) {
    const byte = bytes[start + i]!;
    if (byte === NUL && i > 0) exact = false;
    shown[i] = byte === NUL ? AT_SIGN : byte;
  }
  sink.text(key, shown, 0, length);
  if (!exact || !isUtf8(shown, 0, length)) sink.hex(hex, bytes, start, end);
}

/** Clients of a listener that wait for accept(). */
export const pendingKey: Key = defineKey(null, "pending", {
  type: "list",
  meaning: "Inodes of the sockets whose connections wait to be accepted (listeners); 0 for one that is already closed.",
  source: "UNIX_DIAG_ICONS",
  since: "3.3",
});
const pendingInode = defineElement(pendingKey, "integer");

function writePending(view: DataView, _bytes: Uint8Array, start: number, end: number, sink: RecordSink): void {
  sink.openList(pendingKey);
  for (let at = start; end - at >= 4; at += 4) sink.integer(pendingInode, view.getUint32(at, true));
  sink.closeList(pendingKey);
}

/** The attributes of a UNIX socket, for listeners or for other sockets. */
export const unixAttributes: (listening: boolean) => AttributeTable = madeOnce((listening) =>
  defineAttributes(null, [
    { number: UNIX_DIAG_NAME, name: "UNIX_DIAG_NAME", payload: custom(nameKey, writeName, [abstractKey]) },
    { number: UNIX_DIAG_VFS, name: "UNIX_DIAG_VFS", payload: structure(vfsKey, UNIX_DIAG_VFS_LAYOUT) },
    scalar(
      UNIX_DIAG_PEER,
      "UNIX_DIAG_PEER",
      "u32",
      "peer_inode",
      "Inode of the socket at the other end; 0 if no process holds it, because it is closed or not yet accepted.",
      { since: "3.3" },
    ),
    {
      number: UNIX_DIAG_RQLEN,
      name: "UNIX_DIAG_RQLEN",
      payload: inline(pickVariant(UNIX_DIAG_RQLEN_LAYOUT, listening ? IS_LISTENER : 0)),
    },
    {
      number: UNIX_DIAG_ICONS,
      name: "UNIX_DIAG_ICONS",
      payload: custom(pendingKey, writePending, [pendingInode]),
    },
    { number: UNIX_DIAG_SHUTDOWN, name: "UNIX_DIAG_SHUTDOWN", payload: inline(shutdownLayout) },
    scalar(
      UNIX_DIAG_UID,
      "UNIX_DIAG_UID",
      "u32",
      "uid",
      "User that owns the socket, as numbered in the caller's user namespace.",
      { since: "5.3" },
    ),
    { number: UNIX_DIAG_MEMINFO, name: "UNIX_DIAG_MEMINFO", payload: structure(skmeminfoKey, SK_MEMINFO) },
  ])
);

/** Bits of `struct unix_diag_req`, by what they request. */
const SHOW_BITS: AskingBits = {
  [UNIX_DIAG_NAME]: UDIAG_SHOW_NAME,
  [UNIX_DIAG_VFS]: UDIAG_SHOW_VFS,
  [UNIX_DIAG_PEER]: UDIAG_SHOW_PEER,
  [UNIX_DIAG_ICONS]: UDIAG_SHOW_ICONS,
  [UNIX_DIAG_RQLEN]: UDIAG_SHOW_RQLEN,
  [UNIX_DIAG_MEMINFO]: UDIAG_SHOW_MEMINFO,
  [UNIX_DIAG_UID]: UDIAG_SHOW_UID,
};

function encodeUnixDiagRequest({ states, wanted }: Question): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(24);
  const view = new DataView(payload.buffer);
  view.setUint8(0, AF_UNIX);
  view.setUint32(4, states, true);
  const show = bitsFor(SHOW_BITS, () => unixAttributes(true), wanted) |
    bitsFor(SHOW_BITS, () => unixAttributes(false), wanted);
  view.setUint32(12, show, true);
  // No cookie: a dump ignores it.
  payload.fill(0xff, 16);
  return encodeRequest(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, payload);
}

const readType: NumberReader = (view, start, end) => end - start > TYPE ? view.getUint8(start + TYPE) : -1;
const readState: NumberReader = (view, start, end) => end - start > STATE ? view.getUint8(start + STATE) : -1;

/** UNIX sockets of the network namespace, with a path, an abstract name or no name. */
export const unix: FamilyCode = {
  defaultStates: CONNECTED_STATES,
  kernelFiltersStates: true,
  inodeOf: numberAt(4),
  cookieAt: 8,
  userOf: numberInAttribute(UNIX_DIAG_MSG.size, UNIX_DIAG_UID, -1),
  peerOf: numberInAttribute(UNIX_DIAG_MSG.size, UNIX_DIAG_PEER, 0),
  stateOf: readState,
  typeOf: readType,
  encodeRequests: (question) => [{ part: "", message: encodeUnixDiagRequest(question) }],
  openDecoder() {
    const listening = unixAttributes(true);
    const others = unixAttributes(false);
    return (view, bytes, start, end, sink) => {
      const body = start + UNIX_DIAG_MSG.size;
      if (body > end) throw new DecodeError(`UNIX socket message of ${end - start} bytes`, start);
      sink.structure(UNIX_DIAG_MSG, view, bytes, start, body);
      const attributes = view.getUint8(start + STATE) === TCP_LISTEN ? listening : others;
      walkAttributes(attributes, view, bytes, body, end, sink);
    };
  },
  procFiles: unixFiles,
  describe: () => ({
    layouts: [UNIX_DIAG_MSG],
    attributes: [unixAttributes(true)],
    keys: [nameBytesKey, ...procUnixKeys()],
  }),
};
