/** Owners of sockets: the index by inode, and what it writes. */
import { assert, assertEquals } from "@std/assert";
import { OwnerIndex } from "../../../decode/lookups/owner_index.ts";
import type { Holder } from "../../../decode/lookups/owners.ts";
import { type FieldObject, ObjectSink } from "../../../decode/record/object_sink.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function holder(pid: number, parts: Partial<Holder> = {}): Holder {
  return {
    pid,
    tid: null,
    context: null,
    comm: bytes(`p${pid}`),
    exe: null,
    cmdline: null,
    cmdlineCut: false,
    cgroup: null,
    uid: 1000,
    user: null,
    startTime: 1,
    netns: 0,
    ...parts,
  };
}

function written(index: OwnerIndex, inode: number): FieldObject {
  const sink = new ObjectSink();
  sink.openProtocol("X");
  sink.openRecord();
  index.write(inode, sink);
  sink.closeRecord();
  const { protocol: _, ...flow } = sink.take()[0]!;
  return flow;
}

Deno.test("OwnerIndex.write lists every holder once, with all its descriptors in the order found", () => {
  const index = new OwnerIndex();
  index.holders.push(holder(10), holder(20));
  for (const [inode, at, fd] of [[7, 0, 3], [8, 0, 4], [7, 0, 9], [7, 1, 3]] as const) index.add(inode, at, fd);
  const owners = (flow: FieldObject) =>
    (flow["owners"] as unknown as { pid: number; fds: number[] }[]).map(({ pid, fds }) => [pid, fds]);
  assertEquals(owners(written(index, 7)), [[10, [3, 9]], [20, [3]]]);
  assertEquals(owners(written(index, 8)), [[10, [4]]]);
  assertEquals(written(index, 8)["owner_status"], "resolved");
});

Deno.test("OwnerIndex.write says why there is no owner", () => {
  const index = new OwnerIndex();
  assertEquals(written(index, 5), { owner_status: "none" });
  index.vanished = 1;
  assertEquals([written(index, 0), written(index, 5)], [{ owner_status: "none" }, { owner_status: "raced" }]);
  index.obstacles = ["not permitted"];
  assertEquals([written(index, 0), written(index, 5)], [{ owner_status: "none" }, { owner_status: "denied" }]);
  assertEquals(index.unresolved, 1);
});

Deno.test("OwnerIndex.write shows names with any bytes, and arguments apart from each other", () => {
  const index = new OwnerIndex();
  index.holders.push(holder(1, {
    comm: Uint8Array.of(0x29, 0x20, 0x0a, 0xff),
    exe: bytes("/bin/x y"),
    cmdline: bytes("x\0\0a b\0"),
    user: bytes("nobody"),
  }));
  index.add(3, 0, 5);
  assertEquals(written(index, 3)["owners"], [{
    pid: 1,
    comm: ") \n\ufffd",
    comm_hex: "29200aff",
    exe: "/bin/x y",
    cmdline: ["x", "", "a b"],
    uid: 1000,
    user: "nobody",
    start_time: 1,
    fds: [5],
  }]);
});

Deno.test("OwnerIndex finds each of 20,000 sockets, and tells those that were not marked", () => {
  const index = new OwnerIndex();
  index.holders.push(holder(1));
  const count = 20_000;
  const inode = (i: number) => Math.imul(i, 2654435761) >>> 0 || 1;
  for (let i = 1; i <= count; i++) index.add(inode(i), 0, i);
  for (let i = 1; i <= count; i++) {
    const [owner] = written(index, inode(i))["owners"] as unknown as { fds: number[] }[];
    assertEquals(owner!.fds, [i]);
  }
  index.add(42, 0, 1);
  index.add(43, 0, 2);
  index.mark(43);
  index.mark(44);
  const unseen: number[] = [];
  index.forEachUnseen((inode) => unseen.push(inode));
  assertEquals(unseen, [42]);
  assert(index.unresolved === 0);
});

Deno.test("OwnerIndex, used for several listings, searches again only for sockets that are new", () => {
  const index = new OwnerIndex();
  let searches = 0;
  /** What a search finds. */
  let held: readonly number[] = [7];
  const search = () => {
    searches++;
    index.holders.push(holder(10));
    held.forEach((inode) => index.add(inode, 0, 3));
  };
  search();
  const list = (...inodes: number[]) => {
    index.startListing(searches === 1 && !started ? null : search);
    started = true;
    return inodes.map((inode) => written(index, inode)["owner_status"]);
  };
  let started = false;
  assertEquals(list(7, 8), ["resolved", "none"]);
  // 8 may have been opened between the search and the listing.
  assertEquals([list(7, 8), searches], [["resolved", "none"], 2]);
  assertEquals([list(7, 8), searches], [["resolved", "none"], 2]);
  held = [7, 9];
  assertEquals([list(8, 9, 7), searches], [["none", "resolved", "resolved"], 3]);
  assertEquals([list(8, 9, 7), searches], [["none", "resolved", "resolved"], 3]);
  assertEquals(index.holders.length, 1);
  index.startListing(search);
  index.renewAll();
  assertEquals(searches, 4);
});
