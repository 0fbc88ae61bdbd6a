/**
 * The registry of annotations: one line each, in the order of the output.
 */
import type { Annotation } from "./annotation.ts";
import { interfaces } from "./interfaces.ts";
import { residence } from "./netns.ts";
import { ownership } from "./owners.ts";

/** All annotations. */
export const annotations: readonly Annotation[] = [interfaces, residence, ownership];

/** Those that are made only if they are asked for; of owners formats are told in a way of their own. */
export const onRequest: readonly Annotation[] = annotations.filter((one) => one !== interfaces && one !== ownership);
