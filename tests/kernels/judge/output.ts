/** What a guest has left: the output of each of its steps. */
import type { Truth, Values } from "../guest/truth.ts";
import type { Kernel } from "../kernels.ts";

// deno-lint-ignore no-explicit-any
export type Flow = Record<string, any>;

/** What the program that opened the sockets says. */
export interface Truths {
  readonly sockets: readonly Truth[];
  /** Families that this kernel does not have. */
  readonly missing: readonly string[];
  readonly pid: number;
  readonly comm: string;
  readonly cgroup_id: number;
}

/** Parses JSON; numbers with more digits than a double has become `bigint`. */
export function parseExactly(text: string): Flow {
  return JSON.parse(text, (_, value, context?: { readonly source: string }) => {
    const source = context?.source ?? "";
    return typeof value === "number" && !Number.isSafeInteger(value) && /^\d+$/.test(source) ? BigInt(source) : value;
  });
}

/** What the listing that is recorded says: these sockets come from `/proc/net`. */
const NOT_RECORDED = "ss2: PING sockets come from /proc/net: the recording does not have them\n";

export class GuestOutput {
  readonly #lists = new Map<string, readonly Flow[]>();
  #truths: Truths | null = null;

  constructor(readonly kernel: Kernel, readonly directory: string) {}

  path(name: string): string {
    return `${this.directory}/${name}`;
  }

  text(name: string): string {
    return Deno.readTextFileSync(this.path(name));
  }

  /** Standard output of a step, which must have ended with `status` and said nothing but `errors`. */
  step(name: string, status = name === "list" ? 1 : 0, errors = name === "list" ? NOT_RECORDED : ""): string {
    const [ended, said] = [this.text(`${name}.status`).trim(), this.text(`${name}.err`)];
    if (ended !== String(status) || said !== errors) {
      throw new Error(`step ${name} ended with status ${ended}, not ${status}, and said: ${said.slice(0, 2000)}`);
    }
    return this.text(`${name}.out`);
  }

  /** The lines of JSON that a step has printed. */
  flows(name: string, status?: number, errors?: string): readonly Flow[] {
    const known = this.#lists.get(name);
    if (known !== undefined) return known;
    const flows = this.step(name, status, errors).split("\n").filter((line) => line !== "").map(parseExactly);
    this.#lists.set(name, flows);
    return flows;
  }

  get truths(): Truths {
    if (this.#truths !== null) return this.#truths;
    const lines = this.text("truth.jsonl").trim().split("\n").map(parseExactly);
    if (lines.at(-1)?.["done"] !== true) throw new Error(`the truth is not whole: ${this.text("open_sockets.log")}`);
    const { pid, comm, cgroup_id } = lines.find((line) => "pid" in line) as unknown as Truths;
    this.#truths = {
      sockets: lines.filter((line) => "name" in line) as unknown as Truth[],
      missing: lines.flatMap((line) => "missing" in line ? [line["missing"]] : []),
      pid,
      comm,
      cgroup_id,
    };
    return this.#truths;
  }
}

/** The value at a path; `list.length` is how many there are. */
export function at(flow: Flow, path: string): unknown {
  let value: unknown = flow;
  for (const name of path.split(".")) {
    if (value === undefined || value === null) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** A text that is the same for values that are. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part) => {
    if (typeof part === "bigint") return part <= Number.MAX_SAFE_INTEGER ? Number(part) : String(part);
    return part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1))
      : part;
  }) ?? "absent";

/** The flows of a listing that have all these values. */
export const matching = (flows: readonly Flow[], protocol: string, find: Values): Flow[] =>
  flows.filter((flow) =>
    flow["protocol"] === protocol &&
    Object.entries(find).every(([path, value]) => canonical(at(flow, path)) === canonical(value))
  );
