/**
 * `--allow` with reports: lists the sockets that are not allowed, and writes them to reports too.
 */
import { type FlowObject, ObjectSink } from "../decode/record/object_sink.ts";
import { ForwardingTape } from "../decode/record/forwarding_tape.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import { identifying } from "../query/checks/found_socket.ts";
import type { CheckResult } from "../query/checks/judge.ts";
import type { CommandOf } from "./action.ts";
import { writeReports } from "./check.ts";
import { DONE, NOTHING } from "./exit_status.ts";
import { listSockets } from "./list.ts";

/** Lists them; the exit status is that of the listing. */
export async function listNotAllowed(
  { listing, reports }: CommandOf<"allow">,
  print: Write,
  abandon: () => void,
): Promise<number> {
  let flows: readonly FlowObject[] = [];
  const { status, warnings } = await listSockets(listing, print, abandon, undefined, {
    before(sink) {
      const collecting = new CollectingSink(sink);
      flows = collecting.flows;
      return collecting;
    },
  });
  const result: CheckResult = {
    rule: { ...NOT_ALLOWED, filter: listing.filter?.text ?? "" },
    result: status === DONE ? "holds" : status === NOTHING ? "unknown" : "fails",
    reason: status === DONE ? null : warnings[0] ?? null,
    count: flows.length,
    sockets: flows.map((flow) => ({ socket: identifying(flow), evidence: evidenceOf(flow) })),
  };
  await writeReports(reports, [result], listing.output, print);
  return status;
}

/** Keeps what identifies each record that it passes on, also behind the last that the output takes. */
class CollectingSink extends ForwardingTape {
  readonly flows: FlowObject[] = [];
  #protocol = "";
  #marked = 0;

  override get full(): boolean {
    return false;
  }

  override openProtocol(name: string): void {
    this.#protocol = name;
    super.openProtocol(name);
  }

  override mark(): void {
    this.#marked = this.flows.length;
    super.mark();
  }

  override rewind(): boolean {
    this.flows.length = this.#marked;
    return super.rewind();
  }

  protected override recordEnded(): void {
    const objects = new ObjectSink();
    objects.openProtocol(this.#protocol);
    objects.openRecord();
    this.play(objects);
    objects.closeRecord();
    this.flows.push(...objects.take());
    this.push();
  }
}

/** What else tells which socket it is. */
const EVIDENCE = ["state", "uid", "user", "cookie"];

const evidenceOf = (flow: FlowObject): CheckResult["sockets"][number]["evidence"] =>
  Object.fromEntries(EVIDENCE.flatMap((name) => flow[name] === undefined ? [] : [[name, flow[name]!]]));

/** The texts of reports about what is not allowed. */
const NOT_ALLOWED: CheckResult["rule"] = {
  name: "allow",
  severity: "error",
  filter: "",
  over: "sockets",
  expect: "none",
  message: "A socket is not on the allow list.",
  why: "What nobody has allowed may be a service that was left behind, or was started by mistake.",
  remedy: "End the process that holds it, or allow it.",
};
