/**
 * `deno task test:fleet`: programs that read the output, but are too large for every run of the tests: DuckDB (from npm,
 * 140 MB), PostgreSQL and Ansible (Debian's packages postgresql and ansible-core).
 */
import { assert, assertEquals } from "@std/assert";
import { parseExact } from "../exact_json.ts";
import { openNamespace } from "../live/namespace.ts";
import { AF_INET, openPair, openTcp, SO_MAX_PACING_RATE, SOL_SOCKET } from "../live/sockets.ts";
import { assertPrinted, isRoot, programWords, projectDirectory, run, runProgram } from "../program.ts";

/** The largest number of 64 bits, which the kernel uses for a rate without limit. */
const UNLIMITED = 2n ** 64n - 1n;
const LIMITED = 1_000_000_000n;

/** Calls `test` with a directory that other users may read, in a network namespace with connections, some with a limited rate. */
async function withSockets(test: (directory: string) => void | Promise<void>): Promise<void> {
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    Deno.chmodSync(directory, 0o755);
    using _namespace = openNamespace();
    using _first = openPair();
    using _second = openPair({
      client: (client) => client.setInteger(SOL_SOCKET, SO_MAX_PACING_RATE, Number(LIMITED)),
    });
    await test(directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

const save = (path: string, ...args: string[]): void =>
  Deno.writeTextFileSync(path, assertPrinted(runProgram(...args)));

/** DuckDB. Its name is no literal, so that nothing else downloads it. */
const DUCKDB = ["npm:@duckdb/node-api", "1.5.6-r.1"].join("@");

Deno.test("DuckDB reads ndjson as it is, and writes Parquet with exact numbers of 64 bits", async () => {
  const { DuckDBInstance } = await import(DUCKDB);
  await withSockets(async (directory) => {
    save(`${directory}/sockets.ndjson`, "-ta", "--format", "ndjson");
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const ask = async (query: string) => (await connection.runAndReadAll(query)).getRows();
    const sockets = `read_ndjson_auto('${directory}/sockets.ndjson')`;
    assertEquals(await ask(`select state, count(*) from ${sockets} group by state order by state`), [
      ["established", 4n],
      ["listening", 2n],
    ]);
    const rate = "tcp_info.max_pacing_rate";
    const rates = [[LIMITED], [UNLIMITED]];
    assertEquals(await ask(`select distinct ${rate} from ${sockets} order by 1`), rates);
    // Parquet has no type for the HUGEINT that DuckDB takes numbers above 2^63 for.
    const file = `${directory}/sockets.parquet`;
    await ask(
      `copy (select * exclude tcp_info, ${rate}::ubigint as rate from ${sockets}) to '${file}' (format parquet)`,
    );
    assertEquals(await ask(`select distinct rate from '${file}' order by 1`), rates);
    assertEquals(await ask(`select count(distinct cookie) from '${file}'`), [[6n]]);
  });
});

/** Where Debian has the server's own programs. */
function findPostgres(): string | null {
  try {
    const [version] = [...Deno.readDirSync("/usr/lib/postgresql")].map(({ name }) => name).sort().reverse();
    return version === undefined ? null : `/usr/lib/postgresql/${version}/bin`;
  } catch {
    return null;
  }
}

const postgres = isRoot ? findPostgres() : null;

Deno.test({
  name: `PostgreSQL takes csv and ndjson by COPY${
    postgres === null ? " (ignored: postgresql is not installed, or this is not root)" : ""
  }`,
  ignore: postgres === null,
  async fn() {
    await withSockets((directory) => {
      save(
        `${directory}/sockets.csv`,
        "-ta",
        "--csv",
        "--raw-text",
        "--columns",
        "state,src,src_port,cookie,max_pacing_rate",
      );
      save(`${directory}/sockets.ndjson`, "-ta", "--format", "ndjson");
      Deno.mkdirSync(`${directory}/server`);
      Deno.chownSync(`${directory}/server`, 65534, 65534);
      const data = `${directory}/server/data`;
      // A comment line each, because the server on its own takes a line for a query.
      const queries = [
        "create table sockets (state text, src inet, src_port int, cookie text, max_pacing_rate text)",
        `copy sockets from '${directory}/sockets.csv' (format csv, header)`,
        "create table documents (flow jsonb)",
        `copy documents from '${directory}/sockets.ndjson' (format csv, quote e'\\x01', delimiter e'\\x02')`,
        "select state || ' ' || count(*) as answer from sockets group by state order by state",
        // In csv an apostrophe keeps numbers of more than 15 digits from spreadsheets.
        "select distinct ltrim(max_pacing_rate, chr(39))::numeric::text as answer from sockets order by 1",
        "select host(src) || ' ' || count(distinct cookie) as answer from sockets group by src",
        "select distinct flow #>> '{tcp_info,max_pacing_rate}' as answer from documents order by 1",
      ];
      const asNobody = "setpriv --reuid=65534 --regid=65534 --clear-groups";
      const { code, stdout, stderr } = run([
        "sh",
        "-c",
        `cd ${directory}/server && ${asNobody} ${postgres}/initdb -N -A trust -D ${data} >log 2>&1 &&
          printf %s "$1" | ${asNobody} ${postgres}/postgres --single -D ${data} -c fsync=off postgres`,
        "sh",
        queries.map((query) => `${query};\n`).join(""),
      ]);
      assertEquals(code, 0, stdout + stderr);
      const answers = [...stdout.matchAll(/answer = "([^"]*)"/g)].map(([, answer]) => answer);
      const rates = [String(LIMITED), String(UNLIMITED)];
      assertEquals(answers, ["established 4", "listening 2", ...rates, "127.0.0.1 6", ...rates], stdout + stderr);
    });
  },
});

const hasAnsible = run(["sh", "-c", "command -v ansible-playbook"]).code === 0;

Deno.test({
  name: `Ansible copies the program, lists and saves${hasAnsible ? "" : " (ignored: ansible-core is not installed)"}`,
  ignore: !hasAnsible,
  async fn() {
    await withSockets((directory) => {
      using server = openTcp(AF_INET).bind("127.0.0.1").listen(1);
      const words = programWords().map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
      Deno.writeTextFileSync(`${directory}/program`, `#!/bin/sh\nexec ${words} "$@"\n`);
      const values = { program: `${directory}/program`, ss2: `${directory}/ss2`, listings: directory };
      const { code, stdout, stderr } = run([
        ...["ansible-playbook", "-i", "localhost,", "-c", "local", "-e", JSON.stringify(values)],
        `${projectDirectory}docs/fleet/ss2-playbook.yaml`,
      ], { env: { HOME: directory, ANSIBLE_LOCALHOST_WARNING: "false" } });
      assertEquals(code, 0, stdout + stderr);
      assertEquals(Deno.statSync(values.ss2).mode! & 0o777, 0o755);
      const { TCP, meta } = parseExact(Deno.readTextFileSync(`${directory}/localhost.json`)) as unknown as {
        TCP: { flows: { src_port: number }[] };
        meta: { complete: boolean };
      };
      assertEquals([TCP.flows.length, meta.complete], [3, true]);
      assert(TCP.flows.some(({ src_port }) => src_port === server.localPort));
    });
  },
});
