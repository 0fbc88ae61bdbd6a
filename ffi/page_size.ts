/**
 * The size of a page of memory, from `getpagesize(3)`.
 */
import { libc } from "./libc.ts";

/** In bytes. */
export const pageSize = (): number => libc.getpagesize();
