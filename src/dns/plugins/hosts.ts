/**
 * hosts (CoreDNS 1.14.7, plugin/hosts): addresses that stand in the Corefile itself, one line an address and its names.
 *
 * A name that is listed has no data for other types. A name in the zones that is not listed is SERVFAIL, because there is
 * no SOA to deny it with, unless it falls through. Of an IPv6 entry only the name counts. The simulator has no files.
 */
import { NO_FACT } from "../../engine/facts.js";
import { type Address, parseAddress } from "../../model/address.js";
import type { Answer, Question } from "../../model/dns.js";
import type { DirectiveReader } from "../corefile/directive-reader.js";
import { shown } from "../corefile/zone-name.js";
import { isInZones, longestZone, normaliseZone } from "../zone.js";
import { type ChainedHandler, type Plugin, SERVER_FAILURE } from "./plugin.js";
import { readSingle } from "./single-directive.js";

const DEFAULT_TTL_SECONDS = 3600;
const MAX_TTL_SECONDS = 65_535;
/** Read again from its file so often; the inline entries never change. */
const IGNORED: readonly string[] = ["no_reverse", "reload"];

interface HostsOptions {
  readonly zones: readonly string[];
  readonly names: ReadonlyMap<string, readonly Address[]>;
  readonly ttl: number;
  /** Zones whose unknown names go to the next plugin. */
  readonly fallthrough: readonly string[];
}

export const hosts: Plugin = {
  name: "hosts",
  setup: (directives, context) => {
    const reader = readSingle(directives, context);
    const first = reader.text(0);
    const isZone = first !== "" && !first.startsWith("/");
    if (reader.length > 0) {
      const hint = "list addresses and names in the block: hosts { 10.0.0.1 name }";
      if (isZone) reader.errorAt(0, `there is no file ${shown(first)}: a zone comes after the file`, hint);
      else if (first !== "/etc/hosts") reader.errorAt(0, `there is no file ${shown(first)}`, hint);
    }
    const options = readBlock(reader, reader.zones(1, context.zones));
    return [
      {
        keepable: true,
        handler: () => handlerOf(options),
        certainty: (question) => (passes(question, options) ? "passes" : "answered"),
      },
    ];
  },
};

function readBlock(reader: DirectiveReader, zones: readonly string[]): HostsOptions {
  const names = new Map<string, Address[]>();
  let ttl = DEFAULT_TTL_SECONDS;
  let fallthrough: readonly string[] = [];
  for (const line of reader.block()) {
    if (line.name === "fallthrough") fallthrough = line.zones(0, [""]);
    else if (line.name === "ttl") {
      if (line.count(1)) ttl = line.integer(0, ttl, { least: 1, most: MAX_TTL_SECONDS });
    } else if (!IGNORED.includes(line.name)) readEntry(line, names);
  }
  return { zones, names, ttl, fallthrough };
}

function readEntry(line: DirectiveReader, names: Map<string, Address[]>): void {
  const address = parseAddress(line.name);
  const isIpv6 = line.name.includes(":");
  if (address === null && !isIpv6) {
    line.error(`${shown(line.name)} is no address`, "a line is an address and its names");
    return;
  }
  if (!line.count(1, Number.POSITIVE_INFINITY)) return;
  for (const text of line.texts()) {
    const name = normaliseZone(text);
    const addresses = names.get(name) ?? [];
    if (address !== null && !addresses.includes(address)) addresses.push(address);
    names.set(name, addresses);
  }
}

function handlerOf(options: HostsOptions): ChainedHandler {
  return (query, next) => {
    const { question } = query;
    if (passes(question, options)) return next(query);
    const addresses = options.names.get(question.name);
    return addresses === undefined ? SERVER_FAILURE : answerOf(question, addresses, options.ttl);
  };
}

function passes({ name, type }: Question, { zones, names, fallthrough }: HostsOptions): boolean {
  if (type === "PTR" || longestZone(name, zones) === null) return true;
  return !names.has(name) && isInZones(name, fallthrough);
}

function answerOf({ name, type }: Question, addresses: readonly Address[], ttl: number): Answer {
  return {
    rcode: "NOERROR",
    answers: type === "A" ? addresses.map((address) => ({ name, type: "A", ttl, address, data: "" })) : [],
    authority: [],
    source: "hosts",
    fact: NO_FACT,
    knownSince: Number.NaN,
  };
}
