/**
 * Information about a run besides its sockets: where, when, how, and whether the list is complete.
 */
import { escapeControls } from "../../decode/text/control_characters.ts";
import type { Schema } from "./json_schema.ts";

/** Version of the output's schema; increases when a field is renamed or changes its meaning. */
export const SCHEMA_VERSION = 1;

/** What is known before the first socket. For a recording, this comes from the recording. */
export interface MetaStart {
  /** Version of the schema. */
  readonly schema_version: number;
  /** Version of the program. */
  readonly version: string;
  /** Name of the machine. */
  readonly host?: string;
  /** Release of its kernel. */
  readonly kernel?: string;
  /** Number that the machine got when it was started: cookies are unique until it is started again. */
  readonly boot_id?: string;
  /** When the run started, in UTC. */
  readonly time?: string;
  /** Inode of the network namespace. */
  readonly netns?: number;
  /** The words of the command line. */
  readonly options: readonly string[];
}

/** What is known after the last socket. */
export interface MetaEnd {
  /** Sockets that were printed. */
  readonly sockets: number;
  /** Whether nothing is known to be missing. */
  readonly complete: boolean;
  /** What is known to be missing or doubtful, one line each. */
  readonly warnings: readonly string[];
  /** Where the descriptors of processes were read, if they were. */
  readonly owners_from?: "proc" | "bpf";
  /** How the processes of a command were identified (--leaks). */
  readonly leaks_from?: "cgroup" | "subreaper";
}

/** Name of the member, which no protocol has. */
export const META = "meta";

/** The information as JSON text that is safe for a terminal. */
export function metaText(value: unknown, indent: number): string {
  return JSON.stringify(value, null, indent).split("\n").map(escapeControls).join("\n");
}

const texts: Schema = { type: "array", items: { type: "string" } };

const startProperties: Schema = {
  schema_version: { description: "Version of the shape of the output.", const: SCHEMA_VERSION },
  version: { description: "Version of the program.", type: "string" },
  host: { description: "Name of the machine.", type: "string" },
  kernel: { description: "Release of its kernel.", type: "string" },
  boot_id: {
    description:
      "Changes when the machine is started: cookies, inodes and numbers of interfaces mean the same until then.",
    type: "string",
    pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
  },
  time: {
    description: "When the kernel was asked (UTC).",
    type: "string",
    pattern: "^\\d{4,}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$",
  },
  netns: {
    description: "Inode of the network namespace that the program runs in.",
    type: "integer",
    minimum: 0,
    maximum: 4294967295,
  },
  options: { description: "Words of the command line.", ...texts },
};

const endProperties: Schema = {
  sockets: { description: "Sockets that were printed.", type: "integer", minimum: 0 },
  complete: { description: "Whether everything asked for was printed.", type: "boolean" },
  warnings: { description: "What is known to be missing or doubtful, as on standard error.", ...texts },
};

const ownersFrom: Schema = {
  owners_from: {
    description: "Where the descriptors of processes were read: /proc, or a BPF iterator.",
    enum: ["proc", "bpf"],
  },
};

const leaksFrom: Schema = {
  leaks_from: {
    description: "How the processes of the command were told from others (--leaks): by a control group, or as orphans.",
    enum: ["cgroup", "subreaper"],
  },
};

const START_REQUIRED = ["schema_version", "version", "options"];

const object = (properties: Schema, required: readonly string[]): Schema => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

/** The schema of the member of a document. */
export const metaSchema: Schema = {
  description: "Description of the run (--meta).",
  ...object({ ...startProperties, ...endProperties, ...ownersFrom, ...leaksFrom }, [
    ...START_REQUIRED,
    ...Object.keys(endProperties),
  ]),
};

/** The schemas of the first line and of the last one. */
export const metaLineSchemas: readonly Schema[] = [
  object(startProperties, START_REQUIRED),
  object({ ...endProperties, ...ownersFrom, ...leaksFrom }, Object.keys(endProperties)),
].map((meta) => ({
  description: "Description of the run (--meta), in the first or the last line.",
  ...object({ [META]: meta }, [META]),
}));
