/**
 * The format `table`: columns for people, one line a socket; what stands in them is told in `docs/formats.md`.
 */
import type { Word } from "../../decode/record/key.ts";
import { UNKNOWN } from "../../decode/record/layout.ts";
import {
  putHex,
  putIdentifier,
  putInteger,
  putInteger64,
  putIPv4,
  putIPv6,
  putThousandths,
} from "../../decode/text/digits.ts";
import type { Content, FormatOptions, OpenOutput, OutputSink } from "../format.ts";
import type { Write } from "../text/output_buffer.ts";
import { type PreparedText, prepareText, putText } from "../text/prepared_texts.ts";
import {
  BACKLOG,
  chooseTable,
  CON_NODE,
  CON_SOCK,
  DST,
  DST_CID,
  DST_GROUP,
  DST_HOST,
  DST_PORT,
  DST_PORTID,
  IFACE,
  IFACE_IDX,
  INODE,
  LOCAL_COLUMN,
  NETLINK_PROTOCOL,
  NETLINK_PROTOCOL_RAW,
  NETNS_COLUMN,
  NETNS_INODE,
  NETNS_NAME,
  NO_SLOT,
  NODE,
  NUM,
  NUM_NAME,
  OWNER_STATUS,
  PATH_NAME,
  PEER_INODE,
  PEER_PATH_NAME,
  PEERS_COLUMN,
  PORTID,
  PROCESS_COLUMN,
  PROTOCOL_COLUMN,
  QUEUE_ID,
  RECV_Q_COLUMN,
  REF,
  REMOTE_COLUMN,
  SEND_Q_COLUMN,
  type Show,
  SOCKPROTONAME,
  SRC,
  SRC_CID,
  SRC_HOST,
  SRC_PORT,
  STATE,
  STATE_COLUMN,
  STATE_RAW,
  type TableColumn,
  V6ONLY,
} from "./table_columns.ts";
import { TableLines } from "./table_lines.ts";
import {
  BOOLEAN,
  EMPTY,
  FLAGS,
  IDENTIFIER,
  INTEGER,
  INTEGER64,
  IPV4,
  IPV6,
  NULL,
  SMALL,
  TableRecord,
  TEXT,
  THOUSANDTHS,
  WORD,
} from "./table_record.ts";
import { putScaled } from "./units.ts";
import type { ServiceNames } from "../../decode/lookups/names.ts";

/** Room for a short value. */
const ROOM = 512;
const BLANK = 32;

const text = (characters: string): PreparedText => prepareText(characters);
const NOTHING = text("-");
const ANY = text("*");
const TRUE = text("true");
const FALSE = text("false");
const NONE = text("none");
const UNLIMITED = text("unlimited");
const KERNEL_INODE = text("inode ");

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

const NO_SHOWS: readonly (Show | null)[] = [];

export class TableSink extends TableRecord implements OutputSink {
  readonly #lines: TableLines;
  readonly #coloured: boolean;
  /** By family, how the values of each slot are shown. */
  readonly #showsOf: ReadonlyMap<string, readonly (Show | null)[]>;
  #shows: readonly (Show | null)[] = NO_SHOWS;
  #protocol: PreparedText = NOTHING;
  #family = "";

  readonly #serviceNames: ServiceNames | null;
  /** The protocol by which services of this family are known, `undefined` if they are not shown. */
  #serviceProtocol: string | undefined = undefined;
  /** Names of the ports of this family that have occurred. */
  #services: (PreparedText | null | undefined)[] = [];

  readonly #wordTexts: PreparedText[] = [];
  readonly #colours: (PreparedText | null)[] = [];

  constructor(write: Write, options: FormatOptions, content: Content) {
    const choice = chooseTable(options, content);
    super(choice);
    const { width, wide = false, color, noHeader = false } = options;
    this.#lines = new TableLines(write, choice.columns, wide ? undefined : width, noHeader);
    this.#coloured = color === "always";
    this.#showsOf = choice.showsOf;
    this.#serviceNames = content.services ?? null;
  }

  /** What of the table did not fit the width, `null` if it did. */
  get notice(): string | null {
    return this.#lines.notice;
  }

  override openProtocol(name: string): void {
    this.#family = name;
    this.#protocol = prepareText(name);
    this.#shows = this.#showsOf.get(name) ?? NO_SHOWS;
    this.#serviceProtocol = this.#serviceNames === null ? undefined : SERVICES[name];
    this.#services = [];
  }

  override closeProtocol(): void {}

  override openRecord(): void {
    this.forget();
  }

  override dropRecord(): void {
    this.forget();
  }

  override closeRecord(): void {
    const { columns } = this.#lines;
    for (let i = 0; i < columns.length; i++) {
      this.#putCell(columns[i]!);
      this.#lines.endCell(this.wide);
    }
    this.#lines.endLine(this.#coloured ? this.#colour() : null);
  }

  #colour(): PreparedText | null {
    if (this.kinds[STATE] !== WORD) return null;
    const word = this.words[STATE]!;
    const known = this.#colours[word.id];
    return known !== undefined ? known : this.#colours[word.id] = COLOURS[word.text] ?? null;
  }

  override mark(): void {
    this.#lines.mark();
  }

  override rewind(): boolean {
    return this.#lines.rewind();
  }

  close(): void {
    this.#lines.close();
  }

  // Cells

  #putCell(column: TableColumn): void {
    const cells = this.#lines.cells;
    cells.reserve(ROOM);
    switch (column) {
      case PROTOCOL_COLUMN:
        return this.#put(this.#protocol);
      case STATE_COLUMN:
        return this.#putWord(STATE, STATE_RAW);
      case RECV_Q_COLUMN:
      case SEND_Q_COLUMN:
        // Of a socket that listens these are connections.
        return this.#putValue(column.slot, this.kinds[BACKLOG] !== EMPTY);
      case LOCAL_COLUMN:
        return this.#putLocal();
      case REMOTE_COLUMN:
        return this.#putRemote();
      case NETNS_COLUMN:
        return this.#putValue(this.kinds[NETNS_NAME] === EMPTY ? NETNS_INODE : NETNS_NAME, true);
      case PEERS_COLUMN:
        return this.peers.at > 0 ? this.#copy(this.peers.bytes, 0, this.peers.at) : this.#put(NOTHING);
      case PROCESS_COLUMN:
        return this.#putProcesses();
      default:
        return this.#putValue(column.slot, false);
    }
  }

  #put(prepared: PreparedText): void {
    this.#lines.cells.at = putText(this.#lines.cells.view, this.#lines.cells.at, prepared);
  }

  #putByte(code: number): void {
    this.#lines.cells.view.setUint8(this.#lines.cells.at++, code);
  }

  /** Copies bytes that are fit for the table. */
  #copy(bytes: Uint8Array, start: number, end: number): void {
    const cells = this.#lines.cells;
    cells.reserve(end - start + ROOM);
    const out = cells.bytes;
    let { at } = cells;
    for (let i = start; i < end; i++) out[at++] = bytes[i]!;
    cells.at = at;
  }

  #putNumber(value: number): void {
    this.#lines.cells.at = putInteger(this.#lines.cells.view, this.#lines.cells.at, value);
  }

  /** A word; an unknown one with its number behind it. */
  #putWord(slot: number, raw: number): void {
    this.#putValue(slot, true);
    if (this.kinds[slot] !== WORD || this.words[slot] !== UNKNOWN || this.kinds[raw] === EMPTY) return;
    this.#putByte(40);
    this.#putValue(raw, true);
    this.#putByte(41);
  }

  #putValue(slot: number, bare: boolean): void {
    const cells = this.#lines.cells;
    const kind = this.kinds[slot]!;
    const low = this.low[slot]!;
    const high = this.high[slot]!;
    const show = bare ? null : this.#shows[slot] ?? null;
    switch (kind) {
      case SMALL:
        if (show === null || low === 0) this.#putNumber(low);
        else cells.at = putScaled(cells.view, cells.at, low * show.factor, show.scale);
        return;
      case INTEGER:
        if (show === null) this.#putNumber(this.numbers[slot]!);
        else cells.at = putScaled(cells.view, cells.at, this.numbers[slot]! * show.factor, show.scale);
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
        if (show === null) cells.at = putThousandths(cells.view, cells.at, this.numbers[slot]!);
        else cells.at = putScaled(cells.view, cells.at, this.numbers[slot]! * show.factor / 1000, show.scale);
        return;
      case IDENTIFIER:
        cells.at = putIdentifier(cells.view, cells.at, low, high);
        return;
      case WORD:
        return this.#put(this.#wordText(this.words[slot]!));
      case TEXT:
        if (low === high) return this.#put(NOTHING);
        return this.#copy(this.texts.bytes, low, high);
      case NULL:
        return this.#put(NONE);
      case FLAGS:
        return this.#putFlags(this.lists[slot]!, this.numbers[slot]!);
      case IPV4:
        cells.at = putIPv4(cells.view, cells.at, this.addresses, 16 * slot);
        return;
      case IPV6:
        cells.at = putIPv6(cells.view, cells.at, this.addresses, 16 * slot);
        return;
      case BOOLEAN:
        return this.#put(this.numbers[slot] === 1 ? TRUE : FALSE);
      default:
        return this.#put(NOTHING);
    }
  }

  #wordText(word: Word): PreparedText {
    return this.#wordTexts[word.id] ??= prepareText(word.text);
  }

  #putFlags(words: readonly (Word | undefined)[], value: number): void {
    const { at } = this.#lines.cells;
    for (let bit = 0; bit < words.length; bit++) {
      const word = words[bit];
      if (word === undefined || (value >>> bit & 1) === 0) continue;
      const prepared = this.#wordText(word);
      this.#lines.cells.reserve(prepared.length + ROOM);
      if (this.#lines.cells.at > at) this.#putByte(44);
      this.#put(prepared);
    }
    if (this.#lines.cells.at === at) this.#put(NOTHING);
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
        if (this.kinds[SRC] !== EMPTY) return this.#putAddress(SRC, SRC_HOST, SRC_PORT, true);
        if (this.kinds[SRC_PORT] !== EMPTY) return this.#putPair(NO_SLOT, SRC_PORT);
        if (this.kinds[INODE] === EMPTY) return this.#put(NOTHING);
        this.#put(KERNEL_INODE);
        return this.#putValue(INODE, true);
    }
  }

  #putRemote(): void {
    switch (this.#family) {
      case "UNIX":
        if (this.#isZero(PEER_INODE)) return this.#put(ANY);
        if (this.kinds[PEER_PATH_NAME] === TEXT) this.#putValue(PEER_PATH_NAME, true);
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
        return this.kinds[CON_SOCK] === EMPTY ? this.#put(ANY) : this.#putPair(CON_NODE, CON_SOCK);
      default:
        if (this.kinds[DST] !== EMPTY) return this.#putAddress(DST, DST_HOST, DST_PORT, false);
        if (this.kinds[DST_PORT] !== EMPTY) return this.#putPair(NO_SLOT, DST_PORT);
        return this.#put(this.#family === "PACKET" || this.#family === "XDP" ? ANY : NOTHING);
    }
  }

  /** Whether a slot holds nothing, null or 0. */
  #isZero(slot: number): boolean {
    const kind = this.kinds[slot]!;
    return kind === EMPTY || kind === NULL || kind === SMALL && this.low[slot] === 0;
  }

  #putPath(): void {
    if (this.kinds[PATH_NAME] !== TEXT) this.#put(ANY);
    else this.#putValue(PATH_NAME, true);
    this.#putByte(BLANK);
    this.#putValue(INODE, true);
  }

  #putEthertype(): void {
    if (this.kinds[NUM_NAME] === WORD && this.words[NUM_NAME] !== UNKNOWN) this.#putValue(NUM_NAME, true);
    else if (this.#isZero(NUM)) this.#put(ANY);
    else {
      const value = this.numbers[NUM]!;
      ethertype[0] = value >>> 8;
      ethertype[1] = value;
      this.#putByte(48);
      this.#putByte(120);
      this.#lines.cells.at = putHex(this.#lines.cells.view, this.#lines.cells.at, ethertype, 0, 2);
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
    const kind = first === NO_SLOT ? EMPTY : this.kinds[first]!;
    if (kind === EMPTY || kind === NULL) this.#put(ANY);
    else this.#putValue(first, true);
    this.#putPort(second);
  }

  /** The interface that the socket is bound to: its name, or else its index. */
  #putInterface(): void {
    this.#putValue(this.kinds[IFACE] === TEXT ? IFACE : IFACE_IDX, true);
  }

  /**
   * The name of the host, or else the address, in brackets if it is one of IPv6; the interface, and the service or port. As in
   * `ss` an asterisk stands for all local addresses of both versions of IP.
   */
  #putAddress(slot: number, host: number, port: number, local: boolean): void {
    const named = this.kinds[host] === TEXT;
    const any = this.#isAny(slot) && (!local || this.kinds[V6ONLY] === BOOLEAN && this.numbers[V6ONLY] === 0);
    const brackets = this.kinds[slot] === IPV6 && !named && !any;
    if (brackets) this.#putByte(91);
    if (named) this.#putValue(host, true);
    else if (any) this.#put(ANY);
    else this.#putValue(slot, true);
    if (local && !this.#isZero(IFACE_IDX)) {
      this.#putByte(37);
      this.#putInterface();
    }
    if (brackets) this.#putByte(93);
    if (this.kinds[port] === EMPTY) return;
    this.#putPort(port);
    const service = this.#serviceOf(port);
    if (service !== null) this.#put(service);
  }

  /** What the port in a slot is called, in brackets; `null` if it has no name. */
  #serviceOf(slot: number): PreparedText | null {
    if (this.#serviceProtocol === undefined || this.kinds[slot] !== SMALL) return null;
    const port = this.low[slot]!;
    const known = this.#services[port];
    if (known !== undefined) return known;
    const name = this.#serviceNames!(this.#serviceProtocol, port);
    return this.#services[port] = name === null ? null : prepareText(`(${name})`);
  }

  #isAny(slot: number): boolean {
    const length = this.kinds[slot] === IPV6 ? 16 : 4;
    for (let i = 16 * slot; i < 16 * slot + length; i++) if (this.addresses[i] !== 0) return false;
    return true;
  }

  #putProcesses(): void {
    if (this.processes.at > 0) return this.#copy(this.processes.bytes, 0, this.processes.at);
    if (this.kinds[OWNER_STATUS] !== WORD || this.words[OWNER_STATUS]!.text === "none") return this.#put(NOTHING);
    this.#putByte(40);
    this.#putValue(OWNER_STATUS, true);
    this.#putByte(41);
  }
}

const ethertype = new Uint8Array(2);

export const openTable: OpenOutput = (write, options, content) => new TableSink(write, options, content);
