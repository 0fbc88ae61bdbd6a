/** Package for tests: makes random values, and smaller ones of those that fail. */
export { default } from "npm:fast-check@4.10.2";
