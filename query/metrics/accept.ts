/**
 * Chooses the text of metrics that a reader of HTTP prefers. Mirrors RFC 9110, 12.5.1.
 */

const types = {
  openmetrics: "application/openmetrics-text",
  prometheus: "text/plain",
} as const;

/** A type in the header `Accept`. */
interface Accepted {
  readonly type: string;
  readonly quality: number;
}

/** OpenMetrics if it is named and not liked less; else the text of Prometheus. */
export function preferredFormat(accept: string): "openmetrics" | "prometheus" {
  const accepted = accept.split(",").map(readType);
  const quality = (wanted: string) =>
    Math.max(0, ...accepted.flatMap(({ type, quality }) => type === wanted ? quality : []));
  const open = quality(types.openmetrics);
  return open > 0 && open >= quality(types.prometheus) ? "openmetrics" : "prometheus";
}

function readType(item: string): Accepted {
  const [type = "", ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith("q="));
  return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
}
