/** Package for tests: reads command lines as `@std/cli` does. */
export { default } from "npm:minimist@1.2.8";
