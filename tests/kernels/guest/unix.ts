/** UNIX sockets. */
import { bytes, join, shorts, Socket } from "./libc.ts";
import { type Collection, memoryOf, type Values } from "./truth.ts";

const STREAM = 1;
const DGRAM = 2;
const SEQPACKET = 5;
const SHUT_WR = 1;
const typeWords = { [STREAM]: "stream", [DGRAM]: "dgram", [SEQPACKET]: "seqpacket" } as const;
type Type = keyof typeof typeWords;

/** `struct sockaddr_un`. */
const named = (name: Uint8Array) => join(shorts(1), name);

const open = (type: Type) => Socket.open(1, type);

/** The state of a datagram socket that is connected, or that somebody is connected to: before 5.15 none of its own. */
function connectedState(): string {
  const [major = 0, minor = 0] = Deno.osRelease().split(".").map(Number);
  return major > 5 || minor >= 15 ? "established" : "unconnected";
}

/** Notes UNIX sockets, those with a path below a directory, which exists. */
export class UnixSockets {
  constructor(readonly truths: Collection, readonly directory: string) {}

  note(name: string, socket: Socket, type: Type, state: string, is: Values = {}, absent: string[] = []): void {
    this.truths.add(`unix.${name}`, "UNIX", socket, {
      family: "unix",
      state,
      type: typeWords[type],
      recv_q: 0,
      send_q: 0,
      shutdown: 0,
      ...is,
    }, { absent: ["source", "unknown", ...absent] });
  }

  /** What is shown of a socket that is bound to a file. */
  file(name: string): Values {
    const { ino, dev } = Deno.statSync(`${this.directory}/${name}`);
    return {
      path_name: `${this.directory}/${name}`,
      abstract: false,
      "vfs.inode": ino!,
      "vfs.minor": dev & 255,
      "vfs.major": dev >> 8,
    };
  }
}

/** Connections, and who waits for one. */
export function openUnixConnections(unix: UnixSockets): void {
  const address = named(bytes(`${unix.directory}/stream.sock\0`));
  const listener = open(STREAM).bind(address).listen(7);
  const client = open(STREAM).connect(address);
  const server = listener.accept();
  client.send("12345");
  const waiting = [open(STREAM).connect(address), open(STREAM).connect(address)];
  unix.note("listener", listener, STREAM, "listening", {
    ...unix.file("stream.sock"),
    recv_q: 2,
    send_q: 7,
    backlog: 2,
    backlog_limit: 7,
    "pending.length": 2,
  }, ["peer_inode"]);
  unix.note("client", client, STREAM, "established", {
    send_q: memoryOf(client, "wmem_alloc"),
    peer_inode: server.inode(),
  }, ["path_name", "vfs"]);
  unix.note("server", server, STREAM, "established", {
    ...unix.file("stream.sock"),
    recv_q: 5,
    peer_inode: client.inode(),
  });
  waiting.forEach((socket, i) => unix.note(`waiting${i}`, socket, STREAM, "established"));

  const connected = connectedState();
  const path = named(bytes(`${unix.directory}/datagram.sock\0`));
  const receiver = open(DGRAM).bind(path);
  const sender = open(DGRAM).connect(path).send("abc").send("defgh");
  // Somebody is connected to it.
  unix.note("datagram.receiver", receiver, DGRAM, connected, { ...unix.file("datagram.sock"), recv_q: 3 });
  unix.note("datagram.sender", sender, DGRAM, connected, {
    send_q: memoryOf(sender, "wmem_alloc"),
    peer_inode: receiver.inode(),
  });

  const other = named(bytes(`${unix.directory}/packets.sock\0`));
  const packets = open(SEQPACKET).bind(other).listen(3);
  const caller = open(SEQPACKET).connect(other);
  packets.accept().send("nine byte");
  unix.note("seqpacket.listener", packets, SEQPACKET, "listening", {
    ...unix.file("packets.sock"),
    send_q: 3,
    backlog_limit: 3,
  });
  unix.note("seqpacket.client", caller, SEQPACKET, "established", { recv_q: 9 });
}

/** Names of all kinds. */
export function openUnixNames(unix: UnixSockets): void {
  const names: readonly (readonly [name: string, raw: Uint8Array, shown: string])[] = [
    ["nul", bytes("\0emb\0edded\0\0nul\0"), "@emb@edded@@nul@"],
    ["bytes", join(Uint8Array.of(0, 0xff, 0xfe, 1, 32, 10, 9), bytes("at@sign")), "@\ufffd\ufffd\u0001 \n\tat@sign"],
    ["full", join(Uint8Array.of(0), new Uint8Array(107).fill(65)), `@${"A".repeat(107)}`],
    ["one", Uint8Array.of(0), "@"],
  ];
  for (const [name, raw, path_name] of names) {
    const exact: Values = path_name.includes("\ufffd") ? { path_name_hex: raw.toHex() } : {};
    const socket = open(DGRAM).bind(named(raw));
    unix.note(`abstract.${name}`, socket, DGRAM, "unconnected", { path_name, abstract: true, ...exact }, ["vfs"]);
  }
  const long = `${unix.directory}/`.padEnd(108, "p");
  unix.note(
    "path108",
    open(STREAM).bind(named(bytes(long))),
    STREAM,
    "unconnected",
    unix.file(long.slice(unix.directory.length + 1)),
  );
  const bad = join(bytes(`${unix.directory}/`), Uint8Array.of(0xff, 0xc3, 0x61, 0));
  unix.note("path.bytes", open(STREAM).bind(named(bad)), STREAM, "unconnected", {
    path_name: `${unix.directory}/\ufffd\ufffda`,
    path_name_hex: bad.slice(0, -1).toHex(),
  });
}

/** Pairs, and ends that are shut or alone. */
export function openUnixPairs(unix: UnixSockets): void {
  const connected = connectedState();
  for (const type of [STREAM, DGRAM, SEQPACKET] as const) {
    const [left, right] = Socket.pair(1, type);
    left.send("8 bytes.");
    right.owner(1000);
    const state = type === DGRAM ? connected : "established";
    unix.note(`pair.${typeWords[type]}.left`, left, type, state, {
      peer_inode: right.inode(),
      send_q: memoryOf(left, "wmem_alloc"),
    });
    unix.note(`pair.${typeWords[type]}.right`, right, type, state, { peer_inode: left.inode(), recv_q: 8 });
  }
  const [shut, heard] = Socket.pair(1, STREAM);
  shut.shutdown(SHUT_WR);
  unix.note("shut", shut, STREAM, "established", { shutdown: 2 });
  unix.note("shut.other", heard, STREAM, "established", { shutdown: 1 });
  const [orphan, gone] = Socket.pair(1, STREAM);
  gone.close();
  unix.note("orphan", orphan, STREAM, "established", { shutdown: 3 });
  unix.note("fresh", open(STREAM), STREAM, "unconnected", {}, ["path_name", "vfs", "peer_inode"]);
}
