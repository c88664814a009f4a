/**
 * kubernetes (CoreDNS 1.14.7, plugin/kubernetes): answers from this replica's index.
 *
 * A ClusterIP Service answers with its address whatever its endpoints; a headless one with its ready endpoints, and with
 * NXDOMAIN when it has none. The other address family is NODATA. Endpoint names exist for both sorts of Service. Left out:
 * SRV, PTR and TXT questions (NODATA), pod names (NXDOMAIN), ExternalName.
 */
import { SECOND } from "../../engine/duration.js";
import { NO_FACT } from "../../engine/facts.js";
import { type Address, formatAddress } from "../../model/address.js";
import type { Answer, DnsRecord, Question } from "../../model/dns.js";
import type { Endpoint } from "../../model/objects.js";
import { type ParsedName, parseName } from "../name.js";
import { type Knowledge, NOTHING_KNOWN, type RecordIndex, readyEndpoints, type ServiceEntry } from "../record-index.js";
import { type Plugin, SERVER_FAILURE } from "./plugin.js";

/** The SOA of a denial is never valid for longer. */
const MAX_SOA_TTL = 300;

export const kubernetes: Plugin = {
  name: "kubernetes",
  create: (options, environment) => {
    const zone = new Zone(options.clusterDomain, options.kubernetes.ttl, environment.index);
    return (query, next) => {
      const answer = zone.answer(query.question);
      if (answer === null) return next(query);
      return answer.rcode === "NXDOMAIN" && !environment.synced() ? SERVER_FAILURE : answer;
    };
  },
};

/** What a name stands for: addresses, or nothing, because of what is known. Null addresses: no such name. */
interface Found {
  readonly addresses: readonly Address[] | null;
  readonly known: Knowledge;
}

class Zone {
  private readonly parsed = new Map<string, ParsedName>();
  private readonly kept = new Map<string, { readonly version: number; readonly answer: Answer }>();
  private soa: readonly DnsRecord[] = [];
  private soaSerial = Number.NaN;

  constructor(
    private readonly domain: string,
    private readonly ttl: number,
    private readonly index: RecordIndex,
  ) {}

  /** Null when the name is not below the cluster domain. */
  answer(question: Question): Answer | null {
    const name = this.parse(question.name);
    switch (name.kind) {
      case "outside":
        return null;
      case "empty":
        return this.denial("NOERROR", NOTHING_KNOWN);
      case "invalid":
        return this.denial("NXDOMAIN", NOTHING_KNOWN);
      case "namespace": {
        const exists = this.index.hasNamespace(name.namespace);
        return this.denial(exists ? "NOERROR" : "NXDOMAIN", this.index.namespaceKnown(name.namespace));
      }
      case "service":
        return this.ofService(question, name.key);
      case "endpoint":
      case "port":
        return this.made(question, find(this.index.entry(name.key), name));
      default:
        return name satisfies never;
    }
  }

  /** The common question: its answer is kept until the Service or its endpoints change. */
  private ofService(question: Question, key: string): Answer {
    const entry = this.index.entry(key);
    if (question.type !== "A" || entry === null) return this.made(question, find(entry, null));
    const kept = this.kept.get(key);
    if (kept !== undefined && kept.version === entry.version) return kept.answer;
    const answer = this.made(question, find(entry, null));
    // a denial carries the zone's serial, which other Services change
    if (answer.answers.length > 0) this.kept.set(key, { version: entry.version, answer });
    return answer;
  }

  private made(question: Question, found: Found): Answer {
    const { addresses, known } = found;
    if (addresses === null) return this.denial("NXDOMAIN", known);
    if (question.type !== "A" || addresses.length === 0) return this.denial("NOERROR", known);
    const { ttl } = this;
    const { name } = question;
    return {
      rcode: "NOERROR",
      answers: addresses.map((address) => ({ name, type: "A", ttl, address, data: "" })),
      authority: [],
      fact: known.revision?.fact ?? NO_FACT,
      knownSince: known.since,
    };
  }

  private denial(rcode: "NOERROR" | "NXDOMAIN", known: Knowledge): Answer {
    return {
      rcode,
      answers: [],
      authority: this.startOfAuthority(),
      fact: known.revision?.fact ?? NO_FACT,
      knownSince: known.since,
    };
  }

  /** Serial: seconds of the newest change. The negative TTL is the plugin's `ttl`. */
  private startOfAuthority(): readonly DnsRecord[] {
    const serial = Math.floor(this.index.changedAt / SECOND);
    if (serial === this.soaSerial) return this.soa;
    this.soaSerial = serial;
    this.soa = [
      {
        name: this.domain,
        type: "SOA",
        ttl: Math.min(this.ttl, MAX_SOA_TTL),
        address: null,
        data: `ns.dns.${this.domain}. hostmaster.${this.domain}. ${serial} 7200 1800 86400 ${this.ttl}`,
      },
    ];
    return this.soa;
  }

  private parse(name: string): ParsedName {
    let parsed = this.parsed.get(name);
    if (parsed === undefined) {
      parsed = parseName(name, this.domain);
      this.parsed.set(name, parsed);
    }
    return parsed;
  }
}

/** Addresses of a Service, of one of its endpoints, or of one of its ports (`name` null: of the Service itself). */
function find(entry: ServiceEntry | null, name: (ParsedName & { kind: "endpoint" | "port" }) | null): Found {
  const service = entry?.service ?? null;
  if (entry === null || service === null) return { addresses: null, known: entry?.serviceKnown ?? NOTHING_KNOWN };
  const { clusterIP } = service.spec;
  if (name?.kind === "endpoint") {
    const endpoints = readyEndpoints(entry).filter((endpoint) => endpointName(endpoint) === name.endpoint);
    return withEndpoints(entry, endpoints);
  }
  if (name?.kind === "port" && !hasPort(entry, name.port, name.protocol)) {
    return { addresses: null, known: entry.serviceKnown };
  }
  if (clusterIP === "None") return withEndpoints(entry, readyEndpoints(entry));
  return { addresses: clusterIP === null ? null : [clusterIP], known: entry.serviceKnown };
}

function withEndpoints(entry: ServiceEntry, endpoints: readonly Endpoint[]): Found {
  const addresses = endpoints.length === 0 ? null : endpoints.map((endpoint) => endpoint.address);
  return { addresses, known: newer(entry.serviceKnown, entry.endpointsKnown) };
}

/** The hostname, or the address with dashes. */
function endpointName(endpoint: Endpoint): string {
  return endpoint.hostname === "" ? formatAddress(endpoint.address).replaceAll(".", "-") : endpoint.hostname;
}

function hasPort(entry: ServiceEntry, port: string, protocol: string): boolean {
  const ports = entry.service?.spec.ports ?? [];
  return ports.some((each) => each.name === port && each.protocol.toLowerCase() === protocol);
}

function newer(x: Knowledge, y: Knowledge): Knowledge {
  if (x.revision === null || y.revision === null) return y.revision === null ? x : y;
  return y.revision.number > x.revision.number ? y : x;
}
