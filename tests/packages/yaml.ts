/** Package for tests: reads YAML 1.2. */
export { parse } from "npm:yaml@2.9.1";
