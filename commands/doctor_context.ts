/**
 * What `--doctor` says of the options that ask for more than socket diagnostics tell: whether each works here, and why not.
 */
import { natObstacle } from "../ffi/conntrack.ts";
import { descriptorsObstacle } from "../ffi/descriptors.ts";
import { groupsObstacle } from "../ffi/group_names.ts";
import { effectiveCapabilities, isCapable } from "../ffi/privileges.ts";
import { CAP_SYS_PTRACE, NO_PROC } from "../ffi/proc_view.ts";
import { routeObstacle } from "../ffi/routes.ts";
import { socketMapsObstacle } from "../ffi/socket_maps.ts";
import { optionsObstacle } from "../ffi/socket_options.ts";
import { waitersObstacle } from "../ffi/waiters.ts";
import { watchersObstacle } from "../ffi/watchers.ts";

/** Whether an option works here. */
export interface ContextFinding {
  readonly option: string;
  /** True, or why not; behind {@linkcode IN_PART} why not for all sockets. */
  readonly works: true | string;
}

const IN_PART = "in part: ";

/** The options, each with a function that returns what keeps it from working, `null` for nothing. */
const options: readonly (readonly [option: string, obstacle: () => string | null])[] = [
  ["--descriptors", () => descriptorsObstacle() ?? othersObstacle()],
  ["--sockopts", () => optionsObstacle() ?? othersObstacle()],
  ["--route", routeObstacle],
  ["--nat", natObstacle],
  ["--groups", groupsObstacle],
  ["--socket-maps", socketMapsObstacle],
  ["--watchers", () => inPart(watchersObstacle())],
  ["--waiters", () => waitersObstacle() ?? othersObstacle()],
];

/** What lacks of processes of other users; `null` for nothing. */
function othersObstacle(): string | null {
  return isCapable(effectiveCapabilities(), CAP_SYS_PTRACE)
    ? null
    : `${IN_PART}processes of other users need CAP_SYS_PTRACE`;
}

/** Without `/proc` nothing works; what is hidden there is only a part. */
const inPart = (obstacle: string | null): string | null =>
  obstacle === null || obstacle === NO_PROC ? obstacle : IN_PART + obstacle;

/** Tries each option in the way that a listing would, and changes nothing. */
export const examineContext = (): readonly ContextFinding[] =>
  options.map(([option, obstacle]) => ({ option, works: obstacle() ?? true }));

/** A finding as text. */
export const contextText = ({ works }: ContextFinding): string =>
  works === true ? "works" : works.startsWith(IN_PART) ? `works ${works}` : `does not work: ${works}`;
