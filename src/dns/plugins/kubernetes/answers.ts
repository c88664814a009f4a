/**
 * Answers of the kubernetes plugin (CoreDNS 1.14.7, plugin/kubernetes, plugin/backend_lookup.go).
 *
 * A ClusterIP Service answers with its address whatever its endpoints; a headless one with its ready endpoints, and with
 * NXDOMAIN when it has none. A type that an existing name does not have is NODATA. Reverse names give the Service whose
 * ClusterIP it is, else the endpoint's name in each Service that selects it. An alias (ExternalName) is followed, within
 * the zone here, outside by a question to this server itself; when that fails the alias alone is the answer.
 */
import { SECOND } from "../../../engine/duration.js";
import { NO_FACT } from "../../../engine/facts.js";
import { parseAddress } from "../../../model/address.js";
import type { Answer, DnsRecord, Question } from "../../../model/dns.js";
import { type Knowledge, NOTHING_KNOWN, type ServiceEntry } from "../../record-index.js";
import { mapReply, type Reply } from "../../reply.js";
import type { PluginEnvironment, Query } from "../plugin.js";
import { endpointName, findCandidates } from "./candidates.js";
import {
  isReverseZone,
  type ParsedName,
  reverseAddress,
  type ServiceName,
  type ZoneName,
  type ZoneNames,
} from "./name.js";
import type { KubernetesOptions } from "./options.js";
import {
  addressRecord,
  addressRecords,
  aliasRecord,
  pointerRecord,
  serviceRecords,
  startOfAuthority,
  versionRecord,
} from "./records.js";

/** Aliases that are followed for one question. */
const LONGEST_CHAIN = 10;

type PodName = ParsedName & { readonly kind: "pod" };

export class KubernetesAnswers {
  private readonly kept = new Map<string, { readonly version: number; readonly answer: Answer }>();
  private readonly authorities = new Map<string, { readonly serial: number; readonly records: readonly DnsRecord[] }>();

  constructor(
    private readonly options: KubernetesOptions,
    private readonly environment: PluginEnvironment,
    private readonly names: ZoneNames,
  ) {}

  /** NXDOMAIN stands for a name that does not exist here, synced or not. `chain`: aliases that led here. */
  answer(query: Query, name: ZoneName, chain = 0): Reply {
    const { question } = query;
    const { zone, parsed } = name;
    if (isReverseZone(zone)) return this.ofReverseName(question, zone);
    switch (parsed.kind) {
      case "empty":
        return this.denial("NOERROR", zone, NOTHING_KNOWN);
      case "outside":
      case "invalid":
        return this.denial("NXDOMAIN", zone, NOTHING_KNOWN);
      case "version":
        if (question.type !== "TXT") return this.denial("NXDOMAIN", zone, NOTHING_KNOWN);
        return this.made([versionRecord(question.name)], NOTHING_KNOWN);
      case "namespace": {
        const hidden = parsed.pods && this.options.pods === "disabled";
        const exists = !hidden && this.exposes(parsed.namespace);
        return this.denial(exists ? "NOERROR" : "NXDOMAIN", zone, this.namespaceKnown(parsed.namespace));
      }
      case "pod":
        return this.ofPod(question, zone, parsed);
      case "service":
      case "endpoint":
      case "port":
        if (this.exposes(parsed.namespace)) return this.ofService(query, zone, parsed, chain);
        return this.denial("NXDOMAIN", zone, this.namespaceKnown(parsed.namespace));
      default:
        return parsed satisfies never;
    }
  }

  /** Answers to the common question are kept until the Service or its endpoints change. */
  private ofService(query: Query, zone: string, name: ServiceName, chain: number): Reply {
    const { question } = query;
    const entry = this.environment.index.entry(name.key);
    const service = entry?.service ?? null;
    if (entry === null || service === null) {
      return this.denial("NXDOMAIN", zone, entry?.serviceKnown ?? NOTHING_KNOWN);
    }
    const alias = service.spec.externalName ?? null;
    if (alias !== null) return this.ofAlias(query, zone, name, entry, aliasTarget(alias), chain);
    const keeps = name.kind === "service" && question.type === "A";
    if (keeps) {
      const kept = this.kept.get(question.name);
      if (kept !== undefined && kept.version === entry.version) return kept.answer;
    }
    const answer = this.ofEntry(question, zone, name, entry);
    // a denial carries the zone's serial, which other Services change
    if (keeps && answer.answers.length > 0) this.kept.set(question.name, { version: entry.version, answer });
    return answer;
  }

  private ofEntry(question: Question, zone: string, name: ServiceName, entry: ServiceEntry): Answer {
    const { ttl, endpointPodNames } = this.options;
    const fixed = name.kind !== "endpoint" && entry.service?.spec.clusterIP !== "None";
    const ignores = fixed && this.options.ignoreEmptyServices;
    const known = fixed && !ignores ? entry.serviceKnown : newer(entry.serviceKnown, entry.endpointsKnown);
    const candidates = findCandidates(entry, name, this.options);
    if (candidates === null) return this.denial("NXDOMAIN", zone, known);
    if (question.type === "A") return this.made(addressRecords(question.name, ttl, candidates), known);
    if (question.type !== "SRV") return this.denial("NOERROR", zone, known);
    const service = fullName(entry.key, zone);
    const { answers, additional } = serviceRecords(question.name, service, ttl, candidates, endpointPodNames);
    if (answers.length === 0) return this.denial("NOERROR", zone, known);
    return this.made(answers, known, additional);
  }

  /** Null: the name of the Service is that of an address, which is ignored. */
  private ofAlias(
    query: Query,
    zone: string,
    name: ServiceName,
    entry: ServiceEntry,
    target: string | null,
    chain: number,
  ): Reply {
    const { question, now } = query;
    const { serviceKnown } = entry;
    if (name.kind !== "service" || target === null) return this.denial("NXDOMAIN", zone, serviceKnown);
    const followed = question.type === "A" || question.type === "AAAA";
    if (!followed || target === question.name || chain >= LONGEST_CHAIN) {
      return this.denial("NOERROR", zone, serviceKnown);
    }
    const alias = aliasRecord(question.name, this.options.ttl, target);
    const asked: Query = { question: { name: target, type: question.type }, now, source: 0 };
    const inside = this.names.of(target);
    if (inside !== null && inside.zone === zone) {
      return mapReply(this.answer(asked, inside, chain + 1), (answer) => {
        if (answer.rcode !== "NOERROR" || answer.answers.length === 0)
          return this.denial("NOERROR", zone, serviceKnown);
        return this.withAlias(alias, answer, serviceKnown);
      });
    }
    return mapReply(this.environment.lookup(asked), (answer) => this.withAlias(alias, answer, serviceKnown));
  }

  /** The answer to the alias' target behind the alias itself; only the alias when there is none. */
  private withAlias(alias: DnsRecord, target: Answer, known: Knowledge): Answer {
    const own = this.made([alias], known);
    if (target.rcode !== "NOERROR") return own;
    const answers = [alias, ...target.answers];
    const { fact, knownSince } = target.fact > own.fact ? target : own;
    return { ...own, answers, fact, knownSince };
  }

  private ofPod(question: Question, zone: string, { namespace, address }: PodName): Answer {
    const { pods, ttl } = this.options;
    const known = this.namespaceKnown(namespace);
    if (pods === "disabled" || address === null || !this.exposes(namespace))
      return this.denial("NXDOMAIN", zone, known);
    if (pods === "verified") {
      const owners = this.environment.index.podsAt(address);
      if (!owners.some(({ metadata }) => metadata.namespace === namespace)) return this.denial("NXDOMAIN", zone, known);
    }
    if (question.type !== "A") return this.denial("NOERROR", zone, known);
    return this.made([addressRecord(question.name, ttl, address)], known);
  }

  private ofReverseName(question: Question, zone: string): Answer {
    const address = reverseAddress(question.name);
    if (question.name === zone) return this.denial("NOERROR", zone, NOTHING_KNOWN);
    const owners = question.type === "PTR" && address !== null ? this.environment.index.ownersOf(address) : null;
    if (owners === null) return this.denial("NXDOMAIN", zone, NOTHING_KNOWN);
    const { ttl, primaryZone, endpointPodNames } = this.options;
    const { clusterIP } = owners;
    if (clusterIP !== null && this.exposesEntry(clusterIP)) {
      const target = fullName(clusterIP.key, primaryZone);
      return this.made([pointerRecord(question.name, ttl, target)], clusterIP.serviceKnown);
    }
    const endpoints = owners.endpoints.filter(({ entry }) => this.exposesEntry(entry));
    if (endpoints.length === 0) return this.denial("NXDOMAIN", zone, NOTHING_KNOWN);
    const records = endpoints.map(({ entry, endpoint }) => {
      const target = `${endpointName(endpoint, endpointPodNames)}.${fullName(entry.key, primaryZone)}`;
      return pointerRecord(question.name, ttl, target);
    });
    const known = endpoints.map(({ entry }) => entry.endpointsKnown).reduce(newer);
    return this.made(records, known);
  }

  private made(answers: readonly DnsRecord[], known: Knowledge, additional?: readonly DnsRecord[]): Answer {
    return {
      rcode: "NOERROR",
      answers,
      authority: [],
      additional,
      source: "kubernetes",
      age: 0,
      fact: known.revision?.fact ?? NO_FACT,
      knownSince: known.since,
    };
  }

  private denial(rcode: "NOERROR" | "NXDOMAIN", zone: string, known: Knowledge): Answer {
    return {
      rcode,
      answers: [],
      authority: this.authorityOf(zone),
      additional: undefined,
      source: "kubernetes",
      age: 0,
      fact: known.revision?.fact ?? NO_FACT,
      knownSince: known.since,
    };
  }

  private authorityOf(zone: string): readonly DnsRecord[] {
    const serial = Math.floor(this.environment.index.changedAt / SECOND);
    const made = this.authorities.get(zone);
    if (made !== undefined && made.serial === serial) return made.records;
    const records = [startOfAuthority(zone, this.options.ttl, serial)];
    this.authorities.set(zone, { serial, records });
    return records;
  }

  private exposes(namespace: string): boolean {
    const { namespaces } = this.options;
    return (
      (namespaces.length === 0 || namespaces.includes(namespace)) && this.environment.index.hasNamespace(namespace)
    );
  }

  private exposesEntry({ key }: ServiceEntry): boolean {
    const { namespaces } = this.options;
    return namespaces.length === 0 || namespaces.includes(key.slice(0, key.indexOf("/")));
  }

  private namespaceKnown(namespace: string): Knowledge {
    return this.environment.index.namespaceKnown(namespace);
  }
}

/** `name.namespace.svc.zone` of "namespace/name". */
function fullName(key: string, zone: string): string {
  const slash = key.indexOf("/");
  return `${key.slice(slash + 1)}.${key.slice(0, slash)}.svc${zone === "" ? "" : `.${zone}`}`;
}

/** The target in the form of questions; null for the text of an address. */
function aliasTarget(externalName: string): string | null {
  const target = (externalName.endsWith(".") ? externalName.slice(0, -1) : externalName).toLowerCase();
  return target === "" || target.includes(":") || parseAddress(target) !== null ? null : target;
}

function newer(x: Knowledge, y: Knowledge): Knowledge {
  if (x.revision === null || y.revision === null) return y.revision === null ? x : y;
  return y.revision.number > x.revision.number ? y : x;
}
