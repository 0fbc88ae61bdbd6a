/**
 * Reads the sums of {@linkcode namespaceRows} and {@linkcode hostRows} from files of the kernel. A number that a kernel does not
 * have is absent.
 */
import type { ProcSource } from "./proc_source.ts";
import type { SumKind, SummaryRow } from "./summary_rows.ts";

/** A number of the summary. */
export interface Sum {
  /** Path of the object in the document: `tcp.states`. */
  readonly group: string;
  /** What is counted. */
  readonly name: string;
  /** The number. */
  readonly value: bigint;
  /** Its unit; empty for a count. */
  readonly unit: string;
  /** Whether it only grows, goes up and down, or is a limit. */
  readonly kind: SumKind;
}

const decoder = new TextDecoder();

/**
 * Reads the numbers of the rows.
 *
 * @param read returns the contents of a file below `/proc/sys` or `/proc/net`; `null` if it does not exist
 */
export function readSums(
  rows: readonly SummaryRow[],
  read: (file: string, sysctl: boolean) => Uint8Array | null,
): Sum[] {
  const files = new Map<string, ReadonlyMap<string | number, bigint>>();
  const numbersOf = (file: string, sysctl: boolean): ReadonlyMap<string | number, bigint> => {
    let numbers = files.get(file);
    if (numbers === undefined) {
      const text = decoder.decode(read(file, sysctl) ?? new Uint8Array(0));
      files.set(file, numbers = sysctl ? parseWords(text) : parseNumbers(text));
    }
    return numbers;
  };
  return rows.flatMap(({ group, name, file, sysctl = false, field, unit, kind }) => {
    const value = numbersOf(file, sysctl).get(field);
    return value === undefined ? [] : [{ group, name, value, unit, kind }];
  });
}

const NUMBER = /^-?[0-9]+$/;

/** The words of a sysctl, by position. */
function parseWords(text: string): Map<number, bigint> {
  const numbers = new Map<number, bigint>();
  for (const [i, word] of text.trim().split(/\s+/).entries()) if (/^[0-9]+$/.test(word)) numbers.set(i, BigInt(word));
  return numbers;
}

/**
 * The numbers of a file below `/proc/net` by `SECTION.FIELD`. There are three forms: `TCP: inuse 4 orphan 0`; two lines
 * `Tcp: InSegs …` and `Tcp: 17 …`; and, without a section, `Udp6InErrors 0`.
 */
function parseNumbers(text: string): Map<string, bigint> {
  const numbers = new Map<string, bigint>();
  let names: readonly string[] = [];
  for (const line of text.split("\n")) {
    const words = line.trim().split(/\s+/);
    const [section = "", ...rest] = words;
    if (!section.endsWith(":")) {
      if (words.length === 2) add(numbers, section, words[1]!);
    } else if (rest.every((word) => NUMBER.test(word)) && names[0] === section) {
      rest.forEach((word, i) => add(numbers, `${section.slice(0, -1)}.${names[i + 1]}`, word));
    } else {
      names = words;
      for (let i = 0; i + 1 < rest.length; i += 2) add(numbers, `${section.slice(0, -1)}.${rest[i]}`, rest[i + 1]!);
    }
  }
  return numbers;
}

function add(numbers: Map<string, bigint>, name: string, word: string): void {
  // A negative number means that the kernel has none.
  if (NUMBER.test(word) && !word.startsWith("-")) numbers.set(name, BigInt(word));
}

/** Protocols whose names differ in `/proc/net/protocols`. */
const otherNames: Readonly<Record<string, string>> = {
  "UDP-Lite": "UDPLITE",
  "UDPLITEv6": "UDPLITE",
  AF_VSOCK: "VSOCK",
  "UNIX-STREAM": "UNIX",
};

/** The number of sockets in use by protocol, IPv4 and IPv6 together; `null` if the kernel does not report it. */
export function readProtocols(proc: ProcSource): Map<string, number> | null {
  const bytes = proc.read("protocols");
  if (bytes === null) return null;
  const protocols = new Map<string, number>();
  for (const line of decoder.decode(bytes).split("\n").slice(1)) {
    const [name = "", , sockets = ""] = line.trim().split(/\s+/);
    const protocol = otherNames[name] ?? name.replace(/v6$/, "");
    if (NUMBER.test(sockets)) protocols.set(protocol, (protocols.get(protocol) ?? 0) + Number(sockets));
  }
  return protocols;
}
