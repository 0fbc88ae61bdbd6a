/** What `ss` prints for states and timers. */

export const stateNames: Readonly<Record<string, string>> = {
  established: "ESTAB",
  "syn-sent": "SYN-SENT",
  "syn-recv": "SYN-RECV",
  "fin-wait-1": "FIN-WAIT-1",
  "fin-wait-2": "FIN-WAIT-2",
  "time-wait": "TIME-WAIT",
  unconnected: "UNCONN",
  "close-wait": "CLOSE-WAIT",
  "last-ack": "LAST-ACK",
  listening: "LISTEN",
  closing: "CLOSING",
};

export const timerNames: Readonly<Record<string, string>> = {
  retransmit: "on",
  keepalive: "keepalive",
  timewait: "timewait",
  "zero-window-probe": "persist",
};
