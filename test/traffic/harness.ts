/** Two nodes in one zone and a third in another, servers on them, and clients whose requests a test can follow. */

import { ALWAYS_UP } from "../../src/apiserver/session.js";
import { uncached } from "../../src/dns/client/cache/client-cache.js";
import { Context } from "../../src/engine/context.js";
import { compile, constant, type Distribution } from "../../src/engine/distribution.js";
import { MILLISECOND, type Micros, SECOND } from "../../src/engine/duration.js";
import { Phase } from "../../src/engine/event-queue.js";
import { Simulation } from "../../src/engine/simulation.js";
import { type Address, parseAddress, parseRange } from "../../src/model/address.js";
import type { PendingLookup } from "../../src/model/dns.js";
import type { Cause, Outcome } from "../../src/model/outcome.js";
import type { FinishedRequest, PodTruth } from "../../src/model/recording.js";
import { type ClientSettings, NO_CLIENT_CACHE, type TrafficTarget } from "../../src/model/scenario.js";
import type { SigtermBehaviour } from "../../src/model/settings.js";
import { Network } from "../../src/network/network.js";
import { OutsideTranslator } from "../../src/network/outside-translator.js";
import type { NodePlace } from "../../src/network/place.js";
import type { ClusterTopology } from "../../src/network/topology.js";
import { createTopology } from "../../src/network/topology.js";
import type { KnownTarget } from "../../src/traffic/attempts.js";
import { ClientPod } from "../../src/traffic/client-pod.js";
import type { ConnectionPolicy } from "../../src/traffic/connections/policy.js";
import { TrafficDriver } from "../../src/traffic/driver.js";
import { Program, type ProgramObserver, type ServerHalf } from "../../src/traffic/program.js";
import { NO_RETRIES, type RetryPolicy } from "../../src/traffic/retry.js";
import { WebServer } from "../../src/traffic/web-server.js";
import { NEW_CONNECTIONS } from "../support/connections.js";
import { buildContainer, buildPod } from "../support/objects.js";
import { type Answering, answering } from "../support/resolving.js";

export const address = (text: string): Address => parseAddress(text) as Address;

export const SAME_NODE = 20;
export const SAME_ZONE = 50;
export const CROSS_ZONE = 500;
/** Of every server, unless a test says otherwise. */
export const SERVICE_TIME = 10 * MILLISECOND;

/** What became of one request. */
export interface Ended {
  readonly id: number;
  readonly outcome: Outcome;
  readonly cause: Cause | "";
  readonly causeFact: number;
  readonly arrivedAt: Micros;
  readonly latency: Micros;
  readonly endpoint: Address;
  readonly believedPod: string;
  readonly holder: string;
  readonly dnsQuestions: number;
  readonly dnsFailures: number;
  readonly attempts: number;
}

function createPlaces(): ClusterTopology {
  const topology = createTopology(
    ["a", "a", "b"].map((zone, index) => ({
      index,
      name: `node-${index}`,
      zone,
      pool: "node",
      address: address(`192.168.0.1${index}`),
    })),
    { sameNode: SAME_NODE, sameZone: SAME_ZONE, crossZone: CROSS_ZONE },
  );
  topology.outside.translator = new OutsideTranslator(parseRange("10.96.0.0/16")!);
  return topology;
}

export interface ServerOptions {
  readonly node?: number;
  /** Which start of the container this is, from 0. */
  readonly restart?: number;
  readonly onSigterm?: SigtermBehaviour;
  readonly listenAfter?: Micros | Distribution;
  readonly readyAfter?: Micros;
  readonly serviceTime?: Distribution;
  readonly ports?: readonly number[];
}

export interface DriverChoice {
  readonly rate?: number;
  readonly arrival?: "poisson" | "uniform";
  readonly client?: Partial<ClientSettings>;
  readonly to?: TrafficTarget;
  readonly known?: KnownTarget | null;
  readonly podAt?: (address: Address) => string;
  readonly retries?: RetryPolicy;
  readonly connectionPolicy?: ConnectionPolicy;
  readonly whenIdle?: () => void;
}

export class TrafficHarness implements PodTruth {
  readonly simulation = new Simulation({ seed: "1", maxEvents: 1e6 });
  readonly context = new Context(this.simulation, "cluster");
  readonly topology = createPlaces();
  readonly network = new Network(this.topology);
  readonly ended: Ended[] = [];
  /** What servers told, as "time what pod". */
  readonly story: string[] = [];
  /** When the log first contradicted that a pod is usable. */
  readonly contradictions = new Map<string, Micros>();
  readonly arrivals: Micros[] = [];

  contradictedAt(pod: string): Micros {
    return this.contradictions.get(pod) ?? Number.NaN;
  }

  readonly observer: ProgramObserver = {
    started: (program) => this.tell("started", program),
    stoppedSending: (program) => this.tell("stopped", program),
    stoppedAccepting: (program) => this.tell("closed", program),
    ended: (program) => this.tell("gone", program),
  };

  node(index: number): NodePlace {
    return this.topology.nodes[index]!;
  }

  /** A program with a server that has been started now, with an address of its own unless one is given. */
  server(name: string, ip: string, options: ServerOptions = {}): Program<WebServer> {
    const serviceTime = compile(options.serviceTime ?? constant(SERVICE_TIME));
    return this.program(name, ip, new WebServer(`default/${name}`, serviceTime), options);
  }

  /** The same with another server half, for which `serviceTime` means nothing. */
  program<S extends ServerHalf>(name: string, ip: string, server: S, options: ServerOptions = {}): Program<S> {
    const { node = 1, onSigterm = "finish", listenAfter = 0, readyAfter = 0, ports = [8080] } = options;
    const { restart = 0 } = options;
    const context = this.context.child(`container/${name}`);
    const pod = buildPod(name, { spec: { nodeName: `node-${node}` } });
    const host = this.network.attach(address(ip), `default/${name}`, this.node(node));
    const program = new Program<S>({
      environment: {
        context,
        pod,
        container: buildContainer(),
        host,
        restart,
        session: ALWAYS_UP,
        supervisor: {
          exited: () => this.story.push(`${this.simulation.now} exited default/${name}`),
          probeChanged: () => this.story.push(`${this.simulation.now} probe default/${name}`),
        },
      },
      settings: {
        listenAfter: compile(typeof listenAfter === "number" ? constant(listenAfter) : listenAfter),
        readyAfter: compile(constant(readyAfter)),
        onSigterm,
      },
      server,
      ports,
      observer: this.observer,
    });
    program.start();
    return program;
  }

  /** A client pod; on node 0 unless said otherwise. */
  client(name = "client", node = 0, answer: Answering | null = null, pending?: PendingLookup): ClientPod {
    const resolver = answer === null ? null : uncached(answering(answer, pending));
    return new ClientPod(`default/${name}`, this.node(node), address(`10.244.${node}.200`), () => resolver);
  }

  /** One request every second from half a second on, to 10.244.1.5:8080 unless said otherwise; not started yet. */
  driver(choice: DriverChoice = {}): TrafficDriver {
    const known = { address: address("10.244.1.5"), port: 8080, believedPod: "" };
    return new TrafficDriver({
      context: this.context.child("traffic/test"),
      index: 0,
      entry: {
        name: "test",
        from: { kind: "per-node", namespace: "default" },
        to: choice.to ?? { kind: "address", text: "", address: known.address, port: known.port },
        rate: choice.rate ?? 1,
        arrival: choice.arrival ?? "uniform",
        client: {
          connectTimeout: SECOND,
          requestTimeout: 5 * SECOND,
          synLinearTimeouts: 4,
          resolver: "glibc",
          addressOrder: "as-received",
          cache: NO_CLIENT_CACHE,
          connection: NEW_CONNECTIONS,
          ...choice.client,
        },
      },
      network: this.network,
      sink: {
        arrived: (_, now) => this.arrivals.push(now),
        finished: (request) => this.ended.push(this.copy(request)),
      },
      truth: this,
      port: 8080,
      podAt: choice.podAt ?? (() => ""),
      known: () => (choice.known === undefined ? known : choice.known),
      retries: choice.retries ?? NO_RETRIES,
      ...(choice.connectionPolicy === undefined ? {} : { connectionPolicy: choice.connectionPolicy }),
      whenIdle: choice.whenIdle ?? (() => {}),
    });
  }

  /** Starts a driver with one client on node 0. */
  send(choice: DriverChoice = {}, client = this.client()): TrafficDriver {
    const driver = this.driver(choice);
    driver.clientStarted(client);
    driver.start();
    return driver;
  }

  at(time: Micros, action: () => void): void {
    this.context.at(time, Phase.write, action, null);
  }

  /** Runs all events before `until`. */
  run(until: Micros): void {
    while (this.simulation.advance(1e6, until));
  }

  private tell(what: string, { pod }: { readonly pod: string }): void {
    this.story.push(`${this.simulation.now} ${what} ${pod}`);
  }

  private copy(request: FinishedRequest): Ended {
    const { id, outcome, cause, causeFact, arrivedAt, finishedAt, endpoint, believedPod, host } = request;
    const { dnsQuestions, dnsFailures, attempts } = request;
    return {
      id,
      outcome,
      cause,
      causeFact,
      arrivedAt,
      latency: finishedAt - arrivedAt,
      endpoint,
      believedPod,
      holder: host?.pod ?? "",
      dnsQuestions,
      dnsFailures,
      attempts,
    };
  }
}
