/**
 * Sockets and processes with hostile names, in every format.
 */
import { assert, assertEquals } from "@std/assert";
import { parse } from "./packages/yaml.ts";
import { formats } from "../formats/all_formats.ts";
import type { FlowObject } from "../decode/record/object_sink.ts";
import { openNamespace } from "./live/namespace.ts";
import { HeldSockets, type Hold } from "./live/hold.ts";
import { programWords } from "./program.ts";
import { pythonHas, without } from "./judges.ts";
import { parseCsv } from "./read_back.ts";
import { readByPython } from "./read_by_python.ts";
import { rowsIn } from "./read_page.ts";
import { nameBytes, toHex } from "./unix_names.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const NAMES: readonly Uint8Array[] = [
  ...[
    "line\nbreak\nss2: no such thing",
    "\r\nTCP,1,2",
    "\x1b]0;title\x07\x1b[31m",
    "say \"hi\", 'you'",
    '"',
    "'",
    "a,b;c|d",
    "\ttab\t",
    "\r",
    "=",
    "=1+1",
    '=HYPERLINK("http://example.org")',
    "+1",
    "-1",
    "-",
    "@SUM(A1)",
    "＝1",
    "\u202egpj.exe\u2066 \u200f",
    "\x9b31m \u2028 \u2029 \ufeff",
    "back\\slash \\u0041",
    "- item: {a: b} # off",
    "null",
    "1e5",
    "| cell | \\| `code` <b>",
    "x".repeat(107),
    "y".repeat(106),
  ].map(bytesOf),
  Uint8Array.of(0xff, 0xfe, 0x80, 0x3d),
  Uint8Array.of(0x3d, 0xc3),
  Uint8Array.of(0xed, 0xa0, 0x80),
  new Uint8Array(107).fill(0xe9),
];
/** Only names of abstract sockets can contain these. */
const WITH_NUL = ["\0", "a\0b", "\0=1", "=\0\n", "\0".repeat(107)].map(bytesOf);

const LONGEST_PATH = 108;
/** Bytes of the name of a process (`TASK_COMM_LEN` without the NUL). */
const COMM = 15;

/** Opens a UNIX socket for each name in hexadecimal, and a process with a TCP socket for each name of a process. */
const open: Hold<Record<string, string>, [directory: string, names: string[], comms: string[]]> = (
  held,
  directory,
  names,
  comms,
) => {
  const { openTcp, openSocket, unixAddress, forkUntilReady, setComm, pause, AF_INET, AF_UNIX, SOCK_STREAM } = held;
  Deno.chdir(directory);
  const owners: Record<string, string> = {};
  for (const comm of comms) {
    const listener = openTcp(AF_INET).bind("127.0.0.1").listen(1);
    owners[listener.localPort] = comm;
    forkUntilReady(() => {
      setComm(Uint8Array.fromHex(comm));
      return pause;
    });
    listener.close();
  }
  for (const name of names) openSocket(AF_UNIX, SOCK_STREAM).bindTo(unixAddress(Uint8Array.fromHex(name))).listen(1);
  return owners;
};

/** Parses output without using code of the program, and returns all records. */
type Reader = (text: string) => readonly FlowObject[];

type Document = Record<string, { flows: FlowObject[] }>;

const records = (document: unknown): FlowObject[] =>
  Object.entries(document as Document).flatMap(([protocol, { flows }]) => flows.map((flow) => ({ ...flow, protocol })));

const LOAD_YAML = "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1], encoding='utf-8')), sys.stdout)";
const LOAD_JSON = "import json, sys; json.dump(json.load(open(sys.argv[1], encoding='utf-8')), sys.stdout)";
const LOAD_CSV = `
import csv, json, sys
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    json.dump(list(csv.DictReader(file, delimiter=sys.argv[2], strict=True)), sys.stdout)
`;

function byJq(text: string): unknown[] {
  const path = Deno.makeTempFileSync({ prefix: "ss2-test-" });
  try {
    Deno.writeTextFileSync(path, text);
    const { stdout, success } = new Deno.Command("jq", { args: ["-c", ".", path] }).outputSync();
    assert(success, "jq cannot read it");
    return new TextDecoder().decode(stdout).trimEnd().split("\n").map((line) => JSON.parse(line));
  } finally {
    Deno.removeSync(path);
  }
}

/** Text again, by the rules of docs/formats.md. */
const unescape = (cell: string) =>
  cell.replaceAll(
    /\\(?:\\|u([0-9a-f]{4}))/g,
    (_, code?: string) => code === undefined ? "\\" : String.fromCharCode(parseInt(code, 16)),
  );

/** The names in a row, as in the record. */
function recordOf(row: Record<string, string>): FlowObject {
  for (const [name, cell] of Object.entries(row)) {
    assert(!/^[=+\-@\t\r＝＋－＠]/.test(cell) || /^-?\d+(\.\d+)?$/.test(cell), `a formula in ${name}: ${cell}`);
  }
  const cell = (name: string) => row[name]! === "" ? {} : { [name]: unescape(row[name]!.replace(/^'/, "")) };
  const more = row["more"] === "" ? {} : JSON.parse(row["more"]!);
  const owners = row["owners"] === "" ? [] : JSON.parse(row["owners"]!);
  if (owners.length > 0) assertEquals(unescape(row["process"]!.replace(/^'/, "")), owners[0].comm);
  return {
    protocol: row["protocol"]!,
    ...cell("path_name"),
    ...more["path_name_hex"] === undefined ? {} : { path_name_hex: more["path_name_hex"] },
    ...row["abstract"] === "" ? {} : { abstract: row["abstract"] === "true" },
    ...row["src_port"] === "" ? {} : { src_port: Number(row["src_port"]) },
    owners,
  };
}

/** Rows with their headings, which must each be a line. */
function recordsOf(text: string, rows: readonly Record<string, string>[]): FlowObject[] {
  assertEquals(text.split("\r\n").length - 2, rows.length, "rows are not lines");
  assertEquals(/[^\r]\n|\r[^\n]/.test(text), false, "line breaks inside of rows");
  return rows.map(recordOf);
}

const readRows = (delimiter: string): Reader => (text) => {
  const [heading = [], ...rows] = parseCsv(text, delimiter);
  return recordsOf(text, rows.map((row) => Object.fromEntries(heading.map((name, i) => [name, row[i]!]))));
};

const rowsByPython = (delimiter: string): Reader => (text) =>
  recordsOf(text, readByPython(LOAD_CSV, text, delimiter) as Record<string, string>[]);

/** Readers of each format that need no other program. */
const readers: Readonly<Record<string, readonly Reader[]>> = {
  json: [(text) => records(JSON.parse(text))],
  ndjson: [(text) => text.split("\n").slice(0, -1).map((line) => JSON.parse(line))],
  yaml: [(text) => records(parse(text)), (text) => records(parse(text, { version: "1.1" }))],
  csv: [readRows(",")],
  tsv: [readRows("\t")],
  table: [() => readTable()],
  html: [() => readPages()],
};

/** Readers that are other programs, and the reason if they are not installed. */
const judges: readonly (readonly [format: string, judge: string, reason: string, read: Reader])[] = [
  ["json", "jq", without("jq"), (text) => records(byJq(text)[0])],
  ["json", "Python", without("python3"), (text) => records(readByPython(LOAD_JSON, text))],
  ["ndjson", "jq", without("jq"), (text) => byJq(text) as FlowObject[]],
  [
    "yaml",
    "PyYAML",
    pythonHas("yaml") ? "" : " (ignored: python3-yaml is not installed)",
    (text) => records(readByPython(LOAD_YAML, text)),
  ],
  ["csv", "Python", without("python3"), rowsByPython(",")],
  ["tsv", "Python", without("python3"), rowsByPython("\t")],
];

/** The rows of a table: cells without blanks, and the last one, which may hold them and starts where its name does. */
function tableRows(text: string): string[][] {
  const [header = "", ...lines] = text.split("\n").slice(0, -1);
  const last = header.search(/\S+$/);
  return lines.map((line) => [...line.slice(0, last).trim().split(/ +/), line.slice(last)]);
}

/** What a table shows of names: of sockets and of processes, by their columns. */
function readTable(): FlowObject[] {
  const unix = tableRows(output("-xl", "--table", "--columns", "protocol,abstract,path_name_hex,path_name"));
  const tcp = tableRows(output("-tlp", "--table", "--columns", "protocol,src_port,owners.comm_hex,owners.comm"));
  return [
    ...unix.map(([protocol, abstract, hex, name]) => ({
      protocol: protocol!,
      abstract: abstract === "true",
      path_name: unescape(name!),
      ...hex === "-" ? {} : { path_name_hex: hex! },
    })),
    ...tcp.map(([protocol, port, hex, comm]) => ({
      protocol: protocol!,
      src_port: Number(port),
      owners: [{ comm: unescape(comm!), ...hex === "-" ? {} : { comm_hex: hex! } }],
    })),
  ];
}

/** What pages have of names. A column is left out of a row where the socket does not have it. */
function readPages(): FlowObject[] {
  const unix = rowsIn(output("-xl", "--format", "html", "--columns", "protocol,abstract,path_name_hex,path_name"));
  const comms = "protocol,src_port,owners.comm_hex,owners.comm";
  const tcp = rowsIn(output("-tlp", "--format", "html", "--columns", comms));
  return [
    ...unix.map(({ protocol, abstract, path_name, path_name_hex }) => ({
      protocol: protocol!,
      abstract: abstract === "true",
      path_name: unescape(path_name!),
      ...path_name_hex === undefined ? {} : { path_name_hex },
    })),
    ...tcp.map((row) => ({
      protocol: row["protocol"]!,
      src_port: Number(row["src_port"]),
      owners: [{
        comm: unescape(row["owners.comm"]!),
        ...row["owners.comm_hex"] === undefined ? {} : { comm_hex: row["owners.comm_hex"] },
      }],
    })),
  ];
}

/** The default columns are for people: each socket must be one line. */
function checkTableLines(text: string, names: number, holders: number): void {
  const lines = text.split("\n").slice(1, -1);
  assertEquals(lines.filter((line) => line.startsWith("UNIX ")).length, names);
  assertEquals(lines.filter((line) => line.startsWith("TCP ")).length, holders);
  assertEquals(lines.length, names + holders);
}

/** Characters that no output may contain, except line ends. */
// deno-lint-ignore no-control-regex
const HARMFUL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** Runs a test beside sockets and processes with all the names, which it is given in hexadecimal. */
async function withNames(test: (names: readonly string[], holders: readonly string[]) => void): Promise<void> {
  using _namespace = openNamespace();
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    const paths = [...NAMES.filter((name) => !name.includes(0x2f)), bytesOf("z".repeat(LONGEST_PATH))];
    const abstract = [...NAMES, ...WITH_NUL].map((name) => Uint8Array.of(0, ...name));
    const names = [...paths, ...abstract].map(toHex).sort();
    const comms = NAMES.map((name) => toHex(name.subarray(0, COMM)));
    await using sockets = await HeldSockets.open(open, directory, names, comms);
    test(names, Object.entries(sockets.truth).map(([port, comm]) => `${port} ${comm}`).sort());
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

Deno.test("names of sockets and processes that hold anything leave every format readable, and can be had back", () =>
  withNames((names, holders) => {
    for (const { name } of formats) {
      assert(readers[name] !== undefined, `no reader for ${name}: a new format needs one here`);
      checkFormat(name, readers[name], names, holders);
    }
  }));

for (const [format, judge, reason, read] of judges) {
  Deno.test({
    name: `names of sockets and processes that hold anything can be had back from ${format} by ${judge}${reason}`,
    ignore: reason !== "",
    fn: () => withNames((names, holders) => checkFormat(format, [read], names, holders)),
  });
}

/** The program's output. It must be UTF-8 and harmless. */
function output(...options: string[]): string {
  const [command = "", ...args] = [...programWords(), ...options];
  const { stdout, stderr } = new Deno.Command(command, { args }).outputSync();
  assertEquals(new TextDecoder().decode(stderr), "");
  const text = new TextDecoder("utf-8", { fatal: true }).decode(stdout);
  assertEquals(HARMFUL.exec(text), null, `${options.join(" ")} prints control characters`);
  return text;
}

function checkFormat(
  format: string,
  readers: readonly Reader[],
  names: readonly string[],
  holders: readonly string[],
): void {
  const text = output("-xtlp", "--format", format);
  if (format !== "tsv") assertEquals(text.includes("\t"), false, `${format} holds tabs`);
  if (format !== "csv" && format !== "tsv") assertEquals(text.includes("\r"), false, `${format} holds CR`);
  if (format === "table") checkTableLines(text, names.length, holders.length);
  for (const read of readers) {
    const found = read(text);
    const unix = found.filter(({ protocol }) => protocol === "UNIX").map(nameBytes);
    assertEquals(unix.sort(), [...names], format);
    const held = found.filter(({ protocol }) => protocol === "TCP").flatMap(({ src_port, owners }) =>
      (owners as { comm: string; comm_hex?: string }[]).map(({ comm, comm_hex }) =>
        `${src_port} ${comm_hex ?? toHex(bytesOf(comm))}`
      )
    );
    assertEquals(held.sort(), [...holders], format);
  }
}
