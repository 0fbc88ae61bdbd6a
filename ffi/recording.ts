/**
 * Records the requests and answers of a source in a file, and opens such a file as a source.
 */
import { quote } from "../decode/text/control_characters.ts";
import { type DatagramSource, OVERRUN } from "../decode/netlink/datagram_source.ts";
import { DecodeError, RecordingError, SystemError } from "../decode/kernel/errors.ts";
import { encodeRequest, NLMSG_OVERRUN, setSequence } from "../decode/netlink/message.ts";
import { encodeFileHeader, encodePacketHeader, INCOMING, OUTGOING, PACKET_OVERHEAD } from "../decode/recording/pcap.ts";
import { encodeInterface, encodeNotes, MOST_NOTES, NETLINK_USERSOCK } from "../decode/recording/notes.ts";
import { encodeRelease, RecordedSource } from "../decode/recording/recorded_source.ts";
import { NETLINK_SOCK_DIAG } from "../decode/families/sock_diag.ts";
import { cString, type FileReader, withInput } from "./file.ts";
import { libc, uninterrupted } from "./libc.ts";
import { OutputError, STDOUT, writeAll } from "./output_descriptor.ts";

/** Readable only by its owner: answers to root contain signature keys. */
const MODE = 0o600;

/**
 * Opens a pcap file of link type NETLINK, standard input for `-`, as a source. Its datagrams stay in memory as long as the source.
 *
 * @throws {SystemError} if the file cannot be read
 * @throws {RecordingError} if it is not such a file, or contains no socket diagnostics
 */
export function openRecording(path: string): RecordedSource {
  return withInput(path, (read) => openRecordedInput(read, quote(path)));
}

/**
 * Opens such a file that is open already.
 *
 * @param name what it is called in errors
 * @throws {RecordingError} if it is not such a file, or contains no socket diagnostics
 */
export function openRecordedInput(read: FileReader, name: string): RecordedSource {
  try {
    return new RecordedSource(read, `recording ${name}`);
  } catch (error) {
    throw error instanceof DecodeError ? new RecordingError(name, error) : error;
  }
}

const now = () => performance.timeOrigin + performance.now();

/** A recording that is being written, on standard output for `-`. */
export class RecordingFile implements Disposable {
  readonly #fd: number;
  readonly #name: string;
  #packet = new Uint8Array(PACKET_OVERHEAD + 65536);

  /**
   * Creates the file, or empties it.
   *
   * @param release the kernel release, as in {@linkcode DatagramSource}
   * @throws {SystemError} if the file cannot be created
   * @throws {OutputError} if it cannot be written
   */
  constructor(path: string, release: number) {
    this.#name = path === "-" ? "standard output" : quote(path);
    const { creat } = libc;
    const file = cString(path);
    this.#fd = path === "-" ? STDOUT : uninterrupted(() => creat(file, MODE));
    if (this.#fd < 0) throw new SystemError(`create ${this.#name}`, -this.#fd);
    try {
      writeAll(this.#fd, this.#name, encodeFileHeader());
      const message = encodeRelease(release);
      if (message.length > 0) this.write(OUTGOING, message, message.length);
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  /**
   * Writes a datagram at once, so that the file has everything printed so far, whatever happens next.
   *
   * @param length original length in bytes
   * @param time milliseconds since 1970, with decimals
   * @param family netlink family
   * @throws {OutputError} if it cannot be written
   */
  write(direction: number, bytes: Uint8Array, length: number, time: number = now(), family = NETLINK_SOCK_DIAG): void {
    const size = PACKET_OVERHEAD + bytes.length;
    if (size > this.#packet.length) this.#packet = new Uint8Array(size);
    const view = new DataView(this.#packet.buffer);
    encodePacketHeader(view, direction, family, time, bytes.length, length);
    this.#packet.set(bytes, PACKET_OVERHEAD);
    writeAll(this.#fd, this.#name, this.#packet.subarray(0, size));
  }

  [Symbol.dispose](): void {
    // Network file systems may report write errors only here.
    const result = this.#close();
    if (result < 0) throw new OutputError(new SystemError(`write ${this.#name}`, -result), this.#fd);
  }

  #close(): number {
    return this.#fd === STDOUT ? 0 : uninterrupted(() => libc.close(this.#fd));
  }
}

class Recorder implements DatagramSource {
  readonly release: number;
  readonly live: boolean;
  readonly #file: RecordingFile;
  #sequence = 0;
  /** Lines that are not in the file yet. */
  #notes = "";
  readonly #interfaces = new Map<number, Uint8Array | null>();

  constructor(path: string, readonly source: DatagramSource) {
    this.release = source.release;
    this.live = source.live !== false;
    this.#file = new RecordingFile(path, this.release);
  }

  get portId(): number {
    return this.source.portId;
  }

  get warnings(): readonly string[] {
    return this.source.warnings ?? [];
  }

  interfaceName(index: number): Uint8Array | null {
    const known = this.#interfaces.get(index);
    if (known !== undefined) return known;
    const name = this.source.interfaceName?.(index) ?? null;
    this.#interfaces.set(index, name);
    if (name !== null) this.note(encodeInterface(index, name));
    return name;
  }

  note(line: string): void {
    this.#notes += `${line}\n`;
    if (this.#notes.length > MOST_NOTES) this.#writeNotes();
  }

  #writeNotes(): void {
    const bytes = new TextEncoder().encode(this.#notes);
    this.#notes = "";
    for (let at = 0; at < bytes.length; at += MOST_NOTES) {
      const message = encodeNotes(bytes.subarray(at, at + MOST_NOTES));
      this.#file.write(OUTGOING, message, message.length, now(), NETLINK_USERSOCK);
    }
  }

  send(request: Uint8Array): void {
    this.#writeNotes();
    this.source.send(request);
    this.#sequence = new DataView(request.buffer, request.byteOffset).getUint32(8, true);
    this.#file.write(OUTGOING, request, request.length);
  }

  receive(buffer: Uint8Array): number {
    this.#writeNotes();
    const length = this.source.receive(buffer);
    if (length === OVERRUN) this.#writeOverrun();
    else if (length > 0) this.#file.write(INCOMING, buffer.subarray(0, Math.min(length, buffer.length)), length);
    return length;
  }

  /** Writes a message for lost datagrams: the kernel reports the loss as a socket error, which would not be in the file. */
  #writeOverrun(): void {
    const message = encodeRequest(NLMSG_OVERRUN, 0, new Uint8Array(0));
    setSequence(message, this.#sequence);
    new DataView(message.buffer).setUint32(12, this.portId, true);
    this.#file.write(INCOMING, message, message.length);
  }

  restart(): void {
    this.source.restart();
  }

  [Symbol.dispose](): void {
    this.source[Symbol.dispose]();
    try {
      this.#writeNotes();
    } finally {
      this.#file[Symbol.dispose]();
    }
  }
}

/**
 * Records the requests and answers of a source in a pcap file, or on standard output for `-`. An existing file is emptied.
 * Disposing of the result disposes of `source` too, unless the file could not be created.
 *
 * Sending, receiving and disposing throw {@linkcode OutputError} if the file cannot be written.
 *
 * @throws {SystemError} if the file cannot be created
 * @throws {OutputError} if it cannot be written
 */
export function openRecorder(path: string, source: DatagramSource): DatagramSource {
  return new Recorder(path, source);
}
