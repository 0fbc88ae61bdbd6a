/**
 * Readers of one number in a message payload.
 */

/** Reads one number of the message payload at `start`; `end` may cut it off, then it is -1. */
export type NumberReader = (view: DataView, start: number, end: number) => number;

/** Reads a number of 32 bits at `offset`, the inode for example; 0 if the message ends before it. */
export const numberAt = (offset: number): NumberReader => (view, start, end) =>
  end - start >= offset + 4 ? view.getUint32(start + offset, true) : 0;
