/**
 * Raw IP sockets. Mirrors their number in `linux/in.h`. Kernel side: `net/ipv4/raw_diag.c` (since 4.10).
 */
import { scalar } from "../../netlink/attribute.ts";
import type { FamilyCode } from "../family.ts";
import { INET_DIAG_PROTOCOL } from "./inet_constants.ts";
import { defineInetAttributes } from "./inet_diag.ts";
import { defineInetFamily } from "./inet_family.ts";
import { ALL_EXTENSIONS } from "./inet_request.ts";
import { IP_PROTOCOL, procDatagramKeys, rawFiles } from "./proc_inet.ts";
import { ESTABLISHED_STATES } from "../../kernel/tcp_states.ts";

export const IPPROTO_RAW = 255;

/**
 * Raw sockets of every IP protocol over IPv4 and IPv6. The kernel reports the protocol number in place of the local port; the
 * output has it as both.
 */
export const raw: FamilyCode = defineInetFamily({
  defaultStates: ESTABLISHED_STATES,
  kernelFiltersStates: false,
  protocol: { protocol: IPPROTO_RAW, extensions: ALL_EXTENSIONS },
  procFiles: rawFiles,
  keys: procDatagramKeys,
  attributes: () =>
    defineInetAttributes([
      scalar(
        INET_DIAG_PROTOCOL,
        "INET_DIAG_PROTOCOL",
        "u8",
        "ip_protocol",
        IP_PROTOCOL,
        { since: "4.10" },
      ),
    ]),
});
