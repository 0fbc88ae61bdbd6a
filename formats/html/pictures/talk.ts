/**
 * Who talks to whom within the machine: connections with both ends on the page, as a matrix and as a graph.
 */
import { columnAt, type PageTable, textAt } from "../page_table.ts";
import { counted, type Draw, type Figure, grouped } from "./figure.ts";
import { largest, servicesOf } from "./services.ts";
import { box, circle, picture, shortened, text, WIDTH } from "./svg.ts";

/** Services in the matrix, and in the graph. */
const MATRIX = 12;
const GRAPH = 50;

/** Connections between two services. */
interface Talk {
  readonly client: string;
  readonly server: string;
  count: number;
}

const id = "talk";
const question = "Who talks to whom within this machine?";

export const talk: Draw = (table) => {
  if (columnAt(table, "dst_port") === undefined && columnAt(table, "peer_inode") === undefined) return null;
  const talks = talksOf(table);
  if (talks.length === 0) {
    return { id, question, answer: "No connection has both its ends on this page.", svg: "", numbers: null };
  }
  const degrees = new Map<string, number>();
  for (const { client, server, count } of talks) {
    for (const name of new Set([client, server])) degrees.set(name, (degrees.get(name) ?? 0) + count);
  }
  const { first } = largest([...degrees], ([, degree]) => degree, MATRIX);
  const names = first.map(([name]) => name);
  const sorted = talks.toSorted((a, b) => b.count - a.count);
  const [most] = sorted;
  return {
    id,
    question,
    answer:
      `${counted(talks.reduce((sum, { count }) => sum + count, 0), "connection")} between ${
        counted(degrees.size, "service")
      }, most of them (${grouped(most!.count)}) from ${most!.client} to ${most!.server}.` +
      (degrees.size > MATRIX ? ` The picture has the ${MATRIX} services with the most.` : ""),
    svg: matrix(names, talks),
    numbers: {
      head: ["from", "to", "connections"],
      rows: sorted.slice(0, GRAPH).map(({ client, server, count }) => [client, server, count]),
    },
  };
};

export const talkGraph: Draw = (table) => {
  if (columnAt(table, "dst_port") === undefined && columnAt(table, "peer_inode") === undefined) return null;
  const talks = talksOf(table);
  const names = [...new Set(talks.flatMap(({ client, server }) => [client, server]))];
  if (names.length < 3 || names.length > GRAPH) return null;
  return graph(names, talks);
};

const made = new WeakMap<PageTable, readonly Talk[]>();

function talksOf(table: PageTable): readonly Talk[] {
  let known = made.get(table);
  if (known === undefined) made.set(table, known = findTalks(table));
  return known;
}

function findTalks(table: PageTable): readonly Talk[] {
  const column = (path: string) => columnAt(table, path);
  const [protocol, state, netns] = [column("protocol"), column("state"), column("netns.inode")];
  const [src, near, dst, far] = [column("src"), column("src_port"), column("dst"), column("dst_port")];
  const [inode, peer] = [column("inode"), column("peer_inode")];
  const { names, of } = servicesOf(table);
  const listening = new Set<string>();
  const waiting = new Map<string, number>();
  const talks = new Map<string, Talk>();
  const place = (row: number) => `${textAt(protocol, row)} ${textAt(netns, row)}`;
  for (let row = 0; row < table.rows; row++) {
    if (textAt(state, row) === "listening") listening.add(`${place(row)} ${textAt(near, row)}`);
  }
  for (let row = 0; row < table.rows; row++) {
    const [here, there] = [textAt(near, row), textAt(far, row)];
    const local = textAt(peer, row);
    const where = place(row);
    let [own, other] = ["", ""];
    if (local !== "" && local !== "0") {
      [own, other] = [`${where} ${textAt(inode, row)}`, `${where} ${local}`];
    } else if (there !== "" && there !== "0" && textAt(dst, row) !== "") {
      [own, other] = [`${where} ${end(textAt(src, row))} ${here} ${end(textAt(dst, row))} ${there}`, ""];
      other = `${where} ${end(textAt(dst, row))} ${there} ${end(textAt(src, row))} ${here}`;
    } else continue;
    const found = waiting.get(other);
    if (found === undefined) {
      waiting.set(own, row);
      continue;
    }
    waiting.delete(other);
    const [a, b] = [names[of[found]!]!, names[of[row]!]!];
    // The server is where somebody listens; else the end that a name in the file system or the lower number has.
    const serves = listening.has(`${where} ${here}`) && here !== ""
      ? true
      : listening.has(`${place(found)} ${textAt(near, found)}`) && here !== ""
      ? false
      : textAt(column("local"), row).startsWith("/") || Number(here) < Number(there);
    const [client, server] = serves ? [a, b] : [b, a];
    const key = JSON.stringify([client, server]);
    const known = talks.get(key);
    if (known === undefined) talks.set(key, { client, server, count: 1 });
    else known.count++;
  }
  return [...talks.values()];
}

/** An address; that of IPv4 inside IPv6 is the same. */
const end = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, "");

const LABEL = 122;

function matrix(names: readonly string[], talks: readonly Talk[]): string {
  const step = Math.min(34, (WIDTH - LABEL - 44) / names.length);
  const most = Math.max(...talks.map(({ count }) => count));
  const heading = 98;
  const x = (i: number) => LABEL + i * step;
  const y = (i: number) => heading + i * Math.min(22, step);
  const row = Math.min(22, step);
  const labels = names.flatMap((name, i) => [
    text(LABEL - 6, y(i) + row / 2 + 4, shortened(name, 18), "", "end"),
    `<g transform="translate(${Math.round(x(i) + step / 2 + 4)} ${heading - 6}) rotate(-55)">${
      text(0, 0, shortened(name, 16))
    }</g>`,
    ...names.map((_, j) => box(x(j), y(i), step - 1, row - 1, "track")),
  ]);
  const cells = talks.flatMap(({ client, server, count }) => {
    const [i, j] = [names.indexOf(client), names.indexOf(server)];
    if (i < 0 || j < 0) return [];
    const shade = Math.min(4, 1 + Math.floor(4 * Math.log(count + 1) / Math.log(most + 2)));
    const title = `${client} to ${server}: ${counted(count, "connection")}`;
    return [
      box(x(j), y(i), step - 1, row - 1, `s${shade}`, title),
      text(x(j) + step / 2 - 0.5, y(i) + row / 2 + 4, short(count), shade > 2 ? "on" : "", "middle"),
    ];
  });
  const legend = [
    text(4, heading - 6, "from ↓ to →", "value"),
  ];
  return picture(question, y(names.length) + 4, [...legend, ...labels, ...cells]);
}

const short = (count: number): string => count < 1000 ? String(count) : `${Math.round(count / 1000)}k`;

function graph(names: readonly string[], talks: readonly Talk[]): Figure {
  const height = 300;
  const [middle, half, radius] = [WIDTH / 2, height / 2, 105];
  const places = new Map(names.map((name, i) => {
    const angle = 2 * Math.PI * i / names.length - Math.PI / 2;
    return [name, { x: middle + radius * Math.cos(angle), y: half + radius * Math.sin(angle), angle }] as const;
  }));
  const most = Math.max(...talks.map(({ count }) => count));
  const arcs = talks.filter(({ client, server }) => client !== server).map(({ client, server, count }) => {
    const [from, to] = [places.get(client)!, places.get(server)!];
    const width = 1 + 3 * Math.log(count) / Math.max(1, Math.log(most));
    const path = `M${from.x.toFixed(1)} ${from.y.toFixed(1)}Q${middle} ${half} ${to.x.toFixed(1)} ${to.y.toFixed(1)}`;
    return `<path class="arc" d="${path}" stroke-width="${width.toFixed(1)}"/>`;
  });
  const nodes = names.flatMap((name) => {
    const { x, y, angle } = places.get(name)!;
    const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
    const anchor = Math.abs(dx) < 0.2 ? "middle" : dx > 0 ? "start" : "end";
    const few = names.length <= 24;
    return [
      circle(x, y, few ? 5 : 3.5, "c0", name),
      few ? text(x + 9 * dx, y + 4 + (anchor === "middle" ? 14 : 9) * dy, shortened(name, 15), "", anchor) : "",
    ];
  });
  return {
    id: "talk-graph",
    question: "How do these services hang together?",
    answer: `${counted(names.length, "service")}; a line is thicker the more connections it stands for.`,
    svg: picture("How do these services hang together?", height, [...arcs, ...nodes]),
    numbers: null,
  };
}
