/**
 * Programs that the kernel runs to filter Internet sockets (INET_DIAG_REQ_BYTECODE); mirrors `linux/inet_diag.h`.
 * The kernel's side is `inet_diag_bc_audit()` and `inet_diag_bc_run()` in `net/ipv4/inet_diag.c`.
 */
import { AF_INET, AF_INET6 } from "../../decode/kernel/address_family.ts";
import type { Condition, Expression, Side } from "./expression.ts";
import type { Network } from "./value_tests.ts";

export const INET_DIAG_BC_JMP = 1;
export const INET_DIAG_BC_S_GE = 2;
export const INET_DIAG_BC_S_LE = 3;
export const INET_DIAG_BC_D_GE = 4;
export const INET_DIAG_BC_D_LE = 5;
export const INET_DIAG_BC_AUTO = 6;
export const INET_DIAG_BC_S_COND = 7;
export const INET_DIAG_BC_D_COND = 8;
export const INET_DIAG_BC_DEV_COND = 9;
export const INET_DIAG_BC_MARK_COND = 10;
export const INET_DIAG_BC_CGROUP_COND = 13;

/** Size of `struct inet_diag_bc_op`: code, offset of the next operation if it holds (`yes`) and if it does not (`no`). */
const OP = 4;
/** Size of `struct inet_diag_hostcond` without the address. */
const HOSTCOND = 8;
const AF_UNSPEC = 0;
const ANY_PORT = -1;
const LARGEST_PORT = 65535;
/** The longest program that fits in an attribute and in `no`, with room for the rest of the request. */
const LARGEST_PROGRAM = 65000;

/** Whether the kernel can check a condition. */
export const isForKernel = ({ kind }: Condition): boolean =>
  kind === "address" || kind === "port" || kind === "device" || kind === "mark" || kind === "cgroup" ||
  kind === "autobound";

/** A position in the program; known once everything before it has been written. */
interface Label {
  at: number;
}

/**
 * Compiles an expression of conditions that the kernel can check.
 *
 * If an operation holds, the next one runs (`yes` has only eight bits); if not, it jumps. To jump when it holds, an operation
 * that never holds follows (INET_DIAG_BC_JMP).
 *
 * @returns `null` if the program would be longer than the kernel takes
 */
export function compileProgram(expression: Expression): Uint8Array<ArrayBuffer> | null {
  const assembler = new Assembler();
  const accept: Label = { at: -1 };
  const reject: Label = { at: -1 };
  assembler.put(expression, accept, reject, accept);
  return assembler.finish(accept, reject);
}

class Assembler {
  #view = new DataView(new ArrayBuffer(256));
  #length = 0;
  readonly #jumps: { at: number; to: Label }[] = [];

  /** Writes code that continues at `yes` if the expression holds and at `no` if not; `next`, one of the two, follows it. */
  put(expression: Expression, yes: Label, no: Label, next: Label): void {
    switch (expression.kind) {
      case "and":
      case "or": {
        const { parts } = expression;
        parts.forEach((part, i) => {
          if (i === parts.length - 1) return this.put(part, yes, no, next);
          const behind: Label = { at: -1 };
          if (expression.kind === "and") this.put(part, behind, no, behind);
          else this.put(part, yes, behind, behind);
          behind.at = this.#length;
        });
        return;
      }
      case "not":
        return this.put(expression.part, no, yes, next);
      case "constant":
        return this.#jump(expression.value ? yes : no, next);
      case "condition":
        return this.#putCondition(expression.condition, yes, no, next);
    }
  }

  #putCondition(condition: Condition, yes: Label, no: Label, next: Label): void {
    switch (condition.kind) {
      case "address": {
        const { networks, side } = condition;
        return this.#putAny(networks.map((network) => (to) => this.#host(side, network, ANY_PORT, to)), yes, no, next);
      }
      case "port":
        return this.#putPorts(condition.side, condition.least, condition.most, yes, no, next);
      case "device":
        return this.#leaf(yes, no, next, (to) => {
          const at = this.#operation(INET_DIAG_BC_DEV_COND, OP + 4, to);
          this.#view.setUint32(at, condition.index, true);
        });
      case "mark":
        return this.#leaf(yes, no, next, (to) => {
          const at = this.#operation(INET_DIAG_BC_MARK_COND, OP + 8, to);
          this.#view.setUint32(at, condition.mark, true);
          this.#view.setUint32(at + 4, condition.mask, true);
        });
      case "cgroup":
        return this.#leaf(yes, no, next, (to) => {
          const at = this.#operation(INET_DIAG_BC_CGROUP_COND, OP + 8, to);
          this.#view.setBigUint64(at, condition.id, true);
        });
      case "autobound":
        return this.#leaf(yes, no, next, (to) => void this.#operation(INET_DIAG_BC_AUTO, OP, to));
      default:
        throw new TypeError(`the kernel does not know the condition ${condition.kind}`);
    }
  }

  /** Holds if any of the operations holds; each gets the label to jump to if it does not. */
  #putAny(operations: readonly ((no: Label) => void)[], yes: Label, no: Label, next: Label): void {
    operations.forEach((operation, i) => {
      if (i === operations.length - 1) return this.#leaf(yes, no, next, operation);
      const behind: Label = { at: -1 };
      this.#leaf(yes, behind, behind, operation);
      behind.at = this.#length;
    });
  }

  #putPorts(side: Side, least: number, most: number, yes: Label, no: Label, next: Label): void {
    const [ge, le] = side === "src" ? [INET_DIAG_BC_S_GE, INET_DIAG_BC_S_LE] : [INET_DIAG_BC_D_GE, INET_DIAG_BC_D_LE];
    if (least > most || least > LARGEST_PORT || most < 0) return this.#jump(no, next);
    // Every kernel has this operation; INET_DIAG_BC_S_EQ came with 4.16.
    if (least === most) return this.#leaf(yes, no, next, (to) => this.#host(side, null, least, to));
    const atLeast = (to: Label) => this.#port(ge, least, to);
    const atMost = (to: Label) => this.#port(le, most, to);
    if (least <= 0 && most >= LARGEST_PORT) return this.#jump(yes, next);
    if (most >= LARGEST_PORT) return this.#leaf(yes, no, next, atLeast);
    if (least <= 0) return this.#leaf(yes, no, next, atMost);
    const behind: Label = { at: -1 };
    this.#leaf(behind, no, behind, atLeast);
    behind.at = this.#length;
    this.#leaf(yes, no, next, atMost);
  }

  #leaf(yes: Label, no: Label, next: Label, operation: (no: Label) => void): void {
    if (next === yes) return operation(no);
    // If it holds, the jump runs; if not, it is skipped.
    const behind: Label = { at: -1 };
    operation(next === no ? behind : no);
    this.#jump(yes, behind);
    behind.at = this.#length;
  }

  #jump(to: Label, next: Label): void {
    if (to !== next) this.#operation(INET_DIAG_BC_JMP, OP, to);
  }

  /** Writes an operation of `size` bytes; returns where its operand starts. */
  #operation(code: number, size: number, no: Label): number {
    const at = this.#length;
    this.#length += size;
    if (this.#length > this.#view.byteLength) {
      const larger = new Uint8Array(2 * this.#view.byteLength + size);
      larger.set(new Uint8Array(this.#view.buffer));
      this.#view = new DataView(larger.buffer);
    }
    this.#view.setUint8(at, code);
    this.#view.setUint8(at + 1, size);
    this.#jumps.push({ at, to: no });
    return at + OP;
  }

  /** The port is in the `no` of a second operation. */
  #port(code: number, port: number, no: Label): void {
    const at = this.#operation(code, 2 * OP, no);
    this.#view.setUint16(at + 2, port, true);
  }

  #host(side: Side, network: Network | null, port: number, no: Label): void {
    const address = network?.address ?? new Uint8Array(0);
    const code = side === "src" ? INET_DIAG_BC_S_COND : INET_DIAG_BC_D_COND;
    const at = this.#operation(code, OP + HOSTCOND + address.length, no);
    this.#view.setUint8(at, address.length === 0 ? AF_UNSPEC : address.length === 4 ? AF_INET : AF_INET6);
    this.#view.setUint8(at + 1, network?.length ?? 0);
    this.#view.setInt32(at + 4, port, true);
    new Uint8Array(this.#view.buffer).set(address, at + HOSTCOND);
  }

  finish(accept: Label, reject: Label): Uint8Array<ArrayBuffer> | null {
    const length = this.#length;
    if (length > LARGEST_PROGRAM) return null;
    accept.at = length;
    // A jump beyond the end means no match.
    reject.at = length + OP;
    for (const { at, to } of this.#jumps) this.#view.setUint16(at + 2, to.at - at, true);
    return new Uint8Array(this.#view.buffer, 0, length).slice();
  }
}
