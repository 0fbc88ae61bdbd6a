/**
 * What makes a socket the same one in two listings: its network namespace and its cookie, which the kernel does not use again
 * until the machine restarts. Without a cookie (`/proc/net`) it is identified by protocol, type, addresses, ports, interface and
 * inode.
 */
import { exactNumbers, type FieldObject, type FlowObject } from "./object_sink.ts";

/** The field with the cookie. */
export const COOKIE_FIELD = "cookie";

/** The field with the number of the namespace, in an object. */
export const NETNS_FIELD = { object: "netns", name: "inode" } as const;

/** Fields that tell sockets apart if there is no cookie, or if several sockets have the same. */
export const placeOfIdentity: readonly string[] = [
  ...["type", "src", "src_port", "src_cid", "dst", "dst_port", "dst_cid", "iface_idx", "inode", "inode64"],
  ...["ip_protocol", "netlink_protocol", "portid", "protocol_number"],
];

/** Protocols of which several sockets can have the same cookie. */
export type SharedCookies = ReadonlySet<string>;

/** Those among some families. */
export const sharedCookies = (
  families: readonly { readonly name: string; readonly sharesCookies?: true }[],
): SharedCookies => new Set(families.filter(({ sharesCookies }) => sharesCookies).map(({ name }) => name));

/** A text that is the same for the same socket, and for no other one while the machine runs. */
export function identityOf(flow: FlowObject, shared: SharedCookies): string {
  const { protocol, cookie } = flow;
  const netns = (flow[NETNS_FIELD.object] as FieldObject | undefined)?.[NETNS_FIELD.name] ?? null;
  const known = typeof cookie === "string" && cookie !== "0x0" ? cookie : null;
  if (known !== null && !shared.has(protocol)) return `${protocol} ${netns} ${known}`;
  return JSON.stringify([protocol, netns, known, ...placeOfIdentity.map((name) => flow[name] ?? null)], exactNumbers);
}
