/**
 * Questions to a family, and the requests that they become.
 */
import type { FieldChoice } from "../record/field_choice.ts";

/** What to list, in terms that all families understand. */
export interface Question {
  /** AF_INET, AF_INET6 or both. */
  readonly addressFamilies: readonly number[];
  /** Bit n selects sockets in state n. */
  readonly states: number;
  /** Requests the values of BPF socket maps too; needs CAP_BPF. */
  readonly bpfMaps: boolean;
  /** The fields that are needed. Data that carries none of them need not be requested. All by default. */
  readonly wanted?: FieldChoice;
  /** The filter for the kernel, for families that run filters (`Family.runsFilters`). */
  readonly kernelFilter?: KernelFilter;
}

/** A request for one dump. */
export interface DumpRequest {
  /** The part of the family's sockets in this dump, as warnings name it: ` over IPv4`, `""` for all. */
  readonly part: string;
  /** The request, without a sequence number. */
  readonly message: Uint8Array<ArrayBuffer>;
  /** The requests to send if the kernel refuses this one. */
  readonly instead?: readonly DumpRequest[];
}

/** The checks that the kernel makes on sockets of an Internet protocol before it sends them. */
export interface KernelFilter {
  /** Value of INET_DIAG_REQ_BYTECODE; empty for none. */
  readonly program: Uint8Array;
  /** Local and remote port, 0 for any. */
  readonly sport: number;
  readonly dport: number;
}
