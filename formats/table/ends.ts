/**
 * The cells `local` and `remote` of each family. `docs/formats.md` describes them.
 */
import { UNKNOWN } from "../../decode/record/layout.ts";
import {
  BOOLEAN,
  EMPTY,
  IPV6,
  NO_SLOT,
  NULL,
  type RecordSlots,
  SMALL,
  TEXT,
  WORD,
} from "../../decode/record/record_slots.ts";
import { putHex } from "../../decode/text/digits.ts";
import type { ServiceNames } from "../../decode/lookups/names.ts";
import { type PreparedText, prepareText } from "../text/prepared_texts.ts";
import { put, putValue } from "../text/value_text.ts";
import { BASE } from "./base_slots.ts";
import { putDisplayText } from "./display_text.ts";
import { type Lines, NOTHING } from "./lines.ts";

const ANY = prepareText("*");
const BLANK = prepareText(" ");
const COLON = prepareText(":");
const SLASH = prepareText("/");
const ZONE = prepareText("%");
const OPEN = prepareText("[");
const CLOSE = prepareText("]");
const HEXADECIMAL = prepareText("0x");
const KERNEL_INODE = prepareText("inode ");

/** The protocol under which `/etc/services` lists the ports of a family. */
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

const ethertype = new Uint8Array(2);

/** Writes the cells of the two ends. */
export class EndCells {
  #family = "";
  /** The protocol of this family's services; `undefined` if services are not shown. */
  #protocol: string | undefined = undefined;
  /** Names of the ports of this family, looked up so far. */
  #services: (PreparedText | null | undefined)[] = [];
  #wide = false;
  /** Whether the cell has an address, a name or a number. */
  #says = false;

  constructor(readonly slots: RecordSlots, readonly lines: Lines, readonly names: ServiceNames | null) {}

  openFamily(name: string): void {
    this.#family = name;
    this.#protocol = this.names === null ? undefined : SERVICES[name];
    this.#services = [];
  }

  /** Writes the cell of one end. */
  putEnd(local: boolean): void {
    this.#wide = false;
    this.#says = false;
    if (local) this.#putLocal();
    else this.#putRemote();
    this.lines.endCell(this.#wide, this.#says, null);
  }

  #put(text: PreparedText): void {
    put(this.lines.cells, text);
  }

  /** A value or text; a hyphen if it is missing or empty. */
  #putValue(slot: number): void {
    const { kinds, low, high, texts } = this.slots;
    const kind = kinds[slot];
    if (kind === EMPTY || kind === TEXT && low[slot] === high[slot]) return this.#put(NOTHING);
    this.#says = true;
    if (kind !== TEXT) return putValue(this.lines.cells, this.slots, slot);
    const start = this.lines.cells.at;
    if (putDisplayText(this.lines.cells, texts.bytes, low[slot]!, high[slot]!)) this.#wide = true;
    this.lines.mayShorten(start);
  }

  #putLocal(): void {
    switch (this.#family) {
      case "UNIX":
        if (this.slots.kinds[BASE.path_name] !== TEXT) this.#put(ANY);
        else this.#putValue(BASE.path_name);
        this.#put(BLANK);
        return this.#putValue(BASE.inode);
      case "PACKET":
        return this.#putEthertype();
      case "NETLINK":
        this.#putWord(BASE.netlink_protocol, BASE.netlink_protocol_raw);
        return this.#putPort(BASE.portid);
      case "VSOCK":
        return this.#putPair(BASE.src_cid, BASE.src_port);
      case "XDP":
        // Queue 0 exists; interface 0 does not.
        if (this.#isZero(BASE.iface_idx)) this.#put(ANY);
        else this.#putInterface();
        this.#put(COLON);
        return this.#putValue(BASE.queue_id);
      case "TIPC":
        return this.#putPair(BASE.node, BASE.ref);
      case "OTHER":
        this.#putValue(BASE.sockprotoname);
        this.#put(BLANK);
        this.#putValue(BASE.inode);
        if (this.slots.kinds[BASE.src_port] === EMPTY) return;
        this.#put(BLANK);
        if (this.slots.kinds[BASE.src_cid] !== EMPTY) return this.#putPair(BASE.src_cid, BASE.src_port);
        return this.#putAddress(BASE.src, BASE.src_host, BASE.src_port, true);
      default:
        if (this.slots.kinds[BASE.src] !== EMPTY) return this.#putAddress(BASE.src, BASE.src_host, BASE.src_port, true);
        if (this.slots.kinds[BASE.src_port] !== EMPTY) return this.#putPair(NO_SLOT, BASE.src_port);
        if (this.slots.kinds[BASE.inode] === EMPTY) return this.#put(NOTHING);
        this.#put(KERNEL_INODE);
        return this.#putValue(BASE.inode);
    }
  }

  #putRemote(): void {
    switch (this.#family) {
      case "UNIX":
        if (this.#isZero(BASE.peer_inode)) return this.#put(ANY);
        if (this.slots.kinds[BASE.peer_path_name] === TEXT) this.#putValue(BASE.peer_path_name);
        else this.#put(ANY);
        this.#put(BLANK);
        return this.#putValue(BASE.peer_inode);
      case "NETLINK":
        if (this.#isZero(BASE.dst_portid)) this.#put(ANY);
        else this.#putValue(BASE.dst_portid);
        if (this.#isZero(BASE.dst_group)) return;
        this.#put(SLASH);
        return this.#putValue(BASE.dst_group);
      case "VSOCK":
        return this.#putPair(BASE.dst_cid, BASE.dst_port);
      case "TIPC":
        return this.slots.kinds[BASE.con_sock] === EMPTY ? this.#put(ANY) : this.#putPair(BASE.con_node, BASE.con_sock);
      default:
        if (this.slots.kinds[BASE.dst] !== EMPTY) {
          return this.#putAddress(BASE.dst, BASE.dst_host, BASE.dst_port, false);
        }
        if (this.slots.kinds[BASE.dst_cid] !== EMPTY) return this.#putPair(BASE.dst_cid, BASE.dst_port);
        if (this.slots.kinds[BASE.dst_port] !== EMPTY) return this.#putPair(NO_SLOT, BASE.dst_port);
        return this.#put(this.#family === "PACKET" || this.#family === "XDP" ? ANY : NOTHING);
    }
  }

  /** A word; an unknown one with its number in brackets. */
  #putWord(slot: number, raw: number): void {
    this.#putValue(slot);
    const { kinds, words } = this.slots;
    if (kinds[slot] !== WORD || words[slot] !== UNKNOWN || kinds[raw] === EMPTY) return;
    this.lines.cells.bytes[this.lines.cells.at++] = 40;
    this.#putValue(raw);
    this.lines.cells.bytes[this.lines.cells.at++] = 41;
  }

  /** Whether a slot holds nothing, null or 0. */
  #isZero(slot: number): boolean {
    const kind = this.slots.kinds[slot]!;
    return kind === EMPTY || kind === NULL || kind === SMALL && this.slots.low[slot] === 0;
  }

  #putEthertype(): void {
    const { kinds, words, numbers } = this.slots;
    if (kinds[BASE.num_name] === WORD && words[BASE.num_name] !== UNKNOWN) this.#putValue(BASE.num_name);
    else if (this.#isZero(BASE.num)) this.#put(ANY);
    else {
      const value = numbers[BASE.num]!;
      ethertype[0] = value >>> 8;
      ethertype[1] = value;
      this.#put(HEXADECIMAL);
      const { cells } = this.lines;
      cells.at = putHex(cells.view, cells.at, ethertype, 0, 2);
      this.#says = true;
    }
    this.#put(COLON);
    if (this.#isZero(BASE.iface_idx)) this.#put(ANY);
    else this.#putInterface();
  }

  /** A colon and the number; `*` for 0. */
  #putPort(slot: number): void {
    this.#put(COLON);
    if (this.#isZero(slot)) this.#put(ANY);
    else this.#putValue(slot);
  }

  /** A number, for which 0 is a value, and a port. */
  #putPair(first: number, second: number): void {
    const kind = first === NO_SLOT ? EMPTY : this.slots.kinds[first]!;
    if (kind === EMPTY || kind === NULL) this.#put(ANY);
    else this.#putValue(first);
    this.#putPort(second);
  }

  /** The interface that the socket is bound to: its name if known, else its index. */
  #putInterface(): void {
    const { kinds, low, high, texts } = this.slots;
    this.#says = true;
    if (kinds[BASE.iface] !== TEXT) return putValue(this.lines.cells, this.slots, BASE.iface_idx);
    const [from, to] = [low[BASE.iface]!, high[BASE.iface]!];
    if (putDisplayText(this.lines.cells, texts.bytes, from, to)) this.#wide = true;
  }

  /**
   * The host name or address, the interface, the port and the service. IPv6 addresses have brackets. As in `ss`, an
   * asterisk means all local addresses of IPv4 and IPv6.
   */
  #putAddress(slot: number, host: number, port: number, local: boolean): void {
    const { kinds, numbers } = this.slots;
    const named = kinds[host] === TEXT;
    const any = this.#isAny(slot) && (!local || kinds[BASE.v6only] === BOOLEAN && numbers[BASE.v6only] === 0);
    const brackets = kinds[slot] === IPV6 && !named && !any;
    if (brackets) this.#put(OPEN);
    const start = this.lines.cells.at;
    if (named) this.#putValue(host);
    else if (any) this.#put(ANY);
    else {
      this.#putValue(slot);
      if (brackets) this.lines.mayShorten(start);
    }
    if (local && !this.#isZero(BASE.iface_idx)) {
      this.#put(ZONE);
      this.#putInterface();
    }
    if (brackets) this.#put(CLOSE);
    if (kinds[port] === EMPTY) return;
    this.#putPort(port);
    const service = this.#serviceOf(port);
    if (service === null) return;
    const from = this.lines.cells.at;
    this.#put(service);
    this.lines.mayLeaveOut(from);
  }

  /** The service of the port in a slot, in brackets; `null` if it has none. */
  #serviceOf(slot: number): PreparedText | null {
    if (this.#protocol === undefined || this.slots.kinds[slot] !== SMALL) return null;
    const port = this.slots.low[slot]!;
    const known = this.#services[port];
    if (known !== undefined) return known;
    const name = this.names!(this.#protocol, port);
    return this.#services[port] = name === null ? null : prepareText(`(${name})`);
  }

  #isAny(slot: number): boolean {
    const { kinds, addresses } = this.slots;
    const length = kinds[slot] === IPV6 ? 16 : 4;
    for (let i = 16 * slot; i < 16 * slot + length; i++) if (addresses[i] !== 0) return false;
    return true;
  }
}
