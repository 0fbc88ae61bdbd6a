/**
 * A thousand vantages: every family and release is asked in a thousand network namespaces, and layouts are not made
 * again for each.
 */
import { assert, assertEquals } from "@std/assert";
import { families } from "../../../decode/families/all_families.ts";
import { SOCK_DIAG_BY_FAMILY } from "../../../decode/families/sock_diag.ts";
import type { Family } from "../../../decode/families/family.ts";
import { AF_INET } from "../../../decode/kernel/address_family.ts";
import { ALL_STATES } from "../../../decode/kernel/tcp_states.ts";
import { Netns } from "../../../decode/lookups/netns.ts";
import type { Plan } from "../../../decode/plan/plan.ts";
import { runSteps, stepVantages } from "../../../decode/plan/run_plan.ts";
import { defineLayout } from "../../../decode/record/layout.ts";
import { formats } from "../../../formats/all_formats.ts";
import { done } from "../messages.ts";
import { readExchanges, readFixture, splitMessages } from "../../pcap_source.ts";
import { ScriptedSource } from "../scripted_source.ts";

const PLACES = 1000;
/** Releases around those that changed a structure, and an unknown one. */
const releases = [0, 4000, 4019, 5010, 6001, 6008, 6018, 6019, 7000, 7002];

/** Sockets of some families as a real kernel sent them; the attributes of others are in no recording. */
const recordings: Readonly<Record<string, string>> = {
  TCP: "tcp4.k618",
  MPTCP: "mptcp4.k618",
  UDP: "udp4.k618",
  UDPLITE: "udplite4.k618",
  RAW: "raw4.k61",
  SCTP: "sctp4.k61",
  DCCP: "dccp4.k61",
  UNIX: "unix.k618",
  NETLINK: "netlink.k618",
  PACKET: "packet.k618",
  VSOCK: "vsock.k61",
  XDP: "xdp.k61",
  TIPC: "tipc.k61",
  SMC: "smc.k61",
};

/** The sockets of a recording, one a message, without numbers that tell whom they answer. */
const answerOf = ({ name }: Family) =>
  splitMessages(readExchanges(readFixture(`${recordings[name]}.pcap`))[0]!.answers)
    .filter((message) => message[4] === SOCK_DIAG_BY_FAMILY)
    .map((message) => message.fill(0, 8, 16));

/** The number of layouts made so far. */
const layoutCount = () => defineLayout("probe", "", null, []).id;

const listed = families.filter(({ name }) => name !== "PING" && name !== "OTHER");

for (const family of listed) {
  Deno.test(`${family.name}: ${PLACES} vantages of every release are listed with layouts that were made once`, () => {
    const messages = answerOf(family);
    assert(messages.length > 0);
    const plan: Plan = {
      families: [family],
      addressFamilies: [AF_INET],
      states: ALL_STATES,
      bpfMaps: false,
      named: true,
    };
    for (const release of releases) {
      if (family.absence?.(release) != null) continue;
      const sink = formats.find(({ name }) => name === "ndjson")!.open(() => {}, { compact: true });
      const list = (count: number, answers: readonly Uint8Array[]) => {
        const source = new ScriptedSource([[...answers, done()]], release);
        const vantage = (inode: number) => ({ source, proc: null, netns: new Netns(inode, null) });
        return runSteps(stepVantages(plan, Array.from({ length: count }, (_, i) => vantage(i + 1)), sink, null));
      };
      // After this, everything that is made on first use exists.
      const { records } = list(1, messages);
      assert(records > 0);
      const before = layoutCount();
      const outcome = list(PLACES, messages.slice(-1));
      assertEquals([outcome.records, outcome.warnings], [PLACES, []]);
      assertEquals(layoutCount(), before + 1);
      sink.close();
    }
  });
}
