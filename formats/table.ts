/**
 * The format `table`: columns for people, one line a socket; what stands in them is told in `docs/formats.md`.
 *
 * The values of a record that have a column are gathered in arrays that are used again for the next one. The first lines
 * are kept until they fill a buffer: they give the widths of the columns.
 */
import { fieldsOf } from "../decode/fields.ts";
import type { Key, Word } from "../decode/key.ts";
import { type Layout, type Step, UNKNOWN, writeMember } from "../decode/layout.ts";
import { socketContext } from "../decode/socket_contexts.ts";
import { comm, context, fd, owner, ownerKeys, owners, ownerStatus, pid, tid } from "../decode/owners.ts";
import { peerComm, peerOwner, peerOwners, peerPid } from "../decode/peers.ts";
import { ownerColumns, OWNERS, PROTOCOL } from "./columns.ts";
import { putHex, putIdentifier, putInteger, putInteger64, putIPv4, putIPv6, putThousandths } from "./digits.ts";
import { displayWidth, fittingEnd, putDisplayText } from "./display_text.ts";
import type { Content, FormatOptions, OpenOutput, OutputSink, ServiceNames } from "./formats.ts";
import { ListText } from "./list_text.ts";
import { OutputBuffer, type Write } from "./output_buffer.ts";
import { type PreparedText, prepareText, putText } from "./prepared_texts.ts";
import { BYTES, BYTES_PER_SECOND, MICROSECONDS, putScaled, type Scale } from "./units.ts";

/** Room for a short value. */
const ROOM = 512;
/** Bytes of cells, and lines, from which the widths of the columns are taken. */
const FIRST_BYTES = 65536;
const FIRST_LINES = 4096;
const GAP = 2;
/** A text that an option added has at least so many columns, or goes. */
const LEAST_TEXT = 8;
/** More columns than a line can have; small, so that counting with it makes no objects. */
const NO_LIMIT = 0xffffff;
const NO_SLOT = -1;

const BLANK = 32;
const QUOTE = 34;
const HYPHEN = 45;
const ELLIPSIS = new TextEncoder().encode("…");

const text = (characters: string): PreparedText => prepareText(characters);
const NOTHING = text("-");
const ANY = text("*");
const TRUE = text("true");
const FALSE = text("false");
const NONE = text("none");
const UNLIMITED = text("unlimited");
const KERNEL_INODE = text("inode ");
const PID = text("pid=");
const TID = text("tid=");
const CONTEXT = text("context=");
const FD = text("fd=");
const RESET = text("\x1b[0m");

const encode = (characters: string) => new TextEncoder().encode(characters);

/** Colours of states; others have none. */
const COLOURS: Readonly<Record<string, PreparedText>> = {
  "established": text("\x1b[32m"),
  "listening": text("\x1b[36m"),
  "syn-sent": text("\x1b[33m"),
  "syn-recv": text("\x1b[33m"),
  "new-syn-recv": text("\x1b[33m"),
  "close-wait": text("\x1b[31m"),
  "time-wait": text("\x1b[90m"),
  "fin-wait-1": text("\x1b[90m"),
  "fin-wait-2": text("\x1b[90m"),
  "last-ack": text("\x1b[90m"),
  "closing": text("\x1b[90m"),
};

/** What a slot holds. */
const EMPTY = 0;
const INTEGER = 1;
const INTEGER64 = 2;
const THOUSANDTHS = 3;
const IDENTIFIER = 4;
const WORD = 5;
const TEXT = 6;
const NULL = 7;
const FLAGS = 8;
const IPV4 = 9;
const IPV6 = 10;
const BOOLEAN = 11;
/** An integer of 32 bits: it is passed on without becoming an object. */
const SMALL = 12;

/** Fields from which the columns of every table are made. */
const BASE = [
  "state",
  "state_raw",
  "recv_q",
  "send_q",
  "backlog",
  "src",
  "src_port",
  "dst",
  "dst_port",
  "iface_idx",
  "iface",
  "src_host",
  "dst_host",
  "peer_path_name",
  "inode",
  "path_name",
  "peer_inode",
  "num",
  "num_name",
  "netlink_protocol",
  "netlink_protocol_raw",
  "portid",
  "dst_portid",
  "dst_group",
  "src_cid",
  "dst_cid",
  "queue_id",
  "node",
  "ref",
  "con.node",
  "con.sock",
  "sockprotoname",
  "owner_status",
  "netns.inode",
  "netns.name",
] as const;

const slotOf = (path: typeof BASE[number]): number => BASE.indexOf(path);
const STATE = slotOf("state");
const STATE_RAW = slotOf("state_raw");
const RECV_Q = slotOf("recv_q");
const SEND_Q = slotOf("send_q");
const BACKLOG = slotOf("backlog");
const SRC = slotOf("src");
const SRC_PORT = slotOf("src_port");
const DST = slotOf("dst");
const DST_PORT = slotOf("dst_port");
const IFACE_IDX = slotOf("iface_idx");
const IFACE = slotOf("iface");
const SRC_HOST = slotOf("src_host");
const DST_HOST = slotOf("dst_host");
const PEER_PATH_NAME = slotOf("peer_path_name");
const INODE = slotOf("inode");
const PATH_NAME = slotOf("path_name");
const PEER_INODE = slotOf("peer_inode");
const NUM = slotOf("num");
const NUM_NAME = slotOf("num_name");
const NETLINK_PROTOCOL = slotOf("netlink_protocol");
const NETLINK_PROTOCOL_RAW = slotOf("netlink_protocol_raw");
const PORTID = slotOf("portid");
const DST_PORTID = slotOf("dst_portid");
const DST_GROUP = slotOf("dst_group");
const SRC_CID = slotOf("src_cid");
const DST_CID = slotOf("dst_cid");
const QUEUE_ID = slotOf("queue_id");
const NODE = slotOf("node");
const REF = slotOf("ref");
const CON_NODE = slotOf("con.node");
const CON_SOCK = slotOf("con.sock");
const SOCKPROTONAME = slotOf("sockprotoname");
const OWNER_STATUS = slotOf("owner_status");
const NETNS_INODE = slotOf("netns.inode");
const NETNS_NAME = slotOf("netns.name");

/** The protocols by which services are known, of families whose ports are those of services. */
const SERVICES: Readonly<Record<string, string>> = {
  TCP: "tcp",
  MPTCP: "tcp",
  UDP: "udp",
  UDPLITE: "udp",
  SCTP: "sctp",
  DCCP: "dccp",
  SMC: "tcp",
  RAW: "raw",
};

/** Fields that options add, in the order of their columns. */
const ADDED:
  readonly (readonly [option: "timers" | "extended" | "cgroup" | "memory" | "info", names: readonly string[]])[] = [
    ["timers", ["timer", "expires", "retrans"]],
    [
      "extended",
      ["uid", "user", "inode", "cookie", "mark", "cgroup_id", "shutdown_names", "sockopts", "v6only"],
    ],
    ["cgroup", ["cgroup"]],
    [
      "memory",
      ["rmem_alloc", "rcvbuf", "wmem_alloc", "sndbuf", "fwd_alloc", "wmem_queued", "optmem", "backlog", "drops"]
        .map((name) => `skmeminfo.${name}`),
    ],
    [
      "info",
      [
        "cong_algo",
        ...[
          ...["rtt", "rttvar", "min_rtt", "rto", "snd_mss", "snd_cwnd", "snd_ssthresh", "bytes_sent", "bytes_received"],
          ...["unacked", "lost", "total_retrans", "pacing_rate", "delivery_rate"],
        ].map((name) => `tcp_info.${name}`),
      ],
    ],
  ];

/** Sizes that are known by their digits: 1448, not 1.4 kB. */
const EXACT: readonly string[] = ["tcp_info.snd_mss"];

const LEFT_TYPES: readonly string[] = ["name", "text", "list", "address", "boolean", "identifier", "hex"];

interface TableColumn {
  readonly name: string;
  /** Whether values stand at its right edge: numbers. */
  readonly right: boolean;
  /** Slot of its field; {@linkcode NO_SLOT} for those that are made of several. */
  readonly slot: number;
}

const made = (name: string): TableColumn => ({ name, right: false, slot: NO_SLOT });

const PROTOCOL_COLUMN = made(PROTOCOL);
const STATE_COLUMN: TableColumn = { name: "state", right: false, slot: STATE };
const RECV_Q_COLUMN: TableColumn = { name: "recv_q", right: true, slot: RECV_Q };
const SEND_Q_COLUMN: TableColumn = { name: "send_q", right: true, slot: SEND_Q };
const LOCAL_COLUMN = made("local");
const REMOTE_COLUMN = made("remote");
const NETNS_COLUMN = made("netns");
const PROCESS_COLUMN = made("process");
const PEERS_COLUMN = made(peerOwners.path);

/** The columns that no option added, the least important first: so they go where even their beginnings do not fit. */
const FIRST_TO_GO: readonly TableColumn[] = [
  PEERS_COLUMN,
  PROCESS_COLUMN,
  SEND_Q_COLUMN,
  RECV_Q_COLUMN,
  PROTOCOL_COLUMN,
  STATE_COLUMN,
  NETNS_COLUMN,
  REMOTE_COLUMN,
  LOCAL_COLUMN,
];

/** Those of them that are texts, in the order in which they are cut, and to what. */
const SHRINKING: readonly (readonly [column: TableColumn, least: number])[] = [
  [PEERS_COLUMN, 16],
  [PROCESS_COLUMN, 16],
  [REMOTE_COLUMN, 16],
  [LOCAL_COLUMN, 16],
  [NETNS_COLUMN, 10],
  [STATE_COLUMN, 8],
  [PROTOCOL_COLUMN, 4],
];

/** Units in microseconds, for values of a field that are counted in them. */
const MICROSECONDS_IN: Readonly<Record<string, number>> = { us: 1, ms: 1000, s: 1e6 };

/** How values of a field are shown. */
interface Show {
  readonly scale: Scale;
  readonly factor: number;
}

function showOf(path: string, unit: string): Show | null {
  if (EXACT.includes(path)) return null;
  if (unit === "bytes") return { scale: BYTES, factor: 1 };
  if (unit === "bytes/s") return { scale: BYTES_PER_SECOND, factor: 1 };
  const factor = MICROSECONDS_IN[unit];
  return factor === undefined ? null : { scale: MICROSECONDS, factor };
}

/** Whether of the processes fields are chosen that the column of processes does not show. */
const showsAsList = (shown: ReadonlySet<Key>): boolean =>
  ownerKeys.some((key) => !shown.has(key)) &&
  [...shown].some((key) => key.path.startsWith(`${OWNERS}.`) && !PROCESS_KEYS.includes(key));

/** What the column of processes shows. */
const PROCESS_KEYS: readonly (Key | null)[] = [owners, owner, comm, pid, tid, context, fd.parent, fd, ownerStatus];

const NO_SHOWS: readonly (Show | null)[] = [];

export class TableSink implements OutputSink {
  readonly #buffer: OutputBuffer;
  readonly #limit: number;
  readonly #noHeader: boolean;
  readonly #coloured: boolean;
  readonly #columns: readonly TableColumn[];
  /** Slot of each key, by its number. */
  readonly #slots: Int16Array;
  /** By family, how the values of each slot are shown; empty with plain numbers. */
  readonly #showsOf = new Map<string, (Show | null)[]>();
  #shows: readonly (Show | null)[] = NO_SHOWS;
  #protocol: PreparedText = NOTHING;
  #family = "";

  readonly #serviceNames: ServiceNames | null;
  /** The protocol by which services of this family are known, `undefined` if they are not shown. */
  #serviceProtocol: string | undefined = undefined;
  /** Names of the ports of this family that have occurred. */
  #services: (PreparedText | null | undefined)[] = [];

  /** The record that is open: what each slot holds, and its value. */
  readonly #kinds: Uint8Array;
  readonly #numbers: Float64Array;
  readonly #low: Int32Array;
  readonly #high: Int32Array;
  readonly #addresses: Uint8Array;
  readonly #words: Word[];
  readonly #lists: (readonly (Word | undefined)[])[];
  readonly #texts = new OutputBuffer(() => {});
  /** Whether there is text in it that is not ASCII. */
  #wide = false;
  readonly #processes = new OutputBuffer(() => {});
  readonly #peers = new OutputBuffer(() => {});
  /** The list with a column of its own that is open; `null` for none. */
  #list: Key | null = null;
  readonly #json = new ListText();
  /** Whether that list holds objects, lists or text from outside, and so stays JSON. */
  #nested = false;
  /** The process that is open: its numbers, -1 if they are not shown, its name, and its descriptors with a comma before each. */
  #pid = -1;
  #tid = -1;
  readonly #comm = new OutputBuffer(() => {});
  readonly #context = new OutputBuffer(() => {});
  readonly #fds = new OutputBuffer(() => {});

  /** Steps of each layout whose values have a slot. */
  readonly #steps: (readonly Step[] | undefined)[] = [];
  readonly #wordTexts: PreparedText[] = [];
  readonly #colours: (PreparedText | null)[] = [];

  /** Lines that are not laid out yet: their cells, where each ends, its width, and the colour of each line. */
  readonly #cells = new OutputBuffer(() => {});
  readonly #ends: number[] = [];
  readonly #widths: number[] = [];
  readonly #lineColours: (PreparedText | null)[] = [];
  #lines = 0;
  #markedLine = -1;
  #markedAt = 0;
  /** Width of each column, 0 for one that is left out; `null` until the first lines have told them. */
  #layout: Int32Array | null = null;
  /** Where each column ends on a line, and all of them. */
  readonly #edges: Int32Array;
  #total = 0;
  readonly #cut: boolean[];

  constructor(write: Write, options: FormatOptions, content: Content) {
    const { width, wide = false, plain = false, color, noHeader = false } = options;
    const { families, lookups = [], services = null } = content;
    this.#buffer = new OutputBuffer(write);
    this.#serviceNames = services;
    this.#limit = wide || width === undefined || width < 1 ? NO_LIMIT : width;
    this.#noHeader = noHeader;
    this.#coloured = color === "always";
    const fields = families.map((family) => ({ family, fields: fieldsOf(family) }));
    const types = new Map<string, string>();
    for (const { key, path } of fields.flatMap(({ fields }) => fields)) {
      if (!types.has(path)) types.set(path, key.note.type);
    }
    const paths: string[] = [...BASE];
    for (const { key } of content.columns ?? []) if (key !== null) types.set(key.path, key.note.type);
    const columnOf = (name: string): TableColumn => {
      if (name === PEERS_COLUMN.name) return PEERS_COLUMN;
      const known = paths.indexOf(name);
      const slot = known >= 0 ? known : paths.push(name) - 1;
      return { name, right: !LEFT_TYPES.includes(types.get(name)!), slot };
    };
    const chosenKeys = content.columns?.flatMap(({ key }) => key === null ? [] : [key]) ?? [];
    const named = content.added?.flatMap(({ key }) => key === null ? [] : [key.path]) ?? [];
    const byOptions = ADDED.flatMap(([option, names]) => options[option] === true ? names : []);
    const added = [...new Set([...byOptions, ...named])].filter((name) => types.has(name)).map(columnOf);
    const asList = content.shown !== undefined && showsAsList(content.shown);
    const chosen = content.added !== undefined
      ? undefined
      : content.columns?.map(({ name, key }) =>
        key !== null || name === OWNERS && asList
          ? columnOf(name)
          : name === PROTOCOL
          ? PROTOCOL_COLUMN
          : PROCESS_COLUMN
      );
    const owned = lookups.includes("owners") ||
      content.added?.some(({ name, key }) => key === null && ownerColumns.includes(name)) === true;
    const usual = [
      PROTOCOL_COLUMN,
      STATE_COLUMN,
      RECV_Q_COLUMN,
      SEND_Q_COLUMN,
      ...lookups.includes("netns") ? [NETNS_COLUMN] : [],
      LOCAL_COLUMN,
      REMOTE_COLUMN,
      ...added,
      ...lookups.includes("contexts") ? [columnOf(socketContext.path)] : [],
      ...owned ? [PROCESS_COLUMN] : [],
      ...lookups.includes("peers") ? [PEERS_COLUMN] : [],
    ];
    this.#columns = [...new Set(chosen ?? usual)];
    const keys = [...fields.flatMap(({ fields }) => fields.map(({ key }) => key)), ...chosenKeys, owners];
    this.#slots = new Int16Array(1 + Math.max(0, ...keys.map(({ id }) => id))).fill(NO_SLOT);
    for (const key of keys) this.#slots[key.id] = paths.indexOf(key.path);
    if (!plain) {
      for (const { family, fields: own } of fields) {
        const shows = paths.map((): Show | null => null);
        for (const { path, unit } of own) if (paths.includes(path)) shows[paths.indexOf(path)] = showOf(path, unit);
        this.#showsOf.set(family.name, shows);
      }
    }
    const count = paths.length;
    this.#kinds = new Uint8Array(count);
    this.#numbers = new Float64Array(count);
    this.#low = new Int32Array(count);
    this.#high = new Int32Array(count);
    this.#addresses = new Uint8Array(16 * count);
    this.#words = new Array<Word>(count).fill(UNKNOWN);
    this.#lists = new Array<readonly (Word | undefined)[]>(count).fill([]);
    this.#edges = new Int32Array(this.#columns.length);
    this.#cut = this.#columns.map(() => false);
  }

  /** What of the table did not fit the width, `null` if it did. */
  get notice(): string | null {
    const layout = this.#layout;
    const names = (gone: boolean) =>
      this.#columns.filter((_, i) => this.#cut[i] && (layout?.[i] === 0) === gone).map(({ name }) => name).join(", ");
    const parts = [
      ...names(false) === "" ? [] : [`cut: ${names(false)}`],
      ...names(true) === "" ? [] : [`left out: ${names(true)}`],
    ];
    return parts.length === 0
      ? null
      : `not everything fits ${this.#limit} columns (--wide shows it): ${parts.join("; ")}`;
  }

  openProtocol(name: string): void {
    this.#family = name;
    this.#protocol = prepareText(name);
    this.#shows = this.#showsOf.get(name) ?? NO_SHOWS;
    this.#serviceProtocol = this.#serviceNames === null ? undefined : SERVICES[name];
    this.#services = [];
  }

  closeProtocol(): void {}

  openRecord(): void {
    this.#forget();
  }

  dropRecord(): void {
    this.#forget();
  }

  #forget(): void {
    this.#kinds.fill(EMPTY);
    this.#texts.drop();
    this.#processes.drop();
    this.#peers.drop();
    this.#json.dropRecord();
    this.#list = null;
    this.#wide = false;
  }

  closeRecord(): void {
    const columns = this.#columns;
    const from = this.#lines * columns.length;
    let start = this.#cells.at;
    for (let i = 0; i < columns.length; i++) {
      this.#putCell(columns[i]!);
      const { at, bytes } = this.#cells;
      this.#ends[from + i] = at;
      this.#widths[from + i] = this.#wide ? displayWidth(bytes, start, at) : at - start;
      start = at;
    }
    this.#lineColours[this.#lines] = this.#coloured ? this.#colour() : null;
    this.#lines++;
    if (this.#layout !== null || this.#cells.at >= FIRST_BYTES || this.#lines >= FIRST_LINES) this.#putLines();
  }

  #colour(): PreparedText | null {
    if (this.#kinds[STATE] !== WORD) return null;
    const word = this.#words[STATE]!;
    const known = this.#colours[word.id];
    return known !== undefined ? known : this.#colours[word.id] = COLOURS[word.text] ?? null;
  }

  mark(): void {
    if (this.#layout !== null) return this.#buffer.mark();
    this.#markedLine = this.#lines;
    this.#markedAt = this.#cells.at;
  }

  rewind(): boolean {
    if (this.#layout !== null) return this.#buffer.rewind();
    if (this.#markedLine < 0) return false;
    this.#lines = this.#markedLine;
    this.#cells.at = this.#markedAt;
    return true;
  }

  close(): void {
    this.#putLines();
    this.#buffer.flush();
  }

  // Cells

  #putCell(column: TableColumn): void {
    const cells = this.#cells;
    cells.reserve(ROOM);
    switch (column) {
      case PROTOCOL_COLUMN:
        return this.#put(this.#protocol);
      case STATE_COLUMN:
        return this.#putWord(STATE, STATE_RAW);
      case RECV_Q_COLUMN:
      case SEND_Q_COLUMN:
        // Of a socket that listens these are connections.
        return this.#putValue(column.slot, this.#kinds[BACKLOG] !== EMPTY);
      case LOCAL_COLUMN:
        return this.#putLocal();
      case REMOTE_COLUMN:
        return this.#putRemote();
      case NETNS_COLUMN:
        return this.#putValue(this.#kinds[NETNS_NAME] === EMPTY ? NETNS_INODE : NETNS_NAME, true);
      case PEERS_COLUMN:
        return this.#peers.at > 0 ? this.#copy(this.#peers.bytes, 0, this.#peers.at) : this.#put(NOTHING);
      case PROCESS_COLUMN:
        return this.#putProcesses();
      default:
        return this.#putValue(column.slot, false);
    }
  }

  #put(prepared: PreparedText): void {
    this.#cells.at = putText(this.#cells.view, this.#cells.at, prepared);
  }

  #putByte(code: number): void {
    this.#cells.view.setUint8(this.#cells.at++, code);
  }

  /** Copies bytes that are fit for the table. */
  #copy(bytes: Uint8Array, start: number, end: number): void {
    const cells = this.#cells;
    cells.reserve(end - start + ROOM);
    const out = cells.bytes;
    let { at } = cells;
    for (let i = start; i < end; i++) out[at++] = bytes[i]!;
    cells.at = at;
  }

  #putNumber(value: number): void {
    this.#cells.at = putInteger(this.#cells.view, this.#cells.at, value);
  }

  /** A word; an unknown one with its number behind it. */
  #putWord(slot: number, raw: number): void {
    this.#putValue(slot, true);
    if (this.#kinds[slot] !== WORD || this.#words[slot] !== UNKNOWN || this.#kinds[raw] === EMPTY) return;
    this.#putByte(40);
    this.#putValue(raw, true);
    this.#putByte(41);
  }

  #putValue(slot: number, bare: boolean): void {
    const cells = this.#cells;
    const kind = this.#kinds[slot]!;
    const low = this.#low[slot]!;
    const high = this.#high[slot]!;
    const show = bare ? null : this.#shows[slot] ?? null;
    switch (kind) {
      case SMALL:
        if (show === null || low === 0) this.#putNumber(low);
        else cells.at = putScaled(cells.view, cells.at, low * show.factor, show.scale);
        return;
      case INTEGER:
        if (show === null) this.#putNumber(this.#numbers[slot]!);
        else cells.at = putScaled(cells.view, cells.at, this.#numbers[slot]! * show.factor, show.scale);
        return;
      case INTEGER64:
        if (show === null) cells.at = putInteger64(cells.view, cells.at, low, high);
        else if ((low & high) === -1) this.#put(UNLIMITED);
        else {
          const whole = (high >>> 0) * 4294967296 + (low >>> 0);
          cells.at = putScaled(cells.view, cells.at, whole * show.factor, show.scale);
        }
        return;
      case THOUSANDTHS:
        if (show === null) cells.at = putThousandths(cells.view, cells.at, this.#numbers[slot]!);
        else cells.at = putScaled(cells.view, cells.at, this.#numbers[slot]! * show.factor / 1000, show.scale);
        return;
      case IDENTIFIER:
        cells.at = putIdentifier(cells.view, cells.at, low, high);
        return;
      case WORD:
        return this.#put(this.#wordText(this.#words[slot]!));
      case TEXT:
        if (low === high) return this.#put(NOTHING);
        return this.#copy(this.#texts.bytes, low, high);
      case NULL:
        return this.#put(NONE);
      case FLAGS:
        return this.#putFlags(this.#lists[slot]!, this.#numbers[slot]!);
      case IPV4:
        cells.at = putIPv4(cells.view, cells.at, this.#addresses, 16 * slot);
        return;
      case IPV6:
        cells.at = putIPv6(cells.view, cells.at, this.#addresses, 16 * slot);
        return;
      case BOOLEAN:
        return this.#put(this.#numbers[slot] === 1 ? TRUE : FALSE);
      default:
        return this.#put(NOTHING);
    }
  }

  #wordText(word: Word): PreparedText {
    return this.#wordTexts[word.id] ??= prepareText(word.text);
  }

  #putFlags(words: readonly (Word | undefined)[], value: number): void {
    const { at } = this.#cells;
    for (let bit = 0; bit < words.length; bit++) {
      const word = words[bit];
      if (word === undefined || (value >>> bit & 1) === 0) continue;
      const prepared = this.#wordText(word);
      this.#cells.reserve(prepared.length + ROOM);
      if (this.#cells.at > at) this.#putByte(44);
      this.#put(prepared);
    }
    if (this.#cells.at === at) this.#put(NOTHING);
  }

  // Places

  #putLocal(): void {
    switch (this.#family) {
      case "UNIX":
        return this.#putPath();
      case "PACKET":
        return this.#putEthertype();
      case "NETLINK":
        this.#putWord(NETLINK_PROTOCOL, NETLINK_PROTOCOL_RAW);
        return this.#putPort(PORTID);
      case "VSOCK":
        return this.#putPair(SRC_CID, SRC_PORT);
      case "XDP":
        // Queues are counted from 0, interfaces are not.
        if (this.#isZero(IFACE_IDX)) this.#put(ANY);
        else this.#putInterface();
        this.#putByte(58);
        return this.#putValue(QUEUE_ID, true);
      case "TIPC":
        return this.#putPair(NODE, REF);
      case "OTHER":
        this.#putValue(SOCKPROTONAME, true);
        this.#putByte(BLANK);
        return this.#putValue(INODE, true);
      default:
        if (this.#kinds[SRC] !== EMPTY) return this.#putAddress(SRC, SRC_HOST, SRC_PORT, true);
        if (this.#kinds[SRC_PORT] !== EMPTY) return this.#putPair(NO_SLOT, SRC_PORT);
        if (this.#kinds[INODE] === EMPTY) return this.#put(NOTHING);
        this.#put(KERNEL_INODE);
        return this.#putValue(INODE, true);
    }
  }

  #putRemote(): void {
    switch (this.#family) {
      case "UNIX":
        if (this.#isZero(PEER_INODE)) return this.#put(ANY);
        if (this.#kinds[PEER_PATH_NAME] === TEXT) this.#putValue(PEER_PATH_NAME, true);
        else this.#put(ANY);
        this.#putByte(BLANK);
        return this.#putValue(PEER_INODE, true);
      case "NETLINK":
        if (this.#isZero(DST_PORTID)) this.#put(ANY);
        else this.#putValue(DST_PORTID, true);
        if (this.#isZero(DST_GROUP)) return;
        this.#putByte(47);
        return this.#putValue(DST_GROUP, true);
      case "VSOCK":
        return this.#putPair(DST_CID, DST_PORT);
      case "TIPC":
        return this.#kinds[CON_SOCK] === EMPTY ? this.#put(ANY) : this.#putPair(CON_NODE, CON_SOCK);
      default:
        if (this.#kinds[DST] !== EMPTY) return this.#putAddress(DST, DST_HOST, DST_PORT, false);
        if (this.#kinds[DST_PORT] !== EMPTY) return this.#putPair(NO_SLOT, DST_PORT);
        return this.#put(this.#family === "PACKET" || this.#family === "XDP" ? ANY : NOTHING);
    }
  }

  /** Whether a slot holds nothing, null or 0. */
  #isZero(slot: number): boolean {
    const kind = this.#kinds[slot]!;
    return kind === EMPTY || kind === NULL || kind === SMALL && this.#low[slot] === 0;
  }

  #putPath(): void {
    if (this.#kinds[PATH_NAME] !== TEXT) this.#put(ANY);
    else this.#putValue(PATH_NAME, true);
    this.#putByte(BLANK);
    this.#putValue(INODE, true);
  }

  #putEthertype(): void {
    if (this.#kinds[NUM_NAME] === WORD && this.#words[NUM_NAME] !== UNKNOWN) this.#putValue(NUM_NAME, true);
    else if (this.#isZero(NUM)) this.#put(ANY);
    else {
      const value = this.#numbers[NUM]!;
      ethertype[0] = value >>> 8;
      ethertype[1] = value;
      this.#putByte(48);
      this.#putByte(120);
      this.#cells.at = putHex(this.#cells.view, this.#cells.at, ethertype, 0, 2);
    }
    this.#putByte(58);
    if (this.#isZero(IFACE_IDX)) this.#put(ANY);
    else this.#putInterface();
  }

  /** The number behind a colon, `*` for 0. */
  #putPort(slot: number): void {
    this.#putByte(58);
    if (this.#isZero(slot)) this.#put(ANY);
    else this.#putValue(slot, true);
  }

  /** A number, which may be 0, and a port. */
  #putPair(first: number, second: number): void {
    const kind = first === NO_SLOT ? EMPTY : this.#kinds[first]!;
    if (kind === EMPTY || kind === NULL) this.#put(ANY);
    else this.#putValue(first, true);
    this.#putPort(second);
  }

  /** The interface that the socket is bound to: its name, or else its index. */
  #putInterface(): void {
    this.#putValue(this.#kinds[IFACE] === TEXT ? IFACE : IFACE_IDX, true);
  }

  /** The name of the host, or else the address, in brackets if it is one of IPv6; the interface, and the service or port. */
  #putAddress(slot: number, host: number, port: number, local: boolean): void {
    const named = this.#kinds[host] === TEXT;
    const brackets = this.#kinds[slot] === IPV6 && !named;
    if (brackets) this.#putByte(91);
    if (named) this.#putValue(host, true);
    else if (this.#isAny(slot)) this.#put(ANY);
    else this.#putValue(slot, true);
    if (local && !this.#isZero(IFACE_IDX)) {
      this.#putByte(37);
      this.#putInterface();
    }
    if (brackets) this.#putByte(93);
    if (this.#kinds[port] === EMPTY) return;
    this.#putPort(port);
    const service = this.#serviceOf(port);
    if (service !== null) this.#put(service);
  }

  /** What the port in a slot is called, in brackets; `null` if it has no name. */
  #serviceOf(slot: number): PreparedText | null {
    if (this.#serviceProtocol === undefined || this.#kinds[slot] !== SMALL) return null;
    const port = this.#low[slot]!;
    const known = this.#services[port];
    if (known !== undefined) return known;
    const name = this.#serviceNames!(this.#serviceProtocol, port);
    return this.#services[port] = name === null ? null : prepareText(`(${name})`);
  }

  #isAny(slot: number): boolean {
    const length = this.#kinds[slot] === IPV6 ? 16 : 4;
    for (let i = 16 * slot; i < 16 * slot + length; i++) if (this.#addresses[i] !== 0) return false;
    return true;
  }

  #putProcesses(): void {
    if (this.#processes.at > 0) return this.#copy(this.#processes.bytes, 0, this.#processes.at);
    if (this.#kinds[OWNER_STATUS] !== WORD || this.#words[OWNER_STATUS]!.text === "none") return this.#put(NOTHING);
    this.#putByte(40);
    this.#putValue(OWNER_STATUS, true);
    this.#putByte(41);
  }

  // Lines

  /** Writes the lines that are waiting; the first time they tell the widths. */
  #putLines(): void {
    const first = this.#layout === null;
    // So many lines leave at once, those before a mark among them: there is no way back to it.
    const layout = this.#layout ??= this.#layOut();
    if (first && !this.#noHeader) this.#putHeader(layout);
    let start = 0;
    for (let line = 0; line < this.#lines; line++) {
      const from = line * this.#columns.length;
      this.#putLine(layout, this.#cells.bytes, start, this.#ends, this.#widths, from, this.#lineColours[line]!);
      start = this.#ends[from + this.#columns.length - 1]!;
    }
    this.#lines = 0;
    this.#cells.drop();
  }

  #putHeader(layout: Int32Array): void {
    const names = this.#columns.map(({ name }) => name);
    let end = 0;
    const ends = names.map((name) => end += name.length);
    this.#putLine(layout, encode(names.join("")), 0, ends, names.map((name) => name.length), 0, null);
  }

  #putLine(
    layout: Int32Array,
    cells: Uint8Array,
    start: number,
    ends: readonly number[],
    widths: readonly number[],
    from: number,
    colour: PreparedText | null,
  ): void {
    const buffer = this.#buffer;
    const last = layout.length - 1;
    buffer.reserve(ends[from + last]! - start + this.#total + 8 * layout.length + ROOM);
    const out = buffer.bytes;
    let { at } = buffer;
    /** Columns that are written so far. */
    let position = 0;
    for (let i = 0; i <= last; i++) {
      let end = ends[from + i]!;
      const next = end;
      if (layout[i] === 0) {
        start = next;
        continue;
      }
      let width = widths[from + i]!;
      const edge = this.#edges[i]!;
      const { right } = this.#columns[i]!;
      if (position > 0) {
        for (let n = 0; n < GAP; n++) out[at++] = BLANK;
        position += GAP;
      }
      const room = this.#limit - position - (this.#total - edge);
      const cut = width > room;
      if (cut) {
        this.#cut[i] = true;
        end = right ? start : fittingEnd(cells, start, end, room - 1);
        width = (end === next ? 0 : displayWidth(cells, start, end)) + 1;
      }
      if (right) {
        for (; position + width < edge; position++) out[at++] = BLANK;
      }
      if (i === 1 && colour !== null) at = putText(buffer.view, at, colour);
      for (let n = start; n < end; n++) out[at++] = cells[n]!;
      if (cut) { for (let n = 0; n < ELLIPSIS.length; n++) out[at++] = ELLIPSIS[n]!; }
      if (i === 1 && colour !== null) at = putText(buffer.view, at, RESET);
      position += width;
      if (!right && edge < this.#total) {
        for (; position < edge; position++) out[at++] = BLANK;
      }
      start = next;
    }
    out[at++] = 10;
    buffer.at = at;
    buffer.finish();
  }

  /** Widths of the columns: those of the longest values that are waiting, made to fit. */
  #layOut(): Int32Array {
    const columns = this.#columns;
    const layout = Int32Array.from(columns, ({ name }) => this.#noHeader ? 1 : name.length);
    for (let line = 0, n = 0; line < this.#lines; line++) {
      for (let i = 0; i < columns.length; i++, n++) layout[i] = Math.max(layout[i]!, this.#widths[n]!);
    }
    this.#fit(layout);
    let edge = -GAP;
    layout.forEach((width, i) => this.#edges[i] = edge += width === 0 ? 0 : GAP + width);
    this.#total = edge;
    return layout;
  }

  /**
   * Takes from the least important columns first. Those that options added go from the last on; the one that makes the rest
   * fit is cut if it is a text of which something remains, because a part of a number says nothing. Then texts of the
   * others are cut, and at last those go too, until there is a part of `local`.
   */
  #fit(layout: Int32Array): void {
    const natural = [...layout];
    const place = (column: TableColumn) => this.#columns.indexOf(column);
    const excess = () => layout.reduce((sum, width) => sum + (width === 0 ? 0 : width + GAP), -GAP) - this.#limit;
    const shrink = (i: number, least: number) => {
      const width = layout[i]!;
      layout[i] = Math.max(Math.min(width, least), width - Math.max(0, excess()));
    };
    const added = this.#columns.flatMap((column, i) => FIRST_TO_GO.includes(column) ? [] : [i]);
    const shrinking = SHRINKING.flatMap(([column, least]) =>
      place(column) < 0 ? [] : [[place(column), least] as const]
    );
    for (const i of added.toReversed()) {
      const over = excess();
      if (over <= 0) break;
      const rest = layout[i]! - over;
      layout[i] = this.#columns[i]!.right || rest < LEAST_TEXT ? 0 : rest;
    }
    for (const [i, least] of shrinking) shrink(i, least);
    for (const column of FIRST_TO_GO) {
      const i = place(column);
      if (i < 0 || excess() <= 0) continue;
      if (column === LOCAL_COLUMN) shrink(i, 1);
      else layout[i] = 0;
    }
    // What went may have left more room than was missing.
    for (const i of [...shrinking.map(([i]) => i).toReversed(), ...added]) {
      if (layout[i]! > 0) layout[i]! += Math.min(natural[i]! - layout[i]!, Math.max(0, -excess()));
    }
    layout.forEach((width, i) => {
      if (width === 0) this.#cut[i] = true;
    });
  }

  // Values

  #slot(key: Key): number {
    return this.#slots[key.id] ?? NO_SLOT;
  }

  #stepsOf({ steps }: Layout): readonly Step[] {
    return steps.filter(({ key, raw }) => this.#slot(key) !== NO_SLOT || this.#slot(raw) !== NO_SLOT);
  }

  structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    if (this.#list !== null) return this.#json.structure(layout, view, bytes, start, end);
    const steps = this.#steps[layout.id] ??= this.#stepsOf(layout);
    const length = end - start;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      if (step.needs <= length) writeMember(step, view, bytes, start, this);
    }
  }

  openObject(key: Key): void {
    if (this.#list !== null) {
      this.#nested = true;
      this.#json.openObject(key);
    }
    if (key !== owner && key !== peerOwner) return;
    this.#pid = -1;
    this.#tid = -1;
    this.#comm.drop();
    this.#context.drop();
    this.#fds.drop();
  }

  closeObject(key: Key): void {
    if (this.#list !== null) this.#json.closeObject(key);
    if (key !== owner && key !== peerOwner) return;
    const list = key === owner ? this.#processes : this.#peers;
    list.reserve(this.#comm.at + this.#context.at + this.#fds.at + ROOM);
    const { view, bytes } = list;
    let { at } = list;
    if (at > 0) {
      bytes[at++] = 59;
      bytes[at++] = BLANK;
    }
    const start = at;
    for (let i = 0; i < this.#comm.at; i++) bytes[at++] = this.#comm.bytes[i]!;
    if (this.#pid >= 0) {
      if (at > start) bytes[at++] = BLANK;
      at = putInteger(view, putText(view, at, PID), this.#pid);
    }
    if (this.#tid >= 0) {
      if (at > start) bytes[at++] = BLANK;
      at = putInteger(view, putText(view, at, TID), this.#tid);
    }
    if (this.#context.at > 0) {
      if (at > start) bytes[at++] = BLANK;
      at = putText(view, at, CONTEXT);
      for (let i = 0; i < this.#context.at; i++) bytes[at++] = this.#context.bytes[i]!;
    }
    if (this.#fds.at > 0) {
      if (at > start) bytes[at++] = BLANK;
      at = putText(view, at, FD);
    }
    for (let i = 1; i < this.#fds.at; i++) bytes[at++] = this.#fds.bytes[i]!;
    if (at === start) bytes[at++] = HYPHEN;
    list.at = at;
  }

  openList(key: Key): void {
    if (key === owners) this.#processes.drop();
    this.#nested = this.#list !== null;
    if (this.#slot(key) !== NO_SLOT) this.#list ??= key;
    if (this.#list !== null) this.#json.openList(key);
  }

  closeList(key: Key): void {
    if (this.#list === null) return;
    this.#json.closeList(key);
    if (key === this.#list) this.#endList(key);
  }

  /** Keeps the text of a list: as JSON, or words and numbers with commas between them. */
  #endList(key: Key): void {
    const { bytes } = this.#json.buffer;
    const texts = this.#texts;
    const from = texts.at;
    const shell = this.#nested ? 0 : 1;
    const end = this.#json.endOfText - shell;
    texts.reserve(end);
    let { at } = texts;
    for (let i = this.#json.startOf(key) + shell; i < end; i++) {
      const byte = bytes[i]!;
      if (byte > 0x7f) this.#wide = true;
      if (this.#nested || byte !== QUOTE) texts.bytes[at++] = byte;
    }
    texts.at = at;
    this.#setHalves(key, TEXT, from, at);
    this.#json.dropRecord();
    this.#list = null;
  }

  integer(key: Key, value: number): void {
    if (this.#list !== null) this.#json.integer(key, value);
    if (this.#list !== null && this.#list !== owners) return;
    const slot = this.#slot(key);
    if (slot !== NO_SLOT) {
      const small = value | 0;
      this.#kinds[slot] = small === value ? SMALL : INTEGER;
      this.#low[slot] = small;
      this.#numbers[slot] = value;
    } else if (key === pid || key === peerPid) {
      this.#pid = value;
    } else if (key === tid) {
      this.#tid = value;
    } else if (key === fd) {
      const list = this.#fds;
      list.reserve(ROOM);
      list.view.setUint8(list.at, 44);
      list.at = putInteger(list.view, list.at + 1, value);
    }
  }

  #setHalves(key: Key, kind: number, low: number, high: number): void {
    const slot = this.#slot(key);
    if (slot === NO_SLOT) return;
    this.#kinds[slot] = kind;
    this.#low[slot] = low;
    this.#high[slot] = high;
  }

  #setNumber(key: Key, kind: number, value: number): void {
    const slot = this.#slot(key);
    if (slot === NO_SLOT) return;
    this.#kinds[slot] = kind;
    this.#numbers[slot] = value;
  }

  integer64(key: Key, low: number, high: number): void {
    if (this.#list !== null) return this.#json.integer64(key, low, high);
    this.#setHalves(key, INTEGER64, low, high);
  }

  thousandths(key: Key, value: number): void {
    if (this.#list !== null) return this.#json.thousandths(key, value);
    this.#setNumber(key, THOUSANDTHS, value);
  }

  identifier(key: Key, low: number, high: number): void {
    if (this.#list !== null) return this.#json.identifier(key, low, high);
    this.#setHalves(key, IDENTIFIER, low, high);
  }

  boolean(key: Key, value: boolean): void {
    if (this.#list !== null) return this.#json.boolean(key, value);
    this.#setNumber(key, BOOLEAN, value ? 1 : 0);
  }

  null(key: Key): void {
    if (this.#list !== null) return this.#json.null(key);
    this.#setNumber(key, NULL, 0);
  }

  name(key: Key, word: Word): void {
    if (this.#list !== null) return this.#json.name(key, word);
    const slot = this.#slot(key);
    if (slot === NO_SLOT) return;
    this.#kinds[slot] = WORD;
    this.#words[slot] = word;
  }

  flags(key: Key, words: readonly (Word | undefined)[], value: number): void {
    if (this.#list !== null) return this.#json.flags(key, words, value);
    const slot = this.#slot(key);
    if (slot === NO_SLOT) return;
    this.#kinds[slot] = FLAGS;
    this.#lists[slot] = words;
    this.#numbers[slot] = value;
  }

  text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    if (key === comm || key === context || key === peerComm) {
      const part = key === context ? this.#context : this.#comm;
      part.drop();
      if (putDisplayText(part, bytes, start, end)) this.#wide = true;
    }
    if (this.#list !== null) {
      this.#nested = true;
      return this.#json.text(key, bytes, start, end);
    }
    const slot = this.#slot(key);
    if (slot === NO_SLOT) return;
    const from = this.#texts.at;
    if (putDisplayText(this.#texts, bytes, start, end)) this.#wide = true;
    this.#setHalves(key, TEXT, from, this.#texts.at);
  }

  hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    if (this.#list !== null) return this.#json.hex(key, bytes, start, end);
    if (this.#slot(key) === NO_SLOT) return;
    const texts = this.#texts;
    const from = texts.at;
    texts.reserve(2 * (end - start));
    texts.at = putHex(texts.view, from, bytes, start, end);
    this.#setHalves(key, TEXT, from, texts.at);
  }

  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    if (this.#list !== null) return this.#json.address(key, v6, bytes, start);
    const slot = this.#slot(key);
    if (slot === NO_SLOT) return;
    this.#kinds[slot] = v6 ? IPV6 : IPV4;
    const length = v6 ? 16 : 4;
    for (let i = 0; i < length; i++) this.#addresses[16 * slot + i] = bytes[start + i]!;
  }
}

const ethertype = new Uint8Array(2);

export const openTable: OpenOutput = (write, options, content) => new TableSink(write, options, content);
