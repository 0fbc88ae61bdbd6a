/**
 * The label that a network namespace has.
 */
import type { Vantage } from "../../decode/plan/plan.ts";
import type { PlaceLabels } from "./summary_metrics.ts";

/** Labels by name; by inode where namespaces have no name, or the same one. */
export function namesOfPlaces(vantages: readonly Pick<Vantage, "netns">[]): PlaceLabels {
  const places = vantages.flatMap(({ netns }) =>
    netns === null ? [] : [{ inode: netns.inode, name: netns.name === null ? null : decoder.decode(netns.name) }]
  );
  const texts = new Map(places.map(({ inode, name }) => {
    const named = places.filter((place) => place.name === name).length === 1 && !/^[0-9]+$/.test(name ?? "");
    return [inode, name !== null && named ? name : String(inode)];
  }));
  return (inode) => [["netns", texts.get(inode) ?? String(inode)]];
}

const decoder = new TextDecoder();
