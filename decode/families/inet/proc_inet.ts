/**
 * Sockets of the Internet protocols in `/proc/net`. Mirrors `tcp4_seq_show` and similar functions in
 * `net/ipv4/{tcp_ipv4,udp,raw,ping}.c`, `net/ipv6/{tcp_ipv6,udp,raw,ping,datagram}.c`.
 */
import { AF_INET, AF_INET6 } from "../../kernel/address_family.ts";
import { INET_DIAG_MSG } from "./inet_diag.ts";
import { DecodeError } from "../../kernel/errors.ts";
import { defineKey, type Key } from "../../record/key.ts";
import type { Layout, Step } from "../../record/layout.ts";
import { Columns } from "../../proc/line_reader.ts";
import {
  dropsKey,
  hasBit,
  linesOf,
  MAX_INODE,
  MILLISECONDS_A_TICK,
  sourceKey,
  writeName,
  writeSource,
} from "../../proc/proc_sockets.ts";
import type { RecordSink } from "../../record/record_sink.ts";
import { TCP_CLOSE, TCP_ESTABLISHED, TCP_LISTEN, TCP_SYN_RECV, TCP_TIME_WAIT } from "../../kernel/tcp_states.ts";
import type { ProcFile, Wanted } from "../../proc/proc_file.ts";
import type { Question } from "../question.ts";

/** `timer_active` of `tcp4_seq_show`. Other numbers have no count of retransmissions or probes. */
const TIMER_RETRANSMIT = 1;
const TIMER_KEEPALIVE = 2;
const TIMER_TIMEWAIT = 3;
const TIMER_PROBE = 4;

/** States that sockets without connections can have. */
const DATAGRAM_STATES = 1 << TCP_ESTABLISHED | 1 << TCP_CLOSE;
/** Times are microseconds in `struct tcp_info`, limited to what fits there. */
const MICROSECONDS_A_TICK = 1000 * MILLISECONDS_A_TICK;
const MAX_TICKS = Math.floor(0xffffffff / MICROSECONDS_A_TICK);
const MAX_U8 = 0xff;
const MAX_U16 = 0xffff;

/** The columns that all these files share, for the current line. The addresses are in `addresses`. */
const socket = {
  v6: false,
  slot: 0,
  srcPort: 0,
  dstPort: 0,
  state: 0,
  sendQ: 0,
  recvQ: 0,
  timer: 0,
  ticks: 0,
  retransmits: 0,
  uid: 0,
  probes: 0,
  inode: 0,
};
/** Local and remote address in network order. */
const addresses = new Uint8Array(32);
const DESTINATION = 16;

/** The further columns of `/proc/net/tcp`, for full sockets only. */
const progress = { there: false, rto: 0, ato: 0, quick: 0, cwnd: 0, last: 0 };

const columns = new Columns();

function readSocket(v6: boolean): void {
  socket.v6 = v6;
  socket.slot = columns.beforeColon(10);
  columns.addressBeforeColon(v6, addresses, 0);
  socket.srcPort = columns.hexadecimal(MAX_U16);
  columns.addressBeforeColon(v6, addresses, DESTINATION);
  socket.dstPort = columns.hexadecimal(MAX_U16);
  socket.state = columns.hexadecimal(MAX_U8);
  socket.sendQ = columns.beforeColon(16);
  socket.recvQ = columns.hexadecimal();
  socket.timer = columns.beforeColon(16);
  socket.ticks = columns.hexadecimal();
  socket.retransmits = columns.hexadecimal();
  socket.uid = columns.decimal();
  socket.probes = columns.decimal();
  socket.inode = columns.decimal(MAX_INODE);
  columns.skip(); // references
  columns.skip(); // where it lies in the kernel
}

const stepOf = (layout: Layout, field: string): Step => layout.steps.find(({ key }) => key.name === field)!;

const defineFields = () => ({
  family: stepOf(INET_DIAG_MSG, "family"),
  state: stepOf(INET_DIAG_MSG, "state"),
  timer: stepOf(INET_DIAG_MSG, "timer"),
  src: stepOf(INET_DIAG_MSG, "src").key,
  srcPort: stepOf(INET_DIAG_MSG, "src_port").key,
  dst: stepOf(INET_DIAG_MSG, "dst").key,
  dstPort: stepOf(INET_DIAG_MSG, "dst_port").key,
  recvQ: stepOf(INET_DIAG_MSG, "recv_q").key,
  sendQ: stepOf(INET_DIAG_MSG, "send_q").key,
  backlog: stepOf(INET_DIAG_MSG, "backlog").key,
  expires: stepOf(INET_DIAG_MSG, "expires").key,
  retrans: stepOf(INET_DIAG_MSG, "retrans").key,
  uid: stepOf(INET_DIAG_MSG, "uid").key,
  inode: stepOf(INET_DIAG_MSG, "inode").key,
  drops: dropsKey(),
  ipProtocol: ipProtocolKey(),
});
let definedFields: ReturnType<typeof defineFields> | null = null;
const inetFields = () => definedFields ??= defineFields();

/** Like `idiag_retrans`: retransmissions or probes, depending on the timer. */
function countRetransmissions(): number {
  switch (socket.timer) {
    case TIMER_RETRANSMIT:
      return socket.retransmits;
    case TIMER_KEEPALIVE:
    case TIMER_PROBE:
      return socket.probes;
    default:
      return 0;
  }
}

/** Pushes the socket that {@linkcode readSocket} has read. */
function writeSocket(sink: RecordSink): void {
  const fields = inetFields();
  const { v6, state, timer } = socket;
  const listens = state === TCP_LISTEN;
  writeName(fields.family, v6 ? AF_INET6 : AF_INET, sink);
  writeName(fields.state, state, sink);
  sink.address(fields.src, v6, addresses, 0);
  sink.integer(fields.srcPort, socket.srcPort);
  sink.address(fields.dst, v6, addresses, DESTINATION);
  sink.integer(fields.dstPort, socket.dstPort);
  sink.integer(fields.recvQ, socket.recvQ);
  // For a listener this is always 0, not the queue limit.
  if (!listens) sink.integer(fields.sendQ, socket.sendQ);
  if (listens) sink.integer(fields.backlog, socket.recvQ);
  writeName(fields.timer, timer, sink);
  if (timer !== 0) sink.integer(fields.expires, socket.ticks * MILLISECONDS_A_TICK);
  sink.integer(fields.retrans, countRetransmissions());
  // As in diagnostics: entries that are not full sockets have no user.
  const owned = timer !== TIMER_TIMEWAIT && state !== TCP_TIME_WAIT && (state !== TCP_SYN_RECV || socket.inode !== 0);
  if (owned) sink.integer(fields.uid, socket.uid);
  sink.integer(fields.inode, socket.inode);
}

/** Meaning of the field `ip_protocol`. */
export const IP_PROTOCOL =
  "Number of the IP protocol that the socket sends and receives (1 ICMP, 58 ICMPv6), as in `/etc/protocols`.";

/** Protocol number, as diagnostics report it for raw sockets. */
const ipProtocolKey = (): Key =>
  defineKey(null, "ip_protocol", {
    type: "integer",
    meaning: IP_PROTOCOL,
    source: "/proc/net/raw",
  });

/** Whether to show the socket in `socket`; `null` to show all in a requested state. */
type Choice = (() => boolean) | null;

/** Pushes a socket without connections, with its count of dropped packets. */
function writeDatagramSocket(
  raw: boolean,
  choice: Choice,
  v6: boolean,
  bytes: Uint8Array,
  start: number,
  end: number,
  wanted: Wanted,
  sink: RecordSink,
): boolean {
  columns.open(bytes, start, end);
  readSocket(v6);
  const drops = columns.done ? -1 : columns.decimal();
  const chosen = choice === null || choice();
  if (!chosen || !hasBit(wanted.states, socket.state)) return false;
  sink.openRecord();
  writeSocket(sink);
  if (raw) sink.integer(inetFields().ipProtocol, socket.srcPort);
  if (drops >= 0) sink.integer(inetFields().drops, drops);
  writeSource(sink);
  sink.closeRecord();
  return true;
}

const defineTcpFields = (info: Layout) => ({
  info: info.object!,
  retransmits: stepOf(info, "retransmits").key,
  probes: stepOf(info, "probes").key,
  rto: stepOf(info, "rto").key,
  ato: stepOf(info, "ato").key,
  ssthresh: stepOf(info, "snd_ssthresh").key,
  cwnd: stepOf(info, "snd_cwnd").key,
  quickAcks: defineKey(null, "quick_acks", {
    type: "integer",
    unit: "segments",
    meaning: "Acknowledgements that will be sent at once, from `/proc/net`.",
    source: "/proc/net/tcp",
  }),
  pingpong: defineKey(null, "pingpong", {
    type: "boolean",
    meaning: "Whether both sides send in turn, so that acknowledgements wait to be sent with data; from `/proc/net`.",
    source: "/proc/net/tcp",
  }),
  fastopenLimit: defineKey(null, "fastopen_max_qlen", {
    type: "integer",
    unit: "connections",
    meaning: "Limit of waiting Fast Open requests (listeners), from `/proc/net`.",
    since: "3.7",
    source: "/proc/net/tcp",
  }),
});
let definedTcpFields: ReturnType<typeof defineTcpFields> | null = null;
const tcpFields = (info: Layout) => definedTcpFields ??= defineTcpFields(info);

/** Request and TIME-WAIT entries end after the shared columns. */
function readProgress(): void {
  progress.there = !columns.done;
  if (!progress.there) return;
  progress.rto = columns.decimal(MAX_TICKS);
  progress.ato = columns.decimal(MAX_TICKS);
  progress.quick = columns.decimal();
  progress.cwnd = columns.decimal();
  progress.last = columns.signed();
}

function writeTcpSocket(
  info: Layout,
  v6: boolean,
  bytes: Uint8Array,
  start: number,
  end: number,
  wanted: Wanted,
  sink: RecordSink,
): boolean {
  columns.open(bytes, start, end);
  readSocket(v6);
  readProgress();
  if (!hasBit(wanted.states, socket.state)) return false;
  sink.openRecord();
  writeSocket(sink);
  if (progress.there) writeProgress(info, sink);
  writeSource(sink);
  sink.closeRecord();
  return true;
}

function writeProgress(layout: Layout, sink: RecordSink): void {
  const { info, ...fields } = tcpFields(layout);
  const listens = socket.state === TCP_LISTEN;
  sink.openObject(info);
  // For listeners the kernel fills in little more here, see `tcp_get_info()`.
  if (!listens) {
    sink.integer(fields.retransmits, socket.retransmits);
    sink.integer(fields.probes, socket.probes);
    sink.thousandths(fields.rto, progress.rto * MICROSECONDS_A_TICK);
    sink.thousandths(fields.ato, progress.ato * MICROSECONDS_A_TICK);
    if (progress.last < 0) sink.null(fields.ssthresh);
    else sink.integer(fields.ssthresh, progress.last);
  }
  sink.integer(fields.cwnd, progress.cwnd);
  sink.closeObject(info);
  if (listens) return sink.integer(fields.fastopenLimit, progress.last);
  sink.integer(fields.quickAcks, progress.quick >>> 1);
  sink.boolean(fields.pingpong, (progress.quick & 1) === 1);
}

/** Pushes one line of a file for an address family. */
type LineWriter = (
  v6: boolean,
  bytes: Uint8Array,
  start: number,
  end: number,
  wanted: Wanted,
  sink: RecordSink,
) => boolean;

/** The files `name` and `name6` that are requested and can have sockets in the requested states. */
function inetFiles(name: string, possible: number, question: Question, write: LineWriter): ProcFile[] {
  if ((question.states & possible) === 0) return [];
  return question.addressFamilies.map((family) => {
    const v6 = family === AF_INET6;
    return {
      name: v6 ? `${name}6` : name,
      part: v6 ? " over IPv6" : " over IPv4",
      headings: 1,
      write: (bytes, start, end, wanted, sink) => write(v6, bytes, start, end, wanted, sink),
    };
  });
}

/** @param info makes the layout of `struct tcp_info`; the files have some of its members */
export const tcpFiles = (question: Question, info: () => Layout): ProcFile[] =>
  inetFiles(
    "tcp",
    -1,
    question,
    (v6, bytes, start, end, wanted, sink) => writeTcpSocket(info(), v6, bytes, start, end, wanted, sink),
  );
const datagramFiles = (name: string, question: Question): ProcFile[] =>
  inetFiles(
    name,
    DATAGRAM_STATES,
    question,
    (v6, bytes, start, end, wanted, sink) =>
      writeDatagramSocket(name === "raw", null, v6, bytes, start, end, wanted, sink),
  );

export const udpFiles = (question: Question): ProcFile[] => datagramFiles("udp", question);
export const udpliteFiles = (question: Question): ProcFile[] => datagramFiles("udplite", question);
/** The local port of these sockets is the IP protocol number. */
export const rawFiles = (question: Question): ProcFile[] => datagramFiles("raw", question);

/** How a ping socket appears in a file. */
interface Appearance {
  /** Whether it has an address there. */
  readonly bound: boolean;
  /** Whether it is the first of its hash bucket there. */
  readonly first: boolean;
}

/** Returns a function that is called for each socket of a file in order and tells how it appears there. */
function openAppearances(): () => Appearance {
  let slot = -1;
  return () => {
    const first = socket.slot !== slot;
    slot = socket.slot;
    const length = socket.v6 ? 16 : 4;
    const isZero = (at: number) => addresses.subarray(at, at + length).every((byte) => byte === 0);
    return { first, bound: !isZero(0) || !isZero(DESTINATION) };
  };
}

/** The sockets of a file by inode. Malformed lines are skipped: reading the file for its sockets reports them. */
function readAppearances(v6: boolean, bytes: Uint8Array | null): Map<number, Appearance> {
  const appearances = new Map<number, Appearance>();
  if (bytes === null) return appearances;
  const next = openAppearances();
  for (const line of linesOf(bytes, 1)) {
    try {
      columns.open(bytes, line.start, line.end);
      readSocket(v6);
    } catch (error) {
      if (error instanceof DecodeError) continue;
      throw error;
    }
    appearances.set(socket.inode, next());
  }
  return appearances;
}

/**
 * Whether a socket belongs to the family of the file. `ping_get_next()` of the kernel only checks the family of the first
 * socket of a hash bucket. It lists the rest too: sockets of the other family appear without their addresses.
 *
 * @param other how the socket appears in the file of the other family, if it does
 */
function isOfFamily(v6: boolean, here: Appearance, other: Appearance | undefined): boolean {
  if (other === undefined) return true;
  // A connected IPv6 socket shows a made-up IPv4 address (127.0.0.6), so the other file decides.
  const [in4, in6] = v6 ? [other, here] : [here, other];
  if (in6.bound) return v6;
  if (in4.bound) return !v6;
  // If it is first in neither file, its family is unknown.
  return in6.first ? v6 : !v6;
}

/** Sockets of `socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)`. Their local port is the identifier in the packets. */
export function pingFiles(question: Question): ProcFile[] {
  return datagramFiles("icmp", question).map((file) => {
    const v6 = file.name === "icmp6";
    let others = new Map<number, Appearance>();
    let next = openAppearances();
    const choice = () => isOfFamily(v6, next(), socket.inode === 0 ? undefined : others.get(socket.inode));
    return {
      ...file,
      begin(source) {
        others = readAppearances(!v6, source.read(v6 ? "icmp" : "icmp6"));
        next = openAppearances();
      },
      write: (bytes, start, end, wanted, sink) =>
        writeDatagramSocket(false, choice, v6, bytes, start, end, wanted, sink),
    };
  });
}

/** Fields of TCP sockets that only `/proc/net` has. */
export function procTcpKeys(info: Layout): Key[] {
  const { quickAcks, pingpong, fastopenLimit } = tcpFields(info);
  return [quickAcks, pingpong, fastopenLimit, sourceKey];
}

/** Fields of UDP, UDPLITE, RAW and PING sockets that only `/proc/net` has. */
export const procDatagramKeys = (): Key[] => [dropsKey(), sourceKey];
