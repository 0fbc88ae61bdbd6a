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
  /** Number of family, only where it holds something that this program has no word for. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state, only where it holds something that this program has no word for. */
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
  /** Bytes received and not read by the process, a FIN of TCP counts 1 (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Bytes written and not acknowledged by the peer, a SYN or FIN of TCP counts 1: 1 in syn-sent, and without meaning while a deferred connect (TCP_FASTOPEN_CONNECT) has sent nothing (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** The timer that runs out next. */
  timer?: "off" | "retransmit" | "keepalive" | "timewait" | "zero-window-probe" | "delayed-ack" | "unknown";
  /** Number of timer, only where it holds something that this program has no word for. */
  timer_raw?: number;
  /** Time until the timer runs out; only while one runs. In ms. */
  expires?: number;
  /** Retransmissions of the oldest data (timer retransmit), unanswered probes (keepalive, zero-window-probe), or SYN-ACKs sent again (syn-recv). */
  retrans?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 when no process holds it. */
  inode?: number;
  /** Number of the socket, never given again until the machine restarts. */
  cookie?: string;
  /** Sides of the connection that are closed: 1 for receiving, 2 for sending, added up. */
  shutdown?: number;
  /** Sides of the connection that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names, only where it holds something that this program has no word for. */
  shutdown_names_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  shutdown_extra?: string;
  /** Whether an IPv6 listener refuses IPv4 (IPV6_V6ONLY). */
  v6only?: boolean;
  /** Bytes that this kernel sent behind those that this program knows. */
  v6only_extra?: string;
  /** Type-of-service byte of IPv4 packets (IP_TOS). */
  tos?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  tos_extra?: string;
  /** Traffic class of IPv6 packets (IPV6_TCLASS). */
  tclass?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  tclass_extra?: string;
  /** Network class of the cgroup, or the socket's priority (SO_PRIORITY) where there is no class. */
  class_id?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  class_id_extra?: string;
  /** Mark of the packets that the socket sends (SO_MARK). */
  mark?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  mark_extra?: string;
  /** Number of the socket's control group (version 2). */
  cgroup_id?: string;
  /** Bytes that this kernel sent behind those that this program knows. */
  cgroup_id_extra?: string;
  /** Options of the IP layer that are on. */
  sockopts?: ("recverr" | "is_icsk" | "freebind" | "hdrincl" | "mc_loop" | "transparent" | "mc_all" | "nodefrag" | "bind_address_no_port" | "recverr_rfc4884" | "defer_connect")[];
  /** Number of sockopts, only where it holds something that this program has no word for. */
  sockopts_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
  skmeminfo_extra?: string;
  /** Name of the congestion control. */
  cong_algo?: string;
  /** Exact bytes of cong_algo, only where they are not valid UTF-8. */
  cong_algo_hex?: string;
  /** State of the protocol; not there for time-wait, syn-recv and bound-inactive sockets. */
  tcp_info?: {
    /** State of the connection. */
    state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
    /** Number of state, only where it holds something that this program has no word for. */
    state_raw?: number;
    /** Number of the congestion control's state. */
    ca_state?: number;
    /** State of congestion control. */
    ca_state_name?: "open" | "disorder" | "cwr" | "recovery" | "loss" | "unknown";
    /** Number of ca_state_name, only where it holds something that this program has no word for. */
    ca_state_name_raw?: number;
    /** Timeouts in a row since data was last acknowledged. */
    retransmits?: number;
    /** Unanswered window or keepalive probes. */
    probes?: number;
    /** Times that the timeout has been doubled. */
    backoff?: number;
    /** Options in use on this connection. */
    opts?: ("ts" | "sack" | "wscale" | "ecn" | "ecnseen" | "fastopen" | "usec_ts" | "tfo_child")[];
    /** Number of opts, only where it holds something that this program has no word for. */
    opts_raw?: number;
    /** Shift of the window that the peer announces. In bits. */
    snd_wscale?: number;
    /** Shift of the window that this side announces. In bits. */
    rcv_wscale?: number;
    /** 1 if delivery_rate was measured while the application sent less than it could. */
    delivery_rate_app_limited?: number;
    /** Why Fast Open failed on the active side. */
    fastopen_client_fail?: "none" | "cookie-unavailable" | "data-not-acked" | "syn-retransmitted" | "unknown";
    /** Number of fastopen_client_fail, only where it holds something that this program has no word for. */
    fastopen_client_fail_raw?: number;
    /** Retransmission timeout. In ms. */
    rto?: number;
    /** Delay of acknowledgements. In ms. */
    ato?: number;
    /** Size of segments sent, without options. In bytes. */
    snd_mss?: number;
    /** Size of segments received, as estimated. In bytes. */
    rcv_mss?: number;
    /** Segments in flight; for a listener, connections that wait to be accepted. In segments. */
    unacked?: number;
    /** Segments reported by SACK; for a listener, the limit of waiting connections. In segments. */
    sacked?: number;
    /** Segments taken for lost. In segments. */
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
    /** Limit of the window that this side announces, for now. In bytes. */
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
    /** Reordering that is tolerated. In segments. */
    reordering?: number;
    /** Round-trip time as the receiver sees it; 0 before the first sample. In ms. */
    rcv_rtt?: number;
    /** Space that tuning of the receive buffer aims at. In bytes. */
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
    /** Smallest round-trip time of late; null before the first sample. In us. */
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
    /** Times that reordering was noticed. */
    reord_seen?: number;
    /** Segments received out of order. In segments. */
    rcv_ooopack?: number;
    /** Window that the peer announces. In bytes. */
    snd_wnd?: number;
    /** Window that this side announces. In bytes. */
    rcv_wnd?: number;
    /** Times that another path was tried after timeouts. */
    rehash?: number;
    /** Timeouts, those of SYN included. */
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
    /** Number of ecn_mode, only where it holds something that this program has no word for. */
    ecn_mode_raw?: number;
    /** Form of the peer's Accurate ECN option. */
    accecn_opt_seen?: "not-seen" | "empty" | "counters" | "failed" | "unknown";
    /** Number of accecn_opt_seen, only where it holds something that this program has no word for. */
    accecn_opt_seen_raw?: number;
    /** What stopped Accurate ECN. */
    accecn_fail_mode?: ("ace-send" | "ace-recv" | "opt-send" | "opt-recv")[];
    /** Number of accecn_fail_mode, only where it holds something that this program has no word for. */
    accecn_fail_mode_raw?: number;
    /** Further options, none of them known. */
    options2?: number;
  };
  /** Bytes that this kernel sent behind those that this program knows. */
  tcp_info_extra?: string;
  /** State of the delay-based congestion controls (vegas, veno, yeah, nv, illinois, westwood). */
  vegasinfo?: {
    /** Not 0 while the delay-based mode is on. */
    enabled?: number;
    /** Samples in this round. */
    rttcnt?: number;
    /** Base or average round-trip time, as the algorithm has it. In us. */
    rtt?: number;
    /** Smallest round-trip time; null before the first sample. In us. */
    minrtt?: number | null;
  };
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
  dctcpinfo_extra?: string;
  /** State of congestion control bbr. */
  bbrinfo?: {
    /** Bandwidth as estimated (bbr_bw_lo and bbr_bw_hi). In bytes/s. */
    bw?: bigint;
    /** Smallest round-trip time of late; null before the first sample. In us. */
    min_rtt?: number | null;
    /** Factor of the pacing rate. In 1/256. */
    pacing_gain?: number;
    /** Factor of the congestion window. In 1/256. */
    cwnd_gain?: number;
  };
  /** Bytes that this kernel sent behind those that this program knows. */
  bbrinfo_extra?: string;
  /** Protocol on top of TCP in the kernel. */
  ulp?: {
    /** Name of the protocol: tls, mptcp, espintcp and others. */
    name?: string;
    /** Exact bytes of name, only where they are not valid UTF-8. */
    name_hex?: string;
    /** Kernel TLS. */
    tls?: {
      /** Version of TLS. */
      version?: "1.2" | "1.3" | "unknown";
      /** Number of version, only where it holds something that this program has no word for. */
      version_raw?: number;
      /** Bytes that this kernel sent behind those that this program knows. */
      version_extra?: string;
      /** Cipher. */
      cipher?: "aes-gcm-128" | "aes-gcm-256" | "aes-ccm-128" | "chacha20-poly1305" | "sm4-gcm" | "sm4-ccm" | "aria-gcm-128" | "aria-gcm-256" | "unknown";
      /** Number of cipher, only where it holds something that this program has no word for. */
      cipher_raw?: number;
      /** Bytes that this kernel sent behind those that this program knows. */
      cipher_extra?: string;
      /** Where sent records are encrypted. */
      txconf?: "base" | "sw" | "hw" | "hw-record" | "unknown";
      /** Number of txconf, only where it holds something that this program has no word for. */
      txconf_raw?: number;
      /** Bytes that this kernel sent behind those that this program knows. */
      txconf_extra?: string;
      /** Where received records are decrypted. */
      rxconf?: "base" | "sw" | "hw" | "hw-record" | "unknown";
      /** Number of rxconf, only where it holds something that this program has no word for. */
      rxconf_raw?: number;
      /** Bytes that this kernel sent behind those that this program knows. */
      rxconf_extra?: string;
      /** Read-only data is sent without a copy. */
      zc_ro_tx?: boolean;
      /** Received records are expected to have no padding. */
      rx_no_pad?: boolean;
      /** Most data in a sent record. In bytes. */
      tx_max_payload_len?: number;
      /** Bytes that this kernel sent behind those that this program knows. */
      tx_max_payload_len_extra?: string;
      /** Attributes that this kernel sent and this program does not know. */
      unknown?: ({
        /** Number of an attribute that this program does not know. */
        type?: number;
        /** Payload of an attribute that this program does not know, byte by byte. */
        hex?: string;
      })[];
    };
    /** Multipath TCP: the part of this connection in a larger one. */
    mptcp?: {
      /** Properties of the subflow. */
      flags?: ("mcap_rem" | "mcap_loc" | "join_rem" | "join_loc" | "bkup_rem" | "bkup_loc" | "fully_established" | "connected" | "mapvalid")[];
      /** Number of flags, only where it holds something that this program has no word for. */
      flags_raw?: number;
      /** Bytes that this kernel sent behind those that this program knows. */
      flags_extra?: string;
      /** Token of the peer. */
      token_rem?: number;
      /** Bytes that this kernel sent behind those that this program knows. */
      token_rem_extra?: string;
      /** Token of this side, the same on the MPTCP socket. */
      token_loc?: number;
      /** Bytes that this kernel sent behind those that this program knows. */
      token_loc_extra?: string;
      /** Number of the peer's address. */
      id_rem?: number;
      /** Bytes that this kernel sent behind those that this program knows. */
      id_rem_extra?: string;
      /** Number of this side's address. */
      id_loc?: number;
      /** Bytes that this kernel sent behind those that this program knows. */
      id_loc_extra?: string;
      /** Write sequence relative to the subflow's start. */
      relwrite_seq?: number;
      /** Bytes that this kernel sent behind those that this program knows. */
      relwrite_seq_extra?: string;
      /** Data sequence number at which the current mapping starts. */
      map_seq?: bigint;
      /** Bytes that this kernel sent behind those that this program knows. */
      map_seq_extra?: string;
      /** Subflow sequence number at which the current mapping starts. */
      map_sfseq?: number;
      /** Bytes that this kernel sent behind those that this program knows. */
      map_sfseq_extra?: string;
      /** Distance of TCP and subflow sequence numbers. */
      ssn_offset?: number;
      /** Bytes that this kernel sent behind those that this program knows. */
      ssn_offset_extra?: string;
      /** Length of the current mapping. In bytes. */
      map_datalen?: number;
      /** Bytes that this kernel sent behind those that this program knows. */
      map_datalen_extra?: string;
      /** Attributes that this kernel sent and this program does not know. */
      unknown?: ({
        /** Number of an attribute that this program does not know. */
        type?: number;
        /** Payload of an attribute that this program does not know, byte by byte. */
        hex?: string;
      })[];
    };
    /** Attributes that this kernel sent and this program does not know. */
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
  /** Values that BPF programs keep with the socket; only with --bpf-maps. */
  bpf_storages?: ({
    /** Number of the BPF map. */
    map_id?: number;
    /** Bytes that this kernel sent behind those that this program knows. */
    map_id_extra?: string;
    /** Value of this socket in the map, byte by byte. */
    value?: string;
    /** Attributes that this kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
    /** Name of the BPF map, if it has one. */
    map_name?: string;
    /** Exact bytes of map_name, only where they are not valid UTF-8. */
    map_name_hex?: string;
    /** Members of the value, if the map has types (BTF); those inside of others in place of these. */
    members?: ({
      /** Place of the member in the terms of C, as in `peer.ports[2]`; left out if the value is no structure. */
      name?: string;
      /** Exact bytes of name, only where they are not valid UTF-8. */
      name_hex?: string;
      /** Its value: a number, the name of one, `true` or `false`, text of `char[]`, hexadecimal of other arrays of bytes. */
      value?: string;
      /** Exact bytes of value, only where they are not valid UTF-8. */
      value_hex?: string;
    })[];
  })[];
  /** Attributes that this kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Acknowledgements that will be sent at once, from `/proc/net`. In segments. */
  quick_acks?: number;
  /** Whether both sides send in turn, so that acknowledgements wait for data to go with; from `/proc/net`. */
  pingpong?: boolean;
  /** Limit of Fast Open requests that wait (listeners), from `/proc/net`. In connections. */
  fastopen_max_qlen?: number;
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** Name of the interface with the index iface_idx, if there is one at this moment. */
  iface?: string;
  /** Exact bytes of iface, only where they are not valid UTF-8. */
  iface_hex?: string;
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user, only where they are not valid UTF-8. */
  user_hex?: string;
  /** Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight. Of a socket without cgroup_id the group of its owners, of any version, if all are in the same; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup, only where they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit, only where they are not valid UTF-8. */
  unit_hex?: string;
  /** Container that the path names, the innermost one; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
    id?: string;
    /** Exact bytes of id, only where they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; not there if the path does not tell that. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; not there if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, by which it is known: that in net:[INODE]. */
    inode?: number;
    /** Its name, that of a file in /run/netns; root for the one that process 1 is in. Most have none. */
    name?: string;
    /** Exact bytes of name, only where they are not valid UTF-8. */
    name_hex?: string;
  };
  /** Inode of the socket at the other end, if that is in a network namespace that is asked and held by a process; only with --peers. */
  peer_inode?: number;
  /** The processes that hold the socket at the other end, or the listener where that waits to be accepted; only with --peers, of UNIX sockets with -p too. */
  peer_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** SELinux context of the socket, where a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context, only where they are not valid UTF-8. */
  context_hex?: string;
  /** Inode of the listener at which the socket waits to be accepted, if only one can be it; only with -p. */
  listener_inode?: number;
  /** The processes that hold that listener; only with -p. */
  listener_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** The processes that hold the socket, all of them; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, where that has descriptors of its own; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe, only where they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may hold secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** Only there, and true, if the arguments go on: at most 4 kB of a process are kept, and less after 8 MB of all. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user, only where they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context, only where they are not valid UTF-8. */
    context_hex?: string;
    /** When it was started, counted from the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances with which the socket is registered; then it may have no other. */
    io_uring_fds?: (number)[];
    /** Only there, and true, if it has no descriptor of the socket but has mapped its ring. */
    mapped?: boolean;
    /** Path of its control group, of version 2 or, where that has none, of version 1; only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup, only where they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit, only where they are not valid UTF-8. */
    unit_hex?: string;
    /** Container that the path names, the innermost one; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
      id?: string;
      /** Exact bytes of id, only where they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; not there if the path does not tell that. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; not there if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known: resolved; none if no process holds the socket; unaccepted if it waits to be accepted by a process that listens; denied if one may that could not be looked at or is not in sight; raced if one may that has ended meanwhile. */
  owner_status?: "resolved" | "none" | "unaccepted" | "denied" | "raced";
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host, only where they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host, only where they are not valid UTF-8. */
  dst_host_hex?: string;
  /** When the run started, or was recorded, in UTC; only with --columns time. */
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
  /** Number of family, only where it holds something that this program has no word for. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state, only where it holds something that this program has no word for. */
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
  /** Bytes received and not read by the process, a FIN of TCP counts 1 (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Bytes written and not acknowledged by the peer, a SYN or FIN of TCP counts 1: 1 in syn-sent, and without meaning while a deferred connect (TCP_FASTOPEN_CONNECT) has sent nothing (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** The timer that runs out next. */
  timer?: "off" | "retransmit" | "keepalive" | "timewait" | "zero-window-probe" | "delayed-ack" | "unknown";
  /** Number of timer, only where it holds something that this program has no word for. */
  timer_raw?: number;
  /** Time until the timer runs out; only while one runs. In ms. */
  expires?: number;
  /** Retransmissions of the oldest data (timer retransmit), unanswered probes (keepalive, zero-window-probe), or SYN-ACKs sent again (syn-recv). */
  retrans?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 when no process holds it. */
  inode?: number;
  /** Number of the socket, never given again until the machine restarts. */
  cookie?: string;
  /** Sides of the connection that are closed: 1 for receiving, 2 for sending, added up. */
  shutdown?: number;
  /** Sides of the connection that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names, only where it holds something that this program has no word for. */
  shutdown_names_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  shutdown_extra?: string;
  /** Whether an IPv6 listener refuses IPv4 (IPV6_V6ONLY). */
  v6only?: boolean;
  /** Bytes that this kernel sent behind those that this program knows. */
  v6only_extra?: string;
  /** Type-of-service byte of IPv4 packets (IP_TOS). */
  tos?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  tos_extra?: string;
  /** Traffic class of IPv6 packets (IPV6_TCLASS). */
  tclass?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  tclass_extra?: string;
  /** Network class of the cgroup, or the socket's priority (SO_PRIORITY) where there is no class. */
  class_id?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  class_id_extra?: string;
  /** Mark of the packets that the socket sends (SO_MARK). */
  mark?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  mark_extra?: string;
  /** Number of the socket's control group (version 2). */
  cgroup_id?: string;
  /** Bytes that this kernel sent behind those that this program knows. */
  cgroup_id_extra?: string;
  /** Options of the IP layer that are on. */
  sockopts?: ("recverr" | "is_icsk" | "freebind" | "hdrincl" | "mc_loop" | "transparent" | "mc_all" | "nodefrag" | "bind_address_no_port" | "recverr_rfc4884" | "defer_connect")[];
  /** Number of sockopts, only where it holds something that this program has no word for. */
  sockopts_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
  skmeminfo_extra?: string;
  /** Name of the congestion control. */
  cong_algo?: string;
  /** Exact bytes of cong_algo, only where they are not valid UTF-8. */
  cong_algo_hex?: string;
  /** State of the protocol; a listener has few of its values, the others are 0. */
  mptcp_info?: {
    /** Subflows beside the first one. */
    subflows?: number;
    /** Addresses announced to the peer. */
    add_addr_signal?: number;
    /** Addresses announced by the peer and accepted. */
    add_addr_accepted?: number;
    /** Limit of subflows beside the first one. */
    subflows_max?: number;
    /** Addresses of this machine to be announced. */
    add_addr_signal_max?: number;
    /** Limit of addresses accepted that the peer announces. */
    add_addr_accepted_max?: number;
    /** Properties of the connection. */
    flags?: ("fallback" | "remote_key_received")[];
    /** Number of flags, only where it holds something that this program has no word for. */
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
    /** Timeouts in a row since data was last acknowledged. */
    retransmits?: number;
    /** Data retransmitted. In bytes. */
    bytes_retrans?: bigint;
    /** Data sent, without retransmissions. In bytes. */
    bytes_sent?: bigint;
    /** Data received. In bytes. */
    bytes_received?: bigint;
    /** Data acknowledged by the peer. In bytes. */
    bytes_acked?: bigint;
    /** Subflows, the first one included. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
  mptcp_info_extra?: string;
  /** Values that BPF programs keep with the socket; only with --bpf-maps. */
  bpf_storages?: ({
    /** Number of the BPF map. */
    map_id?: number;
    /** Bytes that this kernel sent behind those that this program knows. */
    map_id_extra?: string;
    /** Value of this socket in the map, byte by byte. */
    value?: string;
    /** Attributes that this kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
    /** Name of the BPF map, if it has one. */
    map_name?: string;
    /** Exact bytes of map_name, only where they are not valid UTF-8. */
    map_name_hex?: string;
    /** Members of the value, if the map has types (BTF); those inside of others in place of these. */
    members?: ({
      /** Place of the member in the terms of C, as in `peer.ports[2]`; left out if the value is no structure. */
      name?: string;
      /** Exact bytes of name, only where they are not valid UTF-8. */
      name_hex?: string;
      /** Its value: a number, the name of one, `true` or `false`, text of `char[]`, hexadecimal of other arrays of bytes. */
      value?: string;
      /** Exact bytes of value, only where they are not valid UTF-8. */
      value_hex?: string;
    })[];
  })[];
  /** Attributes that this kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Name of the interface with the index iface_idx, if there is one at this moment. */
  iface?: string;
  /** Exact bytes of iface, only where they are not valid UTF-8. */
  iface_hex?: string;
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user, only where they are not valid UTF-8. */
  user_hex?: string;
  /** Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight. Of a socket without cgroup_id the group of its owners, of any version, if all are in the same; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup, only where they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit, only where they are not valid UTF-8. */
  unit_hex?: string;
  /** Container that the path names, the innermost one; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
    id?: string;
    /** Exact bytes of id, only where they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; not there if the path does not tell that. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; not there if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, by which it is known: that in net:[INODE]. */
    inode?: number;
    /** Its name, that of a file in /run/netns; root for the one that process 1 is in. Most have none. */
    name?: string;
    /** Exact bytes of name, only where they are not valid UTF-8. */
    name_hex?: string;
  };
  /** Inode of the socket at the other end, if that is in a network namespace that is asked and held by a process; only with --peers. */
  peer_inode?: number;
  /** The processes that hold the socket at the other end, or the listener where that waits to be accepted; only with --peers, of UNIX sockets with -p too. */
  peer_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** SELinux context of the socket, where a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context, only where they are not valid UTF-8. */
  context_hex?: string;
  /** Inode of the listener at which the socket waits to be accepted, if only one can be it; only with -p. */
  listener_inode?: number;
  /** The processes that hold that listener; only with -p. */
  listener_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** The processes that hold the socket, all of them; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, where that has descriptors of its own; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe, only where they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may hold secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** Only there, and true, if the arguments go on: at most 4 kB of a process are kept, and less after 8 MB of all. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user, only where they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context, only where they are not valid UTF-8. */
    context_hex?: string;
    /** When it was started, counted from the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances with which the socket is registered; then it may have no other. */
    io_uring_fds?: (number)[];
    /** Only there, and true, if it has no descriptor of the socket but has mapped its ring. */
    mapped?: boolean;
    /** Path of its control group, of version 2 or, where that has none, of version 1; only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup, only where they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit, only where they are not valid UTF-8. */
    unit_hex?: string;
    /** Container that the path names, the innermost one; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
      id?: string;
      /** Exact bytes of id, only where they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; not there if the path does not tell that. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; not there if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known: resolved; none if no process holds the socket; unaccepted if it waits to be accepted by a process that listens; denied if one may that could not be looked at or is not in sight; raced if one may that has ended meanwhile. */
  owner_status?: "resolved" | "none" | "unaccepted" | "denied" | "raced";
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host, only where they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host, only where they are not valid UTF-8. */
  dst_host_hex?: string;
  /** When the run started, or was recorded, in UTC; only with --columns time. */
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
  /** Number of family, only where it holds something that this program has no word for. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state, only where it holds something that this program has no word for. */
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
  /** Bytes received and not read by the process, a FIN of TCP counts 1 (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Bytes written and not acknowledged by the peer, a SYN or FIN of TCP counts 1: 1 in syn-sent, and without meaning while a deferred connect (TCP_FASTOPEN_CONNECT) has sent nothing (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** The timer that runs out next. */
  timer?: "off" | "retransmit" | "keepalive" | "timewait" | "zero-window-probe" | "delayed-ack" | "unknown";
  /** Number of timer, only where it holds something that this program has no word for. */
  timer_raw?: number;
  /** Time until the timer runs out; only while one runs. In ms. */
  expires?: number;
  /** Retransmissions of the oldest data (timer retransmit), unanswered probes (keepalive, zero-window-probe), or SYN-ACKs sent again (syn-recv). */
  retrans?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 when no process holds it. */
  inode?: number;
  /** Number of the socket, never given again until the machine restarts. */
  cookie?: string;
  /** Sides of the connection that are closed: 1 for receiving, 2 for sending, added up. */
  shutdown?: number;
  /** Sides of the connection that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names, only where it holds something that this program has no word for. */
  shutdown_names_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  shutdown_extra?: string;
  /** Whether an IPv6 listener refuses IPv4 (IPV6_V6ONLY). */
  v6only?: boolean;
  /** Bytes that this kernel sent behind those that this program knows. */
  v6only_extra?: string;
  /** Type-of-service byte of IPv4 packets (IP_TOS). */
  tos?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  tos_extra?: string;
  /** Traffic class of IPv6 packets (IPV6_TCLASS). */
  tclass?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  tclass_extra?: string;
  /** Network class of the cgroup, or the socket's priority (SO_PRIORITY) where there is no class. */
  class_id?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  class_id_extra?: string;
  /** Mark of the packets that the socket sends (SO_MARK). */
  mark?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  mark_extra?: string;
  /** Number of the socket's control group (version 2). */
  cgroup_id?: string;
  /** Bytes that this kernel sent behind those that this program knows. */
  cgroup_id_extra?: string;
  /** Options of the IP layer that are on. */
  sockopts?: ("recverr" | "is_icsk" | "freebind" | "hdrincl" | "mc_loop" | "transparent" | "mc_all" | "nodefrag" | "bind_address_no_port" | "recverr_rfc4884" | "defer_connect")[];
  /** Number of sockopts, only where it holds something that this program has no word for. */
  sockopts_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
  skmeminfo_extra?: string;
  /** Values that BPF programs keep with the socket; only with --bpf-maps. */
  bpf_storages?: ({
    /** Number of the BPF map. */
    map_id?: number;
    /** Bytes that this kernel sent behind those that this program knows. */
    map_id_extra?: string;
    /** Value of this socket in the map, byte by byte. */
    value?: string;
    /** Attributes that this kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
    /** Name of the BPF map, if it has one. */
    map_name?: string;
    /** Exact bytes of map_name, only where they are not valid UTF-8. */
    map_name_hex?: string;
    /** Members of the value, if the map has types (BTF); those inside of others in place of these. */
    members?: ({
      /** Place of the member in the terms of C, as in `peer.ports[2]`; left out if the value is no structure. */
      name?: string;
      /** Exact bytes of name, only where they are not valid UTF-8. */
      name_hex?: string;
      /** Its value: a number, the name of one, `true` or `false`, text of `char[]`, hexadecimal of other arrays of bytes. */
      value?: string;
      /** Exact bytes of value, only where they are not valid UTF-8. */
      value_hex?: string;
    })[];
  })[];
  /** Attributes that this kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Packets that the socket dropped, from `/proc/net`; else it is in skmeminfo. In packets. */
  drops?: number;
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** Name of the interface with the index iface_idx, if there is one at this moment. */
  iface?: string;
  /** Exact bytes of iface, only where they are not valid UTF-8. */
  iface_hex?: string;
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user, only where they are not valid UTF-8. */
  user_hex?: string;
  /** Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight. Of a socket without cgroup_id the group of its owners, of any version, if all are in the same; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup, only where they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit, only where they are not valid UTF-8. */
  unit_hex?: string;
  /** Container that the path names, the innermost one; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
    id?: string;
    /** Exact bytes of id, only where they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; not there if the path does not tell that. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; not there if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, by which it is known: that in net:[INODE]. */
    inode?: number;
    /** Its name, that of a file in /run/netns; root for the one that process 1 is in. Most have none. */
    name?: string;
    /** Exact bytes of name, only where they are not valid UTF-8. */
    name_hex?: string;
  };
  /** Inode of the socket at the other end, if that is in a network namespace that is asked and held by a process; only with --peers. */
  peer_inode?: number;
  /** The processes that hold the socket at the other end, or the listener where that waits to be accepted; only with --peers, of UNIX sockets with -p too. */
  peer_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** SELinux context of the socket, where a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context, only where they are not valid UTF-8. */
  context_hex?: string;
  /** The processes that hold the socket, all of them; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, where that has descriptors of its own; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe, only where they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may hold secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** Only there, and true, if the arguments go on: at most 4 kB of a process are kept, and less after 8 MB of all. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user, only where they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context, only where they are not valid UTF-8. */
    context_hex?: string;
    /** When it was started, counted from the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances with which the socket is registered; then it may have no other. */
    io_uring_fds?: (number)[];
    /** Only there, and true, if it has no descriptor of the socket but has mapped its ring. */
    mapped?: boolean;
    /** Path of its control group, of version 2 or, where that has none, of version 1; only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup, only where they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit, only where they are not valid UTF-8. */
    unit_hex?: string;
    /** Container that the path names, the innermost one; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
      id?: string;
      /** Exact bytes of id, only where they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; not there if the path does not tell that. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; not there if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known: resolved; none if no process holds the socket; unaccepted if it waits to be accepted by a process that listens; denied if one may that could not be looked at or is not in sight; raced if one may that has ended meanwhile. */
  owner_status?: "resolved" | "none" | "unaccepted" | "denied" | "raced";
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host, only where they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host, only where they are not valid UTF-8. */
  dst_host_hex?: string;
  /** When the run started, or was recorded, in UTC; only with --columns time. */
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
  /** Number of family, only where it holds something that this program has no word for. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state, only where it holds something that this program has no word for. */
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
  /** Bytes received and not read by the process, a FIN of TCP counts 1 (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Bytes written and not acknowledged by the peer, a SYN or FIN of TCP counts 1: 1 in syn-sent, and without meaning while a deferred connect (TCP_FASTOPEN_CONNECT) has sent nothing (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** The timer that runs out next. */
  timer?: "off" | "retransmit" | "keepalive" | "timewait" | "zero-window-probe" | "delayed-ack" | "unknown";
  /** Number of timer, only where it holds something that this program has no word for. */
  timer_raw?: number;
  /** Time until the timer runs out; only while one runs. In ms. */
  expires?: number;
  /** Retransmissions of the oldest data (timer retransmit), unanswered probes (keepalive, zero-window-probe), or SYN-ACKs sent again (syn-recv). */
  retrans?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 when no process holds it. */
  inode?: number;
  /** Number of the socket, never given again until the machine restarts. */
  cookie?: string;
  /** Sides of the connection that are closed: 1 for receiving, 2 for sending, added up. */
  shutdown?: number;
  /** Sides of the connection that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names, only where it holds something that this program has no word for. */
  shutdown_names_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  shutdown_extra?: string;
  /** Whether an IPv6 listener refuses IPv4 (IPV6_V6ONLY). */
  v6only?: boolean;
  /** Bytes that this kernel sent behind those that this program knows. */
  v6only_extra?: string;
  /** Type-of-service byte of IPv4 packets (IP_TOS). */
  tos?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  tos_extra?: string;
  /** Traffic class of IPv6 packets (IPV6_TCLASS). */
  tclass?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  tclass_extra?: string;
  /** Network class of the cgroup, or the socket's priority (SO_PRIORITY) where there is no class. */
  class_id?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  class_id_extra?: string;
  /** Mark of the packets that the socket sends (SO_MARK). */
  mark?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  mark_extra?: string;
  /** Number of the socket's control group (version 2). */
  cgroup_id?: string;
  /** Bytes that this kernel sent behind those that this program knows. */
  cgroup_id_extra?: string;
  /** Options of the IP layer that are on. */
  sockopts?: ("recverr" | "is_icsk" | "freebind" | "hdrincl" | "mc_loop" | "transparent" | "mc_all" | "nodefrag" | "bind_address_no_port" | "recverr_rfc4884" | "defer_connect")[];
  /** Number of sockopts, only where it holds something that this program has no word for. */
  sockopts_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
  skmeminfo_extra?: string;
  /** Values that BPF programs keep with the socket; only with --bpf-maps. */
  bpf_storages?: ({
    /** Number of the BPF map. */
    map_id?: number;
    /** Bytes that this kernel sent behind those that this program knows. */
    map_id_extra?: string;
    /** Value of this socket in the map, byte by byte. */
    value?: string;
    /** Attributes that this kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
    /** Name of the BPF map, if it has one. */
    map_name?: string;
    /** Exact bytes of map_name, only where they are not valid UTF-8. */
    map_name_hex?: string;
    /** Members of the value, if the map has types (BTF); those inside of others in place of these. */
    members?: ({
      /** Place of the member in the terms of C, as in `peer.ports[2]`; left out if the value is no structure. */
      name?: string;
      /** Exact bytes of name, only where they are not valid UTF-8. */
      name_hex?: string;
      /** Its value: a number, the name of one, `true` or `false`, text of `char[]`, hexadecimal of other arrays of bytes. */
      value?: string;
      /** Exact bytes of value, only where they are not valid UTF-8. */
      value_hex?: string;
    })[];
  })[];
  /** Attributes that this kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Packets that the socket dropped, from `/proc/net`; else it is in skmeminfo. In packets. */
  drops?: number;
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** Name of the interface with the index iface_idx, if there is one at this moment. */
  iface?: string;
  /** Exact bytes of iface, only where they are not valid UTF-8. */
  iface_hex?: string;
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user, only where they are not valid UTF-8. */
  user_hex?: string;
  /** Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight. Of a socket without cgroup_id the group of its owners, of any version, if all are in the same; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup, only where they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit, only where they are not valid UTF-8. */
  unit_hex?: string;
  /** Container that the path names, the innermost one; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
    id?: string;
    /** Exact bytes of id, only where they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; not there if the path does not tell that. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; not there if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, by which it is known: that in net:[INODE]. */
    inode?: number;
    /** Its name, that of a file in /run/netns; root for the one that process 1 is in. Most have none. */
    name?: string;
    /** Exact bytes of name, only where they are not valid UTF-8. */
    name_hex?: string;
  };
  /** Inode of the socket at the other end, if that is in a network namespace that is asked and held by a process; only with --peers. */
  peer_inode?: number;
  /** The processes that hold the socket at the other end, or the listener where that waits to be accepted; only with --peers, of UNIX sockets with -p too. */
  peer_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** SELinux context of the socket, where a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context, only where they are not valid UTF-8. */
  context_hex?: string;
  /** The processes that hold the socket, all of them; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, where that has descriptors of its own; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe, only where they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may hold secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** Only there, and true, if the arguments go on: at most 4 kB of a process are kept, and less after 8 MB of all. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user, only where they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context, only where they are not valid UTF-8. */
    context_hex?: string;
    /** When it was started, counted from the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances with which the socket is registered; then it may have no other. */
    io_uring_fds?: (number)[];
    /** Only there, and true, if it has no descriptor of the socket but has mapped its ring. */
    mapped?: boolean;
    /** Path of its control group, of version 2 or, where that has none, of version 1; only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup, only where they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit, only where they are not valid UTF-8. */
    unit_hex?: string;
    /** Container that the path names, the innermost one; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
      id?: string;
      /** Exact bytes of id, only where they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; not there if the path does not tell that. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; not there if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known: resolved; none if no process holds the socket; unaccepted if it waits to be accepted by a process that listens; denied if one may that could not be looked at or is not in sight; raced if one may that has ended meanwhile. */
  owner_status?: "resolved" | "none" | "unaccepted" | "denied" | "raced";
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host, only where they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host, only where they are not valid UTF-8. */
  dst_host_hex?: string;
  /** When the run started, or was recorded, in UTC; only with --columns time. */
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
  /** Number of family, only where it holds something that this program has no word for. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state, only where it holds something that this program has no word for. */
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
  /** Bytes received and not read by the process, a FIN of TCP counts 1 (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Bytes written and not acknowledged by the peer, a SYN or FIN of TCP counts 1: 1 in syn-sent, and without meaning while a deferred connect (TCP_FASTOPEN_CONNECT) has sent nothing (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** The timer that runs out next. */
  timer?: "off" | "retransmit" | "keepalive" | "timewait" | "zero-window-probe" | "delayed-ack" | "unknown";
  /** Number of timer, only where it holds something that this program has no word for. */
  timer_raw?: number;
  /** Time until the timer runs out; only while one runs. In ms. */
  expires?: number;
  /** Retransmissions of the oldest data (timer retransmit), unanswered probes (keepalive, zero-window-probe), or SYN-ACKs sent again (syn-recv). */
  retrans?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 when no process holds it. */
  inode?: number;
  /** Number of the socket, never given again until the machine restarts. */
  cookie?: string;
  /** Sides of the connection that are closed: 1 for receiving, 2 for sending, added up. */
  shutdown?: number;
  /** Sides of the connection that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names, only where it holds something that this program has no word for. */
  shutdown_names_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  shutdown_extra?: string;
  /** Whether an IPv6 listener refuses IPv4 (IPV6_V6ONLY). */
  v6only?: boolean;
  /** Bytes that this kernel sent behind those that this program knows. */
  v6only_extra?: string;
  /** Type-of-service byte of IPv4 packets (IP_TOS). */
  tos?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  tos_extra?: string;
  /** Traffic class of IPv6 packets (IPV6_TCLASS). */
  tclass?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  tclass_extra?: string;
  /** Network class of the cgroup, or the socket's priority (SO_PRIORITY) where there is no class. */
  class_id?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  class_id_extra?: string;
  /** Mark of the packets that the socket sends (SO_MARK). */
  mark?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  mark_extra?: string;
  /** Number of the socket's control group (version 2). */
  cgroup_id?: string;
  /** Bytes that this kernel sent behind those that this program knows. */
  cgroup_id_extra?: string;
  /** Options of the IP layer that are on. */
  sockopts?: ("recverr" | "is_icsk" | "freebind" | "hdrincl" | "mc_loop" | "transparent" | "mc_all" | "nodefrag" | "bind_address_no_port" | "recverr_rfc4884" | "defer_connect")[];
  /** Number of sockopts, only where it holds something that this program has no word for. */
  sockopts_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
  skmeminfo_extra?: string;
  /** Number of the IP protocol that the socket sends and receives (1 ICMP, 58 ICMPv6), as in `/etc/protocols`. */
  ip_protocol?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  ip_protocol_extra?: string;
  /** Values that BPF programs keep with the socket; only with --bpf-maps. */
  bpf_storages?: ({
    /** Number of the BPF map. */
    map_id?: number;
    /** Bytes that this kernel sent behind those that this program knows. */
    map_id_extra?: string;
    /** Value of this socket in the map, byte by byte. */
    value?: string;
    /** Attributes that this kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
    /** Name of the BPF map, if it has one. */
    map_name?: string;
    /** Exact bytes of map_name, only where they are not valid UTF-8. */
    map_name_hex?: string;
    /** Members of the value, if the map has types (BTF); those inside of others in place of these. */
    members?: ({
      /** Place of the member in the terms of C, as in `peer.ports[2]`; left out if the value is no structure. */
      name?: string;
      /** Exact bytes of name, only where they are not valid UTF-8. */
      name_hex?: string;
      /** Its value: a number, the name of one, `true` or `false`, text of `char[]`, hexadecimal of other arrays of bytes. */
      value?: string;
      /** Exact bytes of value, only where they are not valid UTF-8. */
      value_hex?: string;
    })[];
  })[];
  /** Attributes that this kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Packets that the socket dropped, from `/proc/net`; else it is in skmeminfo. In packets. */
  drops?: number;
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** Name of the interface with the index iface_idx, if there is one at this moment. */
  iface?: string;
  /** Exact bytes of iface, only where they are not valid UTF-8. */
  iface_hex?: string;
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user, only where they are not valid UTF-8. */
  user_hex?: string;
  /** Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight. Of a socket without cgroup_id the group of its owners, of any version, if all are in the same; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup, only where they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit, only where they are not valid UTF-8. */
  unit_hex?: string;
  /** Container that the path names, the innermost one; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
    id?: string;
    /** Exact bytes of id, only where they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; not there if the path does not tell that. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; not there if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, by which it is known: that in net:[INODE]. */
    inode?: number;
    /** Its name, that of a file in /run/netns; root for the one that process 1 is in. Most have none. */
    name?: string;
    /** Exact bytes of name, only where they are not valid UTF-8. */
    name_hex?: string;
  };
  /** SELinux context of the socket, where a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context, only where they are not valid UTF-8. */
  context_hex?: string;
  /** The processes that hold the socket, all of them; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, where that has descriptors of its own; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe, only where they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may hold secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** Only there, and true, if the arguments go on: at most 4 kB of a process are kept, and less after 8 MB of all. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user, only where they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context, only where they are not valid UTF-8. */
    context_hex?: string;
    /** When it was started, counted from the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances with which the socket is registered; then it may have no other. */
    io_uring_fds?: (number)[];
    /** Only there, and true, if it has no descriptor of the socket but has mapped its ring. */
    mapped?: boolean;
    /** Path of its control group, of version 2 or, where that has none, of version 1; only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup, only where they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit, only where they are not valid UTF-8. */
    unit_hex?: string;
    /** Container that the path names, the innermost one; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
      id?: string;
      /** Exact bytes of id, only where they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; not there if the path does not tell that. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; not there if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known: resolved; none if no process holds the socket; unaccepted if it waits to be accepted by a process that listens; denied if one may that could not be looked at or is not in sight; raced if one may that has ended meanwhile. */
  owner_status?: "resolved" | "none" | "unaccepted" | "denied" | "raced";
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host, only where they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host, only where they are not valid UTF-8. */
  dst_host_hex?: string;
  /** When the run started, or was recorded, in UTC; only with --columns time. */
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
  /** Number of family, only where it holds something that this program has no word for. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "closed" | "cookie-wait" | "cookie-echoed" | "shutdown-pending" | "shutdown-sent" | "shutdown-received" | "shutdown-ack-sent" | "unknown";
  /** Number of state, only where it holds something that this program has no word for. */
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
  /** Bytes received and not read by the process, a FIN of TCP counts 1 (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Bytes written and not acknowledged by the peer, a SYN or FIN of TCP counts 1: 1 in syn-sent, and without meaning while a deferred connect (TCP_FASTOPEN_CONNECT) has sent nothing (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** The timer that runs out next. */
  timer?: "off" | "retransmit" | "keepalive" | "timewait" | "zero-window-probe" | "delayed-ack" | "t1-cookie" | "t1-init" | "t2-shutdown" | "t3-rtx" | "t4-rto" | "t5-shutdown-guard" | "heartbeat" | "reconf" | "probe" | "sack" | "autoclose" | "unknown";
  /** Number of timer, only where it holds something that this program has no word for. */
  timer_raw?: number;
  /** Time until the timer runs out; only while one runs. In ms. */
  expires?: number;
  /** Retransmissions of the oldest data (timer retransmit), unanswered probes (keepalive, zero-window-probe), or SYN-ACKs sent again (syn-recv). */
  retrans?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 when no process holds it. */
  inode?: number;
  /** Number of the socket, never given again until the machine restarts. */
  cookie?: string;
  /** State of the protocol: of an association, or the settings of an endpoint. */
  sctp_info?: {
    /** Verification tag of this side. */
    tag?: number;
    /** State of the association. */
    state?: "closed" | "cookie-wait" | "cookie-echoed" | "established" | "shutdown-pending" | "shutdown-sent" | "shutdown-received" | "shutdown-ack-sent" | "unknown";
    /** Number of state, only where it holds something that this program has no word for. */
    state_raw?: number;
    /** Window that this side announces. In bytes. */
    rwnd?: number;
    /** Data chunks sent and not acknowledged. In chunks. */
    unackdata?: number;
    /** Chunks received that wait for those before them. In chunks. */
    penddata?: number;
    /** Streams from the peer. In streams. */
    instrms?: number;
    /** Streams to the peer. In streams. */
    outstrms?: number;
    /** Size at which messages are split; not filled in by kernels so far, see maxseg. In bytes. */
    fragmentation_point?: number;
    /** Chunks in the queue of what was received. In chunks. */
    inqueue?: number;
    /** Chunks in the queue of what is to be sent. In chunks. */
    outqueue?: number;
    /** Errors in a row on all paths. */
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
    /** Number of peer_capable, only where it holds something that this program has no word for. */
    peer_capable_raw?: number;
    /** State of the acknowledgements to the peer. */
    peer_sack?: ("zero_window_announced" | "sack_generation" | "sack_needed")[];
    /** Number of peer_sack, only where it holds something that this program has no word for. */
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
    /** Number of p_state, only where it holds something that this program has no word for. */
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
    /** Packets to one acknowledgement; not filled in by kernels so far. In packets. */
    p_sackfreq?: number;
    /** Slow-start threshold of the primary path. In bytes. */
    p_ssthresh?: number;
    /** Data acknowledged since the congestion window last grew. In bytes. */
    p_partial_bytes_acked?: number;
    /** Data in flight on the primary path. In bytes. */
    p_flight_size?: number;
    /** Errors in a row on the primary path. */
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
    /** How much parts of messages may mix (SCTP_FRAGMENT_INTERLEAVE). */
    s_frag_interleave?: number;
    /** Style of the socket. */
    s_type?: "one-to-many" | "one-to-many-high-bandwidth" | "one-to-one" | "unknown";
    /** Number of s_type, only where it holds something that this program has no word for. */
    s_type_raw?: number;
    /** Primary address of the peer (associations). */
    p_address?: {
      /** Address family. */
      family?: "inet" | "inet6" | "unknown";
      /** Number of family, only where it holds something that this program has no word for. */
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
    /** Number of family, only where it holds something that this program has no word for. */
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
    /** Number of family, only where it holds something that this program has no word for. */
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
  /** Sides of the connection that are closed: 1 for receiving, 2 for sending, added up. */
  shutdown?: number;
  /** Sides of the connection that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names, only where it holds something that this program has no word for. */
  shutdown_names_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  shutdown_extra?: string;
  /** Whether an IPv6 listener refuses IPv4 (IPV6_V6ONLY). */
  v6only?: boolean;
  /** Bytes that this kernel sent behind those that this program knows. */
  v6only_extra?: string;
  /** Type-of-service byte of IPv4 packets (IP_TOS). */
  tos?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  tos_extra?: string;
  /** Traffic class of IPv6 packets (IPV6_TCLASS). */
  tclass?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  tclass_extra?: string;
  /** Network class of the cgroup, or the socket's priority (SO_PRIORITY) where there is no class. */
  class_id?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  class_id_extra?: string;
  /** Mark of the packets that the socket sends (SO_MARK). */
  mark?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  mark_extra?: string;
  /** Number of the socket's control group (version 2). */
  cgroup_id?: string;
  /** Bytes that this kernel sent behind those that this program knows. */
  cgroup_id_extra?: string;
  /** Options of the IP layer that are on. */
  sockopts?: ("recverr" | "is_icsk" | "freebind" | "hdrincl" | "mc_loop" | "transparent" | "mc_all" | "nodefrag" | "bind_address_no_port" | "recverr_rfc4884" | "defer_connect")[];
  /** Number of sockopts, only where it holds something that this program has no word for. */
  sockopts_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
  skmeminfo_extra?: string;
  /** Name of the congestion control. */
  cong_algo?: string;
  /** Exact bytes of cong_algo, only where they are not valid UTF-8. */
  cong_algo_hex?: string;
  /** Values that BPF programs keep with the socket; only with --bpf-maps. */
  bpf_storages?: ({
    /** Number of the BPF map. */
    map_id?: number;
    /** Bytes that this kernel sent behind those that this program knows. */
    map_id_extra?: string;
    /** Value of this socket in the map, byte by byte. */
    value?: string;
    /** Attributes that this kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
    /** Name of the BPF map, if it has one. */
    map_name?: string;
    /** Exact bytes of map_name, only where they are not valid UTF-8. */
    map_name_hex?: string;
    /** Members of the value, if the map has types (BTF); those inside of others in place of these. */
    members?: ({
      /** Place of the member in the terms of C, as in `peer.ports[2]`; left out if the value is no structure. */
      name?: string;
      /** Exact bytes of name, only where they are not valid UTF-8. */
      name_hex?: string;
      /** Its value: a number, the name of one, `true` or `false`, text of `char[]`, hexadecimal of other arrays of bytes. */
      value?: string;
      /** Exact bytes of value, only where they are not valid UTF-8. */
      value_hex?: string;
    })[];
  })[];
  /** Attributes that this kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** Whether this is an association on an endpoint, with the inode and cookie of it, rather than an endpoint. */
  association?: boolean;
  /** Bytes that this kernel sent behind those that this program knows. */
  sctp_info_extra?: string;
  /** Name of the interface with the index iface_idx, if there is one at this moment. */
  iface?: string;
  /** Exact bytes of iface, only where they are not valid UTF-8. */
  iface_hex?: string;
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user, only where they are not valid UTF-8. */
  user_hex?: string;
  /** Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight. Of a socket without cgroup_id the group of its owners, of any version, if all are in the same; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup, only where they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit, only where they are not valid UTF-8. */
  unit_hex?: string;
  /** Container that the path names, the innermost one; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
    id?: string;
    /** Exact bytes of id, only where they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; not there if the path does not tell that. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; not there if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, by which it is known: that in net:[INODE]. */
    inode?: number;
    /** Its name, that of a file in /run/netns; root for the one that process 1 is in. Most have none. */
    name?: string;
    /** Exact bytes of name, only where they are not valid UTF-8. */
    name_hex?: string;
  };
  /** SELinux context of the socket, where a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context, only where they are not valid UTF-8. */
  context_hex?: string;
  /** The processes that hold the socket, all of them; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, where that has descriptors of its own; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe, only where they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may hold secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** Only there, and true, if the arguments go on: at most 4 kB of a process are kept, and less after 8 MB of all. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user, only where they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context, only where they are not valid UTF-8. */
    context_hex?: string;
    /** When it was started, counted from the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances with which the socket is registered; then it may have no other. */
    io_uring_fds?: (number)[];
    /** Only there, and true, if it has no descriptor of the socket but has mapped its ring. */
    mapped?: boolean;
    /** Path of its control group, of version 2 or, where that has none, of version 1; only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup, only where they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit, only where they are not valid UTF-8. */
    unit_hex?: string;
    /** Container that the path names, the innermost one; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
      id?: string;
      /** Exact bytes of id, only where they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; not there if the path does not tell that. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; not there if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known: resolved; none if no process holds the socket; unaccepted if it waits to be accepted by a process that listens; denied if one may that could not be looked at or is not in sight; raced if one may that has ended meanwhile. */
  owner_status?: "resolved" | "none" | "unaccepted" | "denied" | "raced";
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host, only where they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host, only where they are not valid UTF-8. */
  dst_host_hex?: string;
  /** When the run started, or was recorded, in UTC; only with --columns time. */
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
  /** Number of family, only where it holds something that this program has no word for. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "partopen" | "passive-closereq" | "unknown";
  /** Number of state, only where it holds something that this program has no word for. */
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
  /** Bytes received and not read by the process, a FIN of TCP counts 1 (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Bytes written and not acknowledged by the peer, a SYN or FIN of TCP counts 1: 1 in syn-sent, and without meaning while a deferred connect (TCP_FASTOPEN_CONNECT) has sent nothing (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** The timer that runs out next. */
  timer?: "off" | "retransmit" | "keepalive" | "timewait" | "zero-window-probe" | "delayed-ack" | "unknown";
  /** Number of timer, only where it holds something that this program has no word for. */
  timer_raw?: number;
  /** Time until the timer runs out; only while one runs. In ms. */
  expires?: number;
  /** Retransmissions of the oldest data (timer retransmit), unanswered probes (keepalive, zero-window-probe), or SYN-ACKs sent again (syn-recv). */
  retrans?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 when no process holds it. */
  inode?: number;
  /** Number of the socket, never given again until the machine restarts. */
  cookie?: string;
  /** Sides of the connection that are closed: 1 for receiving, 2 for sending, added up. */
  shutdown?: number;
  /** Sides of the connection that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names, only where it holds something that this program has no word for. */
  shutdown_names_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  shutdown_extra?: string;
  /** Whether an IPv6 listener refuses IPv4 (IPV6_V6ONLY). */
  v6only?: boolean;
  /** Bytes that this kernel sent behind those that this program knows. */
  v6only_extra?: string;
  /** Type-of-service byte of IPv4 packets (IP_TOS). */
  tos?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  tos_extra?: string;
  /** Traffic class of IPv6 packets (IPV6_TCLASS). */
  tclass?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  tclass_extra?: string;
  /** Network class of the cgroup, or the socket's priority (SO_PRIORITY) where there is no class. */
  class_id?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  class_id_extra?: string;
  /** Mark of the packets that the socket sends (SO_MARK). */
  mark?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  mark_extra?: string;
  /** Number of the socket's control group (version 2). */
  cgroup_id?: string;
  /** Bytes that this kernel sent behind those that this program knows. */
  cgroup_id_extra?: string;
  /** Options of the IP layer that are on. */
  sockopts?: ("recverr" | "is_icsk" | "freebind" | "hdrincl" | "mc_loop" | "transparent" | "mc_all" | "nodefrag" | "bind_address_no_port" | "recverr_rfc4884" | "defer_connect")[];
  /** Number of sockopts, only where it holds something that this program has no word for. */
  sockopts_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
  skmeminfo_extra?: string;
  /** State of the protocol; not there for time-wait, syn-recv and bound-inactive sockets. */
  tcp_info?: {
    /** State of the connection. */
    state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "partopen" | "passive-closereq" | "unknown";
    /** Number of state, only where it holds something that this program has no word for. */
    state_raw?: number;
    /** Number of the congestion control's state. */
    ca_state?: number;
    /** Timeouts in a row since data was last acknowledged. */
    retransmits?: number;
    /** Unanswered window or keepalive probes. */
    probes?: number;
    /** Times that the timeout has been doubled. */
    backoff?: number;
    /** Options in use on this connection. */
    opts?: ("ts" | "sack" | "wscale" | "ecn" | "ecnseen" | "fastopen" | "usec_ts" | "tfo_child")[];
    /** Number of opts, only where it holds something that this program has no word for. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
  tcp_info_extra?: string;
  /** Values that BPF programs keep with the socket; only with --bpf-maps. */
  bpf_storages?: ({
    /** Number of the BPF map. */
    map_id?: number;
    /** Bytes that this kernel sent behind those that this program knows. */
    map_id_extra?: string;
    /** Value of this socket in the map, byte by byte. */
    value?: string;
    /** Attributes that this kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
    /** Name of the BPF map, if it has one. */
    map_name?: string;
    /** Exact bytes of map_name, only where they are not valid UTF-8. */
    map_name_hex?: string;
    /** Members of the value, if the map has types (BTF); those inside of others in place of these. */
    members?: ({
      /** Place of the member in the terms of C, as in `peer.ports[2]`; left out if the value is no structure. */
      name?: string;
      /** Exact bytes of name, only where they are not valid UTF-8. */
      name_hex?: string;
      /** Its value: a number, the name of one, `true` or `false`, text of `char[]`, hexadecimal of other arrays of bytes. */
      value?: string;
      /** Exact bytes of value, only where they are not valid UTF-8. */
      value_hex?: string;
    })[];
  })[];
  /** Attributes that this kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Name of the interface with the index iface_idx, if there is one at this moment. */
  iface?: string;
  /** Exact bytes of iface, only where they are not valid UTF-8. */
  iface_hex?: string;
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user, only where they are not valid UTF-8. */
  user_hex?: string;
  /** Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight. Of a socket without cgroup_id the group of its owners, of any version, if all are in the same; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup, only where they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit, only where they are not valid UTF-8. */
  unit_hex?: string;
  /** Container that the path names, the innermost one; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
    id?: string;
    /** Exact bytes of id, only where they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; not there if the path does not tell that. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; not there if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, by which it is known: that in net:[INODE]. */
    inode?: number;
    /** Its name, that of a file in /run/netns; root for the one that process 1 is in. Most have none. */
    name?: string;
    /** Exact bytes of name, only where they are not valid UTF-8. */
    name_hex?: string;
  };
  /** Inode of the socket at the other end, if that is in a network namespace that is asked and held by a process; only with --peers. */
  peer_inode?: number;
  /** The processes that hold the socket at the other end, or the listener where that waits to be accepted; only with --peers, of UNIX sockets with -p too. */
  peer_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** SELinux context of the socket, where a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context, only where they are not valid UTF-8. */
  context_hex?: string;
  /** Inode of the listener at which the socket waits to be accepted, if only one can be it; only with -p. */
  listener_inode?: number;
  /** The processes that hold that listener; only with -p. */
  listener_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** The processes that hold the socket, all of them; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, where that has descriptors of its own; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe, only where they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may hold secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** Only there, and true, if the arguments go on: at most 4 kB of a process are kept, and less after 8 MB of all. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user, only where they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context, only where they are not valid UTF-8. */
    context_hex?: string;
    /** When it was started, counted from the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances with which the socket is registered; then it may have no other. */
    io_uring_fds?: (number)[];
    /** Only there, and true, if it has no descriptor of the socket but has mapped its ring. */
    mapped?: boolean;
    /** Path of its control group, of version 2 or, where that has none, of version 1; only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup, only where they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit, only where they are not valid UTF-8. */
    unit_hex?: string;
    /** Container that the path names, the innermost one; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
      id?: string;
      /** Exact bytes of id, only where they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; not there if the path does not tell that. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; not there if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known: resolved; none if no process holds the socket; unaccepted if it waits to be accepted by a process that listens; denied if one may that could not be looked at or is not in sight; raced if one may that has ended meanwhile. */
  owner_status?: "resolved" | "none" | "unaccepted" | "denied" | "raced";
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host, only where they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host, only where they are not valid UTF-8. */
  dst_host_hex?: string;
  /** When the run started, or was recorded, in UTC; only with --columns time. */
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
  /** Number of family, only where it holds something that this program has no word for. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state, only where it holds something that this program has no word for. */
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
  /** Bytes received and not read by the process, a FIN of TCP counts 1 (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Bytes written and not acknowledged by the peer, a SYN or FIN of TCP counts 1: 1 in syn-sent, and without meaning while a deferred connect (TCP_FASTOPEN_CONNECT) has sent nothing (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** The timer that runs out next. */
  timer?: "off" | "retransmit" | "keepalive" | "timewait" | "zero-window-probe" | "delayed-ack" | "unknown";
  /** Number of timer, only where it holds something that this program has no word for. */
  timer_raw?: number;
  /** Time until the timer runs out; only while one runs. In ms. */
  expires?: number;
  /** Retransmissions of the oldest data (timer retransmit), unanswered probes (keepalive, zero-window-probe), or SYN-ACKs sent again (syn-recv). */
  retrans?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 when no process holds it. */
  inode?: number;
  /** Number of the socket, never given again until the machine restarts. */
  cookie?: string;
  /** Packets that the socket dropped, from `/proc/net`; else it is in skmeminfo. In packets. */
  drops?: number;
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user, only where they are not valid UTF-8. */
  user_hex?: string;
  /** Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight. Of a socket without cgroup_id the group of its owners, of any version, if all are in the same; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup, only where they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit, only where they are not valid UTF-8. */
  unit_hex?: string;
  /** Container that the path names, the innermost one; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
    id?: string;
    /** Exact bytes of id, only where they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; not there if the path does not tell that. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; not there if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, by which it is known: that in net:[INODE]. */
    inode?: number;
    /** Its name, that of a file in /run/netns; root for the one that process 1 is in. Most have none. */
    name?: string;
    /** Exact bytes of name, only where they are not valid UTF-8. */
    name_hex?: string;
  };
  /** SELinux context of the socket, where a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context, only where they are not valid UTF-8. */
  context_hex?: string;
  /** The processes that hold the socket, all of them; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, where that has descriptors of its own; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe, only where they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may hold secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** Only there, and true, if the arguments go on: at most 4 kB of a process are kept, and less after 8 MB of all. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user, only where they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context, only where they are not valid UTF-8. */
    context_hex?: string;
    /** When it was started, counted from the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances with which the socket is registered; then it may have no other. */
    io_uring_fds?: (number)[];
    /** Only there, and true, if it has no descriptor of the socket but has mapped its ring. */
    mapped?: boolean;
    /** Path of its control group, of version 2 or, where that has none, of version 1; only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup, only where they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit, only where they are not valid UTF-8. */
    unit_hex?: string;
    /** Container that the path names, the innermost one; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
      id?: string;
      /** Exact bytes of id, only where they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; not there if the path does not tell that. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; not there if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known: resolved; none if no process holds the socket; unaccepted if it waits to be accepted by a process that listens; denied if one may that could not be looked at or is not in sight; raced if one may that has ended meanwhile. */
  owner_status?: "resolved" | "none" | "unaccepted" | "denied" | "raced";
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host, only where they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host, only where they are not valid UTF-8. */
  dst_host_hex?: string;
  /** When the run started, or was recorded, in UTC; only with --columns time. */
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
  /** Number of family, only where it holds something that this program has no word for. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state, only where it holds something that this program has no word for. */
  state_raw?: number;
  /** Type of the socket, as in socket(2). */
  type?: "stream" | "dgram" | "seqpacket" | "unknown";
  /** Number of type, only where it holds something that this program has no word for. */
  type_raw?: number;
  /** Inode of the socket, as in `/proc/PID/fd`. */
  inode?: number;
  /** Number of the socket, never given again until the machine restarts. */
  cookie?: string;
  /** Path that the socket is bound to, as it was given to bind(2); or an abstract name, `@` in place of each NUL. */
  path_name?: string;
  /** Exact bytes of the name, the first NUL of abstract ones included; only where path_name does not tell them: it is not valid UTF-8, or the name is abstract and has further NULs. */
  path_name_hex?: string;
  /** Whether the name is abstract: its first byte is a NUL, shown as `@`, and it is no path. */
  abstract?: boolean;
  /** The socket file; only of sockets bound to a path, also after it was removed. */
  vfs?: {
    /** Inode of the file. */
    inode?: number;
    /** Device of its file system as the kernel numbers it: major * 1048576 + minor. */
    dev?: number;
    /** Major number of the device. */
    major?: number;
    /** Minor number of the device. */
    minor?: number;
  };
  /** Bytes that this kernel sent behind those that this program knows. */
  vfs_extra?: string;
  /** Inode of the socket at the other end, 0 if no process holds that one: it is closed, or not accepted yet. */
  peer_inode?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  peer_inode_extra?: string;
  /** Bytes received and not read by the process, of datagrams those in the first one only; for a listener, connections that wait to be accepted. In bytes. */
  recv_q?: number;
  /** Memory of what was written and not yet read by the peer, overhead included; for a listener, the limit of waiting connections. In bytes. */
  send_q?: number;
  /** Connections that wait to be accepted (listeners). In connections. */
  backlog?: number;
  /** Limit of connections that wait to be accepted (listeners). In connections. */
  backlog_limit?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  rqlen_extra?: string;
  /** Inodes of the sockets whose connections wait to be accepted (listeners), 0 for one that is closed already. */
  pending?: (number)[];
  /** Sides of the connection that are closed: 1 for receiving, 2 for sending, added up. */
  shutdown?: number;
  /** Sides of the connection that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names, only where it holds something that this program has no word for. */
  shutdown_names_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  shutdown_extra?: string;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
  skmeminfo_extra?: string;
  /** Attributes that this kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user, only where they are not valid UTF-8. */
  user_hex?: string;
  /** Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight. Of a socket without cgroup_id the group of its owners, of any version, if all are in the same; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup, only where they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit, only where they are not valid UTF-8. */
  unit_hex?: string;
  /** Container that the path names, the innermost one; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
    id?: string;
    /** Exact bytes of id, only where they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; not there if the path does not tell that. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; not there if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, by which it is known: that in net:[INODE]. */
    inode?: number;
    /** Its name, that of a file in /run/netns; root for the one that process 1 is in. Most have none. */
    name?: string;
    /** Exact bytes of name, only where they are not valid UTF-8. */
    name_hex?: string;
  };
  /** Name of the socket at the other end (its path_name), if that is bound and in a network namespace that is asked, or of the listener where the socket waits to be accepted; only with -p. */
  peer_path_name?: string;
  /** Exact bytes of peer_path_name, only where they are not valid UTF-8. */
  peer_path_name_hex?: string;
  /** The processes that hold the socket at the other end, or the listener where that waits to be accepted; only with --peers, of UNIX sockets with -p too. */
  peer_owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Name of the process. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
  })[];
  /** SELinux context of the socket, where a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context, only where they are not valid UTF-8. */
  context_hex?: string;
  /** The processes that hold the socket, all of them; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, where that has descriptors of its own; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe, only where they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may hold secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** Only there, and true, if the arguments go on: at most 4 kB of a process are kept, and less after 8 MB of all. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user, only where they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context, only where they are not valid UTF-8. */
    context_hex?: string;
    /** When it was started, counted from the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances with which the socket is registered; then it may have no other. */
    io_uring_fds?: (number)[];
    /** Only there, and true, if it has no descriptor of the socket but has mapped its ring. */
    mapped?: boolean;
    /** Path of its control group, of version 2 or, where that has none, of version 1; only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup, only where they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit, only where they are not valid UTF-8. */
    unit_hex?: string;
    /** Container that the path names, the innermost one; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
      id?: string;
      /** Exact bytes of id, only where they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; not there if the path does not tell that. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; not there if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known: resolved; none if no process holds the socket; unaccepted if it waits to be accepted by a process that listens; denied if one may that could not be looked at or is not in sight; raced if one may that has ended meanwhile. */
  owner_status?: "resolved" | "none" | "unaccepted" | "denied" | "raced";
  /** When the run started, or was recorded, in UTC; only with --columns time. */
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
  /** Number of family, only where it holds something that this program has no word for. */
  family_raw?: number;
  /** Whether the socket has a destination set by connect(2): `established`. */
  state?: "unconnected" | "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state, only where it holds something that this program has no word for. */
  state_raw?: number;
  /** Type of the socket, as in socket(2); it makes no difference. */
  type?: "dgram" | "raw" | "unknown";
  /** Number of type, only where it holds something that this program has no word for. */
  type_raw?: number;
  /** Netlink protocol: the part of the kernel that is talked to. */
  netlink_protocol?: "route" | "unused" | "usersock" | "firewall" | "sock-diag" | "nflog" | "xfrm" | "selinux" | "iscsi" | "audit" | "fib-lookup" | "connector" | "netfilter" | "ip6-fw" | "dnrtmsg" | "kobject-uevent" | "generic" | "scsitransport" | "ecryptfs" | "rdma" | "crypto" | "smc" | "unknown";
  /** Number of netlink_protocol, only where it holds something that this program has no word for. */
  netlink_protocol_raw?: number;
  /** Port id of the socket, often a process id; 0 for the kernel's own sockets. */
  portid?: number;
  /** Port id of the destination, 0 for the kernel or none. */
  dst_portid?: number;
  /** Multicast group of the destination, 0 for none. */
  dst_group?: number;
  /** Inode of the socket, as in `/proc/PID/fd`. */
  inode?: number;
  /** Number of the socket, never given again until the machine restarts. */
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
  /** Numbers of the multicast groups that the socket is in; not there if it never was in one. */
  groups?: (number)[];
  /** Options of the socket, and cb_running: a dump goes on. */
  flags?: ("cb_running" | "pktinfo" | "broadcast_error" | "no_enobufs" | "listen_all_nsid" | "cap_ack")[];
  /** Number of flags, only where it holds something that this program has no word for. */
  flags_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
  tx_ring_extra?: string;
  /** Attributes that this kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Those of the first 32 multicast groups that the socket is in, from `/proc/net`, which has no others. */
  first_groups?: (number)[];
  /** Whether a dump goes on, from `/proc/net`; else it is among the flags. */
  cb_running?: boolean;
  /** Packets that the socket dropped, from `/proc/net`; else it is in skmeminfo. In packets. */
  drops?: number;
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight. Of a socket without cgroup_id the group of its owners, of any version, if all are in the same; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup, only where they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit, only where they are not valid UTF-8. */
  unit_hex?: string;
  /** Container that the path names, the innermost one; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
    id?: string;
    /** Exact bytes of id, only where they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; not there if the path does not tell that. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; not there if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, by which it is known: that in net:[INODE]. */
    inode?: number;
    /** Its name, that of a file in /run/netns; root for the one that process 1 is in. Most have none. */
    name?: string;
    /** Exact bytes of name, only where they are not valid UTF-8. */
    name_hex?: string;
  };
  /** SELinux context of the socket, where a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context, only where they are not valid UTF-8. */
  context_hex?: string;
  /** The processes that hold the socket, all of them; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, where that has descriptors of its own; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe, only where they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may hold secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** Only there, and true, if the arguments go on: at most 4 kB of a process are kept, and less after 8 MB of all. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user, only where they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context, only where they are not valid UTF-8. */
    context_hex?: string;
    /** When it was started, counted from the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances with which the socket is registered; then it may have no other. */
    io_uring_fds?: (number)[];
    /** Only there, and true, if it has no descriptor of the socket but has mapped its ring. */
    mapped?: boolean;
    /** Path of its control group, of version 2 or, where that has none, of version 1; only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup, only where they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit, only where they are not valid UTF-8. */
    unit_hex?: string;
    /** Container that the path names, the innermost one; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
      id?: string;
      /** Exact bytes of id, only where they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; not there if the path does not tell that. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; not there if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known: resolved; none if no process holds the socket; unaccepted if it waits to be accepted by a process that listens; denied if one may that could not be looked at or is not in sight; raced if one may that has ended meanwhile. */
  owner_status?: "resolved" | "none" | "unaccepted" | "denied" | "raced";
  /** When the run started, or was recorded, in UTC; only with --columns time. */
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
  /** Number of family, only where it holds something that this program has no word for. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "unconnected" | "unknown";
  /** Number of state, only where it holds something that this program has no word for. */
  state_raw?: number;
  /** Type of the socket. */
  type?: "stream" | "dgram" | "raw" | "rdm" | "seqpacket" | "dccp" | "packet" | "unknown";
  /** Number of type, only where it holds something that this program has no word for. */
  type_raw?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 when no process holds it. */
  inode?: number;
  /** Number of the socket, never given again until the machine restarts. */
  cookie?: string;
  /** Ethertype of the packets that the socket receives: 3 for all of them, 0 for none. */
  num?: number;
  /** Index of the interface that the socket is bound to, 0 for none. */
  iface_idx?: number;
  /** Settings of a packet socket. */
  packet_info?: {
    /** Form of the frames in the rings: TPACKET_V1 and so on (PACKET_VERSION). */
    version?: "v1" | "v2" | "v3" | "unknown";
    /** Number of version, only where it holds something that this program has no word for. */
    version_raw?: number;
    /** Room before the packets in the rings (PACKET_RESERVE). In bytes. */
    reserve?: number;
    /** Not 0 if packets that do not fit a frame of the ring are queued whole as well (PACKET_COPY_THRESH). */
    copy_thresh?: number;
    /** Timestamps that packets in the rings get (PACKET_TIMESTAMP). */
    tstamp?: ("tx_hardware" | "tx_software" | "rx_hardware" | "rx_software" | "software" | "sys_hardware" | "raw_hardware" | "opt_id" | "tx_sched" | "tx_ack" | "opt_cmsg" | "opt_tsonly" | "opt_stats" | "opt_pktinfo" | "opt_tx_swhw" | "bind_phc" | "opt_id_tcp" | "opt_rx_filter" | "tx_completion")[];
    /** Number of tstamp, only where it holds something that this program has no word for. */
    tstamp_raw?: number;
    /** What is on: the hook for packets itself (running) and the options PACKET_AUXDATA, PACKET_ORIGDEV, PACKET_VNET_HDR, PACKET_LOSS. */
    flags?: ("running" | "auxdata" | "origdev" | "vnethdr" | "loss")[];
    /** Number of flags, only where it holds something that this program has no word for. */
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
  /** Addresses and modes that the socket has asked interfaces for (PACKET_ADD_MEMBERSHIP). */
  mclist?: ({
    /** Index of the interface. */
    iface_idx?: number;
    /** Times that it was asked for. */
    count?: number;
    /** What was asked for: packets to a multicast or unicast address, all, all multicast. */
    type?: "mc" | "promisc" | "allmulti" | "unicast" | "unknown";
    /** Number of type, only where it holds something that this program has no word for. */
    type_raw?: number;
    /** The address, as long as addresses of that interface are; not there if none was given. */
    addr?: string;
  })[];
  /** Classic BPF program that chooses packets (SO_ATTACH_FILTER); not there without one. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
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
    /** Private room in each block; 0 before version v3. In bytes. */
    sizeof_priv?: number;
    /** Features that were asked for; none before version v3. */
    features?: ("fill_rxhash")[];
    /** Number of features, only where it holds something that this program has no word for. */
    features_raw?: number;
  };
  /** Bytes that this kernel sent behind those that this program knows. */
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
    /** Private room in each block; 0 before version v3. In bytes. */
    sizeof_priv?: number;
    /** Features that were asked for; none before version v3. */
    features?: ("fill_rxhash")[];
    /** Number of features, only where it holds something that this program has no word for. */
    features_raw?: number;
  };
  /** Bytes that this kernel sent behind those that this program knows. */
  tx_ring_extra?: string;
  /** Group of sockets that share the packets (PACKET_FANOUT); not there for a socket in none. */
  fanout?: {
    /** Number of the group. */
    id?: number;
    /** How a socket of the group is chosen for a packet. */
    type?: "hash" | "lb" | "cpu" | "rollover" | "rnd" | "qm" | "cbpf" | "ebpf" | "unknown";
    /** Number of type, only where it holds something that this program has no word for. */
    type_raw?: number;
  };
  /** Bytes that this kernel sent behind those that this program knows. */
  fanout_extra?: string;
  /** Attributes that this kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Name of the ethertype, where it has one. */
  num_name?: "802_3" | "ax25" | "all" | "802_2" | "snap" | "can" | "canfd" | "canxl" | "control" | "irda" | "dsa" | "loop" | "phonet" | "ieee802154" | "caif" | "map" | "mctp" | "pup" | "ip" | "x25" | "arp" | "bpq" | "batman" | "teb" | "rarp" | "8021q" | "ipx" | "ipv6" | "pause" | "slow" | "wccp" | "mpls_uc" | "mpls_mc" | "ppp_disc" | "ppp_ses" | "link_ctl" | "pae" | "profinet" | "realtek" | "aoe" | "ethercat" | "8021ad" | "erspan" | "preauth" | "tipc" | "lldp" | "mrp" | "macsec" | "8021ah" | "1588" | "ncsi" | "prp" | "cfm" | "fcoe" | "fip" | "iboe" | "hsr" | "nsh" | "loopback" | "qinq1";
  /** Bytes that this kernel sent behind those that this program knows. */
  packet_info_extra?: string;
  /** Whether the socket receives packets, from `/proc/net`; else it is among the flags of packet_info. */
  running?: boolean;
  /** Where the socket was found if not by socket diagnostics: `proc` for a file below `/proc/net`, which says less. */
  source?: "proc";
  /** Name of the interface with the index iface_idx, if there is one at this moment. */
  iface?: string;
  /** Exact bytes of iface, only where they are not valid UTF-8. */
  iface_hex?: string;
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user, only where they are not valid UTF-8. */
  user_hex?: string;
  /** Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight. Of a socket without cgroup_id the group of its owners, of any version, if all are in the same; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup, only where they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit, only where they are not valid UTF-8. */
  unit_hex?: string;
  /** Container that the path names, the innermost one; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
    id?: string;
    /** Exact bytes of id, only where they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; not there if the path does not tell that. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; not there if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, by which it is known: that in net:[INODE]. */
    inode?: number;
    /** Its name, that of a file in /run/netns; root for the one that process 1 is in. Most have none. */
    name?: string;
    /** Exact bytes of name, only where they are not valid UTF-8. */
    name_hex?: string;
  };
  /** SELinux context of the socket, where a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context, only where they are not valid UTF-8. */
  context_hex?: string;
  /** The processes that hold the socket, all of them; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, where that has descriptors of its own; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe, only where they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may hold secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** Only there, and true, if the arguments go on: at most 4 kB of a process are kept, and less after 8 MB of all. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user, only where they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context, only where they are not valid UTF-8. */
    context_hex?: string;
    /** When it was started, counted from the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances with which the socket is registered; then it may have no other. */
    io_uring_fds?: (number)[];
    /** Only there, and true, if it has no descriptor of the socket but has mapped its ring. */
    mapped?: boolean;
    /** Path of its control group, of version 2 or, where that has none, of version 1; only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup, only where they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit, only where they are not valid UTF-8. */
    unit_hex?: string;
    /** Container that the path names, the innermost one; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
      id?: string;
      /** Exact bytes of id, only where they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; not there if the path does not tell that. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; not there if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known: resolved; none if no process holds the socket; unaccepted if it waits to be accepted by a process that listens; denied if one may that could not be looked at or is not in sight; raced if one may that has ended meanwhile. */
  owner_status?: "resolved" | "none" | "unaccepted" | "denied" | "raced";
  /** When the run started, or was recorded, in UTC; only with --columns time. */
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
  /** Number of family, only where it holds something that this program has no word for. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state, only where it holds something that this program has no word for. */
  state_raw?: number;
  /** Type of the socket. */
  type?: "stream" | "dgram" | "raw" | "rdm" | "seqpacket" | "dccp" | "packet" | "unknown";
  /** Number of type, only where it holds something that this program has no word for. */
  type_raw?: number;
  /** Local context id: 1 for this machine to itself, 2 for the host, null for any. */
  src_cid?: number | null;
  /** Local port; null for none yet. */
  src_port?: number | null;
  /** Remote context id: 0 for the hypervisor, 1 for this machine itself, 2 for the host, null for none. */
  dst_cid?: number | null;
  /** Remote port; null for none. */
  dst_port?: number | null;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 when no process holds it. */
  inode?: number;
  /** Number of the socket, never given again until the machine restarts. */
  cookie?: string;
  /** Sides of the connection that are closed: 1 for receiving, 2 for sending, added up. */
  shutdown?: number;
  /** Sides of the connection that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names, only where it holds something that this program has no word for. */
  shutdown_names_raw?: number;
  /** Attributes that this kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight. Of a socket without cgroup_id the group of its owners, of any version, if all are in the same; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup, only where they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit, only where they are not valid UTF-8. */
  unit_hex?: string;
  /** Container that the path names, the innermost one; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
    id?: string;
    /** Exact bytes of id, only where they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; not there if the path does not tell that. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; not there if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, by which it is known: that in net:[INODE]. */
    inode?: number;
    /** Its name, that of a file in /run/netns; root for the one that process 1 is in. Most have none. */
    name?: string;
    /** Exact bytes of name, only where they are not valid UTF-8. */
    name_hex?: string;
  };
  /** SELinux context of the socket, where a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context, only where they are not valid UTF-8. */
  context_hex?: string;
  /** The processes that hold the socket, all of them; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, where that has descriptors of its own; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe, only where they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may hold secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** Only there, and true, if the arguments go on: at most 4 kB of a process are kept, and less after 8 MB of all. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user, only where they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context, only where they are not valid UTF-8. */
    context_hex?: string;
    /** When it was started, counted from the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances with which the socket is registered; then it may have no other. */
    io_uring_fds?: (number)[];
    /** Only there, and true, if it has no descriptor of the socket but has mapped its ring. */
    mapped?: boolean;
    /** Path of its control group, of version 2 or, where that has none, of version 1; only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup, only where they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit, only where they are not valid UTF-8. */
    unit_hex?: string;
    /** Container that the path names, the innermost one; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
      id?: string;
      /** Exact bytes of id, only where they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; not there if the path does not tell that. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; not there if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known: resolved; none if no process holds the socket; unaccepted if it waits to be accepted by a process that listens; denied if one may that could not be looked at or is not in sight; raced if one may that has ended meanwhile. */
  owner_status?: "resolved" | "none" | "unaccepted" | "denied" | "raced";
  /** When the run started, or was recorded, in UTC; only with --columns time. */
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
  /** Number of family, only where it holds something that this program has no word for. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes. */
  state?: "unconnected" | "unknown";
  /** Number of state, only where it holds something that this program has no word for. */
  state_raw?: number;
  /** Type of the socket. */
  type?: "stream" | "dgram" | "raw" | "rdm" | "seqpacket" | "dccp" | "packet" | "unknown";
  /** Number of type, only where it holds something that this program has no word for. */
  type_raw?: number;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 when no process holds it. */
  inode?: number;
  /** Number of the socket, never given again until the machine restarts. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
  xdp_info_extra?: string;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  uid_extra?: string;
  /** Ring of received packets that the process shares with the kernel; netlink sockets had it before 4.6. */
  rx_ring?: {
    /** Size of the ring. In descriptors. */
    entries?: number;
  };
  /** Bytes that this kernel sent behind those that this program knows. */
  rx_ring_extra?: string;
  /** Ring of packets to send that the process shares with the kernel; netlink sockets had it before 4.6. */
  tx_ring?: {
    /** Size of the ring. In descriptors. */
    entries?: number;
  };
  /** Bytes that this kernel sent behind those that this program knows. */
  tx_ring_extra?: string;
  /** Memory that the process shares with the kernel; not there without one. */
  umem?: {
    /** Size of the memory. In bytes. */
    size?: bigint;
    /** Number of the memory; sockets that share it have the same. */
    id?: number;
    /** Pages of the memory. In pages. */
    num_pages?: number;
    /** Size of the room for one packet. In bytes. */
    chunk_size?: number;
    /** Room that is left free before a packet. In bytes. */
    headroom?: number;
    /** Index of the interface that the memory is used with, 0 for none. */
    iface_idx?: number;
    /** Number of that interface's queue. */
    queue_id?: number;
    /** Whether the device works on the memory itself (zerocopy). */
    flags?: ("zerocopy")[];
    /** Number of flags, only where it holds something that this program has no word for. */
    flags_raw?: number;
    /** Sockets that use the memory. */
    refs?: number;
  };
  /** Bytes that this kernel sent behind those that this program knows. */
  umem_extra?: string;
  /** Ring by which the process hands out memory for received packets; not there without one. */
  umem_fill_ring?: {
    /** Size of the ring. In descriptors. */
    entries?: number;
  };
  /** Bytes that this kernel sent behind those that this program knows. */
  umem_fill_ring_extra?: string;
  /** Ring by which the kernel gives memory of sent packets back; not there without one. */
  umem_completion_ring?: {
    /** Size of the ring. In descriptors. */
    entries?: number;
  };
  /** Bytes that this kernel sent behind those that this program knows. */
  umem_completion_ring_extra?: string;
  /** What the socket has lost and why (XDP_STATISTICS). */
  stats?: {
    /** Received packets dropped for other reasons. In packets. */
    rx_dropped?: bigint;
    /** Invalid descriptors in the fill ring. In descriptors. */
    rx_invalid?: bigint;
    /** Received packets dropped because the receive ring was full. In packets. */
    rx_full?: bigint;
    /** Times that the fill ring was empty. */
    fill_ring_empty?: bigint;
    /** Invalid descriptors in the transmit ring. In descriptors. */
    tx_invalid?: bigint;
    /** Times that the transmit ring was empty. */
    tx_ring_empty?: bigint;
  };
  /** Bytes that this kernel sent behind those that this program knows. */
  stats_extra?: string;
  /** Attributes that this kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Name of the interface with the index iface_idx, if there is one at this moment. */
  iface?: string;
  /** Exact bytes of iface, only where they are not valid UTF-8. */
  iface_hex?: string;
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user, only where they are not valid UTF-8. */
  user_hex?: string;
  /** Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight. Of a socket without cgroup_id the group of its owners, of any version, if all are in the same; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup, only where they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit, only where they are not valid UTF-8. */
  unit_hex?: string;
  /** Container that the path names, the innermost one; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
    id?: string;
    /** Exact bytes of id, only where they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; not there if the path does not tell that. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; not there if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, by which it is known: that in net:[INODE]. */
    inode?: number;
    /** Its name, that of a file in /run/netns; root for the one that process 1 is in. Most have none. */
    name?: string;
    /** Exact bytes of name, only where they are not valid UTF-8. */
    name_hex?: string;
  };
  /** SELinux context of the socket, where a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context, only where they are not valid UTF-8. */
  context_hex?: string;
  /** The processes that hold the socket, all of them; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, where that has descriptors of its own; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe, only where they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may hold secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** Only there, and true, if the arguments go on: at most 4 kB of a process are kept, and less after 8 MB of all. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user, only where they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context, only where they are not valid UTF-8. */
    context_hex?: string;
    /** When it was started, counted from the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances with which the socket is registered; then it may have no other. */
    io_uring_fds?: (number)[];
    /** Only there, and true, if it has no descriptor of the socket but has mapped its ring. */
    mapped?: boolean;
    /** Path of its control group, of version 2 or, where that has none, of version 1; only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup, only where they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit, only where they are not valid UTF-8. */
    unit_hex?: string;
    /** Container that the path names, the innermost one; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
      id?: string;
      /** Exact bytes of id, only where they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; not there if the path does not tell that. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; not there if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known: resolved; none if no process holds the socket; unaccepted if it waits to be accepted by a process that listens; denied if one may that could not be looked at or is not in sight; raced if one may that has ended meanwhile. */
  owner_status?: "resolved" | "none" | "unaccepted" | "denied" | "raced";
  /** When the run started, or was recorded, in UTC; only with --columns time. */
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
  /** Number of state, only where it holds something that this program has no word for. */
  state_raw?: number;
  /** State of the socket, as TIPC calls it. */
  tipc_state?: "established" | "connecting" | "open" | "disconnecting" | "listen" | "unknown";
  /** Number of tipc_state, only where it holds something that this program has no word for. */
  tipc_state_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  state_extra?: string;
  /** Type of the socket. */
  type?: "stream" | "dgram" | "rdm" | "seqpacket" | "unknown";
  /** Number of type, only where it holds something that this program has no word for. */
  type_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  type_extra?: string;
  /** This node, as a number; 0 outside of a cluster. */
  node?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  node_extra?: string;
  /** Number of the socket on this node. */
  ref?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  ref_extra?: string;
  /** Peer of a connected socket. */
  con?: {
    /** Node of the peer, as a number. */
    node?: number;
    /** Bytes that this kernel sent behind those that this program knows. */
    node_extra?: string;
    /** Number of the peer's socket on its node: its ref. */
    sock?: number;
    /** Bytes that this kernel sent behind those that this program knows. */
    sock_extra?: string;
    /** The connection was made to a service, told by type and inst. */
    flag?: boolean;
    /** Type of the service that was connected to. */
    type?: number;
    /** Bytes that this kernel sent behind those that this program knows. */
    type_extra?: string;
    /** Instance of the service that was connected to. */
    inst?: number;
    /** Bytes that this kernel sent behind those that this program knows. */
    inst_extra?: string;
    /** Attributes that this kernel sent and this program does not know. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
  recv_q_extra?: string;
  /** Messages that wait to be sent. In messages. */
  send_q?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  send_q_extra?: string;
  /** A link is congested. */
  link_cong?: boolean;
  /** The connection is congested. */
  conn_cong?: boolean;
  /** Messages that the socket dropped. In messages. */
  drop?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  drop_extra?: string;
  /** Attributes that this kernel sent and this program does not know. */
  unknown_stat?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  uid_extra?: string;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 when no process holds it. */
  inode?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  inode_extra?: string;
  /** Number of the socket, never given again until the machine restarts. */
  cookie?: string;
  /** Bytes that this kernel sent behind those that this program knows. */
  cookie_extra?: string;
  /** Communication group that the socket is in. */
  group?: {
    /** Number of the group. */
    id?: number;
    /** Bytes that this kernel sent behind those that this program knows. */
    id_extra?: string;
    /** Instance of this member. */
    instance?: number;
    /** Bytes that this kernel sent behind those that this program knows. */
    instance_extra?: string;
    /** Sequence number of the next broadcast. */
    bc_send_next?: number;
    /** Bytes that this kernel sent behind those that this program knows. */
    bc_send_next_extra?: string;
    /** The socket has joined. */
    open?: boolean;
    /** The group is one of this node. */
    node_scope?: boolean;
    /** The group is one of the cluster. */
    cluster_scope?: boolean;
    /** Attributes that this kernel sent and this program does not know. */
    unknown?: ({
      /** Number of an attribute that this program does not know. */
      type?: number;
      /** Payload of an attribute that this program does not know, byte by byte. */
      hex?: string;
    })[];
  };
  /** Attributes that this kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Attributes that this kernel sent and this program does not know. */
  unknown_outer?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user, only where they are not valid UTF-8. */
  user_hex?: string;
  /** Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight. Of a socket without cgroup_id the group of its owners, of any version, if all are in the same; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup, only where they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit, only where they are not valid UTF-8. */
  unit_hex?: string;
  /** Container that the path names, the innermost one; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
    id?: string;
    /** Exact bytes of id, only where they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; not there if the path does not tell that. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; not there if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, by which it is known: that in net:[INODE]. */
    inode?: number;
    /** Its name, that of a file in /run/netns; root for the one that process 1 is in. Most have none. */
    name?: string;
    /** Exact bytes of name, only where they are not valid UTF-8. */
    name_hex?: string;
  };
  /** SELinux context of the socket, where a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context, only where they are not valid UTF-8. */
  context_hex?: string;
  /** The processes that hold the socket, all of them; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, where that has descriptors of its own; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe, only where they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may hold secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** Only there, and true, if the arguments go on: at most 4 kB of a process are kept, and less after 8 MB of all. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user, only where they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context, only where they are not valid UTF-8. */
    context_hex?: string;
    /** When it was started, counted from the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances with which the socket is registered; then it may have no other. */
    io_uring_fds?: (number)[];
    /** Only there, and true, if it has no descriptor of the socket but has mapped its ring. */
    mapped?: boolean;
    /** Path of its control group, of version 2 or, where that has none, of version 1; only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup, only where they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit, only where they are not valid UTF-8. */
    unit_hex?: string;
    /** Container that the path names, the innermost one; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
      id?: string;
      /** Exact bytes of id, only where they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; not there if the path does not tell that. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; not there if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known: resolved; none if no process holds the socket; unaccepted if it waits to be accepted by a process that listens; denied if one may that could not be looked at or is not in sight; raced if one may that has ended meanwhile. */
  owner_status?: "resolved" | "none" | "unaccepted" | "denied" | "raced";
  /** When the run started, or was recorded, in UTC; only with --columns time. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** A socket of SMC: what the kernel or a lookup did not tell is not there. */
export type SmcFlow = {
  /** Name of the family. */
  protocol: "SMC";
  /** Address family that the socket was made with. */
  family?: "inet" | "inet6" | "smc" | "unknown";
  /** Number of family, only where it holds something that this program has no word for. */
  family_raw?: number;
  /** State of the socket, in the words that `ss` takes: the closest one. */
  state?: "established" | "unconnected" | "listening" | "fin-wait-1" | "fin-wait-2" | "close-wait" | "last-ack" | "closing" | "unknown";
  /** Number of state, only where it holds something that this program has no word for. */
  state_raw?: number;
  /** State of the socket, as SMC calls it. */
  smc_state?: "active" | "init" | "closed" | "listen" | "peer-close-wait-1" | "peer-close-wait-2" | "app-close-wait-1" | "app-close-wait-2" | "app-fin-close-wait" | "peer-fin-close-wait" | "peer-abort-wait" | "process-abort" | "unknown";
  /** Number of smc_state, only where it holds something that this program has no word for. */
  smc_state_raw?: number;
  /** How data goes: over RDMA (smcr), within the machine (smcd), or as TCP (fallback). */
  mode?: "smcr" | "fallback" | "smcd" | "unknown";
  /** Number of mode, only where it holds something that this program has no word for. */
  mode_raw?: number;
  /** Local port. */
  src_port?: number;
  /** Remote port. */
  dst_port?: number;
  /** Index of the interface that the socket is bound to, 0 for none. */
  iface_idx?: number;
  /** User that owns the socket, as numbered in the caller's user namespace. */
  uid?: number;
  /** Number of the socket, never given again until the machine restarts. */
  cookie?: string;
  /** Group of links that an SMC-R connection is in. */
  lgrinfo?: {
    /** Links; the kernel tells one. */
    lnk?: ({
      /** Number of the link. */
      link_id?: number;
      /** Port of the RDMA device. */
      ibport?: number;
      /** Name of the RDMA device. */
      ibname?: string;
      /** Exact bytes of ibname, only where they are not valid UTF-8. */
      ibname_hex?: string;
      /** Address of the RDMA port (GID). */
      gid?: string;
      /** Exact bytes of gid, only where they are not valid UTF-8. */
      gid_hex?: string;
      /** Address of the RDMA port at the peer (GID). */
      peer_gid?: string;
      /** Exact bytes of peer_gid, only where they are not valid UTF-8. */
      peer_gid_hex?: string;
    })[];
    /** Side that opened the group or the one that accepted it. */
    role?: "client" | "server" | "unknown";
    /** Number of role, only where it holds something that this program has no word for. */
    role_raw?: number;
  };
  /** Sides of the connection that are closed: 1 for receiving, 2 for sending, added up. */
  shutdown?: number;
  /** Sides of the connection that are closed, in words. */
  shutdown_names?: ("receive" | "send")[];
  /** Number of shutdown_names, only where it holds something that this program has no word for. */
  shutdown_names_raw?: number;
  /** Bytes that this kernel sent behind those that this program knows. */
  shutdown_extra?: string;
  /** Why the connection fell back to TCP; zeros if it did not. */
  fallback?: {
    /** Reason of this side, a code of net/smc/smc_clc.h; 0x0 for none. */
    reason?: string;
    /** Reason that the peer gave, a code of net/smc/smc_clc.h; 0x0 for none. */
    peer_diagnosis?: string;
  };
  /** Buffers of the connection; not there once it has fallen back to TCP. */
  conninfo?: {
    /** Number of the connection. */
    token?: number;
    /** Size of the send buffer. In bytes. */
    sndbuf_size?: number;
    /** Size of the buffer that the peer writes to. In bytes. */
    rmbe_size?: number;
    /** Size of the buffer at the peer that this side writes to. In bytes. */
    peer_rmbe_size?: number;
    /** How far the peer has written: times that the buffer was gone round. */
    rx_prod_wrap?: number;
    /** How far the peer has written: place in the buffer. In bytes. */
    rx_prod_count?: number;
    /** How far the peer has read: times that the buffer was gone round. */
    rx_cons_wrap?: number;
    /** How far the peer has read: place in the buffer. In bytes. */
    rx_cons_count?: number;
    /** How far this side has written, as told to the peer: times that the buffer was gone round. */
    tx_prod_wrap?: number;
    /** How far this side has written, as told to the peer: place in the buffer. In bytes. */
    tx_prod_count?: number;
    /** How far this side has read, as told to the peer: times that the buffer was gone round. */
    tx_cons_wrap?: number;
    /** How far this side has read, as told to the peer: place in the buffer. In bytes. */
    tx_cons_count?: number;
    /** What the peer says of its writing. */
    rx_prod_flags?: ("failover_validation" | "cons_curs_upd_req" | "urg_data_present" | "urg_data_pending" | "write_blocked")[];
    /** Number of rx_prod_flags, only where it holds something that this program has no word for. */
    rx_prod_flags_raw?: number;
    /** What the peer says of the connection's end. */
    rx_conn_state_flags?: ("peer_conn_abort" | "peer_conn_closed" | "peer_done_writing")[];
    /** Number of rx_conn_state_flags, only where it holds something that this program has no word for. */
    rx_conn_state_flags_raw?: number;
    /** What this side says of its writing. */
    tx_prod_flags?: ("failover_validation" | "cons_curs_upd_req" | "urg_data_present" | "urg_data_pending" | "write_blocked")[];
    /** Number of tx_prod_flags, only where it holds something that this program has no word for. */
    tx_prod_flags_raw?: number;
    /** What this side says of the connection's end. */
    tx_conn_state_flags?: ("peer_conn_abort" | "peer_conn_closed" | "peer_done_writing")[];
    /** Number of tx_conn_state_flags, only where it holds something that this program has no word for. */
    tx_conn_state_flags_raw?: number;
    /** How far data to send is prepared: times that the buffer was gone round. */
    tx_prep_wrap?: number;
    /** How far data to send is prepared: place in the buffer. In bytes. */
    tx_prep_count?: number;
    /** How far data is sent: times that the buffer was gone round. */
    tx_sent_wrap?: number;
    /** How far data is sent: place in the buffer. In bytes. */
    tx_sent_count?: number;
    /** How far data is confirmed as sent: times that the buffer was gone round. */
    tx_fin_wrap?: number;
    /** How far data is confirmed as sent: place in the buffer. In bytes. */
    tx_fin_count?: number;
  };
  /** Bytes that this kernel sent behind those that this program knows. */
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
  /** Bytes that this kernel sent behind those that this program knows. */
  dmbinfo_extra?: string;
  /** Attributes that this kernel sent and this program does not know. */
  unknown?: ({
    /** Number of an attribute that this program does not know. */
    type?: number;
    /** Payload of an attribute that this program does not know, byte by byte. */
    hex?: string;
  })[];
  /** Local address; of SMC, for a listener at all addresses always 0.0.0.0. */
  src?: string;
  /** Remote address. */
  dst?: string;
  /** Inode of the socket, as in `/proc/PID/fd`; 0 when no process holds it. */
  inode?: number;
  /** Inode of the socket in place of inode, if it has more than 32 bits. */
  inode64?: bigint;
  /** Bytes that this kernel sent behind those that this program knows. */
  lgrinfo_extra?: string;
  /** Bytes that this kernel sent behind those that this program knows. */
  fallback_extra?: string;
  /** Name of the interface with the index iface_idx, if there is one at this moment. */
  iface?: string;
  /** Exact bytes of iface, only where they are not valid UTF-8. */
  iface_hex?: string;
  /** Name of the user uid, if the C library knows one; only with -p, in the table with -e. */
  user?: string;
  /** Exact bytes of user, only where they are not valid UTF-8. */
  user_hex?: string;
  /** Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight. Of a socket without cgroup_id the group of its owners, of any version, if all are in the same; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup, only where they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit, only where they are not valid UTF-8. */
  unit_hex?: string;
  /** Container that the path names, the innermost one; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
    id?: string;
    /** Exact bytes of id, only where they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; not there if the path does not tell that. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; not there if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, by which it is known: that in net:[INODE]. */
    inode?: number;
    /** Its name, that of a file in /run/netns; root for the one that process 1 is in. Most have none. */
    name?: string;
    /** Exact bytes of name, only where they are not valid UTF-8. */
    name_hex?: string;
  };
  /** SELinux context of the socket, where a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context, only where they are not valid UTF-8. */
  context_hex?: string;
  /** The processes that hold the socket, all of them; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, where that has descriptors of its own; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe, only where they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may hold secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** Only there, and true, if the arguments go on: at most 4 kB of a process are kept, and less after 8 MB of all. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user, only where they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context, only where they are not valid UTF-8. */
    context_hex?: string;
    /** When it was started, counted from the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances with which the socket is registered; then it may have no other. */
    io_uring_fds?: (number)[];
    /** Only there, and true, if it has no descriptor of the socket but has mapped its ring. */
    mapped?: boolean;
    /** Path of its control group, of version 2 or, where that has none, of version 1; only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup, only where they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit, only where they are not valid UTF-8. */
    unit_hex?: string;
    /** Container that the path names, the innermost one; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
      id?: string;
      /** Exact bytes of id, only where they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; not there if the path does not tell that. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; not there if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known: resolved; none if no process holds the socket; unaccepted if it waits to be accepted by a process that listens; denied if one may that could not be looked at or is not in sight; raced if one may that has ended meanwhile. */
  owner_status?: "resolved" | "none" | "unaccepted" | "denied" | "raced";
  /** Name of the host with the address src, if there is one; only with -r. */
  src_host?: string;
  /** Exact bytes of src_host, only where they are not valid UTF-8. */
  src_host_hex?: string;
  /** Name of the host with the address dst, if there is one; only with -r. */
  dst_host?: string;
  /** Exact bytes of dst_host, only where they are not valid UTF-8. */
  dst_host_hex?: string;
  /** When the run started, or was recorded, in UTC; only with --columns time. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
};

/** A socket of OTHER: what the kernel or a lookup did not tell is not there. */
export type OtherFlow = {
  /** Name of the family. */
  protocol: "OTHER";
  /** Inode of the socket, as in `/proc/PID/fd`; 0 when no process holds it. */
  inode?: number;
  /** The kernel's name for the protocol. */
  sockprotoname?: string;
  /** Exact bytes of sockprotoname, only where they are not valid UTF-8. */
  sockprotoname_hex?: string;
  /** Address family. */
  family?: "unspec" | "unix" | "inet" | "ax25" | "ipx" | "appletalk" | "netrom" | "bridge" | "atmpvc" | "x25" | "inet6" | "rose" | "decnet" | "netbeui" | "security" | "key" | "netlink" | "packet" | "ash" | "econet" | "atmsvc" | "rds" | "sna" | "irda" | "pppox" | "wanpipe" | "llc" | "ib" | "mpls" | "can" | "tipc" | "bluetooth" | "iucv" | "rxrpc" | "isdn" | "phonet" | "ieee802154" | "caif" | "alg" | "nfc" | "vsock" | "kcm" | "qipcrtr" | "smc" | "xdp" | "mctp" | "unknown";
  /** Number of family, only where it holds something that this program has no word for. */
  family_raw?: number;
  /** State of the socket: listening, established with a peer, unconnected without one. */
  state?: "established" | "syn-sent" | "syn-recv" | "fin-wait-1" | "fin-wait-2" | "time-wait" | "unconnected" | "close-wait" | "last-ack" | "listening" | "closing" | "new-syn-recv" | "bound-inactive" | "unknown";
  /** Number of state, only where it holds something that this program has no word for. */
  state_raw?: number;
  /** Type of the socket. */
  type?: "stream" | "dgram" | "raw" | "rdm" | "seqpacket" | "dccp" | "packet" | "unknown";
  /** Number of type, only where it holds something that this program has no word for. */
  type_raw?: number;
  /** Number of the protocol, as in socket(2). */
  protocol_number?: number;
  /** Local address; of SMC, for a listener at all addresses always 0.0.0.0. */
  src?: string;
  /** Local port. */
  src_port?: number | null;
  /** Local context id of VSOCK. */
  src_cid?: number | null;
  /** Local address of any other family, as the kernel gives it (struct sockaddr). */
  src_sockaddr?: string;
  /** Remote address. */
  dst?: string;
  /** Remote port. */
  dst_port?: number | null;
  /** Remote context id of VSOCK. */
  dst_cid?: number | null;
  /** Remote address of any other family, as the kernel gives it (struct sockaddr). */
  dst_sockaddr?: string;
  /** Inode of the network namespace of the first holder; the socket may be in another one. */
  holder_netns?: number;
  /** Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight. Of a socket without cgroup_id the group of its owners, of any version, if all are in the same; only with --cgroup or -p. */
  cgroup?: string;
  /** Exact bytes of cgroup, only where they are not valid UTF-8. */
  cgroup_hex?: string;
  /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
  unit?: string;
  /** Exact bytes of unit, only where they are not valid UTF-8. */
  unit_hex?: string;
  /** Container that the path names, the innermost one; only with --cgroup or -p. */
  container?: {
    /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
    id?: string;
    /** Exact bytes of id, only where they are not valid UTF-8. */
    id_hex?: string;
    /** What runs it; not there if the path does not tell that. */
    runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
    /** UID of its Kubernetes pod; not there if it is in none. */
    pod_uid?: string;
    /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
    pod_uid_hex?: string;
  };
  /** Network namespace of the socket; only with -N. */
  netns?: {
    /** Its inode, by which it is known: that in net:[INODE]. */
    inode?: number;
    /** Its name, that of a file in /run/netns; root for the one that process 1 is in. Most have none. */
    name?: string;
    /** Exact bytes of name, only where they are not valid UTF-8. */
    name_hex?: string;
  };
  /** SELinux context of the socket, where a process holds it; only with -z. */
  context?: string;
  /** Exact bytes of context, only where they are not valid UTF-8. */
  context_hex?: string;
  /** The processes that hold the socket, all of them; only with -p. */
  owners?: ({
    /** Number of the process. */
    pid?: number;
    /** Number of the thread, where that has descriptors of its own; only with -T. */
    tid?: number;
    /** Name of the process, or of the thread. */
    comm?: string;
    /** Exact bytes of comm, only where they are not valid UTF-8. */
    comm_hex?: string;
    /** Path of its program. */
    exe?: string;
    /** Exact bytes of exe, only where they are not valid UTF-8. */
    exe_hex?: string;
    /** Its arguments, which may hold secrets; only with --cmdline. */
    cmdline?: (string)[];
    /** Only there, and true, if the arguments go on: at most 4 kB of a process are kept, and less after 8 MB of all. */
    cmdline_cut?: boolean;
    /** Its effective user. */
    uid?: number;
    /** Name of that user. */
    user?: string;
    /** Exact bytes of user, only where they are not valid UTF-8. */
    user_hex?: string;
    /** Its SELinux context; only with -Z. */
    context?: string;
    /** Exact bytes of context, only where they are not valid UTF-8. */
    context_hex?: string;
    /** When it was started, counted from the beginning of 1970 (UTC), exact to a hundredth of a second. In ms. */
    start_time?: number;
    /** Its descriptors of the socket. */
    fds?: (number)[];
    /** Its descriptors of io_uring instances with which the socket is registered; then it may have no other. */
    io_uring_fds?: (number)[];
    /** Only there, and true, if it has no descriptor of the socket but has mapped its ring. */
    mapped?: boolean;
    /** Path of its control group, of version 2 or, where that has none, of version 1; only with --cgroup or -p. */
    cgroup?: string;
    /** Exact bytes of cgroup, only where they are not valid UTF-8. */
    cgroup_hex?: string;
    /** Unit of systemd that the path names, the innermost one, as systemd writes it; only with --cgroup or -p. */
    unit?: string;
    /** Exact bytes of unit, only where they are not valid UTF-8. */
    unit_hex?: string;
    /** Container that the path names, the innermost one; only with --cgroup or -p. */
    container?: {
      /** Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name. */
      id?: string;
      /** Exact bytes of id, only where they are not valid UTF-8. */
      id_hex?: string;
      /** What runs it; not there if the path does not tell that. */
      runtime?: "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";
      /** UID of its Kubernetes pod; not there if it is in none. */
      pod_uid?: string;
      /** Exact bytes of pod_uid, only where they are not valid UTF-8. */
      pod_uid_hex?: string;
    };
  })[];
  /** Whether the processes are known: resolved; none if no process holds the socket; unaccepted if it waits to be accepted by a process that listens; denied if one may that could not be looked at or is not in sight; raced if one may that has ended meanwhile. */
  owner_status?: "resolved" | "none" | "unaccepted" | "denied" | "raced";
  /** When the run started, or was recorded, in UTC; only with --columns time. */
  time?: string;
  /** Name of the machine, not that of a recording; only with --columns host. */
  host?: string;
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
