/** One request on its way. Records are pooled: the request path allocates nothing. */
import type { Micros } from "../engine/duration.js";
import { NO_TIMER, type Timer } from "../engine/event-queue.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import type { Key } from "../engine/random.js";
import type { Address } from "../model/address.js";
import type { Lookup } from "../model/dns.js";
import type { Basis, TrackedHop } from "../model/flow.js";
import type { Cause, Outcome } from "../model/outcome.js";
import type { FinishedRequest } from "../model/recording.js";
import type { HostView } from "../model/verdict.js";
import type { ClientPod } from "./client-pod.js";

/** Whose request it is: its traffic entry's driver. */
export interface RequestDriver {
  /** Index of the traffic entry. */
  readonly index: number;
  /** Key of the draws of service times, one for each request of the entry. */
  readonly serviceKey: Key;
  readonly connector: RequestConnector;
  /** The name was looked up, or could not be. */
  resolved(request: Request, lookup: Lookup): void;
  /** Goes on with another address after a connection could not be made; false when there is none. */
  connectNext(request: Request): boolean;
  /** The request has its outcome, now. */
  finish(request: Request, outcome: Outcome, cause: Cause | "", fact: FactId): void;
}

/** What may happen to a request while it is with a server. */
export interface RequestConnector {
  /** The server closed its socket before the SYN arrived. */
  refusedOnArrival(request: Request): void;
  /** The server's process ended in the middle of the request: the client sees the connection end. */
  cutOff(request: Request, cause: Cause, fact: FactId): void;
  /** The server's node lost its power: silence, unless the response had left already. */
  serverLost(request: Request, fact: FactId): void;
  /** A SYN is due again. */
  retransmit(request: Request): void;
}

/** The server that has accepted a request. */
export interface RequestServer {
  release(request: Request): void;
}

/** A connection that stays open behind the request. */
export interface RequestConnection {
  /** It is of no use any more. */
  closed(): void;
}

export class Request implements FinishedRequest {
  id = 0;
  readonly driver: RequestDriver;
  client: ClientPod | null = null;
  arrivedAt: Micros = 0;
  /** When the address was known. */
  resolvedAt: Micros = 0;
  /** When the first SYN left to the address that was tried last. */
  connectAt: Micros = 0;
  /** The whole attempt ends here at the latest. */
  deadline: Micros = 0;
  resolvedAddress: Address = 0;
  port = 0;
  endpoint: Address = 0;
  endpointPort = 0;
  /** Whom the rules (or the client's own knowledge) held to be at the endpoint; empty without belief. */
  believedPod = "";
  host: HostView | null = null;
  basis: Basis | null = null;
  /** The way of SYNs that nobody has answered, once it has been translated; null before. */
  path: readonly TrackedHop[] | null = null;
  rule = "";
  oneWay: Micros = 0;
  /** When the SYN reaches the server, and when the server has sent its response. */
  acceptAt: Micros = 0;
  servedAt: Micros = 0;
  serviceTime: Micros = 0;
  finishedAt: Micros = 0;
  outcome: Outcome = "ok";
  cause: Cause | "" = "";
  causeFact: FactId = NO_FACT;
  dnsFact: FactId = NO_FACT;
  dnsAnsweredAt: Micros = Number.NaN;
  dnsQuestions = 0;
  dnsFailures = 0;
  lookup: Lookup | null = null;
  /** The held connection that it is sent over; null for a connection of its own. */
  connection: RequestConnection | null = null;
  /** The resolver still owes an answer: the record cannot be used for another request. */
  lookingUp = false;
  timer: Timer = NO_TIMER;
  server: RequestServer | null = null;
  /** Places in the lists of requests in flight of the driver and of the server; −1 when in none. */
  driverSlot = -1;
  serverSlot = -1;

  constructor(driver: RequestDriver) {
    this.driver = driver;
  }

  get traffic(): number {
    return this.driver.index;
  }

  get reused(): boolean {
    return this.connection !== null;
  }

  /** Makes a pooled record a new request. */
  reset(id: number, client: ClientPod, now: Micros, timeout: Micros): void {
    this.id = id;
    this.client = client;
    this.arrivedAt = now;
    this.resolvedAt = now;
    this.connectAt = now;
    this.deadline = now + timeout;
    this.resolvedAddress = 0;
    this.endpoint = 0;
    this.endpointPort = 0;
    this.believedPod = "";
    this.host = null;
    this.basis = null;
    this.path = null;
    this.rule = "";
    this.acceptAt = Number.NaN;
    this.servedAt = Number.NaN;
    this.serviceTime = 0;
    this.outcome = "ok";
    this.cause = "";
    this.causeFact = NO_FACT;
    this.dnsFact = NO_FACT;
    this.dnsAnsweredAt = Number.NaN;
    this.dnsQuestions = 0;
    this.dnsFailures = 0;
    this.lookup = null;
    this.connection = null;
    this.timer = NO_TIMER;
    this.server = null;
  }
}
