/**
 * The order in a program: the sink is made before the kernel's release is known to the decoder. This file must be the
 * first thing to ask for the layouts of that release, so it holds one test only.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { runPlan } from "../../../decode/plan/run_plan.ts";
import { formats } from "../../../formats/all_formats.ts";
import { ipv4Plan } from "../flows.ts";
import { attribute, bytesOf, datagram, done, join, socket } from "../messages.ts";
import { ScriptedSource } from "../scripted_source.ts";

Deno.test("a format opened before the decoder of kernel 7.0 prints the fields that only that kernel has", () => {
  // ECN mode 2, option seen 1, failures 5, and one of the options that nobody knows yet.
  const info = join(new Uint8Array(276), bytesOf(2 | 1 << 2 | 5 << 4 | 1 << 8, 4));
  const source = () => new ScriptedSource([[datagram(socket({ attributes: [attribute(2, info)] })), done()]], 7000);
  // Table and page have no columns for them.
  const outputs = formats.filter(({ name }) => name !== "table" && name !== "html").map((format) => {
    const decoder = new TextDecoder();
    let text = "";
    const sink = format.open((bytes) => text += decoder.decode(bytes, { stream: true }), { compact: true });
    runPlan(ipv4Plan, source(), sink);
    sink.close();
    for (const word of ["accecn", "empty", "ace-send", "opt-send"]) assertStringIncludes(text, word);
    return { name: format.name, text };
  });
  for (const { text } of outputs.filter(({ name }) => name === "json" || name === "ndjson")) {
    const document = JSON.parse(text);
    const { tcp_info } = document.TCP?.flows[0] ?? document;
    assertEquals(
      Object.fromEntries(Object.entries(tcp_info).slice(-4)),
      { ecn_mode: "accecn", accecn_opt_seen: "empty", accecn_fail_mode: ["ace-send", "opt-send"], options2: 1 },
    );
  }
});
