/**
 * Files below `/proc/net` out of recordings or made by hand, and the sockets in them.
 */
import type { Family, ProcFile, Question } from "../../decode/family.ts";
import { ping } from "../../decode/ping.ts";
import type { Outcome } from "../../decode/plan.ts";
import { runPlan } from "../../decode/plan.ts";
import type { ProcSource } from "../../decode/proc_source.ts";
import { netlinkFiles, packetFiles, unixFiles } from "../../decode/proc_unix.ts";
import { rawFiles, udpFiles, udpliteFiles } from "../../decode/proc_inet.ts";
import { tcp } from "../../decode/tcp.ts";
import { ALL_STATES } from "../../decode/tcp_states.ts";
import { AF_INET, AF_INET6 } from "../../decode/address_family.ts";
import { type FlowObject, ObjectSink } from "../../formats/objects.ts";
import { readFixture } from "../pcap_source.ts";
import { refusal } from "./messages.ts";
import { ScriptedSource } from "./scripted_source.ts";

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
  const outcome = runPlan(plan, refusing(), sink, proc);
  return { flows: sink.take(), outcome };
}

/** Files by their names. */
export const filesOf = (files: Readonly<Record<string, string | Uint8Array>>): ProcSource => ({
  read(name) {
    const file = files[name];
    return typeof file === "string" ? new TextEncoder().encode(file) : file ?? null;
  },
});

/** The files of a kernel that were recorded: `k618`, `k61`. */
export const recordedFiles = (kernel: string): ProcSource => ({
  read(name) {
    try {
      return readFixture(`proc-net-${name}.${kernel}.txt`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  },
});
