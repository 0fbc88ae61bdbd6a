/**
 * Sums of sockets.
 */
import { parseFilter } from "./reference.ts";
import type { DumpOptions } from "./options.ts";
import type { FamilyName } from "../decode/reference/dumped.ts";
import type { Summary } from "../query/summary/summary.ts";
import { openSink, parts, prepare, selectFamilies } from "./prepare.ts";
import { FULL, type ListForSummary, PAIR, QUEUE, readSummary, usingPorts } from "../query/summary/read_summary.ts";
import { procNet } from "../ffi/proc_net.ts";
import { Session } from "../session.ts";
import { ObjectSink } from "../decode/record/object_sink.ts";

/** Options of {@linkcode summary}: which sockets are counted, and where. */
export type SummaryOptions = Pick<DumpOptions, FamilyName | "ipv4" | "ipv6" | "namespaces" | "namespaceLimit" | "warn">;

/**
 * Sums of the sockets of each network namespace and of the machine, as `-s` prints them (`docs/summary.md`).
 *
 * @throws {SystemError} if no netlink socket can be opened
 * @throws {NamespaceError} if a network namespace does not exist, or cannot be entered or left
 */
export async function summary(options: SummaryOptions = {}): Promise<Summary> {
  const { ipv4 = false, ipv6 = false, namespaces, namespaceLimit, warn = () => {} } = options;
  const where = {
    ...{ ipv4, ipv6 },
    ...namespaces === undefined ? {} : { namespaces },
    ...namespaceLimit === undefined ? {} : { namespaceLimit },
  };
  const tcp = { ...where, tcp: true };
  const netns = namespaces === undefined ? [] : ["netns.inode"];
  const counted = selectFamilies(options).families;
  const list = (listed: DumpOptions) => Promise.resolve(listForSummary(listed));
  const hasTcp = counted.some(({ name }) => name === "TCP");
  return await readSummary(
    {
      protocols: counted.map(({ name }) => name),
      counts: () => list({ ...options, states: ["all"], countBy: ["protocol", "state", ...netns] }),
      listeners: hasTcp
        ? () => list({ ...tcp, states: ["listening"], columns: [...QUEUE, ...netns], filter: parseFilter(FULL, tcp) })
        : null,
      ports: hasTcp
        ? (first, last) => {
          const filter = parseFilter(usingPorts(first, last), tcp);
          return list({ ...tcp, states: ["all"], countBy: [...PAIR, ...netns], filter });
        }
        : null,
    },
    procNet,
    { listed: ({ warnings }) => warnings.forEach((warning) => warn(warning)), warn },
  );
}

function listForSummary(options: DumpOptions): ListForSummary {
  const { run, query } = prepare(options);
  return (look) => {
    using session = new Session(run, parts);
    const objects = new ObjectSink();
    const { sink, finish } = openSink(objects, query, session);
    const outcome = session.run(sink);
    finish();
    look(session.vantages);
    return { flows: objects.take(), outcome };
  };
}
