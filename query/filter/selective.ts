/**
 * Filters that name what they are about: an address, a port, a process … Others may pass every socket there is.
 */
import { TCP_CLOSE, TCP_ESTABLISHED, TCP_LISTEN } from "../../decode/kernel/tcp_states.ts";
import type { Condition, Expression } from "./expression.ts";
import { wholeCondition } from "./allow_list.ts";
import type { Filter } from "./filter.ts";
import {
  AddressTest,
  HexTest,
  IdentifierTest,
  type Network,
  RangeTest,
  type Test,
  TextTest,
  WordTest,
} from "./value_tests.ts";

/** Fields whose values stand for a few of all sockets: addresses, processes, units … */
const NAMING =
  /^(src|dst|src_port|dst_port|src_host|dst_host|inode|cookie|path_name|uid|user|mark|iface|iface_idx|unit|cgroup|cgroup_id|ulp\.name|container\.(id|pod_uid)|(listener_)?owners\.(pid|comm|exe|cmdline|user|uid|unit|cgroup))$/;

/** The states of sockets in use: connected, listening, unconnected. */
const ORDINARY = 1 << TCP_ESTABLISHED | 1 << TCP_LISTEN | 1 << TCP_CLOSE;

/** Prefixes below this length are large parts of all addresses. */
const SHORTEST_PREFIX = 8;
/** Ranges of ports from this size on are large parts of all ports. */
const MANY_PORTS = 256;

/**
 * Whether a filter can only be passed by sockets that it names, or that are in a state of opening or closing. If not, it
 * consists of comparisons such as `sport >= 0`, and what they leave out is only known when all sockets are listed.
 */
export const isSelective = (filter: Filter): boolean => selects(wholeCondition(filter), true);

/** @param positive `false` for the opposite of the expression */
function selects(expression: Expression, positive: boolean): boolean {
  switch (expression.kind) {
    case "and":
    case "or": {
      const { parts } = expression;
      const one = (expression.kind === "and") === positive;
      return one ? parts.some((part) => selects(part, positive)) : parts.every((part) => selects(part, positive));
    }
    case "not":
      return selects(expression.part, !positive);
    case "constant":
      return expression.value !== positive;
    case "condition":
      return expression.condition.kind === "states"
        ? (expression.condition.mask & ORDINARY) === (positive ? 0 : ORDINARY)
        : positive && isNaming(expression.condition);
  }
}

function isNaming(condition: Condition): boolean {
  switch (condition.kind) {
    case "address":
      return condition.networks.every(isSmall);
    case "port":
      return condition.most - condition.least < MANY_PORTS;
    case "device":
    case "cgroup":
      return true;
    case "mark":
      return condition.mark !== 0;
    case "field":
      return NAMING.test(condition.path) && isExact(condition.test);
    default:
      return false;
  }
}

const isSmall = ({ address, length }: Network): boolean => address !== null && length >= SHORTEST_PREFIX;

/** Whether few values pass. */
function isExact(test: Test): boolean {
  if (test instanceof RangeTest) return test.isOfOne;
  if (test instanceof AddressTest) return test.networks.every(isSmall);
  return test instanceof TextTest || test instanceof HexTest || test instanceof IdentifierTest ||
    test instanceof WordTest;
}
