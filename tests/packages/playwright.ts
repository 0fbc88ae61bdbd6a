/** Package for tests: drives a browser that is installed. */
export { type Browser, chromium, type Page } from "npm:playwright-core@1.65.1";
