/**
 * Reads options of sockets of other processes; see getsockopt(2), pidfd_getfd(2).
 */
import type { OptionPlace } from "../decode/lookups/options/option_values.ts";
import { OptionValues } from "../decode/lookups/options/option_values.ts";
import {
  type OptionReader,
  type OptionsStatus,
  type PeerCredentials,
  type SocketIdentity,
  SocketOptions,
} from "../decode/lookups/options/socket_options.ts";
import type { Vantage } from "../decode/plan/plan.ts";
import type { Enricher } from "../decode/lookups/lookup.ts";
import { EACCES } from "../decode/kernel/errno.ts";
import { AF_UNIX } from "../decode/kernel/address_family.ts";
import { OwnerIndex } from "../decode/lookups/owner_index.ts";
import type { Holder } from "../decode/lookups/owners.ts";
import { COPY_CLASS, COPY_GONE, DescriptorCopies, lingers } from "./descriptor_copies.ts";
import { readFile } from "./file.ts";
import { readStatus } from "./file_status.ts";
import { errno, libc } from "./libc.ts";
import { advice, effectiveCapabilities, ifTold, isCapable } from "./privileges.ts";
import { copyProc, readProcOnce } from "./proc_file.ts";
import { CAP_SYS_PTRACE } from "./proc_view.ts";
import { userName } from "./users.ts";

const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_PEERCRED = 17;
const SO_GET_FILTER = 26;
const SO_ACCEPTCONN = 30;
const SO_PROTOCOL = 38;
const SO_DOMAIN = 39;
const SO_COOKIE = 57;
const NEWLINE = 10;
const STDERR = 2;

const empty = new Uint8Array(1);
const none = new Uint8Array(0);
const number = new Int32Array(1);
const cookie = new Int32Array(2);
const ucred = new Int32Array(3);
const length = new Uint32Array(1);

class SocketOptionReader implements OptionReader {
  obstacle = "";
  readonly peer: PeerCredentials = { pid: -1, uid: -1, gid: -1 };
  readonly #copies: DescriptorCopies;
  readonly #names = new Map<number, Uint8Array | null>();

  constructor(owners: OwnerIndex, readonly values: OptionValues) {
    this.#copies = new DescriptorCopies(owners);
  }

  read({ pid, tid }: Holder, fd: number, identity: SocketIdentity): OptionsStatus {
    this.values.clear();
    this.peer.pid = -1;
    const copy = this.#copies.open(tid ?? pid, fd, identity.inode);
    if (copy === COPY_GONE) return "gone";
    if (copy === COPY_CLASS) return "class";
    if (copy < 0) {
      this.obstacle = this.#copies.obstacle;
      return "denied";
    }
    try {
      const other = whichElse(copy, identity);
      if (other !== null) return other;
      if (lingers(copy)) return "linger";
      this.#readAll(copy);
      return "resolved";
    } finally {
      libc.closeOften(copy);
    }
  }

  #readAll(copy: number): void {
    const { getsockoptOften: getsockopt } = libc;
    const { lengths } = this.values;
    const domain = ask(copy, SO_DOMAIN);
    const listens = ask(copy, SO_ACCEPTCONN) === 1;
    const places = this.values.optionsFor(domain, ask(copy, SO_TYPE), ask(copy, SO_PROTOCOL), listens);
    for (let i = 0; i < places.length; i++) {
      const { level, option, bytes, index } = places[i]!;
      if (level === SOL_SOCKET && option === SO_GET_FILTER) {
        lengths[index] = readFilter(copy, places[i]!);
        continue;
      }
      length[0] = bytes.length;
      if (getsockopt(copy, level, option, bytes, length) >= 0) lengths[index] = Math.min(length[0]!, bytes.length);
    }
    if (domain === AF_UNIX) this.#readPeer(copy);
  }

  #readPeer(copy: number): void {
    length[0] = ucred.byteLength;
    if (libc.getsockoptOften(copy, SOL_SOCKET, SO_PEERCRED, ucred, length) < 0) return;
    // Without a peer all is 0, -1, -1.
    if (ucred[1] === -1 && ucred[2] === -1) return;
    this.peer.pid = ucred[0]!;
    this.peer.uid = ucred[1]! >>> 0;
    this.peer.gid = ucred[2]! >>> 0;
  }

  userName(uid: number): Uint8Array | null {
    return userName(uid);
  }

  processName(pid: number): Uint8Array | null {
    let name = this.#names.get(pid);
    if (name === undefined) {
      const bytes = copyProc(readProcOnce(`/proc/${pid}/comm`));
      this.#names.set(pid, name = bytes === null ? null : bytes.at(-1) === NEWLINE ? bytes.slice(0, -1) : bytes);
    }
    return name;
  }

  [Symbol.dispose](): void {
    this.#copies[Symbol.dispose]();
  }
}

/** Why a duplicate is not of the socket; `null` if it is. */
function whichElse(copy: number, { low, high, inode }: SocketIdentity): OptionsStatus | null {
  if (low !== 0 || high !== 0) {
    length[0] = cookie.byteLength;
    const known = libc.getsockoptOften(copy, SOL_SOCKET, SO_COOKIE, cookie, length) >= 0;
    if (known && cookie[0] === low && cookie[1] === high) return null;
  }
  const status = readStatus(copy, empty);
  const same = typeof status !== "number" && Number(status.inode) === inode;
  if (!same) return "gone";
  // A connection inside another socket, of MPTCP for example, has its inode but no descriptor.
  return low !== 0 || high !== 0 ? "none" : null;
}

/** The value of a number; -1 on error. */
function ask(copy: number, option: number): number {
  length[0] = number.byteLength;
  return libc.getsockoptOften(copy, SOL_SOCKET, option, number, length) < 0 ? -1 : number[0]!;
}

/** Puts the count of instructions of the filter, or -1 for eBPF; returns the length of the value. */
function readFilter(copy: number, { bytes }: OptionPlace): number {
  // Without room for instructions the kernel returns their count.
  length[0] = 0;
  const read = libc.getsockoptOften(copy, SOL_SOCKET, SO_GET_FILTER, none, length) >= 0;
  if (!read && errno() !== EACCES) return 0;
  new DataView(bytes.buffer, bytes.byteOffset).setInt32(0, read ? length[0]! : -1, true);
  return bytes.length;
}

/** Why options of sockets of other processes cannot be read here; `null` if those of permitted ones can. */
export function optionsObstacle(): string | null {
  using copies = new DescriptorCopies(new OwnerIndex());
  const copy = copies.open(Deno.pid, STDERR, 0);
  if (copy < 0 && copy !== COPY_GONE) return copies.obstacle;
  if (copy >= 0) libc.close(copy);
  const yama = ifTold(() => new TextDecoder().decode(readFile("/proc/sys/kernel/yama/ptrace_scope")).trim());
  if (yama === "3") return "kernel.yama.ptrace_scope is 3";
  const limited = (yama === "1" || yama === "2") && !isCapable(effectiveCapabilities(), CAP_SYS_PTRACE);
  return limited ? `kernel.yama.ptrace_scope is ${yama}${advice("CAP_SYS_PTRACE")}` : null;
}

function open(owners: OwnerIndex | null, everything: boolean): SocketOptions {
  const values = new OptionValues(everything);
  return new SocketOptions(owners, new SocketOptionReader(owners ?? new OwnerIndex(), values), values);
}

/** Starts the lookup of all options for one run. */
export const openAllSocketOptions = (owners: OwnerIndex | null): SocketOptions => open(owners, true);

/** Starts the lookup of the usual options for one run; `null` if all are read. */
export const openSocketOptions = (
  owners: OwnerIndex | null,
  _vantages: readonly Vantage[],
  before: readonly Enricher[],
): SocketOptions | null => before.some((enricher) => enricher instanceof SocketOptions) ? null : open(owners, false);
