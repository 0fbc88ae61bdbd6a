/**
 * Questions to parts of the kernel other than socket diagnostics, such as routing; see netlink(7). Like a listing it changes
 * nothing.
 */
import { EAGAIN } from "../decode/kernel/errno.ts";
import { DecodeError, KernelError, SystemError } from "../decode/kernel/errors.ts";
import {
  encodeRequest,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  readError,
  setSequence,
} from "../decode/netlink/message.ts";
import { walkMessages } from "../decode/netlink/walk_messages.ts";
import type { Inside } from "../decode/plan/plan.ts";
import { DATAGRAM_SIZE } from "../decode/record/record_sink.ts";
import { libc, uninterrupted, waitFor } from "./libc.ts";
import { MSG_TRUNC, openKernelSocket } from "./netlink_socket.ts";
import { forgetOwnSocket, noteOwnSocket } from "./own_sockets.ts";

/** Protocols of netlink. */
export const NETLINK_ROUTE = 0;
export const NETLINK_NETFILTER = 12;
export const NETLINK_GENERIC = 16;

const NLM_F_MULTI = 2;
const POLLIN = 1;

/** How often a dump that was interrupted is asked for again. */
const RETRIES = 3;

/** Takes the payload of a message, from `start` to `end`, which is valid only during the call. */
export type TakeMessage = (view: DataView, bytes: Uint8Array, start: number, end: number) => void;

/** A netlink socket of one protocol in one network namespace. */
export class KernelQuery implements Disposable {
  readonly #fd: number;
  readonly #buffer = new Uint8Array(DATAGRAM_SIZE);
  readonly #view = new DataView(this.#buffer.buffer);
  #sequence = 0;

  /** @throws {SystemError} if the kernel refuses */
  constructor(protocol: number, inside: Inside = (action) => action()) {
    this.#fd = openKernelSocket(inside, protocol);
    noteOwnSocket(this.#fd);
  }

  /** The descriptor of the socket. */
  get fd(): number {
    return this.#fd;
  }

  /** Asks for one object; returns whether the kernel sent it. Errors as for {@linkcode dump}. */
  get(type: number, payload: Uint8Array, take: TakeMessage): boolean {
    let told = false;
    this.#ask(encodeRequest(type, NLM_F_REQUEST, payload), (view, bytes, start, end) => {
      told = true;
      take(view, bytes, start, end);
    });
    return told;
  }

  /**
   * Asks for all objects of a kind. What changes meanwhile may be missing.
   *
   * @param restart called before the answer is repeated, because it was interrupted
   * @returns whether the answer is whole
   * @throws {KernelError} if the kernel refuses the request
   * @throws {SystemError} if it cannot be sent
   * @throws {DecodeError} if the answer is malformed
   */
  dump(type: number, payload: Uint8Array, take: TakeMessage, restart: () => void = () => {}): boolean {
    for (let tries = 0;; tries++) {
      if (this.#ask(encodeRequest(type, NLM_F_REQUEST | NLM_F_DUMP, payload), take)) return true;
      if (tries === RETRIES) return false;
      restart();
    }
  }

  /** Sends a request and takes the whole answer; returns whether it is consistent. */
  #ask(request: Uint8Array<ArrayBuffer>, take: TakeMessage): boolean {
    const view = this.#view;
    const sequence = ++this.#sequence;
    setSequence(request, sequence);
    const sent = uninterrupted(() => libc.send(this.#fd, request, BigInt(request.length), 0));
    if (sent < 0) throw new SystemError("send a request to the kernel", -sent);
    let whole = true;
    const receiver = {
      message: (start: number, end: number): boolean => {
        if (view.getUint32(start + 8, true) !== sequence) return true;
        const type = view.getUint16(start + 4, true);
        const flags = view.getUint16(start + 6, true);
        if ((flags & NLM_F_DUMP_INTR) !== 0) whole = false;
        if (type !== NLMSG_ERROR && type !== NLMSG_DONE) {
          take(view, this.#buffer, start + NLMSG_HDRLEN, end);
          return (flags & NLM_F_MULTI) !== 0;
        }
        const error = readError(view, this.#buffer, start, end);
        if (error !== null) throw error;
        return false;
      },
    };
    while (true) {
      const length = this.#receive();
      if (length > DATAGRAM_SIZE) throw new DecodeError(`answer of ${length} bytes`, DATAGRAM_SIZE);
      if (!walkMessages(view, length, false, receiver)) return whole;
    }
  }

  #receive(): number {
    while (true) {
      const length = uninterrupted(() => libc.recv(this.#fd, this.#buffer, BigInt(DATAGRAM_SIZE), MSG_TRUNC));
      if (length >= 0) return length;
      if (length !== -EAGAIN) throw new SystemError("receive from the kernel", -length);
      waitFor(this.#fd, POLLIN);
    }
  }

  [Symbol.dispose](): void {
    forgetOwnSocket(this.#fd);
    libc.close(this.#fd);
  }
}

/** The message of a failure to ask the kernel; other errors are thrown again. */
export function reasonOf(error: unknown): string {
  if (error instanceof SystemError || error instanceof KernelError || error instanceof DecodeError) {
    return error.message;
  }
  throw error;
}
