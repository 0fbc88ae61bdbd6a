/**
 * UNIX, netlink and packet sockets in `/proc/net`; mirrors `unix_seq_show` in `net/unix/af_unix.c`, `netlink_seq_show` in
 * `net/netlink/af_netlink.c` and `packet_seq_show` in `net/packet/af_packet.c`.
 */
import { AF_NETLINK, AF_PACKET, AF_UNIX } from "../kernel/address_family.ts";
import { socketTypeWords } from "../kernel/socket_types.ts";
import { writeText } from "../netlink/attribute.ts";
import { DecodeError } from "../kernel/errors.ts";
import { defineElement, defineKey, type Key } from "../record/key.ts";
import { netlinkWords } from "../kernel/netlink_protocols.ts";
import { Columns } from "../proc/line_reader.ts";
import {
  defineNameField,
  dropsKey,
  hasBit,
  MAX_INODE,
  sourceKey,
  writeName as writeNameField,
  writeSource,
} from "../proc/proc_sockets.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { TCP_CLOSE, TCP_ESTABLISHED, TCP_LISTEN, tcpStateWords } from "../kernel/tcp_states.ts";
import type { ProcFile, Wanted } from "../proc/proc_file.ts";
import type { Question } from "./question.ts";

/** Flag of sockets that listen. */
const SO_ACCEPTCON = 0x10000;
/** `socket_state` of `linux/net.h`. Other numbers belong to sockets that no process holds. */
const SS_UNCONNECTED = 1;
const SS_CONNECTED = 3;
const AT_SIGN = 64;
/** Longest `sun_path`. */
const MAX_NAME = 108;

/** Words for one number of an address family. */
function familyWords(number: number, word: string): (string | undefined)[] {
  const words: (string | undefined)[] = [];
  words[number] = word;
  return words;
}

/** Makes fields on first use, so that nothing is made for families that are not requested. */
function lazily<T>(make: () => T): () => T {
  let made: T | null = null;
  return () => made ??= make();
}

const unixFields = lazily(() => {
  const source = "/proc/net/unix";
  return {
    family: defineNameField("family", familyWords(AF_UNIX, "unix"), { source, meaning: "Address family." }),
    type: defineNameField("type", socketTypeWords, { source, meaning: "Type of the socket, as in socket(2)." }),
    state: defineNameField("state", tcpStateWords, { source, meaning: "State of the socket." }),
    inode: defineKey(null, "inode", { source, type: "integer", meaning: "Inode of the socket." }),
    name: defineKey(null, "path_name", {
      source,
      type: "text",
      meaning: "Path that the socket is bound to, or an abstract name, `@` in place of each NUL.",
    }),
    abstract: defineKey(null, "abstract", {
      source,
      type: "boolean",
      meaning: "Whether the name is abstract; `/proc/net` does not tell where a path starts with `@`.",
    }),
  };
});

const columns = new Columns();

/** The columns of a UNIX socket, and the offset of its name; the end of the line if it has none. */
const unix = { flags: 0, type: 0, progress: 0, inode: 0, name: 0 };

/** Reads the line of a UNIX socket; see `unix_seq_show`: `%pK: %08X %08X %08X %04X %02X %5lu`, a space and the name. */
function readUnixSocket(bytes: Uint8Array, start: number, end: number): void {
  columns.open(bytes, start, end);
  columns.skip(); // where it lies in the kernel, and a colon
  if (bytes[columns.at - 1] !== 58) throw new DecodeError("no colon", columns.at - 1);
  columns.hexadecimal(); // references
  columns.hexadecimal(); // protocol
  unix.flags = columns.hexadecimal();
  unix.type = columns.hexadecimal(0xffff);
  unix.progress = columns.hexadecimal(0xff);
  unix.inode = columns.decimal(MAX_INODE);
  if (columns.at < end) columns.skipBlank();
  unix.name = columns.at;
}

/** Whether a line starts a socket. Otherwise it continues a name that contains a line break. */
function beginsUnixSocket(bytes: Uint8Array, start: number, end: number): boolean {
  try {
    readUnixSocket(bytes, start, end);
    return true;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}

function writeUnixSocket(bytes: Uint8Array, start: number, end: number, wanted: Wanted, sink: RecordSink): boolean {
  // A line break in the name is not a space, so it cannot match the columns before the name.
  readUnixSocket(bytes, start, end);
  const { type, inode, name } = unix;
  if (end - name > MAX_NAME) throw new DecodeError(`name of ${end - name} bytes`, name);
  // Connections that are not accepted yet. Diagnostics leave them out too.
  if (inode === 0) return false;
  const state = unix.flags & SO_ACCEPTCON ? TCP_LISTEN : unixState(unix.progress);
  if (!hasBit(wanted.states, state) || !hasBit(wanted.types, type)) return false;
  const fields = unixFields();
  sink.openRecord();
  writeNameField(fields.family, AF_UNIX, sink);
  writeNameField(fields.state, state, sink);
  writeNameField(fields.type, type, sink);
  sink.integer(fields.inode, inode);
  if (name < end) {
    writeText(fields.name, bytes, name, end, sink);
    // A path can start with this character too.
    if (bytes[name] !== AT_SIGN) sink.boolean(fields.abstract, false);
  }
  writeSource(sink);
  sink.closeRecord();
  return true;
}

function unixState(progress: number): number {
  if (progress === SS_CONNECTED) return TCP_ESTABLISHED;
  if (progress === SS_UNCONNECTED) return TCP_CLOSE;
  throw new DecodeError(`state ${progress} of a socket with an inode`, columns.at);
}

const UNIX_STATES = 1 << TCP_ESTABLISHED | 1 << TCP_CLOSE | 1 << TCP_LISTEN;

export const unixFiles = ({ states }: Question): ProcFile[] =>
  (states & UNIX_STATES) === 0
    ? []
    : [{ name: "unix", part: "", headings: 1, begins: beginsUnixSocket, write: writeUnixSocket }];

/** Fields of UNIX sockets that only `/proc/net` has. */
export const procUnixKeys = (): Key[] => [sourceKey];

const netlinkFields = lazily(() => {
  const source = "/proc/net/netlink";
  const firstGroups = defineKey(null, "first_groups", {
    source,
    type: "list",
    meaning:
      "The multicast groups from 1 to 32 that the socket is in, from `/proc/net`, which does not have the others.",
  });
  return {
    family: defineNameField("family", familyWords(AF_NETLINK, "netlink"), { source, meaning: "Address family." }),
    protocol: defineNameField("netlink_protocol", netlinkWords, {
      source,
      meaning: "Netlink protocol: the part of the kernel that the socket talks to.",
    }),
    portid: defineKey(null, "portid", { source, type: "integer", meaning: "Port id of the socket." }),
    recvQ: defineKey(null, "recv_q", { source, type: "integer", unit: "bytes", meaning: "Memory of received data." }),
    sendQ: defineKey(null, "send_q", { source, type: "integer", unit: "bytes", meaning: "Memory of sent data." }),
    inode: defineKey(null, "inode", { source, type: "integer", meaning: "Inode of the socket." }),
    drops: dropsKey(),
    firstGroups,
    firstGroup: defineElement(firstGroups, "integer"),
    cbRunning: defineKey(null, "cb_running", {
      source,
      type: "boolean",
      meaning: "Whether a dump is in progress, from `/proc/net`; otherwise in flags.",
      since: "3.13",
    }),
  };
});

/** Pushes a netlink socket; see `netlink_seq_show`: `%pK %-3d %-10u %08x %-8d %-8d %-5d %-8d %-8u %-8lu`. */
function writeNetlinkSocket(bytes: Uint8Array, start: number, end: number, _wanted: Wanted, sink: RecordSink): boolean {
  columns.open(bytes, start, end);
  columns.skip(); // where it lies in the kernel
  const protocol = columns.decimal();
  const portid = columns.decimal();
  const groups = columns.hexadecimal();
  const recvQ = columns.signed();
  const sendQ = columns.signed();
  // Kernels before 3.13 have an address in this column.
  const running = columns.flag();
  columns.skip(); // references
  const drops = columns.done ? -1 : columns.decimal();
  const inode = columns.done ? -1 : columns.decimal(MAX_INODE);
  const fields = netlinkFields();
  sink.openRecord();
  writeNameField(fields.family, AF_NETLINK, sink);
  writeNameField(fields.protocol, protocol, sink);
  sink.integer(fields.portid, portid);
  sink.integer(fields.recvQ, recvQ);
  sink.integer(fields.sendQ, sendQ);
  if (inode >= 0) sink.integer(fields.inode, inode);
  if (groups !== 0) {
    sink.openList(fields.firstGroups);
    for (let bit = 0; bit < 32; bit++) {
      if ((groups >>> bit & 1) === 1) sink.integer(fields.firstGroup, bit + 1);
    }
    sink.closeList(fields.firstGroups);
  }
  if (running !== null) sink.boolean(fields.cbRunning, running);
  if (drops >= 0) sink.integer(fields.drops, drops);
  writeSource(sink);
  sink.closeRecord();
  return true;
}

/** The files do not tell whether these sockets are connected. All of them count as unconnected, without a state. */
const isAskedUnconnected = ({ states }: Question) => (states >> TCP_CLOSE & 1) === 1;

export const netlinkFiles = (question: Question): ProcFile[] =>
  isAskedUnconnected(question) ? [{ name: "netlink", part: "", headings: 1, write: writeNetlinkSocket }] : [];

/** Fields of netlink sockets that only `/proc/net` has. */
export function procNetlinkKeys(): Key[] {
  const { recvQ, sendQ, firstGroups, cbRunning } = netlinkFields();
  return [recvQ, sendQ, firstGroups, cbRunning, dropsKey(), sourceKey];
}

const packetFields = lazily(() => {
  const source = "/proc/net/packet";
  return {
    family: defineNameField("family", familyWords(AF_PACKET, "packet"), { source, meaning: "Address family." }),
    state: defineNameField("state", tcpStateWords, { source, meaning: "State of the socket." }),
    type: defineNameField("type", socketTypeWords, { source, meaning: "Type of the socket." }),
    num: defineKey(null, "num", { source, type: "integer", meaning: "Ethertype of the packets that it receives." }),
    ifaceIdx: defineKey(null, "iface_idx", { source, type: "integer", meaning: "Index of the interface, 0 for none." }),
    recvQ: defineKey(null, "recv_q", { source, type: "integer", unit: "bytes", meaning: "Memory of received data." }),
    uid: defineKey(null, "uid", { source, type: "integer", meaning: "User that owns the socket." }),
    inode: defineKey(null, "inode", { source, type: "integer", meaning: "Inode of the socket." }),
    running: defineKey(null, "running", {
      source,
      type: "boolean",
      meaning: "Whether the socket receives packets, from `/proc/net`; otherwise in packet_info.flags.",
    }),
  };
});

/** Pushes a packet socket; see `packet_seq_show`: `%pK %-6d %-4d %04x   %-5d %1d %-6u %-6u %-6lu`. */
function writePacketSocket(bytes: Uint8Array, start: number, end: number, wanted: Wanted, sink: RecordSink): boolean {
  columns.open(bytes, start, end);
  columns.skip(); // where it lies in the kernel
  columns.skip(); // references
  const type = columns.decimal();
  const num = columns.hexadecimal(0xffff);
  const ifaceIdx = columns.signed();
  const running = columns.flag();
  const recvQ = columns.decimal();
  const uid = columns.decimal();
  const inode = columns.decimal(MAX_INODE);
  if (!hasBit(wanted.types, type)) return false;
  const fields = packetFields();
  sink.openRecord();
  writeNameField(fields.family, AF_PACKET, sink);
  // The kernel has no states for this family.
  writeNameField(fields.state, TCP_CLOSE, sink);
  writeNameField(fields.type, type, sink);
  sink.integer(fields.inode, inode);
  sink.integer(fields.num, num);
  // -1 if the interface is gone; diagnostics report 0 then.
  sink.integer(fields.ifaceIdx, Math.max(ifaceIdx, 0));
  sink.integer(fields.recvQ, recvQ);
  sink.integer(fields.uid, uid);
  if (running !== null) sink.boolean(fields.running, running);
  writeSource(sink);
  sink.closeRecord();
  return true;
}

export const packetFiles = (question: Question): ProcFile[] =>
  isAskedUnconnected(question) ? [{ name: "packet", part: "", headings: 1, write: writePacketSocket }] : [];

/** Fields of packet sockets that only `/proc/net` has. */
export const procPacketKeys = (): Key[] => [packetFields().running, sourceKey];
