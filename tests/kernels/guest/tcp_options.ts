/** TCP sockets with every option that the kernel's answer shows. */
import { at, IPV6_V6ONLY, optionsOf, place, setting, SO_PRIORITY } from "./inet.ts";
import { SOL_IP, SOL_IPV6, SOL_SOCKET } from "./inet.ts";
import { CallError, ip, ipv6, join, shorts, type Socket, words } from "./libc.ts";
import type { TcpSockets } from "./tcp.ts";

const SOL_TCP = 6;
const TCP_MAXSEG = 2;
const TCP_KEEPIDLE = 4;
const TCP_INFO = 11;
const TCP_CONGESTION = 13;
const TCP_MD5SIG = 14;
const TCP_FASTOPEN = 23;
const TCP_CC_INFO = 26;
const TCP_FASTOPEN_CONNECT = 30;
const TCP_ULP = 31;
const TCP_MD5SIG_EXT = 32;
const SOL_TLS = 282;
const SO_KEEPALIVE = 9;
const SO_MAX_PACING_RATE = 47;
const MSG_FASTOPEN = 0x20000000;

/** Options that are numbers. */
export function openOptions(tcp: TcpSockets): void {
  const { version } = tcp;
  const prepare = (socket: Socket) => {
    const on = { recverr: 11, freebind: 15, transparent: 19, bind_address_no_port: 24 };
    for (const option of Object.values(on)) socket.set(SOL_IP, option, 1);
    socket.set(SOL_IP, 49, 0).set(SOL_SOCKET, SO_PRIORITY, 5).set(SOL_SOCKET, SO_MAX_PACING_RATE, 12_500_000);
    socket.set(SOL_SOCKET, SO_KEEPALIVE, 1).set(SOL_TCP, TCP_KEEPIDLE, 900).set(SOL_TCP, TCP_MAXSEG, 536);
  };
  const sockopts = ["recverr", "is_icsk", "freebind", "mc_loop", "transparent", "bind_address_no_port"];
  const alive = { sockopts, class_id: 5, timer: "keepalive", retrans: 0, "tcp_info.max_pacing_rate": 12_500_000 };
  tcp.noteConnection("opts", 13, tcp.connect(13, { listener: prepare, client: prepare }), {
    listener: { sockopts, class_id: 5 },
    client: { ...alive, "tcp_info.snd_mss": 524 },
    server: { ...alive, class_id: 0 },
  });

  const dualEnd = [version.any, version.base + 30] as const;
  if (version.domain !== 10) return;
  const dual = tcp.socket((socket) => socket.set(SOL_IPV6, IPV6_V6ONLY, 0)).bind(at(dualEnd)).listen(9);
  tcp.noteListener("dual", 30, dual, { src: "::", send_q: 9, backlog_limit: 9, v6only: false });
  const mapped = ["::ffff:127.0.0.1", version.base + 30] as const;
  const other = ["::ffff:127.0.0.1", version.base + 1030] as const;
  const client = tcp.socket().bind(ipv6(...other)).connect(ipv6(...mapped));
  tcp.note("mapped.client", client, "established", [other, mapped]);
  tcp.note("mapped.server", dual.accept(), "established", [mapped, other]);
}

/** `struct tcp_md5sig`. */
function md5Key(address: string, prefix: number, key: string): Uint8Array<ArrayBuffer> {
  const TCP_MD5SIG_FLAG_PREFIX = 1;
  const padded = (data: Uint8Array, size: number) => join(data, new Uint8Array(size - data.length));
  const head = Uint8Array.of(prefix < 0 ? 0 : TCP_MD5SIG_FLAG_PREFIX, Math.max(prefix, 0));
  return join(
    padded(ip(address, 0), 128),
    head,
    shorts(key.length),
    words(0),
    padded(new TextEncoder().encode(key), 80),
  );
}

/** Keys of RFC 2385: of a listener for two networks, of a connection for its peer. */
export function openKeys(tcp: TcpSockets): void {
  const { version } = tcp;
  const network = version.domain === 10 ? "fd00:99::" : "10.99.0.0";
  const [whole, part] = version.domain === 10 ? [128, 64] as const : [32, 24] as const;
  const first = md5Key(version.loopback, -1, `fixture-key-v${version.name}`);
  const connection = tcp.connect(11, {
    listener: (socket) => {
      socket.set(SOL_TCP, TCP_MD5SIG, first);
      socket.set(SOL_TCP, TCP_MD5SIG_EXT, md5Key(network, part, "second-key"));
    },
    client: (socket) => socket.set(SOL_TCP, TCP_MD5SIG, first),
  });
  const key = { addr: version.loopback, prefixlen: whole, keylen: 14 };
  tcp.noteConnection("md5", 11, connection, {
    listener: { md5sig: [{ addr: network, prefixlen: part, keylen: 10 }, key] },
    client: { md5sig: [key] },
    server: { md5sig: [key] },
  });
}

/** TLS in the kernel: 1.2 with AES-GCM-128 over IPv4, 1.3 with AES-GCM-256 over IPv6. */
export function openTls(tcp: TcpSockets): void {
  const { version } = tcp;
  const newer = version.domain === 10;
  const secrets = newer ? 8 + 32 + 4 + 8 : 8 + 16 + 4 + 8;
  const crypto = join(shorts(newer ? 0x0304 : 0x0303, newer ? 52 : 51), new Uint8Array(secrets).fill(7));
  const connection = tcp.connect(14);
  const { client, server } = connection;
  for (const socket of [client, server]) socket.set(SOL_TCP, TCP_ULP, "tls");
  const TLS_TX = 1;
  const TLS_RX = 2;
  client.set(SOL_TLS, TLS_TX, crypto).set(SOL_TLS, TLS_RX, crypto);
  server.set(SOL_TLS, TLS_RX, crypto);
  const tls = { "ulp.name": "tls", "ulp.tls.version": newer ? "1.3" : "1.2", "ulp.tls.rxconf": "sw" };
  const cipher = { "ulp.tls.cipher": newer ? "aes-gcm-256" : "aes-gcm-128" };
  tcp.noteConnection("tls", 14, connection, {
    client: { ...tls, ...cipher, "ulp.tls.txconf": "sw" },
    server: { ...tls, ...cipher, "ulp.tls.txconf": "base" },
  });
}

/** What the two ends agree on when they connect. */
export function openNegotiated(tcp: TcpSockets): void {
  const names = ["timestamps", "sack", "window_scaling"].map((name) => `ipv4/tcp_${name}`);
  const before = names.map((name) => setting(name, "0"));
  const plain = { "tcp_info.opts": [], "tcp_info.snd_wscale": 0, "tcp_info.rcv_wscale": 0 };
  tcp.noteConnection("plain", 17, tcp.connect(17), { client: plain, server: plain });
  names.forEach((name, i) => setting(name, before[i]!));

  const ecn = setting("ipv4/tcp_ecn", "1");
  const marked = tcp.connect(18);
  setting("ipv4/tcp_ecn", ecn);
  marked.client.send(20000);
  marked.server.read(20000);
  const bits = { "tcp_info.opts": ["ts", "sack", "wscale", "ecn", "ecnseen"] };
  tcp.noteConnection("ecn", 18, marked, {
    client: { "tcp_info.opts": ["ts", "sack", "wscale", "ecn"] },
    server: { ...bits, "tcp_info.bytes_received": 20000 },
  });

  // Both sides without cookies.
  const fast = setting("ipv4/tcp_fastopen", String(0x207 | 0x400));
  const listener = tcp.listen(19, 8, (socket) => socket.set(SOL_TCP, TCP_FASTOPEN, 16));
  const sender = tcp.socket().bind(at(tcp.end(19, 1))).sendTo(at(tcp.end(19)), "in a SYN", MSG_FASTOPEN);
  const server = listener.accept();
  tcp.note("tfo.client", sender, "established", [tcp.end(19, 1), tcp.end(19)]);
  tcp.note("tfo.server", server, "established", [tcp.end(19), tcp.end(19, 1)], { recv_q: 8 });
  const deferred = tcp.socket((socket) => socket.set(SOL_TCP, TCP_FASTOPEN_CONNECT, 1)).bind(at(tcp.end(19, 2)))
    .connect(at(tcp.end(19)));
  const options = optionsOf(deferred, tcp.version, { connectionOriented: true, deferred: true });
  tcp.truths.add(tcp.name("deferconnect"), "TCP", deferred, {
    ...place(tcp.version, "syn-sent", tcp.end(19, 2), tcp.end(19)),
    ...options,
    recv_q: 0,
  });
  setting("ipv4/tcp_fastopen", fast);

  const bulk = tcp.connect(20);
  for (let sent = 0; sent < 1 << 20; sent += 65536) {
    bulk.client.send(65536);
    bulk.server.read(65536).send(65536);
    bulk.client.read(65536);
  }
  const counted = { "tcp_info.bytes_acked": 1 << 20, "tcp_info.bytes_received": 1 << 20 };
  // The SYN counts as a byte that was acknowledged.
  const client = { ...counted, "tcp_info.bytes_acked": (1 << 20) + 1 };
  tcp.noteConnection("bulk", 20, bulk, { client, server: counted });
}

/** A connection for each congestion control; some of them have numbers of their own. */
export function openCongestionControls(tcp: TcpSockets): void {
  const known = Deno.readTextFileSync("/proc/sys/net/ipv4/tcp_available_congestion_control").trim().split(" ");
  const infos: Readonly<Record<string, string>> = {
    vegas: "vegasinfo",
    westwood: "vegasinfo",
    illinois: "vegasinfo",
    dctcp: "dctcpinfo",
    bbr: "bbrinfo",
  };
  known.forEach((control, i) => {
    const choose = (socket: Socket) => void socket.set(SOL_TCP, TCP_CONGESTION, control);
    const number = 40 + i;
    const { listener, client, server } = tcp.connect(number, { listener: choose, client: choose });
    client.send(65536);
    server.read(65536);
    const ends = [tcp.end(number, 1), tcp.end(number)];
    tcp.noteListener(`cc-${control}`, number, listener, { cong_algo: control });
    for (const [side, socket, pair] of [["client", client, ends], ["server", server, ends.toReversed()]] as const) {
      const info = infos[control];
      tcp.truths.add(tcp.name(`cc-${control}.${side}`), "TCP", socket, {
        ...place(tcp.version, "established", pair[0]!, pair[1]),
        ...optionsOf(socket, tcp.version, { connectionOriented: true }),
        cong_algo: control,
      }, {
        structures: {
          tcp_info: [SOL_TCP, TCP_INFO],
          ...(info === undefined || !hasInfo(socket) ? {} : { [info]: [SOL_TCP, TCP_CC_INFO] }),
        },
        absent: Object.values(infos).filter((name) => name !== info),
      });
    }
  });
}

/** Whether congestion control has something to say of this socket: vegas after a first measurement only. */
function hasInfo(socket: Socket): boolean {
  try {
    return socket.get(SOL_TCP, TCP_CC_INFO).length > 0;
  } catch (error) {
    if (error instanceof CallError) return false;
    throw error;
  }
}
