/**
 * PING: sockets that send ICMP echo requests without privileges; the kernel lists them in `/proc/net` only
 * (`net/ipv4/ping.c`, `net/ipv6/ping.c`).
 */
import { DecodeError } from "../../kernel/errors.ts";
import type { FamilyCode } from "../family.ts";
import { INET_DIAG_MSG } from "./inet_diag.ts";
import { pingFiles, procDatagramKeys } from "./proc_inet.ts";
import { TCP_ESTABLISHED } from "../../kernel/tcp_states.ts";

/** `socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)` and `socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6)`. */
export const ping: FamilyCode = {
  defaultStates: 1 << TCP_ESTABLISHED,
  encodeRequests: () => [],
  openDecoder: () => (_view, _bytes, start) => {
    throw new DecodeError("message about a ping socket", start);
  },
  inodeOf: () => 0,
  userOf: () => -1,
  stateOf: null,
  kernelFiltersStates: false,
  procFiles: pingFiles,
  describe: () => ({ layouts: [INET_DIAG_MSG], attributes: [], keys: procDatagramKeys() }),
};
