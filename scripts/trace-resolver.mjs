/**
 * Prints as JSON what a resolver asks a DNS server, and what an application gets; no cluster is involved. The format is
 * that of test/dns/client/trace/recorded, where the same was recorded with real resolvers.
 *   npm run --silent trace:resolver -- --resolver musl --resolv-conf resolv.conf --server drop-all --name database
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { RESOLVERS } from "../dist/dns/client/resolver/resolvers.js";
import { SERVER_MODES } from "../dist/dns/client/trace/server-modes.js";
import { traceLookups } from "../dist/dns/client/trace/trace.js";
import { parseAddress } from "../dist/model/address.js";

const OPTIONS = {
  resolver: { type: "string", default: "glibc" },
  "resolv-conf": { type: "string" },
  server: { type: "string", default: "normal" },
  name: { type: "string" },
  calls: { type: "string", default: "1" },
  closed: { type: "string", multiple: true, default: [] },
  help: { type: "boolean", default: false },
};

const table = (rows) => rows.map(({ name, summary }) => `  ${name.padEnd(18)}${summary}`).join("\n");
const HELP = `usage: npm run --silent trace:resolver -- --name NAME --resolv-conf FILE [options]

  --resolver NAME   whose resolver; default glibc
  --server MODE     how the server behaves; default normal
  --calls N         lookups in one process, one after the other; default 1
  --closed ADDRESS  a nameserver at whose port nobody listens; may be given several times

resolvers:
${table(RESOLVERS)}

modes of the server:
${table(SERVER_MODES)}
`;

/** Says what is wrong with the command line; exit code 2, as for kubechurn. */
class UsageError extends Error {}

function named(list, name, what) {
  const found = list.find((each) => each.name === name);
  if (found === undefined) {
    throw new UsageError(`there is no ${what} ${name}; choose one of ${list.map((each) => each.name).join(", ")}`);
  }
  return found;
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(error.message);
  }
}

function trace(values) {
  const calls = Number(values.calls);
  if (values.name === undefined || values["resolv-conf"] === undefined) {
    throw new UsageError("--name and --resolv-conf are needed; --help shows all options");
  }
  if (!Number.isInteger(calls) || calls < 1 || calls > 1000) throw new UsageError("--calls is a count from 1 to 1000");
  return traceLookups({
    resolver: named(RESOLVERS, values.resolver, "resolver"),
    resolvConf: read(values["resolv-conf"]),
    mode: named(SERVER_MODES, values.server, "server mode"),
    name: values.name,
    calls,
    closed: values.closed.map((text) => {
      const address = parseAddress(text);
      if (address === null) throw new UsageError(`--closed ${text}: no IPv4 address`);
      return address;
    }),
  });
}

try {
  const { values } = parseArgs({ options: OPTIONS });
  process.stdout.write(values.help ? HELP : `${JSON.stringify(trace(values), null, 2)}\n`);
} catch (error) {
  if (!(error instanceof UsageError) && error.code?.startsWith("ERR_PARSE_ARGS") !== true) throw error;
  process.stderr.write(`trace:resolver: ${error.message}\n`);
  process.exitCode = 2;
}
