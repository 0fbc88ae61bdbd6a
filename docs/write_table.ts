/**
 * Writes `docs/table.txt`, which shows the table with made-up sockets on terminals of 80 and 120 columns, and the
 * picture of the table in the README.
 */
import { families } from "../decode/families/all_families.ts";
import type { Family } from "../decode/families/family.ts";
import { OwnerIndex } from "../decode/lookups/owner_index.ts";
import { writeText } from "../decode/netlink/attribute.ts";
import { defineWord, type Key } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { fieldsOf } from "../decode/reference/fields.ts";
import type { Content, FormatOptions } from "../formats/format.ts";
import { openTable } from "../formats/table/table.ts";

const tcp = families.find(({ name }) => name === "TCP")!;
const unix = families.find(({ name }) => name === "UNIX")!;

const keyOf = (family: Family, path: string): Key => fieldsOf(family).find((field) => field.path === path)!.key;

const bytesOf = (text: string) => new TextEncoder().encode(text);

const LOOPBACK = [...new Array(15).fill(0), 1];
const HOST = [0x20, 1, 0xd, 0xb8, 0, 0x10, 0, 0x20, 0x25, 0x90, 0xff, 0xfe, 0x30, 0x44, 0x12, 0x51];
const PEER = [0x20, 1, 0xd, 0xb8, 0xa, 0xb, 0xc, 0xd, 0, 0, 0, 0, 0x5, 0x11, 0x22, 0x33];

interface Made {
  readonly state: string;
  readonly queues: readonly [receive: number, send: number];
  readonly src: readonly number[];
  readonly ports: readonly [src: number, dst: number];
  readonly dst: readonly number[];
  readonly iface?: string;
}

const sockets: readonly Made[] = [
  { state: "listening", queues: [0, 511], src: [0, 0, 0, 0], ports: [80, 0], dst: [0, 0, 0, 0] },
  { state: "listening", queues: [129, 128], src: LOOPBACK, ports: [5432, 0], dst: new Array(16).fill(0) },
  { state: "established", queues: [0, 0], src: [10, 0, 2, 15], ports: [22, 51544], dst: [198, 51, 100, 7] },
  { state: "established", queues: [0, 36201], src: HOST, ports: [443, 40122], dst: PEER },
  { state: "close-wait", queues: [1, 0], src: [10, 0, 2, 15], ports: [43332, 9100], dst: [10, 0, 2, 3] },
  {
    ...{
      state: "listening",
      queues: [0, 128],
      src: [0xfe, 0x80, ...new Array(13).fill(0), 1] as const,
      ports: [546, 0],
    },
    dst: new Array(16).fill(0),
    iface: "eth0",
  },
];

/** Processes with name and PIDs, and the inodes of the sockets that they hold, from 1. */
const holders: readonly (readonly [comm: string, pids: readonly number[], inode: number, fd: number])[] = [
  ["postgres", [1107], 2, 5],
  ["sshd", [2301, 2317], 3, 4],
  ["nginx", [16507], 4, 11],
  ["prometheus", [990], 5, 9],
  ["dhclient", [645], 6, 7],
];

function makeOwners(workers: number): OwnerIndex {
  const owners = new OwnerIndex();
  const nginx = [812, ...Array.from({ length: workers }, (_, i) => 16500 + 7 * i)];
  for (const [comm, pids, inode, fd] of [["nginx", nginx, 1, 6] as const, ...holders]) {
    for (const pid of pids) {
      owners.holders.push({
        ...{ pid, comm: bytesOf(comm), exe: null, cmdline: null, uid: 0, user: null, startTime: 0 },
        ...{ netns: 0, tid: null, context: null, cmdlineCut: false, cgroup: null },
      });
      owners.add(inode, owners.holders.length - 1, fd);
    }
  }
  return owners;
}

/** Pushes TCP sockets and a UNIX socket with a long abstract name. A server and some workers hold the first one. */
export function pushExamples(sink: RecordSink, workers: number): void {
  const owners = makeOwners(workers);
  sink.openProtocol("TCP");
  sockets.forEach(({ state, queues, src, ports, dst, iface }, i) => {
    sink.openRecord();
    sink.name(keyOf(tcp, "state"), defineWord(state));
    sink.address(keyOf(tcp, "src"), src.length === 16, Uint8Array.from(src), 0);
    sink.integer(keyOf(tcp, "src_port"), ports[0]);
    sink.address(keyOf(tcp, "dst"), dst.length === 16, Uint8Array.from(dst), 0);
    sink.integer(keyOf(tcp, "dst_port"), ports[1]);
    sink.integer(keyOf(tcp, "iface_idx"), iface === undefined ? 0 : 2);
    sink.integer(keyOf(tcp, "recv_q"), queues[0]);
    sink.integer(keyOf(tcp, "send_q"), queues[1]);
    if (state === "listening") {
      sink.integer(keyOf(tcp, "backlog"), queues[0]);
      sink.integer(keyOf(tcp, "backlog_limit"), queues[1]);
    }
    if (iface !== undefined) writeText(keyOf(tcp, "iface"), bytesOf(iface), 0, iface.length, sink);
    owners.write(i + 1, sink);
    sink.closeRecord();
  });
  sink.closeProtocol();
  sink.openProtocol("UNIX");
  sink.openRecord();
  const name = bytesOf("@" + "abstract-".repeat(11) + "of-108-b");
  sink.name(keyOf(unix, "state"), defineWord("listening"));
  sink.integer(keyOf(unix, "recv_q"), 0);
  sink.integer(keyOf(unix, "send_q"), 128);
  writeText(keyOf(unix, "path_name"), name, 0, name.length, sink);
  sink.integer(keyOf(unix, "inode"), 4);
  owners.write(4, sink);
  sink.closeRecord();
  sink.closeProtocol();
}

/** A screen of these sockets. */
export function screen(
  width: number,
  workers: number,
  options: FormatOptions = {},
  content: Partial<Content> = {},
): string {
  let text = "";
  const decoder = new TextDecoder();
  const sink = openTable(
    (bytes) => void (text += decoder.decode(bytes, { stream: true })),
    { width, ...options },
    { families: [tcp, unix], lookups: ["owners"], ...content },
  );
  pushExamples(sink, workers);
  sink.close();
  return text;
}

/** The text of `docs/table.txt`. */
export const tableText = (): string => [80, 120].map((width) => `${"-".repeat(width)}\n${screen(width, 3)}`).join("\n");

/** The README with the picture. */
export const withPicture = (readme: string): string =>
  readme.replace(/(?<=\$ ss2 -taxp --table\n)[^`]*/, () => screen(120, 3));

if (import.meta.main) {
  const readme = new URL("../README.md", import.meta.url);
  Deno.writeTextFileSync(new URL("table.txt", import.meta.url), tableText());
  Deno.writeTextFileSync(readme, withPicture(Deno.readTextFileSync(readme)));
}
