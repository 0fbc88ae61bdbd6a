/**
 * Sockets that come and go during a dump: repeated sockets are shown once, and a second dump adds missed ones.
 */
import { assert, assertEquals } from "@std/assert";
import { NLM_F_DUMP_INTR } from "../../../decode/netlink/message.ts";
import { CookieSet, LaterCookies, RecentCookies } from "../../../decode/families/cookie_set.ts";
import { families, familyCalled } from "../../../decode/families/all_families.ts";
import type { Plan } from "../../../decode/plan/plan.ts";
import type { SeenSockets } from "../../../decode/netlink/socket_decoder.ts";
import { collect, ipv4Plan } from "../flows.ts";
import { INET_DIAG_PEERS } from "../../../decode/families/inet/inet_constants.ts";
import { attribute, datagram, done, refusal, socket } from "../messages.ts";
import { type Answer, ScriptedSource } from "../scripted_source.ts";

/** Sockets whose inode is their cookie, in one datagram. */
const sockets = (...cookies: readonly number[]) =>
  datagram(...cookies.map((cookie) => socket({ inode: cookie, cookie })));

function list(plan: Plan, ...scripts: readonly (readonly Answer[])[]) {
  const source = new ScriptedSource(scripts);
  const { flows, outcome } = collect(source, plan);
  return { inodes: flows.map((flow) => flow["inode"]), outcome, requests: source.requests.length };
}

const twice: Plan = { ...ipv4Plan, twice: true };

Deno.test("a socket that a dump lists again is shown once, in another datagram too", () => {
  const { inodes, outcome } = list(ipv4Plan, [sockets(1, 2, 2, 3), sockets(3, 1, 4), done()]);
  assertEquals([inodes, outcome.records, outcome.warnings], [[1, 2, 3, 4], 4, []]);
});

Deno.test("sockets without a cookie are all shown", () => {
  const bare = datagram(socket({ inode: 1 }), socket({ inode: 1 }));
  assertEquals(list(ipv4Plan, [bare, done()]).inodes, [1, 1]);
});

Deno.test("a dump that is asked for again shows what it lists then", () => {
  const { inodes } = list(ipv4Plan, [sockets(1, 2), done(0, "", NLM_F_DUMP_INTR)], [sockets(2, 1), done()]);
  assertEquals(inodes, [2, 1]);
});

Deno.test("associations of SCTP, which share the cookie of their socket, are all shown", () => {
  const peers = attribute(INET_DIAG_PEERS, new Uint8Array(128));
  const association = socket({ inode: 1, cookie: 1, attributes: [peers] });
  const answer = datagram(socket({ inode: 1, cookie: 1 }), association, association);
  const plan = { ...ipv4Plan, families: [familyCalled("sctp")] };
  assertEquals(list(plan, [answer, done()]).inodes, [1, 1, 1]);
  // There is no second dump, which could not tell which of them are new.
  assertEquals(list({ ...plan, twice: true }, [answer, done()]).requests, 1);
});

Deno.test("a plan that asks twice adds what the first dump missed, once, and keeps what has gone", () => {
  const { inodes, outcome, requests } = list(twice, [sockets(1, 2, 3), done()], [sockets(2, 4, 4, 3, 5), done()]);
  assertEquals([inodes, requests, outcome.records, outcome.dumps, outcome.warnings], [[1, 2, 3, 4, 5], 2, 5, 2, []]);
});

Deno.test("a plan that asks twice starts the second dump over if it is interrupted, and says what fails in it", () => {
  const first = [sockets(1, 2), done()];
  const again = list(twice, first, [sockets(2, 3), done(0, "", NLM_F_DUMP_INTR)], [sockets(3, 4), done()]);
  assertEquals([again.inodes, again.outcome.warnings], [[1, 2, 3, 4], []]);
  const failed = list(twice, first, [refusal(12)]);
  assertEquals([failed.inodes, failed.outcome.dumps, failed.outcome.failed], [[1, 2], 2, 1]);
  assertEquals(failed.outcome.warnings, ["cannot list TCP sockets over IPv4: out of memory (ENOMEM)"]);
  // One that fails is not asked for twice.
  assertEquals(list(twice, [refusal(12)]).requests, 1);
});

Deno.test("families have the cookie where the layout of their messages has it", () => {
  const found = families.filter(({ cookieAt }) => cookieAt !== undefined);
  for (const family of found) {
    const offsets = family.describe().layouts.flatMap(({ object, members }) =>
      object !== null ? [] : members.filter(({ member }) => /cookie$/.test(member)).map(({ offset }) => offset)
    );
    assert(offsets.length > 0, family.name);
    assertEquals(new Set(offsets), new Set([family.cookieAt]), family.name);
  }
  assertEquals(
    families.filter((family) => !found.includes(family)).map(({ name }) => name),
    ["SCTP", "PING", "TIPC", "OTHER"],
  );
});

/** Adds cookies, and tells which were new. */
function added(seen: SeenSockets, cookies: readonly number[]): number[] {
  const view = new DataView(new ArrayBuffer(16));
  return cookies.filter((cookie) => {
    view.setUint32(8, cookie, true);
    return seen.add(view, 0, 16);
  });
}

Deno.test("RecentCookies knows a socket again among the 4,096 before it, and keeps no more than twice as many", () => {
  const recent = new RecentCookies(8);
  for (let first = 1; first < 100_000; first += 1000) {
    const cookies = Array.from({ length: 1000 }, (_, i) => first + i);
    assertEquals(added(recent, cookies), cookies);
    assertEquals(added(recent, cookies), []);
    const before = cookies.map((cookie) => cookie - 3000).filter((cookie) => cookie > 0);
    assertEquals(added(recent, before), []);
  }
  assertEquals(added(recent, [1]), [1]);
  recent.clear();
  assertEquals(added(recent, [99_999, 0, 0]), [99_999, 0, 0]);
});

Deno.test("LaterCookies takes what the first dump did not have, also after it was cleared", () => {
  const first = new CookieSet(8);
  const many = Array.from({ length: 5000 }, (_, i) => i + 1);
  assertEquals(added(first, many), many);
  const later = new LaterCookies(first);
  assertEquals(added(later, [...many, 6000, 6000, 6001]), [6000, 6001]);
  later.clear();
  assertEquals(added(later, [1, 6000]), [6000]);
});
