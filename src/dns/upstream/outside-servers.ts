/**
 * The DNS servers outside the cluster: whichever address they are asked at, they know the same names. A name that no
 * scenario lists does not exist. While they are down nothing comes back from any of them.
 *
 * They stand for recursive servers: the SOA of a denial is that of the root, as a validating server would pass it on.
 * Records are IPv4 only, so AAAA questions for a name that exists have no data.
 */
import type { Micros } from "../../engine/duration.js";
import { NO_FACT } from "../../engine/facts.js";
import type { Answer, DnsRecord, Question } from "../../model/dns.js";
import type { UpstreamZone } from "./upstream.js";

/** TTL of every record from outside, in seconds: recursive servers would count it down. */
export const OUTSIDE_TTL_SECONDS = 300;

/** Longest chain of aliases that is followed. */
const MAX_ALIASES = 10;
const ROOT_TTL_SECONDS = 86_400;

const ROOT: readonly DnsRecord[] = [
  {
    name: "",
    type: "SOA",
    ttl: ROOT_TTL_SECONDS,
    address: null,
    data: "a.root-servers.net. nstld.verisign-grs.com. 1 1800 900 604800 86400",
  },
];

export class OutsideServers {
  private outages = 0;

  /** `latency` lies between a question and its answer, seen from the cluster. */
  constructor(
    private readonly zone: UpstreamZone,
    readonly latency: Micros,
  ) {}

  get down(): boolean {
    return this.outages > 0;
  }

  /** Outages may overlap: each `true` lasts until a `false` of its own. */
  setDown(down: boolean): void {
    this.outages = Math.max(0, this.outages + (down ? 1 : -1));
  }

  answer({ name, type }: Question): Answer {
    const answers: DnsRecord[] = [];
    let current = name;
    for (let followed = 0; followed < MAX_ALIASES; followed++) {
      const target = this.zone.aliases.get(current);
      if (target === undefined) break;
      answers.push({ name: current, type: "CNAME", ttl: OUTSIDE_TTL_SECONDS, address: null, data: `${target}.` });
      current = target;
    }
    const addresses = this.zone.records.get(current);
    const exists = addresses !== undefined || current === "";
    if (type === "A") {
      for (const address of addresses ?? []) {
        answers.push({ name: current, type: "A", ttl: OUTSIDE_TTL_SECONDS, address, data: "" });
      }
    }
    const found = answers.length > 0 && answers[answers.length - 1]?.type === type;
    return {
      rcode: exists ? "NOERROR" : "NXDOMAIN",
      answers,
      authority: found ? [] : ROOT,
      fact: NO_FACT,
      knownSince: Number.NaN,
    };
  }
}
