/**
 * A kernel that answers as a test tells it to.
 */
import type { DatagramSource } from "../../decode/netlink/datagram_source.ts";
import { align4 } from "../../decode/netlink/attribute.ts";
import { readType } from "../../decode/netlink/message.ts";
import { refusal } from "./messages.ts";

const EBUSY = 16;
const EINVAL = 22;
const TCPDIAG_GETSOCK = 18;

/** The effect of one `receive`: a datagram, another result, or an error to throw. */
export type Answer = Uint8Array | number | Error;

/**
 * Answers the n-th request with the n-th script, and all further ones with the last. Messages get the sequence number of
 * the request and the port id of the source, unless they have a sequence number of their own.
 */
export class ScriptedSource implements DatagramSource {
  readonly portId = 77;
  /** Requests received, and how often the source was asked for an answer. */
  readonly requests: Uint8Array[] = [];
  receives = 0;
  #pending: Answer[] = [];
  #next = 0;

  /**
   * @param busy whether it refuses a dump with EBUSY until the previous one has been received completely, as the kernel
   * does
   * @param older whether it answers the older request for TCP sockets of both address families too; else it refuses
   * that one, and does not count it
   */
  constructor(
    readonly scripts: readonly (readonly Answer[])[],
    readonly release = 6018,
    readonly busy = false,
    readonly older = false,
  ) {}

  send(request: Uint8Array): void {
    if (!this.older && readType(request) === TCPDIAG_GETSOCK) {
      this.#pending = [this.#address(refusal(EINVAL, { request }), request)];
      return;
    }
    this.requests.push(request.slice());
    if (this.busy && this.#pending.length > 0) {
      // The first datagram of the answer already exists, so the refusal comes after it.
      this.#pending.splice(1, 0, this.#address(refusal(EBUSY, { request }), request));
      return;
    }
    const script = this.scripts[Math.min(this.#next++, this.scripts.length - 1)]!;
    this.#pending = script.map((answer) =>
      answer instanceof Uint8Array ? this.#address(answer.slice(), request) : answer
    );
  }

  #address(datagram: Uint8Array, request: Uint8Array): Uint8Array {
    const view = new DataView(datagram.buffer, datagram.byteOffset);
    const sequence = new DataView(request.buffer, request.byteOffset).getUint32(8, true);
    for (let at = 0; at + 16 <= datagram.length;) {
      if (view.getUint32(at + 8, true) === 0) view.setUint32(at + 8, sequence, true);
      if (view.getUint32(at + 12, true) === 0) view.setUint32(at + 12, this.portId, true);
      const length = view.getUint32(at, true);
      if (length < 16 || length > datagram.length - at) break;
      at += align4(length);
    }
    return datagram;
  }

  receive(buffer: Uint8Array): number {
    this.receives++;
    const answer = this.#pending.shift() ?? 0;
    if (answer instanceof Error) throw answer;
    if (typeof answer === "number") return answer;
    buffer.set(answer.subarray(0, buffer.length));
    return answer.length;
  }

  restart(): void {
    this.#pending = [];
  }

  [Symbol.dispose](): void {
    this.restart();
  }
}
