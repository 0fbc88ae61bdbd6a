/**
 * Stores listed sockets with the data for requests to close them.
 */
import { encodeDestroyRequest, encodeFamilyProbe } from "../decode/families/inet/inet_destroy.ts";
import { AF_NETLINK, AF_PACKET, AF_SMC, AF_TIPC, AF_UNIX, AF_VSOCK, AF_XDP } from "../decode/kernel/address_family.ts";
import type { KillRequest } from "../decode/plan/kill_sockets.ts";
import type { Key } from "../decode/record/key.ts";
import { type FlowObject, ObjectSink } from "../decode/record/object_sink.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { playFields, RecordTape, type TapedRecord } from "../decode/record/record_tape.ts";

/** A socket that may be closed. */
export interface KeptSocket {
  readonly flow: FlowObject;
  /** As in {@linkcode KillTarget}. */
  readonly request: KillRequest | null;
  /** Pushes the fields of its record. */
  play(sink: RecordSink): void;
}

/** Numbers of the protocols that have addresses and can be asked for, `IPPROTO_…` of `linux/in.h`. */
const protocols: Readonly<Record<string, number>> = {
  TCP: 6,
  UDP: 17,
  DCCP: 33,
  SCTP: 132,
  UDPLITE: 136,
  RAW: 255,
  MPTCP: 262,
};

/** Whether some kernel closes sockets of a protocol. */
export const canBeClosed = ({ name }: { readonly name: string }): boolean =>
  Object.hasOwn(protocols, name) && !NEVER.includes(name);

/** Protocols whose requests every kernel refuses. */
const NEVER: readonly string[] = ["UDPLITE", "MPTCP"];

/** Address families whose sockets no kernel closes. */
const addressFamilies: Readonly<Record<string, number>> = {
  UNIX: AF_UNIX,
  NETLINK: AF_NETLINK,
  PACKET: AF_PACKET,
  TIPC: AF_TIPC,
  VSOCK: AF_VSOCK,
  SMC: AF_SMC,
  XDP: AF_XDP,
};

/** Reads a record as an object, and its addresses as bytes too. */
class TargetReader extends ObjectSink {
  readonly addresses = new Map<string, Uint8Array>();

  override openRecord(): void {
    this.addresses.clear();
    super.openRecord();
  }

  override address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    this.addresses.set(key.path, bytes.slice(start, start + (v6 ? 16 : 4)));
    super.address(key, v6, bytes, start);
  }
}

/** Keeps the records of a listing. */
export class KillSink extends RecordTape {
  sockets: KeptSocket[] = [];
  #protocol = "";
  #marked = 0;

  override openProtocol(name: string): void {
    this.#protocol = name;
  }

  override closeProtocol(): void {}

  override mark(): void {
    this.#marked = this.sockets.length;
  }

  override rewind(): boolean {
    this.sockets.length = this.#marked;
    return true;
  }

  protected override recordEnded(): void {
    const record = this.take();
    const reader = new TargetReader();
    reader.openProtocol(this.#protocol);
    reader.openRecord();
    playFields(record, reader);
    reader.closeRecord();
    const flow = reader.take()[0]!;
    this.sockets.push({
      flow,
      request: requestOf(flow, reader.addresses),
      play: (sink) => playFields(record as TapedRecord, sink),
    });
  }
}

/** The request for a socket; `null` if none can name it: without a cookie it cannot be told from others with its addresses. */
function requestOf(flow: FlowObject, addresses: ReadonlyMap<string, Uint8Array>): KillRequest | null {
  const addressFamily = addressFamilies[flow.protocol];
  if (addressFamily !== undefined) return { message: encodeFamilyProbe(addressFamily), exact: false };
  const protocol = protocols[flow.protocol];
  const [src, dst] = [addresses.get("src"), addresses.get("dst")];
  // A socket from /proc/net has no cookie.
  if (protocol === undefined || src === undefined || dst === undefined || typeof flow["cookie"] !== "string") {
    return null;
  }
  const cookie = BigInt(flow["cookie"]);
  const message = encodeDestroyRequest({
    protocol,
    rawProtocol: Number(flow["ip_protocol"] ?? 0),
    src,
    dst,
    srcPort: Number(flow["src_port"] ?? 0),
    dstPort: Number(flow["dst_port"] ?? 0),
    iface: Number(flow["iface_idx"] ?? 0),
    cookie: [Number(cookie & 0xffff_ffffn), Number(cookie >> 32n)],
  });
  return { message, exact: true };
}
