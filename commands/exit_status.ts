/**
 * The exit statuses of the program.
 */

/** All that was asked for was printed, or what was checked holds. */
export const DONE = 0;
/** It was printed but is known to be incomplete, or what was checked does not hold. */
export const INCOMPLETE = 1;
/** Nothing useful was printed, or what was checked cannot be told. */
export const NOTHING = 2;
