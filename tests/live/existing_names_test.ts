/** Names that exist on this machine, and those that do not. */
import { assertEquals } from "@std/assert";
import { exists } from "../../ffi/existing_names.ts";
import { readMounts } from "../../ffi/mounts.ts";
import { isRoot } from "../program.ts";
import { openNamespace } from "./namespace.ts";

Deno.test("users and interfaces exist or not, whatever bytes a name has", () => {
  using _namespace = openNamespace();
  assertEquals(["root", "nobodyhere", "a\0b", ""].map((name) => exists("user", name)), [true, false, false, false]);
  assertEquals(["lo", "nosuch0", "lo\0", ""].map((name) => exists("interface", name)), [true, false, false, false]);
  assertEquals(["root", "nosuch", "../passwd", ""].map((name) => exists("network namespace", name)), [
    true,
    false,
    false,
    false,
  ]);
});

Deno.test("a congestion control exists if the kernel can use it, in a network namespace too", () => {
  using _namespace = openNamespace();
  assertEquals(["reno", "ren", "no_such", ""].map((name) => exists("congestion control", name)), [
    true,
    false,
    false,
    false,
  ]);
});

const mount = readMounts().find(({ type, root }) => type === "cgroup2" && root.length === 1);
const directory = mount === undefined ? "" : new TextDecoder().decode(mount.directory);
const lacking = directory === "" ? " (ignored: no control groups of version 2)" : isRoot ? "" : " (ignored: not root)";

Deno.test({
  name: `a unit exists if a control group anywhere has its name${lacking}`,
  ignore: lacking !== "",
  fn() {
    const name = `ss2-test-${crypto.randomUUID()}`;
    const path = `${directory}/${name}.slice`;
    assertEquals(exists("unit", `${name}.service`), false);
    Deno.mkdirSync(path);
    try {
      Deno.mkdirSync(`${path}/${name}.service`);
      assertEquals(exists("unit", `${name}.service`), true);
      assertEquals(exists("unit", `${name}.scope`), false);
      Deno.removeSync(`${path}/${name}.service`);
    } finally {
      Deno.removeSync(path);
    }
  },
});
