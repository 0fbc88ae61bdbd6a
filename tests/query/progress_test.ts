/** Progress: told after two seconds, at intervals, and taken back. */
import { assertEquals } from "@std/assert";
import { nowhere } from "../../decode/record/nowhere.ts";
import { ObjectSink } from "../../decode/record/object_sink.ts";
import { ProgressSink } from "../../query/progress.ts";

/** What is shown of so many records, each of which takes so many milliseconds. */
function shown(count: number, milliseconds: number): string[] {
  const texts: string[] = [];
  let now = 1000;
  const sink = new ProgressSink(nowhere, (text) => texts.push(text), () => now);
  for (let i = 0; i < count; i++) {
    sink.openRecord();
    now += milliseconds;
    sink.closeRecord();
  }
  sink.end();
  sink.end();
  return texts;
}

Deno.test("ProgressSink tells nothing in the first two seconds, then how many records came, and takes it back once", () => {
  assertEquals(shown(10_000, 0.1), []);
  const texts = shown(3000, 1);
  assertEquals(texts[0], "2048 sockets so far");
  assertEquals(texts.at(-1), "");
  assertEquals(texts.filter((text) => text === "").length, 1);
  assertEquals(texts.length, 2 + Math.floor(3000 / 256) - 2048 / 256);
});

Deno.test("ProgressSink passes records on", () => {
  const objects = new ObjectSink();
  const sink = new ProgressSink(objects, () => {}, () => 0);
  sink.openProtocol("TCP");
  sink.openRecord();
  sink.closeRecord();
  assertEquals(objects.take(), [{ protocol: "TCP" }]);
});
