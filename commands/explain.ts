/**
 * `--explain`: what the kernel is asked, and which part of a filter is checked where.
 */
import { AF_INET6 } from "../decode/kernel/address_family.ts";
import type { DatagramSource } from "../decode/netlink/datagram_source.ts";
import type { Family } from "../decode/families/family.ts";
import type { Question } from "../decode/families/question.ts";
import { NLMSG_HDRLEN } from "../decode/netlink/message.ts";
import type { Plan } from "../decode/plan/plan.ts";
import { readType } from "../decode/netlink/message.ts";
import { SOCK_DIAG_BY_FAMILY } from "../decode/families/sock_diag.ts";
import { ALL_STATES, tcpStateWords } from "../decode/kernel/tcp_states.ts";
import {
  INET_DIAG_BC_AUTO,
  INET_DIAG_BC_CGROUP_COND,
  INET_DIAG_BC_D_COND,
  INET_DIAG_BC_D_GE,
  INET_DIAG_BC_D_LE,
  INET_DIAG_BC_DEV_COND,
  INET_DIAG_BC_JMP,
  INET_DIAG_BC_MARK_COND,
  INET_DIAG_BC_S_COND,
  INET_DIAG_BC_S_GE,
  INET_DIAG_BC_S_LE,
} from "../query/filter/bytecode.ts";
import { netlinkRefusal } from "../ffi/netlink_socket.ts";
import { CountedSource } from "../decode/netlink/counted_source.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { DumpCommand } from "../options/command.ts";
import type { Expression } from "../query/filter/expression.ts";
import type { Filter, OwnFilter } from "../query/filter/filter.ts";
import { isSelective } from "../query/filter/selective.ts";
import type { CommandOf } from "./action.ts";
import { DONE } from "./exit_status.ts";
import { listSockets } from "./list.ts";
import { printText } from "./print.ts";

const INSTEAD = "instead of the following, the files below /proc/net are read for the families that have them";

/** Prints what a listing asks for. With `stats` it also asks the kernel and counts what is received. */
export async function explain({ explained, closes, stats }: CommandOf<"explain">, print: Write): Promise<number> {
  const refusal = explained.read === null ? netlinkRefusal() : null;
  if (refusal !== null) printText(`socket diagnostics are refused: ${refusal.message}\n${INSTEAD}\n\n`, print);
  printText(explainPlan(explained.plan, explained.filter), print);
  if (closes !== null) printText(`\n${explainClosing(closes, explained.filter!)}`, print);
  return stats ? await measure(explained, print) : DONE;
}

/** What `-K` does after the listing. */
function explainClosing(most: number, filter: Filter): string {
  const lines = [
    `-K then closes every socket that passes (SOCK_DESTROY, by addresses and cookie), none if more than ${most} pass`,
    ...isSelective(filter) ? [] : ["it closes none if the filter leaves out no socket of a protocol (docs/closing.md)"],
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** Runs a listing without printing it, and prints how much was received. */
async function measure(command: DumpCommand, print: Write): Promise<number> {
  const count = { datagrams: 0, bytes: 0 };
  const watch = (source: DatagramSource) => new CountedSource(source, count);
  const { status, records } = await listSockets(command, () => {}, () => {}, watch);
  printText(`\nreceived: ${count.bytes} bytes in ${count.datagrams} datagrams\nlisted: ${records} sockets\n`, print);
  return status;
}

/** What a plan asks for, family by family. */
export function explainPlan(plan: Plan, filter: Filter | null): string {
  const lines = [`filter: ${filter === null || filter.text.trim() === "" ? "none" : filter.text.trim()}`];
  if (filter?.readsOwners === true) lines.push("the processes that hold sockets are looked up first");
  for (const family of plan.families) lines.push("", ...explainFamily(family, plan, filter?.of(family) ?? null));
  return lines.join("\n") + "\n";
}

function explainFamily(family: Family, plan: Plan, filter: OwnFilter | null): string[] {
  const states = (plan.states ?? family.defaultStates) & (filter?.states ?? -1);
  if (filter?.excludesAll === true || filter !== null && states === 0) {
    const lacking = filter?.lacks ?? [];
    const reason = lacking.length === 0 ? [] : [`  none has ${lacking.join(", ")}`];
    return [`${family.name}: no socket can match, so the kernel is not asked`, ...reason];
  }
  const question: Question = { ...plan, states };
  const extensions = extensionsOf(family, question);
  const inKernel = plan.whole !== true;
  const rest = filter?.rest(inKernel) ?? null;
  const remains = rest !== null && !(rest.kind === "constant" && rest.value);
  return [
    `${family.name}:`,
    `  states: ${stateNames(states)}`,
    ...extensions === null ? [] : [`  extensions requested: ${extensions.join(" ") || "none"}`],
    `  checked by the kernel: ${inKernel && filter?.program != null ? show(filter.program) : "nothing"}`,
    ...explainKernel(inKernel ? filter : null),
    `  checked here: ${remains ? show(rest) : "nothing"}`,
  ];
}

const stateNames = (states: number): string =>
  (states & ALL_STATES) === ALL_STATES
    ? "all"
    : tcpStateWords.filter((word, state) => word !== undefined && (states >>> state & 1) === 1).join(" ");

function explainKernel(filter: OwnFilter | null): string[] {
  if (filter?.kernel == null) return [];
  const { program, sport, dport } = filter.kernel;
  const ports = [["idiag_sport", sport], ["idiag_dport", dport]].filter(([, port]) => port !== 0);
  return [
    ...ports.length === 0 ? [] : [`    in the request: ${ports.map((pair) => pair.join(" ")).join(", ")}`],
    ...listProgram(program).map((line) => `    ${line}`),
  ];
}

/** What the bits of `idiag_ext` ask for, from the lowest on; mirrors `linux/inet_diag.h`. */
const extensionNames = ["meminfo", "info", "vegasinfo", "cong", "tos", "tclass", "skmeminfo", "shutdown"];

/** Names of the attributes whose bits the request sets; `null` for families with another kind of request. */
function extensionsOf(family: Family, question: Question): string[] | null {
  if (family.domain !== "inet") return null;
  const [request] = family.encodeRequests(question);
  if (request === undefined) return null;
  const { message } = request;
  // `idiag_ext` of `struct inet_diag_req_v2`, or of the older `struct inet_diag_req`.
  const bits = message[NLMSG_HDRLEN + (readType(message) === SOCK_DIAG_BY_FAMILY ? 2 : 3)]!;
  return extensionNames.filter((_, bit) => (bits >>> bit & 1) === 1);
}

/** An expression as it could be typed. */
export function show(expression: Expression): string {
  switch (expression.kind) {
    case "and":
    case "or":
      return `( ${expression.parts.map(show).join(` ${expression.kind} `)} )`;
    case "not":
      return `not ${show(expression.part)}`;
    case "constant":
      return expression.value ? "everything" : "nothing";
    case "condition":
      return expression.text;
  }
}

/** The operations of a program, one a line: offset, condition, and where it jumps if that does not hold. */
export function listProgram(program: Uint8Array): string[] {
  const view = new DataView(program.buffer, program.byteOffset, program.length);
  const lines: string[] = [];
  const place = (at: number) => at === program.length ? "match" : at > program.length ? "no match" : String(at);
  let at = 0;
  while (at < program.length) {
    const to = place(at + view.getUint16(at + 2, true));
    const what = view.getUint8(at) === INET_DIAG_BC_JMP ? `go to ${to}` : `${operation(view, at)}, else ${to}`;
    lines.push(`${String(at).padStart(5)}  ${what}`);
    at += view.getUint8(at + 1);
  }
  return [...lines, `${String(at).padStart(5)}  match`];
}

function operation(view: DataView, at: number): string {
  const code = view.getUint8(at);
  switch (code) {
    case INET_DIAG_BC_S_GE:
      return `sport >= ${view.getUint16(at + 6, true)}`;
    case INET_DIAG_BC_S_LE:
      return `sport <= ${view.getUint16(at + 6, true)}`;
    case INET_DIAG_BC_D_GE:
      return `dport >= ${view.getUint16(at + 6, true)}`;
    case INET_DIAG_BC_D_LE:
      return `dport <= ${view.getUint16(at + 6, true)}`;
    case INET_DIAG_BC_AUTO:
      return "autobound";
    case INET_DIAG_BC_S_COND:
      return host("src", view, at + 4);
    case INET_DIAG_BC_D_COND:
      return host("dst", view, at + 4);
    case INET_DIAG_BC_DEV_COND:
      return `dev ${view.getUint32(at + 4, true)}`;
    case INET_DIAG_BC_MARK_COND:
      return `fwmark 0x${view.getUint32(at + 4, true).toString(16)}/0x${view.getUint32(at + 8, true).toString(16)}`;
    case INET_DIAG_BC_CGROUP_COND:
      return `cgroup id ${view.getBigUint64(at + 4, true)}`;
    default:
      return `operation ${code}`;
  }
}

/** `struct inet_diag_hostcond`. */
function host(side: string, view: DataView, at: number): string {
  const family = view.getUint8(at);
  const length = view.getUint8(at + 1);
  const port = view.getInt32(at + 4, true);
  const shown = port < 0 ? "" : `:${port}`;
  if (family === 0) return `${side} *${shown}`;
  const address = family === AF_INET6
    ? Array.from({ length: 8 }, (_, i) => view.getUint16(at + 8 + 2 * i, false).toString(16)).join(":")
    : Array.from({ length: 4 }, (_, i) => view.getUint8(at + 8 + i)).join(".");
  return family === AF_INET6 ? `${side} [${address}/${length}]${shown}` : `${side} ${address}/${length}${shown}`;
}
