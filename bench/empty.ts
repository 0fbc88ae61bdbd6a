/**
 * A script that does nothing: what a start of the runtime costs by itself.
 */
