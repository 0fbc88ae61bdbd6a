/**
 * Addresses of sockets between virtual machines: context id and port.
 */
import { allOf, constant, type Expression } from "../expression.ts";
import { compareNumber, ofDomains } from "../conditions.ts";
import { LARGEST_NUMBER, parseNumber } from "../numbers.ts";
import { type AddressComparison, isAny, splitAtColon } from "./address.ts";
import { comparePort } from "./port.ts";

/** `vsock:CID[:PORT]`. */
export function parseVsockAddress({ text, side, port, operator, value }: AddressComparison): Expression {
  const [cid, typed] = port ? ["*", value.replace(/^:/, "")] : splitAtColon(value);
  return allOf([
    ofDomains("vsock"),
    isAny(cid)
      ? constant(true)
      : compareNumber(text, `${side}_cid`, "=", parseNumber(cid, "a context id", LARGEST_NUMBER)),
    isAny(typed)
      ? constant(true)
      : comparePort(text, side, port ? operator : "=", parseNumber(typed, "a port", LARGEST_NUMBER), LARGEST_NUMBER, [
        "vsock",
      ]),
  ]);
}
