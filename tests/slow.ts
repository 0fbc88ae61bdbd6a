/**
 * Prints the paths of the tests that start a process, enter a namespace or build something.
 */
import { allTests, quickTests } from "./quick.ts";

const quick = new Set(quickTests());
console.log([...allTests()].filter((path) => !quick.has(path)).sort().join("\n"));
