/**
 * loadbalance (CoreDNS 1.14.7, `round_robin`): despite its name a uniform shuffle of the A records of every reply, of cached
 * replies too, because it stands outside the cache.
 */
import { uniform } from "../../engine/random.js";
import type { Answer, DnsRecord } from "../../model/dns.js";
import type { Plugin } from "./plugin.js";

/** More draws than any reply needs: reply n uses the draws from n × this on. */
const DRAWS_PER_REPLY = 65_536;

export const loadbalance: Plugin = {
  name: "loadbalance",
  create: (_options, environment) => {
    const key = environment.key("loadbalance");
    let replies = 0;
    return (query, next) => {
      const answer = next(query);
      const count = answer.answers.length;
      if (answer.rcode !== "NOERROR" || count < 2) return answer;
      const first = replies++ * DRAWS_PER_REPLY;
      return withAnswers(
        answer,
        shuffle(answer.answers, (i) => uniform(key, first + i)),
      );
    };
  },
};

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
  const { rcode, authority, fact, knownSince } = answer;
  return { rcode, answers, authority, fact, knownSince };
}
