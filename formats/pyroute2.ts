/**
 * The output of the Python `ss2` (pyroute2 0.7.10 and later): a list with a document for each protocol.
 */
import { type FieldObject, type FieldValue, type FlowObject, rawJson } from "../decode/record/object_sink.ts";

/** The fields of each protocol that the Python tool has, by the paths of ours; the protocols in its order. */
export const pythonFields = {
  TCP: [
    ...["src", "dst", "src_port", "dst_port", "inode", "iface_idx", "retrans", "meminfo", "cong_algo"],
    ...[
      ...["state", "pmtu", "retrans", "ato", "rto", "snd_wscale", "rcv_wscale", "snd_mss", "snd_cwnd", "snd_ssthresh"],
      ...["rtt", "rttvar", "rcv_rtt", "rcv_space", "opts", "last_data_sent", "rcv_ssthresh", "segs_in", "segs_out"],
      ...["data_segs_in", "data_segs_out", "lost", "notsent_bytes", "rcv_mss", "pacing_rate", "retransmits", "min_rtt"],
      ...["rwnd_limited", "max_pacing_rate", "probes", "reordering", "last_data_recv", "bytes_received", "fackets"],
      ...["last_ack_recv", "last_ack_sent", "unacked", "sacked", "bytes_acked", "delivery_rate_app_limited"],
      ...["delivery_rate", "sndbuf_limited", "ca_state", "busy_time", "total_retrans", "advmss", "backoff"],
    ].map((name) => `tcp_info.${name}`),
  ],
  UNIX: ["inode", "path_name", "vfs.inode", "vfs.dev", "peer_inode", "shutdown"],
} as const;

/** Protocols of the Python tool. */
export type PythonProtocol = keyof typeof pythonFields;

/** Fields from which `usr_ctxt` is made. */
export const ownerFields: readonly string[] = ["pid", "exe", "uid", "user", "cmdline", "fds"].map((name) =>
  `owners.${name}`
);

/** The text for flows with these fields and no others. */
export function pythonText(protocols: readonly PythonProtocol[], flows: readonly FlowObject[]): string {
  const documents = protocols.map((name) => ({
    [name]: { flows: flows.filter(({ protocol }) => protocol === name).map(pythonFlow) },
  }));
  return `${JSON.stringify(documents, exactValues, 4)}\n`;
}

/** Milliseconds, which Python writes with a decimal even where they are whole. */
const FLOATS = ["rto", "ato", "rtt", "rttvar", "rcv_rtt"];

const exactValues = (name: string, value: unknown): unknown => {
  if (typeof value === "bigint") return rawJson(String(value));
  return FLOATS.includes(name) && Number.isInteger(value) ? rawJson(`${value}.0`) : value;
};

/** What a lookup of host names adds. */
const HOSTS = ["src_host", "dst_host"];

/** Without the fields that only the other protocol has. */
function pythonFlow({ protocol, owners, ...fields }: FlowObject): FieldObject {
  const names = [...pythonFields[protocol as PythonProtocol].map((path) => path.split(".")[0]), ...HOSTS];
  const flow = Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
  return Array.isArray(owners) && owners.length > 0 ? { ...flow, usr_ctxt: contextOf(owners as FieldObject[]) } : flow;
}

/** The processes by user and number. A user without a name is a number. */
function contextOf(owners: readonly FieldObject[]): FieldObject {
  const users: Record<string, Record<string, FieldValue>> = {};
  for (const { pid, exe = "", uid, user = String(uid), cmdline = [], fds = [] } of owners) {
    (users[String(user)] ??= {})[String(pid)] = { cmd: exe, full_cmd: cmdline, fds };
  }
  return users;
}
