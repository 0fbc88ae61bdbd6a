/** The kernels that the program is run on, and what each of them does not have. */

export interface Kernel {
  readonly name: string;
  /** Debian's suite that it comes from, with the C library and `ss` that it runs with. */
  readonly suite: string;
  readonly architecture: "amd64" | "arm64";
  /** Families that its sockets cannot be of. */
  readonly missing: readonly string[];
  /** Families that it has without diagnostics for them. */
  readonly undiagnosed: readonly string[];
}

const amd64 = { architecture: "amd64", missing: [], undiagnosed: [] } as const;

export const kernels: readonly Kernel[] = [
  {
    ...amd64,
    name: "5.10",
    suite: "bullseye",
    missing: ["TLS", "MPTCP", "VSOCK seqpacket"],
    undiagnosed: ["XDP"],
  },
  { ...amd64, name: "6.1", suite: "bookworm", undiagnosed: ["XDP"] },
  { ...amd64, name: "6.12", suite: "trixie" },
  { ...amd64, name: "7", suite: "sid", missing: ["UDPLITE", "DCCP", "SMC"] },
  { ...amd64, name: "6.1-arm64", suite: "bookworm", architecture: "arm64", undiagnosed: ["XDP"] },
];

/** Modules of the families themselves. */
export const familyModules = [
  "sctp",
  "dccp_ipv4",
  "dccp_ipv6",
  "vsock_loopback",
  "tipc",
  "smc",
  "tls",
  "tcp_vegas",
  "tcp_dctcp",
  "tcp_bbr",
  "tcp_westwood",
  "tcp_illinois",
];

/** Modules that answer for them, which the kernel loads itself when it is asked. */
export const diagnosticModules = [
  "inet_diag",
  "tcp_diag",
  "udp_diag",
  "raw_diag",
  "mptcp_diag",
  "sctp_diag",
  "dccp_diag",
  "unix_diag",
  "netlink_diag",
  "af_packet_diag",
  "vsock_diag",
  "xsk_diag",
  "tipc_diag",
  // That of TIPC before 6.12.
  "diag",
  "smc_diag",
];

/** Modules that those need when they are used. */
export const cryptoModules = [
  "gcm",
  "ghash",
  "ghash_generic",
  "ctr",
  "seqiv",
  "aes_generic",
  "crc32c_generic",
  "hmac",
  "md5",
  "sha1_generic",
  "sha256_generic",
];

/** Modules of the guest's disk. */
export const diskModules = ["virtio_pci", "virtio_blk"];

/** Kernels by their names; throws for one that is not known. */
export function selectKernels(names: readonly string[]): readonly Kernel[] {
  if (names.length === 0) return kernels;
  return names.map((name) => {
    const kernel = kernels.find((kernel) => kernel.name === name);
    if (kernel !== undefined) return kernel;
    throw new SetupError(`no kernel "${name}" (known: ${kernels.map(({ name }) => name).join(", ")})`);
  });
}

/** The tests cannot be run; the message says what is missing. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}

/** Runs a command; returns what it printed. */
export function output(command: string, args: readonly string[], debianPackage = command): string {
  try {
    const { success, stdout, stderr } = new Deno.Command(command, { args: [...args], stdin: "null" }).outputSync();
    const text = (data: Uint8Array) => new TextDecoder().decode(data);
    if (success) return text(stdout);
    throw new SetupError(`${command} failed: ${text(stderr).trim().replaceAll("\n", "; ")}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new SetupError(`needs ${command} (package ${debianPackage})`);
  }
}
