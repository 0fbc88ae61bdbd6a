/**
 * Socket states. All families use the numbers of TCP; mirrors `net/tcp_states.h`.
 */

export const TCP_ESTABLISHED = 1;
export const TCP_SYN_SENT = 2;
export const TCP_SYN_RECV = 3;
export const TCP_FIN_WAIT1 = 4;
export const TCP_FIN_WAIT2 = 5;
export const TCP_TIME_WAIT = 6;
export const TCP_CLOSE = 7;
export const TCP_CLOSE_WAIT = 8;
export const TCP_LAST_ACK = 9;
export const TCP_LISTEN = 10;
export const TCP_CLOSING = 11;
export const TCP_BOUND_INACTIVE = 13;

/** Word for each state, as `ss` takes it and the Python `ss2` prints it. Bound but inactive sockets report CLOSE. */
export const tcpStateWords: readonly (string | undefined)[] = [
  undefined,
  "established",
  "syn-sent",
  "syn-recv",
  "fin-wait-1",
  "fin-wait-2",
  "time-wait",
  "unconnected",
  "close-wait",
  "last-ack",
  "listening",
  "closing",
  "new-syn-recv",
  "bound-inactive",
];

/** States as `ss` prints them, if not in capitals alone. */
const PRINTED: Readonly<Record<string, string>> = {
  established: "ESTAB",
  listening: "LISTEN",
  unconnected: "UNCONN",
};

/** A state as people read it: `LISTEN`, `TIME-WAIT`. */
export const printedState = (word: string): string => PRINTED[word] ?? word.toUpperCase();

/** The spellings of a state that a regular expression is tried on: as in the output of programs, and as people read it. */
export const readableStates = (word: string): readonly string[] => [
  word,
  word.toUpperCase(),
  printedState(word),
  printedState(word).toLowerCase(),
];

/** A name of a state as typed, in the spelling of this program: `TIME_WAIT` and `FIN_WAIT2` are from netstat. */
export const spellState = (typed: string): string =>
  typed.toLowerCase().replaceAll("_", "-").replace(/^fin-wait(?=[12]$)/, "fin-wait-");

/** Other spellings of states, from `ss` and netstat. */
export const stateSpellings: ReadonlyMap<string, string> = new Map([
  ["estab", "established"],
  ["listen", "listening"],
  ["unconn", "unconnected"],
  ["close", "unconnected"],
  ["closed", "unconnected"],
  ["syn-rcv", "syn-recv"],
]);

const bit = (state: number) => 1 << state;

/**
 * Every state that can be requested. Not 12: the kernel treats it as SYN-RECV and adds it itself, so SYN-RECV could not be
 * excluded with it.
 */
export const ALL_STATES = 0x3fff & ~bit(12);
/** What `-l` shows: listening, and the unconnected sockets of protocols without connections. */
export const LISTENING_STATES = bit(TCP_LISTEN) | bit(TCP_CLOSE);
/** What is shown by default: connections, without those still being set up or already closed. */
export const CONNECTED_STATES = 0x0fff &
  ~(bit(0) | bit(TCP_LISTEN) | bit(TCP_CLOSE) | bit(TCP_TIME_WAIT) | bit(TCP_SYN_RECV));
/** What protocols without connections show by default: sockets that have a peer nevertheless. */
export const ESTABLISHED_STATES = bit(TCP_ESTABLISHED);
export const BOUND_INACTIVE_STATES = bit(TCP_BOUND_INACTIVE);

const connected = 0x0fff & ~(bit(0) | bit(TCP_LISTEN) | bit(TCP_CLOSE));
const bucket = bit(TCP_SYN_RECV) | bit(TCP_TIME_WAIT);

/** The words allowed after `state` and `exclude`, with their states: bit n for state n. */
export const stateWords: ReadonlyMap<string, number> = new Map([
  ...tcpStateWords.flatMap((word, state): [string, number][] =>
    word === undefined || state === 12 ? [] : [[word, bit(state)]]
  ),
  ["syn-rcv", bit(TCP_SYN_RECV)],
  ["close", bit(TCP_CLOSE)],
  ["closed", bit(TCP_CLOSE)],
  ["estab", bit(TCP_ESTABLISHED)],
  ["unconn", bit(TCP_CLOSE)],
  ["listen", bit(TCP_LISTEN)],
  ["all", ALL_STATES],
  ["connected", connected],
  ["synchronized", connected & ~bit(TCP_SYN_SENT)],
  ["bucket", bucket],
  ["big", ALL_STATES & ~bucket],
]);
