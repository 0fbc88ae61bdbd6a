/**
 * Sockets between virtual machines and their host. Mirrors `linux/vm_sockets_diag.h`. Kernel side: `net/vmw_vsock/diag.c`.
 */
import { AF_VSOCK } from "../kernel/address_family.ts";
import { type AttributeTable, defineAttributes, walkAttributes } from "../netlink/attribute.ts";
import { DecodeError } from "../kernel/errors.ts";
import type { FamilyCode } from "./family.ts";
import { defineLayout, enumeration, identifier, type Layout, nullable, row } from "../record/layout.ts";
import { encodeRequest, NLM_F_DUMP, NLM_F_REQUEST } from "../netlink/message.ts";
import { shutdownRows, SOCK_DIAG_BY_FAMILY } from "./sock_diag.ts";
import { socketTypeWords } from "../kernel/socket_types.ts";
import { CONNECTED_STATES, tcpStateWords } from "../kernel/tcp_states.ts";
import { numberAt, type NumberReader } from "../netlink/number_reader.ts";

const TYPE = 1;
const STATE = 2;

/** VMADDR_CID_ANY and VMADDR_PORT_ANY. */
const any = { show: nullable(0xffffffff) };
const v4_15 = { since: "4.15" };

/** `struct vsock_diag_msg`: everything that the kernel sends about a socket. */
export const VSOCK_DIAG_MSG: Layout = defineLayout("vsock_diag_msg", "linux/vm_sockets_diag.h", null, [
  row("u8", "vdiag_family", "family", "", "Address family.", { show: enumeration(["vsock"], AF_VSOCK) }),
  row("u8", "vdiag_type", "type", "", "Type of the socket.", { show: enumeration(socketTypeWords) }),
  row("u8", "vdiag_state", "state", "", "State of the socket, in the words that `ss` takes.", {
    show: enumeration(tcpStateWords),
  }),
  ...shutdownRows("vdiag_shutdown"),
  row(
    "u32",
    "vdiag_src_cid",
    "src_cid",
    "",
    "Local context id: 1 within this machine, 2 for the host, null for any.",
    { ...v4_15, ...any },
  ),
  row("u32", "vdiag_src_port", "src_port", "", "Local port; null if there is none yet.", any),
  row(
    "u32",
    "vdiag_dst_cid",
    "dst_cid",
    "",
    "Remote context id: 0 for the hypervisor, 1 for this machine, 2 for the host, null for none.",
    { ...v4_15, ...any },
  ),
  row("u32", "vdiag_dst_port", "dst_port", "", "Remote port; null for none.", any),
  row("u32", "vdiag_ino", "inode", "", "Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it."),
  row(
    "u32x2",
    "vdiag_cookie",
    "cookie",
    "",
    "Unique number of the socket; not used again until the machine restarts.",
    {
      show: identifier,
    },
  ),
], {
  order: [
    "family",
    "state",
    "type",
    "src_cid",
    "src_port",
    "dst_cid",
    "dst_port",
    "inode",
    "cookie",
    "shutdown",
    "shutdown_names",
  ],
});

/** No kernel sends any so far. */
const attributes: AttributeTable = defineAttributes(null, []);

/** `struct vsock_diag_req`, 24 bytes. */
function encodeVsockDiagRequest(states: number): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(24);
  payload[0] = AF_VSOCK;
  new DataView(payload.buffer).setUint32(4, states, true);
  return encodeRequest(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, payload);
}

const readState: NumberReader = (view, start, end) => end - start > STATE ? view.getUint8(start + STATE) : -1;
const readVsockType: NumberReader = (view, start, end) => end - start > TYPE ? view.getUint8(start + TYPE) : -1;

/** Sockets of AF_VSOCK. */
export const vsock: FamilyCode = {
  defaultStates: CONNECTED_STATES,
  kernelFiltersStates: true,
  inodeOf: numberAt(20),
  cookieAt: 24,
  stateOf: readState,
  typeOf: readVsockType,
  encodeRequests: ({ states }) => [{ part: "", message: encodeVsockDiagRequest(states) }],
  openDecoder: () => (view, bytes, start, end, sink) => {
    const body = start + VSOCK_DIAG_MSG.size;
    if (body > end) throw new DecodeError(`socket message of ${end - start} bytes`, start);
    sink.structure(VSOCK_DIAG_MSG, view, bytes, start, body);
    walkAttributes(attributes, view, bytes, body, end, sink);
  },
  describe: () => ({ layouts: [VSOCK_DIAG_MSG], attributes: [attributes], keys: [] }),
};
