/**
 * What `--doctor` says of the options that ask for more than socket diagnostics tell: whether each works here, and why not.
 */
import { descriptorsObstacle } from "../ffi/descriptors.ts";
import { groupsObstacle } from "../ffi/group_names.ts";
import { socketMapsObstacle } from "../ffi/socket_maps.ts";
import { optionsObstacle } from "../ffi/socket_options.ts";
import { natObstacle } from "../ffi/conntrack.ts";
import { waitersObstacle } from "../ffi/waiters.ts";
import { watchersObstacle } from "../ffi/watchers.ts";
import { routeObstacle } from "../ffi/routes.ts";

/** Whether an option works here. */
export interface ContextFinding {
  readonly option: string;
  /** True, or why not. */
  readonly works: true | string;
}

/** The options, each with a function that returns what keeps it from working, `null` for nothing. */
const options: readonly (readonly [option: string, obstacle: () => string | null])[] = [
  ["--descriptors", descriptorsObstacle],
  ["--sockopts", optionsObstacle],
  ["--route", routeObstacle],
  ["--nat", natObstacle],
  ["--groups", groupsObstacle],
  ["--socket-maps", socketMapsObstacle],
  ["--watchers", watchersObstacle],
  ["--waiters", waitersObstacle],
];

/** Tries each option in the way that a listing would, and changes nothing. */
export const examineContext = (): readonly ContextFinding[] =>
  options.map(([option, obstacle]) => ({ option, works: obstacle() ?? true }));
