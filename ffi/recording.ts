/**
 * Recordings in files: made of what passes between a source and those who ask it, and opened as a source.
 */
import { quote } from "../decode/text/control_characters.ts";
import { type DatagramSource, OVERRUN } from "../decode/netlink/datagram_source.ts";
import { DecodeError, RecordingError, SystemError } from "../decode/kernel/errors.ts";
import { encodeRequest, NLMSG_OVERRUN, setSequence } from "../decode/netlink/message.ts";
import { encodeFileHeader, encodePacketHeader, INCOMING, OUTGOING, PACKET_OVERHEAD } from "../decode/recording/pcap.ts";
import { encodeRelease, RecordedSource } from "../decode/recording/recorded_source.ts";
import { NETLINK_SOCK_DIAG } from "../decode/families/sock_diag.ts";
import { cString, withInput } from "./file.ts";
import { libc, uninterrupted } from "./libc.ts";
import { OutputError, STDOUT, writeAll } from "./output_descriptor.ts";

/** Only for its owner: answers to root hold keys of signatures. */
const MODE = 0o600;

/**
 * Opens a pcap file of link type NETLINK, standard input for `-`, as a source. Its datagrams are in memory until the source is no longer used.
 *
 * @throws {SystemError} if it cannot be read
 * @throws {RecordingError} if it is something else, or holds no socket diagnostics
 */
export function openRecording(path: string): RecordedSource {
  try {
    return withInput(path, (read) => new RecordedSource(read, `recording ${quote(path)}`));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new RecordingError(quote(path), error);
  }
}

class Recorder implements DatagramSource {
  readonly release: number;
  readonly live: boolean;
  readonly #fd: number;
  readonly #name: string;
  #packet = new Uint8Array(PACKET_OVERHEAD + 65536);
  #sequence = 0;

  constructor(path: string, readonly source: DatagramSource) {
    this.release = source.release;
    this.live = source.live !== false;
    this.#name = path === "-" ? "standard output" : quote(path);
    const { creat } = libc;
    const file = cString(path);
    this.#fd = path === "-" ? STDOUT : uninterrupted(() => creat(file, MODE));
    if (this.#fd < 0) throw new SystemError(`create ${this.#name}`, -this.#fd);
    try {
      writeAll(this.#fd, this.#name, encodeFileHeader());
      const release = encodeRelease(this.release);
      if (release.length > 0) this.#write(OUTGOING, release, release.length);
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  get portId(): number {
    return this.source.portId;
  }

  get warnings(): readonly string[] {
    return this.source.warnings ?? [];
  }

  interfaceName(index: number): Uint8Array | null {
    return this.source.interfaceName?.(index) ?? null;
  }

  send(request: Uint8Array): void {
    this.source.send(request);
    this.#sequence = new DataView(request.buffer, request.byteOffset).getUint32(8, true);
    this.#write(OUTGOING, request, request.length);
  }

  receive(buffer: Uint8Array): number {
    const length = this.source.receive(buffer);
    if (length === OVERRUN) this.#writeOverrun();
    else if (length > 0) this.#write(INCOMING, buffer.subarray(0, Math.min(length, buffer.length)), length);
    return length;
  }

  /** The loss of datagrams is an error of the socket and no message; so that it is not forgotten, the file gets one. */
  #writeOverrun(): void {
    const message = encodeRequest(NLMSG_OVERRUN, 0, new Uint8Array(0));
    setSequence(message, this.#sequence);
    new DataView(message.buffer).setUint32(12, this.portId, true);
    this.#write(INCOMING, message, message.length);
  }

  /** Writes a datagram at once, so that the file holds all that has been printed whatever happens next. */
  #write(direction: number, bytes: Uint8Array, length: number): void {
    const size = PACKET_OVERHEAD + bytes.length;
    if (size > this.#packet.length) this.#packet = new Uint8Array(size);
    const time = performance.timeOrigin + performance.now();
    const view = new DataView(this.#packet.buffer);
    encodePacketHeader(view, direction, NETLINK_SOCK_DIAG, time, bytes.length, length);
    this.#packet.set(bytes, PACKET_OVERHEAD);
    writeAll(this.#fd, this.#name, this.#packet.subarray(0, size));
  }

  restart(): void {
    this.source.restart();
  }

  [Symbol.dispose](): void {
    this.source[Symbol.dispose]();
    // File systems on other machines may keep their errors until here.
    const result = this.#close();
    if (result < 0) throw new OutputError(new SystemError(`write ${this.#name}`, -result), this.#fd);
  }

  #close(): number {
    return this.#fd === STDOUT ? 0 : uninterrupted(() => libc.close(this.#fd));
  }
}

/**
 * Keeps what passes between a source and those who ask it in a pcap file, which is emptied if it is there, or on standard
 * output for `-`. Disposing of it disposes of `source` too, unless the file could not be created.
 *
 * Sending, receiving and disposing throw {@linkcode OutputError} if the file cannot be written.
 *
 * @throws {SystemError} if the file cannot be created
 * @throws {OutputError} if it cannot be written
 */
export function openRecorder(path: string, source: DatagramSource): DatagramSource {
  return new Recorder(path, source);
}
