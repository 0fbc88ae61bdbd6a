/**
 * Every key of the project's first example document is in today's flows, with the same type.
 */
import { assert, assertEquals } from "@std/assert";
import { flowsIn, type JsonObject, parseExact, parseForms } from "../exact_json.ts";
import { runProgram } from "../program.ts";
import { assertOutput } from "../schema.ts";
import { openNamespace } from "./namespace.ts";
import { IPPROTO_TCP, openPair, TCP_INFO } from "./sockets.ts";

const example = Deno.readTextFileSync(new URL("../fixtures/seed_flow.json", import.meta.url));

/** What is meant to differ from the example. */
const differences: Record<string, { readonly now: string; readonly why: string }> = {
  "tcp_info.null": { now: "tcp_info.backoff", why: "the key was a misprint" },
};

/** Path of each value, with its type as written. */
function typesIn(value: unknown, path = ""): Map<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const type = value === null ? "null" : Array.isArray(value) ? "list" : typeof value;
    return new Map([[path, type === "string" && (value === "integer" || value === "decimal") ? value : type]]);
  }
  return new Map(
    Object.entries(value).flatMap(([name, inner]) => [...typesIn(inner, path === "" ? name : `${path}.${name}`)]),
  );
}

Deno.test("the program's -t has every key of the seed's example, at its place and with its type", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  pair.client.send(5630);
  pair.server.receive(5630).send(5349);
  pair.client.receive(5349);
  const { code, stdout, stderr } = runProgram("-t");
  assertEquals([code, stderr], [0, ""]);
  assertOutput("json", stdout);

  const shape = parseForms(stdout) as JsonObject;
  assertEquals(Object.keys(shape), Object.keys(JSON.parse(example)));
  assertEquals(Object.keys(shape["TCP"] as JsonObject), ["flows"]);
  const flows = flowsIn(shape);
  assertEquals(flows.length, 2);
  const expected = typesIn(flowsIn(parseForms(example))[0]);
  for (const flow of flows) {
    const types = typesIn(flow);
    for (const [path, type] of expected) {
      const place = differences[path]?.now ?? path;
      // null stands for "no value" in the example too, of a key that is a number otherwise.
      const allowed = type === "null" ? ["null", "integer"] : [type];
      assert(allowed.includes(types.get(place) ?? "missing"), `${place} is ${types.get(place)}, was ${type}`);
    }
    for (const path of Object.keys(differences)) {
      assert(expected.has(path) && !types.has(path), `${path} is still there`);
    }
  }
});

Deno.test("the program's -t means with the seed's keys what the seed means", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  pair.client.send(5630);
  pair.server.receive(5630).send(5349);
  pair.client.receive(5349);
  const flow = flowsIn(parseExact(runProgram("-t").stdout)).find((flow) => flow["inode"] === pair.client.inode)!;
  const info = flow["tcp_info"] as JsonObject;
  assertEquals([flow["src"], flow["dst"], flow["src_port"], flow["dst_port"]], [
    "127.0.0.1",
    "127.0.0.1",
    pair.client.localPort,
    pair.listener.localPort,
  ]);
  assertEquals(info["max_pacing_rate"], 18446744073709551615n);
  assertEquals([info["state"], info["bytes_received"], info["bytes_acked"]], ["established", 5349, 5631]);
  assertEquals([info["snd_ssthresh"], info["fackets"], info["last_ack_sent"], info["reordering"]], [null, 0, 0, 3]);
  // As getsockopt(2) says of a socket on which nothing moves, in microseconds: tcpi_rtt, tcpi_rto, tcpi_min_rtt.
  const kernel = pair.client.getBytes(IPPROTO_TCP, TCP_INFO, 160);
  const [rtt, rto, smallest] = [68, 8, 148].map((at) => kernel.getUint32(at, true));
  // Milliseconds with decimals for rtt and rto, microseconds for min_rtt.
  assertEquals([info["rtt"], info["rto"], info["min_rtt"]].map(Number), [rtt! / 1000, rto! / 1000, smallest!]);
});
