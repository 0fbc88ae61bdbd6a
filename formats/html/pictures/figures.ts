/**
 * The registry of figures, in the order of the page.
 */
import type { PageTable } from "../page_table.ts";
import { acceptQueues } from "./accept_queues.ts";
import type { Draw, Figure } from "./figure.ts";
import { retransmissions } from "./retransmissions.ts";
import { rtt } from "./rtt.ts";
import { states } from "./states.ts";
import { bytesByPeer, closeWait, rates } from "./sums.ts";
import { talk, talkGraph } from "./talk.ts";

const all: readonly Draw[] = [
  states,
  acceptQueues,
  closeWait,
  rates,
  rtt,
  retransmissions,
  bytesByPeer,
  talk,
  talkGraph,
];

/** The figures of a page. */
export const figuresOf = (table: PageTable): readonly Figure[] => all.flatMap((draw) => draw(table) ?? []);
