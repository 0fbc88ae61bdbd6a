/**
 * UDP and UDP-Lite. Mirrors the numbers of both in `linux/in.h`. Kernel side: `net/ipv4/udp_diag.c`.
 */
import { AF_INET, AF_INET6 } from "../../kernel/address_family.ts";
import type { FamilyCode } from "../family.ts";
import { SKNLGRP_INET6_UDP_DESTROY, SKNLGRP_INET_UDP_DESTROY } from "../sock_diag.ts";
import { defineInetAttributes } from "./inet_diag.ts";
import { defineInetFamily } from "./inet_family.ts";
import { ALL_EXTENSIONS } from "./inet_request.ts";
import { procDatagramKeys, udpFiles, udpliteFiles } from "./proc_inet.ts";
import { ESTABLISHED_STATES } from "../../kernel/tcp_states.ts";
import type { ProcFile } from "../../proc/proc_file.ts";
import type { Question } from "../question.ts";

export const IPPROTO_UDP = 17;
export const IPPROTO_UDPLITE = 136;

/** Connected sockets are established, others unconnected. Sockets that were never bound are not listed. */
const defineUdp = (
  protocol: number,
  procFiles: (question: Question) => ProcFile[],
  destroyGroups: { readonly destroyGroups?: ReadonlyMap<number, number> } = {},
): FamilyCode =>
  defineInetFamily({
    defaultStates: ESTABLISHED_STATES,
    kernelFiltersStates: true,
    paired: true,
    protocol: { protocol, extensions: ALL_EXTENSIONS },
    attributes: () => defineInetAttributes([]),
    procFiles,
    ...destroyGroups,
    keys: procDatagramKeys,
  });

export const udp: FamilyCode = defineUdp(IPPROTO_UDP, udpFiles, {
  destroyGroups: new Map([[AF_INET, SKNLGRP_INET_UDP_DESTROY], [AF_INET6, SKNLGRP_INET6_UDP_DESTROY]]),
});

/** UDP-Lite (RFC 3828), removed in Linux 7.1. */
export const udplite: FamilyCode = defineUdp(IPPROTO_UDPLITE, udpliteFiles);
