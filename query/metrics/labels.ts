/**
 * Labels of series from the values of counted fields.
 */
import type { FieldObject, FieldValue } from "../../decode/record/object_sink.ts";
import type { Labels } from "./metric.ts";

/** The name of a label for the path of a field: `tcp_info.ca_state` becomes `tcp_info_ca_state`. */
export const labelName = (path: string): string => path.replaceAll(/[^a-zA-Z0-9_]/g, "_").replace(/^(?=[0-9])/, "_");

/**
 * A label for each value in a record. Several values of a field are separated by commas. An empty value is none, because
 * Prometheus does not tell it from a label that is not there.
 */
export function labelsOf(record: FieldObject): Labels {
  const values = new Map<string, string[]>();
  addValues(values, "", record);
  return [...values].map(([name, texts]) => [name, texts.join(",")] as const).filter(([, text]) => text !== "");
}

function addValues(values: Map<string, string[]>, path: string, value: FieldValue): void {
  if (value === null) return;
  if (Array.isArray(value)) {
    value.forEach((element) => addValues(values, path, element));
  } else if (typeof value === "object") {
    for (const [name, member] of Object.entries(value)) {
      addValues(values, path === "" ? name : `${path}.${name}`, member);
    }
  } else {
    const name = labelName(path);
    const texts = values.get(name);
    if (texts === undefined) values.set(name, [String(value)]);
    else texts.push(String(value));
  }
}
