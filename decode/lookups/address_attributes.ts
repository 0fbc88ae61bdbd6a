/**
 * Addresses in netlink attributes, as numbers.
 */
import { findPayload } from "../netlink/attribute.ts";
import { isMapped, MAPPED } from "./inet_ends.ts";

/**
 * Reads the address in one of two attributes, of IPv4 and of IPv6, into `into` at `place`; returns whether it is there. IPv4
 * addresses become IPv4-mapped IPv6 addresses.
 */
export function readAddressAttribute(
  view: DataView,
  start: number,
  end: number,
  [v4, v6]: readonly [v4: number, v6: number],
  into: Int32Array,
  place: number,
): boolean {
  const four = findPayload(view, start, end, v4, 4);
  const six = findPayload(view, start, end, v6, 16);
  if (four < 0 && six < 0) return false;
  for (let i = 0; i < 4; i++) {
    into[place + i] = four < 0
      ? view.getInt32(six + 4 * i, true)
      : i === 2
      ? MAPPED
      : i === 3
      ? view.getInt32(four, true)
      : 0;
  }
  return true;
}

/** Puts the address at `place` into `bytes`, in network order; returns whether it is one of IPv6. */
export function putAddress(numbers: Int32Array, place: number, bytes: DataView): boolean {
  const v4 = isMapped(numbers, place);
  for (let i = v4 ? 3 : 0; i < 4; i++) bytes.setInt32(v4 ? 0 : 4 * i, numbers[place + i]!, true);
  return !v4;
}
