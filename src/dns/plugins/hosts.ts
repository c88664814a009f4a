/**
 * hosts (CoreDNS 1.14.7, plugin/hosts): addresses from a file and from the Corefile itself, one line an address and its names.
 *
 * A name that is listed has no data for other types. A name in the zones that is not listed is SERVFAIL, because there is
 * no SOA to deny it with, unless it falls through. Of an IPv6 entry only the name counts. Files are those of
 * CoreDNS's ConfigMaps (NodeHosts of k3s); one that is missing is empty.
 */
import { NO_FACT } from "../../engine/facts.js";
import { type Address, parseAddress } from "../../model/address.js";
import type { Answer, Question } from "../../model/dns.js";
import type { DirectiveReader } from "../corefile/directive-reader.js";
import { shown } from "../corefile/zone-name.js";
import { isInZones, longestZone, normaliseZone } from "../zone.js";
import { type ChainedHandler, type Plugin, SERVER_FAILURE, type SetupContext } from "./plugin.js";
import { readSingle } from "./single-directive.js";

const DEFAULT_TTL_SECONDS = 3600;
const MAX_TTL_SECONDS = 65_535;
/** How often the file is read again: none changes here. */
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
    const options = readBlock(reader, reader.zones(1, context.zones), namesInFile(reader, context));
    return [
      {
        keepable: true,
        handler: () => handlerOf(options),
        certainty: (question) => (passes(question, options) ? "passes" : "answered"),
      },
    ];
  },
};

type Names = Map<string, Address[]>;

/** What the file of the first argument lists. Without it, it is /etc/hosts, where only the pod itself stands. */
function namesInFile(reader: DirectiveReader, { files = {} }: SetupContext): Names {
  const names: Names = new Map();
  const file = reader.text(0);
  const path = file === "" || file.startsWith("/") ? file : `/${file}`;
  if (Object.hasOwn(files, path)) {
    for (const line of (files[path] ?? "").split("\n")) {
      const [address = "", ...others] = line.replace(/#.*/, "").trim().split(/\s+/);
      const known = parseAddress(address);
      // What is no address is passed over, as CoreDNS does.
      if (known !== null || address.includes(":")) for (const name of others) note(names, name, known);
    }
  } else if (file !== "" && file !== "/etc/hosts") {
    const hint = "list addresses and names in the block, or give the ConfigMap of CoreDNS with this key";
    reader.warnAt(0, `there is no file ${shown(file)}: it counts as empty`, hint);
  }
  return names;
}

function readBlock(reader: DirectiveReader, zones: readonly string[], names: Names): HostsOptions {
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

function readEntry(line: DirectiveReader, names: Names): void {
  const address = parseAddress(line.name);
  const isIpv6 = line.name.includes(":");
  if (address === null && !isIpv6) {
    line.error(`${shown(line.name)} is no address`, "a line is an address and its names");
    return;
  }
  if (!line.count(1, Number.POSITIVE_INFINITY)) return;
  for (const text of line.texts()) note(names, text, address);
}

function note(names: Names, text: string, address: Address | null): void {
  const name = normaliseZone(text);
  const addresses = names.get(name) ?? [];
  if (address !== null && !addresses.includes(address)) addresses.push(address);
  names.set(name, addresses);
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
