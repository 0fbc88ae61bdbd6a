/**
 * Structures of the kernel as getsockopt(2) gives them, in the words of the output. Their members are those of the headers
 * (`tests/fixtures/uapi.json`), not those of the program's own tables.
 */
import uapi from "../../fixtures/uapi.json" with { type: "json" };
import type { Value } from "../guest/truth.ts";
import type { Kernel } from "../kernels.ts";

interface Member {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly type: string;
  readonly bits?: readonly number[];
}

const structures = uapi.structs as unknown as Readonly<Record<string, { readonly fields: readonly Member[] }>>;

interface Description {
  readonly structure: string;
  readonly prefix: string;
  /** Members whose value is not just their number. */
  readonly as: Readonly<Record<string, (value: number | bigint) => Value | bigint>>;
  /** Members that move with time, or have another shape in the output. */
  readonly skip: readonly string[];
}

const milliseconds = (value: number | bigint) => Number(value) / 1000;
const unless = (none: number) => (value: number | bigint) => value === none ? null : Number(value);
const names = (all: readonly string[]) => (value: number | bigint) =>
  all.filter((_, i) => (Number(value) >> i & 1) === 1);
const oneOf = (all: readonly string[]) => (value: number | bigint) => all[Number(value)] ?? "unknown";

const seen = ["not-seen", "empty", "counters", "failed"];
const failures = ["ace-send", "ace-recv", "opt-send", "opt-recv"];
const states =
  "unknown established syn-sent syn-recv fin-wait-1 fin-wait-2 time-wait unconnected close-wait last-ack " +
  "listening closing new-syn-recv bound-inactive";

const descriptions: Readonly<Record<string, Description>> = {
  tcp_info: {
    structure: "tcp_info",
    prefix: "tcpi_",
    as: {
      state: oneOf(states.split(" ")),
      options: names(["ts", "sack", "wscale", "ecn", "ecnseen", "fastopen", "usec_ts", "tfo_child"]),
      fastopen_client_fail: oneOf(["none", "cookie-unavailable", "data-not-acked", "syn-retransmitted"]),
      rto: milliseconds,
      ato: milliseconds,
      rtt: milliseconds,
      rttvar: milliseconds,
      rcv_rtt: milliseconds,
      snd_ssthresh: unless(0x7fffffff),
      min_rtt: unless(0xffffffff),
      accecn_opt_seen: oneOf(seen),
      accecn_fail_mode: names(failures),
    },
    skip: ["last_data_sent", "last_ack_sent", "last_data_recv", "last_ack_recv"],
  },
  mptcp_info: {
    structure: "mptcp_info",
    prefix: "mptcpi_",
    as: {
      flags: names(["fallback", "remote_key_received"]),
      csum_enabled: (value) => value !== 0,
    },
    skip: ["last_data_sent", "last_data_recv", "last_ack_recv"],
  },
  vegasinfo: { structure: "tcpvegas_info", prefix: "tcpv_", as: { minrtt: unless(0x7fffffff) }, skip: [] },
  dctcpinfo: { structure: "tcp_dctcp_info", prefix: "dctcp_", as: {}, skip: [] },
  bbrinfo: { structure: "tcp_bbr_info", prefix: "bbr_", as: { min_rtt: unless(0xffffffff) }, skip: ["bw_lo", "bw_hi"] },
};

/** Names of the output that are not the header's. */
const renamed: Readonly<Record<string, string>> = { "tcp_info.options": "tcp_info.opts" };

/** The values of a structure, by their paths in the output. Members behind its end were not there in this kernel. */
export function valuesOf(path: string, hex: string, { name: kernel }: Kernel): Map<string, Value | bigint> {
  const { structure, prefix, as, skip } = descriptions[path]!;
  const bytes = Uint8Array.fromHex(hex);
  const view = new DataView(bytes.buffer);
  const values = new Map<string, Value | bigint>();
  for (const { name, offset, size, bits } of structures[structure]!.fields) {
    const short = name.replace(prefix, "");
    if (offset + size > bytes.length || skip.includes(short) || /reserved|pad|__/.test(name)) continue;
    let value = size === 8
      ? view.getBigUint64(offset, true)
      : size === 4
      ? view.getUint32(offset, true)
      : size === 2
      ? view.getUint16(offset, true)
      : view.getUint8(offset);
    if (bits !== undefined) value = Number(value) >> bits[0]! & ((1 << bits[1]!) - 1);
    const full = `${path}.${short}`;
    values.set(renamed[full] ?? full, as[short] === undefined ? value : as[short](value));
  }
  if (path === "tcp_info" && kernel === "7") {
    // Since 7.0 these are bits of the last four bytes.
    const last = view.getUint32(276, true);
    values.set("tcp_info.ecn_mode", ["disabled", "rfc3168", "accecn", "pending"][last & 3]!);
    values.set("tcp_info.accecn_opt_seen", seen[last >> 2 & 3]!);
    values.set("tcp_info.accecn_fail_mode", names(failures)(last >> 4 & 15));
  }
  if (path === "bbrinfo") values.set("bbrinfo.bw", view.getBigUint64(0, true));
  return values;
}
