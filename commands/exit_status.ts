/**
 * The exit statuses of the program.
 */

/** Everything was printed, or the check holds. */
export const DONE = 0;
/** The output is known to be incomplete, or the check does not hold. */
export const INCOMPLETE = 1;
/** Nothing useful was printed, or the result of the check is unknown. */
export const NOTHING = 2;
