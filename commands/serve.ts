/**
 * `--serve`: serves metrics over HTTP, for Prometheus and programs that read the same.
 */
import type { MetricFormat } from "../formats/registry.ts";
import { contentTypes } from "../formats/metrics.ts";
import type { ListenAddress, MetricsCommand, ServeCommand } from "../options/command.ts";
import { UsageError } from "../options/usage_error.ts";
import { preferredFormat } from "../query/metrics/accept.ts";
import { DONE, NOTHING } from "./exit_status.ts";
import type { LastingMetrics } from "./lasting_counts.ts";
import { openLastingOf, scrape, ScrapeTimeout } from "./scrape.ts";
import { complain } from "./print.ts";
import { StopSignals } from "./stop_signals.ts";

const PATH = "/metrics";

/** Milliseconds for one scrape: as long as Prometheus waits by default. */
const LIMIT = 10_000;

/** Milliseconds between two looks whether to go on. */
const PAUSE = 60_000;

/** Serves until a signal. */
export async function serve({ metrics, address }: ServeCommand): Promise<number> {
  const { path, hostname, port } = address;
  using lasting = await openLastingOf(metrics);
  const scraper = new Scraper(metrics, lasting);
  // Counters start with what is open now, not at the first request.
  if (lasting !== null) await scraper.scrape("prometheus");
  const onError = (error: unknown) => refuse(503, `${(error as Error).message}\n`);
  // Deno would print a line of its own.
  const options = { onError, onListen: (local: Deno.Addr) => complain(`serving ${urlOf(local)}`) };
  let server: Deno.HttpServer;
  try {
    server = path === undefined
      ? Deno.serve({ hostname: hostname!, port: port!, ...options }, scraper.answer)
      : Deno.serve({ path, ...options }, scraper.answer);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw new UsageError(missingPermission(address));
    complain(`cannot listen on ${address.text}: ${(error as Error).message}`);
    return NOTHING;
  }
  using signals = new StopSignals();
  try {
    while (!signals.received) await (lasting?.events.wait(PAUSE, signals) ?? signals.wait(PAUSE));
    return DONE;
  } finally {
    await server.shutdown();
  }
}

function urlOf(local: Deno.Addr): string {
  if (local.transport !== "tcp") return `${PATH} on ${(local as Deno.UnixAddr).path}`;
  const { hostname, port } = local as Deno.NetAddr;
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}${PATH}`;
}

function missingPermission({ text, path }: ListenAddress): string {
  const words = path === undefined
    ? `--allow-net=${text}`
    : `--allow-net=${text} --allow-read=${path} --allow-write=${path}`;
  return `--serve is not permitted: run Deno with ${words} (deno task serve does so for the default address)`;
}

/** Answers requests, with one scrape at a time. */
class Scraper {
  #busy = false;
  /** What the last scrape has told, so that a lasting problem is told once. */
  #told: ReadonlySet<string> = new Set();

  constructor(readonly metrics: MetricsCommand, readonly lasting: LastingMetrics | null) {}

  answer = async (request: Request): Promise<Response> => {
    // Nothing of the request counts but its path, its method and what it accepts.
    if (new URL(request.url).pathname !== PATH) return refuse(404, `nothing but ${PATH}\n`);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return refuse(405, "GET or HEAD\n", { allow: "GET, HEAD" });
    }
    const format = preferredFormat(request.headers.get("accept") ?? "");
    if (request.method === "HEAD") return respond(null, format);
    if (this.#busy) return refuse(503, "another scrape is going on\n", { "retry-after": "1" });
    this.#busy = true;
    try {
      return await this.scrape(format);
    } finally {
      this.#busy = false;
    }
  };

  async scrape(format: MetricFormat): Promise<Response> {
    try {
      const { text, found } = await scrape(this.metrics, format, {
        deadline: performance.now() + LIMIT,
        lasting: this.lasting,
      });
      this.#tell(found.warnings);
      return found.status === NOTHING ? refuse(503, lines(found.warnings)) : respond(text, format);
    } catch (error) {
      const { message } = error as Error;
      this.#tell(new Set([message]));
      return refuse(503, `${message}\n`, error instanceof ScrapeTimeout ? { "retry-after": "30" } : {});
    }
  }

  #tell(warnings: ReadonlySet<string>): void {
    for (const warning of warnings) if (!this.#told.has(warning)) complain(warning);
    this.#told = warnings;
  }
}

const lines = (warnings: ReadonlySet<string>): string => [...warnings].map((warning) => `${warning}\n`).join("");

const respond = (text: string | null, format: MetricFormat): Response =>
  new Response(text, { headers: { "content-type": contentTypes[format], "cache-control": "no-store" } });

const refuse = (status: number, text: string, headers: Record<string, string> = {}): Response =>
  new Response(text, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } });
