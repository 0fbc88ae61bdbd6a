/**
 * What a family is asked, and the requests that ask the kernel.
 */
import type { FieldChoice } from "../record/field_choice.ts";

/** What is asked for, in terms that all families understand. */
export interface Question {
  /** AF_INET, AF_INET6 or both. */
  readonly addressFamilies: readonly number[];
  /** Bit n asks for sockets in state n. */
  readonly states: number;
  /** Asks for the values of BPF socket maps too; needs CAP_BPF. */
  readonly bpfMaps: boolean;
  /** The fields that are needed: what carries none of them need not be asked for. All by default. */
  readonly wanted?: FieldChoice;
  /** What the kernel is to check of sockets, for families that run filters (`Family.runsFilters`). */
  readonly kernelFilter?: KernelFilter;
}

/** One dump to ask the kernel for. */
export interface DumpRequest {
  /** The part of the family's sockets that it is about, as it stands in a warning: ` over IPv4`, `""` for all. */
  readonly part: string;
  /** Without a sequence number. */
  readonly message: Uint8Array<ArrayBuffer>;
  /** What to ask if the kernel refuses it. */
  readonly instead?: readonly DumpRequest[];
}

/** What the kernel checks of the sockets of an Internet protocol before it sends them. */
export interface KernelFilter {
  /** Value of INET_DIAG_REQ_BYTECODE; empty for none. */
  readonly program: Uint8Array;
  /** Local and remote port, 0 for any. */
  readonly sport: number;
  readonly dport: number;
}
