/**
 * The part of `@std/yaml` that the tests use, made of `js-yaml`, for machines that cannot reach JSR.
 */
import yaml from "js-yaml";

/** Reads one YAML document; with the schema `failsafe` every scalar is text. */
export function parse(text: string, { schema }: { readonly schema?: "failsafe" } = {}): unknown {
  return yaml.load(text, schema === undefined ? {} : { schema: yaml.FAILSAFE_SCHEMA });
}
