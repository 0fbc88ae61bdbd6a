/** A strict reader of XML. */
export { SaxesParser } from "npm:saxes@6.0.0";
