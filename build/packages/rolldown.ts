/** Package for builds: makes one script of many modules. */
export { type Plugin, rolldown } from "npm:rolldown@1.2.0";
