/**
 * Addresses of UNIX sockets: a pattern for the name, or as in `ss` the inode in place of a port.
 */
import { allOf, anyOf, type Expression, not } from "../expression.ts";
import { compareNumber, exists, ofDomains, testOfField } from "../conditions.ts";
import { globPattern } from "../glob.ts";
import { LARGEST_NUMBER, parseNumber } from "../numbers.ts";
import { ValueError } from "../syntax_error.ts";
import { PatternTest } from "../value_tests.ts";
import type { AddressComparison } from "./address.ts";

/** `unix:PATTERN`. */
export function parseUnixAddress({ text, side, port, operator, value }: AddressComparison): Expression {
  const unix = ofDomains("unix");
  if (port) {
    const inode = parseNumber(value.replace(/^:/, ""), "the inode of a UNIX socket", LARGEST_NUMBER);
    return allOf([unix, compareNumber(text, side === "src" ? "inode" : "peer_inode", operator, inode)]);
  }
  if (side === "dst") {
    throw new ValueError("the kernel does not report the names of peers of UNIX sockets; use peer_inode");
  }
  const pattern = globPattern(value);
  const named = testOfField(text, "path_name", new PatternTest(pattern));
  // A socket without a name has an empty one, as in `ss`.
  return allOf([unix, pattern.test("") ? anyOf([named, not(exists("path_name"))]) : named]);
}
