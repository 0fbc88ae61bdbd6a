/**
 * The version of the program, which stands in `deno.json`.
 */
import config from "../deno.json" with { type: "json" };

/** Version of the program. */
export const version: string = config.version;
