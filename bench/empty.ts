/**
 * A script that does nothing, to measure the start of the runtime.
 */
