/**
 * What all attempts of one caller share: the clients of a traffic entry are a caller, the side of a proxy that asks others
 * is one. It walks the network for them, and finds out why a walk ended badly. It keeps nothing of any of them.
 */
import type { Context } from "../engine/context.js";
import type { Micros } from "../engine/duration.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import { type Key, uniform } from "../engine/random.js";
import type { Address } from "../model/address.js";
import type { Flow, Place, TrackedHop } from "../model/flow.js";
import type { PodTruth } from "../model/recording.js";
import type { ClientSettings, TrafficTarget } from "../model/scenario.js";
import type { Verdict } from "../model/verdict.js";
import type { Network } from "../network/network.js";
import { type DialStep, nextDialStep } from "../network/tcp-dial.js";
import { isKeptOnTheWay, isTranslated, newVerdict, pathOf } from "../network/verdict.js";
import { type Explanation, explainFailure } from "./causes.js";
import type { Route } from "./connection.js";

export interface CallerOptions {
  /** The keys of all draws are this context's: of endpoints and of service times. */
  readonly context: Context;
  readonly network: Network;
  readonly truth: PodTruth;
  readonly client: Pick<ClientSettings, "connectTimeout" | "synLinearTimeouts">;
  /** How it came by the addresses that are not a Service's. */
  readonly knowledge: TrafficTarget["kind"];
}

/** Where packets come from. */
export interface Sender {
  readonly place: Place;
  readonly address: Address;
}

export interface Syn {
  readonly id: number;
  readonly client: Sender | null;
  readonly address: Address;
  readonly port: number;
}

/** A walk that did not end at a server of requests. */
export interface FailedWalk extends Route {
  /** Which rule ended it (network/rule.ts), and the disturbance that a path rule stands for. */
  readonly rule: string;
  readonly ruleFact: FactId;
}

export class Caller {
  readonly context: Context;
  readonly connectTimeout: Micros;
  readonly serviceKey: Key;
  private readonly network: Network;
  private readonly endpointKey: Key;
  private readonly flow: Flow;
  private readonly verdict: Verdict = newVerdict();
  private readonly step: DialStep = { outcome: "again", at: 0 };
  private readonly limits: { timeout: Micros; readonly synLinearTimeouts: number };

  constructor(private readonly options: CallerOptions) {
    const { context, network, client } = options;
    this.context = context;
    this.network = network;
    const source = network.topology.outside;
    this.flow = { source, sourceAddress: 0, destination: 0, port: 0, protocol: "TCP", choice: 0 };
    this.connectTimeout = client.connectTimeout;
    this.limits = { timeout: 0, synLinearTimeouts: client.synLinearTimeouts };
    this.endpointKey = context.key("endpoint");
    this.serviceKey = context.key("service time");
  }

  /** The verdict on the first SYN to an address: read it at once, the next walk overwrites it. */
  connect(syn: Syn): Verdict {
    const { flow, verdict } = this;
    this.address(syn);
    this.network.connect(flow, verdict, this.context.now);
    return verdict;
  }

  /** The verdict on a later SYN of a flow that was translated: read it at once. */
  follow(syn: Syn, path: readonly TrackedHop[]): Verdict {
    const { flow, verdict } = this;
    this.address(syn);
    this.network.follow(flow, path, verdict, this.context.now);
    return verdict;
  }

  /** The way that the last SYN has taken. */
  path(): readonly TrackedHop[] {
    return pathOf(this.flow, this.verdict, this.context.now);
  }

  /** Whether a place on it wants to know of connections. */
  isKeptOnTheWay(): boolean {
    return isKeptOnTheWay(this.verdict);
  }

  /** The same, when a place on it remembers the flow; null when the next SYN is judged anew. */
  rememberedPath(): readonly TrackedHop[] | null {
    return isTranslated(this.verdict) ? this.path() : null;
  }

  /** What follows from the verdict on a SYN that has been sent now; read it at once. */
  nextStep(verdict: Verdict, connectAt: Micros, deadline: Micros): DialStep {
    this.limits.timeout = Math.min(deadline - connectAt, this.connectTimeout);
    nextDialStep(verdict, this.context.now - connectAt, this.limits, this.step);
    return this.step;
  }

  /** Why a connection could not be made, from what is so now. */
  explain({ host, basis, believedPod, rule, ruleFact }: FailedWalk): Explanation {
    const { now } = this.context;
    const { truth, knowledge } = this.options;
    const holder = host?.pod ?? "";
    return explainFailure({
      rule,
      ruleFact,
      believedPod,
      holder,
      stopFact: host?.stopFact ?? NO_FACT,
      nodeDownFact: host?.place.downFact ?? null,
      contradicted: truth.contradictedAt(believedPod || holder, now) <= now,
      knowledge: basis?.source ?? (knowledge === "name" ? "dns" : knowledge),
    });
  }

  private address({ client, address, port, id }: Syn): void {
    const { flow } = this;
    flow.source = client?.place ?? this.network.topology.outside;
    flow.sourceAddress = client?.address ?? 0;
    flow.destination = address;
    flow.port = port;
    flow.choice = uniform(this.endpointKey, id);
    flow.packet = id;
  }
}
