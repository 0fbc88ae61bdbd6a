/**
 * SCTP endpoints and associations in `/proc/net/sctp`. Mirrors `sctp_eps_seq_show` and `sctp_assocs_seq_show` in
 * `net/sctp/proc.c`.
 */
import { AF_INET, AF_INET6 } from "../../kernel/address_family.ts";
import { INET_DIAG_MSG } from "./inet_diag.ts";
import { defineElement, defineKey, type Key } from "../../record/key.ts";
import { Columns } from "../../proc/line_reader.ts";
import {
  defineNameField,
  hasBit,
  MAX_INODE,
  type NameField,
  sourceKey,
  writeName,
  writeSource,
} from "../../proc/proc_sockets.ts";
import type { RecordSink } from "../../record/record_sink.ts";
import { TCP_CLOSE, TCP_LISTEN } from "../../kernel/tcp_states.ts";
import type { ProcFile, Wanted } from "../../proc/proc_file.ts";
import type { Question } from "../question.ts";

/** `SCTP_STATE_*`: states of associations. Endpoints have TCP states. */
export const sctpStateWords: readonly string[] = [
  "closed",
  "cookie-wait",
  "cookie-echoed",
  "established",
  "shutdown-pending",
  "shutdown-sent",
  "shutdown-received",
  "shutdown-ack-sent",
];

/** Whether a socket is an association. */
export const associationKey: Key = defineKey(null, "association", {
  type: "boolean",
  meaning: "True for an association, which has the inode and cookie of its endpoint; false for an endpoint.",
  since: "4.7",
  source: "INET_DIAG_PEERS",
});

/** Bytes for an IPv4 or IPv6 address. */
const ADDRESS_SIZE = 16;

/** The addresses of one side, 16 bytes for each. */
class Addresses {
  count = 0;
  /** Index of the address that the kernel prefers, or of the first. */
  primary = 0;
  #bytes = new Uint8Array(8 * ADDRESS_SIZE);
  readonly #v6: boolean[] = [];

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  isV6(index: number): boolean {
    return this.#v6[index]!;
  }

  /** Reads columns to the end of the line, or to a column that is not an address. */
  read(columns: Columns): void {
    this.count = 0;
    this.primary = 0;
    while (!columns.done) {
      if (ADDRESS_SIZE * (this.count + 1) > this.#bytes.length) this.#grow();
      const preferred = columns.skipSign(0x2a);
      const length = columns.addressText(this.#bytes, ADDRESS_SIZE * this.count);
      if (length === 0) return;
      this.#v6[this.count] = length === 16;
      if (preferred) this.primary = this.count;
      this.count++;
    }
  }

  #grow(): void {
    const larger = new Uint8Array(2 * this.#bytes.length);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

const columns = new Columns();
const locals = new Addresses();
const peers = new Addresses();

interface AddressList {
  readonly list: Key;
  readonly element: Key;
  readonly family: NameField;
  readonly address: Key;
  readonly port: Key;
}

const fieldOf = (name: string) => INET_DIAG_MSG.steps.find(({ key }) => key.name === name)!;

function defineAddressList(name: string, meaning: string): AddressList {
  const source = "/proc/net/sctp";
  const list = defineKey(null, name, { type: "list", meaning, source });
  const element = defineElement(list, "object");
  const { words } = fieldOf("family");
  return {
    list,
    element,
    family: {
      key: defineKey(element, "family", { type: "name", meaning: "Address family.", source }),
      raw: defineKey(element, "family_raw", { type: "integer", meaning: "Number of the address family.", source }),
      words,
    },
    address: defineKey(element, "address", { type: "address", meaning: "Address.", source }),
    port: defineKey(element, "port", { type: "integer", meaning: "Port.", source }),
  };
}

const defineFields = () => ({
  family: fieldOf("family"),
  state: fieldOf("state"),
  associationState: defineNameField("state", sctpStateWords, {
    source: "/proc/net/sctp/assocs",
    meaning: "State of the association.",
  }),
  src: fieldOf("src").key,
  srcPort: fieldOf("src_port").key,
  dst: fieldOf("dst").key,
  dstPort: fieldOf("dst_port").key,
  recvQ: fieldOf("recv_q").key,
  sendQ: fieldOf("send_q").key,
  uid: fieldOf("uid").key,
  inode: fieldOf("inode").key,
  locals: defineAddressList("locals", "All addresses of this side."),
  peers: defineAddressList("peers", "All addresses of the peer (associations)."),
});
let definedFields: ReturnType<typeof defineFields> | null = null;
const sctpFields = () => definedFields ??= defineFields();

/** The address family of the socket: IPv6 if any address is IPv6, because such a socket can have IPv4 addresses too. */
function familyOf(addresses: Addresses): number {
  for (let i = 0; i < addresses.count; i++) if (addresses.isV6(i)) return AF_INET6;
  return AF_INET;
}

function writeAddresses(fields: AddressList, addresses: Addresses, port: number, sink: RecordSink): void {
  sink.openList(fields.list);
  for (let i = 0; i < addresses.count; i++) {
    const v6 = addresses.isV6(i);
    sink.openObject(fields.element);
    writeName(fields.family, v6 ? AF_INET6 : AF_INET, sink);
    sink.address(fields.address, v6, addresses.bytes, ADDRESS_SIZE * i);
    sink.integer(fields.port, port);
    sink.closeObject(fields.element);
  }
  sink.closeList(fields.list);
}

/** Pushes the address that represents one side, if it has any. */
function writeAddress(key: Key, addresses: Addresses, sink: RecordSink): void {
  const { count, primary, bytes } = addresses;
  if (count > 0) sink.address(key, addresses.isV6(primary), bytes, ADDRESS_SIZE * primary);
}

/** Pushes an endpoint: `%8pK %8pK %-3d %-3d %-4d %-5d %5u %5lu ` and addresses. */
function writeEndpoint(
  families: readonly number[],
  bytes: Uint8Array,
  start: number,
  end: number,
  wanted: Wanted,
  sink: RecordSink,
): boolean {
  columns.open(bytes, start, end);
  columns.skip(); // where the endpoint lies in the kernel
  columns.skip(); // and its socket
  columns.skip(); // one-to-one or one-to-many
  const state = columns.decimal(0xff);
  columns.signed(); // hash bucket
  const port = columns.decimal(0xffff);
  const uid = columns.decimal();
  const inode = columns.decimal(MAX_INODE);
  locals.read(columns);
  const family = familyOf(locals);
  if (!hasBit(wanted.states, state) || !families.includes(family)) return false;
  const fields = sctpFields();
  sink.openRecord();
  writeName(fields.family, family, sink);
  writeName(fields.state, state, sink);
  writeAddress(fields.src, locals, sink);
  sink.integer(fields.srcPort, port);
  sink.integer(fields.uid, uid);
  sink.integer(fields.inode, inode);
  writeAddresses(fields.locals, locals, port, sink);
  sink.boolean(associationKey, false);
  writeSource(sink);
  sink.closeRecord();
  return true;
}

/** Pushes an association: `%8pK %8pK %-3d %-3d %-2d %-4d %4d %8d %8d %7u %5lu %-5d %5d `, addresses, `<->`, addresses. */
function writeAssociation(
  families: readonly number[],
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: RecordSink,
): boolean {
  columns.open(bytes, start, end);
  for (let i = 0; i < 4; i++) columns.skip(); // where it and its socket lie, kind and state of the socket
  const state = columns.decimal(0xff);
  columns.signed(); // hash bucket
  columns.signed(); // number of the association
  const sendQ = columns.decimal();
  const recvQ = columns.decimal();
  const uid = columns.decimal();
  const inode = columns.decimal(MAX_INODE);
  const srcPort = columns.decimal(0xffff);
  const dstPort = columns.decimal(0xffff);
  locals.read(columns);
  columns.arrow();
  peers.read(columns);
  const family = Math.max(familyOf(locals), familyOf(peers));
  if (!families.includes(family)) return false;
  const fields = sctpFields();
  sink.openRecord();
  writeName(fields.family, family, sink);
  writeName(fields.associationState, state, sink);
  writeAddress(fields.src, locals, sink);
  sink.integer(fields.srcPort, srcPort);
  writeAddress(fields.dst, peers, sink);
  sink.integer(fields.dstPort, dstPort);
  sink.integer(fields.recvQ, recvQ);
  sink.integer(fields.sendQ, sendQ);
  sink.integer(fields.uid, uid);
  sink.integer(fields.inode, inode);
  writeAddresses(fields.locals, locals, srcPort, sink);
  writeAddresses(fields.peers, peers, dstPort, sink);
  sink.boolean(associationKey, true);
  writeSource(sink);
  sink.closeRecord();
  return true;
}

/** As in diagnostics: these states select no associations, any other state selects all. */
const ENDPOINT_STATES = 1 << TCP_LISTEN | 1 << TCP_CLOSE;

/** First all endpoints, then all associations. A socket without addresses counts as IPv4. */
export function sctpFiles({ states, addressFamilies }: Question): ProcFile[] {
  const endpoints: ProcFile = {
    name: "sctp/eps",
    part: "",
    headings: 1,
    write: (bytes, start, end, wanted, sink) => writeEndpoint(addressFamilies, bytes, start, end, wanted, sink),
  };
  const associations: ProcFile = {
    name: "sctp/assocs",
    part: "",
    headings: 1,
    write: (bytes, start, end, _wanted, sink) => writeAssociation(addressFamilies, bytes, start, end, sink),
  };
  return (states & ~ENDPOINT_STATES) === 0 ? [endpoints] : [endpoints, associations];
}

/** Fields of SCTP sockets that only `/proc/net` has. */
export const procSctpKeys = (): Key[] => [sourceKey];
