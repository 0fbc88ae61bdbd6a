/**
 * The user's own SSH connection, which sshd(8) names in SSH_CONNECTION.
 */
import type { FlowObject } from "../decode/record/object_sink.ts";
import { parseIPv4, parseIPv6 } from "./filter/hosts.ts";
import { LARGEST_PORT } from "./filter/numbers.ts";

/** An end of a connection: address and port in one spelling. */
type End = string;

/** Both ends of a connection. */
export interface SshSession {
  readonly client: End;
  readonly server: End;
}

/** Reads `CLIENT PORT SERVER PORT`; `null` if it is anything else. */
export function parseSession(text: string): SshSession | null {
  const words = text.split(" ");
  if (words.length !== 4) return null;
  const [client, server] = [endOf(words[0]!, words[1]!), endOf(words[2]!, words[3]!)];
  return client === null || server === null ? null : { client, server };
}

/** Whether a socket is an end of the connection. */
export function isOfSession(flow: FlowObject, { client, server }: SshSession): boolean {
  if (flow.protocol !== "TCP" && flow.protocol !== "MPTCP") return false;
  const src = endOf(String(flow["src"]), String(flow["src_port"]));
  const dst = endOf(String(flow["dst"]), String(flow["dst_port"]));
  return src === server && dst === client || src === client && dst === server;
}

/** `null` if it is not an end. An IPv4 address in an IPv6 socket is that address; the scope of an address is not compared. */
function endOf(address: string, port: string): End | null {
  if (!/^(0|[1-9][0-9]{0,4})$/.test(port) || Number(port) > LARGEST_PORT) return null;
  const bytes = /^[0-9]+(\.[0-9]+){3}$/.test(address)
    ? parseIPv4(address)
    : parseIPv6(address.replace(/%[a-zA-Z0-9_.:-]{1,15}$/, ""));
  if (bytes === null) return null;
  const isMapped = bytes.length === 16 && bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 &&
    bytes[11] === 255;
  return `${(isMapped ? bytes.subarray(12) : bytes).join(".")} ${port}`;
}
