/**
 * The user's own SSH connection, which sshd(8) names in SSH_CONNECTION.
 */
import type { FlowObject } from "../decode/record/object_sink.ts";

/** Both ends of a connection. */
export interface SshSession {
  readonly client: string;
  readonly clientPort: number;
  readonly server: string;
  readonly serverPort: number;
}

/** Reads `CLIENT PORT SERVER PORT`; `null` if it is anything else. */
export function parseSession(text: string): SshSession | null {
  const match = /^([0-9a-fA-F.:]+)(?:%\S+)? ([0-9]{1,5}) ([0-9a-fA-F.:]+)(?:%\S+)? ([0-9]{1,5})$/.exec(text);
  if (match === null) return null;
  const [, client = "", clientPort, server = "", serverPort] = match;
  return {
    client: plain(client),
    clientPort: Number(clientPort),
    server: plain(server),
    serverPort: Number(serverPort),
  };
}

/** Whether a socket is an end of the connection. */
export function isOfSession(flow: FlowObject, session: SshSession): boolean {
  if (flow.protocol !== "TCP" && flow.protocol !== "MPTCP") return false;
  const [src, dst] = [plain(String(flow["src"])), plain(String(flow["dst"]))];
  const [from, to] = [Number(flow["src_port"]), Number(flow["dst_port"])];
  const { client, clientPort, server, serverPort } = session;
  return src === server && from === serverPort && dst === client && to === clientPort ||
    src === client && from === clientPort && dst === server && to === serverPort;
}

/** An IPv4 address in an IPv6 socket is that address. */
const plain = (address: string): string => address.toLowerCase().replace(/^::ffff:(?=[0-9.]+$)/, "");
