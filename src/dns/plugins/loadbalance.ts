/**
 * loadbalance (CoreDNS 1.14.7, `round_robin`): despite its name a uniform shuffle of the addresses of every reply, of cached
 * replies too, because it stands outside the cache. Aliases come first. `weighted` and `prefer` are not simulated.
 */
import { type Key, uniform } from "../../engine/random.js";
import type { Answer, DnsRecord } from "../../model/dns.js";
import { mapReply, PendingAnswer } from "../reply.js";
import type { Plugin } from "./plugin.js";
import { readSingle } from "./single-directive.js";

/** More draws than any reply needs: reply n uses the draws from n × this on. */
const DRAWS_PER_REPLY = 65_536;

export const loadbalance: Plugin = {
  name: "loadbalance",
  setup: (directives, context) => {
    const reader = readSingle(directives, context);
    const policy = reader.text(0);
    if (policy === "weighted") reader.errorAt(0, "the policy weighted is not simulated", "use round_robin");
    else if (reader.count(0, 1)) reader.oneOf(0, ["round_robin"], "round_robin");
    if (policy !== "weighted") {
      reader.properties({ prefer: (property) => property.error("prefer is not simulated", "leave it out") });
    }
    return [
      {
        certainty: () => "passes",
        keepable: true,
        handler: (environment) => {
          const shuffler = new Shuffler(environment.key("loadbalance"));
          const { validity } = environment;
          return (query, next) => {
            const reply = next(query);
            if (reply instanceof PendingAnswer) return mapReply(reply, (answer) => shuffler.shuffled(answer));
            const shuffled = shuffler.shuffled(reply);
            if (shuffled !== reply) validity.lower(query.now);
            return shuffled;
          };
        },
      },
    ];
  },
};

class Shuffler {
  private replies = 0;

  constructor(private readonly key: Key) {}

  shuffled(answer: Answer): Answer {
    const { rcode, answers } = answer;
    const type = answers[0]?.type;
    if (rcode !== "NOERROR" || answers.length < 2 || type === undefined) return answer;
    if (isAddress(type)) return withAnswers(answer, this.permuted(answers));
    if (type !== "CNAME") return answer;
    const aliases = answers.filter((record) => record.type === "CNAME");
    const addresses = answers.filter((record) => isAddress(record.type));
    return addresses.length < 2 ? answer : withAnswers(answer, [...aliases, ...this.permuted(addresses)]);
  }

  private permuted(records: readonly DnsRecord[]): DnsRecord[] {
    const first = this.replies++ * DRAWS_PER_REPLY;
    return shuffle(records, (i) => uniform(this.key, first + i));
  }
}

function isAddress(type: DnsRecord["type"]): boolean {
  return type === "A" || type === "AAAA";
}

/** A permutation of `records`; `draw(i)` gives the i-th uniform, i ≥ 1. */
export function shuffle(records: readonly DnsRecord[], draw: (i: number) => number): DnsRecord[] {
  const shuffled = records.slice();
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(draw(i) * (i + 1));
    const record = shuffled[i]!;
    shuffled[i] = shuffled[j]!;
    shuffled[j] = record;
  }
  return shuffled;
}

function withAnswers(answer: Answer, answers: readonly DnsRecord[]): Answer {
  const { rcode, authority, additional, source, age, fact, knownSince } = answer;
  return { rcode, answers, authority, additional, source, age, fact, knownSince };
}
