/**
 * One traffic entry: open-loop arrivals, each of which a running client pod turns into a request. One event an arrival, and
 * one an attempt (request-runner.ts).
 */
import type { Context } from "../engine/context.js";
import { Phase } from "../engine/event-queue.js";
import type { FactId } from "../engine/facts.js";
import { type Key, uniform } from "../engine/random.js";
import type { AddressKeeper } from "../model/kept-addresses.js";
import type { TrafficEntry } from "../model/scenario.js";
import { nextArrival, toClock } from "./arrivals.js";
import type { ClientPod } from "./client-pod.js";
import type { InFlight } from "./in-flight.js";
import type { Request } from "./request.js";
import { RequestRunner, type RequestRunnerOptions } from "./request-runner.js";

export interface DriverOptions extends Omit<RequestRunnerOptions, "whenIdle"> {
  /** Called after `stop` when no request is in flight any more. */
  readonly whenIdle: () => void;
}

export class TrafficDriver {
  readonly index: number;
  /** Running clients in the order of their names: draws pick by position. */
  readonly clients: ClientPod[] = [];
  private readonly requests: RequestRunner;
  private readonly caches: AddressKeeper[] = [];
  private readonly context: Context;
  private readonly entry: TrafficEntry;
  private readonly arrivalKey: Key;
  private readonly clientKey: Key;
  private arrivals = 0;
  private lastArrival = 0;
  private stopped = false;

  constructor(options: DriverOptions) {
    const { context, entry, index, whenIdle } = options;
    this.index = index;
    this.context = context;
    this.entry = entry;
    this.arrivalKey = context.key("arrival");
    this.clientKey = context.key("client");
    this.requests = new RequestRunner({
      ...options,
      whenIdle: () => {
        if (this.stopped) whenIdle();
      },
    });
  }

  /** Its clients need a resolver. */
  get looksUpNames(): boolean {
    return this.entry.to.kind === "name";
  }

  /** What its clients, those that have ended included, kept of addresses: their caches first, then their connections. */
  get keepers(): readonly AddressKeeper[] {
    const held = [...this.requests.kept].map(
      ([name, kept]): AddressKeeper => ({ observer: { kind: "connection", name }, kept }),
    );
    return [...this.caches, ...held];
  }

  get inFlight(): InFlight<Request> {
    return this.requests.inFlight;
  }

  /** Plans the first arrival, from now on. */
  start(): void {
    this.planArrival();
  }

  /** No more arrivals; requests in flight go on. */
  stop(): void {
    this.stopped = true;
  }

  clientStarted(client: ClientPod): void {
    let place = 0;
    while (place < this.clients.length && (this.clients[place] as ClientPod).pod < client.pod) place++;
    this.clients.splice(place, 0, client);
    const kept = client.resolverFor(this.entry)?.kept ?? null;
    if (kept !== null) this.caches.push({ observer: { kind: "client-cache", name: client.pod }, kept });
  }

  clientStopped(client: ClientPod): void {
    const place = this.clients.indexOf(client);
    if (place >= 0) this.clients.splice(place, 1);
    this.requests.clientStopped(client);
  }

  /** The client's process is gone: whatever it had sent fails with it. */
  clientGone(client: ClientPod, fact: FactId): void {
    this.requests.clientGone(client, fact);
    client.resolverFor(this.entry)?.kept?.endAll(this.context.now);
  }

  private planArrival(): void {
    this.lastArrival = nextArrival(
      this.entry.arrival,
      this.entry.rate,
      this.lastArrival,
      this.arrivalKey,
      this.arrivals,
    );
    this.context.at(Math.max(this.context.now, toClock(this.lastArrival)), Phase.traffic, arrive, this);
  }

  /** @internal */
  arrive(): void {
    if (this.stopped) return;
    const id = this.arrivals++;
    this.planArrival();
    const { clients } = this;
    if (clients.length === 0) return;
    this.requests.run(id, clients[Math.floor(uniform(this.clientKey, id) * clients.length)] as ClientPod);
  }
}

function arrive(driver: TrafficDriver): void {
  driver.arrive();
}
