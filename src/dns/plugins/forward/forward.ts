/**
 * forward (CoreDNS 1.14.7, plugin/forward): asks other servers.
 *
 * A try lasts at most 2 s; no try begins after 5 s, and there are at most two for each upstream. Upstreams are tried in the
 * order of the policy, those that are down left out; when all are down, a random one is tried all the same, once. What
 * fails ends in SERVFAIL. The protocol is UDP, as the client's, unless `force_tcp` says otherwise.
 */
import { type Micros, SECOND } from "../../../engine/duration.js";
import { type Key, uniform } from "../../../engine/random.js";
import type { Answer, Question } from "../../../model/dns.js";
import { PendingAnswer, type Reply } from "../../reply.js";
import type { ExchangeResult } from "../../upstream/upstream.js";
import { isBelow } from "../../zone.js";
import type { Handler, Plugin, PluginEnvironment, Query } from "../plugin.js";
import { SERVER_FAILURE } from "../plugin.js";
import { UpstreamHealth } from "./health.js";
import { type ForwardOptions, parseForward } from "./options.js";

const READ_TIMEOUT: Micros = 2 * SECOND;
const DEADLINE: Micros = 5 * SECOND;
const TRIES_PER_UPSTREAM = 2;
/** More draws than one question needs: question n uses the draws from n × this on. */
const DRAWS_PER_QUESTION = 64;

const REFUSED: Answer = { ...SERVER_FAILURE, rcode: "REFUSED" };

export const forward: Plugin = {
  name: "forward",
  setup: (directives, context) =>
    directives.flatMap((directive, index) => {
      const options = parseForward(directive, context);
      if (options === null) return [];
      return [
        {
          handler: (environment: PluginEnvironment) => {
            const forwarder = new Forwarder(options, environment, index);
            return (query: Query, next: Handler) => forwarder.answer(query, next);
          },
          certainty: ({ name }: Question) => (isForwarded(name, options) ? "unknown" : "passes"),
        },
      ];
    }),
};

function isForwarded(name: string, { from, except }: ForwardOptions): boolean {
  return isBelow(name, from) && (name === from || !except.some((zone) => isBelow(name, zone)));
}

/** A question that is being forwarded. */
interface Forwarded {
  readonly forwarder: Forwarder;
  readonly query: Query;
  readonly reply: PendingAnswer;
  /** Number of the question: it indexes the draws. */
  readonly number: number;
  readonly order: readonly UpstreamHealth[];
  readonly deadline: Micros;
  place: number;
  /** Upstreams found down since the beginning of the list. */
  passed: number;
  tries: number;
  asked: UpstreamHealth | null;
}

class Forwarder {
  private readonly upstreams: readonly UpstreamHealth[];
  private readonly orderKey: Key;
  private readonly sprayKey: Key;
  private readonly protocol: "UDP" | "TCP";
  private questions = 0;
  private inFlight = 0;

  constructor(
    private readonly options: ForwardOptions,
    private readonly environment: PluginEnvironment,
    index: number,
  ) {
    const { upstreams, forceTcp, healthCheck: interval, maxFails } = options;
    const { context, upstream } = environment;
    this.protocol = forceTcp ? "TCP" : "UDP";
    this.orderKey = environment.key(`forward ${index} order`);
    this.sprayKey = environment.key(`forward ${index} spray`);
    const health = { context, upstream, protocol: this.protocol, interval, maxFails };
    this.upstreams = upstreams.map((server) => new UpstreamHealth(server, health));
  }

  answer(query: Query, next: Handler): Reply {
    const { maxConcurrent } = this.options;
    if (!isForwarded(query.question.name, this.options)) return next(query);
    if (maxConcurrent > 0 && this.inFlight >= maxConcurrent) return REFUSED;
    this.inFlight++;
    const number = this.questions++;
    const forwarded: Forwarded = {
      forwarder: this,
      query,
      reply: new PendingAnswer(),
      number,
      order: this.order(number),
      deadline: query.now + DEADLINE,
      place: 0,
      passed: 0,
      tries: 0,
      asked: null,
    };
    this.tryNext(forwarded);
    return forwarded.reply;
  }

  /** Asks the next upstream, or gives up. */
  private tryNext(forwarded: Forwarded): void {
    const upstream = this.mayTry(forwarded) ? this.choose(forwarded) : null;
    if (upstream === null) {
      this.finish(forwarded, SERVER_FAILURE);
      return;
    }
    forwarded.asked = upstream;
    const { expire } = this.options;
    const options = { server: upstream.server, protocol: this.protocol, timeout: READ_TIMEOUT, expire };
    this.environment.upstream.exchange(forwarded.query.question, options, exchanged, forwarded);
  }

  private mayTry({ deadline, tries }: Forwarded): boolean {
    return this.environment.context.now < deadline && tries < TRIES_PER_UPSTREAM * this.upstreams.length;
  }

  /** The next upstream that is not down; any one when all are. */
  private choose(forwarded: Forwarded): UpstreamHealth | null {
    const { order } = forwarded;
    for (;;) {
      if (forwarded.place >= order.length) {
        forwarded.place = 0;
        forwarded.passed = 0;
      }
      const upstream = order[forwarded.place++] as UpstreamHealth;
      if (!upstream.down) return upstream;
      forwarded.passed++;
      if (forwarded.passed < order.length) continue;
      if (this.options.failFast) return null;
      const draw = uniform(this.sprayKey, forwarded.number * DRAWS_PER_QUESTION + forwarded.tries);
      return this.upstreams[Math.floor(draw * this.upstreams.length)] as UpstreamHealth;
    }
  }

  /** @internal */
  exchanged(forwarded: Forwarded, result: ExchangeResult): void {
    if (typeof result !== "string") {
      this.finish(forwarded, { ...result, source: "forward" });
      return;
    }
    forwarded.asked?.suspect();
    forwarded.tries++;
    // a random upstream was tried although all are down: that was the last try
    if (forwarded.passed >= this.upstreams.length) this.finish(forwarded, SERVER_FAILURE);
    else this.tryNext(forwarded);
  }

  private finish(forwarded: Forwarded, answer: Answer): void {
    this.inFlight--;
    forwarded.reply.resolve(answer);
  }

  private order(number: number): readonly UpstreamHealth[] {
    const { upstreams } = this;
    switch (this.options.policy) {
      case "sequential":
        return upstreams;
      case "round_robin": {
        const first = (number + 1) % upstreams.length;
        return [upstreams[first] as UpstreamHealth, ...upstreams.filter((_, index) => index !== first)];
      }
      case "random":
        return upstreams.length === 1 ? upstreams : this.shuffled(number);
      default:
        return this.options.policy satisfies never;
    }
  }

  private shuffled(number: number): readonly UpstreamHealth[] {
    const order = this.upstreams.slice();
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(uniform(this.orderKey, number * DRAWS_PER_QUESTION + i) * (i + 1));
      const swapped = order[i] as UpstreamHealth;
      order[i] = order[j] as UpstreamHealth;
      order[j] = swapped;
    }
    return order;
  }
}

function exchanged(forwarded: Forwarded, result: ExchangeResult): void {
  forwarded.forwarder.exchanged(forwarded, result);
}
