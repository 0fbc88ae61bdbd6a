/**
 * Parts of pictures. Colours are classes, so that they follow the light or dark page.
 */
import { escapeHtml } from "../escape.ts";

/** Width of all pictures; they are scaled to fit their place. */
export const WIDTH = 440;

const round = (number: number): string => String(Math.round(number * 10) / 10);

/** A picture. The page says in text what it shows, so readers of screens need only its name. */
export const picture = (title: string, height: number, parts: readonly string[]): string =>
  `<svg role="img" viewBox="0 0 ${WIDTH} ${round(height)}" aria-label="${escapeHtml(title)}">${parts.join("")}</svg>`;

export function text(x: number, y: number, content: string, name = "", anchor: "start" | "middle" | "end" = "start") {
  const where = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
  const look = name === "" ? "" : ` class="${name}"`;
  return `<text x="${round(x)}" y="${round(y)}"${where}${look}>${escapeHtml(content)}</text>`;
}

/** A box; browsers show `title` where the pointer is. */
export function box(x: number, y: number, width: number, height: number, name: string, title = ""): string {
  const start = `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${
    round(height)
  }" class="${name}"`;
  return title === "" ? `${start}/>` : `${start}><title>${escapeHtml(title)}</title></rect>`;
}

export const line = (x1: number, y1: number, x2: number, y2: number, name: string): string =>
  `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}" class="${name}"/>`;

export const circle = (x: number, y: number, radius: number, name: string, title = ""): string =>
  `<circle cx="${round(x)}" cy="${round(y)}" r="${round(radius)}" class="${name}">` +
  `${title === "" ? "" : `<title>${escapeHtml(title)}</title>`}</circle>`;

/** Text of at most `most` characters; the end of a path or address says more than its middle. */
export function shortened(content: string, most: number): string {
  const characters = [...content];
  if (characters.length <= most) return content;
  const head = Math.ceil((most - 1) / 2);
  return [...characters.slice(0, head), "…", ...characters.slice(characters.length - (most - 1 - head))].join("");
}

/** A part of a bar. */
export interface Part {
  readonly value: number;
  /** Class with its colour. */
  readonly colour: string;
  readonly title: string;
}

export interface Bar {
  readonly label: string;
  readonly parts: readonly Part[];
  /** Behind the bar. */
  readonly value: string;
}

const BAR = 22;
const LABEL = 146;
const VALUE = 82;
const LABEL_LETTERS = 20;

/** Bars below each other, each made of parts; `most` is the value of the longest possible bar. */
export function bars(
  title: string,
  rows: readonly Bar[],
  legend: readonly (readonly [string, string])[],
  most?: number,
) {
  const longest = most ?? Math.max(1, ...rows.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0)));
  const scale = (WIDTH - LABEL - VALUE) / longest;
  const [keys, top] = legendOf(legend);
  const lines = rows.flatMap(({ label, parts, value }, i) => {
    const y = top + i * BAR;
    let x = LABEL;
    const boxes = parts.filter((part) => part.value > 0).map((part) => {
      const width = Math.max(1, part.value * scale);
      const made = box(x, y + 3, width, BAR - 6, part.colour, part.title);
      x += width;
      return made;
    });
    const shown = shortened(label, LABEL_LETTERS);
    return [
      `<g>${shown === label ? "" : `<title>${escapeHtml(label)}</title>`}${
        text(LABEL - 6, y + 15, shown, "", "end")
      }</g>`,
      ...boxes,
      text(Math.min(x + 5, WIDTH - VALUE + 5), y + 15, value, "value"),
    ];
  });
  return picture(title, top + rows.length * BAR + 2, [...keys, ...lines]);
}

/** What colours mean, in as many lines as needed, and the height of that. */
export function legendOf(entries: readonly (readonly [name: string, colour: string])[]): [string[], number] {
  if (entries.length < 2) return [[], 0];
  let [x, y] = [4, 4];
  const parts = entries.flatMap(([name, colour]) => {
    const width = 18 + 7 * name.length + 10;
    if (x + width > WIDTH) [x, y] = [4, y + 18];
    const made = [box(x, y, 12, 12, colour), text(x + 17, y + 10.5, name)];
    x += width;
    return made;
  });
  return [parts, y + 22];
}
