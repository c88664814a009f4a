/**
 * How long an answer can outlive its truth, layer by layer. The truth changes at time zero. Every layer is asked once before
 * it has to ask again, at a moment (its phase) that is free; an application asks until it gets the new answer. The phases of
 * the layers are searched one layer after the other, 1,000 each: what the layers below keep decides when the next can ask.
 */
import { describe, expect, test } from "vitest";
import { jvm } from "../../src/dns/client/cache/jvm.js";
import { AnswerCache } from "../../src/dns/plugins/cache/answer-cache.js";
import type { CacheOptions } from "../../src/dns/plugins/cache/options.js";
import { Context } from "../../src/engine/context.js";
import { type Micros, SECOND } from "../../src/engine/duration.js";
import { Simulation } from "../../src/engine/simulation.js";
import type { Answer, Lookup, Question } from "../../src/model/dns.js";
import { NO_CLIENT_CACHE } from "../../src/model/scenario.js";
import { answering } from "../support/resolving.js";

const QUESTION: Question = { name: "web.default.svc.cluster.local", type: "A" };
const PHASES = 1_000;
const OLD = 1;

/** What a layer above would be told at `now`. */
type Layer = (now: Micros) => Answer;

/** Made anew for each phase; `phase` is when it is asked for the first time. */
type Kind = (below: Layer, phase: Micros) => Layer;

const isOld = (answer: Answer): boolean => answer.fact === OLD;

/** CoreDNS' index: positive, an address that changes; negative, a name that comes into being. */
function truth(ttl: number, negative: boolean): Layer {
  const record = (type: "A" | "SOA") => ({ name: "", type, ttl, address: type === "A" ? 7 : null, data: "" });
  const make = (exists: boolean, fact: number): Answer => ({
    rcode: exists ? "NOERROR" : "NXDOMAIN",
    answers: exists ? [record("A")] : [],
    authority: exists ? [] : [record("SOA")],
    fact,
    knownSince: 0,
  });
  const before = make(!negative, OLD);
  const after = make(true, OLD + 1);
  return (now) => (now < 0 ? before : after);
}

function cacheLayer(success: number, denial: number, disabled: readonly string[] = []): Kind {
  const kind = (cap: number) => ({ cap, least: 5, capacity: 9984, disabled });
  const options: CacheOptions = {
    zones: [""],
    success: kind(success),
    denial: kind(denial),
    serverFailure: 5,
    prefetch: null,
    stale: null,
    keepTtl: false,
  };
  return (below, phase) => {
    const cache = new AnswerCache(options);
    const ask: Layer = (now) => cache.get(QUESTION, now) ?? cache.put(QUESTION, below(now), now);
    ask(phase);
    return ask;
  };
}

const jvmLayer: Kind = (below, phase) => {
  const simulation = new Simulation({ seed: "1", startAt: phase });
  const context = new Context(simulation, "client");
  const found = (answer: Answer): Lookup => ({
    status: answer.rcode === "NOERROR" ? "ok" : "EAI_NONAME",
    addresses: answer.answers.flatMap(({ address }) => (address === null ? [] : [address])),
    questions: 2,
    failedQuestions: 0,
    timedOut: false,
    fact: answer.fact,
    knownSince: answer.knownSince,
    answeredAt: simulation.now,
    answer,
  });
  const { resolve } = jvm.wrap(
    answering((_, reply, payload) => reply(payload, found(below(simulation.now)))),
    context,
    {
      ...NO_CLIENT_CACHE,
      ...jvm.defaults,
    },
  );
  const ask: Layer = (now) => {
    if (now > simulation.now) simulation.skipTo(now);
    const got: Lookup[] = [];
    resolve("web", (list: Lookup[], result) => void list.push(result), got);
    return got[0]?.answer as Answer;
  };
  ask(phase);
  return ask;
};

/** The layers as they stand after they were first asked at their phases; the lowest first. */
function stack(source: Layer, kinds: readonly Kind[], phases: readonly Micros[]): Layer {
  return kinds.reduce((below, kind, index) => kind(below, phases[index] as Micros), source);
}

/** From which moment on, on a grid of 50 ms, an application that keeps asking gets the new answer. */
function staleUntil(layer: Layer): Micros {
  let now = 0;
  while (isOld(layer(now))) now += SECOND / 20;
  return now;
}

/** The worst of 1,000 phases for each layer, given the worst of those below it. */
function worst(source: Layer, kinds: readonly Kind[]): Micros {
  const phases: Micros[] = [];
  let bound = 0;
  for (let count = 1; count <= kinds.length; count++) {
    let best = 0;
    let chosen = -1;
    // an old answer can be had until `bound`, and before time zero from the truth itself
    for (let i = 0; i < PHASES; i++) {
      const phase = Math.round(bound - ((i + 0.5) * (bound + SECOND)) / PHASES);
      const until = staleUntil(stack(source, kinds.slice(0, count), [...phases, phase]));
      if (until <= best) continue;
      best = until;
      chosen = phase;
    }
    phases.push(chosen);
    bound = Math.max(bound, best);
  }
  return bound;
}

const KUBEADM_132 = cacheLayer(30, 30, ["cluster.local"]);
const CACHE_30 = cacheLayer(30, 30);
const NODE_LOCAL = cacheLayer(30, 5);

/** Corefile, its ttl, and the bounds in seconds: CoreDNS alone, with NodeLocal, with a JVM, with both. */
const ROWS = [
  ["kubeadm ≥ 1.32", KUBEADM_132, 30, false, 0, 30, 30, 60],
  ["kubeadm ≤ 1.31", CACHE_30, 30, false, 30, 35, 60, 65],
  ["ttl 5", CACHE_30, 5, false, 5, 10, 35, 40],
  ["kubeadm ≥ 1.32, negative", KUBEADM_132, 30, true, 0, 5, 10, 15],
  ["kubeadm ≤ 1.31, negative", CACHE_30, 30, true, 30, 35, 40, 45],
  ["ttl 5, negative", CACHE_30, 5, true, 5, 10, 15, 20],
] as const;

describe("DNS-37 worst-case staleness after the index has changed", () => {
  for (const [name, coreDns, ttl, negative, alone, nodeLocal, withJvm, both] of ROWS) {
    const source = truth(ttl, negative);
    test.each([
      ["CoreDNS", [coreDns], alone],
      ["CoreDNS and NodeLocal", [coreDns, NODE_LOCAL], nodeLocal],
      ["CoreDNS and JVM", [coreDns, jvmLayer], withJvm],
      ["CoreDNS, NodeLocal and JVM", [coreDns, NODE_LOCAL, jvmLayer], both],
    ] as const)(`DNS-37 ${name}: %s`, (_, kinds, bound) => {
      const seconds = worst(source, kinds) / SECOND;
      expect(seconds).toBeGreaterThan(bound - 1);
      expect(seconds).toBeLessThanOrEqual(bound);
    });
  }
});
