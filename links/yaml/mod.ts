/**
 * The part of `@std/yaml` that the tests use, made of `js-yaml`, for machines that cannot reach JSR.
 */
import yaml from "js-yaml";

/** Reads one YAML document. */
export function parse(text: string): unknown {
  return yaml.load(text);
}
