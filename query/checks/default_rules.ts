/**
 * The built-in rules.
 */
import type { Rule } from "./rule.ts";

/** The defaults of most rules. */
const ordinary = { severity: "warning", over: "sockets", expect: "none" } as const;

/** Datastores, and ports that administer a machine: 2375 Docker, 2379 etcd, 5432 PostgreSQL, 10250 kubelet … */
const INTERNAL_PORTS = "2375,2379,2380,3306,5432,5984,6379,7000,8500,9042,9200,9300,10250,11211,27017,27018";

export const defaultRules: readonly Rule[] = [
  {
    ...ordinary,
    name: "accept-queue-full",
    severity: "error",
    filter: "state = listening and backlog > 0 and backlog >= backlog_limit",
    // Drops alone prove nothing: TCP_DEFER_ACCEPT counts the acknowledgements that it ignores.
    show: ["skmeminfo.drops"],
    message: "The queue of connections that wait to be accepted is full.",
    why: "Further connections are dropped, and clients wait for their retransmissions.",
    remedy: "Find out why the program does not accept; else raise the backlog of listen(2) and net.core.somaxconn.",
  },
  {
    ...ordinary,
    name: "syn-backlog",
    filter: "state = syn-recv",
    over: "local address",
    least: 64,
    message: "Many handshakes with one listener are half open.",
    why: "The clients do not answer: packets are lost, or this is a SYN flood.",
    remedy: "Look at where they come from; keep net.ipv4.tcp_syncookies on.",
  },
  {
    ...ordinary,
    name: "unaccepted-connection",
    filter: "state = established and owner_status = unaccepted",
    over: "two looks",
    show: ["recv_q", "listener_owners.pid"],
    message: "A connection is established, and the program does not accept it.",
    why: "The client takes it for served.",
    remedy: "Find out what the listening program waits for.",
  },
  {
    ...ordinary,
    name: "close-wait",
    filter: "state = close-wait",
    over: "two looks",
    show: ["recv_q", "tcp_info.last_data_recv"],
    message: "The peer has closed the connection, and the program here has not.",
    why: "Each one keeps a descriptor until the process ends.",
    remedy: "Close the descriptor at end of file; ss2 -tp state close-wait lists them.",
  },
  {
    ...ordinary,
    name: "unread-data",
    filter: "state = established and recv_q > 0",
    over: "two looks",
    still: ["recv_q", "tcp_info.bytes_received"],
    message: "Data has arrived, and the program does not read it.",
    why: "The peer has to stop sending once the buffer is full.",
    remedy: "Find out what the program waits for.",
  },
  {
    ...ordinary,
    name: "peer-window-closed",
    filter: "state = established and send_q > 0 and timer = zero-window-probe",
    over: "two looks",
    still: ["tcp_info.bytes_acked"],
    message: "The send queue does not move: the peer's window is closed.",
    why: "The program at the other end does not read.",
    remedy: "Look at the process at the other end.",
  },
  {
    ...ordinary,
    name: "send-queue-stuck",
    filter: "send_q > 0 and timer = retransmit and tcp_info.retransmits > 0 and not state = syn-sent",
    over: "two looks",
    still: ["tcp_info.bytes_acked"],
    message: "The send queue does not move: the peer does not answer.",
    why: "The connection ends with a timeout after many minutes.",
    remedy: "Look at the path to the peer; TCP_USER_TIMEOUT limits the wait.",
  },
  {
    ...ordinary,
    name: "retransmissions",
    filter: "tcp_info.bytes_retrans > 0 and tcp_info.total_retrans >= 3",
    share: { part: "tcp_info.bytes_retrans", whole: "tcp_info.bytes_sent", percent: 5 },
    message: "More than 5 % of what was sent is retransmissions.",
    why: "Packets are lost on the way.",
    remedy: "Look at the drops of interfaces on the path, and at its MTU.",
  },
  {
    ...ordinary,
    name: "rto-backoff",
    filter: "tcp_info.backoff >= 3 and timer = retransmit",
    show: ["tcp_info.rto", "send_q"],
    message: "The peer has not answered several retransmissions in a row.",
    why: "The time to the next one doubles each time.",
    remedy: "Look whether the peer, and the path to it, are up.",
  },
  {
    ...ordinary,
    name: "udp-drops",
    filter: "protocol = UDP and ( skmeminfo.drops > 0 or drops > 0 )",
    message: "Datagrams were dropped because the program did not read them in time.",
    why: "They are lost.",
    remedy: "Read faster, or raise SO_RCVBUF and net.core.rmem_max.",
  },
  {
    ...ordinary,
    name: "exposed-port",
    filter: `state = listening and sport in ${INTERNAL_PORTS} and ( src 0.0.0.0 or src = :: )`,
    message: "A datastore, or a port for administration, listens on all addresses.",
    why: "Everybody who can reach the machine can reach it.",
    remedy: "Bind it to the loopback, or to an internal address.",
  },
  {
    ...ordinary,
    name: "reuseport-uneven",
    filter: "state = listening and backlog > 0 and backlog >= backlog_limit",
    over: "local address",
    beside: "state = listening and backlog = 0",
    message: "One listener of a SO_REUSEPORT group is full while another has nothing to do.",
    why: "The kernel spreads connections by a hash: those of the full one wait or are dropped.",
    remedy: "Find out why its process does not accept, or end that process.",
  },
  {
    ...ordinary,
    name: "inherited-listener",
    filter: "state = listening and not comm = systemd",
    differ: "owners.exe",
    message: "Different programs hold one listener.",
    why:
      "A child has inherited it: the port stays in use when the service ends, and what the child accepts nobody serves.",
    remedy: "Open the listener with SOCK_CLOEXEC.",
  },
];
