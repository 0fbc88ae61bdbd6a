/**
 * Field tests for the conditions that the kernel does not check.
 */
import { tcpStateWords } from "../../decode/kernel/tcp_states.ts";
import { TCP_BOUND_INACTIVE, TCP_CLOSE } from "../../decode/kernel/tcp_states.ts";
import type { Condition } from "./expression.ts";
import { AddressTest, IdentifierTest, RangeTest, Test, WordTest } from "./value_tests.ts";

/** A field and its test. */
export interface FieldTest {
  readonly path: string;
  readonly test: Test;
}

/** A mark with a mask. */
class MarkTest extends Test {
  constructor(readonly mark: number, readonly mask: number) {
    super();
  }

  override integer(value: number): boolean {
    return (value & this.mask) === (this.mark | 0);
  }
}

const between = (least: number, most: number) => {
  const range = { least: BigInt(least), most: BigInt(most) };
  return new RangeTest(range, range);
};

/** The paths of the fields that decide a condition; none if the family or the kernel decides it. */
export function pathsOf(condition: Condition): readonly string[] {
  if (condition.kind === "pair") return [condition.left.path, condition.right.path];
  const path = pathOf(condition);
  return path === null ? [] : [path];
}

/** The path of the field that alone decides a condition. */
function pathOf(condition: Exclude<Condition, { kind: "pair" }>): string | null {
  switch (condition.kind) {
    case "address":
      return condition.side;
    case "port":
      return `${condition.side}_port`;
    case "device":
      return "iface_idx";
    case "mark":
      return "mark";
    case "cgroup":
      return "cgroup_id";
    case "states":
      return "state";
    case "field":
      return condition.path;
    case "autobound":
    case "domain":
    case "protocol":
      return null;
  }
}

/** The test for a condition that a field decides; `protocol` is the name of the records' family. */
export function testOf(condition: Exclude<Condition, { kind: "pair" }>, protocol: string): FieldTest {
  const path = pathOf(condition);
  if (path === null) throw new TypeError(`no field decides the condition ${condition.kind}`);
  return { path, test: makeTest(condition, protocol) };
}

function makeTest(condition: Condition, protocol: string): Test {
  switch (condition.kind) {
    case "address":
      return new AddressTest(condition.networks);
    case "port":
      return between(condition.least, condition.most);
    case "device":
      return between(condition.index, condition.index);
    case "mark":
      return new MarkTest(condition.mark, condition.mask);
    case "cgroup":
      return new IdentifierTest(condition.id);
    case "states":
      return new WordTest([...wordsOf(condition.mask, protocol), ...condition.words]);
    case "field":
      return condition.test;
    default:
      throw new TypeError(`no field decides the condition ${condition.kind}`);
  }
}

/** Words of states. Bound, inactive TCP sockets report that they are closed; no other TCP socket does. */
export function wordsOf(mask: number, protocol: string): readonly string[] {
  return tcpStateWords.flatMap((word, state) => {
    const bit = protocol === "TCP" && state === TCP_CLOSE ? TCP_BOUND_INACTIVE : state;
    return word === undefined || (mask >>> bit & 1) === 0 ? [] : [word];
  });
}
