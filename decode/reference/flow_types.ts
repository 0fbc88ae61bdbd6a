/**
 * The fields of each family's sockets as TypeScript types. `deno task fields` writes this file from the tables that
 * decode; [docs/fields.md](../../docs/fields.md) says more of each field.
 */

/** A socket of TCP: what the kernel or a lookup did not tell is not there. */
export type TcpFlow = {
  /** Name of the family. */
  protocol: "TCP";
  /** Address family. */
  family?: "inet" | "inet6" | "unknown";
  /** Number of family; only there if this program has no word for the value. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state; only there if this program has no word for the value. */
  state_raw?: number;
  /** Local address. */
  src?: string;
  /** Local port. */
  src_port?: number;
  /** Remote address. */
  dst?: string;
  /** Remote port. */
  dst_port?: number;
  /** Index of the interface that the socket is bound to, 0 for none. */
  iface_idx?: number;
  /** Bytes received and not yet read by the process; a FIN of TCP counts as 1. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Bytes written and not yet acknowledged by the peer; a SYN or FIN of TCP counts as 1, so it is 1 in syn-sent. It has no meaning before a deferred connect (TCP_FASTOPEN_CONNECT) has sent anything. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** The timer that runs out next. */
  timer?: "off" | "retransmit" | "keepalive" | "timewait" | "zero-window-probe" | "delayed-ack" | "unknown";
  /** Number of timer; only there if this program has no word for the value. */
  timer_raw?: number;
  /** Time until the timer runs out; only while one runs. In ms. */
  expires?: number;
  /** Retransmissions of the oldest data (timer retransmit), unanswered probes (keepalive, zero-window-probe), or SYN-ACKs sent again (syn-recv). */
  retrans?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it. */
  inode?: number;
  /** Unique number of the socket; not used again until the machine restarts. */
  cookie?: string;
  /** Directions that are closed: 1 receiving, 2 sending, 3 both. */
  shutdown?: number;
  /** Directions that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names; only there if this program has no word for the value. */
  shutdown_names_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  shutdown_extra?: string;
  /** Whether an IPv6 listener refuses IPv4 (IPV6_V6ONLY). */
  v6only?: boolean;
  /** Bytes that the kernel sent after those that this program knows. */
  v6only_extra?: string;
  /** Type-of-service byte of IPv4 packets (IP_TOS). */
  tos?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  tos_extra?: string;
  /** Traffic class of IPv6 packets (IPV6_TCLASS). */
  tclass?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  tclass_extra?: string;
  /** Network class of the control group; without one, the socket's priority (SO_PRIORITY). */
  class_id?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  class_id_extra?: string;
  /** Mark of the packets that the socket sends (SO_MARK). */
  mark?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  mark_extra?: string;
  /** Number of the socket's control group (version 2). */
  cgroup_id?: string;
  /** Bytes that the kernel sent after those that this program knows. */
  cgroup_id_extra?: string;
  /** Options of the IP layer that are on. */
  sockopts?: ("recverr" | "is_icsk" | "freebind" | "hdrincl" | "mc_loop" | "transparent" | "mc_all" | "nodefrag" | "bind_address_no_port" | "recverr_rfc4884" | "defer_connect")[];
  /** Number of sockopts; only there if this program has no word for the value. */
  sockopts_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  sockopts_extra?: string;
  /** Memory of the socket in the older, shorter form. */
  meminfo?: {
    /** Memory charged for received data. In bytes. */
    r?: number;
    /** Memory of the send queue. In bytes. */
    w?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    f?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    t?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  meminfo_extra?: string;
  /** Memory of the socket (SK_MEMINFO_*). */
  skmeminfo?: {
    /** Memory charged for received data. In bytes. */
    rmem_alloc?: number;
    /** Limit of the receive buffer. In bytes. */
    rcvbuf?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    wmem_alloc?: number;
    /** Limit of the send buffer. In bytes. */
    sndbuf?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    fwd_alloc?: number;
    /** Memory of the send queue. In bytes. */
    wmem_queued?: number;
    /** Memory of socket options and ancillary data. In bytes. */
    optmem?: number;
    /** Data that arrived while the socket was in use by its process. In bytes. */
    backlog?: number;
    /** Packets that the socket dropped. In packets. */
    drops?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  skmeminfo_extra?: string;
  /** Name of the congestion control. */
  cong_algo?: string;
  /** Exact bytes of cong_algo; only there if they are not valid UTF-8. */
  cong_algo_hex?: string;
  /** State of the protocol; left out for time-wait, syn-recv and bound-inactive sockets. */
  tcp_info?: {
    /** State of the connection. */
    state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
    /** Number of state; only there if this program has no word for the value. */
    state_raw?: number;
    /** Number of the congestion control's state. */
    ca_state?: number;
    /** State of congestion control. */
    ca_state_name?: "open" | "disorder" | "cwr" | "recovery" | "loss" | "unknown";
    /** Number of ca_state_name; only there if this program has no word for the value. */
    ca_state_name_raw?: number;
    /** Consecutive timeouts since data was last acknowledged. */
    retransmits?: number;
    /** Unanswered window or keepalive probes. */
    probes?: number;
    /** Number of times that the timeout was doubled. */
    backoff?: number;
    /** Options in use on this connection. */
    opts?: ("ts" | "sack" | "wscale" | "ecn" | "ecnseen" | "fastopen" | "usec_ts" | "tfo_child")[];
    /** Number of opts; only there if this program has no word for the value. */
    opts_raw?: number;
    /** Shift of the window that the peer announces. In bits. */
    snd_wscale?: number;
    /** Shift of the window that this side announces. In bits. */
    rcv_wscale?: number;
    /** 1 if delivery_rate was measured while the application sent less than it could. */
    delivery_rate_app_limited?: number;
    /** Why Fast Open failed on the active side. */
    fastopen_client_fail?: "none" | "cookie-unavailable" | "data-not-acked" | "syn-retransmitted" | "unknown";
    /** Number of fastopen_client_fail; only there if this program has no word for the value. */
    fastopen_client_fail_raw?: number;
    /** Retransmission timeout. In ms. */
    rto?: number;
    /** Delay of acknowledgements. In ms. */
    ato?: number;
    /** Size of segments sent, without options. In bytes. */
    snd_mss?: number;
    /** Estimated size of received segments. In bytes. */
    rcv_mss?: number;
    /** Segments in flight; for a listener, connections that wait to be accepted. In segments. */
    unacked?: number;
    /** Segments reported by SACK; for a listener, the limit of waiting connections. In segments. */
    sacked?: number;
    /** Segments considered lost. In segments. */
    lost?: number;
    /** Retransmitted segments in flight. In segments. */
    retrans?: number;
    /** Unused, 0 in current kernels. In segments. */
    fackets?: number;
    /** Time since data was sent. In ms. */
    last_data_sent?: number;
    /** Unused, always 0. In ms. */
    last_ack_sent?: number;
    /** Time since data was received. In ms. */
    last_data_recv?: number;
    /** Time since an acknowledgement was received. In ms. */
    last_ack_recv?: number;
    /** Path MTU. In bytes. */
    pmtu?: number;
    /** Current limit of the window that this side announces. In bytes. */
    rcv_ssthresh?: number;
    /** Smoothed round-trip time. In ms. */
    rtt?: number;
    /** Mean deviation of the round-trip time. In ms. */
    rttvar?: number;
    /** Slow-start threshold; null while there is none. In segments. */
    snd_ssthresh?: number | null;
    /** Congestion window. In segments. */
    snd_cwnd?: number;
    /** Segment size announced to the peer. In bytes. */
    advmss?: number;
    /** Distance of reordering that is tolerated. In segments. */
    reordering?: number;
    /** Round-trip time as the receiver sees it; 0 before the first sample. In ms. */
    rcv_rtt?: number;
    /** Receive buffer space that automatic tuning aims at. In bytes. */
    rcv_space?: number;
    /** Segments retransmitted since the connection was made. In segments. */
    total_retrans?: number;
    /** Rate of pacing; 18446744073709551615 for no limit. In bytes/s. */
    pacing_rate?: bigint;
    /** Limit of pacing (SO_MAX_PACING_RATE); 18446744073709551615 for none. In bytes/s. */
    max_pacing_rate?: bigint;
    /** Data acknowledged by the peer. In bytes. */
    bytes_acked?: bigint;
    /** Data received in order. In bytes. */
    bytes_received?: bigint;
    /** Segments sent. In segments. */
    segs_out?: number;
    /** Segments received. In segments. */
    segs_in?: number;
    /** Data written and not yet sent. In bytes. */
    notsent_bytes?: number;
    /** Smallest recent round-trip time; null before the first sample. In us. */
    min_rtt?: number | null;
    /** Segments with data received. In segments. */
    data_segs_in?: number;
    /** Segments with data sent. In segments. */
    data_segs_out?: number;
    /** Latest rate at which data reached the peer. In bytes/s. */
    delivery_rate?: bigint;
    /** Time with data to send. In us. */
    busy_time?: bigint;
    /** Part of busy_time spent waiting for the peer's window. In us. */
    rwnd_limited?: bigint;
    /** Part of busy_time spent waiting for space in the send buffer. In us. */
    sndbuf_limited?: bigint;
    /** Segments that reached the peer. In segments. */
    delivered?: number;
    /** Segments that reached the peer with a congestion mark. In segments. */
    delivered_ce?: number;
    /** Data sent, retransmissions included. In bytes. */
    bytes_sent?: bigint;
    /** Data retransmitted. In bytes. */
    bytes_retrans?: bigint;
    /** Duplicates reported by DSACK. */
    dsack_dups?: number;
    /** Number of times that reordering was detected. */
    reord_seen?: number;
    /** Segments received out of order. In segments. */
    rcv_ooopack?: number;
    /** Window that the peer announces. In bytes. */
    snd_wnd?: number;
    /** Window that this side announces. In bytes. */
    rcv_wnd?: number;
    /** Number of times that another path was tried after timeouts. */
    rehash?: number;
    /** Timeouts, including those of SYN. */
    total_rto?: number;
    /** Recoveries after timeouts. */
    total_rto_recoveries?: number;
    /** Time spent in those recoveries. In ms. */
    total_rto_time?: number;
    /** Segments received with a congestion mark. In segments. */
    received_ce?: number;
    /** Data that reached the peer marked ECT(1). In bytes. */
    delivered_e1_bytes?: number;
    /** Data that reached the peer marked ECT(0). In bytes. */
    delivered_e0_bytes?: number;
    /** Data that reached the peer with a congestion mark. In bytes. */
    delivered_ce_bytes?: number;
    /** Data received marked ECT(1). In bytes. */
    received_e1_bytes?: number;
    /** Data received marked ECT(0). In bytes. */
    received_e0_bytes?: number;
    /** Data received with a congestion mark. In bytes. */
    received_ce_bytes?: number;
    /** Kind of ECN that was negotiated. */
    ecn_mode?: "disabled" | "rfc3168" | "accecn" | "pending" | "unknown";
    /** Number of ecn_mode; only there if this program has no word for the value. */
    ecn_mode_raw?: number;
    /** Form of the peer's Accurate ECN option. */
    accecn_opt_seen?: "not-seen" | "empty" | "counters" | "failed" | "unknown";
    /** Number of accecn_opt_seen; only there if this program has no word for the value. */
    accecn_opt_seen_raw?: number;
    /** What stopped Accurate ECN. */
    accecn_fail_mode?: ("ace-send" | "ace-recv" | "opt-send" | "opt-recv")[];
    /** Number of accecn_fail_mode; only there if this program has no word for the value. */
    accecn_fail_mode_raw?: number;
    /** Further options, none of them known. */
    options2?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  tcp_info_extra?: string;
  /** State of the delay-based congestion controls (vegas, veno, yeah, nv, illinois, westwood). */
  vegasinfo?: {
    /** Not 0 while the delay-based mode is on. */
    enabled?: number;
    /** Samples in this round. */
    rttcnt?: number;
    /** Base or average round-trip time, depending on the algorithm. In us. */
    rtt?: number;
    /** Smallest round-trip time; null before the first sample. In us. */
    minrtt?: number | null;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  vegasinfo_extra?: string;
  /** State of congestion control dctcp. */
  dctcpinfo?: {
    /** 0 if the connection has no ECN and dctcp acts like reno. */
    enabled?: number;
    /** Congestion mark of the packet received last. */
    ce_state?: number;
    /** Part of the data that is marked, as estimated. In 1/1024. */
    alpha?: number;
    /** Marked data acknowledged in this window. In bytes. */
    ab_ecn?: number;
    /** Data acknowledged in this window. In bytes. */
    ab_tot?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  dctcpinfo_extra?: string;
  /** State of congestion control bbr. */
  bbrinfo?: {
    /** Bandwidth as estimated (bbr_bw_lo and bbr_bw_hi). In bytes/s. */
    bw?: bigint;
    /** Smallest recent round-trip time; null before the first sample. In us. */
    min_rtt?: number | null;
    /** Factor of the pacing rate. In 1/256. */
    pacing_gain?: number;
    /** Factor of the congestion window. In 1/256. */
    cwnd_gain?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  bbrinfo_extra?: string;
  /** Protocol on top of TCP in the kernel. */
  ulp?: {
    /** Name of the protocol: tls, mptcp, espintcp and others. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Kernel TLS. */
    tls?: {
      /** Version of TLS. */
      version?: "1.2" | "1.3" | "unknown";
      /** Number of version; only there if this program has no word for the value. */
      version_raw?: number;
      /** Bytes that the kernel sent after those that this program knows. */
      version_extra?: string;
      /** Cipher. */
      cipher?: "aes-gcm-128" | "aes-gcm-256" | "aes-ccm-128" | "chacha20-poly1305" | "sm4-gcm" | "sm4-ccm" | "aria-gcm-128" | "aria-gcm-256" | "unknown";
      /** Number of cipher; only there if this program has no word for the value. */
      cipher_raw?: number;
      /** Bytes that the kernel sent after those that this program knows. */
      cipher_extra?: string;
      /** Where sent records are encrypted. */
      txconf?: "base" | "sw" | "hw" | "hw-record" | "unknown";
      /** Number of txconf; only there if this program has no word for the value. */
      txconf_raw?: number;
      /** Bytes that the kernel sent after those that this program knows. */
      txconf_extra?: string;
      /** Where received records are decrypted. */
      rxconf?: "base" | "sw" | "hw" | "hw-record" | "unknown";
      /** Number of rxconf; only there if this program has no word for the value. */
      rxconf_raw?: number;
      /** Bytes that the kernel sent after those that this program knows. */
      rxconf_extra?: string;
      /** Read-only data is sent without a copy. */
      zc_ro_tx?: boolean;
      /** Received records are expected to have no padding. */
      rx_no_pad?: boolean;
      /** Maximum data in a sent record. In bytes. */
      tx_max_payload_len?: number;
      /** Bytes that the kernel sent after those that this program knows. */
      tx_max_payload_len_extra?: string;
      /** Attributes that the kernel sent and this program does not know. */
      unknown?: ({
        /** Number of an attribute that this program does not know. */
        type?: number;
        /** Payload of an attribute that this program does not know, byte by byte. */
        hex?: string;
      })[];
    };
    /** Multipath TCP: this connection as a subflow. */
    mptcp?: {
      /** Properties of the subflow. */
      flags?: ("mcap_rem" | "mcap_loc" | "join_rem" | "join_loc" | "bkup_rem" | "bkup_loc" | "fully_established" | "connected" | "mapvalid")[];
      /** Number of flags; only there if this program has no word for the value. */
      flags_raw?: number;
      /** Bytes that the kernel sent after those that this program knows. */
      flags_extra?: string;
      /** Token of the peer. */
      token_rem?: number;
      /** Bytes that the kernel sent after those that this program knows. */
      token_rem_extra?: string;
      /** Token of this side, the same on the MPTCP socket. */
      token_loc?: number;
      /** Bytes that the kernel sent after those that this program knows. */
      token_loc_extra?: string;
      /** Number of the peer's address. */
      id_rem?: number;
      /** Bytes that the kernel sent after those that this program knows. */
      id_rem_extra?: string;
      /** Number of this side's address. */
      id_loc?: number;
      /** Bytes that the kernel sent after those that this program knows. */
      id_loc_extra?: string;
      /** Write sequence relative to the subflow's start. */
      relwrite_seq?: number;
      /** Bytes that the kernel sent after those that this program knows. */
      relwrite_seq_extra?: string;
      /** Data sequence number at which the current mapping starts. */
      map_seq?: bigint;
      /** Bytes that the kernel sent after those that this program knows. */
      map_seq_extra?: string;
      /** Subflow sequence number at which the current mapping starts. */
      map_sfseq?: number;
      /** Bytes that the kernel sent after those that this program knows. */
      map_sfseq_extra?: string;
      /** Distance of TCP and subflow sequence numbers. */
      ssn_offset?: number;
      /** Bytes that the kernel sent after those that this program knows. */
      ssn_offset_extra?: string;
      /** Length of the current mapping. In bytes. */
      map_datalen?: number;
      /** Bytes that the kernel sent after those that this program knows. */
      map_datalen_extra?: string;
      /** Attributes that the kernel sent and this program does not know. */
      unknown?: ({
        /** Number of an attribute that this program does not know. */
        type?: number;
        /** Payload of an attribute that this program does not know, byte by byte. */
        hex?: string;
      })[];
    };
    /** Attributes that the kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
  };
  /** Peers whose segments must be signed with MD5 (RFC 2385). The keys themselves are secrets and never shown. */
  md5sig?: ({
    /** Address of the peer. */
    addr?: string;
    /** Length of the prefix of addresses that the key is for. In bits. */
    prefixlen?: number;
    /** Length of the key. In bytes. */
    keylen?: number;
  })[];
  /** Values that BPF programs store for the socket; only with --bpf-maps. */
  bpf_storages?: ({
    /** Number of the BPF map. */
    map_id?: number;
    /** Bytes that the kernel sent after those that this program knows. */
    map_id_extra?: string;
    /** Value of this socket in the map, byte by byte. */
    value?: string;
    /** Attributes that the kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
    /** Name of the BPF map, if it has one. */
    map_name?: string;
    /** Exact bytes of map_name; only there if they are not valid UTF-8. */
    map_name_hex?: string;
    /** Members of the value, if the map has types (BTF). Nested structures are replaced by their members. */
    members?: ({
      /** The member as an expression of C, such as `peer.ports[2]`; left out if the value is not a structure. */
      name?: string;
      /** Exact bytes of name; only there if they are not valid UTF-8. */
      name_hex?: string;
      /** Its value: a number, an enumerator, `true` or `false`, the text of a `char[]`, other byte arrays in hexadecimal. */
      value?: string;
      /** Exact bytes of value; only there if they are not valid UTF-8. */
      value_hex?: string;
    })[];
  })[];
  /** Attributes that the kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Acknowledgements that will be sent at once, from `/proc/net`. In segments. */
  quick_acks?: number;
  /** Whether both sides send in turn, so that acknowledgements wait to be sent with data; from `/proc/net`. */
  pingpong?: boolean;
  /** Limit of waiting Fast Open requests (listeners), from `/proc/net`. In connections. */
  fastopen_max_qlen?: number;
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** BPF maps that hold the socket: programs redirect data to it, or choose it for connections; only with --socket-maps. */
  bpf_maps?: ({
    /** Number of the map. */
    id?: number;
    /** Its name, if it has one. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its type. */
    type?: "sockmap" | "sockhash" | "reuseport_sockarray";
  })[];
  /** Name of the interface iface_idx, if it exists now. */
  iface?: string;
  /** Exact bytes of iface; only there if they are not valid UTF-8. */
  iface_hex?: string;
  /** Whether the route is known; only with --route. resolved: it is. foreign: it is, but the local address is not of this machine (any more), and the route is that without it. unreachable: there is none. prohibited, discarded: a rule or route forbids the packets, or drops them (blackhole). unconnected: the socket has no destination. denied: routing depends on the mark, which the kernel does not tell without CAP_NET_ADMIN. failed: the kernel could not be asked, or only /proc/net has the socket. */
  route_status?: "resolved" | "foreign" | "unreachable" | "prohibited" | "discarded" | "unconnected" | "denied" | "failed";
  /** The route that the kernel would choose now for packets of this socket; only with --route. */
  route?: {
    /** What becomes of the packets: unicast ones go on to one destination, local ones stay on this machine. */
    type?: "unicast" | "local" | "broadcast" | "anycast" | "multicast" | "blackhole" | "unreachable" | "prohibit";
    /** Name of the interface that they leave by. */
    iface?: string;
    /** Exact bytes of iface; only there if they are not valid UTF-8. */
    iface_hex?: string;
    /** Index of that interface. */
    iface_idx?: number;
    /** The next router; left out if the destination is on the link. */
    gateway?: string;
    /** Source address of the route, if it is not the local address of the socket. */
    src?: string;
    /** Number of the routing table: 254 is main, 255 local. */
    table?: number;
    /** Largest packet: of the route, or learned from routers (path MTU discovery). Else that of the interface counts. Only if the route says so. In bytes. */
    mtu?: number;
    /** Largest window to advertise. Only if the route says so. In bytes. */
    window?: number;
    /** Slow start threshold to begin with. Only if the route says so. In packets. */
    ssthresh?: number;
    /** Largest congestion window, if it is locked. Only if the route says so. In packets. */
    cwnd?: number;
    /** Segment size to advertise. Only if the route says so. In bytes. */
    advmss?: number;
    /** Reordering to begin with. Only if the route says so. In packets. */
    reordering?: number;
    /** Hop limit of packets. Only if the route says so. */
    hoplimit?: number;
    /** Congestion window to begin with. Only if the route says so. In packets. */
    initcwnd?: number;
    /** Least retransmission timeout. Only if the route says so. In ms. */
    rto_min?: number;
    /** Receive window to begin with. Only if the route says so. In packets. */
    initrwnd?: number;
    /** Whether acknowledgements are sent at once. Only if the route says so. */
    quickack?: number;
    /** Congestion control for connections over the route, if it names one. */
    congestion?: string;
    /** Exact bytes of congestion; only there if they are not valid UTF-8. */
    congestion_hex?: string;
    /** Time until a learned path MTU is forgotten, or an IPv6 route. In ms. */
    expires?: number;
  };
  /** What TCP remembers of earlier connections between the two addresses, and begins new ones with; only with --route. Left out if it remembers nothing. */
  tcp_metrics?: {
    /** Time since it was last updated. In ms. */
    age?: number;
    /** Smoothed round-trip time. In ms. */
    rtt?: number;
    /** Its variation. In ms. */
    rttvar?: number;
    /** Slow start threshold. In packets. */
    ssthresh?: number;
    /** Congestion window. In packets. */
    cwnd?: number;
    /** Reordering. In packets. */
    reordering?: number;
    /** Segment size for TCP Fast Open. In bytes. */
    fastopen_mss?: number;
    /** How often a SYN with data got no answer. */
    fastopen_syn_drops?: number;
  };
  /** Whether a translation is known; only with --nat. translated: it is. none: when the listing began, the namespaces that are listed translated nothing for this connection. ambiguous: several translations fit. unconnected: the socket has no remote end. denied: connections are tracked and may not be read. failed: they could not be read, or only /proc/net has the socket. */
  nat_status?: "translated" | "none" | "ambiguous" | "unconnected" | "denied" | "failed";
  /** Translation of addresses and ports of the connection (NAT) in this network namespace, or in another that is listed; only with --nat. */
  nat?: {
    /** Which of the two directions the packets are that this socket sends: that of the end that connected (original), or the other. */
    direction?: "original" | "reply";
    /** Packets of the end that connected, as they are before the translation. */
    original?: {
      /** Their source address. */
      src?: string;
      /** Their source port. */
      src_port?: number;
      /** Their destination address. */
      dst?: string;
      /** Their destination port. */
      dst_port?: number;
    };
    /** Packets of the other end, as they are before the translation. */
    reply?: {
      /** Their source address. */
      src?: string;
      /** Their source port. */
      src_port?: number;
      /** Their destination address. */
      dst?: string;
      /** Their destination port. */
      dst_port?: number;
    };
    /** Inode of the network namespace that translates, if it is not that of the socket. */
    netns_inode?: number;
    /** Mark of the connection. */
    mark?: number;
    /** Zone of the connection, if not 0. */
    zone?: number;
    /** Time until the kernel forgets it. In s. */
    timeout?: number;
  };
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user; only there if they are not valid UTF-8. */
  user_hex?: string;
  /** Path of the control group cgroup_id below the root of the version 2 hierarchy, if it still exists and is visible. Without cgroup_id: the group of the owners (any version), if all are in the same one; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Innermost systemd unit in the path; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit; only there if they are not valid UTF-8. */
  unit_hex?: string;
  /** Innermost container in the path; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
    id?: string;
    /** Exact bytes of id; only there if they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; left out if the path does not tell. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; left out if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, as in net:[INODE]. */
    inode?: number;
    /** Its file name in /run/netns; root for the namespace of process 1. Most have no name. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its cookie, which is not used again until the machine restarts; BPF programs see it. */
    cookie?: string;
  };
  /** Inode of the socket at the other end, if a process holds it and its network namespace is asked; only with --peers. */
  peer_inode?: number;
  /** The processes that hold the socket at the other end, or the listener if that socket waits to be accepted; only with --peers, for UNIX sockets also with -p. */
  peer_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** SELinux context of the socket, if a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context; only there if they are not valid UTF-8. */
  context_hex?: string;
  /** Whether the options were read. resolved: they were. none: no process is known to have a descriptor of it. denied: they may not be read. gone: the descriptor has been closed meanwhile. linger: closing a duplicate could wait (SO_LINGER). class: a duplicate would change its class (net_cls, net_prio). state: a duplicate would disturb the start or the end of the connection, or the state is not known. */
  options_status?: "resolved" | "none" | "denied" | "gone" | "linger" | "class" | "state";
  /** Options that its program has set, or their defaults (getsockopt(2)), read through a duplicate of a descriptor; only with --sockopts. */
  options?: SocketOptions;
  /** Inode of the listener at which the socket waits to be accepted, if there is only one candidate; only with -p. */
  listener_inode?: number;
  /** The processes that hold that listener; only with -p. */
  listener_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** The part of the kernel that owns the socket, if no process holds it; only with -p. */
  kernel_owner?: {
    /** Kind of the owner: a tunnel, nfsd, lockd of NFS, or the kernel's end of netlink. Tunnels are found by their port. */
    kind?: "vxlan" | "geneve" | "bareudp" | "gtp" | "wireguard" | "nfsd" | "lockd" | "netlink";
    /** Interface of the tunnel, if only one can use the socket. */
    iface?: string;
    /** Exact bytes of iface; only there if they are not valid UTF-8. */
    iface_hex?: string;
    /** Interfaces of the tunnels, if several share the port. */
    ifaces?: (string)[];
  };
  /** All processes that hold the socket; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, if it has its own descriptors; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe; only there if they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may contain secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** True if the arguments were cut off, else left out. At most 4 kB are kept for each process, and less after a total of 8 MB. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user; only there if they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context; only there if they are not valid UTF-8. */
    context_hex?: string;
    /** Start time since the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances in which the socket is registered. It may have no other descriptor of the socket. */
    io_uring_fds?: (number)[];
    /** True if it has no descriptor of the socket but has mapped its ring, else left out. */
    mapped?: boolean;
    /** Its descriptors of the socket, and of the io_urings that hold it, with their flags; only with --descriptors. */
    descriptors?: ({
      /** The descriptor. */
      fd?: number;
      /** Its flags. cloexec: a program started by exec does not inherit it. nonblock: calls do not wait. async: signals report data. Left out if the descriptor has been closed meanwhile or cannot be read. */
      flags?: ("nonblock" | "async" | "cloexec")[];
      /** How it leads to the socket: descriptor, or io_uring for the descriptor of an io_uring in which the socket is registered. */
      via?: "descriptor" | "io_uring";
    })[];
    /** Path of its control group (version 2, else version 1); only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Innermost systemd unit in the path; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit; only there if they are not valid UTF-8. */
    unit_hex?: string;
    /** Innermost container in the path; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
      id?: string;
      /** Exact bytes of id; only there if they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; left out if the path does not tell. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; left out if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known. resolved: they are. none: no process holds the socket. kernel: the kernel itself owns it, see kernel_owner. unaccepted: it waits to be accepted by a listener. denied: a process that may not be read, or is not visible, may hold it. raced: a process that has ended meanwhile may have held it. */
  owner_status?: "resolved" | "none" | "kernel" | "unaccepted" | "denied" | "raced";
  /** Whether the epoll instances are known; only with --watchers. resolved: they are. none: none watches the socket. denied: a process that may not be read, or is not visible, may have one. raced: a process that has ended meanwhile may have had one. */
  watchers_status?: "resolved" | "none" | "denied" | "raced";
  /** Epoll instances that watch the socket; only with --watchers. */
  watchers?: ({
    /** Number of a process that has the epoll instance. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Its descriptor of the epoll instance. */
    epoll_fd?: number;
    /** The descriptor by which the socket was added; it may have been closed or used again since. */
    fd?: number;
    /** The events that it waits for, in the words of epoll_ctl(2) without EPOLL; et is edge-triggered. */
    events?: ("in" | "pri" | "out" | "err" | "hup" | "nval" | "rdnorm" | "rdband" | "wrnorm" | "wrband" | "msg" | "rdhup" | "exclusive" | "wakeup" | "oneshot" | "et")[];
  })[];
  /** Whether the threads are known; only with --waiters. resolved: they are. none: no thread of the owners waits, or nobody holds the socket. denied: some threads may not be read, or the owners are not known. */
  waiters_status?: "resolved" | "none" | "denied";
  /** Threads of the owners that wait in a call on the socket, with --watchers also those that wait on an epoll instance that watches it; only with --waiters. */
  waiters?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread. */
    tid?: number;
    /** Name of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** The system call that it waits in. */
    call?: "accept" | "accept4" | "close" | "connect" | "epoll_pwait" | "epoll_pwait2" | "epoll_wait" | "io_uring_enter" | "read" | "readv" | "recvfrom" | "recvmmsg" | "recvmsg" | "sendfile" | "sendmmsg" | "sendmsg" | "sendto" | "shutdown" | "splice" | "write" | "writev";
    /** The descriptor that it waits on: of the socket, of the io_uring that holds it, or of the epoll instance. */
    fd?: number;
  })[];
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host; only there if they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host; only there if they are not valid UTF-8. */
  dst_host_hex?: string;
  /** What closing the socket has led to; only with -K. */
  kill?: {
    /** The result. closed: the kernel has closed it; gone: it was closed by somebody else before; not-supported: the kernel cannot close sockets of this kind; without errno it was not asked; denied: not permitted: needs CAP_NET_ADMIN in the network namespace of the socket; not-reachable: it is or may be still there, but the kernel finds another socket with the same addresses, or none; dry-run: it would be closed without --dry-run. */
    result?: string;
    /** Name of the kernel's error; absent if there was none. */
    errno?: string;
  };
  /** What was counted between two listings, per second. Only for sockets that both have; only with --rates. */
  rates?: {
    /** Rate of drops between two listings. In packets/s. */
    drops?: number;
    /** Rate of total_retrans between two listings. In segments/s. */
    retrans?: number;
    /** Rate of bytes_acked between two listings. In bytes/s. */
    bytes_acked?: number;
    /** Rate of bytes_received between two listings. In bytes/s. */
    bytes_received?: number;
    /** Rate of segs_out between two listings. In segments/s. */
    segs_out?: number;
    /** Rate of segs_in between two listings. In segments/s. */
    segs_in?: number;
    /** Rate of data_segs_in between two listings. In segments/s. */
    data_segs_in?: number;
    /** Rate of data_segs_out between two listings. In segments/s. */
    data_segs_out?: number;
    /** Rate of busy_time between two listings. In us/s. */
    busy_time?: number;
    /** Rate of rwnd_limited between two listings. In us/s. */
    rwnd_limited?: number;
    /** Rate of sndbuf_limited between two listings. In us/s. */
    sndbuf_limited?: number;
    /** Rate of delivered between two listings. In segments/s. */
    delivered?: number;
    /** Rate of delivered_ce between two listings. In segments/s. */
    delivered_ce?: number;
    /** Rate of bytes_sent between two listings. In bytes/s. */
    bytes_sent?: number;
    /** Rate of bytes_retrans between two listings. In bytes/s. */
    bytes_retrans?: number;
    /** Rate of dsack_dups between two listings. In 1/s. */
    dsack_dups?: number;
    /** Rate of reord_seen between two listings. In 1/s. */
    reord_seen?: number;
    /** Rate of rcv_ooopack between two listings. In segments/s. */
    rcv_ooopack?: number;
    /** Rate of rehash between two listings. In 1/s. */
    rehash?: number;
    /** Rate of total_rto between two listings. In 1/s. */
    total_rto?: number;
    /** Rate of total_rto_recoveries between two listings. In 1/s. */
    total_rto_recoveries?: number;
    /** Rate of total_rto_time between two listings. In ms/s. */
    total_rto_time?: number;
    /** Rate of received_ce between two listings. In segments/s. */
    received_ce?: number;
    /** Rate of delivered_e1_bytes between two listings. In bytes/s. */
    delivered_e1_bytes?: number;
    /** Rate of delivered_e0_bytes between two listings. In bytes/s. */
    delivered_e0_bytes?: number;
    /** Rate of delivered_ce_bytes between two listings. In bytes/s. */
    delivered_ce_bytes?: number;
    /** Rate of received_e1_bytes between two listings. In bytes/s. */
    received_e1_bytes?: number;
    /** Rate of received_e0_bytes between two listings. In bytes/s. */
    received_e0_bytes?: number;
    /** Rate of received_ce_bytes between two listings. In bytes/s. */
    received_ce_bytes?: number;
    /** Share of bytes_retrans in bytes_sent between two listings, from 0 to 1; left out if nothing was sent. */
    retrans_ratio?: number;
  };
  /** When it was received (-E), when the round started (--watch), or when the run started or was recorded (--columns time); in UTC. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** A socket of MPTCP: what the kernel or a lookup did not tell is not there. */
export type MptcpFlow = {
  /** Name of the family. */
  protocol: "MPTCP";
  /** Address family. */
  family?: "inet" | "inet6" | "unknown";
  /** Number of family; only there if this program has no word for the value. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state; only there if this program has no word for the value. */
  state_raw?: number;
  /** Local address. */
  src?: string;
  /** Local port. */
  src_port?: number;
  /** Remote address. */
  dst?: string;
  /** Remote port. */
  dst_port?: number;
  /** Index of the interface that the socket is bound to, 0 for none. */
  iface_idx?: number;
  /** Bytes received and not yet read by the process; a FIN of TCP counts as 1. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Bytes written and not yet acknowledged by the peer; a SYN or FIN of TCP counts as 1, so it is 1 in syn-sent. It has no meaning before a deferred connect (TCP_FASTOPEN_CONNECT) has sent anything. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** The timer that runs out next. */
  timer?: "off" | "retransmit" | "keepalive" | "timewait" | "zero-window-probe" | "delayed-ack" | "unknown";
  /** Number of timer; only there if this program has no word for the value. */
  timer_raw?: number;
  /** Time until the timer runs out; only while one runs. In ms. */
  expires?: number;
  /** Retransmissions of the oldest data (timer retransmit), unanswered probes (keepalive, zero-window-probe), or SYN-ACKs sent again (syn-recv). */
  retrans?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it. */
  inode?: number;
  /** Unique number of the socket; not used again until the machine restarts. */
  cookie?: string;
  /** Directions that are closed: 1 receiving, 2 sending, 3 both. */
  shutdown?: number;
  /** Directions that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names; only there if this program has no word for the value. */
  shutdown_names_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  shutdown_extra?: string;
  /** Whether an IPv6 listener refuses IPv4 (IPV6_V6ONLY). */
  v6only?: boolean;
  /** Bytes that the kernel sent after those that this program knows. */
  v6only_extra?: string;
  /** Type-of-service byte of IPv4 packets (IP_TOS). */
  tos?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  tos_extra?: string;
  /** Traffic class of IPv6 packets (IPV6_TCLASS). */
  tclass?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  tclass_extra?: string;
  /** Network class of the control group; without one, the socket's priority (SO_PRIORITY). */
  class_id?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  class_id_extra?: string;
  /** Mark of the packets that the socket sends (SO_MARK). */
  mark?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  mark_extra?: string;
  /** Number of the socket's control group (version 2). */
  cgroup_id?: string;
  /** Bytes that the kernel sent after those that this program knows. */
  cgroup_id_extra?: string;
  /** Options of the IP layer that are on. */
  sockopts?: ("recverr" | "is_icsk" | "freebind" | "hdrincl" | "mc_loop" | "transparent" | "mc_all" | "nodefrag" | "bind_address_no_port" | "recverr_rfc4884" | "defer_connect")[];
  /** Number of sockopts; only there if this program has no word for the value. */
  sockopts_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  sockopts_extra?: string;
  /** Memory of the socket in the older, shorter form. */
  meminfo?: {
    /** Memory charged for received data. In bytes. */
    r?: number;
    /** Memory of the send queue. In bytes. */
    w?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    f?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    t?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  meminfo_extra?: string;
  /** Memory of the socket (SK_MEMINFO_*). */
  skmeminfo?: {
    /** Memory charged for received data. In bytes. */
    rmem_alloc?: number;
    /** Limit of the receive buffer. In bytes. */
    rcvbuf?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    wmem_alloc?: number;
    /** Limit of the send buffer. In bytes. */
    sndbuf?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    fwd_alloc?: number;
    /** Memory of the send queue. In bytes. */
    wmem_queued?: number;
    /** Memory of socket options and ancillary data. In bytes. */
    optmem?: number;
    /** Data that arrived while the socket was in use by its process. In bytes. */
    backlog?: number;
    /** Packets that the socket dropped. In packets. */
    drops?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  skmeminfo_extra?: string;
  /** Name of the congestion control. */
  cong_algo?: string;
  /** Exact bytes of cong_algo; only there if they are not valid UTF-8. */
  cong_algo_hex?: string;
  /** State of the protocol. Most values of a listener are 0. */
  mptcp_info?: {
    /** Subflows in addition to the first one. */
    subflows?: number;
    /** Addresses announced to the peer. */
    add_addr_signal?: number;
    /** Addresses announced by the peer and accepted. */
    add_addr_accepted?: number;
    /** Limit of subflows in addition to the first one. */
    subflows_max?: number;
    /** Addresses of this machine to be announced. */
    add_addr_signal_max?: number;
    /** Limit of announced addresses that are accepted. */
    add_addr_accepted_max?: number;
    /** Properties of the connection. */
    flags?: ("fallback" | "remote_key_received")[];
    /** Number of flags; only there if this program has no word for the value. */
    flags_raw?: number;
    /** Token of this side, the same as `ulp.mptcp.token_loc` of its TCP sockets. */
    token?: number;
    /** Data sequence number of the next byte to be written. */
    write_seq?: bigint;
    /** Data sequence number of the first byte that is not acknowledged. */
    snd_una?: bigint;
    /** Data sequence number expected next from the peer. */
    rcv_nxt?: bigint;
    /** Addresses of this machine used for subflows. */
    local_addr_used?: number;
    /** Addresses of this machine that subflows may use. */
    local_addr_max?: number;
    /** Whether data is protected by checksums. */
    csum_enabled?: boolean;
    /** Consecutive timeouts since data was last acknowledged. */
    retransmits?: number;
    /** Data retransmitted. In bytes. */
    bytes_retrans?: bigint;
    /** Data sent, without retransmissions. In bytes. */
    bytes_sent?: bigint;
    /** Data received. In bytes. */
    bytes_received?: bigint;
    /** Data acknowledged by the peer. In bytes. */
    bytes_acked?: bigint;
    /** Subflows, including the first one. */
    subflows_total?: number;
    /** Endpoints of this machine with the flag laminar. */
    endp_laminar_max?: number;
    /** Endpoints of this machine with the flag fullmesh. */
    endp_fullmesh_max?: number;
    /** Time since data was sent. In ms. */
    last_data_sent?: number;
    /** Time since data was received. In ms. */
    last_data_recv?: number;
    /** Time since an acknowledgement was received. In ms. */
    last_ack_recv?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  mptcp_info_extra?: string;
  /** Values that BPF programs store for the socket; only with --bpf-maps. */
  bpf_storages?: ({
    /** Number of the BPF map. */
    map_id?: number;
    /** Bytes that the kernel sent after those that this program knows. */
    map_id_extra?: string;
    /** Value of this socket in the map, byte by byte. */
    value?: string;
    /** Attributes that the kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
    /** Name of the BPF map, if it has one. */
    map_name?: string;
    /** Exact bytes of map_name; only there if they are not valid UTF-8. */
    map_name_hex?: string;
    /** Members of the value, if the map has types (BTF). Nested structures are replaced by their members. */
    members?: ({
      /** The member as an expression of C, such as `peer.ports[2]`; left out if the value is not a structure. */
      name?: string;
      /** Exact bytes of name; only there if they are not valid UTF-8. */
      name_hex?: string;
      /** Its value: a number, an enumerator, `true` or `false`, the text of a `char[]`, other byte arrays in hexadecimal. */
      value?: string;
      /** Exact bytes of value; only there if they are not valid UTF-8. */
      value_hex?: string;
    })[];
  })[];
  /** Attributes that the kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** BPF maps that hold the socket: programs redirect data to it, or choose it for connections; only with --socket-maps. */
  bpf_maps?: ({
    /** Number of the map. */
    id?: number;
    /** Its name, if it has one. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its type. */
    type?: "sockmap" | "sockhash" | "reuseport_sockarray";
  })[];
  /** Name of the interface iface_idx, if it exists now. */
  iface?: string;
  /** Exact bytes of iface; only there if they are not valid UTF-8. */
  iface_hex?: string;
  /** Whether the route is known; only with --route. resolved: it is. foreign: it is, but the local address is not of this machine (any more), and the route is that without it. unreachable: there is none. prohibited, discarded: a rule or route forbids the packets, or drops them (blackhole). unconnected: the socket has no destination. denied: routing depends on the mark, which the kernel does not tell without CAP_NET_ADMIN. failed: the kernel could not be asked, or only /proc/net has the socket. */
  route_status?: "resolved" | "foreign" | "unreachable" | "prohibited" | "discarded" | "unconnected" | "denied" | "failed";
  /** The route that the kernel would choose now for packets of this socket; only with --route. */
  route?: {
    /** What becomes of the packets: unicast ones go on to one destination, local ones stay on this machine. */
    type?: "unicast" | "local" | "broadcast" | "anycast" | "multicast" | "blackhole" | "unreachable" | "prohibit";
    /** Name of the interface that they leave by. */
    iface?: string;
    /** Exact bytes of iface; only there if they are not valid UTF-8. */
    iface_hex?: string;
    /** Index of that interface. */
    iface_idx?: number;
    /** The next router; left out if the destination is on the link. */
    gateway?: string;
    /** Source address of the route, if it is not the local address of the socket. */
    src?: string;
    /** Number of the routing table: 254 is main, 255 local. */
    table?: number;
    /** Largest packet: of the route, or learned from routers (path MTU discovery). Else that of the interface counts. Only if the route says so. In bytes. */
    mtu?: number;
    /** Largest window to advertise. Only if the route says so. In bytes. */
    window?: number;
    /** Slow start threshold to begin with. Only if the route says so. In packets. */
    ssthresh?: number;
    /** Largest congestion window, if it is locked. Only if the route says so. In packets. */
    cwnd?: number;
    /** Segment size to advertise. Only if the route says so. In bytes. */
    advmss?: number;
    /** Reordering to begin with. Only if the route says so. In packets. */
    reordering?: number;
    /** Hop limit of packets. Only if the route says so. */
    hoplimit?: number;
    /** Congestion window to begin with. Only if the route says so. In packets. */
    initcwnd?: number;
    /** Least retransmission timeout. Only if the route says so. In ms. */
    rto_min?: number;
    /** Receive window to begin with. Only if the route says so. In packets. */
    initrwnd?: number;
    /** Whether acknowledgements are sent at once. Only if the route says so. */
    quickack?: number;
    /** Congestion control for connections over the route, if it names one. */
    congestion?: string;
    /** Exact bytes of congestion; only there if they are not valid UTF-8. */
    congestion_hex?: string;
    /** Time until a learned path MTU is forgotten, or an IPv6 route. In ms. */
    expires?: number;
  };
  /** What TCP remembers of earlier connections between the two addresses, and begins new ones with; only with --route. Left out if it remembers nothing. */
  tcp_metrics?: {
    /** Time since it was last updated. In ms. */
    age?: number;
    /** Smoothed round-trip time. In ms. */
    rtt?: number;
    /** Its variation. In ms. */
    rttvar?: number;
    /** Slow start threshold. In packets. */
    ssthresh?: number;
    /** Congestion window. In packets. */
    cwnd?: number;
    /** Reordering. In packets. */
    reordering?: number;
    /** Segment size for TCP Fast Open. In bytes. */
    fastopen_mss?: number;
    /** How often a SYN with data got no answer. */
    fastopen_syn_drops?: number;
  };
  /** Whether a translation is known; only with --nat. translated: it is. none: when the listing began, the namespaces that are listed translated nothing for this connection. ambiguous: several translations fit. unconnected: the socket has no remote end. denied: connections are tracked and may not be read. failed: they could not be read, or only /proc/net has the socket. */
  nat_status?: "translated" | "none" | "ambiguous" | "unconnected" | "denied" | "failed";
  /** Translation of addresses and ports of the connection (NAT) in this network namespace, or in another that is listed; only with --nat. */
  nat?: {
    /** Which of the two directions the packets are that this socket sends: that of the end that connected (original), or the other. */
    direction?: "original" | "reply";
    /** Packets of the end that connected, as they are before the translation. */
    original?: {
      /** Their source address. */
      src?: string;
      /** Their source port. */
      src_port?: number;
      /** Their destination address. */
      dst?: string;
      /** Their destination port. */
      dst_port?: number;
    };
    /** Packets of the other end, as they are before the translation. */
    reply?: {
      /** Their source address. */
      src?: string;
      /** Their source port. */
      src_port?: number;
      /** Their destination address. */
      dst?: string;
      /** Their destination port. */
      dst_port?: number;
    };
    /** Inode of the network namespace that translates, if it is not that of the socket. */
    netns_inode?: number;
    /** Mark of the connection. */
    mark?: number;
    /** Zone of the connection, if not 0. */
    zone?: number;
    /** Time until the kernel forgets it. In s. */
    timeout?: number;
  };
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user; only there if they are not valid UTF-8. */
  user_hex?: string;
  /** Path of the control group cgroup_id below the root of the version 2 hierarchy, if it still exists and is visible. Without cgroup_id: the group of the owners (any version), if all are in the same one; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Innermost systemd unit in the path; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit; only there if they are not valid UTF-8. */
  unit_hex?: string;
  /** Innermost container in the path; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
    id?: string;
    /** Exact bytes of id; only there if they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; left out if the path does not tell. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; left out if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, as in net:[INODE]. */
    inode?: number;
    /** Its file name in /run/netns; root for the namespace of process 1. Most have no name. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its cookie, which is not used again until the machine restarts; BPF programs see it. */
    cookie?: string;
  };
  /** Inode of the socket at the other end, if a process holds it and its network namespace is asked; only with --peers. */
  peer_inode?: number;
  /** The processes that hold the socket at the other end, or the listener if that socket waits to be accepted; only with --peers, for UNIX sockets also with -p. */
  peer_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** SELinux context of the socket, if a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context; only there if they are not valid UTF-8. */
  context_hex?: string;
  /** Whether the options were read. resolved: they were. none: no process is known to have a descriptor of it. denied: they may not be read. gone: the descriptor has been closed meanwhile. linger: closing a duplicate could wait (SO_LINGER). class: a duplicate would change its class (net_cls, net_prio). state: a duplicate would disturb the start or the end of the connection, or the state is not known. */
  options_status?: "resolved" | "none" | "denied" | "gone" | "linger" | "class" | "state";
  /** Options that its program has set, or their defaults (getsockopt(2)), read through a duplicate of a descriptor; only with --sockopts. */
  options?: SocketOptions;
  /** Inode of the listener at which the socket waits to be accepted, if there is only one candidate; only with -p. */
  listener_inode?: number;
  /** The processes that hold that listener; only with -p. */
  listener_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** All processes that hold the socket; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, if it has its own descriptors; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe; only there if they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may contain secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** True if the arguments were cut off, else left out. At most 4 kB are kept for each process, and less after a total of 8 MB. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user; only there if they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context; only there if they are not valid UTF-8. */
    context_hex?: string;
    /** Start time since the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances in which the socket is registered. It may have no other descriptor of the socket. */
    io_uring_fds?: (number)[];
    /** True if it has no descriptor of the socket but has mapped its ring, else left out. */
    mapped?: boolean;
    /** Its descriptors of the socket, and of the io_urings that hold it, with their flags; only with --descriptors. */
    descriptors?: ({
      /** The descriptor. */
      fd?: number;
      /** Its flags. cloexec: a program started by exec does not inherit it. nonblock: calls do not wait. async: signals report data. Left out if the descriptor has been closed meanwhile or cannot be read. */
      flags?: ("nonblock" | "async" | "cloexec")[];
      /** How it leads to the socket: descriptor, or io_uring for the descriptor of an io_uring in which the socket is registered. */
      via?: "descriptor" | "io_uring";
    })[];
    /** Path of its control group (version 2, else version 1); only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Innermost systemd unit in the path; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit; only there if they are not valid UTF-8. */
    unit_hex?: string;
    /** Innermost container in the path; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
      id?: string;
      /** Exact bytes of id; only there if they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; left out if the path does not tell. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; left out if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known. resolved: they are. none: no process holds the socket. kernel: the kernel itself owns it, see kernel_owner. unaccepted: it waits to be accepted by a listener. denied: a process that may not be read, or is not visible, may hold it. raced: a process that has ended meanwhile may have held it. */
  owner_status?: "resolved" | "none" | "kernel" | "unaccepted" | "denied" | "raced";
  /** Whether the epoll instances are known; only with --watchers. resolved: they are. none: none watches the socket. denied: a process that may not be read, or is not visible, may have one. raced: a process that has ended meanwhile may have had one. */
  watchers_status?: "resolved" | "none" | "denied" | "raced";
  /** Epoll instances that watch the socket; only with --watchers. */
  watchers?: ({
    /** Number of a process that has the epoll instance. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Its descriptor of the epoll instance. */
    epoll_fd?: number;
    /** The descriptor by which the socket was added; it may have been closed or used again since. */
    fd?: number;
    /** The events that it waits for, in the words of epoll_ctl(2) without EPOLL; et is edge-triggered. */
    events?: ("in" | "pri" | "out" | "err" | "hup" | "nval" | "rdnorm" | "rdband" | "wrnorm" | "wrband" | "msg" | "rdhup" | "exclusive" | "wakeup" | "oneshot" | "et")[];
  })[];
  /** Whether the threads are known; only with --waiters. resolved: they are. none: no thread of the owners waits, or nobody holds the socket. denied: some threads may not be read, or the owners are not known. */
  waiters_status?: "resolved" | "none" | "denied";
  /** Threads of the owners that wait in a call on the socket, with --watchers also those that wait on an epoll instance that watches it; only with --waiters. */
  waiters?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread. */
    tid?: number;
    /** Name of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** The system call that it waits in. */
    call?: "accept" | "accept4" | "close" | "connect" | "epoll_pwait" | "epoll_pwait2" | "epoll_wait" | "io_uring_enter" | "read" | "readv" | "recvfrom" | "recvmmsg" | "recvmsg" | "sendfile" | "sendmmsg" | "sendmsg" | "sendto" | "shutdown" | "splice" | "write" | "writev";
    /** The descriptor that it waits on: of the socket, of the io_uring that holds it, or of the epoll instance. */
    fd?: number;
  })[];
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host; only there if they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host; only there if they are not valid UTF-8. */
  dst_host_hex?: string;
  /** What closing the socket has led to; only with -K. */
  kill?: {
    /** The result. closed: the kernel has closed it; gone: it was closed by somebody else before; not-supported: the kernel cannot close sockets of this kind; without errno it was not asked; denied: not permitted: needs CAP_NET_ADMIN in the network namespace of the socket; not-reachable: it is or may be still there, but the kernel finds another socket with the same addresses, or none; dry-run: it would be closed without --dry-run. */
    result?: string;
    /** Name of the kernel's error; absent if there was none. */
    errno?: string;
  };
  /** What was counted between two listings, per second. Only for sockets that both have; only with --rates. */
  rates?: {
    /** Rate of drops between two listings. In packets/s. */
    drops?: number;
    /** Rate of bytes_retrans between two listings. In bytes/s. */
    bytes_retrans?: number;
    /** Rate of bytes_sent between two listings. In bytes/s. */
    bytes_sent?: number;
    /** Rate of bytes_received between two listings. In bytes/s. */
    bytes_received?: number;
    /** Rate of bytes_acked between two listings. In bytes/s. */
    bytes_acked?: number;
  };
  /** When it was received (-E), when the round started (--watch), or when the run started or was recorded (--columns time); in UTC. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** A socket of UDP: what the kernel or a lookup did not tell is not there. */
export type UdpFlow = {
  /** Name of the family. */
  protocol: "UDP";
  /** Address family. */
  family?: "inet" | "inet6" | "unknown";
  /** Number of family; only there if this program has no word for the value. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state; only there if this program has no word for the value. */
  state_raw?: number;
  /** Local address. */
  src?: string;
  /** Local port. */
  src_port?: number;
  /** Remote address. */
  dst?: string;
  /** Remote port. */
  dst_port?: number;
  /** Index of the interface that the socket is bound to, 0 for none. */
  iface_idx?: number;
  /** Bytes received and not yet read by the process; a FIN of TCP counts as 1. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Bytes written and not yet acknowledged by the peer; a SYN or FIN of TCP counts as 1, so it is 1 in syn-sent. It has no meaning before a deferred connect (TCP_FASTOPEN_CONNECT) has sent anything. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** The timer that runs out next. */
  timer?: "off" | "retransmit" | "keepalive" | "timewait" | "zero-window-probe" | "delayed-ack" | "unknown";
  /** Number of timer; only there if this program has no word for the value. */
  timer_raw?: number;
  /** Time until the timer runs out; only while one runs. In ms. */
  expires?: number;
  /** Retransmissions of the oldest data (timer retransmit), unanswered probes (keepalive, zero-window-probe), or SYN-ACKs sent again (syn-recv). */
  retrans?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it. */
  inode?: number;
  /** Unique number of the socket; not used again until the machine restarts. */
  cookie?: string;
  /** Directions that are closed: 1 receiving, 2 sending, 3 both. */
  shutdown?: number;
  /** Directions that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names; only there if this program has no word for the value. */
  shutdown_names_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  shutdown_extra?: string;
  /** Whether an IPv6 listener refuses IPv4 (IPV6_V6ONLY). */
  v6only?: boolean;
  /** Bytes that the kernel sent after those that this program knows. */
  v6only_extra?: string;
  /** Type-of-service byte of IPv4 packets (IP_TOS). */
  tos?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  tos_extra?: string;
  /** Traffic class of IPv6 packets (IPV6_TCLASS). */
  tclass?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  tclass_extra?: string;
  /** Network class of the control group; without one, the socket's priority (SO_PRIORITY). */
  class_id?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  class_id_extra?: string;
  /** Mark of the packets that the socket sends (SO_MARK). */
  mark?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  mark_extra?: string;
  /** Number of the socket's control group (version 2). */
  cgroup_id?: string;
  /** Bytes that the kernel sent after those that this program knows. */
  cgroup_id_extra?: string;
  /** Options of the IP layer that are on. */
  sockopts?: ("recverr" | "is_icsk" | "freebind" | "hdrincl" | "mc_loop" | "transparent" | "mc_all" | "nodefrag" | "bind_address_no_port" | "recverr_rfc4884" | "defer_connect")[];
  /** Number of sockopts; only there if this program has no word for the value. */
  sockopts_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  sockopts_extra?: string;
  /** Memory of the socket in the older, shorter form. */
  meminfo?: {
    /** Memory charged for received data. In bytes. */
    r?: number;
    /** Memory of the send queue. In bytes. */
    w?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    f?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    t?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  meminfo_extra?: string;
  /** Memory of the socket (SK_MEMINFO_*). */
  skmeminfo?: {
    /** Memory charged for received data. In bytes. */
    rmem_alloc?: number;
    /** Limit of the receive buffer. In bytes. */
    rcvbuf?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    wmem_alloc?: number;
    /** Limit of the send buffer. In bytes. */
    sndbuf?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    fwd_alloc?: number;
    /** Memory of the send queue. In bytes. */
    wmem_queued?: number;
    /** Memory of socket options and ancillary data. In bytes. */
    optmem?: number;
    /** Data that arrived while the socket was in use by its process. In bytes. */
    backlog?: number;
    /** Packets that the socket dropped. In packets. */
    drops?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  skmeminfo_extra?: string;
  /** Values that BPF programs store for the socket; only with --bpf-maps. */
  bpf_storages?: ({
    /** Number of the BPF map. */
    map_id?: number;
    /** Bytes that the kernel sent after those that this program knows. */
    map_id_extra?: string;
    /** Value of this socket in the map, byte by byte. */
    value?: string;
    /** Attributes that the kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
    /** Name of the BPF map, if it has one. */
    map_name?: string;
    /** Exact bytes of map_name; only there if they are not valid UTF-8. */
    map_name_hex?: string;
    /** Members of the value, if the map has types (BTF). Nested structures are replaced by their members. */
    members?: ({
      /** The member as an expression of C, such as `peer.ports[2]`; left out if the value is not a structure. */
      name?: string;
      /** Exact bytes of name; only there if they are not valid UTF-8. */
      name_hex?: string;
      /** Its value: a number, an enumerator, `true` or `false`, the text of a `char[]`, other byte arrays in hexadecimal. */
      value?: string;
      /** Exact bytes of value; only there if they are not valid UTF-8. */
      value_hex?: string;
    })[];
  })[];
  /** Attributes that the kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Packets that the socket dropped, from `/proc/net`; otherwise in skmeminfo. In packets. */
  drops?: number;
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** BPF maps that hold the socket: programs redirect data to it, or choose it for connections; only with --socket-maps. */
  bpf_maps?: ({
    /** Number of the map. */
    id?: number;
    /** Its name, if it has one. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its type. */
    type?: "sockmap" | "sockhash" | "reuseport_sockarray";
  })[];
  /** Name of the interface iface_idx, if it exists now. */
  iface?: string;
  /** Exact bytes of iface; only there if they are not valid UTF-8. */
  iface_hex?: string;
  /** Whether the route is known; only with --route. resolved: it is. foreign: it is, but the local address is not of this machine (any more), and the route is that without it. unreachable: there is none. prohibited, discarded: a rule or route forbids the packets, or drops them (blackhole). unconnected: the socket has no destination. denied: routing depends on the mark, which the kernel does not tell without CAP_NET_ADMIN. failed: the kernel could not be asked, or only /proc/net has the socket. */
  route_status?: "resolved" | "foreign" | "unreachable" | "prohibited" | "discarded" | "unconnected" | "denied" | "failed";
  /** The route that the kernel would choose now for packets of this socket; only with --route. */
  route?: {
    /** What becomes of the packets: unicast ones go on to one destination, local ones stay on this machine. */
    type?: "unicast" | "local" | "broadcast" | "anycast" | "multicast" | "blackhole" | "unreachable" | "prohibit";
    /** Name of the interface that they leave by. */
    iface?: string;
    /** Exact bytes of iface; only there if they are not valid UTF-8. */
    iface_hex?: string;
    /** Index of that interface. */
    iface_idx?: number;
    /** The next router; left out if the destination is on the link. */
    gateway?: string;
    /** Source address of the route, if it is not the local address of the socket. */
    src?: string;
    /** Number of the routing table: 254 is main, 255 local. */
    table?: number;
    /** Largest packet: of the route, or learned from routers (path MTU discovery). Else that of the interface counts. Only if the route says so. In bytes. */
    mtu?: number;
    /** Largest window to advertise. Only if the route says so. In bytes. */
    window?: number;
    /** Slow start threshold to begin with. Only if the route says so. In packets. */
    ssthresh?: number;
    /** Largest congestion window, if it is locked. Only if the route says so. In packets. */
    cwnd?: number;
    /** Segment size to advertise. Only if the route says so. In bytes. */
    advmss?: number;
    /** Reordering to begin with. Only if the route says so. In packets. */
    reordering?: number;
    /** Hop limit of packets. Only if the route says so. */
    hoplimit?: number;
    /** Congestion window to begin with. Only if the route says so. In packets. */
    initcwnd?: number;
    /** Least retransmission timeout. Only if the route says so. In ms. */
    rto_min?: number;
    /** Receive window to begin with. Only if the route says so. In packets. */
    initrwnd?: number;
    /** Whether acknowledgements are sent at once. Only if the route says so. */
    quickack?: number;
    /** Congestion control for connections over the route, if it names one. */
    congestion?: string;
    /** Exact bytes of congestion; only there if they are not valid UTF-8. */
    congestion_hex?: string;
    /** Time until a learned path MTU is forgotten, or an IPv6 route. In ms. */
    expires?: number;
  };
  /** What TCP remembers of earlier connections between the two addresses, and begins new ones with; only with --route. Left out if it remembers nothing. */
  tcp_metrics?: {
    /** Time since it was last updated. In ms. */
    age?: number;
    /** Smoothed round-trip time. In ms. */
    rtt?: number;
    /** Its variation. In ms. */
    rttvar?: number;
    /** Slow start threshold. In packets. */
    ssthresh?: number;
    /** Congestion window. In packets. */
    cwnd?: number;
    /** Reordering. In packets. */
    reordering?: number;
    /** Segment size for TCP Fast Open. In bytes. */
    fastopen_mss?: number;
    /** How often a SYN with data got no answer. */
    fastopen_syn_drops?: number;
  };
  /** Whether a translation is known; only with --nat. translated: it is. none: when the listing began, the namespaces that are listed translated nothing for this connection. ambiguous: several translations fit. unconnected: the socket has no remote end. denied: connections are tracked and may not be read. failed: they could not be read, or only /proc/net has the socket. */
  nat_status?: "translated" | "none" | "ambiguous" | "unconnected" | "denied" | "failed";
  /** Translation of addresses and ports of the connection (NAT) in this network namespace, or in another that is listed; only with --nat. */
  nat?: {
    /** Which of the two directions the packets are that this socket sends: that of the end that connected (original), or the other. */
    direction?: "original" | "reply";
    /** Packets of the end that connected, as they are before the translation. */
    original?: {
      /** Their source address. */
      src?: string;
      /** Their source port. */
      src_port?: number;
      /** Their destination address. */
      dst?: string;
      /** Their destination port. */
      dst_port?: number;
    };
    /** Packets of the other end, as they are before the translation. */
    reply?: {
      /** Their source address. */
      src?: string;
      /** Their source port. */
      src_port?: number;
      /** Their destination address. */
      dst?: string;
      /** Their destination port. */
      dst_port?: number;
    };
    /** Inode of the network namespace that translates, if it is not that of the socket. */
    netns_inode?: number;
    /** Mark of the connection. */
    mark?: number;
    /** Zone of the connection, if not 0. */
    zone?: number;
    /** Time until the kernel forgets it. In s. */
    timeout?: number;
  };
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user; only there if they are not valid UTF-8. */
  user_hex?: string;
  /** Path of the control group cgroup_id below the root of the version 2 hierarchy, if it still exists and is visible. Without cgroup_id: the group of the owners (any version), if all are in the same one; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Innermost systemd unit in the path; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit; only there if they are not valid UTF-8. */
  unit_hex?: string;
  /** Innermost container in the path; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
    id?: string;
    /** Exact bytes of id; only there if they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; left out if the path does not tell. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; left out if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, as in net:[INODE]. */
    inode?: number;
    /** Its file name in /run/netns; root for the namespace of process 1. Most have no name. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its cookie, which is not used again until the machine restarts; BPF programs see it. */
    cookie?: string;
  };
  /** Inode of the socket at the other end, if a process holds it and its network namespace is asked; only with --peers. */
  peer_inode?: number;
  /** The processes that hold the socket at the other end, or the listener if that socket waits to be accepted; only with --peers, for UNIX sockets also with -p. */
  peer_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** SELinux context of the socket, if a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context; only there if they are not valid UTF-8. */
  context_hex?: string;
  /** Whether the options were read. resolved: they were. none: no process is known to have a descriptor of it. denied: they may not be read. gone: the descriptor has been closed meanwhile. linger: closing a duplicate could wait (SO_LINGER). class: a duplicate would change its class (net_cls, net_prio). state: a duplicate would disturb the start or the end of the connection, or the state is not known. */
  options_status?: "resolved" | "none" | "denied" | "gone" | "linger" | "class" | "state";
  /** Options that its program has set, or their defaults (getsockopt(2)), read through a duplicate of a descriptor; only with --sockopts. */
  options?: SocketOptions;
  /** The part of the kernel that owns the socket, if no process holds it; only with -p. */
  kernel_owner?: {
    /** Kind of the owner: a tunnel, nfsd, lockd of NFS, or the kernel's end of netlink. Tunnels are found by their port. */
    kind?: "vxlan" | "geneve" | "bareudp" | "gtp" | "wireguard" | "nfsd" | "lockd" | "netlink";
    /** Interface of the tunnel, if only one can use the socket. */
    iface?: string;
    /** Exact bytes of iface; only there if they are not valid UTF-8. */
    iface_hex?: string;
    /** Interfaces of the tunnels, if several share the port. */
    ifaces?: (string)[];
  };
  /** All processes that hold the socket; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, if it has its own descriptors; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe; only there if they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may contain secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** True if the arguments were cut off, else left out. At most 4 kB are kept for each process, and less after a total of 8 MB. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user; only there if they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context; only there if they are not valid UTF-8. */
    context_hex?: string;
    /** Start time since the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances in which the socket is registered. It may have no other descriptor of the socket. */
    io_uring_fds?: (number)[];
    /** True if it has no descriptor of the socket but has mapped its ring, else left out. */
    mapped?: boolean;
    /** Its descriptors of the socket, and of the io_urings that hold it, with their flags; only with --descriptors. */
    descriptors?: ({
      /** The descriptor. */
      fd?: number;
      /** Its flags. cloexec: a program started by exec does not inherit it. nonblock: calls do not wait. async: signals report data. Left out if the descriptor has been closed meanwhile or cannot be read. */
      flags?: ("nonblock" | "async" | "cloexec")[];
      /** How it leads to the socket: descriptor, or io_uring for the descriptor of an io_uring in which the socket is registered. */
      via?: "descriptor" | "io_uring";
    })[];
    /** Path of its control group (version 2, else version 1); only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Innermost systemd unit in the path; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit; only there if they are not valid UTF-8. */
    unit_hex?: string;
    /** Innermost container in the path; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
      id?: string;
      /** Exact bytes of id; only there if they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; left out if the path does not tell. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; left out if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known. resolved: they are. none: no process holds the socket. kernel: the kernel itself owns it, see kernel_owner. unaccepted: it waits to be accepted by a listener. denied: a process that may not be read, or is not visible, may hold it. raced: a process that has ended meanwhile may have held it. */
  owner_status?: "resolved" | "none" | "kernel" | "unaccepted" | "denied" | "raced";
  /** Whether the epoll instances are known; only with --watchers. resolved: they are. none: none watches the socket. denied: a process that may not be read, or is not visible, may have one. raced: a process that has ended meanwhile may have had one. */
  watchers_status?: "resolved" | "none" | "denied" | "raced";
  /** Epoll instances that watch the socket; only with --watchers. */
  watchers?: ({
    /** Number of a process that has the epoll instance. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Its descriptor of the epoll instance. */
    epoll_fd?: number;
    /** The descriptor by which the socket was added; it may have been closed or used again since. */
    fd?: number;
    /** The events that it waits for, in the words of epoll_ctl(2) without EPOLL; et is edge-triggered. */
    events?: ("in" | "pri" | "out" | "err" | "hup" | "nval" | "rdnorm" | "rdband" | "wrnorm" | "wrband" | "msg" | "rdhup" | "exclusive" | "wakeup" | "oneshot" | "et")[];
  })[];
  /** Whether the threads are known; only with --waiters. resolved: they are. none: no thread of the owners waits, or nobody holds the socket. denied: some threads may not be read, or the owners are not known. */
  waiters_status?: "resolved" | "none" | "denied";
  /** Threads of the owners that wait in a call on the socket, with --watchers also those that wait on an epoll instance that watches it; only with --waiters. */
  waiters?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread. */
    tid?: number;
    /** Name of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** The system call that it waits in. */
    call?: "accept" | "accept4" | "close" | "connect" | "epoll_pwait" | "epoll_pwait2" | "epoll_wait" | "io_uring_enter" | "read" | "readv" | "recvfrom" | "recvmmsg" | "recvmsg" | "sendfile" | "sendmmsg" | "sendmsg" | "sendto" | "shutdown" | "splice" | "write" | "writev";
    /** The descriptor that it waits on: of the socket, of the io_uring that holds it, or of the epoll instance. */
    fd?: number;
  })[];
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host; only there if they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host; only there if they are not valid UTF-8. */
  dst_host_hex?: string;
  /** What closing the socket has led to; only with -K. */
  kill?: {
    /** The result. closed: the kernel has closed it; gone: it was closed by somebody else before; not-supported: the kernel cannot close sockets of this kind; without errno it was not asked; denied: not permitted: needs CAP_NET_ADMIN in the network namespace of the socket; not-reachable: it is or may be still there, but the kernel finds another socket with the same addresses, or none; dry-run: it would be closed without --dry-run. */
    result?: string;
    /** Name of the kernel's error; absent if there was none. */
    errno?: string;
  };
  /** What was counted between two listings, per second. Only for sockets that both have; only with --rates. */
  rates?: {
    /** Rate of drops between two listings. In packets/s. */
    drops?: number;
  };
  /** When it was received (-E), when the round started (--watch), or when the run started or was recorded (--columns time); in UTC. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** A socket of UDPLITE: what the kernel or a lookup did not tell is not there. */
export type UdpliteFlow = {
  /** Name of the family. */
  protocol: "UDPLITE";
  /** Address family. */
  family?: "inet" | "inet6" | "unknown";
  /** Number of family; only there if this program has no word for the value. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state; only there if this program has no word for the value. */
  state_raw?: number;
  /** Local address. */
  src?: string;
  /** Local port. */
  src_port?: number;
  /** Remote address. */
  dst?: string;
  /** Remote port. */
  dst_port?: number;
  /** Index of the interface that the socket is bound to, 0 for none. */
  iface_idx?: number;
  /** Bytes received and not yet read by the process; a FIN of TCP counts as 1. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Bytes written and not yet acknowledged by the peer; a SYN or FIN of TCP counts as 1, so it is 1 in syn-sent. It has no meaning before a deferred connect (TCP_FASTOPEN_CONNECT) has sent anything. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** The timer that runs out next. */
  timer?: "off" | "retransmit" | "keepalive" | "timewait" | "zero-window-probe" | "delayed-ack" | "unknown";
  /** Number of timer; only there if this program has no word for the value. */
  timer_raw?: number;
  /** Time until the timer runs out; only while one runs. In ms. */
  expires?: number;
  /** Retransmissions of the oldest data (timer retransmit), unanswered probes (keepalive, zero-window-probe), or SYN-ACKs sent again (syn-recv). */
  retrans?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it. */
  inode?: number;
  /** Unique number of the socket; not used again until the machine restarts. */
  cookie?: string;
  /** Directions that are closed: 1 receiving, 2 sending, 3 both. */
  shutdown?: number;
  /** Directions that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names; only there if this program has no word for the value. */
  shutdown_names_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  shutdown_extra?: string;
  /** Whether an IPv6 listener refuses IPv4 (IPV6_V6ONLY). */
  v6only?: boolean;
  /** Bytes that the kernel sent after those that this program knows. */
  v6only_extra?: string;
  /** Type-of-service byte of IPv4 packets (IP_TOS). */
  tos?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  tos_extra?: string;
  /** Traffic class of IPv6 packets (IPV6_TCLASS). */
  tclass?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  tclass_extra?: string;
  /** Network class of the control group; without one, the socket's priority (SO_PRIORITY). */
  class_id?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  class_id_extra?: string;
  /** Mark of the packets that the socket sends (SO_MARK). */
  mark?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  mark_extra?: string;
  /** Number of the socket's control group (version 2). */
  cgroup_id?: string;
  /** Bytes that the kernel sent after those that this program knows. */
  cgroup_id_extra?: string;
  /** Options of the IP layer that are on. */
  sockopts?: ("recverr" | "is_icsk" | "freebind" | "hdrincl" | "mc_loop" | "transparent" | "mc_all" | "nodefrag" | "bind_address_no_port" | "recverr_rfc4884" | "defer_connect")[];
  /** Number of sockopts; only there if this program has no word for the value. */
  sockopts_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  sockopts_extra?: string;
  /** Memory of the socket in the older, shorter form. */
  meminfo?: {
    /** Memory charged for received data. In bytes. */
    r?: number;
    /** Memory of the send queue. In bytes. */
    w?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    f?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    t?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  meminfo_extra?: string;
  /** Memory of the socket (SK_MEMINFO_*). */
  skmeminfo?: {
    /** Memory charged for received data. In bytes. */
    rmem_alloc?: number;
    /** Limit of the receive buffer. In bytes. */
    rcvbuf?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    wmem_alloc?: number;
    /** Limit of the send buffer. In bytes. */
    sndbuf?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    fwd_alloc?: number;
    /** Memory of the send queue. In bytes. */
    wmem_queued?: number;
    /** Memory of socket options and ancillary data. In bytes. */
    optmem?: number;
    /** Data that arrived while the socket was in use by its process. In bytes. */
    backlog?: number;
    /** Packets that the socket dropped. In packets. */
    drops?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  skmeminfo_extra?: string;
  /** Values that BPF programs store for the socket; only with --bpf-maps. */
  bpf_storages?: ({
    /** Number of the BPF map. */
    map_id?: number;
    /** Bytes that the kernel sent after those that this program knows. */
    map_id_extra?: string;
    /** Value of this socket in the map, byte by byte. */
    value?: string;
    /** Attributes that the kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
    /** Name of the BPF map, if it has one. */
    map_name?: string;
    /** Exact bytes of map_name; only there if they are not valid UTF-8. */
    map_name_hex?: string;
    /** Members of the value, if the map has types (BTF). Nested structures are replaced by their members. */
    members?: ({
      /** The member as an expression of C, such as `peer.ports[2]`; left out if the value is not a structure. */
      name?: string;
      /** Exact bytes of name; only there if they are not valid UTF-8. */
      name_hex?: string;
      /** Its value: a number, an enumerator, `true` or `false`, the text of a `char[]`, other byte arrays in hexadecimal. */
      value?: string;
      /** Exact bytes of value; only there if they are not valid UTF-8. */
      value_hex?: string;
    })[];
  })[];
  /** Attributes that the kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Packets that the socket dropped, from `/proc/net`; otherwise in skmeminfo. In packets. */
  drops?: number;
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** BPF maps that hold the socket: programs redirect data to it, or choose it for connections; only with --socket-maps. */
  bpf_maps?: ({
    /** Number of the map. */
    id?: number;
    /** Its name, if it has one. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its type. */
    type?: "sockmap" | "sockhash" | "reuseport_sockarray";
  })[];
  /** Name of the interface iface_idx, if it exists now. */
  iface?: string;
  /** Exact bytes of iface; only there if they are not valid UTF-8. */
  iface_hex?: string;
  /** Whether the route is known; only with --route. resolved: it is. foreign: it is, but the local address is not of this machine (any more), and the route is that without it. unreachable: there is none. prohibited, discarded: a rule or route forbids the packets, or drops them (blackhole). unconnected: the socket has no destination. denied: routing depends on the mark, which the kernel does not tell without CAP_NET_ADMIN. failed: the kernel could not be asked, or only /proc/net has the socket. */
  route_status?: "resolved" | "foreign" | "unreachable" | "prohibited" | "discarded" | "unconnected" | "denied" | "failed";
  /** The route that the kernel would choose now for packets of this socket; only with --route. */
  route?: {
    /** What becomes of the packets: unicast ones go on to one destination, local ones stay on this machine. */
    type?: "unicast" | "local" | "broadcast" | "anycast" | "multicast" | "blackhole" | "unreachable" | "prohibit";
    /** Name of the interface that they leave by. */
    iface?: string;
    /** Exact bytes of iface; only there if they are not valid UTF-8. */
    iface_hex?: string;
    /** Index of that interface. */
    iface_idx?: number;
    /** The next router; left out if the destination is on the link. */
    gateway?: string;
    /** Source address of the route, if it is not the local address of the socket. */
    src?: string;
    /** Number of the routing table: 254 is main, 255 local. */
    table?: number;
    /** Largest packet: of the route, or learned from routers (path MTU discovery). Else that of the interface counts. Only if the route says so. In bytes. */
    mtu?: number;
    /** Largest window to advertise. Only if the route says so. In bytes. */
    window?: number;
    /** Slow start threshold to begin with. Only if the route says so. In packets. */
    ssthresh?: number;
    /** Largest congestion window, if it is locked. Only if the route says so. In packets. */
    cwnd?: number;
    /** Segment size to advertise. Only if the route says so. In bytes. */
    advmss?: number;
    /** Reordering to begin with. Only if the route says so. In packets. */
    reordering?: number;
    /** Hop limit of packets. Only if the route says so. */
    hoplimit?: number;
    /** Congestion window to begin with. Only if the route says so. In packets. */
    initcwnd?: number;
    /** Least retransmission timeout. Only if the route says so. In ms. */
    rto_min?: number;
    /** Receive window to begin with. Only if the route says so. In packets. */
    initrwnd?: number;
    /** Whether acknowledgements are sent at once. Only if the route says so. */
    quickack?: number;
    /** Congestion control for connections over the route, if it names one. */
    congestion?: string;
    /** Exact bytes of congestion; only there if they are not valid UTF-8. */
    congestion_hex?: string;
    /** Time until a learned path MTU is forgotten, or an IPv6 route. In ms. */
    expires?: number;
  };
  /** What TCP remembers of earlier connections between the two addresses, and begins new ones with; only with --route. Left out if it remembers nothing. */
  tcp_metrics?: {
    /** Time since it was last updated. In ms. */
    age?: number;
    /** Smoothed round-trip time. In ms. */
    rtt?: number;
    /** Its variation. In ms. */
    rttvar?: number;
    /** Slow start threshold. In packets. */
    ssthresh?: number;
    /** Congestion window. In packets. */
    cwnd?: number;
    /** Reordering. In packets. */
    reordering?: number;
    /** Segment size for TCP Fast Open. In bytes. */
    fastopen_mss?: number;
    /** How often a SYN with data got no answer. */
    fastopen_syn_drops?: number;
  };
  /** Whether a translation is known; only with --nat. translated: it is. none: when the listing began, the namespaces that are listed translated nothing for this connection. ambiguous: several translations fit. unconnected: the socket has no remote end. denied: connections are tracked and may not be read. failed: they could not be read, or only /proc/net has the socket. */
  nat_status?: "translated" | "none" | "ambiguous" | "unconnected" | "denied" | "failed";
  /** Translation of addresses and ports of the connection (NAT) in this network namespace, or in another that is listed; only with --nat. */
  nat?: {
    /** Which of the two directions the packets are that this socket sends: that of the end that connected (original), or the other. */
    direction?: "original" | "reply";
    /** Packets of the end that connected, as they are before the translation. */
    original?: {
      /** Their source address. */
      src?: string;
      /** Their source port. */
      src_port?: number;
      /** Their destination address. */
      dst?: string;
      /** Their destination port. */
      dst_port?: number;
    };
    /** Packets of the other end, as they are before the translation. */
    reply?: {
      /** Their source address. */
      src?: string;
      /** Their source port. */
      src_port?: number;
      /** Their destination address. */
      dst?: string;
      /** Their destination port. */
      dst_port?: number;
    };
    /** Inode of the network namespace that translates, if it is not that of the socket. */
    netns_inode?: number;
    /** Mark of the connection. */
    mark?: number;
    /** Zone of the connection, if not 0. */
    zone?: number;
    /** Time until the kernel forgets it. In s. */
    timeout?: number;
  };
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user; only there if they are not valid UTF-8. */
  user_hex?: string;
  /** Path of the control group cgroup_id below the root of the version 2 hierarchy, if it still exists and is visible. Without cgroup_id: the group of the owners (any version), if all are in the same one; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Innermost systemd unit in the path; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit; only there if they are not valid UTF-8. */
  unit_hex?: string;
  /** Innermost container in the path; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
    id?: string;
    /** Exact bytes of id; only there if they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; left out if the path does not tell. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; left out if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, as in net:[INODE]. */
    inode?: number;
    /** Its file name in /run/netns; root for the namespace of process 1. Most have no name. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its cookie, which is not used again until the machine restarts; BPF programs see it. */
    cookie?: string;
  };
  /** Inode of the socket at the other end, if a process holds it and its network namespace is asked; only with --peers. */
  peer_inode?: number;
  /** The processes that hold the socket at the other end, or the listener if that socket waits to be accepted; only with --peers, for UNIX sockets also with -p. */
  peer_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** SELinux context of the socket, if a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context; only there if they are not valid UTF-8. */
  context_hex?: string;
  /** Whether the options were read. resolved: they were. none: no process is known to have a descriptor of it. denied: they may not be read. gone: the descriptor has been closed meanwhile. linger: closing a duplicate could wait (SO_LINGER). class: a duplicate would change its class (net_cls, net_prio). state: a duplicate would disturb the start or the end of the connection, or the state is not known. */
  options_status?: "resolved" | "none" | "denied" | "gone" | "linger" | "class" | "state";
  /** Options that its program has set, or their defaults (getsockopt(2)), read through a duplicate of a descriptor; only with --sockopts. */
  options?: SocketOptions;
  /** All processes that hold the socket; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, if it has its own descriptors; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe; only there if they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may contain secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** True if the arguments were cut off, else left out. At most 4 kB are kept for each process, and less after a total of 8 MB. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user; only there if they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context; only there if they are not valid UTF-8. */
    context_hex?: string;
    /** Start time since the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances in which the socket is registered. It may have no other descriptor of the socket. */
    io_uring_fds?: (number)[];
    /** True if it has no descriptor of the socket but has mapped its ring, else left out. */
    mapped?: boolean;
    /** Its descriptors of the socket, and of the io_urings that hold it, with their flags; only with --descriptors. */
    descriptors?: ({
      /** The descriptor. */
      fd?: number;
      /** Its flags. cloexec: a program started by exec does not inherit it. nonblock: calls do not wait. async: signals report data. Left out if the descriptor has been closed meanwhile or cannot be read. */
      flags?: ("nonblock" | "async" | "cloexec")[];
      /** How it leads to the socket: descriptor, or io_uring for the descriptor of an io_uring in which the socket is registered. */
      via?: "descriptor" | "io_uring";
    })[];
    /** Path of its control group (version 2, else version 1); only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Innermost systemd unit in the path; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit; only there if they are not valid UTF-8. */
    unit_hex?: string;
    /** Innermost container in the path; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
      id?: string;
      /** Exact bytes of id; only there if they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; left out if the path does not tell. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; left out if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known. resolved: they are. none: no process holds the socket. kernel: the kernel itself owns it, see kernel_owner. unaccepted: it waits to be accepted by a listener. denied: a process that may not be read, or is not visible, may hold it. raced: a process that has ended meanwhile may have held it. */
  owner_status?: "resolved" | "none" | "kernel" | "unaccepted" | "denied" | "raced";
  /** Whether the epoll instances are known; only with --watchers. resolved: they are. none: none watches the socket. denied: a process that may not be read, or is not visible, may have one. raced: a process that has ended meanwhile may have had one. */
  watchers_status?: "resolved" | "none" | "denied" | "raced";
  /** Epoll instances that watch the socket; only with --watchers. */
  watchers?: ({
    /** Number of a process that has the epoll instance. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Its descriptor of the epoll instance. */
    epoll_fd?: number;
    /** The descriptor by which the socket was added; it may have been closed or used again since. */
    fd?: number;
    /** The events that it waits for, in the words of epoll_ctl(2) without EPOLL; et is edge-triggered. */
    events?: ("in" | "pri" | "out" | "err" | "hup" | "nval" | "rdnorm" | "rdband" | "wrnorm" | "wrband" | "msg" | "rdhup" | "exclusive" | "wakeup" | "oneshot" | "et")[];
  })[];
  /** Whether the threads are known; only with --waiters. resolved: they are. none: no thread of the owners waits, or nobody holds the socket. denied: some threads may not be read, or the owners are not known. */
  waiters_status?: "resolved" | "none" | "denied";
  /** Threads of the owners that wait in a call on the socket, with --watchers also those that wait on an epoll instance that watches it; only with --waiters. */
  waiters?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread. */
    tid?: number;
    /** Name of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** The system call that it waits in. */
    call?: "accept" | "accept4" | "close" | "connect" | "epoll_pwait" | "epoll_pwait2" | "epoll_wait" | "io_uring_enter" | "read" | "readv" | "recvfrom" | "recvmmsg" | "recvmsg" | "sendfile" | "sendmmsg" | "sendmsg" | "sendto" | "shutdown" | "splice" | "write" | "writev";
    /** The descriptor that it waits on: of the socket, of the io_uring that holds it, or of the epoll instance. */
    fd?: number;
  })[];
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host; only there if they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host; only there if they are not valid UTF-8. */
  dst_host_hex?: string;
  /** What closing the socket has led to; only with -K. */
  kill?: {
    /** The result. closed: the kernel has closed it; gone: it was closed by somebody else before; not-supported: the kernel cannot close sockets of this kind; without errno it was not asked; denied: not permitted: needs CAP_NET_ADMIN in the network namespace of the socket; not-reachable: it is or may be still there, but the kernel finds another socket with the same addresses, or none; dry-run: it would be closed without --dry-run. */
    result?: string;
    /** Name of the kernel's error; absent if there was none. */
    errno?: string;
  };
  /** What was counted between two listings, per second. Only for sockets that both have; only with --rates. */
  rates?: {
    /** Rate of drops between two listings. In packets/s. */
    drops?: number;
  };
  /** When it was received (-E), when the round started (--watch), or when the run started or was recorded (--columns time); in UTC. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** A socket of RAW: what the kernel or a lookup did not tell is not there. */
export type RawFlow = {
  /** Name of the family. */
  protocol: "RAW";
  /** Address family. */
  family?: "inet" | "inet6" | "unknown";
  /** Number of family; only there if this program has no word for the value. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state; only there if this program has no word for the value. */
  state_raw?: number;
  /** Local address. */
  src?: string;
  /** Local port. */
  src_port?: number;
  /** Remote address. */
  dst?: string;
  /** Remote port. */
  dst_port?: number;
  /** Index of the interface that the socket is bound to, 0 for none. */
  iface_idx?: number;
  /** Bytes received and not yet read by the process; a FIN of TCP counts as 1. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Bytes written and not yet acknowledged by the peer; a SYN or FIN of TCP counts as 1, so it is 1 in syn-sent. It has no meaning before a deferred connect (TCP_FASTOPEN_CONNECT) has sent anything. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** The timer that runs out next. */
  timer?: "off" | "retransmit" | "keepalive" | "timewait" | "zero-window-probe" | "delayed-ack" | "unknown";
  /** Number of timer; only there if this program has no word for the value. */
  timer_raw?: number;
  /** Time until the timer runs out; only while one runs. In ms. */
  expires?: number;
  /** Retransmissions of the oldest data (timer retransmit), unanswered probes (keepalive, zero-window-probe), or SYN-ACKs sent again (syn-recv). */
  retrans?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it. */
  inode?: number;
  /** Unique number of the socket; not used again until the machine restarts. */
  cookie?: string;
  /** Directions that are closed: 1 receiving, 2 sending, 3 both. */
  shutdown?: number;
  /** Directions that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names; only there if this program has no word for the value. */
  shutdown_names_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  shutdown_extra?: string;
  /** Whether an IPv6 listener refuses IPv4 (IPV6_V6ONLY). */
  v6only?: boolean;
  /** Bytes that the kernel sent after those that this program knows. */
  v6only_extra?: string;
  /** Type-of-service byte of IPv4 packets (IP_TOS). */
  tos?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  tos_extra?: string;
  /** Traffic class of IPv6 packets (IPV6_TCLASS). */
  tclass?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  tclass_extra?: string;
  /** Network class of the control group; without one, the socket's priority (SO_PRIORITY). */
  class_id?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  class_id_extra?: string;
  /** Mark of the packets that the socket sends (SO_MARK). */
  mark?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  mark_extra?: string;
  /** Number of the socket's control group (version 2). */
  cgroup_id?: string;
  /** Bytes that the kernel sent after those that this program knows. */
  cgroup_id_extra?: string;
  /** Options of the IP layer that are on. */
  sockopts?: ("recverr" | "is_icsk" | "freebind" | "hdrincl" | "mc_loop" | "transparent" | "mc_all" | "nodefrag" | "bind_address_no_port" | "recverr_rfc4884" | "defer_connect")[];
  /** Number of sockopts; only there if this program has no word for the value. */
  sockopts_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  sockopts_extra?: string;
  /** Memory of the socket in the older, shorter form. */
  meminfo?: {
    /** Memory charged for received data. In bytes. */
    r?: number;
    /** Memory of the send queue. In bytes. */
    w?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    f?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    t?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  meminfo_extra?: string;
  /** Memory of the socket (SK_MEMINFO_*). */
  skmeminfo?: {
    /** Memory charged for received data. In bytes. */
    rmem_alloc?: number;
    /** Limit of the receive buffer. In bytes. */
    rcvbuf?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    wmem_alloc?: number;
    /** Limit of the send buffer. In bytes. */
    sndbuf?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    fwd_alloc?: number;
    /** Memory of the send queue. In bytes. */
    wmem_queued?: number;
    /** Memory of socket options and ancillary data. In bytes. */
    optmem?: number;
    /** Data that arrived while the socket was in use by its process. In bytes. */
    backlog?: number;
    /** Packets that the socket dropped. In packets. */
    drops?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  skmeminfo_extra?: string;
  /** Number of the IP protocol that the socket sends and receives (1 ICMP, 58 ICMPv6), as in `/etc/protocols`. */
  ip_protocol?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  ip_protocol_extra?: string;
  /** Values that BPF programs store for the socket; only with --bpf-maps. */
  bpf_storages?: ({
    /** Number of the BPF map. */
    map_id?: number;
    /** Bytes that the kernel sent after those that this program knows. */
    map_id_extra?: string;
    /** Value of this socket in the map, byte by byte. */
    value?: string;
    /** Attributes that the kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
    /** Name of the BPF map, if it has one. */
    map_name?: string;
    /** Exact bytes of map_name; only there if they are not valid UTF-8. */
    map_name_hex?: string;
    /** Members of the value, if the map has types (BTF). Nested structures are replaced by their members. */
    members?: ({
      /** The member as an expression of C, such as `peer.ports[2]`; left out if the value is not a structure. */
      name?: string;
      /** Exact bytes of name; only there if they are not valid UTF-8. */
      name_hex?: string;
      /** Its value: a number, an enumerator, `true` or `false`, the text of a `char[]`, other byte arrays in hexadecimal. */
      value?: string;
      /** Exact bytes of value; only there if they are not valid UTF-8. */
      value_hex?: string;
    })[];
  })[];
  /** Attributes that the kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Packets that the socket dropped, from `/proc/net`; otherwise in skmeminfo. In packets. */
  drops?: number;
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** BPF maps that hold the socket: programs redirect data to it, or choose it for connections; only with --socket-maps. */
  bpf_maps?: ({
    /** Number of the map. */
    id?: number;
    /** Its name, if it has one. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its type. */
    type?: "sockmap" | "sockhash" | "reuseport_sockarray";
  })[];
  /** Name of the interface iface_idx, if it exists now. */
  iface?: string;
  /** Exact bytes of iface; only there if they are not valid UTF-8. */
  iface_hex?: string;
  /** Whether the route is known; only with --route. resolved: it is. foreign: it is, but the local address is not of this machine (any more), and the route is that without it. unreachable: there is none. prohibited, discarded: a rule or route forbids the packets, or drops them (blackhole). unconnected: the socket has no destination. denied: routing depends on the mark, which the kernel does not tell without CAP_NET_ADMIN. failed: the kernel could not be asked, or only /proc/net has the socket. */
  route_status?: "resolved" | "foreign" | "unreachable" | "prohibited" | "discarded" | "unconnected" | "denied" | "failed";
  /** The route that the kernel would choose now for packets of this socket; only with --route. */
  route?: {
    /** What becomes of the packets: unicast ones go on to one destination, local ones stay on this machine. */
    type?: "unicast" | "local" | "broadcast" | "anycast" | "multicast" | "blackhole" | "unreachable" | "prohibit";
    /** Name of the interface that they leave by. */
    iface?: string;
    /** Exact bytes of iface; only there if they are not valid UTF-8. */
    iface_hex?: string;
    /** Index of that interface. */
    iface_idx?: number;
    /** The next router; left out if the destination is on the link. */
    gateway?: string;
    /** Source address of the route, if it is not the local address of the socket. */
    src?: string;
    /** Number of the routing table: 254 is main, 255 local. */
    table?: number;
    /** Largest packet: of the route, or learned from routers (path MTU discovery). Else that of the interface counts. Only if the route says so. In bytes. */
    mtu?: number;
    /** Largest window to advertise. Only if the route says so. In bytes. */
    window?: number;
    /** Slow start threshold to begin with. Only if the route says so. In packets. */
    ssthresh?: number;
    /** Largest congestion window, if it is locked. Only if the route says so. In packets. */
    cwnd?: number;
    /** Segment size to advertise. Only if the route says so. In bytes. */
    advmss?: number;
    /** Reordering to begin with. Only if the route says so. In packets. */
    reordering?: number;
    /** Hop limit of packets. Only if the route says so. */
    hoplimit?: number;
    /** Congestion window to begin with. Only if the route says so. In packets. */
    initcwnd?: number;
    /** Least retransmission timeout. Only if the route says so. In ms. */
    rto_min?: number;
    /** Receive window to begin with. Only if the route says so. In packets. */
    initrwnd?: number;
    /** Whether acknowledgements are sent at once. Only if the route says so. */
    quickack?: number;
    /** Congestion control for connections over the route, if it names one. */
    congestion?: string;
    /** Exact bytes of congestion; only there if they are not valid UTF-8. */
    congestion_hex?: string;
    /** Time until a learned path MTU is forgotten, or an IPv6 route. In ms. */
    expires?: number;
  };
  /** What TCP remembers of earlier connections between the two addresses, and begins new ones with; only with --route. Left out if it remembers nothing. */
  tcp_metrics?: {
    /** Time since it was last updated. In ms. */
    age?: number;
    /** Smoothed round-trip time. In ms. */
    rtt?: number;
    /** Its variation. In ms. */
    rttvar?: number;
    /** Slow start threshold. In packets. */
    ssthresh?: number;
    /** Congestion window. In packets. */
    cwnd?: number;
    /** Reordering. In packets. */
    reordering?: number;
    /** Segment size for TCP Fast Open. In bytes. */
    fastopen_mss?: number;
    /** How often a SYN with data got no answer. */
    fastopen_syn_drops?: number;
  };
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user; only there if they are not valid UTF-8. */
  user_hex?: string;
  /** Path of the control group cgroup_id below the root of the version 2 hierarchy, if it still exists and is visible. Without cgroup_id: the group of the owners (any version), if all are in the same one; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Innermost systemd unit in the path; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit; only there if they are not valid UTF-8. */
  unit_hex?: string;
  /** Innermost container in the path; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
    id?: string;
    /** Exact bytes of id; only there if they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; left out if the path does not tell. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; left out if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, as in net:[INODE]. */
    inode?: number;
    /** Its file name in /run/netns; root for the namespace of process 1. Most have no name. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its cookie, which is not used again until the machine restarts; BPF programs see it. */
    cookie?: string;
  };
  /** SELinux context of the socket, if a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context; only there if they are not valid UTF-8. */
  context_hex?: string;
  /** Whether the options were read. resolved: they were. none: no process is known to have a descriptor of it. denied: they may not be read. gone: the descriptor has been closed meanwhile. linger: closing a duplicate could wait (SO_LINGER). class: a duplicate would change its class (net_cls, net_prio). state: a duplicate would disturb the start or the end of the connection, or the state is not known. */
  options_status?: "resolved" | "none" | "denied" | "gone" | "linger" | "class" | "state";
  /** Options that its program has set, or their defaults (getsockopt(2)), read through a duplicate of a descriptor; only with --sockopts. */
  options?: SocketOptions;
  /** All processes that hold the socket; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, if it has its own descriptors; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe; only there if they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may contain secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** True if the arguments were cut off, else left out. At most 4 kB are kept for each process, and less after a total of 8 MB. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user; only there if they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context; only there if they are not valid UTF-8. */
    context_hex?: string;
    /** Start time since the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances in which the socket is registered. It may have no other descriptor of the socket. */
    io_uring_fds?: (number)[];
    /** True if it has no descriptor of the socket but has mapped its ring, else left out. */
    mapped?: boolean;
    /** Its descriptors of the socket, and of the io_urings that hold it, with their flags; only with --descriptors. */
    descriptors?: ({
      /** The descriptor. */
      fd?: number;
      /** Its flags. cloexec: a program started by exec does not inherit it. nonblock: calls do not wait. async: signals report data. Left out if the descriptor has been closed meanwhile or cannot be read. */
      flags?: ("nonblock" | "async" | "cloexec")[];
      /** How it leads to the socket: descriptor, or io_uring for the descriptor of an io_uring in which the socket is registered. */
      via?: "descriptor" | "io_uring";
    })[];
    /** Path of its control group (version 2, else version 1); only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Innermost systemd unit in the path; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit; only there if they are not valid UTF-8. */
    unit_hex?: string;
    /** Innermost container in the path; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
      id?: string;
      /** Exact bytes of id; only there if they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; left out if the path does not tell. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; left out if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known. resolved: they are. none: no process holds the socket. kernel: the kernel itself owns it, see kernel_owner. unaccepted: it waits to be accepted by a listener. denied: a process that may not be read, or is not visible, may hold it. raced: a process that has ended meanwhile may have held it. */
  owner_status?: "resolved" | "none" | "kernel" | "unaccepted" | "denied" | "raced";
  /** Whether the epoll instances are known; only with --watchers. resolved: they are. none: none watches the socket. denied: a process that may not be read, or is not visible, may have one. raced: a process that has ended meanwhile may have had one. */
  watchers_status?: "resolved" | "none" | "denied" | "raced";
  /** Epoll instances that watch the socket; only with --watchers. */
  watchers?: ({
    /** Number of a process that has the epoll instance. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Its descriptor of the epoll instance. */
    epoll_fd?: number;
    /** The descriptor by which the socket was added; it may have been closed or used again since. */
    fd?: number;
    /** The events that it waits for, in the words of epoll_ctl(2) without EPOLL; et is edge-triggered. */
    events?: ("in" | "pri" | "out" | "err" | "hup" | "nval" | "rdnorm" | "rdband" | "wrnorm" | "wrband" | "msg" | "rdhup" | "exclusive" | "wakeup" | "oneshot" | "et")[];
  })[];
  /** Whether the threads are known; only with --waiters. resolved: they are. none: no thread of the owners waits, or nobody holds the socket. denied: some threads may not be read, or the owners are not known. */
  waiters_status?: "resolved" | "none" | "denied";
  /** Threads of the owners that wait in a call on the socket, with --watchers also those that wait on an epoll instance that watches it; only with --waiters. */
  waiters?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread. */
    tid?: number;
    /** Name of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** The system call that it waits in. */
    call?: "accept" | "accept4" | "close" | "connect" | "epoll_pwait" | "epoll_pwait2" | "epoll_wait" | "io_uring_enter" | "read" | "readv" | "recvfrom" | "recvmmsg" | "recvmsg" | "sendfile" | "sendmmsg" | "sendmsg" | "sendto" | "shutdown" | "splice" | "write" | "writev";
    /** The descriptor that it waits on: of the socket, of the io_uring that holds it, or of the epoll instance. */
    fd?: number;
  })[];
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host; only there if they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host; only there if they are not valid UTF-8. */
  dst_host_hex?: string;
  /** What closing the socket has led to; only with -K. */
  kill?: {
    /** The result. closed: the kernel has closed it; gone: it was closed by somebody else before; not-supported: the kernel cannot close sockets of this kind; without errno it was not asked; denied: not permitted: needs CAP_NET_ADMIN in the network namespace of the socket; not-reachable: it is or may be still there, but the kernel finds another socket with the same addresses, or none; dry-run: it would be closed without --dry-run. */
    result?: string;
    /** Name of the kernel's error; absent if there was none. */
    errno?: string;
  };
  /** What was counted between two listings, per second. Only for sockets that both have; only with --rates. */
  rates?: {
    /** Rate of drops between two listings. In packets/s. */
    drops?: number;
  };
  /** When it was received (-E), when the round started (--watch), or when the run started or was recorded (--columns time); in UTC. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** A socket of SCTP: what the kernel or a lookup did not tell is not there. */
export type SctpFlow = {
  /** Name of the family. */
  protocol: "SCTP";
  /** Address family. */
  family?: "inet" | "inet6" | "unknown";
  /** Number of family; only there if this program has no word for the value. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "closed" | "cookie-wait" | "cookie-echoed" | "shutdown-pending" | "shutdown-sent" | "shutdown-received" | "shutdown-ack-sent" | "unknown";
  /** Number of state; only there if this program has no word for the value. */
  state_raw?: number;
  /** Local address. */
  src?: string;
  /** Local port. */
  src_port?: number;
  /** Remote address. */
  dst?: string;
  /** Remote port. */
  dst_port?: number;
  /** Index of the interface that the socket is bound to, 0 for none. */
  iface_idx?: number;
  /** Bytes received and not yet read by the process; a FIN of TCP counts as 1. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Bytes written and not yet acknowledged by the peer; a SYN or FIN of TCP counts as 1, so it is 1 in syn-sent. It has no meaning before a deferred connect (TCP_FASTOPEN_CONNECT) has sent anything. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** The timer that runs out next. */
  timer?: "off" | "retransmit" | "keepalive" | "timewait" | "zero-window-probe" | "delayed-ack" | "t1-cookie" | "t1-init" | "t2-shutdown" | "t3-rtx" | "t4-rto" | "t5-shutdown-guard" | "heartbeat" | "reconf" | "probe" | "sack" | "autoclose" | "unknown";
  /** Number of timer; only there if this program has no word for the value. */
  timer_raw?: number;
  /** Time until the timer runs out; only while one runs. In ms. */
  expires?: number;
  /** Retransmissions of the oldest data (timer retransmit), unanswered probes (keepalive, zero-window-probe), or SYN-ACKs sent again (syn-recv). */
  retrans?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it. */
  inode?: number;
  /** Unique number of the socket; not used again until the machine restarts. */
  cookie?: string;
  /** State of the protocol: of an association, or the settings of an endpoint. */
  sctp_info?: {
    /** Verification tag of this side. */
    tag?: number;
    /** State of the association. */
    state?: "closed" | "cookie-wait" | "cookie-echoed" | "established" | "shutdown-pending" | "shutdown-sent" | "shutdown-received" | "shutdown-ack-sent" | "unknown";
    /** Number of state; only there if this program has no word for the value. */
    state_raw?: number;
    /** Window that this side announces. In bytes. */
    rwnd?: number;
    /** Data chunks sent and not acknowledged. In chunks. */
    unackdata?: number;
    /** Received chunks that wait for earlier ones. In chunks. */
    penddata?: number;
    /** Streams from the peer. In streams. */
    instrms?: number;
    /** Streams to the peer. In streams. */
    outstrms?: number;
    /** Size at which messages are split. Kernels so far do not fill it in; see maxseg. In bytes. */
    fragmentation_point?: number;
    /** Chunks in the receive queue. In chunks. */
    inqueue?: number;
    /** Chunks in the send queue. In chunks. */
    outqueue?: number;
    /** Consecutive errors on all paths. */
    overall_error?: number;
    /** Limit of packets sent at once. In packets. */
    max_burst?: number;
    /** Size at which messages are split. In bytes. */
    maxseg?: number;
    /** Window that the peer announces. In bytes. */
    peer_rwnd?: number;
    /** Verification tag of the peer. */
    peer_tag?: number;
    /** What the peer can do. */
    peer_capable?: ("auth" | "prsctp" | "asconf" | "reconf" | "ipv6" | "ipv4" | "ecn" | "intl")[];
    /** Number of peer_capable; only there if this program has no word for the value. */
    peer_capable_raw?: number;
    /** State of the acknowledgements to the peer. */
    peer_sack?: ("zero_window_announced" | "sack_generation" | "sack_needed")[];
    /** Number of peer_sack; only there if this program has no word for the value. */
    peer_sack_raw?: number;
    /** Acknowledgements (SACK) received. In chunks. */
    isacks?: bigint;
    /** Acknowledgements (SACK) sent. In chunks. */
    osacks?: bigint;
    /** Packets sent. In packets. */
    opackets?: bigint;
    /** Packets received. In packets. */
    ipackets?: bigint;
    /** Chunks retransmitted. In chunks. */
    rtxchunks?: bigint;
    /** Chunks received out of order. In chunks. */
    outofseqtsns?: bigint;
    /** Chunks received twice. In chunks. */
    idupchunks?: bigint;
    /** Gaps that the peer has reported. */
    gapcnt?: bigint;
    /** Unordered data chunks sent. In chunks. */
    ouodchunks?: bigint;
    /** Unordered data chunks received. In chunks. */
    iuodchunks?: bigint;
    /** Ordered data chunks sent. In chunks. */
    oodchunks?: bigint;
    /** Ordered data chunks received. In chunks. */
    iodchunks?: bigint;
    /** Control chunks sent. In chunks. */
    octrlchunks?: bigint;
    /** Control chunks received. In chunks. */
    ictrlchunks?: bigint;
    /** State of the path to the primary address. */
    p_state?: "inactive" | "potentially-failed" | "active" | "unconfirmed" | "unknown";
    /** Number of p_state; only there if this program has no word for the value. */
    p_state_raw?: number;
    /** Congestion window of the primary path. In bytes. */
    p_cwnd?: number;
    /** Smoothed round-trip time of the primary path. In ticks. */
    p_srtt?: number;
    /** Retransmission timeout of the primary path. In ms. */
    p_rto?: number;
    /** Time between heartbeats. In ticks. */
    p_hbinterval?: number;
    /** Limit of retransmissions on the primary path. */
    p_pathmaxrxt?: number;
    /** Delay of acknowledgements. In ms. */
    p_sackdelay?: number;
    /** Packets for one acknowledgement. Kernels so far do not fill it in. In packets. */
    p_sackfreq?: number;
    /** Slow-start threshold of the primary path. In bytes. */
    p_ssthresh?: number;
    /** Data acknowledged since the congestion window last grew. In bytes. */
    p_partial_bytes_acked?: number;
    /** Data in flight on the primary path. In bytes. */
    p_flight_size?: number;
    /** Consecutive errors on the primary path. */
    p_error?: number;
    /** Time after which idle associations are closed, 0 for never. In s. */
    s_autoclose?: number;
    /** Adaptation indication told to peers. */
    s_adaptation_ind?: number;
    /** Size from which messages are delivered in parts, 0 for never. In bytes. */
    s_pd_point?: number;
    /** Whether data is sent at once (SCTP_NODELAY). */
    s_nodelay?: boolean;
    /** Whether messages are never split (SCTP_DISABLE_FRAGMENTS). */
    s_disable_fragments?: boolean;
    /** Whether IPv4 addresses are shown as IPv6 ones (SCTP_I_WANT_MAPPED_V4_ADDR). */
    s_v4mapped?: boolean;
    /** How much parts of different messages may be mixed (SCTP_FRAGMENT_INTERLEAVE). */
    s_frag_interleave?: number;
    /** Style of the socket. */
    s_type?: "one-to-many" | "one-to-many-high-bandwidth" | "one-to-one" | "unknown";
    /** Number of s_type; only there if this program has no word for the value. */
    s_type_raw?: number;
    /** Primary address of the peer (associations). */
    p_address?: {
      /** Address family. */
      family?: "inet" | "inet6" | "unknown";
      /** Number of family; only there if this program has no word for the value. */
      family_raw?: number;
      /** Address. */
      address?: string;
      /** Port. */
      port?: number;
      /** Index of the interface that a link-local address belongs to. */
      scope_id?: number;
      /** Address of a family that this program does not know, byte by byte. */
      data?: string;
    };
  };
  /** All addresses of this side. */
  locals?: ({
    /** Address family. */
    family?: "inet" | "inet6" | "unknown";
    /** Number of family; only there if this program has no word for the value. */
    family_raw?: number;
    /** Address. */
    address?: string;
    /** Port. */
    port?: number;
    /** Index of the interface that a link-local address belongs to. */
    scope_id?: number;
    /** Address of a family that this program does not know, byte by byte. */
    data?: string;
  })[];
  /** All addresses of the peer (associations). */
  peers?: ({
    /** Address family. */
    family?: "inet" | "inet6" | "unknown";
    /** Number of family; only there if this program has no word for the value. */
    family_raw?: number;
    /** Address. */
    address?: string;
    /** Port. */
    port?: number;
    /** Index of the interface that a link-local address belongs to. */
    scope_id?: number;
    /** Address of a family that this program does not know, byte by byte. */
    data?: string;
  })[];
  /** Directions that are closed: 1 receiving, 2 sending, 3 both. */
  shutdown?: number;
  /** Directions that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names; only there if this program has no word for the value. */
  shutdown_names_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  shutdown_extra?: string;
  /** Whether an IPv6 listener refuses IPv4 (IPV6_V6ONLY). */
  v6only?: boolean;
  /** Bytes that the kernel sent after those that this program knows. */
  v6only_extra?: string;
  /** Type-of-service byte of IPv4 packets (IP_TOS). */
  tos?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  tos_extra?: string;
  /** Traffic class of IPv6 packets (IPV6_TCLASS). */
  tclass?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  tclass_extra?: string;
  /** Network class of the control group; without one, the socket's priority (SO_PRIORITY). */
  class_id?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  class_id_extra?: string;
  /** Mark of the packets that the socket sends (SO_MARK). */
  mark?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  mark_extra?: string;
  /** Number of the socket's control group (version 2). */
  cgroup_id?: string;
  /** Bytes that the kernel sent after those that this program knows. */
  cgroup_id_extra?: string;
  /** Options of the IP layer that are on. */
  sockopts?: ("recverr" | "is_icsk" | "freebind" | "hdrincl" | "mc_loop" | "transparent" | "mc_all" | "nodefrag" | "bind_address_no_port" | "recverr_rfc4884" | "defer_connect")[];
  /** Number of sockopts; only there if this program has no word for the value. */
  sockopts_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  sockopts_extra?: string;
  /** Memory of the socket in the older, shorter form. */
  meminfo?: {
    /** Memory charged for received data. In bytes. */
    r?: number;
    /** Memory of the send queue. In bytes. */
    w?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    f?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    t?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  meminfo_extra?: string;
  /** Memory of the socket (SK_MEMINFO_*). */
  skmeminfo?: {
    /** Memory charged for received data. In bytes. */
    rmem_alloc?: number;
    /** Limit of the receive buffer. In bytes. */
    rcvbuf?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    wmem_alloc?: number;
    /** Limit of the send buffer. In bytes. */
    sndbuf?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    fwd_alloc?: number;
    /** Memory of the send queue. In bytes. */
    wmem_queued?: number;
    /** Memory of socket options and ancillary data. In bytes. */
    optmem?: number;
    /** Data that arrived while the socket was in use by its process. In bytes. */
    backlog?: number;
    /** Packets that the socket dropped. In packets. */
    drops?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  skmeminfo_extra?: string;
  /** Name of the congestion control. */
  cong_algo?: string;
  /** Exact bytes of cong_algo; only there if they are not valid UTF-8. */
  cong_algo_hex?: string;
  /** Values that BPF programs store for the socket; only with --bpf-maps. */
  bpf_storages?: ({
    /** Number of the BPF map. */
    map_id?: number;
    /** Bytes that the kernel sent after those that this program knows. */
    map_id_extra?: string;
    /** Value of this socket in the map, byte by byte. */
    value?: string;
    /** Attributes that the kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
    /** Name of the BPF map, if it has one. */
    map_name?: string;
    /** Exact bytes of map_name; only there if they are not valid UTF-8. */
    map_name_hex?: string;
    /** Members of the value, if the map has types (BTF). Nested structures are replaced by their members. */
    members?: ({
      /** The member as an expression of C, such as `peer.ports[2]`; left out if the value is not a structure. */
      name?: string;
      /** Exact bytes of name; only there if they are not valid UTF-8. */
      name_hex?: string;
      /** Its value: a number, an enumerator, `true` or `false`, the text of a `char[]`, other byte arrays in hexadecimal. */
      value?: string;
      /** Exact bytes of value; only there if they are not valid UTF-8. */
      value_hex?: string;
    })[];
  })[];
  /** Attributes that the kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** True for an association, which has the inode and cookie of its endpoint; false for an endpoint. */
  association?: boolean;
  /** Bytes that the kernel sent after those that this program knows. */
  sctp_info_extra?: string;
  /** Name of the interface iface_idx, if it exists now. */
  iface?: string;
  /** Exact bytes of iface; only there if they are not valid UTF-8. */
  iface_hex?: string;
  /** Whether the route is known; only with --route. resolved: it is. foreign: it is, but the local address is not of this machine (any more), and the route is that without it. unreachable: there is none. prohibited, discarded: a rule or route forbids the packets, or drops them (blackhole). unconnected: the socket has no destination. denied: routing depends on the mark, which the kernel does not tell without CAP_NET_ADMIN. failed: the kernel could not be asked, or only /proc/net has the socket. */
  route_status?: "resolved" | "foreign" | "unreachable" | "prohibited" | "discarded" | "unconnected" | "denied" | "failed";
  /** The route that the kernel would choose now for packets of this socket; only with --route. */
  route?: {
    /** What becomes of the packets: unicast ones go on to one destination, local ones stay on this machine. */
    type?: "unicast" | "local" | "broadcast" | "anycast" | "multicast" | "blackhole" | "unreachable" | "prohibit";
    /** Name of the interface that they leave by. */
    iface?: string;
    /** Exact bytes of iface; only there if they are not valid UTF-8. */
    iface_hex?: string;
    /** Index of that interface. */
    iface_idx?: number;
    /** The next router; left out if the destination is on the link. */
    gateway?: string;
    /** Source address of the route, if it is not the local address of the socket. */
    src?: string;
    /** Number of the routing table: 254 is main, 255 local. */
    table?: number;
    /** Largest packet: of the route, or learned from routers (path MTU discovery). Else that of the interface counts. Only if the route says so. In bytes. */
    mtu?: number;
    /** Largest window to advertise. Only if the route says so. In bytes. */
    window?: number;
    /** Slow start threshold to begin with. Only if the route says so. In packets. */
    ssthresh?: number;
    /** Largest congestion window, if it is locked. Only if the route says so. In packets. */
    cwnd?: number;
    /** Segment size to advertise. Only if the route says so. In bytes. */
    advmss?: number;
    /** Reordering to begin with. Only if the route says so. In packets. */
    reordering?: number;
    /** Hop limit of packets. Only if the route says so. */
    hoplimit?: number;
    /** Congestion window to begin with. Only if the route says so. In packets. */
    initcwnd?: number;
    /** Least retransmission timeout. Only if the route says so. In ms. */
    rto_min?: number;
    /** Receive window to begin with. Only if the route says so. In packets. */
    initrwnd?: number;
    /** Whether acknowledgements are sent at once. Only if the route says so. */
    quickack?: number;
    /** Congestion control for connections over the route, if it names one. */
    congestion?: string;
    /** Exact bytes of congestion; only there if they are not valid UTF-8. */
    congestion_hex?: string;
    /** Time until a learned path MTU is forgotten, or an IPv6 route. In ms. */
    expires?: number;
  };
  /** What TCP remembers of earlier connections between the two addresses, and begins new ones with; only with --route. Left out if it remembers nothing. */
  tcp_metrics?: {
    /** Time since it was last updated. In ms. */
    age?: number;
    /** Smoothed round-trip time. In ms. */
    rtt?: number;
    /** Its variation. In ms. */
    rttvar?: number;
    /** Slow start threshold. In packets. */
    ssthresh?: number;
    /** Congestion window. In packets. */
    cwnd?: number;
    /** Reordering. In packets. */
    reordering?: number;
    /** Segment size for TCP Fast Open. In bytes. */
    fastopen_mss?: number;
    /** How often a SYN with data got no answer. */
    fastopen_syn_drops?: number;
  };
  /** Whether a translation is known; only with --nat. translated: it is. none: when the listing began, the namespaces that are listed translated nothing for this connection. ambiguous: several translations fit. unconnected: the socket has no remote end. denied: connections are tracked and may not be read. failed: they could not be read, or only /proc/net has the socket. */
  nat_status?: "translated" | "none" | "ambiguous" | "unconnected" | "denied" | "failed";
  /** Translation of addresses and ports of the connection (NAT) in this network namespace, or in another that is listed; only with --nat. */
  nat?: {
    /** Which of the two directions the packets are that this socket sends: that of the end that connected (original), or the other. */
    direction?: "original" | "reply";
    /** Packets of the end that connected, as they are before the translation. */
    original?: {
      /** Their source address. */
      src?: string;
      /** Their source port. */
      src_port?: number;
      /** Their destination address. */
      dst?: string;
      /** Their destination port. */
      dst_port?: number;
    };
    /** Packets of the other end, as they are before the translation. */
    reply?: {
      /** Their source address. */
      src?: string;
      /** Their source port. */
      src_port?: number;
      /** Their destination address. */
      dst?: string;
      /** Their destination port. */
      dst_port?: number;
    };
    /** Inode of the network namespace that translates, if it is not that of the socket. */
    netns_inode?: number;
    /** Mark of the connection. */
    mark?: number;
    /** Zone of the connection, if not 0. */
    zone?: number;
    /** Time until the kernel forgets it. In s. */
    timeout?: number;
  };
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user; only there if they are not valid UTF-8. */
  user_hex?: string;
  /** Path of the control group cgroup_id below the root of the version 2 hierarchy, if it still exists and is visible. Without cgroup_id: the group of the owners (any version), if all are in the same one; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Innermost systemd unit in the path; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit; only there if they are not valid UTF-8. */
  unit_hex?: string;
  /** Innermost container in the path; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
    id?: string;
    /** Exact bytes of id; only there if they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; left out if the path does not tell. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; left out if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, as in net:[INODE]. */
    inode?: number;
    /** Its file name in /run/netns; root for the namespace of process 1. Most have no name. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its cookie, which is not used again until the machine restarts; BPF programs see it. */
    cookie?: string;
  };
  /** SELinux context of the socket, if a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context; only there if they are not valid UTF-8. */
  context_hex?: string;
  /** Whether the options were read. resolved: they were. none: no process is known to have a descriptor of it. denied: they may not be read. gone: the descriptor has been closed meanwhile. linger: closing a duplicate could wait (SO_LINGER). class: a duplicate would change its class (net_cls, net_prio). state: a duplicate would disturb the start or the end of the connection, or the state is not known. */
  options_status?: "resolved" | "none" | "denied" | "gone" | "linger" | "class" | "state";
  /** Options that its program has set, or their defaults (getsockopt(2)), read through a duplicate of a descriptor; only with --sockopts. */
  options?: SocketOptions;
  /** All processes that hold the socket; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, if it has its own descriptors; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe; only there if they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may contain secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** True if the arguments were cut off, else left out. At most 4 kB are kept for each process, and less after a total of 8 MB. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user; only there if they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context; only there if they are not valid UTF-8. */
    context_hex?: string;
    /** Start time since the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances in which the socket is registered. It may have no other descriptor of the socket. */
    io_uring_fds?: (number)[];
    /** True if it has no descriptor of the socket but has mapped its ring, else left out. */
    mapped?: boolean;
    /** Its descriptors of the socket, and of the io_urings that hold it, with their flags; only with --descriptors. */
    descriptors?: ({
      /** The descriptor. */
      fd?: number;
      /** Its flags. cloexec: a program started by exec does not inherit it. nonblock: calls do not wait. async: signals report data. Left out if the descriptor has been closed meanwhile or cannot be read. */
      flags?: ("nonblock" | "async" | "cloexec")[];
      /** How it leads to the socket: descriptor, or io_uring for the descriptor of an io_uring in which the socket is registered. */
      via?: "descriptor" | "io_uring";
    })[];
    /** Path of its control group (version 2, else version 1); only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Innermost systemd unit in the path; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit; only there if they are not valid UTF-8. */
    unit_hex?: string;
    /** Innermost container in the path; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
      id?: string;
      /** Exact bytes of id; only there if they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; left out if the path does not tell. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; left out if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known. resolved: they are. none: no process holds the socket. kernel: the kernel itself owns it, see kernel_owner. unaccepted: it waits to be accepted by a listener. denied: a process that may not be read, or is not visible, may hold it. raced: a process that has ended meanwhile may have held it. */
  owner_status?: "resolved" | "none" | "kernel" | "unaccepted" | "denied" | "raced";
  /** Whether the epoll instances are known; only with --watchers. resolved: they are. none: none watches the socket. denied: a process that may not be read, or is not visible, may have one. raced: a process that has ended meanwhile may have had one. */
  watchers_status?: "resolved" | "none" | "denied" | "raced";
  /** Epoll instances that watch the socket; only with --watchers. */
  watchers?: ({
    /** Number of a process that has the epoll instance. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Its descriptor of the epoll instance. */
    epoll_fd?: number;
    /** The descriptor by which the socket was added; it may have been closed or used again since. */
    fd?: number;
    /** The events that it waits for, in the words of epoll_ctl(2) without EPOLL; et is edge-triggered. */
    events?: ("in" | "pri" | "out" | "err" | "hup" | "nval" | "rdnorm" | "rdband" | "wrnorm" | "wrband" | "msg" | "rdhup" | "exclusive" | "wakeup" | "oneshot" | "et")[];
  })[];
  /** Whether the threads are known; only with --waiters. resolved: they are. none: no thread of the owners waits, or nobody holds the socket. denied: some threads may not be read, or the owners are not known. */
  waiters_status?: "resolved" | "none" | "denied";
  /** Threads of the owners that wait in a call on the socket, with --watchers also those that wait on an epoll instance that watches it; only with --waiters. */
  waiters?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread. */
    tid?: number;
    /** Name of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** The system call that it waits in. */
    call?: "accept" | "accept4" | "close" | "connect" | "epoll_pwait" | "epoll_pwait2" | "epoll_wait" | "io_uring_enter" | "read" | "readv" | "recvfrom" | "recvmmsg" | "recvmsg" | "sendfile" | "sendmmsg" | "sendmsg" | "sendto" | "shutdown" | "splice" | "write" | "writev";
    /** The descriptor that it waits on: of the socket, of the io_uring that holds it, or of the epoll instance. */
    fd?: number;
  })[];
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host; only there if they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host; only there if they are not valid UTF-8. */
  dst_host_hex?: string;
  /** What closing the socket has led to; only with -K. */
  kill?: {
    /** The result. closed: the kernel has closed it; gone: it was closed by somebody else before; not-supported: the kernel cannot close sockets of this kind; without errno it was not asked; denied: not permitted: needs CAP_NET_ADMIN in the network namespace of the socket; not-reachable: it is or may be still there, but the kernel finds another socket with the same addresses, or none; dry-run: it would be closed without --dry-run. */
    result?: string;
    /** Name of the kernel's error; absent if there was none. */
    errno?: string;
  };
  /** What was counted between two listings, per second. Only for sockets that both have; only with --rates. */
  rates?: {
    /** Rate of isacks between two listings. In chunks/s. */
    isacks?: number;
    /** Rate of osacks between two listings. In chunks/s. */
    osacks?: number;
    /** Rate of opackets between two listings. In packets/s. */
    opackets?: number;
    /** Rate of ipackets between two listings. In packets/s. */
    ipackets?: number;
    /** Rate of rtxchunks between two listings. In chunks/s. */
    rtxchunks?: number;
    /** Rate of outofseqtsns between two listings. In chunks/s. */
    outofseqtsns?: number;
    /** Rate of idupchunks between two listings. In chunks/s. */
    idupchunks?: number;
    /** Rate of gapcnt between two listings. In 1/s. */
    gapcnt?: number;
    /** Rate of ouodchunks between two listings. In chunks/s. */
    ouodchunks?: number;
    /** Rate of iuodchunks between two listings. In chunks/s. */
    iuodchunks?: number;
    /** Rate of oodchunks between two listings. In chunks/s. */
    oodchunks?: number;
    /** Rate of iodchunks between two listings. In chunks/s. */
    iodchunks?: number;
    /** Rate of octrlchunks between two listings. In chunks/s. */
    octrlchunks?: number;
    /** Rate of ictrlchunks between two listings. In chunks/s. */
    ictrlchunks?: number;
    /** Rate of drops between two listings. In packets/s. */
    drops?: number;
  };
  /** When it was received (-E), when the round started (--watch), or when the run started or was recorded (--columns time); in UTC. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** A socket of DCCP: what the kernel or a lookup did not tell is not there. */
export type DccpFlow = {
  /** Name of the family. */
  protocol: "DCCP";
  /** Address family. */
  family?: "inet" | "inet6" | "unknown";
  /** Number of family; only there if this program has no word for the value. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "partopen" | "passive-closereq" | "unknown";
  /** Number of state; only there if this program has no word for the value. */
  state_raw?: number;
  /** Local address. */
  src?: string;
  /** Local port. */
  src_port?: number;
  /** Remote address. */
  dst?: string;
  /** Remote port. */
  dst_port?: number;
  /** Index of the interface that the socket is bound to, 0 for none. */
  iface_idx?: number;
  /** Bytes received and not yet read by the process; a FIN of TCP counts as 1. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Bytes written and not yet acknowledged by the peer; a SYN or FIN of TCP counts as 1, so it is 1 in syn-sent. It has no meaning before a deferred connect (TCP_FASTOPEN_CONNECT) has sent anything. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** The timer that runs out next. */
  timer?: "off" | "retransmit" | "keepalive" | "timewait" | "zero-window-probe" | "delayed-ack" | "unknown";
  /** Number of timer; only there if this program has no word for the value. */
  timer_raw?: number;
  /** Time until the timer runs out; only while one runs. In ms. */
  expires?: number;
  /** Retransmissions of the oldest data (timer retransmit), unanswered probes (keepalive, zero-window-probe), or SYN-ACKs sent again (syn-recv). */
  retrans?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it. */
  inode?: number;
  /** Unique number of the socket; not used again until the machine restarts. */
  cookie?: string;
  /** Directions that are closed: 1 receiving, 2 sending, 3 both. */
  shutdown?: number;
  /** Directions that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names; only there if this program has no word for the value. */
  shutdown_names_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  shutdown_extra?: string;
  /** Whether an IPv6 listener refuses IPv4 (IPV6_V6ONLY). */
  v6only?: boolean;
  /** Bytes that the kernel sent after those that this program knows. */
  v6only_extra?: string;
  /** Type-of-service byte of IPv4 packets (IP_TOS). */
  tos?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  tos_extra?: string;
  /** Traffic class of IPv6 packets (IPV6_TCLASS). */
  tclass?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  tclass_extra?: string;
  /** Network class of the control group; without one, the socket's priority (SO_PRIORITY). */
  class_id?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  class_id_extra?: string;
  /** Mark of the packets that the socket sends (SO_MARK). */
  mark?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  mark_extra?: string;
  /** Number of the socket's control group (version 2). */
  cgroup_id?: string;
  /** Bytes that the kernel sent after those that this program knows. */
  cgroup_id_extra?: string;
  /** Options of the IP layer that are on. */
  sockopts?: ("recverr" | "is_icsk" | "freebind" | "hdrincl" | "mc_loop" | "transparent" | "mc_all" | "nodefrag" | "bind_address_no_port" | "recverr_rfc4884" | "defer_connect")[];
  /** Number of sockopts; only there if this program has no word for the value. */
  sockopts_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  sockopts_extra?: string;
  /** Memory of the socket in the older, shorter form. */
  meminfo?: {
    /** Memory charged for received data. In bytes. */
    r?: number;
    /** Memory of the send queue. In bytes. */
    w?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    f?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    t?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  meminfo_extra?: string;
  /** Memory of the socket (SK_MEMINFO_*). */
  skmeminfo?: {
    /** Memory charged for received data. In bytes. */
    rmem_alloc?: number;
    /** Limit of the receive buffer. In bytes. */
    rcvbuf?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    wmem_alloc?: number;
    /** Limit of the send buffer. In bytes. */
    sndbuf?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    fwd_alloc?: number;
    /** Memory of the send queue. In bytes. */
    wmem_queued?: number;
    /** Memory of socket options and ancillary data. In bytes. */
    optmem?: number;
    /** Data that arrived while the socket was in use by its process. In bytes. */
    backlog?: number;
    /** Packets that the socket dropped. In packets. */
    drops?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  skmeminfo_extra?: string;
  /** State of the protocol; left out for time-wait, syn-recv and bound-inactive sockets. */
  tcp_info?: {
    /** State of the connection. */
    state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "partopen" | "passive-closereq" | "unknown";
    /** Number of state; only there if this program has no word for the value. */
    state_raw?: number;
    /** Number of the congestion control's state. */
    ca_state?: number;
    /** Consecutive timeouts since data was last acknowledged. */
    retransmits?: number;
    /** Unanswered window or keepalive probes. */
    probes?: number;
    /** Number of times that the timeout was doubled. */
    backoff?: number;
    /** Options in use on this connection. */
    opts?: ("ts" | "sack" | "wscale" | "ecn" | "ecnseen" | "fastopen" | "usec_ts" | "tfo_child")[];
    /** Number of opts; only there if this program has no word for the value. */
    opts_raw?: number;
    /** Retransmission timeout. In ms. */
    rto?: number;
    /** Path MTU. In bytes. */
    pmtu?: number;
    /** Smoothed round-trip time. In ms. */
    rtt?: number;
    /** Round-trip time as the receiver sees it; 0 before the first sample. In ms. */
    rcv_rtt?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  tcp_info_extra?: string;
  /** Values that BPF programs store for the socket; only with --bpf-maps. */
  bpf_storages?: ({
    /** Number of the BPF map. */
    map_id?: number;
    /** Bytes that the kernel sent after those that this program knows. */
    map_id_extra?: string;
    /** Value of this socket in the map, byte by byte. */
    value?: string;
    /** Attributes that the kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
    /** Name of the BPF map, if it has one. */
    map_name?: string;
    /** Exact bytes of map_name; only there if they are not valid UTF-8. */
    map_name_hex?: string;
    /** Members of the value, if the map has types (BTF). Nested structures are replaced by their members. */
    members?: ({
      /** The member as an expression of C, such as `peer.ports[2]`; left out if the value is not a structure. */
      name?: string;
      /** Exact bytes of name; only there if they are not valid UTF-8. */
      name_hex?: string;
      /** Its value: a number, an enumerator, `true` or `false`, the text of a `char[]`, other byte arrays in hexadecimal. */
      value?: string;
      /** Exact bytes of value; only there if they are not valid UTF-8. */
      value_hex?: string;
    })[];
  })[];
  /** Attributes that the kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** BPF maps that hold the socket: programs redirect data to it, or choose it for connections; only with --socket-maps. */
  bpf_maps?: ({
    /** Number of the map. */
    id?: number;
    /** Its name, if it has one. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its type. */
    type?: "sockmap" | "sockhash" | "reuseport_sockarray";
  })[];
  /** Name of the interface iface_idx, if it exists now. */
  iface?: string;
  /** Exact bytes of iface; only there if they are not valid UTF-8. */
  iface_hex?: string;
  /** Whether the route is known; only with --route. resolved: it is. foreign: it is, but the local address is not of this machine (any more), and the route is that without it. unreachable: there is none. prohibited, discarded: a rule or route forbids the packets, or drops them (blackhole). unconnected: the socket has no destination. denied: routing depends on the mark, which the kernel does not tell without CAP_NET_ADMIN. failed: the kernel could not be asked, or only /proc/net has the socket. */
  route_status?: "resolved" | "foreign" | "unreachable" | "prohibited" | "discarded" | "unconnected" | "denied" | "failed";
  /** The route that the kernel would choose now for packets of this socket; only with --route. */
  route?: {
    /** What becomes of the packets: unicast ones go on to one destination, local ones stay on this machine. */
    type?: "unicast" | "local" | "broadcast" | "anycast" | "multicast" | "blackhole" | "unreachable" | "prohibit";
    /** Name of the interface that they leave by. */
    iface?: string;
    /** Exact bytes of iface; only there if they are not valid UTF-8. */
    iface_hex?: string;
    /** Index of that interface. */
    iface_idx?: number;
    /** The next router; left out if the destination is on the link. */
    gateway?: string;
    /** Source address of the route, if it is not the local address of the socket. */
    src?: string;
    /** Number of the routing table: 254 is main, 255 local. */
    table?: number;
    /** Largest packet: of the route, or learned from routers (path MTU discovery). Else that of the interface counts. Only if the route says so. In bytes. */
    mtu?: number;
    /** Largest window to advertise. Only if the route says so. In bytes. */
    window?: number;
    /** Slow start threshold to begin with. Only if the route says so. In packets. */
    ssthresh?: number;
    /** Largest congestion window, if it is locked. Only if the route says so. In packets. */
    cwnd?: number;
    /** Segment size to advertise. Only if the route says so. In bytes. */
    advmss?: number;
    /** Reordering to begin with. Only if the route says so. In packets. */
    reordering?: number;
    /** Hop limit of packets. Only if the route says so. */
    hoplimit?: number;
    /** Congestion window to begin with. Only if the route says so. In packets. */
    initcwnd?: number;
    /** Least retransmission timeout. Only if the route says so. In ms. */
    rto_min?: number;
    /** Receive window to begin with. Only if the route says so. In packets. */
    initrwnd?: number;
    /** Whether acknowledgements are sent at once. Only if the route says so. */
    quickack?: number;
    /** Congestion control for connections over the route, if it names one. */
    congestion?: string;
    /** Exact bytes of congestion; only there if they are not valid UTF-8. */
    congestion_hex?: string;
    /** Time until a learned path MTU is forgotten, or an IPv6 route. In ms. */
    expires?: number;
  };
  /** What TCP remembers of earlier connections between the two addresses, and begins new ones with; only with --route. Left out if it remembers nothing. */
  tcp_metrics?: {
    /** Time since it was last updated. In ms. */
    age?: number;
    /** Smoothed round-trip time. In ms. */
    rtt?: number;
    /** Its variation. In ms. */
    rttvar?: number;
    /** Slow start threshold. In packets. */
    ssthresh?: number;
    /** Congestion window. In packets. */
    cwnd?: number;
    /** Reordering. In packets. */
    reordering?: number;
    /** Segment size for TCP Fast Open. In bytes. */
    fastopen_mss?: number;
    /** How often a SYN with data got no answer. */
    fastopen_syn_drops?: number;
  };
  /** Whether a translation is known; only with --nat. translated: it is. none: when the listing began, the namespaces that are listed translated nothing for this connection. ambiguous: several translations fit. unconnected: the socket has no remote end. denied: connections are tracked and may not be read. failed: they could not be read, or only /proc/net has the socket. */
  nat_status?: "translated" | "none" | "ambiguous" | "unconnected" | "denied" | "failed";
  /** Translation of addresses and ports of the connection (NAT) in this network namespace, or in another that is listed; only with --nat. */
  nat?: {
    /** Which of the two directions the packets are that this socket sends: that of the end that connected (original), or the other. */
    direction?: "original" | "reply";
    /** Packets of the end that connected, as they are before the translation. */
    original?: {
      /** Their source address. */
      src?: string;
      /** Their source port. */
      src_port?: number;
      /** Their destination address. */
      dst?: string;
      /** Their destination port. */
      dst_port?: number;
    };
    /** Packets of the other end, as they are before the translation. */
    reply?: {
      /** Their source address. */
      src?: string;
      /** Their source port. */
      src_port?: number;
      /** Their destination address. */
      dst?: string;
      /** Their destination port. */
      dst_port?: number;
    };
    /** Inode of the network namespace that translates, if it is not that of the socket. */
    netns_inode?: number;
    /** Mark of the connection. */
    mark?: number;
    /** Zone of the connection, if not 0. */
    zone?: number;
    /** Time until the kernel forgets it. In s. */
    timeout?: number;
  };
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user; only there if they are not valid UTF-8. */
  user_hex?: string;
  /** Path of the control group cgroup_id below the root of the version 2 hierarchy, if it still exists and is visible. Without cgroup_id: the group of the owners (any version), if all are in the same one; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Innermost systemd unit in the path; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit; only there if they are not valid UTF-8. */
  unit_hex?: string;
  /** Innermost container in the path; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
    id?: string;
    /** Exact bytes of id; only there if they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; left out if the path does not tell. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; left out if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, as in net:[INODE]. */
    inode?: number;
    /** Its file name in /run/netns; root for the namespace of process 1. Most have no name. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its cookie, which is not used again until the machine restarts; BPF programs see it. */
    cookie?: string;
  };
  /** Inode of the socket at the other end, if a process holds it and its network namespace is asked; only with --peers. */
  peer_inode?: number;
  /** The processes that hold the socket at the other end, or the listener if that socket waits to be accepted; only with --peers, for UNIX sockets also with -p. */
  peer_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** SELinux context of the socket, if a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context; only there if they are not valid UTF-8. */
  context_hex?: string;
  /** Whether the options were read. resolved: they were. none: no process is known to have a descriptor of it. denied: they may not be read. gone: the descriptor has been closed meanwhile. linger: closing a duplicate could wait (SO_LINGER). class: a duplicate would change its class (net_cls, net_prio). state: a duplicate would disturb the start or the end of the connection, or the state is not known. */
  options_status?: "resolved" | "none" | "denied" | "gone" | "linger" | "class" | "state";
  /** Options that its program has set, or their defaults (getsockopt(2)), read through a duplicate of a descriptor; only with --sockopts. */
  options?: SocketOptions;
  /** Inode of the listener at which the socket waits to be accepted, if there is only one candidate; only with -p. */
  listener_inode?: number;
  /** The processes that hold that listener; only with -p. */
  listener_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** All processes that hold the socket; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, if it has its own descriptors; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe; only there if they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may contain secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** True if the arguments were cut off, else left out. At most 4 kB are kept for each process, and less after a total of 8 MB. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user; only there if they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context; only there if they are not valid UTF-8. */
    context_hex?: string;
    /** Start time since the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances in which the socket is registered. It may have no other descriptor of the socket. */
    io_uring_fds?: (number)[];
    /** True if it has no descriptor of the socket but has mapped its ring, else left out. */
    mapped?: boolean;
    /** Its descriptors of the socket, and of the io_urings that hold it, with their flags; only with --descriptors. */
    descriptors?: ({
      /** The descriptor. */
      fd?: number;
      /** Its flags. cloexec: a program started by exec does not inherit it. nonblock: calls do not wait. async: signals report data. Left out if the descriptor has been closed meanwhile or cannot be read. */
      flags?: ("nonblock" | "async" | "cloexec")[];
      /** How it leads to the socket: descriptor, or io_uring for the descriptor of an io_uring in which the socket is registered. */
      via?: "descriptor" | "io_uring";
    })[];
    /** Path of its control group (version 2, else version 1); only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Innermost systemd unit in the path; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit; only there if they are not valid UTF-8. */
    unit_hex?: string;
    /** Innermost container in the path; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
      id?: string;
      /** Exact bytes of id; only there if they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; left out if the path does not tell. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; left out if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known. resolved: they are. none: no process holds the socket. kernel: the kernel itself owns it, see kernel_owner. unaccepted: it waits to be accepted by a listener. denied: a process that may not be read, or is not visible, may hold it. raced: a process that has ended meanwhile may have held it. */
  owner_status?: "resolved" | "none" | "kernel" | "unaccepted" | "denied" | "raced";
  /** Whether the epoll instances are known; only with --watchers. resolved: they are. none: none watches the socket. denied: a process that may not be read, or is not visible, may have one. raced: a process that has ended meanwhile may have had one. */
  watchers_status?: "resolved" | "none" | "denied" | "raced";
  /** Epoll instances that watch the socket; only with --watchers. */
  watchers?: ({
    /** Number of a process that has the epoll instance. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Its descriptor of the epoll instance. */
    epoll_fd?: number;
    /** The descriptor by which the socket was added; it may have been closed or used again since. */
    fd?: number;
    /** The events that it waits for, in the words of epoll_ctl(2) without EPOLL; et is edge-triggered. */
    events?: ("in" | "pri" | "out" | "err" | "hup" | "nval" | "rdnorm" | "rdband" | "wrnorm" | "wrband" | "msg" | "rdhup" | "exclusive" | "wakeup" | "oneshot" | "et")[];
  })[];
  /** Whether the threads are known; only with --waiters. resolved: they are. none: no thread of the owners waits, or nobody holds the socket. denied: some threads may not be read, or the owners are not known. */
  waiters_status?: "resolved" | "none" | "denied";
  /** Threads of the owners that wait in a call on the socket, with --watchers also those that wait on an epoll instance that watches it; only with --waiters. */
  waiters?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread. */
    tid?: number;
    /** Name of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** The system call that it waits in. */
    call?: "accept" | "accept4" | "close" | "connect" | "epoll_pwait" | "epoll_pwait2" | "epoll_wait" | "io_uring_enter" | "read" | "readv" | "recvfrom" | "recvmmsg" | "recvmsg" | "sendfile" | "sendmmsg" | "sendmsg" | "sendto" | "shutdown" | "splice" | "write" | "writev";
    /** The descriptor that it waits on: of the socket, of the io_uring that holds it, or of the epoll instance. */
    fd?: number;
  })[];
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host; only there if they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host; only there if they are not valid UTF-8. */
  dst_host_hex?: string;
  /** What closing the socket has led to; only with -K. */
  kill?: {
    /** The result. closed: the kernel has closed it; gone: it was closed by somebody else before; not-supported: the kernel cannot close sockets of this kind; without errno it was not asked; denied: not permitted: needs CAP_NET_ADMIN in the network namespace of the socket; not-reachable: it is or may be still there, but the kernel finds another socket with the same addresses, or none; dry-run: it would be closed without --dry-run. */
    result?: string;
    /** Name of the kernel's error; absent if there was none. */
    errno?: string;
  };
  /** What was counted between two listings, per second. Only for sockets that both have; only with --rates. */
  rates?: {
    /** Rate of drops between two listings. In packets/s. */
    drops?: number;
  };
  /** When it was received (-E), when the round started (--watch), or when the run started or was recorded (--columns time); in UTC. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** A socket of PING: what the kernel or a lookup did not tell is not there. */
export type PingFlow = {
  /** Name of the family. */
  protocol: "PING";
  /** Address family. */
  family?: "inet" | "inet6" | "unknown";
  /** Number of family; only there if this program has no word for the value. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state; only there if this program has no word for the value. */
  state_raw?: number;
  /** Local address. */
  src?: string;
  /** Local port. */
  src_port?: number;
  /** Remote address. */
  dst?: string;
  /** Remote port. */
  dst_port?: number;
  /** Index of the interface that the socket is bound to, 0 for none. */
  iface_idx?: number;
  /** Bytes received and not yet read by the process; a FIN of TCP counts as 1. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Bytes written and not yet acknowledged by the peer; a SYN or FIN of TCP counts as 1, so it is 1 in syn-sent. It has no meaning before a deferred connect (TCP_FASTOPEN_CONNECT) has sent anything. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** The timer that runs out next. */
  timer?: "off" | "retransmit" | "keepalive" | "timewait" | "zero-window-probe" | "delayed-ack" | "unknown";
  /** Number of timer; only there if this program has no word for the value. */
  timer_raw?: number;
  /** Time until the timer runs out; only while one runs. In ms. */
  expires?: number;
  /** Retransmissions of the oldest data (timer retransmit), unanswered probes (keepalive, zero-window-probe), or SYN-ACKs sent again (syn-recv). */
  retrans?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it. */
  inode?: number;
  /** Unique number of the socket; not used again until the machine restarts. */
  cookie?: string;
  /** Packets that the socket dropped, from `/proc/net`; otherwise in skmeminfo. In packets. */
  drops?: number;
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** Whether the route is known; only with --route. resolved: it is. foreign: it is, but the local address is not of this machine (any more), and the route is that without it. unreachable: there is none. prohibited, discarded: a rule or route forbids the packets, or drops them (blackhole). unconnected: the socket has no destination. denied: routing depends on the mark, which the kernel does not tell without CAP_NET_ADMIN. failed: the kernel could not be asked, or only /proc/net has the socket. */
  route_status?: "resolved" | "foreign" | "unreachable" | "prohibited" | "discarded" | "unconnected" | "denied" | "failed";
  /** The route that the kernel would choose now for packets of this socket; only with --route. */
  route?: {
    /** What becomes of the packets: unicast ones go on to one destination, local ones stay on this machine. */
    type?: "unicast" | "local" | "broadcast" | "anycast" | "multicast" | "blackhole" | "unreachable" | "prohibit";
    /** Name of the interface that they leave by. */
    iface?: string;
    /** Exact bytes of iface; only there if they are not valid UTF-8. */
    iface_hex?: string;
    /** Index of that interface. */
    iface_idx?: number;
    /** The next router; left out if the destination is on the link. */
    gateway?: string;
    /** Source address of the route, if it is not the local address of the socket. */
    src?: string;
    /** Number of the routing table: 254 is main, 255 local. */
    table?: number;
    /** Largest packet: of the route, or learned from routers (path MTU discovery). Else that of the interface counts. Only if the route says so. In bytes. */
    mtu?: number;
    /** Largest window to advertise. Only if the route says so. In bytes. */
    window?: number;
    /** Slow start threshold to begin with. Only if the route says so. In packets. */
    ssthresh?: number;
    /** Largest congestion window, if it is locked. Only if the route says so. In packets. */
    cwnd?: number;
    /** Segment size to advertise. Only if the route says so. In bytes. */
    advmss?: number;
    /** Reordering to begin with. Only if the route says so. In packets. */
    reordering?: number;
    /** Hop limit of packets. Only if the route says so. */
    hoplimit?: number;
    /** Congestion window to begin with. Only if the route says so. In packets. */
    initcwnd?: number;
    /** Least retransmission timeout. Only if the route says so. In ms. */
    rto_min?: number;
    /** Receive window to begin with. Only if the route says so. In packets. */
    initrwnd?: number;
    /** Whether acknowledgements are sent at once. Only if the route says so. */
    quickack?: number;
    /** Congestion control for connections over the route, if it names one. */
    congestion?: string;
    /** Exact bytes of congestion; only there if they are not valid UTF-8. */
    congestion_hex?: string;
    /** Time until a learned path MTU is forgotten, or an IPv6 route. In ms. */
    expires?: number;
  };
  /** What TCP remembers of earlier connections between the two addresses, and begins new ones with; only with --route. Left out if it remembers nothing. */
  tcp_metrics?: {
    /** Time since it was last updated. In ms. */
    age?: number;
    /** Smoothed round-trip time. In ms. */
    rtt?: number;
    /** Its variation. In ms. */
    rttvar?: number;
    /** Slow start threshold. In packets. */
    ssthresh?: number;
    /** Congestion window. In packets. */
    cwnd?: number;
    /** Reordering. In packets. */
    reordering?: number;
    /** Segment size for TCP Fast Open. In bytes. */
    fastopen_mss?: number;
    /** How often a SYN with data got no answer. */
    fastopen_syn_drops?: number;
  };
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user; only there if they are not valid UTF-8. */
  user_hex?: string;
  /** Path of the control group cgroup_id below the root of the version 2 hierarchy, if it still exists and is visible. Without cgroup_id: the group of the owners (any version), if all are in the same one; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Innermost systemd unit in the path; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit; only there if they are not valid UTF-8. */
  unit_hex?: string;
  /** Innermost container in the path; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
    id?: string;
    /** Exact bytes of id; only there if they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; left out if the path does not tell. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; left out if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, as in net:[INODE]. */
    inode?: number;
    /** Its file name in /run/netns; root for the namespace of process 1. Most have no name. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its cookie, which is not used again until the machine restarts; BPF programs see it. */
    cookie?: string;
  };
  /** SELinux context of the socket, if a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context; only there if they are not valid UTF-8. */
  context_hex?: string;
  /** Whether the options were read. resolved: they were. none: no process is known to have a descriptor of it. denied: they may not be read. gone: the descriptor has been closed meanwhile. linger: closing a duplicate could wait (SO_LINGER). class: a duplicate would change its class (net_cls, net_prio). state: a duplicate would disturb the start or the end of the connection, or the state is not known. */
  options_status?: "resolved" | "none" | "denied" | "gone" | "linger" | "class" | "state";
  /** Options that its program has set, or their defaults (getsockopt(2)), read through a duplicate of a descriptor; only with --sockopts. */
  options?: SocketOptions;
  /** All processes that hold the socket; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, if it has its own descriptors; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe; only there if they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may contain secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** True if the arguments were cut off, else left out. At most 4 kB are kept for each process, and less after a total of 8 MB. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user; only there if they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context; only there if they are not valid UTF-8. */
    context_hex?: string;
    /** Start time since the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances in which the socket is registered. It may have no other descriptor of the socket. */
    io_uring_fds?: (number)[];
    /** True if it has no descriptor of the socket but has mapped its ring, else left out. */
    mapped?: boolean;
    /** Its descriptors of the socket, and of the io_urings that hold it, with their flags; only with --descriptors. */
    descriptors?: ({
      /** The descriptor. */
      fd?: number;
      /** Its flags. cloexec: a program started by exec does not inherit it. nonblock: calls do not wait. async: signals report data. Left out if the descriptor has been closed meanwhile or cannot be read. */
      flags?: ("nonblock" | "async" | "cloexec")[];
      /** How it leads to the socket: descriptor, or io_uring for the descriptor of an io_uring in which the socket is registered. */
      via?: "descriptor" | "io_uring";
    })[];
    /** Path of its control group (version 2, else version 1); only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Innermost systemd unit in the path; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit; only there if they are not valid UTF-8. */
    unit_hex?: string;
    /** Innermost container in the path; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
      id?: string;
      /** Exact bytes of id; only there if they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; left out if the path does not tell. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; left out if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known. resolved: they are. none: no process holds the socket. kernel: the kernel itself owns it, see kernel_owner. unaccepted: it waits to be accepted by a listener. denied: a process that may not be read, or is not visible, may hold it. raced: a process that has ended meanwhile may have held it. */
  owner_status?: "resolved" | "none" | "kernel" | "unaccepted" | "denied" | "raced";
  /** Whether the epoll instances are known; only with --watchers. resolved: they are. none: none watches the socket. denied: a process that may not be read, or is not visible, may have one. raced: a process that has ended meanwhile may have had one. */
  watchers_status?: "resolved" | "none" | "denied" | "raced";
  /** Epoll instances that watch the socket; only with --watchers. */
  watchers?: ({
    /** Number of a process that has the epoll instance. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Its descriptor of the epoll instance. */
    epoll_fd?: number;
    /** The descriptor by which the socket was added; it may have been closed or used again since. */
    fd?: number;
    /** The events that it waits for, in the words of epoll_ctl(2) without EPOLL; et is edge-triggered. */
    events?: ("in" | "pri" | "out" | "err" | "hup" | "nval" | "rdnorm" | "rdband" | "wrnorm" | "wrband" | "msg" | "rdhup" | "exclusive" | "wakeup" | "oneshot" | "et")[];
  })[];
  /** Whether the threads are known; only with --waiters. resolved: they are. none: no thread of the owners waits, or nobody holds the socket. denied: some threads may not be read, or the owners are not known. */
  waiters_status?: "resolved" | "none" | "denied";
  /** Threads of the owners that wait in a call on the socket, with --watchers also those that wait on an epoll instance that watches it; only with --waiters. */
  waiters?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread. */
    tid?: number;
    /** Name of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** The system call that it waits in. */
    call?: "accept" | "accept4" | "close" | "connect" | "epoll_pwait" | "epoll_pwait2" | "epoll_wait" | "io_uring_enter" | "read" | "readv" | "recvfrom" | "recvmmsg" | "recvmsg" | "sendfile" | "sendmmsg" | "sendmsg" | "sendto" | "shutdown" | "splice" | "write" | "writev";
    /** The descriptor that it waits on: of the socket, of the io_uring that holds it, or of the epoll instance. */
    fd?: number;
  })[];
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host; only there if they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host; only there if they are not valid UTF-8. */
  dst_host_hex?: string;
  /** What closing the socket has led to; only with -K. */
  kill?: {
    /** The result. closed: the kernel has closed it; gone: it was closed by somebody else before; not-supported: the kernel cannot close sockets of this kind; without errno it was not asked; denied: not permitted: needs CAP_NET_ADMIN in the network namespace of the socket; not-reachable: it is or may be still there, but the kernel finds another socket with the same addresses, or none; dry-run: it would be closed without --dry-run. */
    result?: string;
    /** Name of the kernel's error; absent if there was none. */
    errno?: string;
  };
  /** What was counted between two listings, per second. Only for sockets that both have; only with --rates. */
  rates?: {
    /** Rate of drops between two listings. In packets/s. */
    drops?: number;
  };
  /** When it was received (-E), when the round started (--watch), or when the run started or was recorded (--columns time); in UTC. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** A socket of UNIX: what the kernel or a lookup did not tell is not there. */
export type UnixFlow = {
  /** Name of the family. */
  protocol: "UNIX";
  /** Address family. */
  family?: "unix" | "unknown";
  /** Number of family; only there if this program has no word for the value. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state; only there if this program has no word for the value. */
  state_raw?: number;
  /** Type of the socket, as in socket(2). */
  type?: "stream" | "dgram" | "seqpacket" | "unknown";
  /** Number of type; only there if this program has no word for the value. */
  type_raw?: number;
  /** Inode of the socket, as in `/proc/PID/fd`. */
  inode?: number;
  /** Unique number of the socket; not used again until the machine restarts. */
  cookie?: string;
  /** Path that the socket is bound to, as passed to bind(2); or an abstract name, with `@` for each NUL. */
  path_name?: string;
  /** Exact bytes of the name, the first NUL of abstract ones included; only where path_name does not tell them: it is not valid UTF-8, or the name is abstract and has further NULs. */
  path_name_hex?: string;
  /** Whether the name is abstract: not a path; its first byte is a NUL, shown as `@`. */
  abstract?: boolean;
  /** The socket file; only for sockets bound to a path, even if it was removed. */
  vfs?: {
    /** Inode of the file. */
    inode?: number;
    /** Device of its file system in the kernel's numbering: major * 1048576 + minor. */
    dev?: number;
    /** Major number of the device. */
    major?: number;
    /** Minor number of the device. */
    minor?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  vfs_extra?: string;
  /** Inode of the socket at the other end; 0 if no process holds it, because it is closed or not yet accepted. */
  peer_inode?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  peer_inode_extra?: string;
  /** Bytes received and not yet read by the process; for datagrams, those in the first one. Listeners: connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Memory of data that the peer has not yet read, including overhead. Listeners: the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  rqlen_extra?: string;
  /** Inodes of the sockets whose connections wait to be accepted (listeners); 0 for one that is already closed. */
  pending?: (number)[];
  /** Directions that are closed: 1 receiving, 2 sending, 3 both. */
  shutdown?: number;
  /** Directions that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names; only there if this program has no word for the value. */
  shutdown_names_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  shutdown_extra?: string;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  uid_extra?: string;
  /** Memory of the socket (SK_MEMINFO_*). */
  skmeminfo?: {
    /** Memory charged for received data. In bytes. */
    rmem_alloc?: number;
    /** Limit of the receive buffer. In bytes. */
    rcvbuf?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    wmem_alloc?: number;
    /** Limit of the send buffer. In bytes. */
    sndbuf?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    fwd_alloc?: number;
    /** Memory of the send queue. In bytes. */
    wmem_queued?: number;
    /** Memory of socket options and ancillary data. In bytes. */
    optmem?: number;
    /** Data that arrived while the socket was in use by its process. In bytes. */
    backlog?: number;
    /** Packets that the socket dropped. In packets. */
    drops?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  skmeminfo_extra?: string;
  /** Attributes that the kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** BPF maps that hold the socket: programs redirect data to it, or choose it for connections; only with --socket-maps. */
  bpf_maps?: ({
    /** Number of the map. */
    id?: number;
    /** Its name, if it has one. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its type. */
    type?: "sockmap" | "sockhash" | "reuseport_sockarray";
  })[];
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user; only there if they are not valid UTF-8. */
  user_hex?: string;
  /** Path of the control group cgroup_id below the root of the version 2 hierarchy, if it still exists and is visible. Without cgroup_id: the group of the owners (any version), if all are in the same one; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Innermost systemd unit in the path; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit; only there if they are not valid UTF-8. */
  unit_hex?: string;
  /** Innermost container in the path; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
    id?: string;
    /** Exact bytes of id; only there if they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; left out if the path does not tell. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; left out if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, as in net:[INODE]. */
    inode?: number;
    /** Its file name in /run/netns; root for the namespace of process 1. Most have no name. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its cookie, which is not used again until the machine restarts; BPF programs see it. */
    cookie?: string;
  };
  /** Name (path_name) of the socket at the other end, if it is bound and its network namespace is asked; or of the listener at which the socket waits to be accepted. Only with -p. */
  peer_path_name?: string;
  /** Exact bytes of peer_path_name; only there if they are not valid UTF-8. */
  peer_path_name_hex?: string;
  /** The processes that hold the socket at the other end, or the listener if that socket waits to be accepted; only with --peers, for UNIX sockets also with -p. */
  peer_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** SELinux context of the socket, if a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context; only there if they are not valid UTF-8. */
  context_hex?: string;
  /** Whether the options were read. resolved: they were. none: no process is known to have a descriptor of it. denied: they may not be read. gone: the descriptor has been closed meanwhile. linger: closing a duplicate could wait (SO_LINGER). class: a duplicate would change its class (net_cls, net_prio). state: a duplicate would disturb the start or the end of the connection, or the state is not known. */
  options_status?: "resolved" | "none" | "denied" | "gone" | "linger" | "class" | "state";
  /** Options that its program has set, or their defaults (getsockopt(2)), read through a duplicate of a descriptor; only with --sockopts. */
  options?: SocketOptions;
  /** Who connected, as the kernel remembers it; of a listener, and of the socket that connected to it, who called listen(). Left out without a peer; only with --sockopts. */
  peer_cred?: {
    /** Number of the process, which may have ended; 0 if it is in another PID namespace. */
    pid?: number;
    /** Name of the process that has this number now. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** User of the process at that time. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user; only there if they are not valid UTF-8. */
    user_hex?: string;
    /** Group of the process at that time. */
    gid?: number;
  };
  /** Descriptors that were sent to the socket and not received yet; only with --descriptors. */
  scm_fds?: number;
  /** All processes that hold the socket; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, if it has its own descriptors; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe; only there if they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may contain secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** True if the arguments were cut off, else left out. At most 4 kB are kept for each process, and less after a total of 8 MB. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user; only there if they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context; only there if they are not valid UTF-8. */
    context_hex?: string;
    /** Start time since the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances in which the socket is registered. It may have no other descriptor of the socket. */
    io_uring_fds?: (number)[];
    /** True if it has no descriptor of the socket but has mapped its ring, else left out. */
    mapped?: boolean;
    /** Its descriptors of the socket, and of the io_urings that hold it, with their flags; only with --descriptors. */
    descriptors?: ({
      /** The descriptor. */
      fd?: number;
      /** Its flags. cloexec: a program started by exec does not inherit it. nonblock: calls do not wait. async: signals report data. Left out if the descriptor has been closed meanwhile or cannot be read. */
      flags?: ("nonblock" | "async" | "cloexec")[];
      /** How it leads to the socket: descriptor, or io_uring for the descriptor of an io_uring in which the socket is registered. */
      via?: "descriptor" | "io_uring";
    })[];
    /** Path of its control group (version 2, else version 1); only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Innermost systemd unit in the path; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit; only there if they are not valid UTF-8. */
    unit_hex?: string;
    /** Innermost container in the path; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
      id?: string;
      /** Exact bytes of id; only there if they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; left out if the path does not tell. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; left out if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known. resolved: they are. none: no process holds the socket. kernel: the kernel itself owns it, see kernel_owner. unaccepted: it waits to be accepted by a listener. denied: a process that may not be read, or is not visible, may hold it. raced: a process that has ended meanwhile may have held it. */
  owner_status?: "resolved" | "none" | "kernel" | "unaccepted" | "denied" | "raced";
  /** Whether the epoll instances are known; only with --watchers. resolved: they are. none: none watches the socket. denied: a process that may not be read, or is not visible, may have one. raced: a process that has ended meanwhile may have had one. */
  watchers_status?: "resolved" | "none" | "denied" | "raced";
  /** Epoll instances that watch the socket; only with --watchers. */
  watchers?: ({
    /** Number of a process that has the epoll instance. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Its descriptor of the epoll instance. */
    epoll_fd?: number;
    /** The descriptor by which the socket was added; it may have been closed or used again since. */
    fd?: number;
    /** The events that it waits for, in the words of epoll_ctl(2) without EPOLL; et is edge-triggered. */
    events?: ("in" | "pri" | "out" | "err" | "hup" | "nval" | "rdnorm" | "rdband" | "wrnorm" | "wrband" | "msg" | "rdhup" | "exclusive" | "wakeup" | "oneshot" | "et")[];
  })[];
  /** Whether the threads are known; only with --waiters. resolved: they are. none: no thread of the owners waits, or nobody holds the socket. denied: some threads may not be read, or the owners are not known. */
  waiters_status?: "resolved" | "none" | "denied";
  /** Threads of the owners that wait in a call on the socket, with --watchers also those that wait on an epoll instance that watches it; only with --waiters. */
  waiters?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread. */
    tid?: number;
    /** Name of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** The system call that it waits in. */
    call?: "accept" | "accept4" | "close" | "connect" | "epoll_pwait" | "epoll_pwait2" | "epoll_wait" | "io_uring_enter" | "read" | "readv" | "recvfrom" | "recvmmsg" | "recvmsg" | "sendfile" | "sendmmsg" | "sendmsg" | "sendto" | "shutdown" | "splice" | "write" | "writev";
    /** The descriptor that it waits on: of the socket, of the io_uring that holds it, or of the epoll instance. */
    fd?: number;
  })[];
  /** What closing the socket has led to; only with -K. */
  kill?: {
    /** The result. closed: the kernel has closed it; gone: it was closed by somebody else before; not-supported: the kernel cannot close sockets of this kind; without errno it was not asked; denied: not permitted: needs CAP_NET_ADMIN in the network namespace of the socket; not-reachable: it is or may be still there, but the kernel finds another socket with the same addresses, or none; dry-run: it would be closed without --dry-run. */
    result?: string;
    /** Name of the kernel's error; absent if there was none. */
    errno?: string;
  };
  /** What was counted between two listings, per second. Only for sockets that both have; only with --rates. */
  rates?: {
    /** Rate of drops between two listings. In packets/s. */
    drops?: number;
  };
  /** When it was received (-E), when the round started (--watch), or when the run started or was recorded (--columns time); in UTC. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** A socket of NETLINK: what the kernel or a lookup did not tell is not there. */
export type NetlinkFlow = {
  /** Name of the family. */
  protocol: "NETLINK";
  /** Address family. */
  family?: "netlink" | "unknown";
  /** Number of family; only there if this program has no word for the value. */
  family_raw?: number;
  /** Whether the socket has a destination set by connect(2): `established`. */
  state?: "unconnected" | "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state; only there if this program has no word for the value. */
  state_raw?: number;
  /** Type of the socket, as in socket(2). It has no effect. */
  type?: "dgram" | "raw" | "unknown";
  /** Number of type; only there if this program has no word for the value. */
  type_raw?: number;
  /** Netlink protocol: the part of the kernel that the socket talks to. */
  netlink_protocol?: "route" | "unused" | "usersock" | "firewall" | "sock-diag" | "nflog" | "xfrm" | "selinux" | "iscsi" | "audit" | "fib-lookup" | "connector" | "netfilter" | "ip6-fw" | "dnrtmsg" | "kobject-uevent" | "generic" | "scsitransport" | "ecryptfs" | "rdma" | "crypto" | "smc" | "unknown";
  /** Number of netlink_protocol; only there if this program has no word for the value. */
  netlink_protocol_raw?: number;
  /** Port id of the socket, often a process id; 0 for the kernel's own sockets. */
  portid?: number;
  /** Port id of the destination, 0 for the kernel or none. */
  dst_portid?: number;
  /** Multicast group of the destination, 0 for none. */
  dst_group?: number;
  /** Inode of the socket, as in `/proc/PID/fd`. */
  inode?: number;
  /** Unique number of the socket; not used again until the machine restarts. */
  cookie?: string;
  /** Memory of data received and not read by the process. In bytes. */
  recv_q?: number;
  /** Memory of data handed to the transmit path. In bytes. */
  send_q?: number;
  /** Memory of the socket (SK_MEMINFO_*). */
  skmeminfo?: {
    /** Memory charged for received data. In bytes. */
    rmem_alloc?: number;
    /** Limit of the receive buffer. In bytes. */
    rcvbuf?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    wmem_alloc?: number;
    /** Limit of the send buffer. In bytes. */
    sndbuf?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    fwd_alloc?: number;
    /** Memory of the send queue. In bytes. */
    wmem_queued?: number;
    /** Memory of socket options and ancillary data. In bytes. */
    optmem?: number;
    /** Data that arrived while the socket was in use by its process. In bytes. */
    backlog?: number;
    /** Packets that the socket dropped. In packets. */
    drops?: number;
  };
  /** Numbers of the multicast groups that the socket is in; left out if it never was in one. */
  groups?: (number)[];
  /** Options of the socket. cb_running: a dump is in progress. */
  flags?: ("cb_running" | "pktinfo" | "broadcast_error" | "no_enobufs" | "listen_all_nsid" | "cap_ack")[];
  /** Number of flags; only there if this program has no word for the value. */
  flags_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  flags_extra?: string;
  /** Ring of received packets that the process shares with the kernel; netlink sockets had it before 4.6. */
  rx_ring?: {
    /** Size of a block. In bytes. */
    block_size?: number;
    /** Number of blocks. */
    block_nr?: number;
    /** Size of a frame. In bytes. */
    frame_size?: number;
    /** Number of frames. */
    frame_nr?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  rx_ring_extra?: string;
  /** Ring of packets to send that the process shares with the kernel; netlink sockets had it before 4.6. */
  tx_ring?: {
    /** Size of a block. In bytes. */
    block_size?: number;
    /** Number of blocks. */
    block_nr?: number;
    /** Size of a frame. In bytes. */
    frame_size?: number;
    /** Number of frames. */
    frame_nr?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  tx_ring_extra?: string;
  /** Attributes that the kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** The multicast groups from 1 to 32 that the socket is in, from `/proc/net`, which does not have the others. */
  first_groups?: (number)[];
  /** Whether a dump is in progress, from `/proc/net`; otherwise in flags. */
  cb_running?: boolean;
  /** Packets that the socket dropped, from `/proc/net`; otherwise in skmeminfo. In packets. */
  drops?: number;
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** Names of the groups, in their order: those of the kernel's headers, of generic netlink with the family before a dot (`nlctrl.notify`), or the number of a group without a name; only with --groups. */
  group_names?: (string)[];
  /** Path of the control group cgroup_id below the root of the version 2 hierarchy, if it still exists and is visible. Without cgroup_id: the group of the owners (any version), if all are in the same one; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Innermost systemd unit in the path; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit; only there if they are not valid UTF-8. */
  unit_hex?: string;
  /** Innermost container in the path; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
    id?: string;
    /** Exact bytes of id; only there if they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; left out if the path does not tell. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; left out if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, as in net:[INODE]. */
    inode?: number;
    /** Its file name in /run/netns; root for the namespace of process 1. Most have no name. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its cookie, which is not used again until the machine restarts; BPF programs see it. */
    cookie?: string;
  };
  /** SELinux context of the socket, if a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context; only there if they are not valid UTF-8. */
  context_hex?: string;
  /** Whether the options were read. resolved: they were. none: no process is known to have a descriptor of it. denied: they may not be read. gone: the descriptor has been closed meanwhile. linger: closing a duplicate could wait (SO_LINGER). class: a duplicate would change its class (net_cls, net_prio). state: a duplicate would disturb the start or the end of the connection, or the state is not known. */
  options_status?: "resolved" | "none" | "denied" | "gone" | "linger" | "class" | "state";
  /** Options that its program has set, or their defaults (getsockopt(2)), read through a duplicate of a descriptor; only with --sockopts. */
  options?: SocketOptions;
  /** The part of the kernel that owns the socket, if no process holds it; only with -p. */
  kernel_owner?: {
    /** Kind of the owner: a tunnel, nfsd, lockd of NFS, or the kernel's end of netlink. Tunnels are found by their port. */
    kind?: "vxlan" | "geneve" | "bareudp" | "gtp" | "wireguard" | "nfsd" | "lockd" | "netlink";
    /** Interface of the tunnel, if only one can use the socket. */
    iface?: string;
    /** Exact bytes of iface; only there if they are not valid UTF-8. */
    iface_hex?: string;
    /** Interfaces of the tunnels, if several share the port. */
    ifaces?: (string)[];
  };
  /** All processes that hold the socket; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, if it has its own descriptors; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe; only there if they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may contain secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** True if the arguments were cut off, else left out. At most 4 kB are kept for each process, and less after a total of 8 MB. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user; only there if they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context; only there if they are not valid UTF-8. */
    context_hex?: string;
    /** Start time since the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances in which the socket is registered. It may have no other descriptor of the socket. */
    io_uring_fds?: (number)[];
    /** True if it has no descriptor of the socket but has mapped its ring, else left out. */
    mapped?: boolean;
    /** Its descriptors of the socket, and of the io_urings that hold it, with their flags; only with --descriptors. */
    descriptors?: ({
      /** The descriptor. */
      fd?: number;
      /** Its flags. cloexec: a program started by exec does not inherit it. nonblock: calls do not wait. async: signals report data. Left out if the descriptor has been closed meanwhile or cannot be read. */
      flags?: ("nonblock" | "async" | "cloexec")[];
      /** How it leads to the socket: descriptor, or io_uring for the descriptor of an io_uring in which the socket is registered. */
      via?: "descriptor" | "io_uring";
    })[];
    /** Path of its control group (version 2, else version 1); only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Innermost systemd unit in the path; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit; only there if they are not valid UTF-8. */
    unit_hex?: string;
    /** Innermost container in the path; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
      id?: string;
      /** Exact bytes of id; only there if they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; left out if the path does not tell. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; left out if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known. resolved: they are. none: no process holds the socket. kernel: the kernel itself owns it, see kernel_owner. unaccepted: it waits to be accepted by a listener. denied: a process that may not be read, or is not visible, may hold it. raced: a process that has ended meanwhile may have held it. */
  owner_status?: "resolved" | "none" | "kernel" | "unaccepted" | "denied" | "raced";
  /** Whether the epoll instances are known; only with --watchers. resolved: they are. none: none watches the socket. denied: a process that may not be read, or is not visible, may have one. raced: a process that has ended meanwhile may have had one. */
  watchers_status?: "resolved" | "none" | "denied" | "raced";
  /** Epoll instances that watch the socket; only with --watchers. */
  watchers?: ({
    /** Number of a process that has the epoll instance. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Its descriptor of the epoll instance. */
    epoll_fd?: number;
    /** The descriptor by which the socket was added; it may have been closed or used again since. */
    fd?: number;
    /** The events that it waits for, in the words of epoll_ctl(2) without EPOLL; et is edge-triggered. */
    events?: ("in" | "pri" | "out" | "err" | "hup" | "nval" | "rdnorm" | "rdband" | "wrnorm" | "wrband" | "msg" | "rdhup" | "exclusive" | "wakeup" | "oneshot" | "et")[];
  })[];
  /** Whether the threads are known; only with --waiters. resolved: they are. none: no thread of the owners waits, or nobody holds the socket. denied: some threads may not be read, or the owners are not known. */
  waiters_status?: "resolved" | "none" | "denied";
  /** Threads of the owners that wait in a call on the socket, with --watchers also those that wait on an epoll instance that watches it; only with --waiters. */
  waiters?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread. */
    tid?: number;
    /** Name of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** The system call that it waits in. */
    call?: "accept" | "accept4" | "close" | "connect" | "epoll_pwait" | "epoll_pwait2" | "epoll_wait" | "io_uring_enter" | "read" | "readv" | "recvfrom" | "recvmmsg" | "recvmsg" | "sendfile" | "sendmmsg" | "sendmsg" | "sendto" | "shutdown" | "splice" | "write" | "writev";
    /** The descriptor that it waits on: of the socket, of the io_uring that holds it, or of the epoll instance. */
    fd?: number;
  })[];
  /** What closing the socket has led to; only with -K. */
  kill?: {
    /** The result. closed: the kernel has closed it; gone: it was closed by somebody else before; not-supported: the kernel cannot close sockets of this kind; without errno it was not asked; denied: not permitted: needs CAP_NET_ADMIN in the network namespace of the socket; not-reachable: it is or may be still there, but the kernel finds another socket with the same addresses, or none; dry-run: it would be closed without --dry-run. */
    result?: string;
    /** Name of the kernel's error; absent if there was none. */
    errno?: string;
  };
  /** What was counted between two listings, per second. Only for sockets that both have; only with --rates. */
  rates?: {
    /** Rate of drops between two listings. In packets/s. */
    drops?: number;
  };
  /** When it was received (-E), when the round started (--watch), or when the run started or was recorded (--columns time); in UTC. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** A socket of PACKET: what the kernel or a lookup did not tell is not there. */
export type PacketFlow = {
  /** Name of the family. */
  protocol: "PACKET";
  /** Address family. */
  family?: "packet" | "unknown";
  /** Number of family; only there if this program has no word for the value. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "unconnected" | "unknown";
  /** Number of state; only there if this program has no word for the value. */
  state_raw?: number;
  /** Type of the socket. */
  type?: "stream" | "dgram" | "raw" | "rdm" | "seqpacket" | "dccp" | "packet" | "unknown";
  /** Number of type; only there if this program has no word for the value. */
  type_raw?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it. */
  inode?: number;
  /** Unique number of the socket; not used again until the machine restarts. */
  cookie?: string;
  /** Ethertype of the packets that the socket receives: 3 for all of them, 0 for none. */
  num?: number;
  /** Index of the interface that the socket is bound to, 0 for none. */
  iface_idx?: number;
  /** Settings of a packet socket. */
  packet_info?: {
    /** Format of the frames in the rings, such as TPACKET_V1 (PACKET_VERSION). */
    version?: "v1" | "v2" | "v3" | "unknown";
    /** Number of version; only there if this program has no word for the value. */
    version_raw?: number;
    /** Space before the packets in the rings (PACKET_RESERVE). In bytes. */
    reserve?: number;
    /** Not 0 if packets that do not fit into a frame of the ring are also queued as a whole (PACKET_COPY_THRESH). */
    copy_thresh?: number;
    /** Kind of timestamps of packets in the rings (PACKET_TIMESTAMP). */
    tstamp?: ("tx_hardware" | "tx_software" | "rx_hardware" | "rx_software" | "software" | "sys_hardware" | "raw_hardware" | "opt_id" | "tx_sched" | "tx_ack" | "opt_cmsg" | "opt_tsonly" | "opt_stats" | "opt_pktinfo" | "opt_tx_swhw" | "bind_phc" | "opt_id_tcp" | "opt_rx_filter" | "tx_completion")[];
    /** Number of tstamp; only there if this program has no word for the value. */
    tstamp_raw?: number;
    /** What is switched on: receiving packets (running), and the options PACKET_AUXDATA, PACKET_ORIGDEV, PACKET_VNET_HDR, PACKET_LOSS. */
    flags?: ("running" | "auxdata" | "origdev" | "vnethdr" | "loss")[];
    /** Number of flags; only there if this program has no word for the value. */
    flags_raw?: number;
  };
  /** Memory of data received and not read by the process. In bytes. */
  recv_q?: number;
  /** Memory of data handed to the transmit path. In bytes. */
  send_q?: number;
  /** Memory of the socket (SK_MEMINFO_*). */
  skmeminfo?: {
    /** Memory charged for received data. In bytes. */
    rmem_alloc?: number;
    /** Limit of the receive buffer. In bytes. */
    rcvbuf?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    wmem_alloc?: number;
    /** Limit of the send buffer. In bytes. */
    sndbuf?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    fwd_alloc?: number;
    /** Memory of the send queue. In bytes. */
    wmem_queued?: number;
    /** Memory of socket options and ancillary data. In bytes. */
    optmem?: number;
    /** Data that arrived while the socket was in use by its process. In bytes. */
    backlog?: number;
    /** Packets that the socket dropped. In packets. */
    drops?: number;
  };
  /** Addresses and modes that the socket has requested from interfaces (PACKET_ADD_MEMBERSHIP). */
  mclist?: ({
    /** Index of the interface. */
    iface_idx?: number;
    /** Number of requests. */
    count?: number;
    /** What was requested: packets to a multicast or unicast address, all packets, all multicast packets. */
    type?: "mc" | "promisc" | "allmulti" | "unicast" | "unknown";
    /** Number of type; only there if this program has no word for the value. */
    type_raw?: number;
    /** The address, with the length of addresses of that interface; left out if none was given. */
    addr?: string;
  })[];
  /** Classic BPF program that selects packets (SO_ATTACH_FILTER); left out if there is none. */
  filter?: ({
    /** Opcode. */
    code?: number;
    /** Distance of the jump if the condition holds. In instructions. */
    jt?: number;
    /** Distance of the jump if it does not hold. In instructions. */
    jf?: number;
    /** Operand. */
    k?: number;
  })[];
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  uid_extra?: string;
  /** Ring of received packets that the process shares with the kernel; netlink sockets had it before 4.6. */
  rx_ring?: {
    /** Size of a block. In bytes. */
    block_size?: number;
    /** Number of blocks. In blocks. */
    block_nr?: number;
    /** Size of a frame. In bytes. */
    frame_size?: number;
    /** Number of frames. In frames. */
    frame_nr?: number;
    /** Time after which a block is handed over even if it is not full; 0 before version v3. In ms. */
    retire_tmo?: number;
    /** Private space in each block; 0 before version v3. In bytes. */
    sizeof_priv?: number;
    /** Features that were requested; none before version v3. */
    features?: ("fill_rxhash")[];
    /** Number of features; only there if this program has no word for the value. */
    features_raw?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  rx_ring_extra?: string;
  /** Ring of packets to send that the process shares with the kernel; netlink sockets had it before 4.6. */
  tx_ring?: {
    /** Size of a block. In bytes. */
    block_size?: number;
    /** Number of blocks. In blocks. */
    block_nr?: number;
    /** Size of a frame. In bytes. */
    frame_size?: number;
    /** Number of frames. In frames. */
    frame_nr?: number;
    /** Time after which a block is handed over even if it is not full; 0 before version v3. In ms. */
    retire_tmo?: number;
    /** Private space in each block; 0 before version v3. In bytes. */
    sizeof_priv?: number;
    /** Features that were requested; none before version v3. */
    features?: ("fill_rxhash")[];
    /** Number of features; only there if this program has no word for the value. */
    features_raw?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  tx_ring_extra?: string;
  /** Group of sockets that share the packets (PACKET_FANOUT); left out if the socket is in none. */
  fanout?: {
    /** Number of the group. */
    id?: number;
    /** How the group selects the socket for a packet. */
    type?: "hash" | "lb" | "cpu" | "rollover" | "rnd" | "qm" | "cbpf" | "ebpf" | "unknown";
    /** Number of type; only there if this program has no word for the value. */
    type_raw?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  fanout_extra?: string;
  /** Attributes that the kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Name of the ethertype, if it has one. */
  num_name?: "802_3" | "ax25" | "all" | "802_2" | "snap" | "can" | "canfd" | "canxl" | "control" | "irda" | "dsa" | "loop" | "phonet" | "ieee802154" | "caif" | "map" | "mctp" | "pup" | "ip" | "x25" | "arp" | "bpq" | "batman" | "teb" | "rarp" | "8021q" | "ipx" | "ipv6" | "pause" | "slow" | "wccp" | "mpls_uc" | "mpls_mc" | "ppp_disc" | "ppp_ses" | "link_ctl" | "pae" | "profinet" | "realtek" | "aoe" | "ethercat" | "8021ad" | "erspan" | "preauth" | "tipc" | "lldp" | "mrp" | "macsec" | "8021ah" | "1588" | "ncsi" | "prp" | "cfm" | "fcoe" | "fip" | "iboe" | "hsr" | "nsh" | "loopback" | "qinq1";
  /** Bytes that the kernel sent after those that this program knows. */
  packet_info_extra?: string;
  /** Whether the socket receives packets, from `/proc/net`; otherwise in packet_info.flags. */
  running?: boolean;
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** Name of the interface iface_idx, if it exists now. */
  iface?: string;
  /** Exact bytes of iface; only there if they are not valid UTF-8. */
  iface_hex?: string;
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user; only there if they are not valid UTF-8. */
  user_hex?: string;
  /** Path of the control group cgroup_id below the root of the version 2 hierarchy, if it still exists and is visible. Without cgroup_id: the group of the owners (any version), if all are in the same one; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Innermost systemd unit in the path; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit; only there if they are not valid UTF-8. */
  unit_hex?: string;
  /** Innermost container in the path; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
    id?: string;
    /** Exact bytes of id; only there if they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; left out if the path does not tell. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; left out if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, as in net:[INODE]. */
    inode?: number;
    /** Its file name in /run/netns; root for the namespace of process 1. Most have no name. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its cookie, which is not used again until the machine restarts; BPF programs see it. */
    cookie?: string;
  };
  /** SELinux context of the socket, if a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context; only there if they are not valid UTF-8. */
  context_hex?: string;
  /** Whether the options were read. resolved: they were. none: no process is known to have a descriptor of it. denied: they may not be read. gone: the descriptor has been closed meanwhile. linger: closing a duplicate could wait (SO_LINGER). class: a duplicate would change its class (net_cls, net_prio). state: a duplicate would disturb the start or the end of the connection, or the state is not known. */
  options_status?: "resolved" | "none" | "denied" | "gone" | "linger" | "class" | "state";
  /** Options that its program has set, or their defaults (getsockopt(2)), read through a duplicate of a descriptor; only with --sockopts. */
  options?: SocketOptions;
  /** All processes that hold the socket; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, if it has its own descriptors; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe; only there if they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may contain secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** True if the arguments were cut off, else left out. At most 4 kB are kept for each process, and less after a total of 8 MB. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user; only there if they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context; only there if they are not valid UTF-8. */
    context_hex?: string;
    /** Start time since the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances in which the socket is registered. It may have no other descriptor of the socket. */
    io_uring_fds?: (number)[];
    /** True if it has no descriptor of the socket but has mapped its ring, else left out. */
    mapped?: boolean;
    /** Its descriptors of the socket, and of the io_urings that hold it, with their flags; only with --descriptors. */
    descriptors?: ({
      /** The descriptor. */
      fd?: number;
      /** Its flags. cloexec: a program started by exec does not inherit it. nonblock: calls do not wait. async: signals report data. Left out if the descriptor has been closed meanwhile or cannot be read. */
      flags?: ("nonblock" | "async" | "cloexec")[];
      /** How it leads to the socket: descriptor, or io_uring for the descriptor of an io_uring in which the socket is registered. */
      via?: "descriptor" | "io_uring";
    })[];
    /** Path of its control group (version 2, else version 1); only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Innermost systemd unit in the path; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit; only there if they are not valid UTF-8. */
    unit_hex?: string;
    /** Innermost container in the path; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
      id?: string;
      /** Exact bytes of id; only there if they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; left out if the path does not tell. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; left out if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known. resolved: they are. none: no process holds the socket. kernel: the kernel itself owns it, see kernel_owner. unaccepted: it waits to be accepted by a listener. denied: a process that may not be read, or is not visible, may hold it. raced: a process that has ended meanwhile may have held it. */
  owner_status?: "resolved" | "none" | "kernel" | "unaccepted" | "denied" | "raced";
  /** Whether the epoll instances are known; only with --watchers. resolved: they are. none: none watches the socket. denied: a process that may not be read, or is not visible, may have one. raced: a process that has ended meanwhile may have had one. */
  watchers_status?: "resolved" | "none" | "denied" | "raced";
  /** Epoll instances that watch the socket; only with --watchers. */
  watchers?: ({
    /** Number of a process that has the epoll instance. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Its descriptor of the epoll instance. */
    epoll_fd?: number;
    /** The descriptor by which the socket was added; it may have been closed or used again since. */
    fd?: number;
    /** The events that it waits for, in the words of epoll_ctl(2) without EPOLL; et is edge-triggered. */
    events?: ("in" | "pri" | "out" | "err" | "hup" | "nval" | "rdnorm" | "rdband" | "wrnorm" | "wrband" | "msg" | "rdhup" | "exclusive" | "wakeup" | "oneshot" | "et")[];
  })[];
  /** Whether the threads are known; only with --waiters. resolved: they are. none: no thread of the owners waits, or nobody holds the socket. denied: some threads may not be read, or the owners are not known. */
  waiters_status?: "resolved" | "none" | "denied";
  /** Threads of the owners that wait in a call on the socket, with --watchers also those that wait on an epoll instance that watches it; only with --waiters. */
  waiters?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread. */
    tid?: number;
    /** Name of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** The system call that it waits in. */
    call?: "accept" | "accept4" | "close" | "connect" | "epoll_pwait" | "epoll_pwait2" | "epoll_wait" | "io_uring_enter" | "read" | "readv" | "recvfrom" | "recvmmsg" | "recvmsg" | "sendfile" | "sendmmsg" | "sendmsg" | "sendto" | "shutdown" | "splice" | "write" | "writev";
    /** The descriptor that it waits on: of the socket, of the io_uring that holds it, or of the epoll instance. */
    fd?: number;
  })[];
  /** What closing the socket has led to; only with -K. */
  kill?: {
    /** The result. closed: the kernel has closed it; gone: it was closed by somebody else before; not-supported: the kernel cannot close sockets of this kind; without errno it was not asked; denied: not permitted: needs CAP_NET_ADMIN in the network namespace of the socket; not-reachable: it is or may be still there, but the kernel finds another socket with the same addresses, or none; dry-run: it would be closed without --dry-run. */
    result?: string;
    /** Name of the kernel's error; absent if there was none. */
    errno?: string;
  };
  /** What was counted between two listings, per second. Only for sockets that both have; only with --rates. */
  rates?: {
    /** Rate of drops between two listings. In packets/s. */
    drops?: number;
  };
  /** When it was received (-E), when the round started (--watch), or when the run started or was recorded (--columns time); in UTC. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** A socket of VSOCK: what the kernel or a lookup did not tell is not there. */
export type VsockFlow = {
  /** Name of the family. */
  protocol: "VSOCK";
  /** Address family. */
  family?: "vsock" | "unknown";
  /** Number of family; only there if this program has no word for the value. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state; only there if this program has no word for the value. */
  state_raw?: number;
  /** Type of the socket. */
  type?: "stream" | "dgram" | "raw" | "rdm" | "seqpacket" | "dccp" | "packet" | "unknown";
  /** Number of type; only there if this program has no word for the value. */
  type_raw?: number;
  /** Local context id: 1 within this machine, 2 for the host, null for any. */
  src_cid?: number | null;
  /** Local port; null if there is none yet. */
  src_port?: number | null;
  /** Remote context id: 0 for the hypervisor, 1 for this machine, 2 for the host, null for none. */
  dst_cid?: number | null;
  /** Remote port; null for none. */
  dst_port?: number | null;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it. */
  inode?: number;
  /** Unique number of the socket; not used again until the machine restarts. */
  cookie?: string;
  /** Directions that are closed: 1 receiving, 2 sending, 3 both. */
  shutdown?: number;
  /** Directions that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names; only there if this program has no word for the value. */
  shutdown_names_raw?: number;
  /** Attributes that the kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** BPF maps that hold the socket: programs redirect data to it, or choose it for connections; only with --socket-maps. */
  bpf_maps?: ({
    /** Number of the map. */
    id?: number;
    /** Its name, if it has one. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its type. */
    type?: "sockmap" | "sockhash" | "reuseport_sockarray";
  })[];
  /** Path of the control group cgroup_id below the root of the version 2 hierarchy, if it still exists and is visible. Without cgroup_id: the group of the owners (any version), if all are in the same one; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Innermost systemd unit in the path; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit; only there if they are not valid UTF-8. */
  unit_hex?: string;
  /** Innermost container in the path; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
    id?: string;
    /** Exact bytes of id; only there if they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; left out if the path does not tell. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; left out if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, as in net:[INODE]. */
    inode?: number;
    /** Its file name in /run/netns; root for the namespace of process 1. Most have no name. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its cookie, which is not used again until the machine restarts; BPF programs see it. */
    cookie?: string;
  };
  /** SELinux context of the socket, if a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context; only there if they are not valid UTF-8. */
  context_hex?: string;
  /** Whether the options were read. resolved: they were. none: no process is known to have a descriptor of it. denied: they may not be read. gone: the descriptor has been closed meanwhile. linger: closing a duplicate could wait (SO_LINGER). class: a duplicate would change its class (net_cls, net_prio). state: a duplicate would disturb the start or the end of the connection, or the state is not known. */
  options_status?: "resolved" | "none" | "denied" | "gone" | "linger" | "class" | "state";
  /** Options that its program has set, or their defaults (getsockopt(2)), read through a duplicate of a descriptor; only with --sockopts. */
  options?: SocketOptions;
  /** All processes that hold the socket; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, if it has its own descriptors; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe; only there if they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may contain secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** True if the arguments were cut off, else left out. At most 4 kB are kept for each process, and less after a total of 8 MB. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user; only there if they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context; only there if they are not valid UTF-8. */
    context_hex?: string;
    /** Start time since the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances in which the socket is registered. It may have no other descriptor of the socket. */
    io_uring_fds?: (number)[];
    /** True if it has no descriptor of the socket but has mapped its ring, else left out. */
    mapped?: boolean;
    /** Its descriptors of the socket, and of the io_urings that hold it, with their flags; only with --descriptors. */
    descriptors?: ({
      /** The descriptor. */
      fd?: number;
      /** Its flags. cloexec: a program started by exec does not inherit it. nonblock: calls do not wait. async: signals report data. Left out if the descriptor has been closed meanwhile or cannot be read. */
      flags?: ("nonblock" | "async" | "cloexec")[];
      /** How it leads to the socket: descriptor, or io_uring for the descriptor of an io_uring in which the socket is registered. */
      via?: "descriptor" | "io_uring";
    })[];
    /** Path of its control group (version 2, else version 1); only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Innermost systemd unit in the path; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit; only there if they are not valid UTF-8. */
    unit_hex?: string;
    /** Innermost container in the path; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
      id?: string;
      /** Exact bytes of id; only there if they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; left out if the path does not tell. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; left out if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known. resolved: they are. none: no process holds the socket. kernel: the kernel itself owns it, see kernel_owner. unaccepted: it waits to be accepted by a listener. denied: a process that may not be read, or is not visible, may hold it. raced: a process that has ended meanwhile may have held it. */
  owner_status?: "resolved" | "none" | "kernel" | "unaccepted" | "denied" | "raced";
  /** Whether the epoll instances are known; only with --watchers. resolved: they are. none: none watches the socket. denied: a process that may not be read, or is not visible, may have one. raced: a process that has ended meanwhile may have had one. */
  watchers_status?: "resolved" | "none" | "denied" | "raced";
  /** Epoll instances that watch the socket; only with --watchers. */
  watchers?: ({
    /** Number of a process that has the epoll instance. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Its descriptor of the epoll instance. */
    epoll_fd?: number;
    /** The descriptor by which the socket was added; it may have been closed or used again since. */
    fd?: number;
    /** The events that it waits for, in the words of epoll_ctl(2) without EPOLL; et is edge-triggered. */
    events?: ("in" | "pri" | "out" | "err" | "hup" | "nval" | "rdnorm" | "rdband" | "wrnorm" | "wrband" | "msg" | "rdhup" | "exclusive" | "wakeup" | "oneshot" | "et")[];
  })[];
  /** Whether the threads are known; only with --waiters. resolved: they are. none: no thread of the owners waits, or nobody holds the socket. denied: some threads may not be read, or the owners are not known. */
  waiters_status?: "resolved" | "none" | "denied";
  /** Threads of the owners that wait in a call on the socket, with --watchers also those that wait on an epoll instance that watches it; only with --waiters. */
  waiters?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread. */
    tid?: number;
    /** Name of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** The system call that it waits in. */
    call?: "accept" | "accept4" | "close" | "connect" | "epoll_pwait" | "epoll_pwait2" | "epoll_wait" | "io_uring_enter" | "read" | "readv" | "recvfrom" | "recvmmsg" | "recvmsg" | "sendfile" | "sendmmsg" | "sendmsg" | "sendto" | "shutdown" | "splice" | "write" | "writev";
    /** The descriptor that it waits on: of the socket, of the io_uring that holds it, or of the epoll instance. */
    fd?: number;
  })[];
  /** What closing the socket has led to; only with -K. */
  kill?: {
    /** The result. closed: the kernel has closed it; gone: it was closed by somebody else before; not-supported: the kernel cannot close sockets of this kind; without errno it was not asked; denied: not permitted: needs CAP_NET_ADMIN in the network namespace of the socket; not-reachable: it is or may be still there, but the kernel finds another socket with the same addresses, or none; dry-run: it would be closed without --dry-run. */
    result?: string;
    /** Name of the kernel's error; absent if there was none. */
    errno?: string;
  };
  /** When it was received (-E), when the round started (--watch), or when the run started or was recorded (--columns time); in UTC. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** A socket of XDP: what the kernel or a lookup did not tell is not there. */
export type XdpFlow = {
  /** Name of the family. */
  protocol: "XDP";
  /** Address family. */
  family?: "xdp" | "unknown";
  /** Number of family; only there if this program has no word for the value. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "unconnected" | "unknown";
  /** Number of state; only there if this program has no word for the value. */
  state_raw?: number;
  /** Type of the socket. */
  type?: "stream" | "dgram" | "raw" | "rdm" | "seqpacket" | "dccp" | "packet" | "unknown";
  /** Number of type; only there if this program has no word for the value. */
  type_raw?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it. */
  inode?: number;
  /** Unique number of the socket; not used again until the machine restarts. */
  cookie?: string;
  /** Memory of data received and not read by the process. In bytes. */
  recv_q?: number;
  /** Memory of data handed to the transmit path. In bytes. */
  send_q?: number;
  /** Memory of the socket (SK_MEMINFO_*). */
  skmeminfo?: {
    /** Memory charged for received data. In bytes. */
    rmem_alloc?: number;
    /** Limit of the receive buffer. In bytes. */
    rcvbuf?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    wmem_alloc?: number;
    /** Limit of the send buffer. In bytes. */
    sndbuf?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    fwd_alloc?: number;
    /** Memory of the send queue. In bytes. */
    wmem_queued?: number;
    /** Memory of socket options and ancillary data. In bytes. */
    optmem?: number;
    /** Data that arrived while the socket was in use by its process. In bytes. */
    backlog?: number;
    /** Packets that the socket dropped. In packets. */
    drops?: number;
  };
  /** Index of the interface that the socket is bound to, 0 for none. */
  iface_idx?: number;
  /** Number of the interface's queue that the socket is bound to. */
  queue_id?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  xdp_info_extra?: string;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  uid_extra?: string;
  /** Ring of received packets that the process shares with the kernel; netlink sockets had it before 4.6. */
  rx_ring?: {
    /** Size of the ring. In descriptors. */
    entries?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  rx_ring_extra?: string;
  /** Ring of packets to send that the process shares with the kernel; netlink sockets had it before 4.6. */
  tx_ring?: {
    /** Size of the ring. In descriptors. */
    entries?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  tx_ring_extra?: string;
  /** Memory that the process shares with the kernel; left out if there is none. */
  umem?: {
    /** Size of the memory. In bytes. */
    size?: bigint;
    /** Number of the memory. Sockets that share it have the same number. */
    id?: number;
    /** Pages of the memory. In pages. */
    num_pages?: number;
    /** Size of the space for one packet. In bytes. */
    chunk_size?: number;
    /** Space that is left free before a packet. In bytes. */
    headroom?: number;
    /** Index of the interface that uses the memory; 0 for none. */
    iface_idx?: number;
    /** Number of that interface's queue. */
    queue_id?: number;
    /** Whether the device accesses the memory directly (zerocopy). */
    flags?: ("zerocopy")[];
    /** Number of flags; only there if this program has no word for the value. */
    flags_raw?: number;
    /** Sockets that use the memory. */
    refs?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  umem_extra?: string;
  /** Ring in which the process provides memory for received packets; left out if there is none. */
  umem_fill_ring?: {
    /** Size of the ring. In descriptors. */
    entries?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  umem_fill_ring_extra?: string;
  /** Ring in which the kernel returns the memory of sent packets; left out if there is none. */
  umem_completion_ring?: {
    /** Size of the ring. In descriptors. */
    entries?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  umem_completion_ring_extra?: string;
  /** What the socket has lost and why (XDP_STATISTICS). */
  stats?: {
    /** Received packets dropped for other reasons. In packets. */
    rx_dropped?: bigint;
    /** Invalid descriptors in the fill ring. In descriptors. */
    rx_invalid?: bigint;
    /** Received packets dropped because the receive ring was full. In packets. */
    rx_full?: bigint;
    /** Number of times that the fill ring was empty. */
    fill_ring_empty?: bigint;
    /** Invalid descriptors in the transmit ring. In descriptors. */
    tx_invalid?: bigint;
    /** Number of times that the transmit ring was empty. */
    tx_ring_empty?: bigint;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  stats_extra?: string;
  /** Attributes that the kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Name of the interface iface_idx, if it exists now. */
  iface?: string;
  /** Exact bytes of iface; only there if they are not valid UTF-8. */
  iface_hex?: string;
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user; only there if they are not valid UTF-8. */
  user_hex?: string;
  /** Path of the control group cgroup_id below the root of the version 2 hierarchy, if it still exists and is visible. Without cgroup_id: the group of the owners (any version), if all are in the same one; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Innermost systemd unit in the path; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit; only there if they are not valid UTF-8. */
  unit_hex?: string;
  /** Innermost container in the path; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
    id?: string;
    /** Exact bytes of id; only there if they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; left out if the path does not tell. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; left out if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, as in net:[INODE]. */
    inode?: number;
    /** Its file name in /run/netns; root for the namespace of process 1. Most have no name. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its cookie, which is not used again until the machine restarts; BPF programs see it. */
    cookie?: string;
  };
  /** SELinux context of the socket, if a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context; only there if they are not valid UTF-8. */
  context_hex?: string;
  /** Whether the options were read. resolved: they were. none: no process is known to have a descriptor of it. denied: they may not be read. gone: the descriptor has been closed meanwhile. linger: closing a duplicate could wait (SO_LINGER). class: a duplicate would change its class (net_cls, net_prio). state: a duplicate would disturb the start or the end of the connection, or the state is not known. */
  options_status?: "resolved" | "none" | "denied" | "gone" | "linger" | "class" | "state";
  /** Options that its program has set, or their defaults (getsockopt(2)), read through a duplicate of a descriptor; only with --sockopts. */
  options?: SocketOptions;
  /** All processes that hold the socket; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, if it has its own descriptors; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe; only there if they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may contain secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** True if the arguments were cut off, else left out. At most 4 kB are kept for each process, and less after a total of 8 MB. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user; only there if they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context; only there if they are not valid UTF-8. */
    context_hex?: string;
    /** Start time since the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances in which the socket is registered. It may have no other descriptor of the socket. */
    io_uring_fds?: (number)[];
    /** True if it has no descriptor of the socket but has mapped its ring, else left out. */
    mapped?: boolean;
    /** Its descriptors of the socket, and of the io_urings that hold it, with their flags; only with --descriptors. */
    descriptors?: ({
      /** The descriptor. */
      fd?: number;
      /** Its flags. cloexec: a program started by exec does not inherit it. nonblock: calls do not wait. async: signals report data. Left out if the descriptor has been closed meanwhile or cannot be read. */
      flags?: ("nonblock" | "async" | "cloexec")[];
      /** How it leads to the socket: descriptor, or io_uring for the descriptor of an io_uring in which the socket is registered. */
      via?: "descriptor" | "io_uring";
    })[];
    /** Path of its control group (version 2, else version 1); only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Innermost systemd unit in the path; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit; only there if they are not valid UTF-8. */
    unit_hex?: string;
    /** Innermost container in the path; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
      id?: string;
      /** Exact bytes of id; only there if they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; left out if the path does not tell. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; left out if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known. resolved: they are. none: no process holds the socket. kernel: the kernel itself owns it, see kernel_owner. unaccepted: it waits to be accepted by a listener. denied: a process that may not be read, or is not visible, may hold it. raced: a process that has ended meanwhile may have held it. */
  owner_status?: "resolved" | "none" | "kernel" | "unaccepted" | "denied" | "raced";
  /** Whether the epoll instances are known; only with --watchers. resolved: they are. none: none watches the socket. denied: a process that may not be read, or is not visible, may have one. raced: a process that has ended meanwhile may have had one. */
  watchers_status?: "resolved" | "none" | "denied" | "raced";
  /** Epoll instances that watch the socket; only with --watchers. */
  watchers?: ({
    /** Number of a process that has the epoll instance. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Its descriptor of the epoll instance. */
    epoll_fd?: number;
    /** The descriptor by which the socket was added; it may have been closed or used again since. */
    fd?: number;
    /** The events that it waits for, in the words of epoll_ctl(2) without EPOLL; et is edge-triggered. */
    events?: ("in" | "pri" | "out" | "err" | "hup" | "nval" | "rdnorm" | "rdband" | "wrnorm" | "wrband" | "msg" | "rdhup" | "exclusive" | "wakeup" | "oneshot" | "et")[];
  })[];
  /** Whether the threads are known; only with --waiters. resolved: they are. none: no thread of the owners waits, or nobody holds the socket. denied: some threads may not be read, or the owners are not known. */
  waiters_status?: "resolved" | "none" | "denied";
  /** Threads of the owners that wait in a call on the socket, with --watchers also those that wait on an epoll instance that watches it; only with --waiters. */
  waiters?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread. */
    tid?: number;
    /** Name of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** The system call that it waits in. */
    call?: "accept" | "accept4" | "close" | "connect" | "epoll_pwait" | "epoll_pwait2" | "epoll_wait" | "io_uring_enter" | "read" | "readv" | "recvfrom" | "recvmmsg" | "recvmsg" | "sendfile" | "sendmmsg" | "sendmsg" | "sendto" | "shutdown" | "splice" | "write" | "writev";
    /** The descriptor that it waits on: of the socket, of the io_uring that holds it, or of the epoll instance. */
    fd?: number;
  })[];
  /** What closing the socket has led to; only with -K. */
  kill?: {
    /** The result. closed: the kernel has closed it; gone: it was closed by somebody else before; not-supported: the kernel cannot close sockets of this kind; without errno it was not asked; denied: not permitted: needs CAP_NET_ADMIN in the network namespace of the socket; not-reachable: it is or may be still there, but the kernel finds another socket with the same addresses, or none; dry-run: it would be closed without --dry-run. */
    result?: string;
    /** Name of the kernel's error; absent if there was none. */
    errno?: string;
  };
  /** What was counted between two listings, per second. Only for sockets that both have; only with --rates. */
  rates?: {
    /** Rate of drops between two listings. In packets/s. */
    drops?: number;
    /** Rate of rx_dropped between two listings. In packets/s. */
    rx_dropped?: number;
    /** Rate of rx_invalid between two listings. In descriptors/s. */
    rx_invalid?: number;
    /** Rate of rx_full between two listings. In packets/s. */
    rx_full?: number;
    /** Rate of fill_ring_empty between two listings. In 1/s. */
    fill_ring_empty?: number;
    /** Rate of tx_invalid between two listings. In descriptors/s. */
    tx_invalid?: number;
    /** Rate of tx_ring_empty between two listings. In 1/s. */
    tx_ring_empty?: number;
  };
  /** When it was received (-E), when the round started (--watch), or when the run started or was recorded (--columns time); in UTC. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** A socket of TIPC: what the kernel or a lookup did not tell is not there. */
export type TipcFlow = {
  /** Name of the family. */
  protocol: "TIPC";
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "unconnected" | "close-wait" | "listening" | "unknown";
  /** Number of state; only there if this program has no word for the value. */
  state_raw?: number;
  /** State of the socket, in the words of TIPC. */
  tipc_state?: "established" | "connecting" | "open" | "disconnecting" | "listen" | "unknown";
  /** Number of tipc_state; only there if this program has no word for the value. */
  tipc_state_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  state_extra?: string;
  /** Type of the socket. */
  type?: "stream" | "dgram" | "rdm" | "seqpacket" | "unknown";
  /** Number of type; only there if this program has no word for the value. */
  type_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  type_extra?: string;
  /** Number of this node; 0 outside a cluster. */
  node?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  node_extra?: string;
  /** Number of the socket on this node. */
  ref?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  ref_extra?: string;
  /** Peer of a connected socket. */
  con?: {
    /** Number of the peer's node. */
    node?: number;
    /** Bytes that the kernel sent after those that this program knows. */
    node_extra?: string;
    /** Number of the peer's socket on its node: its ref. */
    sock?: number;
    /** Bytes that the kernel sent after those that this program knows. */
    sock_extra?: string;
    /** The connection was made to the service in type and inst. */
    flag?: boolean;
    /** Type of the service that was connected to. */
    type?: number;
    /** Bytes that the kernel sent after those that this program knows. */
    type_extra?: string;
    /** Instance of the service that was connected to. */
    inst?: number;
    /** Bytes that the kernel sent after those that this program knows. */
    inst_extra?: string;
    /** Attributes that the kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
  };
  /** Services are bound to the socket, which has no peer. */
  has_publ?: boolean;
  /** Messages received and not read by the process. In messages. */
  recv_q?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  recv_q_extra?: string;
  /** Messages that wait to be sent. In messages. */
  send_q?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  send_q_extra?: string;
  /** A link is congested. */
  link_cong?: boolean;
  /** The connection is congested. */
  conn_cong?: boolean;
  /** Messages that the socket dropped. In messages. */
  drop?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  drop_extra?: string;
  /** Attributes that the kernel sent and this program does not know. */
  unknown_stat?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  uid_extra?: string;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it. */
  inode?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  inode_extra?: string;
  /** Unique number of the socket; not used again until the machine restarts. */
  cookie?: string;
  /** Bytes that the kernel sent after those that this program knows. */
  cookie_extra?: string;
  /** Communication group that the socket is in. */
  group?: {
    /** Number of the group. */
    id?: number;
    /** Bytes that the kernel sent after those that this program knows. */
    id_extra?: string;
    /** Instance of this member. */
    instance?: number;
    /** Bytes that the kernel sent after those that this program knows. */
    instance_extra?: string;
    /** Sequence number of the next broadcast. */
    bc_send_next?: number;
    /** Bytes that the kernel sent after those that this program knows. */
    bc_send_next_extra?: string;
    /** The socket has joined. */
    open?: boolean;
    /** The group is one of this node. */
    node_scope?: boolean;
    /** The group is one of the cluster. */
    cluster_scope?: boolean;
    /** Attributes that the kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
  };
  /** Attributes that the kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Attributes that the kernel sent and this program does not know. */
  unknown_outer?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user; only there if they are not valid UTF-8. */
  user_hex?: string;
  /** Path of the control group cgroup_id below the root of the version 2 hierarchy, if it still exists and is visible. Without cgroup_id: the group of the owners (any version), if all are in the same one; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Innermost systemd unit in the path; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit; only there if they are not valid UTF-8. */
  unit_hex?: string;
  /** Innermost container in the path; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
    id?: string;
    /** Exact bytes of id; only there if they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; left out if the path does not tell. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; left out if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, as in net:[INODE]. */
    inode?: number;
    /** Its file name in /run/netns; root for the namespace of process 1. Most have no name. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its cookie, which is not used again until the machine restarts; BPF programs see it. */
    cookie?: string;
  };
  /** SELinux context of the socket, if a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context; only there if they are not valid UTF-8. */
  context_hex?: string;
  /** Whether the options were read. resolved: they were. none: no process is known to have a descriptor of it. denied: they may not be read. gone: the descriptor has been closed meanwhile. linger: closing a duplicate could wait (SO_LINGER). class: a duplicate would change its class (net_cls, net_prio). state: a duplicate would disturb the start or the end of the connection, or the state is not known. */
  options_status?: "resolved" | "none" | "denied" | "gone" | "linger" | "class" | "state";
  /** Options that its program has set, or their defaults (getsockopt(2)), read through a duplicate of a descriptor; only with --sockopts. */
  options?: SocketOptions;
  /** All processes that hold the socket; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, if it has its own descriptors; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe; only there if they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may contain secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** True if the arguments were cut off, else left out. At most 4 kB are kept for each process, and less after a total of 8 MB. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user; only there if they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context; only there if they are not valid UTF-8. */
    context_hex?: string;
    /** Start time since the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances in which the socket is registered. It may have no other descriptor of the socket. */
    io_uring_fds?: (number)[];
    /** True if it has no descriptor of the socket but has mapped its ring, else left out. */
    mapped?: boolean;
    /** Its descriptors of the socket, and of the io_urings that hold it, with their flags; only with --descriptors. */
    descriptors?: ({
      /** The descriptor. */
      fd?: number;
      /** Its flags. cloexec: a program started by exec does not inherit it. nonblock: calls do not wait. async: signals report data. Left out if the descriptor has been closed meanwhile or cannot be read. */
      flags?: ("nonblock" | "async" | "cloexec")[];
      /** How it leads to the socket: descriptor, or io_uring for the descriptor of an io_uring in which the socket is registered. */
      via?: "descriptor" | "io_uring";
    })[];
    /** Path of its control group (version 2, else version 1); only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Innermost systemd unit in the path; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit; only there if they are not valid UTF-8. */
    unit_hex?: string;
    /** Innermost container in the path; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
      id?: string;
      /** Exact bytes of id; only there if they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; left out if the path does not tell. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; left out if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known. resolved: they are. none: no process holds the socket. kernel: the kernel itself owns it, see kernel_owner. unaccepted: it waits to be accepted by a listener. denied: a process that may not be read, or is not visible, may hold it. raced: a process that has ended meanwhile may have held it. */
  owner_status?: "resolved" | "none" | "kernel" | "unaccepted" | "denied" | "raced";
  /** Whether the epoll instances are known; only with --watchers. resolved: they are. none: none watches the socket. denied: a process that may not be read, or is not visible, may have one. raced: a process that has ended meanwhile may have had one. */
  watchers_status?: "resolved" | "none" | "denied" | "raced";
  /** Epoll instances that watch the socket; only with --watchers. */
  watchers?: ({
    /** Number of a process that has the epoll instance. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Its descriptor of the epoll instance. */
    epoll_fd?: number;
    /** The descriptor by which the socket was added; it may have been closed or used again since. */
    fd?: number;
    /** The events that it waits for, in the words of epoll_ctl(2) without EPOLL; et is edge-triggered. */
    events?: ("in" | "pri" | "out" | "err" | "hup" | "nval" | "rdnorm" | "rdband" | "wrnorm" | "wrband" | "msg" | "rdhup" | "exclusive" | "wakeup" | "oneshot" | "et")[];
  })[];
  /** Whether the threads are known; only with --waiters. resolved: they are. none: no thread of the owners waits, or nobody holds the socket. denied: some threads may not be read, or the owners are not known. */
  waiters_status?: "resolved" | "none" | "denied";
  /** Threads of the owners that wait in a call on the socket, with --watchers also those that wait on an epoll instance that watches it; only with --waiters. */
  waiters?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread. */
    tid?: number;
    /** Name of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** The system call that it waits in. */
    call?: "accept" | "accept4" | "close" | "connect" | "epoll_pwait" | "epoll_pwait2" | "epoll_wait" | "io_uring_enter" | "read" | "readv" | "recvfrom" | "recvmmsg" | "recvmsg" | "sendfile" | "sendmmsg" | "sendmsg" | "sendto" | "shutdown" | "splice" | "write" | "writev";
    /** The descriptor that it waits on: of the socket, of the io_uring that holds it, or of the epoll instance. */
    fd?: number;
  })[];
  /** What closing the socket has led to; only with -K. */
  kill?: {
    /** The result. closed: the kernel has closed it; gone: it was closed by somebody else before; not-supported: the kernel cannot close sockets of this kind; without errno it was not asked; denied: not permitted: needs CAP_NET_ADMIN in the network namespace of the socket; not-reachable: it is or may be still there, but the kernel finds another socket with the same addresses, or none; dry-run: it would be closed without --dry-run. */
    result?: string;
    /** Name of the kernel's error; absent if there was none. */
    errno?: string;
  };
  /** What was counted between two listings, per second. Only for sockets that both have; only with --rates. */
  rates?: {
    /** Rate of drop between two listings. In messages/s. */
    drop?: number;
  };
  /** When it was received (-E), when the round started (--watch), or when the run started or was recorded (--columns time); in UTC. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** A socket of SMC: what the kernel or a lookup did not tell is not there. */
export type SmcFlow = {
  /** Name of the family. */
  protocol: "SMC";
  /** Address family with which the socket was created. */
  family?: "inet" | "inet6" | "smc" | "unknown";
  /** Number of family; only there if this program has no word for the value. */
  family_raw?: number;
  /** State of the socket: the closest word of `ss`. */
  state?: "established" | "unconnected" | "listening" | "fin-wait-1" | "fin-wait-2" | "close-wait" | "last-ack" | "closing" | "unknown";
  /** Number of state; only there if this program has no word for the value. */
  state_raw?: number;
  /** State of the socket, in the words of SMC. */
  smc_state?: "active" | "init" | "closed" | "listen" | "peer-close-wait-1" | "peer-close-wait-2" | "app-close-wait-1" | "app-close-wait-2" | "app-fin-close-wait" | "peer-fin-close-wait" | "peer-abort-wait" | "process-abort" | "unknown";
  /** Number of smc_state; only there if this program has no word for the value. */
  smc_state_raw?: number;
  /** How data is sent: over RDMA (smcr), within the machine (smcd), or as TCP (fallback). */
  mode?: "smcr" | "fallback" | "smcd" | "unknown";
  /** Number of mode; only there if this program has no word for the value. */
  mode_raw?: number;
  /** Local port. */
  src_port?: number;
  /** Remote port. */
  dst_port?: number;
  /** Index of the interface that the socket is bound to, 0 for none. */
  iface_idx?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Unique number of the socket; not used again until the machine restarts. */
  cookie?: string;
  /** Group of links that an SMC-R connection is in. */
  lgrinfo?: {
    /** Links. The kernel reports one. */
    lnk?: ({
      /** Number of the link. */
      link_id?: number;
      /** Port of the RDMA device. */
      ibport?: number;
      /** Name of the RDMA device. */
      ibname?: string;
      /** Exact bytes of ibname; only there if they are not valid UTF-8. */
      ibname_hex?: string;
      /** Address of the RDMA port (GID). */
      gid?: string;
      /** Exact bytes of gid; only there if they are not valid UTF-8. */
      gid_hex?: string;
      /** Address of the RDMA port at the peer (GID). */
      peer_gid?: string;
      /** Exact bytes of peer_gid; only there if they are not valid UTF-8. */
      peer_gid_hex?: string;
    })[];
    /** Whether this side opened the group or accepted it. */
    role?: "client" | "server" | "unknown";
    /** Number of role; only there if this program has no word for the value. */
    role_raw?: number;
  };
  /** Directions that are closed: 1 receiving, 2 sending, 3 both. */
  shutdown?: number;
  /** Directions that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names; only there if this program has no word for the value. */
  shutdown_names_raw?: number;
  /** Bytes that the kernel sent after those that this program knows. */
  shutdown_extra?: string;
  /** Why the connection fell back to TCP; 0 if it did not. */
  fallback?: {
    /** Reason of this side, a code of net/smc/smc_clc.h; 0x0 for none. */
    reason?: string;
    /** Reason that the peer gave, a code of net/smc/smc_clc.h; 0x0 for none. */
    peer_diagnosis?: string;
  };
  /** Buffers of the connection; left out after it has fallen back to TCP. */
  conninfo?: {
    /** Number of the connection. */
    token?: number;
    /** Size of the send buffer. In bytes. */
    sndbuf_size?: number;
    /** Size of the buffer that the peer writes to. In bytes. */
    rmbe_size?: number;
    /** Size of the buffer at the peer that this side writes to. In bytes. */
    peer_rmbe_size?: number;
    /** How far the peer has written: number of times that the buffer has wrapped around. */
    rx_prod_wrap?: number;
    /** How far the peer has written: position in the buffer. In bytes. */
    rx_prod_count?: number;
    /** How far the peer has read: number of times that the buffer has wrapped around. */
    rx_cons_wrap?: number;
    /** How far the peer has read: position in the buffer. In bytes. */
    rx_cons_count?: number;
    /** How far this side has written, as told to the peer: number of times that the buffer has wrapped around. */
    tx_prod_wrap?: number;
    /** How far this side has written, as told to the peer: position in the buffer. In bytes. */
    tx_prod_count?: number;
    /** How far this side has read, as told to the peer: number of times that the buffer has wrapped around. */
    tx_cons_wrap?: number;
    /** How far this side has read, as told to the peer: position in the buffer. In bytes. */
    tx_cons_count?: number;
    /** Flags of the peer about its writing. */
    rx_prod_flags?: ("failover_validation" | "cons_curs_upd_req" | "urg_data_present" | "urg_data_pending" | "write_blocked")[];
    /** Number of rx_prod_flags; only there if this program has no word for the value. */
    rx_prod_flags_raw?: number;
    /** Flags of the peer about the end of the connection. */
    rx_conn_state_flags?: ("peer_conn_abort" | "peer_conn_closed" | "peer_done_writing")[];
    /** Number of rx_conn_state_flags; only there if this program has no word for the value. */
    rx_conn_state_flags_raw?: number;
    /** Flags of this side about its writing. */
    tx_prod_flags?: ("failover_validation" | "cons_curs_upd_req" | "urg_data_present" | "urg_data_pending" | "write_blocked")[];
    /** Number of tx_prod_flags; only there if this program has no word for the value. */
    tx_prod_flags_raw?: number;
    /** Flags of this side about the end of the connection. */
    tx_conn_state_flags?: ("peer_conn_abort" | "peer_conn_closed" | "peer_done_writing")[];
    /** Number of tx_conn_state_flags; only there if this program has no word for the value. */
    tx_conn_state_flags_raw?: number;
    /** How far data to send is prepared: number of times that the buffer has wrapped around. */
    tx_prep_wrap?: number;
    /** How far data to send is prepared: position in the buffer. In bytes. */
    tx_prep_count?: number;
    /** How far data is sent: number of times that the buffer has wrapped around. */
    tx_sent_wrap?: number;
    /** How far data is sent: position in the buffer. In bytes. */
    tx_sent_count?: number;
    /** How far data is confirmed as sent: number of times that the buffer has wrapped around. */
    tx_fin_wrap?: number;
    /** How far data is confirmed as sent: position in the buffer. In bytes. */
    tx_fin_count?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  conninfo_extra?: string;
  /** Direct memory buffers of an SMC-D connection. */
  dmbinfo?: {
    /** Number of the group of links. */
    linkid?: number;
    /** Address of the peer's device (GID). */
    peer_gid?: string;
    /** Address of this side's device (GID). */
    my_gid?: string;
    /** Token of the buffer that the peer writes to. */
    token?: string;
    /** Token of the buffer at the peer that this side writes to. */
    peer_token?: string;
    /** Second half of peer_gid. */
    peer_gid_ext?: string;
    /** Second half of my_gid. */
    my_gid_ext?: string;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  dmbinfo_extra?: string;
  /** Attributes that the kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Local address. For an SMC listener at all addresses it is always 0.0.0.0. */
  src?: string;
  /** Remote address. */
  dst?: string;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it. */
  inode?: number;
  /** Inode of the socket if it has more than 32 bits; replaces inode. */
  inode64?: bigint;
  /** Bytes that the kernel sent after those that this program knows. */
  lgrinfo_extra?: string;
  /** Bytes that the kernel sent after those that this program knows. */
  fallback_extra?: string;
  /** Name of the interface iface_idx, if it exists now. */
  iface?: string;
  /** Exact bytes of iface; only there if they are not valid UTF-8. */
  iface_hex?: string;
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user; only there if they are not valid UTF-8. */
  user_hex?: string;
  /** Path of the control group cgroup_id below the root of the version 2 hierarchy, if it still exists and is visible. Without cgroup_id: the group of the owners (any version), if all are in the same one; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Innermost systemd unit in the path; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit; only there if they are not valid UTF-8. */
  unit_hex?: string;
  /** Innermost container in the path; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
    id?: string;
    /** Exact bytes of id; only there if they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; left out if the path does not tell. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; left out if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, as in net:[INODE]. */
    inode?: number;
    /** Its file name in /run/netns; root for the namespace of process 1. Most have no name. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its cookie, which is not used again until the machine restarts; BPF programs see it. */
    cookie?: string;
  };
  /** SELinux context of the socket, if a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context; only there if they are not valid UTF-8. */
  context_hex?: string;
  /** Whether the options were read. resolved: they were. none: no process is known to have a descriptor of it. denied: they may not be read. gone: the descriptor has been closed meanwhile. linger: closing a duplicate could wait (SO_LINGER). class: a duplicate would change its class (net_cls, net_prio). state: a duplicate would disturb the start or the end of the connection, or the state is not known. */
  options_status?: "resolved" | "none" | "denied" | "gone" | "linger" | "class" | "state";
  /** Options that its program has set, or their defaults (getsockopt(2)), read through a duplicate of a descriptor; only with --sockopts. */
  options?: SocketOptions;
  /** All processes that hold the socket; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, if it has its own descriptors; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe; only there if they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may contain secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** True if the arguments were cut off, else left out. At most 4 kB are kept for each process, and less after a total of 8 MB. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user; only there if they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context; only there if they are not valid UTF-8. */
    context_hex?: string;
    /** Start time since the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances in which the socket is registered. It may have no other descriptor of the socket. */
    io_uring_fds?: (number)[];
    /** True if it has no descriptor of the socket but has mapped its ring, else left out. */
    mapped?: boolean;
    /** Its descriptors of the socket, and of the io_urings that hold it, with their flags; only with --descriptors. */
    descriptors?: ({
      /** The descriptor. */
      fd?: number;
      /** Its flags. cloexec: a program started by exec does not inherit it. nonblock: calls do not wait. async: signals report data. Left out if the descriptor has been closed meanwhile or cannot be read. */
      flags?: ("nonblock" | "async" | "cloexec")[];
      /** How it leads to the socket: descriptor, or io_uring for the descriptor of an io_uring in which the socket is registered. */
      via?: "descriptor" | "io_uring";
    })[];
    /** Path of its control group (version 2, else version 1); only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Innermost systemd unit in the path; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit; only there if they are not valid UTF-8. */
    unit_hex?: string;
    /** Innermost container in the path; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
      id?: string;
      /** Exact bytes of id; only there if they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; left out if the path does not tell. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; left out if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known. resolved: they are. none: no process holds the socket. kernel: the kernel itself owns it, see kernel_owner. unaccepted: it waits to be accepted by a listener. denied: a process that may not be read, or is not visible, may hold it. raced: a process that has ended meanwhile may have held it. */
  owner_status?: "resolved" | "none" | "kernel" | "unaccepted" | "denied" | "raced";
  /** Whether the epoll instances are known; only with --watchers. resolved: they are. none: none watches the socket. denied: a process that may not be read, or is not visible, may have one. raced: a process that has ended meanwhile may have had one. */
  watchers_status?: "resolved" | "none" | "denied" | "raced";
  /** Epoll instances that watch the socket; only with --watchers. */
  watchers?: ({
    /** Number of a process that has the epoll instance. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Its descriptor of the epoll instance. */
    epoll_fd?: number;
    /** The descriptor by which the socket was added; it may have been closed or used again since. */
    fd?: number;
    /** The events that it waits for, in the words of epoll_ctl(2) without EPOLL; et is edge-triggered. */
    events?: ("in" | "pri" | "out" | "err" | "hup" | "nval" | "rdnorm" | "rdband" | "wrnorm" | "wrband" | "msg" | "rdhup" | "exclusive" | "wakeup" | "oneshot" | "et")[];
  })[];
  /** Whether the threads are known; only with --waiters. resolved: they are. none: no thread of the owners waits, or nobody holds the socket. denied: some threads may not be read, or the owners are not known. */
  waiters_status?: "resolved" | "none" | "denied";
  /** Threads of the owners that wait in a call on the socket, with --watchers also those that wait on an epoll instance that watches it; only with --waiters. */
  waiters?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread. */
    tid?: number;
    /** Name of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** The system call that it waits in. */
    call?: "accept" | "accept4" | "close" | "connect" | "epoll_pwait" | "epoll_pwait2" | "epoll_wait" | "io_uring_enter" | "read" | "readv" | "recvfrom" | "recvmmsg" | "recvmsg" | "sendfile" | "sendmmsg" | "sendmsg" | "sendto" | "shutdown" | "splice" | "write" | "writev";
    /** The descriptor that it waits on: of the socket, of the io_uring that holds it, or of the epoll instance. */
    fd?: number;
  })[];
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host; only there if they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host; only there if they are not valid UTF-8. */
  dst_host_hex?: string;
  /** What closing the socket has led to; only with -K. */
  kill?: {
    /** The result. closed: the kernel has closed it; gone: it was closed by somebody else before; not-supported: the kernel cannot close sockets of this kind; without errno it was not asked; denied: not permitted: needs CAP_NET_ADMIN in the network namespace of the socket; not-reachable: it is or may be still there, but the kernel finds another socket with the same addresses, or none; dry-run: it would be closed without --dry-run. */
    result?: string;
    /** Name of the kernel's error; absent if there was none. */
    errno?: string;
  };
  /** When it was received (-E), when the round started (--watch), or when the run started or was recorded (--columns time); in UTC. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** A socket of OTHER: what the kernel or a lookup did not tell is not there. */
export type OtherFlow = {
  /** Name of the family. */
  protocol: "OTHER";
  /** Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it. */
  inode?: number;
  /** The kernel's name for the protocol. */
  sockprotoname?: string;
  /** Exact bytes of sockprotoname; only there if they are not valid UTF-8. */
  sockprotoname_hex?: string;
  /** Address family. */
  family?: "unspec" | "unix" | "inet" | "ax25" | "ipx" | "appletalk" | "netrom" | "bridge" | "atmpvc" | "x25" | "inet6" | "rose" | "decnet" | "netbeui" | "security" | "key" | "netlink" | "packet" | "ash" | "econet" | "atmsvc" | "rds" | "sna" | "irda" | "pppox" | "wanpipe" | "llc" | "ib" | "mpls" | "can" | "tipc" | "bluetooth" | "iucv" | "rxrpc" | "isdn" | "phonet" | "ieee802154" | "caif" | "alg" | "nfc" | "vsock" | "kcm" | "qipcrtr" | "smc" | "xdp" | "mctp" | "unknown";
  /** Number of family; only there if this program has no word for the value. */
  family_raw?: number;
  /** State of the socket: listening, established with a peer, unconnected without one. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state; only there if this program has no word for the value. */
  state_raw?: number;
  /** Type of the socket. */
  type?: "stream" | "dgram" | "raw" | "rdm" | "seqpacket" | "dccp" | "packet" | "unknown";
  /** Number of type; only there if this program has no word for the value. */
  type_raw?: number;
  /** Number of the protocol, as in socket(2). */
  protocol_number?: number;
  /** Local address. For an SMC listener at all addresses it is always 0.0.0.0. */
  src?: string;
  /** Local port. */
  src_port?: number | null;
  /** Local context id of VSOCK. */
  src_cid?: number | null;
  /** Local address of any other family, as the kernel's struct sockaddr. */
  src_sockaddr?: string;
  /** Remote address. */
  dst?: string;
  /** Remote port. */
  dst_port?: number | null;
  /** Remote context id of VSOCK. */
  dst_cid?: number | null;
  /** Remote address of any other family, as the kernel's struct sockaddr. */
  dst_sockaddr?: string;
  /** Inode of the network namespace of the first holder; the socket may be in another one. */
  holder_netns?: number;
  /** Path of the control group cgroup_id below the root of the version 2 hierarchy, if it still exists and is visible. Without cgroup_id: the group of the owners (any version), if all are in the same one; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Innermost systemd unit in the path; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit; only there if they are not valid UTF-8. */
  unit_hex?: string;
  /** Innermost container in the path; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
    id?: string;
    /** Exact bytes of id; only there if they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; left out if the path does not tell. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; left out if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, as in net:[INODE]. */
    inode?: number;
    /** Its file name in /run/netns; root for the namespace of process 1. Most have no name. */
    name?: string;
    /** Exact bytes of name; only there if they are not valid UTF-8. */
    name_hex?: string;
    /** Its cookie, which is not used again until the machine restarts; BPF programs see it. */
    cookie?: string;
  };
  /** SELinux context of the socket, if a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context; only there if they are not valid UTF-8. */
  context_hex?: string;
  /** Whether the options were read. resolved: they were. none: no process is known to have a descriptor of it. denied: they may not be read. gone: the descriptor has been closed meanwhile. linger: closing a duplicate could wait (SO_LINGER). class: a duplicate would change its class (net_cls, net_prio). state: a duplicate would disturb the start or the end of the connection, or the state is not known. */
  options_status?: "resolved" | "none" | "denied" | "gone" | "linger" | "class" | "state";
  /** Options that its program has set, or their defaults (getsockopt(2)), read through a duplicate of a descriptor; only with --sockopts. */
  options?: SocketOptions;
  /** All processes that hold the socket; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, if it has its own descriptors; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe; only there if they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may contain secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** True if the arguments were cut off, else left out. At most 4 kB are kept for each process, and less after a total of 8 MB. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user; only there if they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context; only there if they are not valid UTF-8. */
    context_hex?: string;
    /** Start time since the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances in which the socket is registered. It may have no other descriptor of the socket. */
    io_uring_fds?: (number)[];
    /** True if it has no descriptor of the socket but has mapped its ring, else left out. */
    mapped?: boolean;
    /** Its descriptors of the socket, and of the io_urings that hold it, with their flags; only with --descriptors. */
    descriptors?: ({
      /** The descriptor. */
      fd?: number;
      /** Its flags. cloexec: a program started by exec does not inherit it. nonblock: calls do not wait. async: signals report data. Left out if the descriptor has been closed meanwhile or cannot be read. */
      flags?: ("nonblock" | "async" | "cloexec")[];
      /** How it leads to the socket: descriptor, or io_uring for the descriptor of an io_uring in which the socket is registered. */
      via?: "descriptor" | "io_uring";
    })[];
    /** Path of its control group (version 2, else version 1); only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup; only there if they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Innermost systemd unit in the path; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit; only there if they are not valid UTF-8. */
    unit_hex?: string;
    /** Innermost container in the path; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn. */
      id?: string;
      /** Exact bytes of id; only there if they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; left out if the path does not tell. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; left out if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid; only there if they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known. resolved: they are. none: no process holds the socket. kernel: the kernel itself owns it, see kernel_owner. unaccepted: it waits to be accepted by a listener. denied: a process that may not be read, or is not visible, may hold it. raced: a process that has ended meanwhile may have held it. */
  owner_status?: "resolved" | "none" | "kernel" | "unaccepted" | "denied" | "raced";
  /** Whether the epoll instances are known; only with --watchers. resolved: they are. none: none watches the socket. denied: a process that may not be read, or is not visible, may have one. raced: a process that has ended meanwhile may have had one. */
  watchers_status?: "resolved" | "none" | "denied" | "raced";
  /** Epoll instances that watch the socket; only with --watchers. */
  watchers?: ({
    /** Number of a process that has the epoll instance. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** Its descriptor of the epoll instance. */
    epoll_fd?: number;
    /** The descriptor by which the socket was added; it may have been closed or used again since. */
    fd?: number;
    /** The events that it waits for, in the words of epoll_ctl(2) without EPOLL; et is edge-triggered. */
    events?: ("in" | "pri" | "out" | "err" | "hup" | "nval" | "rdnorm" | "rdband" | "wrnorm" | "wrband" | "msg" | "rdhup" | "exclusive" | "wakeup" | "oneshot" | "et")[];
  })[];
  /** Whether the threads are known; only with --waiters. resolved: they are. none: no thread of the owners waits, or nobody holds the socket. denied: some threads may not be read, or the owners are not known. */
  waiters_status?: "resolved" | "none" | "denied";
  /** Threads of the owners that wait in a call on the socket, with --watchers also those that wait on an epoll instance that watches it; only with --waiters. */
  waiters?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread. */
    tid?: number;
    /** Name of the thread. */
    comm?: string;
    /** Exact bytes of comm; only there if they are not valid UTF-8. */
    comm_hex?: string;
    /** The system call that it waits in. */
    call?: "accept" | "accept4" | "close" | "connect" | "epoll_pwait" | "epoll_pwait2" | "epoll_wait" | "io_uring_enter" | "read" | "readv" | "recvfrom" | "recvmmsg" | "recvmsg" | "sendfile" | "sendmmsg" | "sendmsg" | "sendto" | "shutdown" | "splice" | "write" | "writev";
    /** The descriptor that it waits on: of the socket, of the io_uring that holds it, or of the epoll instance. */
    fd?: number;
  })[];
  /** What closing the socket has led to; only with -K. */
  kill?: {
    /** The result. closed: the kernel has closed it; gone: it was closed by somebody else before; not-supported: the kernel cannot close sockets of this kind; without errno it was not asked; denied: not permitted: needs CAP_NET_ADMIN in the network namespace of the socket; not-reachable: it is or may be still there, but the kernel finds another socket with the same addresses, or none; dry-run: it would be closed without --dry-run. */
    result?: string;
    /** Name of the kernel's error; absent if there was none. */
    errno?: string;
  };
  /** When it was received (-E), when the round started (--watch), or when the run started or was recorded (--columns time); in UTC. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** Options of sockets of any family, as far as they were read. */
export type SocketOptions = {
  /** 1: the address may be reused at once; 2: in any state. */
  reuseaddr?: number;
  /** Type of the socket. */
  type?: "stream" | "dgram" | "raw" | "rdm" | "seqpacket" | "dccp" | "packet" | "unknown";
  /** Number of type; only there if this program has no word for the value. */
  type_raw?: number;
  /** Whether it may send to broadcast addresses. */
  broadcast?: boolean;
  /** Limit of the send buffer: twice what was set. In bytes. */
  sndbuf?: number;
  /** Limit of the receive buffer: twice what was set. In bytes. */
  rcvbuf?: number;
  /** Whether idle connections are probed. */
  keepalive?: boolean;
  /** Priority of packets for queueing. */
  priority?: number;
  /** What close() does with unsent data. */
  linger?: {
    /** Whether close() treats unsent data in this way. */
    on?: boolean;
    /** How long close() waits for unsent data; 0: it ends the connection with RST. In s. */
    time?: number;
  };
  /** Whether several sockets share the port. */
  reuseport?: boolean;
  /** Data that must be there before a reader is woken. In bytes. */
  rcvlowat?: number;
  /** When receiving and accepting give up; 0: never. In ms. */
  rcvtimeo?: number;
  /** When sending and connecting give up; 0: never. In ms. */
  sndtimeo?: number;
  /** Interface that it is bound to. */
  bindtodevice?: string;
  /** Exact bytes of bindtodevice; only there if they are not valid UTF-8. */
  bindtodevice_hex?: string;
  /** Whether it listens. */
  acceptconn?: boolean;
  /** Mark of its packets for routing and firewall. */
  mark?: number;
  /** Number of the protocol. */
  protocol?: number;
  /** Address family. */
  domain?: "unspec" | "unix" | "inet" | "ax25" | "ipx" | "appletalk" | "netrom" | "bridge" | "atmpvc" | "x25" | "inet6" | "rose" | "decnet" | "netbeui" | "security" | "key" | "netlink" | "packet" | "ash" | "econet" | "atmsvc" | "rds" | "sna" | "irda" | "pppox" | "wanpipe" | "llc" | "ib" | "mpls" | "can" | "tipc" | "bluetooth" | "iucv" | "rxrpc" | "isdn" | "phonet" | "ieee802154" | "caif" | "alg" | "nfc" | "vsock" | "kcm" | "qipcrtr" | "smc" | "xdp" | "mctp" | "unknown";
  /** Number of domain; only there if this program has no word for the value. */
  domain_raw?: number;
  /** Time of busy polling for packets. In us. */
  busy_poll?: number;
  /** Limit of the pacing rate; 18446744073709551615: none. In bytes/s. */
  max_pacing_rate?: bigint;
  /** CPU that delivered last, or that was set. */
  incoming_cpu?: number;
  /** Memory of the socket (SK_MEMINFO_*). */
  skmeminfo?: {
    /** Memory charged for received data. In bytes. */
    rmem_alloc?: number;
    /** Limit of the receive buffer. In bytes. */
    rcvbuf?: number;
    /** Memory of data handed to the transmit path. In bytes. */
    wmem_alloc?: number;
    /** Limit of the send buffer. In bytes. */
    sndbuf?: number;
    /** Memory reserved ahead and not yet used; may be negative. In bytes. */
    fwd_alloc?: number;
    /** Memory of the send queue. In bytes. */
    wmem_queued?: number;
    /** Memory of socket options and ancillary data. In bytes. */
    optmem?: number;
    /** Data that arrived while the socket was in use by its process. In bytes. */
    backlog?: number;
    /** Packets that the socket dropped. In packets. */
    drops?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  skmeminfo_extra?: string;
  /** Number of the device queue that delivered last; 0: none. */
  incoming_napi_id?: number;
  /** The kernel's identifier of the socket. */
  cookie?: string;
  /** Whether data may be sent without copying (MSG_ZEROCOPY). */
  zerocopy?: boolean;
  /** The kernel's identifier of its network namespace. */
  netns_cookie?: string;
  /** Buffers whose size the program has set: the kernel does not tune them. */
  buf_lock?: ("sndbuf" | "rcvbuf")[];
  /** Number of buf_lock; only there if this program has no word for the value. */
  buf_lock_raw?: number;
  /** Whether small segments are sent at once (no Nagle). */
  nodelay?: boolean;
  /** Largest segment; of a socket without connection: what was set. In bytes. */
  maxseg?: number;
  /** Whether partial segments are held back. */
  cork?: boolean;
  /** Idle time before the first probe. In s. */
  keepidle?: number;
  /** Time between probes. In s. */
  keepintvl?: number;
  /** Unanswered probes after which the connection ends. */
  keepcnt?: number;
  /** Most retransmissions of a SYN. */
  syncnt?: number;
  /** How long accept() waits for data. In s. */
  defer_accept?: number;
  /** Largest window that is advertised. In bytes. */
  window_clamp?: number;
  /** How long data may be unacknowledged before the connection ends; 0: by retransmissions. In ms. */
  user_timeout?: number;
  /** Length of the queue of Fast Open; 0: off. */
  fastopen?: number;
  /** Unsent data up to which it is writable; 0: that of the namespace. In bytes. */
  notsent_lowat?: number;
  /** Whether connect() waits for data to send with the SYN. */
  fastopen_connect?: boolean;
  /** Authentication option; keys are never read. */
  tcp_ao?: {
    /** Whether segments without a signature are dropped. */
    ao_required?: boolean;
    /** Whether ICMP errors are accepted. */
    accept_icmps?: boolean;
    /** Id of the key that signs sent segments. */
    current_key?: number;
    /** Id of the key that the peer should use. */
    rnext?: number;
    /** Segments with a valid signature. In segments. */
    pkt_good?: bigint;
    /** Segments with a wrong signature. In segments. */
    pkt_bad?: bigint;
    /** Segments signed with an unknown key. In segments. */
    pkt_key_not_found?: bigint;
    /** Segments without a signature. In segments. */
    pkt_ao_required?: bigint;
    /** ICMP errors that were dropped. In packets. */
    pkt_dropped_icmp?: bigint;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  tcp_ao_extra?: string;
  /** Whether it uses MPTCP; false on an MPTCP socket that fell back to TCP. */
  is_mptcp?: boolean;
  /** Longest retransmission timeout. In ms. */
  rto_max_ms?: number;
  /** Shortest retransmission timeout. In us. */
  rto_min_us?: number;
  /** Longest delay of an acknowledgement. In us. */
  delack_max_us?: number;
  /** Time to live of sent packets. */
  ttl?: number;
  /** Discovery of the path MTU. */
  mtu_discover?: "dont" | "want" | "do" | "probe" | "interface" | "omit" | "unknown";
  /** Number of mtu_discover; only there if this program has no word for the value. */
  mtu_discover_raw?: number;
  /** Known path MTU of a connected socket. In bytes. */
  mtu?: number;
  /** Whether it may be bound to an address that does not exist. */
  freebind?: boolean;
  /** Whether it may use foreign addresses. */
  transparent?: boolean;
  /** Lowest TTL of packets that are accepted (GTSM); 0: any. */
  minttl?: number;
  /** Whether bind() leaves the choice of the port to connect(). */
  bind_address_no_port?: boolean;
  /** Address of the interface for multicast packets. */
  multicast_if_addr?: string;
  /** Time to live of multicast packets. */
  multicast_ttl?: number;
  /** Whether it receives groups that other sockets have joined. */
  multicast_all?: boolean;
  /** Index of the interface for sent packets; 0: by the routes. */
  unicast_if?: number;
  /** Ports to choose from. */
  local_port_range?: {
    /** Lowest port; 0: that of the namespace. */
    low?: number;
    /** Highest port; 0: that of the namespace. */
    high?: number;
  };
  /** Where the connection was addressed before NAT, if it is tracked; the same as dst without NAT. */
  original_dst?: {
    /** The address. */
    addr?: string;
    /** The port. */
    port?: number;
  };
  /** Hop limit of sent packets. */
  unicast_hops?: number;
  /** Index of the interface for multicast packets. */
  multicast_if?: number;
  /** Hop limit of multicast packets. */
  multicast_hops?: number;
  /** Whether it is for IPv6 only. */
  v6only?: boolean;
  /** Whether packets are never fragmented. */
  dontfrag?: boolean;
  /** Lowest hop limit of packets that are accepted (GTSM); 0: any. */
  minhopcount?: number;
  /** Protocol that the kernel takes out of its packets. */
  encap?: "none" | "espinudp_non_ike" | "espinudp" | "l2tpinudp" | "gtp0" | "gtp1u" | "rxrpc" | "espintcp" | "unknown";
  /** Number of encap; only there if this program has no word for the value. */
  encap_raw?: number;
  /** Size of the packets that large sends are cut into; 0: off. In bytes. */
  segment?: number;
  /** Whether several packets may be received as one. */
  gro?: boolean;
  /** Part of sent packets that the checksum covers; 0: all. In bytes. */
  send_cscov?: number;
  /** Part that the checksum of received packets must cover; 0: all. In bytes. */
  recv_cscov?: number;
  /** Types of ICMP that are dropped, bit n for type n. */
  icmp_filter?: number;
  /** Types of ICMPv6 that are dropped, bit n for type n. */
  icmpv6_filter?: string;
  /** Whether sent packets skip the queueing discipline. */
  qdisc_bypass?: boolean;
  /** What was passed on within the group. */
  rollover?: {
    /** Packets that were passed on to another socket of the group. In packets. */
    all?: bigint;
    /** The same of large flows. In packets. */
    huge?: bigint;
    /** Packets that no socket of the group had room for. In packets. */
    failed?: bigint;
  };
  /** Whether sent packets are not captured. */
  ignore_outgoing?: boolean;
  /** Credit that the peer is given. In bytes. */
  buffer_size?: bigint;
  /** What was dropped. */
  stats?: {
    /** Packets dropped for other reasons than these. In packets. */
    rx_dropped?: bigint;
    /** Invalid descriptors of the fill ring. In descriptors. */
    rx_invalid_descs?: bigint;
    /** Invalid descriptors of the send ring. In descriptors. */
    tx_invalid_descs?: bigint;
    /** Packets dropped because the receive ring was full. In packets. */
    rx_ring_full?: bigint;
    /** Times that the fill ring was empty. */
    rx_fill_ring_empty_descs?: bigint;
    /** Times that the send ring was empty. */
    tx_ring_empty_descs?: bigint;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  stats_extra?: string;
  /** Whether it works without copying. */
  xdp_options?: ("zerocopy")[];
  /** Number of xdp_options; only there if this program has no word for the value. */
  xdp_options_raw?: number;
  /** Retransmission timeouts. */
  rtoinfo?: {
    /** First retransmission timeout. In ms. */
    initial?: number;
    /** Longest retransmission timeout. In ms. */
    max?: number;
    /** Shortest retransmission timeout. In ms. */
    min?: number;
  };
  /** Limits of the association. */
  associnfo?: {
    /** Retransmissions after which the association fails. */
    asocmaxrxt?: number;
    /** Addresses of the peer. */
    peer_destinations?: number;
    /** Window of the peer. In bytes. */
    peer_rwnd?: number;
    /** Window that is advertised. In bytes. */
    local_rwnd?: number;
    /** Life of cookies. In ms. */
    cookie_life?: number;
  };
  /** What new associations ask for. */
  initmsg?: {
    /** Outgoing streams to ask for. In streams. */
    num_ostreams?: number;
    /** Incoming streams to allow. In streams. */
    max_instreams?: number;
    /** Attempts to connect. */
    max_attempts?: number;
    /** Longest timeout of an attempt. In ms. */
    max_init_timeo?: number;
  };
  /** Primary address of the peer, as struct sctp_prim. */
  primary_addr?: string;
  /** Heartbeat, path MTU and delays, as struct sctp_paddrparams. */
  peer_addr_params?: string;
  /** State of a path, as struct sctp_paddrinfo. */
  peer_addr_info?: string;
  /** Number of associations. */
  assoc_number?: number;
  /** Count of associations, and their ids. */
  assoc_ids?: (number)[];
  /** Whether several sockets share the port. */
  sctp_reuseport?: boolean;
  /** Importance of its messages. */
  importance?: "low" | "medium" | "high" | "critical" | "unknown";
  /** Number of importance; only there if this program has no word for the value. */
  importance_raw?: number;
  /** Whether its messages may be dropped before they are sent. */
  src_droppable?: boolean;
  /** Whether its messages may be dropped by the receiver. */
  dest_droppable?: boolean;
  /** When connecting gives up. In ms. */
  conn_timeout?: number;
  /** Messages in its receive queue. In messages. */
  recvq_depth?: number;
  /** Group that it has joined, as struct tipc_group_req. */
  group?: string;
  /** Memory of its receive queue. In bytes. */
  recvq_used?: number;
  /** Filters, as an array of struct can_filter. */
  filters?: string;
  /** Classes of errors that it receives. */
  err_filter?: number;
  /** Whether its frames come back to this machine. */
  loopback?: boolean;
  /** Whether it receives its own frames. */
  recv_own_msgs?: boolean;
  /** Whether it receives frames of CAN FD. */
  fd_frames?: boolean;
  /** Whether frames must pass all filters. */
  join_filters?: boolean;
  /** Whether it receives frames of CAN XL. */
  xl_frames?: boolean;
  /** Security of the link. */
  bt_security?: {
    /** Level of security. */
    level?: "sdp" | "low" | "medium" | "high" | "fips" | "unknown";
    /** Number of level; only there if this program has no word for the value. */
    level_raw?: number;
    /** Size of the key. In bytes. */
    key_size?: number;
  };
  /** Whether the program accepts connections itself. */
  defer_setup?: number;
  /** Largest packet that is sent. */
  sndmtu?: number;
  /** Largest packet that is received. */
  rcvmtu?: number;
  /** Physical layers. */
  phy?: number;
  /** Mode. */
  mode?: number;
  /** Quality of service of an isochronous channel. */
  iso_qos?: string;
  /** Whether debugging was asked for. */
  debug?: boolean;
  /** Whether only hosts on the same link are reached. */
  dontroute?: boolean;
  /** Whether urgent data stays in the stream. */
  oobinline?: boolean;
  /** Whether UDP is sent without a checksum. */
  no_check?: boolean;
  /** Whether it receives credentials of senders. */
  passcred?: boolean;
  /** Length of its classic BPF program; 0 without one, -1 for an eBPF program. In instructions. */
  filter?: number;
  /** Whether packets come with a time in microseconds. */
  timestamp?: boolean;
  /** Security label of the peer. */
  peersec?: string;
  /** Exact bytes of peersec; only there if they are not valid UTF-8. */
  peersec_hex?: string;
  /** Whether it receives security labels. */
  passsec?: boolean;
  /** Whether packets come with a time in nanoseconds. */
  timestampns?: boolean;
  /** Times that packets come with. */
  timestamping?: {
    /** What gets a time, and how it is reported (SOF_TIMESTAMPING_*). */
    flags?: ("tx_hardware" | "tx_software" | "rx_hardware" | "rx_software" | "software" | "sys_hardware" | "raw_hardware" | "opt_id" | "tx_sched" | "tx_ack" | "opt_cmsg" | "opt_tsonly" | "opt_stats" | "opt_pktinfo" | "opt_tx_swhw" | "bind_phc" | "opt_id_tcp" | "opt_rx_filter" | "tx_completion")[];
    /** Number of flags; only there if this program has no word for the value. */
    flags_raw?: number;
    /** Number of the clock that times are taken from. */
    bind_phc?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  timestamping_extra?: string;
  /** Whether packets come with the number of drops. */
  rxq_ovfl?: boolean;
  /** Whether Wi-Fi reports acknowledgements. */
  wifi_status?: boolean;
  /** Offset of the next MSG_PEEK; -1: off. */
  peek_off?: number;
  /** Whether the program supplies the checksum of frames. */
  nofcs?: boolean;
  /** Whether its filter cannot be changed. */
  lock_filter?: boolean;
  /** Whether queued errors wake poll() with POLLPRI. */
  select_err_queue?: boolean;
  /** Supplementary groups of the peer. */
  peer_groups?: (number)[];
  /** How packets are sent at given times. */
  txtime?: {
    /** Number of the clock, as in clock_gettime(2). */
    clockid?: number;
    /** How times are used. */
    flags?: ("deadline_mode" | "report_errors")[];
    /** Number of flags; only there if this program has no word for the value. */
    flags_raw?: number;
  };
  /** Index of the interface that it is bound to; 0: none. */
  bindtoifindex?: number;
  /** Like timestamp, with 64-bit times. */
  timestamp_new?: boolean;
  /** Like timestampns, with 64-bit times. */
  timestampns_new?: boolean;
  /** Like timestamping, with 64-bit times. */
  timestamping_new?: {
    /** What gets a time, and how it is reported (SOF_TIMESTAMPING_*). */
    flags?: ("tx_hardware" | "tx_software" | "rx_hardware" | "rx_software" | "software" | "sys_hardware" | "raw_hardware" | "opt_id" | "tx_sched" | "tx_ack" | "opt_cmsg" | "opt_tsonly" | "opt_stats" | "opt_pktinfo" | "opt_tx_swhw" | "bind_phc" | "opt_id_tcp" | "opt_rx_filter" | "tx_completion")[];
    /** Number of flags; only there if this program has no word for the value. */
    flags_raw?: number;
    /** Number of the clock that times are taken from. */
    bind_phc?: number;
  };
  /** Bytes that the kernel sent after those that this program knows. */
  timestamping_new_extra?: string;
  /** Whether busy polling goes before interrupts. */
  prefer_busy_poll?: boolean;
  /** Memory that was reserved. In bytes. */
  reserve_mem?: number;
  /** Whether a lost path makes it choose another; 255: that of the namespace. */
  txrehash?: number;
  /** Whether packets come with their mark. */
  rcvmark?: boolean;
  /** Whether it receives pidfds of senders. */
  passpidfd?: boolean;
  /** Whether packets come with their priority. */
  rcvpriority?: boolean;
  /** Whether it accepts descriptors. */
  passrights?: boolean;
  /** Life of a closed connection that waits for a FIN; -1: none. In s. */
  linger2?: number;
  /** The structure tcp_info, byte by byte; the field tcp_info has its members. */
  tcp_info?: string;
  /** Whether acknowledgements are sent at once now. */
  quickack?: boolean;
  /** Congestion control. */
  congestion?: string;
  /** Exact bytes of congestion; only there if they are not valid UTF-8. */
  congestion_hex?: string;
  /** Whether thin streams retransmit without backoff. */
  thin_lto?: boolean;
  /** Whether the connection is being saved or restored. */
  repair?: boolean;
  /** State of the congestion control, byte by byte. */
  cc_info?: string;
  /** Whether it keeps SYNs: 1 from the network header on, 2 from the link header on. */
  save_syn?: number;
  /** Upper layer protocol. */
  ulp?: string;
  /** Exact bytes of ulp; only there if they are not valid UTF-8. */
  ulp_hex?: string;
  /** Whether Fast Open needs no cookie. */
  fastopen_no_cookie?: boolean;
  /** Whether receiving tells how much more is there. */
  inq?: boolean;
  /** Delay that is added to sent packets. In us. */
  tx_delay?: number;
  /** Type of service of sent packets. */
  tos?: number;
  /** Whether the program supplies the IP header. */
  hdrincl?: boolean;
  /** Options in the IP header of sent packets. */
  ip_options?: string;
  /** Whether it receives packets with the option Router Alert. */
  router_alert?: boolean;
  /** Whether packets come with their IP options. */
  recvopts?: boolean;
  /** The same, as they were received. */
  retopts?: boolean;
  /** Whether packets come with their destination and interface. */
  pktinfo?: boolean;
  /** Whether errors are queued with details. */
  recverr?: boolean;
  /** Whether packets come with their TTL. */
  recvttl?: boolean;
  /** Whether packets come with their TOS. */
  recvtos?: boolean;
  /** Whether packets come with their original destination. */
  recvorigdstaddr?: boolean;
  /** Whether fragments of its packets are not put together. */
  nodefrag?: boolean;
  /** Whether packets come with their checksum. */
  checksum?: boolean;
  /** Whether packets come with the size of their largest fragment. */
  recvfragsize?: boolean;
  /** Whether queued errors have the extensions of RFC 4884. */
  recverr_rfc4884?: boolean;
  /** Whether its multicast packets come back to this machine. */
  multicast_loop?: boolean;
  /** Offset of the checksum; -1: off. */
  ipv6_checksum?: number;
  /** The same, in its namespace only. */
  router_alert_isolate?: boolean;
  /** Flow label that it has reserved and uses. */
  flowlabel?: number;
  /** Whether it sends the flow label of an address. */
  flowinfo_send?: boolean;
  /** Hop-by-hop options of sent packets. */
  hopopts?: string;
  /** Whether packets come with their destination and interface. */
  recvpktinfo?: boolean;
  /** Traffic class of sent packets. */
  tclass?: number;
  /** Whether flow labels are made by the kernel. */
  autoflowlabel?: boolean;
  /** Preferred kinds of source addresses. */
  addr_preferences?: ("tmp" | "public" | "coa" | "cga" | "pubtmp_default" | "home" | "noncga")[];
  /** Number of addr_preferences; only there if this program has no word for the value. */
  addr_preferences_raw?: number;
  /** Like recvpktinfo, in the form of RFC 2292. */
  pktinfo_2292?: boolean;
  /** Like recvhopopts, in the form of RFC 2292. */
  hopopts_2292?: boolean;
  /** Like recvdstopts, in the form of RFC 2292. */
  dstopts_2292?: boolean;
  /** Like recvrthdr, in the form of RFC 2292. */
  rthdr_2292?: boolean;
  /** Like recvhoplimit, in the form of RFC 2292. */
  hoplimit_2292?: boolean;
  /** Whether packets come with their flow label. */
  recv_flowinfo?: boolean;
  /** Whether packets come with their hop limit. */
  recvhoplimit?: boolean;
  /** Whether packets come with their hop-by-hop options. */
  recvhopopts?: boolean;
  /** Whether packets come with their routing header. */
  recvrthdr?: boolean;
  /** Whether packets come with their destination options. */
  recvdstopts?: boolean;
  /** Whether changes of the path MTU are reported. */
  recvpathmtu?: boolean;
  /** Whether packets come with their traffic class. */
  recvtclass?: boolean;
  /** Destination options before the routing header of sent packets. */
  rthdrdstopts?: string;
  /** Routing header of sent packets. */
  rthdr?: string;
  /** Destination options of sent packets. */
  dstopts?: string;
  /** Whether packets are sent without a checksum. */
  no_check6_tx?: boolean;
  /** Whether packets without a checksum are accepted. */
  no_check6_rx?: boolean;
  /** Packets of this size and more are queued besides the ring. In bytes. */
  copy_thresh?: number;
  /** Whether packets come with details of their buffer. */
  auxdata?: boolean;
  /** Whether the interface below a bond is reported. */
  origdev?: boolean;
  /** Version of the ring. */
  version?: "tpacket_v1" | "tpacket_v2" | "tpacket_v3" | "unknown";
  /** Number of version; only there if this program has no word for the value. */
  version_raw?: number;
  /** Room before packets in the ring. In bytes. */
  reserve?: number;
  /** Whether malformed packets of the send ring are skipped. */
  loss?: boolean;
  /** Whether packets have a virtio header. */
  vnet_hdr?: boolean;
  /** Times in the ring. */
  packet_timestamp?: ("tx_hardware" | "tx_software" | "rx_hardware" | "rx_software" | "software" | "sys_hardware" | "raw_hardware" | "opt_id" | "tx_sched" | "tx_ack" | "opt_cmsg" | "opt_tsonly" | "opt_stats" | "opt_pktinfo" | "opt_tx_swhw" | "bind_phc" | "opt_id_tcp" | "opt_rx_filter" | "tx_completion")[];
  /** Number of packet_timestamp; only there if this program has no word for the value. */
  packet_timestamp_raw?: number;
  /** Group of sockets that share the packets. */
  fanout?: {
    /** Number of the group; 0 without a group. */
    id?: number;
    /** How the group selects the socket for a packet. */
    type?: "hash" | "lb" | "cpu" | "rollover" | "rnd" | "qm" | "cbpf" | "ebpf" | "unknown";
    /** Number of type; only there if this program has no word for the value. */
    type_raw?: number;
    /** Flags of the group. */
    flags?: ("rollover" | "uniqueid" | "ignore_outgoing" | "defrag")[];
    /** Number of flags; only there if this program has no word for the value. */
    flags_raw?: number;
  };
  /** Whether packets of the send ring say where they start. */
  tx_has_off?: boolean;
  /** Size of the virtio header. In bytes. */
  vnet_hdr_sz?: number;
  /** Whether the sender learns of lost multicasts. */
  broadcast_error?: boolean;
  /** Whether losses are not reported. */
  no_enobufs?: boolean;
  /** Whether it receives events of all namespaces that have an id here. */
  listen_all_nsid?: boolean;
  /** Multicast groups that it has joined. */
  memberships?: (number)[];
  /** Whether acknowledgements leave out the request. */
  cap_ack?: boolean;
  /** Whether errors have explanations. */
  ext_ack?: boolean;
  /** Whether requests are checked strictly. */
  strict_chk?: boolean;
  /** Smallest credit. In bytes. */
  buffer_min_size?: bigint;
  /** Largest credit. In bytes. */
  buffer_max_size?: bigint;
  /** When connecting gives up. In ms. */
  connect_timeout?: number;
  /** The structure mptcp_info, byte by byte; the field mptcp_info has its members. */
  mptcp_info?: string;
  /** TLS of sent data; keys are never read. */
  tls_tx?: {
    /** Version of TLS. */
    version?: "1.2" | "1.3" | "unknown";
    /** Number of version; only there if this program has no word for the value. */
    version_raw?: number;
    /** Cipher. */
    cipher?: "aes-gcm-128" | "aes-gcm-256" | "aes-ccm-128" | "chacha20-poly1305" | "sm4-gcm" | "sm4-ccm" | "aria-gcm-128" | "aria-gcm-256" | "unknown";
    /** Number of cipher; only there if this program has no word for the value. */
    cipher_raw?: number;
  };
  /** TLS of received data; keys are never read. */
  tls_rx?: {
    /** Version of TLS. */
    version?: "1.2" | "1.3" | "unknown";
    /** Number of version; only there if this program has no word for the value. */
    version_raw?: number;
    /** Cipher. */
    cipher?: "aes-gcm-128" | "aes-gcm-256" | "aes-ccm-128" | "chacha20-poly1305" | "sm4-gcm" | "sm4-ccm" | "aria-gcm-128" | "aria-gcm-256" | "unknown";
    /** Number of cipher; only there if this program has no word for the value. */
    cipher_raw?: number;
  };
  /** Whether files are sent without copying. */
  tls_zc_ro?: number;
  /** Whether records are expected to have no padding. */
  tls_rx_no_pad?: number;
  /** Idle time after which associations are closed; 0: never. In s. */
  autoclose?: number;
  /** Events that are reported, one byte each. */
  events?: string;
  /** Whether IPv4 addresses are shown as IPv6. */
  v4mapped?: boolean;
  /** State of the association, as struct sctp_status. */
  status?: string;
  /** Delay of acknowledgements. */
  delayed_sack?: {
    /** Delay of acknowledgements. In ms. */
    delay?: number;
    /** Packets after which an acknowledgement is sent at once. In packets. */
    freq?: number;
  };
  /** Number of the key in use, as struct sctp_authkeyid; keys are never read. */
  auth_active_key?: string;
  /** Failures after which a path is given up, as struct sctp_paddrthlds. */
  peer_addr_thlds?: string;
  /** Whether data may be given up. */
  pr_supported?: number;
  /** Whether streams may be reset. */
  reconfig_supported?: number;
  /** Requests that may be made (SCTP_ENABLE_*). */
  stream_reset?: number;
  /** Number of the scheduler of streams. */
  stream_scheduler?: number;
  /** Whether messages may be interleaved. */
  interleaving_supported?: number;
  /** Whether addresses may change. */
  asconf_supported?: number;
  /** Whether chunks may be authenticated. */
  auth_supported?: number;
  /** Whether congestion may be reported by ECN. */
  ecn_supported?: number;
  /** Port of UDP encapsulation, as struct sctp_udpencaps. */
  udp_encaps_port?: string;
  /** Time between probes of the path MTU, as struct sctp_probeinterval. */
  plpmtud?: string;
  /** Whether handshakes are limited. */
  limit_hs?: boolean;
  /** Options of ISO-TP. */
  isotp?: {
    /** CAN_ISOTP_*. */
    flags?: number;
    /** Time of sending a frame. In ns. */
    frame_txtime?: number;
    /** Extended address. */
    ext_address?: number;
    /** Padding of sent frames. */
    txpad_content?: number;
    /** Padding of received frames. */
    rxpad_content?: number;
    /** Extended address of received frames. */
    rx_ext_address?: number;
  };
  /** Flow control: block size, separation time, wait frames. */
  recv_fc?: string;
  /** Least time between sent frames. In ns. */
  tx_stmin?: number;
  /** Least time between received frames. In ns. */
  rx_stmin?: number;
  /** Link layer: MTU, data length, flags. */
  ll_opts?: string;
  /** Whether it receives all packets. */
  j1939?: number;
  /** Priority of sent packets. */
  send_prio?: number;
  /** Whether errors are queued. */
  errqueue?: number;
  /** Whether it receives nothing. */
  recv_disable?: boolean;
  /** Whether errors are reported. */
  rds_recverr?: boolean;
  /** Number of the transport. */
  rds_transport?: number;
  /** Options of L2CAP. */
  l2cap?: {
    /** Largest outgoing packet. In bytes. */
    omtu?: number;
    /** Largest incoming packet. In bytes. */
    imtu?: number;
    /** Time after which packets are given up. In ms. */
    flush_to?: number;
    /** Mode. */
    mode?: number;
    /** Checksum. */
    fcs?: number;
    /** Most transmissions of a packet. */
    max_tx?: number;
    /** Window. In packets. */
    txwin_size?: number;
  };
  /** Most retries. */
  llc_retry?: number;
  /** Largest packet. In bytes. */
  llc_size?: number;
  /** Time to wait for an acknowledgement. In s. */
  llc_ack_timer?: number;
  /** Time to wait for an answer to a poll. In s. */
  llc_p_timer?: number;
  /** Time to wait after a reject. In s. */
  llc_reject_timer?: number;
  /** Time to wait for a busy peer. In s. */
  llc_busy_timer?: number;
  /** Window for sending. */
  llc_tx_win?: number;
  /** Window for receiving. */
  llc_rx_win?: number;
  /** Whether packets come with their destination and interface. */
  llc_pktinfo?: boolean;
  /** Options whose values have another length than this program knows. */
  unknown?: ({
    /** Level of the option. */
    level?: number;
    /** Number of the option. */
    option?: number;
    /** Its value, byte by byte. */
    hex?: string;
  })[];
};

/** The type of a socket of each family, by the name of the family. */
export interface FlowsByFamily {
  /** A socket of TCP. */
  tcp: TcpFlow;
  /** A socket of MPTCP. */
  mptcp: MptcpFlow;
  /** A socket of UDP. */
  udp: UdpFlow;
  /** A socket of UDPLITE. */
  udplite: UdpliteFlow;
  /** A socket of RAW. */
  raw: RawFlow;
  /** A socket of SCTP. */
  sctp: SctpFlow;
  /** A socket of DCCP. */
  dccp: DccpFlow;
  /** A socket of PING. */
  ping: PingFlow;
  /** A socket of UNIX. */
  unix: UnixFlow;
  /** A socket of NETLINK. */
  netlink: NetlinkFlow;
  /** A socket of PACKET. */
  packet: PacketFlow;
  /** A socket of VSOCK. */
  vsock: VsockFlow;
  /** A socket of XDP. */
  xdp: XdpFlow;
  /** A socket of TIPC. */
  tipc: TipcFlow;
  /** A socket of SMC. */
  smc: SmcFlow;
  /** A socket of OTHER. */
  other: OtherFlow;
}

/** A socket of any family; `protocol` says which. */
export type Flow = FlowsByFamily[keyof FlowsByFamily];
