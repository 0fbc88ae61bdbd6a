/**
 * Makes the conditions that the filter grammars need.
 */
import type { Domain } from "../../decode/families/family.ts";
import { allOf, type Condition, type Expression, type Side } from "./expression.ts";
import { type Quantity, rangeOf } from "./quantity.ts";
import type { Operator } from "./syntax.ts";
import { ExistsTest, type Network, RangeTest, type Test } from "./value_tests.ts";

/** Domains whose sockets have IP addresses. */
export const WITH_ADDRESSES: readonly Domain[] = ["inet", "smc"];
/** Domains whose sockets have ports. */
export const WITH_PORTS: readonly Domain[] = ["inet", "smc", "vsock"];

/** The family is in one of these domains. */
export const ofDomains = (...domains: Domain[]): Expression => ({
  kind: "condition",
  condition: { kind: "domain", domains },
  text: domains.join(" or "),
});

/** A condition that only sockets of some domains can meet; `text` is the text as typed. */
export const conditionOf = (text: string, condition: Condition, domains: readonly Domain[]): Expression =>
  allOf([ofDomains(...domains), { kind: "condition", condition, text }]);

/** A test of a field. */
export const testOfField = (text: string, path: string, test: Test): Expression => ({
  kind: "condition",
  condition: { kind: "field", path, test },
  text,
});

/** The record has the field. */
export const exists = (path: string): Expression => testOfField(`exists ${path}`, path, new ExistsTest());

/** A comparison of a field with a whole number. */
export const compareNumber = (text: string, path: string, operator: Operator, value: number): Expression =>
  testOfField(text, path, rangeTest(operator, { numerator: BigInt(value), denominator: 1n }));

/** An address within one of some networks. */
export const addressIn = (text: string, side: Side, networks: readonly Network[]): Expression =>
  conditionOf(text, { kind: "address", side, networks }, WITH_ADDRESSES);

/** The test of a comparison with a number; `operator` is `=` or an ordering. */
export function rangeTest(operator: Operator, quantity: Quantity): RangeTest {
  const ordering = operator as Parameters<typeof rangeOf>[0];
  return new RangeTest(rangeOf(ordering, quantity, 1n), rangeOf(ordering, quantity, 1000n));
}
