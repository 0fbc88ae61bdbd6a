/** UNIX sockets of the running kernel, with every property that the fields show. */
import { assert, assertEquals } from "@std/assert";
import type { FlowObject } from "../../decode/record/object_sink.ts";
import { isInstalled, run, without } from "../program.ts";
import { nameBytes, toHex } from "../unix_names.ts";
import { dumpFlows } from "./flows.ts";
import { HeldSockets, type Hold } from "./hold.ts";
import { openNamespace } from "./namespace.ts";
import type { Socket } from "./sockets.ts";
import { findPythonTool } from "./python_tool.ts";

interface Truth {
  readonly inode: number;
  readonly uid: number;
  readonly type: number;
  readonly cookie: string;
  readonly memory: readonly number[];
  /** SIOCINQ, for those that can be asked, and SIOCOUTQ. */
  readonly unread: number | null;
  readonly unsent: number;
  /** The name as getsockname(2) has it, in hexadecimal. */
  readonly name: string;
  /** Inode and device of its file. */
  readonly file: { readonly inode: number; readonly major: number; readonly minor: number } | null;
}

type Truths = Readonly<Record<string, Truth>>;

/** Opens the sockets in a directory; some have names that are UTF-8 only if that is asked for. */
const open: Hold<Truths, [directory: string, utf8Only: boolean]> = (held, directory, utf8Only) => {
  const { openSocket, openSocketPair, unixAddress, AF_UNIX, SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET } = held;
  Deno.chdir(directory);
  const here = Deno.cwd();
  const opened: Record<string, Socket> = {};
  const files = new Map<Socket, { inode: number; major: number; minor: number }>();
  const put = (name: string, socket: Socket): Socket => opened[name] = socket;
  const fresh = (name: string, type: number = SOCK_STREAM) => put(name, openSocket(AF_UNIX, type));
  const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  /** Each letter of a name is a byte. */
  const bind = (socket: Socket, name: string): Socket => {
    socket.bindTo(unixAddress(latin1(name)));
    if (name !== "" && !name.startsWith("\0")) files.set(socket, held.fileOf(latin1(name)));
    return socket;
  };
  const accept = (name: string, listener: Socket): Socket => {
    const socket = put(name, listener.accept());
    if (files.has(listener)) files.set(socket, files.get(listener)!);
    return socket;
  };
  const connect = (socket: Socket, name: string) => socket.connectTo(unixAddress(latin1(name)));
  const send = (socket: Socket, text: string) => socket.write(latin1(text));

  const streams = bind(fresh("stream.listener"), `${here}/stream.sock`).listen(7);
  send(connect(fresh("stream.client"), `${here}/stream.sock`), "hello");
  accept("stream.server", streams);
  connect(fresh("stream.pending1"), "stream.sock");
  connect(fresh("stream.pending2"), "stream.sock");
  connect(openSocket(AF_UNIX, SOCK_STREAM), "stream.sock").close();

  bind(fresh("dgram.server", SOCK_DGRAM), "dgram.sock");
  const client = connect(bind(fresh("dgram.client", SOCK_DGRAM), "dgram-client.sock"), "dgram.sock");
  send(send(client, "abc"), "defghij");

  const packets = bind(fresh("seqpacket.listener", SOCK_SEQPACKET), "\0ss2-test-seqpacket").listen(3);
  connect(fresh("seqpacket.client", SOCK_SEQPACKET), "\0ss2-test-seqpacket");
  send(accept("seqpacket.server", packets), "123456789");

  bind(fresh("abstract.nul", SOCK_DGRAM), "\0emb\0edded\0\0nul\0");
  if (!utf8Only) bind(fresh("abstract.bytes", SOCK_SEQPACKET), "\0\xff\xfe\x01 \n\tat@sign\x1b[31m");
  bind(fresh("abstract.full", SOCK_DGRAM), `\0${"A".repeat(107)}`);
  bind(fresh("abstract.nuls", SOCK_DGRAM), "\0".repeat(108));
  bind(fresh("abstract.empty", SOCK_DGRAM), "\0");
  bind(fresh("abstract.text"), "\0caf\xc3\xa9").listen(128);
  bind(fresh("autobind", SOCK_DGRAM), "");
  bind(fresh("path108"), `${here}/${"p".repeat(107 - here.length)}`);
  bind(fresh("path.relative"), "relative.sock");
  bind(fresh("path.at"), "@at");
  bind(fresh("path.blank"), "with space\tand\nnewline");
  if (!utf8Only) bind(fresh("path.bytes"), "utf8-\xc3\xa9-bad-\xff\xc3");
  bind(fresh("path.deleted"), "deleted.sock").listen(0);
  Deno.removeSync("deleted.sock");

  for (const [type, name] of [[SOCK_STREAM, "stream"], [SOCK_DGRAM, "dgram"], [SOCK_SEQPACKET, "seqpacket"]] as const) {
    const [a, b] = openSocketPair(type);
    send(put(`pair.${name}.a`, a), "8 bytes.");
    put(`pair.${name}.b`, b);
  }
  for (const [how, name] of [[held.SHUT_RD, "rd"], [held.SHUT_WR, "wr"], [held.SHUT_RDWR, "rdwr"]] as const) {
    const [a, b] = openSocketPair();
    put(`shut.${name}.a`, a).shutdown(how);
    put(`shut.${name}.b`, b);
  }
  const [orphan, gone] = openSocketPair();
  put("orphan", orphan);
  gone.close();
  fresh("fresh");
  const limits = fresh("limits", SOCK_DGRAM).setInteger(held.SOL_SOCKET, held.SO_RCVBUF, 50000);
  limits.setInteger(held.SOL_SOCKET, held.SO_SNDBUF, 60000);
  const owned = fresh("owned");
  try {
    owned.chown(1234);
  } catch {
    // In a user namespace of one user.
  }
  return Object.fromEntries(
    Object.entries(opened).map(([name, socket]) => {
      let unread: number | null = null;
      try {
        unread = socket.unread;
      } catch {
        // A listener has no such number.
      }
      const bytes = socket.address.subarray(2).toHex();
      const file = files.get(socket) ?? null;
      return [name, { ...held.describe(socket), unread, unsent: socket.unacknowledged, name: bytes, file }];
    }),
  );
};

/** Runs a test beside the sockets. */
async function withSockets(test: (truths: Truths) => void, utf8Only = false): Promise<void> {
  const directory = Deno.makeTempDirSync({ prefix: "ss2-unix-" });
  try {
    using _namespace = openNamespace();
    await using sockets = await HeldSockets.open(open, directory, utf8Only);
    test(sockets.truth);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** Flows by the names of their sockets; each is there once, and there are no others. */
function flowsByName(truths: Truths, flows: readonly FlowObject[]): Map<string, FlowObject> {
  const names = new Map(Object.entries(truths).map(([name, { inode }]) => [inode, name]));
  const found = new Map(flows.map((flow) => [names.get(flow["inode"] as number) ?? `${flow["inode"]}`, flow]));
  assertEquals([...found.keys()].sort(), Object.keys(truths).sort());
  assertEquals(flows.length, found.size);
  return found;
}

const backlogs: Readonly<Record<string, readonly [waiting: number, limit: number]>> = {
  "stream.listener": [3, 7],
  "seqpacket.listener": [0, 3],
  "abstract.text": [0, 128],
  "path.deleted": [0, 0],
};
const connected = /^(stream|seqpacket)\.(client|server|pending)|^dgram|^pair|^shut|^orphan$/;
const peers: Readonly<Record<string, string>> = {
  "stream.client": "stream.server",
  "seqpacket.client": "seqpacket.server",
  "pair.stream.a": "pair.stream.b",
  "pair.dgram.a": "pair.dgram.b",
  "pair.seqpacket.a": "pair.seqpacket.b",
  "shut.rd.a": "shut.rd.b",
  "shut.wr.a": "shut.wr.b",
  "shut.rdwr.a": "shut.rdwr.b",
};
const shutdowns: Readonly<Record<string, readonly [number, ...string[]]>> = {
  "shut.rd.a": [1, "receive"],
  "shut.rd.b": [2, "send"],
  "shut.wr.a": [2, "send"],
  "shut.wr.b": [1, "receive"],
  "shut.rdwr.a": [3, "receive", "send"],
  "shut.rdwr.b": [3, "receive", "send"],
  orphan: [3, "receive", "send"],
};
const types: Readonly<Record<number, string>> = { 1: "stream", 2: "dgram", 5: "seqpacket" };
const memoryNames = [
  "rmem_alloc",
  "rcvbuf",
  "wmem_alloc",
  "sndbuf",
  "fwd_alloc",
  "wmem_queued",
  "optmem",
  "backlog",
  "drops",
];

/** Inode of the other end; nothing for a socket that is not connected, 0 for an end that no process holds. */
function peerInode(truths: Truths, name: string): number | undefined {
  if (/^stream\.pending|^orphan$/.test(name)) return 0;
  if (name === "dgram.client") return truths["dgram.server"]!.inode;
  const other = peers[name] ?? Object.entries(peers).find(([, end]) => end === name)?.[0];
  return other === undefined ? undefined : truths[other]!.inode;
}

Deno.test("runPlan lists every UNIX socket once with the properties that it was given", () =>
  withSockets((truths) => {
    for (const [name, flow] of flowsByName(truths, dumpFlows("-xa"))) {
      const truth = truths[name]!;
      const [waiting, limit] = backlogs[name] ?? [];
      const [shutdown, ...shutdown_names] = shutdowns[name] ?? [0];
      const { file } = truth;
      const expected: Record<string, unknown> = {
        protocol: "UNIX",
        family: "unix",
        state: waiting !== undefined ? "listening" : connected.test(name) ? "established" : "unconnected",
        type: types[truth.type],
        inode: truth.inode,
        cookie: truth.cookie,
        vfs: file === null
          ? undefined
          : { inode: file.inode, dev: file.major * 2 ** 20 + file.minor, ...devices(file) },
        peer_inode: peerInode(truths, name),
        recv_q: waiting ?? truth.unread,
        send_q: limit ?? truth.unsent,
        backlog: waiting,
        backlog_limit: limit,
        shutdown,
        shutdown_names,
        uid: truth.uid,
        skmeminfo: Object.fromEntries(memoryNames.map((memory, i) => [memory, truth.memory[i]])),
      };
      const actual = Object.fromEntries(Object.keys(expected).map((key) => [key, flow[key]]));
      assertEquals(actual, expected, name);
    }
  }));

const devices = ({ major, minor }: { readonly major: number; readonly minor: number }) => ({ major, minor });

Deno.test("runPlan shows what was queued in UNIX sockets, and their limits", () =>
  withSockets((truths) => {
    const flows = flowsByName(truths, dumpFlows("-xa"));
    const received = (name: string) => flows.get(name)!["recv_q"];
    assertEquals(received("stream.server"), 5);
    // Of datagrams the kernel counts the first only.
    assertEquals(received("dgram.server"), 3);
    assertEquals(received("seqpacket.client"), 9);
    for (const type of ["stream", "dgram", "seqpacket"]) assertEquals(received(`pair.${type}.b`), 8);
    assert(flows.get("pair.stream.a")!["send_q"] as number > 8);
    const { rcvbuf, sndbuf } = flows.get("limits")!["skmeminfo"] as Record<string, number>;
    assertEquals([rcvbuf, sndbuf], [100000, 120000]);
  }));

Deno.test("runPlan lists the inodes of pending connections, and 0 for one that is closed", () =>
  withSockets((truths) => {
    for (const [name, flow] of flowsByName(truths, dumpFlows("-xa"))) {
      const expected = name === "stream.listener"
        ? [truths["stream.pending1"]!.inode, truths["stream.pending2"]!.inode, 0]
        : backlogs[name] === undefined
        ? undefined
        : [];
      assertEquals(flow["pending"], expected, name);
    }
  }));

Deno.test("the exact bytes of every name can be told from path_name, path_name_hex and abstract", () =>
  withSockets((truths) => {
    let hexes = 0;
    for (const [name, flow] of flowsByName(truths, dumpFlows("-xa"))) {
      const local = truths[name]!.name;
      const abstract = local.startsWith("00");
      // getsockname(2) has a NUL behind paths.
      assertEquals(nameBytes(flow), local === "" ? null : abstract ? local : local.replace(/00$/, ""), name);
      assertEquals(flow["abstract"], local === "" ? undefined : abstract, name);
      if (flow["path_name_hex"] !== undefined) hexes++;
    }
    assertEquals(hexes, 4);
    const shown = (name: string) => flowsByName(truths, dumpFlows("-xa")).get(name)!["path_name"];
    assertEquals(shown("abstract.nul"), "@emb@edded@@nul@");
    assertEquals(shown("abstract.empty"), "@");
    assertEquals(shown("abstract.text"), "@caf\u00e9");
    assertEquals(shown("abstract.bytes"), "@\ufffd\ufffd\u0001 \n\tat@sign\u001b[31m");
    assertEquals(shown("path.at"), "@at");
    assertEquals(shown("path.blank"), "with space\tand\nnewline");
    assertEquals(shown("path.bytes"), "utf8-\u00e9-bad-\ufffd\ufffd");
    assertEquals((shown("path108") as string).length, 108);
    assert(/^@[0-9a-f]{5}$/.test(shown("autobind") as string));
  }));

/** Sockets that /proc/net/unix lists, by inode; lines are told by their beginning, because names can hold line breaks. */
function readProc(): Map<number, { readonly type: number; readonly listens: boolean; readonly name: string }> {
  const { stdout } = new Deno.Command("cat", { args: ["/proc/thread-self/net/unix"] }).outputSync();
  // One letter a byte.
  const text = new TextDecoder("latin1").decode(stdout);
  const line =
    /^[0-9a-f]+: [0-9A-F]{8} [0-9A-F]{8} ([0-9A-F]{8}) ([0-9A-F]{4}) [0-9A-F]{2} +(\d+)(?: ((?:[^\n]|\n(?![0-9a-f]+: ))*))?$/gm;
  return new Map(
    [...text.matchAll(line)].filter((match) => match[3] !== "0").map((match) => [Number(match[3]), {
      type: parseInt(match[2]!, 16),
      listens: match[1] === "00010000",
      name: (match[4] ?? "").replace(/\n$/, ""),
    }]),
  );
}

Deno.test("runPlan lists the UNIX sockets of /proc/net/unix with their types and names", () =>
  withSockets((truths) => {
    const flows = flowsByName(truths, dumpFlows("-xa"));
    const proc = readProc();
    assertEquals([...proc.keys()].sort(), [...flows.values()].map((flow) => flow["inode"] as number).sort());
    for (const [name, flow] of flows) {
      const { type, listens, name: theirs } = proc.get(flow["inode"] as number)!;
      assertEquals([types[type], listens], [flow["type"], flow["state"] === "listening"], name);
      const bytes = (nameBytes(flow) ?? "").match(/../g) ?? [];
      // The file has `@` for each NUL.
      const shown = flow["abstract"] === true ? bytes.map((byte) => byte === "00" ? "40" : byte) : bytes;
      const latin1 = Uint8Array.from(theirs, (letter) => latin1Byte(letter));
      assertEquals(shown.join(""), toHex(latin1), name);
    }
  }));

/** The byte of a letter that `TextDecoder("latin1")`, which means windows-1252, made of it. */
const windows = new Map(
  Array.from({ length: 256 }, (_, byte) => [new TextDecoder("latin1").decode(Uint8Array.of(byte)), byte]),
);
const latin1Byte = (letter: string) => windows.get(letter)!;

Deno.test({
  name: `the program's choice of UNIX sockets is that of ss for every choice of states and types${without("ss")}`,
  ignore: !isInstalled("ss"),
  fn: () =>
    withSockets((truths) => {
      let lines = 0;
      for (
        const args of [
          ["-xa"],
          ["-x"],
          ["-xl"],
          ["-f", "unix", "-a"],
          ["-a", "-A", "unix_dgram"],
          ["-a", "-A", "u_str,u_seq"],
          ["-A", "unix_dgram"],
          ["-l", "-A", "unix_seqpacket"],
          ["-x", "state", "listening"],
          ["-x", "exclude", "established"],
        ]
      ) {
        const options = args.findIndex((arg) => arg === "state" || arg === "exclude");
        const [before, words] = options < 0 ? [args, []] : [args.slice(0, options), args.slice(options)];
        const { code, stdout } = run(["ss", "-nH", ...before, ...words]);
        assertEquals(code, 0);
        // The columns for types and states are there only if they differ.
        const theirs = stdout.split(/^(?:u_(?:str|dgr|seq)\s+)?(?:(?:ESTAB|UNCONN|LISTEN)\s+)?(?=\d+\s+\d+\s)/m).filter(
          (line) => line !== "",
        )
          .map((line) => line.trim().replaceAll(/[ \t\n]+/g, " ")).sort();
        const ours = dumpFlows(...args).map((flow) => {
          const { recv_q, send_q, path_name = "*", inode, peer_inode = 0 } = flow as Record<
            string,
            unknown
          >;
          return `${recv_q} ${send_q} ${path_name} ${inode} * ${peer_inode}`
            .replaceAll(/[ \t\n]+/g, " ");
        }).sort();
        assertEquals(ours, theirs, args.join(" "));
        lines += ours.length;
      }
      assert(lines > 3 * Object.keys(truths).length);
    }),
});

const tool = findPythonTool();
const missing = tool === null ? " (ignored: the Python ss2 of pyroute2 is not installed)" : "";

Deno.test({
  name: `runPlan gives UNIX sockets every key of the Python ss2 -x, with its value${missing}`,
  ignore: tool === null,
  fn: () =>
    withSockets((truths) => {
      const flows = flowsByName(truths, dumpFlows("-xa"));
      const { code, stdout } = run([tool!, "-x", "-a"]);
      assertEquals(code, 0);
      const theirs: FlowObject[] = JSON.parse(stdout).UNIX.flows;
      for (const [name, flow] of flows) {
        const their = theirs.find(({ inode }) => inode === flow["inode"])!;
        for (const [key, value] of Object.entries(their)) {
          if (key === "vfs") assertEquals({ ...flow["vfs"] as object, ...value as object }, flow["vfs"], name);
          else if (key === "path_name" && flow["abstract"] === true) {
            // The tool takes NULs at both ends away, and so tells no abstract name from a path.
            const inner = (flow["path_name"] as string).replaceAll(/^@+|@+$/g, "");
            assertEquals(inner, (value as string).replaceAll("\0", "@"), name);
          } else assertEquals(flow[key], value, `${name} ${key}`);
        }
      }
      // The tool fails on names that are not UTF-8.
    }, true),
});
