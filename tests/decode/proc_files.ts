/**
 * Files below `/proc/net` out of recordings or made by hand, and the sockets in them.
 */
import { familyCalled } from "../../decode/families/all_families.ts";
import type { Family } from "../../decode/families/family.ts";
import { runPlan } from "../../decode/plan/run_plan.ts";
import type { ProcSource } from "../../decode/proc/proc_source.ts";
import { netlinkFiles, packetFiles, unixFiles } from "../../decode/families/proc_unix.ts";
import { rawFiles, udpFiles, udpliteFiles } from "../../decode/families/inet/proc_inet.ts";
import { sctpFiles } from "../../decode/families/inet/proc_sctp.ts";
import { ALL_STATES } from "../../decode/kernel/tcp_states.ts";
import { AF_INET, AF_INET6 } from "../../decode/kernel/address_family.ts";
import { type FlowObject, ObjectSink } from "../../decode/record/object_sink.ts";
import { readFixture } from "../pcap_source.ts";
import { refusal } from "./messages.ts";
import { ScriptedSource } from "./scripted_source.ts";
import type { ProcFile } from "../../decode/proc/proc_file.ts";
import type { Question } from "../../decode/families/question.ts";
import type { Outcome } from "../../decode/record/outcome.ts";

const ping = familyCalled("ping");
const tcp = familyCalled("tcp");

const ENOENT = 2;

/** A kernel without diagnostics for anything. */
export const refusing = (): ScriptedSource => new ScriptedSource([[refusal(ENOENT)]]);

/** A family of which nothing is known but its files. */
const filesOnly = (name: string, procFiles: (question: Question) => readonly ProcFile[]): Family => ({
  ...ping,
  name,
  procFiles,
});

/** Every family with files. */
export const families: readonly Family[] = [
  tcp,
  ping,
  filesOnly("UDP", udpFiles),
  filesOnly("UDPLITE", udpliteFiles),
  filesOnly("RAW", rawFiles),
  filesOnly("UNIX", unixFiles),
  filesOnly("NETLINK", netlinkFiles),
  filesOnly("PACKET", packetFiles),
  filesOnly("SCTP", sctpFiles),
];

export interface ReadOptions {
  readonly addressFamilies?: readonly number[];
  readonly states?: number;
  readonly types?: number;
  readonly named?: boolean;
}

/** The sockets of a family that a kernel without diagnostics for it lists. */
export function readSockets(
  family: string,
  proc: ProcSource | null,
  options: ReadOptions = {},
): { flows: FlowObject[]; outcome: Outcome } {
  const { addressFamilies = [AF_INET, AF_INET6], states = ALL_STATES, types, named = true } = options;
  const sink = new ObjectSink();
  const plan = {
    families: families.filter(({ name }) => name === family),
    addressFamilies,
    states,
    bpfMaps: false,
    named,
    ...types === undefined ? {} : { types: { [family]: types } },
  };
  const outcome = runPlan(plan, refusing(), sink, { proc, holders: null });
  return { flows: sink.take(), outcome };
}

/** Files by their names. */
export const filesOf = (files: Readonly<Record<string, string | Uint8Array>>): ProcSource => ({
  sysctl: () => null,
  read(name) {
    const file = files[name];
    return typeof file === "string" ? new TextEncoder().encode(file) : file ?? null;
  },
});

/** Files as `net/sctp/proc.c` makes them. */
const sctp: Readonly<Record<string, string>> = {
  "sctp/eps": " ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS\n" +
    "00000000aa000001 00000000bb000001 2   10  48   25001     0 11601 127.0.0.1 \n" +
    "00000000aa000002 00000000bb000002 0   10  49   35002  1000 11602 fd00:0099:0000:0000:0000:0000:0000:0001 10.99.0.1 \n" +
    "00000000aa000003 00000000bb000003 2   1   50   25501     0 11603 127.0.0.1 \n" +
    "00000000aa000004 00000000bb000004 2   7   51   0         0 11604 \n",
  "sctp/assocs":
    " ASSOC     SOCK   STY SST ST HBKT ASSOC-ID TX_QUEUE RX_QUEUE UID INODE LPORT RPORT LADDRS <-> RADDRS " +
    "HBINT INS OUTS MAXRT T1X T2X RTXC wmema wmemq sndbuf rcvbuf\n" +
    "00000000cc000001 00000000bb000003 2   1   3  0       1       17      496       0 11603 25501 25001  127.0.0.1 " +
    "<-> *127.0.0.1 \t   30000    10    10   10    0    0        0        1        0  212992  212992\n" +
    "00000000cc000002 00000000bb000002 0   10  7  0       2        0        0    1000 11602 35002 40002  " +
    "*fd00:0099:0000:0000:0000:0000:0000:0001 10.99.0.1 <-> 10.99.0.2 *fd00:0099:0000:0000:0000:0000:0000:0002 " +
    "\t   30000 65535 65535   10    0    0        0        1        0  212992  212992\n" +
    // Older kernels end here.
    "ffff88045ac7e000 ffff88062077aa00 2   1   4  1205  963        0        0     200 11605 11567 11166  " +
    "10.0.0.102 10.0.0.70 <-> *10.0.0.109 10.0.0.77 \n",
};

/** The files of a kernel that were recorded: `k618`, `k61`; those of SCTP are made by hand. */
export const recordedFiles = (kernel: string): ProcSource => ({
  sysctl: () => null,
  read(name) {
    const made = sctp[name];
    if (made !== undefined) return new TextEncoder().encode(made);
    try {
      return readFixture(`proc-net-${name}.${kernel}.txt`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  },
});
