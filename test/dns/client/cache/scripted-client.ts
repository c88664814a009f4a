/** A client cache over a resolver whose answers a test decides; every lookup takes a millisecond. */
import { CLIENT_CACHES } from "../../../../src/dns/client/cache/client-caches.js";
import { Context } from "../../../../src/engine/context.js";
import { MILLISECOND, type Micros, SECOND } from "../../../../src/engine/duration.js";
import { Phase } from "../../../../src/engine/event-queue.js";
import { Simulation } from "../../../../src/engine/simulation.js";
import type { Answer, ClientResolver, Lookup, LookupStatus } from "../../../../src/model/dns.js";
import { type ClientCacheOptions, NO_CLIENT_CACHE } from "../../../../src/model/scenario.js";
import { answering } from "../../../support/resolving.js";

export interface Scripted {
  readonly address?: number;
  readonly status?: LookupStatus;
  readonly ttl?: number;
  readonly timedOut?: boolean;
}

export class ScriptedClient {
  readonly simulation = new Simulation({ seed: "1", maxEvents: 1e5 });
  readonly context = new Context(this.simulation, "client");
  /** When the DNS servers were asked, in seconds. */
  readonly asked: number[] = [];
  /** What the application got: "second:address" or "second:status"; a star when it came from the cache. */
  readonly got: string[] = [];
  private readonly resolver: ClientResolver;

  constructor(type: string, options: Partial<ClientCacheOptions>, answer: (now: number) => Scripted) {
    const cache = CLIENT_CACHES.find(({ name }) => name === type);
    if (cache === undefined) throw new Error(type);
    const { context, simulation, asked } = this;
    this.resolver = cache.wrap(
      answering((_, reply, payload) => {
        asked.push(Math.round(simulation.now / MILLISECOND) / 1000);
        const result = lookup(answer(simulation.now / SECOND), simulation.now + MILLISECOND);
        context.after(MILLISECOND, Phase.traffic, () => reply(payload, result), null);
      }),
      context,
      { ...NO_CLIENT_CACHE, ...cache.defaults, ...options },
    );
  }

  /** An application asks at these seconds. */
  asks(...seconds: number[]): this {
    for (const second of seconds) {
      this.context.at(
        second * SECOND,
        Phase.traffic,
        () => this.resolver.resolve("web", (n, l) => this.take(n, l), second),
        null,
      );
    }
    return this;
  }

  /** A connection fails at these seconds. */
  fails(...seconds: number[]): this {
    for (const second of seconds) {
      this.context.at(second * SECOND, Phase.traffic, () => this.resolver.connectionFailed("web"), null);
    }
    return this;
  }

  run(until: number): this {
    while (this.simulation.advance(1e5, until * SECOND));
    return this;
  }

  private take(second: number, { status, addresses, cached }: Lookup): void {
    this.got.push(`${second}:${status === "ok" ? addresses.join() : status}${cached === true ? "*" : ""}`);
  }
}

export function lookup({ address, status, ttl = 30, timedOut = false }: Scripted, at: Micros): Lookup {
  const result = status ?? (address === undefined ? "EAI_NONAME" : "ok");
  const answer: Answer = {
    rcode: address === undefined ? "NXDOMAIN" : "NOERROR",
    answers: address === undefined ? [] : [{ name: "web", type: "A", ttl, address, data: "" }],
    authority: address === undefined ? [{ name: "", type: "SOA", ttl, address: null, data: "" }] : [],
    fact: 1,
    knownSince: 0,
  };
  return {
    status: result,
    addresses: result === "ok" && address !== undefined ? [address] : [],
    questions: 2,
    failedQuestions: 0,
    timedOut,
    fact: 1,
    knownSince: 0,
    answeredAt: at,
    answer: timedOut ? null : answer,
  };
}
